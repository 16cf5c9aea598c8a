"""The file of errors stays small, keeps the newest, and survives what can happen to a file."""

from __future__ import annotations

import logging
from pathlib import Path

from bot.kept_errors import MOST_BYTES, PUT_ASIDE, keeping_errors, kept_errors

log = logging.getLogger("tests.kept")


def fail(number: int) -> None:
    what = "command " + "x" * 2_000
    log.error("failed", exc_info=ValueError("words"), extra={"error_id": f"{number:08x}", "what": what})


def test_the_newest_stay_and_the_rest_goes(tmp_path: Path) -> None:
    with keeping_errors(tmp_path):
        for number in range(2_000):
            fail(number)
    ids = [int(error.error_id, 16) for error in kept_errors(tmp_path)]
    assert ids == list(range(1_999, 1_999 - len(ids), -1))
    assert len(ids) > 500
    files = list(tmp_path.iterdir())
    assert len(files) == PUT_ASIDE + 1
    assert all(path.stat().st_size <= MOST_BYTES for path in files)


def test_what_has_no_id_and_what_comes_after_is_not_kept(tmp_path: Path) -> None:
    with keeping_errors(tmp_path):
        log.error("nobody was told of this")
        fail(1)
    fail(2)
    assert [error.error_id for error in kept_errors(tmp_path)] == ["00000001"]


def test_nothing_is_kept_where_nothing_went_wrong(tmp_path: Path) -> None:
    with keeping_errors(tmp_path):
        pass
    assert kept_errors(tmp_path) == ()
    assert list(tmp_path.iterdir()) == []
