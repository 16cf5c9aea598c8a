"""Writes docs/commands.md from the commands themselves: `.venv/bin/python -m scripts.commands_doc`."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bot.client import EXTENSIONS, BotOptions, create_bot
from bot.declaring import limit_of
from bot.error_handling import signature_of
from bot.permissions import right_of
from cogs.help import topics

if TYPE_CHECKING:
    from discord.ext import commands

    from bot.services.house import Services

FILE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
HEAD = """\
# Every command

Made from the commands by `scripts/commands_doc.py`. Each is typed behind the server's prefix (`!` unless it was
changed) or the bot's mention, and is a slash command of the same name; `help` and a command's name say the same in
Discord. `<this>` must be said, `[this]` may be. Who may: [rights.md](rights.md). Filters of statistics:
[statistics.md](statistics.md).
"""


def reference(bot: commands.Bot) -> str:
    parts = [HEAD]
    for topic, listed in topics(bot).items():
        parts.append(f"## {topic}\n\n| command | what it does | for | example |\n| --- | --- | --- | --- |")
        for command in listed:
            also = f" (also {', '.join(f'`{one}`' for one in command.aliases)})" if command.aliases else ""
            limit = limit_of(command)
            often = "" if limit is None else f"; {limit.person} a minute, {limit.server} a server"
            called = f"{command.qualified_name} {signature_of(command)}".rstrip()
            cells = (
                f"`{called}`{also}",
                command.short_doc,
                f"{right_of(command)}{often}",
                f"`{command.extras['example']}`",
            )
            parts.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


async def write(file: Path = FILE) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bot = create_bot(cast("Services", None), BotOptions(data_dir=Path(folder)))  # nothing here calls the services
        for extension in EXTENSIONS:
            await bot.load_extension(extension)
        file.write_text(reference(bot), encoding="utf-8")
        await bot.close()


if __name__ == "__main__":
    asyncio.run(write())
