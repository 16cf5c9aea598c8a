"""Listening where live wars run: from what somebody wrote to the card that answers it, in the order written."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import discord
from cachetools import TTLCache

from bot.answer_texts import fitted
from bot.context import actor_of
from bot.error_handling import explain
from bot.live_texts import final_text, idle_text, told_embed, told_text
from bot.permissions import NotAllowed, require_teller
from bot.services.errors import NotFound, RecordsAway, UserProblem
from bot.services.levels import Level
from bot.services.live import NONE_HERE, EndsEarly
from bot.services.live_telling import Told
from bot.tasks import Turn, Turns
from bot.views.live import ask_view, end_view
from bot.war_editing import picture_and_embed
from bot.war_graph import war_graph
from mkw.ids import ChannelId, MessageId, ServerId
from mkw.numerals import write_as

if TYPE_CHECKING:
    from bot.client import ClanBot
    from bot.context import ClanContext
    from bot.services.actors import Actor
    from bot.services.drafts import Review
    from bot.services.history import Change
    from bot.services.live import Ended
    from bot.services.live_telling import LiveView

logger = logging.getLogger(__name__)
REMINDED_AGAIN = 1_800.0  # seconds
CAUGHT_UP = 100  # messages of a channel listened to after an absence
Send = Callable[..., Awaitable[discord.Message]]


class LiveWars:
    def __init__(self, bot: ClanBot) -> None:
        self._bot = bot
        self._turns = Turns()  # beside those of pictures: a race that is told waits for none of them
        self._reminded: TTLCache[ChannelId, bool] = TTLCache(1_000, REMINDED_AGAIN)

    def turn(self, channel_id: int) -> Turn:
        """A place in the order of what is written in a channel; take it before the first await."""
        return self._turns.announce(channel_id)

    async def hear(self, message: discord.Message, turn: Turn) -> None:
        """A message of any channel: answered where a live war runs and it is meant for it."""
        async with turn:
            await turn.come()
            if message.guild is None:
                return
            if not await self.runs_in(ServerId(message.guild.id), message.channel.id):
                await self._remind(message, ServerId(message.guild.id))
                return
            if (await self._bot.get_context(message)).valid:
                return

            async def send(**shown: Any) -> discord.Message:
                reference = message.to_reference(fail_if_not_exists=False)
                return await message.channel.send(reference=reference, mention_author=False, **shown)

            try:
                await self._answer(message, send)
            except (UserProblem, NotAllowed) as problem:
                await self._bot.answers.say(message, explain(problem).text or "")
            except discord.HTTPException as failure:
                # It is told and kept; only the card is missing.
                logger.warning("A live war's card was not sent in channel %s: %s", message.channel.id, failure)

    async def _remind(self, message: discord.Message, server_id: ServerId) -> None:
        """That no war was begun, once in a while: somebody types race after race."""
        channel_id = ChannelId(message.channel.id)
        if channel_id in self._reminded or (await self._bot.get_context(message)).valid:
            return
        with contextlib.suppress(RecordsAway):
            if await self._bot.services.live.was_told_unbegun(server_id, channel_id, message.content):
                self._reminded[channel_id] = True
                await self._bot.answers.say(message, f"{NONE_HERE} Nothing of this is kept.")

    async def runs_in(self, server_id: ServerId, channel_id: int) -> bool:
        """Or ended just now. False where the records are away."""
        try:
            return channel_id in await self._bot.services.live.channels(server_id)
        except RecordsAway:
            return False

    async def _answer(self, message: discord.Message, send: Send) -> None:
        actor = actor_of(message.author, message.guild)
        channel_id = ChannelId(message.channel.id)
        await self._bot.write_as_here(message.guild)
        live = self._bot.services.live
        if not await live.is_meant(actor.server_id, channel_id, message.content):
            await self._remind(message, actor.server_id)
            return
        await require_teller(self._bot, message.author, actor.server_id)
        told = await live.tell(actor, channel_id, message.content, message_id=MessageId(message.id))
        if told is not None:
            await self.answer(actor, told, send)

    async def say(self, actor: Actor, channel_id: ChannelId, line: str, *, race: int | None = None) -> Told:
        """What a command or a button says. Raises UserProblem."""
        told = await self._bot.services.live.tell(actor, channel_id, line, race=race, surely=True)
        if told is None:
            raise NotFound(NONE_HERE)
        return told

    async def answer(self, actor: Actor, told: Told, send: Send) -> None:
        """The card of what was told; or, where the war shall end, its end. Raises UserProblem."""
        if told.done or told.problem or told.ask or told.shown:
            await self.carded(told, await send(**self.shown(told)))
        if told.end is not None:
            await self.end(actor, told.view, told.end.totals, send, surely=told.end.surely)

    def shown(self, told: Told, *, editing: bool = False) -> dict[str, Any]:
        """Keyword arguments of any `send`, or of any `edit`."""
        embed = told_embed(told)
        view = None if told.ask is None else ask_view(told.view, told.ask)
        text = told_text(told) if embed is None else ""
        if told.ask is not None:
            text = f"{text}\n{told.ask.question}".strip()
        if editing:
            return {"content": text or None, "embed": embed, "view": view}
        shown: dict[str, Any] = {"content": text} if text else {}
        shown |= {} if embed is None else {"embed": embed}
        return shown | ({} if view is None else {"view": view})

    async def carded(self, told: Told, message: discord.Message) -> None:
        if told.raced or told.shown:
            await self._bot.services.live.carded(told.view.server_id, told.view.live_id, MessageId(message.id))

    async def take_picture(self, review: Review, send: Send) -> bool:
        """A picture that was read: said to the live war of its channel, and answered as what it is there. False where
        none runs, or its sender may not tell it: it is a review of its own then."""
        if not await self.runs_in(review.server_id, review.channel_id) or not await self._may_show(review):
            return False
        told = await self._bot.services.live_pictures.take(review.server_id, review.upload_id)
        if told is None:
            return False
        message = await send(**self.shown(told))
        await self._bot.services.intake.answered(review.server_id, review.upload_id, MessageId(message.id))
        await self.carded(told, message)
        return True

    async def _may_show(self, review: Review) -> bool:
        guild = self._bot.get_guild(review.server_id)
        settings = await self._bot.services.settings.get(review.server_id)
        if settings.live_typing is Level.EVERYONE or guild is None:
            return guild is not None
        try:
            member = guild.get_member(review.uploader_id) or await guild.fetch_member(review.uploader_id)
            await require_teller(self._bot, member, review.server_id)
        except (NotAllowed, discord.NotFound):
            return False
        return True

    async def show_again(self, ctx: ClanContext, changes: Sequence[Change]) -> None:
        """How a live war of the channel stands after changes of it were taken back or done again."""
        if not any(change.live_ids for change in changes):
            return
        view = await self._bot.services.live.running(ctx.server_id, ChannelId(ctx.channel.id))
        if view is not None:
            told = Told(view, shown=True)
            await self.carded(told, await ctx.channel.send(**self.shown(told)))

    async def catch_up(self) -> None:
        """Hear what was written while the bot was away. What was heard before is known by its message."""
        for view in await self._bot.services.live.everywhere():
            channel = self._bot.get_channel(view.channel_id)
            if view.heard_up_to is None or not isinstance(channel, discord.abc.Messageable):
                continue
            try:
                after = discord.Object(view.heard_up_to)
                missed = [message async for message in channel.history(after=after, limit=CAUGHT_UP, oldest_first=True)]
            except discord.HTTPException as failure:
                logger.info("Channel %s cannot be caught up: %s", view.channel_id, failure)
                continue
            for message in missed:
                if message.content and not message.author.bot:
                    await self.hear(message, self.turn(message.channel.id))

    async def end(
        self, actor: Actor, view: LiveView, totals: tuple[tuple[str, int], ...], send: Send, *, surely: bool
    ) -> None:
        """Keep the war and show it. Raises UserProblem."""
        try:
            ended = await self._bot.services.live.end(actor, view.channel_id, totals=totals, surely=surely)
        except EndsEarly as early:
            await send(content=str(early), view=end_view(view))
            return
        await self.show_ended(ended, send)

    async def show_ended(self, ended: Ended, send: Send) -> None:
        """The final card: the table drawn, the races, everybody's places, and the difference race by race."""
        war = await self._bot.services.wars.get(ended.view.server_id, ended.war_id)
        embed, file = await picture_and_embed(self._bot, war)
        embed.description = fitted(f"{embed.description}\n\n{final_text(ended)}".strip())
        embed.set_footer(text="undo opens it again · races shows every race · lorenzi writes it as text")
        embeds, files = [embed], [file]
        with contextlib.suppress(NotFound):  # of 24 players only ours is known
            graph, picture = await war_graph(self._bot.services, ended.view.server_id, war)
            embeds.append(graph.set_footer(text="Difference race by race"))
            files.append(picture)
        await send(embeds=embeds, files=files)

    async def look_for_idle(self) -> None:
        """Ask where nothing was told for hours; end what nobody answered about. Raises RecordsAway."""
        for view in await self._bot.services.live.idle():
            await self._quietly(view, self._ask(view))
        for view in await self._bot.services.live.unanswered():
            if self._bot.get_guild(view.server_id) is not None:  # else it is another process's
                await self._quietly(view, self._end_itself(view))

    async def _quietly(self, view: LiveView, work: Awaitable[None]) -> None:
        """One war's trouble is not the next one's."""
        try:
            await work
        except (UserProblem, discord.HTTPException) as failure:
            logger.warning("Live war %s of server %s: %s", view.live_id, view.server_id, failure)

    async def _ask(self, view: LiveView) -> None:
        channel = self._bot.get_partial_messageable(view.channel_id, guild_id=view.server_id)
        await channel.send(idle_text(view), view=end_view(view, throw=True))

    async def _end_itself(self, view: LiveView) -> None:
        ended = await self._bot.services.live.ends_itself(view)
        channel = self._bot.get_partial_messageable(view.channel_id, guild_id=view.server_id)
        write_as((await self._bot.services.settings.get(view.server_id)).locale)
        if ended is None:
            await channel.send("Nobody answered. No race was told, so the live war is thrown away.")
            return
        await self.show_ended(ended, channel.send)
