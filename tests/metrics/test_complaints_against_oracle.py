"""
Random complaints through the metrics and through the slow oracle, which cuts the rows off by hand.

So this also holds the promise of "as of": asking full data for a day gives what that day's data would have given.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.metrics import KPIS
from tests.metrics import forecast_oracle, oracle, oracle_outcomes, spread
from tests.metrics.asking import OF_COMPLAINTS, figures, terms

ZONES = ("Asia/Shanghai", "America/Chicago")
DAY = timedelta(days=1)
EVERY = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS, DAYS = st.integers(0, 1_000_000), st.integers(30, 330).map(lambda days: spread.FIRST + days * DAY)
STATES = [name for name, kpi in OF_COMPLAINTS.items() if kpi.day is None]


def expected(known, as_of, inside, ledger, *, chosen=lambda _row: True, own=lambda _row: True):
    """
    Every figure by the oracle, of the chosen complaints among those known and of their own part of the ledger.
    """
    mine = [case for case in known if chosen(case.row)]
    cases, by_ledger = oracle.counted(mine), [row for row in ledger if own(row)]
    return {
        "complaints_received": oracle.received(cases, inside),
        "complaints_open": oracle.total(oracle.still_open(cases)),
        "complaints_overdue": oracle.overdue(cases, as_of),
        "complaints_due_7d": oracle.due_7d(cases, as_of),
        "complaint_breaches_expected_7d": pytest.approx(
            float(forecast_oracle.expected_7d(cases, oracle.counted(known), as_of))
        ),
        "complaint_on_time_rate": oracle.on_time(cases, as_of, inside),
        "complaint_on_time_rate_closed": oracle.on_time_closed(cases, inside),
        "complaint_days_median": oracle.days(cases, as_of, inside, Fraction(1, 2)),
        "complaint_days_p90": oracle.days(cases, as_of, inside, Fraction(9, 10)),
        "major_started_1d_rate": oracle_outcomes.house_limit(mine, as_of, inside, "major"),
        "fast_track_48h_rate": oracle_outcomes.house_limit(mine, as_of, inside, "simple"),
        "complaints_per_10k_policies": measured(
            cases, ledger, by_ledger, as_of, inside, "policies_in_force", 10**4
        ),
        "complaints_per_100m_premium": measured(cases, ledger, by_ledger, as_of, inside, "premium_written", 10**8),
        "first_contact_resolution_rate": oracle_outcomes.first_contact(cases, known, as_of, inside),
        "reopened_rate": oracle_outcomes.reopened(cases, known, as_of, inside),
        "escalation_rate": oracle_outcomes.escalated(cases, as_of, inside),
        "overturn_rate": oracle_outcomes.overturned(cases, inside),
        "mediation_acceptance_rate": oracle_outcomes.mediation_accepted(cases, inside),
        "mediation_success_rate": oracle_outcomes.mediation_settled(cases, inside),
        "settlement_record_rate": oracle_outcomes.settlement_recorded(cases, inside),
    }


def measured(cases, ledger, own, as_of, inside, column, per):
    hits, exposure = oracle_outcomes.per_exposure(cases, ledger, own, as_of, inside, column)
    if not exposure:
        return hits, None, None
    return hits, pytest.approx(float(exposure)), pytest.approx(float(hits / exposure * per))


def told(found, keys=()):
    """
    What the metrics said, in the oracle's shape, by group.
    """
    answers = {}
    for name, frame in found.items():
        for row in frame.iter_rows(named=True):
            said = {
                "rate": (row["numerator"], row["denominator"]),
                "ratio": (row["numerator"], row["exposure"], row["value"]),
            }.get(KPIS[name].unit, row["value"])
            answers.setdefault(tuple(row[key] for key in keys), {})[name] = said
    return answers


def within(first, before):
    return lambda day: (first is None or day >= first) and (before is None or day < before)


def groups(known, key):
    return {case.row[key] for case in oracle.counted(known)}


@EVERY
@given(
    seed=SEEDS,
    as_of=DAYS,
    first=st.one_of(st.none(), st.integers(0, 150).map(lambda days: spread.FIRST + days * DAY)),
    length=st.one_of(st.none(), st.integers(1, 200)),
    zone=st.sampled_from(ZONES),
)
def test_every_figure_is_what_counting_by_hand_gives(seed, as_of, first, length, zone):
    """
    Overall, by branch (with its own ledger) and by category (against the whole ledger), with and without a period.
    """
    rows, ledger = spread.complaints(seed, 60), spread.ledger(seed)
    before = (first or date(2024, 2, 1)) + length * DAY if length else None
    if first and first > as_of:
        first = as_of
    how = {"period_from": first, "period_before": before, "exposure": ledger}
    inside, on = within(first, before), terms(as_of, zone=zone)
    known = oracle.all_known(rows, as_of, zone)

    assert told(figures(rows, on, **how)) == {(): expected(known, as_of, inside, ledger)}
    for key in ("branch_id", "category"):
        found = told(figures(rows, on, by=[key], **how), [key])
        for value in groups(known, key):
            of_group = expected(
                known,
                as_of,
                inside,
                ledger,
                chosen=lambda row, key=key, value=value: row[key] == value,
                own=lambda row, key=key, value=value: row.get(key, value) == value,
            )
            assert found[(value,)] == of_group


@EVERY
@given(seed=SEEDS, as_of=DAYS, zone=st.sampled_from(ZONES))
def test_a_choice_is_counted_by_hand(seed, as_of, zone):
    """
    Motor complaints of branch A: against its own part of the ledger, reopened by whomever.
    """
    rows, ledger = spread.complaints(seed, 60), spread.ledger(seed)
    choice = [("branch_id", ["A"]), ("product_line", ["motor"]), ("channel", ["phone", "app"])]
    period = {"period_from": date(2024, 1, 20), "period_before": date(2024, 7, 20)}
    known = oracle.all_known(rows, as_of, zone)

    def is_chosen(row):
        return (row["branch_id"], row["product_line"]) == ("A", "motor")

    found = told(figures(rows, terms(as_of, zone=zone), values=choice, exposure=ledger, **period))
    by_hand = expected(known, as_of, within(*period.values()), ledger, chosen=is_chosen, own=is_chosen)
    assert found == {(): by_hand}


@settings(EVERY, max_examples=5)
@given(seed=SEEDS, as_of=DAYS, zone=st.sampled_from(ZONES))
def test_every_month_is_what_counting_by_hand_gives(seed, as_of, zone):
    """
    Each KPI by the month of its own day; states at each month's end with what was known then, by branch as well.
    """
    rows, ledger = spread.complaints(seed, 40), spread.ledger(seed)
    period = {"period_from": date(2023, 12, 1), "period_before": date(2024, 12, 1), "exposure": ledger}
    on, known = terms(as_of, zone=zone), oracle.all_known(rows, as_of, zone)
    months = pl.date_range(date(2023, 12, 1), date(2024, 11, 1), "1mo", eager=True)
    overall = told(figures(rows, on, by=["month"], **period), ["month"])
    by_branch = told(figures(rows, on, by=["month", "branch_id"], **period), ["month", "branch_id"])

    assert set(overall) == {(month,) for month in months}
    for month, before in zip(months, months.dt.offset_by("1mo"), strict=True):
        if month > as_of:
            assert {answer for answer in overall[(month,)].values() if not isinstance(answer, tuple)} == {None}
            continue
        then = min(before - DAY, as_of)
        known_then = oracle.all_known(rows, then, zone)

        def by_hand(month=month, before=before, then=then, known_then=known_then, **whose):
            flows = expected(known, as_of, within(month, before), ledger, **whose)
            states = expected(known_then, then, within(None, None), ledger, **whose)
            return flows | {name: states[name] for name in STATES}

        assert overall[(month,)] == by_hand()
        for branch in groups(known, "branch_id"):
            is_its = lambda row, branch=branch: row["branch_id"] == branch  # noqa: E731
            assert by_branch[(month, branch)] == by_hand(chosen=is_its, own=is_its)
