"""A war told while it is played: begun with `war start`, told by plain messages, steered by words or by `live …`."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_player_list, complete_players, complete_tracks
from bot.context import ClanContext
from bot.declaring import HybridCommand, command, group, join_group, leave_group, part
from bot.live_start import remark_of, start_of, typed, words_above
from bot.live_texts import begun_embed
from bot.periodic import PeriodicCog
from bot.permissions import everyone, tellers_only
from bot.services.errors import NotFound, RecordsAway
from bot.services.live import NONE_HERE
from bot.typed import unquoted
from mkw.ids import ChannelId, MessageId


class Live(PeriodicCog, name="Live wars"):
    every = timedelta(minutes=5)
    failed = "Live wars that are idle were not looked at"

    def __init__(self, bot: ClanBot) -> None:
        super().__init__(bot)
        self._caught_up = False

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        # Discord says "ready" after every lost connection; catching up is for the start.
        if not self._caught_up:
            self._caught_up = True
            self.bot.work.start(self._catch_up(), name="catch up with live wars")

    async def _catch_up(self) -> None:
        with contextlib.suppress(RecordsAway):  # what is written next is heard anyway
            await self.bot.live.catch_up()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.guild is None or message.author.bot or not message.content:
            return
        # Before the first await: turns follow the order of messages.
        turn = self.bot.live.turn(message.channel.id)
        self.bot.work.start(self.bot.live.hear(message, turn), name=f"live war, message {message.id}")

    async def look(self) -> None:
        """Ask where nothing is told any more."""
        await self.bot.live.look_for_idle()

    @group("live", fallback="show", example="live")
    @everyone()
    async def live(self, ctx: ClanContext) -> None:
        """Show how the live war of this channel stands."""
        if await ctx.services.live.running(ctx.server_id, ChannelId(ctx.channel.id)) is None:
            raise NotFound(NONE_HERE)
        await self._say(ctx, "score")

    @part(live, "say", example="live say sgb 1 3 4 7 9 12")
    @app_commands.describe(what="A track, places, both, or who took which: sgb 1 3 4 7 9 12")
    @app_commands.autocomplete(what=complete_tracks)
    @tellers_only()
    async def live_say(self, ctx: ClanContext, *, what: str) -> None:
        """Tell a track, places, or who took which, as by a plain message."""
        await self._say(ctx, what)

    @part(live, "back", example="live back")
    @tellers_only()
    async def live_back(self, ctx: ClanContext) -> None:
        """Take back the track or race that was told last."""
        await self._say(ctx, "back")

    @part(live, "race", example="live race 7 rdkp")
    @app_commands.describe(number="The race, from 1", what="Its track, its places, or both: rdkp 1 2 5 8 9 10")
    @app_commands.autocomplete(what=complete_tracks)
    @tellers_only()
    async def live_race(self, ctx: ClanContext, number: commands.Range[int, 1, 48], *, what: str) -> None:
        """Correct a race: its track, its places, or who took which."""
        await self._say(ctx, f"race {number} {what}")

    @part(live, "sub", example="live sub Willow -> Ghost")
    @app_commands.describe(who="Who leaves and who comes: Willow -> Ghost")
    @tellers_only()
    async def live_sub(self, ctx: ClanContext, *, who: str) -> None:
        """Say that somebody plays for somebody else from the next race on."""
        await self._say(ctx, f"sub {who}")

    @part(live, "players", example="live players Comet, Pixel, Marlin, Willow, Juniper, Tango")
    @app_commands.describe(names="Who plays, with commas between them")
    @app_commands.autocomplete(names=complete_player_list)
    @tellers_only()
    async def live_players(self, ctx: ClanContext, *, names: str) -> None:
        """Say who plays on our side."""
        await self._say(ctx, f"players {names}")

    @part(live, "pen", example="live pen 20 theirs repick")
    @app_commands.describe(points="Points taken off", whose="ours, theirs, or a tag", reason="What for")
    @tellers_only()
    async def live_pen(self, ctx: ClanContext, points: int, whose: str, *, reason: str = "") -> None:
        """Give a side a penalty; it is shown apart."""
        await self._say(ctx, f"pen {points} {whose} {reason}".strip())

    @part(live, "dc", example="live dc Comet")
    @app_commands.describe(name="Who is disconnected in the race being played")
    @app_commands.autocomplete(name=complete_players)
    @tellers_only()
    async def live_dc(self, ctx: ClanContext, *, name: str) -> None:
        """Say that somebody is disconnected in this race."""
        await self._say(ctx, f"dc {unquoted(name)}")

    @part(live, "note", example="live note They lagged in race 3")
    @app_commands.describe(text="What people should know about the war")
    @tellers_only()
    async def live_note(self, ctx: ClanContext, *, text: str) -> None:
        """Write a note; it is kept with the war."""
        await self._say(ctx, f"note {text}")

    @part(live, "pause", example="live pause off")
    @app_commands.describe(state="on: the war waits; off: it goes on")
    @tellers_only()
    async def live_pause(self, ctx: ClanContext, state: Literal["on", "off"] = "on") -> None:
        """Let the war wait, or go on; a race that is told goes on too."""
        await self._say(ctx, "pause" if state == "on" else "resume")

    @part(live, "end", example="live end")
    @app_commands.describe(what="now: though races are missing; of 24 players the others: CB 430, QZ 420, ML 410")
    @tellers_only()
    async def live_end(self, ctx: ClanContext, *, what: str = "") -> None:
        """Keep the live war and show its table."""
        await self._say(ctx, f"end {what}".strip())

    @part(live, "throw", example="live throw")
    @tellers_only()
    async def live_throw(self, ctx: ClanContext) -> None:
        """Throw the live war away; undo opens it again."""
        view = await ctx.services.live.throw_away(ctx.actor, ChannelId(ctx.channel.id))
        races = len(view.war.races)
        await ctx.answer(f"Thrown away, with {races} races. `undo` opens it again.")

    async def _say(self, ctx: ClanContext, line: str) -> None:
        told = await self.bot.live.say(ctx.actor, ChannelId(ctx.channel.id), " ".join(line.split()))
        await self.bot.live.answer(ctx.actor, told, ctx.show)


def _start_command() -> HybridCommand:
    """Made outside a class, because it joins the group `war` of another cog."""

    @command("start", example="war start DX CB 6v6", topic="Live wars")
    @app_commands.describe(
        ours="Your tag; nothing: the clan's",
        theirs="The other side's tag; of 24 players several: CB, QZ, ML; nothing: the sign-up's",
        form="6v6, 5v5 or 24",
    )
    @tellers_only()
    async def start(ctx: ClanContext, ours: str = "", theirs: str = "", *, form: str = "") -> None:
        """Begin a war told while it is played, in this channel.

        Then just type here: a track (`sgb`), the places of your side (`1 3 4 7 9 12`, `13479+`), or both in one line.
        A whole war can follow in the lines below, a race a line. A full sign-up of this channel (`available`) near its
        time says who plays, and against whom: `war start` alone, or `war start CB`, is enough.
        """
        first, _, lines = ctx.message.content.partition("\n") if ctx.interaction is None else ("", "", "")
        channel_id = ChannelId(ctx.channel.id)
        start = start_of(
            typed(*words_above(first, lines.strip(), ours, theirs, form)),
            await ctx.services.settings.get(ctx.server_id),
            await ctx.services.sign_ups.near(ctx.server_id, channel_id),
        )
        view = await ctx.services.live.start(
            ctx.actor, channel_id, start.sides, start.form, players=start.players,
            message_id=MessageId(ctx.message.id) if ctx.interaction is None else None,
            sign_up_id=None if start.sign_up is None else start.sign_up.sign_up_id,
        )  # fmt: skip
        await ctx.answer(remark_of(start), embed=begun_embed(view))
        if start.sign_up is not None:
            await ctx.bot.sign_ups.refresh(ctx.server_id, start.sign_up.sign_up_id)
        if lines.strip():
            told = await ctx.bot.live.say(ctx.actor, channel_id, lines.strip())
            await ctx.bot.live.answer(ctx.actor, told, ctx.show)

    return start


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Live(bot))
    join_group(bot, "war", _start_command())


async def teardown(bot: ClanBot) -> None:
    leave_group(bot, "war", "start")
