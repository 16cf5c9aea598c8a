"""The short run of `benchmarks/faults.py`: a real bot in a process of its own, and everything around it breaks once."""

from __future__ import annotations

from pathlib import Path

from benchmarks.faults import Plan, run

PLAN = Plan(
    uploads=10, edits=4, seed=11, servers=2, seconds=8.0, pause=0.3, length=0.4, mount=False, within=60.0,
    order=("429 and 500", "done but 500", "disk full", "database crashed", "reader killed", "bot killed"),
)  # fmt: skip


async def test_nothing_is_lost_doubled_or_half_done(tmp_path: Path) -> None:
    report = await run(PLAN, tmp_path / "bot.log")
    assert report.found == [], "\n".join(report.lines())
    assert report.pictures
    assert sum(report.faults.values()) == len(PLAN.order)
