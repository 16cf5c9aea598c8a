"""All use cases, put together once at start and passed to whoever calls them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.history import HistoryService
from bot.services.intake import IntakeService
from bot.services.review import ReviewService
from bot.services.roster import RosterService
from bot.services.settings import SettingsService
from bot.services.statistics import StatisticsService
from bot.services.wars import WarService


@dataclass(frozen=True, slots=True)
class Services:
    settings: SettingsService
    intake: IntakeService
    reviews: ReviewService
    roster: RosterService
    wars: WarService
    statistics: StatisticsService
    history: HistoryService
