"""The bot in a process of its own, to be killed: real services, real database, simulated Discord with the same ids at
every start.

usage: python -m tests.faults.bot_process DATABASE_URL DATA_DIR MODE SECONDS_A_PICTURE

`post`: somebody posts a picture into the watched channel. `resume`: nothing is posted; what is unanswered is taken up.
`bulk`: the history of another channel is scanned. `bulk-resume`: that history is there, and nobody asks for anything.
`monthly`: a month is over whose report is wanted in that other channel. `monthly-again`: two hours later, and a report
is there. `monthly-none`: two hours later, and somebody only asked for one. Prints `{"reports": ...}` when one is there.
Prints a JSON line when a reading begins (`{"reading": ...}`) and one with the channel's messages at the end.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import simcord
from discord.utils import utcnow
from PIL import Image

from bot.client import BotOptions, create_bot
from bot.services.actors import Actor
from bot.services.house import Services, build_services
from db.pool import connect
from mkw.ids import ChannelId, MessageId, ServerId, UserId
from ocr.reading import Layout, Reading, Row, Side, Status

PLAYERS = ("Comet", "Pixel", "Marlin", "Willow", "Juniper", "Tango")


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)  # noqa: T201  (the parent reads it)


MONTH_OVER = datetime(2026, 1, 1, 12, tzinfo=UTC)  # the simulated Discord begins on that day
REPORT = "Comet Racers · December 2025"
HISTORY = 4  # pictures in the channel that is scanned


def a_picture(number: int = 0) -> bytes:
    """Any picture will do: the reader here looks at none."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64 + number), "navy").save(buffer, "PNG")
    return buffer.getvalue()


def a_reading(more: int = 0) -> Reading:
    """Of a war that was won by twice as many points as `more`."""
    scores = (82 + more, *(82 for _ in PLAYERS[1:]))
    rows = tuple(Row(name=name, score=score, races=12) for name, score in zip(PLAYERS, scores, strict=True))
    ours = Side(rows=rows, tag="CR", total=492 + more)
    rivals = tuple(Row(name=f"Rival {n}", score=82 - (0 if n else more), races=12) for n in range(6))
    theirs = Side(rows=rivals, tag="NV", total=492 - more)
    return Reading(status=Status.PROVEN, layout=Layout.TABLE, sides=(ours, theirs), races=12)


def facts_of(message: discord.Message) -> dict[str, int]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return {"embeds": len(message.embeds), "buttons": sum(len(row.children) for row in rows)}


async def want_reports(services: Services, actor: Actor, channel_id: int) -> None:
    """And keep a war of the month."""
    await services.settings.change(actor, clan_name="Comet Racers")
    await services.monthly.set_channel(actor, ChannelId(channel_id), today=MONTH_OVER.date() - timedelta(days=20))
    await services.roster.add(actor, "Comet")
    review = await services.reviews.typed(
        actor, ChannelId(channel_id), MessageId(1), "Comet 100, Pixel 80 vs CB 150 2025-12-10"
    )
    await services.reviews.save(actor, review.upload_id)


async def main(url: str, data_dir: Path, mode: str, seconds: float) -> None:
    async def read(data: bytes) -> Reading:
        number = Image.open(io.BytesIO(data)).height - 64
        say(reading=number)
        if mode != "bulk" or number:  # the first of a scan is read at once
            await asyncio.sleep(seconds)
        return a_reading(number)

    times = {"monthly": MONTH_OVER, **dict.fromkeys(("monthly-again", "monthly-none"), MONTH_OVER + timedelta(hours=2))}
    async with await connect(url) as database:
        services = build_services(database, read, data_dir, now=(lambda: times[mode]) if mode in times else utcnow)
        # A plain client sees the server come to be; then the bot starts into a Discord that is there already.
        async with simcord.run(discord.Client(intents=discord.Intents.default()), settle_timeout=60) as environment:
            owner = environment.create_user("Leader")
            guild = environment.create_guild("Comet Racers", owner=owner)
            channel = guild.create_text_channel("results")
            leader = guild.add_member(owner)
            old = guild.create_text_channel("old-results")
            for number in range(HISTORY if mode.startswith("bulk") else 0):
                await leader.send(old, f"war {number}", attachments=[(f"{number}.png", a_picture(number))])
            if mode in ("monthly-again", "monthly-none"):  # the killed process left it in the channel
                assert environment.bot is not None
                asked = await leader.send(old, "!monthly 2025-12") if mode == "monthly-none" else None
                kept = environment.bot.get_partial_messageable(old.id, guild_id=guild.id)
                reference = {} if asked is None else {"reference": asked.to_reference()}
                await kept.send(embed=discord.Embed(title=REPORT), **reference)
            if mode == "monthly":
                await want_reports(services, Actor(ServerId(guild.id), UserId(leader.id), leader.name), old.id)
            if mode in ("post", "bulk"):
                actor = Actor(ServerId(guild.id), UserId(leader.id), leader.name)
                await services.settings.change(actor, clan_tags=("CR",))
                await services.settings.watch(actor, ChannelId(channel.id), watched=True)
                for name in PLAYERS:
                    await services.roster.add(actor, name)
            try:
                await environment.restart_bot(create_bot(services, BotOptions(data_dir=data_dir, always_sync=True)))
            except TimeoutError:
                if mode != "monthly":  # what it posts cannot be noted, so it never comes to rest
                    raise
            if mode == "post":
                await leader.send(channel, "tonight", attachments=[("war.png", a_picture())])
            if mode == "bulk":
                await leader.send(old, "!bulkscan")
            if mode.startswith("monthly"):
                say(reports=[one.title for m in old.history() for one in m.embeds])
            await environment.settle()
            shown = [one.description for m in old.history() for one in m.embeds]
            if mode.startswith("bulk"):
                say(lists=shown)
            say(
                messages=[
                    {"embeds": len(m.embeds), "buttons": sum(len(row.children) for row in m.components)}
                    for m in channel.history()
                ]
            )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])))
