"""Numbers as people write them, in their own tasks."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from functools import partial

import pytest

from mkw.numerals import LOCALES, as_few_digits, decimal, plus_minus, tick, whole, write_as


def written(locale: str, write: Callable[[], str]) -> str:
    """In a context of its own, as every answer is."""

    def work() -> str:
        write_as(locale)
        return write()

    return contextvars.copy_context().run(work)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "1,234.5"), ("de", "1.234,5"), ("fr", "1\u00a0234,5"), ("sv", "1\u00a0234,5"), ("de-CH", "1\u2019234.5"),
        ("ja", "1,234.5"), ("nobody's", "1,234.5"),
    ],
)  # fmt: skip
def test_a_number_in_every_way(locale: str, text: str) -> None:
    assert written(locale, lambda: decimal(1234.5)) == text


@pytest.mark.parametrize("locale", LOCALES)
def test_every_way_is_as_wide_as_any_other_and_says_the_same(locale: str) -> None:
    """Columns stay in line, and the number can be had back."""
    for number in (0.04, -0.04, 88.44, -3.5, 1234.5, -1234567.8):
        text, plain = (written(one, partial(plus_minus, number, 1)) for one in (locale, "en"))
        assert len(text) == len(plain)
        back = text.replace(LOCALES[locale].thousands, "").replace(LOCALES[locale].point, ".")
        assert float(back) == round(number, 1)


def test_signs_and_digits() -> None:
    assert [plus_minus(one) for one in (26, -3.4, 0.4, -0.4, 1234)] == ["+26", "-3", "0", "0", "+1,234"]
    assert [plus_minus(one, 1) for one in (0.04, -3.5)] == ["0.0", "-3.5"]
    assert [as_few_digits(one) for one in (12, 12.5, 12.04, 0.58)] == ["12", "12.5", "12", "0.6"]


async def test_two_answers_at_once_are_each_in_their_own_way() -> None:
    async def answer(locale: str) -> str:
        write_as(locale)
        await asyncio.sleep(0)
        return decimal(1.5) + await asyncio.to_thread(decimal, 2.5)

    assert await asyncio.gather(answer("de"), answer("en"), answer("fr")) == ["1,52,5", "1.52.5", "1,52,5"]
    assert decimal(1.5) == "1.5"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-0.0, "0"), (500, "500"), (1500, "1.500"), (-2.5, "-2,5"), (0.25, "0,25"), (1234567, "1.234.567")],
)
def test_a_tick_has_all_its_digits_and_no_more(value: float, text: str) -> None:
    assert written("de", lambda: tick(value)) == text


def test_whole_numbers_have_marks_for_thousands() -> None:
    assert [written(one, lambda: whole(1234)) for one in ("en", "de", "fr")] == ["1,234", "1.234", "1\u00a0234"]
    assert written("de", lambda: whole(984)) == "984"
