"""
Young months are coloured and named where they end; old ones are the grey they are held against.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.charts.fan import fan
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import MODES, drawn_as, notes

WORDS = Words("en")
AGES = (-30, 0, 30)


def cohort(month: int, *shares: float | None) -> list[dict]:
    return [
        {
            "month": date(2026, month, 1),
            "age": age,
            "share": share,
            "lower": share,
            "upper": share,
            "invited": 1_000,
            "renewed": share and round(1_000 * share),
            "known_on": date(2026, month, 28) + timedelta(days=age),
        }
        for age, share in zip(AGES, shares, strict=True)
    ]


COHORTS = pl.DataFrame(
    [
        *cohort(1, 0.01, 0.74, 0.8),
        *cohort(2, 0.0, 0.71, 0.78),
        *cohort(3, 0.0, 0.72, None),
        *cohort(4, 0.0, None, None),
    ]
)


def draw(cohorts=COHORTS, colours=LIGHT):
    return fan(cohorts, words=WORDS, colours=colours, unit_label="days after the due day").checked()


@MODES
def test_young_months_stand_out(colours):
    """
    Two old months in grey, then the young ones, the youngest first, each only as far as it is known.
    """
    drawn = draw(colours=colours)

    assert [trace.line.color for trace in drawn.data] == [colours.reference] * 2 + list(colours.lines[:2])
    assert [len(trace.x) for trace in drawn.data] == [3, 3, 1, 2]
    assert [trace.customdata[0][0] for trace in drawn.data][2:] == ["2026-04-01", "2026-03-01"]


def test_a_young_month_is_named_where_it_stands():
    """
    One that has only what came before its due day lies below the axis and has no name.
    """
    assert notes(draw()) == ["Mar 2026 72%"]


@pytest.mark.parametrize(("share", "low"), [(0.71, 0.7), (0.69, 0.65)])
def test_the_axis_holds_what_is_known_from_the_due_day_on(share, low):
    """
    Rounded outwards to the next five points; what came before the due day doesn't stretch it.
    """
    cohorts = pl.DataFrame([*cohort(1, 0.01, share, 0.79)])
    first, last = draw(cohorts).layout.yaxis.range

    assert low - 0.02 < first <= low
    assert 0.8 <= last < 0.82


def test_the_hover_says_it_in_words():
    """
    Month, age, share and what it is of.
    """
    text = draw().data[3].text[1]

    assert text.startswith(
        "<b>Mar 2026</b><br>0 days after the due day<br>72.0%  ·  720 of 1,000<br>95 % interval"
    )


def test_more_young_months_than_colours():
    """
    The oldest of them are drawn as old ones are, and not left out.
    """
    months = [row for month in range(1, 9) for row in cohort(month, 0.0, 0.7, None)]
    drawn = draw(pl.DataFrame(months))

    assert len(drawn.data) == 8
    assert len(notes(drawn)) == len(LIGHT.lines)


def test_little_is_still_a_figure():
    """
    No month at all; months of which nothing is known.
    """
    drawn_as(draw(COHORTS.clear()))
    assert drawn_as(draw(COHORTS.filter(month=date(2026, 4, 1), age=30)))["data"] == []
