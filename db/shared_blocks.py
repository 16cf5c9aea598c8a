"""A server's blocks of wars in the shared cache: under keys that say what they hold to the last change of a war.

A block that was changed has another state and so another key, and what lies under the old one is asked for by nobody
and grows old. No entry is ever given other content, so none can be stale; what a key says was read from the database
just before.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from db import migrate, statistics
from db.block_bytes import Bundle, pack, split, unpack
from db.blocks import BITS
from db.statistics import RacesSent, WarsSent
from mkw.record import Ints
from mkw.tracks import TRACKS

if TYPE_CHECKING:
    from db.blocks import States
    from db.shared_cache import SharedCache
    from mkw.ids import ServerId

log = logging.getLogger(__name__)
LEAST = 500  # wars of a record
_MOST_TASKS = 8
_MANY = 4  # blocks, above which they are packed and unpacked beside the event loop
_WARS = 6, (1, 1, 2, 2, 5, 5)  # columns, and which of them says the war of each
_RACES = 3, (0, 0, 2)
_NOTHING: Ints = np.zeros(0, np.int64)


@cache
def layout() -> str:
    """Of what entries mean: another version of the bot that reads, packs or numbers anything otherwise has another."""
    said = [
        *(getattr(statistics, name) for name in ("WARS", "SIDES", "LINES", "TAGS", "RACES", "RESULTS", "TRACKS")),
        *(migration.checksum for migration in migrate.load()), *(track.track_id for track in TRACKS), str(BITS),
    ]  # fmt: skip
    return "1-" + hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]


class SharedBlocks:
    """`secret` is known to the bot's processes alone: entries that somebody else wrote are not taken."""

    def __init__(self, cache: SharedCache, secret: bytes) -> None:
        self.cache = cache
        self._secret = secret
        self._tasks: set[asyncio.Task[None]] = set()

    def helps(self, states: States) -> bool:
        """Small records are read as fast from the database."""
        return self.cache.there and states.wars >= LEAST

    async def wars(self, server_id: ServerId, states: States) -> WarsSent | None:
        """The blocks that are there, and their states alone; None where there is none."""
        found = await self._get("wars", server_id, states, *_WARS)
        if not found:
            return None
        at, war, side, tag, player, line = _joined(found.values(), _WARS[0])
        tags = {key: text for one in found.values() for key, text in one.texts.items()}
        return WarsSent(states.only(found), at, war, side, tag, player, line, tags)

    async def races(self, server_id: ServerId, states: States) -> RacesSent | None:
        found = await self._get("races", server_id, states, *_RACES)
        if not found:
            return None
        race, track, result = _joined(found.values(), _RACES[0])
        return RacesSent(states.only(found), race, track, result, whole=False)

    def keep_wars(self, server_id: ServerId, sent: WarsSent, before: States | None) -> None:
        """At some time, the blocks that do not stand as they stood `before`."""
        columns = (sent.at, sent.war, sent.side, sent.tag, sent.player, sent.line)
        self._start("wars", server_id, sent.states, sent.states.stale(before), columns, _WARS[1], sent.tags)

    def keep_races(self, server_id: ServerId, sent: RacesSent, before: States | None) -> None:
        """`sent` has the races of at least those blocks."""
        columns = (sent.race, sent.track, sent.result)
        self._start("races", server_id, sent.states, sent.states.stale(before), columns, _RACES[1], {})

    async def settled(self) -> None:
        """When everything that was to be kept was given to the cache."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _keys(self, kind: str, server_id: ServerId, states: States) -> dict[int, str]:
        return {
            block: f"mkw:{layout()}:{kind}:{states.epoch & (2**64 - 1):016x}:{server_id}:{block}:{revisions}:{wars}:"
            f"{recorded_at.isoformat()}:{first_player}"
            for block, (revisions, wars, recorded_at, first_player) in states.blocks.items()
        }

    async def _get(
        self, kind: str, server_id: ServerId, states: States, columns: int, by: Sequence[int]
    ) -> dict[int, Bundle]:
        keys = self._keys(kind, server_id, states)
        sent = await self.cache.get(list(keys.values()))
        there = {block: sent[key] for block, key in keys.items() if key in sent}

        def unpacked() -> dict[int, Bundle]:
            found = {}
            for block, data in there.items():
                bundle = unpack(data, key=keys[block], secret=self._secret, columns=columns)
                if bundle is not None and _is_of(block, bundle, by):
                    found[block] = bundle
            return found

        found = await _aside(unpacked, len(there))
        if spoiled := len(there) - len(found):
            self.cache.counts.spoiled += spoiled
            log.warning("the shared cache has %d entries that this bot did not write; read from the database", spoiled)
        return found

    def _start(
        self, kind: str, server_id: ServerId, states: States, blocks: Sequence[int], columns: Sequence[Ints],
        by: Sequence[int], texts: Mapping[int, str],
    ) -> None:  # fmt: skip
        if blocks and self.helps(states) and len(self._tasks) < _MOST_TASKS:
            work = self._keep(kind, server_id, states, blocks, columns, by, texts)
            task = asyncio.create_task(work, name="packing for the shared cache")
            self._tasks.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("nothing was given to the shared cache", exc_info=error)

    async def _keep(
        self, kind: str, server_id: ServerId, states: States, blocks: Sequence[int], columns: Sequence[Ints],
        by: Sequence[int], texts: Mapping[int, str],
    ) -> None:  # fmt: skip
        keys = self._keys(kind, server_id, states)

        def packed() -> dict[str, bytes]:
            parts: dict[int, list[Ints]] = {block: [] for block in blocks}
            for one, index in zip(columns, by, strict=True):
                for block, (rows,) in split(columns[index] >> 32 >> BITS, (one,), blocks).items():
                    parts[block].append(rows)
            entries = {}
            for block, rows_of in parts.items():
                tags = set(rows_of[3].tolist()) if texts else set()
                bundle = Bundle(tuple(rows_of), {key: text for key, text in texts.items() if key in tags})
                entries[keys[block]] = pack(bundle, key=keys[block], secret=self._secret)
            return entries

        self.cache.keep(await asyncio.to_thread(packed))


def _is_of(block: int, bundle: Bundle, by: Sequence[int]) -> bool:
    """Whether its columns fit each other and are of the block's wars."""
    for one, index in zip(bundle.columns, by, strict=True):
        wars = bundle.columns[index]
        if len(one) != len(wars) or bool(((wars >> 32 >> BITS) != block).any()):
            return False
    return True


def _joined(bundles: Iterable[Bundle], count: int) -> list[Ints]:
    every = list(bundles)
    return [np.concatenate([_NOTHING, *(one.columns[index] for one in every)]) for index in range(count)]


async def _aside(work: Callable[[], dict[int, Bundle]], blocks: int) -> dict[int, Bundle]:
    return await asyncio.to_thread(work) if blocks > _MANY else work()
