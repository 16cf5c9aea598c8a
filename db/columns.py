"""Query results as numpy columns: PostgreSQL sends each column as one run of bytes, decoded at once without an object
for every value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from db.pool import Connection


def packed(query: str, names: tuple[str, ...], *, ready: bool = False) -> str:
    """The query's whole numbers, by the names of its columns, as one row; `ready`: they are 8 bytes each already."""
    columns = ", ".join(f"string_agg({name if ready else f'int8send({name})'}, '') as {name}" for name in names)
    return f"select {columns} from ({query}) as rows"  # noqa: S608 - names of ours


async def fetch_columns(
    db: Connection, query: str, *arguments: object, names: tuple[str, ...], ready: bool = False
) -> tuple[npt.NDArray[np.int64], ...]:
    """The columns of a query, none of which may hold a null; empty ones where there are no rows."""
    row = await db.fetchrow(packed(query, names, ready=ready), *arguments)
    sent = (None if row is None else row[name] for name in names)
    return tuple(np.frombuffer(data or b"", dtype=">i8").astype(np.int64) for data in sent)
