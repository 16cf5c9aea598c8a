"""Looks for what should not be, in the records and on disk, while the bot may run; mends what cannot hurt anybody.

Nothing a person wrote or sent is ever deleted: a picture that nobody owns is put aside. Numbers that do not add up are
somebody's to correct, so they are only told.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.services.vault import digest
from db import doctor
from db.doctor import Counter, Odd, Picture
from mkw.ids import ServerId
from ocr import cases

if TYPE_CHECKING:
    from db.pool import Database

YOUNG = 3600.0  # seconds: a running bot writes a file before its row, and may be about to
ASIDE = "set-aside"
_LEFT_OVER = (
    "pictures/*/.new-*",
    "spool/.new-*",
    "cases/*/.new-*",
    ".mkw-dump-*/*",
    "backups/*.partial",
    "backups/.mkw-dump-*/*",
)

ADVICE = {
    "sides": "`!war 12` shows the war; a moderator corrects a row with `!war edit`.",
    "races": "`!war 12` and `!races 12` show the war; a moderator corrects it with `!war edit`.",
    "numbers": "The next war could not be kept. Restore a backup, or ask the project.",
    "unread": "Starting the bot takes them up. After 5 tries it gives a picture up.",
    "log": "Somebody wrote into the database past the bot, or a backup was put back in parts.",
    "statistics": "This is a mistake of the bot's: please report it.",
    "counters": "--apply sets them on.",
    "pictures gone": "A backup has them: `main.py restore` says how. Without them, these wars keep their numbers.",
    "pictures broken": "A backup has them whole. Is the disk failing?",
    "pictures of nobody": f"--apply puts them into {ASIDE} under DATA_DIR; delete them there when nobody misses them.",
    "left over": "--apply deletes them: they are halves of files that were written anew.",
    "spool": "Starting the bot takes them in.",
    "spool, taken in": "--apply deletes the notes: their pictures are in the records.",
    "spool, put aside": "They could not be read, or the records did not take them. The log says why.",
    "cases": "`main.py cases remove ID` deletes one.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`path` and `counter` are what can be mended."""

    kind: str
    text: str
    server_id: ServerId | None = None
    path: Path | None = None
    counter: Counter | None = None

    @property
    def can_be_mended(self) -> bool:
        return self.path is not None or self.counter is not None


class Doctor:
    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database = database
        self._data_dir = data_dir

    async def look(self, *, deep: bool = False) -> tuple[Finding, ...]:
        """Everything that is odd. `deep` reads every picture. Changes nothing."""
        # A connection of its own: reading every row may take longer than the pool lets a statement take.
        db = await self._database.connect_apart()
        try:
            async with db.transaction(isolation="repeatable_read", readonly=True):
                odd = (*await doctor.odd_rows(db), *await doctor.odd_sums(db))
                counters = await doctor.counters_behind(db)
                pictures, owned = await doctor.kept_pictures(db)
        finally:
            await db.close()
        # The disk comes after the records: what they name was on it before.
        found = [_told(one) for one in odd]
        found += [
            Finding(
                "counters", f"{one.table}: the next number is {one.last + 1}, and there is a {one.highest}", counter=one
            )
            for one in counters
        ]
        found += await asyncio.to_thread(lambda: list(self._pictures(pictures, owned, deep=deep)))
        found += await asyncio.to_thread(lambda: list(self._others()))
        found += await self._spool()
        return tuple(sorted(found, key=lambda one: list(ADVICE).index(one.kind)))

    async def mend(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Do what is safe; what was done. Whatever changed meanwhile is left."""
        done = []
        for one in findings:
            if one.counter is not None:
                async with self._database.transaction() as db:
                    await doctor.advance(db, one.counter)
            elif one.path is None or not await asyncio.to_thread(self._put_away, one, one.path):
                continue
            done.append(one)
        return tuple(done)

    def _put_away(self, finding: Finding, path: Path) -> bool:
        """Blocking."""
        try:
            if finding.kind == "pictures of nobody":
                aside = self._data_dir / ASIDE / path.name
                aside.parent.mkdir(exist_ok=True)
                path.replace(aside)
            else:
                path.unlink()
        except FileNotFoundError:
            return False
        return True

    def _pictures(self, kept: tuple[Picture, ...], owned: frozenset[str], *, deep: bool) -> Iterator[Finding]:
        """Blocking."""
        noted = {str(note.get("sha256")) for _, note in self._notes()}
        for one in kept:
            path = self._data_dir / one.path
            if not path.is_file():
                yield Finding("pictures gone", f"upload {one.upload_id}: {one.path}", one.server_id)
            elif deep and digest(path.read_bytes()) != one.sha256:
                yield Finding("pictures broken", f"upload {one.upload_id}: {one.path}", one.server_id)
        for path in sorted((self._data_dir / "pictures").glob("??/*")):
            name = path.name
            if not name.startswith(".") and name not in owned and name not in noted and _is_old(path):
                yield Finding("pictures of nobody", self._shown(path), path=path)

    def _others(self) -> Iterator[Finding]:
        """Blocking."""
        for pattern in _LEFT_OVER:
            for path in sorted(self._data_dir.glob(pattern)):
                if path.is_file() and _is_old(path):
                    yield Finding("left over", self._shown(path), path=path)
        for path in sorted((self._data_dir / "spool").glob("*.bad")):
            yield Finding("spool, put aside", self._shown(path))
        folder = self._data_dir / "cases"
        for problem in cases.load(folder)[1]:
            yield Finding("cases", problem)
        for path in sorted(folder.glob("*")):
            if path.is_dir() and not (path / "case.json").exists() and _is_old(path):
                yield Finding("cases", f"{path.name}: it has no case.json")

    async def _spool(self) -> list[Finding]:
        found = []
        for path, note in await asyncio.to_thread(lambda: [one for one in self._notes() if _is_old(one[0])]):
            try:
                numbers = {name: int(note[name]) for name in ("message_id", "attachment_id")}
                server_id = ServerId(int(note["server_id"]))
            except (KeyError, TypeError, ValueError):
                found.append(Finding("spool, put aside", self._shown(path)))
                continue
            async with self._database.acquire() as db:
                taken = await doctor.is_taken_in(db, server_id=server_id, **numbers)
            text = f"message {numbers['message_id']}"
            if taken:
                found.append(Finding("spool, taken in", text, server_id, path=path))
            else:
                found.append(Finding("spool", text, server_id))
        return found

    def _notes(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Blocking."""
        for path in sorted((self._data_dir / "spool").glob("*.json")):
            try:
                note = json.loads(path.read_bytes())
            except FileNotFoundError:
                continue  # taken in just now
            except (OSError, ValueError):
                note = {}
            yield path, note if isinstance(note, dict) else {}

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._data_dir).as_posix()


def _told(odd: Odd) -> Finding:
    return Finding(odd.kind, odd.text, odd.server_id)


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > YOUNG
    except FileNotFoundError:
        return False
