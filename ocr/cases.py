"""Labelled cases: pictures of one's own with what they really say, kept in a folder each. Blocking: call in a thread.

CASE/picture.png (or .jpg, .webp)  as it was sent
CASE/case.json                     the truth in the form of labelled pictures (`image`, `kind`, `rows`, `teams`,
                                   `expect`), the `reading` as it was then, and the reporter's `note`

`case.json` is written last and whole: a folder without one is no case.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocr.files import sync_folder, write_whole

_LABEL = "case.json"
_ID = re.compile(r"[0-9a-z-]{1,80}")
_ENDINGS = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpg"), (b"RIFF", "webp"))


class CaseError(Exception):
    """A case that cannot be used; `str(error)` says why and names it."""


@dataclass(frozen=True, slots=True)
class Case:
    case_id: str
    kind: str
    truth: Mapping[str, Any]  # as `ocr.scoring.mark` takes it
    reading: Mapping[str, Any] | None  # as it was when the case was kept; None where there was none
    note: str | None
    picture: Path


def keep(folder: Path, case_id: str, picture: bytes, label: Mapping[str, Any]) -> bool:
    """Write a case, or put a newer label in the place of the older. True where it is new. Raises OSError; then the case
    is as it was before. `label` is everything of `case.json` but the picture's name."""
    if not _ID.fullmatch(case_id):
        raise ValueError(f"{case_id!r} cannot be a case's name")
    here = folder / case_id
    fresh = not (here / _LABEL).exists()
    made = not here.exists()
    name = f"picture.{next((ending for start, ending in _ENDINGS if picture.startswith(start)), 'bin')}"
    text = json.dumps({"image": name, **label}, ensure_ascii=False, indent=1)
    try:
        here.mkdir(parents=True, exist_ok=True)
        write_whole(here / name, picture)
        write_whole(here / _LABEL, text.encode("utf-8", "replace"))
    except OSError:
        if made:
            shutil.rmtree(here, ignore_errors=True)
        raise
    sync_folder(folder)
    return fresh


def load(folder: Path) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """The cases by name, and one sentence for each that cannot be used. Raises OSError where the folder cannot be
    read; a folder that is not there holds none."""
    cases, problems = [], []
    for path in sorted(folder.glob(f"*/{_LABEL}")) if folder.is_dir() else ():
        try:
            cases.append(_load(path))
        except CaseError as problem:
            problems.append(str(problem))
    return tuple(cases), tuple(problems)


def remove(folder: Path, case_id: str) -> None:
    """Delete a case with its picture. Raises CaseError where there is none, OSError."""
    here = folder / case_id
    if not _ID.fullmatch(case_id) or not here.is_dir():
        raise CaseError(f"There is no case {case_id}.")
    (here / _LABEL).unlink(missing_ok=True)  # first: half a case is none
    shutil.rmtree(here)


def _load(path: Path) -> Case:
    name = path.parent.name
    try:
        label = json.loads(path.read_bytes())
        picture = path.parent / Path(label["image"]).name
        asks_for_rows = label.get("expect") != "refuse"
        if asks_for_rows and not all(isinstance(row["name"], str) and "score" in row for row in label["rows"]):
            raise TypeError  # noqa: TRY301 — one answer to every kind of damage
        case = Case(name, str(label["kind"]), label, label.get("reading"), label.get("note"), picture)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CaseError(f"{name}: its {_LABEL} is damaged; remove the case or report the picture again.") from None
    if not picture.is_file():
        raise CaseError(f"{name}: its picture is gone; remove the case or report the picture again.")
    return case
