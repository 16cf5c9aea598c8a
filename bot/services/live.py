"""Live wars: begun in a channel, told there line by line, kept at the end like any other war.

Every change holds the server's row and the live war's, looks again, and is one entry in the log of changes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.services import people
from bot.services.actors import Actor
from bot.services.changelog import LIVE, WAR, Entry
from bot.services.drafts import Source
from bot.services.errors import BadInput, Conflict, NotFound
from bot.services.live_keeping import draft_of, note_of, race_rows, totals_of
from bot.services.live_telling import LiveState, LiveView, Told, late, not_begun, told, view_of
from bot.services.reviews import kept_already
from bot.services.roster import candidates
from bot.services.saving import AverageMoved, averages_moved, keep_war
from bot.services.sign_ups import begin_war
from bot.services.texts import a_name, discord_link
from db import live, races
from mkw.ids import ChannelId, LiveId, MessageId, ServerId, SignUpId, UserId, WarId
from mkw.live import Form, LiveWar, untold
from mkw.live_said import Action, LiveError
from mkw.live_words import Known

if TYPE_CHECKING:
    from bot.services.player import Player
    from bot.services.records import Records
    from db.live import LiveRow
    from db.pool import Connection

IDLE = timedelta(hours=6)  # nothing was told for so long: it is asked whether the war goes on
ANSWER_WITHIN = timedelta(hours=6)  # else it ends by itself
LATE = timedelta(minutes=15)  # after its end a race that is told is answered still
STILL_USED = timedelta(days=14)  # a channel in which a live war began since is one where they are told
NONE_HERE = "No live war runs in this channel: `war start DX CB` begins one."
NOBODY = UserId(0)
ITSELF = "the bot"


@dataclass(frozen=True, slots=True)
class Ended:
    """`off` is what does not close; `untold` are races that do not say who took what, where others do."""

    view: LiveView
    war_id: WarId
    averages: tuple[AverageMoved, ...]
    off: str | None
    untold: tuple[int, ...]


class EndsEarly(Conflict):
    """Races are missing, or a war like it is kept; said once more, it ends."""


class LiveService:
    """All methods raise NotFound where no live war runs in the channel, BadInput for what cannot be, Conflict where
    somebody else was quicker."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def running(self, server_id: ServerId, channel_id: ChannelId) -> LiveView | None:
        async def look(db: Connection) -> LiveView | None:
            row = await live.running(db, server_id=server_id, channel_id=channel_id)
            return None if row is None else view_of(row)

        return await self._records.read(look)

    async def view(self, server_id: ServerId, live_id: LiveId) -> LiveView:
        """Whatever became of it."""

        async def look(db: Connection) -> LiveView:
            row = await live.get(db, server_id=server_id, live_id=live_id)
            if row is None:
                raise NotFound(NONE_HERE)
            return view_of(row)

        return await self._records.read(look)

    async def channels(self, server_id: ServerId) -> frozenset[ChannelId]:
        """Where one runs, or ended just now. Cached."""
        since = self._now() - LATE
        return await self._records.cached(
            server_id, "live", lambda db: live.channels(db, server_id=server_id, since=since)
        )

    async def was_told_unbegun(self, server_id: ServerId, channel_id: ChannelId, text: str) -> bool:
        """Whether a race is told in a channel where live wars are told, though none runs there."""
        if not not_begun(text):
            return False
        row = await self._records.read(lambda db: live.newest(db, server_id=server_id, channel_id=channel_id))
        return row is not None and row.state != LiveState.RUNNING and self._now() - row.started_at < STILL_USED

    async def start(
        self, actor: Actor, channel_id: ChannelId, sides: Sequence[str], form: Form = Form.SIX, *,
        players: Sequence[str] = (), message_id: MessageId | None = None, sign_up_id: SignUpId | None = None,
    ) -> LiveView:  # fmt: skip
        """`sides` are tags, ours first; `players` who is in our seats, where that is known; `sign_up_id` the sign-up
        it was posted by, which is played then. Raises Conflict where one runs there."""
        tags = [a_name(tag, what="tag") for tag in sides]
        if not 2 <= len(tags) <= form.sides or len({tag.casefold() for tag in tags}) < len(tags):
            many = "your tag and one other" if form.sides == 2 else "your tag and up to three others"
            raise BadInput(f"A war of {form.value} has {many}, such as `war start DX CB {form.value}`.")
        war = LiveWar((*tags, *[None] * (form.sides - len(tags))), form, players=tuple(players)[: form.size])
        async with self._records.change(actor.server_id, drops=frozenset({"live"})) as db:
            at = self._now()
            if (there := await live.running(db, server_id=actor.server_id, channel_id=channel_id)) is not None:
                against = view_of(there).against
                where = there.card_id and f" {discord_link(actor.server_id, channel_id, there.card_id)}"
                raise Conflict(
                    f"A live war against {against} runs in this channel already: `end` it first. Nothing was begun."
                    f"{where or ''}"
                )
            entry = Entry(db, actor, at)
            live_id = await live.insert(
                db, server_id=actor.server_id, channel_id=channel_id, war=war.to_json(), started_by=actor.user_id,
                started_by_name=actor.name, at=at,
            )  # fmt: skip
            await live.heard(db, server_id=actor.server_id, live_id=live_id, at=at, message_id=message_id)
            entry.created(LIVE, live_id)
            if sign_up_id is not None:
                await begin_war(entry, sign_up_id)
            await entry.write("start", LIVE, live_id, f"began a live war against {view_of_war(war)}")
            return await self._view(db, actor.server_id, live_id)

    async def is_meant(self, server_id: ServerId, channel_id: ChannelId, text: str) -> bool:
        """Whether `tell` would do something with it: most that is written in a channel is talk."""
        known = await self._known(server_id)

        async def look(db: Connection) -> LiveRow | None:
            row = await live.running(db, server_id=server_id, channel_id=channel_id)
            return row or await live.newest(db, server_id=server_id, channel_id=channel_id)

        row = await self._records.read(look)
        if row is None or row.state != LiveState.RUNNING:
            return row is not None and self._is_late(row) and late(row, text, known)
        return told(row, text, known, by=NOBODY, now=self._now()) is not None

    async def tell(
        self, actor: Actor, channel_id: ChannelId, text: str, *, message_id: MessageId | None = None,
        race: int | None = None, surely: bool = False,
    ) -> Told | None:  # fmt: skip
        """What somebody wrote in the channel, line by line; one change, however many lines. None where it is not for
        the war, or that message was heard before. `race`: the race it is meant for, if it is still the one whose turn
        it is. `surely`: it was said as a command, so it cannot be talk."""
        known = await self._known(actor.server_id)
        row = await self._records.read(
            lambda db: live.running(db, server_id=actor.server_id, channel_id=channel_id)
        )  # most messages are talk: looked at before anything is held
        if row is None:
            if not surely:
                await self._refuse_late(actor.server_id, channel_id, text, known)
            return None
        if told(row, text, known, by=actor.user_id, now=self._now()) is None:
            if surely:
                raise BadInput("That is no track, no places and no word I know here; `help live` shows them.")
            return None
        async with self._held(actor, channel_id) as (entry, held):
            if message_id is not None and message_id in held.heard:
                return None
            if race is not None and race != len(view_of(held).war.races) + 1:
                raise Conflict(f"Race {race} is there already; nothing was added.")
            done = told(held, text, known, by=actor.user_id, now=entry.at)
            return None if done is None else await self._keep(entry, held, done, message_id)

    async def do(self, actor: Actor, channel_id: ChannelId, action: Action) -> Told:
        """One thing, said by a button or a command."""
        async with self._held(actor, channel_id) as (entry, row):
            try:
                done = Told.of(view_of(row), action)
            except LiveError as problem:
                raise BadInput(str(problem)) from problem
            return await self._keep(entry, row, done, None)

    async def _keep(self, entry: Entry, row: LiveRow, done: Told, message_id: MessageId | None) -> Told:
        """Write what was told, in the log too; a question or a mistake alone changes nothing but who was heard."""
        server_id, live_id = row.server_id, row.live_id
        if done.done:
            await entry.touch(LIVE, live_id)
            await live.put(
                entry.db, server_id=server_id, live_id=live_id, state=row.state, war=done.view.war.to_json(),
                war_id=None,
            )  # fmt: skip
            if done.raced:
                actor = entry.actor
                await live.raced(
                    entry.db, server_id=server_id, live_id=live_id, at=entry.at, by=actor.user_id, by_name=actor.name
                )
        await live.heard(entry.db, server_id=server_id, live_id=live_id, at=entry.at, message_id=message_id)
        if done.done:
            text = "; ".join(done.done)
            await entry.write("tell", LIVE, live_id, f"live war against {done.view.against}: {text}")
        return replace(done, view=await self._view(entry.db, server_id, live_id))

    async def _refuse_late(self, server_id: ServerId, channel_id: ChannelId, text: str, known: Known) -> None:
        """Raises Conflict for a race told after the end; anything else is talk."""
        row = await self._records.read(lambda db: live.newest(db, server_id=server_id, channel_id=channel_id))
        if row is not None and self._is_late(row) and late(row, text, known):
            raise Conflict(f"The war is over, and kept as war {row.war_id}; `undo` opens it again. Nothing was added.")

    def _is_late(self, row: LiveRow) -> bool:
        return row.state == LiveState.KEPT and self._now() - row.last_at < LATE

    async def end(
        self, actor: Actor, channel_id: ChannelId, *, totals: Sequence[tuple[str, int]] = (), surely: bool = False
    ) -> Ended:
        """Keep it as a war: one transaction, one change that can be taken back. Raises EndsEarly where races are
        missing and `surely` is not said."""
        async with self._held(actor, channel_id, drops=True) as (entry, row):
            war = view_of(row).war
            if not war.races:
                raise BadInput("No race is told yet, so there is nothing to keep; `live throw` throws it away.")
            if war.left and not surely:
                part = "" if war.part is None else ", and the next in part"
                raise EndsEarly(f"{len(war.races)} of {war.length} races are told{part}: `end now` ends it here.")
            return await self._end(entry, row, war, totals, surely=surely)

    async def _end(
        self, entry: Entry, row: LiveRow, war: LiveWar, totals: Sequence[tuple[str, int]], *, surely: bool
    ) -> Ended:
        server_id = row.server_id
        others = totals_of(war, totals)
        roster = await people.everybody(entry.db, server_id)
        draft = draft_of(war, others, roster, row.started_at)
        same = None if surely else await kept_already(entry.db, server_id, draft, row.started_at)
        if same is not None:
            raise EndsEarly(f"This looks like war {same}, which is kept already: `end now` keeps both.")
        await entry.touch(LIVE, row.live_id)
        war_id = await keep_war(entry, draft, sent_at=row.started_at, source=Source.TYPED, note=note_of(war))
        raced, results = race_rows(war)
        await races.insert(entry.db, server_id=server_id, war_id=war_id, races=raced, results=results)
        entry.created(WAR, war_id)
        await live.put(
            entry.db, server_id=server_id, live_id=row.live_id, state=LiveState.KEPT, war=row.war, war_id=war_id
        )
        await live.heard(entry.db, server_id=server_id, live_id=row.live_id, at=entry.at, message_id=None)
        await entry.write("end", LIVE, row.live_id, f"ended the live war and saved war {war_id}")
        averages = await averages_moved(entry, server_id, war_id, draft)
        return Ended(await self._view(entry.db, server_id, row.live_id), war_id, averages, others.off, untold(war))

    async def throw_away(self, actor: Actor, channel_id: ChannelId) -> LiveView:
        """Nothing of it is kept; `undo` opens it again."""
        async with self._held(actor, channel_id, drops=frozenset({"live"})) as (entry, row):
            await entry.touch(LIVE, row.live_id)
            await live.put(
                entry.db, server_id=row.server_id, live_id=row.live_id, state=LiveState.THROWN, war=row.war, war_id=None
            )
            against = view_of(row).against
            await entry.write("throw", LIVE, row.live_id, f"threw the live war against {against} away")
            return await self._view(entry.db, row.server_id, row.live_id)

    async def goes_on(self, actor: Actor, channel_id: ChannelId) -> LiveView:
        """Somebody says that it is not over: it is asked again after six hours more."""
        async with self._held(actor, channel_id) as (entry, row):
            await live.heard(entry.db, server_id=row.server_id, live_id=row.live_id, at=entry.at, message_id=None)
            return await self._view(entry.db, row.server_id, row.live_id)

    async def carded(self, server_id: ServerId, live_id: LiveId, card_id: MessageId) -> None:
        """Remember the newest message that shows how it stands."""
        await self._records.read(lambda db: live.set_card(db, server_id=server_id, live_id=live_id, card_id=card_id))

    async def everywhere(self) -> tuple[LiveView, ...]:
        """Of all servers: those that run."""
        return tuple(view_of(row) for row in await self._records.read(live.everywhere))

    async def idle(self) -> tuple[LiveView, ...]:
        """Of all servers: those to ask about now. Each is given out once, to one of several bots."""
        now = self._now()
        rows = await self._records.read(lambda db: live.ask_idle(db, told_before=now - IDLE, at=now))
        return tuple(view_of(row) for row in rows)

    async def unanswered(self) -> tuple[LiveView, ...]:
        """Of all servers: those that were asked about and that nobody answered in time."""
        before = self._now() - ANSWER_WITHIN
        rows = await self._records.read(lambda db: live.unanswered(db, asked_before=before))
        return tuple(view_of(row) for row in rows)

    async def ends_itself(self, view: LiveView) -> Ended | None:
        """After nobody answered: kept, or thrown away where no race was told, and None. What cannot be kept before
        somebody says what the others have is asked about again later. Raises BadInput then."""
        actor = Actor(view.server_id, NOBODY, ITSELF)
        if not view.war.races:
            await self.throw_away(actor, view.channel_id)
            return None
        try:
            return await self.end(actor, view.channel_id, surely=True)
        except BadInput:
            await self.goes_on(actor, view.channel_id)
            raise

    @asynccontextmanager
    async def _held(
        self, actor: Actor, channel_id: ChannelId, *, drops: bool | frozenset[str] = False
    ) -> AsyncIterator[tuple[Entry, LiveRow]]:
        """A transaction that holds the live war of the channel. Raises NotFound."""
        async with self._records.change(actor.server_id, drops=drops) as db:
            row = await live.running(db, server_id=actor.server_id, channel_id=channel_id, lock=True)
            if row is None:
                raise NotFound(NONE_HERE)
            yield Entry(db, actor, self._now()), row

    async def _view(self, db: Connection, server_id: ServerId, live_id: LiveId) -> LiveView:
        row = await live.get(db, server_id=server_id, live_id=live_id)
        if row is None:
            raise NotFound(NONE_HERE)
        return view_of(row)

    async def _known(self, server_id: ServerId) -> Known:
        roster: tuple[Player, ...] = await self._records.cached(
            server_id, "players", lambda db: people.everybody(db, server_id)
        )
        linked = [(player.discord_user_id, player.name) for player in roster]
        return Known(candidates(roster), mentions=tuple((user, name) for user, name in linked if user is not None))


def view_of_war(war: LiveWar) -> str:
    """The others' tags."""
    return ", ".join(tag or "?" for tag in war.sides[1:])
