"""
Random complaints through the clock and through the slow oracle: both must say the same about every one.
"""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.deadlines import regime, with_deadlines
from tests.deadlines.oracle import judged
from tests.deadlines.random_complaints import complaints
from tests.rows import rows_of_fact


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    batch=st.lists(complaints(), min_size=40, max_size=60),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/London", "America/Chicago"]),
)
def test_the_clock_and_the_oracle_agree(batch, zone):
    """
    Due days, stop, counting and doubts are the same for more than two thousand complaints.
    """
    frame = rows_of_fact("complaints", batch)
    rows = with_deadlines(frame, regime=regime("CN-2020-3"), zone=zone, calendar="CN").collect()

    for complaint, row in zip(batch, rows.iter_rows(named=True), strict=True):
        expected = judged(complaint, zone)
        said = {
            "received_on": row["received_on"],
            "stopped_on": row["stopped_on"],
            "stop_kind": row["stop_kind"],
            "due_strict_on": row["due_strict_on"],
            "due_legal_on": row["due_legal_on"],
            "is_counted": row["is_counted"],
            "is_excluded": row["is_excluded_from_due_cohort"],
            "extension_void": row["extension_void"],
            "calendar_incomplete": row["calendar_incomplete"],
        }
        assert {name: getattr(expected, name) for name in said} == said, complaint
