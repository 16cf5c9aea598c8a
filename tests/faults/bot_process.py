"""The bot in a process of its own, to be killed: real services, real database, simulated Discord with the same ids at
every start.

usage: python -m tests.faults.bot_process DATABASE_URL DATA_DIR post|resume SECONDS_A_PICTURE

`post`: somebody posts a picture into the watched channel. `resume`: nothing is posted; what is unanswered is taken up.
Prints a JSON line when a reading begins (`{"reading": ...}`) and one with the channel's messages at the end.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
from pathlib import Path

import discord
import simcord
from PIL import Image

from bot.client import BotOptions, create_bot
from bot.services.actors import Actor
from bot.services.house import build_services
from db.pool import connect
from mkw.ids import ChannelId, ServerId, UserId
from ocr.reading import Layout, Reading, Row, Side, Status

PLAYERS = ("Comet", "Pixel", "Marlin", "Willow", "Juniper", "Tango")


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)  # noqa: T201  (the parent reads it)


def a_picture() -> bytes:
    """Any picture will do: the reader here looks at none."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "navy").save(buffer, "PNG")
    return buffer.getvalue()


def a_reading() -> Reading:
    ours = Side(rows=tuple(Row(name=name, score=82, races=12) for name in PLAYERS), tag="CR", total=492)
    theirs = Side(rows=tuple(Row(name=f"Rival {n}", score=82, races=12) for n in range(6)), tag="NV", total=492)
    return Reading(status=Status.PROVEN, layout=Layout.TABLE, sides=(ours, theirs), races=12)


def facts_of(message: discord.Message) -> dict[str, int]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return {"embeds": len(message.embeds), "buttons": sum(len(row.children) for row in rows)}


async def main(url: str, data_dir: Path, mode: str, seconds: float) -> None:
    async def read(data: bytes) -> Reading:
        say(reading=len(data))
        await asyncio.sleep(seconds)
        return a_reading()

    async with await connect(url) as database:
        services = build_services(database, read, data_dir)
        # A plain client sees the server come to be; then the bot starts into a Discord that is there already.
        async with simcord.run(discord.Client(intents=discord.Intents.default()), settle_timeout=60) as environment:
            owner = environment.create_user("Leader")
            guild = environment.create_guild("Comet Racers", owner=owner)
            channel = guild.create_text_channel("results")
            leader = guild.add_member(owner)
            if mode == "post":
                actor = Actor(ServerId(guild.id), UserId(leader.id), leader.name)
                await services.settings.change(actor, clan_tags=("CR",))
                await services.settings.watch(actor, ChannelId(channel.id), watched=True)
                for name in PLAYERS:
                    await services.roster.add(actor, name)
            await environment.restart_bot(create_bot(services, BotOptions(data_dir=data_dir, always_sync=True)))
            if mode == "post":
                await leader.send(channel, "tonight", attachments=[("war.png", a_picture())])
            await environment.settle()
            say(
                messages=[
                    {"embeds": len(m.embeds), "buttons": sum(len(row.children) for row in m.components)}
                    for m in channel.history()
                ]
            )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])))
