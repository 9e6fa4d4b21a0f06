"""
Explanations: the reckoning they tell adds up to the clock's own due day, and each reason is the one that held.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from dashboard.deadlines import load_regimes, with_deadlines, working_days
from dashboard.deadlines.clock import with_workings
from dashboard.deadlines.explanation import Explanation, explain, explain_judged
from dashboard.deadlines.sentences import STEPS, UNITS, limit_in_words, sentences
from dashboard.words import Words
from tests.deadlines.random_complaints import batch
from tests.deadlines.test_clock_against_oracle import OWN, REGIMES
from tests.rows import SHANGHAI, local, rows_of_fact

ENGLISH = Words("en")
DAY = timedelta(days=1)
WORKING = dict(working_days("CN", date(2019, 1, 1), date(2028, 12, 31)).select("day", "is_working").iter_rows())
AS_OF = date(2024, 6, 30)


def explained(rule: str = "CN-2020-3", *, as_of: date = AS_OF, **case: Any) -> Explanation:
    return explain({"complaint_id": "c", **case}, regime=REGIMES[rule], zone=SHANGHAI, calendar="CN", as_of=as_of)


def kinds(explanation: Explanation) -> list[str]:
    return [step.kind for step in explanation.steps]


def day(written: str) -> date:
    return date.fromisoformat(written)


def retold(explanation: Explanation) -> date:
    """
    The due day, from nothing but what the explanation says on the way to it.
    """
    start = next(step for step in explanation.steps if step.kind.startswith("start_")).values["at"]
    pause = explanation.of("pause_counted")
    paused = pause.values["days"] if pause else 0
    extension = explanation.of("extension_counted")
    limit = explanation.of("limit").values["limit"]
    if limit.unit == "h":
        return (start + timedelta(hours=limit.n) + paused * DAY).date()
    end = start.date()
    if extension:
        end += extension.values["days"] * DAY
    elif limit.unit == "m":
        year, month = divmod(end.year * 12 + end.month - 1 + limit.n, 12)
        end = date(year, month + 1, min(end.day, calendar.monthrange(year, month + 1)[1]))
    elif limit.unit == "bd":
        for _ in range(limit.n):
            end += DAY
            while not WORKING[end]:
                end += DAY
    else:
        end += limit.n * (7 if limit.unit == "w" else 1) * DAY
    end += paused * DAY
    assert end == explanation.of("ends").values["on"]
    rolls = explanation.of("rolls")
    if rolls:
        while not WORKING[end]:
            end += DAY
        assert end == rolls.values["due"]
    return end


@pytest.mark.parametrize(
    "rule", ["CN-2020-3", "CN-2020-3-customer", "guide-30", "house-24h", "house-48h", "SG-LIFE", *OWN]
)
def test_what_is_told_adds_up_to_the_clocks_due_day(rule):
    """
    For five hundred complaints under each rule, the days told lead to the day on which the clock has it due.
    """
    complaints = rows_of_fact("complaints", batch(7, 500))
    options = {"regime": REGIMES[rule], "zone": SHANGHAI, "calendar": "CN"}
    due = with_deadlines(complaints, **options).collect()["due_on"]
    told = 0
    for row, due_on in zip(with_workings(complaints, **options).collect().iter_rows(named=True), due, strict=True):
        explanation = explain_judged(row, **options, as_of=AS_OF)

        assert explanation.due_on == due_on
        assert all(sentences(explanation, ENGLISH))
        if row["is_subject"]:
            told += 1
            assert retold(explanation) == due_on, row
            assert ("extension_void" in explanation.doubts) == bool(explanation.of("void_")), row
            assert ("pause_untold" in explanation.doubts) == bool(explanation.of("pause_untold")), row
            assert row["is_in_time"] == (explanation.of("verdict_in_time") is not None) or explanation.of(
                "verdict_"
            ).kind in ("verdict_merged", "verdict_invalid", "verdict_order_wrong", "verdict_excluded")
    assert told > 50


def test_every_step_has_its_sentence_and_every_sentence_its_step():
    """
    Over random complaints under all kinds of rules nearly every sentence is said; none is missing.
    """
    said: set[str] = set()
    for rule in ("CN-2020-3", "CN-2020-3-customer", "house-24h", "house-48h", "IN-complaint"):
        options = {"regime": REGIMES[rule], "zone": SHANGHAI, "calendar": "CN"}
        judged = with_workings(rows_of_fact("complaints", batch(3, 1500)), **options).collect()
        for row in judged.iter_rows(named=True):
            said |= set(kinds(explain_judged(row, **options, as_of=date(2023, 6, 30))))
    decision_only = load_regimes({"guide-30": {"stop": "decided"}})["guide-30"]
    columns = load_regimes()["UK-FOS-referral"]
    for rule, case in (
        (decision_only, {"received_at": local("2024-04-01"), "decided_at": local("2024-04-02")}),
        (
            columns,
            {
                "received_at": local("2024-04-01"),
                "informed_at": local("2024-04-02"),
                "escalated_at": local("2024-04-03"),
            },
        ),
        (columns, {"received_at": local("2024-04-01")}),
    ):
        said |= set(kinds(explain(case, regime=rule, zone=SHANGHAI, calendar="CN", as_of=AS_OF)))

    assert set(STEPS) == said


def test_a_whole_explanation_reads_like_this():
    """
    Re-graded in time, told late of an extension, due in the Spring Festival.
    """
    told = explained(
        as_of=day("2024-03-01"),
        received_at=local("2024-01-11 09:30"),
        initial_grade="simple",
        grade="complex",
        regraded_at=local("2024-01-20"),
        paused_days=3,
        pause_told=False,
        extension_days=45,
        extension_approver="superior",
        extension_approved_at=local("2024-02-05"),
        extension_told_at=local("2024-02-20"),
    )

    assert sentences(told, ENGLISH)[1:] == [
        "The clock starts with receipt, 2024-01-11 09:30.",
        "Graded Complex, it may take 30 days.",
        "Re-graded from Simple to Complex on 2024-01-20, before the first limit had run out (2024-01-26): "
        "the new grade counts.",
        "Days of an outside appraisal that count all the same, as nobody was told: 3.",
        "The extension is void: the complainant was told on 2024-02-20, after the due day 2024-02-18.",
        "Without the day of the start, the time ends on 2024-02-10.",
        "Nobody works on 2024-02-10 (Spring Festival); the next working day is 2024-02-18.",
        "2024-02-18 is a day of a weekend that is worked to make up for a holiday.",
        "It is due on 2024-02-18, until midnight.",
        "Nothing has stopped the clock yet.",
        "At the end of 2024-03-01 it is open and overdue; days after the due day: 12.",
    ]
    assert told.doubts == ("extension_void", "pause_untold")


EXTENDED = {
    "received_at": local("2024-01-11"),
    "grade": "complex",
    "extension_days": 30,
    "extension_approver": "superior",
    "extension_approved_at": local("2024-02-05"),
    "extension_told_at": local("2024-02-05"),
}


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({}, []),
        ({"extension_approved_at": local("2024-02-18 23:59:59")}, []),
        ({"extension_approved_at": local("2024-02-19 00:00")}, ["void_approved_late"]),
        ({"extension_told_at": local("2024-02-18 23:59:59")}, []),
        ({"extension_told_at": local("2024-02-19 00:00")}, ["void_told_late"]),
        ({"extension_told_at": None}, ["void_not_told"]),
        ({"extension_approved_at": None}, ["void_not_approved"]),
        ({"extension_approver": "branch"}, ["void_wrong_level"]),
        ({"extension_days": 0}, ["void_no_days"]),
        ({"extension_approver": None, "extension_told_at": None}, ["void_wrong_level", "void_not_told"]),
    ],
)
def test_t14_why_an_extension_is_void(change, reasons):
    """
    Each reason that holds is told, and no other; without one it is valid.
    """
    told = explained(**{**EXTENDED, **change})

    assert reasons == [kind for kind in kinds(told) if kind.startswith("void_")]
    assert (not reasons) == ("extension_counted" in kinds(told))


@pytest.mark.parametrize(
    ("received", "calendar_names", "due"),
    [
        ("2024-02-29", ["weekend"], "2024-04-01"),
        ("2025-09-01", ["National Day", "Mid-autumn Festival"], "2025-10-09"),
        ("2025-03-06", ["Tomb-sweeping Day"], "2025-04-07"),
        ("2024-12-29", ["Spring Festival"], "2025-02-05"),
    ],
)
def test_which_holiday_moves_a_due_day(received, calendar_names, due):
    """
    By its name, or as a weekend.
    """
    rolls = explained(received_at=local(received), grade="complex").of("rolls")

    assert (calendar_names, day(due)) == (rolls.values["names"], rolls.values["due"])


def test_the_insurers_own_holiday_is_named():
    """
    As it stands in the insurer's calendar.
    """
    off = pl.DataFrame({"day": [day("2024-03-01")], "is_working": [False], "name": ["Founders' Day"]})
    own = working_days("CN", day("2024-01-01"), day("2024-12-31"), overrides=off)
    case = {"received_at": local("2024-01-31"), "grade": "complex"}
    told = explain(case, regime=REGIMES["CN-2020-3"], zone=SHANGHAI, calendar=own, as_of=AS_OF)

    assert ["Founders' Day", "weekend"] == told.of("rolls").values["names"]
    assert "Nobody works on 2024-03-01 (Founders' Day, weekend); the next working day is 2024-03-04." in (
        sentences(told, ENGLISH)
    )


@pytest.mark.parametrize(
    ("stopped", "as_of", "verdict"),
    [
        ("2024-03-01 23:59:59", "2024-03-31", ("verdict_in_time", {})),
        ("2024-03-02 00:00", "2024-03-31", ("verdict_late", {"days": 1})),
        (None, "2024-02-29", ("verdict_open", {"as_of": date(2024, 2, 29), "days": 1})),
        (None, "2024-03-01", ("verdict_overdue", {"as_of": date(2024, 3, 1), "days": 0})),
    ],
)
def test_the_verdict_of_a_day(stopped, as_of, verdict):
    """
    Received on 31 January, due on 1 March: both sides of its midnight, and both sides of the day asked for.
    """
    stop = local(stopped) if stopped else None
    told = explained(
        as_of=day(as_of), received_at=local("2024-01-31"), grade="complex", decided_at=stop, informed_at=stop
    ).of("verdict_")

    assert verdict == (told.kind, dict(told.values))


def test_a_rule_with_versions_says_which_one_judged():
    """
    India's limit before and since September 2024.
    """
    before = explained("IN-complaint", received_at=local("2024-09-04"))
    since = explained("IN-complaint", received_at=local("2024-09-05"))

    assert ["15 days", "2 weeks"] == [
        limit_in_words(told.of("limit").values["limit"], ENGLISH) for told in (before, since)
    ]
    assert (day("2024-09-19"), day("2024-09-19")) == (before.due_on, since.due_on)
    assert before.rule.effective_before == since.rule.effective_from == day("2024-09-05")


def test_limits_have_a_singular():
    """
    One of each unit, and several.
    """
    said = [
        limit_in_words(type(REGIMES["guide-30"].limit)(n, unit), ENGLISH)
        for unit in ("cd", *UNITS)
        for n in (1, 2)
    ]

    assert said == [
        *("1 day", "2 days", "1 business day", "2 business days", "1 hour", "2 hours"),
        *("1 week", "2 weeks", "1 month", "2 months"),
    ]
