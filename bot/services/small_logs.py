"""Seasons, the monthly report's channel, live wars and sign-ups as the log of changes keeps them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from db import bringing_in, live, monthly, seasons, sign_ups
from db.seasons import SeasonRow
from mkw.names import fold

if TYPE_CHECKING:
    from db.executor import Json
    from db.pool import Connection
    from mkw.ids import LiveId, SeasonId, ServerId, SignUpId


async def season_snapshot(db: Connection, server_id: ServerId, season_id: SeasonId) -> Json | None:
    row = await seasons.get(db, server_id=server_id, season_id=season_id)
    if row is None:
        return None
    return {"name": row.name, "first_day": row.first_day.isoformat(), "last_day": row.last_day.isoformat()}


async def restore_season(db: Connection, server_id: ServerId, season_id: SeasonId, was: Json | None) -> None:
    if was is None:
        await seasons.delete(db, server_id=server_id, season_id=season_id)
        return
    row = SeasonRow(season_id, was["name"], date.fromisoformat(was["first_day"]), date.fromisoformat(was["last_day"]))
    await seasons.put(db, server_id=server_id, season=row, folded=fold(row.name))


async def monthly_snapshot(db: Connection, server_id: ServerId) -> Json | None:
    """Where it is posted; which months were is no setting and is never taken back."""
    channel_id = await monthly.channel(db, server_id=server_id)
    return None if channel_id is None else {"channel_id": channel_id}


async def restore_monthly(db: Connection, server_id: ServerId, was: Json | None) -> None:
    if was is None:
        await monthly.delete(db, server_id=server_id)
    else:
        last = month_before(datetime.now(UTC).date())
        await monthly.put(db, server_id=server_id, channel_id=was["channel_id"], month=last)


async def live_snapshot(db: Connection, server_id: ServerId, live_id: LiveId) -> Json | None:
    """`removed`: it is as if it had never been begun."""
    row = await live.get(db, server_id=server_id, live_id=live_id)
    if row is None:
        return None
    return {"state": row.state, "war": row.war, "war_id": row.war_id, "removed": row.state == "thrown"}


async def restore_live(db: Connection, server_id: ServerId, live_id: LiveId, was: Json | None) -> None:
    row = await live.get(db, server_id=server_id, live_id=live_id, lock=True)
    if row is None:
        return
    back = was or {"state": "thrown", "war": row.war, "war_id": None}
    await live.put(
        db, server_id=server_id, live_id=live_id, state=back["state"], war=back["war"], war_id=back["war_id"]
    )


async def sign_up_snapshot(db: Connection, server_id: ServerId, sign_up_id: SignUpId) -> Json | None:
    """What became of it; who answered what is everybody's own. `removed`: it is as if it had never been posted."""
    row = await sign_ups.get(db, server_id=server_id, sign_up_id=sign_up_id)
    return None if row is None else {"state": row.state, "removed": row.state == "cancelled"}


async def restore_sign_up(db: Connection, server_id: ServerId, sign_up_id: SignUpId, was: Json | None) -> None:
    state = "cancelled" if was is None else was["state"]
    await sign_ups.set_state(db, server_id=server_id, sign_up_id=sign_up_id, state=state)


async def record_snapshot(db: Connection, server_id: ServerId) -> Json | None:
    """Of a whole record only what tells whether it is still the same; the file it came from holds the rest."""
    there = dataclasses.asdict(await bringing_in.there(db, server_id=server_id))
    if not any(there.values()):
        return None
    return {**there, "digest": await bringing_in.digest(db, server_id=server_id)}


def month_before(day: date) -> date:
    """The first day of the month before this day's."""
    return date(day.year - 1, 12, 1) if day.month == 1 else day.replace(month=day.month - 1, day=1)
