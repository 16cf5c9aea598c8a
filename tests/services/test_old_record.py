"""The earlier bot's record, from real files into a real database: nothing doubled, invented or lost in silence."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.errors import BadInput, Conflict
from bot.services.moving_in import MoveInService
from bot.services.moving_plan import Figures, Move, planned
from bot.services.old_record import OldPlayer, OldRecord, OldRow, OldSession, read_old_record
from bot.services.records import Records
from db import bringing_in
from db.pool import Database
from mkw.ids import WarId
from tests.services.conftest import EDITOR, SERVER, STRANGER, Clan
from tests.services.histories import everything_said
from tests.services.test_war_edits import records

UTC_ZONE = ZoneInfo("UTC")
Player = tuple[object, ...]  # main_name, nicknames, score_history, total_scores, war_count, average_score
Session = tuple[object, ...]  # session_date, race_count, players_data

COMET: Player = ("Comet", '["Kometa", "C0met"]', "[110, 90]", 200, 2, 100.0)
PIXEL: Player = ("Pixel", "Pix, Pixl", '[{"score": 95, "date": "2025-03-01"}]', 95, 1, 95.0)
FIRST: Session = ("2025-03-01", 12, '{"Comet": 110, "Pix": 95}')
SECOND: Session = ("2025-03-08 20:30:00", 12, '[{"name": "Kometa", "score": 90}]')


def old_file(
    path: Path, players: Sequence[Player] = (COMET, PIXEL), sessions: Sequence[Session] = (FIRST, SECOND)
) -> Path:
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(
            "create table players (id integer primary key, main_name text, nicknames text, score_history text, "
            "total_scores integer, war_count integer, average_score real)"
        )
        file.execute(
            "create table race_sessions (id integer primary key, session_date text, race_count integer, "
            "players_data text)"
        )
        file.executemany(
            "insert into players (main_name, nicknames, score_history, total_scores, war_count, average_score) "
            "values (?, ?, ?, ?, ?, ?)",
            players,
        )
        file.executemany(
            "insert into race_sessions (session_date, race_count, players_data) values (?, ?, ?)", sessions
        )
    return path


def plan_of(path: Path, players: Sequence[Player] = (), sessions: Sequence[Session] = ()) -> Move:
    return planned(read_old_record(old_file(path / "old.db", players, sessions)), UTC_ZONE)


def left_out(move: Move) -> list[tuple[str, str]]:
    return [(one.where, one.why) for one in move.unfit]


def figures(move: Move) -> dict[str, Figures]:
    return {one.name: one.figures for one in move.players}


@pytest.fixture
def moving_in(database: Database, clan: Clan) -> MoveInService:
    return MoveInService(Records(database), clan.clock)


async def test_players_names_and_wars_come_over_and_the_statistics_know_them(
    clan: Clan, moving_in: MoveInService, tmp_path: Path
) -> None:
    old = read_old_record(old_file(tmp_path / "old.db"))
    assert await moving_in.look(SERVER, old) == await moving_in.apply(EDITOR, old, "old.db")
    comet, pixel = await clan.services.roster.players(SERVER)
    assert (comet.name, comet.aliases, comet.status.value) == ("Comet", ("Kometa",), "member")  # C0met is read as Comet
    assert set(pixel.aliases) == {"Pix", "Pixl"}
    first, second = [await clan.services.wars.get(SERVER, WarId(number)) for number in (1, 2)]
    assert (first.our_side.total, first.opponents, first.races) == (205, (), 12)
    assert first.played_at == datetime(2025, 3, 1, 12, tzinfo=UTC)
    assert second.played_at == datetime(2025, 3, 8, 20, 30, tzinfo=UTC)
    await everything_said(clan)


async def test_it_is_one_change_that_undo_takes_back_and_that_can_be_made_again(
    clan: Clan, moving_in: MoveInService, database: Database, tmp_path: Path
) -> None:
    old = read_old_record(old_file(tmp_path / "old.db"))
    await clan.services.settings.change(EDITOR, prefix="?")
    before = await records(database)
    await moving_in.look(SERVER, old)
    assert await records(database) == before  # looking changes nothing
    await moving_in.apply(EDITOR, old, "old.db")
    (newest,) = await clan.services.history.newest(SERVER, limit=1)
    assert newest.text.startswith("brought in the old record old.db: 2 players, 2 wars and")
    with pytest.raises(Conflict, match="2 players and 2 wars"):  # twice doubles nothing
        await moving_in.apply(EDITOR, old, "old.db")
    with pytest.raises(Conflict, match="An old record is brought into a server that has no record yet"):
        await moving_in.look(SERVER, old)
    await clan.services.history.undo(EDITOR)
    assert await records(database) == before
    await moving_in.apply(EDITOR, old, "old.db")


async def test_another_server_is_not_in_the_way_and_days_are_those_of_the_servers_zone(
    clan: Clan, moving_in: MoveInService, tmp_path: Path
) -> None:
    await clan.players("Comet", actor=STRANGER)
    await clan.services.settings.change(EDITOR, time_zone="America/New_York")
    await moving_in.apply(EDITOR, read_old_record(old_file(tmp_path / "old.db")), "old.db")
    war = await clan.services.wars.get(SERVER, WarId(1))
    assert war.played_at == datetime(2025, 3, 1, 17, tzinfo=UTC)


async def test_a_database_that_keeps_something_else_keeps_nothing(
    moving_in: MoveInService, database: Database, tmp_path: Path
) -> None:
    async with database.acquire() as connection:
        await connection.execute(
            """
            create function lose() returns trigger language plpgsql as $$
            begin new.score = new.score - 1; return new; end $$;
            create trigger lose before insert on war_lines for each row execute function lose();
            """
        )
    before = await records(database)
    with pytest.raises(Conflict, match="Comet would have 198 points in 2 wars, and the file says 200 in 2"):
        await moving_in.apply(EDITOR, read_old_record(old_file(tmp_path / "old.db")), "old.db")
    assert await records(database) == before


async def test_an_empty_record_is_said(moving_in: MoveInService, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no player and no session"):
        await moving_in.look(SERVER, read_old_record(old_file(tmp_path / "old.db", (), ())))


def test_old_totals_that_the_sessions_do_not_say_are_named(tmp_path: Path) -> None:
    wrong = ("Comet", "[]", "[]", 250, 3, 83.33)
    rounded = ("Pixel", "[]", None, 284, 3, 94.67)
    scores = [("2025-03-01", 12, '{"Comet": 110, "Pixel": 95}'), ("2025-03-02", 12, '{"Pixel": 95}'),
              ("2025-03-03", 12, '{"Pixel": 94}')]  # fmt: skip
    comet, pixel = plan_of(tmp_path, [wrong, rounded], scores).players
    assert comet.differences == (
        "total_scores 250, now 110 (-140)", "war_count 3, now 1 (-2)", "average_score 83.33, now 110.00 (+26.67)",
    )  # fmt: skip
    assert pixel.differences == ()


def test_scores_that_no_session_has_become_no_war_and_stay_in_the_report(tmp_path: Path) -> None:
    history = '[95, {"score": 80, "date": "2025-03-02T01:00:00"}, {"score": 80, "date": "2024-01-01"}, {"score": 77}]'
    move = plan_of(
        tmp_path,
        [("Comet", None, history, None, None, None)],
        [("2025-03-01", 12, '{"Comet": 95}'), ("2025-03-01", 12, '{"Comet": 80}')],
    )
    assert len(move.wars) == 2
    (unfit,) = move.unfit
    assert unfit.where == "players id 1 (Comet)"
    assert unfit.why == "score_history has 2 scores (157 points) that no session has: no war is made"
    assert json.loads(unfit.kept) == [{"score": 80, "date": "2024-01-01"}, 77]


def test_a_name_of_two_is_nobodys(tmp_path: Path) -> None:
    move = plan_of(
        tmp_path,
        [("Comet", '["Star", "Pixel"]', None, None, None, None), ("Pixel", "Star, Pix", None, None, None, None)],
        [("2025-03-01", 12, '{"Star": 50, "Pixel": 60, "Pix": 70, "Guest": 80}')],
    )
    assert [(one.name, one.aliases) for one in move.players] == [("Comet", ()), ("Pixel", ("Pix",))]
    assert [(line.drawn_name, line.player) for line in move.wars[0].lines] == [
        ("Star", None), ("Pixel", 1), ("Pix", None), ("Guest", None),
    ]  # fmt: skip
    assert left_out(move) == [
        ("players id 1 (Comet)", "nickname left out, it is also players id 2 (Pixel)'s"),
        ("players id 1 (Comet)", "nickname left out, it is also players id 2 (Pixel)'s"),
        ("players id 2 (Pixel)", "nickname left out, it is also players id 1 (Comet)'s"),
        ("race_sessions id 1", "row kept under its name, but of no player: it is nobody's alone"),
        ("race_sessions id 1", "row kept, but of no player: Pixel stands in it already"),
        ("race_sessions id 1", "row kept under its name, but of no player: it is nobody's alone"),
    ]


def test_a_player_whose_name_is_taken_is_left_out_whole_and_gives_nobody_their_scores(tmp_path: Path) -> None:
    move = plan_of(
        tmp_path,
        [("Comet", None, None, 10, 1, 10.0), ("COMET", '["Cee"]', "[20]", 20, 1, 20.0)],
        [("2025-03-01", 12, '{"Comet": 10, "COMET": 20}')],
    )
    assert figures(move) == {"Comet": Figures(10, 1, 12)}
    assert left_out(move)[0] == (
        "players id 2 (COMET)", "left out: the name is read as that of players id 1 (Comet)",
    )  # fmt: skip
    assert json.loads(move.unfit[0].kept)["nicknames"] == ["Cee"]


@pytest.mark.parametrize(
    ("nicknames", "aliases"),
    [
        ('["Kometa", "C M"]', ("Kometa", "C M")),
        ("Kometa, C M,", ("Kometa", "C M")),
        ('"Kometa, C M"', ("Kometa", "C M")),
        ('["Comet", "comet", "Kometa", "KOMETA", 77]', ("Kometa", "77")),
        ("123", ("123",)),
        ("", ()), (None, ()), ("null", ()), ("[]", ()),
    ],
)  # fmt: skip
def test_nicknames_are_a_list_or_a_text(tmp_path: Path, nicknames: object, aliases: tuple[str, ...]) -> None:
    move = plan_of(tmp_path, [("Comet", nicknames, None, None, None, None)])
    assert (move.players[0].aliases, move.unfit) == (aliases, ())


@pytest.mark.parametrize(
    "data",
    [
        '{"Comet": 90}',
        '{"Comet": "90"}',
        '{"\tComet": 90}',  # a control character as it is
        '{"Comet": {"score": 90}}',
        '[{"name": "Comet", "score": 90}]',
        '[{"player": "comet", "total": 90.0, "races": 12}]',
    ],
)
def test_players_data_is_an_object_or_a_list(tmp_path: Path, data: str) -> None:
    move = plan_of(tmp_path, [("Comet", None, None, None, None, None)], [("2025-03-01", 12, data)])
    assert (figures(move), move.unfit) == ({"Comet": Figures(90, 1, 12)}, ())


@pytest.mark.parametrize(
    ("written", "played"),
    [
        ("2025-03-01", datetime(2025, 3, 1, 12, tzinfo=UTC)),
        ("2025-03-01 20:15:30.123456", datetime(2025, 3, 1, 20, 15, 30, 123456, tzinfo=UTC)),
        ("2025-03-01T20:15:00+02:00", datetime(2025, 3, 1, 18, 15, tzinfo=UTC)),
        ("1 Mar 2025", datetime(2025, 3, 1, 12, tzinfo=UTC)),
        (1740855600, datetime(2025, 3, 1, 19, tzinfo=UTC)),
    ],
)
def test_days_are_read_as_they_may_be_written(tmp_path: Path, written: object, played: datetime) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as file, file:
        file.execute("create table players (main_name)")
        file.execute("create table race_sessions (session_date, race_count, players_data)")
        file.execute("insert into race_sessions values (?, 12, '{\"A\": 1}')", [written])
    move = planned(read_old_record(tmp_path / "old.db"), UTC_ZONE)
    assert [war.played_at for war in move.wars] == [played]


@pytest.mark.parametrize(
    ("session", "why"),
    [
        ((None, 12, '{"Comet": 90}'), "session_date is no day that can be read"),
        (("03/04/2025", 12, '{"Comet": 90}'), "session_date is no day that can be read"),
        (("0001-01-01", 12, '{"Comet": 90}'), "session_date is no day that can be read"),
        (("2025-03-01", "many", '{"Comet": 90}'), "race_count is no number"),
        (("2025-03-01", 0, '{"Comet": 0}'), "left out: 0 races, and a war has 1 to 48"),
        (("2025-03-01", 12, '{"Comet": 90'), "the JSON of players_data is broken (Expecting ',' delimiter"),
        (("2025-03-01", 12, '{"Comet": 90, "Comet": 80}'), "the JSON of players_data is broken (a name twice)"),
        (("2025-03-01", 12, "[" * 100_000), "the JSON of players_data is broken"),
        (("2025-03-01", 12, "7"), "players_data is neither an object nor a list"),
        (("2025-03-01", 12, '{"Comet": null}'), "a row without a name or without a whole score"),
        (("2025-03-01", 12, '{"Comet": 90.5}'), "a row without a name or without a whole score"),
        (("2025-03-01", 12, '{"Comet": 1e999}'), "a row without a name or without a whole score"),
        (("2025-03-01", 12, '["Comet"]'), "a row without a name or without a whole score"),
        (("2025-03-01", 12, '{"Comet": 181}'), "row left out: 181 points in 12 races cannot be"),
        (("2025-03-01", 12, '{"Comet": -1}'), "row left out: -1 points in 12 races cannot be"),
        (("2025-03-01", 12, '{"\\u0000": 10}'), "row left out: nothing of the name can be seen"),
    ],
)  # fmt: skip
def test_a_session_that_does_not_fit_is_named_with_its_place(tmp_path: Path, session: Session, why: str) -> None:
    move = plan_of(tmp_path, [("Comet", None, None, None, None, None)], [session])
    assert move.wars == ()
    assert move.unfit[0].where == "race_sessions id 1"
    assert move.unfit[0].why.startswith(why)
    assert move.unfit[0].kept


@pytest.mark.parametrize(
    ("player", "why"),
    [
        (("", None, None, None, None, None), "a player without a name"),
        (("x" * 61, None, None, None, None, None), "left out: A name has at most 60 characters"),
        (("Comet", '["Kom', None, None, None, None), "the JSON of nicknames is broken"),
        (("Comet", '{"a": 1}', None, None, None, None), "nicknames are no list"),
        (("Comet", '[["a"]]', None, None, None, None), "a nickname is no text"),
        (
            ("Comet", json.dumps(["x" * 61]), None, None, None, None),
            "a nickname is left out: A nickname has at most 60",
        ),
        (("Comet", None, "[1, ", None, None, None), "the JSON of score_history is broken"),
        (("Comet", None, '{"a": 1}', None, None, None), "score_history is no list"),
        (("Comet", None, "[null]", None, None, None), "an entry of score_history has no score"),
        (("Comet", None, None, "lots", None, None), "total_scores is no number"),
    ],
)
def test_what_does_not_fit_of_a_player_is_named_with_its_place(tmp_path: Path, player: Player, why: str) -> None:
    move = plan_of(tmp_path, [player])
    assert move.unfit[0].where.startswith("players id 1")
    assert move.unfit[0].why.startswith(why)
    assert move.unfit[0].kept


# --- the law: what comes out is what the sessions say ---------------------------------------------------------------

NAMES = ("Comet", "Pixel", "Marlin", "Willow", "Juniper")


@st.composite
def old_records(draw: st.DrawFn) -> OldRecord:
    players = tuple(OldPlayer(f"players id {number}", name) for number, name in enumerate(NAMES, 1))
    sessions = []
    for number in range(draw(st.integers(1, 8))):
        races = draw(st.integers(1, 48))
        names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
        rows = []
        for name in names:
            own = draw(st.none() | st.integers(1, races))
            rows.append(OldRow(name, draw(st.integers(0, 15 * (own or races))), own))
        day = draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
        sessions.append(OldSession(f"race_sessions id {number}", day, races, tuple(rows)))
    return OldRecord(players, tuple(sessions), ())


def summed(old: OldRecord) -> dict[str, Any]:
    found = {}
    for name in NAMES:
        rows = [(row, one.races) for one in old.sessions for row in one.rows if row.name == name]
        races = sum(row.races or of_war or 0 for row, of_war in rows)
        found[name] = (sum(row.score for row, _ in rows), len(rows), races)
    return found


@given(old_records())
@settings(max_examples=200, deadline=None)
def test_a_plan_adds_up_to_the_sessions(old: OldRecord) -> None:
    move = planned(old, UTC_ZONE)
    assert {one.name: (one.figures.points, one.figures.wars, one.figures.races) for one in move.players} == summed(old)
    assert move.unfit == ()


async def test_the_new_record_adds_up_to_the_sessions(clan: Clan, moving_in: MoveInService, database: Database) -> None:
    """As the law above, of what the database says afterwards."""
    examples: list[OldRecord] = []

    @given(old_records())
    @settings(max_examples=15, deadline=None)
    def collect(old: OldRecord) -> None:
        examples.append(old)

    collect()
    for old in examples:
        await moving_in.apply(EDITOR, old, "old.db")
        players = {one.player_id: one.name for one in await clan.services.roster.players(SERVER)}
        async with database.acquire() as connection:
            found = await bringing_in.figures(connection, server_id=SERVER)
        assert {players[key]: value for key, value in found.items()} == {
            name: value for name, value in summed(old).items() if value[1]
        }
        await clan.services.history.undo(EDITOR)
