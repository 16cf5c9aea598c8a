"""How a drawn table looks, and looks drawn by lot."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Style:
    """How a table looks. Sizes are for scale 1, where a row is about 38 pixels high."""

    background: str = "flat"  # flat, gradient, photo, stripes, dots
    colours: tuple[Colour, ...] = ((240, 240, 240),)  # one a side, used in turn
    text: Colour = (10, 10, 10)
    side_text: bool = False  # sides after the first write in their own colour
    font: str = "bold"
    font_number: int = 0
    total_font: str = "bold"
    bar: int = 60  # how opaque the bar of a row is, 0..255; 0: none
    bar_dark: bool = True
    align: str = "centre"  # of names: centre, left
    flags: bool = True
    places: bool = True
    medals: bool = True
    side_places: bool = False  # 1st, 2nd … of the sides, at the very left
    difference: bool = True
    totals: bool = True
    logos: bool = False
    bare_logos: bool = False  # a logo without the tag written over it
    shadow: bool = False
    faded: bool = False  # letters in a run of colours
    gap: float = 1.3  # pitch between the last row of a side and the first of the next, in pitches
    beside: int = 1  # how many sides stand beside one another
    total_at: str = "right"  # of the rows: right, above, below (right only with one column of sides)
    penalty: str = "(-{})"  # how a side's penalty is written
    scale: float = 1.0
    quality: int | None = None  # of JPEG; None: PNG
    frame: str = "none"  # none, discord, browser, crop (of the header), foot (the last pixels cut off)


def random_style(rng: random.Random) -> Style:
    """Any of the looks, everything by lot."""
    dark = rng.random() < 0.5
    background = rng.choice(["flat", "flat", "stripes", "dots", "gradient", "photo", "photo"])
    base = [rng.randrange(0, 90) if dark else rng.randrange(150, 255) for _ in range(3)]
    if not dark and rng.random() < 0.4:
        base[rng.randrange(3)] = rng.randrange(10, 80)  # loud
    own = background in {"flat", "stripes", "dots"}  # every side has a paper of its own
    turns = [turn if own else 0 for turn in range(rng.choice([1, 2, 3]))]
    colours = tuple((base[turn % 3], base[(turn + 1) % 3], base[(turn + 2) % 3]) for turn in turns)
    white = dark or background == "photo"
    style = Style(
        background=background,
        colours=colours,
        text=(255, 255, 255) if white else (8, 8, 8),
        side_text=white and rng.random() < 0.3,
        font=rng.choice(["plain", "plain", "bold", "bold", "condensed", "light", "serif", "mono", "playful"]),
        font_number=rng.randrange(40),
        total_font=rng.choice(["bold", "bold", "plain", "light", "serif"]),
        bar=rng.choice([120, 140, 160]) if background == "photo" else rng.choice([0, 30, 60, 90]),
        bar_dark=white or rng.random() < 0.5,
        align=rng.choice(["centre", "centre", "left"]),
        flags=rng.random() < 0.5,
        places=rng.random() < 0.8,
        medals=rng.random() < 0.6,
        side_places=rng.random() < 0.4,
        difference=rng.random() < 0.8,
        totals=rng.random() < 0.93,
        logos=rng.random() < 0.3,
        bare_logos=rng.random() < 0.2,
        shadow=background == "photo" and rng.random() < 0.5,
        faded=rng.random() < 0.1,
        gap=rng.choice([1.15, 1.3, 1.5, 2.2]),
        penalty=rng.choice(["(-{})", "-{}", "Penalty: -{}", "Penalty -{}"]),
        scale=rng.choice([0.55, 0.7, 0.85, 1.0, 1.0, 1.3, 1.7, 2.0]),
        quality=rng.choice([None, None, 92, 80, 65]),
        frame=rng.choice(["none", "none", "none", "discord", "browser", "crop", "foot"]),
    )
    if rng.random() < 0.2:
        style = replace(style, beside=2, total_at=rng.choice(["above", "below"]), difference=False)
    return _known(rng, style) if rng.random() < 0.4 else style


def _known(rng: random.Random, style: Style) -> Style:
    """The two looks met most: a table maker's bright papers and a bot's bars over a photo."""
    common = replace(style, places=True, totals=True, difference=True, beside=1, total_at="right", side_places=True)
    if rng.random() < 0.5:
        bright = tuple(rng.choice([30, 120, 215, 250]) for _ in range(3))
        paler = tuple(channel + (255 - channel) // 4 for channel in bright)
        return replace(
            common,
            background="dots",
            colours=((bright[0], bright[1], bright[2]), (paler[0], paler[1], paler[2])),
            text=(8, 8, 8) if sum(bright) > 300 else (250, 250, 250),
            side_text=False,
            font="bold",
            bar=40,
            bar_dark=True,
            align="centre",
            flags=True,
            medals=True,
            shadow=False,
            faded=False,
        )
    return replace(
        common,
        background="photo",
        text=(255, 255, 255),
        font=rng.choice(["plain", "playful"]),
        total_font="light",
        bar=120,
        bar_dark=True,
        align="centre",
        flags=False,
        medals=True,
        logos=True,
        bare_logos=rng.random() < 0.5,
    )
