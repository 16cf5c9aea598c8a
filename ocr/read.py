"""Reading one picture: bytes in, `Reading` out. Pure but for the models, which are loaded once a process."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from mkw.points import MOST_A_RACE
from ocr import second_look
from ocr.assemble import Draft, PlacedCell, assemble, cut
from ocr.both import Readers
from ocr.decode import UndecodableError, decode
from ocr.detector import shared_detector
from ocr.digits import shared_digits
from ocr.judge import judge
from ocr.layouts import lists, points, table_ink, tables
from ocr.layouts.found import Box, Found
from ocr.looks import Looks
from ocr.margins import without_margins
from ocr.models import ModelMissingError
from ocr.readers import CellKind, CellReading, Pixels, Text
from ocr.reading import Layout, Reading, Status
from ocr.texts import number
from ocr.told_places import told_places
from ocr.whole import says_all

NOT_A_RESULT = "This does not look like a result: no rows of names and scores were found on it."
_T = TypeVar("_T")
_LIKELY_LIST = 0.9  # fit of a list of the game from which it is read before a table is looked for
_CLEARLY = 0.3  # of fit: so much worse a proposal is not read once a better one gave a result
_SETTLED = 2.0  # times the worth, where every side's rows add up to its total: no chance does that
_CLOSED = 0.95  # of fit: the least of a proposal whose sums all close
_SURE = 0.9  # confidence from which a look at nearly the same place is not repeated
_MOSTLY = 0.5  # share of a list's numbers with a plus, or too large for +N; of the rows of what is no result
_NOTHING = 0.1  # confidence of what is no number
_LITTLE = 20  # points of a side's total under which a few small numbers add up to it by chance
_LISTS = (Layout.RACE, Layout.STANDINGS)
_TRIES = 3  # proposals read before the picture is given up


@dataclass(slots=True)
class Trace:
    """What was seen on the way, for the debug picture. Filled by `read`."""

    pixels: Pixels | None = None
    proposals: list[Found] = field(default_factory=list)
    chosen: Found | None = None
    cells: list[PlacedCell] = field(default_factory=list)
    readings: list[CellReading] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Tried:
    reading: Reading
    worth: float
    found: Found
    cells: list[PlacedCell]
    texts: list[CellReading]
    open: frozenset[Box]  # where numbers stand that nothing has proven


@functools.cache
def shared_readers() -> Readers:
    """The readers of this process, loaded at the first call (about half a second)."""
    return Readers()


def warm() -> None:
    """Loads every model of this process; raises ModelMissingError where they are not installed."""
    shared_readers()
    with contextlib.suppress(ModelMissingError):
        shared_detector()


def rest() -> None:
    """Gives back what memory the networks keep for the next picture. Safe while one is read."""
    shared_digits().rest()


def read(data: bytes, *, readers: Readers | None = None, trace: Trace | None = None) -> Reading:
    """The reading of one picture. A picture that is none, or no result, is refused in the answer, never by raising."""
    start = time.perf_counter()
    stages: list[tuple[str, float]] = []

    def stage(name: str, since: float) -> None:
        stages.append((name, round(time.perf_counter() - since, 4)))

    def done(reading: Reading) -> Reading:
        return replace(reading, seconds=round(time.perf_counter() - start, 4), stages=tuple(stages))

    try:
        decoded = decode(data)
    except UndecodableError as problem:
        return done(Reading.refused(str(problem)))
    stage("decode", start)
    pixels = without_margins(decoded.pixels)
    search = _Search(pixels, readers or shared_readers())
    best = search.best()
    stages += search.stages
    if best is not None and best.open:
        since = time.perf_counter()
        best = _look_again(pixels, best, search.readers)
        stage("again", since)
    if trace is not None:
        trace.pixels, trace.proposals = pixels, search.proposals
        if best is not None:
            trace.chosen, trace.cells, trace.readings = best.found, best.cells, best.texts
    if best is None:
        return done(Reading.refused(search.refusal or NOT_A_RESULT))
    reason = " ".join(part for part in (best.reading.reason, decoded.note) if part)
    return done(replace(best.reading, reason=reason or None))


class _Search:
    """Proposals found and read, the cheaper first, until one says all that is drawn."""

    def __init__(self, pixels: Pixels, readers: Readers) -> None:
        self._looks, self.readers = Looks(pixels, readers.neural, readers.digits), readers
        self.proposals: list[Found] = []
        self.refusal: str | None = None
        self.stages: list[tuple[str, float]] = []

    def best(self) -> _Tried | None:
        """The proposal worth most once read. A list of the game that proves itself leaves no table to look for."""
        found = self._timed("find", self._lists)
        self.proposals = found
        tried = [self._read_list(found[0])] if found and found[0].fit >= _LIKELY_LIST else []
        if tried and says_all(tried[0].reading, tried[0].found, self._looks):
            return tried[0]
        found = [tried[0].found, *found[1:]] if tried else found
        more = self._timed("find", lambda: tables.find(self._looks.pixels, self._looks))
        headed = [one for one in more if one.headed]  # headers say what the columns hold: nothing is left to guess
        self.proposals = headed or _by_fit([*found, *more])
        best = self._best(tried)
        if best is None and headed:
            self.proposals = _by_fit([*found, *more])
            best = self._best(tried)
        return best

    def _lists(self) -> list[Found]:
        found = _by_fit(lists.find(self._looks.pixels))
        return [one for one in found if _may_be_list(one, self._looks)]

    def _best(self, tried: Sequence[_Tried]) -> _Tried | None:
        best: _Tried | None = None
        no_result = 0  # rows of the largest that says it is none
        read = {id(one.found): one for one in tried}
        for found in self.proposals[:_TRIES]:
            if best is not None and found.fit < best.found.fit - _CLEARLY:
                break
            one = read.get(id(found)) or (self._read_list if found.layout in _LISTS else self._try)(found)
            if one.reading.status is Status.REFUSED:
                self.refusal = self.refusal or one.reading.reason
                no_result = max(no_result, sum(len(side.rows) for side in found.sides))
            elif one.worth > (best.worth if best else 0.0) and _rows(one) >= _MOSTLY * no_result:
                best = one
                closes = any(check.ok for check in one.reading.checks)
                if (
                    closes
                    and not _doubts(one.reading)
                    and (_summed(found) or not any(_summed(other) for other in self.proposals))
                ):
                    break
        # A proven list that was read before any table was looked for is more than a part of it that closes by chance.
        more = [one for one in tried if best and _rows(one) > _rows(best) and one.worth > best.worth]
        return next((one for one in more if one.reading.status is Status.PROVEN), best)

    def _read_list(self, found: Found) -> _Tried:
        """A list of the game read, and once more where its numbers say that another column stands beside them."""
        tried = self._try(found)
        more = self._timed("find", lambda: _other_column(self._looks.pixels, tried))
        again = self._try(more) if more else None
        return again if again and again.worth > tried.worth else tried

    def _try(self, found: Found) -> _Tried:
        return self._timed("read", lambda: _try(self._looks, found, self.readers))

    def _timed(self, name: str, work: Callable[[], _T]) -> _T:
        start = time.perf_counter()
        done = work()
        self.stages.append((name, round(time.perf_counter() - start, 4)))
        return done


def _may_be_list(found: Found, looks: Looks) -> bool:
    """Whether what stands where +N should is little enough for one race; true of lists without such a column."""
    boxes = [row.plus for side in found.sides for row in side.rows if row.plus is not None and not row.partial]
    seen = looks.texts(boxes, [CellKind.PLUS] * len(boxes), near=_SURE)
    points = [number(text.text) for text in seen if text.confidence >= _SURE]
    return sum(value is not None and value > MOST_A_RACE for value in points) <= _MOSTLY * len(boxes)


def _other_column(pixels: Pixels, tried: _Tried) -> Found | None:
    """The list with +N and totals, where names or numbers read were +N, or totals stand in the order of a race."""
    if tried.found.layout is not Layout.STANDINGS or len(tried.found.sides) != 1:
        return None
    seen = list(zip(tried.cells, tried.texts, strict=True))
    names = {placed.box: text.neural.text for placed, text in seen if placed.cell.kind is CellKind.NAME}
    named = points.with_names_as_plus(tried.found, names)
    if named is not None:
        return named
    numbers = [text for placed, text in seen if placed.cell.kind is CellKind.NUMBER]
    if sum(_is_plus(text) for text in numbers) > _MOSTLY * len(numbers):
        return points.with_totals(pixels, tried.found)
    scores = [row.score or 0 for side in tried.reading.sides for row in side.rows]
    return points.with_plus(pixels, tried.found) if scores != sorted(scores, reverse=True) else None


def _is_plus(text: CellReading) -> bool:
    """Whether a reader saw a plus, or the neural one, which is to find digits, could make nothing of it."""
    return text.neural.confidence < _NOTHING or (text.tesseract is not None and text.tesseract.text.startswith("+"))


def _rows(tried: _Tried) -> int:
    return sum(len(side.rows) for side in tried.reading.sides)


def _by_fit(proposals: Sequence[Found]) -> list[Found]:
    return sorted(proposals, key=lambda found: -found.fit)


def _doubts(reading: Reading) -> bool:
    return any(side.doubts or any(row.doubts for row in side.rows) for side in reading.sides)


def _summed(found: Found) -> bool:
    """Whether every side has a total: a proposal that leaves them out has not seen all that is drawn."""
    return all(side.total is not None for side in found.sides)


def _try(looks: Looks, found: Found, readers: Readers) -> _Tried:
    told = told_places(found, looks)
    every = cut(looks.pixels, found)
    cells, unread = [placed for placed in every if placed.box not in told], [one for one in every if one.box in told]
    boxes, kinds = [placed.box for placed in cells], [placed.cell.kind for placed in cells]
    texts = readers.read([placed.cell for placed in cells], lambda: looks.texts(boxes, kinds, near=_SURE))
    cells += unread
    texts += [CellReading(None, Text(str(told[placed.box]), 1.0)) for placed in unread]
    return _judged(_drafted(looks.pixels, found, cells, texts), cells, texts)


def _look_again(pixels: Pixels, tried: _Tried, readers: Readers) -> _Tried:
    """The same rows with more looks at the numbers in doubt, where they are not too many."""
    draft = _drafted(pixels, tried.found, tried.cells, tried.texts)
    again = second_look.look_again(pixels, draft, tried.open, readers)
    return _judged(draft, tried.cells, tried.texts) if again else tried


def _drafted(pixels: Pixels, found: Found, cells: list[PlacedCell], texts: list[CellReading]) -> Draft:
    draft = assemble(found, cells, texts)
    scores = [row.score for side in found.sides for row in side.rows if not row.partial]
    draft.cut_off = frozenset(table_ink.running_off(pixels, scores))
    return draft


def _judged(draft: Draft, cells: list[PlacedCell], texts: list[CellReading]) -> _Tried:
    found = draft.found
    reading, worth = judge(draft)
    closed = bool(reading.sides) and len(reading.checks) >= len(reading.sides) and all(c.ok for c in reading.checks)
    closed = closed and sum(side.total or _LITTLE for side in reading.sides) >= _LITTLE * len(reading.sides)
    fit = max(found.fit, _CLOSED) if closed else found.fit  # a layout that suits the picture less needs more
    if closed and _summed(found) and reading.layout is not Layout.RACE:
        worth *= _SETTLED
    return _Tried(reading, worth * fit, found, cells, texts, second_look.open_numbers(draft))
