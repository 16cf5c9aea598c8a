"""From a posted picture to a kept war."""

from __future__ import annotations

import io

import discord
from PIL import Image

from ocr.reading import Reading
from tests.e2e.conftest import OURS, World, labels, picture, reading, said, words


async def test_a_picture_becomes_a_kept_war(world: World) -> None:
    await world.add_roster()
    answer = await world.post_war()
    assert "CR 493 : 491 QZ (+2)" in words(answer)
    assert labels(answer) == ["Save", "Edit", "Link player", "Other side", "Discard"]
    assert answer.embeds[0].image.url == f"attachment://{answer.attachments[0].filename}"
    assert answer.reference is not None
    assert not answer.mentions
    assert answer.attachments[0].description == "Table: CR 493 : 491 QZ (+2)"
    with Image.open(io.BytesIO(await answer.attachments[0].read())) as table:
        assert table.format == "PNG"

    await world.alice.click(answer, label="Save")
    assert "War 1 is kept" in words(world.answer)
    assert "**Comet** 92.0 (first war)" in words(world.answer)
    assert labels(world.answer) == []
    assert len(world.answers) == 1

    board = await world.say("!leaderboard")
    assert board.index("Comet") < board.index("Pixel") < board.index("Tango")
    assert "92.0" in board


async def test_each_attachment_and_each_message_is_answered_in_order(world: World) -> None:
    await world.add_roster()
    files = []
    for number in (1, 2, 3):
        ours = ((OURS[0][0], 90 + number), *OURS[1:])
        files.append((f"{number}.png", world.reader.teach(picture(number), reading(ours))))
    await world.post(*files[:2])
    await world.post(files[2])
    assert [words(answer).split("\n")[0] for answer in world.answers] == [
        "CR 492 : 491 QZ (+1)",
        "CR 493 : 491 QZ (+2)",
        "CR 494 : 491 QZ (+3)",
    ]


async def test_the_bytes_decide_what_a_picture_is(world: World) -> None:
    for name, data, part in (
        ("table.png", b"just words", "no PNG, JPEG or WebP"),
        ("empty.png", b"", "empty"),
        ("moving.gif", b"GIF89a" + b"\0" * 20, "no PNG, JPEG or WebP"),
    ):
        await world.post((name, data))
        assert part in words(world.answer)
        assert world.answer.flags.silent or world.answer.flags.suppress_notifications
    before = len(world.answers)
    await world.post(("notes.txt", b"see you at nine"))
    assert len(world.answers) == before
    data = world.reader.teach(picture(4), reading())
    await world.post(("result.bin", data))
    assert "CR 493 : 491 QZ" in words(world.answer)


async def test_one_bad_file_of_several_is_named_and_the_others_are_read(world: World) -> None:
    await world.post(("a.png", b"words"), ("b.png", world.reader.teach(picture(5), reading())))
    assert "a.png" in words(world.answers[0])
    assert "CR 493 : 491 QZ" in words(world.answers[1])


async def test_a_picture_without_a_result_gets_a_short_quiet_sentence(world: World) -> None:
    await world.post(("cat.png", world.reader.teach(picture(6), Reading.refused("This is no result of a war."))))
    assert words(world.answer) == "This is no result of a war."
    assert labels(world.answer) == []


async def test_a_big_file_is_refused_without_being_fetched(world: World) -> None:
    world.bot.uploads._bot.options = world.options.__class__(data_dir=world.options.data_dir, max_upload_bytes=1000)
    await world.post(("big.png", picture(7) + b"\0" * 2000))
    assert "pictures of up to" in words(world.answer)
    assert world.reader.reads == []


async def test_channels_that_are_not_watched_are_left_alone(world: World) -> None:
    data = world.reader.teach(picture(8), reading())
    await world.alice.send(world.elsewhere, attachments=[("table.png", data)])
    assert [message.author.id for message in world.elsewhere.history()] == [world.alice.id]
    assert world.reader.reads == []


async def test_threads_of_watched_channels_are_watched(world: World) -> None:
    await world.add_roster()
    starter = await world.alice.send(world.channel, "tonight")
    await starter.create_thread(name="Tonight")
    await world.env.settle()
    (thread,) = world.channel.threads
    await world.alice.send(thread, attachments=[("table.png", world.reader.teach(picture(16), reading()))])
    assert "CR 493 : 491 QZ" in words(thread.last_message)
    assert thread.last_message is not None
    await world.alice.click(thread.last_message, label="Save")
    assert "War 1 is kept" in words(thread.last_message)


async def test_scan_reads_the_newest_picture_anywhere(world: World) -> None:
    data = world.reader.teach(picture(9), reading())
    await world.alice.send(world.elsewhere, attachments=[("table.png", data)])
    await world.admin.send(world.elsewhere, "nice one")
    await world.admin.send(world.elsewhere, "!scan")
    assert "CR 493 : 491 QZ" in words(world.elsewhere.last_message)


async def test_scan_reads_the_picture_replied_to(world: World) -> None:
    old = await world.alice.send(world.elsewhere, attachments=[("old.png", world.reader.teach(picture(10), reading()))])
    other = reading((("CR Comet", 100), *OURS[1:]))
    await world.alice.send(world.elsewhere, attachments=[("new.png", world.reader.teach(picture(11), other))])
    await world.admin.send(world.elsewhere, "!scan", reply_to=old)
    assert "CR 493 : 491 QZ" in words(world.elsewhere.last_message)


async def test_scan_as_a_slash_command_takes_a_picture(world: World) -> None:
    await world.add_roster()
    data = world.reader.teach(picture(12), reading())
    result = await world.admin.slash(world.channel, "scan", picture=("mine.png", data))
    assert "CR 493 : 491 QZ" in said(result)
    assert result.response is not None
    await world.admin.click(result.response, label="Save")
    assert "War 1 is kept" in words(world.answer)


async def test_scan_without_a_picture_says_so(world: World) -> None:
    assert "no picture among the last" in await world.say("!scan")


async def test_scanning_all_the_time_is_slowed_down(world: World) -> None:
    for _ in range(6):
        assert "no picture" in await world.say("!scan")
    assert "a little fast" in await world.say("!scan")
    await world.env.advance_time(61)
    assert "no picture" in await world.say("!scan")


async def test_scanning_again_moves_the_answer_and_reads_once(world: World) -> None:
    await world.add_roster()
    first = await world.post_war()
    await world.say("!scan")
    assert len(world.reader.reads) == 1
    old, new = world.answers
    assert old.id == first.id
    assert labels(old) == []
    assert new.jump_url in old.content
    await world.admin.click(new, label="Save")
    assert "War 1 is kept" in words(world.answer)


async def test_a_command_with_a_picture_is_answered_once(world: World) -> None:
    data = world.reader.teach(picture(13), reading())
    await world.admin.send(world.channel, "!scan", attachments=[("table.png", data)])
    assert len(world.answers) == 1


async def test_a_command_with_several_pictures_answers_each(world: World) -> None:
    files = [(f"{number}.png", world.reader.teach(picture(number), reading())) for number in (14, 15)]
    await world.admin.send(world.elsewhere, "!scan", attachments=files)
    assert [words(message).split("\n")[0] for message in world.elsewhere.history()[1:]] == ["CR 493 : 491 QZ (+2)"] * 2


async def test_a_command_with_a_bad_file_reads_the_others(world: World) -> None:
    files = [("a.png", b"words"), ("b.png", world.reader.teach(picture(17), reading()))]
    await world.admin.send(world.elsewhere, "!scan", attachments=files)
    told = [words(message) for message in world.elsewhere.history()[1:]]
    assert told[0].startswith("**a.png**: It is no PNG")
    assert "CR 493 : 491 QZ" in told[1]


async def test_typed_wars_are_reviewed_like_pictures(world: World) -> None:
    await world.add_roster()
    text = "CR: Comet 92, Pixel 88, Marlin 85, Willow 82, Juniper 76, Tango 70 vs QZ 491"
    assert "493 : 491" in await world.say(f"!addwar {text}")
    await world.admin.click(world.answer, label="Save")
    assert "War 1 is kept" in words(world.answer)


async def test_a_table_is_pasted_into_a_form(world: World) -> None:
    await world.add_roster()
    lorenzi = "CR - Comet Racers #2060e0\nComet 92\nPixel 88\n\nQZ - Quartz\nRipple 90\nUmber 80\n"
    form = await world.alice.slash(world.channel, "addwar")
    assert form.modal is not None
    result = await world.alice.submit_modal(form, {"text": f"```\n{lorenzi}```"})
    assert "CR 180 : 170 QZ" in said(result)
    await world.alice.click(world.answer, label="Save")
    assert "War 1 is kept" in words(world.answer)


async def test_what_was_pasted_is_given_back_with_the_mistake(world: World) -> None:
    form = await world.alice.slash(world.channel, "addwar")
    result = await world.alice.submit_modal(form, {"text": "Comet ninety"})
    assert "Comet ninety\n```" in said(result)


async def test_typed_nonsense_names_the_line(world: World) -> None:
    assert "Comet ninety" in await world.say("!addwar Comet ninety")
    assert "such as" in await world.say("!addwar")


async def test_mentioning_the_bot_tells_the_prefix(world: World) -> None:
    assert world.bot.user is not None
    assert "`!`" in await world.say(f"<@{world.bot.user.id}>")
    assert "Leaderboard" in await world.say(f"<@{world.bot.user.id}> leaderboard")
    assert isinstance(world.answer, discord.Message)
