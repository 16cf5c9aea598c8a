"""What a message in the channel of a running war says: a track, places, who took which, a word that steers the war, or
nothing that is meant for it. Pure. Ordinary chat must never be answered: whatever is not clearly meant is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import OSA

from mkw.ids import TrackId
from mkw.live import Form, LiveWar, Penalty, Who
from mkw.live_said import (
    LONGEST_NOTE,
    MOST_PENALTY,
    Action,
    Away,
    Back,
    Fix,
    LiveError,
    Note,
    Pause,
    Penalise,
    Play,
    SayRace,
    SayTrack,
    SayWho,
    Substitute,
)
from mkw.lookalikes import fold
from mkw.names import Candidate, close_names
from mkw.places import PlacesError, looks_like_places, read_places, takers, written
from mkw.tracks import Track, TrackFound, find_track, spellings
from mkw.warlines import clean, quoted

LONGEST_LINE = 200
_MENTION = re.compile(r"<@!?(\d{1,20})>")
_MENTIONS = re.compile(r"<[@#][!&]?\d{1,20}>")
_SHORTEST_START = 3  # letters of a name, of somebody who does not play yet
_NEAR_SHARE = 0.7  # of the letters of a name or a track that is misspelt
_NEAR_LETTERS = 6  # of a misspelt track that stands alone
_PART_LETTERS = 5  # of a part of a track's name that stands alone
_WORDS_OF_CHAT = frozenset({"ah", "ps"})  # two tracks are called as people talk: there capitals count


@dataclass(frozen=True, slots=True)
class End:
    """`totals` of the other sides, by tag as typed. `surely`: though races are missing."""

    totals: tuple[tuple[str, int], ...] = ()
    surely: bool = False


@dataclass(frozen=True, slots=True)
class Show:
    """How it stands."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What was said can mean several things: (what the button says, the line it stands for)."""

    question: str
    choices: tuple[tuple[str, str], ...]


Meant = Action | End | Show | Ask


@dataclass(frozen=True, slots=True)
class Known:
    """The roster, to know people by what is typed for them. Who plays is found by less of their name. `mentions` are
    players by the user of Discord they are."""

    roster: tuple[Candidate, ...] = ()
    playing: tuple[str, ...] = ()
    mentions: tuple[tuple[int, str], ...] = ()
    _folded: dict[str, str] = field(default_factory=dict, compare=False, init=False)

    def __post_init__(self) -> None:
        for name in self.playing:
            self._folded.setdefault(fold(name), name)
        for one in self.roster:
            for spelling in (one.name, *one.aliases):
                self._folded.setdefault(fold(spelling), one.name)

    def find(self, text: str) -> str | None:
        """A mention, a name or alias in any case, or the beginning of one name."""
        if mention := _MENTION.fullmatch(text.strip()):
            return dict(self.mentions).get(int(mention[1]))
        wanted = fold(text)
        if not wanted or wanted in self._folded:
            return self._folded.get(wanted)
        for names, shortest in ((self.playing, 1), (tuple(one.name for one in self.roster), _SHORTEST_START)):
            begun = {name for name in names if fold(name).startswith(wanted)}
            if len(wanted) >= shortest and len(begun) == 1:
                return begun.pop()
        return None

    def must_find(self, text: str) -> str:
        """Raises LiveError with close names."""
        found = self.find(text)
        if found is not None:
            return found
        if _MENTION.fullmatch(text.strip()):
            raise LiveError("Which player they are is not known; `link @them Comet` says it. Nothing was changed.")
        near = self.near(text)
        meant = f"Did you mean {' or '.join(near)}?" if near else "`players A, B` says who plays."
        raise LiveError(f"Nobody is called {clean(text)[:60]}; nothing was added. {meant}")

    def anybody(self, text: str) -> str:
        """A guest is called as typed. Raises LiveError where somebody is called nearly so, or it is no name."""
        name = clean(text)
        found = self.find(name)
        if found is None and (not fold(name) or len(name) > 60):
            raise LiveError("A name has 1 to 60 letters.")
        is_guest = found is None and not self.near(name) and not _MENTION.fullmatch(name)
        return name if is_guest else self.must_find(name)

    def near(self, text: str) -> tuple[str, ...]:
        close = (one.name for one in close_names(text, self.roster))
        return tuple(name for name in close if OSA.normalized_similarity(fold(name), fold(text)) >= _NEAR_SHARE)[:3]


def meant(text: str, war: LiveWar, known: Known) -> Meant | None:
    """One line; None: not for the war. Raises LiveError where it was meant and cannot be."""
    line = " ".join(text.split())
    if not line or len(line) > LONGEST_LINE:
        return None
    for read in (_steering, _numbered, _people):
        if (found := read(line, war, known)) is not None:
            return found
    return _race(line, war, known)


# --- words that steer -----------------------------------------------------------------------------------------------

_SUB = re.compile(r"sub(?:stitute)?\s+(?P<out>.+?)\s*(?:->|=>|→|>)\s*(?P<into>.+)", re.IGNORECASE)
_SUB_FOR = re.compile(r"sub(?:stitute)?\s+(?P<into>.+?)\s+for\s+(?P<out>.+)", re.IGNORECASE)
_PEN = re.compile(r"pen(?:alty)?\s+(?P<rest>.*\d.*)", re.IGNORECASE)
_POINTS = re.compile(r"(?:^|\s)([+\-−]?)(\d{1,4})(?=\s|$)")
_DC = re.compile(r"(?:dc|disconnected)\s+(?P<name>\S+(?: \S+)?)", re.IGNORECASE)
_NOTE = re.compile(r"note\s*:?\s+(?P<text>.+)", re.IGNORECASE)
_PLAY = re.compile(r"(?:players|line-?up)\s*:?\s+(?P<names>.+)", re.IGNORECASE)
_END = re.compile(r"end(?P<surely>\s+(?:now|anyway))?(?P<totals>\s+.*\d.*)?", re.IGNORECASE)
_TOTAL = re.compile(r"(?P<tag>\S.*?)\s*[:=]?\s*(?P<total>\d{1,4})")
_OURS, _THEIRS = {"ours", "our", "us", "we"}, {"theirs", "their", "them", "opponent"}


def _steering(line: str, war: LiveWar, known: Known) -> Meant | None:
    word = line.casefold()
    plain: dict[str, Meant] = {
        "back": Back(), "pause": Pause(on=True), "resume": Pause(on=False), "go on": Pause(on=False), "score": Show(),
    }  # fmt: skip
    if word in plain:
        return plain[word]
    for pattern, read in _STEERING:
        if found := pattern.fullmatch(line):
            return read(found, war, known)
    return None


def _penalty(rest: str, war: LiveWar) -> Penalise | None:
    points = _POINTS.search(rest)
    if points is None:
        return None
    words = (rest[: points.start()] + " " + rest[points.end() :]).split()
    for place, word in enumerate(words):
        side = _side(word, war)
        if side is not None:
            reason = _unmentioned(" ".join([*words[:place], *words[place + 1 :]]))
            value = int(points[2])
            if value > MOST_PENALTY:
                raise LiveError(f"A penalty has at most {MOST_PENALTY} points; nothing was added.")
            return Penalise(Penalty(side, -value if points[1] == "+" else value, reason))
    raise LiveError("Whose penalty? Write `pen 20 ours repick` or `pen 20 theirs repick`; nothing was added.")


def _side(word: str, war: LiveWar) -> int | None:
    plain = word.casefold().strip(":,")
    if plain in _OURS:
        return 0
    if plain in _THEIRS and war.form.sides == 2:
        return 1
    return next((place for place, tag in enumerate(war.sides) if tag and fold(tag) == fold(plain)), None)


def _away(name: str, known: Known) -> Away | None:
    """`dc again` is talk."""
    found = known.find(name)
    if found is None and (known.near(name) or not known.playing):
        return Away(known.must_find(name))
    return None if found is None else Away(found)


def _end(totals: str, *, surely: bool) -> End | None:
    found = []
    for piece in _listed(totals):
        total = _TOTAL.fullmatch(piece)
        if total is None:
            return None
        found.append((clean(total["tag"]), int(total["total"])))
    return End(tuple(found), surely)


_STEERING: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], LiveWar, Known], Meant | None]], ...] = (
    (_SUB, lambda found, _, known: Substitute(known.must_find(found["out"]), known.anybody(found["into"]))),
    (_SUB_FOR, lambda found, _, known: Substitute(known.must_find(found["out"]), known.anybody(found["into"]))),
    (_PEN, lambda found, war, _: _penalty(found["rest"], war)),
    (_DC, lambda found, _, known: _away(found["name"], known)),
    (_NOTE, lambda found, _, __: Note(_unmentioned(found["text"]))),
    (_PLAY, lambda found, _, known: Play(tuple(known.anybody(one) for one in _listed(found["names"])))),
    (_END, lambda found, _, __: _end(found["totals"] or "", surely=bool(found["surely"]))),
)


def _unmentioned(text: str) -> str:
    """What is kept as words names no user of Discord."""
    return _MENTIONS.sub("somebody", text)[:LONGEST_NOTE]


def _listed(text: str) -> list[str]:
    return [piece.strip() for piece in re.split(r"[,;]", text) if piece.strip()]


# --- races ----------------------------------------------------------------------------------------------------------

_NUMBERED = re.compile(r"(?:race|r)\s*(?P<number>\d{1,2})\s*[:.)]?\s+(?P<rest>.+)", re.IGNORECASE)
_LISTED = re.compile(r"(?P<number>\d{1,2})\s*[:.)]\s*(?P<rest>[^\W\d].*)")
_TAIL = re.compile(r"(?<=\s)[\d+][\d\s,;/|.+\-–—]*$|(?<=\s)[-–—]\d[\d\s,;/|.+\-–—]*$")


def _numbered(line: str, war: LiveWar, known: Known) -> Meant | None:
    """`race 7 rdkp`, `race 7 1 2 5 8 9 10`; `7. sgb 1 3 4 7 9 12` of a list is the race whose turn it is."""
    found = _NUMBERED.fullmatch(line)
    is_listed = found is None and (found := _LISTED.fullmatch(line)) is not None
    number, rest = (int(found["number"]), found["rest"]) if found is not None else (0, "")
    is_next = number == len(war.races) + 1
    there = war if is_next else replace(war, part=None)  # what was shown is of the race being played
    inner = (_people(rest, there, known) or _race(rest, there, known, is_sure=not is_listed)) if rest else None
    if is_listed and is_next:
        return inner
    return _of_race(number, inner)


def _of_race(number: int, inner: Meant | None) -> Meant | None:
    match inner:
        case SayTrack(track):
            return Fix(number, track=track)
        case SayRace(places, track, who):
            return Fix(number, track, places, who)
        case SayWho(who):
            return Fix(number, who=who)
        case Ask(question, choices):
            return Ask(question, tuple((label, f"race {number} {said}") for label, said in choices))
    return None


def _people(line: str, war: LiveWar, known: Known) -> Meant | None:
    """`Cyn 1, Willow 3 …`, perhaps behind a track. At least half of the names are known, or it is talk."""
    pairs = takers(line)
    if not pairs:
        return None
    head, taken = _track_before(pairs, known)
    if head is not None and head.track is None:
        return _which(head.near, ", ".join(f"{name} {place}" for name, place in taken))
    track = None if head is None or head.track is None else head.track.track_id
    found = [known.find(name) for name, _ in taken]
    strangers = 2 * sum(one is not None for one in found) < len(taken)
    if (head is None and strangers) or (len(taken) == 1 and not war.races):
        return None
    who: Who = tuple((known.must_find(name), place) for name, place in taken)
    return _of_who(who, track, war)


def _of_who(who: Who, track: TrackId | None, war: LiveWar) -> SayRace | SayWho:
    places = [place for _, place in who]
    names = [name for name, _ in who]
    if len(set(names)) < len(names):
        raise LiveError(f"{next(name for name in names if names.count(name) > 1)} is there twice; nothing was added.")
    if war.part is not None and len(who) + len(war.part.who) == war.form.size:
        every = (*war.part.who, *who)
        if len({place for _, place in every}) == len({name for name, _ in every}) == war.form.size:
            return SayRace(tuple(sorted(place for _, place in every)), track, every)
    last = war.races[-1] if war.races else None
    # Of the race before, where it does not say yet who took what.
    if last is not None and track is None and not last.told and set(places) <= set(last.places) and war.track is None:
        return SayWho(who)
    if len(who) < war.form.size and len(who) + len(war.away) < war.form.size:
        return SayWho(who)
    return SayRace(_places(written(places), war), track, who)


def _track_before(
    pairs: Sequence[tuple[str, int]], known: Known
) -> tuple[TrackFound | None, Sequence[tuple[str, int]]]:
    """`sgb Cyn 1, …`: the first name begins with a track, or nearly; a clear one may stand before strangers too."""
    (name, place), *rest = pairs
    words = name.split()
    if known.find(name) is None:
        for count in range(len(words) - 1, 0, -1):
            head, player = " ".join(words[:count]), " ".join(words[count:])
            found = find_track(head)
            is_clear = found.track is not None and _is_clear(head, found.track) and bool(rest)
            if (found.track is not None or found.near) and (known.find(player) is not None or is_clear):
                return found, [(player, place), *rest]
    return None, pairs


def _race(line: str, war: LiveWar, known: Known, *, is_sure: bool = False) -> Meant | None:  # noqa: ARG001
    """A track, places, or a track and places. `is_sure`: whoever said it meant the war."""
    if looks_like_places(line, war.seats):
        return _read(line, None, war)
    tail = _TAIL.search(line)
    if tail is not None and looks_like_places(tail[0], war.seats):
        head = line[: tail.start()].strip(" :,-")
        found = find_track(head)
        if found.track is not None:
            return _read(tail[0], found.track.track_id, war)
        if found.near:
            return _which(found.near, tail[0])
        if not any(map(str.isalpha, head)):
            _places(line, war)  # says what is wrong with them: `1-3 7 9-` are too many
        if len(head.split()) <= 2:
            raise LiveError(f"There is no track called {quoted(head)}; nothing was added.")
        return None
    if tail is not None and len(tail[0]) > 1:
        head = line[: tail.start()].strip(" :,-")
        track = find_track(head).track
        if track is not None and _is_clear(head, track):  # so its places were meant as such, whatever they are
            return SayRace(_places(tail[0], war), track.track_id)
    return _bare_track(line, is_sure=is_sure)


def _read(text: str, track: TrackId | None, war: LiveWar) -> SayRace | Ask:
    try:
        return SayRace(read_places(text, war.seats), track)
    except PlacesError as problem:
        if not problem.readings:
            raise LiveError(f"{problem} Nothing was added.") from problem
        lead = f"{track} " if track else ""
        choices = tuple((written(one), f"{lead}{written(one)}") for one in problem.readings[:5])
        return Ask("Which places?", choices)


def _places(text: str, war: LiveWar) -> tuple[int, ...]:
    try:
        return read_places(text, war.seats)
    except PlacesError as problem:
        raise LiveError(f"{problem} Nothing was added.") from problem


def _which(near: Sequence[Track], rest: str = "") -> Ask:
    choices = tuple((track.name, f"{track.track_id} {rest.strip()}".strip()) for track in near)
    return Ask("Which track?", choices)


def _bare_track(line: str, *, is_sure: bool) -> SayTrack | Ask | None:
    if line in _WORDS_OF_CHAT or len(line.split()) > 4:
        return None
    found = find_track(line)
    letters = "".join(char for char in line if char.isalnum())
    if found.track is not None:
        return SayTrack(found.track.track_id) if is_sure or _is_clear(line, found.track) else None
    if found.near and (is_sure or _resembles(letters.casefold(), found.near)):
        return _which(found.near)
    if is_sure and re.fullmatch(r"[\d\s,;/|.+\-–—]+", line):
        raise LiveError(f"{quoted(line)} is no whole side's places; nothing was changed.")
    return None


def _is_clear(text: str, track: Track) -> bool:
    """Whether it is one of the track's own spellings, but for blanks and case, or long enough to be no word of chat."""
    written_so = {"".join(one.casefold().split()) for one in spellings(track)}
    return "".join(text.casefold().split()) in written_so or sum(map(str.isalnum, text)) >= _PART_LETTERS


def _resembles(letters: str, near: Sequence[Track]) -> bool:
    """Alone on a line it is asked about only where it is nearly a name, or a word of one."""
    for track in near:
        words = [word.casefold().strip(".'") for word in track.name.split()]
        whole = "".join(char for char in track.name.casefold() if char.isalnum())
        if len(letters) >= _PART_LETTERS and letters in words:
            return True
        if len(letters) >= _NEAR_LETTERS and OSA.normalized_similarity(letters, whole) >= _NEAR_SHARE:
            return True
    return False


_OPPONENTS = re.compile(r"(?P<ours>\S.*?)\s+vs\.?\s+(?P<theirs>\S.*?)(?:\s+(?P<form>6v6|5v5|24)p?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """A war pasted as its races: `DX vs CB`, then a race a line."""

    sides: tuple[str, ...]
    form: Form
    lines: str


def block_of(text: str) -> Block | None:
    """None for what is no such text: its second line says nothing about a race."""
    first, *rest = [line for line in text.splitlines() if line.strip()] or [""]
    head = _OPPONENTS.fullmatch(" ".join(first.split()))
    if head is None or not rest:
        return None
    form = Form(head["form"]) if head["form"] else Form.SIX
    theirs = [tag.strip() for tag in head["theirs"].split(",") if tag.strip()]
    war = LiveWar((head["ours"], *theirs), form)
    try:
        is_race = isinstance(meant(rest[0], war, Known()), SayRace | SayTrack | Ask | Play)
    except LiveError:
        is_race = True  # it was meant as one
    return Block((head["ours"], *theirs), form, "\n".join(rest)) if is_race else None
