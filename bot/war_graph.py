"""The difference of one war race by race, with the names of its tracks, as a picture in an answer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import discord

from bot.graphing import Kind, draw
from bot.services.errors import NotFound
from bot.war_texts import war_result

if TYPE_CHECKING:
    from bot.services.house import Services
    from bot.services.wars import War
    from mkw.ids import ServerId

RACES_PICTURE = "races.png"


async def war_graph(
    services: Services, server_id: ServerId, war: War, *, theme: str = "dark"
) -> tuple[discord.Embed, discord.File]:
    """Raises NotFound, with the words for it, where no difference of a race is known."""
    scope = await services.statistics.scope(server_id)
    every = await services.statistics.races(server_id)
    races = every.take(every.wars.number[every.war] == war.war_id)
    title = f"War {war.war_id}: {war_result(war)}"
    tags = " vs ".join(side.tag or "?" for side in (war.our_side, *war.opponents[:3]))
    drawn = await draw(Kind.RACES, scope, [], clan=f"War {war.war_id}", note=tags, theme=theme, races=races)
    if drawn.picture is None:
        raise NotFound(drawn.words or "There is nothing to draw.")
    embed = discord.Embed(title=title[:250]).set_image(url=f"attachment://{RACES_PICTURE}")
    file = discord.File(io.BytesIO(drawn.picture), RACES_PICTURE, description=f"{title}, race by race"[:1000])
    return embed, file
