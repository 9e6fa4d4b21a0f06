"""
What held claims up, and how many documents were asked for on the way?

Every figure is of claims decided on the merits, by the local day of the decision. The time is that from the report
to the decision; all of these have one, so nothing is censored.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.claims import elapsed_days
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH, Period
from dashboard.stats import weighted_quantile

# What may hold a claim up, each with the columns of which one tells it; an investigation is known by the claim's
# touches. A claim may be held up by several.
HELD_BY: Final = {
    "documents": ("documents_requested_at", "document_requests"),
    "second_request": ("document_requests",),
    "investigation": (),
    "disputed_nondisclosure": ("disputed_nondisclosure",),
}
NOTHING: Final = "nothing"
# What `compared` reads of claims that were held up, besides the day of their decision and the cases.
HELD_COLUMNS: Final = ("days", *HELD_BY, NOTHING)
# The step of a claim's touches by which an investigation is known.
INVESTIGATION: Final = "investigation"

# What is measured of documents.
DOCUMENTS: Final = ("documents", "fetched", "asked", "repeated")

# What the questions below read of judged claims: that about documents besides day, cases and groups; both of them.
DOCUMENTS_READ: Final = ("is_adjudicated", "document_requests", "documents_submitted", "documents_fetched")
READ: Final = (
    *("claim_id", "cases", "product_line", "reported_at", "decided_at", "decided_on", "is_adjudicated"),
    *("documents_requested_at", "document_requests", "documents_submitted", "documents_fetched"),
    "disputed_nondisclosure",
)

_MEASURES: Final = ("share", "median", "p90", "more_median", "more_p90")


def holdups(
    judged: pl.LazyFrame, investigated: pl.DataFrame, *, period: Period, recorded: Collection[str]
) -> pl.DataFrame:
    """
    Say how many claims each obstacle held up, and how much longer those took than claims that met none.

    Args:
        judged: As `claims.judged` gives them, with the columns `READ`.
        investigated: As `investigated_claims` gives them. Where no claim ever was, that isn't recorded: a source
            that never calls a step so doesn't say that there are no investigations.
        period: Of the decision.
        recorded: The columns of the claims fact that the source records.

    Returns:
        A row per obstacle of `HELD_BY` and one for `NOTHING` (of those recorded): `held_by`, `cases`, `share` (of
        all decided; a claim held up twice is in both), `median` and `p90` (days from the report to the decision;
        the smallest number up to which so many lie), `more_median` and `more_p90` (than where nothing is recorded
        that held them up). All null but the first where it isn't recorded.
    """
    held = held_claims(judged, investigated, recorded=recorded)
    return compared(held, period=period, told=told_obstacles(investigated, recorded))


def told_obstacles(investigated: pl.DataFrame, recorded: Collection[str]) -> frozenset[str]:
    """
    The obstacles of `HELD_BY` that the source can tell; the arguments are those of `holdups`.
    """
    told = {name for name, needs in HELD_BY.items() if not set(recorded).isdisjoint(needs)}
    return frozenset(told | {"investigation"} if investigated.height else told)


def held_claims(judged: pl.LazyFrame, investigated: pl.DataFrame, *, recorded: Collection[str]) -> pl.LazyFrame:
    """
    Say of each decided claim what held it up; the arguments are those of `holdups`.

    Returns:
        The claims decided on the merits with `days` (from the report to the decision) and `HELD_COLUMNS`: a truth
        for each obstacle, and for none that is recorded.
    """
    decided = judged.filter("is_adjudicated")
    told = told_obstacles(investigated, recorded)
    is_investigated = pl.lit(value=False)
    if investigated.height:
        marks = investigated.lazy().with_columns(is_investigated=True)
        decided = decided.join(marks, on="claim_id", how="left")
        is_investigated = pl.col("is_investigated")
    requests = pl.col("document_requests")
    held = {
        "documents": pl.col("documents_requested_at").is_not_null() | (requests >= 1),
        "second_request": requests > 1,
        "investigation": is_investigated,
        "disputed_nondisclosure": pl.col("disputed_nondisclosure"),
    }
    days = elapsed_days(pl.col("reported_at"), pl.col("decided_at"))
    return decided.with_columns(
        days.alias("days"), *(truth.fill_null(value=False).alias(name) for name, truth in held.items())
    ).with_columns((~pl.any_horizontal(sorted(told) or pl.lit(value=False))).alias(NOTHING))


def compared(held: pl.LazyFrame, *, period: Period, told: Collection[str]) -> pl.DataFrame:
    """
    Compare the claims of each obstacle with those that met none.

    Args:
        held: As `held_claims` gives them, or those alike as one: `decided_on`, `cases`, `HELD_COLUMNS`.
        period: Of the decision.
        told: As `told_obstacles` gives them.

    Returns:
        What `holdups` returns.
    """
    return _compared(_sums(held.filter(period.covers("decided_on"))), told)


def investigated_claims(touches: pl.LazyFrame, terms: Terms) -> pl.DataFrame:
    """
    Name the claims that were investigated.

    Args:
        touches: Rows of the claim_touches fact.
        terms: The day at whose end they are looked at, and where it ends.

    Returns:
        A row per claim with such a step: `claim_id`.
    """
    known = known_on(touches, FACTS["claim_touches"], terms.as_of, terms.zone)
    return known.filter(pl.col("step") == INVESTIGATION).select(pl.col("claim_id").unique().sort()).collect()


def documents_asked(judged: pl.LazyFrame, *, period: Period, by: str) -> pl.DataFrame:
    """
    Say how many documents claims took, how many of them nobody had to bring, and how often one had to ask.

    Args:
        judged: As for `holdups`.
        period: Of the decision.
        by: `MONTH`, or a column of the claims fact.

    Returns:
        A row per group and measure, months oldest first, other groups by name: the group, `measure`, `value`,
        `numerator`, `denominator`. The measures are those of `DOCUMENTS`: `documents` per claim, where their
        number is known; `fetched` electronically, of the documents of claims of which both numbers are known;
        `asked`, the share of claims for which somebody had to ask, where the number of requests is known;
        `repeated`, of those, the share for which more than once. Nothing over nothing is null.
    """
    decided = _decided(judged, period).with_columns(pl.col("decided_on").dt.truncate("1mo").alias(MONTH))
    cases, requests = pl.col("cases"), pl.col("document_requests")
    submitted, fetched = pl.col("documents_submitted"), pl.col("documents_fetched")
    both = submitted.is_not_null() & fetched.is_not_null()
    of = {
        "documents": ((submitted * cases).sum(), cases.filter(submitted.is_not_null()).sum()),
        "fetched": ((fetched * cases).filter(both).sum(), (submitted * cases).filter(both).sum()),
        "asked": (cases.filter(requests >= 1).sum(), cases.filter(requests.is_not_null()).sum()),
        "repeated": (cases.filter(requests > 1).sum(), cases.filter(requests >= 1).sum()),
    }
    sums = decided.group_by(by).agg(
        pl.struct(numerator=part, denominator=whole).alias(name) for name, (part, whole) in of.items()
    )
    value = pl.when(pl.col("denominator") > 0).then(pl.col("numerator") / pl.col("denominator"))
    return (
        sums.unpivot(index=by, variable_name="measure", value_name="sums")
        .unnest("sums")
        .with_columns(value=value)
        .sort(by, pl.col("measure").cast(pl.Enum(DOCUMENTS)), nulls_last=True)
        .select(by, "measure", "value", "numerator", "denominator")
        .collect()
    )


def _decided(judged: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    return judged.filter(pl.col("is_adjudicated") & period.covers("decided_on"))


def _sums(marked: pl.LazyFrame) -> pl.DataFrame:
    """
    In one row, the cases of `all` and, of each obstacle, a structure: `cases`, `median`, `p90`.
    """
    days, cases = pl.col("days"), pl.col("cases")
    marks = [*HELD_BY, NOTHING]
    # Times are whole hours: millions of claims share a few thousand, and only those are sorted.
    few = marked.group_by("days", *marks).agg(cases.sum())
    each = {
        name: pl.struct(
            cases=cases.filter(name).sum(),
            median=weighted_quantile(days.filter(name), cases.filter(name), 0.5),
            p90=weighted_quantile(days.filter(name), cases.filter(name), 0.9),
        )
        for name in marks
    }
    return few.select(cases.sum().alias("all"), **each).collect()


def _compared(sums: pl.DataFrame, told: Collection[str]) -> pl.DataFrame:
    """
    One row per obstacle, beside the claims that met none; what isn't recorded is unknown, not none.
    """
    every = sums.row(0, named=True)
    free = every[NOTHING]
    rows = []
    for name in (*HELD_BY, NOTHING):
        found = every[name] if name in told or (name == NOTHING and told) else dict.fromkeys(free)
        median, p90 = found["median"], found["p90"]
        is_compared = name != NOTHING and median is not None and free["median"] is not None
        rows.append(
            {
                "held_by": name,
                **found,
                "share": found["cases"] / every["all"] if found["cases"] is not None and every["all"] else None,
                "more_median": median - free["median"] if is_compared else None,
                "more_p90": p90 - free["p90"] if is_compared else None,
            }
        )
    schema = {"held_by": pl.String, "cases": pl.Int64} | dict.fromkeys(_MEASURES, pl.Float64)
    return pl.DataFrame(rows, schema=schema)
