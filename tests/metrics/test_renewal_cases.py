"""
The numbered edge cases of renewals, persistency and sleeping customers.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.metrics import KPIS, evaluate_many
from tests.metrics.asking import ALL_RECORDED, terms
from tests.rows import local, rows_of_fact


def figures(fact: str, rows, as_of: date, by=()) -> dict:
    found = evaluate_many(
        [each for each in KPIS.values() if each.fact == fact],
        {fact: rows_of_fact(fact, rows)}.__getitem__,
        terms(as_of),
        recorded=ALL_RECORDED,
        by=list(by),
    )
    return {name: list(each.iter_rows(named=True)) for name, each in found.items()}


def value(fact: str, name: str, rows, as_of: date):
    (row,) = figures(fact, rows, as_of)[name]
    return row["value"], row["denominator"], row["provisional"]


def premium(**known):
    row = {
        "premium_id": "1",
        "policy_id": "1",
        "effective_on": date(2023, 3, 15),
        "policy_month": 13,
        "due_on": date(2024, 3, 15),
        "grace_days": 60,
        "premium_first_year": 100,
        "premium_paid": 100 if known.get("paid_on") else None,
    }
    return row | known


def renewal(due_on: date, **known):
    return {"renewal_id": "1", "due_on": due_on, "grace_days": 0, "premium_due": 100} | known


@pytest.mark.parametrize(("paid_on", "share"), [(date(2024, 5, 14), 1.0), (date(2024, 5, 15), 0.0)], ids=str)
def test_t41_the_last_day_of_grace_keeps_a_contract_and_the_next_one_doesnt(paid_on, share):
    """
    T41. Due 15 March, sixty days of grace: paid on 14 May it is persistent; on 15 May it had lapsed.
    """
    rows = [premium(paid_on=paid_on)]
    assert (share, 100, False) == value("premiums", "persistency_13m_rate", rows, date(2024, 12, 31))


def test_t41_who_pays_on_the_day_after_grace_has_lapsed_that_day():
    """
    T41. Of yearly contracts, too; and the lapse belongs to the day after grace.
    """
    saved, lost = (
        renewal(date(2024, 3, 15), grace_days=60, renewed_on=day) for day in (date(2024, 5, 14), date(2024, 5, 15))
    )
    (saved_in,) = figures("renewals", [saved], date(2024, 12, 31), ["month"])["lapse_rate"][:1]
    (lost_in,) = figures("renewals", [lost], date(2024, 12, 31), ["month"])["lapse_rate"][:1]

    assert (date(2024, 5, 1), 0.0) == (saved_in["month"], saved_in["value"])
    assert (date(2024, 5, 1), 1.0) == (lost_in["month"], lost_in["value"])


def test_t42_a_cohort_in_grace_is_neither_lapsed_nor_persistent():
    """
    T42. No value, never nought, and said to be provisional.
    """
    assert (None, 0, True) == value("premiums", "persistency_13m_rate", [premium()], date(2024, 4, 30))


@pytest.mark.parametrize("reason", ["free_look", "claim_ended", "single", "waived", "transferred"])
def test_t44_what_was_never_to_be_continued_is_in_neither(reason):
    """
    T44. Neither above nor below the line.
    """
    rows = [premium(excluded_reason=reason)]
    assert (None, 0, False) == value("premiums", "persistency_13m_rate", rows, date(2024, 12, 31))


def test_t45_a_suspended_contract_stays_in_the_denominator():
    """
    T45. The variant that leaves it out is a switch on the page.
    """
    rows = [premium(suspended=True)]
    assert (0.0, 100, False) == value("premiums", "persistency_13m_rate", rows, date(2024, 12, 31))


def test_t46_an_early_renewal_belongs_to_the_month_it_fell_due_in():
    """
    T46. Due 30 June, renewed on 20 May with a start on 1 July: June.
    """
    row = renewal(date(2024, 6, 30), renewed_on=date(2024, 5, 20), new_term_from_on=date(2024, 7, 1))
    found = figures("renewals", [row], date(2024, 8, 31), ["month"])["renewal_rate"][0]
    assert (date(2024, 6, 1), 1.0, 1) == (found["month"], found["value"], found["denominator"])


@pytest.mark.parametrize(
    ("begins", "share"),
    [(date(2024, 7, 10), 1.0), (date(2024, 7, 30), 1.0), (date(2024, 7, 31), 0.0), (date(2024, 8, 5), 0.0)],
    ids=str,
)
def test_t47_a_gap_of_thirty_days_is_a_renewal_and_a_longer_one_new_business(begins, share):
    """
    T47. Nine days, thirty, thirty-one, thirty-six.
    """
    row = renewal(date(2024, 6, 30), renewed_on=begins, new_term_from_on=begins)
    assert (share, 1, False) == value("renewals", "renewal_rate", [row], date(2024, 9, 30))


def test_t48_a_contract_of_three_years_comes_up_once():
    """
    T48. In the month its term ends; the years between are no renewals.
    """
    row = renewal(date(2024, 12, 31), tenure_years=3.0)
    months = figures("renewals", [row], date(2025, 3, 31), ["month"])["renewal_rate"]
    assert [date(2024, 12, 1)] == [each["month"] for each in months if each["denominator"]]


@pytest.mark.parametrize("outcome", ["cancelled", "claim_terminated"])
def test_t49_what_ended_before_its_term_was_not_available(outcome):
    """
    T49. Not in the ratio.
    """
    row = renewal(date(2024, 12, 31), outcome=outcome, outcome_on=date(2024, 3, 31))
    assert (None, 0, False) == value("renewals", "renewal_rate", [row], date(2025, 3, 31))


def test_t50_whom_the_insurer_declines_was_not_invited():
    """
    T50. Out of the invited ratio; judged as not renewed in the gross one.
    """
    row = renewal(date(2024, 6, 30), outcome="insurer_declined", outcome_on=date(2024, 5, 1))
    assert (None, 0, False) == value("renewals", "renewal_rate", [row], date(2024, 9, 30))


def test_t51_who_moves_to_another_product_has_not_renewed_this_contract():
    """
    T51. The customer stays, the contract doesn't: a policy of another product is no renewal of it.
    """
    row = renewal(date(2024, 6, 30), outcome="lapsed", outcome_on=date(2024, 7, 1))
    assert (0.0, 1, False) == value("renewals", "renewal_rate", [row], date(2024, 9, 30))


def test_what_comes_of_a_renewal_isnt_known_before_its_day():
    """
    Cancelled in July: at the end of June it was a contract like any other, still to be renewed.
    """
    row = renewal(date(2024, 6, 20), outcome="cancelled", outcome_on=date(2024, 7, 5))
    assert (None, 0, True) == value("renewals", "renewal_rate", [row], date(2024, 6, 30))
    assert (None, 0, False) == value("renewals", "renewal_rate", [row], date(2024, 7, 31))


@pytest.mark.parametrize(("as_of", "asleep"), [(date(2023, 2, 27), 0), (date(2023, 2, 28), 1)], ids=str)
def test_t58_three_years_after_a_29th_of_february_end_with_the_month(as_of, asleep):
    """
    T58. Last spoken with on 29 February 2020: asleep from 28 February 2023.
    """
    spoken = local("2020-02-29")
    row = {
        "customer_id": "1",
        "joined_on": date(2010, 1, 1),
        "last_two_way_contact_at": spoken,
        "lines_held": "life",
    }
    (found,) = figures("customers", [row], as_of)["dormant_customers"]
    assert asleep == found["value"]


def test_the_uplift_is_by_the_arm_drawn_whether_or_not_anybody_was_reached():
    """
    420 of 500 against 390 of 500: six points, 1.1 to 10.8 (Newcombe).
    """
    rows = [
        {
            "contact_id": f"{arm}{number}",
            "campaign": "spring",
            "arm": arm,
            "assigned_on": date(2024, 1, 1),
            "outcome_due_on": date(2024, 3, 1),
            "renewed": number < renewed,
        }
        for arm, renewed in (("treated", 420), ("holdout", 390))
        for number in range(500)
    ]
    (found,) = figures("campaigns", rows, date(2024, 6, 30))["reengagement_uplift"]

    assert (0.06, 420, 500, 1_000) == tuple(
        pytest.approx(found[part]) for part in ("value", "numerator", "denominator", "cases")
    )
    assert (0.011, 0.108) == (pytest.approx(found["lower"], abs=5e-4), pytest.approx(found["upper"], abs=5e-4))
