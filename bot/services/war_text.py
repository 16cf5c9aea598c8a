"""A kept war as the text people paste into gb.hlorenzi.com, and into `addwar` again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mkw.points import RACES_PER_WAR
from mkw.wartext import TextLine, TextSide, TextWar

if TYPE_CHECKING:
    from bot.services.player import Player
    from bot.services.wars import War


def text_of_war(war: War, roster: Sequence[Player], time_zone: str) -> TextWar:
    """With the countries of the roster's players as flags. Sides without players have their total."""
    countries = {player.player_id: player.country for player in roster}
    sides = []
    for side in war.sides:
        lines = []
        for line in side.lines:
            country = None if line.player_id is None else countries.get(line.player_id)
            lines.append(
                TextLine(
                    name=line.name,
                    score=line.score,
                    races=line.races if line.races != war.races else None,
                    country=country.lower() if country else None,
                    penalty=line.penalty,
                )
            )
        sides.append(TextSide(tuple(lines), tag=side.tag, total=None if lines else side.total, penalty=side.penalty))
    return TextWar(
        tuple(sides),
        title=war.title,
        played_on=war.played_at.astimezone(ZoneInfo(time_zone)).date(),
        races=war.races if war.races != RACES_PER_WAR else None,
    )
