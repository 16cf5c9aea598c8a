import contextlib
import re
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mkw.wartext import TextLine, TextSide, TextWar, WarTextError, format_lorenzi, parse_war

LORENZI = """#title Friendly war
#style default
CR - Comet Racers #E02020 (-20)
Comet [us] 107
Willow (7) 44
Marlin 20+7
Pixel 30|40|45-10

CB - Champion Boots
Coral 96
Penalty -10
"""


def only(text: str) -> TextLine:
    return parse_war(text).sides[0].lines[0]


def problem(text: str) -> str:
    with pytest.raises(WarTextError) as caught:
        parse_war(text)
    return str(caught.value)


def test_lorenzi() -> None:
    assert parse_war(LORENZI) == TextWar(
        title="Friendly war",
        sides=(
            TextSide(
                tag="CR",
                name="Comet Racers",
                colour="#e02020",
                penalty=20,
                lines=(
                    TextLine("Comet", 107, country="us"),
                    TextLine("Willow", 44, races=7),
                    TextLine("Marlin", 27),
                    TextLine("Pixel", 115, penalty=10),
                ),
            ),
            TextSide(tag="CB", name="Champion Boots", penalty=10, lines=(TextLine("Coral", 96),)),
        ),
    )


def test_typed() -> None:
    war = parse_war("Comet 92, Willow (7) 44, Ghost (5) 27 vs CB 491, -20 ours, -10 theirs, 12 races, 2025-07-18")
    ours, theirs = war.sides
    assert ours.lines == (TextLine("Comet", 92), TextLine("Willow", 44, 7), TextLine("Ghost", 27, 5))
    assert (ours.penalty, theirs.penalty, theirs.tag, theirs.total, theirs.lines) == (20, 10, "CB", 491, ())
    assert (war.races, war.played_on) == (12, date(2025, 7, 18))


@pytest.mark.parametrize(
    ("text", "tags", "totals", "counts"),
    [
        ("Comet 92\nPixel 80\nvs CB 491", [None, "CB"], [None, 491], [2, 0]),
        ("Comet 92, Pixel 80 vs CB: Coral 70, Mint 60", [None, "CB"], [None, None], [2, 2]),
        ("CR: Comet 92, Pixel 80 vs CB", ["CR", "CB"], [None, None], [2, 0]),
        ("CR 493 vs CB 491", ["CR", "CB"], [493, 491], [0, 0]),
        ("Comet 92, vs CB: 491", [None, "CB"], [None, 491], [1, 0]),
        ("Comet 92; Pixel 80 VS. CB 491", [None, "CB"], [None, 491], [2, 0]),
        ("Comet 92\nPixel 80\n\nCoral 70\nMint 60", [None, None], [None, None], [2, 2]),
        ("CR\nComet 92\nPixel 80\n\nCB\nCoral 70\nMint 60", ["CR", "CB"], [None, None], [2, 2]),
        ("Comet 92\nPixel 80\nCoral 70", [None], [None], [3]),
        ("Comet 92 vs CB 400 vs DX 380", [None, "CB", "DX"], [None, 400, 380], [1, 0, 0]),
        ("```\nCR - Racers\nComet 92\n```", ["CR"], [None], [1]),
        ("Comet - 92, Pixel - 80 vs CB - 491", [None, "CB"], [None, 491], [2, 0]),
        ("Comet - 92\nPixel - 80\nvs CB - 491", [None, "CB"], [None, 491], [2, 0]),
        ("CR #f00\nComet 92", ["CR"], [None], [1]),
    ],
)
def test_forms(text: str, tags: list[str | None], totals: list[int | None], counts: list[int]) -> None:
    sides = parse_war(text).sides
    assert [side.tag for side in sides] == tags
    assert [side.total for side in sides] == totals
    assert [len(side.lines) for side in sides] == counts


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Comet 92", TextLine("Comet", 92)),
        ("Comet: 92", TextLine("Comet", 92)),
        ("Comet - 92", TextLine("Comet", 92)),
        ("Comet = 92", TextLine("Comet", 92)),
        ("Ｃomet　９２", TextLine("Ｃomet", 92)),
        ("Comet （７） ４４", TextLine("Comet", 44, 7)),
        ("Comet ２０＋７｜１－５", TextLine("Comet", 28, penalty=5)),
        ("Comet\u200b 92\u200b", TextLine("Comet", 92)),
        ("Comet 92 (-10)", TextLine("Comet", 92, penalty=10)),
        ("Comet 92 (+10)", TextLine("Comet", 92, penalty=-10)),
        ("Comet [de] (7) 44", TextLine("Comet", 44, 7, "de")),
        ("Comet (7) [DE] 44", TextLine("Comet", 44, 7, "de")),
        ("Agent 7 44", TextLine("Agent 7", 44)),
        ("C++ 44", TextLine("C++", 44)),
        ("★ 44", TextLine("★", 44)),
        ("[S]un 44", TextLine("[S]un", 44)),
        ("CR | Comet 44", TextLine("CR | Comet", 44)),
        ("**Comet** `x` 44", TextLine("**Comet** `x`", 44)),
        ("@everyone 44", TextLine("@everyone", 44)),
        ("V 44", TextLine("V", 44)),
        ("かな 0", TextLine("かな", 0)),
        ("Comet  Two\t44", TextLine("Comet Two", 44)),
        ("Comet 180", TextLine("Comet", 180)),
        ("P\u200benalty 10", TextLine("Penalty", 10)),
    ],
)
def test_players(text: str, line: TextLine) -> None:
    assert only(text) == line


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing to read"),
        (" \n\u200b\n", "nothing to read"),
        ("Comet 92\nPixel -5", "Line 2, `Pixel -5`: a score is 0 or more, not -5"),
        ("Comet 92\nPixel 12a", "Line 2, `Pixel 12a`: the score must be a whole number after a space"),
        ("Comet 92\nPixel 999", "Line 2: `Pixel` cannot have 999 points in 12 races; 180 is the most"),
        ("Comet (2) 31\nPixel 80", "in 2 races; 30 is the most"),
        ("Comet 92\nPixel", "Line 2, `Pixel`: expected a score at the end"),
        ("Comet 92\n44", "Line 2, `44`: expected a name before the score"),
        ("n" * 200 + " 44", "Line 1: the name has 200 characters; 60 at most"),
        ("n" * 500, "Line 1 has 500 characters"),
        ("Com\x07et 92", r"Line 1 has an invisible control character \(U\+0007\)"),
        ("Com\u202eet 92", r"U\+202E"),
        ("Comet (0) 92", "the races in brackets is 1 to 48, not 0"),
        ("Comet 92, 0 races", "the number of races is 1 to 48"),
        ("Comet 92\n#date 2025-02-30", "Line 2: `2025-02-30` is no date"),
        ("Comet 92\n#date yesterday", "expected a date such as"),
        ("Comet 92, -20 ZZ vs CB 491", "expected `-20 ours`"),
        ("Comet 92, -20 theirs", "expected `-20 ours`"),
        ("Comet 92 vs CB 40, Coral 70", "write `vs TAG: Comet 92"),
        ("Comet " + "9" * 30, "too large a number"),
        ("x" * 20000, "20000 characters"),
        ("vs CB", "no player with a score"),
        ("#title x", "no player with a score"),
        ("\n".join(f"Comet{i} 5" for i in range(70)), "Line 65 is player 65"),
        (", ".join(["Comet 5"] + [f"vs T{i} 5" for i in range(30)]), "at most 24"),
    ],
)
def test_what_is_wrong_is_said(text: str, says: str) -> None:
    assert re.search(says, problem(text)), problem(text)


def test_an_error_never_carries_a_long_or_marked_up_text() -> None:
    assert len(problem("Comet 92\n" + "`x` " * 60 + "12a")) < 200


@settings(deadline=None)  # on a taken core an example may wait longer than it runs
@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        war = parse_war(text)
    except WarTextError:
        return
    assert war.sides


@pytest.mark.parametrize(
    "unit", [" ", "1 ", "1+", "(1", "(1) ", "[us] ", " vs ", " - ", "#a", "1, ", "\u200b", "-", "x:", "9"]
)
def test_no_text_keeps_the_reader_busy(unit: str) -> None:
    start = time.perf_counter()
    for text in (unit * (9_900 // len(unit)), "a, " + unit * (9_800 // len(unit)) + "x"):
        with contextlib.suppress(WarTextError):
            parse_war(text)
    assert time.perf_counter() - start < 3


_PIECES = (
    "Comet~ 92~\n~, ~ vs ~CB~ - ~#~title ~date ~(7)~[us]~-20~ ours~+~|~２~12 races~2025-07-18~Penalty~:~"
    "\u200b~```~(-10)~#abc~999~Total "
)
pieces = st.sampled_from(_PIECES.split("~"))


@settings(deadline=None)  # on a taken core an example may wait longer than it runs
@given(st.lists(pieces, max_size=25).map("".join))
def test_no_text_near_the_forms_raises_anything_else(text: str) -> None:
    try:
        war = parse_war(text)
    except WarTextError:
        return
    assert any(side.lines or side.total is not None for side in war.sides)
    assert all(0 <= line.score <= 720 and line.name for side in war.sides for line in side.lines)


texts = (
    st.text(alphabet="abC79 -#()[]+|:,;=.★é@vs", min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
lines = st.builds(
    TextLine,
    texts,
    st.integers(0, 15),
    st.none() | st.integers(1, 12),
    st.none() | st.sampled_from(["us", "de"]),
    st.sampled_from([0, 0, 5, -5]),
)
sides = st.builds(
    TextSide,
    st.lists(lines, min_size=1, max_size=4).map(tuple),
    texts,
    st.none() | texts,
    st.none(),
    st.sampled_from([0, 20, -10]),
    st.none() | st.just("#a0b1c2"),
)
bare = st.builds(TextSide, st.lists(lines, min_size=1, max_size=4).map(tuple), penalty=st.sampled_from([0, 20]))


@settings(deadline=None)  # on a taken core an example may wait longer than it runs
@given(st.lists(sides, min_size=1, max_size=4) | st.lists(bare, min_size=1, max_size=3), st.none() | st.integers(1, 16))
def test_what_is_written_reads_back(many: list[TextSide], races: int | None) -> None:
    many = [replace(side, name=None) if side.name == side.tag else side for side in many]
    war = TextWar(tuple(many), "Friendly", date(2025, 7, 18), races)
    assert parse_war(format_lorenzi(war)) == war


def test_plain_names_are_written_plainly() -> None:
    text = format_lorenzi(parse_war(LORENZI))
    assert "\u200b" not in text
    assert "CR - Comet Racers #e02020 (-20)\nComet [us] 107\nWillow (7) 44\nMarlin 27\nPixel 115-10\n" in text


def test_a_side_known_by_its_total_reads_back() -> None:
    war = parse_war("CR: Comet 92, Pixel 80 vs CB 491")
    assert parse_war(format_lorenzi(war)) == war


def test_names_that_would_be_misread_get_a_zero_width_space() -> None:
    text = format_lorenzi(TextWar((TextSide((TextLine("A - B", 5), TextLine("Penalty", 5), TextLine("#x", 5)), "CR"),)))
    assert text.count("\u200b") >= 3


def test_the_examples_of_the_docs_read_as_the_docs_say() -> None:
    page = (Path(__file__).parents[2] / "docs" / "war-text.md").read_text()
    examples = re.findall(r"```text\n(.*?)```\n(?:\n)?(\d+) sides?, (\d+) players?", page, re.DOTALL)
    assert len(examples) >= 4
    for text, side_count, player_count in examples:
        war = parse_war(text)
        assert (len(war.sides), sum(len(side.lines) for side in war.sides)) == (int(side_count), int(player_count)), (
            text
        )
    mistakes = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", page.split("## Mistakes")[1], re.MULTILINE)
    assert len(mistakes) >= 4
    for text, answer in mistakes:
        assert problem(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "CR: Comet 92, Pixel 80 vs CB 491 2025-07-18 12 races -20 theirs",
        "CR: Comet 92, Pixel 80 on 2025-07-18 12 races vs CB 491 -20 theirs",
        "CR: Comet 92, Pixel 80 vs CB 491, -20 theirs, 12 races on 2025-07-18",
    ],
)
def test_facts_need_no_comma(text: str) -> None:
    war = parse_war(text)
    assert (war.played_on, war.races) == (date(2025, 7, 18), 12)
    assert [(side.tag, side.total, side.penalty) for side in war.sides] == [("CR", None, 0), ("CB", 491, 20)]
    assert [line.score for line in war.sides[0].lines] == [92, 80]


def test_scores_by_cups_are_written_where_they_add_up_and_read_back() -> None:
    comet, pixel = TextLine("Comet", 115, gps=(30, 40, 45)), TextLine("Pixel", 90, gps=(30, 40))
    lines = (comet, pixel, TextLine("Tango", 9, gps=(9,)))
    text = format_lorenzi(TextWar((TextSide(lines, tag="CR"),)))
    assert "Comet 30|40|45\n" in text
    assert "Pixel 90\n" in text
    assert "Tango 9\n" in text
    assert parse_war(text).sides[0].lines == lines
