"""
Which claims that could have been paid at once were, and what was in the way of the others?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.metrics.causes import ranked
from dashboard.metrics.claim_clocks import with_clock
from dashboard.metrics.packing import grouped
from dashboard.metrics.terms import Terms
from dashboard.periods import Period

# What was in the way, the first that holds.
REASONS: Final = ("refused", "fell_out", "documents", "reported_late", "paid_late", "other")

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


def instant_pay(rows: pl.LazyFrame, terms: Terms, *, period: Period) -> InstantPay:
    """
    Say how many claims meant for instant payment, decided in a period, were paid so, and why the others weren't.

    The first of these that holds is the reason: refused; fell out, that is, not decided automatically; documents,
    that is, the claimant was asked for more; reported later than the day after the incident, from which on a claim
    could have been paid; paid later than the house's clock for such claims (`claim_instant`) ends; none of these.

    Args:
        rows: Judged claims.
        terms: The zone, the calendar and the rules.
        period: Of the decision.
    """
    cases = pl.col("cases")
    # Few are meant for it: they are looked at one by one.
    meant = rows.filter(
        period.covers("decided_on"), pl.col("is_instant_finished") | pl.col("is_instant_finishing")
    ).collect()
    totals = grouped(meant, ["is_instant_finished", "is_instant_paid"])
    finished = meant.lazy().filter("is_instant_finished")
    missed = with_clock(finished.filter(~pl.col("is_instant_paid")), terms, "claim_instant", "instant")
    begins_on = pl.col("incident_at").dt.convert_time_zone(terms.zone).dt.date() + pl.duration(days=1)
    misses, waits = pl.collect_all(
        [
            missed.group_by(reason=_reason(begins_on)).agg(cases.sum()),
            finished.filter("is_paid").group_by(wait=_wait(begins_on)).agg(cases.sum()),
        ]
    )
    done = totals.filter("is_instant_finished")
    every = pl.DataFrame({"wait": WAIT.categories}, schema={"wait": WAIT})
    return InstantPay(
        eligible=int(done["cases"].sum()),
        paid=int(done.filter("is_instant_paid")["cases"].sum()),
        pending=int(totals.filter(~pl.col("is_instant_finished"))["cases"].sum()),
        misses=ranked(misses.with_columns(pl.col("reason").cast(pl.String)), by="reason").causes,
        waits=every.join(waits, on="wait", how="left", maintain_order="left").with_columns(
            cases.fill_null(0), pl.col("wait").cast(pl.String)
        ),
        undated=int(waits.filter(pl.col("wait").is_null())["cases"].sum()),
    )


def _reason(begins_on: pl.Expr) -> pl.Expr:
    holds = (
        pl.col("is_refused"),
        ~pl.col("is_automatic"),
        pl.col("documents_requested_at").is_not_null(),
        pl.col("reported_on") > begins_on,
        pl.col("paid_at") > pl.col("instant_due_at"),
    )
    kind = pl.Enum(REASONS)
    found = pl.lit(REASONS[-1], kind)
    for name, is_so in reversed(list(zip(REASONS, holds, strict=False))):
        found = pl.when(is_so).then(pl.lit(name, kind)).otherwise(found)
    return found


def _wait(begins_on: pl.Expr) -> pl.Expr:
    days = (pl.col("paid_on") - begins_on).dt.total_days()
    band = pl.lit(_LONGEST, WAIT)
    for name, most in reversed(_WAITS):
        band = pl.when(days <= most).then(pl.lit(name, WAIT)).otherwise(band)
    return pl.when(days.is_not_null()).then(band)
