"""A war race by race as a draft: from a race's picture to its rows, from races to everybody's score. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from bot.services.drafting import MOST_RACES, is_guess
from bot.services.drafts import Draft, DraftLine, DraftRace, DraftSide, NextRace, ReviewCheck, Whereabouts
from bot.services.errors import BadInput, Conflict
from mkw.clans import wears
from mkw.ids import UploadId
from mkw.race_chain import Chain, Race, chain_of, other_part, place_in, same_race
from mkw.race_rows import RaceRow, SeenRow, race_rows
from ocr.reading import Layout


def is_race(draft: Draft) -> bool:
    """One race's list, and nothing made of several pictures."""
    return draft.layout == Layout.RACE and not draft.chain and not draft.joined


def race_of(upload_id: UploadId, stored: Draft, settled: Draft) -> DraftRace:
    """The race on one picture: rows in its order, under the names as read or as a person said. Raises Conflict."""
    if not is_race(stored):
        raise Conflict("This is no list of one race with +N beside the totals, so it is no race to add.")
    known = [line for _, _, line in settled.rows()]
    seen = []
    for _, _, line in _in_order(stored):
        found = next((one for one in known if (one.drawn_name, one.score) == (line.drawn_name, line.score)), line)
        if found in known:
            known.remove(found)
        doubts = tuple(doubt for doubt in line.doubts if not is_guess(doubt))
        # Names are compared from picture to picture as they were read; only what a person said is surer.
        name = (found.player_name or found.name) if line.by_hand else line.name
        seen.append(SeenRow(name, line.place, line.score, line.race_points, doubts))
    tags = tuple(sorted({side.tag for side in settled.sides if side.tag}))
    return DraftRace(upload_id, race_rows(seen), tags=tags)


def our_rows(
    race: DraftRace, stored: Draft, settled: Draft, *, wearing: str | None = None
) -> tuple[tuple[str, RaceRow], ...]:
    """(the player's name of the roster, or the name as read; the row) of our side in the order of the race; empty where
    it is not known which side is ours. `race` is that of the same two drafts. `wearing`: only players of the roster and
    who wears that tag: a part of a list cannot be told apart into sides of equal size."""
    ours = [] if settled.ours is None else list(settled.sides[settled.ours].lines)
    if wearing is not None:
        ours = [line for line in ours if line.player_name is not None or wears(line.name, [wearing])]
    found = []
    for (_, _, line), row in zip(_in_order(stored), race.rows, strict=True):
        one = next((one for one in ours if (one.drawn_name, one.score) == (line.drawn_name, line.score)), None)
        if one is not None:
            ours.remove(one)
            found.append((one.player_name or one.name, row))
    return tuple(found)


def _in_order(draft: Draft) -> Sequence[tuple[int, int, DraftLine]]:
    rows = draft.rows()
    if len(draft.sides) > 1 and all(line.place is not None for _, _, line in rows):
        return sorted(rows, key=lambda row: row[2].place or 0)
    return rows


@lru_cache(maxsize=128)
def chain_in(races: tuple[DraftRace, ...]) -> Chain:
    """Remembered: a review is looked at again and again."""
    tags = sorted({tag for race in races for tag in race.tags})
    return chain_of([Race(race.upload_id, race.rows) for race in races], tags=tags)


def draft_of(races: tuple[DraftRace, ...], base: Draft) -> Draft:
    """Everybody's points and races so far; `base` has the day and the title. Raises BadInput past 48 races."""
    chain = chain_in(races)
    if chain.length > MOST_RACES:
        raise BadInput(f"That would be race {chain.length}; a war has at most {MOST_RACES}.")
    lines = [
        DraftLine(
            name=player.name,
            score=player.total,
            races=None if player.races == chain.length else player.races,
            doubts=player.doubts,
            drawn=player.name,
            racer=index,
        )
        for index, player in enumerate(chain.players)
    ]
    lines.sort(key=lambda line: -(line.score or 0))
    return replace(
        base,
        sides=(DraftSide(tuple(lines)),),
        ours=None,
        races=chain.length,
        layout=Layout.RACE.value,
        was_one_list=True,
        chain=races,
        running=True,
    )


def again(races: Sequence[DraftRace], new: DraftRace) -> int | None:
    """The index of the race that `new` shows once more, or shows the other column of."""
    same = next((index for index, race in enumerate(races) if same_race(race.rows, new.rows)), None)
    if same is not None:
        return same
    parts = [index for index, race in enumerate(races) if other_part(race.rows, new.rows)]
    return parts[-1] if parts else None


def filled(race: DraftRace, new: DraftRace) -> DraftRace:
    """Rows that the first picture of a race lacked, from the second. The same race where it lacked none."""
    places = {row.place for row in race.rows}
    more = [row for row in new.rows if row.place is not None and row.place not in places]
    if not more or None in places:
        return race
    rows = sorted((*race.rows, *more), key=lambda row: row.place or 0)
    return replace(race, rows=tuple(rows), more=(*race.more, new.upload_id))


def with_race(races: tuple[DraftRace, ...], new: DraftRace) -> tuple[DraftRace, ...]:
    index = place_in([Race(race.upload_id, race.rows) for race in races], Race(new.upload_id, new.rows))
    return (*races[:index], new, *races[index:])


def next_race(races: tuple[DraftRace, ...], new: DraftRace, to: Whereabouts | None) -> NextRace:
    """What `new` is in a war of `races`, or would be."""
    index = again(races, new)
    if index is not None:
        fills = len(filled(races[index], new).rows) - len(races[index].rows)
        return NextRace(to, number_of(races, index), again=True, fills=fills)
    longer = with_race(races, new)
    return NextRace(to, number_of(longer, longer.index(new)))


def number_of(races: tuple[DraftRace, ...], index: int) -> int:
    return chain_in(races).races[index].number


def race_checks(draft: Draft) -> tuple[ReviewCheck, ...]:
    """Whether every race follows on from the one before, in words."""
    if not draft.chain:
        return ()
    chain = chain_in(draft.chain)
    remarks = [ReviewCheck(remark, ok=True) for remark in chain.remarks]
    found = [ReviewCheck(note, ok=False) for note in chain.notes]
    if not found and len(chain.races) > 1:
        off = [player.name for player in chain.players if player.doubts]
        if not off:
            text = f"{len(chain.races)} races, each goes on from the totals of the one before: closes"
            found.append(ReviewCheck(text, ok=True))
    partial = _partial(draft)
    return (*remarks, *found, *(() if partial is None else (partial,)))


def _partial(draft: Draft) -> ReviewCheck | None:
    """Races whose list is not whole."""
    chain = chain_in(draft.chain)
    most = max((len(race.rows) for race in draft.chain), default=0)
    short = [
        f"race {numbered.number} ({len(race.rows)} rows)"
        for numbered, race in zip(chain.races, draft.chain, strict=True)
        if len(race.rows) < most
    ]
    if not short:
        return None
    which = ", ".join(short[:6])
    return ReviewCheck(f"Not the whole list, or somebody was away: {which}; {most} rows in others", ok=False)
