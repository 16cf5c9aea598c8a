"""No use case called for one server shows or changes a row of another, whatever numbers are guessed from outside.

Every public method of every service is found by itself and called with what its annotations say, so that a new one is
under this law from its first day. What a new kind of argument may hold is taught to `Guess` below.
"""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import io
import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from bot.services import editing, war_edits
from bot.services.bringing_in import Guild
from bot.services.bulk import BulkPicture
from bot.services.bulk_list import BulkItem, BulkList
from bot.services.bulk_list import Kind as BulkKind
from bot.services.editing import plain
from bot.services.errors import Conflict, UserProblem
from bot.services.exporting import Kind
from bot.services.house import Services
from bot.services.intake import Incoming
from bot.services.joining import Way
from bot.services.levels import OF_ROLES, Level
from bot.services.monthly import Due
from bot.services.player import PlayerStatus
from bot.services.reports import Said
from bot.services.sign_ups import Answer
from db.pool import Database
from mkw.filters import Filter
from mkw.ids import AttachmentId, ChannelId, MessageId, RoleId, UserId
from mkw.live import Form
from mkw.live_said import Back, Note, SayRace
from mkw.metrics import METRICS
from tests.services.conftest import EDITOR, OTHER_SERVER, SERVER, START, STRANGER, Clan
from tests.services.histories import live
from tests.services.test_export import exported

# Names and words of the first server that no sentence of the bot holds by itself.
SECRETS = ("Robin", "Ash", "Basalt", "Harbor", "Onyx", "Comet Racers", "DX Juniper", "b'picture")
# For all servers at once, called by the process itself and by nobody's command.
OF_ALL_SERVERS = {
    "intake.recover", "intake.seen_up_to", "settings.mapped_servers", "monthly.due", "monthly.take", "monthly.posted",
    "bulk.to_take_up", "sign_ups.due", "live.idle", "live.unanswered", "live.everywhere", "follow.expect",
    "follow.settled", "backups.make", "backups.restore", "backups.here",
}  # fmt: skip
# The message ids of an upload come from Discord, which gives each to one channel of one server.
FROM_DISCORD = {"intake.receive", "bulk.take"}
IDS = {
    "players": "player_id", "teams": "team_id", "wars": "war_id", "uploads": "upload_id", "changes": "change_id",
    "bulk_scans": "bulk_id", "live_wars": "live_id",
    "sign_ups": "sign_up_id",
}  # fmt: skip
EDITS = (
    plain(war_edits.set_row, 1, score=3),
    plain(war_edits.remove_row, 1),
    plain(war_edits.set_note, "n"),
    editing.player_added(1, "Newcomer", 9),
    editing.row_is(1, "Newcomer"),
)


@dataclasses.dataclass
class Guess:
    """Arguments by what they are called in a signature: numbers of the first server, seldom the second's own."""

    clan: Clan
    rng: random.Random
    ids: dict[str, list[int]]  # of both servers
    document: bytes

    def __post_init__(self) -> None:
        rng, some = self.rng, self._some
        self._kinds: dict[str, Callable[[], Any]] = {
            "Actor": lambda: STRANGER, "Actor | None": lambda: STRANGER, "ServerId": lambda: OTHER_SERVER,
            "PlayerId": lambda: some("players"), "Sequence[PlayerId]": lambda: [some("players"), some("players")],
            "PlayerId | None": lambda: some("players"),
            "PlayerId | Sequence[PlayerId]": lambda: [some("players")],
            "TeamId": lambda: some("teams"), "TeamId | None": lambda: some("teams"),
            "WarId": lambda: some("wars"), "UploadId": lambda: some("uploads"),
            "UploadId | None": lambda: some("uploads"), "ChangeId | None": lambda: some("changes"),
            "ChannelId": lambda: ChannelId(rng.choice([11, 12])), "ChannelId | None": lambda: ChannelId(11),
            "MessageId": lambda: MessageId(rng.randint(5_000, 5_040)),
            "RoleId": lambda: RoleId(rng.choice([5, 6])), "RoleId | None": lambda: RoleId(5),
            "UserId": lambda: UserId(rng.choice([1, 2, 71, 72])),
            "UserId | str | None": lambda: rng.choice([EDITOR.user_id, "o", None]),
            "str": lambda: rng.choice(["Newcomer", "Nobody", "1", "CB"]), "str | None": lambda: rng.choice(["n", None]),
            "Sequence[str]": lambda: ["Newcomer", "Nobody"], "tuple[str, ...] | None": lambda: ("TAG",),
            "int": lambda: rng.randint(1, 3), "int | None": lambda: rng.randint(1, 3), "float | None": lambda: 1.0,
            "bool": lambda: rng.random() < 0.5, "bool | None": lambda: True, "date": lambda: date(2026, 3, 2),
            "bytes": lambda: self.document, "Kind": lambda: rng.choice(list(Kind)),
            "Level": lambda: rng.choice(list(OF_ROLES)), "Collection[RoleId]": lambda: {RoleId(5)},
            "PlayerStatus": lambda: rng.choice(list(PlayerStatus)), "Metric": lambda: rng.choice(METRICS),
            "Filter": lambda: Filter(last=rng.randint(1, 5)), "Clearable": lambda: "clan",
            "WarChange": lambda: rng.choice(EDITS), "Said | None": lambda: rng.choice([*Said, None]),
            "Way | None": lambda: rng.choice([*Way, None]),
            "Guild": lambda: Guild(frozenset({11, 12}), frozenset({5, 6})),
            "Mapping[UserId, Roles]": lambda: {UserId(one): frozenset({RoleId(5), RoleId(6)}) for one in (71, 72)},
            "LiveId": lambda: some("live_wars"), "Form": lambda: rng.choice(list(Form)),
            "Sequence[tuple[str, int]]": lambda: [("CB", 400)],
            "MessageId | None": lambda: MessageId(rng.randint(1, 9)),
            "Action": lambda: rng.choice([Back(), Note("n"), SayRace((1, 3, 4, 7, 9, 12))]),
            "Level | None": lambda: Level.TRUSTED,
            "SignUpId": lambda: some("sign_ups"), "SignUpId | None": lambda: some("sign_ups"),
            "Answer | None": lambda: rng.choice([*Answer, None]), "timedelta | None": lambda: timedelta(minutes=15),
            "datetime": lambda: self.clan.clock() + timedelta(hours=1),
            "BulkId": lambda: some("bulk_scans"), "datetime | None": lambda: START,
            "BulkPicture": self._picture, "Collection[BulkPicture]": lambda: [self._picture()],
            "Incoming": self._incoming, "Collection[AttachmentId]": lambda: [AttachmentId(rng.randint(1, 40))],
            "Due": lambda: Due(OTHER_SERVER, ChannelId(12), date(2026, 2, 1)),
        }  # fmt: skip

    async def arguments(self, method: Callable[..., Any]) -> dict[str, Any]:
        found = {}
        for name, parameter in inspect.signature(method).parameters.items():
            if parameter.default is inspect.Parameter.empty or self.rng.random() < 0.6:
                found[name] = await self._one(str(parameter.annotation))
        return found

    async def _one(self, annotation: str) -> Any:
        services = self.clan.services
        if annotation == "Scope":
            return await services.statistics.scope(OTHER_SERVER)
        if annotation == "Plan":
            return await services.importing.plan(OTHER_SERVER, "Newcomer, trial")
        if annotation == "BringingIn":
            return await services.bringing_in.plan(OTHER_SERVER, self.document, self._kinds["Guild"]())
        if annotation == "LiveView":
            with contextlib.suppress(Conflict):
                await services.live.start(STRANGER, ChannelId(21), ["AA", "BB"])
            view = await services.live.running(OTHER_SERVER, ChannelId(21))
            assert view is not None
            return dataclasses.replace(view, live_id=self._some("live_wars"))
        if annotation == "BulkScan":
            with contextlib.suppress(Conflict):
                await services.bulk.start(STRANGER, ChannelId(21), answer_channel_id=ChannelId(21), before=MessageId(9))
            return dataclasses.replace(await services.bulk.newest(OTHER_SERVER), bulk_id=self._some("bulk_scans"))
        if annotation == "BulkList":
            item = BulkItem(MessageId(1), BulkKind.PROVEN, upload_id=self._some("uploads"))
            return BulkList(OTHER_SERVER, self._some("bulk_scans"), ChannelId(21), (item,))
        assert annotation in self._kinds, f"say above what a {annotation} can be"
        return self._kinds[annotation]()

    def _some(self, table: str) -> int:
        return self.rng.choice(self.ids[table])

    def _picture(self) -> BulkPicture:
        return BulkPicture(MessageId(self._some("uploads")), AttachmentId(1))

    def _incoming(self) -> Incoming:
        return Incoming(
            OTHER_SERVER, ChannelId(11), MessageId(self._some("uploads")), AttachmentId(1), UserId(1), "Kim", "x.png",
            START, b"x",
        )  # fmt: skip


def methods(services: Services) -> dict[str, Callable[..., Any]]:
    found = {}
    for field in dataclasses.fields(services):
        service = getattr(services, field.name)
        for name, method in inspect.getmembers(service, _is_use_case):
            if not name.startswith("_") and f"{field.name}.{name}" not in OF_ALL_SERVERS | FROM_DISCORD:
                found[f"{field.name}.{name}"] = method
    return found


def _is_use_case(member: object) -> bool:
    return inspect.iscoroutinefunction(member) or inspect.isasyncgenfunction(member)


async def answer_of(method: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    if inspect.isasyncgenfunction(method):
        return [one async for one in method(**arguments)]
    return await method(**arguments)


async def rows_of_the_first(database: Database) -> dict[str, list[str]]:
    """Every row of every table that belongs to it."""
    query = "select table_name from information_schema.columns where column_name = 'server_id'"
    async with database.acquire() as db:
        tables = sorted({row[0] for row in await db.fetch(query)})
        return {
            name: [
                row[0]
                for row in await db.fetch(f"select t::text from {name} t where server_id = $1 order by 1", SERVER)
            ]
            for name in tables
        }


def all_of(value: Any) -> str:
    """Everything that can be had from an answer, as text."""
    if isinstance(value, io.IOBase) or hasattr(value, "read"):
        return str(value.read())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return " ".join(all_of(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, Mapping):
        return " ".join(f"{all_of(key)} {all_of(one)}" for key, one in value.items())
    if isinstance(value, np.ndarray):
        return str(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(all_of(one) for one in value)
    return repr(value)


async def two_servers(clan: Clan, database: Database, seed: int, *, empty: bool = False) -> Guess:
    rng = random.Random(seed)
    await live(clan, rng, steps=15)
    with contextlib.suppress(Conflict):
        await clan.services.live.start(EDITOR, ChannelId(11), ["DX", "Onyx"])
    await clan.services.live.tell(EDITOR, ChannelId(11), "sgb 1 3 4 7 9 12\nnote Harbor lagged")
    asked = await clan.services.sign_ups.post(
        EDITOR, ChannelId(11), clan.clock() + timedelta(days=2), opponent="Onyx"
    )  # fmt: skip
    await clan.services.sign_ups.answer(EDITOR, asked.sign_up_id, Answer.CAN)
    await clan.services.sign_ups.post(EDITOR, ChannelId(12), clan.clock() + timedelta(days=3), opponent="Harbor")
    await clan.services.bulk.start(EDITOR, ChannelId(11), answer_channel_id=ChannelId(11), before=MessageId(9))
    clan.clock.at += timedelta(days=1)
    if not empty:
        await clan.services.roster.add(STRANGER, "Newcomer")
        for number in range(2):
            text = f"Newcomer {40 + number}, Another 30 vs CB 60"
            review = await clan.services.reviews.typed(STRANGER, ChannelId(21), MessageId(number + 1), text)
            await clan.services.reviews.save(STRANGER, review.upload_id)
    async with database.acquire() as db:
        ids = {
            table: [row[0] for row in await db.fetch(f"select {column} from {table} order by server_id, 1")]
            for table, column in IDS.items()
        }
    ids["teams"] = ids["teams"] or [1]
    with (await clan.services.exporting.export(OTHER_SERVER)).file as file:
        return Guess(clan, rng, ids, file.read())


@pytest.mark.parametrize("seed", range(4))
async def test_no_use_case_of_one_server_shows_or_changes_anothers_rows(
    clan: Clan, database: Database, seed: int
) -> None:
    guess = await two_servers(clan, database, seed, empty=seed == 3)
    before = await rows_of_the_first(database)
    assert sum(len(rows) for rows in before.values()) > 100
    reached = set()
    for called, method in methods(clan.services).items():
        for _ in range(6):
            try:
                said = all_of(await answer_of(method, await guess.arguments(method)))
                reached.add(called)
            except UserProblem as problem:
                said = " ".join([str(problem), *getattr(problem, "suggestions", ())])
            for secret in SECRETS:
                assert secret not in said, (called, secret)
        assert await rows_of_the_first(database) == before, called
    assert len(reached) > 40  # most were let in, to their own rows


async def test_the_law_has_teeth(clan: Clan, database: Database) -> None:
    """The same calls for the first server show its secrets, and change it."""
    await two_servers(clan, database, 0)
    said = all_of(await clan.services.wars.page(SERVER)) + all_of(await clan.services.exporting.export(SERVER))
    assert "Onyx" in said
    assert "Comet Racers" in str(await exported(clan))
    before = await rows_of_the_first(database)
    await clan.services.settings.change(EDITOR, prefix="%")
    assert await rows_of_the_first(database) != before


async def test_what_people_know_of_somebody_is_of_one_server(clan: Clan, database: Database) -> None:
    """The one who asks is a user of both."""
    await two_servers(clan, database, 1)
    known = await clan.services.privacy.known(OTHER_SERVER, EDITOR.user_id)
    assert not known
    assert await clan.services.privacy.known(SERVER, EDITOR.user_id)
