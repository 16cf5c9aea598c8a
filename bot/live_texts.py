"""A live war in words, short enough for a phone. Pure: what was told in, lines and embeds out."""

from __future__ import annotations

import discord

from bot.answer_texts import NAME_LIMIT, QUIET, SURE, UNSURE, averages_text, fitted
from bot.rendering.text import signed
from bot.services.live import Ended
from bot.services.live_telling import LiveView, Told
from bot.wording import escape, own_words
from mkw.live import LiveRace, LiveWar, Standing, differences, penalty_of, player_sheets, race_points, standing
from mkw.places import written
from mkw.points import race_sum
from mkw.tracks import BY_ID

PLACES_SHOWN = 12  # players of a final card
HOW = (
    "Type the track (`sgb`, `shy guy`), then your places (`1 3 4 7 9 12`, `13479+`, `1-3 7 9-`), or both in one line; "
    "`Cyn 1, Willow 3 …` says who took which. `back` · `race 7 …` · `sub Willow -> Ghost` · `pen 20 theirs repick` · "
    "`dc Cyn` · `note …` · `pause` · `score` · `end`"
)


def begun_embed(view: LiveView) -> discord.Embed:
    war = view.war
    title = f"Live: {_tag(war, 0)} vs {', '.join(_tag(war, side) for side in range(1, len(war.sides)))}"
    embed = discord.Embed(title=title[:256], description=HOW, colour=SURE)
    return embed.set_footer(text=f"{war.form.value} · {war.length} races")


def told_embed(told: Told) -> discord.Embed | None:
    """After a race: the race, the score, what is left and needed. None where a line says it all."""
    if not (told.raced or told.shown):
        return None
    war = told.view.war
    before = told.done[:-1] if told.raced else told.done
    lines = [own_words(line, limit=200) for line in before] if len(before) <= 3 else [f"{len(told.done)} lines told."]
    if war.races and told.raced:
        lines.append(f"`{written(war.races[-1].places)}`{_who(war.races[-1])}")
    lines += [score_line(war), left_line(war)]
    lines += [f"⚠ {own_words(remark, limit=250)}" for remark in told.remarks]
    lines += [own_words(told.problem, limit=400)] if told.problem else []
    title = race_title(war, len(war.races)) if war.races else "No race yet"
    colour = _colour(standing(war)) if not (told.problem or told.remarks) else UNSURE
    return discord.Embed(title=title[:256], description=fitted("\n".join(lines)), colour=colour)


def told_text(told: Told) -> str:
    """Where no race was told: what was done, in a line each."""
    lines = [f"{own_words(line[:1].upper() + line[1:], limit=250)}." for line in told.done]
    if told.done and told.view.war.races:
        lines.append(score_line(told.view.war))
    lines += [f"⚠ {own_words(remark, limit=250)}" for remark in told.remarks]
    lines += [own_words(told.problem, limit=400)] if told.problem else []
    return "\n".join(lines)


def race_title(war: LiveWar, number: int) -> str:
    """`Race 5 · Shy Guy Bazaar · 45 : 37 (+8)`."""
    race = war.races[number - 1]
    ours, others = race_points(race, war.form)
    parts = [f"Race {number}", *([BY_ID[race.track].name] if race.track is not None else [])]
    parts.append(f"{ours} : {others} ({signed(ours - others)})" if war.form.sides == 2 else f"{ours} points")
    return " · ".join(parts)


def score_line(war: LiveWar) -> str:
    """`**DX 220 : 190 CB (+30)**`; of 24 players only ours is known."""
    now = standing(war)
    taken = [(side, penalty_of(war, side)) for side in range(len(war.sides))]
    off = [f"{signed(-points)} {_tag(war, side)}" for side, points in taken if points]
    penalties = f" · penalties {', '.join(off)}" if off else ""
    if now.theirs is None or now.difference is None:
        even = (race_sum(war.form.room) or 0) * len(war.races) // war.form.sides
        above = signed(now.ours - even)
        return f"**{_tag(war, 0)} {now.ours}** ({above} on an even share){penalties}"
    return f"**{_tag(war, 0)} {now.ours} : {now.theirs} {_tag(war, 1)} ({signed(now.difference)})**{penalties}"


def left_line(war: LiveWar) -> str:
    """`7 races left · needs -28 or better in the last 7`, `**win assured**`, or that it is over."""
    now = standing(war)
    left = "1 race left" if now.left == 1 else f"{now.left} races left"
    left = f"paused · {left}" if war.paused else left
    if not now.left:
        return "All races are told: `end` keeps the war."
    if now.settled:
        return f"{left} · **{'win assured' if now.settled > 0 else 'out of reach'}**"
    if now.needed is None:
        return left
    span = "the last race" if now.left == 1 else f"the last {now.left}"
    return f"{left} · needs {signed(now.needed)} or better in {span}"


def _who(race: LiveRace) -> str:
    if not race.who:
        return ""
    return " " + ", ".join(f"{escape(name, limit=NAME_LIMIT)} {place}" for name, place in race.who)


def _colour(now: Standing) -> discord.Colour:
    return QUIET if now.difference is None else SURE if now.difference >= 0 else UNSURE


def _tag(war: LiveWar, side: int) -> str:
    tag = war.sides[side]
    return escape(tag, limit=NAME_LIMIT) if tag else f"side {side + 1}"


# --- when it is over ------------------------------------------------------------------------------------------------


def final_text(ended: Ended) -> str:
    """Best and worst race, both halves, everybody's places, and what does not close."""
    war = ended.view.war
    blocks = ["\n".join(race_lines(war)), "\n".join(player_lines(war)), averages_text(ended.averages)]
    if ended.off:
        blocks.append(f"✗ {ended.off}: kept as told; `war side {ended.war_id} 2 total 430` corrects a side.")
    if ended.untold:
        races, alone = ", ".join(map(str, ended.untold)), len(ended.untold) == 1
        what = f"Race {races} does not say" if alone else f"Races {races} do not say"
        blocks.append(f"{what} who took every place: players have the races they were named in; `undo` opens it again.")
    return fitted("\n\n".join(block for block in blocks if block))


def race_lines(war: LiveWar) -> list[str]:
    if war.form.sides != 2 or not war.races:
        return []
    by_race = differences(war)
    order = sorted(range(len(by_race)), key=lambda place: by_race[place])
    lines = [f"Best: {_race_said(war, order[-1])} · worst: {_race_said(war, order[0])}"]
    if len(by_race) > 1:
        half = len(by_race) // 2
        lines.append(f"First half {signed(sum(by_race[:half]))} · second half {signed(sum(by_race[half:]))}")
    return lines


def _race_said(war: LiveWar, place: int) -> str:
    track = war.races[place].track
    name = f"race {place + 1}" + (f" {track}" if track is not None else "")
    return f"{name} ({signed(differences(war)[place])})"


def player_lines(war: LiveWar) -> list[str]:
    """The points, then the place of every race; a dash where somebody else raced."""
    lines = []
    for sheet in player_sheets(war)[:PLACES_SHOWN]:
        places = {race: place for race, place, _ in sheet.races}
        row = " ".join(str(places.get(race, "–")) for race in range(1, len(war.races) + 1))
        raced = f" ({len(sheet.races)})" if len(sheet.races) != len(war.races) else ""
        lines.append(f"**{escape(sheet.name, limit=NAME_LIMIT)}**{raced} {sheet.score} `{row}`")
    return lines


def idle_text(view: LiveView) -> str:
    told = f"{len(view.war.races)} of {view.war.length} races are told"
    return f"Nothing was told for six hours. Is the war against {escape(view.against)} over? {told}."
