"""The client: what it may see, how commands are called, what it starts and how it stops."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.answers import Answers
from bot.bulk import BulkScans
from bot.catching_up import CatchingUp
from bot.context import ClanContext
from bot.cooldowns import Cooldowns, Limit
from bot.declaring import limit_of
from bot.error_handling import handle_command_error, handle_interaction_error, outcome_of
from bot.first_steps import nothing_watched
from bot.health import Health
from bot.live import LiveWars
from bot.roles import RolesInStep
from bot.seen import SeenWars
from bot.services.errors import RecordsAway
from bot.services.house import Services
from bot.services.log_ids import follow
from bot.shards import ALONE, Shards
from bot.sign_ups import SignUps
from bot.sync import sync_if_changed
from bot.tasks import TaskKeeper
from bot.uploads import Uploads
from bot.views.bulk import BulkButton
from bot.views.live import LiveButton
from bot.views.pages import PageButton, PageMakers
from bot.views.question import QuestionButton, Questions
from bot.views.review import ReviewButton
from bot.views.sign_up import SignUpButton
from bot.views.war_edit import WarButton
from bot.waiting import Waiting
from mkw.ids import ServerId
from mkw.numerals import write_as

logger = logging.getLogger(__name__)
API_VERSION = 10
EXTENSIONS = (
    "cogs.uploads",
    "cogs.scan",
    "cogs.bulkscan",
    "cogs.review",
    "cogs.several",
    "cogs.report",
    "cogs.addwar",
    "cogs.wars",
    "cogs.live",
    "cogs.sign_ups",
    "cogs.statistics",
    "cogs.roster",
    "cogs.matchups",
    "cogs.races",
    "cogs.graphs",
    "cogs.admin_seasons",
    "cogs.admin_monthly",
    "cogs.admin_wars",
    "cogs.admin_war_edits",
    "cogs.admin_roster",
    "cogs.admin_people",
    "cogs.admin_teams",
    "cogs.admin_history",
    "cogs.admin_export",
    "cogs.admin_setup",
    "cogs.privacy",
    "cogs.roles",
    "cogs.health",
    "cogs.backups",
    "cogs.help",
    "cogs.welcome",
)


@dataclass(frozen=True, slots=True)
class BotOptions:
    data_dir: Path
    default_prefix: str = "!"  # in direct messages, and where the records are away
    owner_ids: frozenset[int] = frozenset()
    test_server_id: int | None = None  # tell the slash commands to this server alone
    always_sync: bool = False  # for a Discord that forgets (a simulated one)
    max_upload_bytes: int = 25 * 1024 * 1024
    shutdown_seconds: float = 20.0
    members_intent: bool = False
    cooldowns: Mapping[str, Limit | None] = field(default_factory=dict)  # in place of what commands say
    slow_command_seconds: float = 5.0  # a command that takes longer is logged
    backup_every: timedelta | None = None  # None: the bot makes no backups by itself
    backup_keep: int = 7
    backup_dir: Path | None = None  # None: backups under the data directory
    shards: Shards | None = None  # of all, those of this process; None: it is the only one, with one connection


def intents_of_the_bot(*, members: bool = False) -> discord.Intents:
    intents = discord.Intents.none()
    intents.guilds = True  # channels, roles and the bot's own permissions; without it discord.py works badly
    intents.guild_messages = True  # pictures posted into watched channels, prefix commands
    intents.dm_messages = True  # to say there that a command needs a server
    intents.message_content = True  # privileged: attachments and prefix commands are content
    intents.members = members  # privileged: a status follows a role at once, where an operator switched it on
    return intents


class ClanTree(app_commands.CommandTree["ClanBot"]):
    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        await handle_interaction_error(interaction, error)


class ClanBot(commands.Bot):
    """One per process. `services` are the use cases; everything else here is Discord."""

    def __init__(self, services: Services, options: BotOptions, health: Health, **more: Any) -> None:
        super().__init__(
            command_prefix=_prefixes,
            intents=intents_of_the_bot(members=options.members_intent),
            allowed_mentions=discord.AllowedMentions.none(),  # names come from pictures and may hold @everyone
            case_insensitive=True,
            strip_after_prefix=True,
            help_command=None,
            owner_ids=set(options.owner_ids),
            tree_cls=ClanTree,
            chunk_guilds_at_startup=False,
            max_messages=1000,
            http_trace=health.metrics.http_trace(),
            **more,
        )
        self._connected = False
        self._lost: set[int] = set()  # shards
        self.health = health
        health.client = self
        self.services = services
        self.options = options
        self.work = TaskKeeper()
        self.answers = Answers(self)
        self.uploads = Uploads(self)
        self.catching_up = CatchingUp(self)
        self.waiting = Waiting(self)
        self.page_makers = PageMakers(before=self.write_as_here)
        self.questions = Questions()
        self.bulk = BulkScans(self)
        self.live = LiveWars(self)
        self.sign_ups = SignUps(self)
        self.seen = SeenWars()
        self.roles = RolesInStep(self)
        self.cooldowns = Cooldowns(options.cooldowns)
        self.closing = False
        self.check_once(_defer_first)
        self.check_once(_write_as_here)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(
            ReviewButton, PageButton, WarButton, QuestionButton, BulkButton, LiveButton, SignUpButton
        )  # fmt: skip
        for extension in EXTENSIONS:
            await self.load_extension(extension)
        limited = {command.qualified_name for command in self.walk_commands() if limit_of(command) is not None}
        for name in self.options.cooldowns.keys() - limited:
            logger.warning("COOLDOWNS names %s, which has none; these have: %s", name, ", ".join(sorted(limited)))
        if self.own_shards.are_first:
            await sync_if_changed(
                self,
                data_dir=self.options.data_dir,
                test_server_id=self.options.test_server_id,
                always=self.options.always_sync,
            )

    async def get_context(self, origin: Any, /, *, cls: Any = ClanContext) -> Any:
        follow(origin.id)
        return await super().get_context(origin, cls=cls)

    async def on_message(self, message: discord.Message, /) -> None:
        if message.author.bot:
            return
        if self.user is not None and message.content.strip() in (f"<@{self.user.id}>", f"<@!{self.user.id}>"):
            prefix = await self.prefix_of(message.guild)
            text = f"Commands begin with `{prefix}` or `/` here; `{prefix}help` lists them."
            if message.guild is not None and not await self.is_set_up(message.guild):
                text += f"\n{nothing_watched(prefix)}"
            await self.answers.say(message, text)
            return
        await self.process_commands(message)

    @property
    def own_shards(self) -> Shards:
        return self.options.shards or ALONE

    @property
    def connected(self) -> bool:
        """To the gateway, with every shard."""
        return self._connected and not self._lost

    async def on_connect(self) -> None:
        self._connected = True

    async def on_resumed(self) -> None:
        self._connected = True

    async def on_disconnect(self) -> None:
        self._connected = False

    async def on_shard_connect(self, shard_id: int) -> None:
        self._lost.discard(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._lost.discard(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self._lost.add(shard_id)

    async def on_command_completion(self, context: Any, /) -> None:
        self._command_done(context, "done")

    async def on_command_error(self, context: Any, error: Exception, /) -> None:
        self._command_done(context, outcome_of(error))
        await handle_command_error(context, error)

    def _command_done(self, context: ClanContext, outcome: str) -> None:
        if context.command is None:
            return  # other bots may listen to the same prefix
        name, seconds = context.command.qualified_name, time.monotonic() - context.began
        self.health.metrics.command_done(name, outcome, seconds)
        if seconds > self.options.slow_command_seconds:
            told = {"command": name, "seconds": seconds}
            logger.warning("slow command %s: %.2f s", name, seconds, extra=told)

    async def prefix_of(self, guild: discord.Guild | None) -> str:
        if guild is None:
            return self.options.default_prefix
        try:
            return (await self.services.settings.get(ServerId(guild.id))).prefix
        except RecordsAway:
            return self.options.default_prefix

    async def write_as_here(self, guild: discord.Guild | None) -> None:
        """Numbers of what is answered next are written as this server's people write them."""
        try:
            settings = None if guild is None else await self.services.settings.get(ServerId(guild.id))
        except RecordsAway:
            settings = None
        write_as("en" if settings is None else settings.locale)

    async def is_set_up(self, guild: discord.Guild) -> bool:
        """Somebody chose where results are posted. False where the records are away."""
        try:
            return bool((await self.services.settings.get(ServerId(guild.id))).watched_channels)
        except RecordsAway:
            return False

    async def drain(self, seconds: float) -> int:
        """Take nothing new, and wait up to `seconds` for pictures under way; how many were left (they are taken up at
        the next start)."""
        self.closing = True
        left = await self.work.drain(seconds)
        if left:
            logger.warning("%d tasks were not finished within %g seconds", left, seconds)
        return left

    async def close(self) -> None:
        if not self.closing:
            await self.drain(self.options.shutdown_seconds)
        await self.work.cancel()
        await super().close()


class ShardedClanBot(ClanBot, commands.AutoShardedBot):
    """One of several processes, or one with several connections to Discord."""


def create_bot(services: Services, options: BotOptions, health: Health | None = None) -> ClanBot:
    """The bot, not yet logged in. `await bot.start(token)` runs it, `await bot.close()` ends it."""
    if options.shards is None:
        return ClanBot(services, options, health or Health())
    shards = options.shards
    return ShardedClanBot(services, options, health or Health(), shard_ids=list(shards.ids), shard_count=shards.count)


def point_client_at(*, api_url: str | None = None, gateway_url: str | None = None) -> None:
    """Send the whole process's Discord traffic to another address: a REST proxy, or a compatible server. `api_url`
    without a path gets Discord's `/api/v10`. Call before the bot logs in."""
    if api_url is not None:
        base = api_url.rstrip("/")
        Route.BASE = base if yarl.URL(base).path.strip("/") else f"{base}/api/v{API_VERSION}"
    if gateway_url is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


async def _prefixes(bot: ClanBot, message: discord.Message) -> list[str]:
    """A mention always works, so that a forgotten prefix locks nobody out."""
    return commands.when_mentioned_or(await bot.prefix_of(message.guild))(bot, message)


async def _write_as_here(context: ClanContext) -> bool:
    await context.bot.write_as_here(context.guild)
    return True


async def _defer_first(context: ClanContext) -> bool:
    """Discord waits three seconds for the first word; records and pictures may take longer."""
    if context.interaction is not None and not context.interaction.response.is_done():
        said = context.command.extras if context.command is not None else {}
        if not said.get("form"):
            await context.defer(ephemeral=bool(said.get("private")))
    return True
