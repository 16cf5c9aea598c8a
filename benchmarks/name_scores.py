"""Ways to match the rows of invented rooms with their rosters, and how they are scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from benchmarks.invented_names import Family
from benchmarks.misread_names import MISREAD
from benchmarks.name_rooms import Room, rooms
from mkw.ids import PlayerId
from mkw.names import SURE, How, fold, match_names, without_tag

SIZES = (12, 40, 200)

Said = tuple[PlayerId | None, bool]  # whom the row is given to, and whether without a question
Judge = Callable[[Room], Sequence[Said]]


def ours(room: Room, sure: float = SURE) -> list[Said]:
    texts = [row.text for row in room.rows]
    told = [row.confidence for row in room.rows]
    found = match_names(texts, room.roster, tags=room.tags, confidences=told, sure=sure)
    return [(one.player_id, one.how in (How.EXACT, How.NEAR)) for one in found]


def without_confidence(room: Room) -> list[Said]:
    found = match_names([row.text for row in room.rows], room.roster, tags=room.tags)
    return [(one.player_id, one.how in (How.EXACT, How.NEAR)) for one in found]


def exact_only(room: Room) -> list[Said]:
    """Folded equality of name or alias, with or without the tag; the first row gets the player."""
    known: dict[str, PlayerId] = {}
    for one in room.roster:
        for name in (one.name, *one.aliases):
            known.setdefault(fold(without_tag(name, room.tags)), one.player_id)
    said: list[Said] = []
    for row in room.rows:
        found = known.get(fold(without_tag(row.text, room.tags)))
        taken = found is not None and found not in {player for player, _ in said}
        said.append((found, True) if taken else (None, False))
    return said


def nearest(room: Room) -> list[Said]:
    """The nearest by plain edit distance, row by row; taken where a quarter of the letters or less differ."""
    said: list[Said] = []
    free = {one.player_id: one for one in room.roster}
    for row in room.rows:
        form = fold(without_tag(row.text, room.tags))
        ranked = [
            (Levenshtein.normalized_distance(form, fold(without_tag(name, room.tags))), one.player_id)
            for one in free.values()
            for name in (one.name, *one.aliases)
        ]
        share, player = min(ranked, default=(1.0, PlayerId(0)))
        said.append((player, share <= 0.25) if share <= 0.5 else (None, False))
        free.pop(player if share <= 0.5 else PlayerId(0), None)
    return said


@dataclass(slots=True)
class Score:
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, room: Room, said: Sequence[Said]) -> None:
        for row, (player, taken) in zip(room.rows, said, strict=True):
            is_known = row.player_id is not None
            kind = "known" if is_known else "stranger"
            right = player is not None and player == row.player_id
            self.counts[kind] += 1
            self.counts["misread"] += is_known and row.misread
            self.counts["misread taken"] += is_known and row.misread and taken and right
            self.counts["taken"] += taken and right
            self.counts["asked right"] += is_known and not taken and right
            self.counts["asked wrong"] += is_known and not taken and player is not None and not right
            self.counts["none"] += is_known and player is None
            self.counts[f"false {kind}"] += taken and not right
            self.counts["asked stranger"] += not is_known and not taken and player is not None
            self.counts["false twin"] += taken and not right and row.twin

    def share(self, what: str, of: str = "known") -> str:
        return f"{100 * self.counts[what] / max(1, self.counts[of]):.1f} %"

    @property
    def false_links(self) -> float:
        """The share of all rows."""
        wrong = self.counts["false known"] + self.counts["false stranger"]
        return wrong / max(1, self.counts["known"] + self.counts["stranger"])

    @property
    def resolved(self) -> float:
        """The share of the known rows taken rightly without a question."""
        return self.counts["taken"] / max(1, self.counts["known"])

    def line(self) -> str:
        counts = self.counts
        rows = counts["known"] + counts["stranger"]
        wrong = f"{100 * self.false_links:.3f} % ({counts['false known']} + {counts['false stranger']})"
        misread = self.share("misread taken", "misread")
        asked = " | ".join(self.share(what) for what in ("asked right", "asked wrong", "none"))
        strangers = self.share("asked stranger", "stranger")
        return f"{rows} | {100 * self.resolved:.2f} % | {misread} | {asked} | {wrong} | {strangers}"


HEAD = (
    "| {} | rows | known taken | misread taken | asked, right | asked, wrong | none | false links (known + strangers) "
    "| strangers asked |\n|" + " --- |" * 9
)


def measure(judge: Judge, all_rooms: Iterable[Room]) -> Score:
    score = Score()
    for room in all_rooms:
        score.add(room, judge(room))
    return score


def corpus(family: Family, size: int, *, seeds: Sequence[int], count: int, rate: float = MISREAD) -> list[Room]:
    return [room for seed in seeds for room in rooms(seed, family, size=size, count=count, rate=rate)]
