"""
Random claims through the metrics and through the slow oracle, which cuts the rows off by hand.

So this also holds the promise of "as of": asking full data for a day gives what that day's data would have given.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt

import polars as pl
import pytest

from dashboard.metrics import KPIS, Judged, figures_of
from dashboard.metrics.kpis import GROUP_KEYS
from tests.metrics import claim_crowd
from tests.metrics.asking import ALL_RECORDED, OF_CLAIMS, claim_figures, facts_of, terms
from tests.metrics.oracle_claim_sums import STATES, Sums, states_at_month_ends
from tests.metrics.oracle_claims import known

DAY = timedelta(days=1)
SHANGHAI, CHICAGO = "Asia/Shanghai", "America/Chicago"
# A day with everything behind it, and one in the thick of it: the days after which clocks are put forward or back.
DAYS = {"late": date(2024, 11, 3), "early": date(2024, 3, 10)}


def agrees(row, answer):
    """
    Whether a figure is what was counted by hand, down to what it rests on and whether it may change.
    """
    unit, cells = row["unit"], (row["numerator"], row["denominator"])
    by_hand = {"count": (answer.above, None)}.get(unit, (answer.above, answer.below))
    value = None if answer.value is None else pytest.approx(float(answer.value), rel=1e-12)
    assert (value, by_hand, answer.provisional) == (row["value"], cells, row["provisional"])


def compare(found, sums, keys, names=OF_CLAIMS):
    """
    Every cell of every figure; and no cell is missing in which there is something.
    """
    for name in names:
        told = set()
        for row in found[name].iter_rows(named=True):
            key = tuple(row[each] for each in keys)
            told.add(key)
            try:
                agrees({**row, "unit": KPIS[name].unit}, sums.answer(name, key))
            except AssertionError as wrong:
                raise AssertionError(f"{name} of {key}: {wrong}") from wrong
        assert {key for key, cell in sums.cells[name].items() if cell.below or cell.spells} <= told, name


def test_every_claim_figure_has_its_oracle():
    """
    None is compared with nothing.
    """
    sums = Sums(
        known(claim_crowd.claims(1, 3_000), DAYS["late"], SHANGHAI),
        (),
        as_of=DAYS["late"],
        first=None,
        before=None,
    )

    assert set(OF_CLAIMS) == {name for name, cells in sums.cells.items() if cells[()].below or cells[()].spells}
    assert 18 == len(OF_CLAIMS)


@pytest.mark.parametrize("zone", [SHANGHAI, CHICAGO])
@pytest.mark.parametrize("day", DAYS)
def test_every_figure_is_what_counting_by_hand_gives(day, zone):
    """
    Thousands of claims, overall and by every group; most of them where clocks are put forward and back.
    """
    as_of = DAYS[day]
    rows = claim_crowd.claims(20241103, 20_000 if zone == CHICAGO else 5_000)
    claims = known(rows, as_of, zone)
    period = {"first": None, "before": None}

    judged = Judged.of("claims", facts_of(claims=rows), terms(as_of, zone=zone), ALL_RECORDED.__getitem__)
    for keys in ((), *((key,) for key in GROUP_KEYS["claims"])):
        found = figures_of(list(OF_CLAIMS.values()), {"claims": judged}, by=keys)
        compare(found, Sums(claims, keys, as_of=as_of, **period), keys)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("length", [1, 40, 200])
def test_a_period_is_counted_by_hand(seed, length):
    """
    From a day to another, over before the day asked for or not; and on a day before anything happened.
    """
    rows = claim_crowd.claims(seed, 1_000)
    first = date(2024, 2, 1) + seed * 31 * DAY
    before = first + length * DAY
    for as_of in (date(2023, 12, 20), first, before - DAY, before, date(2024, 9, 30)):
        found = claim_figures(
            rows, terms(as_of), period_from=first, period_before=before, by=["branch_id", "claim_type"]
        )
        keys = ("branch_id", "claim_type")
        compare(found, Sums(known(rows, as_of, SHANGHAI), keys, as_of=as_of, first=first, before=before), keys)


@pytest.mark.parametrize("zone", [SHANGHAI, CHICAGO])
@pytest.mark.parametrize("keys", [("month",), ("month", "branch_id")], ids="+".join)
def test_every_month_is_what_counting_by_hand_gives(keys, zone):
    """
    Each KPI by the month of its own day; states at each month's end with what was known then.
    """
    as_of, first, before = date(2024, 9, 14), date(2023, 12, 1), date(2024, 12, 1)
    rows = claim_crowd.claims(7, 3_000)
    found = claim_figures(rows, terms(as_of, zone=zone), by=list(keys), period_from=first, period_before=before)
    sums = Sums(known(rows, as_of, zone), keys, as_of=as_of, first=first, before=before)
    months = pl.date_range(first, date(2024, 11, 1), "1mo", eager=True).to_list()

    compare(found, sums, keys, [name for name in OF_CLAIMS if name not in STATES])
    for month, then in states_at_month_ends(rows, keys, months, as_of=as_of, zone=zone).items():
        for name in STATES:
            of_month = found[name].filter(pl.col("month") == month)
            answers = [
                then.answer(name, tuple(row[key] for key in keys)) for row in of_month.iter_rows(named=True)
            ]
            assert answers
            assert [answer.above for answer in answers] == of_month["value"].to_list()
            assert [answer.provisional for answer in answers] == of_month["provisional"].to_list()
    assert found["claims_open"].filter(pl.col("month") > as_of)["value"].is_null().all()


@pytest.mark.parametrize("name", ["documents_per_claim", "documents_fetched_rate", "progress_update_rate"])
def test_the_interval_of_a_sum_is_that_of_its_claims(name):
    """
    What was drawn is a claim, not each of its documents: the linearised ratio estimator, and of a mean the spread
    of the claims over the root of their number. A claim that stands for three is three.
    """
    rows = claim_crowd.claims(3, 2_000)
    as_of = DAYS["late"]
    marks = [mark for claim in known(rows, as_of, SHANGHAI) for its, mark in claim.marks if its == name]
    each = [(mark.above / mark.cases, mark.below / mark.cases) for mark in marks for _ in range(mark.cases)]
    above, below = sum(y for y, _ in each), sum(x for _, x in each)
    ratio, number = above / below, len(each)
    spread = sqrt(sum((y - ratio * x) ** 2 for y, x in each) * number / (number - 1)) / below
    found = claim_figures(rows, terms(as_of), name)[name].row(0, named=True)

    assert (ratio - 1.959964 * spread, ratio + 1.959964 * spread) == pytest.approx(
        (found["lower"], found["upper"])
    )
    assert number == found["cases"]
