"""
The registry's entries on how many complaints there are and how fast they are dealt with.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from dashboard.metrics import complaints
from dashboard.metrics.exposure import Exposure, policy_years, premium
from dashboard.metrics.forecast import forecast
from dashboard.metrics.kpi import Kpi
from dashboard.metrics.past_forecasts import expected_by_month
from dashboard.stats import poisson_binomial_interval

STOPPED: Final = frozenset({"decided_at", "informed_at", "closed_at"})
GUIDE: Final = "Practice guide on insurance sales and customer service"
RULE: Final = "The complaint rule in force, see the rules on the method page"
START_RULE: Final = "The rule for starting in force, see the rules on the method page"
FAST_TRACK_RULE: Final = "The rule for the fast track in force, see the rules on the method page"
HOUSE: Final = "House target"
REGULATOR: Final = "Complaint bulletins of the regulator, here for all channels"

_OF_THE_CASE: Final = ("channel", "category", "cause", "source", "grade")
_ledger = partial(Exposure, "exposure", split_by=("branch_id", "product_line"), shared_by=_OF_THE_CASE)

_complaint = partial(Kpi, fact="complaints", judge=complaints.judged)

VOLUMES: Final = (
    _complaint(
        id="complaints_received",
        title="Complaints received",
        question="How many complaints reached us?",
        numerator="Complaints received in the period, without merged and invalid ones",
        denominator=None,
        among="is_counted",
        date_basis="received",
        day="received_on",
        unit="count",
        direction="down",
        source=GUIDE,
    ),
    _complaint(
        id="complaints_open",
        title="Open complaints",
        question="How many complaints still wait for an answer?",
        numerator="Complaints received and not yet decided, closed or withdrawn at the end of the day",
        denominator=None,
        among="is_open",
        date_basis="as_of",
        day=None,
        stock_by_month=complaints.stock_by_month,
        unit="count",
        direction="down",
        needs=(STOPPED,),
        source=GUIDE,
    ),
    _complaint(
        id="complaints_overdue",
        title="Overdue complaints",
        question="How many open complaints are past their due day?",
        numerator="Open complaints whose due day was over at the end of the day",
        denominator=None,
        among="is_overdue",
        date_basis="as_of",
        day=None,
        stock_by_month=complaints.stock_by_month,
        unit="count",
        direction="down",
        needs=(STOPPED,),
        source=RULE,
        clock="complaints",
        is_breach=True,
    ),
    _complaint(
        id="complaints_due_7d",
        title="Due in the next 7 days",
        question="How many open complaints must be answered within a week?",
        numerator="Open complaints due on one of the 7 days after the day asked for",
        denominator=None,
        among="is_due_soon",
        date_basis="as_of",
        day=None,
        stock_by_month=complaints.stock_by_month,
        unit="count",
        direction="none",
        needs=(STOPPED,),
        source=RULE,
        clock="complaints",
    ),
    Kpi(
        id="complaint_breaches_expected_7d",
        title="Expected to be late in 7 days",
        question="How many of the complaints due within a week will probably be late?",
        numerator="Sum over open complaints due on one of the 7 days after the day asked for: of the cases of the "
        "last year that were still open as many days before their own due day, the share still open when it was "
        "over (Kaplan-Meier; by grade, category and branch); where there was no such case, left out",
        denominator=None,
        fact="complaints",
        judge=forecast,
        among="is_at_stake",
        chance="breach_probability",
        interval=poisson_binomial_interval,
        date_basis="as_of",
        day=None,
        stock_by_month=expected_by_month,
        unit="expected",
        direction="down",
        needs=(STOPPED,),
        source=RULE,
        clock="complaints",
    ),
)

SPEED: Final = (
    _complaint(
        id="complaint_on_time_rate",
        title="Answered on time",
        question="Of the complaints that fell due, how many were answered by their due day?",
        numerator="Complaints stopped on or before their due day",
        denominator="Complaints whose due day is over, the open ones included; without those withdrawn, "
        "undecided, on or before it",
        among="is_due",
        hits="is_in_time",
        parts=("In time", "Late"),
        date_basis="due",
        day="due_on",
        unit="rate",
        direction="up",
        needs=(STOPPED,),
        source=RULE,
        clock="complaints",
    ),
    _complaint(
        id="complaint_on_time_rate_closed",
        title="On time, closed basis",
        question="Of the complaints answered in the period, how many were answered by their due day?",
        numerator="Complaints answered on or before their due day",
        denominator="Complaints answered in the period; open ones are missing, so a backlog looks good",
        among="is_answered_subject",
        hits="is_in_time",
        parts=("In time", "Late"),
        date_basis="stopped",
        day="stopped_on",
        unit="rate",
        direction="up",
        needs=(STOPPED,),
        source=RULE,
        clock="complaints",
    ),
    _complaint(
        id="complaint_days_median",
        title="Days to an answer, median",
        question="After how many days is half of the complaints answered?",
        numerator="First day by which half are answered, open ones taken as not yet (Kaplan-Meier)",
        denominator="Complaints received in the period; withdrawn ones until their withdrawal",
        among="is_counted",
        hits="is_answered",
        quantile=0.5,
        date_basis="received",
        day="received_on",
        unit="days",
        direction="down",
        needs=(STOPPED,),
        source=HOUSE,
    ),
    _complaint(
        id="complaint_days_p90",
        title="Days to an answer, 9 in 10",
        question="After how many days are nine in ten complaints answered?",
        numerator="First day by which nine in ten are answered, open ones taken as not yet (Kaplan-Meier)",
        denominator="Complaints received in the period; withdrawn ones until their withdrawal",
        among="is_counted",
        hits="is_answered",
        quantile=0.9,
        date_basis="received",
        day="received_on",
        unit="days",
        direction="down",
        needs=(STOPPED,),
        source=HOUSE,
    ),
)

FIRST_STEPS: Final = (
    Kpi(
        id="major_started_1d_rate",
        title="Major ones started in a day",
        question="Did the investigation of major complaints start within a day?",
        numerator="Investigations that started by the limit of the house's rule for major complaints",
        denominator="Major complaints whose limit has passed, those not started included; without those withdrawn "
        "before it",
        fact="complaints",
        judge=complaints.started,
        among="is_due",
        hits="is_in_time",
        parts=("Started in time", "Started late or not at all"),
        date_basis="due",
        day="due_on",
        unit="rate",
        direction="up",
        needs=(frozenset({"investigation_started_at"}),),
        source=START_RULE,
        clock="complaint_start",
    ),
    Kpi(
        id="fast_track_48h_rate",
        title="Simple ones closed in 48 hours",
        question="Were simple complaints closed within 48 hours?",
        numerator="Complaints stopped by the limit of the house's rule for the fast track",
        denominator="Simple complaints whose limit has passed, the open ones included; without those withdrawn, "
        "undecided, before it",
        fact="complaints",
        judge=complaints.fast_tracked,
        among="is_due",
        hits="is_in_time",
        parts=("In time", "Late"),
        date_basis="due",
        day="due_on",
        unit="rate",
        direction="up",
        needs=(STOPPED,),
        source=FAST_TRACK_RULE,
        clock="complaint_fast_track",
    ),
)

DENSITY: Final = (
    _complaint(
        id="complaints_per_10k_policies",
        title="Complaints per 10,000 policies",
        question="How many complaints a year come from 10,000 policies in force?",
        numerator="Complaints received on days that lie in months the ledger has closed",
        denominator="Policy-years of those days: policies in force times days, over 365; so it is a yearly rate",
        among="is_exposed",
        pending="is_exposure_awaited",
        exposure=_ledger("policies_in_force", policy_years),
        per=10_000,
        date_basis="received",
        day="received_on",
        unit="ratio",
        direction="down",
        source=REGULATOR,
    ),
    _complaint(
        id="complaints_per_100m_premium",
        title="Complaints per 100m premium",
        question="How many complaints come with 100 million of premium written?",
        numerator="Complaints received on days that lie in months the ledger has closed",
        denominator="Premium written in those months, each by the share of its days in the period",
        among="is_exposed",
        pending="is_exposure_awaited",
        exposure=_ledger("premium_written", premium),
        per=100_000_000,
        date_basis="received",
        day="received_on",
        unit="ratio",
        direction="down",
        source=REGULATOR,
    ),
)
