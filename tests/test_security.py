"""What the source must not do, whoever writes it."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_SQL = re.compile(
    r"\b(select\s|insert\s+into|update\s+\w+\s+set|delete\s+from|(drop|create|alter|lock)\s+(table|index|database)|truncate\s"
    r"|set\s+local|analyze\s|where\s+\w+|order\s+by)",
    re.IGNORECASE,
)
_CONSTANT = re.compile(r"([a-z_]+\.)?_?[A-Z][A-Z0-9_]*(\.decode\(\))?")
# What makes an identifier or a string of anything.
_QUOTING = ("quoted", "literal")
# (file, expression): why it is no more than a constant.
ALLOWED = {
    ("bot/services/old_record.py", "table"): "one of the tables this file names",
    ("db/columns.py", "columns"): "names of the code",
    ("db/columns.py", "query"): "a query of the code",
    ("db/doctor.py", "query"): "out of the table of queries",
    ("db/doctor.py", "column"): "quoted",
    ("db/doctor.py", "table"): "quoted",
    ("db/doctor.py", "row['counter']"): "quoted by pg_get_serial_sequence",
    ("db/doctor.py", "counter.name"): "quoted by pg_get_serial_sequence",
    ("db/doctor.py", "last"): "made of the catalogue's names",
    ("db/doctor.py", "highest"): "made of the catalogue's names",
    ("db/dumps.py", "name"): "out of _NO_TIMEOUTS",
    ("db/dumps.py", "gone"): "quoted",
    ("db/dumps.py", "every"): "quoted",
    ("db/dumps.py", "plain"): "out of PLAIN",
    ("db/dumps.py", "checking(holds.schema, holds.tables)"): "quotes",
    ("db/fingerprints.py", "counting(schema, tuple(sorted(expected)))"): "quotes",
    ("db/fingerprints.py", "wanted"): "quoted names and numbers",
    ("db/statistics.py", "columns"): "one of the lists of this file",
    ("db/statistics.py", "table"): "a name of the code",
    ("db/statistics.py", "where"): "a condition of the code",
    ("bot/startup.py", "error"): "a sentence, no statement",
}


def texts(tree: ast.AST) -> Iterator[tuple[str, list[ast.expr]]]:
    """Every text that is put together: its constant parts, and what is put in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            fixed = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            yield fixed, [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
            for fixed, put_in in ((node.left, node.right), (node.right, node.left)):
                if isinstance(fixed, ast.Constant) and isinstance(fixed.value, str):
                    yield fixed.value, [put_in]
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join")
        ):
            template = node.func.value
            if isinstance(template, ast.Constant) and isinstance(template.value, str):
                yield template.value, [*node.args, *(keyword.value for keyword in node.keywords)]


def strange_in(source: str, name: str) -> list[str]:
    return [
        f"{name}: {ast.unparse(one)}"
        for fixed, put_in in texts(ast.parse(source))
        if _SQL.search(fixed)
        for one in put_in
        if not isinstance(one, ast.Constant)
        and not _CONSTANT.fullmatch(ast.unparse(one))
        and not (isinstance(one, ast.Call) and ast.unparse(one.func) in _QUOTING)
        and (name, ast.unparse(one)) not in ALLOWED
    ]


def sources() -> Iterator[tuple[str, str]]:
    for path in [ROOT / "main.py", *(one for floor in ("bot", "cogs", "db") for one in (ROOT / floor).rglob("*.py"))]:
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_statements_are_made_of_constants_alone() -> None:
    assert [strange for name, source in sources() for strange in strange_in(source, name)] == []


def test_statements_made_of_what_somebody_wrote_are_seen() -> None:
    for bad in (
        'db.fetch(f"select * from wars where tag = {tag}")',
        "db.fetch(\"select * from wars where tag = '%s'\" % tag)",
        'db.fetch("delete from wars where tag = " + tag)',
        'db.fetch("select {} from wars".format(column))',
        'db.fetch(f"{_SELECT} order by {by}")',
    ):
        assert len(strange_in(bad, "x.py")) == 1, bad
    assert strange_in('db.fetch(f"select {_COLUMNS} from {quoted(name)}")', "x.py") == []


def test_what_is_allowed_is_still_there() -> None:
    found = {
        (name, ast.unparse(one))
        for name, source in sources()
        for _, put_in in texts(ast.parse(source))
        for one in put_in
    }
    assert set(ALLOWED) - found == set()


def test_nothing_runs_a_shell_or_unpickles() -> None:
    for name, source in sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in ("eval", "exec", "os.system", "pickle.loads", "yaml.load"), name
                assert not any(keyword.arg == "shell" for keyword in node.keywords), name


def test_the_lock_is_of_todays_requirements() -> None:
    """`scripts/lock.sh` writes it anew."""
    for name in ("requirements", "requirements-models"):
        text = (ROOT / f"{name}.lock").read_text()
        with (ROOT / f"{name}.txt").open("rb") as file:
            sum_of_it = subprocess.run(["cksum"], stdin=file, capture_output=True, text=True, check=True).stdout.strip()
        assert text.splitlines()[1] == f"# {name}.txt {sum_of_it}", "run scripts/lock.sh"
        assert "://" not in text, "no address of a registry"
        pins = re.findall(r"^([a-zA-Z0-9_.-]+)==\S+.*\\\n    --hash=sha256:", text, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[a-zA-Z]", text, re.MULTILINE)), "each with its hashes"
