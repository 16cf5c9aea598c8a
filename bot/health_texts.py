"""The words of `health`: how the process stands, in one embed. Pure; every line fits a phone."""

from __future__ import annotations

import math

import discord
from prometheus_client import Histogram

from bot.answer_texts import SURE, UNSURE
from bot.health import BackupState, Part
from bot.metrics import Metrics, count, counts_by, within
from db.shared_cache import NoSharedCache, SharedCache
from mkw.numerals import count_of, decimal, whole

MOST_KINDS = 5
_VERDICTS = ("proven", "doubtful", "refused", "failed")


def health_embed(
    parts: tuple[Part, ...], metrics: Metrics, since: float, backups: BackupState, shared: SharedCache | None = None
) -> discord.Embed:  # fmt: skip
    """`since` is when the process started, in seconds since 1970."""
    well = all(part.ok for part in parts)
    embed = discord.Embed(
        title="All is well" if well else "Something is not well",
        description="\n".join(f"{'✓' if part.ok else '✗'} **{part.name}** {part.text}" for part in parts),
        colour=SURE if well else UNSURE,
    )
    for name, lines in (
        ("Commands", _commands(metrics)),
        ("Pictures", _pictures(metrics)),
        ("Database", _database(metrics)),
        ("Discord", _discord(metrics)),
        ("Event loop", [_most_within(metrics.loop_delay, 0.99, "late by")]),
        ("Errors", _errors(metrics)),
        ("Backups", _backups(backups)),
        ("Shared cache", _shared(shared)),
    ):
        embed.add_field(name=name, value="\n".join(filter(None, lines))[:1000] or "none yet", inline=False)
    embed.add_field(name="Counted since", value=f"<t:{int(since)}:R>", inline=False)
    return embed


def _commands(metrics: Metrics) -> list[str]:
    outcomes = counts_by(metrics.commands, "outcome")
    done = outcomes.pop("done", 0)
    others = [f"{whole(number)} {outcome}" for outcome, number in outcomes.most_common()]
    if not done and not others:
        return []
    return [" · ".join((f"{whole(done)} done", *others)), _most_within(metrics.command_seconds, 0.95)]


def _pictures(metrics: Metrics) -> list[str]:
    verdicts = counts_by(metrics.readings, "verdict")
    known = [f"{whole(verdicts[verdict])} {verdict}" for verdict in _VERDICTS if verdicts[verdict]]
    return [
        " · ".join(known),
        _most_within(metrics.reading_seconds, 0.95),
        _most_within(metrics.wait_seconds, 0.95, "waited"),
    ]


def _database(metrics: Metrics) -> list[str]:
    slow, failed = count(metrics.slow_queries), count(metrics.failed_queries)
    return [_most_within(metrics.query_seconds, 0.95), f"{count_of(slow, 'slow statement')}, {whole(failed)} failed"]


def _discord(metrics: Metrics) -> list[str]:
    statuses = counts_by(metrics.requests, "status")
    if not statuses:
        return []
    refused = sum(number for status, number in statuses.items() if not status.startswith("2"))
    return [
        f"{count_of(statuses.total(), 'request')}, {whole(refused)} without success, {whole(statuses['429'])} too fast",
        _most_within(metrics.request_seconds, 0.95),
    ]


def _errors(metrics: Metrics) -> list[str]:
    kinds = counts_by(metrics.errors, "kind")
    return [f"{whole(number)} {kind}" for kind, number in kinds.most_common(MOST_KINDS)] or ["none"]


def _backups(backups: BackupState) -> list[str]:
    if not backups.wanted:
        return ["by hand (`BACKUP_EVERY_HOURS` is not set)"]
    newest = "none yet" if backups.newest is None else f"newest <t:{int(backups.newest.timestamp())}:R>"
    return [newest] if backups.failure is None else [newest, f"✗ the last try failed ({backups.failure})"]


def _shared(shared: SharedCache | None) -> list[str]:
    if shared is None or isinstance(shared, NoSharedCache):
        return ["none (`REDIS_URL` is not set)"]
    counts = shared.counts
    asked = counts.hits + counts.misses
    lines = [f"{'✓' if shared.there else '✗'} {shared.state}"]
    lines += [f"{whole(counts.hits)} of {count_of(asked, 'block')} found"] if asked else []
    troubles = counts.failures + counts.spoiled
    return [*lines, f"{count_of(counts.failures, 'failure')}, {whole(counts.spoiled)} spoiled"] if troubles else lines


def _most_within(histogram: Histogram, share: float, how: str = "within") -> str:
    """`95 % within 0.5 s`; empty where nothing was timed yet."""
    bound = within(histogram, share)
    if bound is None:
        return ""
    if math.isinf(bound):
        return f"fewer than {share:.0%} {how} a minute"
    shown = f"{decimal(bound * 1000, 0)} ms" if bound < 1 else f"{decimal(bound)} s"
    return f"{share:.0%} {how} {shown} at most" if how != "within" else f"{share:.0%} within {shown}"
