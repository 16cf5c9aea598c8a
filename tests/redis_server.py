"""A Redis of a test's own, on its own socket; it can be killed, started again, stopped in its tracks and filled."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PASSWORD = "pa55-of-a-test"


class RedisServer:
    def __init__(self, folder: Path) -> None:
        self._socket = folder / "redis.sock"
        self.url = f"unix://:{PASSWORD}@{self._socket}?db=0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self._socket), "--requirepass", PASSWORD, "--save", "",
             "--appendonly", "no", "--dir", str(self._socket.parent)],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + 10
        while not self._socket.exists():
            assert time.monotonic() < until
            time.sleep(0.01)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()  # a stopped one too
            self._process.wait()
            self._process = None

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Skips the test where there is no redis-server, but not under CI."""
    if shutil.which("redis-server") is None:
        assert not os.environ.get("CI"), "redis-server is missing: apt-get install redis-server"
        pytest.skip("no redis-server on this machine (Debian: apt-get install redis-server)")
    with tempfile.TemporaryDirectory(prefix="mkw-redis-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()
