"""Pictures taken along in zips and put back where their wars were brought in: those, and no others."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest

from bot.services.errors import BadInput
from bot.services.pictures import Brought
from mkw.ids import WarId
from tests.services.conftest import EDITOR, OTHER_SERVER, SERVER, STRANGER, Clan, table
from tests.services.packs import names_in, zips
from tests.services.test_bringing_in import brought_in
from tests.services.test_export import exported


def packed(*pictures: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, picture in enumerate(pictures):
            archive.writestr(f"../{number}.png", picture)
    return made.getvalue()


async def saved(clan: Clan, *pictures: bytes) -> None:
    """A war of each, the second won by two points more than the first, and so on."""
    await clan.players()
    for number, data in enumerate(pictures):
        reading = table((110 + number, 95, 88, 76, 64, 60))
        review = await clan.upload(reading, data=data)
        await clan.services.reviews.save(EDITOR, review.upload_id)


async def elsewhere(clan: Clan) -> None:
    await brought_in(clan, await exported(clan))


async def test_every_picture_is_in_some_zip_and_none_is_larger_than_asked(clan: Clan) -> None:
    pictures = [bytes([number]) * 3_000 for number in range(7)]
    await saved(clan, *pictures)
    await clan.upload(data=b"of no war")
    found = await zips(clan, SERVER, most_bytes=8_000)
    assert len(found) == 4
    assert all(len(one) <= 8_000 for one in found)
    assert names_in(found) == {hashlib.sha256(one).hexdigest() for one in (*pictures, b"of no war")}
    assert len(await zips(clan, SERVER)) == 1
    assert await zips(clan, OTHER_SERVER) == []


async def test_a_picture_that_fits_into_no_zip_or_is_gone_is_left_out(clan: Clan) -> None:
    await saved(clan, b"small", b"large" * 1_000, b"gone")
    gone = hashlib.sha256(b"gone").hexdigest()
    (clan.data_dir / "pictures" / gone[:2] / gone).unlink()
    assert names_in(await zips(clan, SERVER, most_bytes=2_000)) == {hashlib.sha256(b"small").hexdigest()}


async def test_pictures_of_an_imported_war_are_put_in_place_once(clan: Clan) -> None:
    await saved(clan, b"one", b"two")
    (data,) = await zips(clan, SERVER)
    await elsewhere(clan)
    for sha256 in names_in([data]):
        (clan.data_dir / "pictures" / sha256[:2] / sha256).unlink()
    assert await zips(clan, OTHER_SERVER) == []
    bring_in = clan.services.pictures.bring_in
    assert await bring_in(STRANGER, packed(b"one", b"of nobody", b"two")) == Brought(new=2, known=0, strange=1)
    assert await bring_in(STRANGER, data) == Brought(new=0, known=2, strange=0)
    assert names_in(await zips(clan, OTHER_SERVER)) == names_in([data])
    said = [change.text for change in await clan.services.history.newest(OTHER_SERVER, limit=1)]
    assert said == ["brought in 2 pictures"]


async def test_the_picture_of_an_imported_war_is_known_when_it_is_posted_again(clan: Clan) -> None:
    await saved(clan, b"one")
    await elsewhere(clan)
    clan.reader.says = table((60, 50, 40, 30, 20, 10))  # read otherwise this time
    received = await clan.services.intake.receive(clan.picture(b"one", server_id=OTHER_SERVER))
    review = await clan.services.intake.process(OTHER_SERVER, received.upload_id)
    assert review.duplicate_of == WarId(1)


async def test_an_import_taken_back_leaves_no_picture_of_a_war(clan: Clan) -> None:
    await saved(clan, b"one")
    await elsewhere(clan)
    await clan.services.history.undo(STRANGER)
    assert await clan.services.pictures.bring_in(STRANGER, packed(b"one")) == Brought(new=0, known=0, strange=1)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04rest", b"no zip", packed(b"x" * 5_000)[:-30]])
async def test_what_is_no_zip_is_refused(clan: Clan, data: bytes) -> None:
    with pytest.raises(BadInput, match="no zip of pictures"):
        await clan.services.pictures.bring_in(EDITOR, data)


async def test_a_zip_that_unpacks_to_too_much_is_refused(clan: Clan) -> None:
    with pytest.raises(BadInput, match="more than 200 MB"):
        await clan.services.pictures.bring_in(EDITOR, packed(*[b"\0" * 20_000_000] * 11))
