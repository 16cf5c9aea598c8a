"""The one entry point: settings, then the database, then the schema, then Discord. `main.py --help` says the rest."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from bot.logs import set_up_logging
from bot.settings import Settings, SettingsError, load_settings

CONFIGURATION_ERROR = 78  # EX_CONFIG of sysexits.h: a supervisor need not try again
ABOUT = """\
A Discord bot for Mario Kart World clans: it reads the picture of a war's result, shows what it read and what it
doubts, keeps the war after one click, and answers for averages, form and records ever after.

Without a command: `run` where DISCORD_TOKEN is set (environment or .env), `demo` where it is not.
"""
EPILOG = """\
examples:
  main.py demo                           try everything in the browser, no Discord account needed
  main.py scan war.png                   read a picture and print the table
  main.py scan --json *.png              one JSON object a line, for programs
  main.py scan --debug out/ war.png      also draw what was found where, and what was doubted
  main.py cases score                    is this version better or worse on the pictures reported to it?
  main.py check                          is everything there? one line each, exit code 0 or 78
  main.py errors 1a2b3c4d                what was behind the error somebody was shown
  main.py migrate --status               which version of the schema the database has
  main.py backup                         everything in one file, checked by restoring it; the bot may run
  main.py verify mkw-20260301T040000Z.zip
                                         can this backup be restored?
  main.py restore mkw-20260301T040000Z.zip
                                         put it back; asks for --replace where something is there
  main.py worker                         read pictures for a bot elsewhere (docs/scaling.md)
  main.py doctor                         what does not add up, is stuck or belongs to nobody; --apply mends
  main.py import-sqlite old.db --server 123456789012345678
                                         what the earlier bot's record would become here; --apply does it

Settings are explained in .env.example. Failures at start are one readable line and exit code 78.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings()
    except SettingsError as error:
        for problem in error.problems:
            _complain(problem)
        return _given_up(options)
    set_up_logging(settings)
    command: Callable[[Settings, argparse.Namespace], int] = getattr(
        options, "command", _run if settings.discord_token else _demo
    )
    try:
        return command(settings, options)
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="main.py", description=ABOUT, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    run = commands.add_parser("run", help="start the bot on Discord")
    run.set_defaults(command=_run)
    _add_final(run)

    worker = commands.add_parser("worker", help="read pictures for a bot with OCR_QUEUE=postgres, on any machine")
    worker.set_defaults(command=_worker)
    _add_final(worker)

    demo = commands.add_parser("demo", help="the bot in a simulated Discord, with a page to chat in")
    demo.add_argument("--port", type=int, default=None, help="the page's port on 127.0.0.1 (default: a free one)")
    demo.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    demo.set_defaults(command=_demo)

    scan = commands.add_parser("scan", help="read pictures and print what they say")
    scan.add_argument("images", nargs="+", metavar="IMAGE")
    scan.add_argument("--json", action="store_true", help="one JSON object a line (docs/reading.md)")
    scan.add_argument("--debug", metavar="DIR", help="write one picture per image: rows, cells, doubts")
    scan.set_defaults(command=_scan)

    migrate = commands.add_parser("migrate", help="bring the database's schema to this version")
    how = migrate.add_mutually_exclusive_group()
    how.add_argument("--status", action="store_true", help="say what is applied and what is not, change nothing")
    how.add_argument("--sql", action="store_true", help="print the SQL that would run, change nothing")
    migrate.set_defaults(command=_migrate)

    _add_backups(commands)

    doctor = commands.add_parser("doctor", help="look for what should not be; exit code 1 where something is left")
    doctor.add_argument("--apply", action="store_true", help="mend what cannot hurt anybody (without: change nothing)")
    doctor.add_argument("--deep", action="store_true", help="also read every picture and compare it with its sha256")
    doctor.set_defaults(command=_doctor)

    old = commands.add_parser("import-sqlite", help="bring in the record of this bot's earlier generation")
    old.add_argument("file", metavar="FILE", type=Path, help="its SQLite file; it is only read")
    old.add_argument("--server", metavar="ID", type=_discord_id, required=True, help="the id of the Discord server")
    old.add_argument("--apply", action="store_true", help="do it (without: say what would happen, change nothing)")
    old.set_defaults(command=_import_sqlite)

    cases = commands.add_parser("cases", help="score the reader on pictures kept with `report`")
    kept = cases.add_subparsers(metavar="WHAT", required=True)
    score = kept.add_parser("score", help="read every case anew; exit code 1 where one is read worse than when kept")
    score.add_argument("folder", nargs="?", metavar="DIR", help="the folder of cases (default: cases under DATA_DIR)")
    score.add_argument("--json", action="store_true", help="all figures as one JSON object")
    score.set_defaults(command=_score_cases)
    kept.add_parser("list", help="one line a case").set_defaults(command=_list_cases)
    remove = kept.add_parser("remove", help="delete a case with its picture")
    remove.add_argument("case", metavar="ID")
    remove.set_defaults(command=_remove_case)

    errors = commands.add_parser("errors", help="look up an error somebody was given the id of")
    errors.add_argument("error_id", nargs="?", metavar="ID", help="as it was shown (default: list the newest)")
    errors.set_defaults(command=_errors)

    check = commands.add_parser("check", help="look at settings, database, Tesseract, models and token")
    check.set_defaults(command=_check)
    return parser


def _add_final(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--stay-down", action="store_true",
        help="exit code 0 for a wrong setting or token: for Docker, which tries again after every other code",
    )  # fmt: skip


def _given_up(options: argparse.Namespace) -> int:
    return 0 if getattr(options, "stay_down", False) else CONFIGURATION_ERROR


def _add_backups(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    make = commands.add_parser("backup", help="everything that is kept, in one file, while the bot runs")
    make.add_argument("target", nargs="?", metavar="FILE|DIR", type=Path, help="a .zip or a folder (BACKUP_DIR)")
    make.add_argument(
        "--no-check", action="store_true", help="do not restore it into a server of its own to see it works"
    )
    make.set_defaults(command=_backup)

    verify = commands.add_parser("verify", help="look whether a backup can be restored; touches nothing")
    verify.add_argument("file", metavar="FILE", type=Path)
    verify.set_defaults(command=_verify)

    restore = commands.add_parser("restore", help="put a backup in the place of the record; the bot must be stopped")
    restore.add_argument("file", metavar="FILE", type=Path)
    restore.add_argument("--replace", action="store_true", help="also where there is a record, which is gone then")
    restore.set_defaults(command=_restore)


def _discord_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) < 2**63):
        raise argparse.ArgumentTypeError(f"{text[:30]!r} is no id: 17 to 19 digits, by 'Copy Server ID' in Discord")
    return int(text)


def _complain(text: object) -> None:
    print(f"mkw-clan-bot: {text}", file=sys.stderr)


def _run(settings: Settings, options: argparse.Namespace) -> int:
    if settings.discord_token is None:
        _complain("DISCORD_TOKEN is not set. Put it into .env (see .env.example), or try `main.py demo`.")
        return _given_up(options)
    from bot.discord_run import run_on_discord  # noqa: PLC0415  (scan and migrate need no Discord)

    return _until_stopped(lambda stop: run_on_discord(settings, stop), settings, options)


def _worker(settings: Settings, options: argparse.Namespace) -> int:
    if settings.database_url is None:
        _complain("DATABASE_URL is not set. A worker finds its pictures in the bot's database (docs/scaling.md).")
        return _given_up(options)
    from bot.reading_worker import run_worker  # noqa: PLC0415

    return _until_stopped(lambda stop: run_worker(settings, stop), settings, options)


def _demo(settings: Settings, options: argparse.Namespace) -> int:
    logging.getLogger("discord").setLevel(logging.ERROR)  # a simulated Discord has no voice to warn about
    from bot.demo import run_demo  # noqa: PLC0415

    port, browser = getattr(options, "port", None), not getattr(options, "no_browser", False)
    return _until_stopped(lambda stop: run_demo(settings, stop, port=port, open_browser=browser), settings, options)


def _until_stopped(
    start: Callable[[asyncio.Event], Awaitable[Any]], settings: Settings, options: argparse.Namespace
) -> int:
    """Run until SIGINT or SIGTERM: the first asks for an orderly end, within a limit; the second ends at once."""
    from bot.startup import START_ERRORS, explain, is_for_good  # noqa: PLC0415

    async def work() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def ask_to_stop(number: int) -> None:
            if not stop.is_set():
                print("Stopping; what is under way is finished first …", file=sys.stderr)
            loop.remove_signal_handler(number)
            stop.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ask_to_stop, number)
        await start(stop)

    try:
        asyncio.run(work())
    except START_ERRORS as error:
        _complain(explain(error, settings))
        return _given_up(options) if is_for_good(error) else CONFIGURATION_ERROR
    return 0


def _scan(settings: Settings, options: argparse.Namespace) -> int:
    from bot.startup import point_at_tesseract  # noqa: PLC0415
    from ocr.scan import scan  # noqa: PLC0415

    point_at_tesseract(settings)
    return scan(options.images, as_json=options.json, debug_dir=options.debug)


def _score_cases(settings: Settings, options: argparse.Namespace) -> int:
    from bot.startup import point_at_tesseract  # noqa: PLC0415
    from ocr.case_score import score_cases  # noqa: PLC0415
    from ocr.read import read  # noqa: PLC0415

    point_at_tesseract(settings)
    folder = Path(options.folder) if options.folder else settings.data_dir / "cases"
    return score_cases(folder, as_json=options.json, read=read)


def _list_cases(settings: Settings, _options: argparse.Namespace) -> int:
    from ocr.case_score import list_cases  # noqa: PLC0415

    return list_cases(settings.data_dir / "cases")


def _remove_case(settings: Settings, options: argparse.Namespace) -> int:
    from ocr.case_score import remove_case  # noqa: PLC0415

    return remove_case(settings.data_dir / "cases", options.case)


def _migrate(settings: Settings, options: argparse.Namespace) -> int:
    from bot.operations import show_sql, show_status, upgrade  # noqa: PLC0415
    from bot.startup import START_ERRORS, explain  # noqa: PLC0415

    if options.sql:
        job = show_sql(settings)
    elif options.status:
        job = show_status(settings)
    else:
        job = upgrade(settings)
    try:
        asyncio.run(job)
    except START_ERRORS as error:
        _complain(explain(error, settings))
        return CONFIGURATION_ERROR
    return 0


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    from bot.backup_commands import backup  # noqa: PLC0415

    return _on_the_database(backup(settings, options.target, check=not options.no_check), settings)


def _verify(settings: Settings, options: argparse.Namespace) -> int:
    from bot.backup_commands import check_backup  # noqa: PLC0415

    return _on_the_database(check_backup(options.file), settings)


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    from bot.backup_commands import restore  # noqa: PLC0415

    return _on_the_database(restore(settings, options.file, replace=options.replace), settings)


def _doctor(settings: Settings, options: argparse.Namespace) -> int:
    from bot.doctor_command import examine  # noqa: PLC0415

    return _on_the_database(examine(settings, apply=options.apply, deep=options.deep), settings)


def _on_the_database(job: Coroutine[Any, Any, int], settings: Settings) -> int:
    """The job's exit code; a database that is not there is one line."""
    from bot.startup import START_ERRORS, explain  # noqa: PLC0415

    try:
        return asyncio.run(job)
    except START_ERRORS as error:
        _complain(explain(error, settings))
        return CONFIGURATION_ERROR


def _import_sqlite(settings: Settings, options: argparse.Namespace) -> int:
    from bot.sqlite_import import import_sqlite  # noqa: PLC0415

    return _on_the_database(import_sqlite(settings, options.file, options.server, apply=options.apply), settings)


def _errors(settings: Settings, options: argparse.Namespace) -> int:
    from bot.operations import show_errors  # noqa: PLC0415

    return 0 if show_errors(settings, options.error_id) else 1


def _check(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.operations import check  # noqa: PLC0415

    return 0 if asyncio.run(check(settings)) else CONFIGURATION_ERROR


if __name__ == "__main__":
    sys.exit(main())
