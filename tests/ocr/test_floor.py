"""Real pictures with known truth, where the machine has them: what the reader must reach on the game's screens."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from ocr.read import read
from ocr.reading import Status

IMAGES = Path(__file__).resolve().parents[3] / "shared" / "images"
SAMPLE = 3  # every third picture: the whole set takes minutes
SCORES = 0.95  # share of scores that must be right


def truths() -> list[Path]:
    every = sorted(path for path in IMAGES.glob("*/*.json") if "image" in json.loads(path.read_text()))
    return every[::SAMPLE] + [path for path in every if path.parent.name == "other"]


def folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


@pytest.mark.skipif(not IMAGES.is_dir(), reason="the real pictures are not on this machine")
@pytest.mark.timeout(300)
def test_floor_on_real_pictures() -> None:
    rows = right = 0
    silent: list[str] = []
    for path in truths():
        truth = json.loads(path.read_text())
        reading = read((path.parent / truth["image"]).read_bytes())
        if truth.get("expect") == "refuse":
            assert reading.status is Status.REFUSED, path
            continue
        wanted = [(folded(row["name"]), row["score"]) for row in truth["rows"] if row.get("score") is not None]
        rows += len(wanted)
        for row in (row for side in reading.sides for row in side.rows):
            name = folded(row.name)
            if (name, row.score) in wanted:
                wanted.remove((name, row.score))
                right += 1
                continue
            scores = [score for other, score in wanted if other == name]
            if scores and row.score not in scores and not row.doubts:
                silent.append(f"{path.name}: {row}")
            elif not scores and row.score in [score for _, score in wanted]:
                right += 1  # a name of look-alike letters; the score is there
    assert silent == []
    assert right >= SCORES * rows
