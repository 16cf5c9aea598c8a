"""The panel of `setup`: asks what the bot must know and sets it at once."""

from __future__ import annotations

from typing import Any

import discord

from bot.acknowledging import acknowledge
from bot.context import actor_of, bot_of, server_of
from bot.permissions import require_level, what_the_bot_lacks
from bot.services.levels import OF_ROLES, Level, level_called
from bot.services.settings import ServerSettings
from bot.views.base import OwnModal, OwnView
from bot.wording import escape
from mkw.ids import ChannelId, RoleId, ServerId
from mkw.numerals import LOCALES

CHANNEL_TYPES = [discord.ChannelType.text, discord.ChannelType.news]
CHANNELS_A_MENU = ROLES_A_MENU = 25  # Discord's limit
TELLERS = {
    Level.EVERYONE: "everyone who may write there",
    Level.TRUSTED: "trusted (linked players) and above",
    Level.MODERATOR: "moderators and above",
}


def settings_embed(settings: ServerSettings, *, title: str = "Settings") -> discord.Embed:
    channels = " ".join(f"<#{channel_id}>" for channel_id in sorted(settings.watched_channels)[:30])
    tags = ", ".join(escape(tag, limit=40) for tag in settings.clan_tags[:10])
    embed = discord.Embed(title=title)
    embed.add_field(name="Watched channels", value=channels or "none: pictures are read with `scan` only", inline=False)
    embed.add_field(name="Roles with a level", value=_levels(settings)[:1000], inline=False)
    embed.add_field(name="Clan", value=escape(settings.clan_name, limit=100) if settings.clan_name else "no name yet")
    embed.add_field(name="Tags", value=tags or "none yet")
    embed.add_field(name="Prefix", value=f"`{settings.prefix}`")
    if settings.status_roles:
        said = ", ".join(f"<@&{role_id}> {status.value}" for role_id, status in settings.status_roles[:20])
        embed.add_field(name="Roles that say a status", value=said[:1000], inline=False)
    embed.add_field(name="Time zone", value=escape(settings.time_zone, limit=60))
    locale = LOCALES[settings.locale]
    embed.add_field(name="Numbers", value=f"{locale.example} ({locale.name})")
    oneself = "members do it themselves" if settings.self_link else "a moderator agrees"
    embed.add_field(name="Linking to a free player", value=oneself)
    embed.add_field(name="Telling a live war", value=TELLERS[settings.live_typing])
    return embed


def _levels(settings: ServerSettings) -> str:
    """Who has which level beside those whom Discord says it of, from admin down."""
    lines = []
    for level in reversed(OF_ROLES):
        roles = " ".join(f"<@&{role_id}>" for role_id in settings.roles_of(level)[:10])
        if roles or level is Level.MODERATOR:
            lines.append(f"{level}: {roles or 'none: server administrators only'}")
    return "\n".join(lines)


def setup_embed(settings: ServerSettings, *, lacking: str = "") -> discord.Embed:
    embed = settings_embed(settings, title="Setup")
    embed.description = (
        "1. Choose the channels where pictures of results are posted.\n"
        "2. Choose the moderators' roles: they may edit players and wars, beside administrators.\n"
        "3. Say what your clan is called and which tag its players wear: it tells which side is yours."
    )
    if lacking:
        embed.description += f"\n\n**{lacking}**"
    return embed


def split_tags(text: str) -> tuple[str, ...]:
    """`DX, ΣND` -> ("DX", "ΣND"); commas or spaces around them."""
    return tuple(dict.fromkeys(tag.strip() for tag in text.split(",") if tag.strip()))


class SetupPanel(OwnView):
    """Every choice is kept at once and shown in the panel."""

    def __init__(self, owner_id: int, settings: ServerSettings) -> None:
        super().__init__(owner_id)
        self.settings = settings
        self._build()

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whoever asked, as long as they may."""
        if not await super().interaction_check(interaction):
            return False
        await require_level(bot_of(interaction), interaction.user, server_of(interaction.guild), Level.ADMIN)
        return True

    def _build(self) -> None:
        self.clear_items()
        # More than a menu holds: those beyond it are kept as they are, and set with `settings watch`.
        shown = sorted(self.settings.watched_channels)[:CHANNELS_A_MENU]
        channels: discord.ui.ChannelSelect[SetupPanel] = discord.ui.ChannelSelect(
            placeholder="Channels to watch", channel_types=CHANNEL_TYPES, min_values=0, max_values=CHANNELS_A_MENU,
            custom_id="setup:channels",
            default_values=[
                discord.SelectDefaultValue(id=one, type=discord.SelectDefaultValueType.channel) for one in shown
            ],
        )  # fmt: skip
        channels.callback = self._channels_chosen  # type: ignore[method-assign]
        self._channels = channels
        self.add_item(channels)
        shown_roles = self.settings.roles_of(Level.MODERATOR)[:ROLES_A_MENU]
        roles: discord.ui.RoleSelect[SetupPanel] = discord.ui.RoleSelect(
            placeholder="Moderators' roles", custom_id="setup:role", min_values=0, max_values=ROLES_A_MENU,
            default_values=[
                discord.SelectDefaultValue(id=one, type=discord.SelectDefaultValueType.role) for one in shown_roles
            ],
        )  # fmt: skip
        roles.callback = self._role_chosen  # type: ignore[method-assign]
        self._roles = roles
        self.add_item(roles)
        now = self.settings.live_typing
        typing: discord.ui.Select[SetupPanel] = discord.ui.Select(
            placeholder="Who tells a live war",
            custom_id="setup:typing",
            options=[
                discord.SelectOption(label=f"Live wars: {words}", value=str(one), default=one is now)
                for one, words in TELLERS.items()
            ],
        )
        typing.callback = self._typing_chosen  # type: ignore[method-assign]
        self._typing = typing
        self.add_item(typing)
        clan: discord.ui.Button[SetupPanel] = discord.ui.Button(
            label="Clan name and tags", style=discord.ButtonStyle.primary, custom_id="setup:clan"
        )
        clan.callback = self._clan  # type: ignore[method-assign]
        self.add_item(clan)
        done: discord.ui.Button[SetupPanel] = discord.ui.Button(
            label="Done", style=discord.ButtonStyle.success, custom_id="setup:done"
        )
        done.callback = self._done  # type: ignore[method-assign]
        self.add_item(done)

    async def show(self, interaction: discord.Interaction[Any], settings: ServerSettings) -> None:
        """`interaction` is acknowledged."""
        self.settings = settings
        self._build()
        lacking = what_the_bot_lacks(settings.watched_channels, interaction.guild)
        await interaction.edit_original_response(embed=setup_embed(settings, lacking=lacking), view=self)

    async def _channels_chosen(self, interaction: discord.Interaction[Any]) -> None:
        await acknowledge(interaction)
        service = bot_of(interaction).services.settings
        actor = actor_of(interaction.user, interaction.guild)
        before = set(sorted(self.settings.watched_channels)[:CHANNELS_A_MENU])
        chosen = {ChannelId(channel.id) for channel in self._channels.values}
        for channel_id in sorted(before - chosen):
            await service.watch(actor, channel_id, watched=False)
        for channel_id in sorted(chosen - before):
            await service.watch(actor, channel_id, watched=True)
        await self.show(interaction, await service.get(actor.server_id))

    async def _role_chosen(self, interaction: discord.Interaction[Any]) -> None:
        await acknowledge(interaction)
        service = bot_of(interaction).services.settings
        actor = actor_of(interaction.user, interaction.guild)
        roles = {RoleId(role.id) for role in self._roles.values if not role.is_default()}
        beyond = self.settings.roles_of(Level.MODERATOR)[ROLES_A_MENU:]
        await self.show(interaction, await service.give_level_to(actor, Level.MODERATOR, roles | set(beyond)))

    async def _typing_chosen(self, interaction: discord.Interaction[Any]) -> None:
        await acknowledge(interaction)
        actor = actor_of(interaction.user, interaction.guild)
        chosen = level_called(self._typing.values[0])
        await self.show(interaction, await bot_of(interaction).services.settings.change(actor, live_typing=chosen))

    async def _clan(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(ClanForm(self))

    async def _done(self, interaction: discord.Interaction[Any]) -> None:
        self.stop()
        settings = await bot_of(interaction).services.settings.get(ServerId(self.settings.server_id))
        embed = settings_embed(settings, title="Ready")
        embed.description = (
            "Post a picture of a result into a watched channel, or try `scan`."
            if settings.watched_channels
            else "No channel is watched: `scan` reads a picture anywhere, and `setup` chooses channels."
        )
        await interaction.response.edit_message(embed=embed, view=None)


class ClanForm(OwnModal):
    def __init__(self, panel: SetupPanel) -> None:
        super().__init__(title="Your clan")
        self.panel = panel
        settings = panel.settings
        self.name: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="name", default=settings.clan_name or "", required=False, max_length=100
        )
        self.tags: discord.ui.TextInput[Any] = discord.ui.TextInput(
            custom_id="tags", default=", ".join(settings.clan_tags), required=False, max_length=100
        )
        self.add_item(discord.ui.Label(text="Name", component=self.name))
        self.add_item(
            discord.ui.Label(
                text="Tags", description="with commas between them, the first is shown", component=self.tags
            )
        )

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await acknowledge(interaction)
        service = bot_of(interaction).services.settings
        actor = actor_of(interaction.user, interaction.guild)
        await require_level(bot_of(interaction), interaction.user, actor.server_id, Level.ADMIN)
        name = self.name.value.strip()
        settings = await service.change(actor, clan_name=name or None, clan_tags=split_tags(self.tags.value))
        if not name:
            settings = await service.clear(actor, "clan")
        await self.panel.show(interaction, settings)
