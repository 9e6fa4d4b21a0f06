"""
What the books say of sales conduct: what didn't suit, steps and sales recorded, health declared, flags confirmed.

The tables are read as they were written; nothing here is shared with the metrics that the books are there to test.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from dashboard.demo.application_books import NAMES, days_of, groups_of
from dashboard.demo.applications import DECISIONS, ISSUED
from dashboard.demo.books import Figures, rate
from dashboard.demo.columns import Array
from dashboard.demo.customers import Customers
from dashboard.demo.people import Organisation
from dashboard.demo.policies import LONG_TERM, RISK
from dashboard.demo.sums import Entry, SumsByKey

RATES = (
    "suitability_breach_rate",
    "needs_analysis_rate",
    "recording_coverage_rate",
    "recording_pass_rate",
    "step_record_rate",
    "health_declaration_rate",
    "conduct_flags_confirmed",
)

# Contracts issued from these days on are held against the measures on sales conduct, and on suitability.
CONDUCT_FROM, SUITABILITY_FROM = np.datetime64("2024-03-01"), np.datetime64("2026-02-01")


class SalesConductLedger:
    """
    Adds applications with their steps and findings for one day, as known at its end, and closes with the figures.
    """

    def __init__(self, day: date, organisation: Organisation) -> None:
        self.day = np.datetime64(day, "D")
        self.organisation = organisation
        self.sums = SumsByKey(NAMES)

    def add(self, tables: dict[str, pl.DataFrame], customers: Customers) -> None:
        """
        Enter a chunk: its tables of applications, steps and findings, and its customers.
        """
        applications = tables["application"]
        opened, submitted, decided = (
            days_of(applications, f"{at}_at") for at in ("opened", "submitted", "decided")
        )
        sent, is_decided = submitted <= self.day, decided <= self.day
        issued = is_decided & _true(applications["decision_code"] == DECISIONS[ISSUED])
        long_term = LONG_TERM[applications["product_no"].str.slice(2).cast(pl.Int64).to_numpy()]
        required, recorded, passed, declares = (
            _true(applications[name].cast(pl.Boolean))
            for name in ("recording_required", "recorded", "recording_passed", "declaration_required")
        )
        numbers = applications["application_no"]
        analysed = _done(tables["application_step"], "需求分析", numbers)
        declared = _done(tables["application_step"], "健康告知", numbers)
        findings = tables["quality_finding"]
        raised = findings.filter(pl.Series(days_of(findings, "raised_at") <= self.day))
        confirmed = raised.filter(pl.col("confirmed").cast(pl.Boolean))
        tested = _done(tables["application_step"], "风险测评", numbers)
        risk = RISK[applications["product_no"].str.slice(2).cast(pl.Int64).to_numpy()]
        age, tolerance, premium, income = (
            applications[name].to_numpy()
            for name in ("applicant_age", "risk_tolerance", "premium_quoted", "declared_income")
        )
        too_dear = (age >= 60) & (premium > 0.5 * income)
        too_dear |= (age >= 65) & (premium > 0.3 * income) & (decided >= SUITABILITY_FROM)
        unsuitable = (
            (long_term & too_dear)
            | (risk > tolerance)
            | (long_term & ~_true(analysed <= applications["submitted_at"]))
            | ((risk >= 3) & ~_true(tested <= applications["submitted_at"]))
            | _true(applications["advised_to_stop"].cast(pl.Boolean))
        )
        # Counted step by step; the query sums them.
        records = (
            tables["application_step"]
            .group_by("application_no")
            .agg(pl.col("required", "recorded").cast(pl.Int64).sum())
        )
        of_steps = pl.DataFrame({"application_no": numbers}).join(
            records, on="application_no", how="left", maintain_order="left"
        )
        required_steps, recorded_steps = (
            of_steps[name].fill_null(0).to_numpy() for name in ("required", "recorded")
        )
        entries = (
            Entry(issued & (decided >= CONDUCT_FROM), unsuitable, opened),
            Entry(sent & long_term, _true(analysed <= applications["submitted_at"]), opened),
            Entry(sent & required, recorded, opened),
            Entry(sent & required & recorded, passed, opened),
            Entry(sent & (required_steps > 0), recorded_steps, opened, required_steps),
            Entry(issued & declares, _true(declared <= applications["decided_at"]), opened),
            Entry(_among(numbers, raised), _among(numbers, confirmed), opened),
        )
        groups = groups_of(applications, customers, self.organisation)
        for kpi, entry in zip(RATES, entries, strict=True):
            self.sums.enter(kpi, groups, entry)

    def figures(self) -> Figures:
        """
        The figures as they are by this day's end.
        """
        return {kpi: self.sums.figures(kpi, rate) for kpi in RATES}


def _done(steps: pl.DataFrame, step: str, numbers: pl.Series) -> pl.Series:
    """
    When each application's step was done; null where it left no record.
    """
    of_step = steps.filter(pl.col("step_code") == step)
    return numbers.replace_strict(of_step["application_no"], of_step["done_at"], default=None)


def _among(numbers: pl.Series, findings: pl.DataFrame) -> Array:
    return _true(numbers.is_in(findings["application_no"].implode()))


def _true(found: pl.Series) -> Array:
    there: Array = found.fill_null(value=False).to_numpy()
    return there
