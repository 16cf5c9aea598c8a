"""Statistics of races in words, narrow enough for a phone. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import discord

from bot.rendering.text import aligned, average, code_block, percent, signed
from bot.services.errors import BadInput
from bot.wording import escape
from mkw.picks import Pick, Picks
from mkw.races import Half, OnTrack, RaceRef, RaceStatistics, TrackOrder, Turns

SHOWN = 5  # tracks to pick, and to avoid
NO_RACES = "No race that fits is kept. Wars collected race by race have them; `war track 12 7 rDKP` says its track."
_ORDER_WORDS = {
    "diff": TrackOrder.DIFFERENTIAL, "average": TrackOrder.DIFFERENTIAL, "places": TrackOrder.PLACE,
    "position": TrackOrder.PLACE, "count": TrackOrder.RACES, "played": TrackOrder.RACES, "winrate": TrackOrder.WON,
    "wins": TrackOrder.WON, "win": TrackOrder.WON, "track": TrackOrder.NAME, "abc": TrackOrder.NAME,
}  # fmt: skip
_BY = re.compile(r"\b(?:sort(?:ed)?\s+)?by\s+([a-z]+)", re.IGNORECASE)


def split_order(text: str) -> tuple[TrackOrder, str]:
    """`Comet by place min 3` -> (place, `Comet min 3`). Raises BadInput for what tracks cannot be sorted by."""
    found = _BY.search(text)
    if found is None:
        return TrackOrder.DIFFERENTIAL, text
    word = found[1].casefold()
    order = next((one for one in TrackOrder if one == word), None) or _ORDER_WORDS.get(word)
    if order is None:
        listed = ", ".join(f"`{one}`" for one in TrackOrder)
        raise BadInput(f"Tracks are not sorted by `{found[1][:30]}`; sort by {listed}.")
    return order, f"{text[: found.start()]} {text[found.end() :]}".strip()


def track_lines(every: Sequence[OnTrack], order: TrackOrder) -> list[str]:
    """A header, then a line a track: differential a race, what is asked for beside it, and how many races."""
    beside, cell = _BESIDE.get(order, _PLACE)
    rows = [(one.track.track_id, signed(one.differential, 1), cell(one), str(one.races)) for one in every]
    header = ("", "diff", beside, "races")
    return aligned(rows, header=header, right=(1, 2, 3), name_width=10).split("\n") if rows else []


def _extremes(one: OnTrack) -> str:
    return f"{_points(one.best)}/{_points(one.worst)}"


_PLACE: tuple[str, Callable[[OnTrack], str]] = ("place", lambda one: average(one.place))
_BESIDE: dict[TrackOrder, tuple[str, Callable[[OnTrack], str]]] = {
    TrackOrder.WON: ("won", lambda one: percent(one.record.rate)),
    TrackOrder.BEST: ("best/worst", _extremes),
    TrackOrder.WORST: ("best/worst", _extremes),
}


def picks_embed(found: Picks, against: str | None, met: int) -> discord.Embed:
    """`met`: races against the opponent of which track and differential are known."""
    embed = discord.Embed(title="Picks" + (f" against {escape(against, limit=60)}" if against else ""))
    if not found.tracks:
        embed.description = NO_RACES
        return embed
    known = _races(met if against else found.judged)
    whom = f" against {escape(against, limit=40)}" if against else ""
    embed.description = f"{known} with a track{whom}" + (f", on average {signed(found.mean, 1)}" if met else "")
    good = [one for one in found.tracks if one.chance > 0.5][:SHOWN]
    bad = [one for one in reversed(found.tracks) if one.chance < 0.5][:SHOWN]
    for name, rows in (("Pick", good), ("Avoid", bad)):
        if rows:
            embed.add_field(name=name, value=_pick_table(rows, against=against is not None), inline=False)
    if not good and not bad:
        embed.add_field(name="Pick", value="All tracks are alike so far.", inline=False)
    count = "races there/in all" if against else "races"
    drawn = f"drawn to the mean as by {average(found.k)} races" + ("" if found.estimated else " (too few yet to tell)")
    return embed.set_footer(text=f"points a race ± error, chance to be above our mean, {count}; {drawn}")


def places_embed(who: str, numbers: RaceStatistics) -> discord.Embed:
    embed = discord.Embed(title=f"Places of {escape(who, limit=80)}")
    if not numbers.races:
        embed.description = NO_RACES
        return embed
    taken = sum(numbers.counts)
    half = len(numbers.counts) // 2
    embed.add_field(name="Races", value=str(numbers.races))
    embed.add_field(name="Average place", value=average(numbers.place))
    embed.add_field(name="Points a race", value=average(numbers.points))
    if taken:
        top, bottom = numbers.top, numbers.bottom
        embed.add_field(name=f"Top {half}", value=f"{top} ({percent(top / taken)})")
        embed.add_field(name=f"Bottom {half}", value=f"{bottom} ({percent(bottom / taken)})")
    if numbers.judged:
        record = numbers.record
        won = f"{percent(record.rate)} ({record.wins}-{record.losses}-{record.draws})"
        embed.add_field(name="Races won", value=won)
        embed.add_field(name="Differential", value=f"{signed(numbers.differential, 1)} a race")
    first, second = numbers.halves
    embed.add_field(name="First half", value=_half(first))
    embed.add_field(name="Second half", value=_half(second))
    if numbers.turns.wars:
        embed.add_field(name="Comebacks", value=_turns(numbers.turns), inline=False)
    embed.add_field(name="Best race", value=race_text(numbers.best))
    embed.add_field(name="Worst race", value=race_text(numbers.worst))
    if taken:
        rows = [f"{place}: {count}" for place, count in enumerate(numbers.counts, 1) if count]
        embed.add_field(name="How often which place", value=" · ".join(rows), inline=False)
    return embed


def race_text(race: RaceRef | None) -> str:
    if race is None:
        return "–"
    track = f" {race.track.track_id}" if race.track else ""
    return f"{signed(race.differential)}{track} (war {race.war_id}, race {race.number})"


def _pick_table(rows: Sequence[Pick], *, against: bool) -> str:
    cells = [
        (
            one.track.track_id, signed(one.expected, 1), f"±{average(one.error)}", percent(one.chance),
            f"{one.races}/{one.all_races}" if against else str(one.races),
        )
        for one in rows
    ]  # fmt: skip
    return code_block(aligned(cells, right=(1, 2, 3, 4), name_width=8))


def _half(half: Half) -> str:
    parts = [f"{signed(half.differential, 1)} a race"] if half.races else []
    parts += [f"place {average(half.place)}"] if half.place is not None else []
    return ", ".join(parts) or "–"


def _turns(found: Turns) -> str:
    text = f"won {found.comebacks} of {found.behind} wars after being behind at half"
    if found.greatest is not None:
        text += f" (war {found.greatest} from {signed(-found.deficit)})"
    return f"{text}, lost {found.thrown_away} of {found.ahead} after being ahead"


def _points(race: RaceRef | None) -> str:
    return "–" if race is None else signed(race.differential)


def _races(count: int) -> str:
    return "1 race" if count == 1 else f"{count} races"
