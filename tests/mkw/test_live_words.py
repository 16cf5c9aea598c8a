"""What a message in a war's channel means, and what is talk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkw.ids import PlayerId, TrackId
from mkw.live import Form, LiveRace, LiveWar, Penalty
from mkw.live_said import Away, Back, Fix, LiveError, Note, Pause, Penalise, Play, SayRace, SayTrack, SayWho, Substitute
from mkw.live_words import Ask, Block, End, Known, Show, block_of, meant
from mkw.names import Candidate

WAR = LiveWar(("DX", "CB"), races=(LiveRace((1, 3, 4, 7, 9, 12)),))
ROSTER = tuple(
    Candidate(PlayerId(number), name, aliases)
    for number, (name, aliases) in enumerate(
        (("Cynda", ("Cyn",)), ("Willow", ()), ("Ghost", ()), ("Comet", ()), ("Marlin", ()), ("Marble", ())), 1
    )
)
KNOWN = Known(ROSTER, ("Cynda", "Willow", "Marlin"), mentions=((77, "Ghost"),))
WORDS = ("race", "7", "sgb", "Cyn", "1", "12", "sub", "->", "pen", "ours", "end", "<@77>", ",")
MIDDLE, SGB, DKP = (1, 3, 4, 7, 9, 12), TrackId("rSGB"), TrackId("rDKP")


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("1 3 4 7 9 12", SayRace(MIDDLE)),
        ("1347912", SayRace(MIDDLE)),
        ("sgb", SayTrack(SGB)),
        ("rSGB", SayTrack(SGB)),
        ("shy guy", SayTrack(SGB)),
        ("AH", SayTrack(TrackId("AH"))),
        ("sgb 1 3 4 7 9 12", SayRace(MIDDLE, SGB)),
        ("Shy Guy Bazaar: 1347912", SayRace(MIDDLE, SGB)),
        ("2. sgb 1 3 4 7 9 12", SayRace(MIDDLE, SGB)),
        ("race 2: sgb 1 3 4 7 9 12", Fix(2, SGB, MIDDLE)),
        ("race 7 rdkp", Fix(7, DKP)),
        ("race 7 1 3 4 7 9 12", Fix(7, places=MIDDLE)),
        ("r7 dkp 1 3 4 7 9 12", Fix(7, DKP, MIDDLE)),
        ("Cyn 1, Willow 3", SayWho((("Cynda", 1), ("Willow", 3)))),
        ("cyn 1 will 3 mar 4 ghost 7 comet 9 marb 12", SayWho(
            (("Cynda", 1), ("Willow", 3), ("Marlin", 4), ("Ghost", 7), ("Comet", 9), ("Marble", 12)))),
        ("sgb cyn 1, will 3, mar 4, ghost 7, comet 9, marb 12", SayRace(MIDDLE, SGB, (
            ("Cynda", 1), ("Willow", 3), ("Marlin", 4), ("Ghost", 7), ("Comet", 9), ("Marble", 12)))),
        ("race 1 Cyn 1, Willow 3", Fix(1, who=(("Cynda", 1), ("Willow", 3)))),
        ("Back", Back()),
        ("sub Willow -> Ghost", Substitute("Willow", "Ghost")),
        ("sub ghost for willow", Substitute("Willow", "Ghost")),
        ("sub Willow > Newcomer", Substitute("Willow", "Newcomer")),
        ("sub Willow -> <@77>", Substitute("Willow", "Ghost")),
        ("note <@77> and <@!78> lagged in <#5>", Note("somebody and somebody lagged in somebody")),
        ("pen 20 theirs repick", Penalise(Penalty(1, 20, "repick"))),
        ("pen ours 15", Penalise(Penalty(0, 15))),
        ("penalty cb -30 late start", Penalise(Penalty(1, 30, "late start"))),
        ("pen +10 us", Penalise(Penalty(0, -10))),
        ("dc Cyn", Away("Cynda")),
        ("note: they lagged", Note("they lagged")),
        ("pause", Pause(on=True)),
        ("go on", Pause(on=False)),
        ("players Cyn, Will, Newcomer", Play(("Cynda", "Willow", "Newcomer"))),
        ("end", End()),
        ("end now", End(surely=True)),
        ("end CB 430, QZ 420, ML 410", End((("CB", 430), ("QZ", 420), ("ML", 410)))),
        ("score", Show()),
    ],
)  # fmt: skip
def test_what_is_meant(typed: str, means: object) -> None:
    assert meant(typed, WAR, KNOWN) == means


@pytest.mark.parametrize(
    "typed",
    [
        "gg", "nice", "ah", "ps", "lol", "12", "2024", "45 : 37", "we need +20", "race 7 was awful", "that was my end",
        "end of the world", "back to work", "sub me in", "note", "dc again", "pen please", "pause for a minute please",
        "won 3, lost 2", "hello there 5", "https://example.com/1/2/3/4/5/6", "1-0", "see you at 21:30", "ok 10 minutes",
        "sgb 1", "nice sgb", "boo 2 go", "mar", "boo", "dry", "who is next?", "race", "🎉", "", "a" * 300, "15 12 10",
        "Willow was 3rd and I was 5th",
    ],
)  # fmt: skip
def test_what_is_talk(typed: str) -> None:
    assert meant(typed, WAR, KNOWN) is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1 3 3 7 9 12", "Place 3 is there twice"),
        ("1 2 3 4 5 6 7 8 9 10 11 12 13", "no place 13"),
        ("xqj 1 3 4 7 9 12", "no track called"),
        ("pen 20 repick", "Whose penalty"),
        ("pen 2000 ours", "at most 999"),
        ("sub Nobody -> Ghost", "Nobody is called Nobody"),
        ("sub Willw -> Ghost", "Did you mean Willow"),
        ("sub Willow -> <@99>", "Which player they are is not known"),
        ("Cyn 1, Cyn 3, Willow 4", "Cynda is there twice"),
        ("Cyn 1, Willow 3, Zzz 4", "Nobody is called Zzz"),
        ("Cyn 1, Willow 3, Zzz 4", "nothing was added"),
        ("race 7 1 2 3", "no whole side's places"),
        ("shy guy 112", "Nothing was added"),
        ("sgb 1 3", "Nothing was added"),
        ("sgb Zzz 1, Yyy 3", "Nobody is called Zzz; nothing was added"),
        ("sgb Cyn 1, Zzz 3", "Nobody is called Zzz; nothing was added"),
    ],
)
def test_what_was_meant_and_cannot_be(typed: str, says: str) -> None:
    with pytest.raises(LiveError, match=says) as caught:
        meant(typed, WAR, KNOWN)
    assert "\n" not in str(caught.value)


def test_what_can_mean_several_things_is_asked() -> None:
    asked = meant("peach 1 3 4 7 9 12", WAR, KNOWN)
    assert isinstance(asked, Ask)
    assert ("Peach Stadium", "PS 1 3 4 7 9 12") in asked.choices
    asked = meant("race 7 peach", WAR, KNOWN)
    assert isinstance(asked, Ask)
    assert ("Peach Beach", "race 7 rPB") in asked.choices
    asked = meant("stadium", WAR, KNOWN)
    assert isinstance(asked, Ask)
    asked = meant("peach Cyn 1, Willow 3", WAR, KNOWN)
    assert isinstance(asked, Ask)
    assert ("Peach Beach", "rPB Cyn 1, Willow 3") in asked.choices
    asked = meant("1123456", WAR, KNOWN)
    assert asked == Ask("Which places?", (("1 3 4 5 6 12", "1 3 4 5 6 12"), ("2 3 4 5 6 11", "2 3 4 5 6 11")))
    for label, line in asked.choices:
        assert meant(line, WAR, KNOWN) == SayRace(tuple(int(one) for one in label.split()))


def test_every_answer_to_a_question_is_meant_as_it_says() -> None:
    for typed in ("peach 1 3 4 7 9 12", "race 7 peach", "wario", "rainbow castle 1 3 4 7 9 12"):
        asked = meant(typed, WAR, KNOWN)
        assert asked is None or isinstance(asked, Ask)
        for _, line in asked.choices if asked else ():
            assert isinstance(meant(line, WAR, KNOWN), SayTrack | SayRace | Fix)


def test_wrong_places_are_no_track() -> None:
    away = replace(WAR, away=("Comet",))
    with pytest.raises(LiveError) as problem:
        meant("1-3 7 9-", away, KNOWN)
    assert str(problem.value) == "Those are 8 places, and a side has 6. Nothing was added."


def test_who_is_away_is_left_out() -> None:
    away = replace(WAR, away=("Comet",))
    assert meant("1 3 4 7 9", away, KNOWN) == SayRace(MIDDLE)
    assert meant("13479", away, KNOWN) == SayRace(MIDDLE)
    five = meant("race 2 cyn 1, will 3, mar 4, ghost 7, marb 9", replace(away, races=()), KNOWN)
    assert five == Fix(2, None, MIDDLE, (("Cynda", 1), ("Willow", 3), ("Marlin", 4), ("Ghost", 7), ("Marble", 9)))


def test_the_other_forms() -> None:
    quads = LiveWar(("DX", "CB", "QZ", "ML"), Form.TWENTY_FOUR)
    assert meant("sgb 1 3 13 20 23 24", quads, KNOWN) == SayRace((1, 3, 13, 20, 23, 24), SGB)
    assert meant("134790", quads, KNOWN) is None
    assert meant("pen 20 qz", quads, KNOWN) == Penalise(Penalty(2, 20))
    assert meant("13579", LiveWar(("DX", "CB"), Form.FIVE), KNOWN) == SayRace((1, 3, 5, 7, 9))


def test_a_war_pasted_as_its_races() -> None:
    assert block_of("CR vs CB\n\nsgb 1 3 4 7 9 12\ndkp 1 2 3 4 5 6") == Block(
        ("CR", "CB"), Form.SIX, "sgb 1 3 4 7 9 12\ndkp 1 2 3 4 5 6"
    )
    quads = block_of("CR vs CB, QZ, ML 24\n1 3 13 20 23 24")
    assert quads == Block(("CR", "CB", "QZ", "ML"), Form.TWENTY_FOUR, "1 3 13 20 23 24")
    assert block_of("CR vs CB\n1 3 3 7 9 12") is not None  # a mistake in it is named later
    for other in ("Comet 92\nPixel 88\nvs CB 491", "Comet 92, Pixel 88 vs CB 491", "CR vs CB\nComet 92", "", "A vs B"):
        assert block_of(other) is None


@given(
    st.one_of(
        st.text(max_size=120),
        st.text("0123456789+- ,;:/|.race subpend->", max_size=60),
        st.lists(st.sampled_from(WORDS)).map(" ".join),
    ),
    st.sampled_from(list(Form)),
)
def test_any_text_is_meant_is_talk_or_is_a_mistake_in_one_line(text: str, form: Form) -> None:
    war = LiveWar(("DX", "CB") if form.sides == 2 else ("DX", "CB", None, None), form, WAR.races)
    try:
        meant(text, war, KNOWN)
        block_of(text)
    except LiveError as problem:
        one_line = "\n" not in str(problem)
        assert one_line
