"""
What did a campaign win, and what would have been claimed for it had nobody been left alone?
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Final

import polars as pl

from dashboard.stats import newcombe

Z: Final = NormalDist().inv_cdf(0.975)


def campaign_effect(campaigns: pl.LazyFrame, renewals: pl.LazyFrame) -> pl.DataFrame:
    """
    Compare those drawn for each campaign with those drawn to be left alone, by intention to treat.

    Whoever was drawn counts where they were drawn, reached or not. The interval of the difference is Newcombe's;
    that of the premium the usual one of a difference of two means of unlike variance. What was won is the
    difference times those treated.

    Args:
        campaigns: Judged rows: `campaign`, `is_told`, `is_untold`, `is_holdout`, `is_renewed`, `premium` (null
            counts as nothing where not renewed; a renewed one without a premium is left out of the premium),
            `contacted_at`, `outcome_due_on`, `cases`.
        renewals: Judged rows of the same units: `is_mature`, `is_renewed`, `matures_on`, `cases`. Of them come the
            contracts that matured on the same days a year before.

    Returns:
        A row per campaign with a known outcome, by name: `campaign`, `outcome_from` and `outcome_until` (first and
        last day an outcome was due), `treated`, `treated_renewed`, `reached`, `holdout`, `holdout_renewed`,
        `untold` (drawn, outcome not due yet); `difference`, `lower`, `upper` (shares; null without both arms);
        `policies` and `policies_lower`, `policies_upper` (renewals won); `premium_won`, `premium_lower`,
        `premium_upper`; `before` (share renewed a year earlier; null if there was nothing) and `seen` (share of
        the treated less that: what a comparison with the year before would have claimed).
    """
    cases, told = pl.col("cases"), pl.col("is_told")
    arms = {"treated": told & ~pl.col("is_holdout"), "holdout": told & pl.col("is_holdout")}
    paid = pl.when("is_renewed").then(pl.col("premium").cast(pl.Float64)).otherwise(0.0)
    sums: dict[str, pl.Expr] = {}
    for arm, is_in in arms.items():
        priced = cases.filter(is_in & paid.is_not_null())
        sums |= {
            arm: cases.filter(is_in).sum(),
            f"{arm}_renewed": cases.filter(is_in & pl.col("is_renewed")).sum(),
            f"_{arm}_n": priced.sum(),
            f"_{arm}_y": (cases * paid).filter(is_in).sum(),
            f"_{arm}_yy": (cases * paid**2).filter(is_in).sum(),
        }
    found = (
        campaigns.group_by("campaign")
        .agg(
            outcome_from=pl.col("outcome_due_on").filter(told).min(),
            outcome_until=pl.col("outcome_due_on").filter(told).max(),
            reached=cases.filter(arms["treated"] & pl.col("contacted_at").is_not_null()).sum(),
            untold=cases.filter("is_untold").sum(),
            **sums,
        )
        .filter(pl.col("outcome_from").is_not_null())
    )
    difference, lower, upper = newcombe(
        *(pl.col(name) for name in ("treated_renewed", "treated", "holdout_renewed", "holdout"))
    )
    mean, reach = _difference_of_means()
    treated = pl.col("treated")
    told_of = (
        found.with_columns(difference=difference, lower=lower, upper=upper, _mean=mean, _reach=reach)
        .with_columns(
            policies=pl.col("difference") * treated,
            policies_lower=pl.col("lower") * treated,
            policies_upper=pl.col("upper") * treated,
            premium_won=pl.col("_mean") * treated,
            premium_lower=(pl.col("_mean") - pl.col("_reach")) * treated,
            premium_upper=(pl.col("_mean") + pl.col("_reach")) * treated,
        )
        .select(pl.exclude("^_.*$"))
        .sort("campaign")
        .collect()
    )
    before = _year_before(told_of, renewals)
    share = pl.col("treated_renewed") / pl.when(pl.col("treated") > 0).then("treated")
    return told_of.with_columns(before=before).with_columns(seen=share - pl.col("before"))


def _difference_of_means() -> tuple[pl.Expr, pl.Expr]:
    means, variances = [], []
    for arm in ("treated", "holdout"):
        size, total, squares = (pl.col(f"_{arm}_{name}") for name in ("n", "y", "yy"))
        some = pl.when(size > 1).then(size.cast(pl.Float64))
        means.append(total / some)
        variances.append((squares - total**2 / some).clip(lower_bound=0.0) / (some - 1) / some)
    return means[0] - means[1], Z * (variances[0] + variances[1]).sqrt()


def _year_before(told: pl.DataFrame, renewals: pl.LazyFrame) -> pl.Series:
    """
    The share renewed of the contracts that matured on the campaign's days a year earlier.
    """
    cases = pl.col("cases")
    shares = []
    for first, last in told.select("outcome_from", "outcome_until").iter_rows():
        days = pl.col("matures_on").is_between(pl.lit(first).dt.offset_by("-1y"), pl.lit(last).dt.offset_by("-1y"))
        of_them = renewals.filter("is_mature", days).select(
            cases.sum(), pl.col("cases").filter("is_renewed").sum().alias("kept")
        )
        total, kept = of_them.collect().row(0)
        shares.append(kept / total if total else None)
    return pl.Series(shares, dtype=pl.Float64)
