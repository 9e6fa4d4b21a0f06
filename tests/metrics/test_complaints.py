"""
Complaint figures, edge by edge, on rows small enough to count in one's head.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboard.metrics import KPIS
from dashboard.metrics.complaints import ageing, judged
from tests.metrics.asking import facts_of, figure, figures, terms
from tests.rows import local

AS_OF = date(2024, 6, 30)
DAY = timedelta(days=1)
GUIDE = "guide-30"


def received(day, **row):
    return {"complaint_id": f"c{day}", "received_at": local(str(day)), **row}


def stopped(day, after, **row):
    at = local(str(day)) + after * DAY
    return received(day, decided_at=at, informed_at=at, **row)


def test_t30_the_due_cohort_counts_what_is_open_and_the_closed_basis_does_not():
    """
    Ten due in March: seven in time, one late, one open and overdue, one withdrawn before it was due.
    """
    day = date(2024, 2, 10)
    rows = [
        *[stopped(day, 10)] * 7,
        stopped(day, 31),
        received(day),
        received(day, withdrawn_at=local(str(day + 10 * DAY))),
    ]
    march = {"period_from": date(2024, 3, 1), "period_before": date(2024, 4, 1)}
    due = figure(rows, terms(AS_OF, GUIDE), "complaint_on_time_rate", **march)
    closed = figure(rows, terms(AS_OF, GUIDE), "complaint_on_time_rate_closed")

    assert (7, 9, pytest.approx(7 / 9)) == (due["numerator"], due["denominator"], due["value"])
    assert (pytest.approx(0.453, abs=0.001), pytest.approx(0.937, abs=0.001)) == (due["lower"], due["upper"])
    assert (7, 8, 0.875) == (closed["numerator"], closed["denominator"], closed["value"])


@pytest.mark.parametrize(
    ("withdrawn", "counts"), [(30, (0, 0)), (31, (0, 1))], ids=["on the due day", "a day later"]
)
def test_t31_withdrawn_when_it_was_late_already_stays_late(withdrawn, counts):
    """
    Before that it leaves the cohort.
    """
    day = date(2024, 4, 1)
    found = figure(
        [received(day, withdrawn_at=local(str(day + withdrawn * DAY)))],
        terms(AS_OF, GUIDE),
        "complaint_on_time_rate",
    )

    assert counts == (found["numerator"], found["denominator"])


def test_t36_open_and_not_yet_due():
    """
    In no rate; among the open; a lower bound for the median.
    """
    rows = [received(AS_OF - 3 * DAY)]
    on = terms(AS_OF, GUIDE)

    assert (None, 0) == (
        figure(rows, on, "complaint_on_time_rate")["value"],
        figure(rows, on, "complaint_on_time_rate")["denominator"],
    )
    assert 1 == figure(rows, on, "complaints_open")["value"]
    median = figure(rows, on, "complaint_days_median")
    assert (None, 1, True) == (median["value"], median["cases"], median["provisional"])


def test_t61_nothing_over_nothing_is_unknown():
    """
    No complaints: counts are zero, per policy too; shares and durations are not.
    """
    ledger = [{"month": date(2024, 5, 1), "policies_in_force": 1, "premium_written": 1}]
    frames = figures([], terms(AS_OF), exposure=ledger)
    found = {name: frame.row(0, named=True) for name, frame in frames.items()}
    values = {(KPIS[name].unit in ("rate", "days"), row["value"]) for name, row in found.items()}

    assert {(False, 0), (True, None)} == values
    assert not any(row["not_recorded"] for row in found.values())


@pytest.mark.parametrize(
    ("age", "overdue", "due_7d"),
    [(30, 1, 0), (29, 0, 1), (23, 0, 1), (22, 0, 0), (31, 1, 0)],
    ids=["due today", "due tomorrow", "due in 7 days", "due in 8", "due yesterday"],
)
def test_overdue_begins_when_the_due_day_is_over_and_soon_ends_after_seven(age, overdue, due_7d):
    """
    The state at the end of the day: what was due on it and is open, is late.
    """
    rows, on = [received(AS_OF - age * DAY)], terms(AS_OF, GUIDE)

    assert (overdue, due_7d) == (
        figure(rows, on, "complaints_overdue")["value"],
        figure(rows, on, "complaints_due_7d")["value"],
    )


@pytest.mark.parametrize(("after", "in_time"), [(30, 1), (31, 0)])
def test_the_due_day_still_counts(after, in_time):
    """
    Day 30 is in time, day 31 isn't.
    """
    found = figure([stopped(date(2024, 4, 1), after)], terms(AS_OF, GUIDE), "complaint_on_time_rate")

    assert (in_time, 1) == (found["numerator"], found["denominator"])


def test_a_case_answered_before_it_is_due_waits_for_its_due_day():
    """
    Answered on day 1, it joins the due cohort when the thirtieth day is over, not before.
    """
    rows = [stopped(date(2024, 6, 1), 1)]

    assert 0 == figure(rows, terms(date(2024, 6, 30), GUIDE), "complaint_on_time_rate")["denominator"]
    assert 1 == figure(rows, terms(date(2024, 7, 1), GUIDE), "complaint_on_time_rate")["denominator"]


def test_a_withdrawal_censors_the_days_and_is_no_answer():
    """
    Two answered after 10 and 20 days, one withdrawn after 5: the median is 10 of the remaining two.
    """
    day = date(2024, 4, 1)
    rows = [stopped(day, 10), stopped(day, 20), received(day, withdrawn_at=local(str(day + 5 * DAY)))]
    found = figure(rows, terms(AS_OF), "complaint_days_median")

    assert (10, 2, 3, False) == (found["value"], found["numerator"], found["denominator"], found["provisional"])


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "0-7"),
        (7, "0-7"),
        (8, "8-15"),
        (15, "8-15"),
        (16, "16-30"),
        (30, "16-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61+"),
        (400, "61+"),
    ],
)
def test_ageing_bands_by_days_since_receipt(age, band):
    """
    Every band is there; the case is in one, late from the thirtieth day on.
    """
    rows = facts_of([received(AS_OF - age * DAY, cases=3)])("complaints")
    counts = ageing(judged(rows, terms(AS_OF, GUIDE))).collect()

    assert ["0-7", "8-15", "16-30", "31-60", "61+"] == counts["band"].to_list()
    expected = (3, 0) if age >= 30 else (0, 3)
    assert {name: expected if name == band else (0, 0) for name in counts["band"]} == {
        name: (late, not_late) for name, late, not_late in counts.iter_rows()
    }


def test_ageing_by_branch_has_every_band_of_every_branch():
    """
    And nothing of what isn't open.
    """
    rows = facts_of(
        [received(AS_OF, branch_id="A"), received(AS_OF, branch_id=None), stopped(AS_OF, 0, branch_id="B")]
    )
    counts = ageing(judged(rows("complaints"), terms(AS_OF)), by=["branch_id"]).collect()

    assert ["A"] * 5 + [None] * 5 == counts["branch_id"].to_list()
    assert 2 == counts["not_late"].sum()
