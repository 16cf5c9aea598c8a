"""Broken rules of the schema, as errors of the domain: one place knows the constraints' names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from db.pool import DB_DOWN

__all__ = ["DB_DOWN", "RuleBrokenError", "TakenError", "rules"]


class RuleBrokenError(Exception):
    """A rule of the schema refused a write. `str(error)` says the rule in words, `constraint` names it."""

    def __init__(self, text: str, constraint: str) -> None:
        super().__init__(text)
        self.constraint = constraint


class TakenError(RuleBrokenError):
    """Something that must be one of a kind is there already."""


_TAKEN = {
    "spellings_pkey": "That name belongs to a player already.",
    "spellings_of_player": "That player has this spelling already.",
    "players_one_per_discord_user": "That Discord user is another player already.",
    "uploads_attachment_once": "That attachment was taken in already.",
    "uploads_typed_once": "That message was taken in already.",
    "uploads_one_per_war": "That war has an upload already.",
    "war_lines_one_per_player": "A player can stand only once in a war.",
    "wars_pkey": "That war is kept already.",
    "uploads_one_running_a_channel": "This channel collects a war race by race already.",
    "races_pkey": "That race of the war is kept already.",
    "races_one_per_picture": "That picture is a race of this war already.",
    "race_results_line_once": "A player can stand only once in a race.",
    "seasons_name_once": "A season has that name already.",
    "race_results_place_once": "A place can be taken only once in a race.",
    "teams_name_once": "That name belongs to a team already.",
    "status_roles_pkey": "That role means a status already.",
    "level_roles_pkey": "That role has a level already.",
    "bulk_scans_one_running": "A bulk scan is running on this server already.",
    "sign_ups_pkey": "A sign-up has that number already.",
    "sign_up_answers_turn_once": "Somebody has that turn already.",
    "live_wars_one_a_channel": "A live war runs in this channel already.",
}

_BROKEN = {
    "servers_prefix_short": "A prefix has 1 to 5 characters and no space.",
    "servers_clan_name_tidy": "A clan's name has 1 to 60 characters.",
    "servers_clan_tags_few": "A clan has at most 20 tags.",
    "players_name_tidy": "A name has 1 to 60 characters.",
    "players_status_known": "A status is member, trial, ally or former.",
    "players_country_code": "A country is two letters, such as DE.",
    "players_name_fkey": "A player's name must be one of their spellings.",
    "spellings_tidy": "A name has 1 to 60 characters.",
    "spellings_folded_visible": "A name needs a letter, a digit or another visible character.",
    "wars_races_possible": "A war has 1 to 48 races.",
    "wars_our_side_fkey": "Exactly one side of a war is ours.",
    "war_sides_tag_tidy": "A tag has 1 to 60 characters.",
    "war_sides_total_possible": "That total cannot be reached.",
    "war_sides_penalty_possible": "A penalty lies between -1000 and 1000.",
    "war_lines_name_tidy": "A drawn name has 1 to 200 characters.",
    "war_lines_races_possible": "A player races 1 to 48 races.",
    "war_lines_score_possible": "A score lies between 0 and 15 a race.",
    "war_lines_penalty_possible": "A penalty lies between -1000 and 1000.",
    "war_lines_player_fkey": "That player is not of this server.",
    "uploads_saved_has_war": "An upload is saved exactly when it has a war.",
    "uploads_joined_somewhere": "An upload is joined exactly when another carries it.",
    "uploads_joined_to_another": "A picture cannot be joined to itself.",
    "uploads_joined_fkey": "The picture it is joined to is not of this server.",
    "uploads_own_draft_beside_one": "Only a picture that was read has a draft of its own.",
    "seasons_name_tidy": "A season's name has 1 to 40 characters.",
    "seasons_days_in_order": "A season ends on or after the day it begins.",
    "races_number_counts": "A war has races 1 to 48.",
    "races_upload_fkey": "That picture is not of this server.",
    "race_results_place_possible": "A place lies between 1 and 24.",
    "race_results_points_possible": "A race gives 0 to 15 points.",
    "race_results_line_fkey": "Whoever raced must stand in the war.",
    "race_results_side_fkey": "Whoever raced must be of a side of the war.",
    "race_results_line_or_place": "Whoever is not known must have a place in the race.",
    "races_track_short": "A track is an abbreviation such as rDKP.",
    "teams_name_tidy": "A team's name has 1 to 60 characters.",
    "teams_folded_visible": "A name needs a letter, a digit or another visible character.",
    "teams_tag_tidy": "A tag has 1 to 60 characters.",
    "teams_colour_hex": "A colour is written like #e02020.",
    "players_team_fkey": "Players are in that team, or it is not of this server.",
    "status_roles_status_known": "A status is member, trial, ally or former.",
    "level_roles_level_known": "A role gives the level trusted, moderator or admin.",
    "bulk_scans_messages_counted": "A bulk scan looks at one message at least.",
    "bulk_pictures_upload_fkey": "That picture is not of this server.",
    "uploads_bulk_fkey": "That bulk scan is not of this server.",
    "war_pictures_sha256_hex": "A picture is known by its sha256.",
    "wars_note_tidy": "A note has 1 to 500 characters.",
    "servers_locale_short": "A locale is such as en or de-CH.",
    "servers_live_typing_known": "Everyone, trusted or moderators tell a live war.",
    "live_wars_kept_has_war": "A live war is kept exactly when it has a war.",
    "sign_ups_size_possible": "A side has 2 to 12 players.",
    "sign_ups_opponent_tidy": "A tag has 1 to 60 characters.",
    "sign_ups_remind_before": "A reminder comes before the time.",
    "sign_up_answers_known": "An answer is can, maybe or substitute.",
    "sign_up_answers_sign_up_fkey": "That sign-up is not of this server.",
    "uploads_live_fkey": "That live war is not of this server.",
}


def rule_in_words(error: asyncpg.IntegrityConstraintViolationError) -> str:
    """The sentence of a broken constraint."""
    name = error.constraint_name or ""
    return _TAKEN.get(name) or _BROKEN.get(name) or "A rule of the records does not hold."


@contextmanager
def rules() -> Iterator[None]:
    """Around writes: a broken constraint comes out as TakenError or RuleBrokenError."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        name = error.constraint_name or ""
        if name in _TAKEN:
            raise TakenError(_TAKEN[name], name) from error
        raise RuleBrokenError(_BROKEN.get(name, "The records refuse this: a rule does not hold."), name) from error
