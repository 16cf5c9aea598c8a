"""What a server's records know about one person of Discord: shown to them, and forgotten when they want it.

What is forgotten is the person: their link to a player, their id and name in the log and at uploads. The clan's record
stays: wars, the player they were with their names and lines, pictures.
"""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from bot.services.actors import Actor
from bot.services.changelog import PERSON, Entry, write
from bot.services.errors import NotFound
from bot.services.reports import CASES
from db import people_of_discord
from db.people_of_discord import Kept
from mkw.ids import ServerId, UserId

if TYPE_CHECKING:
    from bot.services.records import Records
    from db.executor import Json

FORMAT = "mkw-clan-bot personal data"
NOBODY = UserId(0)
SOMEBODY = "somebody"
UNKNOWN = "Nothing on this server knows you: no player, no upload and no change is yours."
# The fields of snapshots that hold a user of Discord, with what stands there for nobody.
_FIELDS: dict[str, Any] = {"discord_user_id": None, "decided_by": NOBODY}


@dataclass(frozen=True, slots=True)
class Known:
    """How much there is about somebody."""

    players: tuple[str, ...]
    uploads: int
    changes: int
    scans: int
    live_wars: int
    sign_ups: int

    def __bool__(self) -> bool:
        counts = (self.uploads, self.changes, self.scans, self.live_wars, self.sign_ups)
        return bool(self.players) or any(counts)


class PrivacyService:
    def __init__(self, records: Records, data_dir: Path, now: Callable[[], datetime]) -> None:
        self._records = records
        self._cases = data_dir / CASES
        self._now = now

    async def known(self, server_id: ServerId, user_id: UserId) -> Known:
        return _known(await self._kept(server_id, user_id))

    async def data(self, server_id: ServerId, user_id: UserId) -> tuple[Known, IO[bytes]]:
        """How much there is, and all of it as one JSON document; where nothing is known, the document says that."""
        kept = await self._kept(server_id, user_id)
        uploads = [one["number"] for one in kept.uploads]
        document = {
            "format": FORMAT,
            "version": 1,
            "at": self._now().astimezone(UTC).isoformat(),
            "server_id": str(server_id),
            "discord_user_id": str(user_id),
            **dataclasses.asdict(kept),
            "reported_pictures": await asyncio.to_thread(self._cases_of, uploads),
        }
        text = await asyncio.to_thread(json.dumps, document, ensure_ascii=False, indent=1)
        return _known(kept), io.BytesIO(text.encode("utf-8", "replace"))

    async def forget(self, actor: Actor) -> Known:
        """Forget the actor on their server: all of it in one transaction, in the log without a name, never taken back.
        Raises NotFound where nothing is known of them."""
        known = await self.known(actor.server_id, actor.user_id)
        if not known:
            raise NotFound(UNKNOWN)
        async with self._records.change(actor.server_id) as db:
            await people_of_discord.forget(
                db,
                server_id=actor.server_id,
                user_id=actor.user_id,
                nobody=NOBODY,
                called=SOMEBODY,
                without=lambda text, snapshots: _without(actor.user_id, text, snapshots),
            )
            entry = Entry(db, Actor(actor.server_id, NOBODY, SOMEBODY), self._now())
            text = "forgot somebody who asked for it: their link to a player, their name in the log and at uploads"
            await write(entry, "forget", PERSON, 0, text, before={}, after={}, final=True)
        return known

    async def _kept(self, server_id: ServerId, user_id: UserId) -> Kept:
        return await self._records.read(
            lambda db: people_of_discord.kept_about(db, server_id=server_id, user_id=user_id)
        )

    def _cases_of(self, uploads: list[int]) -> list[str]:
        """Pictures of theirs that somebody reported as misread: who reported them is kept nowhere."""
        return [path.name for number in uploads for path in sorted(self._cases.glob(f"{number}-*"))]


def _known(kept: Kept) -> Known:
    uploads = {one["number"] for one in kept.uploads} | {one["upload"] for one in kept.decisions}
    changes = len(kept.changes) + len(kept.changes_about)
    players = tuple(one["name"] for one in kept.players)
    return Known(players, len(uploads), changes, len(kept.scans), len(kept.live_wars), len(kept.sign_ups))


def _without(user_id: UserId, text: str, snapshots: Json) -> tuple[str, Json]:
    return re.sub(rf"\buser {user_id}\b", SOMEBODY, text), _scrubbed(user_id, snapshots)


def _scrubbed(user_id: UserId, value: Any) -> Any:
    if isinstance(value, list):
        return [_scrubbed(user_id, one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _scrubbed(user_id, one) for name, one in value.items()}
    for name, instead in _FIELDS.items():
        if found.get(name) == user_id:
            found[name] = instead
            if f"{name}_name" in found:
                found[f"{name}_name"] = SOMEBODY
    return found
