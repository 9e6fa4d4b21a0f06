"""
The clock, case by case: every T-number is one line of the domain's table of edge cases.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from dashboard.deadlines import load_regimes, regime, with_deadlines, working_days
from tests.rows import SHANGHAI, local, rows_of_fact

CHINA, GUIDE = "CN-2020-3", "guide-30"


def judged(name: str = CHINA, *, zone: str = SHANGHAI, calendar: str = "CN", **complaint: Any) -> dict[str, Any]:
    row = {"complaint_id": "c", "grade": "complex", **complaint}
    frame = rows_of_fact("complaints", [row])
    return with_deadlines(frame, regime=regime(name), zone=zone, calendar=calendar).collect().row(0, named=True)


def day(written: str) -> date:
    return date.fromisoformat(written)


@pytest.mark.parametrize(
    ("received", "grade", "strict", "legal"),
    [
        pytest.param("2024-01-31", "complex", "2024-03-01", "2024-03-01", id="T01 over a leap February"),
        pytest.param("2024-01-31", "simple", "2024-02-15", "2024-02-18", id="T02 make-up workday on a Sunday"),
        pytest.param("2023-01-31", "complex", "2023-03-02", "2023-03-02", id="T03 not a leap year"),
        pytest.param("2024-02-29", "complex", "2024-03-30", "2024-04-01", id="T04 Saturday rolls"),
        pytest.param("2024-02-29", "simple", "2024-03-15", "2024-03-15", id="T05 from the leap day"),
        pytest.param("2024-01-11", "complex", "2024-02-10", "2024-02-18", id="T06 Spring Festival"),
        pytest.param("2024-01-10", "complex", "2024-02-09", "2024-02-09", id="T07 the eve was worked in 2024"),
        pytest.param("2024-12-29", "complex", "2025-01-28", "2025-02-05", id="T08 the eve is off from 2025"),
        pytest.param("2024-08-30", "complex", "2024-09-29", "2024-09-29", id="T09 a Sunday that is worked"),
        pytest.param("2026-01-29", "complex", "2026-02-28", "2026-02-28", id="T10 a Saturday that is worked"),
        pytest.param("2025-09-01", "complex", "2025-10-01", "2025-10-09", id="T11 National Day week"),
        pytest.param("2023-12-02", "complex", "2024-01-01", "2024-01-02", id="T12 New Year's Day"),
    ],
)
def test_due_days_roll_past_days_off_and_stay_on_days_worked(received, grade, strict, legal):
    """
    Natural days from the day after receipt; the last one moves only if nobody works on it.
    """
    verdict = judged(received_at=local(received), grade=grade)

    assert (day(strict), day(legal), day(legal)) == (
        verdict["due_strict_on"],
        verdict["due_legal_on"],
        verdict["due_on"],
    )


def test_the_guide_rule_never_rolls():
    """
    Thirty natural days and nothing else: a due day in the Spring Festival stays there.
    """
    verdict = judged(GUIDE, received_at=local("2024-01-11"), grade=None)

    assert day("2024-02-10") == verdict["due_on"] == verdict["due_strict_on"]
    assert not verdict["calendar_incomplete"]
    assert not verdict["grade_missing"]


EXTENDED = {
    "received_at": local("2024-01-11"),
    "extension_days": 30,
    "extension_approver": "superior",
    "extension_approved_at": local("2024-02-05"),
    "extension_told_at": local("2024-02-05"),
}


def test_t13_an_extension_counts_from_receipt():
    """
    Sixty days from receipt, not thirty from the rolled due day.
    """
    verdict = judged(**EXTENDED)

    assert (60, day("2024-03-11")) == (verdict["limit_days"], verdict["due_on"])
    assert not verdict["extension_void"]


@pytest.mark.parametrize(
    ("change", "is_void"),
    [
        ({"extension_approved_at": local("2024-02-18 23:59:59"), "extension_told_at": local("2024-02-18")}, False),
        ({"extension_approved_at": local("2024-02-19 00:00")}, True),
        ({"extension_told_at": local("2024-02-19 00:00")}, True),
        ({"extension_told_at": None}, True),
        ({"extension_approved_at": None}, True),
        ({"extension_approver": "head_office"}, False),
        ({"extension_approver": "branch"}, True),
        ({"extension_approver": None}, True),
        ({"extension_days": 0}, True),
        ({"extension_days": None}, True),
    ],
    ids=[
        "approved on the rolled due day",
        "approved the day after",
        "told the day after",
        "never told",
        "never approved",
        "head office approves",
        "a branch may not",
        "nobody named",
        "no days granted",
        "days unknown",
    ],
)
def test_t14_an_extension_is_void_unless_approved_and_told_in_time(change, is_void):
    """
    Otherwise the original due day stands, and the record says why.
    """
    verdict = judged(**{**EXTENDED, **change})

    assert is_void == verdict["extension_void"]
    assert day("2024-02-18" if is_void else "2024-03-11") == verdict["due_on"]


@pytest.mark.parametrize(("granted", "limit"), [(1, 31), (29, 59), (30, 60), (31, 60), (90, 60)])
def test_an_extension_never_reaches_past_sixty_days(granted, limit):
    """
    Thirty days and what was granted, sixty at most.
    """
    assert limit == judged(**{**EXTENDED, "extension_days": granted})["limit_days"]


def test_a_simple_complaint_is_extended_from_thirty_as_well():
    """
    An extension presumes the thirty-day limit, whatever the grade, if it came before the fifteenth day passed.
    """
    early = {"extension_approved_at": local("2024-01-20"), "extension_told_at": local("2024-01-20")}

    assert 60 == judged(**{**EXTENDED, **early, "grade": "simple"})["limit_days"]
    assert 15 == judged(**{**EXTENDED, "grade": "simple"})["limit_days"]


@pytest.mark.parametrize(
    ("told", "strict", "legal"),
    [(True, "2024-03-30", "2024-04-01"), (False, "2024-03-16", "2024-03-18"), (None, "2024-03-16", "2024-03-18")],
)
def test_t15_a_pause_counts_only_if_the_complainant_was_told(told, strict, legal):
    """
    Fourteen days of appraisal move the due day by fourteen, or not at all.
    """
    verdict = judged(received_at=local("2024-03-01"), grade="simple", paused_days=14, pause_told=told)

    assert (day(strict), day(legal)) == (verdict["due_strict_on"], verdict["due_legal_on"])
    assert (not told) == verdict["pause_untold"]


@pytest.mark.parametrize(("paused", "told"), [(0, False), (None, None), (-3, True)])
def test_without_a_pause_nothing_moves_and_nothing_is_flagged(paused, told):
    """
    No days, unknown days and negative days are no pause.
    """
    verdict = judged(received_at=local("2024-03-01"), grade="simple", paused_days=paused, pause_told=told)

    assert (15, False) == (verdict["limit_days"], verdict["pause_untold"])


def test_t22_answered_on_the_day_of_receipt():
    """
    No day has passed, and it is in time.
    """
    verdict = judged(
        received_at=local("2024-03-01 09:00"),
        decided_at=local("2024-03-01 10:00"),
        informed_at=local("2024-03-01 11:00"),
    )

    assert verdict["received_on"] == verdict["stopped_on"] <= verdict["due_on"]


@pytest.mark.parametrize(("stop", "in_time"), [("2024-03-01 23:59:59", True), ("2024-03-02 00:00:00", False)])
def test_t23_the_due_day_lasts_until_midnight(stop, in_time):
    """
    The last second of the due day is in time, the next one is late.
    """
    verdict = judged(received_at=local("2024-01-31"), decided_at=local(stop), informed_at=local(stop))

    assert in_time == (verdict["stopped_on"] <= verdict["due_on"])


def test_t24_the_clock_stops_when_the_complainant_knows():
    """
    Decided on the 29th day and told on the 31st is late; without a notice the decision stands, and is flagged.
    """
    received = local("2024-04-01")
    decided, informed = received + timedelta(days=29), received + timedelta(days=31)
    told = judged(received_at=received, decided_at=decided, informed_at=informed)
    untold = judged(received_at=received, decided_at=decided)

    assert (informed, False) == (told["stop_at"], told["informed_missing"])
    assert (decided, True) == (untold["stop_at"], untold["informed_missing"])


@pytest.mark.parametrize(
    ("instants", "stopped", "kind"),
    [
        ({"decided_at": 3, "informed_at": 5, "closed_at": 9}, 5, "decided"),
        ({"decided_at": 5, "informed_at": 3, "closed_at": 9}, 5, "decided"),
        ({"informed_at": 4, "closed_at": 9}, 4, "informed_only"),
        ({"closed_at": 9}, 9, "closed_only"),
        ({"closed_at": 9, "withdrawn_at": 8}, 8, "withdrawn"),
        ({"decided_at": 3, "informed_at": 5, "withdrawn_at": 4}, 4, "withdrawn"),
        ({"decided_at": 3, "informed_at": 5, "withdrawn_at": 5}, 5, "decided"),
        ({"decided_at": 3, "informed_at": 5, "withdrawn_at": 6}, 5, "decided"),
        ({}, None, None),
    ],
)
def test_what_stops_the_clock(instants, stopped, kind):
    """
    The later of decision and notice; closing only where both are missing; a withdrawal only if it came first.
    """
    received = local("2024-04-01")
    verdict = judged(received_at=received, **{name: received + timedelta(days=n) for name, n in instants.items()})

    assert (received + timedelta(days=stopped) if stopped else None, kind) == (
        verdict["stop_at"],
        verdict["stop_kind"],
    )


def test_a_rule_may_stop_at_the_decision():
    """
    Where the rule asks for a decision alone, the notice doesn't matter.
    """
    rule = load_regimes({"guide-30": {"stop": "decided"}})["guide-30"]
    received = local("2024-04-01")
    frame = rows_of_fact(
        "complaints",
        [{"received_at": received, "decided_at": received, "informed_at": received + timedelta(days=9)}],
    )
    verdict = with_deadlines(frame, regime=rule, zone=SHANGHAI, calendar="CN").collect().row(0, named=True)

    assert received == verdict["stop_at"]


def test_t25_an_answer_before_receipt_counts_nowhere():
    """
    Bad data is out of numerator and denominator; the same instant is not bad data.
    """
    received = local("2024-04-01")
    wrong = judged(received_at=received, decided_at=received - timedelta(seconds=1))
    same = judged(received_at=received, decided_at=received)

    assert (False, True) == (wrong["is_counted"], wrong["order_wrong"])
    assert (True, False) == (same["is_counted"], same["order_wrong"])


def test_t26_days_are_counted_where_the_business_is():
    """
    Half past four in the afternoon in Greenwich is tomorrow in Shanghai.
    """
    received = local("2024-03-31 16:30", "UTC")
    shanghai = judged(received_at=received)
    greenwich = judged(received_at=received, zone="UTC")

    assert (day("2024-04-01"), day("2024-05-01"), day("2024-05-06")) == (
        shanghai["received_on"],
        shanghai["due_strict_on"],
        shanghai["due_legal_on"],
    )
    assert day("2024-04-30") == greenwich["due_strict_on"]


@pytest.mark.parametrize(
    ("withdrawn", "decided", "is_excluded"),
    [(10, None, True), (30, None, True), (31, None, False), (10, 5, False), (10, 20, True)],
    ids=["day 10", "on the due day", "after it", "after a decision", "before a decision"],
)
def test_t31_a_withdrawal_leaves_the_cohort_only_before_it_was_late(withdrawn, decided, is_excluded):
    """
    Withdrawn undecided in time: nobody was late. Withdrawn afterwards: the breach had happened.
    """
    received = local("2024-04-01")
    verdict = judged(
        GUIDE,
        received_at=received,
        withdrawn_at=received + timedelta(days=withdrawn),
        decided_at=received + timedelta(days=decided) if decided else None,
        informed_at=received + timedelta(days=40) if decided else None,
    )

    assert is_excluded == verdict["is_excluded_from_due_cohort"]
    assert verdict["is_counted"]


@pytest.mark.parametrize(
    ("written", "is_counted"),
    [
        ({"merged_into_id": "first"}, False),
        ({"outcome": "merged"}, False),
        ({"outcome": "invalid"}, False),
        ({"outcome": "rejected"}, True),
        ({"reopened_of_id": "first"}, True),
        ({}, True),
    ],
    ids=[
        "T32 merged",
        "T32 merged by outcome",
        "invalid",
        "rejected counts",
        "T33 reopened is its own case",
        "open",
    ],
)
def test_merged_and_invalid_complaints_are_not_counted(written, is_counted):
    """
    The same complaint twice is one; a reopened one has a clock of its own.
    """
    assert is_counted == judged(received_at=local("2024-04-01"), **written)["is_counted"]


def test_t34_t35_the_clock_starts_with_our_own_receipt():
    """
    Neither a transfer to another branch nor the regulator's earlier receipt moves it.
    """
    verdict = judged(
        received_at=local("2024-03-08"), regulator_received_at=local("2024-03-01"), branch_id="B", grade="simple"
    )

    assert day("2024-03-25") == verdict["due_on"]


@pytest.mark.parametrize(
    ("regraded", "initial", "limit"),
    [
        ("2024-03-11", "simple", 30),
        ("2024-03-18 23:59:59", "simple", 30),
        ("2024-03-19 00:00", "simple", 15),
        ("2024-03-21", "simple", 15),
        ("2024-03-21", None, 30),
        (None, "simple", 30),
    ],
    ids=["day 10", "on the rolled due day", "the day after", "day 20", "first grade unknown", "never re-graded"],
)
def test_t37_a_new_grade_comes_too_late_after_the_first_due_day(regraded, initial, limit):
    """
    Received on 1 March, simple: due on Saturday the 16th, hence on Monday the 18th. Made complex later: too late.
    """
    verdict = judged(
        received_at=local("2024-03-01"),
        initial_grade=initial,
        regraded_at=local(regraded) if regraded else None,
    )

    assert limit == verdict["limit_days"]


def test_t38_t39_other_countries():
    """
    Eight weeks in Britain; thirty days in Australia, which end on New Year's Day if they do.
    """
    british = judged(
        "UK-DISP", received_at=local("2024-03-28", "Europe/London"), zone="Europe/London", calendar="GB"
    )
    australian = judged(
        "AU-RG271", received_at=local("2024-12-02", "Australia/Sydney"), zone="Australia/Sydney", calendar="AU"
    )

    assert (day("2024-05-23"), day("2025-01-01")) == (british["due_on"], australian["due_on"])


def test_t40_a_year_nobody_has_published_yet():
    """
    The day is given by the weekend rule, and marked.
    """
    unknown = judged(received_at=local("2026-12-20"))
    known = judged(received_at=local("2026-11-20"))

    assert (day("2027-01-19"), True) == (unknown["due_on"], unknown["calendar_incomplete"])
    assert (day("2026-12-21"), False) == (known["due_on"], known["calendar_incomplete"])


@pytest.mark.parametrize(("grade", "limit"), [(None, 15), ("urgent", 15)])
def test_an_unknown_grade_gets_the_default_limit_and_a_flag(grade, limit):
    """
    The strictest reading, and the record says that it was one.
    """
    verdict = judged(received_at=local("2024-04-01"), grade=grade)

    assert (limit, True) == (verdict["limit_days"], verdict["grade_missing"])
    assert not judged(received_at=local("2024-04-01"), grade="simple")["grade_missing"]


def test_the_businesss_own_calendar_wins():
    """
    A day the insurer declares off rolls the due day, although the library would work on it.
    """
    off = pl.DataFrame({"day": [day("2024-03-01")], "is_working": [False], "name": ["Founders' Day"]})
    calendar = working_days("CN", day("2024-01-01"), day("2024-12-31"), overrides=off)
    frame = rows_of_fact("complaints", [{"received_at": local("2024-01-31"), "grade": "major"}])
    verdict = with_deadlines(frame, regime=regime(CHINA), zone=SHANGHAI, calendar=calendar).collect()

    assert [day("2024-03-04")] == verdict["due_on"].to_list()


@pytest.mark.parametrize("received", ["0001-01-02", "2200-12-31", "9999-11-01"])
def test_impossible_years_are_flagged_and_break_nothing(received):
    """
    A day outside the calendar's table isn't rolled.
    """
    verdict = judged(received_at=local(received, "UTC"), zone="UTC", grade="simple")

    assert verdict["due_strict_on"] == verdict["due_legal_on"]
    assert verdict["calendar_incomplete"]


@pytest.mark.parametrize(("received", "is_outside"), [("2020-02-29", True), ("2020-03-01", False)])
def test_complaints_older_than_the_rule_are_flagged(received, is_outside):
    """
    The order came into force on 1 March 2020.
    """
    assert is_outside == judged(received_at=local(received))["outside_effective"]


def test_no_rows_and_the_input_is_left_alone():
    """
    Nothing in, nothing out, with the same columns; and the rows handed over are not changed.
    """
    empty = rows_of_fact("complaints", [])
    before = empty.collect_schema()
    judged_rows = with_deadlines(empty, regime=regime(CHINA), zone=SHANGHAI, calendar="CN").collect()

    assert 0 == judged_rows.height
    assert {"due_on", "stopped_on", "is_counted"} <= set(judged_rows.columns)
    assert not [name for name in judged_rows.columns if name.startswith("_")]
    assert before == empty.collect_schema()
