"""A server's life in a few seconds: wars posted, corrected and removed, people who come, go and turn out to be one."""

from __future__ import annotations

import dataclasses
import random
from contextlib import suppress
from datetime import date
from typing import Any

import numpy as np

from bot.services.errors import UserProblem
from mkw import matchups, streaks
from mkw.filters import Filter
from mkw.ids import ChannelId, PlayerId, ServerId, WarId
from mkw.metrics import METRICS
from mkw.together import Pair, chemistry
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.services.conftest import CHANNEL, CLAN, EDITOR, SECOND, SERVER, THEIRS, Clan
from tests.services.test_race_by_race import collect, room
from tests.services.test_undo_everything import EDITS, other_change

TAGS = ("CB", "QZ", "ΣND", "cb", None)


def a_war(rng: random.Random) -> Reading:
    """Two to four sides of two to six, some of the clan among ours."""
    size, races = rng.choice((6, 6, 6, 4, 3)), rng.choice((12, 12, 12, 8))
    count = rng.choice((2, 2, 2, 3))
    names = [rng.sample(CLAN, size), *(rng.sample([f"{one} {side}" for one in THEIRS], size) for side in range(1, 4))]
    sides = tuple(
        Side(
            tuple(
                Row(name, score=rng.randint(2, 12 * races), races=races if rng.random() < 0.9 else races - 1)
                for name in names[side]
            ),
            tag="DX" if side == 0 else rng.choice(TAGS),
            penalty=rng.choice((0, 0, 0, 20)),
        )
        for side in range(count)
    )
    return Reading(Status.PROVEN, Layout.TABLE, sides, races=races, title=rng.choice((None, "Cup")))


async def live(clan: Clan, rng: random.Random, *, steps: int = 40) -> None:
    """What is refused is an answer too, and changes nothing."""
    await clan.players(*CLAN, "Zed", "Nova")
    await clan.services.settings.change(EDITOR, clan_tags=("DX",), clan_name="Comet Racers", time_zone="Asia/Tokyo")
    await clan.services.settings.watch(EDITOR, ChannelId(11), watched=True)
    await clan.services.monthly.set_channel(EDITOR, ChannelId(12), today=date(2026, 3, 1))
    await clan.services.seasons.add(EDITOR, "1", date(2026, 1, 1), date(2026, 4, 30))
    for _ in range(4):
        await _posted(clan, rng)
    drawn = room()
    await collect(clan, *(drawn.race().rows for _ in range(3)))
    finished = await clan.services.several.finish(EDITOR, CHANNEL)
    await clan.services.reviews.save(EDITOR, finished.upload_id, despite_duplicate=True)
    for _ in range(steps):
        clan.clock.pass_days(rng.random() * 3)
        with suppress(UserProblem):
            await step(clan, rng)


async def _posted(clan: Clan, rng: random.Random) -> None:
    review = await clan.upload(a_war(rng))
    await clan.services.reviews.save(EDITOR, review.upload_id, despite_duplicate=True)


async def step(clan: Clan, rng: random.Random) -> None:
    kind = rng.random()
    wars = (await clan.services.wars.page(SERVER)).total + 1
    if kind < 0.25:
        await _posted(clan, rng)
    elif kind < 0.5:
        war_id = WarId(rng.randint(1, wars))
        seen = (await clan.services.wars.get(SERVER, war_id)).revision
        await clan.services.editing.edit(SECOND, war_id, rng.choice(EDITS)(rng), seen=seen)
    elif kind < 0.75:
        await other_change(clan, rng)
    elif kind < 0.8:
        await clan.services.wars.remove(EDITOR, WarId(rng.randint(1, wars)))
    elif kind < 0.85:
        await clan.upload(a_war(rng))  # and nobody decides
    elif kind < 0.95:
        await clan.services.history.undo_many(EDITOR, rng.randint(1, 3))
    else:
        await clan.services.history.redo(EDITOR)


async def everything_said(clan: Clan, server_id: ServerId = SERVER) -> dict[str, Any]:
    """Every statistic of a server, with names for players: by what it was asked for."""
    services = clan.services
    record = await services.statistics.record(server_id)
    scopes = {"all": Filter(), "last 3": Filter(last=3)}
    scopes |= {f"{size}p": Filter(room=size) for size in (12, 24)}
    scopes |= {
        f"season {one.name}": Filter(since=one.first_day, until=one.last_day)
        for one in await services.seasons.everything(server_id)
    }
    said: dict[str, Any] = {"clans": record.wars.clans}
    for called, wanted in scopes.items():
        scope = await services.statistics.scope(server_id, wanted)
        people = dict(scope.record.everybody())
        found = {
            "metrics": {m.key: {one: m.of(scope.played(one)) for one in people} for m in METRICS},
            "boards": [(await services.statistics.leaderboard(server_id, m, wanted)).rows for m in METRICS],
            "records": streaks.clan_records(scope.newest),
            "opponents": matchups.opponents(scope.newest),
            "clans": [matchups.clan_meeting(scope.record, clan_) for clan_ in range(len(record.wars.clans))
                      if len(scope.record.against(clan_).wars)],
            "participation": [(scope.names[one], *rest) for one, *rest in matchups.participation(scope.newest)],
            "heads": [matchups.player_meeting(*matchups.shared(people[one], people[other]))
                      for one in people for other in people if one < other],
            "opponents of": {one: matchups.opponents_of(played) for one, played in people.items()},
            "pairs": chemistry(scope.newest).pairs() if len(scope.newest.wars) else (),
        }  # fmt: skip
        said[called] = _named(found, scope.names)
    return said


def _named(value: Any, names: dict[PlayerId, str]) -> Any:
    """Plain data to compare, with every digit, where players are called by name."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        people = ("first", "second") if isinstance(value, Pair) else ("player_id",)
        return {name: names[one] if name in people else _named(one, names) for name, one in fields.items()}
    if isinstance(value, dict):
        return {names.get(key, key): _named(one, names) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple | list):
        return [_named(one, names) for one in value]
    return value
