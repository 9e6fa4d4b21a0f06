"""
Limits in every unit, clocks that start elsewhere than with receipt, and the house's own promises.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from dashboard.deadlines import load_regimes, with_deadlines
from tests.rows import SHANGHAI, local, rows_of_fact

LONDON, CHICAGO = "Europe/London", "America/Chicago"
HOUR = timedelta(hours=1)


def judged(
    rule: str | dict[str, Any], *, zone: str = SHANGHAI, calendar: str = "CN", **complaint: Any
) -> dict[str, Any]:
    changed = {} if isinstance(rule, str) else {"guide-30": rule}
    name = rule if isinstance(rule, str) else "guide-30"
    frame = rows_of_fact("complaints", [{"complaint_id": "c", **complaint}])
    found = with_deadlines(frame, regime=load_regimes(changed)[name], zone=zone, calendar=calendar)
    return found.collect().row(0, named=True)


def limit(n: int, unit: str, **more: Any) -> dict[str, Any]:
    return {"limit": {"n": n, "unit": unit}, **more}


def day(written: str) -> date:
    return date.fromisoformat(written)


@pytest.mark.parametrize(("count", "due"), [(3, "2024-02-18"), (5, "2024-02-20"), (7, "2024-02-22")])
def test_t29_business_days_are_those_people_work_on(count, due):
    """
    From the Wednesday before the Spring Festival: Thursday, Friday, then the Sunday that makes up for it.
    """
    verdict = judged(limit(count, "bd"), received_at=local("2024-02-07"))

    assert (day(due), False) == (verdict["due_on"], verdict["calendar_incomplete"])


@pytest.mark.parametrize(
    ("received", "due"),
    [("2024-03-28", "2024-04-04"), ("2024-03-29", "2024-04-04"), ("2024-04-01", "2024-04-04")],
    ids=["before Good Friday", "on Good Friday", "on Easter Monday"],
)
def test_t38_the_third_business_day_after_receipt_in_britain(received, due):
    """
    Good Friday and Easter Monday are no business days; received on one, counting starts with the next.
    """
    verdict = judged(limit(3, "bd"), received_at=local(received, LONDON), zone=LONDON, calendar="GB-ENG")

    assert day(due) == verdict["due_on"]


def test_t38_eight_weeks_are_fifty_six_days():
    """
    Weeks are counted through holidays and end on the same day of the week.
    """
    verdict = judged("UK-DISP", received_at=local("2024-03-28", LONDON), zone=LONDON, calendar="GB-ENG")

    assert (day("2024-05-23"), 56) == (verdict["due_on"], verdict["limit_days"])


@pytest.mark.parametrize(
    ("received", "months", "due"),
    [
        ("2024-01-15", 1, "2024-02-15"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2023-11-30", 3, "2024-02-29"),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_months_last(received, months, due):
    """
    Civil Code 202: where the month has no such day, its last one.
    """
    assert day(due) == judged(limit(months, "m"), received_at=local(received))["due_on"]


def test_t27_hours_run_over_the_weekend():
    """
    Forty-eight hours from Friday half past four end on Sunday half past four, to the second.
    """
    start = local("2024-03-08 16:30")
    just = judged("house-48h", grade="simple", received_at=start, decided_at=start + 48 * HOUR)
    over = judged("house-48h", grade="simple", received_at=start, decided_at=start + 48 * HOUR + HOUR / 3600)

    assert (local("2024-03-10 16:30"), day("2024-03-10")) == (just["due_at"], just["due_on"])
    assert (True, False) == (just["is_in_time"], over["is_in_time"])


@pytest.mark.parametrize(
    ("start", "ends", "zone"),
    [
        ("2024-03-30 12:00", "2024-04-01 13:00", LONDON),
        ("2024-10-26 12:00", "2024-10-28 11:00", LONDON),
        ("2024-03-09 12:00", "2024-03-11 13:00", CHICAGO),
    ],
)
def test_t28_hours_don_t_stretch_with_summer_time(start, ends, zone):
    """
    Forty-eight hours have passed when the clock on the wall shows an hour more, or less.
    """
    verdict = judged("house-48h", grade="simple", received_at=local(start, zone), zone=zone, calendar="GB-ENG")

    assert local(ends, zone) == verdict["due_at"]


@pytest.mark.parametrize(
    ("received", "ends", "zone"),
    [
        ("2024-01-31", "2024-03-02 00:00", SHANGHAI),
        ("2024-03-01", "2024-04-01 00:00", LONDON),
        ("2024-10-01", "2024-11-01 00:00", CHICAGO),
    ],
)
def test_a_due_day_ends_with_local_midnight(received, ends, zone):
    """
    The first instant that is late, in summer time as in winter time.
    """
    verdict = judged("guide-30", received_at=local(received, zone), zone=zone)

    assert local(ends, zone) == verdict["due_at"]


def test_a_day_without_a_midnight_ends_all_the_same():
    """
    Cairo's clocks went from 24:00 straight to 01:00 on 26 April 2024; Samoa had no 30 December 2011 at all.
    """
    cairo = judged("guide-30", received_at=local("2024-03-26", "Africa/Cairo"), zone="Africa/Cairo")
    samoa = judged("guide-30", received_at=local("2011-11-29", "Pacific/Apia"), zone="Pacific/Apia")

    assert (day("2024-04-25"), local("2024-04-25 22:00", "UTC")) == (cairo["due_on"], cairo["due_at"])
    assert (day("2011-12-29"), local("2011-12-30 10:00", "UTC")) == (samoa["due_on"], samoa["due_at"])


@pytest.mark.parametrize(
    ("count", "received", "is_incomplete"),
    [(3, "2026-12-20", False), (9, "2026-12-20", False), (10, "2026-12-20", True)],
)
def test_business_days_in_a_year_nobody_has_published(count, received, is_incomplete):
    """
    The ninth business day after 20 December 2026 is the 31st; the tenth rests on a guess.
    """
    assert is_incomplete == judged(limit(count, "bd"), received_at=local(received))["calendar_incomplete"]


def test_a_pause_moves_every_unit_by_its_days():
    """
    Three days left out are three days later, or seventy-two hours.
    """
    paused = {"paused_days": 3, "pause_told": True, "received_at": local("2024-04-08 10:00")}

    assert day("2024-04-18") == judged(limit(1, "w", pause="when_told"), **paused)["due_on"]
    assert day("2024-05-11") == judged(limit(1, "m", pause="when_told"), **paused)["due_on"]
    assert day("2024-04-12") == judged(limit(1, "bd", pause="when_told"), **paused)["due_on"]
    assert local("2024-04-12 10:00") == judged(limit(24, "h", pause="when_told"), **paused)["due_at"]


RECEIVED = local("2024-04-08 10:00")


@pytest.mark.parametrize(
    ("written", "starts"),
    [
        ({"initial_grade": "major"}, 0),
        ({"initial_grade": "simple", "regraded_at": RECEIVED + 30 * HOUR}, 30),
        ({"initial_grade": None, "regraded_at": RECEIVED + 30 * HOUR}, 0),
        ({"initial_grade": "simple", "regraded_at": None}, 0),
        ({"initial_grade": "simple", "regraded_at": RECEIVED - HOUR}, 0),
    ],
    ids=["always major", "made major", "first grade unknown", "when is unknown", "before receipt"],
)
def test_a_promise_for_major_cases_starts_when_they_become_major(written, starts):
    """
    Nobody could keep a promise that didn't concern the case yet.
    """
    verdict = judged("house-24h", received_at=RECEIVED, grade="major", **written)

    assert (RECEIVED + starts * HOUR, RECEIVED + (starts + 24) * HOUR) == (verdict["start_at"], verdict["due_at"])


@pytest.mark.parametrize(("began", "in_time"), [(-1, True), (0, True), (24, True), (24.001, False), (None, False)])
def test_the_investigation_of_a_major_complaint_starts_within_a_day(began, in_time):
    """
    The last instant is in time; begun before the re-grading, it had begun in time; not begun, it hasn't.
    """
    regraded = RECEIVED + 48 * HOUR
    verdict = judged(
        "house-24h",
        received_at=RECEIVED,
        initial_grade="complex",
        grade="major",
        regraded_at=regraded,
        investigation_started_at=None if began is None else regraded + began * HOUR,
        decided_at=regraded + HOUR,
        informed_at=regraded + HOUR,
    )

    assert in_time == verdict["is_in_time"]
    assert (False, True) == (verdict["order_wrong"], verdict["is_counted"])
    assert ("started" if began is not None else None) == verdict["stop_kind"]


@pytest.mark.parametrize(
    ("written", "is_excluded"),
    [
        ({"withdrawn_at": RECEIVED + 5 * HOUR}, True),
        ({"withdrawn_at": local("2024-04-09 23:59:59")}, True),
        ({"withdrawn_at": local("2024-04-10 00:00")}, False),
        ({"withdrawn_at": RECEIVED + 5 * HOUR, "investigation_started_at": RECEIVED + 4 * HOUR}, False),
        ({"withdrawn_at": RECEIVED + 5 * HOUR, "investigation_started_at": RECEIVED + 6 * HOUR}, True),
        ({"withdrawn_at": RECEIVED + 5 * HOUR, "decided_at": RECEIVED + 4 * HOUR}, False),
        ({"decided_at": RECEIVED + 4 * HOUR}, False),
    ],
    ids=[
        "withdrawn",
        "on the due day",
        "after it",
        "begun before",
        "begun after",
        "decided before",
        "only decided",
    ],
)
def test_withdrawn_before_anything_had_to_begin(written, is_excluded):
    """
    A withdrawal is no start, but by the end of the due day it leaves nothing to start.
    """
    verdict = judged("house-24h", received_at=RECEIVED, grade="major", **written)

    assert is_excluded == verdict["is_excluded_from_due_cohort"]


@pytest.mark.parametrize(
    ("rule", "grade", "is_subject", "is_missing"),
    [
        ("house-24h", "major", True, False),
        ("house-24h", "complex", False, False),
        ("house-24h", None, False, True),
        ("house-48h", "simple", True, False),
        ("CN-2020-3", None, True, True),
        ("guide-30", None, True, False),
    ],
)
def test_a_rule_for_some_grades_is_about_those_only(rule, grade, is_subject, is_missing):
    """
    Whoever has no grade is no subject of it, and the record says that it lacks one.
    """
    verdict = judged(rule, received_at=RECEIVED, grade=grade)

    assert (is_subject, is_missing) == (verdict["is_subject"], verdict["grade_missing"])


@pytest.mark.parametrize(
    ("regulator", "start", "due"),
    [
        ("2024-03-01", "2024-03-01", "2024-03-31"),
        ("2024-03-09", "2024-03-08", "2024-04-07"),
        (None, "2024-03-08", "2024-04-07"),
    ],
)
def test_t35_as_the_customer_sees_it_the_clock_starts_with_the_regulator(regulator, start, due):
    """
    With the regulator's receipt if that came first, otherwise with our own.
    """
    rule = limit(30, "cd", start="regulator_received")
    verdict = judged(
        rule, received_at=local("2024-03-08"), regulator_received_at=local(regulator) if regulator else None
    )

    assert (day(start), day(due), day("2024-03-08")) == (
        verdict["start_on"],
        verdict["due_on"],
        verdict["received_on"],
    )


def test_instants_are_what_they_are_called():
    """
    Start, due and stop are instants in UTC to the microsecond.
    """
    frame = rows_of_fact("complaints", [])
    schema = with_deadlines(
        frame, regime=load_regimes()["house-24h"], zone=SHANGHAI, calendar="CN"
    ).collect_schema()
    received = frame.collect_schema()["received_at"]

    assert [received] * 3 == [schema[name] for name in ("start_at", "due_at", "stop_at")]
    assert isinstance(RECEIVED, datetime)
