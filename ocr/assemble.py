"""From cells read twice to sides and rows: values, and how sure each is. What arithmetic says comes after this."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ocr import texts
from ocr.layouts.boxes import crop
from ocr.layouts.found import Box, Found, FoundRow, FoundSide
from ocr.readers import Cell, CellKind, CellReading, Pixels, Text
from ocr.reading import Layout

_ALONE = 0.5  # below this confidence a name is hardly one
_FAINT, _FAINT_NAME = 0.2, 0.8  # confidences below which both cells of a row are taken for empty
_FOREIGN = 0.5  # confidence from which Tesseract's name is taken where the neural reader has none
_GUESS = 0.4  # of such a name: shown, and doubted
_SIGNS = ("+", "-")
_FILLED_FROM_TOP = (Layout.RACE, Layout.STANDINGS)  # no slot above a player's is empty
_NO_DIGITS = 0.1  # confidence below which the neural reader saw something else: +1 and 58 are read as 158 by both
_SURE_LOOK = 0.9  # confidence of the neural reader's surer look from which it counts without the other
_BOTH_SURE = 0.99  # confidence of both looks, where they see one number and Tesseract another
_SURE_ALONE = 0.9  # a number only one reader saw needs this much for a row without a name


@dataclass(slots=True)
class Number:
    """One number with what the readers saw. `proven` once two readers agree or the arithmetic closes with it."""

    value: int | None
    proven: bool
    options: tuple[int, ...]  # everything a reader saw, the likelier first
    confidence: float
    signed: bool = False  # a reader saw a plus or minus before it

    @property
    def question(self) -> str:
        if self.value is None:
            return "could not be read"
        if len(self.options) > 1:
            return "was read as " + " and as ".join(str(option) for option in self.options)
        return f"was read as {self.value} by one reader only"


@dataclass(slots=True)
class DraftRow:
    found: FoundRow
    name: str
    name_confidence: float
    score: Number
    plus: Number | None = None
    place: int | None = None
    races: int | None = None
    penalty: int = 0
    doubts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class DraftSide:
    rows: list[DraftRow]
    tag: str | None = None
    total: Number | None = None
    penalty: int = 0
    doubts: list[str] = field(default_factory=list)
    settled: list[tuple[Number, Number]] = field(default_factory=list)
    # where the total alone has settled several numbers: each, and what the readers had left of it


@dataclass(slots=True)
class Draft:
    found: Found
    sides: list[DraftSide]
    title: str | None = None
    difference: int | None = None
    cut_off: frozenset[Box] = frozenset()  # scores of a column that runs over the picture's left or right edge


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell and where it was cut, for reading and for the debug picture."""

    box: Box
    cell: Cell


def cut(pixels: Pixels, found: Found) -> list[PlacedCell]:
    """Every cell of a proposal that is to be read, each once."""
    wanted: list[tuple[CellKind, Box | None]] = [(CellKind.TEXT, found.title), (CellKind.TEXT, found.difference)]
    for side in found.sides:
        wanted += [(CellKind.TEXT, side.tag), (CellKind.NUMBER, side.total), (CellKind.TEXT, side.penalty)]
        for row in side.rows:
            if row.partial:
                continue
            wanted += [
                (CellKind.NAME, row.name),
                (CellKind.NUMBER, row.score),
                (CellKind.PLUS, row.plus),
                (CellKind.PLACE, row.place),
                (CellKind.TEXT, row.penalty),
                (CellKind.PLACE, row.races),
            ]
    return [
        PlacedCell(box, Cell(kind, part))
        for kind, box in wanted
        if box is not None and (part := crop(pixels, box)).size > 0
    ]


def assemble(found: Found, placed: Sequence[PlacedCell], readings: Sequence[CellReading]) -> Draft:
    """The texts put back where their cells stood. Rows in which nothing was read are empty slots and left out."""
    by_cell = {(cell.cell.kind, cell.box): reading for cell, reading in zip(placed, readings, strict=True)}

    def read(kind: CellKind, box: Box | None) -> CellReading | None:
        return by_cell.get((kind, box)) if box is not None else None

    def side_of(side: FoundSide) -> DraftSide:
        whole = [row for row in side.rows if not row.partial]
        drawn = found.layout is Layout.TABLE  # no empty slots: its rows were told by their neighbours
        rows = [_row(row, read, drawn=drawn) for row in whole]
        if found.layout in _FILLED_FROM_TOP:
            kept = [row.found.bar for row in rows if row]
            rows = [
                seen or _row(row, read, filled=_is_among(row.bar, kept)) for row, seen in zip(whole, rows, strict=True)
            ]
        total = read(CellKind.NUMBER, side.total)
        taken = read(CellKind.TEXT, side.penalty)
        return DraftSide(
            rows=[row for row in rows if row is not None],
            tag=_words(read(CellKind.TEXT, side.tag)),
            total=number_of(total) if total else None,
            penalty=(texts.penalty(taken.neural.text) or 0) if taken else 0,
        )

    difference = _words(read(CellKind.TEXT, found.difference))
    return Draft(
        found=found,
        sides=[side_of(side) for side in found.sides],
        title=_words(read(CellKind.TEXT, found.title)),
        difference=texts.difference(difference) if difference else None,
    )


def _is_among(bar: Box, kept: Sequence[Box]) -> bool:
    """Whether rows are kept below a bar in its column, and one in some column no lower than it."""
    below = any(abs(other.x - bar.x) < bar.height and other.y > bar.y for other in kept)
    return below and any(other.y < bar.y + bar.height / 2 for other in kept)


def _row(
    row: FoundRow,
    read: Callable[[CellKind, Box | None], CellReading | None],
    *,
    drawn: bool = False,
    filled: bool = False,
) -> DraftRow | None:
    """What was read of a row; None where it is an empty slot, unless it is known to be `filled`.

    A `drawn` row may be less sure.
    """
    name = read(CellKind.NAME, row.name)
    score = read(CellKind.NUMBER, row.score)
    plus = read(CellKind.PLUS, row.plus)
    place = read(CellKind.PLACE, row.place)
    taken = read(CellKind.TEXT, row.penalty)
    ran = read(CellKind.PLACE, row.races)
    if name is None or score is None:
        return None
    seen = best_name(name)
    written, races = texts.split_races(texts.clean(seen.text))
    figure = number_of(score)
    nameless = not written or seen.confidence < _ALONE
    unsure = figure.value is None or (figure.confidence < _SURE_ALONE and not drawn)
    if not filled and nameless and not figure.proven and unsure:
        return None
    if not filled and figure.confidence < _FAINT and not figure.proven and seen.confidence < _FAINT_NAME:
        return None  # scenery or confetti on an empty slot
    return DraftRow(
        found=row,
        name=written,
        name_confidence=_name_confidence(seen, name.tesseract),
        score=figure,
        plus=number_of(plus) if plus and (plus.neural.text or plus.tesseract) else None,
        place=texts.number(place.neural.text) if place else None,
        races=races or (texts.race_count(ran.neural.text) if ran else None),
        penalty=(texts.penalty(taken.neural.text) or 0) if taken else 0,
    )


def number_of(reading: CellReading) -> Number:
    """What the readers make of one number: proven where Tesseract agrees with both of the neural reader's looks, or
    where the small network and the large one, taught by others on other pictures, are both sure of it.

    The two looks, with and without the cell's background, are one reader: together they choose, but prove nothing.
    Digits of a seven-segment display are strange to Tesseract, and the surer look is enough beside their own reader.
    """
    other, plain = _figure(reading.segments or reading.tesseract), _figure(reading.neural)
    ink = _figure(reading.neural_ink) if reading.neural_ink else plain
    looks = {plain: reading.neural.confidence}
    if reading.neural_ink and reading.neural_ink.confidence > looks.get(ink, 0.0):
        looks[ink] = reading.neural_ink.confidence
    seen = [value for value in (plain, ink, other) if value is not None]
    options = tuple(
        sorted(dict.fromkeys(seen), key=lambda value: (seen.count(value), looks.get(value, 0.0)), reverse=True)
    )
    agree = plain is not None and plain == ink == other and max(looks.values()) > _NO_DIGITS
    agree = agree or (plain is not None and plain == ink and plain == _sure_figure(reading.large))
    if reading.segments and other is not None and not agree:
        agree = other == max(looks, key=lambda value: looks[value]) and looks[other] >= _SURE_LOOK
        options = (other,) if agree else tuple(dict.fromkeys((other, *options)))
    if not agree and plain is not None and plain == ink and _both_sure(reading):
        options = (plain,)  # no sum that closes by chance chooses another
    signed = any(text.text.startswith(_SIGNS) for text in (reading.neural, reading.tesseract) if text is not None)
    return Number(options[0] if options else None, agree, options, max(looks.values()), signed)


def _both_sure(reading: CellReading) -> bool:
    ink = reading.neural_ink
    return ink is not None and min(reading.neural.confidence, ink.confidence) >= _BOTH_SURE


def _sure_figure(text: Text | None) -> int | None:
    return _figure(text) if text is not None and text.confidence >= _SURE_LOOK else None


def _figure(text: Text | None) -> int | None:
    return texts.number(text.text) if text else None


def _words(reading: CellReading | None) -> str | None:
    return (texts.clean(reading.neural.text) or None) if reading else None


def best_name(reading: CellReading) -> Text:
    """The surer of the neural reader's looks at a name; Tesseract's, as a guess, where that one sees no letters."""
    ink, other = reading.neural_ink, reading.tesseract
    seen = ink if ink is not None and ink.confidence > reading.neural.confidence else reading.neural
    if not seen.text.strip() and other is not None and other.confidence > _FOREIGN:
        return Text(other.text, _GUESS)
    return seen


def _name_confidence(seen: Text, other: Text | None) -> float:
    """The neural reader's own confidence, raised where Tesseract saw the same letters."""
    same = other is not None and seen.confidence > _GUESS and _letters(other.text) == _letters(seen.text) != ""
    return 1.0 if same else seen.confidence


def _letters(text: str) -> str:
    return "".join(texts.clean(text).split()).casefold()
