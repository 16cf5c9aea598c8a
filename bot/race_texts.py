"""A war race by race in words, short enough for a phone. Pure: a sheet in, lines out."""

from __future__ import annotations

from bot.answer_texts import NAME_LIMIT
from bot.services.race_sheets import RaceSheet, SheetRace
from bot.wording import escape, own_words

NOT_THERE = "–"
NAMES_A_RACE = 24


def sheet_lines(sheet: RaceSheet) -> list[str]:
    """What does not close, then our players (best first), then the others, then the races."""
    lines = [f"✗ {own_words(note, limit=200)}" for note in sheet.notes]
    if sheet.missing:
        lines.append(f"Not posted: {_numbers(sheet.missing)}")
    players = sheet.players
    order = sorted(range(len(players)), key=lambda index: (not players[index].ours, -(players[index].score or 0)))
    return lines + [player_line(sheet, index) for index in order] + [race_line(sheet, race) for race in sheet.races]


def player_line(sheet: RaceSheet, index: int) -> str:
    """The points in all, then the places and the points, a number a race; a dash where they were not seen. Of whom no
    race is known the points in all."""
    player = sheet.players[index]
    did = {race.number: result for race in sheet.races for result in race.results if result.player == index}
    numbers = range(1, sheet.length + 1)
    places = [_known(did[number].place) if number in did else NOT_THERE for number in numbers]
    points = [_known(did[number].points) if number in did else NOT_THERE for number in numbers]
    raced = "1 race" if player.races == 1 else f"{player.races} races"
    races = f" ({raced})" if player.races != sheet.length else ""
    name = escape(player.name, limit=NAME_LIMIT)
    if not did:
        return f"**{name}** {_known(player.score)}{races}"
    return f"**{name}** {_known(player.score)}{races}\nplaces `{' '.join(places)}`\npoints `{' '.join(points)}`"


def race_line(sheet: RaceSheet, race: SheetRace) -> str:
    """`**Race 3** rDKP 45 : 37`, then who came where; places that nobody is known to have taken stand by side."""
    points = sheet.points_of(race)
    head = f"**Race {race.number}**" + ("" if race.track is None else f" {race.track}")
    head += "" if points is None else f" {points[0]} : {points[1]}"
    if race.restarted:
        head += " (totals began anew)"
    spots = [
        f"{_known(result.place)} {_marked(sheet, result.player)} {_known(result.points)}"
        for result in race.results[:NAMES_A_RACE]
        if result.player is not None
    ]
    for ours, whose in ((True, "ours"), (False, "theirs")):
        places = [_known(result.place) for result in race.results if result.player is None and result.ours == ours]
        spots += [f"{whose} `{' '.join(places)}`"] if places else []
    return f"{head}\n{' · '.join(spots)}".rstrip()


def brief(sheet: RaceSheet) -> str:
    """One line: how many races are kept, and the team's points of each, by its track where that is known."""
    parts = []
    for race in sheet.races:
        points = sheet.points_of(race)
        name = f"{race.number} {race.track}" if race.track else str(race.number)
        parts.append(f"{name}: {NOT_THERE}" if points is None else f"{name}: {points[0]}:{points[1]}")
    known = any(race.track or sheet.points_of(race) is not None for race in sheet.races)
    text = f"Race by race, {len(sheet.races)} of {sheet.length} races"
    return f"{text}: {' · '.join(parts)}" if known else text


def _marked(sheet: RaceSheet, index: int) -> str:
    """Our players stand out."""
    player = sheet.players[index]
    name = escape(player.name, limit=NAME_LIMIT)
    return f"**{name}**" if player.ours and sheet.has_opponent else name


def _known(number: int | None) -> str:
    return "?" if number is None else str(number)


def _numbers(numbers: tuple[int, ...]) -> str:
    return ("race " if len(numbers) == 1 else "races ") + ", ".join(map(str, numbers))
