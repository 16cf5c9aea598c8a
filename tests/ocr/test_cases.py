"""Labelled cases on disk, and the reader scored over them: what is kept, what is broken, what got better or worse."""

from __future__ import annotations

import json
import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ocr.case_score import list_cases, remove_case, score_cases
from ocr.cases import CaseError, keep, load, remove
from ocr.reading import Layout, Reading, Row, Side, Status

PNG = b"\x89PNG and what follows"


def reading(*scores: int | None, doubts: tuple[str, ...] = (), status: Status = Status.PROVEN) -> Reading:
    rows = tuple(Row(f"Player {'ABCDEF'[at]}", score, doubts=doubts) for at, score in enumerate(scores))
    return Reading(status, Layout.TABLE, (Side(rows),))


def label(*scores: int | None, then: Reading | None = None, **more: Any) -> dict[str, Any]:
    rows = [{"name": f"Player {'ABCDEF'[at]}", "score": score} for at, score in enumerate(scores)]
    then = then or reading(*scores)
    return {"kind": "table", "rows": rows, "teams": [], "reading": then.to_json(), "note": None, **more}


def test_a_case_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    assert keep(tmp_path, "7-abc", PNG, label(92, note="the third is wrong"))
    cases, problems = load(tmp_path)
    assert problems == ()
    assert cases[0].picture.read_bytes() == PNG
    assert cases[0].picture.name == "picture.png"
    assert (cases[0].case_id, cases[0].kind, cases[0].note) == ("7-abc", "table", "the third is wrong")


def test_a_second_report_takes_the_place_of_the_first(tmp_path: Path) -> None:
    keep(tmp_path, "7-abc", PNG, label(92))
    assert not keep(tmp_path, "7-abc", PNG, label(82))
    cases, _ = load(tmp_path)
    assert [case.truth["rows"][0]["score"] for case in cases] == [82]
    assert {path.name for path in (tmp_path / "7-abc").iterdir()} == {"case.json", "picture.png"}


@pytest.mark.parametrize("case_id", ["../up", "", "a/b", "A.B"])
def test_a_name_that_leaves_the_folder_is_none(tmp_path: Path, case_id: str) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        keep(tmp_path / "cases", case_id, PNG, label(1))
    (tmp_path / "cases").mkdir()
    with pytest.raises(CaseError):
        remove(tmp_path / "cases", case_id)
    assert [path.name for path in tmp_path.iterdir()] == ["cases"]


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file of this process grows past 100 bytes: writing fails half-way, as on a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_leaves_no_half_a_case(tmp_path: Path, full_disk: None) -> None:
    with pytest.raises(OSError, match="large"):
        keep(tmp_path, "7-abc", PNG, label(92, 88, 76))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_older_case(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    keep(tmp_path, "7-abc", PNG, label(92))
    request.getfixturevalue("full_disk")
    with pytest.raises(OSError, match="large"):
        keep(tmp_path, "7-abc", PNG, label(82))
    cases, problems = load(tmp_path)
    assert problems == ()
    assert cases[0].truth["rows"][0]["score"] == 92


@pytest.mark.parametrize(
    "text", ["", '{"image": "picture.png", "ro', "[]", '{"image": "picture.png", "kind": "table"}']
)
def test_a_damaged_case_is_named_and_the_others_are_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    keep(tmp_path, "1-good", PNG, label(92))
    keep(tmp_path, "2-bad", PNG, label(92))
    (tmp_path / "2-bad" / "case.json").write_text(text)
    assert score_cases(tmp_path, as_json=False, read=lambda _: reading(92)) == 1
    shown = capsys.readouterr()
    assert "2-bad" in shown.err
    assert "damaged" in shown.err
    assert "100.0%" in shown.out


def test_a_case_without_its_picture_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(tmp_path, "1-gone", PNG, label(92))
    (tmp_path / "1-gone" / "picture.png").unlink()
    assert score_cases(tmp_path, as_json=False, read=lambda _: reading(92)) == 1
    assert "1-gone: its picture is gone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("then", "now", "exit_code", "word"),
    [
        (reading(92, 88), reading(92, 88), 0, "0 better and 0 worse"),
        (reading(92, 80), reading(92, 88), 0, "better: 7-abc"),
        (reading(92, 88), reading(92, 80), 1, "worse: 7-abc"),
        (reading(92, 80, doubts=("80?",)), reading(92, 80), 1, "worse: 7-abc"),  # as wrong, and silent now
        (reading(92, 88), reading(92, 88, doubts=("88?",)), 1, "worse: 7-abc"),
        (reading(92, 88), Reading.refused("no result"), 1, "worse: 7-abc"),
    ],
)
def test_better_and_worse_are_against_the_reading_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], then: Reading, now: Reading, exit_code: int, word: str
) -> None:
    keep(tmp_path, "7-abc", PNG, label(92, 88, then=then))
    assert score_cases(tmp_path, as_json=False, read=lambda _: now) == exit_code
    assert word in capsys.readouterr().out


def test_rows_nobody_confirmed_are_not_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep(tmp_path, "7-abc", PNG, label(92, None, None))
    assert score_cases(tmp_path, as_json=True, read=lambda _: reading(92, 7, 8)) == 0
    counts = json.loads(capsys.readouterr().out)["kinds"]["all"]
    assert (counts["rows"], counts["score_right"], counts["extra"]) == (1, 1, 0)


def test_refusals_that_were_right_and_wrong(tmp_path: Path) -> None:
    refused = Reading.refused("no result")
    keep(tmp_path, "1-none", PNG, label(then=refused, expect="refuse"))
    assert score_cases(tmp_path, as_json=False, read=lambda _: refused) == 0
    assert score_cases(tmp_path, as_json=False, read=lambda _: reading(92)) == 1
    remove(tmp_path, "1-none")
    keep(tmp_path, "2-some", PNG, label(then=reading(92), expect="optional", is_result=True))
    assert score_cases(tmp_path, as_json=False, read=lambda _: reading(92)) == 0
    assert score_cases(tmp_path, as_json=False, read=lambda _: refused) == 1


def test_a_reading_of_another_version_is_nothing_to_compare_with(tmp_path: Path) -> None:
    keep(tmp_path, "7-abc", PNG, {**label(92), "reading": {"form": 9}})
    assert score_cases(tmp_path, as_json=False, read=lambda _: reading(80)) == 0


def test_list_and_remove(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list_cases(tmp_path / "none") == 0
    assert "No cases are kept" in capsys.readouterr().out
    keep(tmp_path, "7-abc", PNG, label(92, 88, note="hello"))
    assert list_cases(tmp_path) == 0
    assert capsys.readouterr().out.split() == ["7-abc", "table", "2", "rows", "hello"]
    assert remove_case(tmp_path, "8-abc") == 1
    assert remove_case(tmp_path, "7-abc") == 0
    assert list(tmp_path.iterdir()) == []
