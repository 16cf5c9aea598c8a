"""Keeping a picture with what it really says, so that an operator can measure the reader on their own clan's pictures.

Cases lie under the data directory and go nowhere else. They are no records: no row of the database knows them.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.services import labels
from bot.services.drafts import Draft, Review, UploadState
from bot.services.errors import BadInput, Conflict, NotFound, UserProblem
from bot.services.reviews import review_of, settled
from bot.services.texts import tidy
from bot.services.vault import Vault
from db import uploads
from mkw.ids import ChannelId, ServerId, UploadId
from ocr import cases

if TYPE_CHECKING:
    from bot.services.records import Records
    from bot.services.wars import WarService
    from db.pool import Connection
    from db.uploads import UploadRow

log = logging.getLogger(__name__)
CASES = "cases"
LONGEST_NOTE = 500
_READ_NOTHING: dict[str, Any] = {"sides": []}


class Said(StrEnum):
    """What the reporter says the picture is, where no rows tell."""

    RESULT = "is-result"
    NO_RESULT = "no-result"


@dataclass(frozen=True, slots=True)
class Kept:
    case_id: str
    is_new: bool  # False: the case was there and is up to date now
    confirmed: int  # rows whose truth is known
    rows: int
    expects: str | None  # `refuse` or `optional` where no rows are asked


class ReportService:
    def __init__(self, records: Records, wars: WarService, data_dir: Path) -> None:
        self._records = records
        self._wars = wars
        self._vault = Vault(data_dir)
        self._folder = data_dir / CASES

    async def newest(self, server_id: ServerId, channel_id: ChannelId) -> Review | None:
        """The newest picture of the channel, whatever became of it."""

        async def look(db: Connection) -> Review | None:
            row = await uploads.newest_picture(db, server_id=server_id, channel_id=channel_id)
            return None if row is None else await review_of(db, row)

        return await self._records.read(look)

    async def keep(
        self, server_id: ServerId, upload_id: UploadId, *, said: Said | None = None, note: str | None = None
    ) -> Kept:
        """Keep the upload as a case, or bring its case up to date. Raises NotFound; BadInput for a war that was typed;
        Conflict while the picture is read; UserProblem where its file is gone or the disk does not take it."""

        async def look(db: Connection) -> tuple[UploadRow | None, Draft | None, dict[str, Any] | None]:
            row = await uploads.get(db, server_id=server_id, upload_id=upload_id)
            if row is None:
                return None, None, None
            return row, await settled(db, row), await uploads.reading(db, server_id=server_id, upload_id=upload_id)

        row, draft, reading = await self._records.read(look)
        if row is None:
            raise NotFound(f"There is no upload {upload_id} on this server.")
        if row.path is None or row.sha256 is None:
            raise BadInput("That war was typed: there is no picture to keep.")
        if row.state == UploadState.RECEIVED:
            raise Conflict("This picture is still being read; report it when its answer is there.")
        picture = await asyncio.to_thread(self._vault.read, row.path)
        if picture is None:
            raise NotFound("The picture's file is gone from the bot's disk. Post it again, and report the new answer.")
        label = await self._label(row, draft, reading, said)
        label |= {"reading": reading, "note": tidy(note or "")[:LONGEST_NOTE] or None, "state": row.state}
        case_id = f"{upload_id}-{row.sha256[:12]}"
        is_new = await self._write(case_id, picture, label)
        return Kept(case_id, is_new, labels.confirmed_rows(label), len(label["rows"]), label.get("expect"))

    async def _label(
        self, row: UploadRow, draft: Draft | None, reading: dict[str, Any] | None, said: Said | None
    ) -> dict[str, Any]:
        if said is Said.NO_RESULT:
            if row.state == UploadState.SAVED:
                raise BadInput(f"It is kept as war {row.war_id}, so it is a result. Remove the war first.")
            return labels.label_of_no_result()
        if row.own_draft is not None:
            # The war, and the draft under review, are those of several pictures; this one shows its own rows only.
            return labels.label_of_review(Draft.from_json(row.own_draft), reading or _READ_NOTHING)
        if draft is None:
            return labels.label_of_some_result()
        if row.war_id is not None:
            war = await self._wars.get(row.server_id, row.war_id)
            return labels.label_of_war(war, draft, reading or _READ_NOTHING)
        return labels.label_of_review(draft, reading or _READ_NOTHING)

    async def _write(self, case_id: str, picture: bytes, label: dict[str, Any]) -> bool:
        try:
            return await asyncio.to_thread(cases.keep, self._folder, case_id, picture, label)
        except OSError as problem:
            log.warning("case %s cannot be kept: %s", case_id, problem)
            why = {
                errno.ENOSPC: "the bot's disk is full",
                errno.EDQUOT: "the bot's disk is full",
                errno.EACCES: "the bot may not write there",
                errno.EROFS: "the bot may not write there",
            }.get(problem.errno or 0, "its folder cannot be written")
            text = f"The case could not be kept: {why} (`{CASES}` in its data directory). Tell whoever runs the bot."
            raise UserProblem(f"{text} Nothing else changed.") from problem
