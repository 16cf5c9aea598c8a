"""A block of wars as bytes that another process may have written: nothing in them is believed that was not checked.

One entry: a digest that is made with a secret of the bot's and with the key, and what zlib made of a head (JSON: how
long each column is, and the tags) and the columns. A column's numbers lie there byte by byte, all first bytes, then all
second ones: most of them are alike, and pack to a tenth.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mkw.record import Ints

_DIGEST = 16  # bytes
_LENGTH = struct.Struct("<I")
_MOST_UNPACKED = 16 * 1024 * 1024  # bytes
_LEVEL = 1  # higher ones pack a tenth smaller and take several times as long


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """Columns of 8 bytes a number, and texts by a number."""

    columns: tuple[Ints, ...]
    texts: Mapping[int, str]


def pack(bundle: Bundle, *, key: str, secret: bytes) -> bytes:
    head = json.dumps([[len(one) for one in bundle.columns], {str(k): text for k, text in bundle.texts.items()}])
    parts = [_LENGTH.pack(len(data := head.encode())), data, *(_apart(one) for one in bundle.columns)]
    packed = zlib.compress(b"".join(parts), _LEVEL)
    return _digest(packed, key, secret) + packed


def unpack(data: bytes, *, key: str, secret: bytes, columns: int) -> Bundle | None:
    """None where it is not what `pack` made under that key with that secret."""
    digest, packed = data[:_DIGEST], data[_DIGEST:]
    if not hmac.compare_digest(digest, _digest(packed, key, secret)):
        return None
    try:
        return _read(packed, columns)
    except (ValueError, TypeError, AttributeError, struct.error, zlib.error):
        return None


def _read(packed: bytes, columns: int) -> Bundle | None:
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(packed, _MOST_UNPACKED)
    if not unpacking.eof:
        return None
    (length,) = _LENGTH.unpack_from(data)
    at = _LENGTH.size + length
    lengths, texts = json.loads(data[_LENGTH.size : at])
    if len(lengths) != columns or at + 8 * sum(lengths) != len(data):
        return None
    found = []
    for count in lengths:
        found.append(_together(data[at : at + 8 * count]))
        at += 8 * count
    return Bundle(tuple(found), {int(key): str(text) for key, text in texts.items()})


def _apart(column: Ints) -> bytes:
    return column.astype("<i8").view(np.uint8).reshape(-1, 8).T.tobytes()


def _together(data: bytes) -> Ints:
    return np.ascontiguousarray(np.frombuffer(data, np.uint8).reshape(8, -1).T).view("<i8").ravel().astype(np.int64)


def _digest(packed: bytes, key: str, secret: bytes) -> bytes:
    made = hashlib.blake2b(packed, digest_size=_DIGEST, key=hashlib.sha256(secret).digest(), salt=b"mkw blocks")
    made.update(b"\0" + key.encode())
    return made.digest()


def split(keys: Ints, columns: Sequence[Ints], wanted: Sequence[int]) -> dict[int, tuple[Ints, ...]]:
    """The rows of each wanted key, in the order they have."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    ends = zip(np.searchsorted(ordered, wanted), np.searchsorted(ordered, wanted, side="right"), strict=True)
    return {
        one: tuple(column[order[low:high]] for column in columns)
        for one, (low, high) in zip(wanted, ends, strict=True)
    }  # fmt: skip
