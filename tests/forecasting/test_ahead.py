"""
The list of what falls due: who is on it, in which order, why, and what may be lost in all.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from dashboard.forecasting import scored, trained
from dashboard.forecasting.ahead import MOST_REASONS, POINTS, UNPAID, ahead, at_risk, in_band
from dashboard.forecasting.features import LEAD_DAYS
from dashboard.forecasting.timing import Timing, timed
from tests.forecasting.crowd import AS_OF, TERMS, crowd, reasoned
from tests.rows import rows_of_fact

TODAY = date(2026, 7, 1)


def contract(number: str, due_on: date, **more) -> dict:
    return {"renewal_id": number, "policy_id": f"P{number}", "due_on": due_on, "premium_due": 100, **more}


def listed(*rows: dict, scores=None, timing=None) -> pl.DataFrame:
    return ahead(rows_of_fact("renewals", rows), scores, timing, today=TODAY, zone="UTC")


@pytest.fixture(scope="module")
def forecast():
    facts = crowd(9_000, reasoned)
    at = datetime(2026, 7, 1, tzinfo=UTC)
    edition = trained(facts.rows, facts.recorded, TERMS, data_version="1", rules_digest="", at=at)
    rows, _ = scored(edition, facts.rows, facts.recorded, TERMS)
    return ahead(facts.rows("renewals"), rows, edition.timing, today=TODAY, zone="UTC"), edition


@pytest.mark.parametrize(
    ("row", "is_on"),
    [
        (contract("a", TODAY), True),
        (contract("a", TODAY - timedelta(days=1)), False),
        (contract("a", TODAY + timedelta(days=89)), True),
        (contract("a", TODAY + timedelta(days=90)), False),
        (contract("a", TODAY, renewed_on=TODAY), False),
        (contract("a", TODAY, outcome="insurer_declined"), False),
        (contract("a", TODAY, outcome="cancelled"), False),
        (contract("a", TODAY, outcome="lapsed"), True),
    ],
    ids=["today", "yesterday", "in 89 days", "in 90", "paid", "declined", "cancelled", "lapsed after all"],
)
def test_who_is_on_the_list(row, is_on):
    """
    Due from today on for ninety days, unpaid, and still to be had.
    """
    assert listed(row).height == int(is_on)


def test_without_a_forecast_the_highest_premium_comes_first():
    """
    No probability, no value at risk, no reason: but the list is there.
    """
    rows = listed(contract("a", TODAY, premium_due=5), contract("b", TODAY, premium_due=7))
    risk = at_risk(rows)

    assert rows["renewal_id"].to_list() == ["b", "a"]
    assert rows["probability"].to_list() == [None, None]
    assert rows["why"].list.len().to_list() == [0, 0]
    assert (risk.cases, risk.premium, risk.told, risk.lost, risk.value) == (2, 12.0, 0, None, None)


def test_the_list_and_its_sum_are_one(forecast):
    """
    The value at risk is what the rows say, added up by hand; those first on which most may be lost.
    """
    rows, _ = forecast
    risk = at_risk(rows)
    by_hand = sum((1 - row["probability"]) * row["premium_due"] for row in rows.iter_rows(named=True))

    assert rows.height > 100
    assert risk.value[0] == pytest.approx(by_hand)
    assert risk.value[1] < by_hand < risk.value[2] < risk.premium
    assert risk.lost[0] == pytest.approx((1 - rows["probability"]).sum())
    assert risk.lost[1] <= risk.lost[0] <= risk.lost[2]
    assert rows["at_risk"].to_list() == sorted(rows["at_risk"], reverse=True)


def test_a_row_for_ten_contracts_is_ten_chances(forecast):
    """
    Ten contracts in one row are as sure as ten rows, not as unsure as one large one.
    """
    rows = forecast[0].head(1)
    ten, ten_rows = at_risk(rows.with_columns(cases=pl.lit(10, pl.Int64))), at_risk(pl.concat([rows] * 10))

    assert ten.value == ten_rows.value
    assert ten.lost[1:] == ten_rows.lost[1:]
    assert ten.premium == ten_rows.premium


def test_reasons_are_what_lowers_it_most(forecast):
    """
    At most three, the gravest first, each at least a point; a dear contract's is its price.
    """
    rows, edition = forecast
    for row in rows.iter_rows(named=True):
        points = [row[POINTS + name] for name in row["why"]]
        others = [row[POINTS + name] for name in (*edition.features, UNPAID) if name not in row["why"]]
        assert len(points) <= MOST_REASONS
        assert points == sorted(points)
        assert all(each <= -0.01 for each in points)
        assert len(points) == MOST_REASONS or all(each > -0.01 for each in others)
    dear = rows.filter(pl.col("premium_change_rate") > 0.15, pl.col("days_left") > 30)
    assert dear.height > 3
    assert {why[0] for why in dear["why"]} == {"premium_change_rate"}


def test_bands_hold_what_they_say(forecast):
    """
    Seven days are today and six more; the likeliest are a tenth, equal ones included.
    """
    rows, _ = forecast

    assert in_band("within_7d", rows)["days_left"].max() == 6
    assert in_band("within_90d", rows).height == rows.height
    assert in_band("likeliest", rows).height == pytest.approx(rows.height / 10, abs=2)
    assert in_band("likeliest", rows)["probability"].max() <= rows["probability"].quantile(0.11)
    assert in_band("not_reminded", rows).height == rows.height
    with pytest.raises(ValueError, match="no band"):
        in_band("within_8d", rows)


def test_who_hasnt_paid_is_less_likely_to():
    """
    Bayes by hand: of a hundred eighty renew, half of them have paid by last evening; of the sixty left forty do.
    """
    curve = tuple(0.0 if place < LEAD_DAYS - 10 else 0.5 for place in range(LEAD_DAYS + 1))
    timing = Timing({"": curve})
    rows = pl.DataFrame(
        {"due_on": [TODAY + timedelta(days=days) for days in (9, 10, 70)], "auto_renew": ["true"] * 3}
    )
    told = rows.select(timing.still(pl.lit(0.8), today=TODAY))["literal"].to_list()

    assert told == pytest.approx([40 / 60, 0.8, 0.8])


def test_on_the_due_day_the_evening_before_counts():
    """
    Who may still pay today isn't taken to have failed to.
    """
    curve = (*(0.25,) * LEAD_DAYS, 1.0)
    rows = pl.DataFrame({"due_on": [TODAY], "auto_renew": ["true"]})
    told = rows.select(Timing({"": curve}).still(pl.lit(0.5), today=TODAY))["literal"].item()

    assert told == pytest.approx(0.5 * 0.75 / (1 - 0.5 * 0.25))


def test_when_people_pay_is_learned_by_how_they_pay():
    """
    Two hundred pay by debit on the day, as many by hand twenty days before: each have a curve of their own.
    """
    rows = pl.DataFrame(
        {
            "due_on": [AS_OF] * 400,
            "renewed_on": [AS_OF] * 200 + [AS_OF - timedelta(days=20)] * 200,
            "auto_renew": ["true"] * 200 + ["false"] * 200,
            "cases": [1] * 400,
        }
    )
    curves = timed(rows).paid_by

    assert (curves["true"][LEAD_DAYS - 1], curves["true"][LEAD_DAYS]) == (0.0, 1.0)
    assert (curves["false"][LEAD_DAYS - 21], curves["false"][LEAD_DAYS - 20]) == (0.0, 1.0)
    assert curves[""][LEAD_DAYS - 20] == 0.5


def test_the_forecast_holds_for_those_left_ten_days_before(forecast):
    """
    Of contracts unpaid ten days before they were due, as many were renewed as had been said, within chance.
    """
    _, edition = forecast
    fresh = crowd(9_000, reasoned, seed=12)
    rows = fresh.rows("renewals").filter(pl.col("due_on") <= AS_OF).collect()
    left = rows.filter(
        pl.col("renewed_on").is_null() | ((pl.col("due_on") - pl.col("renewed_on")).dt.total_days() <= 10)
    )
    told = left.with_columns(
        pl.col("premium_due", "premium_change_rate", "tenure_years").cast(pl.Float64),
        pl.col("auto_renew").cast(pl.String),
        complaints_in_a_year=pl.lit(None, pl.Float64),
        paid_last_time=pl.lit("first"),
        due_on=pl.lit(TODAY + timedelta(days=10)),
    )
    said = edition.model.scored(told).select(edition.timing.still(pl.col("probability"), today=TODAY))
    expected, happened = said.to_series().sum(), left["renewed_on"].count()
    spread = float((said.to_series() * (1 - said.to_series())).sum()) ** 0.5

    assert abs(expected - happened) < 4 * spread
    # Without taking the waiting into account it would be far off.
    assert abs(edition.model.scored(told)["probability"].sum() - happened) > 8 * spread
