"""Tries that were refused for want of a level, in the log of changes: few rows, however often somebody tries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.services.actors import Actor
from bot.services.changelog import REFUSED, Entry, write
from bot.services.levels import Level
from db import changes

if TYPE_CHECKING:
    from bot.services.records import Records

COUNTED_FOR = timedelta(minutes=10)  # the same try again is counted in the row of the first
MOST_ROWS = 10  # of one person in that time; what else they try is counted in one more
ANYTHING_ELSE = "tried other things that need a higher level"


class RefusalService:
    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def note(self, actor: Actor, tried: str, needed: Level) -> None:
        """`tried` is such as "command undo". Nothing is dropped from the caches: the log is not in them."""
        at = self._now()
        async with self._records.change(actor.server_id, drops=False) as db:
            recent = await changes.refused(
                db, server_id=actor.server_id, actor_id=actor.user_id, since=at - COUNTED_FOR
            )
            text = f"tried {tried}, which needs the level {needed}"
            if len(recent) >= MOST_ROWS and not any(one.text == _text(text, one.entity_id) for one in recent):
                text = ANYTHING_ELSE
            same = next((one for one in recent if one.text == _text(text, one.entity_id)), None)
            if same is None:
                entry = Entry(db, actor, at)
                await write(entry, "refuse", REFUSED, 1, _text(text, 1), before={}, after={}, final=True)
            else:
                times = same.entity_id + 1
                await changes.count_refused(
                    db, server_id=actor.server_id, change_id=same.change_id, times=times, text=_text(text, times)
                )


def _text(text: str, times: int) -> str:
    return text if times == 1 else f"{text}, {times} times"
