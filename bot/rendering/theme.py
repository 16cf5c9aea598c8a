"""The colours of everything the bot draws: one language, in several lights."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.services.errors import BadInput

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Theme:
    name: str
    back: tuple[Colour, Colour]  # at the top and at the bottom
    ink: Colour
    soft: Colour  # what stands back
    amber: Colour  # doubts
    red: Colour  # points taken off
    ours: Colour
    others: tuple[Colour, ...]
    on_colour: Colour  # text on a filled colour


_DARK = Theme(
    name="dark",
    back=((22, 26, 44), (12, 14, 26)),
    ink=(255, 255, 255),
    soft=(170, 178, 204),
    amber=(255, 190, 62),
    red=(255, 106, 106),
    ours=(58, 160, 255),
    others=(
        (255, 92, 92), (255, 196, 61), (64, 206, 128), (186, 120, 255), (255, 142, 66), (54, 210, 214),
        (255, 120, 190), (160, 210, 70), (120, 140, 255), (222, 170, 120), (150, 190, 210), (230, 110, 150),
    ),
    on_colour=(12, 14, 26),
)  # fmt: skip
_LIGHT = Theme(
    name="light",
    back=((250, 251, 254), (236, 239, 247)),
    ink=(24, 28, 44),
    soft=(92, 100, 128),
    amber=(176, 108, 0),
    red=(200, 40, 48),
    ours=(20, 104, 214),
    others=(
        (206, 44, 52), (186, 124, 0), (22, 134, 72), (124, 58, 206), (206, 88, 12), (8, 132, 140),
        (200, 44, 128), (96, 138, 8), (70, 88, 214), (148, 92, 40), (72, 118, 142), (176, 44, 92),
    ),
    on_colour=(255, 255, 255),
)  # fmt: skip
DARK = _DARK
THEMES = {
    theme.name: theme
    for theme in (
        _DARK,
        _LIGHT,
        replace(_DARK, name="midnight", back=((0, 0, 0), (0, 0, 0))),
        replace(_DARK, name="sunset", back=((66, 24, 64), (24, 12, 40))),
        replace(_DARK, name="forest", back=((14, 46, 40), (6, 22, 22))),
    )
}
MEDALS: dict[int, tuple[Colour, Colour]] = {  # the medal and the number on it
    1: ((255, 207, 64), (74, 52, 0)),
    2: ((206, 214, 226), (46, 54, 68)),
    3: ((226, 150, 92), (66, 32, 8)),
}


def theme_called(name: str) -> Theme:
    """Any case. Raises BadInput."""
    theme = THEMES.get(name.strip().casefold())
    if theme is None:
        raise BadInput(f"A picture is drawn {', '.join(THEMES)}.")
    return theme
