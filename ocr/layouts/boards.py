"""Web scoreboards: a line of headers says what every column holds. Its words are read, and the columns cut by them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ocr.detector import shared_detector
from ocr.layouts import table_ink, table_sides
from ocr.layouts.found import Box, Found, FoundRow, FoundSide
from ocr.layouts.table_columns import around, bottom, middle_x, middle_y, right
from ocr.layouts.table_sample import Sample
from ocr.models import ModelMissingError
from ocr.readers import Pixels
from ocr.reading import Layout

_WORDS = {  # what a header's word says its column holds
    "score": r"points?|pts|score|scores|total|totals|sum|得点|ポイント|合計",
    "name": r"players?|names?|racers?|members?|プレイヤー|名前",
    "place": r"#|no|rank|pos|place|position|順位",
    "races": r"races|played|rp|races played|gp|レース",
    "team": r"teams?|clans?|tag|チーム",
    "other": r"avg|average|avg[/ ]?race|best|high|low|mmr|diff|r\d{1,2}|\+/?-",
}
_FEWEST_ROWS = 3
_SMALL_PITCH, _GOOD_PITCH = 16, 22  # pixels between rows: below the first the detector joins and loses cells
_LINES_ABOVE = 6  # lines of text read in search of the headers
_FIT = 0.97


@dataclass(frozen=True, slots=True)
class _Head:
    box: Box
    holds: str


def find(pixels: Pixels) -> list[Found]:
    """The scoreboard; empty where no line of headers with a word for points and one for players was read."""
    try:
        detector = shared_detector()
    except ModelMissingError:
        return []
    found = _board(pixels, detector.boxes(pixels))
    if found is None:
        return []
    seen = found.sides[0].rows[0].bar.height * detector.long_side / max(pixels.shape[:2])
    if seen < _SMALL_PITCH:
        closer = round(min(2 * detector.long_side, detector.long_side * _GOOD_PITCH / seen))
        found = _board(pixels, detector.boxes(pixels, long_side=closer)) or found
    return [found]


def _board(pixels: Pixels, boxes: Sequence[Box]) -> Found | None:
    sample = Sample(pixels)
    for line in _candidates(boxes):
        first = [
            head.holds for box, text in zip(line, sample.texts(line[:2]), strict=False) for head in _heads(box, text)
        ]
        if not {"name", "place", "team"}.intersection(first):
            continue  # most pictures have no headers: two words a line are enough to see it
        heads = [head for box, text in zip(line, sample.texts(line), strict=True) for head in _heads(box, text)]
        known = {head.holds for head in heads}
        if "score" in known and ("name" in known or "place" in known):
            below = [box for box in boxes if middle_y(box) > bottom(around(line))]
            found = _Board(pixels, heads, below, boxes).found()
            if found is not None:
                return found
    return None


def _heads(box: Box, text: str) -> list[_Head]:
    """The header of a box, or two where `# Player` was boxed as one: their widths go with their letters."""
    words = text.split()
    if _meaning(text) or len(words) != 2 or not all(_meaning(word) for word in words):
        return [_Head(box, _meaning(text))]
    first, second = (round(box.width * len(word) / (len(words[0]) + len(words[1]) + 1)) for word in words)
    return [
        _Head(Box(box.x, box.y, first, box.height), _meaning(words[0])),
        _Head(Box(right(box) - second, box.y, second, box.height), _meaning(words[1])),
    ]


def _meaning(text: str) -> str:
    plain = text.strip().strip(".:").casefold()
    return next((holds for holds, words in _WORDS.items() if re.fullmatch(words, plain)), "")


def _candidates(boxes: Sequence[Box]) -> list[list[Box]]:
    """Lines of two boxes or more of one height, under which as many others stand, from the top down."""
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=middle_y):
        if lines and abs(middle_y(box) - middle_y(lines[-1][0])) < 0.4 * min(box.height, lines[-1][0].height):
            lines[-1].append(box)
        else:
            lines.append([box])
    wide = [sorted(line, key=lambda box: box.x) for line in lines if len(line) >= 2]
    return [
        line for line in wide if sum(_under(line[-1], box) and box.y > line[-1].y for box in boxes) >= _FEWEST_ROWS
    ][:_LINES_ABOVE]


def _under(head: Box, box: Box) -> bool:
    return box.x < right(head) + head.height and right(box) > head.x - head.height


class _Board:
    """One scoreboard being cut."""

    def __init__(self, pixels: Pixels, heads: Sequence[_Head], below: Sequence[Box], boxes: Sequence[Box]) -> None:
        self._pixels, self._heads, self._below, self._boxes = pixels, heads, below, boxes

    def found(self) -> Found | None:
        scores = self._column("score")
        if len(scores) < _FEWEST_ROWS:
            return None
        steps = [middle_y(after) - middle_y(before) for before, after in pairwise(scores)]
        pitch = float(median(steps))
        scores = _unbroken(scores, pitch)
        names = self._column("name")
        if len(scores) < _FEWEST_ROWS or len(names) < _FEWEST_ROWS - 1:
            return None
        if self._has_more(scores):
            return None
        left, end = self._name_span(names, scores)
        size = float(median(box.height for box in scores))
        rows = [self._row(y, scores, left, end, pitch, size) for y in _lines(scores, names, pitch)]
        rows = [row for row in rows if row is not None]
        if len(rows) < _FEWEST_ROWS:
            return None
        top = min(head.box.y for head in self._heads)
        title = table_sides.find_title(
            [box for box in self._boxes if bottom(box) <= top + 0.2 * pitch], top, pitch, left, max(map(right, scores))
        )
        kept = tuple(row for row in rows if row is not None)
        return Found(Layout.TABLE, (FoundSide(kept),), _FIT, title and table_ink.bright_part(self._pixels, title))

    def _has_more(self, scores: Sequence[Box]) -> bool:
        """Whether numbers without a header of their own stand behind the scores: totals of sides, a table's matter."""
        end = median(right(box) for box in scores)
        after = [head.box for head in self._heads if head.box.x > end]
        behind = [
            box
            for box in self._below
            if end - 0.2 * box.height < box.x < end + 4 * box.height
            and scores[0].y < middle_y(box) < bottom(scores[-1])
            and not any(_under(head, box) for head in after)
        ]
        return len(behind) >= 2

    def _column(self, holds: str) -> list[Box]:
        """The boxes under the last header of that meaning which share its left edge, its middle or its right edge."""
        heads = [head.box for head in self._heads if head.holds == holds]
        if not heads and holds == "name":  # behind the places
            places = [head.box for head in self._heads if head.holds == "place"]
            heads = [head.box for head in self._heads if places and head.box.x > right(places[0]) and not head.holds][
                :1
            ]
        if not heads:
            return []
        head = heads[-1]
        ways = ((lambda box: box.x), middle_x, right)
        columns = [
            [box for box in self._below if abs(way(box) - way(head)) < 0.5 * head.height and self._fits(box, head)]
            for way in ways
        ]
        column = max(columns, key=len)
        centre = [box for box in self._below if box.x < middle_x(head) < right(box) and self._fits(box, head)]
        best = centre if len(centre) > 1.2 * len(column) and holds == "score" else column
        return sorted(best, key=middle_y)

    def _fits(self, box: Box, head: Box) -> bool:
        others = [other.box for other in self._heads if other.box is not head]
        crossing = any(box.x < middle_x(other) < right(box) for other in others if other.x > right(head))
        return 0.5 * head.height < box.height < 2.5 * head.height and not crossing

    def _name_span(self, names: Sequence[Box], scores: Sequence[Box]) -> tuple[int, int]:
        """Where names begin and must end: at the next column."""
        left = round(median(box.x for box in names)) if len(names) > 1 else names[0].x
        left = min([left, *(box.x for box in names)])
        after = [head.box for head in self._heads if head.box.x > left + names[0].height and head.holds != "name"]
        ends = [min(box.x for box in scores)]
        for head in after:
            under = [
                box.x for box in self._below if abs(middle_x(box) - middle_x(head)) < head.height or box.x == head.x
            ]
            under += [box.x for box in self._below if abs(box.x - head.x) < 0.4 * head.height]
            ends.append(min([head.x, *(x for x in under if x > left + names[0].height)]))
        return left, min(end for end in ends if end > left)

    def _row(self, y: float, scores: Sequence[Box], left: int, end: int, pitch: float, size: float) -> FoundRow | None:
        level = [box for box in self._below if abs(middle_y(box) - y) < 0.35 * pitch]
        score = next((box for box in scores if abs(middle_y(box) - y) < 0.35 * pitch), None)
        margin = round(0.3 * size)
        if score is None:
            start, stop = min(box.x for box in scores), max(right(box) for box in scores)
            score = Box(start, round(y - size / 2), stop - start, round(size))
            if not table_ink.has_letter(self._pixels, table_ink.clip(score, self._pixels)):
                return None
        pieces = [box for box in level if left - margin <= box.x < end - margin]
        joined = [box for box in level if box.x < left - margin and right(box) > left + size]
        before = [box for box in level if right(box) <= left + size and box.x < left - margin]
        if pieces or joined:
            whole = around([*pieces, *joined])
            has_place = any(head.holds == "place" for head in self._heads)
            start = max(whole.x, left - margin) if joined and pieces and has_place else whole.x
            name = Box(start, whole.y, max(1, min(right(whole), end) - start), whole.height)
        elif table_ink.has_letter(
            self._pixels,
            table_ink.clip(Box(left - margin, round(y - size / 2), round(2.5 * size), round(size)), self._pixels),
        ):
            name = Box(left - margin, round(y - size / 2), end - left, round(size))
        elif before:
            name = around(before)  # the tag in a line of the side's total
        else:
            return None
        place = self._cell("place", level)
        bar = Box(name.x, round(y - pitch / 2), max(1, right(score) - name.x), round(pitch))
        return FoundRow(
            bar=table_ink.clip(bar, self._pixels),
            name=table_ink.clip(name, self._pixels),
            score=table_ink.clip(score, self._pixels),
            place=table_ink.clip(place, self._pixels) if place and place not in {name, *joined} else None,
            races=table_ink.clip(races, self._pixels) if (races := self._cell("races", level)) else None,
        )

    def _cell(self, holds: str, level: Sequence[Box]) -> Box | None:
        """The box of a line under the header of that meaning."""
        heads = [head.box for head in self._heads if head.holds == holds]
        under = [box for box in level for head in heads if _under(head, box) and box.width < 4 * box.height]
        return min(under, key=lambda box: abs(middle_x(box) - middle_x(heads[0])), default=None)


def _unbroken(scores: Sequence[Box], pitch: float) -> list[Box]:
    """The scores up to the first hole too wide for a table."""
    out = [scores[0]]
    for box in scores[1:]:
        if middle_y(box) - middle_y(out[-1]) > 4.5 * pitch:
            break
        if middle_y(box) - middle_y(out[-1]) > 0.5 * pitch:
            out.append(box)
    return out


def _lines(scores: Sequence[Box], names: Sequence[Box], pitch: float) -> list[float]:
    """The rows by their centres: where a score stands, and where a name does within their reach."""
    lines = [middle_y(box) for box in scores]
    first, last = lines[0] - 1.3 * pitch, lines[-1] + 1.3 * pitch
    for box in names:
        y = middle_y(box)
        if first < y < last and all(abs(y - line) > 0.6 * pitch for line in lines):
            lines.append(y)
    return sorted(lines)
