"""Files given for the earlier bot's record: read as they are, or refused with what is wrong, and never written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.services.errors import BadInput
from bot.services.moving_plan import Figures, planned
from bot.services.old_record import read_old_record
from tests.services.test_old_record import COMET, UTC_ZONE, figures, left_out, old_file


def test_missing_and_additional_columns_are_said_and_nothing_else_is_lost(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as file, file:
        file.execute("create table players (main_name, team)")
        file.execute("create table race_sessions (session_date, players_data)")
        file.execute("insert into players values ('Comet', 'Blue')")
        file.execute(
            """insert into race_sessions values ('2025-03-01', '[{"name": "Comet", "score": 9, "mvp": true}]')"""
        )
    move = planned(read_old_record(tmp_path / "old.db"), UTC_ZONE)
    assert figures(move) == {"Comet": Figures(9, 1, 12)}
    assert left_out(move) == [
        ("players", "the file has no column nicknames, score_history, total_scores, war_count, average_score"),
        ("players", "columns not taken over, left in the file: team"),
        ("race_sessions", "the file has no column race_count"),
        ("JSON", "not taken over, left in the file: players_data.mvp"),
        ("race_sessions row 1", "no race_count: taken as 12"),
    ]


def test_a_file_that_is_no_old_record_is_refused_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        read_old_record(tmp_path / "nowhere.db")
    assert not (tmp_path / "nowhere.db").exists()
    (tmp_path / "text.db").write_text("main_name,score\n" * 100)
    with pytest.raises(BadInput, match="is no SQLite file"):
        read_old_record(tmp_path / "text.db")
    (tmp_path / "empty.db").touch()
    with pytest.raises(BadInput, match="no record of the earlier bot: it has no table players"):
        read_old_record(tmp_path / "empty.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as file, file:
        file.execute("create table players (name)")
    with pytest.raises(BadInput, match="its table players has no main_name"):
        read_old_record(tmp_path / "other.db")
    with pytest.raises(BadInput, match="There is no file"):
        read_old_record(tmp_path)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = old_file(tmp_path / "old.db", [COMET] * 2000)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadInput, match=r"cannot be read .*malformed"):
        read_old_record(path)


def test_a_locked_file_is_said_and_a_read_one_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.old_record._LOCK_SECONDS", 0.1)
    path = old_file(tmp_path / "old.db")
    before = path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("begin exclusive")
        with pytest.raises(BadInput, match="is locked: the earlier bot is writing"):
            read_old_record(path)
        writer.execute("rollback")
    read_old_record(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["old.db"]
