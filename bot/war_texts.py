"""Kept wars in words. Pure: wars in, lines and embeds out."""

from __future__ import annotations

import discord

from bot.answer_texts import NAME_LIMIT, QUIET, SURE, averages_text, fitted, learnt_text
from bot.race_texts import brief
from bot.rendering.text import signed
from bot.services.drafts import Review
from bot.services.race_sheets import RaceSheet
from bot.services.review import Saved
from bot.services.settings import ServerSettings
from bot.services.wars import War, WarSide
from bot.wording import escape
from mkw.numerals import whole


def war_line(war: War) -> str:
    """`**12** · DX 493 : 491 CB (+2) · 18/07/2025`."""
    return f"**{war.war_id}** · {war_result(war)} · {discord.utils.format_dt(war.played_at, 'd')}"


def war_result(war: War) -> str:
    """Our side first; the difference in brackets."""
    ours = f"{_tag(war.our_side, 'we')} {whole(war.our_side.final)}"
    if not war.opponents:
        return ours
    if len(war.opponents) == 1:
        other = war.opponents[0]
        return f"{ours} : {whole(other.final)} {_tag(other, 'they')} ({signed(war.difference or 0)})"
    others = " · ".join(f"{_tag(side, '?')} {whole(side.final)}" for side in war.opponents[:5])
    return f"{ours} · {others} ({signed(war.difference or 0)})"


def war_choice(war: War) -> str:
    """For autocomplete, which shows no markdown."""
    other = war.opponents[0] if war.opponents else None
    against = f" vs {other.tag or '?'} {war.our_side.final}:{other.final}" if other else f" {war.our_side.final}"
    return f"War {war.war_id}{against}, {war.played_at:%d %b %Y}"[:100]


def war_embed(war: War, sheet: RaceSheet | None = None, *, pictures: int = 1) -> discord.Embed:
    """`pictures` is how many the war was made of."""
    parts = [discord.utils.format_dt(war.played_at, "f"), f"{war.races} races"]
    if war.title:
        parts.append(escape(war.title, limit=100))
    parts += [f"penalty {_tag(side, '?')} {signed(-side.penalty)}" for side in war.sides if side.penalty]
    if pictures > 1:
        parts.append(f"{pictures} pictures")
    lines = [" · ".join(parts)]
    if war.note:
        lines.append(escape(war.note, limit=500))
    if sheet is not None:
        lines.append(f"{brief(sheet)} · `races {war.war_id}` shows everybody's")
    if war.removed:
        lines.insert(0, "**This war is removed.** It counts nowhere.")
    return discord.Embed(title=f"War {war.war_id}: {war_result(war)}"[:256], description="\n".join(lines), colour=SURE)


def saved_embed(review: Review, war: War, saved: Saved | None, settings: ServerSettings) -> discord.Embed:
    """The result is that of the war as it is now."""
    draft = review.draft
    if review.war_removed:
        return discord.Embed(
            title=f"War {review.war_id} is removed",
            description=f"{war_result(war)}: it counts nowhere.",
            colour=QUIET,
        )
    blocks = [war_result(war)]
    if war.note:
        blocks.append(escape(war.note, limit=300))
    if draft is not None and draft.chain:
        blocks.append(f"Race by race: `{settings.prefix}races {review.war_id}`")
    if saved is not None:
        blocks.append(averages_text(saved.averages))
        blocks.append(learnt_text(saved.learnt))
    embed = discord.Embed(
        title=f"War {review.war_id} is kept",
        description=fitted("\n\n".join(block for block in blocks if block)),
        colour=SURE,
    )
    return embed.set_footer(text=f"{settings.prefix}war edit {war.war_id} 3 score 44 corrects it")


def _tag(side: WarSide, otherwise: str) -> str:
    return escape(side.tag, limit=NAME_LIMIT) if side.tag else otherwise
