"""What an operator runs by hand: the state of the schema, errors, and a check of everything the bot stands on."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import discord

from bot.kept_errors import NAME, kept_errors
from bot.settings import Settings
from bot.startup import START_ERRORS, explain, open_database, tesseract_path
from db import migrate
from ocr.models import DETECTOR, RECOGNISER, ModelMissingError, path_of

MOST_LISTED = 20


async def upgrade(settings: Settings) -> None:
    """Apply what is pending and say so."""
    async with open_database(settings) as database:
        done = await migrate.migrate(database)
    for migration in done:
        print(f"applied {migration.version:04d} {migration.name}")
    print("The schema is up to date." if done else "The schema was up to date already.")


async def show_status(settings: Settings) -> None:
    """One line per migration."""
    async with open_database(settings) as database:
        applied = {done.version: done for done in await migrate.status(database)}
    todo = migrate.pending(migrate.load(), tuple(applied.values()))
    for done in applied.values():
        print(f"{done.version:04d} {done.name:<30} applied {done.applied_at:%Y-%m-%d %H:%M} UTC")
    for migration in todo:
        print(f"{migration.version:04d} {migration.name:<30} pending")


async def show_sql(settings: Settings) -> None:
    """The SQL of what is pending, as it would run."""
    async with open_database(settings) as database:
        todo = migrate.pending(migrate.load(), await migrate.status(database))
    print("\n".join(migration.sql for migration in todo))


def show_errors(settings: Settings, error_id: str | None) -> bool:
    """One kept error with its way through the code, or a line for each of the newest; False where there is none."""
    try:
        errors = kept_errors(settings.data_dir)
    except OSError as problem:
        print(f"{settings.data_dir / NAME} cannot be read: {problem.strerror}")
        return False
    if error_id is None:
        print("\n".join(error.line for error in errors[:MOST_LISTED]) or "No errors are kept.")
        return True
    wanted = error_id.strip("` ").casefold()
    found = next((error for error in errors if error.error_id == wanted), None)
    if found is None:
        print(
            f"No error {wanted[:20]} is kept in {settings.data_dir.absolute()} ({len(errors)} are; the oldest go "
            "first). Is DATA_DIR the running bot's? The log has it too."
        )
        return False
    print(found.text)
    return True


async def check(settings: Settings) -> bool:
    """Print one line per part; True where the bot can start."""
    parts: tuple[tuple[str, Callable[[Settings], Awaitable[tuple[bool, str]]]], ...] = (
        ("settings", _check_settings),
        ("database", _check_database),
        ("tesseract", _check_tesseract),
        ("models", _check_models),
        ("discord", _check_discord),
    )
    good = True
    for name, look in parts:
        ok, text = await look(settings)
        good &= ok
        print(f"{'ok  ' if ok else 'FAIL'} {name:<10} {text}")
    return good


async def _check_settings(settings: Settings) -> tuple[bool, str]:
    source = ".env and the environment" if Path(".env").is_file() else "the environment (there is no .env)"
    return True, f"read from {source}; data in {settings.data_dir.absolute()}"


async def _check_database(settings: Settings) -> tuple[bool, str]:
    try:
        async with open_database(settings) as database:
            async with database.acquire() as connection:
                version = await connection.fetchval("SHOW server_version")
            todo = migrate.pending(migrate.load(), await migrate.status(database))
    except START_ERRORS as error:
        return False, explain(error, settings)
    kind = "DATABASE_URL" if settings.database_url else "the bot's own"
    schema = "schema up to date" if not todo else f"{len(todo)} migrations to come at the next start"
    return True, f"PostgreSQL {version} ({kind}), {schema}"


async def _check_tesseract(settings: Settings) -> tuple[bool, str]:
    path = tesseract_path(settings)
    if path is None:
        wanted = f"TESSERACT_CMD={settings.tesseract_cmd} is not there" if settings.tesseract_cmd else "not installed"
        # Its absence is allowed: the neural reader goes on alone.
        return (
            settings.tesseract_cmd is None,
            f"{wanted}; pictures are read by the neural reader alone, with more doubts",
        )
    try:
        done = await asyncio.to_thread(subprocess.run, [path, "--version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.SubprocessError) as error:
        return False, f"{path} does not run: {error}"
    return done.returncode == 0, f"{(done.stdout or done.stderr).splitlines()[0]} at {path}"


async def _check_models(_settings: Settings) -> tuple[bool, str]:
    try:
        return True, ", ".join(path_of(name).name for name in (DETECTOR, RECOGNISER))
    except ModelMissingError as error:
        return False, f"{error}: pip install --no-deps -r requirements-models.txt"


async def _check_discord(settings: Settings) -> tuple[bool, str]:
    if settings.discord_token is None:
        return True, "no DISCORD_TOKEN: ./run starts the demo"
    client = discord.Client(intents=discord.Intents.none())
    try:
        await client.login(settings.discord_token)
        return True, f"the token is {client.user}'s"
    except START_ERRORS as error:
        return False, explain(error, settings)
    finally:
        await client.close()
