"""Drawn pictures on disk, each with its truth beside it in the form the measuring script reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from benchmarks.table_paint import Drawn


def keep_drawn(directory: Path, kind: str, seed: int, count: int, draw: Callable[[int], Drawn]) -> None:
    """Writes `count` pictures of one kind into `directory/kind`; `draw` is given a seed of its own for each."""
    folder = directory / kind
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        own = seed * 100_003 + number
        drawn = draw(own)
        name = f"{kind}-{seed}-{number:04d}"
        suffix = ".png" if drawn.quality is None else ".jpg"
        (folder / (name + suffix)).write_bytes(drawn.encoded())
        truth = {"image": name + suffix, "kind": kind, "seed": own, **drawn.truth}
        (folder / f"{name}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
