"""Tracks, picks and places, asked in Discord."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from db.pool import Database
from tests.e2e.conftest import World, labels, said
from tests.e2e.test_statistics import SCORES, keep

GOOD, BAD, EVEN = (1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12), (2, 3, 5, 7, 9, 12)  # +40, -40, 0


@pytest.fixture
async def raced(world: World, database: Database) -> World:
    """Four wars of six races each: rDKP is good for us and rWSh is not, but against KO. War 4 was lost at half."""
    await world.add_roster(*SCORES)
    for number, (tag, score) in enumerate((("CB", 50), ("KO", 41), ("CB", 40), ("CB", 42)), 1):
        lines = ", ".join(f"{name} {score}" for name in list(SCORES)[:6])
        await keep(world, number, f"CR: {lines} vs {tag} {492 - 6 * score}, 6 races", days_ago=30 - number)
    tracks = ("rDKP", "rWSh", "rDKP", "CC", None, "rWSh")
    places = {1: (GOOD, BAD, GOOD, EVEN, EVEN, BAD), 2: (GOOD, GOOD, EVEN, EVEN, EVEN, GOOD),
              3: (GOOD, BAD, GOOD, EVEN, BAD, BAD), 4: (BAD, BAD, GOOD, GOOD, GOOD, GOOD)}  # fmt: skip
    async with database.acquire() as db:
        for war, of_war in places.items():
            for race, (track, six) in enumerate(zip(tracks, of_war, strict=True), 1):
                await db.execute(
                    "insert into races (server_id, war_id, race, track) values ($1, $2, $3, $4)",
                    world.server_id, war, race, track,
                )  # fmt: skip
                await db.executemany(
                    "insert into race_results values ($1, $2, $3, 1, $4, $5, null)",
                    [(world.server_id, war, race, position, place) for position, place in enumerate(six, 1)],
                )
    return world


async def test_tracks_of_the_clan_and_of_a_player(raced: World) -> None:
    text = await raced.say("!tracks")
    assert text.startswith("Tracks\n")
    # rDKP: 40 40, 40 0, 40 40, -40 40; CC: 0 0 0 40; rWSh: -40 -40, 40 40, -40 -40, -40 40
    assert "rDKP  +25.0" in text
    assert "CC    +10.0" in text
    assert "rWSh  -10.0" in text
    assert text.index("rDKP") < text.index("CC ") < text.index("rWSh")
    assert "4 races without a track left out" in text
    mine = await raced.say("!tracks Comet vs CB min 5 by place")
    assert "Tracks of Comet" in mine
    assert "rDKP  +26.7    2.0      6" in mine  # 1 1 1 1 7 1
    assert "CC" not in mine
    assert "best/worst" in await raced.say("!tracks by best")
    assert "100 %" in await raced.say("!tracks by won last 1")
    assert "Tracks are not sorted by `colour`; sort by `differential`" in await raced.say("!tracks by colour")
    assert "No track has that many races." in await raced.say("!tracks min 99")
    slash = await raced.admin.slash(
        raced.channel, "tracks", player="Comet", opponent="KO", minimum=2, filters="by races"
    )
    assert "Tracks of Comet" in said(slash)
    assert labels(raced.answer) == []


async def test_picks_say_how_sure_they_are(raced: World) -> None:
    everybody = await raced.say("!picks")
    assert everybody.startswith("Picks\n")
    assert "20 races with a track, on average +8.0" in everybody
    assert everybody.index("Pick: ") < everybody.index("rDKP") < everybody.index("Avoid: ") < everybody.index("rWSh")
    assert "drawn to the mean as by 12.0 races (too few yet to tell)" in everybody
    against = await raced.say("!picks KO")
    assert against.startswith("Picks against KO\n")
    assert "5 races with a track against KO" in against
    assert "2/8" in against
    assert await raced.say("!picks vs KO") == against
    assert "Did you mean **KO**" in await raced.say("!picks KOO")
    assert "4 races" not in await raced.say("!picks CB min 5")
    slash = await raced.admin.slash(raced.channel, "picks", opponent="CB", last=2)
    assert "Picks against CB" in said(slash)


async def test_places_halves_and_comebacks(raced: World) -> None:
    text = await raced.say("!places Comet")
    assert text.startswith("Places of Comet\n")
    assert "Races: 24" in text
    assert "Top 6: 17 (71 %)" in text
    assert "Bottom 6: 7 (29 %)" in text
    assert "First half" in text
    assert "won 1 of 1 wars after being behind at half (war 4 from -40), lost 1 of 3 after being ahead" in text
    assert "Best race: +40 rDKP (war 1, race 1)" in text
    assert "1: 11" in text
    picture = Image.open(io.BytesIO(await raced.answer.attachments[0].read()))
    assert picture.format == "PNG"
    assert "Places of Comet Racers" in await raced.say("!places last 1")
    assert "No race that fits is kept" in await raced.say("!places Willow")
    assert raced.answer.attachments == []


async def test_races_as_pictures(raced: World) -> None:
    for asked in ("races 4", "races", "war #4 light", "places", "places Comet last 2 light"):
        answer = await raced.say(f"!graph {asked}")
        assert raced.answer.attachments, answer
    assert "War 4: CR 252 : 240 CB" in await raced.say("!graph races 4", by=raced.alice)
    assert "There is no war 99" in await raced.say("!graph races 99", by=raced.alice)
    assert "The war's number must be a whole number" in await raced.say("!graph races Comet", by=raced.alice)
    assert "no place of a race that fits is kept for Willow" in await raced.say("!graph places Willow", by=raced.alice)


async def test_a_correction_counts_at_once_and_other_servers_see_nothing(raced: World) -> None:
    assert "rWSh  -10.0" in await raced.say("!tracks")
    await raced.say("!war track 1 2 CC")
    assert "rWSh   -5.7" in await raced.say("!tracks")  # -40 less of eight
    await raced.say("!undo")
    assert "rWSh  -10.0" in await raced.say("!tracks")
    await raced.say("!war swap 1")
    other = raced.env.create_guild("Elsewhere")
    channel = other.create_text_channel("talk")
    member = other.add_member(raced.env.create_user("Zoe"))
    for asked in ("!tracks", "!picks", "!places"):
        await member.send(channel, asked)
        assert channel.last_message is not None
        assert "No race that fits is kept" in str(channel.last_message.embeds[0].to_dict())


async def test_a_list_of_tracks_turns_its_pages_after_a_restart(raced: World) -> None:
    numbers = range(1, 7)
    names = ("MBC", "WS", "DKS", "rDH", "rSGB", "rWS", "rAF", "SP", "rSHS", "rKTB", "FO", "PS", "rPB", "SSS", "rDDJ")
    for place, name in enumerate(names):
        await raced.say(f"!war track {1 + place // 6} {numbers[place % 6]} {name}")
    await raced.say("!tracks by name min 1")
    assert "1 / 2" in str(raced.answer.components)
    await raced.restart()
    await raced.admin.click(raced.answer, label="▶")
    page = raced.answer.embeds[0]
    assert (page.title, "◀" in labels(raced.answer)) == ("Tracks", True)
    assert "Wario" not in str(page.description)
    assert "WS " in str(page.description)


async def test_who_has_the_best_average_place(raced: World) -> None:
    text = await raced.say("!leaderboard place")
    assert text.startswith("Leaderboard by average place\n")
    assert "1  Comet     3.0  24 races" in text  # 11 x 1, 6 x 2, 7 x 7
    assert text.index("Comet") < text.index("Tango")
    assert "Comet     3.0  6 races" in await raced.say("!leaderboard by place last 1")  # 7 7 1 1 1 1
    few = await raced.say("!leaderboard place min 25")
    assert "with fewer than 25 races left out" in few
    assert "Nobody has that many races." in few
