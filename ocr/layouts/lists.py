"""The game's lists: one race with +N, the standings between races, the final list; one or two columns of rows.

Where the rows stand on the colours of teams, the proposal is a team screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr.detector import Detector, shared_detector
from ocr.layouts.beside import with_short_columns
from ocr.layouts.blocks import Block, find_lists, seen_cells
from ocr.layouts.boxes import around, crop, right
from ocr.layouts.cells import rows_of
from ocr.layouts.closer import CLEAR_TEXT, closer_boxes
from ocr.layouts.found import Box, Found, FoundSide
from ocr.layouts.grid import name_lattices
from ocr.layouts.hidden import may_hide_columns, much_colour
from ocr.layouts.split import split_merged
from ocr.layouts.teams import as_teams
from ocr.models import ModelMissingError
from ocr.readers import Pixels
from ocr.reading import Layout
from ocr.tones import brightest, in_colour

_MOST_LISTS = 2  # on one picture
_RIVAL = 0.5  # of the cells of the largest list: below it a list is not looked at
_SMALL_TEXT = 20.0  # pixels of text before the detector below which it misses whole columns
_FEWEST_MORE = 2  # rows a wider look must add
_FEW_ROWS = 3  # of a list of several columns
_MOST_ROWS = 24  # of a list: no room has more players
_FULL = 12  # rows of a column: of fewer there may be one more that nothing was seen of
_NEARLY = 0.8  # share of the cells seen before
_MOST_SEEN = 0.5  # share of a column's numbers
_LARGE = 2.0  # times the detector's own size: a picture it sees at half of its size or less
_MOST_GROWN = 3  # looks from near, each of a part grown by what the one before saw
_WIDEST_LOOK = 1600  # long side of a look at everything beside a list
_WIDE_TEXT = 22.0  # pixels of text in it where no cell is missing: enough to see that a column is there


def find(pixels: Pixels) -> list[Found]:
    """One proposal for each list on the picture, two at most: every column of its rows, as one side or as teams."""
    proposals = []
    parted_lists = [[split_merged(block, pixels) for block in blocks] for blocks in find_blocks(pixels)]
    for parted in parted_lists or _few_rows(pixels):
        rows = tuple(row for block in parted for row in rows_of(block, pixels))
        if not 0 < len(rows) <= _MOST_ROWS:
            continue
        fit = _completeness(parted)
        layout = Layout.RACE if any(block.plus for block in parted) else Layout.STANDINGS
        teams = as_teams(pixels, rows, fit)
        if teams is not None:
            teams = replace(teams, left_over=may_hide_columns(pixels, parted))
        proposals.append(teams or Found(layout, (FoundSide(rows),), fit))
    return proposals


def _few_rows(pixels: Pixels) -> list[list[Block]]:
    """A race's list with few rows on the picture yet, seen from near in the half it scrolls into; mostly none.

    So few rows of names and numbers are on any photograph; with +N between them they are a list.
    """
    try:
        detector = shared_detector()
    except ModelMissingError:
        return []
    height, width = pixels.shape[:2]
    half = Box(width // 2, 0, width - width // 2, height)
    found = _lists_in(closer_boxes(pixels, half, CLEAR_TEXT, detector))[:1]
    parted = [[split_merged(block, pixels) for block in blocks] for blocks in found]
    return [blocks for blocks in parted if any(block.plus for block in blocks)]


def find_blocks(pixels: Pixels) -> list[list[Block]]:
    """The lists on the picture as columns of rows; looked at again from near where cells are missing."""
    try:
        detector = shared_detector()
    except ModelMissingError:
        return []
    plain = _look(pixels, detector)
    if not _on_colour(pixels, plain[0] if plain else []) or (plain and _is_whole(pixels, plain[0])):
        return plain
    lit = _look(_brightest(pixels), detector, plain)
    return max(plain, lit, key=lambda found: seen_cells(found[0]) if found else 0)


def _look(pixels: Pixels, detector: Detector, known: Sequence[list[Block]] = ()) -> list[list[Block]]:
    """The lists that show on these pixels; where they show the rows of what is `known` and no more, they stand so."""
    boxes = detector.boxes(pixels)
    far = _lists_in(boxes)
    if not far:
        area = _names_area(boxes)
        closer = _lists_in(closer_boxes(pixels, *area, detector))[:1] if area else []
        return closer or _small_lists(pixels, detector)
    if known and _rows(far[0]) == _rows(known[0]) and _all_clear(far[0]) and _all_clear(known[0]):
        return far[:1]
    worthy = [blocks for blocks in far[:_MOST_LISTS] if seen_cells(blocks) >= _RIVAL * seen_cells(far[0])]
    return [_looked_closer(pixels, blocks, detector) for blocks in worthy]


def _lists_in(boxes: Sequence[Box]) -> list[list[Block]]:
    """Lists with their short columns; where there are none, rows too few to be one if nothing stood beside them."""
    found = find_lists(boxes) or [blocks for blocks in find_lists(boxes, _FEW_ROWS) if len(blocks) > 1]
    return sorted((with_short_columns(blocks, boxes) for blocks in found), key=seen_cells, reverse=True)


def _on_colour(pixels: Pixels, blocks: Sequence[Block]) -> bool:
    """Whether the list, or the whole picture where none was seen, stands on colours as strong as those of teams."""
    return much_colour(crop(pixels, _area(blocks)[0]) if blocks else pixels)


def _is_whole(pixels: Pixels, blocks: Sequence[Block]) -> bool:
    """Whether nothing of a list can be hidden on colours: columns seen alike, and no bars beside or between."""
    alike = len({len(block.rows) for block in blocks}) == 1
    return alike and _all_clear(blocks) and not may_hide_columns(pixels, blocks)


def _brightest(pixels: Pixels) -> Pixels:
    """The strongest of a pixel's colours alone: dark letters stand out from a bar of their own colour in no other."""
    return in_colour(brightest(pixels))


def _small_lists(pixels: Pixels, detector: Detector) -> list[list[Block]]:
    """Lists on a picture so large that the detector saw its letters too small."""
    height, width = pixels.shape[:2]
    if max(height, width) < _LARGE * detector.long_side:
        return []
    return _lists_in(detector.boxes(pixels, long_side=_WIDEST_LOOK))[:1]


def _looked_closer(pixels: Pixels, blocks: list[Block], detector: Detector) -> list[Block]:
    height, width = pixels.shape[:2]
    area, text = _area(blocks)
    if _rows(blocks) == _MOST_ROWS and _all_clear(blocks):
        return blocks
    seen_in = Box(0, 0, width, height)
    if text * detector.long_side / max(height, width) < _SMALL_TEXT:  # columns beside it may have been missed whole
        across = Box(0, area.y, width, area.height)
        clear = _WIDE_TEXT if _all_clear(blocks) else CLEAR_TEXT
        wider = _lists_in(closer_boxes(pixels, across, text, detector, closest=_WIDEST_LOOK, clear=clear))
        if wider and _rows(wider[0]) >= _rows(blocks) + _FEWEST_MORE:
            blocks, seen_in = wider[0], across
            area, text = _area(blocks)
    for _ in range(_MOST_GROWN):
        if _all_clear(blocks) and not _reaches_end(blocks, seen_in, height):
            break
        closer = _lists_in(closer_boxes(pixels, area, text, detector))
        if not closer or not _shows_more(closer[0], blocks):
            break
        is_all = _rows(closer[0]) == _rows(blocks)
        blocks, seen_in = closer[0], area
        if is_all:
            break
        area, text = _area(blocks)  # where rows reach its end there may be more of them
    return blocks


def _shows_more(closer: Sequence[Block], blocks: Sequence[Block]) -> bool:
    """Whether a look saw as much of a list as the one before it, more rows though fewer of their cells, or no more rows
    than there are players."""
    seen = seen_cells(closer) / seen_cells(blocks)
    more, fewer = _rows(closer) > _rows(blocks), _rows(closer) <= _MOST_ROWS < _rows(blocks)
    return seen >= 1 or ((more or fewer) and seen >= _NEARLY)


def _reaches_end(blocks: Sequence[Block], area: Box, height: int) -> bool:
    """Whether a list has rows up to the upper or lower end of a part of a picture so many pixels high."""
    lattices = [(block.scores.lattice, block.rows) for block in blocks]
    above = min(lattice.centre(rows[0]) - lattice.pitch for lattice, rows in lattices)
    below = max(lattice.centre(rows[-1]) + lattice.pitch for lattice, rows in lattices)
    return above <= max(0, area.y) > 0 or below >= min(height, area.y + area.height) < height


def _is_clear(block: Block) -> bool:
    """Whether all of a column was seen, or all names of a full one and so many numbers that the grid says the rest."""
    if _completeness([block]) < 1 and len(block.rows) < _FULL:
        return False
    numbers = min(len(column.boxes) for column in (block.scores, block.plus) if column)
    return len(block.names) == len(block.rows) and numbers >= _MOST_SEEN * len(block.rows)


def _all_clear(blocks: Sequence[Block]) -> bool:
    return all(map(_is_clear, blocks))


def _rows(blocks: Sequence[Block]) -> int:
    return sum(len(block.rows) for block in blocks)


def _completeness(blocks: Sequence[Block]) -> float:
    """Share of the cells of names and scores that the detector saw, 0..1."""
    seen = sum(len(block.scores.boxes) + len(block.names) for block in blocks)
    return min(1.0, seen / max(1, 2 * sum(len(block.rows) for block in blocks)))


def _area(blocks: Sequence[Block]) -> tuple[Box, float]:
    """The part of the picture a list fills, with a margin, and the height of its text."""
    columns = [column for block in blocks for column in (block.scores, block.plus) if column]
    numbers = [box for column in columns for box in column.boxes.values()]
    filled = around([*numbers, *(box for block in blocks for box in block.names.values())])
    pitch = max(block.scores.lattice.pitch for block in blocks)
    text = min(block.scores.height for block in blocks)
    return _grown(filled, pitch, 2 * pitch), text


def _names_area(boxes: Sequence[Box]) -> tuple[Box, float] | None:
    """The same where only names were seen: scores stand to their right."""
    every = name_lattices(boxes)
    longest = max((words.last - words.first for words in every), default=0)
    columns = [words for words in every if words.last - words.first >= 0.7 * longest]
    if not columns:
        return None
    words = min(columns, key=lambda words: words.left)  # further ones may hold the numbers
    top, bottom = words.lattice.centre(words.first), words.lattice.centre(words.last)
    end = max(column.left + 4 * column.height for column in columns)
    width = max(end - words.left, 16 * words.height)
    filled = Box(round(words.left), round(top), round(width), round(bottom - top))
    return _grown(filled, words.lattice.pitch, 0.0), words.height


def _grown(box: Box, pitch: float, beyond: float) -> Box:
    left, top = round(box.x - 3 * pitch), round(box.y - 2.5 * pitch)
    return Box(left, top, round(right(box) + beyond) - left, round(box.height + 5 * pitch))
