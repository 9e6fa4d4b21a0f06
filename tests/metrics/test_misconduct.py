"""
Reports of misconduct: both sides of every due day, what is known when, who comes back, and counting one by one.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from dashboard.metrics import KPIS, evaluate_many
from dashboard.metrics.misconduct import judged, repeated
from tests.metrics.asking import ALL_RECORDED, terms
from tests.rows import SHANGHAI, local, rows_of_fact

# Accepted by 16 March; if on the tenth, decided by 9 May.
REPORTED, LAST_TO_ACCEPT, LAST_TO_DECIDE = "2024-03-01", "2024-03-16", "2024-05-09"
LATE, DAY = date(2024, 6, 30), timedelta(days=1)
KPI_IDS = ("conduct_cases_on_time_rate", "conduct_substantiated_rate")


def report(**known):
    """
    A report of 1 March, and what became of it; days are written as text.
    """
    instants = {name: local(value) for name, value in known.items() if name.endswith("_at")}
    return {"conduct_case_id": "D1", "reported_at": local(REPORTED)} | known | instants


def found(as_of=LATE, **known):
    row = report(**known)
    return judged(rows_of_fact("conduct_cases", [row]), terms(as_of)).collect().row(0, named=True)


@pytest.mark.parametrize(
    ("known", "due_on", "is_on_time"),
    [
        ({"accepted_at": "2024-03-10", "decided_at": f"{LAST_TO_DECIDE} 23:59:59"}, LAST_TO_DECIDE, True),
        ({"accepted_at": "2024-03-10", "decided_at": "2024-05-10 00:00:00"}, LAST_TO_DECIDE, False),
        ({"accepted_at": "2024-03-10"}, LAST_TO_DECIDE, False),
        ({"accepted_at": f"{LAST_TO_ACCEPT} 23:59:59", "decided_at": "2024-05-15"}, "2024-05-15", True),
        ({"accepted_at": "2024-03-17 00:00:00", "decided_at": "2024-03-18"}, LAST_TO_ACCEPT, False),
        ({"decided_at": "2024-03-12"}, "2024-05-11", True),
        ({"decided_at": "2024-03-20"}, LAST_TO_ACCEPT, False),
        ({"accepted_at": "2024-03-14", "decided_at": "2024-03-12"}, "2024-05-11", True),
        ({}, LAST_TO_ACCEPT, False),
    ],
    ids=[
        "decided on the last day",
        "decided a day late",
        "accepted, never decided",
        "accepted on the last day",
        "accepted a day late",
        "decided without an acceptance",
        "decided without an acceptance, too late for one",
        "accepted after it was decided",
        "nobody took it up",
    ],
)
def test_a_report_is_due_when_the_step_is_that_it_failed_or_ends_with(known, due_on, is_on_time):
    """
    Fifteen days to accept it, sixty from then; a late acceptance is late whatever follows.
    """
    row = found(**known)

    assert (row["due_on"].isoformat(), row["is_on_time"], row["is_due"]) == (due_on, is_on_time, True)


@pytest.mark.parametrize(
    ("as_of", "due_on", "is_due", "is_overdue"),
    [
        (date(2024, 3, 9), date(2024, 3, 16), False, False),
        (date(2024, 5, 8), date(2024, 5, 9), False, False),
        (date(2024, 5, 9), date(2024, 5, 9), True, True),
        (date(2024, 5, 10), date(2024, 5, 9), True, False),
    ],
    ids=["not yet accepted", "a day early", "the last day is over", "decided the day after"],
)
def test_it_is_due_once_its_day_is_over(as_of, due_on, is_due, is_overdue):
    """
    Accepted on the tenth of March and decided on the tenth of May, looked at from before and after.
    """
    row = found(as_of, accepted_at="2024-03-10", decided_at="2024-05-10", substantiated=True)

    assert (row["due_on"], row["is_due"], row["is_overdue"]) == (due_on, is_due, is_overdue)
    assert row["is_substantiated"] is (as_of >= date(2024, 5, 10))


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"substantiated": True, "discipline": "warning"}, (True, True, True)),
        ({"substantiated": True, "discipline": "none"}, (True, True, False)),
        ({"substantiated": True}, (True, True, False)),
        ({"substantiated": False, "discipline": "fine"}, (True, False, False)),
        ({"discipline": "fine"}, (False, False, False)),
    ],
    ids=["warned", "let off", "nobody wrote what followed", "not true", "nobody wrote whether it was true"],
)
def test_only_what_was_found_true_is_substantiated(known, told):
    """
    A consequence counts only where the report was found true; what isn't recorded is in no rate.
    """
    row = found(accepted_at="2024-03-10", decided_at="2024-04-10", **known)

    assert (row["is_decided"], row["is_substantiated"], row["is_disciplined"]) == told


def test_whoever_comes_back_is_named_with_the_reports_found_true():
    """
    Two true reports are a repetition; one true and one false are none, and neither is a report of nobody.
    """
    decided = {"accepted_at": "2024-03-05", "decided_at": "2024-04-01"}
    rows = [
        report(**decided, substantiated=is_true, agent_id=agent, team_id="T1", cases=cases)
        | {"conduct_case_id": str(number)}
        for number, (agent, is_true, cases) in enumerate(
            [
                ("A1", True, 1),
                ("A1", True, None),
                ("A2", True, 1),
                ("A2", False, 1),
                ("A3", True, 3),
                (None, True, 9),
            ]
        )
    ]
    back = repeated(judged(rows_of_fact("conduct_cases", rows), terms(LATE)).collect())

    assert back.select("agent_id", "cases").rows() == [("A3", 3), ("A1", 2)]
    assert set(back["first_on"]) == set(back["last_on"]) == {date(2024, 3, 1)}


def counted(row, as_of, zone):
    """
    One report by plain arithmetic: on time, due, found true, decided.
    """

    def day(name):
        value = row[name]
        on = None if value is None else value.astimezone(ZoneInfo(zone)).date()
        return on if on is not None and on <= as_of else None

    reported, accepted, decided = day("reported_at"), day("accepted_at"), day("decided_at")
    if reported is None:
        return (0, 0), (0, 0)
    accepted = min((each for each in (accepted, decided) if each), default=None)
    due, in_time = reported + 15 * DAY, False
    if accepted is not None and accepted <= due:
        due = accepted + 60 * DAY
        in_time = decided is not None and decided <= due
    told = decided is not None and row["substantiated"] is not None
    weight = row["cases"] or 1
    is_due = due <= as_of
    return (weight * (is_due and in_time), weight * is_due), (
        weight * (told and row["substantiated"]),
        weight * told,
    )


@pytest.mark.parametrize("zone", [SHANGHAI, "America/Chicago"])
@pytest.mark.parametrize("as_of", [LATE, date(2024, 4, 15)], ids=str)
def test_figures_are_what_counting_one_by_one_gives(as_of, zone):
    """
    Hundreds of reports around every edge, by team, in two zones and on two days.
    """
    die = Random(as_of.toordinal())

    def after(start, days):
        return (
            None if start is None else start + timedelta(days=die.choice(days), seconds=die.choice((0, 1, 43_200)))
        )

    rows = []
    for number in range(400):
        reported = local("2024-01-01 00:00:00") + timedelta(
            days=die.randrange(120), seconds=die.choice((-1, 0, 1))
        )
        accepted = after(die.choice((reported, reported, None)), (0, 7, 14, 15, 16, 40))
        decided = after(die.choice((accepted, reported, None)), (0, 30, 59, 60, 61, 90))
        rows.append(
            {
                "conduct_case_id": str(number),
                "reported_at": reported,
                "accepted_at": accepted,
                "decided_at": decided,
                "substantiated": die.choice((True, False, None)),
                "team_id": die.choice(("a", "b", None)),
                "cases": die.choice((1, None, 3)),
            }
        )
    facts = {fact: rows_of_fact(fact, rows if fact == "conduct_cases" else ()) for fact in ALL_RECORDED}
    told = evaluate_many(
        [KPIS[name] for name in KPI_IDS],
        facts.__getitem__,
        terms(as_of, zone=zone),
        recorded=ALL_RECORDED,
        by=["team_id"],
    )
    for place, name in enumerate(KPI_IDS):
        for row in told[name].iter_rows(named=True):
            own = [counted(each, as_of, zone)[place] for each in rows if each["team_id"] == row["team_id"]]
            above, below = (sum(each) for each in zip(*own, strict=True))
            assert (row["numerator"], row["denominator"]) == (above, below)
            assert below > 0
