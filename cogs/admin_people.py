"""Who of Discord is who of the roster, two players who are one, and a roster pasted as text."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.claims import CLAIM, by_roles, claim, claim_answered
from bot.client import ClanBot
from bot.completion import complete_players
from bot.context import ClanContext
from bot.declaring import command, cooldown, group, part
from bot.permissions import (
    NotAllowed,
    admins_only,
    for_oneself,
    is_moderator,
    moderators_only,
    who_has,
)
from bot.roster_texts import bold
from bot.server_import import KIND, ServerImports, data_of, export_attached
from bot.services.errors import BadInput
from bot.services.levels import Level
from bot.texts_attached import text_attached
from bot.typed import unquoted, without_fence, without_mention
from bot.views.roster_import import RosterForm, show_plan
from bot.who import ME, person_meant, player_meant
from bot.wording import escape
from mkw.ids import UserId
from mkw.numerals import count_of, whole


class People(commands.Cog, name="People"):
    def __init__(self, bot: ClanBot) -> None:
        self.bot = bot
        self.imports = ServerImports()

    async def cog_load(self) -> None:
        self.bot.questions.register(KIND, self.imports.answered)
        self.bot.questions.register(CLAIM, claim_answered)

    async def cog_unload(self) -> None:
        self.bot.questions.remove(KIND)
        self.bot.questions.remove(CLAIM)

    @command("link", example="link me Comet", topic="Players")
    @app_commands.describe(player="Which player of the roster", user="Who of this server; nothing: you")
    @app_commands.autocomplete(player=complete_players)
    @for_oneself()
    async def link(self, ctx: ClanContext, *, player: str, user: discord.User | None = None) -> None:
        """Say which player you are: `link me Comet`; moderators say it of anybody: `link @somebody Comet`."""
        name, mentioned = without_mention(player) if user is None else (player, user.id)
        if mentioned is None and ctx.interaction is None:
            name = _without_me(name)
        if not unquoted(name):
            raise BadInput("Say which player that is, too: `link @somebody Comet`.")
        person = await person_meant(ctx, mentioned)
        found = await player_meant(ctx, name)
        settings = await self.bot.services.settings.get(ctx.server_id)
        if not is_moderator(ctx.author, settings):
            if person.id != ctx.author.id:
                raise NotAllowed(
                    f"Only {who_has(settings, Level.MODERATOR)} can say that of others; `link me {found.name}`.",
                    Level.MODERATOR,
                )
            await claim(ctx, found)
            return
        linked = await self.bot.services.links.link(ctx.actor, found.player_id, _id(person))
        text = f"{person.mention} is {bold(linked.player)} from now on."
        if linked.before is not None:
            text += f" {bold(linked.before)} is linked to nobody now."
        await ctx.answer(text + await by_roles(self.bot, person))

    @command("unlink", example="unlink Comet", topic="Players")
    @app_commands.describe(player="A player, a mention or `me`")
    @app_commands.autocomplete(player=complete_players)
    @moderators_only()
    async def unlink(self, ctx: ClanContext, *, player: str) -> None:
        """Forget who of this server a player is."""
        found = await player_meant(ctx, player)
        await self.bot.services.links.unlink(ctx.actor, found.player_id)
        await ctx.answer(f"{bold(found)} is linked to nobody now. `undo` takes it back.")

    @command("merge", example="merge Comet Kometa", topic="Players")
    @app_commands.describe(player="Who stays", other="Who is the same person: everything of theirs goes to the first")
    @app_commands.autocomplete(player=complete_players, other=complete_players)
    @moderators_only()
    async def merge(self, ctx: ClanContext, player: str, *, other: str) -> None:
        """Make two players one: all wars, names and links of the second go to the first."""
        first, second = await player_meant(ctx, player), await player_meant(ctx, other)
        merged = await self.bot.services.merging.merge(ctx.actor, first.player_id, second.player_id)
        wars = "1 war" if merged.wars == 1 else f"{merged.wars} wars"
        await ctx.answer(
            f"**{escape(merged.gone, limit=80)}** is {bold(merged.player)} from now on: {wars} came with them, and "
            f"{_spellings(merged.spellings)} is read as {bold(merged.player)}. `undo` takes it back to the last row."
        )

    @group("import", fallback="roster", example="import roster", form=True)
    @app_commands.describe(
        text="One player: Comet, trial, DE; nothing: a form to paste into", file="Or a text file, one player a line"
    )
    @moderators_only()
    async def import_(
        self, ctx: ClanContext, *, text: str | None = None, file: discord.Attachment | None = None
    ) -> None:
        """Add a whole roster from text, one player a line; shows what it would do first.

        `Comet, trial, DE, @somebody, CR Blue, C0met`: behind the name stand status, country, link, team and aliases in
        any order, each of them or none.
        """
        whole = export_attached(ctx)
        if whole is not None:
            await self.imports.show(ctx, whole)
            return
        attached = await text_attached(ctx, file)
        pasted = without_fence(_without_word(text or "")) if attached is None else attached
        if not pasted.strip() and ctx.interaction is not None:
            await ctx.interaction.response.send_modal(RosterForm())
            return
        if not pasted.strip():
            raise BadInput(
                "Paste the roster behind it, one player a line, such as `Comet, trial, DE`, or attach a text file."
            )
        await ctx.defer()
        await show_plan(ctx, pasted)

    @part(import_, "server", example="import server", private=True)
    @app_commands.describe(file="What `export json` made: clan-….json, or packed as .json.gz")
    @admins_only()
    async def import_server(self, ctx: ClanContext, file: discord.Attachment | None = None) -> None:
        """Bring in everything an export holds, where this server has no record yet."""
        whole = export_attached(ctx, file)
        if whole is None:
            raise BadInput("Attach the file that `export json` made to `import server`.")
        await self.imports.show(ctx, whole)

    @part(import_, "pictures", example="import pictures", private=True)
    @app_commands.describe(file="A zip that `export pictures` made")
    @admins_only()
    @cooldown(person=20, server=40)
    async def import_pictures(self, ctx: ClanContext, file: discord.Attachment | None = None) -> None:
        """Put the pictures of imported wars in place, from the zips of `export pictures`."""
        files = [file] if file is not None else list(ctx.message.attachments) if ctx.interaction is None else []
        if not files:
            raise BadInput("Attach the zips that `export pictures` made to `import pictures`.")
        brought = [await self.bot.services.pictures.bring_in(ctx.actor, await data_of(one)) for one in files]
        new, known, strange = (sum(getattr(one, name) for one in brought) for name in ("new", "known", "strange"))
        text = f"Put in place: {count_of(new, 'picture')}. There already: {whole(known)}."
        if strange:
            text += f" Left out, of no war of this server: {whole(strange)}."
        await ctx.answer(text, private=True)


def _id(person: discord.Member | discord.User) -> UserId:
    return UserId(person.id)


def _without_me(name: str) -> str:
    """`me Comet` and `me as Comet` are Comet."""
    first, _, rest = name.strip().partition(" ")
    if first.casefold() not in ME or not rest:
        return name
    second, _, behind = rest.strip().partition(" ")
    return behind if second.casefold() == "as" and behind else rest


def _without_word(text: str) -> str:
    """`import roster` is what people type; the text begins behind it."""
    first, _, rest = text.partition("\n")
    if first.strip().casefold() == "roster":
        return rest
    return text[len("roster ") :] if text.casefold().startswith("roster ") else text


def _spellings(spellings: tuple[str, ...]) -> str:
    shown = ", ".join(escape(one, limit=40) for one in spellings[:4])
    return shown + (f" and {len(spellings) - 4} more" if len(spellings) > 4 else "")


async def setup(bot: ClanBot) -> None:
    await bot.add_cog(People(bot))
