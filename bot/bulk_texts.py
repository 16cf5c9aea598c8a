"""The words of a bulk scan: its progress, and the list at its end. Pure; every line fits a phone."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.answer_texts import QUIET, SURE, UNSURE, result_of, taken_for
from bot.services.bulk import BulkScan, ScanState
from bot.services.bulk_list import BulkItem, BulkList, Kind
from bot.services.texts import discord_link
from bot.views.pages import TEXT_LIMIT, Page, page_of_lines
from bot.wording import escape, own_words
from mkw.ids import MessageId
from mkw.numerals import count_of, whole

BAR = 16
ITEMS_A_PAGE = 10
HEAD_LIMIT = 900  # of what stands above a page of the list
MARKS = {Kind.PROVEN: "✓", Kind.DOUBTFUL: "?", Kind.SKIPPED: "–", Kind.SAVED: "●"}
_ORDER = (Kind.PROVEN, Kind.DOUBTFUL, Kind.SKIPPED, Kind.SAVED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the list, and what its buttons need to know."""

    page: Page
    proven: int
    doubtful: int


def progress_embed(scan: BulkScan, *, seconds_left: float | None, prefix: str) -> discord.Embed:
    done = scan.pictures - scan.left
    if scan.state is ScanState.WALKING:
        back = discord.utils.format_dt(discord.utils.snowflake_time(scan.walked_to), "d")
        share = scan.walked / scan.most_messages if scan.most_messages else None
        looked_at = f"{count_of(scan.walked, 'message')}, back to {back}, {count_of(scan.pictures, 'picture')} so far."
        lines = [*([bar(share)] if share is not None else []), f"Looking through the history: {looked_at}"]
    else:
        share = done / scan.pictures if scan.pictures else 1.0
        left = "" if seconds_left is None else f" · {duration(seconds_left)} left"
        lines = [
            bar(share),
            f"{whole(done)} of {count_of(scan.pictures, 'picture')}{left}",
            f"{count_of(scan.results, 'result')} · {whole(scan.others)} skipped",
        ]
    lines.append(f"\nPictures posted meanwhile go first. `{prefix}bulkscan stop` ends it, what was read stays.")
    embed = discord.Embed(title="Bulk scan", description="\n".join((f"Of <#{scan.channel_id}>", *lines)), colour=QUIET)
    return embed.set_footer(text=f"Started by {scan.started_by_name}"[:200])


def bar(share: float) -> str:
    share = min(max(share, 0.0), 1.0)
    full = int(share * BAR)
    return f"{'█' * full}{'░' * (BAR - full)} {share:.0%}"


def duration(seconds: float) -> str:
    """`40 s`, `6 min`, `2 h 5 min`: about."""
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"about {minutes} min"
    return f"about {minutes // 60} h {minutes % 60} min"


def list_page(scan: BulkScan, found: BulkList, page: int, *, prefix: str, note: str = "") -> Shown:
    """`note` is what happens right now, such as how many were saved so far."""
    proven, doubtful = len(found.of(Kind.PROVEN)), len(found.of(Kind.DOUBTFUL))
    lines = [line_of(found, item) for kind in _ORDER for item in found.of(kind)]
    made = page_of_lines("Bulk scan: the list", lines, page, size=ITEMS_A_PAGE, empty="", limit=TEXT_LIMIT - HEAD_LIMIT)
    others = f"● {whole(len(found.of(Kind.SAVED)))} saved · – {whole(len(found.of(Kind.SKIPPED)))} skipped"
    head = [
        f"Of <#{scan.channel_id}>: {count_of(scan.walked, 'message')}, {count_of(scan.pictures, 'picture')}.",
        f"✓ **{whole(proven)} proven** · ? **{whole(doubtful)} doubtful** · {others}",
        *_how_it_ended(scan, prefix),
        *([f"**{note}**"] if note else []),
    ]
    made.embed.description = "\n".join(head) + "\n\n" + (made.embed.description or "")
    made.embed.colour = UNSURE if proven or doubtful else SURE
    return Shown(made, proven, doubtful)


def _how_it_ended(scan: BulkScan, prefix: str) -> list[str]:
    out = []
    if scan.stopped_by_name is not None:
        out.append(f"Stopped by {escape(scan.stopped_by_name, limit=60)}.")
    if scan.reason is not None:
        out.append(own_words(scan.reason, limit=300))
    if scan.left:
        out.append(f"{count_of(scan.left, 'picture')} not looked at: `{prefix}bulkscan` again goes on with them.")
    if not scan.pictures and scan.reason is None:
        out.append("No picture was posted there in that time.")
    return out


def line_of(found: BulkList, item: BulkItem) -> str:
    """`✓ CR 493 : 491 QZ (+2) · 3/1/2026 · picture`."""
    day = item.draft.played_at if item.draft is not None and item.draft.played_at is not None else None
    when = discord.utils.format_dt(day or discord.utils.snowflake_time(item.message_id), "d")
    parts = [f"{when} [picture]({_link(found, item.message_id)})"]
    if item.draft is not None and item.kind is not Kind.SKIPPED:
        war = f"war {item.war_id} " if item.kind is Kind.SAVED else ""
        parts.insert(0, f"{war}{result_of(item.draft)[:200]}")
    if item.answer_id is not None and item.kind is Kind.DOUBTFUL:
        parts.append(f"[opened]({_link(found, item.answer_id)})")
    if item.why:
        parts.append(own_words(item.why, limit=220))
    text = f"{MARKS.get(item.kind, '')} {' · '.join(parts)}"
    if item.kind is Kind.PROVEN and item.draft is not None and (taken := taken_for(item.draft)):
        text += f"\n  {taken[:300]}"  # a close misreading counts for somebody: it is said
    return text


def ended_text(scan: BulkScan, found: BulkList) -> str:
    """The short word when it is over, for whoever waits for it."""
    return (
        f"The bulk scan of <#{scan.channel_id}> is over: {whole(len(found.of(Kind.PROVEN)))} proven, "
        f"{whole(len(found.of(Kind.DOUBTFUL)))} doubtful, {whole(len(found.of(Kind.SKIPPED)))} skipped."
    )


def saved_text(first: int | None, last: int | None, count: int, prefix: str) -> str:
    if first is None:
        return "Nothing proven was left to save."
    which = f"war {first}" if count == 1 else f"wars {first} to {last}"
    return (
        f"Saved {count_of(count, 'war')} ({which}). Each is a change of its own: `{prefix}undo` takes the newest back."
    )


def _link(found: BulkList, message_id: MessageId) -> str:
    return discord_link(found.server_id, found.channel_id, message_id)
