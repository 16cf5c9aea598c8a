"""Players as cards beside one another: every name stands over its score rather than left of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ocr import texts
from ocr.layouts import table_ink
from ocr.layouts.boxes import around, bottom, middle_x, middle_y, right
from ocr.layouts.found import Box, FoundRow
from ocr.layouts.table_columns import Column
from ocr.layouts.table_panels import Panel
from ocr.layouts.table_pieces import Numbers, Pieces
from ocr.layouts.table_roles import Roles
from ocr.layouts.table_rows import PanelRow
from ocr.layouts.words import Word
from ocr.readers import Pixels

_HIGHEST = 999
_OVER = (0.5, 1.9)  # of a text height: how far the centre of a name stands over its number's
_OFF = 0.5  # of a text height: how far apart the centres, or the left edges, of a name and its number lie
_ALIKE = 0.62  # the lower of two text heights over the higher
_LEVEL = 0.5  # of a text height: how far apart the numbers of one line of cards stand
_BESIDE = 1.0  # of a text height: the least distance of two cards' numbers
_FEWEST = 4
_CARD = 3.0  # of a text height: no card is lower, so far as totals over and beside it are told by that


@dataclass(frozen=True, slots=True)
class _Card:
    name: Box
    score: Box
    value: int


def find_cards(pixels: Pixels, pieces: Pieces) -> tuple[Panel, Roles, list[PanelRow]] | None:
    """All cards as one panel, line by line from the left; None where fewer than four stand in lines."""
    numbers = [word for word in pieces.words if word.value is not None and word.value <= _HIGHEST]
    names = [word for word in pieces.phrases if word.wordy and not word.is_figure and not texts.is_title(word.text)]
    cards = [card for number in numbers if (card := _card(number, names)) is not None]
    if len(cards) < _FEWEST:
        return None
    height = median(card.score.height for card in cards)
    cards = [card for card in cards if _ALIKE * height <= card.score.height <= height / _ALIKE]
    lines = [line for line in _lines(cards, height) if len(line) > 1]
    lines = [_whole(pixels, line, numbers) for line in lines]
    cards = [card for line in lines for card in line]
    if len(cards) < _FEWEST:
        return None
    return _panel(pixels, lines, cards)


def _card(number: Word, names: Sequence[Word]) -> _Card | None:
    """The number with the words right over it."""
    height = number.box.height
    over = [
        name.box
        for name in names
        if _OVER[0] * height < middle_y(number.box) - middle_y(name.box) < _OVER[1] * height
        and name.box.height >= _ALIKE * height
        and (
            abs(middle_x(name.box) - middle_x(number.box)) < _OFF * height
            or abs(name.box.x - number.box.x) < 0.5 * _OFF * height
        )
    ]
    name = max(over, key=middle_y, default=None)
    return _Card(name, number.box, number.value) if name is not None and number.value is not None else None


def _lines(cards: Sequence[_Card], height: float) -> list[list[_Card]]:
    lines: list[list[_Card]] = []
    for card in sorted(cards, key=lambda card: middle_y(card.score)):
        if lines and middle_y(card.score) - middle_y(lines[-1][0].score) < _LEVEL * height:
            lines[-1].append(card)
        else:
            lines.append([card])
    ordered = [sorted(line, key=lambda card: card.score.x) for line in lines]
    return [line for line in ordered if all(b.score.x - right(a.score) > _BESIDE * height for a, b in pairwise(line))]


def _whole(pixels: Pixels, line: list[_Card], numbers: Sequence[Word]) -> list[_Card]:
    """The line with the cards whose names could not be read."""
    height = median(card.score.height for card in line)
    y, over = (
        median(middle_y(card.score) for card in line),
        median(middle_y(card.score) - middle_y(card.name) for card in line),
    )
    tall, wide = median(card.name.height for card in line), max(card.name.width for card in line)
    known = {card.score for card in line}
    for number in numbers:
        if number.box in known or number.value is None or abs(middle_y(number.box) - y) > _LEVEL * height:
            continue
        apart = all(abs(middle_x(number.box) - middle_x(card.score)) > _BESIDE * height for card in line)
        name = Box(
            round(middle_x(number.box) - wide / 2), round(middle_y(number.box) - over - tall / 2), wide, round(tall)
        )
        alike = _ALIKE * height <= number.box.height <= height / _ALIKE
        if apart and alike and table_ink.has_letter(pixels, table_ink.clip(name, pixels)):
            line = [*line, _Card(table_ink.clip(name, pixels), number.box, number.value)]
    return sorted(line, key=lambda card: card.score.x)


def _panel(
    pixels: Pixels, lines: Sequence[Sequence[_Card]], cards: Sequence[_Card]
) -> tuple[Panel, Roles, list[PanelRow]]:
    height = median(card.score.height for card in cards)
    ys = [median(middle_y(card.score) for card in line) for line in lines]
    pitch = min([after - before for before, after in pairwise(ys)] + [_CARD * height])
    numbers = Numbers(Column(tuple(card.score for card in cards)), {card.score: card.value for card in cards})
    rows = []
    for y, line in zip(ys, lines, strict=True):
        for card in line:
            whole = around([card.name, card.score])
            bar = Box(whole.x, whole.y, whole.width, bottom(whole) - whole.y)
            cells = FoundRow(bar=bar, name=card.name, score=card.score, partial=table_ink.touches(pixels, card.score))
            rows.append(PanelRow(y, card.value, cells))
    panel = Panel(Column(tuple(card.name for card in cards)), (numbers,), tuple(ys), pitch)
    return panel, Roles(numbers), rows
