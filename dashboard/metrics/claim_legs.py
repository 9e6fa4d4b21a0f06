"""
Where does the time of a claim go? Each leg of its way, from the incident to the close, and the periods that the
market compares.

A leg that hasn't ended yet counts with the time it has taken so far: a median over finished ones alone forgets
those still waiting, which are the slow ones.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from dashboard.metrics.claim_clocks import has_walked_away, left_at
from dashboard.metrics.elapsed import HOURS, hours_of, packed, state_of
from dashboard.metrics.terms import Terms, end_of
from dashboard.periods import Period
from dashboard.stats import kaplan_meier, survival_quantiles

# Whose leg it is: every claim's; that of claims that weren't given up before; of those paid or that may still be;
# of those refused; of those paid.
Whose = Literal["all", "staying", "payable", "refused", "paid"]

# Through what a claim goes, in this order: on the way to its payment, and on the way of a refusal.
PAID_WAY: Final = (
    *("incident_at", "reported_at", "registered_at", "documents_completed_at"),
    *("decided_at", "agreed_at", "paid_at", "closed_at"),
)
REFUSED_WAY: Final = (*PAID_WAY[:5], "refusal_told_at", "closed_at")

QUANTILES: Final = {"p10": 0.1, "median": 0.5, "p75": 0.75, "p90": 0.9}
# Days within which a leg is hoped, and by law expected, to be done.
WITHIN: Final = (3, 30)

_FINISHED, _OPEN, _NOT_RECORDED = range(3)
_END: Final = pl.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True)
class Leg:
    """
    A part of a claim's way.

    Attributes:
        key: Stable name.
        start: The instant it begins at.
        stop: The instant it ends at; a withdrawal or cancellation is no decision.
        whose: Which claims go it.
        is_period: Not one of the steps, which follow each other, but several of them together.
    """

    key: str
    start: str
    stop: str
    whose: Whose
    is_period: bool = False

    @property
    def column(self) -> str:
        """
        The column of judged claims that holds how it stands with it and the hours, in one number.
        """
        return f"leg_{self.key}"

    @property
    def way(self) -> tuple[str, ...]:
        """
        The instants of the way it is a part of, in order.
        """
        return REFUSED_WAY if self.whose == "refused" else PAID_WAY


LEGS: Final = (
    Leg("incident_to_report", "incident_at", "reported_at", "all"),
    Leg("report_to_registration", "reported_at", "registered_at", "staying"),
    Leg("registration_to_documents", "registered_at", "documents_completed_at", "staying"),
    Leg("documents_to_decision", "documents_completed_at", "decided_at", "staying"),
    Leg("decision_to_refusal_told", "decided_at", "refusal_told_at", "refused"),
    Leg("decision_to_agreement", "decided_at", "agreed_at", "payable"),
    Leg("agreement_to_payment", "agreed_at", "paid_at", "payable"),
    Leg("payment_to_close", "paid_at", "closed_at", "paid"),
    # 出险支付周期, 报案支付周期, 索赔支付周期: see the small-claims guide of 2015 (保监消保〔2015〕201号).
    Leg("incident_to_payment", "incident_at", "paid_at", "payable", is_period=True),
    Leg("report_to_payment", "reported_at", "paid_at", "payable", is_period=True),
    Leg("documents_to_payment", "documents_completed_at", "paid_at", "payable", is_period=True),
    Leg("report_to_close", "reported_at", "closed_at", "all", is_period=True),
)
LEG: Final = pl.Enum([leg.key for leg in LEGS])

# What legs are read from, of judged claims.
LEG_COLUMNS: Final = tuple(leg.column for leg in LEGS)


def told_legs(recorded: Collection[str]) -> tuple[Leg, ...]:
    """
    The legs whose both instants a source records.

    Args:
        recorded: The columns of claims that it records.
    """
    needs = {"refused": {"decision"}}
    return tuple(
        leg for leg in LEGS if {leg.start, leg.stop, *needs.get(leg.whose, ())} <= {*recorded, "reported_at"}
    )


def with_legs(claims: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Add how it stands with each leg of each claim.

    A leg begun and not ended has lasted up to the end of `as_of`. Only claims paid, or that may still be paid, go
    the legs that lead to a payment: one that was refused, withdrawn or cancelled isn't waiting. Claims given up
    before a step aren't waiting for it either.

    An instant that is missing, though a later one is known, isn't recorded, and no other instant is put in its
    place; neither is a leg that ends before it begins.

    Args:
        claims: Rows of the claims fact as they were known, with `is_payable`.
        terms: The day at whose end open legs are looked at.

    Returns:
        The same rows, and `LEG_COLUMNS` for `legs` to read (see `metrics/elapsed.py`; null: not this claim's leg).
    """
    gave_up = left_at().is_not_null() & pl.col("paid_at").is_null() & pl.col("refusal_told_at").is_null()
    # A withdrawal is no decision.
    facts = {"_gave_up": gave_up, "_determined_at": pl.when(~has_walked_away()).then("decided_at")}
    end = pl.lit(end_of(terms.as_of, terms.zone)).cast(_END)
    return claims.with_columns(**facts).with_columns(_standing(leg, end) for leg in LEGS).drop(facts)


def counted_legs(
    claims: pl.LazyFrame, *, period: Period, among: Sequence[Leg] = LEGS, by: str | None = None
) -> pl.DataFrame:
    """
    Count the claims reported in a period by leg, by how it stands with it, and by the whole hours it took so far.

    That is the dear part of timing them, and serves the groups as well as all of them together.

    Args:
        claims: Judged claims, with `LEG_COLUMNS`, `reported_on`, `cases` and the column of the groups.
        period: Of the report.
        among: The legs to count.
        by: A column that makes groups.

    Returns:
        For `legs` to read: `leg` (an enumeration), the group, `state`, `hours` and `cases`.
    """
    # Of a source that tells no leg, none of the legs is asked; their table is wanted all the same.
    each = dict.fromkeys(among, claims) or {LEGS[0]: claims.clear()}
    return counted_each(each, period=period, by=by)


def counted_each(claims: Mapping[Leg, pl.LazyFrame], *, period: Period, by: str | None = None) -> pl.DataFrame:
    """
    As `counted_legs`, of claims that were counted before by what each leg reads.

    Args:
        claims: For each leg the claims, with its column, `reported_on`, `cases` and the column of the groups.
        period: Of the report.
        by: A column that makes groups.
    """
    of_period = {leg: rows.filter(period.covers("reported_on")) for leg, rows in claims.items()}
    counts = pl.concat(pl.collect_all([_counted(rows, leg, by) for leg, rows in of_period.items()]))
    # Once counted the rows are few, and text can be sorted and shown.
    return counts.with_columns(pl.col(pl.Categorical).cast(pl.String))


def legs(counts: pl.DataFrame, *, by: str | None = None) -> pl.DataFrame:
    """
    Time each leg (Kaplan-Meier): open ones count as far as they have come.

    Elapsed time in whole hours, divided by 24: no calendar days.

    Args:
        counts: As `counted_legs` gives them.
        by: Its column of groups, to keep them apart; null is a group.

    Returns:
        One row per leg and group with any claims, by leg in the order of `LEGS` and group: `leg` (an enumeration),
        the group, and in cases `n` (begun, with both instants known or not yet ended), `finished`, `open`,
        `not_recorded`; in days `p10`, `median`, `p75`, `p90`, each with `_lower` and `_upper` (95 %; null: not
        reached), `within_3` and `within_30` (share ended within so many days; null: nobody was watched so long),
        `mean` (of finished ones alone, for comparison: it is too low while any are open) and `longest` (the
        longest time a claim was watched).
    """
    keys = ["leg"] if by is None else ["leg", by]
    state, hours, cases = pl.col("state"), pl.col("hours"), pl.col("cases")
    is_watched, is_done = state != _NOT_RECORDED, state == _FINISHED
    watched = counts.lazy().filter(is_watched).with_columns(_done=is_done)
    curve = kaplan_meier(watched, duration="hours", event="_done", by=keys).collect()
    sums = counts.lazy().group_by(keys).agg(
        n=cases.filter(is_watched).sum(),
        finished=cases.filter(is_done).sum(),
        open=cases.filter(state == _OPEN).sum(),
        not_recorded=cases.filter(state == _NOT_RECORDED).sum(),
        mean=(hours * cases).filter(is_done).sum() / cases.filter(is_done).sum() / HOURS,
        longest=hours.filter(is_watched).max() / HOURS,
    )  # fmt: skip
    found = sums.with_columns(mean=pl.when(pl.col("finished") > 0).then("mean"))
    for told in (_quantiles(curve.lazy(), keys), _shares(curve.lazy(), keys)):
        found = found.join(told, on=keys, how="left", nulls_equal=True)
    columns = ["n", "finished", "open", "not_recorded"]
    columns += [name + end for name in QUANTILES for end in ("", "_lower", "_upper")]
    columns += [*(f"within_{days}" for days in WITHIN), "mean", "longest"]
    return found.select(*keys, *columns).sort(keys, nulls_last=True).collect()


def _standing(leg: Leg, end: pl.Expr) -> pl.Expr:
    start, stop = (_instant(name) for name in (leg.start, leg.stop))
    state = (
        pl.when(start.is_not_null() & (stop >= start)).then(_FINISHED)
        .when(stop.is_not_null()).then(_NOT_RECORDED)
        .when(pl.col("_gave_up") & (leg.whose == "staying")).then(None)
        .when(_is_past(leg, leg.stop)).then(_NOT_RECORDED)
        .when(start.is_not_null()).then(_OPEN)
        .when(_is_past(leg, leg.start)).then(_NOT_RECORDED)
    )  # fmt: skip
    # What isn't recorded has no time, or one that makes no sense.
    spent = (stop.fill_null(end) - start).clip(lower_bound=pl.duration()).fill_null(pl.duration())
    return pl.when(_goes(leg)).then(packed(spent, state)).alias(leg.column)


def _goes(leg: Leg) -> pl.Expr:
    if leg.whose == "payable":
        return pl.col("is_payable")
    if leg.whose == "refused":
        return (pl.col("decision") == "refused").fill_null(value=False)
    return pl.col("paid_at").is_not_null() if leg.whose == "paid" else pl.lit(value=True)


def _instant(name: str) -> pl.Expr:
    return pl.col("_determined_at" if name == "decided_at" else name)


def _is_past(leg: Leg, instant: str) -> pl.Expr:
    """
    Whether a claim is known to have gone past an instant of its way, recorded or not.
    """
    later = leg.way[leg.way.index(instant) + 1 :]
    return pl.any_horizontal(_instant(name).is_not_null() for name in later) if later else pl.lit(value=False)


def _counted(claims: pl.LazyFrame, leg: Leg, by: str | None) -> pl.LazyFrame:
    """
    Count a leg's claims by how it stands with them and the whole hours it took, or has taken.
    """
    keys = [] if by is None else [by]
    code = pl.col(leg.column)
    counted = claims.filter(code.is_not_null()).group_by(*keys, code).agg(pl.col("cases").sum())
    return counted.select(
        pl.lit(leg.key, LEG).alias("leg"), *keys, "cases", state=state_of(code), hours=hours_of(code)
    )


def _quantiles(curve: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    """
    One row per curve: each of `QUANTILES` in days, with its interval.
    """
    long = survival_quantiles(curve, by=keys, q=list(QUANTILES.values()))
    return long.group_by(keys).agg(
        (pl.col(column).filter(pl.col("quantile") == share).first() / HOURS).alias(name + end)
        for name, share in QUANTILES.items()
        for column, end in (("time", ""), ("lower", "_lower"), ("upper", "_upper"))
    )


def _shares(curve: pl.LazyFrame, keys: list[str]) -> pl.LazyFrame:
    """
    One row per curve: the share done within so many days, where somebody was watched so long or all are done.
    """
    left, time = pl.col("survival"), pl.col("time")
    return curve.group_by(keys).agg(
        pl.when((time.max() >= days * HOURS) | (left.last() <= 0))
        .then(1 - left.filter(time <= days * HOURS).last().fill_null(1.0))
        .alias(f"within_{days}")
        for days in WITHIN
    )
