"""`main.py doctor`, as whoever runs the bot reads it."""

from __future__ import annotations

import sys
from itertools import groupby

from bot.services.doctor import ADVICE, Doctor, Finding
from bot.settings import Settings
from bot.startup import open_database
from db import migrate
from mkw.numerals import count_of

FOUND = 1
MOST_SHOWN = 20  # of a kind


async def examine(settings: Settings, *, apply: bool, deep: bool) -> int:
    """The exit code: 1 where something is left that should not be. Raises START_ERRORS for the database."""
    async with open_database(settings) as database:
        if migrate.pending(migrate.load(), await migrate.status(database)):
            print("mkw-clan-bot: The schema is not this version's. Run `main.py migrate` first.", file=sys.stderr)
            return FOUND
        doctor = Doctor(database, settings.data_dir)
        found = await doctor.look(deep=deep)
        for kind, group in groupby(found, key=lambda one: one.kind):
            _print(kind, list(group))
        mended = await doctor.mend(found) if apply else ()
    if not found:
        print("Nothing is odd.")
        return 0
    left = len(found) - len(mended)
    print(f"{count_of(len(found), 'thing')} found", end="")
    if apply:
        print(f", {len(mended)} mended, {left} left.")
    else:
        print(f"; --apply mends {sum(one.can_be_mended for one in found)} of them. Nothing was changed.")
    return FOUND if left else 0


def _print(kind: str, group: list[Finding]) -> None:
    print(f"{kind} ({len(group)}): {ADVICE[kind]}")
    for one in group[:MOST_SHOWN]:
        print(f"  {'' if one.server_id is None else f'server {one.server_id}, '}{one.text}")
    if len(group) > MOST_SHOWN:
        print(f"  and {len(group) - MOST_SHOWN} more")
