"""Layout finders. Each offers `find(pixels) -> list[Found]`: where rows and cells are. Tables
read every text once for it, lists of the game none."""

from __future__ import annotations

from typing import Protocol

from ocr.layouts.found import Found
from ocr.readers import Pixels


class Finder(Protocol):
    """A layout's finder. It never raises for a picture that does not suit it: it returns an empty list."""

    def __call__(self, pixels: Pixels, /) -> list[Found]:
        """Proposals in any order; boxes lie inside `pixels`."""
        ...
