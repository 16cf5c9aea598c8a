"""What should not be in the records, found by looking: every query changes nothing and says which rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.fingerprints import literal, quoted
from db.statistics import load_record
from mkw.ids import ServerId

if TYPE_CHECKING:
    from db.executor import Executor
    from db.pool import Connection

MOST = 1_000  # of a kind

# Each gives server_id and a text of ids and numbers, without names.
RECORD: Mapping[str, str] = {
    "sides": """
        select s.server_id, format('war %s, side %s: the total is %s, its players have %s', s.war_id, s.side, s.total,
                                   sum(l.score)) as text
        from war_sides s join war_lines l using (server_id, war_id, side)
        group by s.server_id, s.war_id, s.side, s.total having s.total <> sum(l.score)
        order by s.server_id, s.war_id, s.side
    """,
    "races": """
        select l.server_id, format('war %s of %s races, side %s, row %s: %s races', l.war_id, w.races, l.side,
                                   l.position, l.races) as text
        from war_lines l join wars w using (server_id, war_id) where l.races > w.races
        union all
        select r.server_id, format('war %s of %s races has a race %s', r.war_id, w.races, r.race)
        from races r join wars w using (server_id, war_id) where r.race > w.races
        union all
        select r.server_id, format('war %s, side %s, row %s: %s races, and results of %s', r.war_id, r.side,
                                   r.position, l.races, count(*))
        from race_results r join war_lines l using (server_id, war_id, side, position)
        group by r.server_id, r.war_id, r.side, r.position, l.races having count(*) > l.races
    """,
    "numbers": """
        select s.server_id, format('the last war is said to be %s, and there is a war %s', s.last_war_id,
                                   max(w.war_id)) as text
        from servers s join wars w using (server_id)
        group by s.server_id, s.last_war_id having max(w.war_id) > s.last_war_id
    """,
    "unread": """
        select server_id, format('upload %s waits to be read since %s UTC (%s tries)', upload_id,
                                 to_char(received_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), attempts) as text
        from uploads where state = 'received' and received_at < now() - interval '1 hour'
        order by server_id, upload_id
    """,
    # A record that was brought in comes with the log of before, which need not go back to every war's beginning.
    "log": """
        with told as materialized (
            select distinct c.server_id, key from changes c, jsonb_object_keys(c.after) key where key like 'war:%'
        )
        select w.server_id, format('war %s: nothing in the log says who kept it', w.war_id) as text
        from wars w
        where not exists (select from told t where t.server_id = w.server_id and t.key = 'war:' || w.war_id)
          and not exists (select from changes c
                          where c.server_id = w.server_id and (c.brought_in or c.entity = 'import'))
        union all
        select c.server_id, format('change %s is said to be taken back by change %s, which is no undo', c.change_id,
                                   c.undone_by)
        from changes c join changes u on u.server_id = c.server_id and u.change_id = c.undone_by
        where u.verb <> 'undo'
    """,
}
_COUNTERS = """
    select table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name) as counter
    from information_schema.columns
    where table_schema = current_schema() and is_identity = 'YES' order by table_name
"""
_SUMS = """
    select l.player_id, sum(l.score)::int8 as points, sum(l.races)::int8 as races, count(*)::int8 as wars
    from war_lines l
    join wars w on w.server_id = l.server_id and w.war_id = l.war_id and w.our_side = l.side and w.removed_at is null
    where l.server_id = $1 and l.player_id is not null
    group by l.player_id
"""


@dataclass(frozen=True, slots=True)
class Odd:
    """`server_id` is None where it is nobody's in particular."""

    kind: str
    server_id: ServerId | None
    text: str


@dataclass(frozen=True, slots=True)
class Counter:
    """What gives the ids of a table, and how far it must have come."""

    table: str
    column: str
    name: str
    last: int
    highest: int


@dataclass(frozen=True, slots=True)
class Picture:
    server_id: ServerId
    upload_id: int
    path: str  # under the data directory
    sha256: str


async def odd_rows(db: Connection) -> tuple[Odd, ...]:
    """At most `MOST` of a kind."""
    return tuple(
        [
            Odd(kind, ServerId(row["server_id"]), row["text"])
            for kind, query in RECORD.items()
            for row in await db.fetch(f"select * from ({query}) found limit {MOST}")  # noqa: S608 - of the table above
        ]
    )


async def odd_sums(db: Connection) -> tuple[Odd, ...]:
    """Points, races and wars of every player: as statistics see them, against a plain sum over the rows."""
    found = []
    for row in await db.fetch("select server_id from servers order by server_id"):
        server_id = ServerId(row["server_id"])
        record = await load_record(db, server_id=server_id)
        seen = {
            int(player_id): (int(played.score.sum()), int(played.races.sum()), len(played.score))
            for player_id, played in record.everybody()
        }
        summed = {
            row["player_id"]: (row["points"], row["races"], row["wars"]) for row in await db.fetch(_SUMS, server_id)
        }
        found += [
            Odd(
                "statistics",
                server_id,
                f"player {one}: statistics have {seen.get(one)} points, races and wars; the rows {summed.get(one)}",
            )
            for one in sorted(seen.keys() | summed.keys())
            if seen.get(one) != summed.get(one)
        ]
    return tuple(found)


async def counters_behind(db: Connection) -> tuple[Counter, ...]:
    """Those that would give an id which is there already."""
    found = []
    for row in await db.fetch(_COUNTERS):
        table, column = quoted(row["table_name"]), quoted(row["column_name"])
        counts = await db.fetchrow(
            f"select (select coalesce(max({column}), 0) from {table}) as highest, "  # noqa: S608 - quoted names
            f"(select case when is_called then last_value else 0 end from {row['counter']}) as last"
        )
        if counts is not None and counts["highest"] > counts["last"]:
            found.append(
                Counter(row["table_name"], row["column_name"], row["counter"], counts["last"], counts["highest"])
            )
    return tuple(found)


async def advance(db: Executor, counter: Counter) -> None:
    """Never back: somebody may have taken an id meanwhile."""
    highest = f"(select max({quoted(counter.column)}) from {quoted(counter.table)})"  # noqa: S608 - of the catalogue
    last = f"(select last_value from {counter.name})"  # noqa: S608
    await db.execute(f"select setval({literal(counter.name)}, greatest({last}, {highest}))")


async def kept_pictures(db: Executor) -> tuple[tuple[Picture, ...], frozenset[str]]:
    """What the records say is on disk, and every sha256 that somebody owns."""
    rows = await db.fetch(
        "select server_id, upload_id, path, sha256 from uploads where path is not null order by server_id, upload_id"
    )
    pictures = tuple(Picture(ServerId(row["server_id"]), row["upload_id"], row["path"], row["sha256"]) for row in rows)
    brought = await db.fetch("select distinct sha256 from war_pictures")
    return pictures, frozenset({one.sha256 for one in pictures} | {row["sha256"] for row in brought})


async def is_taken_in(db: Executor, *, server_id: ServerId, message_id: int, attachment_id: int) -> bool:
    """Whether an attachment has its upload."""
    return bool(
        await db.fetchval(
            "select exists (select from uploads where server_id = $1 and message_id = $2 and attachment_id = $3)",
            server_id,
            message_id,
            attachment_id,
        )
    )
