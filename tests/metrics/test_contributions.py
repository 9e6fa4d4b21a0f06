"""
What moved a figure, against counting by hand: shares group by group, medians row by row.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

import polars as pl
import pytest

from dashboard.metrics import Judged, evaluate, kpi
from dashboard.metrics.contributions import LEAST_PART, Why, contributions, moved
from dashboard.periods import Period
from tests.metrics.asking import ALL_RECORDED, facts_of, terms
from tests.rows import local

AS_OF = date(2024, 12, 31)
BEFORE = Period(date(2024, 1, 1), date(2024, 4, 1))
NOW = Period(date(2024, 4, 1), date(2024, 7, 1))
ON_TIME, MEDIAN = kpi("complaint_on_time_rate"), kpi("complaint_days_median")
CLOSE = pytest.approx


def complaint(number, received, days, branch, *, cases=1):
    """
    A complaint answered after so many days; none: still open.
    """
    stopped = None if days is None else local((received + timedelta(days=days)).isoformat())
    return {
        "complaint_id": str(number),
        "branch_id": branch,
        "received_at": local(received.isoformat()),
        "decided_at": stopped,
        "cases": cases,
    }


def crowd(seed, size=260):
    """
    Branches that get slower, faster, larger, new and gone; some rows stand for several cases, some are open.
    """
    chance = random.Random(seed)
    rows = []
    for number in range(size):
        received = BEFORE.first + timedelta(days=chance.randrange(182))
        is_now = received >= NOW.first
        branch = chance.choice(["A", "B", "C", "C", None, "new" if is_now else "gone"])
        slow = {"A": 20 if is_now else 0, "B": 0 if is_now else 15}.get(branch, 5)
        days = None if chance.random() < 0.1 else chance.randrange(1, 40) + slow
        rows.append(complaint(number, received, days, branch, cases=chance.choice([1, 1, 1, 3])))
    return rows


def judged_of(rows):
    return Judged.of("complaints", facts_of(rows), terms(AS_OF), ALL_RECORDED.__getitem__, many=10**9)


def whole(each, rows, period):
    return evaluate(
        each,
        facts_of(rows),
        terms(AS_OF),
        recorded=ALL_RECORDED,
        period_from=period.first,
        period_before=period.before,
    ).row(0, named=True)


def divided(each, rows):
    return contributions(each, judged_of(rows), now=NOW, before=BEFORE, by="branch_id")


def counted(judged_rows, period):
    """
    By branch: how many were due in the period, and how many of them in time.
    """
    due, kept = defaultdict(int), defaultdict(int)
    for row in judged_rows:
        if (
            row[ON_TIME.among]
            and row[ON_TIME.day] is not None
            and period.first <= row[ON_TIME.day] < period.before
        ):
            due[row["branch_id"]] += row["cases"]
            kept[row["branch_id"]] += row["cases"] * bool(row[ON_TIME.hits])
    return due, kept


def effects_by_hand(judged_rows):
    """
    Rate and mix effect of each branch, in exact fractions, from the textbook's formula.
    """
    (due, kept), (due_then, kept_then) = (counted(judged_rows, period) for period in (NOW, BEFORE))
    all_now, all_then = sum(due.values()), sum(due_then.values())
    level = (Fraction(sum(kept.values()), all_now) + Fraction(sum(kept_then.values()), all_then)) / 2
    told = {}
    for branch in {*due, *due_then}:
        now, then = due.get(branch, 0), due_then.get(branch, 0)
        rate = Fraction(kept[branch], now) if now else Fraction(kept_then[branch], then)
        rate_then = Fraction(kept_then[branch], then) if then else rate
        part, part_then = Fraction(now, all_now), Fraction(then, all_then)
        told[branch] = (
            (part + part_then) / 2 * (rate - rate_then),
            (part - part_then) * ((rate + rate_then) / 2 - level),
        )
    return told


@pytest.mark.parametrize("seed", range(4))
def test_a_share_divides_as_by_hand(seed):
    """
    Each branch's two effects are those of the formula, the unknown branch, the new and the gone one included.
    """
    rows = crowd(seed)
    expected = effects_by_hand(judged_of(rows).rows(ON_TIME.judge).collect().to_dicts())
    found = {row["branch_id"]: row for row in divided(ON_TIME, rows).iter_rows(named=True)}

    assert set(found) == set(expected) == {"A", "B", "C", None, "new", "gone"}
    for branch, (rate, mix) in expected.items():
        assert found[branch]["rate_effect"] == CLOSE(float(rate), abs=1e-12)
        assert found[branch]["mix_effect"] == CLOSE(float(mix), abs=1e-12)
        assert found[branch]["rate_effect"] == 0 or 0 not in (
            found[branch]["cases"],
            found[branch]["cases_before"],
        )
    assert found["new"]["cases_before"] == 0


@pytest.mark.parametrize("name", ["complaint_on_time_rate", "escalation_rate", "first_contact_resolution_rate"])
def test_all_contributions_of_a_share_are_its_change(name):
    """
    Nothing is left over, whatever the share is of.
    """
    rows = crowd(7)
    found = divided(kpi(name), rows)
    change = whole(kpi(name), rows, NOW)["value"] - whole(kpi(name), rows, BEFORE)["value"]

    assert found["contribution"].sum() == CLOSE(change, abs=1e-12)
    assert found["part"].sum() == CLOSE(1) == found["part_before"].sum()


def quantile_by_hand(durations):
    """
    The first time by which half of (days, done, weight) had finished, by the product-limit estimate.
    """
    survival = Fraction(1)
    for day in sorted({days for days, _, _ in durations}):
        at_risk = sum(weight for days, _, weight in durations if days >= day)
        done = sum(weight for days, is_done, weight in durations if days == day and is_done)
        survival *= 1 - Fraction(done) / Fraction(at_risk)
        if survival <= Fraction(1, 2):
            return day
    return None


@pytest.mark.parametrize("seed", range(4))
def test_a_median_is_asked_again_with_the_times_of_before(seed):
    """
    A branch's rows are replaced by its rows of before, weighted to its present number; the others stay.
    """
    rows = crowd(seed)
    spans = defaultdict(list)
    for row in judged_of(rows).rows(MEDIAN.judge).collect().to_dicts():
        if row[MEDIAN.among]:
            is_now = NOW.first <= row[MEDIAN.day] < NOW.before
            is_then = BEFORE.first <= row[MEDIAN.day] < BEFORE.before
            if is_now or is_then:
                spans[is_now, row["branch_id"]].append((row["days"], row[MEDIAN.hits], Fraction(row["cases"])))
    median = quantile_by_hand([each for (is_now, _), own in spans.items() if is_now for each in own])
    found = {row["branch_id"]: row for row in divided(MEDIAN, rows).iter_rows(named=True)}

    assert found.keys() == {branch for _, branch in spans}
    for branch, row in found.items():
        now, then = spans[True, branch], spans[False, branch]
        if not then:
            assert row["contribution"] is row["otherwise"] is None
            continue
        scale = sum((weight for _, _, weight in now), Fraction(0)) / sum(weight for _, _, weight in then)
        others = [each for (is_now, own), rest in spans.items() if is_now and own != branch for each in rest]
        as_then = [(days, is_done, weight * scale) for days, is_done, weight in then if scale]
        expected = quantile_by_hand([*others, *as_then])
        assert row["otherwise"] == expected
        assert row["contribution"] == median - expected


def steady(answered, *, branch_of=("A", "B", "C", "D"), each=60):
    """
    Complaints of four branches in both periods; `answered(is_now, branch, n)` gives the days of the n-th.
    """
    rows = []
    for is_now, first in ((False, BEFORE.first), (True, NOW.first)):
        rows += [
            complaint(f"{is_now}{branch}{n}", first + timedelta(days=n % 20), answered(is_now, branch, n), branch)
            for branch in branch_of
            for n in range(each)
        ]
    return rows


def told(rows, each=ON_TIME, *, min_n=20):
    return moved(
        whole(each, rows, NOW), whole(each, rows, BEFORE), {"branch_id": divided(each, rows)}, min_n=min_n
    )


def test_the_branch_that_fell_is_named():
    """
    B answered nine in ten in time and now every other; the rest stayed as they were.
    """
    rows = steady(lambda is_now, branch, n: 120 if (n % 2 if is_now and branch == "B" else n % 10 == 0) else 5)
    found = told(rows)

    assert (found.why, found.by, found.group, found.is_mix) == (Why.GROUP, "branch_id", "B", False)
    assert found.row["contribution"] == CLOSE(found.change)


def test_where_all_fall_alike_none_is_named():
    """
    Four branches that each made a quarter of it: enough for `LEAST_PART`, not more than their size.
    """
    found = told(steady(lambda is_now, _branch, n: 120 if n % (3 if is_now else 30) == 0 else 5))

    assert found.why is Why.SPREAD
    assert LEAST_PART == 0.25


def test_a_change_within_chance_is_said_to_be():
    """
    Two cases of 240 more are late.
    """
    rows = steady(lambda is_now, branch, n: 120 if n == 0 or (is_now and branch == "A" and n < 3) else 5)

    assert told(rows).why is Why.CHANCE
    assert told(steady(lambda *_: 5)).why is Why.CHANCE


@pytest.mark.parametrize(("each", "why"), [(5, Why.GROUP), (4, Why.TOO_FEW)])
def test_few_cases_say_nothing(each, why):
    """
    Twenty cases are judged, sixteen aren't; a branch counts by as few as are asked for.
    """
    rows = steady(lambda is_now, branch, _n: 120 if is_now and branch in "AB" else 5, each=each)
    figures = [whole(ON_TIME, rows, period) for period in (NOW, BEFORE)]
    one = pl.concat([divided(ON_TIME, rows)])

    found = moved(*figures, {"branch_id": one.with_columns(pl.col("cases", "cases_before") * 10)}, min_n=20)
    assert found.why is why
    assert moved(figures[0], None, {}, min_n=20).why is Why.NOT_COMPARED
    assert moved(figures[0] | {"value": None}, figures[1], {}, min_n=20).why is Why.NOT_COMPARED


def test_a_branch_that_grew_moves_the_whole_by_the_mix():
    """
    D is slow as ever and has four times as many complaints as before: it is the mix, not D's own rate.
    """
    rows = steady(lambda _is_now, branch, n: 120 if branch == "D" and n % 2 else 5)
    rows += [complaint(f"more{n}", NOW.first, 120 if n % 2 else 5, "D") for n in range(180)]
    found = told(rows)

    assert (found.why, found.group, found.is_mix) == (Why.GROUP, "D", True)
    assert found.row["rate_effect"] == CLOSE(0)


def test_a_single_group_explains_nothing():
    """
    Where only one branch is looked at, that it fell is the figure itself.
    """
    rows = steady(lambda is_now, _branch, n: 120 if is_now and n % 2 else 5, branch_of=("A",))

    assert told(rows).why is Why.SPREAD


def test_a_slower_branch_moves_the_median():
    """
    B takes twenty days longer; had it taken as long as before, the median would be what it was.
    """
    rows = steady(lambda is_now, branch, n: n % 9 + (20 if is_now and branch == "B" else 0), branch_of=("A", "B"))
    found = told(rows, MEDIAN)

    assert (found.why, found.group) == (Why.GROUP, "B")
    assert found.row["otherwise"] == whole(MEDIAN, rows, BEFORE)["value"]


def test_a_count_has_no_contributions():
    """
    It isn't a share of anything.
    """
    with pytest.raises(ValueError, match="neither a rate nor a duration"):
        divided(kpi("complaints_received"), crowd(1))
