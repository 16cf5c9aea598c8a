"""A war told in a channel as people see it: short answers, every mistake in one line, restarts, buttons, rights."""

from __future__ import annotations

import time

import discord
import pytest

from bot.services.levels import Level
from db.pool import Database
from tests.e2e.conftest import ROSTER, World, labels, said, words

MIDDLE, BEST, WORST = "1 3 4 7 9 12", "1 2 3 4 5 6", "7 8 9 10 11 12"
WHO = ", ".join(f"{name} {place}" for name, place in zip(ROSTER, (1, 3, 4, 7, 9, 12), strict=True))
TRACKS = ("mbc", "cc", "ws", "dks", "dh", "sgb", "rws", "af", "dkp", "sp", "shs", "wsh")


async def begin(world: World, text: str = "!war start CR QZ") -> str:
    await world.add_roster()
    return await world.say(text, by=world.alice)


async def test_twelve_races_typed_by_one_person_quickly(world: World) -> None:
    assert "Live: CR vs QZ" in await begin(world)
    started = time.monotonic()
    for number, track in enumerate(TRACKS, 1):
        answer = await world.say(f"{track} {WHO if number % 2 else MIDDLE}", by=world.alice)
        assert answer.startswith(f"Race {number} · ")
        if number < 12:
            assert f"{12 - number} race" in answer
    assert time.monotonic() - started < 90
    assert "**CR 540 : 444 QZ (+96)**" in answer
    assert "All races are told: `end` keeps the war." in answer
    final = await world.say("end", by=world.alice)
    assert "War 1: CR 540 : 444 QZ (+96)" in final
    assert "Best: race 12 rWSh (+8) · worst: race 1 MBC (+8)" in final
    assert "First half +48 · second half +48" in final
    assert "Races 2, 4, 6, 8, 10, 12 do not say who took every place: players have the races they were named" in final
    assert [one.filename for one in world.answer.attachments] == ["war.png", "races.png"]
    sheet = await world.say("!races 1")
    assert "**Race 2** CC 45 : 37" in sheet
    assert "not said 90" in await world.say("!lorenzi 1")


async def test_with_names_everybody_has_a_line(world: World) -> None:
    await begin(world)
    for track in TRACKS:
        await world.say(f"{track} {WHO}", by=world.alice)
    final = await world.say("end", by=world.alice)
    assert "**Comet** 180 `1 1 1 1 1 1 1 1 1 1 1 1`" in final
    assert "War 1 race by race" in await world.say("!races 1")
    assert "Comet 60|60|60" in await world.say("!lorenzi 1")
    assert "Comet" in await world.say("!leaderboard")
    assert "ended the live war and saved war 1" in await world.say("!undo")
    assert "Race 12" in await world.say("!live")
    assert "War 2: " in await world.say("end", by=world.bob)


async def test_the_card_says_what_is_needed_and_when_it_is_won(world: World) -> None:
    await begin(world)
    answer = await world.say(f"sgb {MIDDLE}", by=world.alice)
    assert answer == (
        "Race 1 · Shy Guy Bazaar · 45 : 37 (+8)\n`1 3 4 7 9 12`\n**CR 45 : 37 QZ (+8)**\n"
        "11 races left · needs -6 or better in the last 11"
    )
    assert len(answer) < 200  # a phone
    for _ in range(5):
        answer = await world.say(BEST, by=world.alice)
    assert "win assured" not in answer
    answer = await world.say(BEST, by=world.alice)
    assert "5 races left · **win assured**" in answer


async def test_what_is_wrong_is_said_in_one_line_and_talk_is_left_alone(world: World) -> None:
    await begin(world)
    await world.say(f"sgb {MIDDLE}", by=world.alice)
    for typed, answer in (
        ("1 3 3 7 9 12", "Place 3 is there twice; every place is taken once. Nothing was added."),
        ("1 2 3 4 5 6 7 8 9 10 11 12 13", "There is no place 13: 12 players are in the room. Nothing was added."),
        ("0 1 2 3 4 5", "There is no place 0;"),
        ("1 3 4 7 9", "Those are 5 places of 6: 1 is missing"),
        ("race 9 dkp", "There is no race 9 yet: races 1 to 1 are there."),
        ("sub Nobody -> Ghost", "Nobody is called Nobody; nothing was added."),
        ("xqj 1 3 4 7 9 12", "There is no track called `xqj`; nothing was added."),
        ("pen 20", "Whose penalty?"),
    ):
        said_ = await world.say(typed, by=world.alice)
        assert said_.startswith(answer), typed
        assert "\n" not in said_
    for talk in ("gg", "lol 3", "ah", "nice race", "https://x.example/1/2/3", "45 : 37", "!nothing", "we need 20"):
        assert await world.say(talk, by=world.bob) == "", talk
    assert "Shy Guy Bazaar was race 1 already: a repick?" in await world.say(f"sgb {BEST}", by=world.alice)


async def test_a_race_after_the_end_and_a_war_without_a_start(world: World) -> None:
    assert await world.say(MIDDLE, by=world.alice) == ""
    no_war = "No live war runs in this channel: `war start DX CB` begins one."
    assert await world.say("!live back", by=world.alice) == no_war
    await begin(world)
    for _ in range(12):
        await world.say(MIDDLE, by=world.alice)
    card = world.answer
    assert card.jump_url in await world.say("!war start CR ML", by=world.bob)
    assert "All 12 races are played: `end` keeps the war" in await world.say(BEST, by=world.alice)
    await world.say("end", by=world.alice)
    assert "The war is over, and kept as war 1; `undo` opens it again." in await world.say(BEST, by=world.alice)
    assert "ended the live war and saved war 1" in await world.say("!audit wars")
    await world.say("!war start CR ML", by=world.bob)
    await world.say("!live throw", by=world.bob)
    assert await world.say(BEST, by=world.alice) == ""
    assert await world.say(f"sgb {BEST}", by=world.alice) == f"{no_war} Nothing of this is kept."
    assert await world.say(f"dkp {BEST}", by=world.alice) == ""  # it was said


async def test_a_restart_in_the_middle(world: World) -> None:
    await begin(world)
    for track in TRACKS[:5]:
        await world.say(f"{track} {MIDDLE}", by=world.alice)
    await world.say("peach 1 2 3 4 5 6", by=world.alice)
    asked = world.answer
    assert labels(asked)[:2] == ["Peach Stadium", "Peach Beach"]
    await world.restart()
    await world.alice.click(asked, label="Peach Beach")
    assert "Race 6 · Peach Beach · 61 : 21 (+40)" in words(next(one for one in world.answers if one.id == asked.id))
    assert (await world.say(f"sgb {MIDDLE}", by=world.alice)).startswith("Race 7 · Shy Guy Bazaar")


async def test_what_is_typed_while_the_bot_is_away_is_heard_after_it(world: World) -> None:
    await begin(world)
    await world.say(f"sgb {MIDDLE}", by=world.alice)
    world.bot.live.hear = _deaf  # type: ignore[method-assign]  # as if it were not there
    assert await world.say(f"dkp {BEST}", by=world.alice) == ""
    await world.say("gg", by=world.bob)
    await world.restart()
    await world.env.settle()
    assert words(world.answer).startswith("Race 2 · DK Pass · 61 : 21")
    await world.restart()
    await world.env.settle()
    assert len([one for one in world.answers if words(one).startswith("Race 2")]) == 1


async def _deaf(*_: object) -> None:
    """Hears nothing."""


async def test_after_an_undo_the_card_says_how_it_stands(world: World) -> None:
    await begin(world)
    await world.say(f"sgb {MIDDLE}", by=world.alice)
    await world.say(BEST, by=world.alice)
    answer = await world.say("!undo")
    assert "live war against QZ: race 2: 1 2 3 4 5 6" in answer
    assert words(world.answer).startswith("Race 1 · Shy Guy Bazaar")
    await world.say("!redo")
    assert words(world.answer).startswith("Race 2 · 61 : 21")
    assert "race 2: 1 2 3 4 5 6" in await world.say("!audit live")


async def test_a_question_that_is_pressed_too_late_adds_nothing(world: World) -> None:
    await begin(world)
    await world.say("1123456", by=world.alice)
    asked = world.answer
    await world.say(MIDDLE, by=world.alice)
    result = await world.bob.click(asked, label="2 3 4 5 6 11")
    assert "Race 1 is there already; nothing was added." in said(result)


async def test_everything_steers_as_a_word_and_as_a_slash_command(world: World) -> None:
    await begin(world)
    assert "Race 1 is on Shy Guy Bazaar." in await world.say("rSGB", by=world.alice)
    assert "The track of race 1 is taken back." in await world.say("back", by=world.alice)
    slash = world.alice.slash
    assert "Race 1 · DK Pass · 45 : 37" in said(await slash(world.channel, "live say", what=f"dkp {WHO}"))
    assert "Race 1 is rSGB 1 3 4 7 9 12 now." in said(await slash(world.channel, "live race", number=1, what="sgb"))
    swapped = said(await slash(world.channel, "live sub", who="Willow -> Ghost"))
    assert "Ghost plays for Willow from race 2 on." in swapped
    assert "QZ -20 (repick)" in said(await slash(world.channel, "live pen", points=20, whose="theirs", reason="repick"))
    assert "**CR 45 : 17 QZ (+28)** · penalties -20 QZ" in await world.say("score", by=world.alice)
    assert "Comet is away in race 2" in said(await slash(world.channel, "live dc", name="Comet"))
    assert "Noted." in said(await slash(world.channel, "live note", text="lag"))
    assert "Paused." in said(await slash(world.channel, "live pause", state="on"))
    assert "It goes on." in said(await slash(world.channel, "live pause", state="off"))
    assert "Race 2 · 40 : 42 (-2)" in await world.say("2 3 5 8 9", by=world.alice)  # and the 12th
    assert "Race 2 is taken back" in said(await slash(world.channel, "live back"))
    assert "1 of 12 races are told" in said(await slash(world.channel, "live end"))
    assert "War 1: " in said(await slash(world.channel, "live end", what="now"))
    assert "Ghost for Willow from race 2" in await world.say("!war 1")


async def test_ending_early_is_asked(world: World) -> None:
    await begin(world)
    await world.say(MIDDLE, by=world.alice)
    assert await world.say("end", by=world.alice) == "1 of 12 races are told: `end now` ends it here."
    assert labels(world.answer) == ["End after 1 race", "Go on"]
    await world.alice.click(world.answer, label="End after 1 race")
    assert "War 1: CR 45 : 37 QZ" in words(world.answer)


async def test_two_people_at_once(world: World) -> None:
    await begin(world)
    await world.say(f"sgb {MIDDLE}", by=world.alice)
    again = "Race 1 is there already, Alice told it just now; nothing was added."
    assert await world.say(MIDDLE, by=world.bob) == again
    other = await world.say(BEST, by=world.bob)
    assert other.startswith("Alice told race 1 just now as `rSGB 1 3 4 7 9 12`; nothing was added.")
    assert "Race 1: Comet 1, Pixel 3" in await world.say(WHO, by=world.bob)  # that is news


async def test_who_may_tell_is_a_setting(world: World) -> None:
    await begin(world)
    await world.services.settings.change(world.actor, live_typing=Level.TRUSTED)
    refused = "It needs the level trusted; yours is everyone."
    assert "a linked player (`link me Comet`)" in (said := await world.say(MIDDLE, by=world.bob))
    assert said.endswith(refused)
    assert await world.say("gg", by=world.bob) == ""
    assert refused in await world.say("!live back", by=world.bob)
    await world.say("!settings selflink on")
    await world.say("!link me Comet", by=world.bob)
    assert "Race 1 is on Shy Guy Bazaar" in await world.say("sgb", by=world.bob)
    assert "trusted" in await world.say("!settings typing nobody")
    assert "moderators" in await world.say("!settings typing moderator")
    assert "Only" in await world.say(BEST, by=world.bob)
    assert "Race 1" in await world.say(BEST, by=world.editor)
    assert "Telling a live war: moderators and above" in await world.say("!settings")


async def test_setup_asks_who_may_tell(world: World) -> None:
    await world.admin.send(world.channel, "!setup")
    panel = world.answer
    await world.admin.select(panel, ["trusted"], custom_id="setup:typing")
    assert "Telling a live war: trusted (linked players) and above" in words(world.answer)
    assert (await world.services.settings.get(world.server_id)).live_typing is Level.TRUSTED


async def test_twenty_four_players(world: World) -> None:
    assert "Live: CR vs QZ, ML, VK" in await begin(world, "!war start CR QZ, ML, VK 24")
    for _ in range(12):
        answer = await world.say("1 2 3 22 23 24", by=world.alice)
    assert "**CR 504** (+72 on an even share)" in answer
    assert "What the other sides have is not known yet: `end QZ 430, ML 430, VK 430`" in await world.say("end")
    assert "War 1: CR 504 · QZ 408 · ML 416 · VK 400" in await world.say("end QZ 408, VK 400, ML 416")


async def test_a_whole_war_pasted(world: World) -> None:
    block = "\n".join(f"{number}. {track} {MIDDLE}" for number, track in enumerate(TRACKS, 1))
    answer = await begin(world, f"!war start CR QZ\n{block}")
    assert "Race 12 · Wario Shipyard" in answer
    assert "**CR 540 : 444 QZ (+96)**" in answer
    assert "War 1: " in await world.say("end")


async def test_a_whole_war_given_to_addwar(world: World) -> None:
    await world.add_roster()
    block = "\n".join(f"{track} {MIDDLE}" for track in TRACKS)
    answer = await world.say(f"!addwar CR vs QZ\n{block}", by=world.alice)
    assert "**CR 540 : 444 QZ (+96)**" in answer
    assert labels(world.answer) == ["Keep and end", "Go on", "Throw away"]
    await world.alice.click(world.answer, label="Keep and end")
    assert "War 1: CR 540 : 444 QZ" in words(world.answer)
    assert "Place 3 is there twice" in await world.say("!addwar CR vs QZ\n1 3 3 7 9 12", by=world.alice)
    assert "No live war runs" in await world.say("!live")


async def test_idle_it_asks_and_ends_with_a_button(world: World, database: Database) -> None:
    await begin(world)
    await world.say(MIDDLE, by=world.alice)
    async with database.acquire() as db:
        await db.execute("update live_wars set last_at = last_at - interval '7 hours'")
    await world.bot.live.look_for_idle()
    assert words(world.answer).startswith("Nothing was told for six hours. Is the war against QZ over?")
    assert labels(world.answer) == ["Keep and end", "Go on", "Throw away"]
    count = len(world.answers)
    await world.bot.live.look_for_idle()
    assert len(world.answers) == count
    await world.restart()
    await world.alice.click(world.answer, label="Go on")
    assert "It goes on." in words(world.answer)
    async with database.acquire() as db:
        await db.execute("update live_wars set last_at = last_at - interval '7 hours'")
    await world.bot.live.look_for_idle()
    async with database.acquire() as db:
        await db.execute("update live_wars set asked_at = asked_at - interval '7 hours'")
    await world.bot.live.look_for_idle()
    assert "War 1: CR 45 : 37 QZ" in words(world.answer)


@pytest.mark.parametrize("command", ["war start", "live", "live say", "live race", "live sub", "live end"])
async def test_help_explains_each(world: World, command: str) -> None:
    assert "Example" in await world.say(f"!help {command}")


async def test_names_in_it_ping_nobody(world: World) -> None:
    await begin(world, "!war start CR @everyone")
    await world.say(f"note <@{world.bob.id}> **bold**", by=world.alice)
    assert all(not isinstance(one, discord.Message) or not one.mention_everyone for one in world.answers)
