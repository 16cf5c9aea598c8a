"""Correcting what was read: by text, by buttons and forms; saving and discarding."""

from __future__ import annotations

import discord
import pytest
from simcord.actors import MemberActor
from simcord.backend.serializers import message_payload
from simcord.enums import ComponentType, InteractionType
from simcord.interactions import base_payload
from simcord.results import InteractionResult

from mkw.ids import ChannelId, MessageId
from tests.bot.samples import HOSTILE
from tests.e2e.conftest import OURS, ROSTER, World, labels, said, words

STRANGER = (*OURS[:5], ("CR Zephyr", 70))


def menu(result: InteractionResult) -> list[str]:
    """The options of the select menu an interaction answered with."""
    assert result.response is not None
    return [
        option["label"]
        for row in result.response.components
        for one in row["components"]
        for option in one.get("options", ())
    ]


async def test_text_corrects_the_newest_open_answer(world: World) -> None:
    await world.add_roster()
    await world.post_war(doubts={3: "the two readers differ: 82 or 62?"})
    assert "Row 4 CR Willow: the two readers differ: 82 or 62?" in words(world.answer)
    answer = world.answer
    assert "score is 62 now" in await world.say("!edit 4 score 62")
    assert "473 : 491" in words(world.answers[0])
    assert "races is 7 now" in await world.say("!EDIT 4 races 7")
    assert "tag is DX now" in await world.say("!edit side 2 tag DX")
    assert "penalty is 20 now" in await world.say("!edit side 2 penalty 20")
    assert "473 : 471 DX" in words(world.answers[0])
    assert world.answers[0].id == answer.id


async def test_what_stands_in_the_way_of_saving_is_said(world: World) -> None:
    answer = await world.post_war()
    assert "Before it can be saved" in words(answer)
    assert "Save" not in labels(answer)
    assert "roster" in await world.say("!save")
    assert (await world.services.wars.page(world.server_id)).total == 0


async def test_text_corrects_the_answer_replied_to(world: World) -> None:
    await world.add_roster()
    first = await world.post_war(1)
    await world.post_war(2, (("CR Comet", 100), *OURS[1:]))
    await world.say("!edit 1 score 90", to=first)
    assert "491 : 491" in words(world.answers[0])
    assert "501 : 491" in words(world.answers[1])
    assert "Kept as war 1" in await world.say("!save", to=first)
    assert "Kept as war 2" in await world.say("!save")
    assert "Nothing is open" in await world.say("!save")


async def test_wrong_values_are_told_and_change_nothing(world: World) -> None:
    await world.add_roster()
    await world.post_war()
    before = words(world.answers[0])
    for typed, part in (
        ("!edit 3 score 12a", "whole number"),
        ("!edit 3 score 999", "180"),
        ("!edit 3 score -5", "0"),
        ("!edit 99 score 5", "99"),
        ("!edit side 5 tag X", "5"),
        ("!edit three score 5", "It is written"),
        ("!edit 3 colour red", "is not one of"),
        ("!edit", "is missing"),
        ("!edit 3 name", "`value` is missing"),
    ):
        answer = await world.say(typed)
        assert part in answer, typed
        assert "Something went wrong" not in answer, typed
    assert words(world.answers[0]) == before


async def test_slash_corrects_too(world: World) -> None:
    await world.add_roster()
    await world.post_war()
    result = await world.alice.slash(world.channel, "edit row", row=1, what="score", value="100")
    assert "score is 100 now" in said(result)
    result = await world.alice.slash(world.channel, "edit side", side=2, what="penalty", value="20")
    assert "penalty is 20 now" in said(result)
    assert "501 : 471" in words(world.answers[0])
    assert "Kept as war 1" in said(await world.alice.slash(world.channel, "save"))


async def test_the_form_corrects_a_row_and_offers_the_next(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    shown = await world.alice.click(answer, label="Edit")
    assert shown.ephemeral
    assert menu(shown)[0].startswith("1 · Comet · 92")
    assert shown.response is not None
    form = await world.alice.select(shown.response, ["row:1"])
    assert form.modal is not None
    await world.alice.submit_modal(form, {"name": "Comet", "score": "101", "races": "12"})
    assert "502 : 491" in words(world.answer)
    assert "Another?" in shown.response.content
    form = await world.alice.select(shown.response, ["side:2"])
    await world.alice.submit_modal(form, {"tag": "ZZ", "penalty": "15"})
    assert "502 : 476 ZZ" in words(world.answer)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": "Pixelmania", "score": "12a", "races": ""}, "whole number"),
        ({"name": "Pixelmania", "score": "-5", "races": ""}, "between 0 and 180, not -5"),
        ({"name": "Pixelmania", "score": "999", "races": ""}, "between 0 and 180, not 999"),
        ({"name": "Pixelmania", "score": "50", "races": "13"}, "1 to 12 races, not 13"),
        ({"name": "Pixelmania", "score": "92", "races": "5"}, "5 races"),
        ({"name": "\u200b", "score": "50", "races": "7"}, "one of them visible"),
    ],
)
async def test_a_slip_in_the_form_changes_nothing_at_all(world: World, typed: dict[str, str], says: str) -> None:
    await world.add_roster()
    answer = await world.post_war()
    before = words(answer)
    shown = await world.alice.click(answer, label="Edit")
    assert shown.response is not None
    form = await world.alice.select(shown.response, ["row:1"])
    assert says in said(await world.alice.submit_modal(form, typed))
    assert words(world.answer) == before
    assert "edited" not in await world.say("!changes")


async def test_a_form_is_one_change(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    shown = await world.alice.click(answer, label="Edit")
    assert shown.response is not None
    form = await world.alice.select(shown.response, ["row:1"])
    await world.alice.submit_modal(form, {"name": "Zephyr", "score": "40", "races": "5"})
    assert "441 : 491" in words(world.answers[0])
    await world.say("!undo")
    assert "493 : 491" in words(world.answers[0])
    assert "Zephyr" not in words(world.answers[0])


async def test_a_row_read_twice_is_pointed_at_and_left_out(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war(1, (*OURS, OURS[5]))
    assert "Rows 6 and 7 are the same, CR Tango 70: `edit remove 7` leaves one out" in words(answer)
    assert "no row 99" in await world.say("!edit remove 99")
    assert "Row 7 is left out" in await world.say("!edit remove 7")
    assert "493 : 491" in words(world.answers[0])
    assert "are the same" not in words(world.answers[0])
    await world.alice.click(world.answers[0], label="Save")
    assert "War 1 is kept" in words(world.answers[0])
    assert "Kept" not in await world.say("!edit remove 1", to=answer)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Comet -5 vs CB 491", "a score is 0 or more, not -5"),
        ("Comet 999, Pixel 80 vs CB 491", "180 is the most"),
        ("Comet 12a vs CB 491", "whole number"),
        ("@everyone", "@\u200beveryone"),
        ("\x00\x07", "invisible control character"),
        ("Comet", "Comet"),
    ],
)
async def test_a_typed_war_that_cannot_be_is_told_by_line(world: World, text: str, says: str) -> None:
    answer = await world.say(f"!addwar {text}")
    assert says in answer
    assert "Something went wrong" not in answer
    assert await world.services.reviews.newest_open(world.server_id, ChannelId(world.channel.id)) is None


async def test_typed_names_that_mean_harm(world: World) -> None:
    await world.add_roster()
    for name in HOSTILE:
        answer = await world.say(f"!addwar Comet 92, {name} 70 vs CB 150")
        assert answer, name
        assert "Something went wrong" not in answer, name
        assert "@everyone" not in answer, name
        assert not world.answer.mention_everyone, name
        assert not world.answer.mentions, name
        await world.env.advance_time(61)  # typing wars is slowed down


async def test_a_war_with_the_same_player_twice_is_asked_about(world: World) -> None:
    await world.add_roster()
    answer = await world.say("!addwar Comet 92, Comet 92, Pixel 80 vs CB 150")
    assert "Rows 1 and 2 are the same" in answer


async def test_more_rows_than_a_menu_holds_page(world: World) -> None:
    crowd = tuple((f"P{number}", 100 - number) for number in range(24))
    await world.post_war(1, crowd)
    shown = await world.alice.click(world.answer, label="Edit")
    assert len(menu(shown)) == 25
    assert shown.response is not None
    await world.alice.click(shown.response, label="More rows")
    assert any(label.startswith("Side 2") for label in menu(shown))


async def test_a_new_player_is_linked_and_known_the_next_time(world: World) -> None:
    await world.add_roster("Comet", "Pixel", "Marlin", "Willow", "Juniper")
    answer = await world.post_war(1, STRANGER)
    assert "Not on the roster: 6 **CR Zephyr**" in words(answer)
    shown = await world.admin.click(answer, label="Link player")
    assert shown.response is not None
    form = await world.admin.click(shown.response, label="New player")
    await world.admin.submit_modal(form, {"name": "Zephyrus"})
    assert "Not on the roster" not in words(world.answer)
    await world.admin.click(world.answer, label="Save")
    assert "War 1 is kept" in words(world.answer)
    again = await world.post_war(2, (("CR Comet", 70), *STRANGER[1:]))
    assert "Not on the roster" not in words(again)
    assert "Zephyrus" in await world.say("!player")


async def test_linking_to_a_player_of_the_roster_teaches_an_alias(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war(1, STRANGER)
    shown = await world.admin.click(answer, label="Link player")
    assert shown.response is not None
    assert "Who is row 6?" in shown.response.content
    tango = (await world.services.roster.find(world.server_id, "Tango")).player_id
    await world.admin.select(shown.response, [str(tango)])
    assert "Every row of our side has its player now." in shown.response.content
    await world.admin.click(world.answer, label="Save")
    assert "Zephyr" in words(world.answer)  # learnt
    assert "Zephyr" in await world.say("!alias list Tango")
    again = await world.post_war(2, (("CR Comet", 70), *STRANGER[1:]))
    assert "Not on the roster" not in words(again)


async def test_the_other_side_can_be_ours(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    await world.alice.click(answer, label="Other side")
    assert words(world.answer).startswith("QZ 491 : 493 CR (-2)")


async def test_a_war_like_one_kept_is_asked_before_it_is_saved(world: World) -> None:
    await world.add_roster()
    await world.alice.click(await world.post_war(1), label="Save")
    again = await world.post_war(2)
    assert "War 1 looks the same" in words(again)
    asked = await world.alice.click(again, label="Save")
    assert "save anyway?" in said(asked)
    question = asked.followups[-1] if asked.followups else asked.response
    assert question is not None
    await world.alice.click(question, label="Do not save")
    assert "Save" in labels(world.answer)
    asked = await world.alice.click(again, label="Save")
    question = asked.followups[-1] if asked.followups else asked.response
    assert question is not None
    await world.alice.click(question, label="Save anyway")
    assert "War 2 is kept" in words(world.answer)


async def test_two_people_saving_keep_one_war(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    stale = answer
    await world.alice.click(answer, label="Save")
    assert "War 1 is kept" in words(world.answer)
    # Bob's client has not seen the edit: his press still arrives.
    second = await press_stale(world, stale, "save")
    assert "already saved as war 1 by Alice" in second
    assert "1 · " in (await world.say("!wars")).replace("**", "")
    assert (await world.services.wars.page(world.server_id)).total == 1


async def test_two_presses_at_the_very_same_moment_keep_one_war(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    results = await press_together(world, answer, "Save", (world.alice, world.editor))
    told = [said(result) for result in results if "already saved as war 1" in said(result)]
    assert len(told) == 1
    assert (await world.services.wars.page(world.server_id)).total == 1
    assert "War 1 is kept" in words(world.answers[0])
    assert "**Comet** 92.0 (first war)" in words(world.answers[0])


async def test_save_after_discard_is_told(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    await world.alice.click(answer, label="Discard")
    assert "Discarded" in words(world.answer)
    assert labels(world.answer) == []
    assert "discarded by Alice" in await press_stale(world, answer, "save")
    assert "Nothing is open" in await world.say("!save")
    assert "iscarded" in await world.say("!save", to=answer)
    assert (await world.services.wars.page(world.server_id)).total == 0


async def press_stale(world: World, message: discord.Message, verb: str) -> str:
    """Press a button that the person's client still shows and the message has no more."""
    review = await world.services.reviews.by_message(world.server_id, MessageId(message.id))
    assert review is not None
    custom_id = f"review:{verb}:{review.upload_id}"
    stored = world.env.backend.get_message(world.channel.id, message.id)
    stored.components = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "old", "custom_id": custom_id}]}]
    return said(await world.editor.click(message, custom_id=custom_id))


async def press_together(
    world: World, message: discord.Message, label: str, people: tuple[MemberActor, ...]
) -> list[InteractionResult]:
    """Both presses are on their way before the bot sees the first: SimCord's own verbs wait for each other."""
    backend = world.env.backend
    stored = backend.get_message(world.channel.id, message.id)
    button = next(one for row in stored.components for one in row["components"] if one["label"] == label)
    results = []
    for person in people:
        record, payload = base_payload(
            backend,
            type=InteractionType.MESSAGE_COMPONENT,
            channel_id=world.channel.id,
            guild_id=world.guild.id,
            user_id=person.id,
            data={"custom_id": button["custom_id"], "component_type": ComponentType.BUTTON},
        )
        payload["message"] = dict(message_payload(backend, stored))
        record.source_message_id = stored.id
        backend.emit("INTERACTION_CREATE", payload)
        results.append(InteractionResult(world.env, record))
    await world.env.settle()
    return results


async def test_a_new_clan_gets_its_roster_from_its_first_picture(world: World) -> None:
    answer = await world.post_war()
    assert "Save" not in labels(answer)
    shown = await world.admin.click(answer, label="Link player")
    assert shown.response is not None
    await world.admin.click(shown.response, label="Add all 6 as new players")
    assert "Every row of our side has its player now." in shown.response.content
    assert [player.name for player in await world.services.roster.players(world.server_id)] == sorted(ROSTER)
    await world.admin.click(world.answer, label="Save")
    assert "War 1 is kept" in words(world.answer)


async def test_races_and_day_of_the_war_by_text(world: World) -> None:
    await world.add_roster()
    await world.post_war()
    assert "has 8 races" in await world.say("!edit races 8")
    assert "8 races" in words(world.answers[0])
    assert "played on 2025-07-18" in await world.say("!edit date 18 Jul 2025")
    assert "no day I know" in await world.say("!edit date yesterday")
    assert "between" in await world.say("!edit date 1999-01-01")
    review = await world.services.reviews.newest_open(world.server_id, ChannelId(world.channel.id))
    assert review is not None
    assert review.draft is not None
    assert (review.draft.races, str(review.draft.played_at)[:10]) == (8, "2025-07-18")
