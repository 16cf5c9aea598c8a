"""The card is drawn for everybody: any script, any team, no war, one war, many."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from bot.rendering.profile import HEIGHT, WIDTH, draw_profile
from bot.rendering.theme import THEMES
from bot.services.player import Player, PlayerStatus
from bot.services.profiles import Profile
from bot.services.teams import Team
from mkw.ids import PlayerId, ServerId, TeamId
from mkw.statistics import player_statistics
from tests.bot.samples import HOSTILE
from tests.mkw.records import Kept, record

SERVER = ServerId(1)
COMET = Player(SERVER, PlayerId(1), "Comet", PlayerStatus.MEMBER, country="DE")
BLUE = Team(SERVER, TeamId(1), "Comet Blue", "CRB", "#2f6fed")


def profile(*scores: int, player: Player = COMET, team: Team | None = None) -> Profile:
    played = record(*(Kept({COMET.player_id: score}, own=493, foes=(("CB", 491),)) for score in scores))
    return Profile(
        player, team, player_statistics(played.of(COMET.player_id)), tuple(float(score) for score in scores[-20:])
    )


def opened(shown: Profile, **more: object) -> Image.Image:
    image = Image.open(io.BytesIO(draw_profile(shown, **more)))  # type: ignore[arg-type]
    image.load()
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (WIDTH, HEIGHT))
    return image


def has(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    return colour in {found for _, found in image.getcolors(1 << 24) or []}


@pytest.mark.parametrize("scores", [(), (92,), (92, 92), (0, 180), tuple(range(60, 120))])
def test_any_number_of_wars(scores: tuple[int, ...]) -> None:
    assert opened(profile(*scores)).tobytes() != opened(profile(*scores, 101)).tobytes()


@pytest.mark.parametrize("name", [*HOSTILE, "ßσσ ★Comet☆", "かぜのプレイヤー", "김치", "W" * 60, "🏁"])
def test_any_name_and_team(name: str) -> None:
    team = replace(BLUE, name=name, tag=name[:60])
    opened(profile(92, 80, player=replace(COMET, name=name), team=team), clan=name)


def test_the_team_gives_its_colour_and_the_style_its_ground() -> None:
    blue = (0x2F, 0x6F, 0xED)
    assert has(opened(profile(92, 80, team=BLUE)), blue)
    assert not has(opened(profile(92, 80)), blue)
    for theme in THEMES.values():
        assert opened(profile(92, 80), theme=theme).getpixel((2, 0)) == theme.back[0]


def test_who_is_off_the_roster_is_drawn_as_such() -> None:
    assert opened(profile(92)).tobytes() != opened(profile(92, player=replace(COMET, removed=True))).tobytes()
