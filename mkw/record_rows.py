"""A record from rows as the database has them: sides and lines find their war, our side and the best opponent."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mkw.lookalikes import fold
from mkw.record import NOBODY, Foes, Ints, Lines, Record, Wars, in_order, rooms, rows_of, values_of

Columns = Mapping[str, Ints]
UNTAGGED = 0  # the tag key of a side without one


def build_record(wars: Columns, sides: Columns, lines: Columns, tags: Mapping[int, str]) -> Record:
    """`wars`: war_id, at (seconds), races, our_side; newest first. `sides`: war_id, side, total, penalty, tag (a key of
    `tags`, UNTAGGED for none), by war and side. `lines`: war_id, side, position, player_id, score, races; within a war
    by player. Rows of wars that are not among `wars` are left out, and so are lines of other sides. `tags` in the order
    they were last drawn, oldest first: of spellings that fold alike the last one is shown."""
    keys, clans = _clans(tags)
    side = _sides(sides, wars, keys)
    count = len(wars["war_id"])
    own, penalty, own_tag = (np.zeros(count, np.int32) for _ in range(3))
    mine = side["ours"]
    at = side["war"][mine]
    own[at], penalty[at], own_tag[at] = side["total"][mine], side["penalty"][mine], side["clan"][mine]
    foes = Foes(*(side[name][~mine] for name in ("war", "clan", "total", "penalty")))
    theirs, theirs_penalty, clan = _best(foes, count)
    points = np.bincount(side["war"], side["total"], count).astype(np.int64)
    number = np.bincount(side["war"], minlength=count).astype(np.int32)
    better = (foes.total - foes.penalty) > (own - penalty)[foes.war]
    room = rooms(points, wars["races"])
    return Record(
        Wars(
            number=wars["war_id"], at=wars["at"], races=wars["races"], own=own, own_penalty=penalty,
            theirs=theirs, theirs_penalty=theirs_penalty, clan=clan, own_tag=own_tag, sides=number,
            place=(1 + np.bincount(foes.war, better, count)).astype(np.int32),
            room=np.where(room > 12, 24, 12).astype(np.int32),
            size=(-(-room // np.maximum(number, 1))).astype(np.int32),
            our_side=wars["our_side"].astype(np.int32),
            clans=clans,
        ),
        _lines(lines, wars),
        foes,
    )  # fmt: skip


def _clans(tags: Mapping[int, str]) -> tuple[dict[int, int], tuple[str, ...]]:
    """(index by tag key, tags to show)."""
    by_folded: dict[str, int] = {}
    shown: list[str] = []
    keys: dict[int, int] = {}
    for key, tag in tags.items():
        index = by_folded.setdefault(fold(tag), len(shown))
        shown[index : index + 1] = [tag]
        keys[key] = index
    return keys, tuple(shown)


def _sides(sides: Columns, wars: Columns, keys: dict[int, int]) -> dict[str, Ints]:
    war = rows_of(wars["war_id"], sides["war_id"])
    kept = war != NOBODY
    war = war[kept]
    return {
        "war": war,
        "ours": sides["side"][kept] == wars["our_side"][war],
        "total": sides["total"][kept],
        "penalty": sides["penalty"][kept],
        "clan": values_of(keys, sides["tag"][kept], missing=NOBODY),
    }


def _best(foes: Foes, count: int) -> tuple[Ints, Ints, Ints]:
    """(total, penalty, clan) of the side with the most points after penalties in each war; the first of equals."""
    theirs, penalty = np.zeros(count, np.int32), np.zeros(count, np.int32)
    clan = np.full(count, NOBODY, np.int32)
    # Rows come in the order drawn; reversed, the first of equals is written last.
    order = np.argsort((foes.total - foes.penalty)[::-1], kind="stable")
    rows = len(foes.war) - 1 - order
    theirs[foes.war[rows]] = foes.total[rows]
    penalty[foes.war[rows]] = foes.penalty[rows]
    clan[foes.war[rows]] = foes.clan[rows]
    return theirs, penalty, clan


def _lines(lines: Columns, wars: Columns) -> Lines:
    war = rows_of(wars["war_id"], lines["war_id"])
    kept = war != NOBODY
    kept[kept] = lines["side"][kept] == wars["our_side"][war[kept]]
    rows = np.flatnonzero(kept)
    # By player within a war, as they come: sums of fractions in any other order differ in their last digit.
    rows = rows[in_order(war[rows])]
    return Lines(
        war[rows], lines["player_id"][rows], lines["score"][rows], lines["races"][rows], lines["position"][rows]
    )
