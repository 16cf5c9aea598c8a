"""Pictures on disk by their sha256, and notes of what is not in the database yet. Blocking: call it in a thread."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mkw.ids import AttachmentId, BulkId, ChannelId, MessageId, ServerId, UserId
from ocr.files import write_whole

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Note:
    """All that the database will know of a picture that was just sent."""

    server_id: ServerId
    channel_id: ChannelId
    message_id: MessageId
    attachment_id: AttachmentId
    uploader_id: UserId
    uploader_name: str
    filename: str
    sent_at: datetime
    sha256: str
    path: str  # under the data directory
    bulk_id: BulkId | None = None  # the bulk scan that found it


def digest(data: bytes) -> str:
    """Its sha256. Megabytes take a while: call it in a thread."""
    return hashlib.sha256(data).hexdigest()


class Vault:
    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir
        self._spool = data_dir / "spool"

    def keep(self, data: bytes) -> tuple[str, str]:
        """Write the bytes so that a crash leaves all of them or nothing. Returns (sha256, path under the root)."""
        sha256 = digest(data)
        path = self.path_of(sha256)
        if not (self._root / path).exists():
            self._write(self._root / path, data)
        return sha256, path

    @staticmethod
    def path_of(sha256: str) -> str:
        """Under the root."""
        return f"pictures/{sha256[:2]}/{sha256}"

    def has(self, sha256: str) -> bool:
        return (self._root / self.path_of(sha256)).exists()

    def read(self, path: str) -> bytes | None:
        try:
            return (self._root / path).read_bytes()
        except OSError:
            return None

    def note(self, note: Note) -> None:
        data = {**dataclasses.asdict(note), "sent_at": note.sent_at.isoformat()}
        self._write(self._note_path(note), json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))

    def done(self, note: Note) -> None:
        self._note_path(note).unlink(missing_ok=True)

    def notes(self) -> tuple[Note, ...]:
        """Oldest first. A note that cannot be read is put aside under another name, and logged."""
        found = []
        for path in sorted(self._spool.glob("*.json")):
            try:
                data = json.loads(path.read_bytes())
                found.append(Note(**{**data, "sent_at": datetime.fromisoformat(data["sent_at"])}))
            except (ValueError, TypeError, KeyError, OSError):
                log.exception("the spool note %s cannot be read; put aside", path.name)
                _put_aside(path)
        return tuple(sorted(found, key=lambda note: (note.sent_at, note.attachment_id)))

    def refuse(self, note: Note) -> None:
        """Put a note aside that the records will never take; its picture stays."""
        _put_aside(self._note_path(note))

    def _note_path(self, note: Note) -> Path:
        return self._spool / f"{note.message_id}-{note.attachment_id}.json"

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)


def _put_aside(path: Path) -> None:
    path.rename(path.with_suffix(".bad"))
