"""An export as CSV files in one zip, as spreadsheets open them. Blocking: call it in a thread.

UTF-8 with a byte order mark (Excel takes it for an old code page without), one table a file, the first row names the
columns. A text that a spreadsheet would take for a formula gets an apostrophe in front of it, and so does one that
begins with an apostrophe: taking one away gives every text back.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from db.executor import Json

Row = tuple[Any, ...]
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")

COLUMNS = {
    "settings": ("setting", "value"),
    "teams": ("team", "name", "tag", "colour", "added_at", "removed_at"),
    "players": (
        "player", "name", "status", "country", "discord_user_id", "team", "aliases", "added_at", "removed_at",
    ),
    "seasons": ("season", "name", "first_day", "last_day"),
    "wars": (
        "war", "played_at", "layout", "races", "our_side", "title", "note", "source", "recorded_at", "removed_at",
        "pictures",
    ),
    "sides": ("war", "side", "tag", "total", "penalty", "final"),
    "rows": ("war", "side", "row", "player", "drawn_name", "score", "races", "penalty"),
    "races": ("war", "race", "track", "restarted"),
    "results": ("war", "side", "row", "race", "place", "points"),
    "uploads": (
        "upload", "source", "state", "filename", "sha256", "war", "joined_into", "live_war", "races", "reason",
        "channel_id", "message_id", "sent_at", "uploader_id", "uploader_name", "decided_by_id", "decided_by_name",
        "decided_at",
    ),
    "live_wars": ("live_war", "channel_id", "started_at", "started_by_id", "started_by_name", "told"),
    "changes": ("change", "at", "actor_id", "actor_name", "verb", "entity", "entity_number", "text", "undone_by"),
}  # fmt: skip


def harmless(value: Any) -> Any:
    """A cell that is shown and never calculated. Numbers stay numbers, below zero too."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}" if isinstance(value, str) and value.startswith(_DANGEROUS) else value


def as_written(cell: str) -> str:
    """The text of a cell that `harmless` made."""
    return cell.removeprefix("'")


class CsvFiles:
    ending = "zip"

    def __init__(self) -> None:
        self._files: dict[str, IO[str]] = {}
        self._writers: dict[str, Any] = {}
        for name, columns in COLUMNS.items():
            file = tempfile.TemporaryFile("w+", encoding="utf-8-sig", newline="")  # noqa: SIM115 - it outlives this call
            self._files[name] = file
            self._writers[name] = csv.writer(file)
            self._writers[name].writerow(columns)

    def begin(self, header: Json) -> None:
        flat = {name: value for name, value in header.items() if name != "settings"} | header["settings"]
        self._rows("settings", ((name, _flat(value)) for name, value in flat.items()))

    def add(self, section: str, things: list[Json]) -> None:
        for name, rows in _TABLES[section].items():
            self._rows(name, (row for thing in things for row in rows(thing)))

    def finish(self) -> IO[bytes]:
        made: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it outlives this call
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, file in self._files.items():
                file.seek(0)
                with archive.open(f"{name}.csv", "w") as entry, io.TextIOWrapper(entry, "utf-8-sig", newline="") as out:
                    while piece := file.read(1 << 20):
                        out.write(piece)
        self.drop()
        made.seek(0)
        return made

    def drop(self) -> None:
        for file in self._files.values():
            file.close()

    def _rows(self, name: str, rows: Iterator[Row]) -> None:
        self._writers[name].writerows([harmless(cell) for cell in row] for row in rows)


def _flat(value: Any) -> Any:
    """Lists with commas between what is in them; roles with their status as `role=status`."""
    if isinstance(value, list):
        return ", ".join("=".join(one.values()) if isinstance(one, dict) else str(one) for one in value)
    return value


def _sides(war: Json) -> Iterator[Row]:
    for number, side in enumerate(war["sides"], 1):
        total, penalty = side["total"], side["penalty"]
        yield war["number"], number, side["tag"], total, penalty, total - penalty


def _lines(war: Json) -> Iterator[Row]:
    for number, side in enumerate(war["sides"], 1):
        for row, line in enumerate(side["lines"], 1):
            yield (
                war["number"], number, row, line["player"], line["drawn_name"], line["score"], line["races"],
                line["penalty"],
            )  # fmt: skip


def _results(war: Json) -> Iterator[Row]:
    """Without a row: places of a side that nobody is known to have taken."""
    for number, side in enumerate(war["sides"], 1):
        for one in side["results"]:
            yield war["number"], number, None, one["race"], one["place"], one["points"]
        for row, line in enumerate(side["lines"], 1):
            for one in line["results"]:
                yield war["number"], number, row, one["race"], one["place"], one["points"]


def _columns(*names: str) -> Callable[[Json], list[Row]]:
    return lambda thing: [tuple(thing[name] for name in names)]


def _player(one: Json) -> list[Row]:
    # JSON in the one cell that holds several texts: a name may hold any mark that could part them.
    aliases = json.dumps(one["aliases"], ensure_ascii=False) if one["aliases"] else None
    names = ("number", "name", "status", "country", "discord_user_id", "team")
    return [(*(one[name] for name in names), aliases, one["added_at"], one["removed_at"])]


def _upload(one: Json) -> list[Row]:
    names = ("number", "source", "state", "filename", "sha256", "war", "joined_into", "live_war")
    decided = one["decided_by"] or {"id": None, "name": None}
    return [
        (
            *(one[name] for name in names), _flat(one["races"]), one["reason"], one["channel_id"], one["message_id"],
            one["sent_at"], one["uploader"]["id"], one["uploader"]["name"], decided["id"], decided["name"],
            one["decided_at"],
        )
    ]  # fmt: skip


def _live_war(one: Json) -> list[Row]:
    told = json.dumps(one["told"], ensure_ascii=False)
    by = one["started_by"]
    return [(one["number"], one["channel_id"], one["started_at"], by["id"], by["name"], told)]


def _change(one: Json) -> list[Row]:
    actor = one["actor"]
    rest = ("verb", "entity", "entity_number", "text", "undone_by")
    return [(one["number"], one["at"], actor["id"], actor["name"], *(one[name] for name in rest))]


_TABLES: dict[str, dict[str, Callable[[Json], Any]]] = {
    "teams": {"teams": _columns("number", *COLUMNS["teams"][1:])},
    "players": {"players": _player},
    "seasons": {"seasons": _columns("number", *COLUMNS["seasons"][1:])},
    "wars": {
        "wars": lambda war: [(war["number"], *(_flat(war[name]) for name in COLUMNS["wars"][1:]))],
        "sides": _sides,
        "rows": _lines,
        "races": lambda war: [(war["number"], one["race"], one["track"], one["restarted"]) for one in war["raced"]],
        "results": _results,
    },
    "uploads": {"uploads": _upload},
    "live_wars": {"live_wars": _live_war},
    "changes": {"changes": _change},
}
