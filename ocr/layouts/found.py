"""What a layout finder hands on: where the rows and cells of a picture are. What was read to find them is not kept."""

from __future__ import annotations

from dataclasses import dataclass

from ocr.reading import Layout


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels of the picture as decoded; x and y are the upper left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FoundRow:
    bar: Box  # the whole row
    name: Box
    score: Box
    place: Box | None = None
    plus: Box | None = None  # +N
    penalty: Box | None = None  # "(-10)" of an FFA row
    races: Box | None = None  # how many races the row ran, in a column of a scoreboard
    partial: bool = False  # cut by the edge or half scrolled in


@dataclass(frozen=True, slots=True)
class FoundSide:
    rows: tuple[FoundRow, ...]
    tag: Box | None = None
    total: Box | None = None
    penalty: Box | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One finder's proposal. `fit` 0..1 says how well the picture suits the layout; the best fit is read."""

    layout: Layout
    sides: tuple[FoundSide, ...]
    fit: float
    title: Box | None = None
    difference: Box | None = None  # "±26" between two teams
    headed: bool = False  # headers over its columns say which holds the scores
    left_over: bool = False  # numbers set like the scores stand in a column that no row took
