"""What docs/scaling.md says of the keys: a PostgreSQL that spreads servers over machines finds server_id everywhere."""

from __future__ import annotations

from db.pool import Database

NOT_OF_A_SERVER = {"schema_migrations"}
WITHOUT_PRIMARY_KEY = {"race_results"}  # its places may have no line, and its lines no place

_CONSTRAINTS = """
    select t.relname as table, c.conname as name, c.contype::text as kind, c.confdeltype::text as deleted,
           c.condeferrable as deferrable, f.relname as other,
           (select array_agg(a.attname::text order by k.place)
            from unnest(c.conkey) with ordinality as k (number, place) join pg_attribute a
            on a.attrelid = c.conrelid and a.attnum = k.number) as columns,
           (select array_agg(a.attname::text order by k.place)
            from unnest(c.confkey) with ordinality as k (number, place) join pg_attribute a
            on a.attrelid = c.confrelid and a.attnum = k.number) as others
    from pg_constraint c join pg_class t on t.oid = c.conrelid left join pg_class f on f.oid = c.confrelid
    where c.connamespace = 'public'::regnamespace and c.contype in ('p', 'u', 'f', 'x')
"""


async def test_every_key_begins_with_the_server(database: Database) -> None:
    rows = [row for row in await database.pool.fetch(_CONSTRAINTS) if row["table"] not in NOT_OF_A_SERVER]
    assert len(rows) > 50
    assert [row["name"] for row in rows if row["columns"][0] != "server_id" or row["kind"] == "x"] == []
    foreign = [row for row in rows if row["kind"] == "f"]
    assert [row["name"] for row in foreign if row["others"][0] != "server_id"] == []
    assert [row["name"] for row in foreign if row["deleted"] not in "ac"] == [], "no action, or cascade"
    indexes = """
        select indexrelid::regclass::text from pg_index i join pg_class t on t.oid = i.indrelid
        join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
        where t.relnamespace = 'public'::regnamespace and i.indisunique and a.attname <> 'server_id'
    """
    assert [row[0] for row in await database.pool.fetch(indexes)] == ["schema_migrations_pkey"]


async def test_nothing_else_ties_servers_together(database: Database) -> None:
    db = database.pool
    tables = {row[0] for row in await db.fetch("select tablename from pg_tables where schemaname = 'public'")}
    keyed = await db.fetch("select table_name from information_schema.columns where column_name = 'server_id'")
    assert tables - {row[0] for row in keyed} == NOT_OF_A_SERVER
    primary = {row["table"] for row in await db.fetch(_CONSTRAINTS) if row["kind"] == "p"}
    assert tables - primary == WITHOUT_PRIMARY_KEY
    assert await db.fetchval("select count(*) from pg_trigger where not tgisinternal") == 0
    numbered = await db.fetch("select data_type from information_schema.columns where is_identity = 'YES'")
    assert {row[0] for row in numbered} == {"bigint"}


async def test_tables_that_name_each_other_are_two_pairs(database: Database) -> None:
    """These keys are taken off while tables are spread, for a table can name only one that is spread already."""
    rows = [
        row for row in await database.pool.fetch(_CONSTRAINTS) if row["kind"] == "f" and row["other"] != row["table"]
    ]
    reached = {(row["table"], row["other"]) for row in rows}
    for _ in range(5):
        reached |= {(one, last) for one, middle in reached for first, last in reached if middle == first}
    cycle = {frozenset(pair) for pair in reached if pair[::-1] in reached and pair[0] != pair[1]}
    assert cycle == {frozenset(("players", "spellings")), frozenset(("wars", "war_sides"))}
