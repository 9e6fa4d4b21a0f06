"""
Forecasts kept current with the snapshot: trained again when they are old, scores worked out anew.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from dashboard.access import OPERATOR
from dashboard.deadlines import rules_in_force
from dashboard.errors import ForecastError
from dashboard.forecasting import (
    Edition,
    Scores,
    latest_edition,
    scored,
    trained,
    write_edition,
    write_scores,
)
from dashboard.forecasting.edition import NOT_RECORDED, TOO_FEW
from dashboard.metrics import Terms
from dashboard.reader import Reader, last_complete_day
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot

logger = logging.getLogger(__name__)


def predicted(
    settings: Settings, *, anew: bool = False, now: datetime | None = None
) -> tuple[Edition, bool] | None:
    """
    See to it that the renewals of the newest snapshot have their probabilities.

    Trained is where there is no edition, where it is older than `forecasting.retrain_days`, where it learned from
    a later day than the snapshot holds (another company's, or a demo's that was made again), and where it had too
    little to learn from. Facts are read whole: what is known of a contract mustn't depend on who looks, and what
    a viewer sees of it is narrowed when they look.

    Args:
        settings: Which snapshot, and where forecasts are kept.
        anew: Train whatever there is.
        now: The moment; null is this one.

    Returns:
        The edition in force, and whether it was trained just now; None before renewals were ever loaded.

    Raises:
        SnapshotError: There is no snapshot, or it can't be read.
        ForecastError: What was worked out can't be kept.
    """
    version = Snapshot(settings.snapshot).current()
    if "renewals" not in version.facts or version.facts["renewals"].version is None:
        return None
    at, folder = now or datetime.now(UTC), settings.forecasting.path
    reader = Reader(version, OPERATOR)
    zone = settings.business.timezone
    rules = rules_in_force(settings)
    as_of = settings.business.as_of or last_complete_day(version, zone, "renewals")
    terms = Terms(as_of, zone, rules.calendar, rules.chosen)
    edition = None if anew else _in_force(settings)
    is_new = edition is None or edition.as_of > as_of or _is_worn(edition, at, settings.forecasting.retrain_days)
    if edition is None or is_new:
        edition = trained(
            reader.rows,
            reader.recorded,
            terms,
            data_version=reader.version_id,
            rules_digest=rules.digest,
            at=at,
        )
        write_edition(folder, edition)
    rows, drift = scored(edition, reader.rows, reader.recorded, terms)
    write_scores(folder, Scores(edition.name, reader.version_id, as_of, drift, rows))
    return edition, is_new


def _in_force(settings: Settings) -> Edition | None:
    try:
        return latest_edition(settings.forecasting.path)
    except ForecastError as error:
        # It is trained anew, which is all there is to do about it.
        logger.warning("%s", error)
        return None


def _is_worn(edition: Edition, now: datetime, days: int) -> bool:
    had_little = {NOT_RECORDED, TOO_FEW} & set(edition.refusals)
    return bool(had_little) or now - edition.trained_at >= timedelta(days=days)
