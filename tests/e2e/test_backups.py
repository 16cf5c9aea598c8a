"""The running bot makes its backups, keeps the newest, says how they stand, and goes on where one fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.client import BotOptions
from bot.services.backups import kept_in
from cogs.backups import Backups
from tests.e2e.conftest import World


def name_of(made_at: datetime) -> str:
    return f"mkw-{made_at:%Y%m%dT%H%M%SZ}.zip"


@pytest.fixture
def options(tmp_path: Path) -> BotOptions:
    """A backup an hour, and there is one of just now."""
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / name_of(datetime.now(UTC))).touch()
    made = BotOptions(data_dir=tmp_path, always_sync=True, shutdown_seconds=2.0)
    return replace(made, backup_every=timedelta(hours=1), backup_keep=1, backup_dir=folder)


async def test_backups_are_made_thinned_out_and_told(world: World, tmp_path: Path) -> None:
    world.bot.owner_ids = {world.admin.id}
    cog = cast("Any", world.bot.get_cog("Backups"))
    assert cog.rounds.is_running(), "it starts when the bot is ready"
    cog.rounds.cancel()  # from here on by hand
    folder, state = tmp_path / "backups", world.bot.health.backups
    assert state.newest is not None, "and looks at what there is"
    ((_, fresh),) = kept_in(folder)
    fresh.rename(folder / name_of(datetime.now(UTC) - timedelta(hours=2)))
    await cog.rounds()
    ((made_at, path),) = kept_in(folder)
    assert datetime.now(UTC) - made_at < timedelta(minutes=1), "the old one made room"
    assert (state.wanted, state.failure) == (True, None)
    assert f"Backups: newest <t:{int(state.newest.timestamp())}:R>" in await world.say("!health")
    before = path.stat()
    await cog.rounds()
    assert [one.stat().st_mtime_ns for _, one in kept_in(folder)] == [before.st_mtime_ns], "not due yet"
    path.rename(folder / "mkw-20200101T000000Z.zip")
    cog.folder = folder / "mkw-20200101T000000Z.zip"  # a file where a folder should be
    await cog.rounds()
    assert state.failure is not None
    assert "✗ the last try failed" in await world.say("!health")
    assert any("No backup was made" in said for said in world.errors.take())
    cog.folder = folder
    await cog.rounds()
    assert state.failure is None, "tried again in the next round"


async def test_without_the_setting_none_is_made(world: World) -> None:
    world.bot.options = replace(world.bot.options, backup_every=None)
    cog = Backups(world.bot)
    await cog.begin_rounds()
    assert not cog.rounds.is_running()
    assert not world.bot.health.backups.wanted
