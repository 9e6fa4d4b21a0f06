"""
The axis of days to the due day: who is at risk on which of them, and what passing them all comes to.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.metrics.experience import breach_probabilities

AS_OF = date(2024, 6, 30)
DAY = timedelta(days=1)
ASKED = "asked"
TRUTHS = ("is_counted", "is_subject", "is_open")
SCHEMA = {
    "complaint_id": pl.String,
    "received_on": pl.Date,
    "due_on": pl.Date,
    "stopped_on": pl.Date,
    "cases": pl.Int64,
    **dict.fromkeys(TRUTHS, pl.Boolean),
}


def stopped(on, *, since=-30, due_on=AS_OF - 100 * DAY, **row):
    """
    A case received and stopped so many days from its due day.
    """
    return {"received_on": due_on + since * DAY, "due_on": due_on, "stopped_on": due_on + on * DAY, **row}


def still_open(stands_at, *, since=-30, **row):
    """
    A case that stands so many days from its due day.
    """
    due_on = AS_OF - stands_at * DAY
    return {"received_on": due_on + since * DAY, "due_on": due_on, **row}


def told(stands_at, *past):
    """
    The probability of a case that stands there, received today so that it adds nothing, and its experience.
    """
    rows = [*past, still_open(stands_at, since=stands_at, complaint_id=ASKED)]
    filled = [
        {name: row.get(name, True if name in TRUTHS else None) for name in SCHEMA}
        | {"is_open": row.get("stopped_on") is None, "cases": row.get("cases", 1)}
        for row in rows
    ]
    complaints = pl.LazyFrame(filled, schema=SCHEMA)
    found = breach_probabilities(complaints, complaints, as_of=AS_OF, levels=((),))
    return found.filter(complaint_id=ASKED).select("_probability", "experience").row(0)


@pytest.mark.parametrize("stands_at", [-1, -3, -8], ids=["due tomorrow", "due in 3 days", "due in 8 days"])
def test_what_counts_lies_behind_its_own_day_and_up_to_the_due_day(stands_at):
    """
    One stopped on some day, one after its due day: the first counts from the next day to the due day itself.
    """
    late = stopped(5)

    assert (1.0, 1) == told(stands_at, late, stopped(stands_at))
    for on in range(stands_at + 1, 1):
        assert (0.5, 2) == told(stands_at, late, stopped(on))
    assert (1.0, 2) == told(stands_at, late, stopped(1))


def test_how_long_the_limit_was_makes_no_difference():
    """
    Of a limit of 60 days, of 30 or of 5: all were open three days before their due days, and half were late.
    """
    rows = [stopped(on, since=since) for since in (-60, -30, -5) for on in (-1, 2)]

    assert (pytest.approx(0.5), 6) == told(-3, *rows)


def test_a_short_limit_comes_in_late():
    """
    By hand: 4 from thirty days before, one stops on -8; 6 from five days before, one of the 9 there stops on -2.
    """
    long_limit = [stopped(-8), *[stopped(3)] * 3]
    short_limit = [stopped(-2, since=-5), *[stopped(3, since=-5)] * 5]

    assert (pytest.approx(3 / 4 * 8 / 9), 4) == told(-10, *long_limit, *short_limit)


@pytest.mark.parametrize(("since", "experience"), [(-10, 2), (-9, 2), (-8, 1)])
def test_a_case_is_at_risk_from_the_day_it_came(since, experience):
    """
    Received on the next day it is there already; a day later it isn't, and still tells of the days behind.
    """
    assert (pytest.approx(0.5), experience) == told(-10, stopped(1), stopped(-4, since=since))


def test_stopped_on_the_day_it_came():
    """
    Answered at once: at risk on that one day.
    """
    assert (pytest.approx(2 / 3), 3) == told(-6, stopped(-5, since=-5), *[stopped(1)] * 2)
    assert (1.0, 2) == told(-5, stopped(-5, since=-5), *[stopped(1)] * 2)


@pytest.mark.parametrize(("stands_at", "probability"), [(-1, 0.5), (-2, 0.0)])
def test_what_is_open_is_at_risk_up_to_today(stands_at, probability):
    """
    One stopped on -1: of two that were there, or of itself alone.
    """
    assert (probability, 2) == told(-3, still_open(stands_at), stopped(-1))


@pytest.mark.parametrize(("on", "probability"), [(None, 0.5), (-8, 0.0)], ids=["seen no longer", "stopped"])
def test_days_without_anybody_change_nothing(on, probability):
    """
    Nobody on -7 and -6; from -5 two, of whom one is late. Whom the days before let pass, these halve.
    """
    first = still_open(-8) if on is None else stopped(on)

    assert (probability, 1) == told(-10, first, stopped(-2, since=-5), stopped(1, since=-5))


def test_where_nobody_was_on_the_next_day_nothing_is_known():
    """
    Those that came in nearer to the due day don't make up for it.
    """
    assert (None, 0) == told(-10, stopped(1, since=-8))
    assert (None, 0) == told(-10)


@pytest.mark.parametrize(
    "row", [{"is_counted": False}, {"is_subject": False}, {"due_on": None, "received_on": AS_OF - 50 * DAY}]
)
def test_who_has_no_place_on_the_axis(row):
    """
    Not counted, not under the rule, or its clock hasn't started.
    """
    assert (1.0, 1) == told(-3, stopped(1), stopped(-1) | row)


def test_a_row_weighs_its_cases():
    """
    Three of four stopped; a row of none is nobody, even where there is nobody else.
    """
    assert (pytest.approx(0.25), 4) == told(-3, stopped(-1, cases=3), stopped(1))
    assert (1.0, 1) == told(-3, still_open(-2), stopped(-1, cases=0))


def test_what_comes_later_is_no_experience_yet():
    """
    A row received three days after the day one stands on.
    """
    assert (1.0, 1) == told(-3, stopped(1), still_open(-4, since=-1))


def test_a_due_day_years_away_is_no_special_case():
    """
    Due in 800 days after a long pause: by those who were that far away, one of three stopped.
    """
    far = [stopped(-750, since=-1_000, due_on=AS_OF + 700 * DAY), *[still_open(-700, since=-1_000)] * 2]

    assert (pytest.approx(2 / 3), 3) == told(-800, *far)
