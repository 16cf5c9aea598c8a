"""Everything people ask of the record, asked in Discord: by prefix and slash, with every kind of name and filter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.views.pages import PageRequest
from mkw.ids import ChannelId, MessageId, UserId
from tests.e2e.conftest import World, labels, said

SCORES = {"Comet": 100, "M☆lva": 90, "さくら": 85, "Комета": 80, "ßλμ Reef": 70, "Tango": 60, "Willow": 50}


async def keep(world: World, number: int, text: str, *, days_ago: int) -> None:
    day = datetime.now(UTC).date() - timedelta(days=days_ago)
    review = await world.services.reviews.typed(
        world.actor, ChannelId(world.elsewhere.id), MessageId(number), f"{text} {day}"
    )
    await world.services.reviews.save(world.actor, review.upload_id, despite_duplicate=True)


@pytest.fixture
async def clan(world: World) -> World:
    """Ten wars of twelve players, two of four clans; the newest is won by the least."""
    await world.add_roster(*SCORES)
    for number in range(1, 11):
        six = list(SCORES)[:6] if number % 2 else [*list(SCORES)[:5], "Willow"]
        lines = ", ".join(f"{name} {SCORES[name] + number}" for name in six)
        own = sum(SCORES[name] + number for name in six)
        foe = ("CB", "KO", "ΣND")[number % 3]
        await keep(world, number, f"CR: {lines} vs {foe} {984 - own}", days_ago=30 - number)
    for number in (11, 12):
        four = "CR: Comet 90, M☆lva 80, さくら 70, Комета 70, Tango 60, Willow 62 vs CB 440 vs KO 430 vs PX 426"
        await keep(world, number, four, days_ago=14 - number)
    return world


async def test_a_player_in_every_way_people_write_one(clan: World) -> None:
    await clan.services.roster.add_alias(
        clan.actor, (await clan.services.roster.find(clan.server_id, "Comet")).player_id, "Big C"
    )
    for written in ("Comet", "comet", "COMET", "big c", '"Comet"'):
        assert (await clan.say(f"!stats {written}")).startswith("Comet\n")
    assert "105.5" in await clan.say("!average Comet")  # 101 … 110 in the ten wars of twelve players
    assert "Did you mean **Comet**" in await clan.say("!stats Comte")
    assert "No player is called Nobody" in await clan.say("!stats Nobody")
    assert "Which player you are is not known" in await clan.say("!stats me")


async def test_me_is_whoever_asks(clan: World) -> None:
    await clan.add_roster("Alice")
    assert (await clan.say("!stats", by=clan.alice)).startswith("Alice")
    assert "No war" in await clan.say("!form me", by=clan.alice)


async def test_filters_combine_and_rooms_stay_apart(clan: World) -> None:
    everything = await clan.say("!stats Comet")
    assert "10 wars (120 races)" in everything
    assert "12p · 2 wars of 24p stand apart (add 24p)" in everything
    assert "2 wars (24 races)" in await clan.say("!stats Comet 24p")
    assert "3 wars (36 races)" in await clan.say("!stats vs CB Comet")
    assert "1 war (12 races)" in await clan.say("!stats Comet last 1 vs cb")
    assert "No war is kept for this player that fits" in await clan.say("!stats Comet in 2020")
    assert "Did you mean **CB**" in await clan.say("!stats Comet vs CBB")
    assert "`last` needs a number" in await clan.say("!stats Comet last ten")
    slash = await clan.admin.slash(clan.channel, "stats", player="Comet", opponent="CB", last=2, filters="12p")
    assert "2 wars (24 races)" in said(slash)
    refused = await clan.admin.slash(clan.channel, "stats", player="Comet", filters="whatever")
    assert "is no filter I know; `filters` lists them" in said(refused)


async def test_a_team_of_the_roster_is_meant_by_its_name(clan: World) -> None:
    await clan.say('!team add "Blue Moon" CR')
    by_name = await clan.say('!stats Comet team "Blue Moon"')
    assert "10 wars (120 races)" in by_name
    assert by_name.replace('"Blue Moon"', "CR") == await clan.say("!stats Comet team CR")
    await clan.say("!team add Red")
    assert "Red has no tag to find its wars by: `team edit`" in await clan.say("!stats Comet team Red")
    for typed in ('team "Blue Moon"', 'team "blue moon" 12p', "team CR"):
        assert "Margins" in await clan.say(f"!stats {typed}"), "the team's, whoever asks"
    assert "Red has no tag" in await clan.say("!stats team Red")


async def test_the_clan(clan: World) -> None:
    team = await clan.say("!stats team")
    assert "Comet Racers" in team
    assert "Margins" in team
    four = await clan.say("!stats team 24p")
    assert "Top two of four: 2 of 2" in four


async def test_leaderboards_by_any_metric(clan: World) -> None:
    board = await clan.say("!leaderboard")
    assert "points per 12 races" in board
    assert board.index("Comet") < board.index("M☆lva") < board.index("さくら")
    assert "Leaderboard by win rate" in await clan.say("!leaderboard win rate vs CB")
    steady = await clan.say("!lb by consistency min 6 last 10")
    assert "Leaderboard by consistency" in steady
    assert "2 with fewer than 6 wars left out" in steady
    assert "is nothing to sort by; sort by `average`" in await clan.say("!leaderboard by colour")
    assert "is nothing to sort by" in await clan.say("!leaderboard colour")
    assert "Nobody has a war that fits" in await clan.say("!leaderboard status trial")
    slash = await clan.admin.slash(clan.channel, "leaderboard", by="highest", minimum=6)
    assert "best full war of 12 races" in said(slash)


async def test_pages_turn_after_a_restart_with_the_same_question(clan: World) -> None:
    await clan.add_roster(*(f"Extra {number}" for number in range(14)))
    for number in range(14):
        await keep(clan, 100 + number, f"CR: Extra {number} {90 + number} vs CB 894", days_ago=3)
    await clan.say("!leaderboard last 3 since 2025-06-01 min 0.5 by points")
    message = clan.answer
    assert "Leaderboard by points" in str(message.embeds[0].title)
    assert len(str(message.embeds[0].description).splitlines()) == 15 + 3
    await clan.restart()
    await clan.admin.click(clan.answer, label="▶")
    page = clan.answer.embeds[0]
    assert "Leaderboard by points" in str(page.title)
    assert "since 2025-06-01" in str(page.footer.text)
    assert "◀" in labels(clan.answer)


async def test_buttons_of_the_first_release_still_turn(clan: World) -> None:
    guild = clan.bot.get_guild(clan.server_id)
    request = PageRequest(guild, guild.me, 0, "winrate/6")  # type: ignore[union-attr]
    page = await clan.bot.page_makers.make("board", request)
    assert page.embed.title == "Leaderboard by win rate"
    assert "2 with fewer than 6 wars left out" in str(page.embed.footer.text)


async def test_a_question_too_long_for_a_button_says_so(clan: World) -> None:
    await clan.add_roster(*(f"Extra {number}" for number in range(14)))
    for number in range(14):
        await keep(clan, 100 + number, f"CR: Extra {number} {90 + number} vs CB 894", days_ago=3)
    text = await clan.say(
        "!leaderboard by consistency since 2025-06-01 until 2099-12-31 team CR status member 12p min 0"
    )
    assert "page 1 of 2; ask with fewer filters to turn pages" in text
    assert clan.answer.components == []


async def test_form(clan: World) -> None:
    everybody = await clan.say("!form")
    assert "Who is in form" in everybody
    assert everybody.index("Comet") < everybody.index("Willow")
    one = await clan.say("!form Comet")
    assert "Newest first: 110 109 108" in one
    assert len(clan.answer.attachments) == 1
    assert (await clan.say("!form Tango last 1")).count("Form of") == 1
    assert clan.answer.attachments == []  # a curve needs two points


async def test_compare(clan: World) -> None:
    two = await clan.say("!compare Comet さくら")
    assert "105.5" in two
    assert "90.5" in two
    assert "2 wars of 24p stand apart" in two  # wars, not lines
    assert len(clan.answer.attachments) == 1
    six = await clan.say("!compare Comet, M☆lva, さくら, Комета, ßλμ Reef, Tango")
    assert six.count("Комета") >= 3
    assert "Name 2 to 6 players" in await clan.say(f"!compare {', '.join(SCORES)}")
    assert "Did you mean **Comet**" in await clan.say("!compare Comte, Tango")
    assert "`players` is missing" in await clan.say("!compare")


async def test_head_to_head(clan: World) -> None:
    clans = await clan.say("!head2head cb")
    assert "Comet Racers vs CB" in clans
    assert "Best against them" in clans
    assert clans == await clan.say("!h2h vs CB")
    players = await clan.say("!head2head Comet, Tango")
    assert "In 5 wars together **Comet** was ahead 5 times and **Tango** 0." in players
    assert players == await clan.say("!h2h Comet vs Tango")
    assert "No war is kept against CBX" in await clan.say("!head2head CBX")
    assert "Did you mean **CB**" in await clan.say("!head2head CBX")
    assert "No player is called" in await clan.say("!head2head Comet, Nobody")


async def test_opponents_records_streaks_participation(clan: World) -> None:
    foes = await clan.say("!opponents min 3")
    assert all(tag in foes for tag in ("CB", "KO", "ΣND"))
    assert "4-0-0" in await clan.say("!opponents") or "W-L-D" in await clan.say("!opponents")
    assert "Opponents of Comet" in await clan.say("!opponents Comet")
    records = await clan.say("!records")
    assert "**110** Comet" in records
    assert "is no filter I know" in await clan.say("!records Comet")
    streak = await clan.say("!streaks Comet")
    assert "Streaks of Comet" in streak
    assert "5 now, 5 at most" in streak
    assert "Streaks of Comet Racers" in await clan.say("!streaks")
    assert "100 %" in await clan.say("!participation last 5")


async def test_who_plays_well_together(clan: World) -> None:
    pairs = await clan.say("!duo")
    assert "points a war above" in pairs
    assert "Best beside Comet" in await clan.say("!duo Comet")
    assert "No two have 50 wars together that fit" in await clan.say("!duo min 50")
    line_up = await clan.say(f"!lineup {', '.join(SCORES)} vs CB")
    assert "Line-up against CB" in line_up
    assert "Expected difference" in line_up
    assert "Sits out: Willow" in line_up
    assert "Sits out" in await clan.say("!lineup")
    assert "name at least 6 who can play, not 2" in await clan.say("!lineup Comet, Tango")
    assert "No war is kept against XX" in await clan.say(f"!lineup {', '.join(SCORES)} vs XX")


@pytest.mark.parametrize(
    "asked",
    [
        "form Comet", "scores さくら", "difference", "difference Комета", "cumulative light", "opponents",
        "opponents M☆lva", "heatmap", "heatmap ßλμ Reef", "compare Comet, Tango", "radar Comet, さくら, Комета dark",
    ],
)  # fmt: skip
async def test_every_graph(clan: World, asked: str) -> None:
    await clan.say(f"!graph {asked}")
    (attachment,) = clan.answer.attachments
    assert attachment.filename == "graph.png"
    assert clan.answer.embeds[0].title


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("form Comet last 1", "A graph needs two points; Comet has only one war that fits."),
        ("form Comet in 2020", "There is nothing to draw: no war that fits is kept for Comet."),
        ("heatmap last 1", "Comet Racers has only one day with a war that fits."),
        ("opponents vs CB", "Comet Racers has only one opponent that fits."),
        ("compare Comet, Tango in 2020", "There is nothing to compare"),
        ("tracks", "A graph is one of `form`, `scores`"),
    ],
)
async def test_a_graph_of_one_point_or_none_says_so(clan: World, asked: str, answer: str) -> None:
    assert answer in await clan.say(f"!graph {asked}")
    assert clan.answer.attachments == []


async def test_seasons_are_set_used_and_taken_back(clan: World) -> None:
    assert "No season is set" in await clan.say("!season")
    assert "No season is set" in await clan.say("!stats Comet season 1")
    day = datetime.now(UTC).date()
    added = await clan.say(f"!season add 1 {day - timedelta(days=24)} {day - timedelta(days=20)}")
    assert "Added **1**" in added
    assert "Only" in await clan.say("!season add 2 2026-01-01 2026-02-01", by=clan.bob)
    assert "5 wars (60 races)" in await clan.say("!stats Comet season 1")
    slash = await clan.admin.slash(clan.channel, "leaderboard", season="1")
    assert "season 1" in said(slash)
    assert "A season is called 1 already" in await clan.say("!season add 1 2026-01-01 2026-02-01")
    assert "ends on or after" in await clan.say("!season add 2 2026-03-01 2026-02-01")
    assert "No season is called 9" in await clan.say("!stats Comet season 9")
    await clan.say("!undo")
    assert "No season is set" in await clan.say("!season")
    await clan.say('!season add "Summer Cup" 2025-07 2025-09')
    assert "Summer Cup** · 2025-07-01 to 2025-09-30" in await clan.say("!season")
    assert "Removed" in await clan.say("!season remove summer cup")
    await clan.say("!undo")
    assert "Summer Cup" in await clan.say("!season")
    assert [season.first_day for season in await clan.services.seasons.everything(clan.server_id)] == [date(2025, 7, 1)]


async def test_slash_offers_what_can_be_chosen(clan: World) -> None:
    await clan.services.seasons.add(clan.actor, "3", date(2026, 1, 1), date(2026, 3, 31))
    offered = await clan.admin.autocomplete(clan.channel, "stats", "opponent", "")
    assert {choice["value"] for choice in offered} == {"CB", "KO", "ΣND", "PX"}
    offered = await clan.admin.autocomplete(clan.channel, "leaderboard", "by", "how far")
    assert {choice["value"] for choice in offered} == {"deviation"}
    offered = await clan.admin.autocomplete(clan.channel, "form", "season", "")
    assert [choice["value"] for choice in offered] == ["3"]


async def test_filters_lists_every_metric(clan: World) -> None:
    text = await clan.say("!filters")
    assert "`consistency`" in text
    assert "`last 10`" in text


async def test_nothing_of_another_server_is_seen(clan: World) -> None:
    other = clan.env.create_guild("Elsewhere")
    channel = other.create_text_channel("talk")
    member = other.add_member(clan.env.create_user("Zoe"))
    for asked in ("!leaderboard", "!records", "!opponents", "!duo", "!participation", "!form", "!season"):
        await member.send(channel, asked)
        last = channel.last_message
        assert last is not None
        assert not any(name in str(last.embeds[0].to_dict()) for name in SCORES), asked
    await member.send(channel, "!stats Comet")
    assert channel.last_message is not None
    assert "No player is called Comet" in channel.last_message.content


async def test_a_mention_is_its_player(clan: World) -> None:
    comet = await clan.services.roster.find(clan.server_id, "Comet")
    async with clan.services.statistics._records.change(clan.server_id) as db:
        await db.execute(
            "update players set discord_user_id = $2 where player_id = $1", comet.player_id, UserId(clan.bob.id)
        )
    assert (await clan.say(f"!stats <@{clan.bob.id}>")).startswith("Comet")
    assert (await clan.say("!streaks me", by=clan.bob)).startswith("Streaks of Comet")
