"""Lists, statistics, the roster, undo: what people ask for."""

from __future__ import annotations

import pytest
from simcord.actors import MemberActor

from tests.e2e.conftest import OURS, World, labels, said, words

FORWARD = "\N{BLACK RIGHT-POINTING TRIANGLE}"
BACK = "\N{BLACK LEFT-POINTING TRIANGLE}"


async def keep_wars(world: World, count: int) -> None:
    for number in range(count):
        text = f"CR: Comet {60 + number}, Pixel 88 vs T{number} {100 + number}"
        review = await world.services.reviews.typed(world.actor, world.channel.id, 10_000 + number, text)  # type: ignore[arg-type]
        await world.services.reviews.save(world.actor, review.upload_id, despite_duplicate=True)


async def turn(world: World, label: str, *, by: MemberActor | None = None) -> str:
    return said(await (by or world.admin).click(world.answer, label=label))


async def test_wars_page_back_and_forth_after_a_restart_too(world: World) -> None:
    await world.add_roster()
    await keep_wars(world, 23)
    first = await world.say("!wars")
    assert "**23**" in first
    assert labels(world.answer) == [FORWARD]
    await turn(world, FORWARD)
    assert "**13**" in words(world.answer)
    assert labels(world.answer) == [BACK, FORWARD]
    await world.restart()
    await turn(world, FORWARD)
    assert "**1**" in words(world.answer)
    assert labels(world.answer) == [BACK]
    await turn(world, BACK)
    assert "**13**" in words(world.answer)


async def test_somebody_else_turning_pages_gets_their_own(world: World) -> None:
    await world.add_roster()
    await keep_wars(world, 12)
    await world.say("!wars")
    result = await world.bob.click(world.answer, label=FORWARD)
    assert result.ephemeral
    assert "**1**" in said(result)
    assert "**12**" in words(world.answer)


async def test_one_war_is_shown_as_a_table(world: World) -> None:
    await world.add_roster()
    await keep_wars(world, 1)
    assert "War 1: CR 148 : 100 T0 (+48)" in await world.say("!war 1")
    assert world.answer.attachments[0].filename == "war.png"
    assert "War 7" not in await world.say("!war 7")
    choices = await world.bob.autocomplete(world.channel, "war show", "number", "1")
    assert [choice["value"] for choice in choices] == [1]
    assert "War 1: CR 148" in said(await world.bob.slash(world.channel, "war show", number=1))


async def test_removing_a_war_asks_and_can_be_undone(world: World) -> None:
    await world.add_roster()
    await keep_wars(world, 1)
    assert "Remove war 1" in await world.say("!war remove 1")
    await world.admin.click(world.answer, label="Keep it")
    assert (await world.services.wars.page(world.server_id)).total == 1
    await world.say("!war remove 1")
    await world.admin.click(world.answer, label="Remove")
    assert "War 1 is removed" in words(world.answer)
    assert "No war is kept" in await world.say("!wars")
    assert "Taken back" in await world.say("!undo")
    assert "**1**" in await world.say("!wars")


async def test_the_answer_of_a_removed_war_says_so(world: World) -> None:
    await world.add_roster()
    await world.alice.click(await world.post_war(), label="Save")
    await world.say("!war remove 1")
    await world.admin.click(world.answer, label="Remove")
    assert "War 1 is removed" in words(world.answers[0])
    assert "kept" not in words(world.answers[0])
    assert world.answers[0].attachments == []
    await world.say("!undo")
    assert "War 1 is kept" in words(world.answers[0])
    await world.say("!undo")
    assert "Save" in labels(world.answers[0])


async def test_a_deleted_answer_does_not_come_back_for_a_removed_war(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    await world.alice.click(answer, label="Save")
    await world.admin.delete(answer)
    await world.say("!war remove 1")
    await world.admin.click(world.answer, label="Remove")
    assert [words(message) for message in world.answers[1:]] == ["War 1 is removed. `undo` brings it back."]


async def test_a_question_nobody_answers_does_nothing(world: World) -> None:
    await world.add_roster()
    await keep_wars(world, 1)
    await world.say("!war remove 1")
    await world.env.advance_time(61)
    assert "nothing is removed" in words(world.answer)
    assert labels(world.answers[-2]) == []
    assert (await world.services.wars.page(world.server_id)).total == 1


async def test_undo_takes_back_change_after_change(world: World) -> None:
    await world.say("!player add Nova")
    await world.say("!player rename Nova Stella")
    assert "Taken back" in await world.say("!undo")
    assert "Nova" in await world.say("!player")
    await world.say("!undo")
    assert "Nova" not in await world.say("!player")
    changes = await world.say("!changes")
    assert "taken back" in changes
    assert "Ada" in changes


async def test_undoing_a_save_opens_the_answer_again(world: World) -> None:
    await world.add_roster()
    await world.alice.click(await world.post_war(), label="Save")
    assert labels(world.answers[0]) == []
    assert "Taken back: **Alice** saved war 1" in await world.say("!undo")
    assert labels(world.answers[0]) == ["Save", "Edit", "Link player", "Other side", "Discard"]
    await world.alice.click(world.answers[0], label="Save")
    assert "is kept" in words(world.answers[0])


async def test_undoing_a_discard_opens_the_answer_again(world: World) -> None:
    await world.add_roster()
    await world.alice.click(await world.post_war(), label="Discard")
    await world.say("!undo")
    assert "Save" in labels(world.answers[0])
    assert "Discarded" not in words(world.answers[0])


async def test_changes_name_channels_and_roles(world: World) -> None:
    changes = await world.say("!changes")
    assert world.channel.mention in changes
    assert world.guild.roles["Editors"].mention in changes


async def test_the_roster_by_text_with_spaces_and_quotes(world: World) -> None:
    assert "Big Comet" in await world.say('!player add "Big Comet"')
    assert "Big Pixel" in await world.say("!player add Big Pixel")
    assert "already" in await world.say("!player add big comet")
    assert "trial" in await world.say('!player status "Big Comet" trial')
    assert "Star" in await world.say('!player rename "Big Comet" Star Comet')
    assert "C0met" in await world.say('!alias add "Star Comet" C0met')
    listed = await world.say("!aliases")
    assert "C0met" in listed
    assert "Big Comet" in listed  # the old name
    assert "not read as" in await world.say('!alias remove "Star Comet" C0met')
    assert "Big Pixel" in await world.say("!player")
    assert "off the roster" in await world.say("!player remove Big Pixel")
    assert "Big Pixel" not in await world.say("!players")


async def test_a_status_in_any_case_and_an_unknown_one(world: World) -> None:
    await world.add_roster("Comet")
    assert "is trial now" in await world.say("!player status Comet Trial")
    assert "is member, trial, ally or former" in await world.say("!player status Comet boss")


async def test_a_near_name_is_offered(world: World) -> None:
    await world.add_roster()
    assert "Did you mean **Comet**" in await world.say("!stats Comett")


async def test_adding_a_player_shows_in_the_open_answer(world: World) -> None:
    await world.add_roster("Comet", "Pixel", "Marlin", "Willow", "Juniper")
    await world.post_war()
    assert "Not on the roster: 6 **CR Tango**" in words(world.answers[0])
    await world.say("!player add Tango")
    assert "Not on the roster" not in words(world.answers[0])


async def test_players_are_completed(world: World) -> None:
    await world.add_roster()
    choices = await world.bob.autocomplete(world.channel, "stats", "player", "com")
    assert choices[0]["value"] == "Comet"
    assert await world.editor.autocomplete(world.channel, "player remove", "player", "tan")
    name = await world.bob.autocomplete(world.channel, "edit row", "value", "tan", what="name")
    assert name[0]["value"] == "Tango"
    assert await world.bob.autocomplete(world.channel, "edit row", "value", "4", what="score") == []


@pytest.mark.parametrize("asked", ["!stats Comet", "!stats Comet last 10", "!stats last 10 Comet", "!stat COMET"])
async def test_statistics_of_a_player(world: World, asked: str) -> None:
    await world.add_roster()
    await keep_wars(world, 3)
    answer = await world.say(asked)
    assert "Comet" in answer
    assert "Average: 61.0" in answer
    assert "3-0-0 (100 %)" in answer


async def test_my_statistics_and_the_teams(world: World) -> None:
    await world.add_roster("Alice", "Comet", "Pixel")
    await keep_wars(world, 2)
    assert "No war is kept for this player" in await world.say("!stats", by=world.alice)
    assert "No war is kept for this player" in await world.say(f"!stats {world.alice.mention}", by=world.bob)
    assert "Which player you are is not known" in await world.say("!stats me", by=world.bob)
    team = await world.say("!stats team")
    assert "Comet Racers" in team
    assert "2-0-0" in team
    result = await world.bob.slash(world.channel, "stats", player="Pixel", last=1)
    assert said(result).startswith("Pixel\n")
    assert said(result).endswith("last 1")


async def test_leaderboards(world: World) -> None:
    await world.add_roster()
    await keep_wars(world, 3)
    newest = await world.say("!leaderboard last 10")
    assert "Leaderboard by average" in newest
    assert newest.endswith("last 10")
    assert "average of the last 10" in await world.say("!leaderboard by last10")
    assert "win rate" in await world.say("!lb winrate")
    assert "is nothing to sort by; sort by `average`" in await world.say("!leaderboard colour")
    board = said(await world.bob.slash(world.channel, "leaderboard", by="highest"))
    assert board.index("Pixel") < board.index("Comet")


async def test_help_explains_and_pages(world: World) -> None:
    assert "leaderboard" in await world.say("!help")
    await turn(world, FORWARD)
    assert "!scan" in words(world.answer)
    assert "!war remove 12" in await world.say("!help war remove")
    assert "no command or topic" in await world.say("!help dance")
    assert "moderators and above" in await world.say("!help player add")


async def test_unknown_commands_are_left_to_other_bots(world: World) -> None:
    assert await world.say("!dance") == ""


async def test_lists_of_nothing_say_what_to_do(world: World) -> None:
    for typed in ("!wars", "!player", "!alias", "!leaderboard", "!changes"):
        assert await world.say(typed)
        assert labels(world.answer) == []


def test_the_sample_adds_up() -> None:
    assert sum(score for _, score in OURS) == 493
