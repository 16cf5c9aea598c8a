"""Marks for readings: by hand, by law, and as the measuring script gives them where it is there."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.scoring import fold, mark, pair

SHARED = Path(__file__).resolve().parents[3] / "shared"
SCRIPT = SHARED / "measure" / "score_images.py"
NAMES = ("Comet", "Pixel", "Marlin", "Willow", "Juniper", "Tango")


def row(name: str, score: int | None, **more: Any) -> dict[str, Any]:
    return {"name": name, "score": score, "doubts": [], **more}


def reading(*rows: dict[str, Any], status: str = "proven", total: int | None = None) -> dict[str, Any]:
    return {"status": status, "sides": [{"rows": list(rows), "total": total}]}


def truth(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"image": "a.png", "rows": list(rows), **more}


def test_every_row_right_is_a_whole_picture() -> None:
    right = [row("Comet", 92), row("Pixel", 88)]
    counts = mark(truth(*right, teams=[{"score": 180}]), reading(*right, total=180), "table").counts
    assert (counts["whole"], counts["rows"], counts["score_right"], counts["name_exact"]) == (1, 2, 2, 2)
    assert (counts["totals"], counts["totals_right"], counts["silent"]) == (1, 1, 0)


def test_a_wrong_score_is_silent_unless_it_is_doubted_or_the_picture_refused() -> None:
    true = truth(row("Comet", 92))
    doubted = {**row("Comet", 82), "doubts": ["82 or 92?"]}
    assert mark(true, reading(row("Comet", 82)), "table").counts["silent"] == 1
    assert mark(true, reading(doubted), "table").counts["silent"] == 0
    assert mark(true, reading(doubted), "table").counts["wrong_doubted"] == 1
    assert mark(true, reading(row("Comet", 82), status="refused"), "table").counts["silent"] == 0


def test_rows_missing_and_rows_too_many_are_counted_and_not_silent() -> None:
    counts = mark(truth(row("Comet", 92), row("Pixel", 88)), reading(row("Comet", 92), row("Zephyr", 7)), "table")
    assert (counts.counts["found"], counts.counts["extra"], counts.counts["silent"]) == (1, 1, 0)
    assert [one.true is None for one in counts.rows] == [False, False, True]


def test_what_should_be_refused() -> None:
    for status, right in (("refused", 1), ("doubtful", 0)):
        counts = mark(truth(expect="refuse"), reading(status=status), "photo").counts
        assert (counts["refuse"], counts["refused_right"]) == (1, right)
    assert mark(truth(row("Comet", 1), expect="optional"), reading(), "table").counts == Counter(images=1)


def test_races_are_asked_only_where_pictures_say_them() -> None:
    true, read = truth(row("Comet", 92, races_played=7)), reading(row("Comet", 92, races=7))
    assert mark(true, read, "table").counts["races_right"] == 1
    assert mark(true, read, "mkw-race").counts["races"] == 0


def test_confidence_comes_with_the_row() -> None:
    marks = mark(truth(row("Comet", 92)), reading(row("Comet", 92, name_confidence=0.7, confidence=0.9)), "table")
    assert (marks.rows[0].name_confidence, marks.rows[0].confidence) == (0.7, 0.9)


@given(st.text(max_size=12))
def test_folding_does_not_know_case_or_width(name: str) -> None:
    assert fold(name.upper().lower()) == fold(name.upper().lower() + " ")
    assert fold("Ｃｏｍｅｔ" + name) == fold("COMET" + name)


@given(st.permutations(NAMES))
def test_the_order_of_rows_does_not_matter(order: list[str]) -> None:
    true = [row(name, 90 + at) for at, name in enumerate(NAMES)]
    read = [row(name, 90 + NAMES.index(name)) for name in order]
    assert {NAMES[i]: order[j] for i, j in pair(true, read).items()} == {name: name for name in NAMES}


@pytest.mark.skipif(not SCRIPT.is_file(), reason="the measuring script is not there")
def test_the_figures_are_the_measuring_script_s(tmp_path: Path) -> None:
    """Readings made of the truths by mistakes of every kind, handed to both."""
    readings = []
    theirs_are: Counter[str] = Counter()
    for number, path in enumerate(sorted((SHARED / "images").rglob("*.json"))):
        true = json.loads(path.read_text(encoding="utf-8"))
        rows = [_spoiled(line, number + at) for at, line in enumerate(true["rows"]) if (number + at) % 7]
        status = ("proven", "doubtful", "refused")[number % 3]
        total = true["teams"][0]["score"] if true.get("teams") else None
        read = {**reading(*rows, status=status, total=total), "seconds": 0.1}
        theirs_are.update(mark(true, read, true.get("kind", path.parent.name)).counts)
        readings.append({"image": str(path.parent / true["image"]), **read})
    lines = tmp_path / "readings.jsonl"
    lines.write_text("\n".join(json.dumps(read) for read in readings) + "\n", encoding="utf-8")
    show = tmp_path / "show.py"
    show.write_text(f"print(open({str(lines)!r}, encoding='utf-8').read())", encoding="utf-8")
    report = tmp_path / "report.json"
    command = [sys.executable, str(SCRIPT), str(SHARED / "images"), "--report", str(report)]
    subprocess.run([*command, "--command", f"{sys.executable} {show}"], check=True, capture_output=True)
    script = json.loads(report.read_text())["all"]
    asked = set(script) - {"answered", "seconds"}
    assert {name: theirs_are[name] for name in asked} == {name: script[name] for name in asked}
    assert script["silent"] > 0
    assert script["extra"] > 0


def _spoiled(true: dict[str, Any], lot: int) -> dict[str, Any]:
    """A row as it might be misread: the lot says how."""
    read = row(true["name"], true["score"], place=true.get("place"), race_points=true.get("race_points"))
    read["races"] = true.get("races_played")
    if lot % 3 == 1:
        read["score"] = (true["score"] or 0) + 10
    if lot % 4 == 1:
        read["name"] = true["name"].upper()
    if lot % 5 == 1:
        read["name"] = "Zephyr" + str(lot)
    if lot % 6 == 1:
        read["doubts"] = ["unclear"]
    return read


@pytest.mark.skipif(not SCRIPT.is_file(), reason="the measuring script is not there")
def test_every_letter_folds_as_in_the_measuring_script() -> None:
    spec = importlib.util.spec_from_file_location("score_images", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    letters = [chr(code) for code in range(0x3400) if not 0xD800 <= code < 0xE000]
    assert [letter for letter in letters if fold(f"a{letter}b") != script.fold(f"a{letter}b")] == []
