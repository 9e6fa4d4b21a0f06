"""
What a customer is owed: the same deadlines as the working lists, and reminders, what is late first.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from dashboard.access import OPERATOR
from dashboard.deadlines import rules_in_force
from dashboard.forecasting.ahead import ahead
from dashboard.metrics import Terms
from dashboard.metrics.claim_worklist import claim_worklist, open_claims, running_clocks
from dashboard.metrics.customer_promises import open_promises
from dashboard.metrics.worklist import waiting, worklist
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.insurer import AS_OF
from tests.metrics.asking import ALL_RECORDED, terms
from tests.rows import SHANGHAI, local, rows_of_fact

TODAY = AS_OF
NOON = local(f"{TODAY} 12:00").astimezone(UTC)


def promised(complaints=(), claims=(), contracts=(), recorded=ALL_RECORDED["renewals"], rule="CN-2020-3"):
    due = ahead(rows_of_fact("renewals", contracts), None, None, today=TODAY, zone=SHANGHAI)
    return open_promises(
        rows_of_fact("complaints", complaints).collect(),
        rows_of_fact("claims", claims).collect(),
        due,
        terms(TODAY, rule),
        now=NOON,
        claims_recorded=ALL_RECORDED["claims"],
        renewals_recorded=recorded,
    )


def contract(days, **more):
    return {"renewal_id": "R", "policy_id": "P", "due_on": TODAY + timedelta(days), **more}


def test_nothing_is_owed_to_somebody_without_cases():
    """
    No row, and all columns.
    """
    assert promised().height == 0


@pytest.mark.parametrize(("days", "is_owed"), [(-1, False), (0, True), (89, True), (90, False)])
def test_a_reminder_is_owed_until_the_due_day(days, is_owed):
    """
    Of what falls due in the next 90 days, today included; it is never late, only useless.
    """
    found = promised(contracts=[contract(days)])

    assert (found.height == 1) is is_owed
    if is_owed:
        assert found["is_overdue"].to_list() == [False]
        assert found["hours_left"].item() == pytest.approx(days * 24 + 12)


def test_who_was_reminded_is_owed_nothing():
    """
    Nor is anybody where the source doesn't record reminders.
    """
    assert promised(contracts=[contract(10, reminded_at=local("2026-06-01"))]).height == 0
    assert promised(contracts=[contract(10)], recorded={"renewal_id"}).height == 0


def test_late_comes_first_then_the_law_then_the_earliest():
    """
    An old complaint, a fresh one, a claim and a reminder that is due soonest.
    """
    found = promised(
        [
            {"complaint_id": "old", "received_at": local("2025-01-05"), "grade": "simple"},
            {"complaint_id": "new", "received_at": local("2026-06-29"), "grade": "simple"},
        ],
        [{"claim_id": "CL", "reported_at": local("2026-06-29")}],
        [contract(1)],
    )

    assert found["number"][0] == "old"
    assert found["is_overdue"].to_list() == sorted(found["is_overdue"], reverse=True)
    running = found.filter(~pl.col("is_overdue"))
    assert running["is_law"].to_list() == sorted(running["is_law"], reverse=True)
    assert set(found["kind"]) == {"complaints", "claims", "renewals"}


def test_the_customers_promises_are_the_working_lists(insurer):
    """
    Of everybody who waits: the same complaints with the same time left, the same clocks of the same claims.
    """
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)
    rules = rules_in_force(insurer.settings)
    tomorrow = AS_OF + timedelta(days=1)
    now = datetime.combine(tomorrow, datetime.min.time(), UTC) - timedelta(hours=8)
    on = Terms(tomorrow, SHANGHAI, rules.calendar, rules.chosen)
    recorded = {fact: reader.recorded(fact) for fact in ("complaints", "claims", "renewals")}
    complaints, claims = reader.rows("complaints"), reader.rows("claims")
    asked = {"today": tomorrow, "now": now, "zone": SHANGHAI}
    answers = worklist(waiting(complaints, on), **asked, recorded=recorded["complaints"]).collect()
    opened = open_claims(claims, on).collect()
    clocks = running_clocks(opened.lazy(), on, recorded=recorded["claims"])
    pressing = claim_worklist(opened, clocks, **asked)
    found = open_promises(
        complaints.collect(),
        claims.collect(),
        pl.DataFrame(
            schema={"reminded_on": pl.Date, "due_on": pl.Date, "policy_id": pl.String, "days_left": pl.Int64}
        ),
        on,
        now=now,
        claims_recorded=recorded["claims"],
        renewals_recorded=recorded["renewals"],
    )
    mine = found.filter(kind="complaints").select("number", "due_on", "hours_left", "is_overdue")
    theirs = answers.filter("is_subject").select("complaint_id", "due_on", "hours_left", "is_overdue")

    assert mine.height > 10
    assert sorted(mine.rows()) == sorted(theirs.rows())
    of_claims = found.filter(kind="claims")
    assert sorted(of_claims.select("number", "promise", "due_on").rows(), key=str) == sorted(
        clocks.select("claim_id", "clock", "due_on").rows(), key=str
    )
    first = of_claims.filter("is_overdue").group_by("number").len()
    assert set(first["number"]) == set(pressing.filter("is_overdue")["claim_id"])


@pytest.mark.parametrize(("days", "is_overdue"), [(30, False), (31, True)])
def test_a_promise_of_today_is_not_late(days, is_overdue):
    """
    Under a limit of 30 days: the last of them isn't over, the one before is.
    """
    at = local(str(TODAY - timedelta(days)))
    found = promised([{"complaint_id": "c", "received_at": at, "grade": "simple"}], rule="guide-30")

    assert found["is_overdue"].to_list() == [is_overdue]
    assert found["days_left"].to_list() == [30 - days]
    assert found["rule"].to_list() == ["guide-30"]
