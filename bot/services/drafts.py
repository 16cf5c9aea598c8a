"""A war that is being reviewed: what was read, matched to the roster, and corrected. Frozen data and pure changes.

A draft lives as JSON in its upload's row until it is saved (it becomes a war) or discarded. Rows are numbered from 1
through all sides, in the order drawn: that number is what people type (`!edit 3 score 44`).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from mkw.ids import BulkId, ChannelId, LiveId, MessageId, PlayerId, ServerId, UploadId, UserId, WarId
from mkw.race_rows import RaceRow


class UploadState(StrEnum):
    RECEIVED = "received"  # kept, not read yet (or being read: a restart takes it up again)
    REVIEW = "review"  # read; a person decides
    SAVED = "saved"
    DISCARDED = "discarded"
    REFUSED = "refused"  # not a result; `reason` says why
    FAILED = "failed"  # the reader gave up twice; `reason` says why
    JOINED = "joined"  # its rows went into another upload's draft


class Source(StrEnum):
    PICTURE = "picture"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class DraftLine:
    name: str  # as drawn, or as a person corrected it
    score: int | None
    races: int | None  # None: the whole war
    player_id: PlayerId | None = None
    player_name: str | None = None  # the roster's name of player_id
    place: int | None = None
    penalty: int = 0  # a row's own "(-10)" of an FFA table
    race_points: int | None = None
    doubts: tuple[str, ...] = ()
    drawn: str = ""  # the name as it was read, whatever a person made of it; empty: as `name`
    name_confidence: float | None = None  # 0..1, the reader's own of `name`; None where a person wrote it
    by_hand: bool = False  # a person said who this is: nothing else is guessed, and the drawn name becomes an alias
    racer: int | None = None  # of a war race by race: whose line it is, by the index in its chain

    @property
    def drawn_name(self) -> str:
        return self.drawn or self.name


@dataclass(frozen=True, slots=True)
class DraftSide:
    lines: tuple[DraftLine, ...]
    tag: str | None = None
    total: int | None = None  # as drawn; compare with score_sum
    penalty: int = 0
    doubts: tuple[str, ...] = ()

    @property
    def score_sum(self) -> int:
        return sum(line.score or 0 for line in self.lines)

    @property
    def final(self) -> int:
        """Points that decide the war: the lines' sum (the drawn total where there are no lines) less the penalty."""
        return (self.score_sum if self.lines else self.total or 0) - self.penalty


@dataclass(frozen=True, slots=True)
class DraftRace:
    """One picture of a war race by race, as read: rows in the order of the race."""

    upload_id: UploadId
    rows: tuple[RaceRow, ...]
    more: tuple[UploadId, ...] = ()  # pictures of the same race that had rows this one lacked
    tags: tuple[str, ...] = ()  # that its names wear


@dataclass(frozen=True, slots=True)
class Draft:
    sides: tuple[DraftSide, ...]
    ours: int | None  # index into sides; None: not decided
    races: int | None
    layout: str  # the reading's layout, or "typed"
    title: str | None = None
    played_at: datetime | None = None  # aware UTC
    was_one_list: bool = False  # drawn without teams: the sides were made here, and a row may still change them
    joined: tuple[str, ...] = ()  # how other pictures' rows came in, a sentence each
    chain: tuple[DraftRace, ...] = ()  # a war race by race: its races in order
    running: bool = False  # races are still added: nothing is corrected or saved before it is finished

    def rows(self) -> tuple[tuple[int, int, DraftLine], ...]:
        """(row number from 1, side index, line) through all sides."""
        lines = [(index, line) for index, side in enumerate(self.sides) for line in side.lines]
        return tuple((row, index, line) for row, (index, line) in enumerate(lines, 1))

    def to_json(self) -> dict[str, Any]:
        """A dict that `json.dumps` takes."""
        return {
            **dataclasses.asdict(self),
            "played_at": None if self.played_at is None else self.played_at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Draft:
        """The inverse of `to_json`."""
        sides = tuple(
            DraftSide(
                **{
                    **side,
                    "lines": tuple(DraftLine(**{**line, "doubts": tuple(line["doubts"])}) for line in side["lines"]),
                    "doubts": tuple(side["doubts"]),
                }
            )
            for side in data["sides"]
        )
        played_at = None if data["played_at"] is None else datetime.fromisoformat(data["played_at"])
        chain = tuple(
            DraftRace(
                UploadId(race["upload_id"]),
                tuple(RaceRow(**{**row, "doubts": tuple(row["doubts"])}) for row in race["rows"]),
                tuple(UploadId(one) for one in race["more"]),
                tuple(race["tags"]),
            )
            for race in data.get("chain", ())
        )
        joined = tuple(data.get("joined", ()))
        return cls(**{**data, "sides": sides, "played_at": played_at, "chain": chain, "joined": joined})


@dataclass(frozen=True, slots=True)
class ReviewCheck:
    """One check in words, such as `493 + 491 = 984, 82 a race: closes`."""

    text: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Review:
    """Everything an answer in the channel shows. Made anew from the row at every look."""

    server_id: ServerId
    upload_id: UploadId
    channel_id: ChannelId
    message_id: MessageId | None  # the message with the picture
    answer_id: MessageId | None  # the bot's answer
    uploader_id: UserId
    state: UploadState
    source: Source
    reason: str | None  # of a refusal or failure, or of a doubt about the whole picture
    draft: Draft | None  # None for RECEIVED, REFUSED and FAILED
    checks: tuple[ReviewCheck, ...]
    unknown_rows: tuple[int, ...]  # row numbers of our side without a player
    new_rows: tuple[int, ...]  # those among them that resemble nobody on the roster: new players, most likely
    doubtful_rows: tuple[int, ...]
    obstacles: tuple[str, ...]  # why Save cannot be pressed yet; empty: it can
    duplicate_of: WarId | None  # a kept war that looks the same
    war_id: WarId | None  # once saved
    war_removed: bool = False  # it was saved, and taken out of the records since
    carries: bool = False  # others were joined to it
    went_to: Whereabouts | None = None  # JOINED: the answer its rows are part of now
    offer: Offer | None = None  # an open review before it that it may belong to
    next_race: NextRace | None = None  # of a race's list: what it would be in the channel's running war
    bulk_id: BulkId | None = None  # the bulk scan in whose list it stands
    live_id: LiveId | None = None  # JOINED: the live war it is a part of


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Another upload's answer."""

    upload_id: UploadId
    channel_id: ChannelId
    answer_id: MessageId | None
    race: int | None = None  # the number of the race that the picture is there


@dataclass(frozen=True, slots=True)
class NextRace:
    """`to` is None where no war is collected yet. `again`: that race is there, and lacks `fills` rows of this one."""

    to: Whereabouts | None
    number: int
    again: bool = False
    fills: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """The review before this one, and what the two are to each other. `same`: this one says nothing new."""

    to: Whereabouts
    way: str  # `rows` or `add`; empty where it is the same
    same: bool
