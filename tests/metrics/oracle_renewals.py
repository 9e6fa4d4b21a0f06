"""
The figures on renewals, persistency, sleeping customers and campaigns once more, slowly.

Written from the definitions in words with the standard library's dates, row by row, and sharing nothing with what
it checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from math import sqrt
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from tests.metrics.oracle import DAY
from tests.metrics.oracle_claim_sums import Answer, Key, Sums
from tests.metrics.oracle_claims import Mark

UPLIFT, HOLDOUT, DORMANT = "reengagement_uplift", "held out", "dormant_customers"
Row = Mapping[str, Any]
Marks = Iterator[tuple[str, Mark]]


@dataclass(frozen=True)
class Told:
    """
    A row, and what it adds to each figure.
    """

    row: Row
    marks: list[tuple[str, Mark]]
    spell: ClassVar = None


class RenewalSums(Sums):
    """
    What single rows add to the figures, added up.
    """

    states: ClassVar = (DORMANT,)
    counts: ClassVar = (DORMANT,)

    def answer(self, name: str, key: Key) -> Answer:
        """
        A figure in one cell; of the difference, those treated stand above and below the line.
        """
        treated = super().answer(name, key)
        if name != UPLIFT or treated.value is None:
            return treated
        held = self.cells[HOLDOUT][key]
        value = treated.value - Fraction(held.above, held.below) if held.below else None
        return Answer(value, treated.above, treated.below, treated.provisional)


def newcombe(hits: int, of: int, other_hits: int, of_others: int) -> tuple[float, float]:
    """
    The hybrid score interval of a difference of two shares: each one's Wilson limits, squared and added.
    """
    low, high = _wilson(hits, of)
    other_low, other_high = _wilson(other_hits, of_others)
    mine, others = hits / of, other_hits / of_others
    less = sqrt((mine - low) ** 2 + (other_high - others) ** 2)
    return mine - others - less, mine - others + sqrt((high - mine) ** 2 + (others - other_low) ** 2)


def _wilson(hits: int, of: int) -> tuple[float, float]:
    z, share = 1.959963984540054, hits / of
    middle = share + z * z / (2 * of)
    reach = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - reach) / (1 + z * z / of), (middle + reach) / (1 + z * z / of)


def told(fact: str, rows: Iterable[Row], as_of: date, zone: str) -> list[Told]:
    """
    What the rows of a fact add, as known at the end of a day.
    """
    rows = list(rows)
    if fact == "renewals":
        return [Told(row, list(_renewal(row, as_of, zone))) for row in rows]
    if fact == "premiums":
        return [Told(row, list(_premium(row, as_of))) for row in rows if row["effective_on"] <= as_of]
    if fact == "campaigns":
        return [Told(row, list(_drawn(row, as_of, zone))) for row in rows]
    all_hold = all(row["lines_held"] is None for row in rows)
    return [Told(row, list(_customer(row, as_of, zone))) for row in rows if all_hold or row["lines_held"]]


def _renewal(row: Row, as_of: date, zone: str) -> Marks:
    weight, due, grace = _cases(row), row["due_on"], row["grace_days"] or 0
    paid = _by(row["renewed_on"], as_of)
    outcome = row["outcome"]
    told_on = [day for day in (row["outcome_on"], row["renewed_on"]) if day]
    if told_on and min(told_on) > as_of:
        outcome = None
    # Not available, or available and not invited.
    if outcome in ("cancelled", "claim_terminated", "insurer_declined"):
        return
    in_time = due + grace * DAY
    if in_time + DAY <= as_of:
        yield "lapse_rate", _share(in_time + DAY, not (paid and paid <= in_time), weight)
    if due > as_of:
        return
    last = due + max(30, grace) * DAY
    begins = (row["new_term_from_on"] or paid) if paid else None
    renewed, mature = bool(begins and begins <= last), last <= as_of
    waits = Mark(due, 0, 0, 0, weight)
    yield "renewal_rate", _share(due, renewed, weight) if mature else waits
    whole, part = row["premium_due"], row["premium_renewed"] if renewed else 0
    if whole and part is not None:
        money = Mark(due, Fraction(part) * weight, Fraction(whole) * weight, weight)
        yield "renewal_premium_rate", money if mature else waits
    if grace > 0 and not (paid and paid <= due):
        saved = bool(paid and paid <= in_time)
        yield "in_grace_save_rate", _share(due, saved, weight) if in_time <= as_of else waits
    reminded = _by(_local(row["reminded_at"], zone), as_of)
    yield "reminder_coverage_rate", _share(due, bool(reminded and reminded <= due), weight)
    if row["auto_renew"] is not None:
        yield "auto_renew_rate", _share(due, row["auto_renew"], weight)


def _premium(row: Row, as_of: date) -> Marks:
    weight, due, first = _cases(row), row["due_on"], row["premium_first_year"]
    if row["policy_month"] not in (13, 25) or row["excluded_reason"] is not None or not first or due > as_of:
        return
    name, last = f"persistency_{row['policy_month']}m_rate", due + (row["grace_days"] or 0) * DAY
    if last > as_of:
        yield name, Mark(due, 0, 0, 0, weight)
        return
    paid = row["premium_paid"] if row["paid_on"] and row["paid_on"] <= last else None
    yield name, Mark(due, Fraction(paid or 0) * weight, Fraction(first) * weight, weight)


def _customer(row: Row, as_of: date, zone: str) -> Marks:
    since = _local(row["last_two_way_contact_at"], zone) or row["joined_on"]
    if since is not None and in_three_years(since) <= as_of:
        yield DORMANT, _share(None, True, _cases(row))


def _drawn(row: Row, as_of: date, zone: str) -> Marks:
    renewed, assigned = row["renewed"], _local(row["assigned_at"], zone)
    if assigned > as_of or row["outcome_due_on"] is None or row["outcome_due_on"] > as_of or renewed is None:
        return
    if row["arm"] in ("treated", "holdout"):
        name = UPLIFT if row["arm"] == "treated" else HOLDOUT
        yield name, _share(row["outcome_due_on"], renewed, _cases(row))


def in_three_years(day: date) -> date:
    """
    The same day three years on, or the last of its month where that month has no such day.
    """
    return date(day.year + 3, 2, 28) if (day.month, day.day) == (2, 29) else date(day.year + 3, day.month, day.day)


def _cases(row: Row) -> int:
    return 1 if row["cases"] is None else row["cases"]


def _share(day: date | None, is_hit: bool, weight: int) -> Mark:
    return Mark(day, weight * bool(is_hit), weight, weight)


def _by(day: date | None, as_of: date) -> date | None:
    return day if day is not None and day <= as_of else None


def _local(at: datetime | None, zone: str) -> date | None:
    return None if at is None else at.astimezone(ZoneInfo(zone)).date()
