"""
Random renewals and premiums for tests of what is summed over them, and plain verdicts on each row.

The verdicts read the rows as they were written and share no code with what they check.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl

from dashboard.metrics import persistency, renewals
from dashboard.periods import Period
from tests.metrics.asking import terms
from tests.rows import local, rows_of_fact

AS_OF = date(2024, 10, 15)
ON = terms(AS_OF)
YEAR = Period(date(2024, 1, 1), date(2025, 1, 1))
QUARTER = Period(date(2024, 4, 1), date(2024, 7, 1))
PERIODS = (YEAR, QUARTER, Period())

Row = Mapping[str, Any]


def judged_renewals(rows: Iterable[Row], on=ON) -> pl.LazyFrame:
    """
    Rows of the renewals fact, judged for real.
    """
    return renewals.judged(rows_of_fact("renewals", rows), on)


def judged_premiums(rows: Iterable[Row], on=ON) -> pl.LazyFrame:
    """
    Rows of the premiums fact, judged for real.
    """
    return persistency.judged(rows_of_fact("premiums", rows), on)


def day(chance: random.Random, first: date, days: int) -> date:
    return first + timedelta(days=chance.randrange(days))


@cache
def renewal_crowd(seed: int, size: int = 600) -> tuple[Row, ...]:
    """
    Renewals due in 2024 and a little beyond, in every state.
    """
    chance = random.Random(seed)
    return tuple(_renewal(chance, number) for number in range(size))


@cache
def premium_crowd(seed: int, size: int = 800) -> tuple[Row, ...]:
    """
    Premiums of contracts that took effect from 2018 to 2024, due on any of the four months.
    """
    chance = random.Random(seed)
    return tuple(_premium(chance, number) for number in range(size))


def _renewal(chance: random.Random, number: int) -> Row:
    due = day(chance, date(2024, 1, 1), 340)
    renewed = due + timedelta(
        days=chance.choice([-45, -31, -30, -29, -1, 0, 1, 15, 16, 29, 30, 31, 59, 60, 61, 75])
    )
    renewed = renewed if chance.random() < 0.75 else None
    outcomes = ["renewed"] if renewed else ["lapsed", "cancelled", "insurer_declined", "claim_terminated", None]
    premium = Decimal(chance.randrange(0, 90_000)) / 100 if chance.random() < 0.95 else None
    return {
        "renewal_id": f"r{number}",
        "due_on": due,
        "grace_days": chance.choice([None, 0, 30, 60]),
        "renewed_on": renewed,
        "new_term_from_on": None if renewed is None else renewed + timedelta(days=chance.choice([0, 0, 20, 45])),
        "outcome": chance.choice(outcomes),
        "outcome_on": None
        if chance.random() < 0.2
        else (renewed or due + timedelta(days=chance.randrange(-9, 70))),
        "premium_due": premium,
        "premium_renewed": Decimal(chance.randrange(1, 90_000)) / 100
        if renewed and chance.random() < 0.9
        else None,
        "premium_change_rate": chance.choice([None, 0.05, -0.0333, 0.1217]),
        "auto_renew": chance.choice([True, False, None]),
        "reminded_at": local(str(due - timedelta(days=chance.randrange(-3, 60))))
        if chance.random() < 0.8
        else None,
        "reinstated_on": due + timedelta(days=chance.randrange(61, 90)) if chance.random() < 0.05 else None,
        "tenure_years": chance.choice([None, 0.5, 1.0, 2.9, 3.0, 7.0, 10.0, 31.0]),
        "branch_id": chance.choice(["b1", "b2"]),
        "cases": chance.choice([None, 1, 1, 2, 3]),
    }


def _premium(chance: random.Random, number: int) -> Row:
    effective = day(chance, date(2018, 1, 1), 2_400)
    month = chance.choice([13, 25, 37, 61])
    due = effective.replace(day=min(effective.day, 28), year=effective.year + (month - 1) // 12)
    paid = due + timedelta(days=chance.choice([-5, 0, 1, 59, 60, 61])) if chance.random() < 0.8 else None
    first = Decimal(chance.randrange(0, 900_000)) / 100 if chance.random() < 0.95 else None
    return {
        "premium_id": f"p{number}",
        "effective_on": effective,
        "policy_month": month,
        "due_on": due,
        "grace_days": chance.choice([None, 30, 60]),
        "premium_first_year": first,
        "paid_on": paid,
        "premium_paid": first if paid else None,
        "excluded_reason": chance.choice([None, None, None, "single", "waived"]),
        "suspended": chance.choice([None, False, False, True]),
        "cases": chance.choice([None, 1, 1, 2]),
    }


def known_renewal(row: Row, as_of: date = AS_OF) -> dict[str, Any]:
    """
    The row as it was known at the end of a day, with the verdicts of the definitions.
    """
    known = dict(row)
    known["cases"] = row["cases"] or 1
    for name in ("renewed_on", "outcome_on", "reinstated_on"):
        if known[name] is not None and known[name] > as_of:
            known[name] = None
    known["reminded_on"] = None if row["reminded_at"] is None else (row["reminded_at"] + timedelta(hours=8)).date()
    if known["reminded_on"] is not None and known["reminded_on"] > as_of:
        known["reminded_on"] = None
    if row["renewed_on"] is not None and known["renewed_on"] is None:
        known["new_term_from_on"] = known["premium_renewed"] = None
    tells = [row["outcome_on"], row["renewed_on"]]
    if any(tells) and not any(each is not None and each <= as_of for each in tells):
        known["outcome"] = None
    grace = row["grace_days"] or 0
    last = row["due_on"] + timedelta(days=max(grace, 30))
    begins = known["new_term_from_on"] or known["renewed_on"]
    known["last"] = last
    known["available"] = known["outcome"] not in ("cancelled", "claim_terminated")
    known["invited"] = known["available"] and known["outcome"] != "insurer_declined"
    known["renewed"] = known["renewed_on"] is not None and begins <= last
    known["mature"] = last <= as_of
    known["due"] = row["due_on"] <= as_of
    known["lapsed_on"] = row["due_on"] + timedelta(days=grace + 1)
    known["paid_in_grace"] = known["renewed_on"] is not None and known["renewed_on"] < known["lapsed_on"]
    return known


def inside(period: Period, when: date) -> bool:
    return (period.first is None or period.first <= when) and (period.before is None or when < period.before)
