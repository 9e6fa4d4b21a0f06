"""
Random complaints through the clock and through the slow oracle: both must say the same about every one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.deadlines import regime, with_deadlines
from tests.deadlines.oracle import judged
from tests.rows import rows_of_fact

GRADES = st.sampled_from(["simple", "ordinary", "complex", "major", "odd", None])
# Around the limits things happen, so spans crowd there; seconds make local midnight reachable.
SPANS = st.one_of(
    st.none(),
    st.sampled_from([0, 14, 15, 16, 29, 30, 31, 59, 60, 61]),
    st.integers(min_value=-1, max_value=75),
)


@st.composite
def complaints(draw):
    received = datetime(2019, 11, 1, tzinfo=UTC) + timedelta(
        days=draw(st.integers(0, 2800)), seconds=draw(st.sampled_from([0, 57_599, 57_600, 43_200, 86_399]))
    )

    def later():
        span = draw(SPANS)
        return (
            None
            if span is None
            else received + timedelta(days=span, seconds=draw(st.sampled_from([0, 1, 50_000])))
        )

    extension = draw(st.booleans())
    return {
        "complaint_id": "c",
        "received_at": received,
        "grade": draw(GRADES),
        "initial_grade": draw(GRADES),
        "regraded_at": later(),
        "paused_days": draw(st.sampled_from([None, 0, 3, 14])),
        "pause_told": draw(st.sampled_from([None, False, True])),
        "extension_days": draw(st.sampled_from([None, 0, 10, 30, 45])) if extension else None,
        "extension_approved_at": later() if extension else None,
        "extension_told_at": later() if extension else None,
        "extension_approver": draw(st.sampled_from(["superior", "head_office", "branch", None])),
        "decided_at": later(),
        "informed_at": later(),
        "closed_at": later(),
        "withdrawn_at": later() if draw(st.booleans()) else None,
        "merged_into_id": draw(st.sampled_from([None, None, None, "first"])),
        "outcome": draw(st.sampled_from([None, "upheld", "merged", "invalid"])),
    }


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
