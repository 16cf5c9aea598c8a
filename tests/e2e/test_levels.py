"""Each level tries each kind of command, by prefix, slash, button, menu and form; refused tries are in the log."""

from __future__ import annotations

import discord
import pytest
from simcord.actors import MemberActor

from bot.permissions import right_of
from bot.services.levels import Level
from bot.services.player import PlayerStatus
from mkw.ids import RoleId, UserId
from tests.e2e.conftest import World, labels, said, words

BELOW_MODERATOR = ("bob", "former", "trusted")
BELOW_ADMIN = (*BELOW_MODERATOR, "moderator")
ALL = (*BELOW_ADMIN, "admin by role", "manager", "admin")


@pytest.fixture
async def people(world: World) -> dict[str, MemberActor]:
    """One of each level, and who looks like the next but is not."""
    guild, settings = world.guild, world.services.settings
    leads = guild.create_role("Leads")
    managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    await settings.give_level(world.actor, RoleId(leads.id), Level.ADMIN)
    found = {
        "bob": world.bob, "trusted": world.alice, "moderator": world.editor, "admin": world.admin,
        "former": guild.add_member(world.env.create_user("Fern")),
        "admin by role": guild.add_member(world.env.create_user("Lee"), roles=[leads]),
        "manager": guild.add_member(world.env.create_user("Max"), roles=[managers]),
    }  # fmt: skip
    await world.add_roster()
    roster = {player.name: player for player in await world.services.roster.players(world.server_id)}
    for name, who in (("Comet", "trusted"), ("Pixel", "former")):
        await world.services.links.link(world.actor, roster[name].player_id, UserId(found[who].id))
    await world.services.roster.set_status(world.actor, [roster["Pixel"].player_id], PlayerStatus.FORMER)
    return found


async def changes(world: World) -> list[str]:
    return [change.text for change in await world.services.history.newest(world.server_id, limit=100)]


async def refused(world: World) -> list[tuple[str, str]]:
    """Who tried what, oldest first."""
    page = await world.services.history.audit(world.server_id, what="refused", size=100)
    return [(change.actor_name, change.text) for change in reversed(page.changes)]


@pytest.mark.parametrize("who", ALL)
async def test_everybody_looks(world: World, people: dict[str, MemberActor], who: str) -> None:
    for typed in ("!wars", "!roster", "!settings", "!audit", "!leaderboard"):
        assert "It needs the level" not in await world.say(typed, by=people[who])
    assert "Comet" in said(await people[who].slash(world.channel, "roster"))
    assert await refused(world) == []


@pytest.mark.parametrize("who", BELOW_MODERATOR)
async def test_below_moderator_nothing_is_changed(world: World, people: dict[str, MemberActor], who: str) -> None:
    person = people[who]
    answer = await world.post_war(by=people["admin"])
    before = await changes(world)
    level = "trusted" if who == "trusted" else "everyone"
    needs = f"It needs the level moderator; yours is {level}."
    assert needs in await world.say("!player add Nova", by=person)
    assert world.guild.roles["Editors"].mention in words(world.answer)
    assert needs in said(await person.slash(world.channel, "player add", name="Nova"))
    assert needs in said(await person.slash(world.channel, "import roster"))
    assert needs in said(await person.click(answer, label="Save"))
    assert needs in said(await person.click(answer, label="Edit"))
    assert needs in await world.say("!save", by=person)
    named = person.user.name
    assert await refused(world) == [
        (named, f"tried {what}, which needs the level moderator{often}")
        for what, often in (
            ("command player add", ", 2 times"), ("command import", ""), ("button Save", ""), ("button Edit", ""),
            ("command save", ""),
        )
    ]  # fmt: skip
    assert (await changes(world))[-len(before) :] == before
    assert len(await changes(world)) == len(before) + 5


async def test_trusted_say_where_they_are_from_and_of_nobody_else(world: World, people: dict[str, MemberActor]) -> None:
    assert "**Comet** is from 🇩🇪 Germany now" in await world.say("!player country me DE", by=people["trusted"])
    assert "It needs the level moderator; yours is trusted." in await world.say(
        "!player country me, Pixel FR", by=people["trusted"]
    )
    for who in ("bob", "former"):
        refusal = await world.say("!player country me FR", by=people[who])
        assert "a linked player (`link me Comet`)" in refusal
        assert "It needs the level trusted; yours is everyone." in refusal
    regulars = world.guild.create_role("Regulars")
    await world.say(f"!settings role trusted {regulars.mention}")
    vic = world.guild.add_member(world.env.create_user("Vic"), roles=[regulars])
    assert "Which player you are is not known" in await world.say("!player country me FR", by=vic)
    players = await world.services.roster.players(world.server_id)
    assert {player.country for player in players} == {"DE", None}


@pytest.mark.parametrize("who", ["moderator", "admin by role", "manager", "admin"])
async def test_moderators_and_above_change_the_record(world: World, people: dict[str, MemberActor], who: str) -> None:
    person = people[who]
    answer = await world.post_war(by=people["bob"])
    assert "Nova" in await world.say("!player add Nova", by=person)
    assert "Vega" in said(await person.slash(world.channel, "player add", name="Vega"))
    form = await person.slash(world.channel, "import roster")
    await person.submit_modal(form, {"text": "Rigel"})
    assert "1 to add" in words(world.answer)
    await person.click(world.answer, label="Do it")
    await person.click(answer, label="Save")
    assert "War 1 is kept" in words(world.answers[0])
    names = {player.name for player in await world.services.roster.players(world.server_id)}
    assert names >= {"Nova", "Vega", "Rigel"}
    assert await refused(world) == []


@pytest.mark.parametrize("who", BELOW_ADMIN)
async def test_below_admin_no_setting_is_changed_and_no_level_given(
    world: World, people: dict[str, MemberActor], who: str
) -> None:
    person = people[who]
    before = await world.services.settings.get(world.server_id)
    role = world.guild.roles["Editors"]
    for typed in (
        "!setup", "!settings prefix ?", f"!settings role admin {role.mention}", "!settings clear role", "!export",
        "!import server", "!monthly off",
    ):  # fmt: skip
        assert "It needs the level admin" in await world.say(typed, by=person), typed
    assert "Leads" not in words(world.answer)
    refusal = said(await person.slash(world.channel, "settings role", role=role, level="moderator"))
    assert "(Administrator or Manage Server) or somebody with" in refusal
    assert world.guild.roles["Leads"].mention in refusal
    assert await world.services.settings.get(world.server_id) == before
    tries = await refused(world)
    assert len(tries) == 7
    assert tries[2][1] == "tried command settings role, which needs the level admin, 2 times"


@pytest.mark.parametrize("who", ["admin by role", "manager", "admin"])
async def test_admins_set_up_and_give_levels(world: World, people: dict[str, MemberActor], who: str) -> None:
    person = people[who]
    helpers = world.guild.create_role("Helpers")
    assert f"moderator: {world.guild.roles['Editors'].mention} {helpers.mention}" in await world.say(
        f"!settings role {helpers.mention}", by=person
    )
    assert f"trusted: {helpers.mention}" in await world.say(f"!settings role trusted {helpers.mention}", by=person)
    result = await person.slash(world.channel, "settings role", role=helpers, level="everyone")
    assert "trusted" not in said(result)
    assert "everybody's" in await world.say("!settings role admin @everyone", by=person)
    assert (await world.services.settings.get(world.server_id)).roles_of(Level.TRUSTED) == ()
    assert await refused(world) == []


async def test_the_owner_of_a_server_needs_no_role(world: World) -> None:
    user = world.env.create_user("Olga")
    guild = world.env.create_guild("Olga's", owner=user)
    channel = guild.create_text_channel("results")
    owner = guild.add_member(user)
    await owner.send(channel, "!settings prefix ?")
    assert "`?`" in words(channel.last_message)


async def test_a_button_of_a_claim_is_a_moderators(world: World, people: dict[str, MemberActor]) -> None:
    await world.say("!link me Marlin", by=people["bob"])
    asked = world.answer
    for who in BELOW_MODERATOR:
        assert "It needs the level moderator" in said(await people[who].click(asked, label="Link them")), who
    assert labels(asked) == ["Link them", "No"]
    assert [what for _, what in await refused(world)] == [
        "tried button Link them, which needs the level moderator" for _ in BELOW_MODERATOR
    ]
    await people["moderator"].click(asked, label="Link them")
    assert "is **Marlin** from now on" in words(world.answer)


async def test_a_form_or_panel_does_not_outlive_the_right_to_it(world: World, people: dict[str, MemberActor]) -> None:
    settings = world.services.settings
    form = await people["moderator"].slash(world.channel, "import roster")
    await world.say("!setup", by=people["admin by role"])
    panel = world.answer
    clan = await people["admin by role"].click(panel, label="Clan name and tags")
    await settings.clear(world.actor, "role")
    assert "It needs the level moderator" in said(await people["moderator"].submit_modal(form, {"text": "Rigel"}))
    lee = people["admin by role"]
    assert "It needs the level admin" in said(await lee.submit_modal(clan, {"name": "Mine", "tags": ""}))
    assert "It needs the level admin" in said(
        await lee.select(panel, [world.guild.roles["Leads"]], custom_id="setup:role")
    )
    now = await settings.get(world.server_id)
    assert (now.clan_name, now.level_roles) == ("Comet Racers", ())
    assert [what.split(",")[0] for _, what in await refused(world)] == ["tried a form", "tried a form", "tried a menu"]


async def test_taking_back_the_settings_is_refused_and_in_the_log(world: World, people: dict[str, MemberActor]) -> None:
    await world.say("!settings clan Others")
    assert "Only a server administrator" in await world.say("!undo", by=people["moderator"])
    assert await refused(world) == [("Edda", "tried command undo, which needs the level admin")]
    log = await world.say("!audit refused")
    assert "**Edda** tried command undo, which needs the level admin" in log
    assert "takes one back" not in log
    number = log.split("`#")[1].split("`")[0]
    assert "a refused try are never taken back" in await world.say(f"!undo #{number}")
    assert "Others" in await world.say("!undo")  # not the refused try


async def test_a_flood_of_tries_is_a_few_rows(world: World, people: dict[str, MemberActor]) -> None:
    commands = sorted(
        {one.qualified_name for one in world.bot.walk_commands() if one.qualified_name.startswith("settings ")}
    )
    for _ in range(2):
        for command in commands:
            await world.bob.send(world.channel, f"!{command} x")
    tries = await refused(world)
    assert len(commands) > 10
    assert len(tries) == 11
    assert tries[0][1].endswith(", 2 times")
    assert tries[-1][1] == f"tried other things that need a higher level, {2 * (len(commands) - 10)} times"


async def test_help_says_the_level_of_every_command(world: World) -> None:
    for command, says in (
        ("stats", "Who: everyone"), ("player add", "Who: moderators and above"), ("setup", "Who: admins and the owner"),
        ("save", "Who: whoever sent it into a watched channel; moderators and above"),
        ("link", "Who: everyone for themselves; moderators and above"),
        ("graph", "How often: 16 a minute each, 60 a server"),
    ):  # fmt: skip
        assert says in await world.say(f"!help {command}", by=world.bob)


async def test_heavy_commands_say_how_many_seconds_are_left(world: World) -> None:
    await world.add_roster()
    await world.admin.click(await world.post_war(), label="Save")
    for _ in range(10):
        assert "fast" not in await world.say("!table 1", by=world.bob)
    said_at_last = await world.say("!table 1", by=world.bob)
    assert "That is a little fast: `table` works 10 times a minute for each person. Try again in" in said_at_last
    assert "fast" in said(await world.bob.slash(world.channel, "table", number="1"))
    assert "fast" not in await world.say("!table 1", by=world.alice)


@pytest.mark.parametrize("who", ["bob", "moderator"])
async def test_every_command_above_somebody_is_refused_to_them(
    world: World, people: dict[str, MemberActor], who: str
) -> None:
    """Also one that is written tomorrow: each is typed as its example says."""
    has = Level.EVERYONE if who == "bob" else Level.MODERATOR
    tried, let_in = [], []
    before = await changes(world)
    for command in sorted(world.bot.walk_commands(), key=lambda one: one.qualified_name):
        right = right_of(command)
        if right.level <= has or right.own:
            continue
        await world.services.refusals._records.database.pool.execute("delete from changes where verb = 'refuse'")
        answer = await world.say(f"!{command.extras['example']}", by=people[who])
        tried.append(command.qualified_name)
        if "It needs the level" not in answer and "Only whoever runs this bot" not in answer:
            let_in.append(f"{command.qualified_name}: {answer}")
    assert len(tried) >= (30 if who == "bob" else 8)
    assert let_in == []
    assert [one for one in await changes(world) if not one.startswith("tried ")] == before
