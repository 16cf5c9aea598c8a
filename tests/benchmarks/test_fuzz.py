"""Spoiled pictures: a small run with a fixed seed, and that offences are seen as what they are."""

from __future__ import annotations

import contextlib
import io
import json
import random
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.draw_tables import draw_table
from benchmarks.fuzz import OFFENCES, Outcome, Spoiled, fuzz, judge, keep, spoil
from benchmarks.mutations import JUDGED, UNJUDGED, Mutant, Mutation, Original, bytes_broken, cropped
from ocr.decode import UndecodableError, decode
from ocr.reading import Layout, Reading, Row, Side, Status

SEED = 7


@pytest.fixture(scope="module")
def original() -> Original:
    drawn = draw_table(3)
    return Original(
        "table 3", drawn.encoded(), {"kind": "table", **drawn.truth}, tuple(drawn.names), tuple(drawn.scores)
    )


def small(cut: bool = False) -> Spoiled:
    out = io.BytesIO()
    Image.new("RGB", (60, 60)).save(out, "PNG")
    rows = [{"name": "Comet", "score": 124, "cut": cut}, {"name": "Pixel", "score": 88}]
    return Spoiled(5, "small", Mutant(out.getvalue(), {"kind": "table", "rows": rows}))


def saying(*rows: Row) -> Reading:
    return Reading(Status.PROVEN, Layout.TABLE, (Side(rows),))


async def test_spoiled_pictures_crash_nothing_and_nothing_is_wrong_without_a_doubt() -> None:
    done = await fuzz(range(24), seed=SEED, real=False, deadline=90)
    assert [one.spoiled.number for one in done] == list(range(24))
    assert [(one.spoiled.number, one.spoiled.label, one.said) for one in done if one.verdict in OFFENCES] == []
    assert {"read", "refused"} <= {one.verdict for one in done}


def test_a_cut_number_reported_without_a_doubt_is_silent() -> None:
    cut = judge(small(cut=True), saying(Row("Comet", 24), Row("Pixel", 88)), 0.1)
    assert (cut.verdict, cut.said) == ("silent", "Comet 124 read as Comet 24 (cut)")
    doubted = judge(small(cut=True), saying(Row("Comet", 24, doubts=("cut",)), Row("Pixel", 88)), 0.1)
    assert doubted.verdict == "read"
    assert judge(small(cut=True), saying(Row("Pixel", 88)), 0.1).verdict == "read"  # left out


def test_what_lies_outside_a_crop_is_not_asked_and_what_its_edge_cuts_is(original: Original) -> None:
    asked, cut = set(), 0
    for lot in range(25):
        mutant = cropped(random.Random(lot), original)
        assert mutant.truth is not None
        asked.add(len(mutant.truth["rows"]))
        cut += sum(row["cut"] for row in mutant.truth["rows"])
    assert min(asked) == 0
    assert max(asked) > 3
    assert cut > 0


def test_a_crop_is_undecidable_where_nobody_knows_where_the_rows_are(original: Original) -> None:
    unknown = Original(original.label, original.data, original.truth)
    assert cropped(random.Random(1), unknown).truth is None


@pytest.mark.parametrize(
    "mutation", [mutation for mutation in dict.fromkeys((*JUDGED, *UNJUDGED)) if mutation is not bytes_broken]
)
def test_a_spoiled_picture_is_still_a_picture_and_the_same_by_the_same_lot(
    mutation: Mutation, original: Original
) -> None:
    first = mutation(random.Random(4), original)
    assert first == mutation(random.Random(4), original)
    Image.open(io.BytesIO(first.data)).load()
    assert (first.truth is None) == (mutation in UNJUDGED)


def test_broken_bytes_are_unpacked_or_refused_in_a_sentence(original: Original) -> None:
    refused = 0
    for lot in range(20):
        data = bytes_broken(random.Random(lot), original).data
        with contextlib.suppress(UndecodableError):
            decode(data)
            continue
        refused += 1
    assert 0 < refused < 20


def test_a_number_of_a_seed_is_the_same_picture_again() -> None:
    assert spoil(SEED, 12, real=False) == spoil(SEED, 12, real=False)
    assert spoil(SEED, 12, real=False).mutant.data != spoil(SEED, 13, real=False).mutant.data


def test_an_offence_is_kept_with_its_picture(tmp_path: Path) -> None:
    spoiled = small()
    keep(tmp_path, SEED, Outcome(spoiled, "silent", "wrong", 0.1, saying(Row("Comet", 24))))
    assert (tmp_path / "7-5-silent.png").read_bytes() == spoiled.mutant.data
    known = json.loads((tmp_path / "7-5-silent.txt").read_text())
    assert (known["seed"], known["number"], known["reading"]["sides"][0]["rows"][0]["score"]) == (7, 5, 24)
