"""
Policies as they live: term after term, paid early, in grace, late or never, cancelled, declined, moved, merged.

A life is drawn first, then told in the columns of the contract, as an insurer's query would tell it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

FIRST, LAST = date(2021, 1, 1), date(2025, 12, 31)
# What becomes of a term: the ways it goes on, and those it ends in.
GOES_ON = ("paid", "paid", "paid", "paid", "reinstated", "merged")
ENDS = ("unpaid", "cancelled", "claim_terminated", "insurer_declined", "moved")

# What stays unknown where a term isn't renewed.
UNKNOWN = dict.fromkeys(
    ("renewed_on", "new_term_from_on", "premium_renewed", "outcome", "outcome_on", "reinstated_on")
)

Row = dict[str, Any]


def lives(seed: int, count: int, waits: Sequence[int], gaps: Sequence[int]) -> tuple[list[Row], list[Row]]:
    """
    The renewals and the premiums of so many policies.

    Args:
        seed: Everything random comes from it.
        count: Of policies.
        waits: Days from the due day to the payment a die chooses from, besides the edges of each policy's grace.
        gaps: Days from the end of one term to the beginning of the next.
    """
    die = Random(seed)
    renewals: list[Row] = []
    premiums: list[Row] = []
    for number in range(count):
        groups = {"branch_id": die.choice(("A", "B", None)), "product_line": die.choice(("motor", "life"))}
        groups["cases"] = die.choice((None, 1, 1, 4))
        begins = FIRST + timedelta(die.randrange(3 * 365))
        if groups["product_line"] == "life":
            premiums += _instalments(die, f"p{number}", begins, waits, groups)
        renewals += _terms(die, f"p{number}", begins, waits, gaps, groups)
    return renewals, premiums


def _terms(
    die: Random, policy: str, begins: date, waits: Sequence[int], gaps: Sequence[int], groups: Row
) -> Iterator[Row]:
    """
    A renewal for each term that ended; a term of three years comes up once.
    """
    grace, years, premium = die.choice((None, 0, 15, 30, 60)), die.choice((1, 1, 3)), _money(die)
    for number in range(9):
        due = begins + timedelta(days=365 * years)
        if due > LAST:
            return
        fate = die.choice(GOES_ON + ENDS)
        row = (
            groups
            | UNKNOWN
            | {
                "renewal_id": f"{policy}.{number}",
                "policy_id": policy,
                "due_on": due,
                "grace_days": grace,
                "premium_due": premium,
                "auto_renew": die.choice((True, False, None)),
                "reminded_at": _reminded(die, due),
            }
        )
        if fate in ENDS:
            yield row | _ended(die, fate, begins, due, grace or 0)
            return
        wait = die.choice((*waits, (grace or 0) - 1, grace or 0, (grace or 0) + 1))
        if fate == "reinstated":
            wait = (grace or 0) + die.choice((1, 2, 40, 400))
        paid_on, begins = due + timedelta(wait), due + timedelta(die.choice((0, 0, *gaps)))
        premium = _money(die)
        row |= {
            "renewed_on": paid_on,
            "new_term_from_on": die.choice((begins, begins, None)),
            "outcome": die.choice(("renewed", None)),
            "outcome_on": die.choice((paid_on, None)),
            "premium_renewed": die.choice((premium, premium, None)),
            # What a source tells of it besides the payment may be nothing.
            "reinstated_on": paid_on if fate == "reinstated" and die.random() < 0.5 else None,
        }
        yield row
        if fate == "merged":
            # The other of the two goes on in this one: renewed as well, its premium now part of the survivor's.
            yield row | {"renewal_id": f"{policy}.{number}.absorbed", "premium_renewed": None}


def _ended(die: Random, fate: str, begins: date, due: date, grace: int) -> Row:
    lapsed_on = due + timedelta(grace + 1)
    if fate == "unpaid":
        return {"outcome": die.choice(("lapsed", None)), "outcome_on": die.choice((lapsed_on, None))}
    if fate == "moved":
        # The customer stays with another product; this contract isn't renewed.
        return {"outcome": "lapsed", "outcome_on": due + timedelta(die.choice((-1, 0, 1)))}
    if fate == "insurer_declined":
        return {"outcome": fate, "outcome_on": due - timedelta(die.choice((60, 1, 0)))}
    ended_on = begins + timedelta(die.randrange((due - begins).days + grace + 20))
    return {"outcome": fate, "outcome_on": die.choice((ended_on, ended_on, None))}


def _instalments(die: Random, policy: str, begins: date, waits: Sequence[int], groups: Row) -> Iterator[Row]:
    """
    The premiums by which persistency is measured, until one of them isn't paid.
    """
    first, grace = _money(die), die.choice((None, 30, 60))
    excluded = die.choice((None, None, None, "single", "free_look", "claim_ended", "waived", "transferred"))
    for month in (13, 25, 37, 61):
        due = begins + timedelta(days=365 * (month // 12))
        wait = die.choice((*waits, grace or 0, (grace or 0) + 1, None))
        yield groups | {
            "premium_id": f"{policy}.{month}",
            "policy_id": policy,
            "effective_on": begins,
            "policy_month": month,
            "due_on": due,
            "grace_days": grace,
            "premium_first_year": die.choice((first, first, first, None, Decimal(0))),
            "paid_on": None if wait is None else due + timedelta(wait),
            "premium_paid": None if wait is None else die.choice((first, first, None)),
            "excluded_reason": excluded,
            "suspended": die.choice((None, False, True)),
        }
        if wait is None:
            return


def _reminded(die: Random, due: date) -> datetime | None:
    if die.random() < 0.3:
        return None
    midnight = datetime(due.year, due.month, due.day, tzinfo=UTC)
    return midnight + timedelta(days=die.choice((-40, -1, 0, 1)), hours=die.choice((0, 5, 15, 16, 23)))


def _money(die: Random) -> Decimal:
    return Decimal(die.randrange(1, 90_000)).scaleb(-2)
