"""
How old open claims are, by stage and amount, and for how long their claimants heard nothing.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from dashboard.facts import INSTANT
from dashboard.metrics import evaluate_many, kpi
from dashboard.metrics.claim_ageing import (
    AGAINST,
    AGES,
    AMOUNTS,
    claim_ageing,
    silence_by,
    silent_claims,
    with_bands,
)
from dashboard.metrics.claim_worklist import open_claims
from tests.metrics import claim_crowd
from tests.metrics.asking import ALL_RECORDED, facts_of, terms
from tests.metrics.oracle_claim_work import stage
from tests.metrics.oracle_claims import known
from tests.rows import SHANGHAI, local, rows_of_fact

TODAY = date(2024, 6, 28)
DAY = timedelta(days=1)


def banded(rows, today=TODAY):
    return with_bands(open_claims(rows_of_fact("claims", rows), terms(today)))


def age_of(days):
    for name, last in (("0-3", 3), ("4-10", 10), ("11-30", 30), ("31-60", 60), ("61-180", 180), ("181-365", 365)):
        if days <= last:
            return name
    return "366+"


@pytest.mark.parametrize("today", [date(2024, 3, 10), date(2024, 11, 3)])
def test_random_claims_by_age_against_the_oracle(today):
    """
    Every cell by hand; together they are the figure of open claims.
    """
    rows = claim_crowd.claims(11, 2_000)
    by_hand = Counter()
    for claim in known(rows, today, SHANGHAI):
        if claim.is_open:
            days = (today - claim.day(claim.row["reported_at"])).days
            by_hand[stage(claim), age_of(days)] += claim.cases
    found = claim_ageing(banded(rows, today), by="stage")
    figure = evaluate_many([kpi("claims_open")], facts_of(claims=rows), terms(today), recorded=ALL_RECORDED)

    assert {(row[0], row[1]): row[2] for row in found.iter_rows() if row[2]} == dict(by_hand)
    assert figure["claims_open"]["value"][0] == found["cases"].sum()
    assert [(one, age) for one in AGAINST["stage"] for age in AGES] == list(
        found.select("stage", "age_band").iter_rows()
    )


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, "0-3"),
        (3, "0-3"),
        (4, "4-10"),
        (10, "4-10"),
        (11, "11-30"),
        (30, "11-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-180"),
        (180, "61-180"),
        (181, "181-365"),
        (365, "181-365"),
        (366, "366+"),
        (4000, "366+"),
    ],
)
def test_the_bands_of_age(days, band):
    """
    The last day of each band, and the first of the next; local days, so the last minute of a day is of that day.
    """
    reported = local(f"{TODAY - days * DAY} 23:59")

    assert [band] == banded([{"claim_id": "c", "reported_at": reported}]).collect()["age_band"].to_list()


@pytest.mark.parametrize(
    ("amount", "band"),
    [
        (None, "unknown"),
        ("-0.01", "negative"),
        ("0", "0-1k"),
        ("999.99", "0-1k"),
        ("1000", "1k-5k"),
        ("4999.99", "1k-5k"),
        ("5000", "5k-20k"),
        ("19999.99", "5k-20k"),
        ("20000", "20k-100k"),
        ("99999.99", "20k-100k"),
        ("100000", "100k+"),
    ],
)
def test_the_bands_of_the_amount(amount, band):
    """
    An amount on an edge belongs to what lies above; none and below zero are bands of their own.
    """
    claimed = None if amount is None else Decimal(amount)
    rows = banded([{"claim_id": "c", "reported_at": local("2024-06-20"), "amount_claimed": claimed}])
    found = claim_ageing(rows, by="amount_band")

    assert [band] == rows.collect()["amount_band"].to_list()
    assert {(band, "4-10"): 1} == {(row[0], row[1]): row[2] for row in found.iter_rows() if row[2]}
    assert len(AMOUNTS) * len(AGES) == found.height


def test_no_open_claims_by_age():
    """
    Every cell is there, with nothing in it.
    """
    assert 0 == claim_ageing(banded([]), by="stage")["cases"].sum()


def heard(*rows):
    """
    Open claims with what is known of their messages: (id, reported, last message, messages sent, branch, cases).
    """
    schema = {"claim_id": pl.String, "reported_at": INSTANT, "last_progress_at": INSTANT}
    schema |= {"progress_sent": pl.Int64, "branch_id": pl.String, "cases": pl.Int64}
    return silent_claims(pl.LazyFrame(rows, schema=schema, orient="row"), today=TODAY, zone=SHANGHAI)


@pytest.mark.parametrize(
    ("last", "sent", "days"),
    [
        (local("2024-06-28 00:00"), 1, 0),
        (local("2024-06-27 23:59"), 1, 1),
        (local("2024-06-18"), None, 10),
        (None, 0, 20),
        (None, None, 20),
        (None, 2, None),
    ],
    ids=["today", "last night", "ten days", "never", "never, uncounted", "somewhen"],
)
def test_days_of_silence(last, sent, days):
    """
    Since the last message; since the report where none was sent; unknown where some were and nobody says when.
    """
    assert [days] == heard(("c", local("2024-06-08"), last, sent, "A", 1)).collect()["days_silent"].to_list()


def test_exactly_so_many_days_is_not_too_long():
    """
    Silent for more than ten days begins on the eleventh; what isn't known is in no share.
    """
    ten, eleven = (local(f"{TODAY - days * DAY}") for days in (10, 11))
    rows = [("a", ten, None, 0, "A", 2), ("b", eleven, None, 0, "A", 3), ("c", eleven, None, 4, "A", 5)]
    found = silence_by(heard(*rows, ("d", ten, ten, 1, "B", 1)), ["branch_id"], more_than=10)

    assert [("A", 3, 10, 0.6), ("B", 0, 1, 0.0)] == list(found.iter_rows())


def test_silence_by_branch_against_counting():
    """
    Random claims, counted in a loop.
    """
    die = Random(5)
    rows = []
    for number in range(500):
        reported = local(f"{TODAY - die.randrange(60) * DAY} 23:59")
        last = None if die.random() < 0.4 else reported + die.randrange(40) * DAY
        last = last if last is None or last < local(f"{TODAY} 23:59") else None
        sent = 1 if last else die.choice((None, 0, 3))
        rows.append((f"c{number}", reported, last, sent, die.choice("ABC"), die.choice((1, 1, 2))))
    silent, every, told = Counter(), Counter(), Counter()
    for _, reported, last, sent, branch, cases in rows:
        every[branch] += cases
        if last is None and sent:
            continue
        told[branch] += cases
        days = (TODAY - (last or reported).astimezone(ZoneInfo(SHANGHAI)).date()).days
        silent[branch] += cases * (days > 20)
    found = silence_by(heard(*rows), ["branch_id"], more_than=20)

    assert {branch: (silent[branch], every[branch], silent[branch] / told[branch]) for branch in every} == {
        row[0]: row[1:] for row in found.iter_rows()
    }
    assert found["cases"].to_list() == sorted(found["cases"], reverse=True)
