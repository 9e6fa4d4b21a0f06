"""
Which contracts fall due next and aren't paid, how likely is each to be lost, why, and how much premium with it?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from dashboard.forecasting.additive import ADDS, log_odds, share_of_odds
from dashboard.forecasting.features import FEATURES
from dashboard.forecasting.scoring import SCHEMA
from dashboard.forecasting.timing import Timing
from dashboard.metrics.renewals import NOT_AVAILABLE
from dashboard.stats import expected_loss, poisson_binomial_interval

WITHIN: Final = timedelta(days=90)
# The lists a day of work begins with. Each but the last two holds those before it, too.
BANDS: Final = ("within_7d", "within_30d", "within_90d", "likeliest", "not_reminded")
_DAYS: Final = {"within_7d": 7, "within_30d": 30, "within_90d": 90}
LIKELIEST: Final = 0.1

# A smaller part of a probability than this, in shares of one, is no reason.
LEAST_REASON: Final = 0.01
MOST_REASONS: Final = 3
# Not of the forecast: that nothing has been paid until today, where most have.
UNPAID: Final = "unpaid"
POINTS: Final = "points_"


@dataclass(frozen=True, slots=True)
class AtRisk:
    """
    What some contracts may cost together.

    Attributes:
        cases: How many there are.
        premium: What falls due on them, in all.
        told: How many of them have a probability; the rest of the figures is about these.
        lost: How many are expected to be lost, with the 95 % interval of chance; null where none has one.
        value: The premium expected to be lost: the sum of (1 - p) times premium, likewise.
        unpriced: How many of them have no premium and are missing from the value.
    """

    cases: int
    premium: float
    told: int
    lost: tuple[float, int, int] | None
    value: tuple[float, float, float] | None
    unpriced: int


def ahead(
    contracts: pl.LazyFrame, scores: pl.DataFrame | None, timing: Timing | None, *, today: date, zone: str
) -> pl.DataFrame:
    """
    List the contracts that fall due from today to 90 days on, and aren't renewed.

    Args:
        contracts: Rows of the renewals fact as known now, narrowed to whoever looks.
        scores: As `scoring.scored` gives them; null: no probabilities are shown.
        timing: Of the same edition.
        today: The local day.
        zone: Where days are counted.

    Returns:
        The rows, those first on which most premium is expected to be lost (those without a probability after them,
        the highest premium first), with `days_left`, `reminded_on` and `contact_on` (local days), `cases` (null is
        one), the scores' columns (a contract they don't know has null), and

        `probability` (to be renewed, unpaid as it is today), `probability_then` (at `scored_on`), `at_risk` (of
        the premium: (1 - probability) times it, for all cases), `points_` and a feature's name (how much the
        probability is higher than if the contract were average in it), `points_unpaid` (the same of what the days
        gone by without a payment did), and `why`: the names of at most three that lower it by a point or more, the
        gravest first.
    """
    gone = pl.col("outcome").is_in((*NOT_AVAILABLE, "insurer_declined", "renewed")).fill_null(value=False)
    rows = (
        contracts.filter(
            pl.col("due_on").is_between(today, today + WITHIN, closed="left"),
            pl.col("renewed_on").is_null(),
            ~gone,
        )
        .with_columns(
            cases=pl.col("cases").fill_null(1),
            premium_due=pl.col("premium_due").cast(pl.Float64),
            days_left=(pl.col("due_on") - today).dt.total_days(),
            reminded_on=pl.col("reminded_at").dt.convert_time_zone(zone).dt.date(),
            contact_on=pl.col("last_contact_at").dt.convert_time_zone(zone).dt.date(),
        )
        .collect()
    )
    known = scores if scores is not None else pl.DataFrame(schema=dict(SCHEMA))
    own = [name for name in SCHEMA if name not in rows.columns or name == "renewal_id"]
    joined = rows.join(known.select(own), on="renewal_id", how="left", maintain_order="left")
    told = joined.rename({"probability": "probability_then"}).with_columns(pl.col("auto_renew").cast(pl.String))
    now = timing.still(pl.col("probability_then"), today=today) if timing else pl.col("probability_then")
    judged = told.with_columns(probability=now).with_columns(
        at_risk=(1 - pl.col("probability")) * pl.col("premium_due") * pl.col("cases"),
        **_points(told),
    )
    return judged.with_columns(why=_why()).sort(
        "at_risk", "premium_due", "renewal_id", descending=[True, True, False], nulls_last=True
    )


def in_band(band: str, rows: pl.DataFrame) -> pl.DataFrame:
    """
    Those of the listed contracts that belong to one of the `BANDS`.

    `likeliest` is the tenth of the contracts with a probability that are likeliest to be lost, equal ones too.

    Raises:
        ValueError: No such band.
    """
    if band in _DAYS:
        return rows.filter(pl.col("days_left") < _DAYS[band])
    if band == "not_reminded":
        return rows.filter(pl.col("reminded_on").is_null())
    if band != "likeliest":
        raise ValueError(f'no band is called "{band}"; write one of {", ".join(BANDS)}')
    edge = rows["probability"].drop_nulls().quantile(LIKELIEST, "lower")
    return rows.filter(pl.col("probability") <= edge) if edge is not None else rows.clear()


def at_risk(rows: pl.DataFrame) -> AtRisk:
    """
    Add up what may be lost of the contracts listed: see `AtRisk`.
    """
    known = rows.filter(pl.col("probability").is_not_null())
    cases = int(rows["cases"].sum())
    premium = float((rows["premium_due"] * rows["cases"]).sum())
    if not known.height:
        return AtRisk(cases, premium, 0, None, None, 0)
    leaving = (1 - known["probability"]).clip(0.0, 1.0)
    times = known["cases"].to_list()
    lower, upper = poisson_binomial_interval(leaving.to_numpy(), times)
    priced = known.filter(pl.col("premium_due") >= 0)
    # A row that stands for several contracts is as many chances, not one large one.
    repeated = np.repeat(np.arange(priced.height), priced["cases"].to_numpy())
    value = expected_loss(
        (1 - priced["probability"]).clip(0.0, 1.0).to_numpy()[repeated],
        priced["premium_due"].to_numpy()[repeated],
    )
    return AtRisk(
        cases,
        premium,
        int(known["cases"].sum()),
        (float((leaving * known["cases"]).sum()), lower, upper),
        value,
        int(known["cases"].sum()) - int(priced["cases"].sum()),
    )


def reasons(rows: pl.DataFrame) -> Sequence[str]:
    """
    The names that may stand in `why`, in the order of the features.
    """
    return [name.removeprefix(POINTS) for name in rows.columns if name.startswith(POINTS)]


def _points(told: pl.DataFrame) -> dict[str, pl.Expr]:
    """
    What each feature does to the probability, and what the waiting did.
    """
    odds = pl.Series(log_odds(told["probability_then"].cast(pl.Float64).to_numpy()), dtype=pl.Float64)
    then = pl.col("probability_then")
    points = {
        POINTS + feature.name: then - share_of_odds(pl.lit(odds) - pl.col(ADDS + feature.name))
        for feature in FEATURES
    }
    return points | {POINTS + UNPAID: pl.col("probability") - then}


def _why() -> pl.Expr:
    names = [*(feature.name for feature in FEATURES), UNPAID]
    each = [
        pl.when(pl.col(POINTS + name) <= -LEAST_REASON).then(
            pl.struct(points=pl.col(POINTS + name), name=pl.lit(name))
        )
        for name in names
    ]
    listed = pl.concat_list(each).list.drop_nulls().list.sort().list.head(MOST_REASONS)
    return listed.list.eval(pl.element().struct.field("name"))
