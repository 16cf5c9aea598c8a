"""An export read back from outside: every value looked at, contradictions refused with their path.

Ids in it are the document's own numbers until `bringing_in` gives its things ids of this database.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

from bot.services import changelog
from bot.services.errors import BadInput
from bot.services.json_file import FORMAT, VERSION
from bot.services.json_paths import Value
from bot.services.levels import OF_ROLES, OF_TELLERS, Level, level_called
from bot.services.numbering import NUMBERED, renumbered
from bot.services.player import PlayerStatus
from db.bringing_in import ChangeIn, PlayerIn, SeasonIn, TeamIn, WarIn
from db.races import RaceRow, ResultRow
from db.seasons import SeasonRow
from db.wars import LineRow, SideRow
from mkw.ids import ChannelId, PlayerId, RoleId, SeasonId, TeamId, TrackId, UserId, WarId
from mkw.names import fold
from mkw.numerals import LOCALES
from mkw.tracks import BY_ID

if TYPE_CHECKING:
    from db.executor import Json

T = TypeVar("T")
MOST_BYTES = 40_000_000  # unpacked
MOST_NUMBER = 10_000_000
LAYOUTS = ("table", "race", "standings", "teams", "typed")
ENTITIES = (
    changelog.PLAYER, changelog.UPLOAD, changelog.WAR, changelog.SETTINGS, changelog.TEAM, changelog.LINES,
    changelog.SEASON, changelog.MONTHLY, changelog.IMPORT, changelog.PERSON, changelog.LIVE, changelog.SIGN_UP,
    changelog.REFUSED,
)  # fmt: skip
_KEY = re.compile(r"([a-z]{1,20}):(\d{1,9})(:\d{1,9})?")


@dataclass(frozen=True, slots=True)
class SettingsIn:
    prefix: str
    clan_name: str | None
    clan_tags: tuple[str, ...]
    time_zone: str
    locale: str
    self_link: bool
    live_typing: Level
    watched_channels: tuple[ChannelId, ...]
    status_roles: tuple[tuple[RoleId, str], ...]
    level_roles: tuple[tuple[RoleId, str], ...]
    monthly_channel_id: ChannelId | None


@dataclass(frozen=True, slots=True)
class Document:
    exported_at: datetime
    settings: SettingsIn
    last_war: int
    teams: tuple[TeamIn, ...]
    players: tuple[PlayerIn, ...]
    seasons: tuple[SeasonIn, ...]
    wars: tuple[WarIn, ...]
    changes: tuple[ChangeIn, ...]
    uploads: int  # that stay where they are
    live_wars: int  # the same


def unpacked(data: bytes) -> bytes:
    """Of a file as it is, or packed with gzip. Raises BadInput for what is too large or no such file."""
    if data[:2] == b"\x1f\x8b":
        unpacking = zlib.decompressobj(wbits=31)
        try:
            data = unpacking.decompress(data, MOST_BYTES + 1)
        except zlib.error:
            raise BadInput("The packed file is damaged or not whole; put all of its parts together first.") from None
        if len(data) <= MOST_BYTES and not unpacking.eof:
            raise BadInput("The packed file is not whole; put all of its parts together first.")
    if data[:4] == b"PK\x03\x04":
        raise BadInput(
            "That is a zip file: spreadsheets cannot be brought in, `export json` makes what can, and pictures are for "
            "`import pictures`."
        )
    if len(data) > MOST_BYTES:
        raise BadInput(f"The file has more than {MOST_BYTES // 1_000_000} MB; that much cannot be brought in.")
    return data


def parsed(data: bytes) -> Document:
    """Blocking. Raises BadInput with the line, or the path, of what is wrong."""
    try:
        raw = json.loads(unpacked(data).decode("utf-8-sig"), parse_constant=_no_number, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise BadInput(f"The file is no text in UTF-8: byte {error.start} is none.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"The file is no JSON: {error.msg.lower()} in {place}.") from None
    except (RecursionError, ValueError):
        raise BadInput("The file is no JSON that an export is made of.") from None
    return _document(Value(raw, ""))


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _document(top: Value) -> Document:
    if not isinstance(top.raw, dict) or top.raw.get("format") != FORMAT:
        raise BadInput("The file is no export of this bot: its `format` does not say so. `export json` makes one.")
    if top["version"].raw != VERSION:
        raise BadInput(f"version is {str(top['version'].raw)[:20]}; this bot reads exports of version {VERSION}.")
    teams = _once((_team(one) for one in top["teams"].each()), "teams", lambda one: one.team_id)
    players = _players(top["players"], {one.team_id for one in teams})
    seasons = _once((_season(one) for one in top["seasons"].each()), "seasons", lambda one: one.season.season_id)
    known = {one.player_id for one in players}
    wars = _once((_war(one, known) for one in top["wars"].each()), "wars", lambda one: one.war_id)
    changes = _once((_change(one) for one in top["changes"].each()), "changes", lambda one: one.change_id)
    _once(teams, "teams", lambda one: one.folded if one.removed_at is None else one.team_id, "the same name")
    _once(seasons, "seasons", lambda one: one.folded, "the same name")
    numbers = {one.change_id for one in changes}
    for place, change in enumerate(changes):
        if change.undone_by is not None and change.undone_by not in numbers:
            raise BadInput(f"changes[{place}].undone_by is {change.undone_by}, which is no change of this file.")
        if change.undone_by is not None and change.verb in ("undo", "redo"):
            raise BadInput(f"changes[{place}] took something back, so nothing can have taken it back: undone_by.")
    settings = top["settings"]
    last_war = settings["last_war"].whole(max((one.war_id for one in wars), default=0), LARGEST_WAR)
    return Document(
        exported_at=top["exported_at"].moment(),
        settings=_settings(settings),
        last_war=last_war,
        teams=teams,
        players=players,
        seasons=seasons,
        wars=wars,
        changes=changes,
        uploads=sum(1 for _ in top["uploads"].each()),
        live_wars=sum(1 for _ in top.later("live_wars", []).each()),
    )


LARGEST_WAR = 999_999_999  # what commands and buttons can carry


def _once(things: Iterable[T], section: str, key: Any, what: str = "the same number") -> tuple[T, ...]:
    """All of them, no two with one key."""
    first: dict[Any, int] = {}
    kept = tuple(things)
    for place, one in enumerate(kept):
        if first.setdefault(key(one), place) != place:
            raise BadInput(f"{section}[{place}] and {section}[{first[key(one)]}] have {what}.")
    return kept


def _number(value: Value) -> int:
    return value.whole(1, MOST_NUMBER)


def _settings(one: Value) -> SettingsIn:
    prefix = one["prefix"].text(1, 5)
    if any(mark.isspace() for mark in prefix):
        raise one["prefix"].wrong("must have no blank")
    zone = one["time_zone"].name()
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise one["time_zone"].wrong("must be a time zone such as Europe/Berlin") from None
    channels = [ChannelId(channel.discord_id()) for channel in one["watched_channels"].each(most=500)]
    return SettingsIn(
        prefix=prefix,
        clan_name=one["clan_name"].maybe(Value.name),
        clan_tags=tuple(tag.name() for tag in one["clan_tags"].each(most=20)),
        time_zone=zone,
        locale=one["locale"].one_of(tuple(LOCALES)),
        self_link=one["self_link"].flag(),
        live_typing=level_called(one.later("live_typing", str(Level.EVERYONE)).one_of(tuple(map(str, OF_TELLERS)))),
        watched_channels=tuple(dict.fromkeys(channels)),
        status_roles=_roles(one["status_roles"], "status", tuple(PlayerStatus)),
        level_roles=_roles(one["level_roles"], "level", tuple(str(level) for level in OF_ROLES)),
        monthly_channel_id=one["monthly_channel_id"].maybe(lambda it: ChannelId(it.discord_id())),
    )


def _roles(several: Value, what: str, known: tuple[str, ...]) -> tuple[tuple[RoleId, str], ...]:
    roles = [(RoleId(one["role_id"].discord_id()), one[what].one_of(known)) for one in several.each(most=500)]
    if len({role_id for role_id, _ in roles}) < len(roles):
        raise BadInput(f"{several.path} has a role twice.")
    return tuple(roles)


def _team(one: Value) -> TeamIn:
    name = one["name"].name()
    colour = one["colour"].maybe(lambda it: it.text(7, 7))
    if colour is not None and not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise one["colour"].wrong("must be a colour such as #2f6fed")
    return TeamIn(
        team_id=TeamId(_number(one["number"])),
        name=name,
        folded=_folded(one["name"]),
        tag=one["tag"].maybe(Value.name),
        colour=colour,
        added_at=one["added_at"].moment(),
        removed_at=one["removed_at"].maybe(Value.moment),
    )


def _folded(value: Value) -> str:
    folded = fold(value.name())
    if not 1 <= len(folded) <= 240:
        raise value.wrong("must have something visible in it")
    return folded


def _players(every: Value, teams: set[TeamId]) -> tuple[PlayerIn, ...]:
    players = _once((_player(one, teams) for one in every.each()), "players", lambda one: one.player_id)
    spelt: dict[str, int] = {}
    linked: dict[int, int] = {}
    for place, one in enumerate(players):
        for folded, spelling in one.spellings:
            if spelt.setdefault(folded, place) != place:
                raise BadInput(f"players[{place}] and players[{spelt[folded]}] are both read as {spelling}.")
        user_id = one.discord_user_id
        if user_id is not None and one.removed_at is None and linked.setdefault(user_id, place) != place:
            raise BadInput(f"players[{place}] and players[{linked[user_id]}] are the same user of Discord.")
    return players


def _player(one: Value, teams: set[TeamId]) -> PlayerIn:
    spellings = {_folded(one["name"]): one["name"].name()}
    for alias in one["aliases"].each(most=10_000):
        if spellings.setdefault(_folded(alias), alias.name()) != alias.name():
            raise alias.wrong("must be another name than the player's others")
    country = one["country"].maybe(lambda it: it.text(2, 2))
    if country is not None and not re.fullmatch("[A-Z]{2}", country):
        raise one["country"].wrong("must be two capital letters such as DE")
    team = one["team"].maybe(lambda it: TeamId(_number(it)))
    if team is not None and team not in teams:
        raise one["team"].wrong("must be a team of this file")
    return PlayerIn(
        player_id=PlayerId(_number(one["number"])),
        name=one["name"].name(),
        status=one["status"].one_of(tuple(PlayerStatus)),
        discord_user_id=one["discord_user_id"].maybe(lambda it: UserId(it.discord_id())),
        country=country,
        team_id=team,
        added_at=one["added_at"].moment(),
        removed_at=one["removed_at"].maybe(Value.moment),
        spellings=tuple(spellings.items()),
    )


def _season(one: Value) -> SeasonIn:
    first, last = one["first_day"].day(), one["last_day"].day()
    if last < first:
        raise one["last_day"].wrong("must not be before first_day")
    name = one["name"].name(40)
    return SeasonIn(SeasonRow(SeasonId(_number(one["number"])), name, first, last), _folded(one["name"]))


def _war(one: Value, players: set[PlayerId]) -> WarIn:
    war_id = WarId(one["number"].whole(1, LARGEST_WAR))
    sides: list[SideRow] = []
    lines: list[LineRow] = []
    results: list[ResultRow] = []
    for number, side in enumerate(one["sides"].each(most=24), 1):
        rows = enumerate(side["lines"].each(most=48), 1)
        made = [_line(line, war_id, number, position, players) for position, line in rows]
        total = side["total"].whole(0, 48 * 15 * 24)
        if made and total != sum(line.score for line, _ in made):
            raise side["total"].wrong(f"must be what its lines add up to, {sum(line.score for line, _ in made)}")
        penalty = side["penalty"].whole(-1000, 1000)
        sides.append(SideRow(war_id, number, side["tag"].maybe(Value.name), total, penalty))
        for line, of_line in made:
            lines.append(line)
            results += of_line
        results += _results(side.later("results", []), number, None)
    raced = tuple(
        RaceRow(race["race"].whole(1, 48), None, race["restarted"].flag(), race.later("track", None).maybe(_track))
        for race in one["raced"].each(most=48)
    )
    _look_at_war(one, lines, raced, results)
    return WarIn(
        war_id=war_id,
        played_at=one["played_at"].moment(),
        layout=one["layout"].one_of(LAYOUTS),
        races=one["races"].whole(1, 48),
        our_side=one["our_side"].whole(1, len(sides)),
        title=one["title"].maybe(lambda it: it.name(200)),
        note=one["note"].maybe(lambda it: it.name(500)),
        source=one["source"].one_of(("picture", "typed")),
        recorded_at=one["recorded_at"].moment(),
        removed_at=one["removed_at"].maybe(Value.moment),
        revision=one["revision"].whole(0, MOST_NUMBER),
        sides=tuple(sides),
        lines=tuple(lines),
        raced=raced,
        results=tuple(results),
        pictures=tuple(dict.fromkeys(_sha256(picture) for picture in one["pictures"].each(most=100))),
    )


def _sha256(one: Value) -> str:
    text = one.text(64, 64)
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise one.wrong("must be a sha256, 64 digits of 0-9 and a-f")
    return text


def _line(
    one: Value, war_id: WarId, side: int, position: int, players: set[PlayerId]
) -> tuple[LineRow, list[ResultRow]]:
    player = one["player"].maybe(lambda it: PlayerId(_number(it)))
    if player is not None and player not in players:
        raise one["player"].wrong("must be a player of this file")
    races = one["races"].whole(1, 48)
    score = one["score"].whole(0, 15 * races)
    penalty = one["penalty"].whole(-1000, 1000)
    line = LineRow(war_id, side, position, player, None, one["drawn_name"].name(200), score, races, penalty)
    return line, _results(one["results"], side, position)


def _results(every: Value, side: int, position: int | None) -> list[ResultRow]:
    """Of a line, or (`position` None) places of a side that nobody is known to have taken."""
    results = []
    for race in every.each(most=48 * 24):
        place = race["place"].maybe(lambda it: it.whole(1, 24))
        if position is None and place is None:
            raise race["place"].wrong("must be a place from 1 to 24")
        points = race["points"].maybe(lambda it: it.whole(0, 15))
        results.append(ResultRow(race["race"].whole(1, 48), side, position, place, points))
    return results


def _track(value: Value) -> TrackId:
    """One of the abbreviations; a track that a later bot knows is none of this one's."""
    return TrackId(value.one_of(tuple(BY_ID)))


def _look_at_war(one: Value, lines: Sequence[LineRow], raced: Sequence[RaceRow], results: Sequence[ResultRow]) -> None:
    ours = [line.player_id for line in lines if line.player_id is not None]
    if len(set(ours)) < len(ours):
        raise BadInput(f"{one.path} has a player twice.")
    races = {race.race for race in raced}
    if len(races) < len(raced):
        raise BadInput(f"{one.path}.raced has a race twice.")
    if not {result.race for result in results} <= races:
        raise BadInput(f"{one.path} has results of a race that is not among its `raced`.")
    of_lines = [(result.race, result.side, result.position) for result in results if result.position is not None]
    if len(set(of_lines)) < len(of_lines):
        raise BadInput(f"{one.path} has a line twice in one race.")
    places = [(result.race, result.place) for result in results if result.place is not None]
    if len(set(places)) < len(places):
        raise BadInput(f"{one.path} has a place of a race twice.")


def _change(one: Value) -> ChangeIn:
    before, after = _snapshots(one["before"]), _snapshots(one["after"])
    touches = []
    for key in before:
        kind, number, *_ = key.split(":")
        touches.append((kind, int(number)))
    return ChangeIn(
        change_id=_number(one["number"]),
        at=one["at"].moment(),
        actor_id=UserId(one["actor"]["id"].discord_id()),
        actor_name=one["actor"]["name"].text(0, 200),
        verb=one["verb"].name(),
        entity=one["entity"].one_of(ENTITIES),
        entity_id=one["entity_number"].whole(0, MOST_NUMBER),
        text=one["text"].text(1, 1000),
        before=before,
        after=after,
        undone_by=one["undone_by"].maybe(_number),
        touches=tuple(dict.fromkeys(touches)),
    )


def _snapshots(value: Value) -> Json:
    """They are shown to nobody and never put back; they only have to bear being numbered anew."""
    found = value.snapshots()
    for key in found:
        match = _KEY.fullmatch(key)
        if match is None or match[1] not in ENTITIES or int(match[2]) > MOST_NUMBER:
            raise BadInput(f"{value.path} has the key {key[:40]!r}, which is no thing of a log, such as 'player:7'.")
    try:
        renumbered(found, {kind: {} for kind in NUMBERED})
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BadInput(f"{value.path} is not what the log keeps of things.") from None
    return found
