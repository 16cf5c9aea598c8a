"""The zips that pictures are taken along in."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable

from bot.services.errors import NotFound
from mkw.ids import ServerId
from tests.services.conftest import Clan

LARGE = 10_000_000


async def zips(clan: Clan, server_id: ServerId, most_bytes: int = LARGE) -> list[bytes]:
    """None where the server has no picture here."""
    found = []
    try:
        async for pack in clan.services.pictures.export(server_id, most_bytes):
            with pack.file as file:
                found.append(file.read())
    except NotFound:
        assert found == []
    return found


def names_in(data: Iterable[bytes]) -> set[str]:
    names = set()
    for one in data:
        with zipfile.ZipFile(io.BytesIO(one)) as archive:
            for name in archive.namelist():
                assert hashlib.sha256(archive.read(name)).hexdigest() == name
                names.add(name)
    return names
