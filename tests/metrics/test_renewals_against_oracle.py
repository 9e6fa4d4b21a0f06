"""
Figures of renewals against counting one by one: every KPI, every group, months, two days, two zones.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.metrics import GROUP_KEYS, KPIS, evaluate_many, tiers
from dashboard.stats import newcombe
from tests.metrics.asking import ALL_RECORDED, terms
from tests.metrics.oracle_renewals import Sum, sums
from tests.metrics.renewal_edges import crowd
from tests.rows import SHANGHAI, rows_of_fact

FACTS = ("renewals", "premiums", "campaigns", "customers")
DAYS = (date(2024, 6, 30), date(2024, 9, 30))
SIZE = 1_500


def asked(fact: str, rows, on, by=()):
    kpis = [each for each in KPIS.values() if each.fact == fact]
    return evaluate_many(
        kpis, {fact: rows_of_fact(fact, rows)}.__getitem__, on, recorded=ALL_RECORDED, by=list(by)
    )


def told(row: dict) -> tuple:
    return row["value"], row["numerator"] or 0, row["denominator"] or 0, row["provisional"]


def expected(name: str, cell: Sum) -> tuple:
    """
    Value, above and below the line; of a difference with those compared with.
    """
    if KPIS[name].unit == "count":
        return cell.above, cell.above, 0
    if KPIS[name].unit == "difference":
        shares = pl.select(newcombe(*(pl.lit(part) for part in (cell.above, cell.below)), *others(cell))[0]).item()
        return shares, cell.above, cell.below
    return (cell.above / cell.below if cell.below else None), cell.above, cell.below


def others(cell: Sum):
    return pl.lit(cell.other_above), pl.lit(cell.other_below)


@pytest.mark.parametrize("fact", FACTS)
@pytest.mark.parametrize("as_of", DAYS, ids=str)
@pytest.mark.parametrize("zone", [SHANGHAI, "America/Chicago"])
def test_every_figure_is_what_counting_one_by_one_gives(fact, as_of, zone):
    """
    Overall and by each group; nothing over nothing has no value; what may still come makes it provisional.
    """
    rows = crowd(fact, seed=as_of.toordinal(), count=SIZE)
    for by in ((), *((key,) for key in GROUP_KEYS[fact])):
        counted = sums(rows, fact, as_of, zone, by)
        for name, found in asked(fact, rows, terms(as_of, zone=zone), by).items():
            assert found.height
            for row in found.iter_rows(named=True):
                cell = counted.get((name, tuple(row[key] for key in by)), Sum())
                value, above, below = expected(name, cell)
                assert row["value"] == pytest.approx(value), (name, by)
                assert (row["numerator"] or 0) == pytest.approx(above, abs=0.51)
                assert (row["denominator"] or 0) == pytest.approx(below, abs=0.51)
                if KPIS[name].pending:
                    assert row["provisional"] == (cell.pending > 0)


@pytest.mark.parametrize("fact", ["renewals", "premiums", "campaigns"])
def test_every_month_is_what_counting_one_by_one_gives(fact):
    """
    A month that can't be told yet has no value, and never nought.
    """
    as_of = DAYS[0]
    rows = crowd(fact, seed=3, count=SIZE)
    counted = sums(rows, fact, as_of, SHANGHAI, ("month",))
    for name, found in asked(fact, rows, terms(as_of), ["month"]).items():
        months = {key[0] for kpi, key in counted if kpi == name and counted[kpi, key].below}
        assert months <= {f"{month:%Y-%m}" for month in found["month"]}
        for row in found.iter_rows(named=True):
            value, above, _ = expected(name, counted.get((name, (f"{row['month']:%Y-%m}",)), Sum()))
            assert row["value"] == pytest.approx(value), (name, row["month"])
            assert (row["numerator"] or 0) == pytest.approx(above, abs=0.51)


def test_the_crowd_reaches_every_figure():
    """
    Each has something above, below and, where it can be, still to come.
    """
    for fact in FACTS:
        counted = sums(crowd(fact, seed=1, count=SIZE), fact, DAYS[0], SHANGHAI, ())
        # Customers by their tier have a crowd of their own: see test_tiers.py.
        names = {each.id for each in KPIS.values() if each.fact == fact and each.judge is not tiers.judged}
        assert names == {name for (name, _), cell in counted.items() if 0 < cell.above and cell.below}
        assert {name for name in names if KPIS[name].pending} == {
            name for (name, _), cell in counted.items() if cell.pending
        }
