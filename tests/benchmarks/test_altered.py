from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.altered import ALTERATIONS, line, measure
from benchmarks.draw_lists import draw_list
from benchmarks.marks import SCORER


@pytest.mark.parametrize("name", ALTERATIONS)
def test_what_is_altered_is_a_picture_of_another_look(name: str) -> None:
    image = Image.effect_noise((640, 360), 60).convert("RGB")
    altered = Image.open(io.BytesIO(ALTERATIONS[name](image)))
    altered.load()
    same = altered.size == image.size and altered.convert("RGB").tobytes() == image.tobytes()
    assert same == (name == "as it is")


@pytest.mark.skipif(not SCORER.is_file(), reason="the measuring script is not at ../shared/measure")
def test_marks_of_a_folder_are_counted(tmp_path: Path) -> None:
    drawn = draw_list("mkw-race", 4)
    (tmp_path / "one.png").write_bytes(drawn.encoded())
    (tmp_path / "one.json").write_text(json.dumps({"image": "one.png", "kind": "mkw-race", **drawn.truth}))
    counted, _ = measure(tmp_path, ALTERATIONS["as it is"])
    assert counted["rows"] == len(drawn.truth["rows"])
    assert f"{counted['found']} of {counted['rows']}" in line("as it is", counted)
