"""The record of this bot's earlier generation, read from its SQLite file: what is there, and what cannot be read.

The file is opened to be read only. Nothing here decides what becomes of it; `moving_in` does.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.services.errors import BadInput
from mkw.dates import date_in

PLAYERS, SESSIONS = "players", "race_sessions"
_NEEDED = {PLAYERS: ("main_name",), SESSIONS: ("session_date", "players_data")}
_TAKEN = {
    PLAYERS: ("main_name", "nicknames", "score_history", "total_scores", "war_count", "average_score"),
    SESSIONS: ("session_date", "race_count", "players_data"),
}
_NAMES = ("name", "main_name", "player", "player_name")
_SCORES = ("score", "total", "points")
_RACES = ("races", "race_count", "races_played")
_DATES = ("date", "session_date", "played_at", "timestamp")
_LOCK_SECONDS = 5.0
_LARGEST = 10**9
_YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Unfit:
    """Something that does not go over: where it stands, why, and what it says, as JSON."""

    where: str
    why: str
    kept: str = ""


@dataclass(frozen=True, slots=True)
class OldScore:
    score: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class OldPlayer:
    where: str  # `players id 7`
    name: str
    nicknames: tuple[str, ...] = ()
    history: tuple[OldScore, ...] = ()
    total: float | None = None
    wars: float | None = None
    average: float | None = None


@dataclass(frozen=True, slots=True)
class OldRow:
    name: str
    score: int
    races: int | None = None  # None: those of the session


@dataclass(frozen=True, slots=True)
class OldSession:
    where: str
    played: date | datetime  # a datetime may be without a time zone
    races: int | None
    rows: tuple[OldRow, ...]


@dataclass(frozen=True, slots=True)
class OldRecord:
    players: tuple[OldPlayer, ...]
    sessions: tuple[OldSession, ...]
    unfit: tuple[Unfit, ...]


def read_old_record(path: Path) -> OldRecord:
    """Raises BadInput with what to do about the file as a whole; whatever is wrong inside is `unfit`."""
    if not path.is_file():
        raise BadInput(f"There is no file {path}.")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_LOCK_SECONDS)) as file:
            file.text_factory = lambda data: data.decode("utf-8", "replace")
            file.row_factory = sqlite3.Row
            file.execute("begin")  # both tables as of one moment
            tables = {table: _columns(file, table, path) for table in _NEEDED}
            rows = {table: [dict(row) for row in file.execute(f"select * from {table}")] for table in tables}  # noqa: S608
    except sqlite3.Error as error:
        raise BadInput(_in_words(error, path)) from error
    reader = _Reader()
    reader.look_at_columns(tables)
    players = tuple(reader.players(rows[PLAYERS]))
    sessions = tuple(reader.sessions(rows[SESSIONS]))
    return OldRecord(players, sessions, tuple(reader.all_unfit()))


def _columns(file: sqlite3.Connection, table: str, path: Path) -> tuple[str, ...]:
    columns = tuple(row["name"] for row in file.execute(f"pragma table_info({table})"))
    missing = [column for column in _NEEDED[table] if column not in columns]
    if missing:
        what = f"its table {table} has no {' and no '.join(missing)}" if columns else f"it has no table {table}"
        raise BadInput(f"{path} is no record of the earlier bot: {what}.")
    return columns


def _in_words(error: sqlite3.Error, path: Path) -> str:
    text = str(error)
    if "not a database" in text:
        return f"{path} is no SQLite file."
    if "locked" in text or "busy" in text:
        return f"{path} is locked: the earlier bot is writing to it. Stop that bot, or give a copy of the file."
    return f"{path} cannot be read ({text}). Is it whole, and are its -wal or -journal files beside it?"


class _Reader:
    """Takes rows apart and remembers what could not be taken."""

    def __init__(self) -> None:
        self._unfit: list[Unfit] = []
        self._ignored: dict[str, None] = {}  # keys of objects, in the order they were met

    def all_unfit(self) -> Iterator[Unfit]:
        yield from self._unfit
        if self._ignored:
            yield Unfit("JSON", f"not taken over, left in the file: {', '.join(self._ignored)}")

    def look_at_columns(self, tables: Mapping[str, tuple[str, ...]]) -> None:
        for table, columns in tables.items():
            if missing := [column for column in _TAKEN[table] if column not in columns]:
                self._leave(table, f"the file has no column {', '.join(missing)}")
            if more := [column for column in columns if column not in (*_TAKEN[table], "id")]:
                self._leave(table, f"columns not taken over, left in the file: {', '.join(more)}")

    def _leave(self, where: str, why: str, *values: object) -> None:
        self._unfit.append(Unfit(where, why, "".join(as_kept(value) for value in values)))

    def players(self, rows: Iterable[dict[str, Any]]) -> Iterator[OldPlayer]:
        for where, row in _placed(PLAYERS, rows):
            name = _text(row["main_name"])
            if not name:
                self._leave(where, "a player without a name", row)
                continue
            where_named = f"{where} ({name})"
            yield OldPlayer(
                where=where_named,
                name=name,
                nicknames=tuple(self._nicknames(where_named, row.get("nicknames"))),
                history=tuple(self._history(where_named, row.get("score_history"))),
                total=self._figure(where_named, row, "total_scores"),
                wars=self._figure(where_named, row, "war_count"),
                average=self._figure(where_named, row, "average_score"),
            )

    def _figure(self, where: str, row: Mapping[str, Any], column: str) -> float | None:
        value = row.get(column)
        number = _number(value)
        if number is None and value is not None:
            self._leave(where, f"{column} is no number", value)
        return number

    def _nicknames(self, where: str, value: object) -> Iterator[str]:
        """From a JSON list, or from a text with commas."""
        text = _text(value)
        if not text:
            return
        found: object = text
        if text[0] in '[{"':
            found = self._json(where, "nicknames", text)
        elif text == "null":
            return
        if isinstance(found, str):
            found = found.split(",")
        if not isinstance(found, list):
            if found is not None:
                self._leave(where, "nicknames are no list", found)
            return
        for one in found:
            if isinstance(one, str | int) and not isinstance(one, bool):
                if str(one).strip():
                    yield str(one).strip()
            else:
                self._leave(where, "a nickname is no text", one)

    def _history(self, where: str, value: object) -> Iterator[OldScore]:
        found = self._json(where, "score_history", _text(value)) if _text(value) else None
        if found is None:
            return
        if not isinstance(found, list):
            self._leave(where, "score_history is no list", found)
            return
        for one in found:
            fields = one if isinstance(one, dict) else {"score": one}
            score, day = _whole(_first(fields, _SCORES)), _moment(_first(fields, _DATES))
            if score is None:
                self._leave(where, "an entry of score_history has no score", one)
                continue
            self._ignore("score_history", fields, (*_SCORES, *_DATES))
            yield OldScore(score, day.date() if isinstance(day, datetime) else day)

    def sessions(self, rows: Iterable[dict[str, Any]]) -> Iterator[OldSession]:
        for where, row in _placed(SESSIONS, rows):
            played = _moment(row["session_date"])
            races = _whole(row.get("race_count"))
            if played is None:
                self._leave(where, "session_date is no day that can be read", row)
            elif races is None and row.get("race_count") is not None:
                self._leave(where, "race_count is no number", row)
            else:
                yield OldSession(where, played, races, tuple(self._rows(where, row["players_data"])))

    def _rows(self, where: str, value: object) -> Iterator[OldRow]:
        """From `{name: score}`, `{name: {score, races}}` or `[{name, score, races}]`."""
        found = self._json(where, "players_data", _text(value)) if _text(value) else None
        if isinstance(found, dict):
            found = [
                {"name": name, **of} if isinstance(of, dict) else {"name": name, "score": of}
                for name, of in found.items()
            ]
        if not isinstance(found, list):
            if found is not None:
                self._leave(where, "players_data is neither an object nor a list", found)
            return
        for one in found:
            fields = one if isinstance(one, dict) else {}
            name, score = _text(_first(fields, _NAMES)), _whole(_first(fields, _SCORES))
            races = _first(fields, _RACES)
            if not name or score is None:
                self._leave(where, "a row without a name or without a whole score", one)
                continue
            if races is not None and _whole(races) is None:
                self._leave(where, f"the races of {name} are no number; the session's count", one)
            self._ignore("players_data", fields, (*_NAMES, *_SCORES, *_RACES))
            yield OldRow(name, score, _whole(races))

    def _json(self, where: str, column: str, text: str) -> object:
        """None for what is no JSON, which is remembered."""
        try:
            found: object = json.loads(text, strict=False, object_pairs_hook=_without_doubles)
        except (ValueError, RecursionError) as error:
            self._leave(where, f"the JSON of {column} is broken ({str(error)[:80]})", text)
            return None
        return found

    def _ignore(self, column: str, fields: Mapping[str, Any], taken: tuple[str, ...]) -> None:
        self._ignored |= {f"{column}.{key}": None for key in fields if key not in taken}


def _placed(table: str, rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, row in enumerate(rows, 1):
        yield (f"{table} id {row['id']}" if row.get("id") is not None else f"{table} row {number}"), row


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """`{"Comet": 80, "Comet": 90}` would lose a score without a word."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name twice")
    return dict(pairs)


def _first(fields: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((fields[key] for key in keys if fields.get(key) is not None), None)


def _text(value: object) -> str:
    if value is None or isinstance(value, dict | list | bool):
        return ""
    return (value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)).strip()


def _number(value: object) -> float | None:
    """Also from a text; None for what is no number of a usual size."""
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 40:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) < _LARGEST else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number.is_integer() else None


def _moment(value: object) -> date | datetime | None:
    """A day, or a time with or without its zone; numbers are seconds since 1970. None for anything else."""
    found: date | datetime | None = None
    text = _text(value)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value, UTC)
        elif len(text) <= 10:
            found = date.fromisoformat(text)
        else:
            found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        found = date_in(text)
    return found if found is not None and found.year in _YEARS else None


def as_kept(value: object) -> str:
    """JSON on one line; what cannot be printed is written as its number."""
    text = json.dumps(value, ensure_ascii=False, default=lambda data: bytes(data).decode("utf-8", "replace"))
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
