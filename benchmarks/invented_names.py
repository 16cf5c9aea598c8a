"""Invented players, clans and rooms, in the styles people wear, from a seed. Two families of names that share no word
and no syllable: what is chosen on one can be tried on the other.

How near to each other names stand was counted on 511 real ones of 466 that have 4 letters or more: one in 60 has a
neighbour one letter away by chance, and whole series (`Player 1`, `Player 2`) come on top.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mkw.names import fold

LONGEST = 10  # characters of a name in the game


@dataclass(frozen=True, slots=True)
class Family:
    """What names are made of."""

    name: str
    starts: tuple[str, ...]
    middles: tuple[str, ...]
    ends: tuple[str, ...]
    words: tuple[str, ...]
    kana: str
    kanji: str
    tags: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIT = Family(
    "fit",
    _words("ba bri cor dal e fen gra ha jun ka lo mar ne o pix qua ri sol ta ul ve wil xan zo sha cru fle spi tro gle"),
    _words("a be ci do e fu la mi no ra se ti vu li ma r n l"),
    _words("dor let nix ra mo ven lo sky tus wyn zer bit ron del pha mint by ck x s ster ley"),
    _words(
        "Comet Pixel Willow Saffron Gizmo Nimbus Clover Ember Tango Velvet Quartz Biscuit Cedar Onyx Zephyr Tulip "
        "Cinder Fable Harbor Indigo Mosaic Nectar Piper Rascal Sable Walnut Acorn Bramble Cobalt Drizzle Echo Jolt "
        "Otter Plum Reed Vine Wren Rocket Pepper Shadow Turbo Ghost Storm Maple Frost Raven Sunny Panda Koala Lemon"
    ),
    "あいうえおかがきぎくけこさしすせたちつとなにのはばぱひびふほぼまみむめもやゆよ",
    "山川田木林森空海花月火水",
    _words("CR DX KT Z9 ΩR TNT βσ Sky Ace ΣND XI NB M2 HQ"),
)
HELD_OUT = Family(
    "held out",
    _words("ky to ya mi su na chi re hi aki fuj go shi nao dai bjo thy fro sven el myr cha ju rou phi oz yu im az cy"),
    _words("ko ro sa ki wa to n ru ge lo ha ya e ia u g mu"),
    _words("ta rin maru suke ro chan ne vik gard son is on ette ier que z th ou el ji"),
    _words(
        "Banjo Falcon Marble Pretzel Cactus Waffle Hazel Orbit Tiger Velcro Goblin Hydra Jasper Kiwi Lotus Mango "
        "Nebula Olive Puma Radar Salsa Teapot Ultra Violet Wombat Yeti Zigzag Beacon Candle Dagger Engine Flint "
        "Gravy Hermit Igloo Jigsaw Kettle Ladder Magnet Noodle Oyster Pickle Riddle Saddle Tunnel Urchin Vortex Wizard"
    ),
    "アイウエオカガキギクグケコサシスタチツテトナニノハバパヒビピフブプマミムメモラリルレロンー",
    "星雨雪風竜虎狐桜光夜天音",
    _words("CB β7 Moon ÆX Q4 VNX SR ЯR Nine WoW PKM FX GG8 Lynx"),
)

_LOOKS = str.maketrans({"a": "α", "o": "σ", "e": "є", "n": "η", "i": "ι", "u": "υ", "t": "т", "r": "г", "x": "χ"})
_CYRILLIC = str.maketrans({"a": "а", "o": "о", "e": "е", "c": "с", "p": "р", "x": "х", "y": "у", "k": "к", "h": "н"})
_LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5", "t": "7"})
_LETTERS = "abcdefghijklmnoprstuvwyz"


def coined(rng: random.Random, family: Family) -> str:
    """One name of the family, 2 to 10 characters."""
    while True:
        name = _styled(rng, family).strip()
        if 2 <= len(name) <= LONGEST and fold(name):
            return name


def _styled(rng: random.Random, family: Family) -> str:
    kind = rng.random()
    if kind < 0.08:
        return "".join(rng.choices(family.kana, k=rng.randint(2, 6)))
    if kind < 0.10:
        return "".join(rng.choices(family.kanji, k=rng.randint(1, 2))) + rng.choice(family.kana)
    plain = _plain(rng, family)
    if kind < 0.18:
        plain = _short(rng)
    elif kind < 0.24:
        plain = plain.translate(rng.choice((_LOOKS, _CYRILLIC)))
    elif kind < 0.29:
        plain = plain.translate(_LEET)
    elif kind < 0.35:
        plain += str(rng.choice((rng.randrange(10), rng.randrange(10, 100), 64, 2000 + rng.randrange(12))))
    elif kind < 0.42:
        sign = rng.choice("★☆♪!._-~◇")
        plain = rng.choice((plain + sign, sign + plain, sign + plain + sign))
    return _cased(rng, plain)


def _plain(rng: random.Random, family: Family) -> str:
    if rng.random() < 0.2:
        word = rng.choice(family.words)
        return word if rng.random() < 0.5 else word[: rng.randint(3, 5)] + rng.choice(family.ends)
    return rng.choice(family.starts) + "".join(
        [*rng.choices(family.middles, k=rng.choice((0, 1, 1, 1, 2))), rng.choice(family.ends)]
    )


def _short(rng: random.Random) -> str:
    return "".join(rng.choices(_LETTERS, k=rng.choice((2, 3, 3, 4, 4))))


def _cased(rng: random.Random, name: str) -> str:
    style = rng.random()
    return name if style < 0.25 else name.upper() if style < 0.35 else name[:1].upper() + name[1:]


def relative(rng: random.Random, name: str) -> str:
    """Another person's name one step away: `Luma` of `Luna`, `Mario2` of `Mario1`, `Comet★` of `Comet`."""
    spot = rng.randrange(len(name))
    kind = rng.random()
    if name[-1].isdigit() and kind < 0.6:
        return name[:-1] + rng.choice([digit for digit in "0123456789" if digit != name[-1]])
    if kind < 0.55:
        letters = _LETTERS if name[spot].isascii() else "".join({*FIT.kana, *HELD_OUT.kana})
        return name[:spot] + rng.choice(sorted(set(letters) - {name[spot].lower()})) + name[spot + 1 :]
    if kind < 0.75:
        return name + rng.choice("2377xyzsao")
    if kind < 0.85 and len(name) > 3:
        return name[:spot] + name[spot + 1 :]
    if kind < 0.92:
        return name[:spot] + rng.choice(_LETTERS) + name[spot:]
    return rng.choice("★☆♪") + name if rng.random() < 0.3 else name + rng.choice("★☆♪")


@dataclass(frozen=True, slots=True)
class Wearing:
    """How a clan's players wear its tag."""

    tag: str
    how: str  # glued, parted, star, bar, bracket, behind, none

    def drawn(self, name: str) -> str:
        return {
            "glued": f"{self.tag}{name}",
            "parted": f"{self.tag} {name}",
            "star": f"{self.tag}★{name}",
            "bar": f"{self.tag}|{name}",
            "bracket": f"[{self.tag}]{name}",
            "behind": f"{name} {self.tag}",
            "none": name,
        }[self.how]


_HOW = ("glued", "parted", "parted", "parted", "star", "star", "bar", "bracket", "behind", "none")


def wearing(rng: random.Random, family: Family, *, other_than: Iterable[str] = ()) -> Wearing:
    taken = {fold(tag) for tag in other_than}
    return Wearing(rng.choice([tag for tag in family.tags if fold(tag) not in taken]), rng.choice(_HOW))


@dataclass(slots=True)
class People:
    """Invented people, no two of the same folded name."""

    family: Family
    rng: random.Random
    taken: set[str] = field(default_factory=set)

    def fresh(self, others: Sequence[str] = (), related: float = 0.0) -> str:
        """A name nobody wears yet; `related` of them are those of somebody among `others`, one step away."""
        while True:
            is_relative = bool(others) and self.rng.random() < related
            name = relative(self.rng, self.rng.choice(others)) if is_relative else coined(self.rng, self.family)
            if fold(name) and fold(name) not in self.taken and len(name) <= LONGEST:
                self.taken.add(fold(name))
                return name
