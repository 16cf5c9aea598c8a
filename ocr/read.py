"""Reading one picture: bytes in, `Reading` out. Pure but for the models, which are loaded once a process."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ocr.assemble import Draft, PlacedCell, assemble, cut
from ocr.both import Readers
from ocr.decode import UndecodableError, decode
from ocr.detector import shared_detector
from ocr.judge import judge
from ocr.layouts import Finder, boards, lists, tables
from ocr.layouts.found import Found
from ocr.models import ModelMissingError
from ocr.readers import CellReading, Pixels
from ocr.reading import Reading, Status

NOT_A_RESULT = "This does not look like a result: no rows of names and scores were found on it."
_FINDERS: tuple[Finder, ...] = (tables.find, lists.find)
_CLEARLY = 0.3  # of fit: so much worse a proposal is not read once a better one gave a result
_CLOSED = 0.95  # of fit: the least of a proposal whose sums all close
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


@functools.cache
def shared_readers() -> Readers:
    """The readers of this process, loaded at the first call (about half a second)."""
    return Readers()


def warm() -> None:
    """Loads every model of this process; raises ModelMissingError where they are not installed."""
    shared_readers()
    with contextlib.suppress(ModelMissingError):
        shared_detector()


def read(data: bytes, *, readers: Readers | None = None, trace: Trace | None = None) -> Reading:
    """The reading of one picture. A picture that is none, or no result, is refused in the answer, never by raising."""
    start = time.perf_counter()
    stages: list[tuple[str, float]] = []

    def stage(name: str, since: float) -> float:
        now = time.perf_counter()
        stages.append((name, round(now - since, 4)))
        return now

    def done(reading: Reading) -> Reading:
        return replace(reading, seconds=round(time.perf_counter() - start, 4), stages=tuple(stages))

    try:
        decoded = decode(data)
    except UndecodableError as problem:
        return done(Reading.refused(str(problem)))
    at = stage("decode", start)
    board = boards.find(decoded.pixels)  # headers that say what the columns hold leave nothing to guess
    proposals = board or _proposals(decoded.pixels)
    at = stage("find", at)
    best, refusal = _best(decoded.pixels, proposals[:_TRIES], readers)
    if best is None and board:
        proposals = _proposals(decoded.pixels)
        best, refusal = _best(decoded.pixels, proposals[:_TRIES], readers)
    stage("read", at)
    if trace is not None:
        trace.pixels, trace.proposals = decoded.pixels, proposals
        if best is not None:
            trace.chosen, trace.cells, trace.readings = best.found, best.cells, best.texts
    if best is None:
        return done(Reading.refused(refusal or NOT_A_RESULT))
    reason = " ".join(part for part in (best.reading.reason, decoded.note) if part)
    return done(replace(best.reading, reason=reason or None))


def _proposals(pixels: Pixels) -> list[Found]:
    """What the finders propose, the best fit first."""
    return sorted((found for find in _FINDERS for found in find(pixels)), key=lambda found: -found.fit)


def _best(pixels: Pixels, proposals: Sequence[Found], readers: Readers | None) -> tuple[_Tried | None, str | None]:
    """The proposal worth most once read, or why the first was none; a proven one that closes ends the search."""
    best: _Tried | None = None
    refusal: str | None = None
    for found in proposals:
        if best is not None and found.fit < best.found.fit - _CLEARLY:
            break
        tried = _try(pixels, found, readers or shared_readers())
        if tried.reading.status is Status.REFUSED:
            refusal = refusal or tried.reading.reason
        elif tried.worth > (best.worth if best else 0.0):
            best = tried
            closes = best.reading.status is Status.PROVEN and any(check.ok for check in best.reading.checks)
            if closes and (_summed(found) or not any(_summed(other) for other in proposals)):
                break
    return best, refusal


def _summed(found: Found) -> bool:
    """Whether every side has a total: a proposal that leaves them out has not seen all that is drawn."""
    return all(side.total is not None for side in found.sides)


def _try(pixels: Pixels, found: Found, readers: Readers) -> _Tried:
    cells = cut(pixels, found)
    texts = readers.read([placed.cell for placed in cells])
    draft: Draft = assemble(found, cells, texts)
    reading, worth = judge(draft)
    closed = bool(reading.sides) and len(reading.checks) >= len(reading.sides) and all(c.ok for c in reading.checks)
    fit = max(found.fit, _CLOSED) if closed else found.fit  # a layout that suits the picture less needs more
    return _Tried(reading, worth * fit, found, cells, texts)
