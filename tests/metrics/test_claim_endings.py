"""
How claims end, against cumulative incidence by hand; and which end is which.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

import polars as pl
import pytest

from dashboard.metrics.claim_endings import ENDINGS, claim_endings
from dashboard.metrics.claims import judged
from dashboard.metrics.survival_curves import PAYMENT, curves
from dashboard.periods import Period
from tests.metrics.legs_oracle import END, ON, known, random_claims
from tests.rows import local, rows_of_fact

YEAR = Period(date(2024, 1, 1), date(2025, 1, 1))
START = local("2024-05-01")


def judge(rows):
    return judged(rows_of_fact("claims", rows), ON)


def ended(claim):
    """
    How a claim as it was known ended, or None; and the hours since its report.
    """
    walked = claim["decided_at"] if claim["decision"] in ("withdrawn", "cancelled") else None
    ends = [at for at in (claim["closed_at"], claim["paid_at"], claim["refusal_told_at"], walked) if at]
    at = claim["paid_at"] or min(ends, default=None)
    refused = claim["decision"] == "refused"
    way = None if at is None else "paid" if claim["paid_at"] else "refused" if refused else "walked_away"
    return way, int(((at or END) - claim["reported_at"]).total_seconds() // 3600)


def by_hand(claims):
    """
    Share ended in each way by the end of each day, as long as five are at risk, in exact fractions.
    """
    told = [(*ended(claim), claim.get("cases") or 1) for claim in map(known, claims)]
    leaving, ways = Counter(), Counter()
    for way, hours, cases in told:
        leaving[hours] += cases
        ways[way, hours] += cases
    at_risk, left, shares, found = leaving.total(), Fraction(1), dict.fromkeys(ENDINGS, Fraction(0)), {}
    for hours in sorted(leaving):
        if at_risk < 5:
            break
        for way in ENDINGS:
            shares[way] += left * Fraction(ways[way, hours], at_risk)
        left *= 1 - Fraction(sum(ways[way, hours] for way in ENDINGS), at_risk)
        at_risk -= leaving[hours]
        found[ceil(hours / 24)] = [float(shares[way]) for way in ENDINGS]
    return {0: [0.0, 0.0, 0.0], **found}


@pytest.mark.parametrize("seed", [11, 12])
def test_shares_agree_with_the_count_by_hand(seed):
    """
    Weighted claims in every state, day by day.
    """
    rows = [claim for claim in random_claims(seed) if claim["reported_at"] < END]
    found = claim_endings(judge(rows), period=YEAR)
    expected = by_hand(rows)

    for place, way in enumerate(ENDINGS):
        points = found.filter(pl.col("ending") == way)
        assert list(expected) == points["days"].to_list()
        assert [shares[place] for shares in expected.values()] == pytest.approx(points["incidence"].to_list())
    assert list(ENDINGS) == found["ending"].unique(maintain_order=True).to_list()


@pytest.mark.parametrize(
    ("claim", "way"),
    [
        ({"paid_at": START}, "paid"),
        ({"decision": "refused", "decided_at": START, "refusal_told_at": START}, "refused"),
        ({"decision": "refused", "decided_at": START, "closed_at": START}, "refused"),
        ({"decision": "refused", "decided_at": START}, None),
        ({"decision": "refused", "decided_at": START, "refusal_told_at": START, "paid_at": START}, "paid"),
        ({"decision": "withdrawn", "decided_at": START}, "walked_away"),
        ({"closed_at": START}, "walked_away"),
        ({"decision": "paid", "decided_at": START}, None),
    ],
    ids=["paid", "told", "closed", "untold", "reversed", "withdrawn", "abandoned", "unpaid"],
)
def test_which_end_is_which(claim, way):
    """
    A refusal nobody has been told ends nothing; one paid after all is paid.
    """
    rows = [{"reported_at": START, **claim}] * 5
    found = claim_endings(judge(rows), period=YEAR)
    last = found.group_by("ending").last()

    assert {way} - {None} == set(last.filter(pl.col("incidence") == 1)["ending"])
    assert (0 if way else 3) == last.filter(pl.col("incidence") == 0).height - (2 if way else 0)


@pytest.mark.parametrize(("hours", "day"), [(24, 1), (25, 2)])
def test_a_day_begun_counts(hours, day):
    """
    Paid after 24 hours is paid by the end of day 1; an hour later it takes until the end of day 2.
    """
    rows = [{"reported_at": START, "paid_at": START + timedelta(hours=hours)}] * 5
    paid = claim_endings(judge(rows), period=YEAR).filter(pl.col("ending") == "paid")
    waiting = curves(judge(rows), period=YEAR, waiting=PAYMENT).points

    assert [(0, 0.0), (day, 1.0)] == paid.select("days", "incidence").rows()
    assert [(0, 1.0), (day, 0.0)] == waiting.select("days", "survival").rows()


def test_who_wont_be_paid_is_in_no_curve_of_the_waiting():
    """
    Five paid, five refused: the curve of the waiting is about five.
    """
    paid = {"reported_at": START, "paid_at": START + timedelta(days=2), "branch_id": "b1"}
    refused = {"reported_at": START, "decision": "refused", "decided_at": START, "branch_id": "b1"}
    found = curves(judge([paid, refused] * 5), period=YEAR, by="branch_id", waiting=PAYMENT)

    assert [(0, 5), (2, 5)] == found.points.select("days", "at_risk").rows()


@pytest.mark.parametrize(("size", "height"), [(4, 0), (5, 6), (0, 0)])
def test_fewer_than_five_make_no_curve(size, height):
    """
    Four claims say too little, and none nothing at all.
    """
    rows = [{"reported_at": START, "paid_at": START + timedelta(days=2)}] * size
    found = claim_endings(judge(rows), period=YEAR)

    assert (height, pl.Float64) == (found.height, found.schema["incidence"])
