"""
How one claim stands to each of its clocks: running, in time, late or left, on both sides of each edge.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard.metrics.claim_timings import claim_timings
from tests.metrics import claim_crowd
from tests.metrics.asking import terms
from tests.metrics.oracle_claim_work import running
from tests.metrics.oracle_claims import known
from tests.rows import SHANGHAI, local, rows_of_fact

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Thirty days end on a Wednesday on which people work.
START, DUE = local("2024-05-27"), date(2024, 6, 26)
LATER = date(2024, 8, 1)


def timed(row, today=LATER, now=None):
    """
    By clock, how the claim stands at noon, or at another instant, of a day.
    """
    rows = rows_of_fact("claims", [{"claim_id": "c", "reported_at": START, **row}])
    found = claim_timings(rows, terms(today), now=now or local(str(today)))
    return {each["clock"]: each for each in found.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({"decided_at": local(f"{DUE} 23:59"), "decision": "paid"}, "in_time"),
        ({"decided_at": local(f"{DUE + DAY} 00:00"), "decision": "paid"}, "late"),
        ({"decided_at": local(f"{DUE + DAY} 00:00"), "decision": "refused"}, "late"),
        ({"decided_at": local("2024-06-01"), "decision": "withdrawn"}, "left"),
        ({"closed_at": local("2024-06-01")}, "left"),
        ({}, "running"),
    ],
)
def test_the_determination(row, state):
    """
    The due day still is in time; who withdrew or was closed undecided left nothing to be determined.
    """
    found = timed(row)["claim_determination"]

    assert (DUE, state) == (found["due_on"], found["state"])
    assert (found["hours_left"] is not None) == (state == "running")


@pytest.mark.parametrize(("today", "is_overdue"), [(DUE, False), (DUE + DAY, True)])
def test_what_is_due_today_is_not_late(today, is_overdue):
    """
    At noon of the due day there are twelve hours left; at noon of the next they were missed.
    """
    found = timed({}, today)["claim_determination"]

    assert (is_overdue, -12.0 if is_overdue else 12.0) == (found["is_overdue"], found["hours_left"])


@pytest.mark.parametrize(("minutes", "is_overdue"), [(0, False), (1, True)])
def test_hours_end_at_their_instant(minutes, is_overdue):
    """
    Registration within 24 hours: the last instant is in time.
    """
    now = START + 24 * HOUR + timedelta(minutes=minutes)
    found = timed({}, (START + DAY).date(), now)["claim_contact"]

    assert is_overdue == found["is_overdue"]


def test_only_clocks_that_began_are_told():
    """
    Nothing agreed, refused or complete: no payment, notice or review to speak of.
    """
    assert ["claim_determination", "claim_part_payment", "claim_contact"] == list(timed({}))


def test_a_pause_has_no_due_day():
    """
    While documents are awaited nothing can be overdue.
    """
    found = timed({"documents_requested_at": START + DAY})["claim_determination"]

    assert (None, None, False, "running") == (
        *(found["due_on"], found["hours_left"]),
        *(found["is_overdue"], found["state"]),
    )


def test_nothing_runs_on_a_claim_that_ended():
    """
    Paid in full without the record of a decision, a registration or a first payment.
    """
    found = timed({"paid_at": START + DAY, "first_paid_at": None})

    states = {clock: each["state"] for clock, each in found.items()}
    assert {"claim_determination": "left", "claim_part_payment": "in_time", "claim_contact": "left"} == states


def test_tomorrow_has_not_happened():
    """
    A decision of the day after isn't known: the clock runs.
    """
    found = timed({"decided_at": local("2024-06-11"), "decision": "paid"}, date(2024, 6, 10))

    assert "running" == found["claim_determination"]["state"]


@pytest.mark.parametrize("today", [date(2024, 3, 10), date(2024, 9, 14)])
def test_what_runs_on_open_claims_is_what_the_list_counts(today):
    """
    Random claims against the oracle of the working list: the same clocks, due days and verdicts.
    """
    rows = [{**row, "amount_claimed": None} for row in claim_crowd.claims(4, 1_500)]
    now = datetime.combine(today, datetime.min.time(), ZoneInfo(SHANGHAI)) + 13 * HOUR
    found = claim_timings(rows_of_fact("claims", rows), terms(today), now=now)
    told = {
        (row["claim_id"], row["clock"]): (row["due_on"], row["is_overdue"])
        for row in found.iter_rows(named=True)
        if row["state"] == "running"
    }
    by_hand = {
        (each.row["claim_id"], clock.clock): (clock.due_on, clock.is_over(now, today))
        for each in known(rows, today, SHANGHAI)
        if each.is_open
        for clock in running(each).values()
    }

    assert len(by_hand) > 100
    assert by_hand == told
