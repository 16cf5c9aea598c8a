from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkw.tracks import BY_ID, NEAR, TRACKS, Track, find_track, spellings

OURS = [(track, form) for track in TRACKS for form in spellings(track)]


def test_there_are_thirty_and_none_stands_twice() -> None:
    assert len(TRACKS) == len(BY_ID) == len({track.name for track in TRACKS}) == 30
    assert len({track.track_id.casefold() for track in TRACKS}) == 30
    assert sum(track.retro for track in TRACKS) == 14


@pytest.mark.parametrize(
    ("typed", "track"),
    [
        ("rSGB", "rSGB"), ("sgb", "rSGB"), ("shy guy", "rSGB"), ("Shy Guy Bazaar", "rSGB"), ("rshyguy", "rSGB"),
        ("r shy guy bazaar", "rSGB"), ("dk pass", "rDKP"), ("dkp", "rDKP"), ("dks", "DKS"), ("space", "DKS"),
        ("ws", "WS"), ("rws", "rWS"), ("wsh", "rWSh"), ("RWSH", "rWSh"), ("wario stadium", "rWS"),
        ("sp", "SP"), ("ps", "PS"), ("bc", "BC"), ("bci", "BCi"), ("cc", "CC"), ("ccf", "CCF"),
        ("mario circuit", "rMC"), ("mc", "rMC"), ("mario bros circuit", "MBC"), ("mario bros", "MBC"), ("rr", "RR"),
        ("bowser", "BC"), ("bowsers castle", "BC"), ("toad’s factory", "rTF"), ("TOADS", "rTF"), ("boo", "BCi"),
        ("koopa beach", "rKTB"), ("sky high", "rSHS"), ("skyhigh sundae", "rSHS"), ("moo moo", "rMMM"),
        ("great ? block ruins", "GBR"), ("great block", "GBR"), ("question block", "GBR"), ("ＳＧＢ", "rSGB"),
        ("whislestop", "WS"), ("rainbw road", "RR"), ("koopa tropa beach", "rKTB"), ("wario stadum", "rWS"),
    ],
)  # fmt: skip
def test_what_people_type(typed: str, track: str) -> None:
    found = find_track(typed)
    assert found.track is not None
    assert (found.track.track_id, found.near) == (track, ())


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("dk", {"DKS", "rDKP"}),
        ("mario", {"MBC", "rMC"}),
        ("wario", {"rWS", "rWSh"}),
        ("peach", {"PS", "rPB"}),
        ("circuit", {"MBC", "rMC"}),
        ("stadium", {"PS", "rWS"}),
        ("ship", {"rAF", "rWSh"}),  # it begins no word of Airship Fortress, which may still be meant
        ("bow", {"BC", "RR"}),
        ("rcc", {"CC"}),  # no track of an earlier game
        ("sgp", {"rSGB"}),
        ("bazar", {"rSGB"}),  # five letters may be wrong in too many ways
        ("stadiun", {"PS", "rWS"}),
        ("peek", {"SP"}),
    ],
)
def test_what_is_not_certain_is_asked(typed: str, near: set[str]) -> None:
    found = find_track(typed)
    assert found.track is None
    assert near <= {track.track_id for track in found.near}
    assert len(found.near) <= NEAR


@pytest.mark.parametrize("typed", ["", " ", "?", "x", "12", "yoshi valley", "☆", "コース", "kart"])
def test_what_is_no_track_is_none(typed: str) -> None:
    assert find_track(typed).track is None


def test_only_one_abbreviation_is_two_tracks_without_its_r() -> None:
    bare = [track.track_id.removeprefix("r").casefold() for track in TRACKS]
    assert {form for form in bare if bare.count(form) > 1} == {"ws"}
    assert "WS" not in spellings(BY_ID["rWS"])  # type: ignore[index]


@given(st.sampled_from(OURS), st.data())
def test_every_track_is_found_by_its_own_spellings(one: tuple[Track, str], data: st.DataObject) -> None:
    track, form = one
    flips = data.draw(st.lists(st.booleans(), min_size=len(form), max_size=len(form)))
    typed = "".join(char.swapcase() if flip else char for char, flip in zip(form, flips, strict=True))
    blank = data.draw(st.sampled_from(["", " ", "  ", "-", "_", "."]))
    typed = (
        data.draw(st.sampled_from(["", " "])) + typed.replace(" ", blank) + data.draw(st.sampled_from(["", " ", "?"]))
    )
    assert find_track(typed).track == track


def test_no_spelling_of_one_track_is_anothers() -> None:
    owners: dict[str, Track] = {}
    for track, form in OURS:
        assert owners.setdefault("".join(filter(str.isalnum, form.casefold())), track) == track


@given(st.sampled_from(TRACKS), st.data())
def test_a_part_of_a_name_finds_its_track_or_asks_with_it(track: Track, data: st.DataObject) -> None:
    words = [word for word in track.name.split() if word != "?"]
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    part = " ".join(words[first:last])
    found = find_track(part)
    if found.track is None:
        assert track in found.near or len(found.near) == NEAR
        assert sum(part.casefold() in one.name.casefold() for one in TRACKS) > 1 or len(part) < 3
    elif found.track != track:
        assert part in spellings(found.track)  # "Mario Circuit" is a name of its own


@given(st.sampled_from(TRACKS), st.data())
def test_a_letter_wrong_in_a_name_never_makes_it_another_track(track: Track, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(track.name) - 1))
    letter = data.draw(st.sampled_from(["", *"abcdefghijklmnopqrstuvwxyz"]))
    found = find_track(track.name[:place] + letter + track.name[place + 1 :])
    assert found.track in (track, None)
    if found.track is None:
        assert track in found.near


@given(st.text(max_size=80))
def test_anything_typed_is_answered(typed: str) -> None:
    found = find_track(typed)
    assert found.track is None or found.near == ()
    assert len(set(found.near)) == len(found.near) <= NEAR
