"""
Which contracts were sold although they didn't suit the customer, or before that was known?
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

import polars as pl

from dashboard.periods import Period

KINDS: Final = ("elderly", "risk_averse", "no_needs_analysis", "no_risk_test", "against_advice")
# The applicant's yearly income, while it is judged by.
INCOME: Final = "_income"
# Truth columns by kind: whether it can be told of a contract, and whether it is so.
TESTED: Final = {kind: f"is_tested_{kind}" for kind in KINDS}
BREACHED: Final = {kind: f"is_breach_{kind}" for kind in KINDS}
# What is read of judged applications for the kinds.
KINDS_READ: Final = ("started_on", *TESTED.values(), *BREACHED.values())
# Without any of these some kind can't be told, and a breach of it would pass for none.
NEEDED: Final = (
    *("submitted_at", "decided_at", "outcome", "customer_age", "annual_income", "premium", "term_years"),
    *("risk_tolerance", "product_risk", "needs_analysed_at", "risk_assessed_at", "advised_to_stop"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitabilityRule:
    """
    One thing a sale may not be, for contracts issued from a day on.

    Attributes:
        id: Stable name.
        kind: Of `KINDS`.
        source: Where it comes from.
        effective_from: The first day.
        effective_before: The day from which it no longer holds; null: it still does.
        min_age: The applicant's age from which it holds, the birthday included.
        min_years: It holds of contracts that run longer.
        max_income_percent: The most the premium may be, in hundredths of the applicant's yearly income.
        min_product_risk: The grade of the product's risk from which it holds.
    """

    id: str
    kind: str
    source: str
    effective_from: date
    effective_before: date | None = None
    min_age: int = 0
    min_years: int = 0
    max_income_percent: int = 0
    min_product_risk: int = 0


@cache
def suitability_rules() -> tuple[SuitabilityRule, ...]:
    """
    The rules in suitability.toml, in the order of their kinds, the earliest of each first.
    """
    text = resources.files("dashboard.metrics").joinpath("suitability.toml").read_text(encoding="utf-8")
    rules = [SuitabilityRule(**each) for each in tomllib.loads(text)["rules"]]
    return tuple(sorted(rules, key=lambda each: (KINDS.index(each.kind), each.effective_from, each.id)))


def youngest_elderly() -> int:
    """
    The lowest age from which any rule asks what the applicant earns.
    """
    return min(rule.min_age for rule in suitability_rules() if rule.kind == KINDS[0])


def suitability() -> dict[str, pl.Expr]:
    """
    Whether a contract is tested and found unsuitable, by kind and altogether.

    A contract is tested by a rule if it was issued while the rule was in force, is of the sort the rule is about,
    and all the rule asks for is known; what isn't known is no breach. Of an analysis or a test that has no day,
    none was made: it counts as missing, as does one made after the application was sent.

    Returns:
        Expressions over rows of `application_journey.judged` with the column of `INCOME`, by name:
        `is_suitability_tested` (by any rule), `is_unsuitable` (breaks any), and those of `TESTED` and `BREACHED`.
        All are true or false.
    """
    tested: dict[str, list[pl.Expr]] = {kind: [] for kind in KINDS}
    breached: dict[str, list[pl.Expr]] = {kind: [] for kind in KINDS}
    for rule in suitability_rules():
        about, is_breach = _TESTS[rule.kind](rule)
        is_about = (_in_force(rule) & about & is_breach.is_not_null()).fill_null(value=False)
        tested[rule.kind].append(is_about)
        breached[rule.kind].append(is_about & is_breach.fill_null(value=False))
    told = {TESTED[kind]: pl.any_horizontal(found) for kind, found in tested.items()}
    told |= {BREACHED[kind]: pl.any_horizontal(found) for kind, found in breached.items()}
    return told | {
        "is_suitability_tested": pl.any_horizontal(each for found in tested.values() for each in found),
        "is_unsuitable": pl.any_horizontal(each for found in breached.values() for each in found),
    }


def breaches_by_kind(judged: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Count contracts tested and found unsuitable, by kind; one that is so in two ways is in both.

    Args:
        judged: Rows of `sales_conduct.judged`, with `KINDS_READ` and `cases`.
        period: Of the start of the application.

    Returns:
        One row per kind, in the order of `KINDS`: `kind`, `tested`, `breaches` (Int64), `share` (null of none).
    """
    inside = judged.filter(period.covers("started_on"))
    cases = pl.col("cases")
    parts = {"tested": TESTED, "breaches": BREACHED}
    sums = {
        f"{part}_{kind}": cases.filter(column).sum()
        for part, columns in parts.items()
        for kind, column in columns.items()
    }
    found = inside.select(**sums).collect().row(0, named=True)
    rows = {
        "kind": list(KINDS),
        "tested": [found[f"tested_{kind}"] for kind in KINDS],
        "breaches": [found[f"breaches_{kind}"] for kind in KINDS],
    }
    schema = {"kind": pl.String, "tested": pl.Int64, "breaches": pl.Int64}
    share = pl.when(pl.col("tested") > 0).then(pl.col("breaches") / pl.col("tested"))
    return pl.DataFrame(rows, schema=schema).with_columns(share=share)


def _in_force(rule: SuitabilityRule) -> pl.Expr:
    """
    Whether a contract was issued while the rule held.
    """
    issued = (pl.col("outcome") == "issued") & pl.col("submitted_at").is_not_null()
    since = issued & (pl.col("decided_on") >= rule.effective_from)
    return since if rule.effective_before is None else since & (pl.col("decided_on") < rule.effective_before)


def _elderly(rule: SuitabilityRule) -> tuple[pl.Expr, pl.Expr]:
    premium, income = (pl.col(name).cast(pl.Float64) for name in ("premium", INCOME))
    # Rounded, so that a premium of just the share isn't above it by a float's last digit.
    most = pl.when(income > 0).then((income * rule.max_income_percent).round(2))
    is_about = (pl.col("customer_age") >= rule.min_age) & (pl.col("term_years") > rule.min_years)
    return is_about, (premium * 100).round(2) > most


def _risk_averse(_: SuitabilityRule) -> tuple[pl.Expr, pl.Expr]:
    return pl.lit(value=True), pl.col("product_risk") > pl.col("risk_tolerance")


def _no_needs_analysis(rule: SuitabilityRule) -> tuple[pl.Expr, pl.Expr]:
    return pl.col("term_years") > rule.min_years, ~_before_sent("needs_analysed_at")


def _no_risk_test(rule: SuitabilityRule) -> tuple[pl.Expr, pl.Expr]:
    return pl.col("product_risk") >= rule.min_product_risk, ~_before_sent("risk_assessed_at")


def _against_advice(_: SuitabilityRule) -> tuple[pl.Expr, pl.Expr]:
    return pl.lit(value=True), pl.col("advised_to_stop")


def _before_sent(step: str) -> pl.Expr:
    return (pl.col(step) <= pl.col("submitted_at")).fill_null(value=False)


# By kind: which contracts a rule is about, and which of them break it; null where that isn't known.
_TESTS: Final = {
    "elderly": _elderly,
    "risk_averse": _risk_averse,
    "no_needs_analysis": _no_needs_analysis,
    "no_risk_test": _no_risk_test,
    "against_advice": _against_advice,
}
