"""
Open and overdue at a month's end: a look back from each evening, and what is learnt later changes nothing of it.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.metrics.as_of import known_on
from dashboard.metrics.claim_clocks import earliest_due_on, with_clock
from dashboard.metrics.claim_month_ends import stock_by_month
from dashboard.metrics.claims import BINDING, CLAIMS, judged
from tests.metrics import claim_crowd
from tests.metrics.asking import terms
from tests.rows import local, rows_of_fact

MONTHS = [date(2024, month, 1) for month in range(1, 11)]
AS_OF = date(2024, 9, 17)


def states(rows, as_of=AS_OF, by=()):
    found = stock_by_month(rows_of_fact("claims", rows), terms(as_of), months=MONTHS, by=by).collect()
    return {row["month"].month: (row["is_open"], row["is_overdue"]) for row in found.iter_rows(named=True)}


def claim(**told):
    row = {"claim_id": "c", "reported_at": local("2024-03-10 09:00")}
    return row | {name: local(at) if name.endswith("_at") else at for name, at in told.items()}


@pytest.mark.parametrize("seed", [3, 4])
def test_every_month_is_a_judgement_of_its_own(seed):
    """
    The states of a month are those of all claims judged as of its last day, or of the day asked for.
    """
    rows = rows_of_fact("claims", claim_crowd.claims(seed, 800))
    by = ["branch_id", "agent_id"]
    found = stock_by_month(rows, terms(AS_OF), months=MONTHS, by=by).collect()
    ends = [min(month, AS_OF) for month in pl.Series(MONTHS).dt.month_end()]

    for month, then in zip(MONTHS[:-1], ends, strict=False):
        truths = judged(rows, terms(then)).filter("is_open").collect()
        expected = truths.group_by(by).agg(
            pl.col("cases").filter(name).sum().alias(name) for name in ("is_open", "is_overdue")
        )
        of_month = found.filter(pl.col("month") == month).drop("month").select(expected.columns)
        assert expected.height
        assert expected.sort(by).equals(of_month.sort(by))
    assert found.filter(pl.col("month") > AS_OF).is_empty()


@pytest.mark.parametrize(
    ("complete", "overdue"),
    [("2024-04-01 12:00", {4: 0, 5: 1}), ("2024-03-31 12:00", {4: 1, 5: 1})],
    ids=["due on the first of May", "due on the last of April"],
)
def test_a_claim_is_overdue_once_its_due_day_is_over(complete, overdue):
    """
    Thirty days from the documents; on the evening of the last of them a claim is overdue, since the day is over.
    """
    found = states([claim(documents_first_at=complete, documents_completed_at=complete)])

    assert overdue == {month: found[month][1] for month in overdue}


def test_what_is_learnt_later_was_not_known_before():
    """
    Documents asked for in April stop the clock until they come in June, whole days after its limit; a claim that
    lacked none is overdue in April.
    """
    asked = claim(
        documents_first_at="2024-03-20 12:00",
        documents_requested_at="2024-04-10 12:00",
        documents_completed_at="2024-06-12 12:00",
        decided_at="2024-07-20 12:00",
        decision="paid",
    )
    late = claim(
        documents_first_at="2024-03-20 12:00",
        documents_completed_at="2024-03-20 12:00",
        decided_at="2024-07-20 12:00",
        decision="paid",
    )

    assert {3: (1, 0), 4: (1, 0), 5: (1, 0), 6: (1, 1), 7: (1, 0)} == {
        k: v for k, v in states([asked]).items() if k < 8
    }
    assert {3: (1, 0), 4: (1, 1), 5: (1, 1), 6: (1, 1), 7: (1, 0)} == {
        k: v for k, v in states([late]).items() if k < 8
    }


@pytest.mark.parametrize("key", [key for key, _ in BINDING])
def test_no_claim_is_due_before_it_can_be(key):
    """
    Whatever is known of a claim on any day, its due day isn't before the earliest of all that may become known.
    """
    rows, on = rows_of_fact("claims", claim_crowd.claims(5, 1_500)), terms(AS_OF)
    marked = rows.with_columns(_earliest=earliest_due_on(on, key))
    for day in (date(2024, 3, 5), date(2024, 6, 30), AS_OF):
        timed = with_clock(known_on(marked, CLAIMS, day, on.zone), on, key, "own").collect()
        due = timed.filter(pl.col("own_due_on").is_not_null())
        assert due.height
        assert (due["own_due_on"] >= due["_earliest"]).all()
