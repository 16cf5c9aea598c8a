"""`main.py import-sqlite`: says what the earlier bot's record would become, writes it down beside the file, does it."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from bot.services.actors import Actor
from bot.services.bringing_in import said
from bot.services.errors import BadInput, UserProblem
from bot.services.moving_in import MoveInService
from bot.services.moving_plan import Move, Mover
from bot.services.old_record import read_old_record
from bot.services.records import Records
from bot.services.texts import tidy
from bot.settings import Settings
from bot.startup import open_database
from db import migrate
from mkw.ids import ServerId, UserId

REFUSED = 1
NOBODY, OPERATOR = UserId(0), "the operator"  # who did it, for the log: nobody of Discord


async def import_sqlite(settings: Settings, path: Path, server_id: int, *, apply: bool) -> int:
    """The exit code: 1 where it is refused, with the reason on stderr. Raises START_ERRORS for the database."""
    report = path.with_name(f"{path.name}.report.txt")
    try:
        old = await asyncio.to_thread(read_old_record, path)
        async with open_database(settings) as database:
            if migrate.pending(migrate.load(), await migrate.status(database)):
                return _refuse("The database does not have this version's schema yet. Run `main.py migrate` first.")
            service = MoveInService(Records(database), lambda: datetime.now(UTC))
            server = ServerId(server_id)
            move = await service.look(server, old)
            # Written first: what is left out must not be known to nobody, should this end here.
            _write(report, path, move, "Dry run: nothing was changed.")
            if apply:
                move = await service.apply(Actor(server, NOBODY, OPERATOR), old, path.name)
                with contextlib.suppress(BadInput):  # it is done; what the report lists is the same
                    _write(report, path, move, f"Brought into server {server_id}, and compared with the database.")
    except UserProblem as problem:
        return _refuse(str(problem))
    print("\n".join(_summary(path, move)))
    print(f"{said({'things': len(move.unfit)}) or 'Nothing'} that did not fit, as it was: {report}")
    print("Done; `audit` shows it as one change, and `undo` takes it back." if apply else _DRY)
    return 0


_DRY = "This was a dry run, nothing was changed. The same with --apply brings it in."


def _refuse(why: str) -> int:
    print(f"mkw-clan-bot: {why}", file=sys.stderr)
    return REFUSED


def _write(report: Path, path: Path, move: Move, head: str) -> None:
    lines = [head, *_summary(path, move), "", "What does not fit:" if move.unfit else "Everything fits."]
    for one in move.unfit:
        lines.append(f"- {tidy(one.where)}: {tidy(one.why)}")
        if one.kept:
            lines.append(f"    {one.kept}")
    try:
        report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"The report {report} cannot be written ({error.strerror}), and nothing is brought in without one. "
            "Give a copy of the file in a folder you may write to."
        ) from error


def _summary(path: Path, move: Move) -> Iterable[str]:
    days = f", {move.wars[0].played_at:%Y-%m-%d} to {move.wars[-1].played_at:%Y-%m-%d}" if move.wars else ""
    yield f"{path.name}: {move.brings}{days}"
    differing = sum(bool(one.differences) for one in move.players)
    yield f"The file's own totals: right for {len(move.players) - differing}, different for {differing}"
    for one in move.players:
        yield f"  {_player(one)}"


def _player(one: Mover) -> str:
    now = one.figures
    aka = f" (also {', '.join(one.aliases)})" if one.aliases else ""
    figures = f"{now.points} points in {now.wars} wars, {now.races} races, {now.average:.2f} a war"
    return f"{one.name}{aka}: {figures}; {'DIFFERS: ' + '; '.join(one.differences) if one.differences else 'agrees'}"
