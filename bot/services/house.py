"""All use cases, put together once at start and passed to whoever calls them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.services.backups import BackupService
from bot.services.bringing_in import BringInService
from bot.services.bulk import BulkService
from bot.services.editing import EditService
from bot.services.exporting import ExportService
from bot.services.following import FollowService
from bot.services.history import HistoryService
from bot.services.importing import ImportService
from bot.services.intake import IntakeService
from bot.services.links import LinkService
from bot.services.live import LiveService
from bot.services.live_pictures import LivePictureService
from bot.services.merging import MergeService
from bot.services.monthly import MonthlyService
from bot.services.pictures import PictureService
from bot.services.privacy import PrivacyService
from bot.services.profiles import ProfileService
from bot.services.reading_order import ReadingOrder
from bot.services.records import BUDGET, Records
from bot.services.refusals import RefusalService
from bot.services.reports import ReportService
from bot.services.review import ReviewService
from bot.services.roster import RosterService
from bot.services.seasons import SeasonService
from bot.services.settings import SettingsService
from bot.services.several import SeveralService
from bot.services.sign_ups import SignUpService
from bot.services.statistics import StatisticsService
from bot.services.teams import TeamService
from bot.services.wars import WarService

if TYPE_CHECKING:
    from db.pool import Database
    from db.shared_blocks import SharedBlocks
    from ocr.reading import Reading


@dataclass(frozen=True, slots=True)
class Services:
    settings: SettingsService
    intake: IntakeService
    reviews: ReviewService
    several: SeveralService
    roster: RosterService
    links: LinkService
    teams: TeamService
    merging: MergeService
    importing: ImportService
    profiles: ProfileService
    wars: WarService
    editing: EditService
    statistics: StatisticsService
    seasons: SeasonService
    monthly: MonthlyService
    history: HistoryService
    exporting: ExportService
    bringing_in: BringInService
    privacy: PrivacyService
    reports: ReportService
    bulk: BulkService
    live: LiveService
    live_pictures: LivePictureService
    refusals: RefusalService
    pictures: PictureService
    follow: FollowService
    sign_ups: SignUpService
    backups: BackupService


def _utc_now() -> datetime:
    return datetime.now(UTC)


def build_services(
    database: Database,
    read: Callable[[bytes], Awaitable[Reading]],
    data_dir: Path,
    *,
    now: Callable[[], datetime] = _utc_now,
    wait_for_records: float = 45.0,
    order: ReadingOrder | None = None,
    read_later: Callable[[bytes], Awaitable[Reading]] | None = None,
    shared: SharedBlocks | None = None,
    budget: int = BUDGET,
) -> Services:
    """`read` reads one picture (in another process); pictures and the spool lie under `data_dir`. `wait_for_records` is
    how long, in seconds, an upload waits for a database that is away. `order` says whose picture is read when, and how
    many at a time; without it, all at once. `read_later` reads pictures of bulk scans (None: `read` does).
    `shared` is what processes share of what they read (None: nothing).
    `budget` is how many bytes of the records are kept in memory at most."""
    records = Records(database, budget=budget)
    wars = WarService(records, now)
    statistics = StatisticsService(records, now, shared)
    intake = IntakeService(
        records, read, order or ReadingOrder(), data_dir, now, wait=wait_for_records, read_later=read_later
    )
    reviews = ReviewService(records, now)
    return Services(
        settings=SettingsService(records, now),
        intake=intake,
        reviews=reviews,
        several=SeveralService(records, now),
        roster=RosterService(records, now),
        links=LinkService(records, now),
        teams=TeamService(records, now),
        merging=MergeService(records, now),
        importing=ImportService(records, now),
        profiles=ProfileService(records, statistics),
        wars=wars,
        editing=EditService(records, now),
        statistics=statistics,
        seasons=SeasonService(records, now),
        monthly=MonthlyService(records, now),
        history=HistoryService(records, now),
        exporting=ExportService(records, now),
        bringing_in=BringInService(records, now),
        privacy=PrivacyService(records, data_dir, now),
        reports=ReportService(records, wars, data_dir),
        bulk=BulkService(records, intake, reviews, now),
        live=LiveService(records, now),
        live_pictures=LivePictureService(records, now),
        refusals=RefusalService(records, now),
        pictures=PictureService(records, data_dir, now),
        follow=FollowService(records, statistics),
        sign_ups=SignUpService(records, now),
        backups=BackupService(database.url, data_dir, now),
    )
