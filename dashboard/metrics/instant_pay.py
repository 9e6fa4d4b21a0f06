"""
Which claims that could have been paid at once were, and what was in the way of the others?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.metrics.causes import ranked
from dashboard.metrics.claim_clocks import with_clock
from dashboard.metrics.packing import Likeness, grouped
from dashboard.metrics.terms import Terms
from dashboard.periods import Period

# What was in the way, the first that holds.
REASONS: Final = ("refused", "fell_out", "documents", "reported_late", "paid_late", "other")
_UNTOLD: Final = REASONS[-1]
_REASON: Final = pl.Enum(REASONS)

# What the reasons and the house's clock look at.
_READ: Final = (
    *("incident_at", "reported_at", "documents_requested_at", "documents_completed_at", "decided_at", "paid_at"),
    *("closed_at", "decision", "instant_eligible", "reported_on", "paid_on", "cases"),
    *("is_refused", "is_automatic", "is_paid", "is_instant_finished", "is_instant_paid", "decided_on"),
)
# What `instant_pay` reads of claims meant for it.
OF_MEANT: Final = Likeness(
    ("decided_on", "is_instant_finished", "is_instant_paid", "is_paid", "reason", "wait"),
)

# Days from the first on which a claim can be paid instantly up to its payment, each band's last one.
_WAITS: Final = (("0", 0), ("1", 1), ("2-3", 3), ("4-7", 7))
_LONGEST: Final = "8+"
WAIT: Final = pl.Enum([*(name for name, _ in _WAITS), _LONGEST])


@dataclass(frozen=True, slots=True)
class InstantPay:
    """
    Instant payment among the claims meant for it.

    Attributes:
        eligible: Cases meant for it and finished: refused, or paid in full.
        paid: Of them, paid instantly.
        pending: Cases meant for it, accepted and not paid yet.
        misses: One row per reason why the others weren't, largest first: `reason` (of `REASONS`), `cases`,
            `share` (of the misses), `cumulative`.
        waits: One row per band of days: `wait` (of `WAIT`), `cases` paid in full so many days after the day after
            the incident, on which instant payment begins; earlier counts as none.
        undated: Cases paid of which the incident isn't recorded.
    """

    eligible: int
    paid: int
    pending: int
    misses: pl.DataFrame
    waits: pl.DataFrame
    undated: int

    @property
    def rate(self) -> float | None:
        """
        The share paid instantly; null of none.
        """
        return self.paid / self.eligible if self.eligible else None


def meant_claims(rows: pl.LazyFrame, terms: Terms, *, groups: Sequence[str] = ()) -> pl.LazyFrame:
    """
    Say of each decided claim meant for instant payment what was in the way of it, and how long it took.

    Args:
        rows: Judged claims.
        terms: The zone, the calendar and the rules.
        groups: Columns that are kept besides.

    Returns:
        A row per such claim: the columns of `OF_MEANT` and the groups. `reason` is null where it was paid
        instantly or isn't finished, `wait` where it isn't paid or its incident isn't recorded.
    """
    is_meant = pl.col("is_instant_finished") | pl.col("is_instant_finishing")
    meant = rows.filter(is_meant, pl.col("decided_on").is_not_null()).select(*dict.fromkeys((*_READ, *groups)))
    begins_on = pl.col("incident_at").dt.convert_time_zone(terms.zone).dt.date() + pl.duration(days=1)
    is_missed = pl.col("is_instant_finished") & ~pl.col("is_instant_paid")
    placed = meant.with_columns(
        reason=pl.when(is_missed).then(_reason(begins_on)),
        wait=pl.when(pl.col("is_instant_finished") & pl.col("is_paid")).then(_wait(begins_on)),
    )
    # The clock is dear, and asked of those only for which nothing else is in the way.
    is_untold = (pl.col("reason") == _UNTOLD).fill_null(value=False)
    clocked = with_clock(placed.filter(is_untold), terms, "claim_instant", "instant")
    was_late = (pl.col("paid_at") > pl.col("instant_due_at")).fill_null(value=False)
    late = pl.lit("paid_late", _REASON)
    told = clocked.with_columns(reason=pl.when(was_late).then(late).otherwise("reason"))
    columns = list(dict.fromkeys((*OF_MEANT.columns, *groups)))
    return pl.concat([placed.filter(~is_untold).select(columns), told.select(columns)])


def instant_pay(meant: pl.LazyFrame, *, period: Period) -> InstantPay:
    """
    Say how many claims meant for instant payment, decided in a period, were paid so, and why the others weren't.

    The first of these that holds is the reason: refused; fell out, that is, not decided automatically; documents,
    that is, the claimant was asked for more; reported later than the day after the incident, from which on a claim
    could have been paid; paid later than the house's clock for such claims (`claim_instant`) ends; none of these.

    Args:
        meant: As `meant_claims` gives them, or those alike as one.
        period: Of the decision.
    """
    cases = pl.col("cases")
    keys = [name for name in OF_MEANT.by if name != "decided_on"]
    counts = grouped(meant.filter(period.covers("decided_on")).select(*keys, "cases").collect(), keys)
    finished = counts.filter("is_instant_finished")
    misses = finished.filter(pl.col("reason").is_not_null()).group_by("reason").agg(cases.sum())
    paid = finished.filter("is_paid")
    waits = paid.group_by("wait").agg(cases.sum())
    every = pl.DataFrame({"wait": WAIT.categories}, schema={"wait": WAIT})
    return InstantPay(
        eligible=int(finished["cases"].sum()),
        paid=int(finished.filter("is_instant_paid")["cases"].sum()),
        pending=int(counts.filter(~pl.col("is_instant_finished"))["cases"].sum()),
        misses=ranked(misses.with_columns(pl.col("reason").cast(pl.String)), by="reason").causes,
        waits=every.join(waits, on="wait", how="left", maintain_order="left").with_columns(
            cases.fill_null(0), pl.col("wait").cast(pl.String)
        ),
        undated=int(paid.filter(pl.col("wait").is_null())["cases"].sum()),
    )


def _reason(begins_on: pl.Expr) -> pl.Expr:
    """
    What was in the way, as far as it can be told without a clock.
    """
    holds = {
        "refused": pl.col("is_refused"),
        "fell_out": ~pl.col("is_automatic"),
        "documents": pl.col("documents_requested_at").is_not_null(),
        "reported_late": pl.col("reported_on") > begins_on,
    }
    found = pl.lit(_UNTOLD, _REASON)
    for name, is_so in reversed(list(holds.items())):
        found = pl.when(is_so).then(pl.lit(name, _REASON)).otherwise(found)
    return found


def _wait(begins_on: pl.Expr) -> pl.Expr:
    days = (pl.col("paid_on") - begins_on).dt.total_days()
    band = pl.lit(_LONGEST, WAIT)
    for name, most in reversed(_WAITS):
        band = pl.when(days <= most).then(pl.lit(name, WAIT)).otherwise(band)
    return pl.when(days.is_not_null()).then(band)
