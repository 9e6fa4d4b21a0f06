"""
Single renewals and their figures, for tests of the books' arithmetic.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from dashboard.demo.books import ALL, Figure
from dashboard.demo.renewal_books import OF_CAMPAIGNS, OF_CONTRACTS, OF_CUSTOMERS, RenewalLedger
from dashboard.demo.renewal_case import Holders, Members, Premiums, Renewals

LATER = date(2025, 12, 31)
DAYS = ("due", "paid_on", "begins_on", "told_on", "reminded_on")
USUAL = {"grace": 60, "outcome": -1, "automatic": False, "premium_due": 10_000, "premium_renewed": 11_000}


def _groups(names: Any, size: int) -> dict[str, Any]:
    return {by: np.zeros(size, int) for by in names if by != "month"}


def _days(value: str) -> Any:
    return np.array([value], "datetime64[D]")


def renewal(due: str, **known: Any) -> Renewals:
    """
    A renewal of which only this is known; without another day the new term begins when due, or when paid later.
    """
    each = USUAL | known
    days = {name: _days(each.get(name, "NaT")) for name in DAYS} | {"due": _days(due)}
    if "begins_on" not in known:
        days["begins_on"] = np.maximum(days["paid_on"], days["due"])
    return Renewals(
        groups=_groups(OF_CONTRACTS, 1),
        grace=np.array([each["grace"]], "timedelta64[D]"),
        outcome=np.array([each["outcome"]]),
        automatic=np.array([each["automatic"]]),
        premium_due=np.array([each["premium_due"]], float),
        premium_renewed=np.array([each["premium_renewed"]], float),
        **days,
    )


def premium(due: str, last_on: str, paid_on: str = "NaT", *, excluded: bool = False, year: int = 1) -> Premiums:
    """
    The premium of a later year, of a hundred yuan.
    """
    return Premiums(
        groups=_groups(OF_CONTRACTS, 1),
        year=np.array([year]),
        due=_days(due),
        last_on=_days(last_on),
        paid_on=_days(paid_on),
        excluded=np.array([excluded]),
        premium=np.array([10_000.0]),
    )


def holder(silent_since: str) -> Holders:
    """
    Somebody who holds a contract.
    """
    return Holders(groups=_groups(OF_CUSTOMERS, 1), silent_since=_days(silent_since))


def members(*each: tuple[str, bool, bool]) -> Members:
    """
    Members of a campaign: when the result was due, whether treated, whether renewed.
    """
    due, treated, renewed = zip(*each, strict=True) if each else ((), (), ())
    return Members(
        groups=_groups(OF_CAMPAIGNS, len(each)),
        result_on=np.array(due, "datetime64[D]"),
        is_treated=np.array(treated, bool),
        is_renewed=np.array(renewed, bool),
    )


NO_RENEWAL, NO_PREMIUM, NO_HOLDER = (
    renewal("9999-01-01"),
    premium("9999-01-01", "9999-01-01"),
    holder("9000-01-01"),
)


def ledger_of(
    *,
    renewals: Renewals = NO_RENEWAL,
    premiums: Premiums = NO_PREMIUM,
    holders: Holders = NO_HOLDER,
    drawn: Members | None = None,
    day: date = LATER,
) -> dict[str, Figure]:
    """
    The figures at the end of a day.
    """
    ledger = RenewalLedger(day)
    ledger.add(renewals, premiums, holders, members() if drawn is None else drawn)
    return {kpi: by[ALL][ALL] for kpi, by in ledger.figures().items()}


def share(kpi: str, day: date = LATER, **rows: Any) -> tuple[int | None, int | None]:
    """
    The numerator and the denominator of one figure.
    """
    figure = ledger_of(day=day, **rows)[kpi]
    return figure["numerator"], figure["denominator"]
