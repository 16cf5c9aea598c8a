import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkw.ids import PlayerId
from mkw.lookalikes import visible
from mkw.names import Candidate, How, NameMatch, close_names, common_tag, fold, match_names, without_tag


def roster(*names: str) -> list[Candidate]:
    return [Candidate(PlayerId(index), name) for index, name in enumerate(names, 1)]


def one(drawn: str, people: list[Candidate], *tags: str) -> NameMatch:
    return match_names([drawn], people, tags=tags)[0]


# --- fold -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drawn", "alike"),
    [
        ("COMET", "comet"),
        ("Ｃｏｍｅｔ", "Comet"),
        ("Cο\u200bmeт", "Comet"),
        ("ΣND", "END"),
        ("ßσσ", "Boo"),
        ("ΛИ", "AN"),
        ("ᴘɪxᴇʟ", "Pixel"),
        ("P1xe|", "Pixel"),
        ("C0ral", "Coral"),
        ("Ðøłly", "Dolly"),
        ("5tar", "star"),
        ("KT★", "KT☆"),
        ("Maël", "Mael"),
        ("a b", "ab"),
        ("リリ", "りり"),
        ("がｷﾞ", "がギ"),
    ],
)
def test_what_is_drawn_alike_folds_alike(drawn: str, alike: str) -> None:
    assert fold(drawn) == fold(alike)


@pytest.mark.parametrize(
    ("a", "b"), [("か", "が"), ("は", "ぱ"), ("Luna", "Luma"), ("KT★", "KT"), ("Cynda", "Cynosal")]
)
def test_what_differs_to_the_eye_stays_different(a: str, b: str) -> None:
    assert fold(a) != fold(b)


@pytest.mark.parametrize("name", ["★", "・", "\u0301", "´", "é", "🏁", "漢", "ㅤx", "!", "\U0001f9ff", "한글", "ส้ม"])
def test_a_visible_name_never_folds_to_nothing(name: str) -> None:
    assert fold(name)


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\u3164", "\t\n", "\u202e"])
def test_an_invisible_name_folds_to_nothing(name: str) -> None:
    assert fold(name) == ""


@given(st.text(max_size=30))
def test_fold_is_idempotent_and_keeps_something_of_whatever_shows(name: str) -> None:
    folded = fold(name)
    assert fold(folded) == folded
    assert bool(folded) == bool(visible(name))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0159 ", min_size=1, max_size=12))
def test_case_width_and_spaces_do_not_matter(name: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in name)
    assert fold(name) == fold(name.upper()) == fold(wide) == fold(name.replace(" ", ""))


@given(st.text(alphabet="aeopcxyi", min_size=1, max_size=10))
def test_cyrillic_in_a_latin_name_does_not_matter(name: str) -> None:
    assert fold(name.translate(str.maketrans("aeopcxyi", "аеорсхуі"))) == fold(name)


# --- tags -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "tag"),
    [
        (["CR Comet", "CR Pixel", "CR★Marlin"], "CR"),
        (["CRComet", "CRPixel", "CRWillow"], "CR"),
        (["KT★Comet", "KT★Pixel", "KT★"], "KT★"),
        (["ßσσ Coral", "Boо Pixel", "ßσσWillow", "Mint"], "ßσσ"),
        (["Comet ZZ", "Pixel ZZ", "WillowZZ"], "ZZ"),
        (["AB Xa", "AB Xb", "AB Ya"], "AB"),
        (["K Comet", "K Pixel", "K Willow"], "K"),
        (["U⇒ Comet", "U⇒Pixel", "U⇒☆Mint"], "U⇒"),
        ([">€> Comet", ">€> Pixel"], ">€>"),
        (["Marlin", "Martin", "Mario"], None),
        (["MARLIN", "MARTIN", "MARIO"], None),
        (["CR Comet", "Pixel", "Willow"], None),
        (["CR Comet"], None),
        ([], None),
        (["", " "], None),
    ],
)
def test_common_tag(names: list[str], tag: str | None) -> None:
    assert common_tag(names) == tag


@pytest.mark.parametrize(
    ("name", "tag", "rest"),
    [
        ("CR Comet", "CR", "Comet"),
        ("CR★Comet", "CR", "Comet"),
        ("CR☆Comet", "CR★", "Comet"),
        ("CRComet", "CR", "Comet"),
        ("cr comet", "CR", "comet"),
        ("Crash", "CR", "Crash"),
        ("CRash", "CR", "ash"),
        ("ΣND Pixel", "END", "Pixel"),
        ("CR | Comet", "CR", "Comet"),
        ("CR.Comet", "CR", "Comet"),
        ("CR-Comet", "CR", "Comet"),
        ("CR・Comet", "CR", "Comet"),
        ("Comet ZZ", "ZZ", "Comet"),
        ("Comet★ZZ", "ZZ", "Comet"),
        ("CometZZ", "ZZ", "Comet"),
        ("*CR*Comet", "CR", "Comet"),
        ("Mango", "go", "Mango"),
        ("Kevin", "K", "Kevin"),
        ("K Kevin", "K", "Kevin"),
        ("CR", "CR", "CR"),
        ("CR ★", "CR", "CR ★"),
        ("Comet", "", "Comet"),
    ],
)
def test_without_tag(name: str, tag: str, rest: str) -> None:
    assert without_tag(name, [tag]) == rest


@given(st.text(max_size=15), st.lists(st.text(max_size=5), max_size=3))
def test_without_tag_never_leaves_nothing(name: str, tags: list[str]) -> None:
    assert bool(visible(without_tag(name, tags))) == bool(visible(name))


@given(st.lists(st.text(max_size=12), max_size=8))
def test_common_tag_is_a_tag_of_some_name(names: list[str]) -> None:
    tag = common_tag(names)
    assert tag is None or any(tag in name for name in names)


# --- matching -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drawn", "how"),
    [
        ("Comet", How.EXACT),
        ("CR Comet", How.EXACT),
        ("CR★comet", How.EXACT),
        ("С0меt", How.EXACT),
        ("omet", How.NEAR),  # the icon covers the first letter
        ("QComet", How.NEAR),  # the icon was read as a letter
        ("Cornet", How.NEAR),
        ("C8 Comet", How.NEAR),  # the tag was misread
        ("Cxmxt", How.FAR),
        ("Zebra", How.NONE),
    ],
)
def test_how_a_name_is_matched(drawn: str, how: How) -> None:
    match = one(drawn, roster("Comet", "Willowy"), "CR")
    assert (match.how, match.player_id) == (how, None if how is How.NONE else 1)


@pytest.mark.parametrize(
    ("drawn", "name"),
    [("Cynda", "Cynosal"), ("Luma", "Luna"), ("Ma", "Mo"), ("Tango", "Mango"), ("Sol", "Sole"), ("B", "8")],
)
def test_other_people_are_never_taken_without_a_question(drawn: str, name: str) -> None:
    assert one(drawn, roster(name)).how in {How.FAR, How.NONE}


def test_one_candidate_is_given_to_one_of_two_equal_names_and_asked_about() -> None:
    matches = match_names(["Comet", "Comet"], roster("Comet"))
    assert sorted(match.how for match in matches) == [How.FAR, How.NONE]
    assert [match.player_id for match in matches].count(PlayerId(1)) == 1


def test_a_name_two_players_wear_is_asked_about() -> None:
    people = [Candidate(PlayerId(1), "Comet"), Candidate(PlayerId(2), "Pixel", ("comet",))]
    assert one("COMET", people).player_id == 1  # the name goes before the alias
    assert one("comet", people).player_id == 2  # letter for letter goes before folded
    assert one("Comet", roster("Comet", "Comet")).how is How.FAR


def test_an_alias_is_exact_and_beats_a_near_name() -> None:
    people = [Candidate(PlayerId(1), "Marlin"), Candidate(PlayerId(2), "Willow", ("Martin",))]
    assert one("Martin", people) == NameMatch("Martin", PlayerId(2), How.EXACT, 0.0)


def test_an_exact_row_keeps_its_player_from_a_near_row() -> None:
    first, second = match_names(["Marlinn", "Marlin"], roster("Marlin"))
    assert (first.how, second.how) == (How.NONE, How.EXACT)


def test_two_players_as_near_as_each_other_are_a_question() -> None:
    assert one("Marfin", roster("Marlin", "Martin")).how is How.FAR


def test_two_rows_as_near_to_one_player_are_a_question() -> None:
    assert {match.how for match in match_names(["Willowx", "Wzillow"], roster("Willow"))} == {How.FAR, How.NONE}


def test_nothing_to_match() -> None:
    assert match_names([], roster("Comet")) == ()
    assert one("Comet", []) == NameMatch("Comet", None, How.NONE, 1.0)
    assert one("", roster("Comet")).how is How.NONE
    assert one("Comet" * 40, roster("Comet")).how is How.NONE


def test_did_you_mean() -> None:
    people = roster("Comet", "Coral", "Cynosal", "Pixel", "Willow")
    assert [person.name for person in close_names("Comett", people)] == ["Comet"]
    assert [person.name for person in close_names("cyn", people)] == ["Cynosal"]
    assert close_names("zzzz", people) == ()
    assert close_names("", people) == ()
    assert len(close_names("Co", people, limit=1)) == 1


names = st.text(alphabet="abcdeklmno ★éΣか", min_size=1, max_size=8)


@given(st.lists(names, max_size=6), st.lists(names, max_size=6), st.randoms(use_true_random=False))
def test_matching_is_one_to_one_and_order_does_not_matter(
    drawn: list[str], known: list[str], rng: random.Random
) -> None:
    people = roster(*known)
    matches = match_names(drawn, people, tags=["ab"])
    assert [match.drawn for match in matches] == drawn
    given_to = [match.player_id for match in matches if match.player_id is not None]
    assert len(given_to) == len(set(given_to))
    assert all((match.player_id is None) == (match.how is How.NONE) and 0 <= match.distance <= 1 for match in matches)
    rows = rng.sample(range(len(drawn)), len(drawn))
    again = match_names([drawn[row] for row in rows], rng.sample(people, len(people)), tags=["ab"])
    assert sorted(again, key=repr) == sorted(matches, key=repr)


@given(st.lists(names, min_size=1, max_size=6, unique_by=fold))
def test_every_player_is_exactly_themselves(known: list[str]) -> None:
    known = [name for name in known if fold(name)]
    matches = match_names(known, roster(*known))
    assert [(match.player_id, match.how) for match in matches] == [(i, How.EXACT) for i in range(1, len(known) + 1)]


# --- measured on simulated misreadings ------------------------------------------------------------------------------

_MISREADINGS = (
    ("rn", "m"),
    ("m", "rn"),
    ("l", "t"),
    ("vv", "w"),
    ("w", "vv"),
    ("c", "e"),
    ("u", "v"),
    ("h", "b"),
    ("g", "9"),
)


_HEADS = "ba ko mi ru ta ve zo lin mar pix wil cor jun sol tam nor fen gri hal"
_TAILS = "dor let nix ra mo ven lo sky tus wyn zer bit ka ron del pha sso mint"


def _invented(rng: random.Random, count: int) -> list[str]:
    heads, tails = _HEADS.split(), _TAILS.split()
    out: dict[str, str] = {}
    while len(out) < count:
        name = (rng.choice(heads) + rng.choice(["", rng.choice(heads)]) + rng.choice(tails)).capitalize()
        out.setdefault(fold(name), name)
    return list(out.values())


def _misread(rng: random.Random, name: str) -> str:
    kind = rng.randrange(4)
    if kind == 0:
        return name[1:]
    if kind == 1:
        return rng.choice("QOJ@") + name
    wrong = [(right, read) for right, read in _MISREADINGS if right in name.lower()]
    if kind == 2 and wrong:
        right, read = rng.choice(wrong)
        return name.lower().replace(right, read, 1)
    spot = rng.randrange(len(name))
    return name[:spot] + rng.choice("abcdefghijklmnopqrstuvwxyz") + name[spot + 1 :]


@pytest.mark.parametrize("size", [12, 40, 200])
def test_simulated_misreadings_rarely_make_a_false_link(size: int) -> None:
    """Over several invented rosters whose names are as alike as syllables make them, half of the rows strangers."""
    rows = taken = asked = false = shown = 0
    for corpus in range(3):
        rng = random.Random(1000 * corpus + size)
        everybody = _invented(rng, size + 40)
        known, strangers = everybody[:size], everybody[size:]
        people = roster(*known)
        for _ in range(8):
            truth = rng.sample(known, 6) + rng.sample(strangers, 6)
            drawn = [_misread(rng, name) if rng.random() < 0.5 else name for name in truth]
            found = match_names([f"CR {name}" for name in drawn], people, tags=["CR"])
            for name, match in zip(truth, found, strict=True):
                right = name in known and match.player_id == known.index(name) + 1
                rows += 1
                shown += name in known
                if match.how in {How.EXACT, How.NEAR}:
                    taken += right
                    # Misread into a name that somebody wears, nobody could tell.
                    false += not right and fold(match.drawn[3:]) not in {fold(one) for one in known}
                asked += match.how is How.FAR and right
    assert false / rows <= 0.015
    assert taken / shown >= 0.75
    assert (taken + asked) / shown >= 0.93


def test_a_large_roster_is_matched_quickly() -> None:
    rng = random.Random(7)
    known = _invented(rng, 200)
    start = time.perf_counter()
    match_names([_misread(rng, name) for name in known[:24]], roster(*known), tags=["CR"])
    assert time.perf_counter() - start < 5
