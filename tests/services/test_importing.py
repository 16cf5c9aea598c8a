"""A roster pasted as text: what it would do is shown, then all of it is done as one change."""

from __future__ import annotations

import pytest

from bot.services.errors import BadInput, Conflict
from bot.services.importing import Step
from bot.services.player import PlayerStatus
from bot.services.roster_text import parse_roster
from bot.services.teams import Team
from db.pool import Database
from mkw.ids import ServerId, TeamId
from tests.services.conftest import EDITOR, SERVER, Clan
from tests.services.test_war_edits import records

BLUE = Team(ServerId(1), TeamId(1), "CR Blue", "CRB")


def test_a_roster_is_read_whatever_stands_where() -> None:
    lines, problems = parse_roster(
        """Name, Status, Country
        1. Comet, trial, DE, <@123456789012345678>, CR Blue, C0met, "Kometa, the old"
        - Pixel; ally; 🇫🇷; crb
        "Big Star", Germany, former
        ```
        ßσσ Dicey\ttrials\tteam: CR Blue\talias: Dice
        Marlin
        """,
        [BLUE],
    )
    assert problems == ()
    assert [line.name for line in lines] == ["Comet", "Pixel", "Big Star", "ßσσ Dicey", "Marlin"]
    comet, pixel, star, dicey, marlin = lines
    assert (comet.status, comet.country, comet.user_id, comet.team) == (
        PlayerStatus.TRIAL, "DE", 123456789012345678, BLUE,
    )  # fmt: skip
    assert comet.aliases == ("C0met", "Kometa, the old")
    assert (pixel.status, pixel.country, pixel.team) == (PlayerStatus.ALLY, "FR", BLUE)
    assert (star.status, star.country) == (PlayerStatus.FORMER, "DE")
    assert (dicey.status, dicey.team, dicey.aliases) == (PlayerStatus.TRIAL, BLUE, ("Dice",))
    assert (marlin.status, marlin.country, marlin.aliases) == (None, None, ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Comet, status: boss", "boss is no status"),
        ("Comet, team: Nowhere", "Nowhere is no team of this server"),
        ("Comet, @Alice", "is no mention"),
        ("Comet\nCOMET", "line 1 already"),
        (f"{'x' * 61}, trial", "at most 60"),
    ],
)
def test_a_line_that_cannot_be_taken_is_left_out_with_its_reason(text: str, says: str) -> None:
    _, problems = parse_roster(text, [])
    assert len(problems) == 1
    assert says in problems[0].text


@pytest.mark.parametrize("text", ["", "\n\n", "```\n```", "Name, Status", "x" * 20_001])
def test_a_text_without_anybody_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_roster(text, [])


TEXT = "Comet, trial\nNova, ally, FR, Super Nova\nPixel\nGhost\nMarlin, alias: Nova"


async def test_an_import_says_what_it_would_do_then_does_it_as_one_change(clan: Clan, database: Database) -> None:
    await clan.players("Comet", "Pixel", "Marlin")
    ghost = await clan.services.roster.add(EDITOR, "Ghost")
    await clan.services.roster.remove(EDITOR, ghost.player_id)
    before = await records(database)
    plan = await clan.services.importing.plan(SERVER, TEXT)
    assert [(one.name, one.step, one.said) for one in plan.steps] == [
        ("Comet", Step.CHANGE, ("trial, was member",)),
        ("Nova", Step.ADD, ("ally", "FR", "alias Super Nova")),
        ("Pixel", Step.SAME, ()),
        ("Ghost", Step.BACK, ("member",)),
    ]
    assert [(one.number, one.text) for one in plan.problems] == [(5, "Nova is a name of the player in line 2 already.")]
    assert await records(database) == before

    await clan.services.importing.apply(EDITOR, TEXT, plan)
    assert (await clan.services.roster.find(SERVER, "super nova")).country == "FR"
    assert (await clan.services.roster.find(SERVER, "Comet")).status is PlayerStatus.TRIAL
    assert (await clan.services.roster.find(SERVER, "Ghost")).player_id == ghost.player_id
    with pytest.raises(Conflict, match="has changed since"):
        await clan.services.importing.apply(EDITOR, TEXT, plan)
    assert (await clan.services.history.undo(EDITOR)).text == "imported a roster: 2 added, 1 changed"
    assert await records(database) == before
    await clan.services.history.redo(EDITOR)
    assert (await clan.services.roster.find(SERVER, "super nova")).name == "Nova"


async def test_an_import_is_not_done_on_another_roster_than_the_one_shown(clan: Clan) -> None:
    plan = await clan.services.importing.plan(SERVER, TEXT)
    await clan.players("Nova")
    with pytest.raises(Conflict, match="paste the text again"):
        await clan.services.importing.apply(EDITOR, TEXT, plan)


async def test_an_import_that_would_do_nothing_does_nothing(clan: Clan) -> None:
    await clan.players("Comet")
    plan = await clan.services.importing.plan(SERVER, "Comet")
    assert not plan.does_something
    with pytest.raises(BadInput, match="already"):
        await clan.services.importing.apply(EDITOR, "Comet", plan)
