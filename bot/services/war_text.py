"""A kept war as the text people paste into gb.hlorenzi.com, and into `addwar` again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mkw.points import RACES_PER_WAR
from mkw.wartext import TextLine, TextSide, TextWar

if TYPE_CHECKING:
    from bot.services.player import Player
    from bot.services.race_sheets import RaceSheet
    from bot.services.wars import War


RACES_A_CUP = 4


def text_of_war(war: War, roster: Sequence[Player], time_zone: str, sheet: RaceSheet | None = None) -> TextWar:
    """With the countries of the roster's players as flags. Sides without players have their total; with a `sheet`
    scores are written by cups of four races."""
    countries = {player.player_id: player.country for player in roster}
    sides = []
    row = -1
    for side in war.sides:
        lines = []
        for line in side.lines:
            row += 1
            country = None if line.player_id is None else countries.get(line.player_id)
            lines.append(
                TextLine(
                    name=line.name,
                    score=line.score,
                    races=line.races if line.races != war.races else None,
                    country=country.lower() if country else None,
                    penalty=line.penalty,
                    gps=() if sheet is None else _cups(sheet, row, war.races),
                )
            )
        sides.append(TextSide(tuple(lines), tag=side.tag, total=None if lines else side.total, penalty=side.penalty))
    return TextWar(
        tuple(sides),
        title=war.title,
        played_on=war.played_at.astimezone(ZoneInfo(time_zone)).date(),
        races=war.races if war.races != RACES_PER_WAR else None,
    )


def _cups(sheet: RaceSheet, row: int, races: int) -> tuple[int, ...]:
    """The points of the sheet's player `row` in each cup."""
    points = [0] * -(-races // RACES_A_CUP)
    for race in sheet.races:
        if race.number <= races:
            points[(race.number - 1) // RACES_A_CUP] += sum(
                one.points or 0 for one in race.results if one.player == row
            )
    return tuple(points)
