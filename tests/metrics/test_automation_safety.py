"""
Reversals, audits and complaints of what rules and people decided: counted by hand, on both sides of day 90.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import polars as pl
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from dashboard.metrics.automation_safety import (
    audited,
    complained,
    complaints_by_arm,
    leakage,
    reversals,
)
from dashboard.periods import Period
from tests.metrics.automated import (
    AS_OF,
    EVERYTHING,
    ON,
    PERIODS,
    SHANGHAI,
    claim,
    crowd,
    dicts,
    inside,
    judge,
    total,
)
from tests.rows import local

REFUSED = {"decision": "refused", "paid_at": None, "first_paid_at": None, "agreed_at": None}
FOLLOWED = AS_OF - timedelta(days=90)


@pytest.mark.parametrize("period", PERIODS, ids=["half a year", "everything"])
def test_reversals_are_what_counting_by_hand_gives(period):
    """
    Followed for 90 days, by who decided; the difference with Newcombe's interval.
    """
    rows = crowd(5)
    found = {row["decision"]: row for row in reversals(rows.lazy(), ON, period=period).iter_rows(named=True)}
    counts = Counter()
    for row in dicts(rows):
        if not row["is_automation_known"] or not inside(row["decided_on"], period):
            continue
        decision = "refused" if row["is_refused"] else "accepted"
        if row["decided_on"] > FOLLOWED:
            counts[decision, "pending"] += row["cases"]
            continue
        arm = "rules" if row["auto_decided"] else "people"
        counts[decision, arm] += row["cases"]
        turned = row["overturned_at"] and row["overturned_at"].astimezone(SHANGHAI).date()
        if turned and turned <= row["decided_on"] + timedelta(days=90):
            counts[decision, f"{arm}_reversed"] += row["cases"]

    for decision, row in found.items():
        told = {name: row[name] for name in ("rules", "rules_reversed", "people", "people_reversed", "pending")}
        assert {name: counts[decision, name] for name in told} == told
        expected = confint_proportions_2indep(
            row["rules_reversed"], row["rules"], row["people_reversed"], row["people"], method="newcomb"
        )
        assert expected == pytest.approx((row["lower"], row["upper"]))
    assert counts["refused", "rules_reversed"] > 0


@pytest.mark.parametrize(("days", "reversed_"), [(89, 1), (90, 1), (91, 0)])
def test_the_ninetieth_day_still_counts(days, reversed_):
    """
    T54: reversed within 90 days of the automatic refusal.
    """
    turned = local("2024-05-03") + timedelta(days=days)
    found = reversals(judge([claim(**REFUSED, overturned_at=turned)]), ON, period=EVERYTHING).row(0, named=True)

    assert (1, reversed_) == (found["rules"], found["rules_reversed"])


@pytest.mark.parametrize(("day", "followed"), [(FOLLOWED, 1), (FOLLOWED + timedelta(days=1), 0)])
def test_what_is_younger_than_90_days_is_pending(day, followed):
    """
    Decided 90 days before the last complete day: in; a day later: not yet.
    """
    row = claim(**REFUSED, decided_at=local(day.isoformat()))
    found = reversals(judge([row]), ON, period=EVERYTHING).row(0, named=True)

    assert (followed, 1 - followed) == (found["rules"], found["pending"])
    assert (found["people_share"], found["difference"], found["lower"], found["upper"]) == (None,) * 4


def test_leakage_is_what_adding_up_by_hand_gives():
    """
    Net, and too much and too little apart, in per cent of what was due.
    """
    rows = crowd(6)
    found = {row["arm"]: row for row in leakage(rows.lazy(), period=PERIODS[0]).iter_rows(named=True)}
    for arm, by_rules in (("rules", True), ("people", False)):
        mine = [
            row
            for row in dicts(rows)
            if row["is_automation_known"]
            and row["auto_decided"] is by_rules
            and inside(row["decided_on"], PERIODS[0])
            and None not in (row["audited_at"], row["amount_paid"], row["audit_amount_due"])
        ]
        paid, due = (sum(row[name] for row in mine) for name in ("amount_paid", "audit_amount_due"))
        over = sum(max(row["amount_paid"] - row["audit_amount_due"], 0) for row in mine)
        under = sum(max(row["audit_amount_due"] - row["amount_paid"], 0) for row in mine)
        row = found[arm]

        assert total(mine) == row["claims"] > 10
        assert (float((paid - due) / due), float(over / due), float(under / due)) == pytest.approx(
            (row["net"], row["over"], row["under"])
        )
        assert row["lower"] < row["net"] < row["upper"]


def test_leakage_is_the_same_whatever_the_order_of_rows():
    """
    The draws follow the claims' numbers, not how they happened to be stored; and so of the audited ones alone.
    """
    rows = crowd(6)
    told = leakage(rows.lazy(), period=EVERYTHING)

    assert told.equals(leakage(rows.lazy().reverse(), period=EVERYTHING))
    assert told.equals(leakage(audited(rows.lazy()), period=EVERYTHING))


def test_one_audit_has_no_interval_and_none_has_nothing():
    """
    A tenth too much, told without a claim to know how sure that is; nothing over nothing is null.
    """
    row = claim(audited_at=local("2024-06-01"), amount_paid=Decimal(110), audit_amount_due=Decimal(100))
    rules, people = leakage(judge([row]), period=EVERYTHING).iter_rows(named=True)

    assert (rules["net"], rules["over"], rules["under"], rules["lower"]) == (
        pytest.approx(0.1),
        pytest.approx(0.1),
        0,
        None,
    )
    assert (people["claims"], people["net"], people["upper"]) == (0, None, None)


def complaints_of(pairs):
    """
    Judged complaints: (claim, day of receipt, cases, counted).
    """
    return pl.LazyFrame(
        list(pairs),
        schema={"claim_id": pl.String, "received_on": pl.Date, "cases": pl.Int64, "is_counted": pl.Boolean},
        orient="row",
    )


@pytest.mark.parametrize("period", PERIODS, ids=["half a year", "everything"])
def test_complaints_are_paired_as_by_hand(period):
    """
    From the day of the decision to the 90th day after it, on decisions followed that long, per 1,000 of them.
    """
    rows, die = crowd(7), Random(7)
    received = [
        (
            die.choice(["nobody", None, *[f"c{number}" for number in range(300)]]),
            date(2024, 1, 1) + timedelta(days=die.randrange(300)),
            die.choice([1, 1, 2]),
            die.random() < 0.9,
        )
        for _ in range(900)
    ]
    decided, counts = Counter(), Counter()
    by_id = {}
    for row in dicts(rows):
        if row["is_automation_known"] and inside(row["decided_on"], period) and row["decided_on"] <= FOLLOWED:
            decided[row["auto_decided"]] += row["cases"]
            by_id[row["claim_id"]] = row
    for claim_id, day, cases, is_counted in received:
        row = by_id.get(claim_id)
        if row and is_counted and timedelta(0) <= day - row["decided_on"] <= timedelta(days=90):
            counts[row["auto_decided"]] += cases
    pairs = complained(rows.lazy(), complaints_of(received))
    found = complaints_by_arm(rows.lazy(), pairs, ON, period=period)

    assert (decided[True], decided[False]) == (found["rules"], found["people"])
    assert (counts[True], counts[False]) == (found["rules_complaints"], found["people_complaints"])
    assert min(counts.values()) > 0
    assert counts[True] / decided[True] * 1_000 == pytest.approx(found["rules_rate"])
    assert found["rules_rate"] / found["people_rate"] == pytest.approx(found["ratio"])


@pytest.mark.parametrize(("days", "counted"), [(-1, 0), (0, 1), (90, 1), (91, 0)])
def test_both_ends_of_the_ninety_days_count(days, counted):
    """
    The day of the decision and the 90th; neither the day before nor the 91st.
    """
    rows = judge([claim()])
    pairs = complained(rows, complaints_of([("c1", date(2024, 5, 3) + timedelta(days=days), 1, True)]))
    found = complaints_by_arm(rows, pairs, ON, period=EVERYTHING)

    assert (counted, 1) == (found["rules_complaints"], found["rules"])
    assert (found["people_rate"], found["ratio"]) == (None, None)


def test_no_decision_has_no_rate():
    """
    Nothing over nothing is null, on both sides.
    """
    rows = judge([])
    pairs = complained(rows, complaints_of([]))
    found = complaints_by_arm(rows, pairs, ON, period=Period(date(2024, 5, 1), date(2024, 6, 1)))

    assert {found[name] for name in ("rules_rate", "people_rate", "ratio", "lower", "upper")} == {None}
