"""
Is what rules decide as sound as what people decide: reversed as seldom, paid as exactly, complained of as little?

By rules means decided by rules, touched by somebody or not; by people means known not to be. Of what is known
neither way nothing is compared.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from dashboard.metrics.claims import OVERTURNED_DAYS
from dashboard.metrics.packing import Likeness, grouped
from dashboard.metrics.terms import Terms
from dashboard.periods import Period
from dashboard.stats import bootstrap_ratio, newcombe, rate_ratio

# A complaint is looked for within so many days of the decision, like a reversal.
COMPLAINED_DAYS: Final = 90
PER_DECISIONS: Final = 1_000
# Any number does; a fixed one keeps an interval from flickering from look to look.
_SEED: Final = 20_200_301

# What `reversals` and `complaints_by_arm` read.
OF_DECISIONS: Final = Likeness(
    ("decided_on", "is_automation_known", "auto_decided", "is_refused", "is_auto_overturned")
)

_REVERSALS: Final = ("refused", "accepted")
ARMS: Final = ("rules", "people")


def reversals(rows: pl.LazyFrame, terms: Terms, *, period: Period) -> pl.DataFrame:
    """
    Compare how many decisions of rules and of people were reversed within 90 days.

    Only decisions with 90 days behind them are looked at: the 90th day still counts, later reversals don't.

    Args:
        rows: Judged claims: the columns of `OF_DECISIONS`.
        terms: The day.
        period: Of the decision.

    Returns:
        Two rows, `decision` being `refused` and `accepted` (paid or partly paid, and taken back): `rules`,
        `rules_reversed`, `people`, `people_reversed` (cases), `rules_share`, `people_share`, `difference` (rules
        less people), `lower`, `upper` (Newcombe; shares and interval null over nothing) and `pending` (cases
        decided by either, not followed for 90 days yet).
    """
    cases = pl.col("cases")
    decided = rows.filter("is_automation_known", period.covers("decided_on")).select(
        "is_refused",
        "cases",
        by_rules="auto_decided",
        is_followed=_followed(OVERTURNED_DAYS, terms),
        # What judging looks for is a reversal by the 90th day, whoever decided.
        is_reversed="is_auto_overturned",
    )
    counts = grouped(decided.collect(), ["is_refused", "by_rules", "is_followed", "is_reversed"])
    sums = {}
    for arm, is_rules in zip(ARMS, (True, False), strict=True):
        followed = pl.col("is_followed") & (pl.col("by_rules") == is_rules)
        sums[arm] = cases.filter(followed).sum()
        sums[f"{arm}_reversed"] = cases.filter(followed & pl.col("is_reversed")).sum()
    both = [
        counts.filter(pl.col("is_refused") == (decision == "refused")).select(
            pl.lit(decision).alias("decision"), **sums, pending=cases.filter(~pl.col("is_followed")).sum()
        )
        for decision in _REVERSALS
    ]
    shares = {f"{arm}_share": _share(pl.col(f"{arm}_reversed"), pl.col(arm)) for arm in ARMS}
    difference, lower, upper = newcombe(
        pl.col("rules_reversed"), pl.col("rules"), pl.col("people_reversed"), pl.col("people")
    )
    is_known = (pl.col("rules") > 0) & (pl.col("people") > 0)
    return (
        pl.concat(both)
        .with_columns(**shares, difference=difference, lower=lower, upper=upper)
        .with_columns(pl.when(is_known).then(limit).alias(limit) for limit in ("lower", "upper"))
        .select(
            *("decision", "rules", "rules_reversed", "people", "people_reversed"),
            *("rules_share", "people_share", "difference", "lower", "upper", "pending"),
        )
    )


def audited(rows: pl.LazyFrame) -> pl.LazyFrame:
    """
    The claims that `leakage` is about: audited, paid, and known how much was due and how they were decided.
    """
    return rows.filter(
        pl.col("audited_at").is_not_null(),
        "is_automation_known",
        pl.col("audit_amount_due").is_not_null(),
        pl.col("amount_paid").is_not_null(),
    )


def leakage(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Say how much more was paid than should have been, of the claims that were audited.

    It speaks for all claims only if audits were drawn at random. What was paid too much and too little may cancel
    out and is told apart, too. An amount is its row's, however many cases it stands for; a claim is a cluster.

    Args:
        rows: Judged claims.
        period: Of the decision.

    Returns:
        Two rows, `arm` being `rules` and `people`: `claims` (audited, paid, and known how much was due), `paid`,
        `due`, `net` ((paid less due) over due), `lower`, `upper` (of it, by bootstrap, see `bootstrap_ratio`),
        `over` and `under` (what was paid too much, and too little, over due); null of none.
    """
    # In the order of their numbers, which the interval is drawn by.
    found = audited(rows).filter(period.covers("decided_on")).collect().sort("claim_id")
    return pl.DataFrame(
        [
            {"arm": arm, **_leaked(found.filter(pl.col("auto_decided") == is_rules))}
            for arm, is_rules in zip(ARMS, (True, False), strict=True)
        ],
        schema={
            "arm": pl.String,
            "claims": pl.Int64,
            **dict.fromkeys(("paid", "due", "net", "lower", "upper", "over", "under"), pl.Float64),
        },
    )


def complained(claims: pl.LazyFrame, complaints: pl.LazyFrame) -> pl.LazyFrame:
    """
    Pair claims with the complaints about them that were received within 90 days of the decision.

    The day of the decision and the 90th day after it still count; what was complained of before the decision isn't
    about it.

    Args:
        claims: Judged claims.
        complaints: Judged complaints. Those merged and invalid are left out.

    Returns:
        A row per pair: the claim's columns, but `cases` is the complaint's.
    """
    received = complaints.filter("is_counted", pl.col("claim_id").is_not_null()).select(
        "claim_id", "received_on", _complaints="cases"
    )
    after = (pl.col("received_on") - pl.col("decided_on")).dt.total_days()
    return (
        claims.join(received, on="claim_id", how="inner")
        .filter("is_automation_known", after.is_between(0, COMPLAINED_DAYS))
        .with_columns(cases="_complaints")
        .drop("_complaints", "received_on")
    )


def complaints_by_arm(
    rows: pl.LazyFrame, complaints: pl.LazyFrame, terms: Terms, *, period: Period
) -> dict[str, float | int | None]:
    """
    Compare the complaints about decisions of rules and of people, per 1,000 decisions.

    Only decisions with 90 days behind them are looked at. Complaints that don't say which claim they are about are
    about none.

    Args:
        rows: Judged claims: the columns of `OF_DECISIONS`.
        complaints: What `complained` makes of them, the same ones chosen.
        terms: The day.
        period: Of the decision.

    Returns:
        `rules`, `people` (cases decided), `rules_complaints`, `people_complaints` (cases), `rules_rate`,
        `people_rate` (per 1,000; null of none), and of the rate of rules over that of people `ratio`, `lower`,
        `upper` (exact; see `rate_ratio`).
    """
    by_arm = [
        each.filter("is_automation_known", period.covers("decided_on"), _followed(COMPLAINED_DAYS, terms)).select(
            "auto_decided", "cases"
        )
        for each in (rows, complaints)
    ]
    decided, received = (dict(grouped(each, ["auto_decided"]).iter_rows()) for each in pl.collect_all(by_arm))
    found: dict[str, float | int | None] = {}
    for arm, is_rules in zip(ARMS, (True, False), strict=True):
        found[arm], found[f"{arm}_complaints"] = decided.get(is_rules, 0), received.get(is_rules, 0)
        found[f"{arm}_rate"] = (
            received.get(is_rules, 0) / decided[is_rules] * PER_DECISIONS if decided.get(is_rules) else None
        )
    ratio = rate_ratio(received.get(True, 0), decided.get(True, 0), received.get(False, 0), decided.get(False, 0))
    return found | {"ratio": ratio.ratio, "lower": ratio.lower, "upper": ratio.upper}


def _leaked(claims: pl.DataFrame) -> dict[str, float | int | None]:
    paid, due = (claims[name].cast(pl.Float64) for name in ("amount_paid", "audit_amount_due"))
    whole = float(due.sum())
    sums: dict[str, float | int | None] = {
        "claims": int(claims["cases"].sum()),
        "paid": float(paid.sum()),
        "due": whole,
    }
    if whole <= 0:
        return sums
    limits = bootstrap_ratio((paid - due).to_numpy(), due.to_numpy(), seed=_SEED)
    return sums | {
        "net": float((paid - due).sum()) / whole,
        "lower": limits[0] if limits else None,
        "upper": limits[1] if limits else None,
        "over": float((paid - due).clip(lower_bound=0).sum()) / whole,
        "under": float((due - paid).clip(lower_bound=0).sum()) / whole,
    }


def _followed(days: int, terms: Terms) -> pl.Expr:
    return pl.col("decided_on") <= terms.as_of - timedelta(days=days)


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
