"""A reviewed draft becomes a kept war, inside a transaction that somebody else owns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services import people
from bot.services.changelog import PLAYER
from bot.services.checking import races_of
from bot.services.corrections import alias_of
from bot.services.errors import AlreadyExists
from bot.services.racing import chain_in
from bot.services.roster import candidates
from db import players, races, servers, statistics, wars
from db.races import RaceRow, ResultRow
from db.wars import LineRow, SideRow
from mkw.ids import UploadId, WarId
from mkw.names import could_be_others, fold
from mkw.statistics import per_war

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.services.changelog import Entry
    from bot.services.drafts import Draft, Source
    from db.uploads import UploadRow
    from mkw.ids import PlayerId, ServerId


@dataclass(frozen=True, slots=True)
class AverageMoved:
    """What a saved war did to one player's average."""

    player_name: str
    before: float | None  # None: first war
    after: float


async def keep_war(entry: Entry, draft: Draft, *, sent_at: datetime, source: Source, note: str | None = None) -> WarId:
    """War, sides and lines. `draft` has no obstacles; `sent_at` is when it was played where it does not say."""
    if draft.ours is None:
        raise ValueError("a draft that is saved knows our side")
    server_id = entry.actor.server_id
    war_id = await servers.next_war_id(entry.db, server_id=server_id)
    whole = races_of(draft)
    sides, lines = [], []
    for number, side in enumerate(draft.sides, 1):
        total = side.score_sum if side.lines else side.total or 0
        sides.append(SideRow(war_id=war_id, side=number, tag=side.tag, total=total, penalty=side.penalty))
        for position, line in enumerate(side.lines, 1):
            lines.append(
                LineRow(
                    war_id=war_id,
                    side=number,
                    position=position,
                    player_id=line.player_id,
                    player_name=line.player_name,
                    drawn_name=line.name if line.by_hand and line.player_id is None else line.drawn_name,
                    score=line.score or 0,
                    races=line.races or whole,
                    penalty=line.penalty,
                )
            )
    await wars.insert(
        entry.db,
        server_id=server_id,
        war_id=war_id,
        played_at=draft.played_at or sent_at,
        layout=draft.layout,
        races=whole,
        our_side=draft.ours + 1,
        title=draft.title,
        source=source.value,
        sides=sides,
        lines=lines,
        note=note,
    )
    return war_id


async def keep_races(entry: Entry, row: UploadRow, draft: Draft, war_id: WarId) -> None:
    """The races of a war collected race by race, after `keep_war`. A line that was taken out has no results."""
    if not draft.chain:
        return
    line_of = {
        line.racer: (number, position)
        for number, side in enumerate(draft.sides, 1)
        for position, line in enumerate(side.lines, 1)
        if line.racer is not None
    }
    chain = chain_in(draft.chain)
    await races.insert(
        entry.db,
        server_id=row.server_id,
        war_id=war_id,
        races=[RaceRow(race.number, UploadId(race.picture), race.restarted) for race in chain.races],
        results=[
            ResultRow(race.number, *line_of[result.player], place=result.place, points=result.points)
            for race in chain.races
            for result in race.results
            if result.player in line_of
        ],
    )


async def learn_aliases(entry: Entry, draft: Draft, tags: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """(name as drawn, player) for each correction by hand that taught a new alias. A spelling that belongs to somebody
    else is left to them; one drawn in two rows, or that may as well be another player's misread, is nobody's."""
    learnt: list[tuple[str, str]] = []
    side = draft.sides[draft.ours or 0]
    roster = candidates(await people.everybody(entry.db, entry.actor.server_id))
    drawn = Counter(fold(line.drawn_name) for line in side.lines)
    for line in side.lines:
        alias = alias_of(line, side, tags)
        if alias is None or line.player_id is None or drawn[fold(line.drawn_name)] > 1:
            continue
        if could_be_others(alias, line.player_id, roster):
            continue
        row = await people.on_roster(entry.db, entry.actor.server_id, line.player_id)
        if fold(alias) in {fold(name) for name in (row.name, *row.aliases)}:
            continue
        try:
            await people.claim_for_good(entry, alias, by=row.player_id)
        except AlreadyExists:
            continue
        await entry.touch(PLAYER, row.player_id)
        await players.add_spelling(
            entry.db, server_id=row.server_id, player_id=row.player_id, spelling=alias, folded=fold(alias)
        )
        learnt.append((alias, row.name))
    return tuple(learnt)


async def averages_moved(entry: Entry, server_id: ServerId, war_id: WarId, draft: Draft) -> tuple[AverageMoved, ...]:
    """For the linked players, in the order drawn; the war is kept already."""
    linked: dict[PlayerId, str] = {
        line.player_id: line.player_name or line.name
        for line in draft.sides[draft.ours or 0].lines
        if line.player_id is not None
    }
    found = await statistics.totals(entry.db, server_id=server_id, player_ids=tuple(linked), without=war_id)
    moved = []
    for player_id, name in linked.items():
        points, races_played, points_before, races_before = found.get(player_id, (0, 0, 0, 0))
        after = per_war(points, races_played)
        if after is not None:
            moved.append(AverageMoved(name, per_war(points_before, races_before), after))
    return tuple(moved)
