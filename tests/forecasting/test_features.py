"""
Only what was known sixty days before the due day is looked at, and it is what the facts say.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import OPERATOR
from dashboard.facts import FACTS
from dashboard.forecasting.features import (
    FEATURES,
    LEAD,
    NO_CONTACT_DAYS,
    recordable,
    with_features,
)
from dashboard.forecasting.training import with_lead
from dashboard.metrics.as_of import known_on
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.insurer import AS_OF
from tests.rows import SHANGHAI, local, rows_of_fact

NAMES = [feature.name for feature in FEATURES]
DUE = date(2026, 5, 1)
# Sixty days before.
SCORED = date(2026, 3, 2)


def told(renewal: dict | None = None, **facts) -> dict:
    """
    What is known of one contract, records of everything reaching back to 2020.
    """
    base = {"renewal_id": "R", "policy_id": "P", "customer_id": "C", "due_on": DUE}
    others = {
        "claims": [{"claim_id": "0", "policy_id": "0", "reported_at": local("2020-01-01")}],
        "complaints": [{"complaint_id": "0", "policy_id": "0", "received_at": local("2020-01-01")}],
        "interactions": [{"interaction_id": "0", "customer_id": "0", "at": local("2020-01-01"), "two_way": True}],
        "renewals": [base | (renewal or {})],
    }
    frames = {fact: rows_of_fact(fact, rows + facts.get(fact, [])) for fact, rows in others.items()}
    contracts = with_lead(frames["renewals"].filter(pl.col("renewal_id") == "R").collect())
    recorded = {fact: frozenset(FACTS[fact].schema) for fact in frames}
    found = with_features(contracts, frames.__getitem__, lambda fact: recorded.get(fact, frozenset()), SHANGHAI)
    return found.row(0, named=True)


def claims(*written: str) -> list[dict]:
    return [
        {"claim_id": str(number), "policy_id": "P", "reported_at": local(at)}
        for number, at in enumerate(written, start=1)
    ]


@pytest.mark.parametrize(
    ("at", "count"),
    [
        ("2026-03-02 23:59:59", 1),
        ("2026-03-03 00:00:00", 0),
        ("2025-03-03 00:00:00", 1),
        ("2025-03-02 23:59:59", 0),
    ],
    ids=["the last second of the day", "the next day", "the first of 365 days", "the day before"],
)
def test_a_year_ends_with_the_day_it_is_judged_on(at, count):
    """
    The 365 days up to the sixtieth before the due day, by local days.
    """
    found = told(claims=claims(at))

    assert found["scored_on"] == SCORED
    assert found["claims_in_a_year"] == count


def test_claims_of_others_and_years_nobody_recorded():
    """
    Another contract's claim isn't this one's; where records begin within the year, the count is unknown, not 0.
    """
    other = [{"claim_id": "9", "policy_id": "Q", "reported_at": local("2026-02-01")}]
    short = {"claims": rows_of_fact("claims", claims("2025-03-04"))}
    contracts = with_lead(
        rows_of_fact("renewals", [{"renewal_id": "R", "policy_id": "P", "due_on": DUE}]).collect()
    )
    recorded = {fact: frozenset(FACTS[fact].schema) for fact in ("renewals", "claims")}
    found = with_features(
        contracts,
        lambda fact: short.get(fact, rows_of_fact(fact, [])),
        lambda fact: recorded.get(fact, frozenset()),
        SHANGHAI,
    )

    assert told(claims=claims("2026-02-01", "2025-12-01") + other)["claims_in_a_year"] == 2
    assert found["claims_in_a_year"].to_list() == [None]
    assert found["complaints_in_a_year"].to_list() == [None]


@pytest.mark.parametrize(
    ("at", "two_way", "age"),
    [
        ("2026-03-02 23:00", True, 0),
        ("2026-03-03 00:00", True, NO_CONTACT_DAYS),
        ("2025-03-02", True, 365),
        ("2025-03-01", True, NO_CONTACT_DAYS),
        ("2026-02-01", False, NO_CONTACT_DAYS),
    ],
    ids=["that evening", "the next day", "a year ago", "longer ago", "a letter nobody answered"],
)
def test_the_last_contact_in_both_directions(at, two_way, age):
    """
    Days since it, on the day of judging; later contacts haven't happened.
    """
    contact = {"interaction_id": "1", "customer_id": "C", "at": local(at), "two_way": two_way}

    assert told(interactions=[contact])["contact_age_days"] == age


def test_a_contact_about_the_contract_counts_once_it_has_happened():
    """
    The one on record is later than the day of judging: none is known.
    """
    assert told({"last_contact_at": local("2026-02-20")})["contract_contact_age_days"] == 10
    assert told({"last_contact_at": local("2026-03-03")})["contract_contact_age_days"] == NO_CONTACT_DAYS
    assert told()["contract_contact_age_days"] == NO_CONTACT_DAYS


@pytest.mark.parametrize(
    ("paid_on", "said"),
    [(date(2025, 5, 1), "on_time"), (date(2025, 5, 2), "late"), (date(2026, 3, 3), None), (None, None)],
    ids=["on the due day", "the day after", "after the day of judging", "never"],
)
def test_how_the_renewal_before_was_paid(paid_on, said):
    """
    By its own due day, as far as it was known; without one before, this is the first.
    """
    before = {"renewal_id": "Q", "policy_id": "P", "due_on": date(2025, 5, 1), "renewed_on": paid_on}

    assert told(renewals=[before])["paid_last_time"] == said
    assert told()["paid_last_time"] == "first"


def test_a_reminder_counts_if_it_had_been_sent():
    """
    By the end of the day of judging.
    """
    assert told({"reminded_at": local("2026-03-02 23:59")})["is_reminded"] == "true"
    assert told({"reminded_at": local("2026-03-03 00:00")})["is_reminded"] == "false"


def test_nobodys_age_is_a_feature():
    """
    Nor sex, nor where somebody lives or who serves them, nor anything that tells the outcome.
    """
    read = {column for feature in FEATURES for columns in feature.needs.values() for column in columns}

    assert not read & {"customer_age", "birth_year", "sex", "name", "branch_id", "team_id", "agent_id"}
    assert not read & {
        "outcome",
        "outcome_on",
        "new_term_from_on",
        "premium_renewed",
        "reinstated_on",
        "offer_made",
    }


def test_what_isnt_recorded_is_no_feature():
    """
    Without contacts, and without their direction, nothing is said of the last one.
    """
    everything = {fact: frozenset(FACTS[fact].schema) for fact in FACTS}
    lacking = everything | {"interactions": everything["interactions"] - {"two_way"}, "claims": frozenset()}
    names = {feature.name for feature in recordable(lacking.__getitem__)}

    assert {feature.name for feature in recordable(everything.__getitem__)} == set(NAMES)
    assert set(NAMES) - names == {"contact_age_days", "claims_in_a_year"}


def test_nothing_later_is_looked_at(insurer):
    """
    Contracts of a made-up insurer, judged with everything that is recorded and with everything later taken away
    from every fact: the same, to the last value.
    """
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)
    due = AS_OF - timedelta(days=45)
    contracts = with_lead(reader.rows("renewals").filter(pl.col("due_on").is_between(due, due)).collect())
    on = due - LEAD

    def then(fact: str) -> pl.LazyFrame:
        return known_on(reader.rows(fact), FACTS[fact], on, SHANGHAI)

    then_contracts = with_lead(then("renewals").filter(pl.col("due_on") == due).collect())
    order = ["renewal_id", *NAMES]
    now = with_features(contracts, reader.rows, reader.recorded, SHANGHAI).select(order)
    known = with_features(then_contracts, then, reader.recorded, SHANGHAI).select(order)

    assert now.height > 10
    assert contracts["renewed_on"].null_count() < contracts.height
    assert_frame_equal(now, known)
    # What was taken away does make a difference where it may.
    assert then("interactions").collect().height < reader.rows("interactions").collect().height
