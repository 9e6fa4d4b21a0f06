"""
Complaints as hypothesis invents them: every combination of instants that an operational system could hold.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

GRADES = st.sampled_from(["simple", "ordinary", "complex", "major", "odd", None])
# Around the limits things happen, so spans crowd there; seconds make local midnight reachable.
SPANS = st.one_of(
    st.none(),
    st.sampled_from([0, 14, 15, 16, 29, 30, 31, 59, 60, 61]),
    st.integers(min_value=-1, max_value=75),
)


@st.composite
def complaints(draw, first=datetime(2019, 11, 1, tzinfo=UTC), days=2800):
    """
    One complaint received within so many days of the first.
    """
    received = first + timedelta(
        days=draw(st.integers(0, days)), seconds=draw(st.sampled_from([0, 57_599, 57_600, 43_200, 86_399]))
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
