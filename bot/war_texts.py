"""Kept wars in words. Pure: wars in, lines and embeds out."""

from __future__ import annotations

import discord

from bot.answer_texts import NAME_LIMIT, SURE
from bot.race_texts import brief
from bot.rendering.text import signed
from bot.services.race_sheets import RaceSheet
from bot.services.wars import War, WarSide
from bot.wording import escape


def war_line(war: War) -> str:
    """`**12** · DX 493 : 491 CB (+2) · 18/07/2025`."""
    return f"**{war.war_id}** · {war_result(war)} · {discord.utils.format_dt(war.played_at, 'd')}"


def war_result(war: War) -> str:
    """Our side first; the difference in brackets."""
    ours = f"{_tag(war.our_side, 'we')} {war.our_side.final}"
    if not war.opponents:
        return ours
    if len(war.opponents) == 1:
        other = war.opponents[0]
        return f"{ours} : {other.final} {_tag(other, 'they')} ({signed(war.difference or 0)})"
    others = " · ".join(f"{_tag(side, '?')} {side.final}" for side in war.opponents[:5])
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
    if sheet is not None:
        lines.append(f"{brief(sheet)} · `races {war.war_id}` shows everybody's")
    if war.removed:
        lines.insert(0, "**This war is removed.** It counts nowhere.")
    return discord.Embed(title=f"War {war.war_id}: {war_result(war)}"[:256], description="\n".join(lines), colour=SURE)


def _tag(side: WarSide, otherwise: str) -> str:
    return escape(side.tag, limit=NAME_LIMIT) if side.tag else otherwise
