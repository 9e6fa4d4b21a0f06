"""
Complaints as chance invents them: every combination of instants that an operational system could hold.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

GRADES = ("simple", "ordinary", "complex", "major", "odd", None)
# Around the limits things happen, so spans crowd there; seconds make local midnight reachable.
SPANS = (None, None, None, 0, 1, 2, 3, 14, 15, 16, 29, 30, 31, 59, 60, 61)
SECONDS = (0, 1, 43_200, 50_000, 57_599, 57_600, 86_399)
FIRST = datetime(2019, 11, 1, tzinfo=UTC)
DRAWN_SPANS = st.one_of(st.sampled_from(SPANS), st.integers(min_value=-1, max_value=75))


def batch(seed: int, count: int, days: int = 2800) -> list[dict[str, Any]]:
    """
    So many complaints received within so many days of November 2019, always the same for a seed.
    """
    chance = Random(seed)
    return [_complaint(chance, days) for _ in range(count)]


def _complaint(chance: Random, days: int) -> dict[str, Any]:
    pick = chance.choice
    received = FIRST + timedelta(days=chance.randrange(days), seconds=pick(SECONDS))

    def later() -> datetime | None:
        span = chance.randint(-1, 75) if chance.random() < 0.3 else pick(SPANS)
        return None if span is None else received + timedelta(days=span, seconds=pick((0, 1, 50_000)))

    extended = chance.random() < 0.5
    return {
        "complaint_id": "c",
        "received_at": received,
        "regulator_received_at": pick((None, received - timedelta(days=chance.randint(-5, 30)))),
        "investigation_started_at": later(),
        "grade": pick(GRADES),
        "initial_grade": pick(GRADES),
        "regraded_at": later(),
        "paused_days": pick((None, 0, 3, 14)),
        "pause_told": pick((None, False, True)),
        "extension_days": pick((None, 0, 10, 30, 45)) if extended else None,
        "extension_approved_at": later() if extended else None,
        "extension_told_at": later() if extended else None,
        "extension_approver": pick(("superior", "head_office", "branch", None)),
        "decided_at": later(),
        "informed_at": later(),
        "closed_at": later(),
        "withdrawn_at": later() if chance.random() < 0.5 else None,
        "merged_into_id": pick((None, None, None, "first")),
        "outcome": pick((None, "upheld", "merged", "invalid")),
    }


@st.composite
def complaints(draw, first=FIRST, days=2800):
    """
    One complaint received within so many days of the first.
    """
    received = first + timedelta(
        days=draw(st.integers(0, days)), seconds=draw(st.sampled_from([0, 57_599, 57_600, 43_200, 86_399]))
    )

    def later():
        span = draw(DRAWN_SPANS)
        return (
            None
            if span is None
            else received + timedelta(days=span, seconds=draw(st.sampled_from([0, 1, 50_000])))
        )

    extension = draw(st.booleans())
    return {
        "complaint_id": "c",
        "received_at": received,
        "grade": draw(st.sampled_from(GRADES)),
        "initial_grade": draw(st.sampled_from(GRADES)),
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
