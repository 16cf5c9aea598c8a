"""Sign-ups: who can play at a time. Who says so first has a place, the rest wait in order, and are reminded once.

Posting, closing and cancelling are changes of the log. Each single answer is none: it is everybody's own, it is taken
back by another press, and a log of presses would bury what moderators look for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.services import people
from bot.services.actors import Actor
from bot.services.changelog import SIGN_UP, Entry
from bot.services.errors import BadInput, Conflict, NotFound
from bot.services.texts import LONGEST_NAME, a_name, tidy
from db import sign_ups
from mkw.ids import ChannelId, MessageId, ServerId, SignUpId, UserId

if TYPE_CHECKING:
    from bot.services.player import Player
    from bot.services.records import Records
    from db.pool import Connection
    from db.sign_ups import AnswerRow, SignUpRow

SIZE, SIZES = 6, range(2, 13)
REMIND = timedelta(minutes=15)  # before the time, where nothing else is said
LONGEST_REMIND = timedelta(days=1)
FARTHEST = timedelta(days=90)
MOST_OPEN = 25  # of a server: each is a message people look at
MOST_ANSWERS = 100
OVER = timedelta(hours=2)  # after its time nobody signs up any more
EARLY = timedelta(hours=1)  # so long before its time a war begun in its channel is the one it was for
STALE = timedelta(minutes=2)  # after which a reminder that was taken on and never posted is anybody's again


class SignUpState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"  # it holds, and nobody signs up any more
    PLAYED = "played"  # a live war of it was begun
    CANCELLED = "cancelled"


class Answer(StrEnum):
    CAN = "can"
    MAYBE = "maybe"
    SUBSTITUTE = "substitute"


@dataclass(frozen=True, slots=True)
class SignedUp:
    """`name` is the player's, or the display name of whoever is none. `moved_up`: waited and has a place now."""

    user_id: UserId
    name: str
    answer: Answer
    moved_up: bool


@dataclass(frozen=True, slots=True)
class SignUp:
    """`answers` are in the order they were given. `is_over`: its time is past."""

    server_id: ServerId
    sign_up_id: SignUpId
    channel_id: ChannelId
    message_id: MessageId | None
    state: SignUpState
    starts_at: datetime
    size: int
    opponent: str | None
    remind_at: datetime | None
    posted_by: UserId
    answers: tuple[SignedUp, ...]
    is_over: bool

    @property
    def playing(self) -> tuple[SignedUp, ...]:
        """Who has a place: the first `size` who can."""
        return self.of(Answer.CAN)[: self.size]

    @property
    def waiting(self) -> tuple[SignedUp, ...]:
        return self.of(Answer.CAN)[self.size :]

    @property
    def is_open(self) -> bool:
        """Takes answers."""
        return self.state is SignUpState.OPEN and not self.is_over

    @property
    def line_up(self) -> tuple[str, ...]:
        """Names for a war; empty unless every place is filled by somebody of their own name."""
        names = tuple(dict.fromkeys(one.name for one in self.playing))
        return names if len(names) == self.size else ()

    def of(self, answer: Answer) -> tuple[SignedUp, ...]:
        return tuple(one for one in self.answers if one.answer is answer)


@dataclass(frozen=True, slots=True)
class Taken:
    sign_up: SignUp  # as it is now
    again: bool  # somebody took it on before, and may have posted it without saying so


class SignUpService:
    """All methods that are given a number raise NotFound where the server has no such sign-up."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def post(
        self, actor: Actor, channel_id: ChannelId, starts_at: datetime, *, opponent: str | None = None,
        size: int = SIZE, remind: timedelta | None = REMIND,
    ) -> SignUp:  # fmt: skip
        """`remind`: how long before its time the players are reminded; None: not at all, which it is too where that is
        past. Raises BadInput for a time that is past or far away, Conflict where too many are open."""
        at = self._now()
        _require_possible(starts_at - at, size, remind)
        tag = None if opponent is None else a_name(opponent, what="tag")
        remind_at = None if remind is None or starts_at - remind <= at else starts_at - remind
        async with self._records.change(actor.server_id, drops=False) as db:
            if len(await sign_ups.coming(db, server_id=actor.server_id, since=at - OVER)) >= MOST_OPEN:
                raise Conflict(f"{MOST_OPEN} sign-ups are open already; `available cancel 3` takes one away.")
            number = await sign_ups.insert(
                db, server_id=actor.server_id, channel_id=channel_id, starts_at=starts_at, size=size, opponent=tag,
                remind_at=remind_at, posted_by=actor.user_id, posted_by_name=actor.name, at=at,
            )  # fmt: skip
            entry = Entry(db, actor, at)
            entry.created(SIGN_UP, number)
            against = f" for a war against {tag}" if tag else ""
            await entry.write("post", SIGN_UP, number, f"posted sign-up {number}{against}")
        return await self.get(actor.server_id, number)

    async def posted_as(self, server_id: ServerId, sign_up_id: SignUpId, message_id: MessageId) -> None:
        """Remember the message that shows it."""
        await self._records.read(
            lambda db: sign_ups.set_message(db, server_id=server_id, sign_up_id=sign_up_id, message_id=message_id)
        )

    async def get(self, server_id: ServerId, sign_up_id: SignUpId) -> SignUp:
        """Whatever became of it."""
        row = await self._records.read(lambda db: _row(db, server_id, sign_up_id))
        return (await self._shown(server_id, (row,)))[0]

    async def by_message(self, server_id: ServerId, message_id: MessageId) -> SignUp:
        """Raises NotFound where the message is none."""
        row = await self._records.read(
            lambda db: sign_ups.by_message(db, server_id=server_id, message_id=message_id)
        )  # fmt: skip
        if row is None:
            raise NotFound("The message you replied to is no sign-up; `available` lists those that are open.")
        return (await self._shown(server_id, (row,)))[0]

    async def coming(self, server_id: ServerId) -> tuple[SignUp, ...]:
        """Those that take place and are not over, the next one first."""
        since = self._now() - OVER
        rows = await self._records.read(lambda db: sign_ups.coming(db, server_id=server_id, since=since))
        return await self._shown(server_id, rows)

    async def near(self, server_id: ServerId, channel_id: ChannelId) -> SignUp | None:
        """The one of a channel whose time is nearest to this moment, if a war begun now may be the one it is for."""
        now = self._now()
        there = [one for one in await self.coming(server_id) if one.channel_id == channel_id]
        fitting = [one for one in there if one.starts_at - now <= EARLY]
        return min(fitting, key=lambda one: abs(one.starts_at - now), default=None)

    async def answer(self, actor: Actor, sign_up_id: SignUpId, answer: Answer | None) -> None:
        """What the actor can; None takes them out. Whoever says the same again keeps their turn, whoever says something
        else is the last. A place that becomes free goes to the first who waits. Raises Conflict where it takes no
        answers any more."""
        async with self._records.change(actor.server_id, drops=False) as db:
            row = await _row(db, actor.server_id, sign_up_id, lock=True)
            self._require_open(row)
            before = await sign_ups.answers(db, server_id=actor.server_id, sign_up_ids=[sign_up_id])
            mine = next((one for one in before if one.user_id == actor.user_id), None)
            if (mine and mine.answer) == answer:
                return
            if answer is None:
                await sign_ups.delete_answer(
                    db, server_id=actor.server_id, sign_up_id=sign_up_id, user_id=actor.user_id
                )
            elif mine is None and len(before) >= MOST_ANSWERS:
                raise Conflict(f"{MOST_ANSWERS} people have answered already; nothing was added.")
            else:
                await sign_ups.put_answer(
                    db, server_id=actor.server_id, sign_up_id=sign_up_id, user_id=actor.user_id,
                    user_name=tidy(actor.name)[:LONGEST_NAME] or "somebody", answer=answer.value,
                )  # fmt: skip
            after = await sign_ups.answers(db, server_id=actor.server_id, sign_up_ids=[sign_up_id])
            if moved := _placed(after, row.size) - _placed(before, row.size) - {actor.user_id}:
                await sign_ups.move_up(db, server_id=actor.server_id, sign_up_id=sign_up_id, users=sorted(moved))

    async def close(self, actor: Actor, sign_up_id: SignUpId) -> SignUp:
        """Nobody signs up any more; it holds, and its players are reminded."""
        return await self._become(actor, sign_up_id, SignUpState.CLOSED, "closed")

    async def cancel(self, actor: Actor, sign_up_id: SignUpId) -> SignUp:
        """It does not take place."""
        return await self._become(actor, sign_up_id, SignUpState.CANCELLED, "cancelled")

    async def due(self) -> tuple[tuple[ServerId, SignUpId], ...]:
        """Of all servers: those whose players are to be reminded; whoever does it takes it on first."""
        now = self._now()
        return await self._records.read(lambda db: sign_ups.due(db, at=now, stale=now - STALE))

    async def take(self, server_id: ServerId, sign_up_id: SignUpId) -> Taken | None:
        """For the one who may post the reminder; None where somebody else does."""
        now = self._now()
        again = await self._records.read(
            lambda db: sign_ups.take(db, server_id=server_id, sign_up_id=sign_up_id, at=now, stale=now - STALE)
        )
        return None if again is None else Taken(await self.get(server_id, sign_up_id), again)

    async def reminded(self, server_id: ServerId, sign_up_id: SignUpId) -> None:
        """Nobody reminds of it again."""
        await self._records.read(lambda db: sign_ups.reminded(db, server_id=server_id, sign_up_id=sign_up_id))

    async def _become(self, actor: Actor, sign_up_id: SignUpId, state: SignUpState, done: str) -> SignUp:
        async with self._records.change(actor.server_id, drops=False) as db:
            row = await _row(db, actor.server_id, sign_up_id, lock=True)
            if row.state in (state, SignUpState.CANCELLED, SignUpState.PLAYED):
                raise Conflict(f"Sign-up {sign_up_id} is {row.state} already; `undo` takes that back.")
            await _set_state(Entry(db, actor, self._now()), sign_up_id, state, done)
        return await self.get(actor.server_id, sign_up_id)

    def _require_open(self, row: SignUpRow) -> None:
        if row.state != SignUpState.OPEN:
            raise Conflict(f"Sign-up {row.sign_up_id} is {row.state}; nothing was changed.")
        if row.starts_at < self._now() - OVER:
            raise Conflict(f"The time of sign-up {row.sign_up_id} is over; nothing was changed.")

    async def _shown(self, server_id: ServerId, rows: Sequence[SignUpRow]) -> tuple[SignUp, ...]:
        numbers = [row.sign_up_id for row in rows]
        found = await self._records.read(
            lambda db: sign_ups.answers(db, server_id=server_id, sign_up_ids=numbers)
        )  # fmt: skip
        roster: tuple[Player, ...] = await self._records.cached(
            server_id, "players", lambda db: people.everybody(db, server_id)
        )
        names = {player.discord_user_id: player.name for player in roster if player.discord_user_id is not None}
        by_number: defaultdict[SignUpId, list[AnswerRow]] = defaultdict(list)
        for one in found:
            by_number[one.sign_up_id].append(one)
        return tuple(sign_up_of(row, by_number[row.sign_up_id], names, self._now()) for row in rows)


def sign_up_of(
    row: SignUpRow, answers: Sequence[AnswerRow], players: dict[UserId, str], now: datetime
) -> SignUp:  # fmt: skip
    """`players` are the names of those who are linked."""
    signed = tuple(
        SignedUp(one.user_id, players.get(one.user_id, one.user_name), Answer(one.answer), one.moved_up)
        for one in answers
    )
    return SignUp(
        row.server_id, row.sign_up_id, row.channel_id, row.message_id, SignUpState(row.state), row.starts_at, row.size,
        row.opponent, row.remind_at, row.posted_by, signed, row.starts_at < now - OVER,
    )  # fmt: skip


async def begin_war(entry: Entry, sign_up_id: SignUpId) -> None:
    """A part of beginning its live war: the sign-up is played. Raises Conflict where it is not to be any more."""
    row = await _row(entry.db, entry.actor.server_id, sign_up_id, lock=True)
    if row.state not in (SignUpState.OPEN, SignUpState.CLOSED):
        raise Conflict(f"Sign-up {sign_up_id} is {row.state} meanwhile; nothing was begun.")
    await entry.touch(SIGN_UP, sign_up_id)
    await sign_ups.set_state(
        entry.db, server_id=entry.actor.server_id, sign_up_id=sign_up_id, state=SignUpState.PLAYED.value
    )


async def _set_state(entry: Entry, sign_up_id: SignUpId, state: SignUpState, done: str) -> None:
    await entry.touch(SIGN_UP, sign_up_id)
    await sign_ups.set_state(entry.db, server_id=entry.actor.server_id, sign_up_id=sign_up_id, state=state.value)
    await entry.write(state.value, SIGN_UP, sign_up_id, f"{done} sign-up {sign_up_id}")


async def _row(db: Connection, server_id: ServerId, sign_up_id: SignUpId, *, lock: bool = False) -> SignUpRow:
    row = await sign_ups.get(db, server_id=server_id, sign_up_id=sign_up_id, lock=lock)
    if row is None:
        raise NotFound(f"There is no sign-up {sign_up_id}; `available` lists those that are open.")
    return row


def _placed(answers: Sequence[AnswerRow], size: int) -> set[UserId]:
    return {one.user_id for one in [one for one in answers if one.answer == Answer.CAN][:size]}


def _require_possible(ahead: timedelta, size: int, remind: timedelta | None) -> None:
    if ahead <= timedelta():
        raise BadInput("That time is past; nothing was posted. `available tomorrow 21:00` says another day.")
    if ahead > FARTHEST:
        raise BadInput(f"A sign-up is for the next {FARTHEST.days} days; nothing was posted.")
    if size not in SIZES:
        raise BadInput(f"A side has {SIZES[0]} to {SIZES[-1]} players; nothing was posted.")
    if remind is not None and not timedelta() < remind <= LONGEST_REMIND:
        raise BadInput("A reminder comes at most a day before; nothing was posted.")
