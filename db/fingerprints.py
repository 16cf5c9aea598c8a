"""How many rows every table holds, and a checksum over them: two records are the same where both agree.

The checksum is the sum of the first eight bytes of every row's sha256 (as signed numbers), so the order of rows, which
no table has, does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.pool import Connection

# How values are written as text must not hang on the server's settings.
PLAIN = (
    "set local timezone = 'UTC'",
    "set local datestyle = 'ISO, YMD'",
    "set local intervalstyle = 'postgres'",
    "set local extra_float_digits = 1",
    "set local bytea_output = 'hex'",
)
_TABLES = """
    select c.relname from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and not exists (select from pg_depend d
                      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    order by c.relname collate "C"
"""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    rows: int
    checksum: int


async def tables(db: Connection) -> tuple[str, ...]:
    """Every table of the current schema that is no extension's, by name."""
    return tuple(row["relname"] for row in await db.fetch(_TABLES))


async def fingerprints(db: Connection, schema: str, names: tuple[str, ...]) -> dict[str, Fingerprint]:
    """Inside a transaction, whose snapshot says what counts. Reads every row."""
    for setting in PLAIN:
        await db.execute(setting)
    rows = await db.fetch(counting(schema, names)) if names else []
    return {row["name"]: Fingerprint(row["rows"], int(row["checksum"])) for row in rows}


def counting(schema: str, names: tuple[str, ...]) -> str:
    """The query for `name`, `rows` and `checksum`."""
    return " union all ".join(
        f"select {literal(name)}::text as name, count(*) as rows, coalesce(sum("  # noqa: S608 - quoted names
        "('x' || encode(substr(sha256(convert_to(t::text, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint), 0) as checksum "
        f"from {quoted(schema)}.{quoted(name)} t"
        for name in names
    )


def checking(schema: str, expected: Mapping[str, Fingerprint]) -> str:
    """SQL that raises an error naming every table that is not as expected."""
    wanted = ", ".join(f"({literal(name)}, {one.rows}, {one.checksum})" for name, one in sorted(expected.items()))
    return f"""
        do $check$
        declare off text;
        begin
            select string_agg(name, ', ') into off
            from ({counting(schema, tuple(sorted(expected)))}) found
            join (values {wanted}) as wanted (name, rows, checksum) using (name)
            where found.rows <> wanted.rows or found.checksum <> wanted.checksum;
            if off is not null then raise exception 'not what the backup holds: %', off; end if;
        end $check$;
    """  # noqa: S608 - quoted names and numbers


def quoted(name: str) -> str:
    """As an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """As a string."""
    return "'" + text.replace("'", "''") + "'"
