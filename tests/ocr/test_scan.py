from __future__ import annotations

import json
from pathlib import Path

from ocr.reading import Layout, Reading, Row, Side, Status
from ocr.scan import scan, table
from tests.ocr.pictures import png, race_list, scenery
from tests.ocr.test_read import SCORES


def test_json_lines_in_the_order_given(tmp_path: Path, capsys) -> None:
    good, bad = tmp_path / "list.png", tmp_path / "scenery.png"
    good.write_bytes(png(race_list(SCORES)))
    bad.write_bytes(png(scenery(640, 360)))
    assert scan([str(bad), str(good)], as_json=True, debug_dir=str(tmp_path / "debug")) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert next(iter(first)) == "image"
    assert (first["image"], first["status"]) == (str(bad), "refused")
    assert [row["score"] for row in second["sides"][0]["rows"]] == list(SCORES)
    assert len(list((tmp_path / "debug").glob("*.png"))) == 2


def test_table_for_people(tmp_path: Path, capsys) -> None:
    path = tmp_path / "list.png"
    path.write_bytes(png(race_list(SCORES)))
    assert scan([str(path)], as_json=False, debug_dir=None) == 0
    out = capsys.readouterr().out
    assert "Comet" in out
    assert "+15" in out
    assert "ok    " in out


def test_missing_file_is_one_line_and_the_others_are_read(tmp_path: Path, capsys) -> None:
    path = tmp_path / "scenery.png"
    path.write_bytes(png(scenery(640, 360)))
    assert scan([str(tmp_path / "nowhere.png"), str(tmp_path), str(path)], as_json=False, debug_dir=None) == 1
    seen = capsys.readouterr()
    assert len(seen.err.splitlines()) == 2
    assert "nowhere.png" in seen.err
    assert "refused" in seen.out


def test_races_of_substitutes_and_penalties_are_shown() -> None:
    side = Side((Row("Comet", 88, races=12), Row("Willow", 44, races=7, penalty=10)), tag="CB", total=132)
    lines = table("war.png", Reading(Status.PROVEN, Layout.TABLE, (side,), races=12)).splitlines()
    assert any("Willow (7)" in line and "44 (-10)" in line for line in lines)
    assert not any("Comet (" in line for line in lines)
