"""Discord is told the slash commands only when they changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from bot.client import ClanBot
from bot.sync import FILE_NAME, fingerprint, sync_if_changed

PAYLOAD: list[dict[str, Any]] = [{"name": "save", "type": 1}, {"name": "stats", "type": 1}]


class Command:
    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload

    def to_dict(self, _tree: object) -> dict[str, Any]:
        return self.payload


class Tree:
    def __init__(self) -> None:
        self.payload = list(PAYLOAD)
        self.synced: list[int | None] = []

    def get_commands(self, *, guild: Any) -> list[Command]:
        return [Command(one) for one in self.payload]

    def copy_global_to(self, *, guild: Any) -> None:
        pass

    async def sync(self, *, guild: Any) -> None:
        self.synced.append(guild and guild.id)


class Bot:
    application_id = 1

    def __init__(self) -> None:
        self.tree = Tree()


def test_the_order_of_commands_changes_nothing() -> None:
    there, back = (fingerprint(order, application_id=1, server_id=None) for order in (PAYLOAD, PAYLOAD[::-1]))
    assert there == back
    assert fingerprint(PAYLOAD, application_id=2, server_id=None) != there
    assert fingerprint(PAYLOAD, application_id=1, server_id=5) != there


async def test_told_once_and_again_after_a_change(tmp_path: Path) -> None:
    bot = Bot()
    asked = cast(ClanBot, bot)
    assert await sync_if_changed(asked, data_dir=tmp_path / "data", test_server_id=None)
    assert not await sync_if_changed(asked, data_dir=tmp_path / "data", test_server_id=None)
    bot.tree.payload.append({"name": "undo", "type": 1})
    assert await sync_if_changed(asked, data_dir=tmp_path / "data", test_server_id=None)
    assert bot.tree.synced == [None, None]


async def test_a_test_server_is_told_alone(tmp_path: Path) -> None:
    bot = Bot()
    await sync_if_changed(cast(ClanBot, bot), data_dir=tmp_path, test_server_id=5)
    assert bot.tree.synced == [5]


async def test_always_does_not_ask_the_file(tmp_path: Path) -> None:
    bot = Bot()
    for _ in range(2):
        await sync_if_changed(cast(ClanBot, bot), data_dir=tmp_path, test_server_id=None, always=True)
    assert bot.tree.synced == [None, None]
    assert (tmp_path / FILE_NAME).is_file()
