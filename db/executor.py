"""What a repository needs to run its SQL: a pool or one of its connections. The use case decides which."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from db.pool import Connection, Pool

    Executor: TypeAlias = Connection | Pool

_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # escaped, and not itself behind an escaped backslash

Json: TypeAlias = dict[str, Any]


def to_jsonb(value: Json | None) -> str | None:
    """The text a jsonb parameter takes. PostgreSQL's text has no NUL and no half of a pair, so those are dropped."""
    if value is None:
        return None
    text = json.dumps(value, ensure_ascii=False).encode("utf-8", "ignore").decode()
    return _NUL.sub(r"\1", text)


def from_jsonb(text: str | None) -> Json | None:
    return None if text is None else json.loads(text)
