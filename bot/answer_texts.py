"""The words of an answer: what was read, what is doubted, what to do next. Pure: a review in, an embed out."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.rendering.text import average, signed
from bot.services.drafts import Draft, DraftLine, DraftSide, NextRace, Review, UploadState
from bot.services.review import AverageMoved
from bot.services.settings import ServerSettings
from bot.services.texts import discord_link
from bot.wording import escape, own_words
from mkw.names import fold
from mkw.numerals import whole

SURE = discord.Colour(0x2E9E5B)
UNSURE = discord.Colour(0xE0A100)
QUIET = discord.Colour(0x80848E)
NAME_LIMIT = 40
LINES_SHOWN = 8
DESCRIPTION_LIMIT = 4000


def review_embed(review: Review, settings: ServerSettings) -> discord.Embed:
    """For an open or a discarded review; `review.draft` is there."""
    draft = _draft_of(review)
    if review.state is UploadState.DISCARDED:
        return discord.Embed(title="Discarded", description=f"{result_of(draft)}: nothing was kept.", colour=QUIET)
    blocks = [
        _sides_line(draft),
        _several(review, draft, settings.prefix),
        _checks(review),
        taken_for(draft),
        "" if draft.running else _unknown(review, draft, settings.prefix),
        _doubts(review, draft, settings.prefix),
        _duplicate(review),
        "" if draft.running else _obstacles(review),
    ]
    sure = not (review.doubtful_rows or review.unknown_rows or review.obstacles or review.duplicate_of)
    return discord.Embed(
        title=result_of(draft)[:256],
        description=fitted("\n\n".join(block for block in blocks if block)),
        colour=SURE if sure and all(check.ok for check in review.checks) else UNSURE,
    ).set_footer(text=_footer(draft, settings.prefix))


def joined_text(review: Review) -> str:
    """The one sentence for a picture whose rows are part of another answer."""
    there = review.went_to
    if review.live_id is not None:
        return "It is a part of the live war told here; `undo` takes it out."
    if there is None or there.answer_id is None:
        return "Its rows are part of another answer now."
    what = "It is part of one war with others" if there.race is None else f"It is race {there.race} of a war"
    return f"{what}: {discord_link(review.server_id, there.channel_id, there.answer_id)}"


def _footer(draft: Draft, prefix: str) -> str:
    if draft.running:
        return f"{prefix}races shows every race · {prefix}race remove 5 · {prefix}race finish"
    return f"Rows are numbered from the top: {prefix}edit 3 score 44"


def _several(review: Review, draft: Draft, prefix: str) -> str:
    """What it is made of, and what it may belong to."""
    lines = [own_words(text, limit=250) for text in draft.joined[-LINES_SHOWN:]]
    if draft.chain:
        races = "1 race" if len(draft.chain) == 1 else f"{len(draft.chain)} races"
        lines.append(f"Collected race by race: {races}" + (" so far." if draft.running else "."))
    elif review.next_race is not None:
        lines.append(_next_race(review, review.next_race, prefix))
    if review.offer is not None and review.offer.to.answer_id is not None:
        there = review.offer.to
        link = discord_link(review.server_id, there.channel_id, there.answer_id)
        if review.offer.same:
            lines.append(f"⚠ It says the same as {link}: discard one of them.")
        elif review.offer.way == "rows":
            lines.append(f"It looks like the other half of {link}: *Join* makes them one war (`{prefix}join rows`).")
        else:
            text = f"It looks like {link} going on with new totals: *Join* adds them up (`{prefix}join add`)."
            lines.append(text)
    return "\n".join(lines)


def _next_race(review: Review, race: NextRace, prefix: str) -> str:
    number = race.number
    if race.to is None:
        return f"One race: *Add as race {number}* begins a war race by race; `{prefix}race all` adds every open race."
    link = discord_link(review.server_id, race.to.channel_id, race.to.answer_id)
    if race.again and race.fills:
        return f"*Complete race {number}*: it has rows of it that {link} lacks; nothing counts twice."
    if race.again:
        return f"⚠ It is race {number} of {link} again: discard it."
    return f"*Add as race {number}* puts it into {link}; `{prefix}race all` adds every open race."


def row_label(number: int, line: DraftLine) -> str:
    """A row as people are asked about it, unescaped: `3 · Willow · 44 (7)`."""
    name = line.player_name or line.name or "no name"
    score = "?" if line.score is None else str(line.score)
    races = f" ({line.races})" if line.races is not None else ""
    return f"{number} · {_cut(name)} · {score}{races}"


def side_name(side: DraftSide, number: int) -> str:
    """The side's tag, unescaped; `side 2` where it has none."""
    return _cut(side.tag) if side.tag else f"side {number}"


def _draft_of(review: Review) -> Draft:
    if review.draft is None:
        raise ValueError(f"upload {review.upload_id} has no draft to show")
    return review.draft


def result_of(draft: Draft) -> str:
    """`DX 493 : 491 CB (+2)`, our side first where it is known."""
    order = sorted(range(len(draft.sides)), key=lambda index: index != draft.ours)
    named = [
        (escape(side_name(draft.sides[index], index + 1), limit=NAME_LIMIT), draft.sides[index]) for index in order
    ]
    if len(named) == 1:
        return f"{named[0][0]} {whole(named[0][1].final)}"
    if len(named) > 2:
        return " · ".join(f"{name} {whole(side.final)}" for name, side in named[:6])
    (ours, our_side), (theirs, their_side) = named
    text = f"{ours} {whole(our_side.final)} : {whole(their_side.final)} {theirs}"
    return text if draft.ours is None else f"{text} ({signed(our_side.final - their_side.final)})"


def _sides_line(draft: Draft) -> str:
    parts = []
    if draft.title:
        parts.append(escape(draft.title, limit=100))
    if draft.races is not None and f"{draft.races} races" not in (draft.title or ""):
        parts.append(f"{draft.races} races")
    if draft.played_at is not None:
        parts.append(discord.utils.format_dt(draft.played_at, "d"))
    penalties = [
        f"{escape(side_name(side, number), limit=NAME_LIMIT)} {signed(-side.penalty)}"
        for number, side in enumerate(draft.sides, 1)
        if side.penalty
    ]
    if penalties:
        parts.append("penalty " + ", ".join(penalties))
    if draft.ours is not None and len(draft.sides) > 1:
        parts.append(f"ours: **{escape(side_name(draft.sides[draft.ours], draft.ours + 1), limit=NAME_LIMIT)}**")
    return " · ".join(parts)


def _checks(review: Review) -> str:
    return "\n".join(f"{'✓' if check.ok else '✗'} {own_words(check.text, limit=200)}" for check in review.checks[:6])


def _unknown(review: Review, draft: Draft, prefix: str) -> str:
    if not review.unknown_rows:
        return ""
    rows = {number: line for number, _, line in draft.rows()}
    names = [f"{number} **{escape(rows[number].name, limit=NAME_LIMIT)}**" for number in review.unknown_rows]
    return (
        f"Not on the roster: {_listed(names)}. Press *Link player*, or write "
        f"`{prefix}edit {review.unknown_rows[0]} name …`."
    )


def taken_for(draft: Draft) -> str:
    """Rows given to a player under another name than theirs: an alias, or a misreading close enough to be sure. Said,
    because a wrong guess would count for somebody else unseen."""
    ours = draft.sides[draft.ours].lines if draft.ours is not None else ()
    pairs = [
        f"{escape(line.name, limit=NAME_LIMIT)} = **{escape(line.player_name, limit=NAME_LIMIT)}**"
        for line in ours
        if line.player_name is not None and fold(line.player_name) not in fold(line.name)
    ]
    return f"Taken for: {_listed(pairs)}" if pairs else ""


def _doubts(review: Review, draft: Draft, prefix: str) -> str:
    lines = [
        f"Row {number} {escape(line.name, limit=NAME_LIMIT)}: {escape('; '.join(line.doubts), limit=200)}"
        for number, _, line in draft.rows()
        if line.doubts
    ]
    lines += [
        f"{escape(side_name(side, number), limit=NAME_LIMIT)}: {escape('; '.join(side.doubts), limit=200)}"
        for number, side in enumerate(draft.sides, 1)
        if side.doubts
    ]
    if review.reason:
        lines.insert(0, own_words(review.reason, limit=300))
    if not lines:
        return ""
    shown = [f"? {line}" for line in lines[:LINES_SHOWN]]
    if len(lines) > LINES_SHOWN:
        shown.append(f"… and {len(lines) - LINES_SHOWN} more doubts; look at all rows (`{prefix}edit` mends them).")
    return "\n".join(shown)


def _duplicate(review: Review) -> str:
    if review.duplicate_of is None:
        return ""
    return f"⚠ **War {review.duplicate_of} looks the same.** Saving asks once more."


def _obstacles(review: Review) -> str:
    if not review.obstacles:
        return ""
    return "**Before it can be saved:**\n" + "\n".join(
        f"• {own_words(text, limit=200)}" for text in review.obstacles[:6]
    )


def averages_text(averages: tuple[AverageMoved, ...]) -> str:
    lines = []
    for moved in averages[:24]:
        name = escape(moved.player_name, limit=NAME_LIMIT)
        if moved.before is None:
            lines.append(f"**{name}** {average(moved.after)} (first war)")
        else:
            arrow = "▲" if moved.after > moved.before else "▼" if moved.after < moved.before else "＝"
            lines.append(f"**{name}** {average(moved.before)} → {average(moved.after)} {arrow}")
    return "\n".join(["Averages:", *lines]) if lines else ""


def learnt_text(learnt: tuple[tuple[str, str], ...]) -> str:
    pairs = [f"{escape(drawn, limit=NAME_LIMIT)} = **{escape(name, limit=NAME_LIMIT)}**" for drawn, name in learnt]
    return f"Learnt: {_listed(pairs)}" if pairs else ""


def _listed(items: Iterable[str]) -> str:
    every = list(items)
    more = len(every) - LINES_SHOWN
    return ", ".join(every[:LINES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _cut(name: str) -> str:
    flat = " ".join(name.split())
    return flat if len(flat) <= NAME_LIMIT else flat[: NAME_LIMIT - 1] + "…"


def fitted(text: str) -> str:
    return text if len(text) <= DESCRIPTION_LIMIT else text[: DESCRIPTION_LIMIT - 1] + "…"
