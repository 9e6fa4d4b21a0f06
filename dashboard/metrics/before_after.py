"""
Did putting something right make a cause of complaints rarer?
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import polars as pl

from dashboard.metrics.causes import PER_POLICIES
from dashboard.metrics.ledger import policy_years_in
from dashboard.periods import DAY, Period
from dashboard.stats import rate_ratio

SPAN_DAYS: Final = 180
# With fewer on either side no interval means anything.
FEWEST: Final = 5
# A rate by time alone is told by as many days.
PER_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """
    A cause's complaints on both sides of a day.

    Attributes:
        cause: Its code; null: all complaints.
        day: Of the fix; it belongs to what comes after.
        period_before: The days compared with.
        period_after: The days compared.
        before: Cases received before.
        after: Cases received from the day on.
        basis: What they are measured against: `policy_years` if the ledger has every month of both sides, else
            `days`.
        exposure_before: In that unit.
        exposure_after: In that unit.
        rate_before: Per 10,000 policy-years, or per 30 days; null without exposure.
        rate_after: Likewise.
        ratio: After over before; null where it is unknown, or too few.
        lower: Exact 95 % limit.
        upper: Exact 95 % limit; null where it is beyond all numbers.
        p_value: Chance of so large a difference if nothing had changed.
        too_few: Under 5 cases on both sides.
        provisional: A side isn't as long as asked for: it isn't over, or lies before the first record.
    """

    cause: str | None
    day: date
    period_before: Period
    period_after: Period
    before: int
    after: int
    basis: Literal["policy_years", "days"]
    exposure_before: float
    exposure_after: float
    rate_before: float | None
    rate_after: float | None
    ratio: float | None
    lower: float | None
    upper: float | None
    p_value: float | None
    too_few: bool
    provisional: bool


def before_after(
    rows: pl.LazyFrame,
    exposure: pl.LazyFrame | None,
    *,
    cause: str | None,
    day: date,
    as_of: date,
    span_days: int = SPAN_DAYS,
) -> BeforeAfter:
    """
    Compare a cause's complaints before and after a day on which something was put right.

    The interval is exact given the total (binomial, Clopper and Pearson), and takes complaints for independent of
    each other: where one event makes many people complain, it is too narrow. It says that something changed, not
    why.

    Args:
        rows: Judged complaints.
        exposure: Rows of the exposure fact, of the same branches and lines; null: not recorded.
        cause: Its code; null: all complaints.
        day: Of the fix.
        as_of: What lies behind it hasn't happened.
        span_days: Each side's length.
    """
    span, cases = timedelta(days=span_days), pl.col("cases")
    ends = Period(day - span, day), Period(day, day + span)
    among = rows if cause is None else rows.filter(pl.col("cause") == cause)
    recorded, counts = pl.collect_all(
        [
            rows.select(pl.col("received_on").min()),
            among.filter("is_counted", pl.col("received_on") <= as_of).select(
                cases.filter(side.covers("received_on")).sum().alias(name)
                for name, side in zip(("before", "after"), ends, strict=True)
            ),
        ]
    )
    before, after = counts.row(0)
    sides = [_known(side, recorded.item(), as_of) for side in ends]
    days = [float(side.days or 0) for side in sides]
    years = [None if exposure is None else policy_years_in(exposure, side, as_of=as_of) for side in sides]
    by_years = [each for each in years if each]
    has_years = len(by_years) == len(sides)
    against, per = (by_years, PER_POLICIES) if has_years else (days, PER_DAYS)
    rates = [count / size * per if size else None for count, size in zip((before, after), against, strict=True)]
    too_few = before < FEWEST and after < FEWEST
    compared = rate_ratio(0, 0, 0, 0) if too_few else rate_ratio(after, against[1], before, against[0])
    return BeforeAfter(
        cause=cause,
        day=day,
        period_before=sides[0],
        period_after=sides[1],
        before=before,
        after=after,
        basis="policy_years" if has_years else "days",
        exposure_before=against[0],
        exposure_after=against[1],
        rate_before=rates[0],
        rate_after=rates[1],
        ratio=compared.ratio,
        lower=compared.lower,
        upper=compared.upper,
        p_value=compared.p_value,
        too_few=too_few,
        provisional=any(each < span_days for each in days),
    )


def _known(side: Period, recorded: date | None, as_of: date) -> Period:
    """
    The days of one side that have happened and were recorded; none of them: an empty period at its near end.
    """
    first, before = side.first or as_of, side.before or as_of
    first = max(first, recorded or as_of + DAY)
    before = min(before, as_of + DAY)
    return Period(min(first, before), before)
