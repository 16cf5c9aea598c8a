"""The papers are true: their shell lines run, their links lead somewhere, their commands exist."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from bot.client import EXTENSIONS, BotOptions, create_bot
from bot.error_handling import report
from bot.kept_errors import keeping_errors
from bot.rendering.samples import sample_table
from bot.services.house import Services
from scripts import commands_doc
from tests.bot.test_error_handling import Where
from tests.database import TestServer
from tests.services.test_old_record import old_file
from tests.test_main import ROOT, clean_environment

PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_REASON = re.compile(r"<!-- not run: \S.* -->\s*")
# What stands for something in a line: what the test has there.
STANDS_FOR = {"FILE": "backups/monday.zip", "ID": "123456789012345678", "DIR": "data/cases"}


@dataclass(frozen=True, slots=True)
class Block:
    paper: str
    lines: tuple[str, ...]
    is_run: bool  # False: its reason stands above it


def blocks_of(paper: Path) -> list[Block]:
    text = paper.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        above = text[: match.start()].rstrip("\n").rpartition("\n")[2]
        lines = tuple(line for line in match[1].splitlines() if line.strip() and not line.startswith("#"))
        found.append(Block(paper.name, lines, is_run=_REASON.fullmatch(above) is None))
    return found


RUN = {paper.name: [block for block in blocks_of(paper) if block.is_run] for paper in PAPERS}


def test_a_line_is_of_run_or_says_why_it_is_not_run() -> None:
    lines = [line for blocks in RUN.values() for block in blocks for line in block.lines]
    assert len(lines) >= 15
    assert [line for line in lines if not line.startswith("./run ")] == []


@pytest.mark.parametrize("paper", [name for name, blocks in RUN.items() if blocks])
async def test_shell_lines_run(paper: str, tmp_path: Path, test_server: TestServer) -> None:
    lines = [line for block in RUN[paper] for line in block.lines]
    prepare(tmp_path)
    async with test_server.fresh_database() as database:
        environment = clean_environment(tmp_path, DATABASE_URL=database.url, PYTHONPATH=str(ROOT), LOG_LEVEL="ERROR")
        await database.close()  # a restore finds no bot
        needs = [line for line in lines if "monday.zip" in concrete(line)]
        if needs and not needs[0].startswith("./run backup"):
            lines = ["./run backup --no-check backups/monday.zip", *lines]
        done = await asyncio.to_thread(
            subprocess.run, [sys.executable, "-m", "tests.docs_runner"], cwd=tmp_path, env=environment,
            input=json.dumps([concrete(line) for line in lines]), capture_output=True, text=True, timeout=110,
            check=False,
        )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(lines), done.stderr
    assert [one for one in told if one["code"] != 0] == []


def concrete(line: str) -> str:
    command, hash_sign, comment = line.partition("#")
    for word, what in STANDS_FOR.items():
        command = re.sub(rf"\b{word}\b", what, command)
    return command + hash_sign + comment


def prepare(folder: Path) -> None:
    """What the lines speak of."""
    (folder / "war.png").write_bytes(sample_table())
    old_file(folder / "old.db")
    data = folder / "data"
    data.mkdir()
    with keeping_errors(data):
        try:
            int("x")
        except ValueError as error:
            shown = str(report(error, what="command stats", where=cast(Any, Where()))).split("`")[1]
    kept = data / "errors.jsonl"
    kept.write_text(kept.read_text().replace(shown, "1a2b3c4d"))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_links_lead_somewhere(paper: Path) -> None:
    text = re.sub(r"```.*?```", "", paper.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert re.match("https?://", target) or (paper.parent / target).exists(), target
    for named in re.findall(r"\bdocs/[a-z-]+\.md\b", text):
        assert (ROOT / named).exists(), named


def test_every_paper_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert [
        one.name for one in (ROOT / "docs").glob("*.md") if f"({one.name})" not in index and one.name != "README.md"
    ] == []


async def test_the_command_reference_is_current_and_what_papers_type_exists(tmp_path: Path) -> None:
    bot = create_bot(cast(Services, None), BotOptions(data_dir=tmp_path))
    for extension in EXTENSIONS:
        await bot.load_extension(extension)
    assert commands_doc.FILE.read_text(encoding="utf-8") == commands_doc.reference(bot), (
        "run .venv/bin/python -m scripts.commands_doc"
    )
    for paper in PAPERS:
        for typed in re.findall(r"`!(\w[^`]*)`", paper.read_text(encoding="utf-8")):
            assert bot.get_command(typed.split()[0]) is not None, f"{paper.name}: {typed}"
    await bot.close()
