"""
Random policies, life by life, through the metrics and through counting one by one.

Grace and its edges, early renewal, gaps between terms, terms of three years, cancelled, declined, reinstated,
moved and merged contracts; thousands of renewals a run.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.metrics import KPIS, renewals
from dashboard.metrics.lapses import DAY_BANDS, LATEST, lapses
from dashboard.metrics.renewal_cohorts import AGES, gross_and_invited, maturing_cohorts
from dashboard.periods import Period
from tests.metrics import oracle_renewals as oracle
from tests.metrics.asking import terms
from tests.metrics.policy_lives import lives
from tests.metrics.test_renewals_against_oracle import asked
from tests.rows import SHANGHAI, rows_of_fact

EVERY = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
POLICIES = 250
# Before, on and after the edges of grace (0, 15, 30, 60 days) and of the longest gap (30 days).
DAYS = (-60, -1, 0, 1, 14, 15, 16, 29, 30, 31, 59, 60, 61, 120)
drawn = given(
    seed=st.integers(0, 1_000_000),
    waits=st.lists(st.sampled_from(DAYS), min_size=1, max_size=8),
    gaps=st.lists(st.sampled_from((0, 1, 29, 30, 31, 61)), min_size=1, max_size=4),
    as_of=st.integers(0, 900).map(lambda days: date(2022, 6, 1) + timedelta(days)),
)


@EVERY
@drawn
@pytest.mark.parametrize("zone", [SHANGHAI, "America/Chicago"])
def test_every_figure_of_random_policies_is_counted_by_hand(zone, seed, waits, gaps, as_of):
    """
    Renewal by count and premium, lapses, grace saves, reminders, persistency: overall, by branch, by month.
    """
    on = terms(as_of, zone=zone)
    for fact, rows in zip(("renewals", "premiums"), lives(seed, POLICIES, waits, gaps), strict=True):
        for by in ((), ("branch_id",), ("month",)):
            counted = oracle.sums(rows, fact, as_of, zone, by)
            found = asked(fact, rows, on, by)
            assert {name for name, _ in counted} <= set(found)
            for name, figures in found.items():
                told = {_key(row, by): row for row in figures.iter_rows(named=True)}
                assert {key for kpi, key in counted if kpi == name and counted[kpi, key].below} <= set(told)
                for key, row in told.items():
                    cell = counted.get((name, key), oracle.Sum())
                    value = cell.above / cell.below if cell.below else None
                    assert row["value"] == pytest.approx(value), (name, key)
                    # A month that isn't over is provisional whatever is due in it.
                    if KPIS[name].pending and by != ("month",):
                        assert row["provisional"] == (cell.pending > 0), (name, key)


def _key(row, by):
    return tuple(f"{row[each]:%Y-%m}" if each == "month" else row[each] for each in by)


@EVERY
@drawn
def test_cohorts_and_endings_of_random_policies_are_counted_by_hand(seed, waits, gaps, as_of):
    """
    What each month had renewed at each age, gross beside invited, and how and when the others ended.
    """
    rows, _ = lives(seed, POLICIES, waits, gaps)
    on, ever = terms(as_of), Period()
    judged = renewals.judged(rows_of_fact("renewals", rows), on)
    by_age = maturing_cohorts(judged, on, period=ever).rows(named=True)
    by_month = gross_and_invited(judged, period=ever).rows(named=True)
    by_ending = lapses(judged, on, period=ever)

    assert oracle.cohorts(rows, as_of, AGES) == {
        (f"{row['month']:%Y-%m}", row["age"]): (row["invited"], row["renewed"]) for row in by_age
    }
    assert oracle.gross(rows, as_of) == {
        f"{row['month']:%Y-%m}": (row["gross"], row["gross_renewed"], row["gross_maturing"]) for row in by_month
    }
    by_hand: Counter = Counter()
    for (ending, days), cases in oracle.endings(rows, as_of).items():
        by_hand[ending, _band(days)] += cases
    assert by_hand == {(ending, band): cases for ending, band, cases in by_ending.iter_rows()}


def _band(days: int | None) -> str | None:
    if days is None:
        return None
    return next((name for name, last in DAY_BANDS.items() if days <= last), LATEST)


def test_the_lives_hold_what_they_promise():
    """
    Every way a term can end, both sides of every edge, and far more renewals than there are policies.
    """
    rows, premiums = lives(1, POLICIES, DAYS, (0, 30, 31))
    as_of = date(2024, 11, 17)
    late = Counter(
        (row["renewed_on"] - row["due_on"]).days - (row["grace_days"] or 0) for row in rows if row["renewed_on"]
    )
    terms_of = Counter(row["policy_id"] for row in rows)

    assert min(late[-1], late[0], late[1]) > 5
    assert min(late) < -60
    assert {each for each, _ in oracle.endings(rows, as_of)} == {
        *("lapsed", "reinstated", "insurer_declined", "cancelled", "claim_terminated")
    }
    assert sum(row["renewal_id"].endswith("absorbed") for row in rows) > 5
    assert len(rows) > POLICIES < len(premiums)
    assert max(terms_of.values()) > 3
