"""What a repository needs to run its SQL: a pool or one of its connections. The use case decides which."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from db.pool import Connection, Pool

    Executor: TypeAlias = Connection | Pool

Json: TypeAlias = dict[str, Any]


def to_jsonb(value: Json | None) -> str | None:
    """The text a jsonb parameter takes. PostgreSQL has no NUL in text, so it is dropped."""
    return None if value is None else json.dumps(value, ensure_ascii=False).replace("\\u0000", "")


def from_jsonb(text: str | None) -> Json | None:
    return None if text is None else json.loads(text)
