"""
Every leg against an oracle, claim by claim; and its edges: open, given up, not recorded, an hour short of a day.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.facts import FACTS
from dashboard.metrics.claim_legs import LEGS, counted_legs, legs, told_legs
from dashboard.metrics.claims import judged
from dashboard.periods import Period
from tests.metrics.legs_oracle import AS_OF, ON, PARTS, random_claims, timed
from tests.rows import local, rows_of_fact

YEAR = Period(date(2024, 1, 1), date(2025, 1, 1))
SPRING = Period(date(2024, 3, 1), date(2024, 6, 1))


def judge(rows):
    return judged(rows_of_fact("claims", rows), ON)


def timed_legs(claims, *, period, by=None):
    """
    Counted by group, timed by group.
    """
    return legs(counted_legs(claims, period=period, by=by), by=by)


def of(rows, key, **more):
    """
    The one row of a leg.
    """
    found = timed_legs(judge(rows), period=YEAR, **more).filter(pl.col("leg") == key)
    assert found.height == 1
    return found.row(0, named=True)


def states(rows, key):
    found = timed_legs(judge(rows), period=YEAR).filter(pl.col("leg") == key)
    return found.select("finished", "open", "not_recorded").rows() or None


def agrees(expected, row):
    told = {name: row[name] for name in expected}
    assert told == {name: pytest.approx(value) if value is not None else None for name, value in expected.items()}


def reported_in(claim, period):
    day = (claim["reported_at"] + timedelta(hours=8)).date()
    return period.first <= day < period.before


@pytest.mark.parametrize("period", [YEAR, SPRING], ids=["the year", "spring"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_leg_agrees_with_the_oracle(seed, period):
    """
    Counts, quantiles, shares, the mean and the longest, of random claims reported in the period.
    """
    rows = random_claims(seed)
    among = [claim for claim in rows if reported_in(claim, period)]
    found = {row["leg"]: row for row in timed_legs(judge(rows), period=period).iter_rows(named=True)}
    expected = {key: timed(key, among) for key in PARTS}

    assert [leg.key for leg in LEGS] == list(PARTS)
    assert {key for key, row in expected.items() if row} == set(found)
    for key, row in found.items():
        agrees(expected[key], row)


@pytest.mark.parametrize("by", ["branch_id", "auto_decided"])
def test_groups_are_timed_apart_and_null_is_a_group(by):
    """
    What isn't coded, or not known yet, is a group of its own.
    """
    rows = random_claims(4)
    found = timed_legs(judge(rows), period=YEAR, by=by)
    # Known with the decision; until then nobody knows.
    then = dict(judge(rows).select("claim_id", by).collect().iter_rows())

    assert found.columns[:2] == ["leg", by]
    assert None in found[by].to_list()
    for row in found.iter_rows(named=True):
        own = [claim for claim in rows if then.get(claim["claim_id"], "not reported yet") == row[by]]
        agrees(timed(row["leg"], own), row)


def test_counts_by_group_serve_all_together():
    """
    What was counted by group gives for all of them what was counted without.
    """
    claims = judge(random_claims(7))
    by_group = counted_legs(claims, period=YEAR, by="branch_id")

    assert legs(by_group).equals(timed_legs(claims, period=YEAR))


def test_categories_group_as_their_texts_do():
    """
    Judged rows are kept with categories, which the answer doesn't show.
    """
    rows = judge(random_claims(5))
    kept = rows.with_columns(pl.col("branch_id").cast(pl.Categorical))

    assert timed_legs(kept, period=YEAR, by="branch_id").equals(timed_legs(rows, period=YEAR, by="branch_id"))


@pytest.mark.parametrize(
    ("paid_at", "days"),
    [("2024-05-04 11:59", 71 / 24), ("2024-05-04 12:00", 3.0), ("2024-05-04 12:59", 3.0)],
    ids=["a minute short", "three days", "an hour begun"],
)
def test_time_is_whole_hours(paid_at, days):
    """
    An hour that has only begun isn't counted: elapsed time, no calendar days.
    """
    row = of([{"reported_at": local("2024-05-01"), "paid_at": local(paid_at)}], "report_to_payment")

    assert (row["median"], row["mean"]) == (days, pytest.approx(days))


@pytest.mark.parametrize(("hours", "within"), [(72, 1.0), (73, 0.0)])
def test_three_days_are_72_hours(hours, within):
    """
    The 72nd hour is inside, the 73rd isn't.
    """
    start = local("2024-05-01")
    row = of([{"reported_at": start, "closed_at": start + timedelta(hours=hours)}], "report_to_close")

    assert (row["within_3"], row["within_30"]) == (within, 1.0)


def test_a_share_is_unknown_while_nobody_was_watched_so_long():
    """
    Two days before the end of the day nobody can have waited three; one paid and one open for two: half in 2 days.
    """
    start = local("2024-12-29 23:00")
    rows = [{"reported_at": start}, {"reported_at": start, "paid_at": start + timedelta(hours=5)}]
    row = of(rows, "report_to_payment")

    assert (row["within_3"], row["within_30"], row["longest"]) == (None, None, 49 / 24)
    assert (row["n"], row["open"], row["p90"]) == (2, 1, None)


def test_an_open_claim_waits_up_to_the_end_of_the_day():
    """
    A payment after midnight hasn't happened yet: 12 hours on the last day, not done.
    """
    rows = [{"reported_at": local(f"{AS_OF} 12:00"), "paid_at": local("2025-01-01 00:00")}]
    row = of(rows, "report_to_payment")

    assert (row["open"], row["median"], row["mean"], row["longest"]) == (1, None, None, 0.5)


def test_no_date_of_documents_is_no_report_date():
    """
    T18: decided without a date of its documents, a claim is counted as not recorded and has no such leg; what it
    took from the report on is known all the same.
    """
    start = local("2024-05-01")
    claim = {
        "reported_at": start,
        "registered_at": start,
        "decided_at": local("2024-05-08"),
        "agreed_at": local("2024-05-09"),
        "paid_at": local("2024-05-11"),
        "decision": "paid",
    }
    for key in ("registration_to_documents", "documents_to_decision", "documents_to_payment"):
        assert states([claim], key) == [(0, 0, 1)], key
        assert of([claim], key)["median"] is None
    assert of([claim], "report_to_payment")["median"] == 10.0


@pytest.mark.parametrize(
    ("decision", "payment", "decided"),
    [("paid", [(0, 1, 0)], [(1, 0, 0)]), ("refused", None, [(1, 0, 0)]), ("withdrawn", None, None)],
)
def test_who_wont_be_paid_isnt_waiting_for_it(decision, payment, decided):
    """
    Refused or withdrawn on the fifth day: no payment is open; and a withdrawal is no decision.
    """
    claim = {
        "reported_at": local("2024-05-01"),
        "documents_completed_at": local("2024-05-02"),
        "decided_at": local("2024-05-06"),
        "decision": decision,
    }

    assert (payment, decided) == (states([claim], "report_to_payment"), states([claim], "documents_to_decision"))


def test_a_final_payment_ends_the_period_not_the_first():
    """
    T55: paid in part on day 2 and in full on day 9.
    """
    claim = {
        "reported_at": local("2024-05-01"),
        "first_paid_at": local("2024-05-03"),
        "paid_at": local("2024-05-10"),
        "decision": "paid",
        "decided_at": local("2024-05-02"),
    }

    assert of([claim], "report_to_payment")["median"] == 9.0


def test_a_leg_that_ends_before_it_begins_isnt_recorded():
    """
    Registered a minute before the report: counted as not recorded, not as minus one.
    """
    start = local("2024-05-01")
    before, same = ({"reported_at": start, "registered_at": start - timedelta(minutes=m)} for m in (1, 0))

    assert [(0, 0, 1)] == states([before], "report_to_registration")
    assert [(1, 0, 0)] == states([same], "report_to_registration")


def test_the_interval_holds_the_median_and_one_not_reached_is_null():
    """
    Ten claims, two of them open: the median has both ends, the P90 none above.
    """
    start = local("2024-05-01")
    rows = [{"reported_at": start, "paid_at": start + timedelta(days=day)} for day in range(1, 9)]
    row = of([*rows, {"reported_at": start}, {"reported_at": start}], "report_to_payment")

    assert row["median_lower"] < row["median"] == 5.0 < row["median_upper"]
    assert (row["p90"], row["p90_upper"]) == (None, None)
    # Biased low: the two that wait aren't in it.
    assert row["mean"] == 4.5


def test_nothing_reported():
    """
    No claims, no rows, the same columns.
    """
    found, some = (timed_legs(judge(rows), period=YEAR) for rows in ([], random_claims(6, 20)))

    untold = legs(counted_legs(judge(random_claims(6, 20)), period=YEAR, among=()))

    assert (0, 0) == (found.height, untold.height)
    assert found.schema == some.schema == untold.schema


def test_only_recorded_legs_can_be_told():
    """
    The report is always there; without a decision's outcome nobody knows who was refused.
    """
    told = [leg.key for leg in told_legs({"closed_at", "decided_at", "refusal_told_at"})]

    assert told == ["report_to_close"]
    assert "decision_to_refusal_told" in [leg.key for leg in told_legs(FACTS["claims"].schema)]
