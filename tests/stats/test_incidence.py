"""
Cumulative incidence: golden values in exact fractions, weights, groups, and the reference library.
"""

from __future__ import annotations

from fractions import Fraction
from math import exp, log, sqrt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight

from dashboard.stats import cumulative_incidence, kaplan_meier

WAYS = ("paid", "refused")
# The golden curve of Kaplan-Meier, two of its three endings being of one kind and one of another.
GOLDEN = {"days": [1, 2, 2, 3, 5], "ending": ["paid", "refused", None, "paid", None]}


def incidence(rows, by=(), endings=WAYS, schema=None):
    frame = pl.LazyFrame(rows, schema=schema, strict=False)
    if "cases" not in frame.collect_schema():
        frame = frame.with_columns(cases=pl.lit(1))
    return cumulative_incidence(frame, duration="days", ending="ending", endings=endings, by=by).collect()


def of(found, way):
    return found.filter(pl.col("ending") == way)


def test_the_golden_curve():
    """
    Five cases: one fifth is paid on day 1, a fifth refused on day 2, and of the two left one is paid on day 3.
    """
    found = incidence(GOLDEN)
    paid, refused = of(found, "paid"), of(found, "refused")

    assert [1, 2, 3, 5] == paid["time"].to_list() == refused["time"].to_list()
    assert [0.2, 0.2, 0.5, 0.5] == pytest.approx(paid["incidence"].to_list())
    assert [0.0, 0.2, 0.2, 0.2] == pytest.approx(refused["incidence"].to_list())
    assert [0.8, 0.6, 0.3, 0.3] == pytest.approx(paid["survival"].to_list())
    assert ([5, 4, 2, 1], [1, 0, 1, 0]) == (paid["at_risk"].to_list(), paid["events"].to_list())


def test_one_minus_kaplan_meier_would_say_too_much():
    """
    With the refused only lost sight of, 60 % would seem to be paid instead of 50 %.
    """
    naive = kaplan_meier(
        pl.LazyFrame(GOLDEN | {"cases": [1] * 5}).with_columns(is_paid=pl.col("ending") == "paid"),
        duration="days",
        event="is_paid",
    ).collect()

    assert pytest.approx(0.6) == 1 - naive["survival"][-1]
    assert pytest.approx(0.5) == of(incidence(GOLDEN), "paid")["incidence"][-1]


def test_with_one_way_to_end_it_is_kaplan_meier_upside_down():
    """
    The variance of the one is the other's, and so the errors agree at every step.
    """
    rng = np.random.default_rng(5)
    days, ended = rng.integers(0, 30, 200), rng.random(200) < 0.6
    found = incidence({"days": days, "ending": ["paid" if end else None for end in ended]}, endings=["paid"])
    curve = kaplan_meier(
        pl.LazyFrame({"days": days, "ended": ended, "cases": 1}), duration="days", event="ended"
    ).collect()

    assert found["incidence"].to_list() == pytest.approx([1 - level for level in curve["survival"]])
    for ours, theirs in zip(spreads(found), greenwood(days, ended), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-6)


def greenwood(days, ended):
    """
    Greenwood's standard error, by the book.
    """
    share, total, errors = Fraction(1), Fraction(0), []
    for day in sorted(set(days)):
        at_risk, events = int((days >= day).sum()), int(ended[days == day].sum())
        share *= 1 - Fraction(events, at_risk)
        total += Fraction(events, at_risk * (at_risk - events)) if at_risk > events else 0
        errors.append(float(share) * sqrt(total) if 0 < share < 1 else None)
    return errors


def spreads(found):
    """
    The standard errors, read back from the upper ends of the intervals.
    """
    z = 1.959963984540054
    return [
        None if upper is None else log(log(level) / log(upper)) * -level * log(level) / z
        for level, upper in found.select("incidence", "upper").iter_rows()
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from([0, 1, 2]), st.integers(1, 5)), min_size=3, max_size=60
    ).filter(lambda rows: {1, 2} <= {ending for _, ending, _ in rows})
)
def test_curves_and_errors_agree_with_statsmodels(rows):
    """
    Weighted cases against the same cases written out, at every time; its errors wherever it has one.
    """
    days, endings, cases = map(np.array, zip(*rows, strict=True))
    names = [[None, *WAYS][ending] for ending in endings]
    found = incidence({"days": days, "ending": names, "cases": cases})
    theirs = CumIncidenceRight(np.repeat(days, cases), np.repeat(endings, cases))

    for place, way in enumerate(WAYS):
        ours = of(found, way)
        assert ours["time"].to_list() == list(theirs.times)
        assert ours["incidence"].to_list() == pytest.approx(list(theirs.cinc[place]), abs=1e-9)
        for level, lower, upper, error in zip(
            ours["incidence"], ours["lower"], ours["upper"], theirs.cinc_se[place], strict=True
        ):
            if not 1e-9 < level < 1 - 1e-9:
                assert (lower, upper) == (None, None)
            elif np.isfinite(error):
                # The root of a difference that is all but zero: its digits are noise.
                power = exp(1.959963984540054 * error / -(level * log(level)))
                assert (lower, upper) == pytest.approx((level**power, level ** (1 / power)), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from([*WAYS, "odd", None]), st.integers(0, 4)),
        min_size=1,
        max_size=40,
    ).filter(lambda rows: sum(cases for _, _, cases in rows))
)
def test_all_ways_and_what_is_left_make_one_whole(rows):
    """
    At every time, whatever the weights; rows that stand for no case add none.
    """
    days, endings, cases = zip(*rows, strict=True)
    found = incidence({"days": days, "ending": endings, "cases": cases}, endings=[*WAYS, "odd"])
    whole = found.group_by("time").agg(pl.col("incidence").sum() + pl.col("survival").first())

    assert whole["incidence"].to_list() == pytest.approx([1.0] * whole.height)


def test_a_way_not_asked_for_still_ends_the_waiting():
    """
    Half ended in a way that has no curve: the other half can't have been paid by more than all of it.
    """
    rows = {"days": [1, 1, 2, 2], "ending": ["odd", "odd", "paid", "paid"]}
    found = incidence(rows, endings=["paid"])

    assert [0.0, 0.5] == found["incidence"].to_list()
    assert [0.5, 0.0] == found["survival"].to_list()


def test_groups_are_judged_apart_and_null_is_a_group():
    """
    Each group gives what it gives alone, the ways in the order asked for.
    """
    double = {name: [*values, *values] for name, values in GOLDEN.items()}
    double["days"][5:] = [day * 2 for day in GOLDEN["days"]]
    found = incidence(double | {"team": ["a"] * 5 + [None] * 5}, by=("team",))
    alone = incidence(GOLDEN)

    assert ["a"] * 8 + [None] * 8 == found["team"].to_list()
    assert found.head(8).drop("team").equals(alone)
    assert found.tail(8).drop("team", "time").equals(alone.drop("time"))


def test_nothing_at_all_and_durations_unknown():
    """
    No rows, or none with a duration: no curve, with its columns and types.
    """
    schema = {"days": pl.Int64, "ending": pl.String}
    none, unknown = incidence({}, schema=schema), incidence({"days": [None], "ending": ["paid"]}, schema=schema)

    assert (0, 0) == (none.height, unknown.height)
    assert pl.Float64 == none.schema["incidence"]
    assert [1] == incidence({"days": [None, 4], "ending": ["paid", "paid"]}, endings=["paid"])["at_risk"].to_list()
