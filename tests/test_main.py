"""The command line as an operator meets it: real processes, exit codes, one readable line per failure."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from bot.error_handling import report
from bot.kept_errors import keeping_errors
from bot.reading_queue import QueueReader
from bot.rendering.samples import sample_table
from bot.services.log_ids import following
from db.migrate import load
from db.pool import connect
from ocr.reading import Status
from tests.bot.test_error_handling import Where
from tests.database import TestServer
from tests.services.test_old_record import FIRST, SECOND, old_file

ROOT = Path(__file__).resolve().parents[1]
CONFIGURATION_ERROR = 78


def run_main(*arguments: str, cwd: Path, seconds: float = 60, **environment: str) -> subprocess.CompletedProcess[str]:
    """`main.py` in a folder of its own, so that no `.env` of this machine is read."""
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        cwd=cwd,
        env=clean_environment(cwd, **environment),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def clean_environment(cwd: Path, **environment: str) -> dict[str, str]:
    ours = (
        "DISCORD_",
        "DATABASE_",
        "OCR_",
        "DATA_DIR",
        "TESSERACT_",
        "LOG_",
        "METRICS_",
        "SLOW_",
        "COMMAND_PREFIX",
        "BACKUP_",
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**inherited, "DATA_DIR": str(cwd / "data"), **environment}


def test_help_names_every_command(tmp_path: Path) -> None:
    done = run_main("--help", cwd=tmp_path)
    assert done.returncode == 0
    for command in (
        "run",
        "demo",
        "scan",
        "migrate",
        "backup",
        "verify",
        "restore",
        "doctor",
        "import-sqlite",
        "worker",
        "errors",
        "check",
    ):
        assert f"\n    {command}" in done.stdout


def test_every_wrong_setting_is_one_line(tmp_path: Path) -> None:
    done = run_main("check", cwd=tmp_path, OCR_WORKERS="many", LOG_LEVEL="LOUD")
    assert done.returncode == CONFIGURATION_ERROR
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == ["LOG_LEVEL", "OCR_WORKERS"]


def test_run_without_a_token_says_where_to_put_it(tmp_path: Path) -> None:
    done = run_main("run", cwd=tmp_path)
    assert done.returncode == CONFIGURATION_ERROR
    assert "DISCORD_TOKEN" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_worker_without_a_database_says_whose_it_needs(tmp_path: Path) -> None:
    done = run_main("worker", cwd=tmp_path)
    assert done.returncode == CONFIGURATION_ERROR
    assert "DATABASE_URL is not set" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path, test_server: TestServer) -> None:
    done = run_main("migrate", cwd=tmp_path, DATABASE_URL=test_server.url_of("nowhere"))
    assert done.returncode == CONFIGURATION_ERROR
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


async def test_migrate_says_what_is_applied_and_what_is_not(tmp_path: Path, test_server: TestServer) -> None:
    name = await test_server.create(empty=True)
    try:
        url = test_server.url_of(name)
        before = run_main("migrate", "--status", cwd=tmp_path, DATABASE_URL=url)
        assert before.stdout.count("pending") == len(load())
        sql = run_main("migrate", "--sql", cwd=tmp_path, DATABASE_URL=url)
        assert "create table wars" in sql.stdout
        applied = run_main("migrate", cwd=tmp_path, DATABASE_URL=url)
        assert applied.returncode == 0
        after = run_main("migrate", "--status", cwd=tmp_path, DATABASE_URL=url)
        assert after.stdout.count("applied") == len(load())
        assert "up to date already" in run_main("migrate", cwd=tmp_path, DATABASE_URL=url).stdout
    finally:
        await test_server.drop(name)


async def test_two_processes_that_start_at_once_migrate_once(tmp_path: Path, test_server: TestServer) -> None:
    name = await test_server.create(empty=True)
    url = test_server.url_of(name)
    both = await asyncio.gather(
        *(asyncio.to_thread(run_main, "migrate", cwd=tmp_path, DATABASE_URL=url) for _ in range(2))
    )
    await test_server.drop(name)
    assert [done.returncode for done in both] == [0, 0], both
    applied = [line for done in both for line in done.stdout.splitlines() if line.startswith("applied")]
    assert sorted(applied) == [f"applied {one.version:04d} {one.name}" for one in load()]


@pytest.mark.parametrize("command", ["migrate", "run"])
async def test_a_newer_schema_is_refused(tmp_path: Path, test_server: TestServer, command: str) -> None:
    async with test_server.fresh_database() as database:
        async with database.acquire() as connection:
            await connection.execute("INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'new', '')")
            name = await connection.fetchval("SELECT current_database()")
        environment = {"DATABASE_URL": test_server.url_of(name), "DISCORD_TOKEN": "a.b.c", "LOG_LEVEL": "ERROR"}
        done = run_main(command, cwd=tmp_path, **environment)
    assert done.returncode == CONFIGURATION_ERROR
    assert "Update the bot" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_error_somebody_was_shown_is_looked_up(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shown = []
    with keeping_errors(tmp_path / "data"), following(1345678901234567890):
        for typed in ("first words", "second words"):
            try:
                int(typed)
            except ValueError as error:
                shown.append(str(report(error, what="command stats", where=cast(Any, Where()))).split("`")[1])
    with (tmp_path / "data" / "errors.jsonl").open("a") as file:
        file.write('{"error_id": "cut o')  # by a full disk
    first = run_main("errors", shown[0].upper(), cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    heading, where, *way = first.stdout.splitlines()
    assert heading.startswith(f"{shown[0]}  20")
    assert heading.endswith("command stats: ValueError")
    assert where == "channel 7, message 1345678901234567890"
    assert way[0] == "Traceback (most recent call last):"
    assert "test_main.py" in first.stdout
    listed = run_main("errors", cwd=tmp_path)
    assert [line.split()[0] for line in listed.stdout.splitlines()] == shown[::-1]
    unknown = run_main("errors", "00000000", cwd=tmp_path)
    assert unknown.returncode == 1
    assert "No error 00000000 is kept" in unknown.stdout
    kept = (tmp_path / "data" / "errors.jsonl").read_text()
    assert "words" not in kept
    assert "user" not in kept


def test_without_errors_that_is_said(tmp_path: Path) -> None:
    assert run_main("errors", cwd=tmp_path).stdout == "No errors are kept.\n"


async def test_check_has_a_line_for_every_part(tmp_path: Path, test_server: TestServer) -> None:
    name = await test_server.create()
    try:
        done = run_main("check", cwd=tmp_path, DATABASE_URL=test_server.url_of(name))
    finally:
        await test_server.drop(name)
    assert done.returncode == 0, done.stdout + done.stderr
    parts = [line.split()[:2] for line in done.stdout.splitlines()]
    assert parts == [["ok", part] for part in ("settings", "database", "tesseract", "models", "discord")]


async def test_check_fails_for_a_tesseract_that_is_not_there(tmp_path: Path, test_server: TestServer) -> None:
    name = await test_server.create()
    try:
        url = test_server.url_of(name)
        done = run_main("check", cwd=tmp_path, DATABASE_URL=url, TESSERACT_CMD="/nowhere/tesseract")
    finally:
        await test_server.drop(name)
    assert done.returncode == CONFIGURATION_ERROR
    assert "FAIL tesseract" in done.stdout


async def test_an_old_record_is_shown_then_brought_in_once(tmp_path: Path, test_server: TestServer) -> None:
    old = old_file(tmp_path / "old.db", sessions=(FIRST, SECOND, ("2025-03-09", 12, '{"Comet": 200}')))
    report = tmp_path / "old.db.report.txt"
    async with test_server.fresh_database() as database:
        async with database.acquire() as connection:
            url = test_server.url_of(await connection.fetchval("select current_database()"))

        async def brought_in(*more: str) -> subprocess.CompletedProcess[str]:
            arguments = ("import-sqlite", str(old), "--server", "100", *more)
            return await asyncio.to_thread(run_main, *arguments, cwd=tmp_path, DATABASE_URL=url)

        async def wars() -> int:
            async with database.acquire() as connection:
                return int(await connection.fetchval("select count(*) from wars where server_id = 100"))

        shown = await brought_in()
        assert (shown.returncode, await wars()) == (0, 0), shown.stderr
        assert shown.stdout.startswith("old.db: 2 players, 2 wars and 3 other names, 2025-03-01 to 2025-03-08\n")
        assert "  Comet (also Kometa): 200 points in 2 wars, 24 races, 100.00 a war; agrees\n" in shown.stdout
        assert "nothing was changed" in shown.stdout
        said = report.read_text()
        assert said.startswith("Dry run: nothing was changed.\n")
        assert "- race_sessions id 3: row left out: 200 points in 12 races cannot be\n" in said
        done = await brought_in("--apply")
        assert (done.returncode, await wars()) == (0, 2), done.stderr
        assert report.read_text().startswith("Brought into server 100, and compared with the database.\n")
        again = await brought_in("--apply")
        assert (again.returncode, await wars()) == (1, 2)
        assert "this one has 2 players and 2 wars" in again.stderr
        assert len(again.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("server", "database", "code", "says"),
    [
        ("100", "nowhere", CONFIGURATION_ERROR, "nowhere"),
        ("clan", "nowhere", 2, "'clan' is no id: 17 to 19 digits"),
        ("100", None, 1, "Run `main.py migrate` first."),
    ],
)
async def test_an_old_record_that_can_go_nowhere_is_one_line(
    tmp_path: Path, test_server: TestServer, server: str, database: str | None, code: int, says: str
) -> None:
    old = old_file(tmp_path / "old.db")
    name = database or await test_server.create(empty=True)
    try:
        url = test_server.url_of(name)
        done = run_main("import-sqlite", str(old), "--server", server, cwd=tmp_path, DATABASE_URL=url)
    finally:
        await test_server.drop(name)
    assert done.returncode == code
    assert says in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "old.db.report.txt").exists()


async def test_without_a_report_nothing_is_brought_in(tmp_path: Path, test_server: TestServer) -> None:
    old = old_file(tmp_path / "old.db")
    (tmp_path / "old.db.report.txt").mkdir()
    async with test_server.fresh_database() as database, database.acquire() as connection:
        url = test_server.url_of(await connection.fetchval("select current_database()"))
        done = run_main("import-sqlite", str(old), "--server", "100", "--apply", cwd=tmp_path, DATABASE_URL=url)
        assert done.returncode == 1
        assert "cannot be written" in done.stderr
        assert await connection.fetchval("select count(*) from wars") == 0


def test_scan_prints_one_object_a_line(tmp_path: Path) -> None:
    picture, text = tmp_path / "war.png", tmp_path / "notes.png"
    picture.write_bytes(sample_table())
    text.write_text("not a picture")
    done = run_main("scan", "--json", str(picture), str(text), cwd=tmp_path)
    good, bad = (json.loads(line) for line in done.stdout.splitlines())
    assert (good["image"], good["layout"]) == (str(picture), "table")
    assert sum(row["score"] for side in good["sides"] for row in side["rows"]) == 984
    assert bad["status"] == "refused"
    assert bad["reason"]


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="no Tesseract on this machine")
def test_the_tesseract_of_the_settings_is_the_one_that_reads(tmp_path: Path) -> None:
    picture, used = tmp_path / "war.png", tmp_path / "used"
    picture.write_bytes(sample_table())
    own = tmp_path / "my-tesseract"
    own.write_text(f'#!/bin/sh\ntouch {used}\nexec tesseract "$@"\n')
    own.chmod(0o755)
    done = run_main("scan", "--json", str(picture), cwd=tmp_path, TESSERACT_CMD=str(own))
    assert json.loads(done.stdout)["status"] == "proven"
    assert used.exists()


def test_scan_draws_for_people_what_it_saw(tmp_path: Path) -> None:
    picture = tmp_path / "war.png"
    picture.write_bytes(sample_table())
    done = run_main("scan", "--debug", str(tmp_path / "out"), str(picture), cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.count("\n") >= 12
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".png"]


@pytest.fixture
def refusing_discord() -> Iterator[str]:
    """The address of a Discord that takes no token."""

    class Refuse(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"message": "401: Unauthorized", "code": 0}'
            self.send_response(401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("more", [(), ("--stay-down",)])
async def test_a_refused_token_is_one_line(
    tmp_path: Path, test_server: TestServer, refusing_discord: str, more: tuple[str, ...]
) -> None:
    name = await test_server.create()
    try:
        done = await asyncio.to_thread(
            run_main, "run", *more, cwd=tmp_path, DATABASE_URL=test_server.url_of(name),
            DISCORD_TOKEN="a.wrong.token", DISCORD_API_URL=refusing_discord, LOG_LEVEL="ERROR",
        )  # fmt: skip
    finally:
        await test_server.drop(name)
    assert done.returncode == (0 if more else CONFIGURATION_ERROR), "Docker tries again after anything but 0"
    assert done.stderr.splitlines() == [
        "mkw-clan-bot: Discord does not take this DISCORD_TOKEN. Reset it on the Bot page of the developer portal."
    ]
    assert "a.wrong.token" not in done.stdout + done.stderr


async def test_no_log_line_of_a_run_holds_the_token_or_the_password(
    tmp_path: Path, test_server: TestServer, refusing_discord: str
) -> None:
    name = await test_server.create()
    # This server asks for none; the address has one all the same.
    url = test_server.url_of(name).replace("postgres:@", "postgres:open-sesame@")
    assert "open-sesame" in url
    nowhere = url.replace(name, "nowhere")
    try:
        for command, address in (("backup", url), ("migrate", nowhere)):
            said = await asyncio.to_thread(run_main, command, cwd=tmp_path, DATABASE_URL=address, LOG_LEVEL="DEBUG")
            assert said.stdout + said.stderr
            assert "open-sesame" not in said.stdout + said.stderr
        done = await asyncio.to_thread(
            run_main, "run", cwd=tmp_path, DATABASE_URL=url, DISCORD_TOKEN="a.wrong.token",
            DISCORD_API_URL=refusing_discord, LOG_LEVEL="DEBUG", LOG_FORMAT="json", OCR_WORKERS="1",
        )  # fmt: skip
    finally:
        await test_server.drop(name)
    lines = [json.loads(line) for line in done.stderr.splitlines() if not line.startswith("mkw-clan-bot: ")]
    assert "the database is ready; logging in" in [line["text"] for line in lines]
    assert "a.wrong.token" not in done.stdout + done.stderr
    assert "open-sesame" not in done.stdout + done.stderr


async def test_no_discord_at_all_is_one_line(tmp_path: Path, test_server: TestServer) -> None:
    name = await test_server.create()
    try:
        done = await asyncio.to_thread(
            run_main, "run", cwd=tmp_path, DATABASE_URL=test_server.url_of(name),
            DISCORD_TOKEN="a.wrong.token", DISCORD_API_URL="http://127.0.0.1:9", LOG_LEVEL="ERROR",
        )  # fmt: skip
    finally:
        await test_server.drop(name)
    assert done.returncode == CONFIGURATION_ERROR
    assert "Discord cannot be reached" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("command", "number"),
    [
        ([sys.executable, str(ROOT / "main.py"), "demo", "--no-browser"], signal.SIGINT),
        ([str(ROOT / "run")], signal.SIGTERM),  # without a token it is the demo
    ],
)
def test_the_demo_starts_serves_and_stops_when_asked(
    tmp_path: Path, command: list[str], number: signal.Signals
) -> None:
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=clean_environment(tmp_path, DISCORD_TOKEN="", BROWSER="true"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = next((line for line in process.stdout if "http://127.0.0.1:" in line), None)
        assert address is not None, process.stderr.read() if process.stderr else ""
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    assert "Traceback" not in errors


def test_the_running_bot_answers_a_monitoring_system_on_its_port(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "demo", "--no-browser"],
        cwd=tmp_path,
        env=clean_environment(tmp_path, DISCORD_TOKEN="", METRICS_PORT=str(port), OCR_WORKERS="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert any("http://127.0.0.1:" in line for line in process.stdout)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            told = json.load(answer)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            metrics = answer.read().decode()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    finally:
        process.kill()
    assert told["ready"] is True
    assert {name: part["ok"] for name, part in told["parts"].items()} == dict.fromkeys(
        ("database", "discord", "readers"), True
    )
    figures = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
    assert float(figures["mkw_readers_alive"]) == 1
    assert float(figures['mkw_readings_total{layout="table",verdict="proven"}']) == 1, "of the demo's sample"
    assert float(figures["mkw_query_seconds_count"]) > 10
    assert float(figures["mkw_event_loop_delay_seconds_count"]) > 1


async def test_a_worker_answers_a_monitoring_system_as_the_bot_does(tmp_path: Path, test_server: TestServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    name = await test_server.create()
    url = test_server.url_of(name)
    process = subprocess.Popen(  # noqa: ASYNC220 - the start of it is short
        [sys.executable, str(ROOT / "main.py"), "worker"], cwd=tmp_path, text=True, stderr=subprocess.PIPE,
        env=clean_environment(tmp_path, DATABASE_URL=url, METRICS_PORT=str(port), OCR_WORKERS="1"),
    )  # fmt: skip

    async def ask(path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/{path}") as answer:
            return answer.status, await answer.text()

    try:
        async with await connect(url) as database, QueueReader(database, look_again=0.5) as queue:
            reading = await asyncio.wait_for(queue.read(b"no picture"), 60)
            # The answer is given before it is counted.
            while "verdict=" not in (metrics := (await ask("metrics"))[1]):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
        ready, lives = await ask("readyz"), await ask("healthz")
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.to_thread(process.communicate, timeout=60)
    finally:
        process.kill()
        await test_server.drop(name)
    assert (reading.status, process.returncode) == (Status.REFUSED, 0), errors
    assert (ready[0], lives[0]) == (200, 200)
    parts = json.loads(ready[1])["parts"]
    assert {part: told["ok"] for part, told in parts.items()} == {"database": True, "readers": True}
    figures = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
    assert float(figures['mkw_readings_total{layout="unknown",verdict="refused"}']) == 1
    assert float(figures["mkw_readers_alive"]) == 1
    assert float(figures["mkw_query_seconds_count"]) > 1
    assert "mkw_discord_connected" not in figures


async def test_what_cannot_be_backed_up_or_put_back_is_said(tmp_path: Path, test_server: TestServer) -> None:
    """What can is in the papers, and run by test_docs."""
    filled, empty = await test_server.create(), await test_server.create(empty=True)

    async def run(*arguments: str, on: str = filled) -> subprocess.CompletedProcess[str]:
        return await asyncio.to_thread(run_main, *arguments, cwd=tmp_path, DATABASE_URL=test_server.url_of(on))

    try:
        nothing = await run("backup", on=empty)
        assert (nothing.returncode, "nothing to back up" in nothing.stderr) == (1, True)
        async with await connect(test_server.url_of(filled)) as database, database.transaction() as db:
            await db.execute("insert into servers (server_id) values (1)")
        made = await run("backup", "--no-check")
        (file,) = (tmp_path / "data" / "backups").iterdir()
        assert (made.returncode, made.stdout.split(":")[0]) == (0, str(file)), made.stderr
        refused = await run("restore", str(file))
        assert refused.returncode == 1
        assert refused.stdout.splitlines()[1:] == [
            "It takes the place of what is there: 0 wars, 0 players, 1 row in all.",
            "Nothing was changed. Keep what is there with `main.py backup`; then the same with --replace.",
        ]
        file.write_bytes(file.read_bytes()[:-50])
        spoilt = await run("restore", str(file))
        assert spoilt.returncode == 1
        assert spoilt.stderr == f"mkw-clan-bot: {file} is no whole backup of this bot (BadZipFile).\n"
    finally:
        await test_server.drop(filled)
        await test_server.drop(empty)


async def test_the_doctor_says_what_is_odd(tmp_path: Path, test_server: TestServer) -> None:
    lost = tmp_path / "data" / "pictures" / "ff" / ("f" * 64)
    lost.parent.mkdir(parents=True)
    lost.touch()
    os.utime(lost, (0, 0))
    async with test_server.fresh_database() as database:
        url = database.url

        async def examined(*more: str, on: str = url) -> tuple[int, str]:
            done = await asyncio.to_thread(run_main, "doctor", *more, cwd=tmp_path, DATABASE_URL=on)
            return done.returncode, done.stdout + done.stderr

        code, said = await examined()
        assert code == 1
        assert f"\n  pictures/ff/{lost.name}\n" in said
        assert said.endswith("1 thing found; --apply mends 1 of them. Nothing was changed.\n")
        assert await examined("--apply") == (
            0,
            said.replace("; --apply mends 1 of them. Nothing was changed", ", 1 mended, 0 left"),
        )
    name = await test_server.create(empty=True)
    code, said = await examined(on=test_server.url_of(name))
    await test_server.drop(name)
    assert (code, "Run `main.py migrate` first." in said) == (1, True)
