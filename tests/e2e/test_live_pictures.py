"""Pictures in the channel of a live war: answered as a part of it, never in the way of what is typed."""

from __future__ import annotations

from mkw.race_rows import RaceRow
from ocr.reading import Layout, Reading, Row, Side, Status
from tests.e2e.conftest import OURS, ROSTER, THEIRS, World, labels, picture, reading, words
from tests.mkw.test_race_chain import Room

NAMES = tuple(name for name, _ in OURS + THEIRS)


def of_race(rows: tuple[RaceRow, ...]) -> Reading:
    made = tuple(Row(name=row.name, score=row.before, place=row.place, race_points=row.points) for row in rows)
    return Reading(status=Status.PROVEN, layout=Layout.RACE, sides=(Side(made),))


def ours(rows: tuple[RaceRow, ...]) -> str:
    return " ".join(str(row.place) for row in rows if row.name.startswith("CR "))


async def begin(world: World) -> None:
    await world.add_roster(*ROSTER)
    await world.say("!war start CR QZ", by=world.alice)


async def post(world: World, number: int, rows: tuple[RaceRow, ...]) -> str:
    before = len(world.answers)
    await world.post((f"{number}.png", world.reader.teach(picture(number), of_race(rows))))
    return "\n".join(words(message) for message in world.answers[before:])


async def test_a_race_is_filled_by_its_picture_and_checked_by_another(world: World) -> None:
    await begin(world)
    room = Room(NAMES)
    first, second = room.race().rows, room.race().rows
    await world.say("sgb", by=world.alice)
    answer = await post(world, 1, first)
    assert answer.startswith("Race 1 · Shy Guy Bazaar · ")
    assert "Comet" in answer
    assert labels(world.answer) == []
    await world.say(f"dkp {ours(second)}", by=world.alice)
    assert f"The picture of race 2 agrees: {ours(second)}." in await post(world, 2, second)
    assert "by picture: the picture of race 2 agrees" in await world.say("!undo")
    assert (await world.say("!live")).startswith("Race 2 · DK Pass")


async def test_a_race_told_otherwise_is_settled_with_a_button(world: World) -> None:
    await begin(world)
    rows = Room(NAMES).race().rows
    told = "1 2 3 4 5 6" if ours(rows) != "1 2 3 4 5 6" else "1 2 3 4 5 7"
    await world.say(told, by=world.alice)
    answer = await post(world, 1, rows)
    assert f"Race 1 was told as `{told}`, the picture says `{ours(rows)}`. Nothing is changed." in answer
    await world.restart()
    await world.alice.click(world.answer, label=f"Take {ours(rows)}")
    assert f"Race 1 is {ours(rows)} now." in words(world.answer)


async def test_a_table_checks_the_totals(world: World) -> None:
    await begin(world)
    for _ in range(12):
        await world.say("1 3 4 7 9 12", by=world.alice)
    await world.post(("table.png", world.reader.teach(picture(9), reading())))  # 493
    assert "The picture says 493 points for us, and 540 were told in 12 races" in words(world.answer)
    assert labels(world.answer) == []


async def test_what_is_typed_waits_for_no_picture(world: World) -> None:
    await begin(world)
    room = Room(NAMES)
    first = room.race().rows
    data = world.reader.teach(picture(1), of_race(first))
    gate = world.reader.hold(data)
    await world.post(("1.png", data))
    assert (await world.say(f"sgb {ours(first)}", by=world.alice)).startswith("Race 1 · Shy Guy Bazaar")
    gate.set()
    await world.env.settle()
    assert "The picture of race 1 agrees" in words(world.answer)


async def test_a_channel_nobody_watches_is_read_while_a_war_runs_there(world: World) -> None:
    await world.add_roster(*ROSTER)
    rows = Room(NAMES).race().rows
    data = world.reader.teach(picture(1), of_race(rows))
    await world.alice.send(world.elsewhere, "", attachments=[("1.png", data)])
    assert world.reader.reads == []
    await world.alice.send(world.elsewhere, "!war start CR QZ")
    await world.alice.send(world.elsewhere, "", attachments=[("2.png", data)])
    assert words(world.elsewhere.history()[-1]).startswith("Race 1 · ")


async def test_half_a_list_is_said_and_the_other_half_completes_it(world: World) -> None:
    await begin(world)
    rows = Room(NAMES).race().rows
    said = await post(world, 1, rows[8:])
    assert said.startswith("Race 1 as far as it was shown: ")
    assert "3 of our places are not in it: post the rest of the list, or type what is missing." in said
    assert (await post(world, 2, rows[:8])).startswith("Race 1 · ")


async def figures(world: World) -> list[str]:
    """What people read of our players, less the number of the war."""
    asked = ("!stats Comet", "!stats team", "!leaderboard", "!leaderboard consistency", "!form Pixel", "!opponents")
    return [(await world.say(one)).casefold().replace("war 2", "war 1") for one in asked]


async def our_rows(world: World, war: int) -> list[str]:
    """Places and points of ours race by race, as `races` says them, and the score of every race."""
    lines = (await world.say(f"!races {war}")).split("\n")
    heads = [place for place, line in enumerate(lines) if any(f"**{name}**" in line for name in ROSTER)]
    ours = [lines[place : place + 3] for place in heads[: len(ROSTER)]]
    races = [line for line in (await world.say(f"!war {war}")).split("\n") if line.startswith("Race by race")]
    return [line for three in ours for line in three] + [races[0].split(" · `")[0]]


async def test_one_war_collected_from_pictures_and_told_live_reads_the_same(world: World) -> None:
    await world.add_roster(*ROSTER)
    room = Room(NAMES)
    races = [room.race().rows for _ in range(12)]
    for number, rows in enumerate(races, 1):
        await post(world, number, rows)
        await world.say("!race add")
    await world.say("!race finish")
    assert "Kept as war 1" in await world.say("!save")
    shown, rows_shown = await figures(world), await our_rows(world, 1)
    await world.say("!undo")

    await world.say("!war start CR QZ", by=world.alice)
    for rows in races:
        taken = [f"{row.name.removeprefix('CR ')} {row.place}" for row in rows if row.name.startswith("CR ")]
        answer = await world.say(", ".join(taken), by=world.alice)
        assert answer.startswith("Race ")
    assert "War 2: " in await world.say("end", by=world.alice)
    assert await our_rows(world, 2) == rows_shown
    assert await figures(world) == shown
