"""
Real complaints, if they are at hand: the figures that somebody else counted must come out, to the last case.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboard.facts import FACTS
from dashboard.metrics import evaluate_many
from tests.metrics.asking import OF_COMPLAINTS, terms

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "texas_complaints" / "complaints.parquet"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the Texas complaints aren't beside the project")


@pytest.fixture(scope="module", params=["America/Chicago", "Asia/Shanghai"])
def texas(request):
    """
    The complaints as the contract wants them; days become midnights, in whichever zone days are counted.
    """
    zone = request.param
    schema = FACTS["complaints"].schema

    def midnight(day):
        return pl.col(day).cast(pl.Datetime("us")).dt.replace_time_zone(zone).dt.convert_time_zone("UTC")

    given = {
        "complaint_id": pl.col("complaint_number").cast(pl.String),
        "received_at": midnight("received_date"),
        "decided_at": midnight("closed_date"),
        "product_line": pl.col("coverage_type"),
    }
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in given]
    rows = pl.read_parquet(DATA).select(**given).with_columns(missing).select(list(schema))

    def figures(as_of, **how):
        return evaluate_many(
            list(OF_COMPLAINTS.values()),
            lambda name: rows.lazy() if name == "complaints" else pl.LazyFrame(schema=FACTS[name].schema),
            terms(as_of, "guide-30", zone),
            recorded={"complaints": frozenset(given)},
            **how,
        )

    return figures


def test_all_of_them(texas):
    """
    281,397 complaints, half of them within 70 days, nine in ten within 202; 59,851 within 30.
    """
    found = texas(date(2026, 5, 31))

    assert 281_397 == found["complaints_received"]["value"][0]
    assert (70, 202) == (found["complaint_days_median"]["value"][0], found["complaint_days_p90"]["value"][0])
    assert (59_851, 281_397) == found["complaint_on_time_rate"].select("numerator", "denominator").row(0)
    assert 0.212692 == pytest.approx(found["complaint_on_time_rate_closed"]["value"][0], abs=1e-6)
    assert 0 == found["complaints_open"]["value"][0]


def test_one_month_three_ways(texas):
    """
    March 2025: closed, received and due are three different months.
    """
    found = texas(date(2026, 5, 31), period_from=date(2025, 3, 1), period_before=date(2025, 4, 1))

    assert (300, 1_756) == found["complaint_on_time_rate_closed"].select("numerator", "denominator").row(0)
    assert (309, 1_599) == found["complaint_on_time_rate"].select("numerator", "denominator").row(0)
    assert 1_539 == found["complaints_received"]["value"][0]


def test_as_it_was_known_in_the_summer_of_2024(texas):
    """
    As of 30 June 2024, directly and as the June of the states by month.
    """
    found = texas(date(2024, 6, 30))
    later = texas(date(2026, 5, 31), by=["month"], period_from=date(2024, 6, 1), period_before=date(2024, 7, 1))

    assert (51_547, 242_278) == found["complaint_on_time_rate"].select("numerator", "denominator").row(0)
    for name, value in {"complaints_open": 3_283, "complaints_overdue": 1_763, "complaints_due_7d": 356}.items():
        assert value == found[name]["value"][0] == later[name]["value"][0]


def test_one_line_of_business(texas):
    """
    Motor: 95,708 complaints, 21.68 % within 30 days.
    """
    found = texas(date(2026, 5, 31), by=["product_line"])["complaint_on_time_rate"]
    lines = {
        str(line).lower(): (cases, value)
        for line, cases, value in found.select("product_line", "cases", "value").rows()
    }

    assert [(95_708, pytest.approx(0.2168, abs=5e-5))] == [
        lines[line] for line in lines if line in ("auto", "automobile")
    ]


def test_what_texas_does_not_record_is_not_zero(texas):
    """
    There are no branches in it.
    """
    found = texas(date(2026, 5, 31), by=["branch_id"])

    assert all([True] == frame["not_recorded"].to_list() for frame in found.values())
    assert all([None] == frame["value"].to_list() for frame in found.values())
