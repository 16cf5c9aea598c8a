"""Statistics in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.services.statistics import Leaderboard, LeaderboardRow, Metric
from bot.statistics_texts import METRIC_NAMES, leaderboard_lines, metric_of, player_embed, team_embed, value_text
from bot.war_texts import war_choice, war_embed, war_line, war_result
from mkw.ids import PlayerId, WarId
from mkw.statistics import PlayerStatistics, PlayerWar, TeamStatistics, TeamWar
from tests.bot.samples import HOSTILE, war

DAY = datetime(2025, 7, 18, tzinfo=UTC)
WAR = PlayerWar(WarId(3), DAY, 44, 7, 12, 493, 491, opponent_tag="QZ")
PLAYED = PlayerStatistics(0.5833, 7, 44, 75.4, 75.4, 1, 0, 0, 1.0, 1.17, 2.0, None, None, (WAR,))
NOTHING = PlayerStatistics(0.0, 0, 0, None, None, 0, 0, 0, None, 0.0, None, None, None, ())


@pytest.mark.parametrize(
    ("typed", "metric"),
    [
        ("average", Metric.AVERAGE),
        ("AVG", Metric.AVERAGE),
        ("last 10", Metric.LAST_10),
        ("win rate", Metric.WIN_RATE),
        ("win-rate", Metric.WIN_RATE),
        ("diff", Metric.DIFFERENTIAL),
        ("colour", None),
    ],
)
def test_what_people_call_a_metric(typed: str, metric: Metric | None) -> None:
    assert metric_of(typed) is metric


def test_every_metric_has_a_name_and_understands_it() -> None:
    for metric in Metric:
        assert metric_of(METRIC_NAMES[metric]) is metric
        assert metric_of(metric.value) is metric


def test_a_player_with_a_part_of_a_war() -> None:
    embed = player_embed("Comet", PLAYED, last=10)
    fields = {field.name: field.value for field in embed.fields}
    assert embed.title == "Comet, last 10"
    assert fields["Wars"] == "0.58 wars (7 races)"
    assert fields["Won-lost-drawn"] == "1-0-0 (100 %)"
    assert fields["Last wars"] == "**44** (7) · +2 vs QZ · war 3"
    assert fields["Highest / lowest"] == "– / –"


def test_nothing_played_is_said() -> None:
    assert "No war" in str(player_embed("Comet", NOTHING, last=None).description)
    empty = TeamStatistics(0, 0, 0, 0, None, None, 0, None, None, None, ())
    assert "No war" in str(team_embed("CR", empty, last=None).description)


def test_the_team() -> None:
    best = TeamWar(WarId(3), DAY, 12, 493, 491, opponent_penalty=20, opponent_tag="QZ")
    embed = team_embed("CR", TeamStatistics(1, 1, 0, 0, 1.0, 493.0, 2, 2.0, best, best, (best,)), last=None)
    fields = {field.name: field.value for field in embed.fields}
    assert fields["Best / worst"] == "+22 (war 3) / +22 (war 3)"
    assert fields["Last wars"] == "**493** · +22 vs QZ · war 3"


def test_leaderboard_lines_share_a_rank_and_hide_nothing() -> None:
    rows = tuple(LeaderboardRow(1, PlayerId(n), name, 75.4, PLAYED) for n, name in enumerate(HOSTILE, 1))
    lines = leaderboard_lines(Leaderboard(Metric.AVERAGE, rows, 0.0, 0))
    assert len(lines) == len(HOSTILE)
    assert all(line.startswith("1  ") and "\n" not in line and "`" not in line for line in lines)
    assert max(map(len, lines)) <= 40


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        (Metric.WIN_RATE, 0.625, "62 %"),
        (Metric.DIFFERENTIAL, -14.2, "-14"),
        (Metric.HIGHEST, 131.0, "131"),
        (Metric.AVERAGE, 82.06, "82.1"),
        (Metric.WARS, 2.5, "2.50 wars"),
        (Metric.AVERAGE, None, "–"),
    ],
)
def test_values(metric: Metric, value: float | None, text: str) -> None:
    assert value_text(metric, value) == text


def test_wars() -> None:
    assert war_result(war()) == "CR 493 : 491 QZ (+2)"
    assert war_line(war()).startswith("**12** · CR 493 : 491 QZ (+2) · <t:")
    assert war_choice(war()) == "War 12 vs QZ 493:491, 18 Jul 2025"
    assert "removed" in str(war_embed(war(removed=True)).description)
    assert war_result(war(sides=war().sides[:1])) == "CR 493"
