"""A sign-up in words. Times are Discord's: everybody reads them in their own time and language. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import discord

from bot.answer_texts import SURE, UNSURE, fitted
from bot.services.sign_ups import Answer, SignedUp, SignUp, SignUpState
from bot.services.texts import discord_link
from bot.wording import escape
from mkw.ids import ServerId

LISTED = 25  # names under a heading
_NAME = 40
_STATES = {
    SignUpState.OPEN: "",
    SignUpState.CLOSED: "Closed: it holds, nobody signs up any more.",
    SignUpState.PLAYED: "The war has begun.",
    SignUpState.CANCELLED: "Cancelled: it does not take place.",
}


def title_of(sign_up: SignUp) -> str:
    against = "" if sign_up.opponent is None else f" vs {escape(sign_up.opponent, limit=60)}"
    return f"War{against} · {sign_up.size} players"


def time_of(moment: datetime) -> str:
    """The day and time, and how long until then, as each reader's Discord shows them."""
    seconds = int(moment.timestamp())
    return f"<t:{seconds}:F> (<t:{seconds}:R>)"


def sign_up_embed(sign_up: SignUp) -> discord.Embed:
    waiting, playing = sign_up.waiting, sign_up.playing
    lines = [f"**{time_of(sign_up.starts_at)}**", _STATES[sign_up.state] or _missing(sign_up)]
    lines += [f"\n**Playing {len(playing)}/{sign_up.size}**", *_numbered(playing)]
    if waiting:
        lines += [f"\n**Waiting, in order ({len(waiting)})**", *_numbered(waiting)]
    for heading, answer in (("Maybe", Answer.MAYBE), ("Substitute", Answer.SUBSTITUTE)):
        if names := sign_up.of(answer):
            lines.append(f"\n**{heading} ({len(names)})** {_in_a_row(names)}")
    held = sign_up.state not in (SignUpState.CANCELLED, SignUpState.PLAYED)
    colour = SURE if held and len(playing) == sign_up.size else UNSURE
    embed = discord.Embed(title=title_of(sign_up), description=fitted("\n".join(lines)), colour=colour)
    minutes = _minutes_before(sign_up)
    reminder = "no reminder" if minutes is None else f"whoever plays is reminded {minutes} minutes before"
    return embed.set_footer(text=f"Sign-up {sign_up.sign_up_id}" + (f" · {reminder}" if held else ""))


def begins_text(sign_up: SignUp) -> str:
    """The sentence by which its reminder is known again."""
    against = "" if sign_up.opponent is None else f" vs {escape(sign_up.opponent, limit=60)}"
    return f"Sign-up {sign_up.sign_up_id}: the war{against} begins <t:{int(sign_up.starts_at.timestamp())}:R>."


def reminder_text(sign_up: SignUp) -> str:
    """It mentions exactly those who play."""
    called = " ".join(f"<@{one.user_id}>" for one in sign_up.playing)
    text = f"{called}\n{begins_text(sign_up)}"
    free = sign_up.size - len(sign_up.playing)
    if free:
        places = "1 place is" if free == 1 else f"{free} places are"
        ready = (*sign_up.of(Answer.SUBSTITUTE), *sign_up.of(Answer.MAYBE))
        text += f" {places} free" + (f"; ready or maybe: {_in_a_row(ready)}." if ready else ".")
    return text


def list_text(sign_ups: Sequence[SignUp], prefix: str) -> str:
    """One a line, with the way to each."""
    if not sign_ups:
        post = f"`{prefix}available 21:00` posts one, `{prefix}available 9pm vs CB` says against whom."
        return f"No sign-up is open. {post}"
    return fitted("\n".join(_line(one) for one in sign_ups))


def _line(one: SignUp) -> str:
    against = "" if one.opponent is None else f" · vs {escape(one.opponent, limit=30)}"
    closed = " · closed" if one.state is SignUpState.CLOSED else ""
    waiting = f" +{len(one.waiting)} waiting" if one.waiting else ""
    where = discord_link(ServerId(one.server_id), one.channel_id, one.message_id)
    return (
        f"**{one.sign_up_id}** · {time_of(one.starts_at)}{against} · "
        f"[{len(one.playing)}/{one.size}{waiting}]({where}){closed}"
    )


def _missing(sign_up: SignUp) -> str:
    if sign_up.is_over:
        return "Its time is over."
    free = sign_up.size - len(sign_up.playing)
    return "Every place is filled; whoever can now waits in order." if not free else "Who can play?"


def _numbered(people: Sequence[SignedUp]) -> list[str]:
    lines = [f"{place}. {_name(one)}" for place, one in enumerate(people[:LISTED], 1)]
    return lines + ([f"and {len(people) - LISTED} more"] if len(people) > LISTED else [])


def _in_a_row(people: Sequence[SignedUp]) -> str:
    more = f" and {len(people) - LISTED} more" if len(people) > LISTED else ""
    return ", ".join(escape(one.name, limit=_NAME) for one in people[:LISTED]) + more


def _name(one: SignedUp) -> str:
    moved = " · a place became free: **you play**" if one.moved_up else ""
    return f"{escape(one.name, limit=_NAME)}{moved}"


def _minutes_before(sign_up: SignUp) -> int | None:
    if sign_up.remind_at is None:
        return None
    return round((sign_up.starts_at - sign_up.remind_at).total_seconds() / 60)
