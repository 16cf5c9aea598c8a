"""The roster as people see it: statuses, teams, links, merges, imports, cards, roles."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import discord
import pytest
import simcord

from bot.client import BotOptions, create_bot
from bot.periodic import PeriodicCog
from bot.services.house import Services
from bot.services.player import PlayerStatus
from tests.e2e.conftest import ErrorLog, StandInReader, World, _build, labels, said, words
from tests.e2e.test_lists import FORWARD, keep_wars


async def test_many_get_a_status_at_once_with_names_in_quotes_and_mentions(world: World) -> None:
    await world.add_roster("Comet", "Big Star", "Pixel")
    await world.say(f"!link {world.alice.mention} Pixel")
    text = await world.say(f'!player status Comet, "Big Star", {world.alice.mention} trial')
    assert text == "**Comet**, **Big Star**, **Pixel** are trial now."
    assert await world.say("!player status Comet trial") == "**Comet** is trial already."
    assert "No player is called Zed" in await world.say("!player status Comet, Zed ally")
    assert "is ally now" in said(
        await world.admin.slash(world.channel, "player status", players="Comet", status="ally")
    )
    choices = await world.admin.autocomplete(world.channel, "player status", "players", "Comet, pi")
    assert choices[0]["value"] == "Comet, Pixel"


async def test_countries_by_code_flag_and_name(world: World) -> None:
    await world.add_roster("Comet", "Pixel")
    assert await world.say("!player country Comet de") == "**Comet** is from 🇩🇪 Germany now."
    assert "🇺🇸 United States" in await world.say("!player country Comet, Pixel United States")
    assert "is no country I know" in await world.say("!player country Comet Atlantis")
    await world.say("!player country Pixel none")
    page = await world.say("!roster")
    assert "🇺🇸 **Comet**" in page
    assert "\n**Pixel**" in page


async def test_the_roster_by_status_and_by_team_reads_on_a_phone(world: World) -> None:
    await world.add_roster("Comet", "Big Star", "Pixel", "Marlin")
    assert "is a team now" in await world.say('!team add "Comet Blue" CRB blue')
    assert await world.say('!team assign crb Comet, "Big Star"') == "**Comet**, **Big Star** are in **Comet Blue** now."
    await world.say("!player status Marlin trial")
    assert (await world.say("!roster")).splitlines() == [
        "Roster · 4", "__Members__ · 3", "**Big Star** · CRB", "**Comet** · CRB", "**Pixel**", "", "__Trials__ · 1",
        "**Marlin**",
    ]  # fmt: skip
    assert (await world.say("!roster comet blue")).splitlines() == ["Comet Blue · 2", "**Big Star**", "**Comet**"]
    assert world.answer.embeds[0].colour == discord.Colour(0x2F6FED)
    assert (await world.say("!roster trials")).splitlines() == ["Trials · 1", "**Marlin**"]
    assert (await world.say("!roster no team")).splitlines()[0] == "No team · 2"
    assert "no status and no team" in await world.say("!roster Greens")
    assert "**Comet Blue** · CRB · #2f6fed · 2 players" in await world.say("!team")
    assert "Its 2 players have no team now" in await world.say("!team remove CRB")
    await world.say("!undo")
    assert "Comet Blue · 2" in await world.say("!roster CRB")
    assert "colour is red now" in await world.say("!team edit crb colour red")
    assert "in no team now" in await world.say("!team assign none Comet")


async def test_a_long_roster_pages(world: World) -> None:
    await world.add_roster(*[f"Player {number:02}" for number in range(45)])
    await world.say("!roster member")
    assert labels(world.answer) == [FORWARD]
    await world.restart()
    await world.admin.click(world.answer, label=FORWARD)
    assert "Player 20" in words(world.answer)


async def test_links_by_mention_me_and_name(world: World) -> None:
    await world.add_roster("Comet", "Pixel")
    assert await world.say(f"!link {world.alice.mention} Comet") == f"{world.alice.mention} is **Comet** from now on."
    assert "**Comet** is linked to nobody now" in await world.say(f"!link Pixel {world.alice.mention}")
    assert f"{world.admin.mention} is **Comet**" in await world.say("!link me Comet")
    assert "Averages" in await world.say("!stats", by=world.alice) or "Pixel" in words(world.answer)
    assert "**Comet** is linked to nobody now" in await world.say("!unlink me")
    assert "**Pixel** is linked to nobody now" in await world.say(f"!unlink {world.alice.mention}")
    assert "is not known" in await world.say(f"!unlink {world.alice.mention}")
    assert "Say which player" in await world.say(f"!link {world.alice.mention}")
    refused = await world.say(f"!link {world.alice.mention} Comet", by=world.bob)
    assert "Only a server administrator or" in refused
    result = await world.editor.slash(world.channel, "link", player="Comet", user=world.bob)
    assert f"{world.bob.mention} is **Comet**" in said(result)
    assert "not on this server" in await world.say("!link <@999999999999999999> Pixel")


async def test_two_players_who_are_one(world: World) -> None:
    await world.add_roster("Comet", "Kometa", "Pixel")
    await keep_wars(world, 2)
    assert "both played in war 2 and war 1" in await world.say("!merge Comet Pixel")
    text = await world.say("!merge Kometa Comet")
    assert "**Comet** is **Kometa** from now on: 2 wars came with them" in text
    assert "Kometa" in await world.say("!stats comet")
    assert "merged Comet into Kometa" in await world.say("!undo")
    assert "**Comet**" in await world.say("!roster")


async def test_a_pasted_roster_is_shown_then_done_then_taken_back(world: World) -> None:
    await world.add_roster("Comet")
    await world.say("!team add Blue CRB blue")
    text = await world.say("!import roster\nComet, trial, DE\nPixel, ally, CRB, P1xel\nMarlin, status: boss")
    assert "Roster: 1 to add, 1 to change, 1 left out" in text
    assert "**Comet** · trial, was member, DE, was no country" in text
    assert "Line 3 is left out: boss is no status." in text
    assert labels(world.answer) == ["Do it", "Leave it"]
    assert "**Pixel**" not in await world.say("!roster")
    asked = world.answers[-2]
    assert "belong to whoever asked" in said(await world.bob.click(asked, label="Do it"))
    await world.admin.click(asked, label="Do it")
    assert "Done" in words(next(one for one in world.answers if one.id == asked.id))
    assert "**Pixel** · CRB" in await world.say("!roster ally")
    assert "imported a roster" in await world.say("!undo")
    assert "**Pixel**" not in await world.say("!roster")


async def test_a_roster_as_a_form_and_as_a_file(world: World) -> None:
    shown = await world.admin.slash(world.channel, "import roster")
    form = await world.admin.submit_modal(shown, {"text": "Comet, trial\nPixel"})
    assert "Roster: 2 to add, 0 to change" in said(form)
    await world.admin.send(
        world.channel, "!import roster", attachments=[("r.txt", "Nova, ally\r\nKé, FR".encode("cp1252"))]
    )
    assert "**Ké** · member, FR" in words(world.answer)
    await world.admin.click(world.answer, label="Leave it")
    assert "Nothing was changed" in words(world.answer)
    assert "Nobody is on the roster yet" in await world.say("!roster")
    assert "Paste the roster behind it" in await world.say("!import roster")
    await world.admin.send(world.channel, "!import roster", attachments=[("r.txt", b"\x00\x01\xff\xfe\x00")])
    assert "no text" in words(world.answer)


async def test_a_card_is_a_picture(world: World) -> None:
    await world.add_roster("Comet", "Pixel")
    await keep_wars(world, 3)
    await world.say("!profile comet")
    assert world.answer.attachments[0].filename == "profile.png"
    assert (await world.answer.attachments[0].read())[:4] == b"\x89PNG"
    assert "not known" in await world.say("!profile", by=world.bob)
    await world.say(f"!link {world.bob.mention} Pixel")
    await world.say("!profile", by=world.bob)
    assert world.answer.embeds[0].title == "Pixel"
    await world.say("!player remove Comet")
    assert "Comet" in await world.say("!profile Comet")
    result = await world.bob.slash(world.channel, "profile", player="Pixel", style="light")
    assert "Pixel" in said(result)


# --- roles ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def seeing(
    services: Services, options: BotOptions, reader: StandInReader, errors: ErrorLog, tmp_path: Path
) -> AsyncIterator[World]:
    """A bot whose operator switched the members intent on."""
    made = simcord.Env(
        create_bot(services, replace(options, members_intent=True)), check_errors=False, settle_timeout=20.0
    )
    await made.start()
    yield await _build(made, services, reader, options, errors)
    await made.shutdown()


async def give(world: World, user_id: int, *names: str) -> None:
    """Somebody in the server's settings gives these roles, and takes all others."""
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    member = await guild.fetch_member(user_id)
    await member.edit(roles=[role for role in guild.roles if role.name in names])
    await world.env.settle()


async def status(world: World, name: str) -> PlayerStatus:
    return (await world.services.roster.find(world.server_id, name)).status


async def test_a_role_given_or_taken_is_followed_at_once_with_the_intent(seeing: World) -> None:
    world = seeing
    trial, member = world.guild.create_role("Trial"), world.guild.create_role("Member")
    await world.add_roster("Comet")
    await world.say(f"!link {world.alice.mention} Comet")
    await give(world, world.alice.id, "Trial")
    text = await world.say(f"!settings statusrole trial {trial.mention}")
    assert "Changed: **Comet** trial (was member)." in text
    assert "Server Members Intent" not in text
    await world.say(f"!settings statusrole member {member.mention}")
    await give(world, world.alice.id, "Member", "Trial")
    assert await status(world, "Comet") is PlayerStatus.MEMBER
    await give(world, world.alice.id)
    assert await status(world, "Comet") is PlayerStatus.FORMER
    assert "by their roles: made Comet former (was member)" in await world.say("!history Comet")
    await give(world, world.alice.id, "Trial")
    world.guild.remove_member(world.alice)
    await world.env.settle()
    assert await status(world, "Comet") is PlayerStatus.FORMER


async def test_without_the_intent_roles_are_seen_when_somebody_writes_and_at_the_start(world: World) -> None:
    trial, member = world.guild.create_role("Trial"), world.guild.create_role("Member")
    await world.add_roster("Comet", "Pixel")
    await world.say(f"!link {world.alice.mention} Comet")
    await world.say(f"!link {world.bob.mention} Pixel")
    await give(world, world.alice.id, "Member")
    await give(world, world.bob.id, "Member")
    await world.say(f"!settings statusrole member {member.mention}")
    text = await world.say(f"!settings statusrole trial {trial.mention}")
    assert "MEMBERS_INTENT=on" in text
    await give(world, world.alice.id, "Trial")
    assert await status(world, "Comet") is PlayerStatus.MEMBER
    await world.alice.send(world.elsewhere, "hello")
    assert await status(world, "Comet") is PlayerStatus.TRIAL
    await give(world, world.bob.id, "Trial")
    await world.restart()
    await world.env.settle()
    assert await status(world, "Pixel") is PlayerStatus.TRIAL
    assert "Roles that say a status" in await world.say("!settings")
    await world.say("!settings clear statusroles")
    assert "Roles that say a status" not in await world.say("!settings")


async def test_the_hourly_look_starts_and_goes_on(world: World) -> None:
    cog = world.bot.get_cog("Roles")
    assert cog is not None
    await world.env.settle()
    assert isinstance(cog, PeriodicCog)
    assert cog.rounds.is_running()
    assert cog.rounds.next_iteration is not None, "the first is over"
