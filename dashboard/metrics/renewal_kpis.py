"""
The registry's entries on renewals, persistency, sleeping customers, and whether waking them works.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from dashboard.metrics import campaigns, dormancy, persistency, renewals
from dashboard.metrics.claim_kpis import GUIDE
from dashboard.metrics.kpi import Kpi

PERSISTENCY: Final = "Regulator's persistency (保费继续率): premiums received in grace count"
COHORT: Final = "Renewals by the month in which the contract fell due"

_renewal = partial(
    Kpi, fact="renewals", judge=renewals.judged, date_basis="due", day="due_on", unit="rate", source=COHORT
)
_INVITED: Final = "without contracts cancelled or ended by a claim before, or declined by us"

RENEWALS: Final = (
    _renewal(
        id="renewal_rate",
        title="Renewed",
        question="Of the contracts that fell due, how many were renewed?",
        numerator="Contracts renewed, the new term beginning within 30 days, or within grace where that is longer",
        denominator=f"Contracts due in the period that can no longer be renewed late, {_INVITED}",
        among="is_mature",
        hits="is_renewed",
        pending="is_maturing",
        parts=("Renewed", "Not renewed"),
        direction="up",
        needs=(frozenset({"renewed_on"}),),
    ),
    _renewal(
        id="renewal_premium_rate",
        title="Premium renewed",
        question="Of the premium that fell due, how much came back with the renewals?",
        numerator="Premium of the renewed contracts, at its new rate",
        denominator=f"Premium of the contracts due in the period that can no longer be renewed late, {_INVITED}",
        among="is_priced",
        amount="premium_kept",
        base="premium_due",
        most=None,
        pending="is_pricing",
        direction="up",
        needs=(frozenset({"renewed_on"}), frozenset({"premium_due"}), frozenset({"premium_renewed"})),
    ),
    _renewal(
        id="lapse_rate",
        title="Lapsed",
        question="Of the contracts whose grace ended, how many were unpaid?",
        numerator="Contracts unpaid when their days of grace were over",
        denominator=f"Contracts whose days of grace ended in the period, a policy-year each, {_INVITED}",
        among="is_out_of_grace",
        hits="is_lapsed",
        parts=("Lapsed", "Paid"),
        date_basis="lapsed",
        day="lapsed_on",
        direction="down",
        needs=(frozenset({"renewed_on"}),),
    ),
    _renewal(
        id="in_grace_save_rate",
        title="Saved in grace",
        question="Of the contracts unpaid when due, how many were paid in their days of grace?",
        numerator="Contracts paid after the due day and by the last day of grace",
        denominator=f"Contracts unpaid on their due day whose days of grace are over, {_INVITED}",
        among="is_graced",
        hits="is_saved",
        pending="is_in_grace",
        parts=("Saved", "Lost"),
        direction="up",
        needs=(frozenset({"renewed_on"}), frozenset({"grace_days"})),
    ),
    _renewal(
        id="reminder_coverage_rate",
        title="Reminded before due",
        question="Of the contracts that fell due, how many customers were reminded before?",
        numerator="Contracts with a reminder on or before the due day",
        denominator=f"Contracts due in the period, {_INVITED}",
        among="is_due",
        hits="is_reminded",
        parts=("Reminded", "Not reminded"),
        direction="up",
        needs=(frozenset({"reminded_at"}),),
        source=GUIDE,
    ),
    _renewal(
        id="auto_renew_rate",
        title="Renewing by themselves",
        question="Of the contracts that fell due, how many renew automatically?",
        numerator="Contracts with automatic renewal",
        denominator=f"Contracts due in the period of which it is known, {_INVITED}",
        among="is_auto_known",
        hits="is_auto",
        parts=("Automatic", "By hand"),
        direction="up",
        needs=(frozenset({"auto_renew"}),),
        source=GUIDE,
    ),
)

_persistency = partial(
    Kpi,
    fact="premiums",
    judge=persistency.judged,
    amount="premium_kept",
    base="premium_first_year",
    date_basis="due",
    day="due_on",
    unit="rate",
    direction="up",
    needs=(frozenset({"paid_on"}), frozenset({"premium_paid"}), frozenset({"premium_first_year"})),
    source=PERSISTENCY,
)

KEPT: Final = (
    _persistency(
        id="persistency_13m_rate",
        title="Persistency, 13 months",
        question="How much of the first year's premium is paid again after a year?",
        numerator="Premium of the 13th month received by the end of its days of grace",
        denominator="First year's premium of the contracts whose 13th month fell due in the period and whose days "
        "of grace are over; without those that were never to be continued",
        among="is_13m",
        pending="is_13m_maturing",
        most=None,
    ),
    _persistency(
        id="persistency_25m_rate",
        title="Persistency, 25 months",
        question="How much of the first year's premium is paid again after two years?",
        numerator="Premium of the 25th month received by the end of its days of grace",
        denominator="First year's premium of the contracts whose 25th month fell due in the period and whose days "
        "of grace are over; without those that were never to be continued",
        among="is_25m",
        pending="is_25m_maturing",
        most=None,
    ),
    Kpi(
        id="dormant_customers",
        title="Sleeping customers",
        question="With how many customers have we not spoken for three years?",
        numerator="Customers holding a contract whose last contact in both directions, or whose joining, lies "
        "three years back; of an earlier day the least that can be told, since only the last contact is recorded",
        denominator=None,
        fact="customers",
        judge=dormancy.judged,
        among="is_dormant",
        date_basis="as_of",
        day=None,
        stock_by_month=dormancy.stock_by_month,
        only_now=True,
        unit="count",
        direction="down",
        needs=(frozenset({"last_two_way_contact_at"}),),
        source=GUIDE,
    ),
    Kpi(
        id="reengagement_uplift",
        title="Renewals won by campaigns",
        question="By how much did campaigns raise the share renewed, against customers left alone?",
        numerator="Share renewed of those drawn for a campaign, whether or not they were reached, less that of "
        "those drawn to be left alone",
        denominator="Customers drawn for a campaign whose outcome was due in the period",
        fact="campaigns",
        judge=campaigns.judged,
        among="is_told",
        hits="is_renewed",
        against="is_holdout",
        parts=("Renewed", "Not renewed"),
        date_basis="outcome_due",
        day="outcome_due_on",
        unit="difference",
        direction="up",
        needs=(frozenset({"arm"}), frozenset({"renewed"})),
        source=GUIDE,
    ),
)
