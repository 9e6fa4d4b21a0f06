"""
How trainings and certificates stand on a day: both sides of the due day, the expiry, and the sixty days before.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboard.metrics.learning import EXPIRING_DAYS, certificate_states, running_out, training_states
from tests.metrics.asking import terms
from tests.rows import rows_of_fact

DAY = date(2026, 6, 30)
ONE = timedelta(days=1)


@pytest.mark.parametrize(
    ("due_on", "completed_on", "state"),
    [
        (DAY, DAY, "done"),
        (DAY - ONE, DAY, "done_late"),
        (DAY, None, "overdue"),
        (DAY + ONE, None, "open"),
        (DAY, DAY + ONE, "overdue"),
        (DAY + ONE, DAY, "done"),
    ],
    ids=["on the due day", "a day late", "due and not done", "due tomorrow", "done tomorrow", "ahead of time"],
)
def test_a_training_is_in_time_on_its_due_day(due_on, completed_on, state):
    """
    What happened after the day asked for hasn't happened yet; due that day and not done is overdue.
    """
    row = {"training_id": "L1", "agent_id": "A1", "due_on": due_on, "completed_on": completed_on}
    found = training_states(rows_of_fact("trainings", [row]), terms(DAY)).collect()

    assert found["state"].to_list() == [state]
    assert found["cases"].to_list() == [1]


def test_what_needs_somebody_comes_first():
    """
    The longest overdue first, then what comes, then what was late, then the rest, the newest first.
    """
    days = {
        "late": (DAY - 9 * ONE, DAY),
        "old": (DAY - 99 * ONE, DAY - 99 * ONE),
        "new": (DAY - 9 * ONE, DAY - 9 * ONE),
        "soon": (DAY + ONE, None),
        "overdue": (DAY - ONE, None),
        "long overdue": (DAY - 99 * ONE, None),
    }
    rows = [
        {"training_id": name, "agent_id": "A1", "due_on": due, "completed_on": done}
        for name, (due, done) in days.items()
    ]
    found = training_states(rows_of_fact("trainings", rows), terms(DAY)).collect()

    assert found["training_id"].to_list() == ["long overdue", "overdue", "soon", "late", "new", "old"]


@pytest.mark.parametrize(
    ("expires_on", "state"),
    [
        (DAY - ONE, "expired"),
        (DAY, "expiring"),
        (DAY + EXPIRING_DAYS * ONE, "expiring"),
        (DAY + (EXPIRING_DAYS + 1) * ONE, "valid"),
        (None, "valid"),
    ],
    ids=["yesterday", "today", "in sixty days", "in 61 days", "never"],
)
def test_a_certificate_holds_on_its_last_day(expires_on, state):
    """
    The day it expires on is still valid; sixty days before it is about to expire.
    """
    row = {"certification_id": "Z1", "agent_id": "A1", "issued_on": date(2020, 1, 1), "expires_on": expires_on}

    assert certificate_states(rows_of_fact("certifications", [row]), terms(DAY)).collect()["state"].to_list() == [
        state
    ]


@pytest.mark.parametrize(
    ("issued_on", "held"), [(DAY, 1), (DAY + ONE, 0), (None, 1)], ids=["today", "tomorrow", "nobody knows when"]
)
def test_a_certificate_is_held_from_its_day(issued_on, held):
    """
    One that is issued later isn't held yet.
    """
    row = {"certification_id": "Z1", "agent_id": "A1", "issued_on": issued_on}

    assert certificate_states(rows_of_fact("certifications", [row]), terms(DAY)).collect().height == held


def out(licence, *certificates, left_on=None):
    """
    What runs out of one agent: until when the licence is valid, and the names and last days of certificates.
    """
    agent = {
        "agent_id": "A1",
        "joined_on": date(2020, 1, 1),
        "left_on": left_on,
        "licence_until_on": licence,
        "team_id": "T1",
    }
    held = [
        {"certification_id": str(number), "agent_id": "A1", "name": name, "issued_on": DAY, "expires_on": expires}
        for number, (name, expires) in enumerate(certificates)
    ]
    found = running_out(rows_of_fact("agents", [agent]), rows_of_fact("certifications", held), terms(DAY))
    return list(found.select("name", "days_left", "band").iter_rows())


@pytest.mark.parametrize(
    ("days", "band"),
    [(-1, "expired"), (0, "0-30"), (30, "0-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"), (90, "61-90")],
)
def test_a_licence_runs_out_in_its_band(days, band):
    """
    Its last day is still valid; each band ends with its last day.
    """
    assert out(DAY + days * ONE) == [(None, days, band)]


def test_what_runs_out_is_of_those_who_are_here_and_not_held_again():
    """
    Beyond ninety days nothing is said; whoever left has nothing to renew; a newer one takes an older one's place.
    """
    assert out(DAY + 91 * ONE, ("CFP", None)) == []
    assert out(DAY, left_on=DAY) == []
    assert out(None, ("CFP", DAY - ONE), ("CFP", DAY + 400 * ONE)) == []
    assert out(None, ("CFP", DAY - ONE), ("CFP", None)) == []


def test_a_lapsed_licence_comes_first_and_a_lapsed_certificate_last():
    """
    The one forbids selling, the other is old news.
    """
    found = out(DAY - ONE, ("CFP", DAY - 9 * ONE), ("AFP", DAY + ONE))

    assert [name for name, _, _ in found] == [None, "AFP", "CFP"]
