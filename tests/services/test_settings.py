"""A server's settings: defaults, changes, what is refused."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.services.errors import BadInput
from bot.services.levels import Level
from bot.services.settings import ServerSettings
from mkw.ids import ChannelId, RoleId
from tests.services.conftest import EDITOR, OTHER_SERVER, SERVER, Clan


async def test_defaults_until_something_is_set(clan: Clan) -> None:
    assert await clan.services.settings.get(SERVER) == ServerSettings(SERVER)


async def test_what_is_set_stays_and_the_rest_too(clan: Clan) -> None:
    settings = clan.services.settings
    await settings.change(EDITOR, prefix="mk.", clan_tags=("DX", "DX", "н5★"), time_zone="Europe/Berlin")
    await settings.change(EDITOR, clan_name="Night  Owls")
    now = await settings.get(SERVER)
    assert now == ServerSettings(SERVER, "mk.", "Night Owls", ("DX", "н5★"), "Europe/Berlin")
    assert await settings.get(OTHER_SERVER) == ServerSettings(OTHER_SERVER)
    changes = await clan.services.history.newest(SERVER)
    assert changes[1].text == "set the prefix to mk., the clan's tags to DX н5★, the time zone to Europe/Berlin"


async def test_setting_what_is_set_is_no_change(clan: Clan) -> None:
    await clan.services.settings.change(EDITOR, prefix="?")
    await clan.services.settings.change(EDITOR, prefix="?")
    assert len(await clan.services.history.newest(SERVER)) == 1


async def test_what_is_cleared_is_a_change_and_comes_back(clan: Clan) -> None:
    settings = clan.services.settings
    await settings.give_level(EDITOR, RoleId(5), Level.MODERATOR)
    before = await settings.change(EDITOR, clan_name="Night Owls", clan_tags=("DX",))
    for what in ("role", "clan", "tags", "role"):
        now = await settings.clear(EDITOR, what)
    assert now == ServerSettings(SERVER)
    said = [change.text for change in await clan.services.history.newest(SERVER, limit=3)]
    assert said == ["cleared the clan's tags", "cleared the clan's name", "cleared the roles of levels"]
    for _ in said:
        await clan.services.history.undo(EDITOR)
    assert await settings.get(SERVER) == before


async def test_a_role_has_one_level_and_a_level_several_roles(clan: Clan) -> None:
    settings = clan.services.settings
    await settings.give_level(EDITOR, RoleId(5), Level.MODERATOR)
    await settings.give_level(EDITOR, RoleId(6), Level.MODERATOR)
    now = await settings.give_level(EDITOR, RoleId(5), Level.ADMIN)
    assert (now.roles_of(Level.MODERATOR), now.roles_of(Level.ADMIN)) == ((6,), (5,))
    now = await settings.give_level_to(EDITOR, Level.MODERATOR, {RoleId(7), RoleId(8)})
    assert (now.roles_of(Level.MODERATOR), now.roles_of(Level.ADMIN)) == ((7, 8), (5,))
    now = await settings.give_level(EDITOR, RoleId(5), Level.EVERYONE)
    assert now.level_roles == ((7, Level.MODERATOR), (8, Level.MODERATOR))
    said = [change.text for change in await clan.services.history.newest(SERVER, limit=2)]
    assert said == ["made everyone the level of role 5", "made moderator the level of role 7, role 8 alone"]
    await clan.services.history.undo_many(EDITOR, 5)
    assert await settings.get(SERVER) == ServerSettings(SERVER)


async def test_channels_watched_at_once_are_all_watched(clan: Clan) -> None:
    settings = clan.services.settings
    await asyncio.gather(*(settings.watch(EDITOR, ChannelId(number), watched=True) for number in range(1, 6)))
    assert (await settings.get(SERVER)).watched_channels == {1, 2, 3, 4, 5}
    await settings.watch(EDITOR, ChannelId(3), watched=False)
    await settings.watch(EDITOR, ChannelId(3), watched=False)
    assert (await settings.get(SERVER)).watched_channels == {1, 2, 4, 5}


@pytest.mark.parametrize(
    "wrong",
    [
        {"prefix": ""}, {"prefix": "abcdef"}, {"prefix": "a b"}, {"prefix": "\n"}, {"clan_name": " "},
        {"clan_name": "x" * 61},
        {"clan_tags": ("",)}, {"clan_tags": tuple(map(str, range(21)))},
        {"time_zone": "Mars/Base"}, {"time_zone": "../etc"},
        {"time_zone": ""},
    ],
)  # fmt: skip
async def test_what_cannot_be_set(clan: Clan, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        await clan.services.settings.change(EDITOR, **wrong)
    assert await clan.services.settings.get(SERVER) == ServerSettings(SERVER)
