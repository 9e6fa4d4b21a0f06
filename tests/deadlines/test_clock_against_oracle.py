"""
Random complaints through the clock and through the slow oracle: both must say the same about every one.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.deadlines import load_regimes, with_deadlines
from tests.deadlines.oracle import RULES, Judge
from tests.deadlines.random_complaints import batch
from tests.rows import rows_of_fact

# Units, roll and pause in mixtures that no shipped rule has.
_OURS = {"domain": "complaint", "kind": "internal", "jurisdiction": "any", "country": "CN", "source": "a test"}
OWN: dict[str, Any] = {
    "months": {
        **_OURS,
        "limit": {"n": 1, "unit": "m"},
        "limit_by_grade": {"major": {"n": 10, "unit": "bd"}, "complex": {"n": 2, "unit": "m"}},
        "roll": "nonworking",
        "pause": "when_told",
    },
    "hours": {
        **_OURS,
        "limit": {"n": 72, "unit": "h"},
        "limit_by_grade": {"simple": {"n": 24, "unit": "h"}},
        "pause": "when_told",
    },
}
REGIMES = load_regimes(OWN)
PLACES = (("Asia/Shanghai", "CN"), ("Europe/London", "GB-ENG"), ("America/Chicago", "CN"))
# How the clock calls what the oracle calls by another name.
NAMES = {"is_excluded": "is_excluded_from_due_cohort"}


@settings(max_examples=110, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), rule=st.sampled_from(sorted(RULES)), place=st.sampled_from(PLACES))
def test_the_clock_and_the_oracle_agree(seed, rule, place):
    """
    Starts, due days, stops, counting and doubts are the same for more than twenty thousand complaints.
    """
    zone, country = place
    complaints = batch(seed, 200)
    frame = rows_of_fact("complaints", complaints)
    rows = with_deadlines(frame, regime=REGIMES[rule], zone=zone, calendar=country).collect()
    judge = Judge(RULES[rule], zone, country)

    for complaint, row in zip(complaints, rows.iter_rows(named=True), strict=True):
        expected = asdict(judge.judge(complaint))
        assert {name: row[NAMES.get(name, name)] for name in expected} == expected, complaint
