"""`main.py backup`, `verify` and `restore`, as whoever runs the bot reads them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.services.backup_file import BackupError, BackupFile, Manifest
from bot.services.backups import BackupService, verify
from bot.settings import Settings
from bot.startup import open_database
from db.dumps import DumpError, Here
from db.programs import ProgramError
from mkw.numerals import count_of

REFUSED = 1
REFUSALS: tuple[type[Exception], ...] = (BackupError, DumpError, ProgramError)


async def backup(settings: Settings, target: Path | None, *, check: bool) -> int:
    """The exit code. Raises START_ERRORS for the database."""
    try:
        async with open_database(settings) as database:
            made = await _service(database.url, settings).make(target or settings.backups, check=check)
    except REFUSALS as error:
        return _refuse(error)
    print(f"{made.path}: {_summary(made.manifest)}, {made.size / 1_000_000:.1f} MB")
    print(
        "Restored into a server of its own and compared: it is whole." if check else "Not checked: `verify` does that."
    )
    return 0


async def check_backup(path: Path) -> int:
    """The exit code: 0 where the backup is whole."""
    try:
        manifest = await verify(path)
    except REFUSALS as error:
        return _refuse(error)
    print(f"{path}: made {manifest.made_at:%Y-%m-%d %H:%M} UTC, {_summary(manifest)}")
    print("Every file is as it was, and every table when restored into a server of its own. Nothing was touched.")
    return 0


async def restore(settings: Settings, path: Path, *, replace: bool) -> int:
    """The exit code. Raises START_ERRORS for the database."""
    try:
        with BackupFile(path) as file:
            manifest = file.manifest
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        async with open_database(settings) as database:
            service = _service(database.url, settings)
            await database.close()  # what looks for running bots must not find ourselves
            here = await service.here()
            print(f"The backup, made {manifest.made_at:%Y-%m-%d %H:%M} UTC: {_summary(manifest)}.")
            if here.rows:
                print(f"It takes the place of what is there: {_what(here)}.", flush=True)
            if here.rows and not here.bots and not replace:
                print("Nothing was changed. Keep what is there with `main.py backup`; then the same with --replace.")
                return REFUSED
            done = await service.restore(path, replace=replace)
    except REFUSALS as error:
        return _refuse(error)
    files = f"{count_of(done.files_added, 'file')} put back, {done.files_there} were there"
    print(f"Restored and compared table by table; {files}.")
    if done.migrated:
        print(f"The schema was brought from version {manifest.version} to {done.migrated[-1].version}.")
    return 0


def _service(url: str, settings: Settings) -> BackupService:
    return BackupService(url, settings.data_dir, lambda: datetime.now(UTC))


def _summary(manifest: Manifest) -> str:
    counted = (
        count_of(manifest.rows("wars"), "war"),
        count_of(manifest.rows("players"), "player"),
        count_of(manifest.pictures, "picture"),
    )
    return f"{', '.join(counted)}, schema version {manifest.version}"


def _what(here: Here) -> str:
    return f"{count_of(here.wars, 'war')}, {count_of(here.players, 'player')}, {count_of(here.rows, 'row')} in all"


def _refuse(error: Exception) -> int:
    print(f"mkw-clan-bot: {error}", file=sys.stderr)
    return REFUSED
