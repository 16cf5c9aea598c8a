"""Numbers that stayed in doubt, looked at again: other crops of their cells, one colour at a time.

A flare or a scrap of confetti over a digit has a colour of its own, and is gone in another; a rim of the bar is gone in
a narrower crop. What the looks see becomes the options among which order and sums choose. Looks alone prove nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

from ocr import texts
from ocr.arithmetic import is_sorted
from ocr.assemble import Draft, DraftRow, Number
from ocr.layouts.found import Box
from ocr.readers import Cell, CellKind, CellReading, Pixels
from ocr.reading import Layout
from ocr.tones import brightest, darkest, in_colour

_MOST = 8  # numbers of one picture: where more are in doubt, it is the picture that is hard
_NARROWER = 0.07  # of a cell's height
_SEEN = 0.15  # of the likeliest option's weight, from which another is one
_BLUE, _RED = 0, 2


class _Readers(Protocol):
    def read(self, cells: Sequence[Cell]) -> list[CellReading]: ...


def open_numbers(draft: Draft) -> frozenset[Box]:
    """Where the scores, totals and +N stand that nothing has proven."""
    return frozenset(box for number, box, _ in _placed(draft) if not number.proven)


def look_again(pixels: Pixels, draft: Draft, doubted: frozenset[Box], readers: _Readers) -> bool:
    """Puts what more looks see into the numbers that stand there, the likeliest first; whether there were any."""
    wanted = [place for place in _placed(draft) if place[1] in doubted]
    if len(wanted) > _MOST:
        wanted = [place for place in wanted if place[2] is CellKind.NUMBER]
    if not 0 < len(wanted) <= _MOST:
        return False
    cells = [(number, Cell(kind, look)) for number, box, kind in wanted for look in _looks(pixels, box)]
    votes: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for (number, _), seen in zip(cells, readers.read([cell for _, cell in cells]), strict=True):
        for value, sure in _values(seen):
            votes[id(number)][value] += sure
    for number, _, _ in wanted:
        _settle(number, votes[id(number)])
    if draft.found.layout is Layout.STANDINGS:
        for side in draft.sides:
            _keep_order(side.rows)
    return True


def _placed(draft: Draft) -> Iterator[tuple[Number, Box, CellKind]]:
    for side, found in zip(draft.sides, draft.found.sides, strict=True):
        if side.total is not None and found.total is not None:
            yield side.total, found.total, CellKind.NUMBER
        for row in side.rows:
            yield row.score, row.found.score, CellKind.NUMBER
            if row.plus is not None and row.found.plus is not None:
                yield row.plus, row.found.plus, CellKind.PLUS


def _looks(pixels: Pixels, box: Box) -> Iterator[Pixels]:
    whole = _part(pixels, box, 0)
    narrow = _part(pixels, box, round(_NARROWER * box.height))
    for part in (whole, narrow):
        if min(part.shape[:2]) > 1:
            yield part
            yield from (in_colour(brightest(part)), in_colour(darkest(part)))
    if min(narrow.shape[:2]) > 1:
        yield from (in_colour(narrow[:, :, colour]) for colour in (_BLUE, _RED))


def _part(pixels: Pixels, box: Box, by: int) -> Pixels:
    top, left = max(0, box.y + by), max(0, box.x + by)
    return pixels[top : max(top, box.y + box.height - by), left : max(left, box.x + box.width - by)]


def _values(seen: CellReading) -> Iterator[tuple[int, float]]:
    for text in (seen.neural, seen.neural_ink, seen.tesseract, seen.segments):
        value = texts.number(text.text) if text else None
        if text is not None and value is not None:
            yield value, text.confidence


def _settle(number: Number, votes: dict[int, float]) -> None:
    if not votes:
        return
    ranked = sorted(votes, key=lambda value: -votes[value])
    number.options = tuple(value for value in ranked if votes[value] >= _SEEN * votes[ranked[0]])
    number.value = ranked[0]


def _keep_order(rows: Sequence[DraftRow]) -> None:
    """In a sorted list, a doubted score becomes the likeliest that lies between its proven neighbours."""
    if not is_sorted([row.score for row in rows]):
        return
    for index, row in enumerate(rows):
        if row.score.proven:
            continue
        most = next((r.score.value for r in reversed(rows[:index]) if r.score.proven), None)
        least = next((r.score.value for r in islice(rows, index + 1, None) if r.score.proven), None)
        fitting = [
            value
            for value in row.score.options
            if (most is None or value <= most) and (least is None or value >= least)
        ]
        if fitting:
            others = [value for value in row.score.options if value not in fitting]
            row.score.options, row.score.value = (*fitting, *others), fitting[0]
