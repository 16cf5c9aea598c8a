"""What `war start` means: the sides and the form as typed, and what a sign-up of the channel adds to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.services.errors import BadInput
from bot.wording import escape
from mkw.live import Form

if TYPE_CHECKING:
    from bot.services.settings import ServerSettings
    from bot.services.sign_ups import SignUp

_FORM = re.compile(r"(6v6|5v5|24p?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typed:
    """`sides` are the tags that were said; `form` None where none was."""

    sides: tuple[str, ...] = ()
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """`sides` ours first; `sign_up` is the one this war was posted by, `players` its line-up where that is full."""

    sides: tuple[str, ...]
    form: Form
    sign_up: SignUp | None = None
    players: tuple[str, ...] = ()


def words_above(first: str, lines: str, ours: str, theirs: str, form: str) -> tuple[str, str]:
    """(our tag, everything behind it) of the command's first line. discord.py takes a line break for a blank, so what
    stands below it, which is told and no part of it, has run into the last of these."""
    if lines and not form.endswith(lines):  # not both tags are said
        return ("" if first.casefold().rstrip().endswith("start") else ours), ""
    return ours, f"{theirs} {form.removesuffix(lines) if lines else form}"


def typed(ours: str, others: str) -> Typed:
    """`DX` and `CB, QZ, ML 24` -> tags and form; each may be missing. Raises BadInput."""
    if _FORM.fullmatch(ours) and not others.strip():
        ours, others = "", ours
    words = others.replace(",", " , ").split()
    form = None
    if words and _FORM.fullmatch(words[-1]):
        form = Form(words.pop().casefold().removesuffix("p"))
    tags = [tag.strip() for tag in " ".join(words).split(",") if tag.strip()]
    if form is not Form.TWENTY_FOUR and len(tags) > 1:
        raise BadInput("A war of two sides is `war start DX CB`; one of 24 players `war start DX CB, QZ, ML 24`.")
    return Typed((*((ours,) if ours else ()), *tags), form)


def start_of(said: Typed, settings: ServerSettings, near: SignUp | None) -> Start:
    """`near` is the sign-up of the channel whose time it is; it counts where its opponent is not another one. One tag
    alone is the other side's, unless it is one of ours. Raises BadInput where a side is not known."""
    worn = {tag.casefold() for tag in settings.worn_tags}
    sides = said.sides
    opponent = near.opponent if near is not None else None
    if len(sides) == 1 and sides[0].casefold() not in worn:
        sides = (_our_tag(settings), *sides)
    if len(sides) < 2:
        if opponent is None:
            raise BadInput("Against whom? `war start DX CB` says both tags, `war start CB` theirs.")
        sides = (sides[0] if sides else _our_tag(settings), opponent)
    if near is not None and opponent is not None and opponent.casefold() not in {one.casefold() for one in sides[1:]}:
        near = None
    form = said.form or (Form.FIVE if near is not None and near.size == Form.FIVE.size else Form.SIX)
    fits = near is not None and near.size == form.size
    return Start(sides, form, near, near.line_up if near is not None and fits else ())


def _our_tag(settings: ServerSettings) -> str:
    if not settings.worn_tags:
        raise BadInput("Which tag is yours? `war start DX CB` says both; `settings tags DX` says it once for all.")
    return settings.worn_tags[0]


def remark_of(start: Start) -> str | None:
    """Who plays by the sign-up, or why nobody is set, in a sentence."""
    if start.sign_up is None:
        return None
    number = start.sign_up.sign_up_id
    if start.players:
        names = ", ".join(escape(name, limit=40) for name in start.players)
        return f"By sign-up {number} {names} play; `players …` says it if it is others."
    playing, size = len(start.sign_up.playing), start.sign_up.size
    return f"Sign-up {number} has {playing} of {size}, so nobody is set: `players …` says who plays."
