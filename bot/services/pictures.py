"""A server's pictures taken along as zip files, each whole by itself, and put back where an export was brought in."""

from __future__ import annotations

import asyncio
import io
import tempfile
import zipfile
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bot.services.changelog import WAR, Entry, write
from bot.services.errors import BadInput, NotFound
from bot.services.vault import Vault, digest
from db import pictures

if TYPE_CHECKING:
    from bot.services.actors import Actor
    from bot.services.records import Records
    from mkw.ids import ServerId

MOST_BYTES = 25 * 1024 * 1024  # of one picture, as the bot takes them
MOST_FILES = 10_000  # in one zip
MOST_UNPACKED = 200 * 1024 * 1024
_AROUND = 400  # bytes of a zip around one picture, and at its end


@dataclass(frozen=True, slots=True)
class Pack:
    """A zip of pictures called `<sha256>`; `file` stands at its beginning and is gone when it is closed."""

    file: IO[bytes] = field(compare=False)
    count: int


@dataclass(frozen=True, slots=True)
class Brought:
    """Of the files of a zip: put in place, there already, and of no war here."""

    new: int
    known: int
    strange: int


class PictureService:
    def __init__(self, records: Records, data_dir: Path, now: Callable[[], datetime]) -> None:
        self._records = records
        self._vault = Vault(data_dir)
        self._now = now

    async def export(self, server_id: ServerId, most_bytes: int) -> AsyncIterator[Pack]:
        """Every picture of the server that is on this machine, in zips of at most `most_bytes`; one that is larger by
        itself is left out. Raises NotFound where there is none."""
        wanted = await self._records.read(lambda db: pictures.owned(db, server_id=server_id))
        packs = self._packed(wanted, most_bytes)
        some = False
        while (pack := await asyncio.to_thread(next, packs, None)) is not None:
            some = True
            yield pack
        if not some:
            raise NotFound("No picture of this server is kept on this machine.")

    def _packed(self, wanted: tuple[str, ...], most_bytes: int) -> Iterator[Pack]:
        """Blocking."""
        sheet: list[tuple[str, bytes]] = []
        size = _AROUND
        for sha256 in wanted:
            data = self._vault.read(Vault.path_of(sha256))
            if data is None or len(data) + 2 * _AROUND > most_bytes:
                continue
            if size + len(data) + _AROUND > most_bytes:
                yield _zipped(sheet)
                sheet, size = [], _AROUND
            sheet.append((sha256, data))
            size += len(data) + _AROUND
        if sheet:
            yield _zipped(sheet)

    async def bring_in(self, actor: Actor, data: bytes) -> Brought:
        """Put the pictures of a zip in place that the server's wars speak of; what they are called does not matter.
        Doing it twice is no error. Raises BadInput for what is no such zip."""
        wanted = frozenset(await self._records.read(lambda db: pictures.owned(db, server_id=actor.server_id)))
        brought = await asyncio.to_thread(self._put, data, wanted)
        if brought.new:
            text = f"brought in {brought.new} picture{'s' * (brought.new != 1)}"
            async with self._records.change(actor.server_id, drops=False) as db:
                await write(Entry(db, actor, self._now()), "import", WAR, 0, text, before={}, after={}, final=True)
        return brought

    def _put(self, data: bytes, wanted: frozenset[str]) -> Brought:
        new = known = strange = 0
        for picture in _pictures_of(data):
            sha256 = digest(picture)
            if sha256 not in wanted:
                strange += 1
            elif self._vault.has(sha256):
                known += 1
            else:
                self._vault.keep(picture)
                new += 1
        return Brought(new, known, strange)


def _zipped(sheet: list[tuple[str, bytes]]) -> Pack:
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - it outlives this call
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # pictures are packed by themselves
        for sha256, data in sheet:
            archive.writestr(zipfile.ZipInfo(sha256), data)
    file.seek(0)
    return Pack(file, len(sheet))


def _pictures_of(data: bytes) -> Iterator[bytes]:
    """Blocking; one at a time in memory. Raises BadInput."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [one for one in archive.infolist() if not one.is_dir()]
            if len(files) > MOST_FILES:
                raise BadInput(f"The zip holds {len(files)} files; `export pictures` puts fewer into one.")
            left = MOST_UNPACKED
            for one in files:
                with archive.open(one) as file:  # what it says of its size need not be true
                    picture = file.read(min(left, MOST_BYTES) + 1)
                left -= len(picture)
                if left < 0:
                    raise BadInput(f"The zip unpacks to more than {MOST_UNPACKED // 2**20} MB; make smaller ones.")
                if len(picture) <= MOST_BYTES:
                    yield picture
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise BadInput("The file is no zip of pictures, as `export pictures` makes them, or it is damaged.") from None
