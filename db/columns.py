"""Query results as numpy columns: PostgreSQL sends each column as one array, decoded at once without an object for
every value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from db.pool import Connection

# PostgreSQL's binary form of an array of one dimension without nulls: a header, then length and value of each element.
_HEADER = 20
_TYPES = {"int4": (">i4", np.int32), "int8": (">i8", np.int64)}


def packed(query: str, types: Mapping[str, str]) -> str:
    """The query's columns (int4 or int8, by name) as one row of arrays; their order is the query's."""
    columns = ", ".join(f"array_send(array_agg({name}::{kind})) as {name}" for name, kind in types.items())
    return f"select {columns} from ({query}) as rows"  # noqa: S608 - names of ours


async def fetch_columns(
    db: Connection, query: str, *arguments: object, types: Mapping[str, str]
) -> dict[str, npt.NDArray[np.integer]]:
    """The columns of a query, none of which may hold a null; empty ones where there are no rows."""
    row = await db.fetchrow(packed(query, types), *arguments)
    return {name: _decoded(None if row is None else row[name], kind) for name, kind in types.items()}


def _decoded(data: bytes | None, kind: str) -> npt.NDArray[np.integer]:
    sent, kept = _TYPES[kind]
    if data is None:
        return np.zeros(0, kept)
    elements = np.frombuffer(memoryview(data)[_HEADER:], dtype=[("length", ">i4"), ("value", sent)])
    return elements["value"].astype(kept)
