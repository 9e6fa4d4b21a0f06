"""
Managers, reviews and news on health: by day, at the ends of months, against counting one by one.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from dashboard.metrics import GROUP_KEYS, KPIS, evaluate_many
from dashboard.metrics.tiers import judged, stock_by_month
from tests.metrics.asking import ALL_RECORDED, terms
from tests.metrics.reconciling import reconcile
from tests.rows import local, rows_of_fact

TIERS = [each for each in KPIS.values() if each.judge is judged]
AS_OF = date(2024, 6, 30)


def facts_of(rows):
    return {"customers": rows_of_fact("customers", rows)}.__getitem__


def customer(**known):
    return {"customer_id": "1", "segment": "high_net_worth", "joined_on": date(2020, 1, 1)} | known


def year_after(day: date) -> date:
    """
    The same day of the next year; of 29 February the day before.
    """
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)


def crowd(seed: int, count: int):
    die = Random(seed)
    for number in range(count):
        joined = AS_OF - timedelta(days=die.choice((-3, 0, 200, 364, 365, 366, 900)))
        reviewed = AS_OF - timedelta(days=die.choice((-2, 0, 100, 364, 365, 366, 500)))
        yield customer(
            customer_id=str(number),
            segment=die.choice(("high_net_worth", "family", None)),
            joined_on=die.choice((joined, joined, None)),
            manager_id=die.choice(("M", None)),
            last_review_at=die.choice((local(f"{reviewed} 23:59:59"), None)),
            branch_id=die.choice(("A", "B", None)),
            team_id=die.choice(("a", None)),
            agent_id=die.choice(("x", "y")),
            cases=die.choice((1, None, 3)),
        )


def counted(rows, as_of, by):
    """
    By KPI and group the sums above and below the line, one customer at a time.
    """
    sums = {}
    for row in rows:
        if row["joined_on"] is None or row["joined_on"] > as_of or row["segment"] != "high_net_worth":
            continue
        reviewed = row["last_review_at"].date() if row["last_review_at"] else None
        is_reviewed = reviewed is not None and reviewed <= as_of < year_after(reviewed)
        for name, about, found in (
            ("manager_coverage_rate", True, row["manager_id"] is not None),
            ("review_coverage_rate", year_after(row["joined_on"]) <= as_of, is_reviewed),
        ):
            cell = sums.setdefault((name, tuple(row[each] for each in by)), [0, 0])
            cell[0] += (row["cases"] or 1) * (about and found)
            cell[1] += (row["cases"] or 1) * about
    return sums


@pytest.mark.parametrize("as_of", [AS_OF, date(2024, 3, 15)], ids=str)
def test_every_figure_is_what_counting_one_by_one_gives(as_of):
    """
    Overall and by each group, today and on an earlier day.
    """
    rows = list(crowd(1, 600))
    for by in ((), *((key,) for key in GROUP_KEYS["customers"])):
        sums = counted(rows, as_of, by)
        found = evaluate_many(TIERS, facts_of(rows), terms(as_of), recorded=ALL_RECORDED, by=list(by))
        for name, figures in found.items():
            assert figures.height
            for row in figures.iter_rows(named=True):
                expected = sums.get((name, tuple(row[each] for each in by)), [0, 0])
                assert [row["numerator"], row["denominator"]] == expected, (name, row)


def test_the_end_of_a_month_is_a_day_like_any_other():
    """
    Each month's end is what that day's figure is; the month under way ends with the day.
    """
    rows = list(crowd(2, 300))
    months = [date(2024, 4, 1), date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)]
    found = stock_by_month(facts_of(rows)("customers"), terms(AS_OF), months=months).sort("month").collect()
    ends = [date(2024, 4, 30), date(2024, 5, 31), AS_OF]

    assert found["month"].to_list() == months[:3]
    for name, above, below in (
        ("manager_coverage_rate", "is_managed", "is_to_be_managed"),
        ("review_coverage_rate", "is_reviewed", "is_review_due"),
    ):
        expected = [counted(rows, end, ())[name, ()] for end in ends]
        assert [list(pair) for pair in found.select(above, below).iter_rows()] == expected


@pytest.mark.parametrize(
    ("reviewed", "is_reviewed"), [("2023-06-30 23:59:59", False), ("2023-07-01 00:00:00", True)], ids=str
)
def test_a_review_lasts_a_year(reviewed, is_reviewed):
    """
    On the day a year later the next one is due.
    """
    rows = judged(facts_of([customer(last_review_at=local(reviewed))])("customers"), terms(AS_OF)).collect()

    assert (rows["is_review_due"].to_list(), rows["is_reviewed"].to_list()) == ([True], [is_reviewed])


@pytest.mark.parametrize(
    ("joined", "is_due"), [(date(2023, 6, 30), True), (date(2023, 7, 1), False)], ids=["a year ago", "a day less"]
)
def test_the_first_review_is_due_a_year_after_joining(joined, is_due):
    """
    Nobody is late in the first year.
    """
    rows = judged(facts_of([customer(joined_on=joined)])("customers"), terms(AS_OF)).collect()

    assert rows["is_review_due"].to_list() == [is_due]


@pytest.mark.parametrize("each", TIERS, ids=[each.id for each in TIERS])
def test_the_rows_behind_a_figure_sum_to_it(each):
    """
    By branch, all of them, the hits and the others.
    """
    assert reconcile(each, facts_of(list(crowd(3, 300))), terms(AS_OF), by=["branch_id"]) > 0
