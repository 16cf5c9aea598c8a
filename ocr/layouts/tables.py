"""Drawn war tables: Lorenzi's, Ice Mario's, capsules, web scoreboards and whatever else sets names beside scores.

Every text is read once and the structure is told from what was read: numbers in columns, names beside them, and sums
that part the rows into sides. Nothing depends on a style, a size or a font.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from mkw.points import race_sum
from ocr.detector import Detector, shared_detector
from ocr.digits import shared_digits
from ocr.layouts import table_cards, table_ink, table_lines, table_sides
from ocr.layouts.boxes import middle_x, middle_y, right
from ocr.layouts.found import Box, Found
from ocr.layouts.table_heads import Head, find_sides
from ocr.layouts.table_panels import Panel, find_panels, may_be_places
from ocr.layouts.table_pieces import Numbers, Pieces, sort_words
from ocr.layouts.table_roles import Roles, find_roles
from ocr.layouts.table_rows import PanelRow, RowCutter
from ocr.layouts.words import Sight, Word
from ocr.looks import Looks
from ocr.models import ModelMissingError
from ocr.neural import shared_neural
from ocr.readers import Pixels
from ocr.reading import Layout

_BIG_LETTERS = 320  # long side at which totals as tall as a tenth of the picture are seen whole
_LOUD_PATTERN = 480  # long side at which a loud pattern no longer drowns the letters
_SMALL_PITCH = 16  # pixels between rows below which the detector joins and loses cells
_GOOD_PITCH = 22
_HEADED = 0.94  # of the fit that closing sums give: headers that name the scores
_WHOLE = 0.8  # the same: scores that add up to whole races
_FEWEST_IN_ROOM = 8
_CLEAR = 0.9  # confidence from which a text that was seen from afar is not read again in a larger box
_PART = 0.75  # of a number's width: a smaller box within it holds a part of its digits
_FEWEST_ROWS = 3
_SAME_SIZE = 0.85  # the lower of two text heights over the higher, of columns set alike
_TALLEST_ROW = 6.0  # of a text height: rows farther apart are no rows
_ALIKE = 0.62  # the lower of two pitches or text heights of panels of one table over the higher


@dataclass(frozen=True, slots=True)
class _Part:
    """One panel with its roles and rows."""

    panel: Panel
    roles: Roles
    rows: list[PanelRow]
    words: Sequence[Word] | None = None  # what may be tags and penalties, where it is not the picture's phrases


def find(pixels: Pixels, looks: Looks | None = None) -> list[Found]:
    """One proposal; empty where no three rows of a name and a number are drawn. `looks` are those at these pixels."""
    try:
        detector = shared_detector()
        sight = Sight(looks or Looks(pixels, shared_neural(), shared_digits()))
    except ModelMissingError:
        return []
    boxes = detector.boxes(pixels)
    pieces, parts = _look(sight, boxes)
    if not parts:  # a loud pattern drowns the letters; scaled down it is gone
        boxes = detector.boxes(pixels, long_side=_LOUD_PATTERN)
        pieces, parts = _look(sight, boxes)
    if not parts:
        return []
    seen = min(part.panel.pitch for part in parts) * detector.long_side / max(pixels.shape[:2])
    if seen < _SMALL_PITCH:
        side = round(min(2 * detector.long_side, detector.long_side * _GOOD_PITCH / seen))
        closer = detector.boxes(pixels, long_side=side)
        more, others = _look(sight, closer)
        if sum(len(part.rows) for part in others) >= sum(len(part.rows) for part in parts):
            boxes, pieces, parts = closer, more, others
    big = _big_numbers(sight, detector, pieces, parts)
    heads = _heads(pixels, pieces, parts, big)
    ways = [(parts, heads), *((way, _heads(pixels, pieces, way, big)) for way in _other_ways(pixels, pieces))]
    parts, heads = max(ways, key=lambda way: _explained(way[1]))
    return [_found(pixels, boxes, pieces, parts, heads)]


def _explained(heads: Sequence[Head]) -> int:
    """How much of a picture a way to see it explains: every row, and twice again where it adds up."""
    sizes = [(len(head.side.rows), head.closes) for head in heads]
    return sum(size * (3 if closes and size > 1 else 1) for size, closes in sizes)


def _other_ways(pixels: Pixels, pieces: Pieces) -> list[list[_Part]]:
    """The rows told otherwise than by columns of numbers."""
    lines = [
        _Part(block.panel, block.roles, block.rows, block.words)
        for block in table_lines.find_blocks(pixels, pieces.words)
    ]
    found = table_cards.find_cards(pixels, pieces)
    cards = [_Part(*found)] if found else []
    return [way for way in (_kept(lines), cards) if way]


def _look(sight: Sight, boxes: Sequence[Box]) -> tuple[Pieces, list[_Part]]:
    pieces, parts = _in_columns(sight, boxes)
    return pieces, parts or max(
        _other_ways(sight.pixels, pieces), key=lambda way: sum(len(part.rows) for part in way), default=[]
    )


def _in_columns(sight: Sight, boxes: Sequence[Box]) -> tuple[Pieces, list[_Part]]:
    pieces = sort_words(sight.pixels, sight.words(boxes))
    panels = find_panels(sight.pixels, pieces)
    panels = [panel for panel in panels if panel.pitch < _TALLEST_ROW * panel.names.height]
    roles = find_roles(sight.pixels, panels, pieces)
    parts = [
        _Part(panel, role, RowCutter(sight.pixels, panel, role, pieces).rows())
        for panel, role in zip(panels, roles, strict=True)
        if role is not None
    ]
    return pieces, _kept(parts)


def _kept(parts: Sequence[_Part]) -> list[_Part]:
    """The panels that belong to one table, the largest among them; none where they have too few rows."""
    filled = [part for part in parts if part.rows]
    largest = max(filled, key=lambda part: len(part.rows), default=None)
    kept = [part for part in filled if largest and _goes_with(part, largest)]
    return kept if sum(len(part.rows) for part in kept) >= _FEWEST_ROWS else []


def _is_within(inner: Box, outer: Box) -> bool:
    """Whether a box's centre lies in another's box: boxes of texts above one another touch at their rims."""
    return outer.x <= middle_x(inner) <= right(outer) and outer.y <= middle_y(inner) <= outer.y + outer.height


def _goes_with(part: _Part, other: _Part) -> bool:
    """Whether two panels are set alike, as panels of one table are."""
    sizes = [(part.panel.pitch, other.panel.pitch), (part.roles.score.height, other.roles.score.height)]
    return all(min(pair) >= _ALIKE * max(pair) for pair in sizes)


def _big_numbers(sight: Sight, detector: Detector, pieces: Pieces, parts: Sequence[_Part]) -> list[Word]:
    """Numbers much larger than the rows, which the detector sees whole only when the picture is small."""
    tall = 1.2 * median(part.roles.score.height for part in parts)
    known = [word.box for word in pieces.words if word.value is not None and word.box.height > 0.8 * tall]
    boxes = [
        box
        for box in detector.boxes(sight.pixels, long_side=_BIG_LETTERS)
        if box.height > tall
        and all(other.width < _PART * box.width for other in known if table_sides.touch(box, other))
    ]
    return [word for word in sight.words(boxes, near=_CLEAR) if word.value is not None]


def _heads(pixels: Pixels, pieces: Pieces, parts: Sequence[_Part], big: Sequence[Word]) -> list[Head]:
    """The sides of all panels, in reading order."""
    words = [word for word in pieces.words if not any(_is_within(word.box, other.box) for other in big)]
    words += big
    heads: list[Head] = []
    for part, (edge, start, end, stop) in zip(parts, _spans(parts, pixels.shape[1]), strict=True):
        said = pieces.phrases if part.words is None else part.words
        phrases = [word for word in said if start <= middle_x(word.box) < end]
        numbers = [word for word in words if edge <= middle_x(word.box) < stop]
        heads += find_sides(pixels, part.rows, part.panel, part.roles, phrases, numbers)
    if len(heads) == len(parts) > 1 and _is_one_list(heads, parts):
        rows = tuple(row for head in heads for row in head.side.rows)
        return [Head(replace(heads[0].side, rows=rows), closes=False)]
    height = max(row.cells.bar.height for part in parts for row in part.rows)
    return sorted(heads, key=lambda head: (round(head.side.rows[0].bar.y / (2 * height)), head.side.rows[0].bar.x))


def _is_one_list(heads: Sequence[Head], parts: Sequence[_Part]) -> bool:
    """Whether panels beside one another are one list of players by their scores, set in two columns."""
    values = [row.value for part in parts for row in part.rows if row.value is not None]
    bare = not any(head.side.total or head.side.tag for head in heads)
    return bare and values == sorted(values, reverse=True)


def _found(
    pixels: Pixels, boxes: Sequence[Box], pieces: Pieces, parts: Sequence[_Part], heads: Sequence[Head]
) -> Found:
    bars = [row.cells.bar for part in parts for row in part.rows]
    height = max(bar.height for bar in bars)
    left, end = min(bar.x for bar in bars), max(right(bar) for bar in bars)
    title = table_sides.find_title(boxes, min(bar.y for bar in bars), height, left, end)
    used = {box for head in heads for box in (head.side.total, head.side.tag) if box}
    title = None if title and any(table_sides.touch(title, box) for box in used) else title
    return Found(
        layout=Layout.TABLE,
        sides=tuple(head.side for head in heads),
        fit=_fit(parts, heads),
        title=title and table_ink.bright_part(pixels, title),
        difference=_difference(heads, boxes, used) if len(parts) == 1 else None,
        headed=_is_headed(parts),
        left_over=any(_is_left_over(numbers, parts, used) for numbers in pieces.numbers),
    )


def _is_left_over(numbers: Numbers, parts: Sequence[_Part], used: set[Box]) -> bool:
    """Whether a column of numbers is set like the scores, beside the rows, and in none of them."""
    rows = [row for part in parts for row in part.rows]
    boxes = numbers.column.boxes
    if any(_has(part, numbers) for part in parts) or may_be_places(numbers) or len(boxes) < _FEWEST_ROWS:
        return False
    height = median(part.roles.score.height for part in parts)
    beside = sum(any(abs(middle_y(box) - row.y) < 0.4 * row.cells.bar.height for row in rows) for box in boxes)
    taken = [*used, *(row.cells.score for row in rows), *(row.cells.name for row in rows)]
    return (
        beside >= _PART * max(len(boxes), min(len(part.rows) for part in parts))
        and min(numbers.height, height) >= _SAME_SIZE * max(numbers.height, height)
        and not any(_is_within(box, other) or _is_within(other, box) for box in boxes for other in taken)
    )


def _has(part: _Part, numbers: Numbers) -> bool:
    """Whether a column is one of the panel's, and no score of a side whose places stand between."""
    between = (one for one in part.panel.numbers if part.roles.score.right < one.left and one.right < numbers.left)
    return numbers in part.panel.numbers and not any(may_be_places(one) for one in between)


def _spans(parts: Sequence[_Part], width: int) -> list[tuple[float, float, float, float]]:
    """For each panel from left to right, the end of the one before, the cuts on both sides, the start of the next.

    What stands between two panels belongs to the right one, as tags do; totals may belong to either.
    """
    edges = [
        (min(row.cells.bar.x for row in part.rows), max(right(row.cells.bar) for row in part.rows)) for part in parts
    ]
    cuts = [0.0, *((start + 3 * end) / 4 for (_, end), (start, _) in pairwise(edges)), float(width)]
    befores = [0.0, *(float(end) for _, end in edges[:-1])]
    nexts = [*(float(start) for start, _ in edges[1:]), float(width)]
    return list(zip(befores, cuts[:-1], cuts[1:], nexts, strict=True))


def _difference(heads: Sequence[Head], boxes: Sequence[Box], used: set[Box]) -> Box | None:
    """The text between two sides, right of the rows."""
    if len(heads) != 2:
        return None
    above, below = heads[0].side.rows[-1].bar, heads[1].side.rows[0].bar
    border, pitch = (middle_y(above) + middle_y(below)) / 2, above.height
    near = [
        box
        for box in boxes
        if abs(middle_y(box) - border) < 0.8 * pitch
        and box.x > right(above) - 0.3 * pitch
        and not any(table_sides.touch(box, other) for other in used)
    ]
    return min(near, key=lambda box: abs(middle_y(box) - border), default=None)


def _is_headed(parts: Sequence[_Part]) -> bool:
    return all(part.roles.headed for part in parts)


def _is_room(parts: Sequence[_Part]) -> bool:
    """Whether all scores read add up to a whole number of races."""
    values = [row.value for part in parts for row in part.rows]
    each = race_sum(len(values))
    known = [value for value in values if value is not None]
    return each is not None and len(known) == len(values) >= _FEWEST_IN_ROOM and sum(known) % each == 0


def _fit(parts: Sequence[_Part], heads: Sequence[Head]) -> float:
    """Sums that close are a table; regular rows with tags perhaps; without either it is more likely a game's list."""
    rows = sum(len(part.rows) for part in parts)
    closing = sum(head.closes for head in heads) / len(heads)
    drawn = sum(head.side.total is not None for head in heads) / len(heads)
    tagged = sum(head.side.tag is not None for head in heads) / len(heads) if len(heads) > 1 else 0.0
    beside = max(closing, 0.8 * drawn, 0.8 * tagged, _HEADED * _is_headed(parts), _WHOLE * _is_room(parts))
    return round(min(1.0, rows / 6) * (0.5 + 0.5 * beside) * (1.0 if rows > 3 or closing else 0.8), 3)
