"""What can go wrong for a person, each with the sentence they read. Nothing here knows Discord.

Every text says what happened and what to do next; it is shown as it is (names in it are escaped by whoever shows it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.services.levels import Level


class UserProblem(Exception):  # noqa: N818 -- they are answers to people
    """Something the person can mend. `str(problem)` is the text for them."""


class NotFound(UserProblem):
    """Nothing of this server has that name or number."""

    def __init__(self, text: str, *, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.suggestions = suggestions


class BadInput(UserProblem):
    """A value that cannot be taken, with what is allowed."""


class Conflict(UserProblem):
    """Somebody else was quicker, or the thing has changed meanwhile."""


class AlreadyExists(UserProblem):
    """A name that must be one of a kind is taken."""


class LevelTooLow(UserProblem):
    """Somebody may not do that; `needed` is the level that may."""

    def __init__(self, text: str, needed: Level) -> None:
        super().__init__(text)
        self.needed = needed


class RecordsAway(UserProblem):
    """The database did not answer in time. Nothing sent was lost."""


class NotKept(UserProblem):
    """What was sent could not be taken, for a reason that will pass (`why`, a sentence): it is where it was sent, and
    nowhere else."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} Try again in a few minutes.")
        self.why = why
