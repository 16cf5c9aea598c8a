"""A season as the log of changes keeps it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from db import seasons
from db.seasons import SeasonRow
from mkw.names import fold

if TYPE_CHECKING:
    from db.executor import Json
    from db.pool import Connection
    from mkw.ids import SeasonId, ServerId


async def season_snapshot(db: Connection, server_id: ServerId, season_id: SeasonId) -> Json | None:
    row = await seasons.get(db, server_id=server_id, season_id=season_id)
    if row is None:
        return None
    return {"name": row.name, "first_day": row.first_day.isoformat(), "last_day": row.last_day.isoformat()}


async def restore_season(db: Connection, server_id: ServerId, season_id: SeasonId, was: Json | None) -> None:
    if was is None:
        await seasons.delete(db, server_id=server_id, season_id=season_id)
        return
    row = SeasonRow(
        season_id, was["name"], date.fromisoformat(was["first_day"]), date.fromisoformat(was["last_day"])
    )  # fmt: skip
    await seasons.put(db, server_id=server_id, season=row, folded=fold(row.name))
