"""
Random complaints through the metrics and through the slow oracle, which cuts the rows off by hand.

So this also holds the promise of "as of": asking full data for a day gives what that day's data would have given.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deadlines.random_complaints import complaints
from tests.metrics import oracle
from tests.metrics.asking import figures, terms

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
ZONES = ("Asia/Shanghai", "America/Chicago")
DAY = timedelta(days=1)


@st.composite
def weighted(draw):
    row = draw(complaints(first=FIRST, days=200))
    return row | {
        "team_id": draw(st.sampled_from(["a", "b", None])),
        "cases": draw(st.sampled_from([None, 1, 1, 3])),
    }


def expected(rows, as_of, zone, inside):
    cases = oracle.cases_known(rows, as_of, zone)
    return {
        "complaints_received": oracle.received(cases, inside),
        "complaints_open": oracle.total(oracle.still_open(cases)),
        "complaints_overdue": oracle.overdue(cases, as_of),
        "complaints_due_7d": oracle.due_7d(cases, as_of),
        "complaint_on_time_rate": oracle.on_time(cases, as_of, inside),
        "complaint_on_time_rate_closed": oracle.on_time_closed(cases, inside),
        "complaint_days_median": oracle.days(cases, as_of, inside, Fraction(1, 2)),
        "complaint_days_p90": oracle.days(cases, as_of, inside, Fraction(9, 10)),
    }


def said(row):
    if row["denominator"] is not None and row["_unit"] == "rate":
        return row["numerator"], row["denominator"]
    return row["value"]


def told(found, keys=()):
    """
    What the metrics said, in the oracle's shape, by group.
    """
    answers = {}
    for name, frame in found.items():
        unit = "rate" if "rate" in name else "other"
        for row in frame.iter_rows(named=True):
            answers.setdefault(tuple(row[key] for key in keys), {})[name] = said(row | {"_unit": unit})
    return answers


def within(first, before):
    return lambda day: (first is None or day >= first) and (before is None or day < before)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(weighted(), min_size=5, max_size=40),
    as_of=st.integers(30, 260).map(lambda days: date(2024, 1, 1) + days * DAY),
    first=st.one_of(st.none(), st.integers(0, 90).map(lambda days: date(2024, 1, 1) + days * DAY)),
    length=st.one_of(st.none(), st.integers(1, 150)),
    zone=st.sampled_from(ZONES),
)
def test_every_figure_is_what_counting_by_hand_gives(rows, as_of, first, length, zone):
    """
    Overall and by team, with and without a period, weights included.
    """
    before = (first or date(2024, 2, 1)) + length * DAY if length else None
    if first and first > as_of:
        first = as_of
    how = {"period_from": first, "period_before": before}
    inside = within(first, before)
    on = terms(as_of, zone=zone)

    assert {(): expected(rows, as_of, zone, inside)} == told(figures(rows, on, **how))

    by_team = told(figures(rows, on, by=["team_id"], **how), ["team_id"])
    teams = {case.team for case in oracle.cases_known(rows, as_of, zone)}
    assert {(team,) for team in teams} == set(by_team)
    for (team,), answers in by_team.items():
        assert expected([row for row in rows if row["team_id"] == team], as_of, zone, inside) == answers


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(weighted(), min_size=5, max_size=30),
    as_of=st.integers(60, 260).map(lambda days: date(2024, 1, 1) + days * DAY),
    zone=st.sampled_from(ZONES),
)
def test_every_month_is_what_counting_by_hand_gives(rows, as_of, zone):
    """
    Each KPI by the month of its own day; states at each month's end with what was known then, by team as well.
    """
    period = {"period_from": date(2023, 12, 1), "period_before": date(2024, 11, 1)}
    months = pl.date_range(date(2023, 12, 1), date(2024, 10, 1), "1mo", eager=True)
    overall = told(figures(rows, terms(as_of, zone=zone), by=["month"], **period), ["month"])
    by_team = told(figures(rows, terms(as_of, zone=zone), by=["month", "team_id"], **period), ["month", "team_id"])

    assert {(month,) for month in months} == set(overall)
    teams = {case.team for case in oracle.cases_known(rows, as_of, zone)}
    for month, before in zip(months, months.dt.offset_by("1mo"), strict=True):
        if month > as_of:
            assert {None} == {answer for answer in overall[(month,)].values() if not isinstance(answer, tuple)}
            continue
        assert by_hand(rows, as_of, zone, month, before) == overall[(month,)]
        for team in teams:
            own = [row for row in rows if row["team_id"] == team]
            assert by_hand(own, as_of, zone, month, before) == by_team[(month, team)]


def by_hand(rows, as_of, zone, month, before):
    flows = expected(rows, as_of, zone, within(month, before))
    states = expected(rows, min(before - DAY, as_of), zone, within(None, None))
    return flows | {name: states[name] for name in ("complaints_open", "complaints_overdue", "complaints_due_7d")}
