"""
How contracts end that aren't renewed, against counting by hand, and beside the lapse rate.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from dashboard.metrics import KPIS, evaluate_many
from dashboard.metrics.lapses import ENDINGS, lapses
from tests.metrics.asking import ALL_RECORDED, terms
from tests.metrics.renewal_crowd import (
    AS_OF,
    ON,
    PERIODS,
    YEAR,
    inside,
    judged_renewals,
    known_renewal,
    renewal_crowd,
)
from tests.rows import rows_of_fact


def band_of(days):
    if days is None:
        return None
    edges = ((-1, "before"), (0, "0"), (15, "1-15"), (30, "16-30"), (60, "31-60"))
    return next((name for last, name in edges if days <= last), "61+")


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_endings_are_what_counting_by_hand_gives(period):
    """
    By how they ended and how many days after the due day.
    """
    rows = renewal_crowd(5)
    expected = Counter()
    for row in map(known_renewal, rows):
        if row["lapsed_on"] > AS_OF or not inside(period, row["lapsed_on"]):
            continue
        if not row["invited"]:
            ending, ended = row["outcome"], row["outcome_on"]
        elif row["paid_in_grace"]:
            continue
        elif row["reinstated_on"] or row["renewed_on"]:
            ending, ended = "reinstated", row["reinstated_on"] or row["renewed_on"]
        else:
            ending, ended = "lapsed", row["lapsed_on"]
        expected[ending, band_of(ended and (ended - row["due_on"]).days)] += row["cases"]
    found = lapses(judged_renewals(rows), ON, period=period)

    assert {(ending, band): cases for ending, band, cases in found.iter_rows()} == dict(expected)
    assert list(dict.fromkeys(found["ending"])) == list(ENDINGS)


@pytest.mark.parametrize("period", [YEAR, PERIODS[1]], ids=str)
def test_lapsed_and_reinstated_make_the_lapse_rate(period):
    """
    The chart and the card count the same contracts.
    """
    rows = renewal_crowd(6)
    facts = {"renewals": rows_of_fact("renewals", rows)}
    figure = evaluate_many(
        [KPIS["lapse_rate"]],
        facts.__getitem__,
        ON,
        recorded=ALL_RECORDED,
        period_from=period.first,
        period_before=period.before,
    )["lapse_rate"]
    found = lapses(judged_renewals(rows), ON, period=period)
    lapsed = found.filter(found["ending"].is_in(["lapsed", "reinstated"]))

    assert lapsed["cases"].sum() == figure["numerator"].item()


@pytest.mark.parametrize(
    ("paid", "ending"), [("2024-05-14", None), ("2024-05-15", "reinstated"), (None, "lapsed")]
)
def test_the_last_day_of_grace(paid, ending):
    """
    T41: paid on the sixtieth day it never lapsed; on the next it lapsed and came back.
    """
    row = {"renewal_id": "r", "due_on": date(2024, 3, 15), "grace_days": 60}
    found = lapses(judged_renewals([row | {"renewed_on": paid and date.fromisoformat(paid)}]), ON, period=YEAR)

    assert found["ending"].to_list() == ([ending] if ending else [])


@pytest.mark.parametrize(
    ("days", "band"), [(-1, "before"), (0, "0"), (1, "1-15"), (15, "1-15"), (16, "16-30"), (61, "61+")]
)
def test_bands_end_with_their_last_day(days, band):
    """
    Both sides of the edges, by the day on which we declined.
    """
    due = date(2024, 3, 15)
    row = {
        "renewal_id": "r",
        "due_on": due,
        "outcome": "insurer_declined",
        "outcome_on": due + timedelta(days=days),
    }

    assert lapses(judged_renewals([row]), ON, period=YEAR)["band"].to_list() == [band]


@pytest.mark.parametrize(
    ("as_of", "recorded", "told"),
    [
        ("2024-07-09", None, ("lapsed", "1-15")),
        ("2024-07-10", None, ("reinstated", "61+")),
        ("2024-07-10", "2024-07-10", ("reinstated", "61+")),
    ],
)
def test_t43_a_contract_is_back_in_force_on_the_day_its_arrears_are_paid(as_of, recorded, told):
    """
    T43: asked for on 1 June, never answered, paid on 10 July: consent is deemed, and the payment's day counts.

    When it was asked for is in no column; whether it was, and refused, is the source's to say in `reinstated_on`.
    """
    row = {
        "renewal_id": "r",
        "due_on": date(2024, 4, 1),
        "grace_days": 0,
        "renewed_on": date(2024, 7, 10),
        "reinstated_on": recorded and date.fromisoformat(recorded),
    }
    on = terms(date.fromisoformat(as_of))
    found = lapses(judged_renewals([row], on), on, period=YEAR)

    assert [(*told, 1)] == found.rows()
