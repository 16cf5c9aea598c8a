"""Query results as numpy columns: a binary COPY is decoded at once, without an object for every row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from db.pool import Connection

_HEADER = 19  # signature, flags, length of the extension
_TRAILER = 2
# PostgreSQL's binary forms, big-endian.
_TYPES = {"int2": ">i2", "int4": ">i4", "int8": ">i8"}
_KEPT = {"int2": np.int32, "int4": np.int32, "int8": np.int64}


async def fetch_columns(
    db: Connection, query: str, *arguments: object, types: Mapping[str, str]
) -> dict[str, npt.NDArray[np.integer]]:
    """The columns of a query by the names in `types` (int2, int4 or int8, in the query's order). The query casts every
    column to its type, and none may be null."""
    pieces: list[bytes] = []

    async def take(data: bytes) -> None:
        pieces.append(data)

    await db.copy_from_query(query, *arguments, output=take, format="binary")
    row = np.dtype([("fields", ">i2"), *_fields(types)])
    rows = np.frombuffer(memoryview(b"".join(pieces))[_HEADER:-_TRAILER], dtype=row)
    return {name: rows[name].astype(_KEPT[kind]) for name, kind in types.items()}


def _fields(types: Mapping[str, str]) -> list[tuple[str, str]]:
    made = []
    for name, kind in types.items():
        made += [(f"{name} length", ">i4"), (name, _TYPES[kind])]
    return made
