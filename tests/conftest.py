"""Fixtures for every test: one real PostgreSQL a test process, and a fresh migrated database a test."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from db.embedded import embedded_server
from db.pool import Database
from tests.database import TestServer, server_directory

# Every bot of a test loads its cogs anew; compiled once for all, and not beside the sources where that is not wanted.
if sys.dont_write_bytecode:
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(Path(tempfile.gettempdir()) / "mkw-tests-compiled")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a server that runs as long as this test process."""
    with server_directory() as directory, embedded_server(directory / "postgres") as url:
        yield url


@pytest.fixture(scope="session")
def test_server(postgres_url: str) -> TestServer:
    server = TestServer(postgres_url)
    asyncio.run(server.make_template())
    return server


@pytest.fixture
async def database(test_server: TestServer) -> AsyncIterator[Database]:
    """A database of this test's own, with the schema of today and nothing in it."""
    async with test_server.fresh_database() as database:
        yield database


@pytest.fixture(scope="session")
def shared_images() -> Path:
    """Real pictures with known truth, where they are at hand; tests that need them are skipped elsewhere."""
    path = Path(__file__).resolve().parents[2] / "shared" / "images"
    if not path.is_dir():
        pytest.skip("no real pictures at ../shared/images")
    return path


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Refuse cases without an order: each test process would number them its own way, and none could share them."""
    for mark in metafunc.definition.iter_markers("parametrize"):
        if isinstance(mark.args[1], set | frozenset):
            raise pytest.UsageError(f"{metafunc.definition.nodeid}: its cases are a set; give them in an order")
