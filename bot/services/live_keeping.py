"""A live war that is over as what is kept: a draft with its sides and lines, and the rows of its races. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.services.drafting import TYPED
from bot.services.drafts import Draft, DraftLine, DraftSide
from bot.services.errors import BadInput
from bot.services.roster import named
from bot.services.texts import LONGEST_NAME, a_name
from db.races import RaceRow, ResultRow
from mkw.ids import UploadId
from mkw.live import LiveWar, penalty_of, player_sheets, raced_points, unclaimed
from mkw.lookalikes import fold
from mkw.points import points_by_place, race_sum

if TYPE_CHECKING:
    from bot.services.player import Player

LONGEST_NOTE = 500  # as the schema has it
NOT_SAID = "not said"  # a row of places nobody was said to have taken


@dataclass(frozen=True, slots=True)
class Totals:
    """Of the other sides, in the order of the war's sides, before penalties. `off` is what does not close, in words."""

    points: tuple[int, ...]
    tags: tuple[str | None, ...]
    off: str | None = None


def totals_of(war: LiveWar, said: Sequence[tuple[str, int]]) -> Totals:
    """With two sides they follow from ours. With more they are said, by tag or in order; where one is missing it is
    what is left. Raises BadInput where they are not known."""
    tags = war.sides[1:]
    _, others = raced_points(war)
    if war.form.sides == 2:
        if said:
            raise BadInput("The other side's points follow from yours: `end` alone keeps the war.")
        return Totals((others,), tags)
    found: dict[int, int] = {}
    names = list(tags)
    for tag, points in said:
        place = _place_of(tag, names, found)
        if place is None:
            raise BadInput(f"There are {len(tags)} other sides ({_listed(tags)}); {tag[:40]} is none of them.")
        names[place] = names[place] or a_name(tag, what="tag")
        found[place] = points
    missing = [place for place in range(len(tags)) if place not in found]
    if len(missing) == 1 and others - sum(found.values()) >= 0:
        found[missing[0]] = others - sum(found.values())
    elif missing:
        example = ", ".join(f"{tag or 'ABC'} 430" for tag in tags)
        raise BadInput(f"What the other sides have is not known yet: `end {example}` (before penalties).")
    got, whole = sum(found.values()), len(war.races) * (race_sum(war.form.room) or 0)
    ours = whole - others
    off = None
    if got != others:
        off = f"{ours} + {got} = {ours + got}, {whole} expected ({race_sum(war.form.room)} a race)"
    return Totals(tuple(found[place] for place in range(len(tags))), tuple(names), off)


def _place_of(tag: str, names: Sequence[str | None], taken: dict[int, int]) -> int | None:
    """The side of that tag, or the next one that has none yet."""
    wanted = fold(tag)
    for place, name in enumerate(names):
        if name is not None and fold(name) == wanted:
            return None if place in taken else place
    return next((place for place, name in enumerate(names) if name is None and place not in taken), None)


def _listed(tags: Sequence[str | None]) -> str:
    return ", ".join(tag or "?" for tag in tags)


def draft_of(war: LiveWar, totals: Totals, roster: Sequence[Player], played_at: datetime) -> Draft:
    """Our lines, where a race says who took which place: everybody with the races they are known to have been in, and
    what is left of the side's points in seats of nobody, so that lines add up to the side. Else totals alone."""
    sheets = player_sheets(war)
    lines = []
    for sheet in sheets:
        player = named(roster, sheet.name)
        races = None if len(sheet.races) == len(war.races) else len(sheet.races)
        lines.append(
            DraftLine(
                name=sheet.name[:LONGEST_NAME],
                score=sheet.score,
                races=races,
                player_id=None if player is None else player.player_id,
                player_name=None if player is None else player.name,
            )
        )
    left = unclaimed(war) if lines else ()
    for start in range(0, len(left), len(war.races)):  # a seat has no more races than the war
        points = left[start : start + len(war.races)]
        lines.append(DraftLine(name=NOT_SAID, score=sum(points), races=len(points)))
    ours, _ = raced_points(war)
    sides = [DraftSide(tuple(lines), war.sides[0], None if lines else ours, penalty_of(war, 0))]
    sides += [
        DraftSide((), tag, points, penalty_of(war, place))
        for place, (tag, points) in enumerate(zip(totals.tags, totals.points, strict=True), 1)
    ]
    return Draft(sides=tuple(sides), ours=0, races=len(war.races), layout=TYPED, played_at=played_at)


def race_rows(war: LiveWar) -> tuple[list[RaceRow], list[ResultRow]]:
    """Places stand by our lines where it is said whose they are; the other side, if one, has those that are left."""
    table = points_by_place(war.form.room) or ()
    positions = {sheet.name: position for position, sheet in enumerate(player_sheets(war), 1)}
    races, results = [], []
    for number, race in enumerate(war.races, 1):
        picture = None if race.picture is None else UploadId(race.picture)
        races.append(RaceRow(number, picture, restarted=False, track=race.track))
        takers = {place: positions[name] for name, place in race.who}
        results += [ResultRow(number, 1, takers.get(place), place, table[place - 1]) for place in race.places]
        if war.form.sides == 2:
            rest = (place for place in range(1, war.form.room + 1) if place not in race.places)
            results += [ResultRow(number, 2, None, place, table[place - 1]) for place in rest]
    return races, results


def note_of(war: LiveWar) -> str | None:
    """What is to be known about it beside the numbers."""
    parts = list(war.notes)
    parts += [f"{one.into} for {one.out} from race {one.race}" for one in war.substitutions]
    parts += [f"{-one.points:+d} {war.sides[one.side] or 'they'}: {one.reason}" for one in war.penalties if one.reason]
    away = [f"{name} away in race {number}" for number, race in enumerate(war.races, 1) for name in race.away]
    text = " · ".join([*parts, *away])
    return text[:LONGEST_NOTE].strip() or None
