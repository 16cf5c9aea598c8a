"""The track somebody means, or the question which one."""

from __future__ import annotations

from bot.services.errors import NotFound
from bot.services.texts import tidy
from mkw.tracks import Track, find_track

_SHOWN = 40


def track_meant(text: str) -> Track:
    """By abbreviation, name or a part of it. Raises NotFound with `suggestions` for what is not certain."""
    found = find_track(text)
    if found.track is None:
        typed = tidy(text)[:_SHOWN]
        if not found.near:
            raise NotFound(f"No track is called {typed}; write it like `rDKP`, `dkp` or `DK Pass`.")
        near = tuple(f"{track.track_id} {track.name}" for track in found.near)
        raise NotFound(f"Which track is meant by {typed}?", suggestions=near)
    return found.track
