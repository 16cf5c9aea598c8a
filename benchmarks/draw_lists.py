"""Draws screens in the manner of the game's own result lists, with their truth, to measure the reader on more of them.

python benchmarks/draw_lists.py OUTDIR --count N --seed S [--kinds mkw-race,mkw-final,mkw-teams,mk8dx-race,mk8dx-final]

writes pairs of a picture and its .json of truth into a folder a kind. Everything follows from the seed and the fonts of
the machine; the bundled ones serve where it has none. Shapes, scenery and names are invented.
"""

from __future__ import annotations

import argparse
import functools
import random
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks import list_deluxe, list_world
from benchmarks.keep_drawn import keep_drawn
from benchmarks.list_screen import Screen, sent
from benchmarks.table_paint import Drawn


@dataclass(frozen=True, slots=True)
class _Kind:
    draw: Callable[[random.Random, float], Screen]
    crops: float  # share cut to the list
    least_wide: int  # of a whole screen, in pixels


KINDS = {
    "mkw-race": _Kind(list_world.race_list, 0.2, 960),
    "mkw-final": _Kind(list_world.final_list, 0.05, 1097),
    "mkw-teams": _Kind(list_world.team_boxes, 0.05, 1097),
    "mk8dx-race": _Kind(list_deluxe.race_list, 0.35, 860),
    "mk8dx-final": _Kind(list_deluxe.final_list, 0.5, 860),
}
_FOUR_K = 0.06  # share


def draw_list(kind: str, seed: int) -> Drawn:
    """The screen of `seed`; `kind` is one of `KINDS`."""
    rng = random.Random(seed * 1_000_003 + zlib.crc32(kind.encode()))
    how = KINDS[kind]
    screen = how.draw(rng, 2.0 if rng.random() < _FOUR_K else 1.0)
    return sent(rng, screen, crops=how.crops, least_wide=how.least_wide)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw result lists with their truth.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--count", type=int, default=40, help="of every kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(KINDS), help="of: " + ", ".join(KINDS))
    arguments = parser.parse_args()
    for kind in arguments.kinds.split(","):
        keep_drawn(arguments.directory, kind, arguments.seed, arguments.count, functools.partial(draw_list, kind))


if __name__ == "__main__":
    main()
