"""
The figures of the books about renewals, persistency, sleeping customers and campaigns, chunk after chunk.

What is recorded of each is in renewal_case.py; here it is asked what each figure is about on a day, and added up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np

from dashboard.demo.books import Figure, Figures, count, rate, sorted_keys
from dashboard.demo.contract_rows import CAMPAIGNS
from dashboard.demo.policies import anniversary
from dashboard.demo.renewal_case import DAY, Holders, Members, Premiums, Renewals
from dashboard.demo.renewal_course import DORMANT_YEARS
from dashboard.demo.sums import MONTH, SPLITS, Entry, Names, SumsByKey

CHANNELS = ("app", "wechat", "web", "phone", "counter", "agent")
SEGMENTS = ("high_net_worth", "family", "young", "small_business", "standard")
OF_CONTRACTS: Names = {**SPLITS, "channel": CHANNELS.__getitem__}
OF_CUSTOMERS: Names = {
    **{by: name for by, name in SPLITS.items() if by not in (MONTH, "product_line")},
    "segment": SEGMENTS.__getitem__,
}
OF_CAMPAIGNS: Names = {
    **{by: name for by, name in SPLITS.items() if by != "product_line"},
    "campaign": tuple(CAMPAIGNS.values()).__getitem__,
}
DORMANT, UPLIFT = "dormant_customers", "reengagement_uplift"
TREATED, HOLDOUT = "treated", "holdout"
FEN = 100


def renewed(then: Renewals, day: date) -> Entry:
    """
    Can't be renewed any more: the new term began in time.
    """
    about = then.is_invited & (then.last_on <= np.datetime64(day))
    return Entry(about, then.begins_on <= then.last_on, then.due)


def premium_renewed(then: Renewals, day: date) -> Entry:
    """
    The same by premium: the new one of those renewed over the old one of all.
    """
    about, found, on, _ = renewed(then, day)
    kept = np.where(found, then.premium_renewed, 0)
    return Entry(about & (then.premium_due > 0), kept, on, then.premium_due)


def lapsed(then: Renewals, day: date) -> Entry:
    """
    Grace is over: nothing was paid by its last day.
    """
    lapsed_on = then.due + then.grace + DAY
    about = then.is_invited & (lapsed_on <= np.datetime64(day))
    return Entry(about, ~then.is_paid_in_grace, lapsed_on)


def saved(then: Renewals, day: date) -> Entry:
    """
    Unpaid on the due day, grace is over: paid in it.
    """
    has_grace = then.grace > 0 * DAY
    about = (
        then.is_invited & has_grace & (then.due + then.grace <= np.datetime64(day)) & ~(then.paid_on <= then.due)
    )
    return Entry(about, then.is_paid_in_grace, then.due)


def reminded(then: Renewals, day: date) -> Entry:
    """
    Due: a reminder went out by then.
    """
    return Entry(then.is_invited & (then.due <= np.datetime64(day)), then.reminded_on <= then.due, then.due)


def automatic(then: Renewals, day: date) -> Entry:
    """
    Due: it renews by itself.
    """
    return Entry(then.is_invited & (then.due <= np.datetime64(day)), then.automatic, then.due)


def persistent(premiums: Premiums, day: date, year: int) -> Entry:
    """
    Grace of a later year's premium is over: what came in by its last day, over the first year's premium.
    """
    about = (premiums.year == year) & ~premiums.excluded & (premiums.last_on <= np.datetime64(day))
    kept = np.where(premiums.paid_on <= premiums.last_on, premiums.premium, 0)
    return Entry(about, kept, premiums.due, premiums.premium)


def asleep(holders: Holders, day: date) -> Entry:
    """
    No contact for three years, as far as the last one recorded tells.
    """
    is_dormant = anniversary(holders.silent_since, DORMANT_YEARS) <= np.datetime64(day)
    return Entry(is_dormant, is_dormant, holders.silent_since)


def renewed_members(members: Members, day: date, *, is_treated: bool) -> Entry:
    """
    Of one arm, the result is due: renewed.
    """
    about = (members.is_treated == is_treated) & (members.result_on <= np.datetime64(day))
    return Entry(about, members.is_renewed, members.result_on)


RATES: Mapping[str, Callable[[Renewals, date], Entry]] = {
    "renewal_rate": renewed,
    "renewal_premium_rate": premium_renewed,
    "lapse_rate": lapsed,
    "in_grace_save_rate": saved,
    "reminder_coverage_rate": reminded,
    "auto_renew_rate": automatic,
}
PERSISTENCY = {"persistency_13m_rate": 1, "persistency_25m_rate": 2}
AMOUNTS = {"renewal_premium_rate", *PERSISTENCY}


class RenewalLedger:
    """
    Adds up for one day, as known at its end, and closes with the figures.
    """

    def __init__(self, day: date) -> None:
        self.day = day
        self.contracts = SumsByKey(OF_CONTRACTS)
        self.customers = SumsByKey(OF_CUSTOMERS)
        self.campaigns = SumsByKey(OF_CAMPAIGNS)

    def add(self, renewals: Renewals, premiums: Premiums, holders: Holders, members: Members) -> None:
        """
        Enter a chunk.
        """
        then = renewals.known_on(self.day)
        for kpi, about in RATES.items():
            self.contracts.enter(kpi, then.groups, about(then, self.day))
        for kpi, year in PERSISTENCY.items():
            self.contracts.enter(kpi, premiums.groups, persistent(premiums, self.day, year))
        self.customers.enter(DORMANT, holders.groups, asleep(holders, self.day), by_month=False)
        for arm in (TREATED, HOLDOUT):
            found = renewed_members(members, self.day, is_treated=arm == TREATED)
            self.campaigns.enter(arm, members.groups, found)

    def figures(self) -> Figures:
        """
        The figures as they are by this day's end.
        """
        rates = {
            kpi: self.contracts.figures(kpi, of_amounts if kpi in AMOUNTS else rate)
            for kpi in (*RATES, *PERSISTENCY)
        }
        dormant = self.customers.figures(DORMANT, lambda found, _: count(found), by_month=False)
        return rates | {DORMANT: dormant, UPLIFT: self._uplift()}

    def _uplift(self) -> dict[str, dict[str, Figure]]:
        arms = {arm: self.campaigns.figures(arm, rate) for arm in (TREATED, HOLDOUT)}
        return {
            by: sorted_keys(
                {
                    key: difference(treated.get(key, rate(0, 0)), arms[HOLDOUT][by].get(key, rate(0, 0)))
                    for key in treated.keys() | arms[HOLDOUT][by].keys()
                }
            )
            for by, treated in arms[TREATED].items()
        }


def of_amounts(found: int, base: int) -> Figure:
    """
    A share of money, both sums in fen; what is shown of them is in whole yuan.
    """
    value = found / base if base else None
    return Figure(value=value, numerator=round(found / FEN), denominator=round(base / FEN))


def difference(one: Figure, other: Figure) -> Figure:
    """
    By how much one share exceeds the other, with the cases of the one; None where either is of nothing.
    """
    share, against = one["value"], other["value"]
    value = None if share is None or against is None else share - against
    return Figure(value=value, numerator=one["numerator"], denominator=one["denominator"])
