"""Whether the records are whole after everything that happened to the bot: one line for each thing that is not."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.fault_people import People, buttons_of, no_reader
from benchmarks.numbered_wars import scores_of
from bot.services.changelog import snapshot
from bot.services.errors import UserProblem
from bot.services.house import build_services
from db.executor import from_jsonb

if TYPE_CHECKING:
    from db.pool import Connection, Database

ENDED = ("review", "saved", "discarded", "refused", "failed")


async def findings(people: People, database: Database, data_dir: Path) -> list[str]:
    found: list[str] = []
    async with database.acquire() as db:
        found += [line async for line in _uploads(people, db, data_dir)]
        found += [line async for line in _wars(db)]
        found += [line async for line in _as_read(people, db)]
        for place in people.places:
            found += [line async for line in _log(db, place.guild.id)]
        found += [line async for line in _edits(people, db)]
    left = [path.name for path in (data_dir / "spool").glob("*")] if (data_dir / "spool").is_dir() else []
    found += [f"left in the spool: {name}" for name in left]
    return found


async def _uploads(people: People, db: Connection, data_dir: Path) -> AsyncIterator[str]:
    for posted in people.posted:
        rows = await db.fetch(
            """
            select upload_id, attachment_id, state, answer_id, sha256, path from uploads
            where server_id = $1 and message_id = $2
            """,
            posted.place.guild.id,
            posted.message.id,
        )
        wanted = {int(one["id"]) for one in posted.message.attachments}
        taken = {row["attachment_id"] for row in rows}
        where = f"message {posted.message.id}"
        for lost in wanted - taken:
            yield f"LOST: picture {lost} of {where} is nowhere in the records"
        answers = people.answers(posted)
        if len(answers) != len(posted.numbers):
            yield f"{len(answers)} answers to {len(posted.numbers)} pictures of {where}"
        for row in rows:
            if row["state"] not in ENDED:
                yield f"upload {row['upload_id']} is still {row['state']}"
            if row["answer_id"] is None:
                yield f"upload {row['upload_id']} ({row['state']}) does not know its answer"
            shown = next((one for one in answers if one.id == row["answer_id"]), None)
            can_be_saved = shown is not None and any(one.startswith("review:save:") for one in buttons_of(shown))
            if shown is not None and can_be_saved != (row["state"] == "review"):
                yield f"STALE: the answer of upload {row['upload_id']} does not show that it is {row['state']}"
            kept = data_dir / row["path"]
            if not kept.is_file() or hashlib.sha256(kept.read_bytes()).hexdigest() != row["sha256"]:
                yield f"the bytes of upload {row['upload_id']} are not on disk"


async def _wars(db: Connection) -> AsyncIterator[str]:
    """Half of a war, or one kept twice."""
    for row in await db.fetch(
        """
        select w.server_id, w.war_id,
            (select count(*) from war_sides s where (s.server_id, s.war_id) = (w.server_id, w.war_id)) as sides,
            (select count(*) from war_lines l where (l.server_id, l.war_id) = (w.server_id, w.war_id)) as lines,
            (select count(*) from uploads u where (u.server_id, u.war_id) = (w.server_id, w.war_id)) as uploads,
            w.removed_at is not null as removed
        from wars w
        """
    ):
        if row["sides"] != 2 or row["lines"] < 12:
            yield f"HALF: war {row['war_id']} of {row['server_id']}: {row['sides']} sides, {row['lines']} lines"
        if row["uploads"] != 1 and not row["removed"]:
            yield f"war {row['war_id']} of {row['server_id']} belongs to {row['uploads']} uploads"
    for row in await db.fetch(
        """
        select s.server_id, s.war_id, s.side, s.total, sum(l.score) as lines from war_sides s
        join war_lines l using (server_id, war_id, side)
        group by s.server_id, s.war_id, s.side, s.total having s.total <> sum(l.score)
        """
    ):
        yield f"side {row['side']} of war {row['war_id']}: {row['total']}, its lines {row['lines']}"
    for row in await db.fetch("select server_id, war_id from uploads where state = 'saved' and war_id is null"):
        yield f"saved without a war: {row['server_id']}"


async def _as_read(people: People, db: Connection) -> AsyncIterator[str]:
    """Wars nobody corrected are those of their pictures."""
    for posted in people.posted:
        for number, attachment in zip(posted.numbers, posted.message.attachments, strict=True):
            if number is None:
                continue
            lines = await db.fetch(
                """
                select l.score from uploads u join war_lines l using (server_id, war_id)
                where u.server_id = $1 and u.attachment_id = $2
                    and not exists (select 1 from changes c join change_touches t using (server_id, change_id)
                        where c.server_id = u.server_id and t.kind = 'war' and t.number = u.war_id and c.verb <> 'save')
                order by l.side, l.position
                """,
                posted.place.guild.id,
                int(attachment["id"]),
            )
            ours, theirs = scores_of(number)
            if lines and [row["score"] for row in lines] != [*ours, *theirs]:
                yield f"the war of picture {number} is not what was read"


async def _log(db: Connection, server_id: int) -> AsyncIterator[str]:
    """Of everything the log touched: every change begins where the one before ended, and the last is how it is now."""
    last: dict[str, object] = {}
    for row in await db.fetch(
        "select change_id, text, before, after from changes where server_id = $1 order by change_id", server_id
    ):
        before, after = from_jsonb(row["before"]), from_jsonb(row["after"])
        for key, was in before.items():
            if key in last and _plain(last[key]) != _plain(was):
                yield f"LOG: {key} changed unseen before change {row['change_id']} ({row['text']})"
        last.update(after)
    for key, was in last.items():
        now = await snapshot(db, server_id, key)  # type: ignore[arg-type]
        if _plain(now) != _plain(was):
            yield f"LOG: {key} of server {server_id} is not what the log says"


def _plain(thing: object) -> object:
    """What was taken back is out of every list, or was never there: the same to everybody."""
    return None if isinstance(thing, dict) and thing.get("removed") else thing


async def _edits(people: People, db: Connection) -> AsyncIterator[str]:
    """What was answered was done, and nothing was done twice."""
    for said in people.said:
        if said.mark is None:
            continue
        times = await db.fetchval(
            """
            select count(*) from changes where server_id = $1 and verb not in ('undo', 'redo')
                and position($2 in text || after::text) > 0
                and position($2 in before::text) = 0
            """,
            said.place.guild.id,
            said.mark,
        )
        refused = said.answer is None or "undo" not in said.answer
        if times > 1 or (times == 0 and not refused):
            yield f"EDIT: {said.text!r} was done {times} times; the answer: {said.answer!r}"


async def undo_everything(people: People, database: Database, data_dir: Path) -> list[str]:
    """Take back the whole log of every server: nothing that was made by it may be left."""
    services = build_services(database, no_reader, data_dir)
    found = []
    for place in people.places:
        with contextlib.suppress(_Over):
            while True:
                try:
                    await services.history.undo(place.actor)
                except UserProblem as over:
                    if "no change left" not in str(over):
                        found.append(f"UNDO: {over}")
                    raise _Over from over
        async with database.acquire() as db:
            for what in ("wars", "players"):
                sql = f"select count(*) from {what} where server_id = $1 and removed_at is null"
                if left := await db.fetchval(sql, place.guild.id):
                    found.append(f"UNDO: {left} {what} of server {place.guild.id} are left")
    return found


class _Over(Exception):  # noqa: N818 - nothing is left to take back
    pass
