"""Any changes, and as many undos: every record is as it was."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.services import editing, war_edits
from bot.services.editing import WarChange, plain
from bot.services.errors import UserProblem
from bot.services.player import PlayerStatus
from db.pool import Database
from mkw.ids import SignUpId
from mkw.tracks import TRACKS
from tests.services.conftest import CHANNEL, EDITOR, SECOND, SERVER, START, THEIRS, Clan
from tests.services.test_war_edits import WAR, edit, kept, records

NEW = ("Zed", "Nova")
EDITS: tuple[Callable[[random.Random], WarChange], ...] = (
    lambda rng: plain(war_edits.set_row, rng.randint(1, 13), score=rng.randint(0, 150)),
    lambda rng: plain(war_edits.set_row, rng.randint(1, 13), races=rng.randint(1, 12)),
    lambda rng: plain(war_edits.set_row, rng.randint(1, 13), penalty=rng.randint(-20, 20)),
    lambda rng: plain(war_edits.remove_row, rng.randint(1, 13)),
    lambda rng: editing.player_added(rng.choice([None, 1, 2, 3]), rng.choice([*NEW, *THEIRS]), rng.randint(0, 90)),
    lambda rng: editing.row_is(rng.randint(1, 13), rng.choice([*NEW, "Comet", "Somebody"])),
    lambda rng: editing.row_moved(rng.randint(1, 13), rng.randint(1, 2)),
    lambda rng: editing.ours(rng.choice([None, 1, 2])),
    lambda rng: plain(war_edits.set_side, rng.randint(1, 2), tag=rng.choice(["", "ΔX"]), penalty=rng.randint(0, 30)),
    lambda rng: plain(war_edits.set_opponent, "QQ", None),
    lambda rng: plain(war_edits.set_races, rng.randint(5, 16)),
    lambda rng: plain(war_edits.set_track, rng.choice([1, 2]), rng.choice([None, *TRACKS[:3]])),
    lambda rng: plain(war_edits.set_title, rng.choice([None, "Cup"])),
    lambda rng: plain(war_edits.set_note, rng.choice([None, "n"])),
    lambda rng: editing.played_at(START - timedelta(hours=rng.randint(0, 99))),
)  # fmt: skip


async def other_change(clan: Clan, rng: random.Random) -> None:
    """A change of the roster, a team, the settings or the war as a whole; some are refused, which is an answer too."""
    services = clan.services
    players = await services.roster.players(SERVER)
    one, two = rng.choice(players), rng.choice(players)
    teams = await services.teams.all(SERVER)
    team = rng.choice([None, *teams])
    ways: list[Callable[[], Any]] = [
        lambda: services.roster.rename(EDITOR, one.player_id, f"N{rng.randint(0, 9)}"),
        lambda: services.roster.add_alias(EDITOR, one.player_id, f"A{rng.randint(0, 9)}"),
        lambda: services.roster.set_status(EDITOR, [one.player_id, two.player_id], rng.choice(list(PlayerStatus))),
        lambda: services.roster.set_country(EDITOR, [one.player_id], rng.choice(["DE", "FR", None])),
        lambda: services.roster.remove(EDITOR, one.player_id),
        lambda: services.roster.add(EDITOR, f"P{rng.randint(0, 9)}"),
        lambda: services.links.link(EDITOR, one.player_id, rng.choice([71, 72])),  # type: ignore[arg-type]
        lambda: services.links.unlink(EDITOR, one.player_id),
        lambda: services.merging.merge(EDITOR, one.player_id, two.player_id),
        lambda: services.teams.add(EDITOR, f"T{rng.randint(0, 4)}", tag="T", colour="red"),
        lambda: services.teams.assign(EDITOR, [one.player_id, two.player_id], team and team.team_id),
        lambda: services.teams.remove(EDITOR, team.team_id) if team else services.wars.remove(EDITOR, WAR),
        lambda: services.editing.restore(EDITOR, WAR),
        lambda: services.settings.change(EDITOR, prefix=rng.choice("?!$")),
        lambda: services.settings.change(EDITOR, locale=rng.choice(["de", "fr"]), self_link=rng.random() < 0.5),
        lambda: services.live.start(EDITOR, CHANNEL, ["DX", "CB"]),
        lambda: services.live.tell(EDITOR, CHANNEL, f"sgb 1 3 4 7 9 {rng.randint(10, 12)}"),
        lambda: services.live.tell(EDITOR, CHANNEL, rng.choice(["back", "pen 20 theirs", "dkp", "race 1 cc"])),
        lambda: services.live.throw_away(EDITOR, CHANNEL),
        lambda: services.sign_ups.post(EDITOR, CHANNEL, clan.clock() + timedelta(hours=1)),
        lambda: services.sign_ups.close(EDITOR, SignUpId(1)),
        lambda: services.sign_ups.cancel(EDITOR, SignUpId(1)),
        lambda: services.live.start(EDITOR, CHANNEL, ["DX", "CB"], sign_up_id=SignUpId(rng.randint(1, 2))),
        lambda: services.settings.map_role(EDITOR, rng.choice([5, 6]), PlayerStatus.TRIAL),  # type: ignore[arg-type]
    ]
    await rng.choice(ways)()


@pytest.mark.parametrize("seed", range(12))
async def test_any_changes_and_as_many_undos_give_back_every_record(clan: Clan, database: Database, seed: int) -> None:
    await kept(clan)
    async with database.acquire() as db:
        await db.execute("insert into races (server_id, war_id, race) values ($1, 1, 1), ($1, 1, 2)", SERVER)
        await db.execute(
            "insert into race_results values ($1, 1, 1, 1, null, 3, 10), ($1, 1, 2, 2, null, 4, 9)",
            SERVER,
        )
    for name in NEW:
        await clan.services.roster.add(EDITOR, name)
    rng = random.Random(seed)
    before = await records(database)
    states = [before]
    newest = (await clan.services.history.newest(SERVER, limit=1))[0].change_id
    for _ in range(25):
        try:
            if rng.random() < 0.6:
                await edit(clan, rng.choice(EDITS)(rng))
            else:
                await other_change(clan, rng)
        except UserProblem:
            continue
        last = (await clan.services.history.newest(SERVER, limit=1))[0].change_id
        if last != newest:
            newest = last
            states.append(await records(database))
    made = len(states) - 1
    assert made > 3  # a removed war refuses most of them
    for state in reversed(states[:-1]):
        await clan.services.history.undo(SECOND)
        assert await records(database) == state
    for state in states[1:]:
        await clan.services.history.redo(SECOND)
        assert await records(database) == state
    assert len(await clan.services.history.undo_many(EDITOR, min(made, 20))) == min(made, 20)
    assert await records(database) == states[max(0, made - 20)]
