"""A war as it is played: the score by hand, what is needed, and what each thing said makes of it."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from mkw.ids import TrackId
from mkw.live import (
    Form,
    LiveWar,
    Penalty,
    differences,
    most_a_race,
    player_sheets,
    race_points,
    raced_points,
    standing,
    unclaimed,
    untold,
)
from mkw.live_said import (
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
    repicked,
    said,
)

SGB, DKP = TrackId("rSGB"), TrackId("rDKP")
BEST, WORST, MIDDLE = (1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12), (1, 3, 4, 7, 9, 12)
NAMES = ("Comet", "Pixel", "Marlin", "Willow", "Juniper", "Tango")


def war(*actions: Action, form: Form = Form.SIX) -> LiveWar:
    made = LiveWar(("DX", "CB") if form.sides == 2 else ("DX", "CB", "QZ", "ML"), form)
    for action in actions:
        made, _ = said(made, action)
    return made


def test_a_race_is_scored_by_its_places() -> None:
    played = war(SayTrack(SGB), SayRace(MIDDLE))
    assert race_points(played.races[0], Form.SIX) == (45, 37)  # 15 + 10 + 9 + 6 + 4 + 1
    assert (played.races[0].track, played.track) == (SGB, None)
    now = standing(played)
    assert (now.ours, now.theirs, now.difference, now.left, now.needed, now.settled) == (45, 37, 8, 11, -6, 0)


def test_what_is_needed_and_when_it_is_settled() -> None:
    assert [most_a_race(form) for form in (Form.SIX, Form.FIVE)] == [40, 28]
    seven = war(*[SayRace(BEST)] * 7)
    assert (standing(seven).difference, standing(seven).settled) == (280, 1)  # 200 are left
    six = war(*[SayRace(BEST)] * 6)
    assert (standing(six).difference, standing(six).settled, standing(six).needed) == (240, 0, -238)  # a draw at worst
    behind = war(*[SayRace(WORST)] * 7)
    assert (standing(behind).settled, standing(behind).needed) == (-1, None)
    assert standing(war(SayRace(WORST))).needed == 42
    penalised = war(SayRace(MIDDLE), Penalise(Penalty(0, 15)))
    assert (standing(penalised).difference, standing(penalised).needed) == (-7, 8)


def test_five_against_five_and_twenty_four() -> None:
    five = war(SayRace((1, 2, 3, 4, 5)), form=Form.FIVE)
    assert raced_points(five) == (43, 15)  # 58 a race
    quads = war(SayRace((1, 2, 3, 22, 23, 24)), form=Form.TWENTY_FOUR)
    assert raced_points(quads) == (42, 102)  # 144 a race
    assert standing(quads).difference is None
    assert differences(war(SayRace(MIDDLE), SayRace(WORST))) == (8, -40)


def test_the_track_waits_for_its_places_and_back_takes_one_step() -> None:
    steps = [war(), war(SayTrack(SGB)), war(SayTrack(SGB), SayRace(MIDDLE))]
    back, text = said(steps[2], Back())
    assert back == steps[1]
    assert text == "race 1 is taken back; Shy Guy Bazaar still stands, type its places or `back` again"
    assert said(back, Back())[0] == steps[0]
    with pytest.raises(LiveError, match="no race to take back"):
        said(steps[0], Back())


def test_a_race_is_put_right() -> None:
    played = war(SayTrack(SGB), SayRace(MIDDLE), SayRace(BEST))
    fixed, text = said(played, Fix(1, track=DKP))
    assert (fixed.races[0].track, fixed.races[0].places, text) == (DKP, MIDDLE, "race 1 is rDKP 1 3 4 7 9 12 now")
    fixed, _ = said(played, Fix(2, places=WORST))
    assert differences(fixed) == (8, -40)
    assert said(played, Fix(3, places=WORST))[0] == said(played, SayRace(WORST))[0]  # the one whose turn it is
    with pytest.raises(LiveError, match="There is no race 7 yet: races 1 to 2 are there"):
        said(played, Fix(7, places=WORST))


def test_nothing_comes_after_the_last_race() -> None:
    whole = war(*[SayRace(MIDDLE)] * 12)
    for late in (SayRace(BEST), SayTrack(SGB), Substitute("Comet", "Ghost")):
        with pytest.raises(LiveError, match="All 12 races are played"):
            said(whole, late)


def test_who_took_which_gives_players_with_their_races() -> None:
    who = tuple(zip(NAMES, MIDDLE, strict=True))
    played = war(SayRace(MIDDLE, who=who), SayRace(BEST))
    assert {sheet.name: sheet.races for sheet in player_sheets(played)}["Juniper"] == ((1, 9, 4),)
    assert (untold(played), unclaimed(played)) == ((2,), (15, 12, 10, 9, 8, 7))
    some = said(played, SayWho((("Tango", 1), ("Comet", 2), ("Pixel", 3))))[0]
    assert (untold(some), unclaimed(some)) == ((2,), (9, 8, 7))
    rest = said(some, SayWho((("Marlin", 4), ("Willow", 5))))[0]  # Juniper is left, and the 6th
    sheets = {sheet.name: sheet for sheet in player_sheets(rest)}
    assert (sheets["Comet"].score, sheets["Juniper"].races) == (27, ((1, 9, 4), (2, 6, 7)))
    assert sum(sheet.score for sheet in sheets.values()) == 45 + 61
    assert untold(war(SayRace(MIDDLE))) == ()  # nobody said anything
    with pytest.raises(LiveError, match="names 1 of 6 places"):
        said(played, SayWho((("Comet", 12),)))
    with pytest.raises(LiveError, match="do not fit"):
        said(war(), SayRace(MIDDLE, who=(("Comet", 2),)))


def test_a_substitute_plays_from_the_next_race_on() -> None:
    who = tuple(zip(NAMES, MIDDLE, strict=True))
    played = war(SayRace(MIDDLE, who=who), Substitute("Willow", "Ghost"))
    assert "Ghost" in played.players
    assert "Willow" not in played.players
    after = said(played, SayRace(BEST, who=tuple(zip(("Ghost", *NAMES[:3]), BEST, strict=False))))[0]
    assert not after.races[1].told
    whole = said(played, SayRace(BEST, who=(*zip(("Ghost", *NAMES[:3], "Juniper"), BEST, strict=False),)))[0]
    sheets = {sheet.name: len(sheet.races) for sheet in player_sheets(whole)}
    assert (sheets["Willow"], sheets["Ghost"], sheets["Tango"]) == (1, 1, 2)
    for out, into, why in (
        ("Willow", "X", "does not play"), ("Comet", "Pixel", "plays already"), ("Comet", "Comet", "the same"),
    ):  # fmt: skip
        with pytest.raises(LiveError, match=why):
            said(played, Substitute(out, into))


def test_who_is_away_is_away_in_one_race() -> None:
    played = war(Away("Comet"))
    assert played.seats.away == 1
    with pytest.raises(LiveError, match="away in race 1 already"):
        said(played, Away("Comet"))
    raced = said(played, SayRace(MIDDLE))[0]
    assert (raced.away, raced.races[0].away) == ((), ("Comet",))
    assert said(played, Back())[0] == war()


def test_notes_pauses_and_players() -> None:
    played = war(Note("close one"), Pause(on=True), Play(("Comet", "Pixel")))
    assert (played.notes, played.paused, played.players) == (("close one",), True, ("Comet", "Pixel"))
    assert not said(played, SayTrack(SGB))[0].paused
    with pytest.raises(LiveError, match="different players"):
        said(played, Play(("Comet", "Comet")))
    with pytest.raises(LiveError, match="at most 12 notes"):
        war(*[Note("n")] * 13)


def test_a_track_twice_is_known() -> None:
    played = war(SayTrack(SGB), SayRace(MIDDLE), SayTrack(SGB), SayRace(BEST))
    assert repicked(played, SGB, 2) == 1
    assert repicked(played, SGB, 1) is None
    assert repicked(played, None, 2) is None


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_said_the_war_is_written_and_read_back_and_adds_up(seed: int) -> None:
    rng = random.Random(seed)
    form = rng.choice(list(Form))
    played = war(form=form)
    for _ in range(40):
        places = tuple(sorted(rng.sample(range(1, form.room + 1), form.size)))
        who = tuple(zip(rng.sample((*NAMES, "Ghost"), form.size), places, strict=True))
        action = rng.choice(
            [
                SayRace(places), SayRace(places, SGB, who), SayTrack(DKP), Back(), Fix(rng.randint(1, 13), DKP, places),
                Substitute(rng.choice(NAMES), "Ghost"), Penalise(Penalty(rng.randint(0, 1), 20, "repick")), Note("n"),
                Away(rng.choice(NAMES)), SayWho(who[:2]), Pause(on=True),
            ]
        )  # fmt: skip
        before = replace(played)
        try:
            played, text = said(played, action)
        except LiveError:
            assert played == before
            continue
        assert "\n" not in text
        assert LiveWar.from_json(json.loads(json.dumps(played.to_json()))) == played
        ours, others = raced_points(played)
        assert ours + others == len(played.races) * {Form.SIX: 82, Form.FIVE: 58, Form.TWENTY_FOUR: 144}[form]
        assert sum(sheet.score for sheet in player_sheets(played)) + sum(unclaimed(played)) == ours
