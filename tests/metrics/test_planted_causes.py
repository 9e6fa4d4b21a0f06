"""
What was planted in the made-up insurer is found by the figures, and hardly anything that wasn't.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.facts import PROBLEM
from dashboard.metrics import complaints
from dashboard.metrics.before_after import before_after
from dashboard.metrics.causes import pareto
from dashboard.metrics.complainants import repeat_complainants
from dashboard.metrics.mediation_effect import mediation_effect
from dashboard.metrics.signals import rising, surges
from dashboard.periods import Period, shift_months
from dashboard.snapshot import Snapshot
from tests.insurer import AS_OF
from tests.metrics.asking import terms

DAY = timedelta(days=1)
ON = terms(AS_OF)
CAUSE = "deductible_misunderstood"
# As the insurer's own system writes it, and so do its books.
AS_BOOKED = "免赔额误解"


@pytest.fixture(scope="module")
def facts(insurer):
    version = Snapshot(insurer.settings.snapshot).current()
    return {
        name: version.scan(name).filter(pl.col(PROBLEM).is_null()).collect() for name in ("complaints", "exposure")
    }


@pytest.fixture(scope="module")
def rows(facts):
    return complaints.judged(facts["complaints"].lazy(), ON).collect().lazy()


@pytest.fixture(scope="module")
def exposure(facts):
    return facts["exposure"].lazy()


@pytest.fixture(scope="module")
def surge(insurer):
    planted = insurer.books.planted["surge"]
    assert planted["cause"] == AS_BOOKED
    return date.fromisoformat(planted["from"]), date.fromisoformat(planted["fixed_on"])


def as_known(facts, day):
    """
    The rows as they were judged at the end of an earlier day.
    """
    return complaints.judged(facts["complaints"].lazy(), terms(day)).collect().lazy()


def test_the_surge_is_found_while_it_is_young(facts, surge):
    """
    From the fifth to the eighth week, with what was known then: that cause, hardly any other.
    """
    days = [surge[0] + timedelta(weeks=weeks) - DAY for weeks in range(5, 9)]
    found = [surges(as_known(facts, day), as_of=day).cells for day in days]
    seen = pl.concat(each.filter(pl.col("cause") == CAUSE) for each in found)

    assert seen.height >= len(days) - 1
    assert seen["lower"].min() > 1
    assert (seen["direct"] + seen["from_media"] + seen["from_regulator"]).equals(seen["observed"])
    assert sum(each.height for each in found) <= seen.height + 1


def test_no_surge_before_it_nor_after_the_fix(facts, surge):
    """
    Half a year before, and every four weeks from five weeks after the fix until today.
    """
    start, fixed = surge
    days = [start - timedelta(days=180), *(AS_OF - timedelta(days=28 * n) for n in range(6))]
    for day in [day for day in days if not start <= day < fixed + timedelta(days=35)]:
        assert CAUSE not in surges(as_known(facts, day), as_of=day).cells["cause"], day


@pytest.mark.parametrize("by", [("cause",), ("cause", "product_line"), ("cause", "branch_id")])
def test_surges_that_were_not_planted_are_few(rows, by):
    """
    Over two years, every four weeks: of each thousand other cells three at most.
    """
    tested = false = 0
    for number in range(26):
        found = surges(rows, as_of=AS_OF - timedelta(days=28 * number), by=by)
        tested += found.tested
        false += found.cells.filter(pl.col("cause") != CAUSE).height

    assert tested > 250
    assert false <= max(1, 0.003 * tested)


def test_the_cause_rises_in_the_month_after_it_began(rows, exposure, surge):
    """
    Rising while it is new, not rising today; over two years at most three in a hundred others are called rising.
    """
    after = shift_months(surge[0].replace(day=1), 2) - DAY
    then = rising(rows, exposure, as_of=after).row(0, named=True)
    now = rising(rows, exposure, as_of=AS_OF)
    others = [
        rising(rows, exposure, as_of=shift_months(AS_OF + DAY, -back) - DAY).filter(pl.col("cause") != CAUSE)
        for back in range(24)
    ]
    judged = pl.concat(others)["is_rising"]

    assert (CAUSE, True) == (then["cause"], then["is_rising"])
    assert then["lower"] > 1
    assert not now.filter(pl.col("cause") == CAUSE)["is_rising"].item()
    assert judged.mean() <= 0.03


def test_the_fix_is_found(rows, exposure, surge):
    """
    Far fewer after it than before it, beyond doubt; the rest of the complaints didn't change by that much.
    """
    fixed = surge[1]
    found = before_after(rows, exposure, cause=CAUSE, day=fixed, as_of=AS_OF)
    everything = before_after(rows, exposure, cause=None, day=fixed, as_of=AS_OF)

    assert ("policy_years", False, False) == (found.basis, found.provisional, found.too_few)
    assert found.upper < 0.5
    assert found.p_value < 0.001
    assert everything.ratio > found.upper


def test_the_surging_cause_is_large_only_while_it_surges(rows, surge):
    """
    Among the three largest causes during the surge, among the five smallest since.
    """
    during = pareto(rows, period=Period(*surge)).causes["cause"].to_list()
    since = pareto(rows, period=Period(surge[1], AS_OF + DAY)).causes["cause"].to_list()

    assert during.index(CAUSE) < 3
    assert since.index(CAUSE) >= len(since) - 5


def test_mediation_helps(rows):
    """
    Settled disputes end sooner than comparable ones, with the whole interval.
    """
    days = mediation_effect(rows, ON, period=Period(None, None)).row(0, named=True)

    assert days["cases_settled"] > 20
    assert days["difference"] < 0


def test_some_complain_again(rows):
    """
    As many as counting the customers one by one gives.
    """
    seen: dict[str, int] = {}
    for row in rows.collect().iter_rows(named=True):
        if row["is_counted"] and row["received_on"] > AS_OF - timedelta(days=365):
            seen[row["customer_id"]] = seen.get(row["customer_id"], 0) + row["cases"]
    found = repeat_complainants(rows, as_of=AS_OF)

    assert sum(number >= 2 for number in seen.values()) == found.customers > 0
