"""Telling Discord the slash commands, only when they changed: it counts how often one does."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord

if TYPE_CHECKING:
    from bot.client import ClanBot

logger = logging.getLogger(__name__)
FILE_NAME = "slash-commands.sha256"


def fingerprint(payload: list[dict[str, Any]], *, application_id: int | None, server_id: int | None) -> str:
    """Changes whenever what Discord was told would change, or whom it was told to."""
    ordered = sorted(payload, key=lambda command: (command.get("type", 1), command["name"]))
    text = json.dumps([application_id, server_id, ordered], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


async def sync_if_changed(bot: ClanBot, *, data_dir: Path, test_server_id: int | None, always: bool = False) -> bool:
    """True where Discord was told. `test_server_id`: that server alone, where changes show at once."""
    server = discord.Object(test_server_id) if test_server_id is not None else None
    if server is not None:
        bot.tree.copy_global_to(guild=server)
    payload = [command.to_dict(bot.tree) for command in bot.tree.get_commands(guild=server)]
    now = fingerprint(payload, application_id=bot.application_id, server_id=test_server_id)
    path = data_dir / FILE_NAME
    if not always and path.is_file() and path.read_text().strip() == now:
        return False
    await bot.tree.sync(guild=server)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(now + "\n")
    logger.info("Told Discord %d slash commands", len(payload))
    return True
