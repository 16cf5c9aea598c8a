"""The thirty tracks, and which one is meant by what somebody typed.

A track is kept and shown by its abbreviation as the community writes it. An `r` in front says that it was in an earlier
game, and people drop it: only `WS` is then two (Whistlestop Summit, Wario Stadium), and there the exact abbreviation
wins, because whoever means Whistlestop Summit has no other way to write it. Nothing is guessed: what is not certain is
answered by the tracks it may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from mkw.ids import TrackId
from mkw.lookalikes import latin


@dataclass(frozen=True, slots=True)
class Track:
    track_id: TrackId  # its abbreviation
    name: str
    also: tuple[str, ...] = ()  # other names people type

    @property
    def retro(self) -> bool:
        return self.track_id.startswith("r")


@dataclass(frozen=True, slots=True)
class TrackFound:
    """`track` is None where it is not certain; `near` are then those it may be, nearest first, if any."""

    track: Track | None
    near: tuple[Track, ...] = ()


TRACKS = (
    Track(TrackId("MBC"), "Mario Bros. Circuit"),
    Track(TrackId("CC"), "Crown City"),
    Track(TrackId("WS"), "Whistlestop Summit"),
    Track(TrackId("DKS"), "DK Spaceport"),
    Track(TrackId("rDH"), "Desert Hills"),
    Track(TrackId("rSGB"), "Shy Guy Bazaar"),
    Track(TrackId("rWS"), "Wario Stadium"),
    Track(TrackId("rAF"), "Airship Fortress"),
    Track(TrackId("rDKP"), "DK Pass"),
    Track(TrackId("SP"), "Starview Peak"),
    Track(TrackId("rSHS"), "Sky-High Sundae"),
    Track(TrackId("rWSh"), "Wario Shipyard"),
    Track(TrackId("rKTB"), "Koopa Troopa Beach"),
    Track(TrackId("FO"), "Faraway Oasis"),
    Track(TrackId("PS"), "Peach Stadium"),
    Track(TrackId("rPB"), "Peach Beach"),
    Track(TrackId("SSS"), "Salty Salty Speedway"),
    Track(TrackId("rDDJ"), "Dino Dino Jungle"),
    Track(TrackId("GBR"), "Great ? Block Ruins", ("Great Question Block Ruins",)),
    Track(TrackId("CCF"), "Cheep Cheep Falls"),
    Track(TrackId("DD"), "Dandelion Depths"),
    Track(TrackId("BCi"), "Boo Cinema"),
    Track(TrackId("DBB"), "Dry Bones Burnout"),
    Track(TrackId("rMMM"), "Moo Moo Meadows"),
    Track(TrackId("rCM"), "Choco Mountain"),
    Track(TrackId("rTF"), "Toad's Factory"),
    Track(TrackId("BC"), "Bowser's Castle"),
    Track(TrackId("AH"), "Acorn Heights"),
    Track(TrackId("rMC"), "Mario Circuit"),
    Track(TrackId("RR"), "Rainbow Road"),
)
BY_ID = {track.track_id: track for track in TRACKS}
NEAR = 5  # tracks to ask with
_LONGEST = 60  # characters looked at
_SHORTEST_PART = 3  # letters of a name
_MISSPELT = 6  # letters of which one may be wrong, and one more for each six more
_CLEARER = 2  # letters by which every other track must be further away
_FARTHEST = 0.5  # share of letters that differ, past which a track is no help in asking
_FARTHER = 0.34  # the same beside tracks that have what was typed in their name


def find_track(text: str) -> TrackFound:
    """What somebody typed: an abbreviation or name in any case, with or without `r`, a part of a name that only one
    track has, or a name that is spelt nearly so."""
    words = _words(text[:_LONGEST])
    letters = "".join(words)
    track = _EXACT.get(letters) or _by_part(words) or _by_spelling(letters)
    return TrackFound(track) if track is not None else TrackFound(None, _near(words))


def spellings(track: Track) -> tuple[str, ...]:
    """What is that track beyond doubt in any case and spacing: the abbreviation first, then less its `r` where that is
    no other's, then its names."""
    forms = [track.track_id, track.track_id.removeprefix("r"), track.name, *track.also]
    forms += [f"r {name}" for name in (track.name, *track.also) if track.retro]
    return tuple(dict.fromkeys(form for form in forms if _EXACT["".join(_words(form))] == track))


def _words(text: str) -> list[str]:
    """Letters and digits in small letters, word by word; an apostrophe parts no words."""
    plain = latin(text).casefold().replace("'", "")
    return "".join(char if char.isalnum() else " " for char in plain).split()


def _exact() -> dict[str, Track]:
    found: dict[str, Track] = {}
    for forms in (  # the stronger first
        [(track, track.track_id) for track in TRACKS],
        [(track, track.track_id.removeprefix("r")) for track in TRACKS],
        [(track, name) for track in TRACKS for name in (track.name, *track.also)],
        [(track, f"r{name}") for track in TRACKS for name in (track.name, *track.also) if track.retro],
    ):
        for track, form in forms:
            found.setdefault("".join(_words(form)), track)
    return found


_EXACT = _exact()
_NAMES = [(track, _words(name)) for track in TRACKS for name in (track.name, *track.also)]


def _runs(words: list[str]) -> Iterator[str]:
    """Every part of a name made of whole words next to each other."""
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            yield "".join(words[first:last])


def _parts(words: list[str], *, retro: bool) -> tuple[set[TrackId], set[TrackId]]:
    """(tracks in whose name the typed words stand at the beginnings of words, tracks in whose name they stand at all),
    in that order, with or without the blanks between them."""
    letters = "".join(words)
    begun: set[TrackId] = set()
    held: set[TrackId] = set()
    for track, name in _NAMES:
        if retro and not track.retro:
            continue
        whole = "".join(name)
        if any("".join(name[first:]).startswith(letters) for first in range(len(name))) or _in_order(words, name):
            begun.add(track.track_id)
        if letters in whole or _in_order(words, name):
            held.add(track.track_id)
    return begun, held


def _in_order(words: list[str], name: list[str]) -> bool:
    rest = iter(name)
    return all(any(one.startswith(word) for one in rest) for word in words)


def _by_part(words: list[str]) -> Track | None:
    """`bow` begins Bowser's Castle, but Rainbow Road has it too: not certain."""
    for typed, retro in ((words, False), (_less_r(words), True)):
        begun, held = _parts(typed, retro=retro)
        if sum(map(len, typed)) >= _SHORTEST_PART and held:
            return BY_ID[begun.pop()] if len(begun) == 1 and len(held) == 1 else None
    return None


def _less_r(words: list[str]) -> list[str]:
    if not words or not words[0].startswith("r"):
        return []
    return [word for word in (words[0][1:], *words[1:]) if word]


def _by_spelling(letters: str) -> Track | None:
    wrong = len(letters) // _MISSPELT
    if not wrong:
        return None
    (nearest, track_id), (second, _) = sorted(
        (min(_distance(letters, track, name) for track, name in _NAMES if track == one), one.track_id) for one in TRACKS
    )[:2]
    return BY_ID[track_id] if nearest <= wrong and second >= nearest + _CLEARER else None


def _distance(letters: str, track: Track, name: list[str]) -> int:
    typed = [letters, *([letters[1:]] if track.retro and letters.startswith("r") else [])]
    return min(OSA.distance(one, run) for one in typed for run in _runs(name))


def _near(words: list[str]) -> tuple[Track, ...]:
    """Those that have what was typed in their name come before those that are written nearly so."""
    letters = "".join(words)
    if not letters:
        return ()
    part: set[TrackId] = set()
    for typed, retro in ((words, False), (_less_r(words), True)):
        begun, held = _parts(typed, retro=retro) if typed else (set[TrackId](), set[TrackId]())
        part |= held if sum(map(len, typed)) >= _SHORTEST_PART else begun
    found = []
    for place, track in enumerate(TRACKS):
        forms = ["".join(_words(form)) for form in (track.track_id, track.track_id.removeprefix("r"))]
        if len(letters) >= _SHORTEST_PART:
            forms += [run for one, name in _NAMES if one == track for run in _runs(name)]
        share = min(OSA.normalized_distance(letters, form) for form in forms)
        if track.track_id in part:
            share = 0.0
        if share <= (_FARTHER if part else _FARTHEST):
            found.append((share, place, track))
    return tuple(track for *_, track in sorted(found, key=lambda one: one[:2])[:NEAR])
