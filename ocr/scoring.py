"""Marks for a reading against the truth: pairing of rows, names folded, what was silent. Pure functions.

Both are taken in their JSON forms: a reading as `Reading.to_json` gives it, a truth as a labelled picture has it:
`rows` of `name` (with `name_alt`), `score`, `place`, `race_points`, `races_played`; `teams` of `score`; `expect`
(`refuse` or `optional`) where no rows are asked for. JSON, because kept readings come from older versions.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

# Letters that pixels cannot tell apart, and that players use for their looks: compared as one.
_DRAWN_AS = {
    "3": "з", "A": "АΛ", "B": "ßβΒВ", "C": "С", "D": "ÐĐ", "E": "ΣЕ€", "G": "ɢ", "H": "Н", "K": "К", "M": "М",
    "O": "ОΟØ", "P": "Р", "T": "Т", "X": "Х", "a": "аαλ", "b": "в", "c": "с", "d": "д", "e": "еε", "h": "н",
    "i": "ιі", "j": "ј", "k": "кκ", "l": "｜", "m": "м", "n": "η", "o": "σоοø", "p": "рρ", "r": "г", "s": "ѕ",
    "t": "тτ", "u": "υ", "v": "ν", "w": "ω", "x": "хχ", "y": "уγ", "☆": "★",
}  # fmt: skip
_DRAWN_ALIKE = str.maketrans({letter: plain for plain, letters in _DRAWN_AS.items() for letter in letters})
_SAME = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "・": "·"})
_VOICED = "\u3099\u309a"  # of Japanese: another letter, not an accent
_LEAST_ALIKE = 0.45  # rows less alike than this stay unpaired
_SCORE_ALIKE, _PLACE_ALIKE = 0.6, 0.2  # what the same score and the same place add to names that are alike
_SAYS_RACES = ("table", "pills", "board")  # kinds whose pictures say how many races a row ran


@dataclass(frozen=True, slots=True)
class RowMark:
    """One row: what it should be and what was read. `read` is None where it was not found, `true` where there is
    none."""

    true: Json | None
    read: Json | None
    score_right: bool
    name_right: bool  # folded
    name_exact: bool
    points_right: bool | None  # of the race, `+N`; None where the picture says none
    races_right: bool | None
    doubted: bool  # it has a doubt, or the picture was refused

    @property
    def silent(self) -> bool:
        """A wrong score without a doubt."""
        return self.true is not None and self.read is not None and not self.score_right and not self.doubted

    @property
    def name_confidence(self) -> float | None:
        """0..1, as the reader said; None where it said nothing."""
        return None if self.read is None else self.read.get("name_confidence")

    @property
    def confidence(self) -> float | None:
        """0..1, of the numbers; None where the reader said nothing."""
        return None if self.read is None else self.read.get("confidence")


@dataclass(frozen=True, slots=True)
class Marks:
    """`counts` of what was asked and what was right; `rows` in the order of the truth, rows that should not be last."""

    counts: Counter[str]
    rows: tuple[RowMark, ...] = ()


def fold(name: str | None) -> str:
    """The name as people recognise it: width, case, accents and look-alike letters do not count."""
    text = unicodedata.normalize("NFKC", name or "").translate(_DRAWN_ALIKE).casefold()
    parts = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in parts if not unicodedata.combining(letter) or letter in _VOICED)
    return "".join(text.split()).replace("\u200b", "").translate(_SAME)


def pair(true: Sequence[Json], read: Sequence[Json]) -> dict[int, int]:
    """Index of the truth -> index of the reading, the likest first; rows with nothing in common stay unpaired."""
    ranked = sorted(((_likeness(t, r), i, j) for i, t in enumerate(true) for j, r in enumerate(read)), reverse=True)
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for likeness, i, j in ranked:
        if likeness >= _LEAST_ALIKE and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def mark(truth: Json, reading: Json, kind: str) -> Marks:
    """`kind` is the kind of picture, such as `table` or `mkw-race`. Raises KeyError where a form is not as it should
    be."""
    refused = reading["status"] == "refused"
    counts: Counter[str] = Counter(images=1)
    if truth.get("expect") == "optional":
        return Marks(counts)
    if truth.get("expect") == "refuse" or not truth["rows"]:
        counts.update(refuse=1, refused_right=refused)
        return Marks(counts)
    wanted = [row for row in truth["rows"] if row.get("score") is not None]
    read = [row for side in reading.get("sides", ()) for row in side["rows"]]
    pairs = pair(wanted, read)
    rows = [_mark_row(true, read[pairs[at]] if at in pairs else None, refused, kind) for at, true in enumerate(wanted)]
    paired = set(pairs.values())
    extra = [_mark_row(None, row, refused, kind) for at, row in enumerate(read) if at not in paired]
    counts.update(refused_wrong=refused, rows=len(wanted), found=len(pairs), extra=len(extra))
    for row in rows:
        _count(counts, row)
    counts["whole"] += len(read) == len(wanted) and all(row.score_right and row.name_right for row in rows)
    totals = Counter(team["score"] for team in truth.get("teams", ()) if isinstance(team.get("score"), int))
    got = Counter(side.get("total") for side in reading.get("sides", ()))
    counts.update(totals=totals.total(), totals_right=(totals & got).total())
    return Marks(counts, (*rows, *extra))


def _mark_row(true: Json | None, read: Json | None, refused: bool, kind: str) -> RowMark:  # noqa: FBT001
    got = read or {}
    wanted = true or {}
    alternatives = wanted.get("name_alt", [])
    names = [wanted.get("name"), *(alternatives if isinstance(alternatives, list) else [alternatives])]
    points, races = wanted.get("race_points"), wanted.get("races_played") if kind in _SAYS_RACES else None
    return RowMark(
        true=true,
        read=read,
        score_right=true is not None and got.get("score") == wanted["score"],
        name_right=true is not None and fold(got.get("name")) in [fold(name) for name in names],
        name_exact=true is not None and got.get("name") in names,
        points_right=None if points is None else got.get("race_points") == points,
        races_right=got.get("races") == races if races else None,
        doubted=refused or bool(got.get("doubts")),
    )


def _count(counts: Counter[str], row: RowMark) -> None:
    wrong = row.read is not None and not row.score_right
    counts.update(
        score_right=row.score_right,
        name_exact=row.name_exact,
        name_folded=row.name_right,
        silent=row.silent,
        wrong_doubted=wrong and row.doubted,
        right_doubted=row.score_right and row.doubted,
        points=row.points_right is not None,
        points_right=bool(row.points_right),
        silent_points=row.points_right is False and row.read is not None and not row.doubted,
        races=row.races_right is not None,
        races_right=bool(row.races_right),
    )


def _likeness(true: Json, read: Json) -> float:
    a, b = fold(true["name"]), fold(read.get("name"))
    return (
        (1 - _distance(a, b) / max(len(a), len(b), 1))
        + _SCORE_ALIKE * (true["score"] is not None and true["score"] == read.get("score"))
        + _PLACE_ALIKE * (true.get("place") is not None and true.get("place") == read.get("place"))
    )


def _distance(a: str, b: str) -> int:
    """Levenshtein: letters put in, left out or changed."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]
