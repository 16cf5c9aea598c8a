"""Teams, links, roles that say a status, two players who are one, and a roster pasted as text."""

from __future__ import annotations

import pytest

from bot.services import war_edits
from bot.services.editing import plain, row_is
from bot.services.errors import AlreadyExists, BadInput, Conflict, NotFound
from bot.services.links import status_said
from bot.services.player import PlayerStatus
from db.pool import Database
from mkw.ids import PlayerId, RoleId, UserId, WarId
from tests.services.conftest import CLAN, EDITOR, SECOND, SERVER, STRANGER, Clan, table
from tests.services.test_war_edits import records

MEMBER_ROLE, TRIAL_ROLE = RoleId(501), RoleId(502)
ALICE, BOB = UserId(9001), UserId(9002)


async def ids(clan: Clan, *names: str) -> list[PlayerId]:
    return [player.player_id for player in await clan.services.roster.find_all(SERVER, names)]


# --- many at once ---------------------------------------------------------------------------------------------------


async def test_the_status_of_many_is_one_change(clan: Clan) -> None:
    await clan.players()
    changed = await clan.services.roster.set_status(EDITOR, await ids(clan, "Comet", "Pixel"), PlayerStatus.TRIAL)
    assert [player.name for player in changed] == ["Comet", "Pixel"]
    assert await clan.services.roster.set_status(EDITOR, await ids(clan, "Comet"), PlayerStatus.TRIAL) == ()
    assert (await clan.services.history.undo(EDITOR)).text == "made 2 players trial: Comet and Pixel"
    assert {player.status for player in await clan.services.roster.players(SERVER)} == {PlayerStatus.MEMBER}


async def test_everybody_who_is_not_there_is_named_and_nothing_is_changed(clan: Clan) -> None:
    await clan.players()
    with pytest.raises(NotFound, match="Comett and Zed") as caught:
        await clan.services.roster.find_all(SERVER, ["Comett", "Pixel", "Zed"])
    assert "Comet" in caught.value.suggestions
    with pytest.raises(BadInput, match="Name somebody"):
        await clan.services.roster.find_all(SERVER, [])


async def test_countries(clan: Clan) -> None:
    await clan.players("Comet", "Pixel")
    await clan.services.roster.set_country(EDITOR, await ids(clan, "Comet", "Pixel"), "DE")
    assert [player.country for player in await clan.services.roster.players(SERVER)] == ["DE", "DE"]
    await clan.services.roster.set_country(EDITOR, await ids(clan, "Comet"), None)
    assert (await clan.services.roster.find(SERVER, "Comet")).country is None
    await clan.services.history.undo_many(EDITOR, 2)
    assert [player.country for player in await clan.services.roster.players(SERVER)] == [None, None]


# --- teams ----------------------------------------------------------------------------------------------------------


async def test_a_team_its_players_and_taking_it_all_back(clan: Clan, database: Database) -> None:
    await clan.players()
    before = await records(database)
    teams = clan.services.teams
    blue = await teams.add(EDITOR, "Comet Blue", tag="CRB", colour="Blue")
    assert (blue.tag, blue.colour) == ("CRB", "#2f6fed")
    moved = await teams.assign(EDITOR, await ids(clan, "Comet", "Pixel"), blue.team_id)
    assert [player.name for player in moved] == ["Comet", "Pixel"]
    assert await teams.assign(EDITOR, await ids(clan, "Pixel"), blue.team_id) == ()
    assert (await teams.edit(EDITOR, blue.team_id, name="Sky", colour="#0cf")).colour == "#00ccff"
    assert (await teams.edit(EDITOR, blue.team_id, tag="")).tag is None
    assert (await teams.find(SERVER, "sky")).team_id == blue.team_id
    removed, members = await teams.remove(EDITOR, blue.team_id)
    assert (removed.name, members) == ("Sky", 2)
    assert await teams.all(SERVER) == ()
    assert (await clan.services.roster.find(SERVER, "Comet")).team_id is None
    again = await teams.add(EDITOR, "Sky")
    assert again.team_id != blue.team_id

    await clan.services.history.undo_many(EDITOR, 2)
    assert (await clan.services.roster.find(SERVER, "Comet")).team_id == blue.team_id
    await clan.services.history.undo_many(EDITOR, 4)
    assert await records(database) == before


async def test_team_names_are_one_of_a_kind_and_colours_are_colours(clan: Clan) -> None:
    teams = clan.services.teams
    await teams.add(EDITOR, "Blue")
    for wrong, problem in (("BLUE", AlreadyExists), ("", BadInput), ("x" * 61, BadInput), ("none", BadInput)):
        with pytest.raises(problem):
            await teams.add(EDITOR, wrong)
    with pytest.raises(BadInput, match="#e02020"):
        await teams.add(EDITOR, "Red", colour="reddish")
    with pytest.raises(NotFound) as caught:
        await teams.find(SERVER, "Green")
    assert caught.value.suggestions == ("Blue",)
    with pytest.raises(NotFound):
        await teams.find(STRANGER.server_id, "Blue")


async def test_a_teams_tag_tells_our_side(clan: Clan) -> None:
    await clan.services.teams.add(EDITOR, "Blue", tag="CB")
    review = await clan.upload()
    assert review.draft is not None
    assert review.draft.ours == 1
    await clan.services.history.undo(EDITOR)
    undecided = (await clan.services.reviews.get(SERVER, review.upload_id)).draft
    assert undecided is not None
    assert undecided.ours is None


async def test_a_team_with_players_is_not_taken_back_from_under_them(clan: Clan) -> None:
    await clan.players("Comet")
    team = await clan.services.teams.add(EDITOR, "Blue")
    added = (await clan.services.history.newest(SERVER, limit=1))[0]
    await clan.services.teams.assign(EDITOR, await ids(clan, "Comet"), team.team_id)
    with pytest.raises(Conflict, match="Players are in that team"):
        await clan.services.history.undo(EDITOR, added.change_id)


# --- links and roles ------------------------------------------------------------------------------------------------


async def test_a_user_is_one_player_and_the_link_moves(clan: Clan) -> None:
    await clan.players("Comet", "Pixel")
    comet, pixel = await ids(clan, "Comet", "Pixel")
    links = clan.services.links
    await links.link(EDITOR, comet, ALICE)
    with pytest.raises(AlreadyExists):
        await links.link(EDITOR, comet, ALICE)
    linked = await links.link(EDITOR, pixel, ALICE)
    assert linked.before is not None
    assert linked.before.name == "Comet"
    assert {user: player.name for user, player in (await links.linked(SERVER)).items()} == {ALICE: "Pixel"}
    await clan.services.history.undo(EDITOR)
    assert {user: player.name for user, player in (await links.linked(SERVER)).items()} == {ALICE: "Comet"}
    await links.unlink(EDITOR, comet)
    with pytest.raises(NotFound, match="linked to nobody"):
        await links.unlink(EDITOR, comet)


async def test_somebody_who_comes_back_does_not_take_a_link_from_its_new_owner(clan: Clan) -> None:
    await clan.players("Comet", "Pixel")
    comet, pixel = await ids(clan, "Comet", "Pixel")
    await clan.services.links.link(EDITOR, comet, ALICE)
    await clan.services.roster.remove(EDITOR, comet)
    await clan.services.links.link(EDITOR, pixel, ALICE)
    back = await clan.services.roster.add(EDITOR, "Comet")
    assert (back.player_id, back.discord_user_id) == (comet, None)


@pytest.mark.parametrize(
    ("worn", "before", "after"),
    [
        ({TRIAL_ROLE}, PlayerStatus.MEMBER, PlayerStatus.TRIAL),
        ({MEMBER_ROLE, TRIAL_ROLE}, PlayerStatus.TRIAL, PlayerStatus.MEMBER),
        (set(), PlayerStatus.MEMBER, PlayerStatus.FORMER),
        (set(), PlayerStatus.ALLY, PlayerStatus.ALLY),
        (set(), PlayerStatus.FORMER, PlayerStatus.FORMER),
        ({RoleId(7)}, PlayerStatus.TRIAL, PlayerStatus.FORMER),
        ({MEMBER_ROLE}, PlayerStatus.FORMER, PlayerStatus.MEMBER),
    ],
)
def test_what_roles_say(worn: set[RoleId], before: PlayerStatus, after: PlayerStatus) -> None:
    mapped = ((MEMBER_ROLE, PlayerStatus.MEMBER), (TRIAL_ROLE, PlayerStatus.TRIAL))
    assert status_said(mapped, frozenset(worn), before) is after


async def test_statuses_step_with_roles_as_one_change(clan: Clan) -> None:
    await clan.players("Comet", "Pixel", "Marlin")
    comet, pixel = await ids(clan, "Comet", "Pixel")
    await clan.services.links.link(EDITOR, comet, ALICE)
    await clan.services.links.link(EDITOR, pixel, BOB)
    worn = {ALICE: frozenset({TRIAL_ROLE}), BOB: frozenset[RoleId](), UserId(1): frozenset({TRIAL_ROLE})}
    assert await clan.services.links.keep_in_step(EDITOR, worn) == ()
    await clan.services.settings.map_role(EDITOR, TRIAL_ROLE, PlayerStatus.TRIAL)
    await clan.services.settings.map_role(EDITOR, MEMBER_ROLE, PlayerStatus.MEMBER)
    assert await clan.services.settings.mapped_servers() == (SERVER,)
    stepped = await clan.services.links.keep_in_step(EDITOR, worn)
    assert [(one.player.name, one.player.status.value) for one in stepped] == [("Comet", "trial"), ("Pixel", "former")]
    assert await clan.services.links.keep_in_step(EDITOR, worn) == ()
    assert (await clan.services.roster.find(SERVER, "Marlin")).status is PlayerStatus.MEMBER
    await clan.services.history.undo(EDITOR)
    assert (await clan.services.roster.find(SERVER, "Comet")).status is PlayerStatus.MEMBER
    await clan.services.settings.clear(EDITOR, "statusroles")
    assert await clan.services.settings.mapped_servers() == ()


async def test_a_role_says_one_status(clan: Clan) -> None:
    await clan.services.settings.map_role(EDITOR, TRIAL_ROLE, PlayerStatus.TRIAL)
    settings = await clan.services.settings.map_role(EDITOR, TRIAL_ROLE, PlayerStatus.ALLY)
    assert settings.status_roles == ((TRIAL_ROLE, PlayerStatus.ALLY),)
    await clan.services.history.undo(EDITOR)
    assert (await clan.services.settings.get(SERVER)).status_roles == ((TRIAL_ROLE, PlayerStatus.TRIAL),)


# --- two who are one ------------------------------------------------------------------------------------------------


async def two_wars(clan: Clan) -> None:
    """War 1 with Comet, war 2 with Kometa on the same seat."""
    await clan.players()
    await clan.services.reviews.save(EDITOR, (await clan.upload()).upload_id)
    await clan.services.roster.add(EDITOR, "Kometa", status=PlayerStatus.TRIAL)
    await clan.services.roster.add_alias(EDITOR, (await ids(clan, "Kometa"))[0], "Kometa the old")
    review = await clan.upload(table(names=("Kometa", *CLAN[1:])))
    await clan.services.reviews.save(EDITOR, review.upload_id, despite_duplicate=True)


async def test_everything_of_the_second_goes_to_the_first_and_back(clan: Clan, database: Database) -> None:
    await two_wars(clan)
    comet, kometa = await ids(clan, "Comet", "Kometa")
    await clan.services.links.link(EDITOR, kometa, ALICE)
    await clan.services.roster.set_country(EDITOR, [kometa], "CZ")
    await clan.services.wars.remove(EDITOR, WarId(2))
    before = await records(database)

    merged = await clan.services.merging.merge(EDITOR, comet, kometa)
    assert (merged.gone, merged.wars, merged.spellings) == ("Kometa", 1, ("Kometa", "Kometa the old"))
    assert (merged.player.discord_user_id, merged.player.country, merged.player.status) == (
        ALICE, "CZ", PlayerStatus.MEMBER,
    )  # fmt: skip
    assert (await clan.services.roster.find(SERVER, "kometa the OLD")).player_id == comet
    await clan.services.editing.restore(EDITOR, WarId(2))
    assert (await clan.services.statistics.player(SERVER, comet)).races == 24
    after = await records(database)

    await clan.services.history.undo_many(SECOND, 2)
    assert await records(database) == before
    assert (await clan.services.statistics.player(SERVER, kometa)).races == 0
    await clan.services.history.redo(SECOND)
    await clan.services.history.redo(SECOND)
    assert await records(database) == after


async def test_who_played_together_are_two_and_the_wars_are_named(clan: Clan, database: Database) -> None:
    await clan.players()
    for number in (1, 2):
        review = await clan.upload(table(ours=(110, 95, 88, 76, 64, 60 + number)))
        await clan.services.reviews.save(EDITOR, review.upload_id)
    await clan.services.wars.remove(EDITOR, WarId(1))
    comet, pixel = await ids(clan, "Comet", "Pixel")
    before = await records(database)
    with pytest.raises(Conflict, match=r"both played in war 2 and war 1 \(removed\)"):
        await clan.services.merging.merge(EDITOR, comet, pixel)
    with pytest.raises(BadInput, match="one player already"):
        await clan.services.merging.merge(EDITOR, comet, comet)
    assert await records(database) == before


async def test_a_merge_is_not_taken_back_over_a_line_that_is_somebody_elses_by_now(clan: Clan) -> None:
    await two_wars(clan)
    comet, kometa = await ids(clan, "Comet", "Kometa")
    await clan.services.merging.merge(EDITOR, comet, kometa)
    merge = (await clan.services.history.newest(SERVER, limit=1))[0]
    seen = (await clan.services.wars.get(SERVER, WarId(2))).revision
    await clan.services.editing.edit(EDITOR, WarId(2), row_is(1, "Somebody"), seen=seen)
    with pytest.raises(Conflict, match="somebody else's by now"):
        await clan.services.history.undo(EDITOR, merge.change_id)
    assert [player.name for player in await clan.services.roster.players(SERVER)].count("Kometa") == 0


async def test_an_older_change_of_a_merged_players_war_says_that_the_merge_stands_in_the_way(clan: Clan) -> None:
    await two_wars(clan)
    comet, kometa = await ids(clan, "Comet", "Kometa")
    seen = (await clan.services.wars.get(SERVER, WarId(2))).revision
    await clan.services.editing.edit(EDITOR, WarId(2), plain(war_edits.set_row, 1, score=99), seen=seen)
    edit = (await clan.services.history.newest(SERVER, limit=1))[0]
    await clan.services.merging.merge(EDITOR, comet, kometa)
    with pytest.raises(Conflict, match=r"In the way: .*merged Kometa into Comet"):
        await clan.services.history.undo(EDITOR, edit.change_id)


async def test_a_review_that_names_the_second_names_the_first_after_it(clan: Clan) -> None:
    await two_wars(clan)
    review = await clan.upload(table(ours=(100, 95, 88, 76, 64, 61), names=("Kometa", *CLAN[1:])))
    comet, kometa = await ids(clan, "Comet", "Kometa")
    await clan.services.merging.merge(EDITOR, comet, kometa)
    saved = await clan.services.reviews.save(EDITOR, review.upload_id)
    assert (await clan.services.wars.get(SERVER, saved.war_id)).our_side.lines[0].player_id == comet


async def test_servers_merge_and_link_their_own_only(clan: Clan) -> None:
    await two_wars(clan)
    comet, kometa = await ids(clan, "Comet", "Kometa")
    for act in (
        clan.services.merging.merge(STRANGER, comet, kometa),
        clan.services.links.link(STRANGER, comet, ALICE),
        clan.services.teams.assign(STRANGER, [comet], None),
        clan.services.roster.set_country(STRANGER, [comet], "DE"),
    ):
        with pytest.raises(NotFound):
            await act
