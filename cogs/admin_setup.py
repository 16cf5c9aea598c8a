"""What server administrators set. Everybody may look at it."""

from __future__ import annotations

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.context import ClanContext
from bot.declaring import command, group, part
from bot.permissions import admins_only, everyone, what_the_bot_lacks
from bot.roles import HOW_TO_FOLLOW_AT_ONCE
from bot.roster_texts import bold
from bot.services.errors import BadInput
from bot.services.levels import Level, level_called
from bot.services.player import PlayerStatus
from bot.services.settings import Clearable, ServerSettings
from bot.typed import unquoted
from bot.views.setup import SetupPanel, settings_embed, setup_embed, split_tags
from mkw.ids import ChannelId, RoleId
from mkw.numerals import LOCALES

Given = Literal["trusted", "moderator", "admin", "everyone"]
Telling = Literal["everyone", "trusted", "moderator"]
# An optional channel would take a misspelt one for none, and watch this one.
HERE = commands.CurrentChannel


class Setup(commands.Cog, name="Setting up"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot

    @command("setup", example="setup", private=True)
    @admins_only(hide=True)
    async def setup(self, ctx: ClanContext) -> None:
        """Choose the watched channels, the moderators' roles, and the clan's name and tags."""
        settings = await self.bot.services.settings.get(ctx.server_id)
        panel = SetupPanel(ctx.author.id, settings)
        panel.message = await ctx.answer(embed=setup_embed(settings), view=panel, private=True)

    @group("settings", fallback="show", example="settings")
    @everyone()
    async def settings(self, ctx: ClanContext) -> None:
        """Show this server's settings."""
        await ctx.answer(embed=settings_embed(await self.bot.services.settings.get(ctx.server_id)))

    @part(settings, "prefix", example="settings prefix ?")
    @app_commands.describe(prefix="What commands begin with, 1 to 5 characters")
    @admins_only()
    async def settings_prefix(self, ctx: ClanContext, *, prefix: str) -> None:
        """Set what commands begin with; a mention of the bot always works too."""
        await self._changed(ctx, await self.bot.services.settings.change(ctx.actor, prefix=unquoted(prefix)))

    @part(settings, "role", example="settings role moderator @Editors")
    @app_commands.describe(
        level="trusted, moderator, admin; everyone takes it away; nothing: moderator",
        role="Whoever wears it has the level",
    )
    @admins_only()
    async def settings_role(self, ctx: ClanContext, level: Given | None = None, *, role: discord.Role) -> None:
        """Give a role the level trusted, moderator or admin; a level may have several roles."""
        if role.is_default():
            raise BadInput("That role is everybody's. Choose one that somebody has to be given.")
        chosen = level_called(level or str(Level.MODERATOR))
        await self._changed(ctx, await self.bot.services.settings.give_level(ctx.actor, RoleId(role.id), chosen))

    @part(settings, "clan", example="settings clan Comet Racers")
    @app_commands.describe(name="What the clan is called")
    @admins_only()
    async def settings_clan(self, ctx: ClanContext, *, name: str) -> None:
        """Set the clan's name."""
        await self._changed(ctx, await self.bot.services.settings.change(ctx.actor, clan_name=unquoted(name)))

    @part(settings, "tags", example="settings tags DX, ΣND")
    @app_commands.describe(tags="With commas between them; the first is shown")
    @admins_only()
    async def settings_tags(self, ctx: ClanContext, *, tags: str) -> None:
        """Set the tags the clan's players wear; they tell which side is yours."""
        changed = await self.bot.services.settings.change(ctx.actor, clan_tags=split_tags(unquoted(tags)))
        await self._changed(ctx, changed)

    @part(settings, "statusrole", example="settings statusrole trial @Trial")
    @app_commands.describe(status="member, trial, ally or former", role="Whoever wears it has that status")
    @admins_only()
    async def settings_statusrole(self, ctx: ClanContext, status: PlayerStatus, *, role: discord.Role) -> None:
        """Let a role say the status of linked players, and keep them in step."""
        settings = await self.bot.services.settings.map_role(ctx.actor, RoleId(role.id), status)
        text = f"Linked players with {role.mention} are {status.value} from now on."
        stepped = await self.bot.roles.look_at_all(ctx.guild) if ctx.guild is not None else ()
        if stepped:
            said = [f"{bold(one.player)} {one.player.status.value} (was {one.before.value})" for one in stepped[:15]]
            text += f" Changed: {', '.join(said)}" + (f" and {len(stepped) - 15} more." if len(stepped) > 15 else ".")
        if not self.bot.intents.members:
            text += f"\n{HOW_TO_FOLLOW_AT_ONCE}"
        await self._changed(ctx, settings, text)

    @part(settings, "clear", example="settings clear role")
    @app_commands.describe(what="What nothing shall be set for")
    @admins_only()
    async def settings_clear(self, ctx: ClanContext, what: Clearable) -> None:
        """Set no roles with a level, clan name, tags or status roles; `undo` brings them back."""
        await self._changed(ctx, await self.bot.services.settings.clear(ctx.actor, what))

    @part(settings, "timezone", example="settings timezone Europe/Berlin")
    @app_commands.describe(zone="Such as Europe/Berlin or America/New_York")
    @admins_only()
    async def settings_timezone(self, ctx: ClanContext, *, zone: str) -> None:
        """Set the time zone that dates are written in."""
        await self._changed(ctx, await self.bot.services.settings.change(ctx.actor, time_zone=unquoted(zone)))

    @part(settings, "locale", example="settings locale de")
    @app_commands.describe(locale="How numbers are written")
    @app_commands.choices(
        locale=[app_commands.Choice(name=f"{one.name}: {one.example}", value=key) for key, one in LOCALES.items()]
    )
    @admins_only()
    async def settings_locale(self, ctx: ClanContext, *, locale: str) -> None:
        """Set how numbers are written: 1,234.5 or 1.234,5 and so on."""
        await self._changed(ctx, await self.bot.services.settings.change(ctx.actor, locale=unquoted(locale)))

    @part(settings, "selflink", example="settings selflink on")
    @app_commands.describe(allowed="on: a free player is whoever says so; off: a moderator agrees first")
    @admins_only()
    async def settings_selflink(self, ctx: ClanContext, allowed: bool) -> None:  # noqa: FBT001 - a command's argument
        """Let members link themselves to a player nobody is linked to, without a moderator."""
        await self._changed(ctx, await self.bot.services.settings.change(ctx.actor, self_link=allowed))

    @part(settings, "typing", example="settings typing trusted")
    @app_commands.describe(who="everyone who may write in the channel; trusted: linked players; moderator")
    @admins_only()
    async def settings_typing(self, ctx: ClanContext, who: Telling) -> None:
        """Set who may tell a live war: everyone, trusted (linked players) or moderators, and who is above."""
        await self._changed(ctx, await self.bot.services.settings.change(ctx.actor, live_typing=level_called(who)))

    @part(settings, "watch", example="settings watch #results")
    @app_commands.describe(channel="Where pictures of results are posted; nothing: this one")
    @admins_only()
    async def settings_watch(self, ctx: ClanContext, *, channel: discord.TextChannel = HERE) -> None:
        """Read every picture posted into a channel."""
        await self._watch(ctx, channel, watched=True)

    @part(settings, "unwatch", example="settings unwatch #results")
    @app_commands.describe(channel="Where pictures are left alone; nothing: this one")
    @admins_only()
    async def settings_unwatch(self, ctx: ClanContext, *, channel: discord.TextChannel = HERE) -> None:
        """Leave the pictures of a channel alone."""
        await self._watch(ctx, channel, watched=False)

    async def _watch(self, ctx: ClanContext, channel: discord.TextChannel, *, watched: bool) -> None:
        settings = await self.bot.services.settings.watch(ctx.actor, ChannelId(channel.id), watched=watched)
        await self._changed(ctx, settings, what_the_bot_lacks([channel.id], ctx.guild) if watched else "")

    async def _changed(self, ctx: ClanContext, settings: ServerSettings, text: str = "") -> None:
        await ctx.answer(text or None, embed=settings_embed(settings, title="Changed"))


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(Setup(bot))
