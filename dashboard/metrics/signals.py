"""
Which causes of complaints rise, and where do complaints surge?

Two looks at the same counts: by month against the year before (systemic change), and by weeks against the cell's
own past (a surge that public relations should know of). Both are exact for small numbers, and allow for counts
that vary more than by chance alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from dashboard.metrics.ledger import last_complete_month, month_ends
from dashboard.periods import DAY, MONTH, Period, shift_months
from dashboard.stats import excess_chance, rate_ratio, shared_dispersion, xmr
from dashboard.stats.dispersion import Counts

# A baseline shorter than this, in windows, is no baseline; a full one has twelve.
FEWEST_WINDOWS: Final = 6
BASELINE: Final = 12
# From so many a month on, a count is smooth enough for process limits; below, the exact chance decides.
SMOOTH_MEAN: Final = 5
# The outer side of 99.8 % limits.
RARE: Final = 0.001
FEWEST_IN_SURGE: Final = 5

# Why a cause is called rising: one of stats.xmr's signals, or above the exact limit.
EXACT: Final = "exact_limit"
SIGNALS: Final = ("outside", "run", "trend", "two_of_three", EXACT)


def rising(rows: pl.LazyFrame, exposure: pl.LazyFrame | None, *, as_of: date, by: str = "cause") -> pl.DataFrame:
    """
    Judge each cause's last complete month by the twelve complete months before it.

    Measured per policy-year if the ledger has all thirteen months, else per day. With a mean of 5 or more a month,
    the process limits of those twelve (XmR, which adapt to any dispersion) and their runs decide; with fewer, the
    exact chance of so many given the baseline, at 0.1 %, allowing for the dispersion of all causes. Of a hundred
    causes in which nothing changes, one or two are called rising.

    Args:
        rows: Judged complaints.
        exposure: Rows of the exposure fact, of the same branches and lines; null: not recorded.
        as_of: Decides which month is the last complete one.
        by: The column that says why.

    Returns:
        One row per cause, rising ones first, then by cases: the cause, `month`, `cases`, `expected` (by the
        baseline), `ratio`, `lower`, `upper` (95 %, exact), `p_value` (of so many or more), `dispersion`, `basis`
        (`policy_years` or `days`), `windows` (months in the baseline), `signal` (one of `SIGNALS`; null) and
        `is_rising` (null where fewer than six complete months lie before). A month in which recording began isn't
        complete.
    """
    last = last_complete_month(as_of)
    months = [shift_months(last, -back) for back in range(BASELINE, -1, -1)]
    period = Period(months[0], shift_months(last, 1))
    counts = (
        rows.filter("is_counted", period.covers("received_on"))
        .group_by(by, "received_on")
        .agg(pl.col("cases").sum())
        .group_by(by, pl.col("received_on").dt.truncate("1mo").alias(MONTH))
        .agg(pl.col("cases").sum())
    )
    plans = [counts, rows.select(pl.col("received_on").min())]
    found, earliest = pl.collect_all(plans)
    months = _recorded(months, earliest.item())
    against, basis = _exposures(exposure, months, as_of)
    cells, seen = _grid(found.filter(pl.col(MONTH).is_in(months)), [by], MONTH, months)
    spread = shared_dispersion(seen[:, :-1], against[:-1])
    judged = [_judged_month(each, against, float(wide)) for each, wide in zip(seen, spread, strict=True)]
    return (
        pl.concat([cells, pl.DataFrame(judged, schema=_RISING)], how="horizontal")
        .with_columns(
            month=pl.lit(last),
            basis=pl.lit(basis),
            windows=pl.lit(max(len(months) - 1, 0), pl.Int64),
            is_rising=pl.when(len(months) > FEWEST_WINDOWS).then(pl.col("signal").is_not_null()),
        )
        .select(
            *(by, MONTH, "cases", "expected", "ratio", "lower", "upper", "p_value", "dispersion", "basis"),
            *("windows", "signal", "is_rising"),
        )
        .sort("is_rising", "cases", by, descending=[True, True, False], nulls_last=True)
    )


@dataclass(frozen=True, slots=True)
class Surges:
    """
    Where complaints come in surges.

    Attributes:
        cells: One row per surging cell, the largest excess first: the cell's columns, `observed`, `expected`,
            `ratio`, `lower` (exact 95 % limit), `p_value`, and of the observed `direct`, `from_media` and
            `from_regulator` (an unknown source is in none of them).
        window: The days looked at.
        tested: How many cells were looked at: up to four in a thousand are false alarms.
        windows: Windows before it; fewer than six say nothing, then nothing is tested.
    """

    cells: pl.DataFrame
    window: Period
    tested: int
    windows: int


def surges(rows: pl.LazyFrame, *, as_of: date, window_days: int = 28, by: Sequence[str] = ("cause",)) -> Surges:
    """
    Find the cells whose last weeks are beyond what their own past explains.

    A cell surges if it has at least 5 cases in the window, and so many or more would come about once in a thousand
    windows at the rate of the twelve windows before: the upper 99.8 % limit, exact, with the dispersion of its own
    and all other cells. Whole weeks hold as many Mondays as Sundays.

    Args:
        rows: Judged complaints.
        as_of: The window's last day.
        window_days: Its length; whole weeks.
        by: The columns that make cells; an unknown value makes one, too.
    """
    keys, end = list(by), as_of + DAY
    span = timedelta(days=window_days)
    starts = [end - span * (number + 1) for number in range(BASELINE, -1, -1)]
    of_source = {"direct": "direct", "from_media": "media", "from_regulator": "regulator"}
    cases, back = pl.col("cases"), (pl.lit(end) - pl.col("received_on")).dt.total_days() - 1
    # Counted by source and window first, which makes few rows of many.
    counts = (
        rows.filter("is_counted", Period(starts[0], end).covers("received_on"))
        .group_by(*keys, "source", window=back // window_days)
        .agg(cases.sum())
        .group_by(*keys, "window")
        .agg(
            cases.sum(),
            *[cases.filter(pl.col("source") == code).sum().alias(name) for name, code in of_source.items()],
        )
    )
    found, earliest = pl.collect_all([counts, rows.select(pl.col("received_on").min())])
    windows = list(range(len(_recorded(starts, earliest.item())) - 1, -1, -1))
    cells, seen = _grid(found.filter(pl.col("window").is_in(windows)), keys, "window", windows)
    before = max(len(windows) - 1, 0)
    if before < FEWEST_WINDOWS:
        cells = cells.clear()
    excesses = pl.DataFrame(
        [
            each
            for each in map(_excess, cells.iter_rows(), seen, shared_dispersion(seen[:, :-1], [1] * before))
            if each
        ],
        schema=[*cells.schema.items(), *_EXCESS.items()],
        orient="row",
    )
    last = found.filter(pl.col("window") == 0).drop("window").rename({"cases": "observed"})
    surging = (
        excesses.join(last, on=keys, how="inner", nulls_equal=True)
        .sort(pl.col("observed") - pl.col("expected"), *keys, descending=[True, *[False] * len(keys)])
        .select(*keys, "observed", *_EXCESS, *of_source)
    )
    return Surges(surging, Period(end - span, end), cells.height, before)


_RISING: Final = {
    "cases": pl.Int64(),
    "expected": pl.Float64(),
    "ratio": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "p_value": pl.Float64(),
    "dispersion": pl.Float64(),
    "signal": pl.String(),
}
_EXCESS: Final = {"expected": pl.Float64(), "ratio": pl.Float64(), "lower": pl.Float64(), "p_value": pl.Float64()}


def _recorded(starts: Sequence[date], earliest: date | None) -> list[date]:
    """
    The windows that began when something was recorded already; of others nobody knows whether they are whole.
    """
    return [start for start in starts if earliest is not None and start >= earliest]


def _grid(
    counts: pl.DataFrame, keys: Sequence[str], column: str, windows: Sequence[Any]
) -> tuple[pl.DataFrame, Counts]:
    """
    The cells that occur, and their cases, a row per cell and a column per window.
    """
    cells = counts.select(keys).unique().sort(keys, nulls_last=True)
    placed = counts.join(cells.with_row_index("_cell"), on=list(keys), nulls_equal=True)
    place = {window: number for number, window in enumerate(windows)}
    seen = np.zeros((cells.height, len(windows)))
    for cell, window, cases in placed.select("_cell", column, "cases").iter_rows():
        seen[cell, place[window]] = cases
    return cells, seen


def _exposures(exposure: pl.LazyFrame | None, months: Sequence[date], as_of: date) -> tuple[Counts, str]:
    """
    What each month's complaints are measured against, and its unit.
    """
    if exposure is not None:
        known = month_ends(exposure, as_of=as_of).select(MONTH, "policy_years").collect()
        years = dict(known.iter_rows())
        if all(years.get(month) for month in months):
            return np.array([years[month] for month in months]), "policy_years"
    return np.array([float((shift_months(month, 1) - month).days) for month in months]), "days"


def _judged_month(seen: Counts, against: Counts, spread: float) -> dict[str, Any]:
    count, past = int(seen[-1]), int(seen[:-1].sum())
    judged: dict[str, Any] = {"cases": count, "dispersion": spread}
    if len(seen) <= FEWEST_WINDOWS:
        return judged
    base, size = float(against[:-1].sum()), float(against[-1])
    compared = rate_ratio(count, size, past, base, dispersion=spread)
    chance = excess_chance(count, past, size / (size + base), spread)
    judged |= {"expected": past * size / base, "p_value": chance}
    judged |= {"ratio": compared.ratio, "lower": compared.lower, "upper": compared.upper}
    if past / (len(seen) - 1) < SMOOTH_MEAN:
        return judged | {"signal": EXACT if chance < RARE else None}
    points, _ = xmr(pl.DataFrame({"value": seen / against}), baseline=len(seen) - 1)
    signal, side = points.select("signal", "side").row(-1)
    return judged | {"signal": signal if side == "high" else None}


def _excess(cell: tuple[Any, ...], seen: Counts, spread: float) -> tuple[Any, ...] | None:
    observed, past, windows = int(seen[-1]), int(seen[:-1].sum()), len(seen) - 1
    if observed < FEWEST_IN_SURGE:
        return None
    chance = excess_chance(observed, past, 1 / (windows + 1), float(spread))
    if chance >= RARE:
        return None
    compared = rate_ratio(observed, 1, past, windows, dispersion=float(spread))
    return (*cell, past / windows, compared.ratio, compared.lower, chance)
