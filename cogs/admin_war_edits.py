"""Correcting kept wars: parts of the group `war`. Each is one change of the log, shown with the war's new table."""

from __future__ import annotations

from typing import Literal

from discord import app_commands
from discord.ext import commands

from bot.client import ClanBot
from bot.completion import complete_names, complete_rows, complete_tracks, complete_wars
from bot.context import ClanContext
from bot.declaring import HybridCommand, command, join_group, leave_group
from bot.permissions import moderators_only
from bot.services import editing, war_edits
from bot.services.editing import plain
from bot.services.tracks import track_meant
from bot.typed import last_word, unquoted, whole_number
from bot.war_editing import edit_and_show, line_typed, moment_typed, show_war, side_meant
from mkw.ids import WarId

TOPIC = "Correcting kept wars"
Number = commands.Range[int, 1]
NOTHING = frozenset({"none", "-", "nothing", "clear"})
_WAR = "The war's number"


@command("edit", example="war edit 12 3 score 44", topic=TOPIC)
@app_commands.describe(number=_WAR, row="Its number, from the top", what="What to correct", value="What it should be")
@app_commands.autocomplete(number=complete_wars, row=complete_rows)
@app_commands.autocomplete(value=complete_names)
@moderators_only()
async def edit(
    ctx: ClanContext,
    number: Number,
    row: int,
    what: Literal["score", "name", "player", "races", "penalty", "side"],
    *,
    value: str,
) -> None:
    """Correct a row of a kept war: score, player, races, penalty or side."""
    value = unquoted(value)
    if what in ("name", "player"):
        change = editing.row_is(row, value)
    elif what == "side":
        war = await ctx.services.wars.get(ctx.server_id, WarId(number))
        change = editing.row_moved(row, side_meant(war, value))
    else:
        names = {"score": "The score", "races": "The number of races", "penalty": "The penalty"}
        change = plain(war_edits.set_row, row, **{what: whole_number(value, names[what])})
    await edit_and_show(ctx, number, change)


@command("add", example="war add 12 Willow (7) 44", topic=TOPIC)
@app_commands.describe(number=_WAR, line="As on a table: Willow (7) 44", side="Which side, from the top; nothing: ours")
@app_commands.autocomplete(number=complete_wars)
@moderators_only()
async def add(ctx: ClanContext, number: Number, *, line: str, side: int | None = None) -> None:
    """Add a player to a kept war; `CB: Boot 75` adds to that side."""
    war = await ctx.services.wars.get(ctx.server_id, WarId(number))
    side, typed = line_typed(war, line, side)
    added = editing.player_added(side, typed.name, typed.score, races=typed.races, penalty=typed.penalty)
    await edit_and_show(ctx, number, added)


@command("drop", example="war drop 12 7", topic=TOPIC)
@app_commands.describe(number=_WAR, row="Its number, from the top")
@app_commands.autocomplete(number=complete_wars, row=complete_rows)
@moderators_only()
async def drop(ctx: ClanContext, number: Number, row: int) -> None:
    """Take a row out of a kept war; the rows below it move up."""
    await edit_and_show(ctx, number, plain(war_edits.remove_row, row))


@command("side", example="war side 12 2 tag CB", topic=TOPIC)
@app_commands.describe(
    number=_WAR, side="Its number from the top, or its tag", what="What to correct", value="What it should be"
)
@app_commands.autocomplete(number=complete_wars)
@moderators_only()
async def side(
    ctx: ClanContext, number: Number, side: str, what: Literal["tag", "total", "penalty"], *, value: str
) -> None:
    """Correct a side of a kept war: tag, penalty, or the total where its players are not known."""
    war = await ctx.services.wars.get(ctx.server_id, WarId(number))
    found = side_meant(war, side)
    if what == "tag":
        change = plain(war_edits.set_side, found, tag=_or_nothing(value) or "")
    else:
        change = plain(war_edits.set_side, found, **{what: whole_number(unquoted(value), f"The {what}")})
    await edit_and_show(ctx, number, change)


@command("opponent", example="war opponent 12 CB 491", topic=TOPIC)
@app_commands.describe(number=_WAR, opponent="Their tag; and their total where their players are not known")
@app_commands.autocomplete(number=complete_wars)
@moderators_only()
async def opponent(ctx: ClanContext, number: Number, *, opponent: str) -> None:
    """Correct who the opponent was."""
    tag, word = last_word(opponent)
    if tag and word.isdecimal():
        change = plain(war_edits.set_opponent, unquoted(tag), whole_number(word, "The total"))
    else:
        change = plain(war_edits.set_opponent, unquoted(opponent), None)
    await edit_and_show(ctx, number, change)


@command("date", example="war date 12 2026-03-01 20:30", topic=TOPIC)
@app_commands.describe(number=_WAR, day="Such as 2026-03-01, 2026-03-01 20:30, yesterday or 20:30")
@app_commands.autocomplete(number=complete_wars)
@moderators_only()
async def date(ctx: ClanContext, number: Number, *, day: str) -> None:
    """Correct when a kept war was played, in the server's time zone."""
    war = await ctx.services.wars.get(ctx.server_id, WarId(number))
    await edit_and_show(ctx, number, editing.played_at(await moment_typed(ctx, war, unquoted(day))))


@command("races", example="war races 12 8", topic=TOPIC)
@app_commands.describe(number=_WAR, races="How many races the whole war had")
@app_commands.autocomplete(number=complete_wars)
@moderators_only()
async def races(ctx: ClanContext, number: Number, races: int) -> None:
    """Correct how many races a kept war had."""
    await edit_and_show(ctx, number, plain(war_edits.set_races, races))


@command("track", example="war track 12 7 rDKP", topic=TOPIC)
@app_commands.describe(
    number=_WAR, race="Which race, as it was raced", track="Such as rDKP or DK Pass; none: not known"
)
@app_commands.autocomplete(number=complete_wars)
@app_commands.autocomplete(track=complete_tracks)
@moderators_only()
async def track(ctx: ClanContext, number: Number, race: int, *, track: str) -> None:
    """Say which track a race of a kept war was on."""
    name = _or_nothing(track)
    found = None if name is None else track_meant(name)
    await edit_and_show(ctx, number, plain(war_edits.set_track, race, found))


@command("title", example="war title 12 Winter cup, round 2", topic=TOPIC)
@app_commands.describe(number=_WAR, title="What stands above the table; none takes it away")
@app_commands.autocomplete(number=complete_wars)
@moderators_only()
async def title(ctx: ClanContext, number: Number, *, title: str) -> None:
    """Give a kept war a title."""
    await edit_and_show(ctx, number, plain(war_edits.set_title, _or_nothing(title)))


@command("note", example="war note 12 Pixel had to leave early", topic=TOPIC)
@app_commands.describe(number=_WAR, note="What people should know about it; none takes it away")
@app_commands.autocomplete(number=complete_wars)
@moderators_only()
async def note(ctx: ClanContext, number: Number, *, note: str) -> None:
    """Write a note to a kept war; it is shown with it."""
    await edit_and_show(ctx, number, plain(war_edits.set_note, _or_nothing(note)))


@command("swap", example="war swap 12", topic=TOPIC)
@app_commands.describe(number=_WAR)
@app_commands.autocomplete(number=complete_wars)
@moderators_only()
async def swap(ctx: ClanContext, number: Number) -> None:
    """Make the other side of a kept war ours, and link its players."""
    await edit_and_show(ctx, number, editing.ours(None))


@command("ours", example="war ours 12 2", topic=TOPIC)
@app_commands.describe(number=_WAR, side="Its number from the top, or its tag")
@app_commands.autocomplete(number=complete_wars)
@moderators_only()
async def ours(ctx: ClanContext, number: Number, *, side: str) -> None:
    """Say which side of a kept war is ours."""
    war = await ctx.services.wars.get(ctx.server_id, WarId(number))
    await edit_and_show(ctx, number, editing.ours(side_meant(war, unquoted(side))))


@command("restore", example="war restore 12", topic=TOPIC)
@app_commands.describe(number=_WAR)
@moderators_only()
async def restore(ctx: ClanContext, number: Number) -> None:
    """Bring a removed war back into every list and average."""
    war = await ctx.services.editing.restore(ctx.actor, WarId(number))
    if war.upload_id is not None:
        await ctx.bot.answers.refresh(ctx.server_id, war.upload_id)
    await show_war(ctx, war, f"War {number} is back.")


def _or_nothing(text: str) -> str | None:
    """What was typed, without its quotes; None for a word that takes it away."""
    words = unquoted(text)
    return None if words.casefold() in NOTHING else words


# Made outside a class, because they join the group `war` of another cog.
PARTS: tuple[HybridCommand, ...] = (
    edit, add, drop, side, opponent, date, races, track, title, note, swap, ours, restore,
)  # fmt: skip


async def setup(bot: ClanBot) -> None:
    for part in PARTS:
        join_group(bot, "war", part)


async def teardown(bot: ClanBot) -> None:
    for part in PARTS:
        leave_group(bot, "war", part.name)
