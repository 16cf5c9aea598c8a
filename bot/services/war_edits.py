"""What can be changed in a kept war, one pure function each: the war before in, the war after and what was done out.
All raise BadInput for what no war can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.services.checking import MOST_PENALTY
from bot.services.drafting import FIRST_DAY, MOST_RACES
from bot.services.errors import BadInput
from bot.services.kept_wars import KeptLine, KeptSide, KeptWar
from bot.services.player import Player
from bot.services.roster import candidates, named
from bot.services.texts import LONGEST_DRAWN, a_name, listed, tidy
from mkw.ids import PlayerId
from mkw.names import How, fold, match_names, without_tag
from mkw.points import MOST_A_RACE
from mkw.tracks import Track

LONGEST_NOTE, LONGEST_TITLE, MOST_ROWS, MOST_TOTAL = 500, 200, 48, 48 * 15 * 24
Edited = tuple[KeptWar, str]  # and what was done, for the log: `row 3 Comet: score 44, was 54`


def line_at(war: KeptWar, row: int) -> tuple[int, KeptLine]:
    """(side index, line) of a row counted from 1."""
    rows = war.rows()
    if not 1 <= row <= len(rows):
        raise BadInput(f"There is no row {row}; the rows are 1 to {len(rows)}." if rows else "This war has no rows.")
    _, side, line = rows[row - 1]
    return side, line


def side_at(war: KeptWar, side: int) -> KeptSide:
    """A side counted from 1."""
    if not 1 <= side <= len(war.sides):
        raise BadInput(f"There is no side {side}; the sides are 1 to {len(war.sides)}.")
    return war.sides[side - 1]


def _with_side(war: KeptWar, index: int, side: KeptSide) -> KeptWar:
    return replace(war, sides=(*war.sides[:index], side, *war.sides[index + 1 :]))


def _with_line(war: KeptWar, row: int, line: KeptLine) -> KeptWar:
    side, old = line_at(war, row)
    lines = tuple(line if one is old else one for one in war.sides[side].lines)
    return _with_side(war, side, replace(war.sides[side], lines=lines))


def _checked(war: KeptWar, line: KeptLine) -> KeptLine:
    if not 1 <= line.races <= war.races:
        raise BadInput(f"A player of this war raced 1 to {war.races} races, not {line.races}.")
    most = MOST_A_RACE * line.races
    if not 0 <= line.score <= most:
        raise BadInput(f"A score in {line.races} races lies between 0 and {most}, not {line.score}.")
    _checked_penalty(line.penalty)
    return line


def _checked_penalty(points: int) -> int:
    if abs(points) > MOST_PENALTY:
        raise BadInput(f"A penalty lies between -{MOST_PENALTY} and {MOST_PENALTY}.")
    return points


# --- rows -----------------------------------------------------------------------------------------------------------


def set_row(
    war: KeptWar, row: int, *, score: int | None = None, races: int | None = None, penalty: int | None = None
) -> Edited:
    """What is not None."""
    _, line = line_at(war, row)
    wanted = {"score": score, "races": races, "penalty": penalty}
    changed = {name: value for name, value in wanted.items() if value is not None}
    after = _checked(
        war,
        replace(
            line,
            score=line.score if score is None else score,
            races=line.races if races is None else races,
            penalty=line.penalty if penalty is None else penalty,
        ),
    )
    said = [
        f"{name} {value}, was {getattr(line, name)}" for name, value in changed.items() if value != getattr(line, name)
    ]
    return _with_line(war, row, after), f"row {row} {war.name_of(line)}: {'; '.join(said)}"


def set_player(war: KeptWar, row: int, name: str, roster: Sequence[Player]) -> Edited:
    """On our side a player of the roster, or a name that is nobody's; on other sides only a name."""
    side, line = line_at(war, row)
    player = named(roster, name) if side == war.our_side else None
    if player is None:
        after = replace(line, drawn_name=_drawn(name), player_id=None)
        called = after.drawn_name
    else:
        _free(war, row, player)
        after, called = replace(line, player_id=player.player_id), player.name
        war = replace(war, players={**war.players, player.player_id: player.name})
    return _with_line(war, row, after), f"row {row}: {called}, was {war.name_of(line)}"


def _free(war: KeptWar, row: int | None, player: Player) -> None:
    for number, _, other in war.rows():
        if other.player_id == player.player_id and number != row:
            raise BadInput(f"{player.name} stands in row {number} of this war already.")


def _drawn(name: str) -> str:
    name = tidy(name)
    if not fold(name) or len(name) > LONGEST_DRAWN:
        raise BadInput(f"A name has 1 to {LONGEST_DRAWN} characters, one of them visible.")
    return name


def add_row(
    war: KeptWar, side: int, name: str, score: int, roster: Sequence[Player], *, races: int | None, penalty: int
) -> Edited:
    """At the end of a side counted from 1. `races` None: the whole war."""
    there = side_at(war, side)
    if len(war.rows()) >= MOST_ROWS:
        raise BadInput(f"A war has at most {MOST_ROWS} rows.")
    player = named(roster, name) if side - 1 == war.our_side else None
    if player is not None:
        _free(war, None, player)
        war = replace(war, players={**war.players, player.player_id: player.name})
    line = _checked(
        war,
        KeptLine(
            drawn_name=_drawn(name),
            score=score,
            races=war.races if races is None else races,
            penalty=penalty,
            player_id=None if player is None else player.player_id,
        ),
    )
    after = _with_side(war, side - 1, replace(there, lines=(*there.lines, line), stated=None))
    return after, f"added {war.name_of(line)} {score}" + (f" ({line.races})" if line.races != war.races else "")


def remove_row(war: KeptWar, row: int) -> Edited:
    """The rows below it move up by one number."""
    side, line = line_at(war, row)
    there = war.sides[side]
    if len(there.lines) == 1 and side == war.our_side:
        raise BadInput("The last row of our side stays; correct it, or remove the war.")
    lines = tuple(one for one in there.lines if one is not line)
    after = replace(there, lines=lines, stated=None if lines else there.total)
    return _with_side(war, side, after), f"took out row {row} {war.name_of(line)} {line.score}"


def move_row(war: KeptWar, row: int, side: int) -> Edited:
    """To the end of another side. On our side its name is looked for on the roster by whoever calls."""
    index, line = line_at(war, row)
    target = side_at(war, side)
    if side - 1 == index:
        raise BadInput(f"Row {row} is on side {side} already.")
    name = war.name_of(line)
    war, _ = remove_row(war, row)
    target = war.sides[side - 1]
    if side - 1 != war.our_side:
        line = replace(line, player_id=None, drawn_name=name)
    war = _with_side(war, side - 1, replace(target, lines=(*target.lines, line), stated=None))
    return war, f"moved row {row} {name} to side {side}"


# --- sides ----------------------------------------------------------------------------------------------------------


def set_side(
    war: KeptWar, side: int, *, tag: str | None = None, total: int | None = None, penalty: int | None = None
) -> Edited:
    """What is not None; an empty tag takes it away."""
    there = side_at(war, side)
    said, after = [], there
    if tag is not None:
        after = replace(after, tag=a_name(tag, what="tag") if tag.strip() else None)
        said.append(f"tag {after.tag or 'none'}, was {there.tag or 'none'}")
    if penalty is not None:
        after = replace(after, penalty=_checked_penalty(penalty))
        said.append(f"penalty {penalty}, was {there.penalty}")
    if total is not None:
        if there.lines:
            raise BadInput(
                f"The total of side {side} is what its players have, {there.total}; correct a row, or add one."
            )
        if not 0 <= total <= MOST_TOTAL:
            raise BadInput(f"A total lies between 0 and {MOST_TOTAL}, not {total}.")
        after = replace(after, stated=total)
        said.append(f"total {total}, was {there.total}")
    return _with_side(war, side - 1, after), f"side {side}: {'; '.join(said)}"


def set_opponent(war: KeptWar, tag: str, total: int | None) -> Edited:
    """The one opponent's tag, and its total where its players are not known; a war that had none gets one."""
    others = [index for index in range(len(war.sides)) if index != war.our_side]
    if len(others) > 1:
        raise BadInput("This war has several opponents; change one with `war side`, such as `war side 12 2 tag CB`.")
    if others:
        after, said = set_side(war, others[0] + 1, tag=tag, total=total)
        return after, said.replace(f"side {others[0] + 1}", "opponent", 1)
    if total is None:
        raise BadInput("This war has no opponent yet: say their total too, such as `CB 491`.")
    if not 0 <= total <= MOST_TOTAL:
        raise BadInput(f"A total lies between 0 and {MOST_TOTAL}, not {total}.")
    side = KeptSide((), a_name(tag, what="tag"), stated=total)
    return replace(war, sides=(*war.sides, side)), f"added the opponent {side.tag} {total}"


def make_ours(war: KeptWar, side: int, roster: Sequence[Player], tags: Sequence[str]) -> Edited:
    """A side counted from 1. Who was linked on the one before is a name again; names of the roster are linked."""
    there = side_at(war, side)
    if side - 1 == war.our_side:
        raise BadInput(f"Side {side} is ours already.")
    if not there.lines:
        raise BadInput(f"Side {side} has no players; add them first.")
    before = war.sides[war.our_side]
    strangers = tuple(replace(line, drawn_name=war.name_of(line), player_id=None) for line in before.lines)
    war = _with_side(war, war.our_side, replace(before, lines=strangers))
    war = linked(replace(war, our_side=side - 1), roster, tags)
    return war, f"side {side} is ours" + (f" ({there.tag})" if there.tag else "")


def swap(war: KeptWar, roster: Sequence[Player], tags: Sequence[str]) -> Edited:
    """The next side that has players is ours."""
    others = [(war.our_side + step) % len(war.sides) for step in range(1, len(war.sides))]
    for index in others:
        if war.sides[index].lines:
            return make_ours(war, index + 1, roster, tags)
    raise BadInput("No other side of this war has players that could be ours.")


def linked(war: KeptWar, roster: Sequence[Player], tags: Sequence[str]) -> KeptWar:
    """Rows of our side that are nobody's and whose names the roster knows."""
    side = war.sides[war.our_side]
    taken = {line.player_id for _, _, line in war.rows() if line.player_id is not None}
    free = [player for player in roster if player.player_id not in taken]
    worn = [*tags, *([side.tag] if side.tag else [])]
    found = match_names([line.drawn_name for line in side.lines], candidates(free), tags=worn)
    lines = []
    names: dict[PlayerId, str] = dict(war.players)
    for line, match in zip(side.lines, found, strict=True):
        known = match.player_id if match.how in (How.EXACT, How.NEAR) and line.player_id is None else None
        player = next((one for one in free if one.player_id == known), None)
        if player is not None:
            names[player.player_id] = player.name
        lines.append(line if player is None else replace(line, player_id=player.player_id))
    return _with_side(replace(war, players=names), war.our_side, replace(side, lines=tuple(lines)))


# --- the war --------------------------------------------------------------------------------------------------------


def set_races(war: KeptWar, races: int) -> Edited:
    """Rows that played the whole war play the new number."""
    if not 1 <= races <= MOST_RACES:
        raise BadInput(f"A war has 1 to {MOST_RACES} races, not {races}.")
    known = max(war.raced, default=0)
    if races < known:
        raise BadInput(f"Race {known} of this war is kept, so it has {known} races at least.")
    after = replace(war, races=races)
    sides = []
    for side in war.sides:
        lines = []
        for line in side.lines:
            played = races if line.races == war.races else line.races
            if played > races:
                raise BadInput(f"{war.name_of(line)} played {played} races of this war; correct that row first.")
            if line.score > MOST_A_RACE * played:
                raise BadInput(f"{war.name_of(line)} cannot have {line.score} points in {played} races.")
            lines.append(replace(line, races=played))
        sides.append(replace(side, lines=tuple(lines)))
    return replace(after, sides=tuple(sides)), f"races {races}, was {war.races}"


def set_track(war: KeptWar, race: int, track: Track | None) -> Edited:
    """None takes it away."""
    if race not in war.raced:
        if not war.raced:
            raise BadInput("Nothing is kept race by race of this war, so none of its races can have a track.")
        raise BadInput(
            f"Race {race} of this war is not kept; those that are: {listed([str(one) for one in war.raced])}."
        )
    before = dict(war.tracks)
    after = {number: known for number, known in before.items() if number != race}
    if track is not None:
        after[race] = track.track_id
    said = f"race {race}: track {'none' if track is None else track.track_id}, was {before.get(race, 'none')}"
    return replace(war, tracks=tuple(sorted(after.items()))), said


def set_played_at(war: KeptWar, at: datetime, now: datetime) -> Edited:
    if not at.date() >= FIRST_DAY or at > now:
        raise BadInput(f"A war was played between {FIRST_DAY} and now, not on {at:%Y-%m-%d %H:%M}.")
    return replace(war, played_at=at), f"played {_at(at)}, was {_at(war.played_at)}"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def set_title(war: KeptWar, text: str | None) -> Edited:
    title = _words(text, LONGEST_TITLE, "title")
    return replace(war, title=title), f"title {title or 'none'}"


def set_note(war: KeptWar, text: str | None) -> Edited:
    note = _words(text, LONGEST_NOTE, "note")
    return replace(war, note=note), f"note: {note}" if note else "took the note away"


def _words(text: str | None, most: int, what: str) -> str | None:
    words = tidy(text or "")
    if len(words) > most:
        raise BadInput(f"A {what} has at most {most} characters; this one has {len(words)}.")
    return words or None


def bare_name(name: str, tags: Sequence[str]) -> str:
    """Without the clan's tag, for looking it up."""
    return without_tag(name, tuple(tags))
