"""
What was learnt and whether it shows: courses by topic, rounds, complaints about a topic, and the months around.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.metrics import complaints, trainings
from dashboard.metrics.training_effect import ABOUT, complaints_about, months_around, rounds
from dashboard.metrics.training_topics import by_topic
from dashboard.periods import Period
from tests.metrics.asking import terms
from tests.rows import local, rows_of_fact

DAY, ONE = date(2026, 6, 30), timedelta(days=1)
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))


def courses(*rows):
    """
    Judged trainings of (due day, day completed, topic, hours, cases).
    """
    given = [
        {
            "training_id": str(number),
            "agent_id": f"A{number}",
            "due_on": due,
            "completed_on": done,
            "topic": topic,
            "hours": hours,
            "cases": cases,
        }
        for number, (due, done, topic, hours, cases) in enumerate(rows)
    ]
    return trainings.judged(rows_of_fact("trainings", given), terms(DAY))


def test_hours_count_when_a_course_is_completed_and_lateness_when_it_was_due():
    """
    One in time, one late, one of last year done in this, one never done; hours nobody recorded are unknown.
    """
    last_year = date(2025, 12, 31)
    found = by_topic(
        courses(
            (DAY, DAY, "law", 4.0, None),
            (DAY - ONE, DAY, "law", 4.0, 2),
            (last_year, DAY, "law", 4.0, 1),
            (DAY, None, "law", None, 1),
            (DAY + ONE, DAY + ONE, "law", 4.0, 9),
            (DAY, last_year, "skills", None, 1),
        ),
        period=YEAR,
    ).to_dicts()

    assert found == [
        {"topic": "law", "due": 4, "on_time": 1, "completed": 4, "hours": 16.0, "learners": 3},
        {"topic": "skills", "due": 1, "on_time": 1, "completed": 0, "hours": None, "learners": 0},
    ]


def test_a_round_is_due_for_many_a_quarter_or_more_after_the_last():
    """
    A handful due between rounds makes none, 89 days are too soon, 90 aren't, the future isn't over.
    """
    first = date(2025, 6, 1)
    days = {first: 10, first + 30 * ONE: 4, first + 90 * ONE: 5, first + 179 * ONE: 10, DAY + ONE: 10}
    due = [(day, day, "law", 1.0, cases) for day, cases in days.items()]
    held = rounds(courses(*due, (DAY, DAY, "case_review", 1.0, 10)), as_of=DAY)

    assert held.rows() == [("law", first + 90 * ONE, 5, 5), ("law", first, 10, 10)]


@pytest.mark.parametrize(
    ("topic", "ids"), [("cross_department", ["between"]), ("law", ["sale"])], ids=["hand-overs", "sales"]
)
def test_a_topic_is_looked_for_in_its_own_complaints(topic, ids):
    """
    Cross-department courses in hand-overs, the others in what was said while selling.
    """
    rows = [
        {"complaint_id": "between", "category": "claims", "handover_cause": "sales_claims"},
        {"complaint_id": "sale", "category": "sales"},
        {"complaint_id": "other", "category": "claims"},
    ]
    found = complaints_about(rows_of_fact("complaints", rows), topic).filter(cause=ABOUT).collect()

    assert found["complaint_id"].to_list() == ids


def test_months_are_held_against_those_before_the_round():
    """
    Thirty a month, a hundred in the one after: beyond the limits of the months before; without a ledger by days.
    """
    months = [date(2026, month, 1) for month in range(1, 7)]
    counts = dict(zip(months, (31, 28, 31, 30, 31, 100), strict=True))
    rows = [
        {
            "complaint_id": f"{month}-{number}",
            "received_at": local(month.isoformat()),
            "handover_cause": "sales_claims",
        }
        for month, count in counts.items()
        for number in range(count)
    ]
    judged = complaints.judged(rows_of_fact("complaints", rows), terms(DAY))
    about = complaints_about(judged, "cross_department")
    points, limits = months_around(about, None, months=months, day=date(2026, 6, 1), as_of=DAY)

    assert points["cases"].to_list() == list(counts.values())
    assert points["value"].to_list() == pytest.approx([30, 30, 30, 30, 30, 100])
    assert points["is_outside"].to_list() == [False] * 5 + [True]
    assert (limits.lower, limits.upper) == pytest.approx((30, 30))
    assert not points["provisional"].any()
    early, _ = months_around(about, None, months=months, day=date(2026, 6, 1), as_of=date(2026, 6, 15))
    assert early.select("month", "provisional").filter("provisional")["month"].to_list() == [date(2026, 6, 1)]


def test_with_a_ledger_months_are_per_contract():
    """
    Ten complaints in a month of a million contracts: more than a hundred and fewer than a hundred and thirty per
    hundred thousand contracts and year.
    """
    rows = [
        {"complaint_id": str(number), "received_at": local("2026-04-10"), "category": "sales"}
        for number in range(10)
    ]
    ledger = rows_of_fact("exposure", [{"month": date(2026, 4, 1), "policies_in_force": 100_000}])
    judged = complaints.judged(rows_of_fact("complaints", rows), terms(DAY))
    months = [date(2026, 4, 1), date(2026, 5, 1)]
    points, _ = months_around(
        complaints_about(judged, "law"), ledger, months=months, day=date(2026, 5, 1), as_of=DAY
    )

    assert points["value"].to_list() == [pytest.approx(10 / (100_000 * 30 / 365) * 10_000), None]
    assert isinstance(points, pl.DataFrame)
