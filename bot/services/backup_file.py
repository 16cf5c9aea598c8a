"""A backup as one zip file: what it holds, the dump of the record, and the files of the data directory.

`manifest.json` lists every other file with its size and sha256, and every table with its rows and checksum. Blocking:
call it in a thread.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Self

from db.dumps import Dump
from db.executor import Json
from db.fingerprints import Fingerprint
from db.migrate import AppliedMigration
from ocr.files import sync_folder

FORMAT = 1
MANIFEST, DUMP = "manifest.json", "database.dump"
ENDING = ".zip"
_BLOCK = 1 << 20
# What is taken of the data directory. The record's own server is in the dump, and errors.jsonl is of this machine.
_FILES = (
    re.compile(r"pictures/[0-9a-f]{2}/[0-9a-f]{64}"),
    re.compile(r"spool/\d+-\d+\.json"),
    re.compile(r"cases/[0-9a-z-]{1,80}/(case\.json|picture\.[a-z]{3,4})"),
)
_FOLDERS = ("pictures", "spool", "cases")


class BackupError(Exception):
    """A backup that cannot be made, read or put back; `str(error)` says why and what to do."""


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Whoever wanted it does not any more."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: datetime  # aware UTC
    record: Dump
    dump: KeptFile
    files: Mapping[str, KeptFile]  # by path under the data directory

    @property
    def version(self) -> int:
        """Of the schema."""
        return max((done.version for done in self.record.migrations), default=0)

    @property
    def pictures(self) -> int:
        return sum(name.startswith("pictures/") for name in self.files)

    def rows(self, table: str) -> int:
        return self.record.tables[table].rows if table in self.record.tables else 0


def write(
    target: Path, dump: Path, record: Dump, data_dir: Path, made_at: datetime, stopped: Callable[[], bool]
) -> Manifest:
    """All of it, or nothing under that name. Raises OSError and Stopped."""
    partial = target.with_name(f"{target.name}.partial")
    try:
        with partial.open("xb") as raw:
            partial.chmod(0o600)  # it holds what people wrote
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
                kept = _add(archive, DUMP, dump)
                files: dict[str, KeptFile] = {}
                for name in files_of(data_dir):
                    if stopped():
                        raise Stopped  # noqa: TRY301 - what is begun is taken away below
                    try:
                        files[name] = _add(archive, name, data_dir / name)
                    except FileNotFoundError:
                        continue  # a note was taken in meanwhile, or somebody was forgotten
                manifest = Manifest(made_at, record, kept, files)
                archive.writestr(MANIFEST, json.dumps(_to_json(manifest), indent=1), zipfile.ZIP_DEFLATED)
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(target)
    except FileExistsError as error:
        raise BackupError(f"{partial} is there: is another backup being made? If not, delete it.") from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    return manifest


def files_of(data_dir: Path) -> Iterator[str]:
    """What a backup takes along, by path under the data directory."""
    for folder in _FOLDERS:
        for path in sorted((data_dir / folder).rglob("*")):
            name = path.relative_to(data_dir).as_posix()
            if belongs(name) and path.is_file():
                yield name


def belongs(name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in _FILES)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> KeptFile:
    """Raises FileNotFoundError before anything is written."""
    with path.open("rb") as source, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as sink:
        return _copy(source, sink)


def _copy(source: IO[bytes], sink: IO[bytes] | None) -> KeptFile:
    size, digest = 0, hashlib.sha256()
    while block := source.read(_BLOCK):
        size += len(block)
        digest.update(block)
        if sink is not None:
            sink.write(block)
    return KeptFile(size, digest.hexdigest())


class BackupFile:
    """Open for reading. Raises BackupError where it is no backup, or one of a newer form."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._archive = zipfile.ZipFile(path)
            self.manifest = _from_json(json.loads(self._archive.read(MANIFEST)))
        except FileNotFoundError as error:
            raise BackupError(f"{path} is not there.") from error
        except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
            raise BackupError(f"{path} is no whole backup of this bot ({type(error).__name__}).") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def check(self) -> None:
        """Every file is there and as it was. Raises BackupError naming the first that is not."""
        names = set(self._archive.namelist()) - {MANIFEST, DUMP}
        if strange := names - self.manifest.files.keys():
            raise BackupError(f"{self.path} holds {min(strange)}, which its manifest does not name.")
        self._copied(DUMP, self.manifest.dump, None)
        for name, kept in self.manifest.files.items():
            self._copied(name, kept, None)

    def take_dump(self, target: Path) -> None:
        with target.open("wb") as sink:
            self._copied(DUMP, self.manifest.dump, sink)

    def put_back(self, data_dir: Path) -> tuple[int, int]:
        """Add the files that are not there; (added, there already). A picture whose bytes are not what its name says is
        written anew; nothing else that is there is touched. Raises BackupError and OSError."""
        added = there = 0
        for name, kept in self.manifest.files.items():
            path = data_dir / name
            if path.exists() and not (name.startswith("pictures/") and _sha256(path) != kept.sha256):
                there += 1
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f".new-{path.name}")
            try:
                with partial.open("wb") as sink:
                    self._copied(name, kept, sink)
                    sink.flush()
                    os.fsync(sink.fileno())
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
            sync_folder(path.parent)
            added += 1
        return added, there

    def _copied(self, name: str, kept: KeptFile, sink: IO[bytes] | None) -> None:
        try:
            with self._archive.open(name) as source:
                found = _copy(source, sink)
        except (KeyError, zipfile.BadZipFile, EOFError) as error:
            raise BackupError(f"{name} in {self.path} is missing or broken.") from error
        if found != kept:
            raise BackupError(f"{name} in {self.path} is not what it was when the backup was made.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_json(manifest: Manifest) -> Json:
    record = manifest.record
    return {
        "format": FORMAT,
        "made_at": manifest.made_at.isoformat(timespec="seconds"),
        "schema": record.schema,
        "version": manifest.version,
        "postgres": {"server": record.server_major, "programs": record.programs_major},
        "migrations": [{**asdict(done), "applied_at": done.applied_at.isoformat()} for done in record.migrations],
        "tables": {name: {"rows": one.rows, "checksum": str(one.checksum)} for name, one in record.tables.items()},
        "dump": asdict(manifest.dump),
        "files": {name: asdict(one) for name, one in manifest.files.items()},
    }


def _from_json(data: Json) -> Manifest:
    """Raises KeyError, TypeError and ValueError for what is no manifest, BackupError for a newer one."""
    if data["format"] != FORMAT:
        raise BackupError(f"This backup has the form {data['format']}, newer than this bot knows. Update the bot.")
    files = {name: _kept_from(one) for name, one in data["files"].items()}
    if strange := [name for name in files if not belongs(name)]:
        raise ValueError(strange[0])
    migrations = tuple(
        AppliedMigration(one["version"], one["name"], one["checksum"], datetime.fromisoformat(one["applied_at"]))
        for one in data["migrations"]
    )
    tables = {name: Fingerprint(int(one["rows"]), int(one["checksum"])) for name, one in data["tables"].items()}
    postgres = data["postgres"]
    record = Dump(data["schema"], migrations, tables, int(postgres["server"]), int(postgres["programs"]))
    return Manifest(datetime.fromisoformat(data["made_at"]), record, _kept_from(data["dump"]), files)


def _kept_from(data: Json) -> KeptFile:
    return KeptFile(int(data["size"]), str(data["sha256"]))
