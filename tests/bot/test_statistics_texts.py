"""Statistics in words."""

from __future__ import annotations

from datetime import date

import pytest

from bot.asking import Question
from bot.filter_words import parse
from bot.services.statistics import Leaderboard, LeaderboardRow
from bot.statistics_texts import (
    COMPARED,
    compare_text,
    leaderboard_lines,
    metrics_text,
    player_embed,
    scope_note,
    team_embed,
    value_text,
)
from bot.war_texts import war_choice, war_embed, war_line, war_result
from mkw.filters import Rooms
from mkw.ids import PlayerId
from mkw.metrics import AVERAGE, BY_KEY, METRICS
from mkw.statistics import player_statistics, team_statistics
from tests.bot.samples import HOSTILE, war
from tests.mkw.records import A, Kept, record

ROOMS = Rooms(12, 3, 0)
PART = record(Kept({A: (44, 7)}, [("QZ", 491)], own=493))
WON = record(Kept(own=493, foes=[("QZ", 491, 20)]))


def test_a_player_with_a_part_of_a_war() -> None:
    embed = player_embed("Comet", player_statistics(PART.of(A)), note="last 10")
    fields = {field.name: field.value for field in embed.fields}
    assert (embed.title, embed.footer.text) == ("Comet", "last 10")
    assert fields["Wars"] == "0.58 wars (7 races)"
    assert fields["Won-lost-drawn"] == "1-0-0 (100 %)"
    assert fields["Last wars"] == "**44** (7) · +2 vs QZ · war 1"
    assert fields["Highest / lowest"] == "– / –"


def test_nothing_played_is_said() -> None:
    nothing = record()
    assert str(player_embed("Comet", player_statistics(nothing.of(A))).description).endswith("for this player yet.")
    assert "that fits" in str(player_embed("Comet", player_statistics(nothing.of(A)), note="last 5").description)
    assert "No war" in str(team_embed("CR", team_statistics(nothing.wars)).description)


def test_the_team() -> None:
    embed = team_embed("CR", team_statistics(WON.wars))
    fields = {field.name: field.value for field in embed.fields}
    assert fields["Best / worst"] == "+22 (war 1) / +22 (war 1)"
    assert fields["Last wars"] == "**493** · +22 vs QZ · war 1"
    assert fields["Margins"] == "won by 22.0, lost by –"


@pytest.mark.parametrize("count", [2, 3, 4, 6])
def test_players_side_by_side_fit_a_phone(count: int) -> None:
    every = [PART.of(A)] * count
    text = compare_text(HOSTILE[:count], every)
    assert max(map(len, text.split("\n"))) <= 52
    assert all(word in text for word in ("average", "form", "steady", "75.4"))
    assert text.count("75.4") == 2 * count  # average and form
    assert len(COMPARED) == 9


@pytest.mark.parametrize(
    ("typed", "rooms", "note"),
    [
        ("", ROOMS, ""),
        ("last 10 by form", ROOMS, "last 10"),
        ("vs CB 12p", ROOMS, "12p · vs CB"),
        ("", Rooms(12, 3, 2), "12p · 2 wars of 24p stand apart (add 24p)"),
        ("24p", Rooms(24, 3, 2), "24p · 3 wars of 12p stand apart (add 12p)"),
        ("", Rooms(24, 0, 2), "24p"),
    ],
)
def test_an_answer_says_what_it_is_about(typed: str, rooms: Rooms, note: str) -> None:
    words = parse(typed, date(2026, 3, 1))
    assert scope_note(Question(words, words.filter), rooms) == note


def test_every_metric_has_its_meaning() -> None:
    text = metrics_text()
    assert all(f"`{metric.key}` {metric.name}: {metric.meaning}" in text for metric in METRICS)
    assert len(text) < 3000


def test_leaderboard_lines_share_a_rank_and_hide_nothing() -> None:
    rows = tuple(LeaderboardRow(1, PlayerId(n), name, 75.4, 0.5833) for n, name in enumerate(HOSTILE, 1))
    lines = leaderboard_lines(Leaderboard(AVERAGE, rows, 0.0, 0, ROOMS))
    assert len(lines) == len(HOSTILE)
    assert all(line.startswith("1  ") and "\n" not in line and "`" not in line for line in lines)
    assert max(map(len, lines)) <= 40


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("winrate", 0.625, "62 %"),
        ("differential", -14.2, "-14.2"),
        ("highest", 131.0, "131"),
        ("average", 82.06, "82.1"),
        ("wars", 2.5, "2.50 wars"),
        ("average", None, "–"),
    ],
)
def test_values(metric: str, value: float | None, text: str) -> None:
    assert value_text(BY_KEY[metric], value) == text


def test_wars() -> None:
    assert war_result(war()) == "CR 493 : 491 QZ (+2)"
    assert war_line(war()).startswith("**12** · CR 493 : 491 QZ (+2) · <t:")
    assert war_choice(war()) == "War 12 vs QZ 493:491, 18 Jul 2025"
    assert "removed" in str(war_embed(war(removed=True)).description)
    assert war_result(war(sides=war().sides[:1])) == "CR 493"
