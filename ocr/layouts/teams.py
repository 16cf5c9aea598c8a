"""The game's team screens: boxes with a total per team and its rows below, and the two teams' lists before a race."""

from __future__ import annotations

from ocr.layouts.found import Found
from ocr.readers import Pixels


def find(pixels: Pixels) -> list[Found]:
    """At most one proposal."""
    del pixels
    return []
