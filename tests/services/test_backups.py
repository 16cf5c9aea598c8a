"""A backup holds everything, is checked by restoring it, and comes back whole or not at all."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.services.backup_file import MANIFEST, BackupError, BackupFile
from bot.services.backups import BackupService, kept_in, thin_out, verify
from bot.services.house import build_services
from db.dumps import ONE_BACKUP, BusyError, look
from db.executor import Json
from db.fingerprints import Fingerprint, fingerprints, tables
from db.migrate import load, migrate
from db.pool import Database, connect
from db.programs import ProgramError, address_of, programs_for
from ocr.cases import keep
from tests.database import TestServer
from tests.services.conftest import SERVER, Clan, Clock, StandInReader
from tests.services.histories import live

START = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)


@pytest.fixture
async def elsewhere(test_server: TestServer) -> AsyncIterator[str]:
    """The address of an empty database."""
    name = await test_server.create(empty=True)
    yield test_server.url_of(name)
    await test_server.drop(name)


async def everything(url: str) -> dict[str, Fingerprint]:
    async with await connect(url) as database, database.transaction() as db:
        return await fingerprints(db, "public", await tables(db))


@pytest.fixture
async def lived(clan: Clan) -> Clan:
    await live(clan, random.Random(7), steps=12)
    keep(clan.data_dir / "cases", "1-2", b"\x89PNG of a case", {"kind": "table", "rows": []})
    (clan.data_dir / "errors.jsonl").write_text("of this machine\n")
    return clan


async def test_what_is_backed_up_comes_back_elsewhere(lived: Clan, elsewhere: str, tmp_path: Path) -> None:
    before = await everything(lived.services.backups._url)
    made = await lived.services.backups.make(tmp_path / "kept", check=False)
    assert made.path.name == f"mkw-{lived.clock():%Y%m%dT%H%M%SZ}.zip"
    assert made.path.stat().st_mode & 0o077 == 0, "it holds what people wrote"
    assert dict(made.manifest.record.tables) == before
    assert made.manifest.pictures > 3

    there = BackupService(elsewhere, tmp_path / "there", Clock())
    (tmp_path / "there").mkdir()
    done = await there.restore(made.path, replace=False)
    assert await everything(elsewhere) == before
    assert (done.files_added, done.files_there, done.migrated) == (len(made.manifest.files), 0, ())
    for name in made.manifest.files:
        assert (tmp_path / "there" / name).read_bytes() == (lived.data_dir / name).read_bytes()
    assert not (tmp_path / "there" / "errors.jsonl").exists()
    assert (tmp_path / "there" / "cases" / "1-2" / "case.json").exists()
    async with await connect(elsewhere) as database:  # and numbers go on where they were
        services = build_services(database, StandInReader(), tmp_path / "there", now=Clock())
        newest = (await services.wars.page(SERVER)).total
        assert newest == (await lived.services.wars.page(SERVER)).total
        again = Clan(services, StandInReader(), Clock(), tmp_path / "there", itertools.count(99_000))
        review = await again.upload()
        assert review.upload_id > max(made.manifest.rows("uploads"), 1)


async def test_a_record_is_replaced_only_where_that_is_said(lived: Clan, elsewhere: str, tmp_path: Path) -> None:
    made = await lived.services.backups.make(tmp_path / "a.zip", check=False)
    async with await connect(elsewhere) as database:
        await migrate(database)
        async with database.transaction() as db:
            await db.execute("insert into servers (server_id) values (1)")
            await db.execute("create table of_a_later_version (id integer)")
        with pytest.raises(BackupError, match="A bot is running"):
            await BackupService(elsewhere, tmp_path, Clock()).restore(made.path, replace=True)
        async with database.transaction() as db:
            await db.execute("create view of_somebody as select count(*) from wars")
    before = await everything(elsewhere)
    service = BackupService(elsewhere, tmp_path, Clock())
    with pytest.raises(BackupError, match="There is a record"):
        await service.restore(made.path, replace=False)
    assert await everything(elsewhere) == before
    with pytest.raises(ProgramError, match="other objects depend"):
        await service.restore(made.path, replace=True)
    assert await everything(elsewhere) == before
    async with await connect(elsewhere) as database, database.transaction() as db:
        await db.execute("drop view of_somebody")
    done = await service.restore(made.path, replace=True)
    assert await everything(elsewhere) == dict(made.manifest.record.tables)
    assert done.files_added == 0


async def test_a_good_backup_passes_its_check(lived: Clan, tmp_path: Path) -> None:
    made = await lived.services.backups.make(tmp_path / "a.zip")
    assert made.checked
    with pytest.raises(BackupError, match="there already"):
        await lived.services.backups.make(tmp_path / "a.zip")


def spoil(path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Write the backup anew with one of its files changed."""
    with zipfile.ZipFile(path) as old:
        files = {one: old.read(one) for one in old.namelist()}
    files[name] = change(files[name])
    with zipfile.ZipFile(path, "w") as new:
        for one, data in files.items():
            new.writestr(one, data)


def changed(**more: Any) -> Callable[[bytes], bytes]:
    return lambda data: json.dumps({**json.loads(data), **more}).encode()


def a_row_less(data: bytes) -> bytes:
    manifest: Json = json.loads(data)
    manifest["tables"]["war_lines"]["rows"] -= 1
    return json.dumps(manifest).encode()


def another_word(data: bytes) -> bytes:
    manifest: Json = json.loads(data)
    manifest["tables"]["players"]["checksum"] = "1"
    return json.dumps(manifest).encode()


def a_later_schema(data: bytes) -> bytes:
    manifest: Json = json.loads(data)
    last = manifest["migrations"][-1]
    manifest["migrations"].append({**last, "version": 9999, "name": "new"})
    return json.dumps(manifest).encode()


def a_way_out(data: bytes) -> bytes:
    manifest: Json = json.loads(data)
    manifest["files"]["pictures/../../../tmp/x"] = {"size": 1, "sha256": "0"}
    return json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (MANIFEST, a_row_less, "not what the backup holds: war_lines"),
        (MANIFEST, another_word, "not what the backup holds: players"),
        (MANIFEST, a_later_schema, "Update the bot"),
        (MANIFEST, changed(format=2), "Update the bot"),
        (MANIFEST, changed(files={}), "which its manifest does not name"),
        (MANIFEST, a_way_out, "no whole backup"),
        (MANIFEST, lambda _: b"{}", "no whole backup"),
        ("picture", lambda data: data + b"!", "is not what it was"),
        ("database.dump", lambda data: data[: len(data) // 2], "is not what it was"),
    ],
)
async def test_what_is_not_whole_is_found_and_restores_nothing(
    lived: Clan, elsewhere: str, tmp_path: Path, name: str, change: Callable[[bytes], bytes], says: str
) -> None:
    made = await lived.services.backups.make(tmp_path / "a.zip", check=False)
    spoil(made.path, name if name != "picture" else min(made.manifest.files), change)
    with pytest.raises((BackupError, ProgramError), match=says):
        await BackupService(elsewhere, lived.data_dir, Clock()).restore(made.path, replace=False)
    assert (await look(elsewhere)).tables == ()
    if change is a_row_less:  # what the files alone do not show takes a server
        with pytest.raises(ProgramError, match=says):
            await verify(made.path)


@pytest.mark.parametrize("content", [None, b"", b"PK no zip", b"\x89PNG"])
async def test_no_backup_at_all_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(BackupError, match=r"is not there|is no whole backup"):
        await verify(tmp_path / "a.zip")


async def test_an_older_schema_is_brought_up_to_date_after_it(
    test_server: TestServer, elsewhere: str, tmp_path: Path
) -> None:
    name = await test_server.create(empty=True)
    async with await connect(test_server.url_of(name)) as database:
        await migrate(database, load()[:3])
        async with database.transaction() as db:
            await db.execute("insert into servers (server_id, last_war_id) values ($1, 0)", SERVER)
    old = BackupService(test_server.url_of(name), tmp_path, Clock())
    made = await old.make(tmp_path / "old.zip", check=False)
    assert made.manifest.version == 3
    done = await BackupService(elsewhere, tmp_path, Clock()).restore(made.path, replace=False)
    assert [one.version for one in done.migrated] == list(range(4, len(load()) + 1))
    assert (await look(elsewhere)).rows == 1
    await test_server.drop(name)


async def test_a_backup_is_of_one_moment(lived: Clan, tmp_path: Path) -> None:
    """While the bot goes on: what it counts is what is in the dump."""

    async def busy() -> None:
        while True:
            await lived.upload()

    going = asyncio.create_task(busy())
    await asyncio.sleep(0.05)
    made = await lived.services.backups.make(tmp_path / "a.zip")
    going.cancel()
    assert made.checked
    with BackupFile(made.path) as file:
        assert file.manifest.rows("uploads") < (await look(lived.services.backups._url)).rows


async def test_an_empty_database_is_no_backup(elsewhere: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nothing to back up"):
        await BackupService(elsewhere, tmp_path, Clock()).make(tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


async def test_of_pictures_that_are_there_only_broken_ones_are_written(lived: Clan, elsewhere: str) -> None:
    made = await lived.services.backups.make(lived.data_dir / "a.zip", check=False)
    broken, gone, *_ = (name for name in made.manifest.files if name.startswith("pictures/"))
    case = lived.data_dir / "cases" / "1-2" / "case.json"
    (lived.data_dir / broken).write_bytes(b"half of")
    (lived.data_dir / gone).unlink()
    case.write_text("newer")
    done = await BackupService(elsewhere, lived.data_dir, Clock()).restore(made.path, replace=False)
    assert done.files_added == 2
    assert case.read_text() == "newer"
    with BackupFile(made.path) as file:
        assert (lived.data_dir / broken).stat().st_size == file.manifest.files[broken].size


def test_the_newest_are_kept(tmp_path: Path) -> None:
    for day in range(5):
        (tmp_path / f"mkw-{START + timedelta(days=day):%Y%m%dT%H%M%SZ}.zip").touch()
    for name in ("mine.zip", "mkw-20260301T200000Z.txt"):
        (tmp_path / name).touch()
    assert thin_out(tmp_path, 2) == 3
    assert [made_at for made_at, _ in kept_in(tmp_path)] == [START + timedelta(days=4), START + timedelta(days=3)]
    assert len(list(tmp_path.iterdir())) == 4


async def test_what_killed_backups_left_goes_with_the_next(lived: Clan, tmp_path: Path) -> None:
    old, new = tmp_path / ".mkw-dump-old", tmp_path / ".mkw-dump-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "database.dump").touch()
    half = tmp_path / "mkw-20260301T200000Z.zip.partial"
    half.touch()
    for path in (old, half):
        os.utime(path, (0, 0))
    await lived.services.backups.make(tmp_path, check=False)
    assert (old.exists(), half.exists(), new.exists()) == (False, False, True)


async def test_two_do_not_dump_one_database_at_once(lived: Clan, database: Database, tmp_path: Path) -> None:
    other = await database.connect_apart()
    await other.execute("select pg_advisory_lock($1)", ONE_BACKUP)
    with pytest.raises(BusyError):
        await lived.services.backups.make(tmp_path, check=False)
    await other.close()
    assert list(tmp_path.glob("*.zip*")) == []


@pytest.mark.parametrize(
    ("url", "shown", "password"),
    [
        ("postgresql://a:p%40w@h:5432/db?sslmode=require", "postgresql://a@h:5432/db?sslmode=require", "p@w"),
        ("postgresql:///db?host=%2Frun&password=s", "postgresql:///db?host=%2Frun", "s"),
        ("postgresql://h/db", "postgresql://h/db", None),
    ],
)
def test_a_password_is_no_argument(url: str, shown: str, password: str | None) -> None:
    address = address_of(url)
    assert (address.url, address.environment.get("PGPASSWORD")) == (shown, password)


def test_programs_too_old_are_not_used() -> None:
    assert programs_for(18).major >= 18
    with pytest.raises(ProgramError, match="postgresql-client-99"):
        programs_for(99)


async def test_a_long_dump_that_is_refused_early_ends(clan: Clan, elsewhere: str, tmp_path: Path) -> None:
    """More than the pipes between the programs hold is left when the first statement fails."""
    async with await connect(clan.services.backups._url) as database, database.transaction() as db:
        await db.execute("insert into servers (server_id) values (1)")
        await db.execute(
            """
            insert into changes (server_id, at, actor_id, actor_name, verb, entity, entity_id, text, before, after)
            select 1, now(), 1, 'Robin', 'save', 'war', n, 'saved', jsonb_build_object('x', repeat(md5(n::text), 30)),
                   '{}'
            from generate_series(1, 2000) n
            """
        )
    made = await clan.services.backups.make(tmp_path / "a.zip", check=False)
    async with await connect(elsewhere) as database, database.transaction() as db:
        await db.execute("create table wars (id integer)")
        await db.execute("create view of_somebody as select * from wars")
    with pytest.raises(ProgramError, match=r"psql failed: .*other objects depend"):
        async with asyncio.timeout(20):
            await BackupService(elsewhere, tmp_path, Clock()).restore(made.path, replace=True)
