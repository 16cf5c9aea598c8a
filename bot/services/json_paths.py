"""Values of a JSON document from outside, taken out one by one with their path for whoever has to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from bot.services.errors import BadInput

T = TypeVar("T")
LARGEST = 2**63 - 1
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Value:
    """`path` is such as `wars[3].sides[0].tag`. Every method raises BadInput, with the path, for anything else."""

    raw: Any
    path: str

    def wrong(self, what: str) -> BadInput:
        shown = repr(self.raw)
        return BadInput(f"{self.path or 'The document'} {what}, not {shown[:_SHOWN]}{'…' * (len(shown) > _SHOWN)}.")

    def __getitem__(self, name: str) -> Value:
        path = f"{self.path}.{name}" if self.path else name
        if not isinstance(self.raw, dict):
            raise self.wrong("must be an object")
        if name not in self.raw:
            raise BadInput(f"{path} is missing.")
        return Value(self.raw[name], path)

    def each(self, *, most: int = 1_000_000) -> Iterator[Value]:
        if not isinstance(self.raw, list):
            raise self.wrong("must be a list")
        if len(self.raw) > most:
            raise BadInput(f"{self.path} has {len(self.raw)} entries; at most {most} can be.")
        return (Value(one, f"{self.path}[{place}]") for place, one in enumerate(self.raw))

    def later(self, name: str, otherwise: Any) -> Value:
        """What exports did not have from the beginning; `otherwise` stands where it is missing."""
        return (
            self[name]
            if not isinstance(self.raw, dict) or name in self.raw
            else Value(otherwise, f"{self.path}.{name}")
        )

    def maybe(self, take: Callable[[Value], T]) -> T | None:
        return None if self.raw is None else take(self)

    def text(self, least: int = 0, most: int = 1000) -> str:
        if not isinstance(self.raw, str):
            raise self.wrong("must be a text")
        if not least <= len(self.raw) <= most:
            raise self.wrong(f"must have {least} to {most} characters")
        if "\x00" in self.raw or not _is_unicode(self.raw):
            raise self.wrong("must be made of whole characters")
        return self.raw

    def name(self, most: int = 60) -> str:
        """A text without blanks around it."""
        text = self.text(1, most)
        if text.strip(" ") != text:
            raise self.wrong("must have no blanks around it")
        return text

    def one_of(self, allowed: tuple[str, ...]) -> str:
        if self.raw not in allowed or not isinstance(self.raw, str):
            raise self.wrong(f"must be one of {', '.join(allowed)}")
        return self.raw

    def whole(self, low: int, high: int) -> int:
        if isinstance(self.raw, bool) or not isinstance(self.raw, int) or not low <= self.raw <= high:
            raise self.wrong(f"must be a whole number from {low} to {high}")
        return self.raw

    def flag(self) -> bool:
        if not isinstance(self.raw, bool):
            raise self.wrong("must be true or false")
        return self.raw

    def discord_id(self) -> int:
        """Written as a text; 0 is nobody."""
        text = self.text(1, 19)
        if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
            raise self.wrong("must be an id of Discord")
        return int(text)

    def moment(self) -> datetime:
        try:
            found = datetime.fromisoformat(self.text(1, 40))
        except ValueError:
            raise self.wrong("must be a time such as 2026-03-01T20:00:00+00:00") from None
        if found.tzinfo is None:
            raise self.wrong("must say its time zone, such as +00:00")
        try:
            return found.astimezone(UTC)
        except OverflowError:
            raise self.wrong("must be a time people have clocks for") from None

    def day(self) -> date:
        try:
            return date.fromisoformat(self.text(1, 10))
        except ValueError:
            raise self.wrong("must be a day such as 2026-03-01") from None

    def snapshots(self) -> dict[str, Any]:
        if not isinstance(self.raw, dict) or not all(isinstance(one, dict | list | None) for one in self.raw.values()):
            raise self.wrong("must be an object of objects")
        return self.raw


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a pair
        return False
    return True
