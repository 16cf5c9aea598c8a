"""Statistics computed by hand: averages, a substitute's share, the differential, who is shown."""

from __future__ import annotations

import pytest

from mkw.ids import MessageId
from mkw.metrics import BY_KEY
from tests.services.conftest import CHANNEL, EDITOR, OTHER_SERVER, SERVER, Clan


async def keep(clan: Clan, text: str) -> None:
    number = int(clan.clock().timestamp())
    review = await clan.services.reviews.typed(EDITOR, CHANNEL, MessageId(number), text)
    await clan.services.reviews.save(EDITOR, review.upload_id)
    clan.clock.pass_days(1)


async def three_wars(clan: Clan) -> None:
    await clan.players("Comet", "Pixel", "Ghost", "Idle")
    # 300 : 200, Comet plays everything; Pixel 7 races, Ghost the other 5
    await keep(clan, "Comet 180, Pixel (7) 70, Ghost (5) 50 vs CB 200")
    # 150 : 250
    await keep(clan, "Comet 90, Pixel 60 vs KT 250")
    # 200 : 200, but 20 off ours
    await keep(clan, "Comet 120, Ghost 80 vs CB 200, -20 ours")


async def test_a_players_numbers(clan: Clan) -> None:
    await three_wars(clan)
    roster, statistics = clan.services.roster, clan.services.statistics
    comet = await statistics.player(SERVER, (await roster.find(SERVER, "Comet")).player_id)
    assert (comet.wars, comet.races, comet.points) == (3.0, 36, 390)
    assert comet.average == pytest.approx(130.0)
    assert (comet.wins, comet.losses, comet.draws) == (1, 2, 0)
    assert comet.win_rate == pytest.approx(1 / 3)
    assert comet.differential == pytest.approx(100 - 100 + 0)  # real totals: the penalty costs no differential
    assert comet.highest is not None
    assert comet.lowest is not None
    assert (comet.highest.score, comet.lowest.score) == (180, 90)
    assert [war.opponent_tag for war in comet.last] == ["CB", "KT", "CB"]

    pixel = await statistics.player(SERVER, (await roster.find(SERVER, "Pixel")).player_id)
    assert pixel.wars == pytest.approx(19 / 12)
    assert pixel.average == pytest.approx(130 / (19 / 12))
    assert pixel.differential == pytest.approx(100 * 7 / 12 - 100)
    assert pixel.highest is not None
    assert pixel.highest.score == 60


async def test_the_newest_only(clan: Clan) -> None:
    await three_wars(clan)
    player_id = (await clan.services.roster.find(SERVER, "Comet")).player_id
    newest = await clan.services.statistics.player(SERVER, player_id, last=1)
    assert (newest.points, newest.races) == (120, 12)
    assert (await clan.services.statistics.team(SERVER, last=2)).wars == 2


async def test_the_teams_numbers(clan: Clan) -> None:
    await three_wars(clan)
    team = await clan.services.statistics.team(SERVER)
    assert (team.wars, team.wins, team.losses, team.draws) == (3, 1, 2, 0)
    assert team.differential == 0
    assert team.average == pytest.approx(650 / 3)
    assert (await clan.services.statistics.team(OTHER_SERVER)).wars == 0


async def test_the_leaderboard(clan: Clan) -> None:
    await three_wars(clan)
    board = await clan.services.statistics.leaderboard(SERVER)
    # Ghost: 130 in 17 races; Pixel: 130 in 19
    assert [(row.rank, row.name, row.value) for row in board.rows] == [
        (1, "Comet", pytest.approx(130.0)),
        (2, "Ghost", pytest.approx(130 / (17 / 12))),
        (3, "Pixel", pytest.approx(130 / (19 / 12))),
    ]
    assert board.hidden == 0  # Idle never played
    few = await clan.services.statistics.leaderboard(SERVER, BY_KEY["wars"], minimum=1.5)
    assert [row.name for row in few.rows] == ["Comet", "Pixel"]
    assert few.hidden == 1
    highest = await clan.services.statistics.leaderboard(SERVER, BY_KEY["highest"])
    assert [(row.name, row.value) for row in highest.rows] == [("Comet", 180.0), ("Ghost", 80.0), ("Pixel", 60.0)]
    assert (await clan.services.statistics.leaderboard(OTHER_SERVER)).rows == ()


async def test_equal_values_share_a_rank(clan: Clan) -> None:
    await clan.players("Comet", "Pixel", "Ghost")
    await keep(clan, "Comet 100, Pixel 100, Ghost 90 vs CB 200")
    board = await clan.services.statistics.leaderboard(SERVER)
    assert [(row.rank, row.name) for row in board.rows] == [(1, "Comet"), (1, "Pixel"), (3, "Ghost")]


async def test_a_change_is_seen_at_once(clan: Clan) -> None:
    await three_wars(clan)
    statistics = clan.services.statistics
    player_id = (await clan.services.roster.find(SERVER, "Comet")).player_id
    assert (await statistics.player(SERVER, player_id)).points == 390
    newest = (await clan.services.wars.page(SERVER)).wars[0]
    await clan.services.wars.remove(EDITOR, newest.war_id)
    assert (await statistics.player(SERVER, player_id)).points == 270
    assert (await statistics.leaderboard(SERVER)).rows[0].value == 135
    await clan.services.roster.rename(EDITOR, player_id, "Meteor")
    assert (await statistics.leaderboard(SERVER)).rows[0].name == "Meteor"


async def test_pages_of_wars(clan: Clan) -> None:
    await three_wars(clan)
    first = await clan.services.wars.page(SERVER, size=2)
    assert [war.war_id for war in first.wars] == [3, 2]
    assert (first.pages, first.total) == (2, 3)
    last = await clan.services.wars.page(SERVER, page=9, size=2)
    assert [war.war_id for war in last.wars] == [1]
    assert last.page == 1
    empty = await clan.services.wars.page(OTHER_SERVER)
    assert (empty.wars, empty.page, empty.pages, empty.total) == ((), 0, 1, 0)
