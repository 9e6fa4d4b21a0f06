"""
A survival curve begins with all, falls by steps, and ends where too few are left to say anything.
"""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from dashboard.charts.survival import survival
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, notes

WORDS = Words("en")
SHAPE = {
    "group": pl.String,
    "label": pl.String,
    "days": pl.Int64,
    "survival": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "at_risk": pl.Int64,
}


def curves(*groups: str, at_risk=(20, 9, 5, 4), days=(1, 10, 20, 30)) -> pl.DataFrame:
    levels = (0.9, 0.5, 0.25, 0.1)
    rows = [
        (group, group.title(), day, level, level - 0.05, level + 0.05, left)
        for group in groups
        for day, level, left in zip(days, levels, at_risk, strict=True)
    ]
    return pl.DataFrame(rows, schema=SHAPE, orient="row")


def draw(frame: pl.DataFrame, colours=LIGHT, **more):
    return survival(
        frame, words=WORDS, colours=colours, unit_label="days since receipt", state="not yet answered", **more
    ).checked()


@MODES
def test_a_curve_begins_with_all_and_ends_with_the_fifth_case(colours):
    """
    Day 0 stands at 100 %; five at risk are drawn, four no longer, and the last level holds until then.
    """
    line = draw(curves("east"), colours).data[-1]

    assert list(line.x) == [0, 1, 10, 20, 20]
    assert list(line.y) == [1.0, 0.9, 0.5, 0.25, 0.25]
    assert line.line.shape == "hv"
    assert line.line.color == colours.ink


def test_cases_done_on_the_first_day_show_as_a_step_at_its_edge():
    """
    What ended on day 0 leaves the start at 100 % and drops at once.
    """
    line = draw(curves("east", days=(0, 10, 20, 30))).data[-1]

    assert list(line.x[:2]) == [0, 0]
    assert list(line.y[:2]) == [1.0, 0.9]


@pytest.mark.parametrize(("limit", "reach"), [(4, 6), (15, 20), (30, 33)])
def test_the_axis_reaches_half_as_far_again_as_the_last_limit(limit, reach):
    """
    No further than anything is sure (20 days here), but always a little past the limit.
    """
    figure = draw(curves("east"), limits=[(limit, "limit")])

    assert figure.layout.xaxis.range == pytest.approx((0, reach))
    assert max(figure.data[-1].x) <= reach


def test_every_limit_is_a_dotted_line_with_its_name():
    """
    Two limits, two lines at their days, two names.
    """
    figure = draw(curves("east"), limits=[(15, "simple"), (30, HOSTILE)])

    assert [(shape.x0, shape.line.dash) for shape in figure.layout.shapes] == [(15, "dot"), (30, "dot")]
    assert notes(figure)[0] == "simple"
    assert_harmless(figure)


def test_one_group_shows_its_interval_and_several_their_names():
    """
    Bands of several groups would hide each other; one group needs no name.
    """
    alone, together = draw(curves("east")), draw(curves("east", "west"))

    assert [trace.fill for trace in alone.data] == [None, "tonexty", None]
    assert notes(alone) == []
    assert [trace.fill for trace in together.data] == [None, None]
    assert notes(together) == ["East", "West"]


def test_names_of_lines_that_end_together_lie_apart():
    """
    Six lines that end at one level have six levels of names, in plot pixels a line of text apart.
    """
    figure = draw(curves(*"abcdef"), height=300)
    levels = sorted(note.y for note in figure.layout.annotations)
    plot = 300 - figure.layout.margin.t - 46

    assert min(after - before for before, after in pairwise(levels)) * plot == pytest.approx(15)


def test_a_click_carries_the_group_and_a_hover_says_how_many_are_left():
    """
    The key, not the label; the share with its interval and its cases.
    """
    line = draw(curves("east")).data[-1]

    assert [list(key) for key in line.customdata] == [["east"]] * 5
    assert line.text[2] == (
        "<b>East</b><br>After 10 days: 50.0% not yet answered<br>"
        "95 % interval 45.0% to 55.0%<br>9 cases under observation"
    )


def test_a_label_can_do_no_harm():
    """
    In the hover as in the name at the edge.
    """
    frame = curves("east", "west").with_columns(label=pl.lit(HOSTILE))

    assert_harmless(draw(frame))


def test_more_groups_than_colours_are_refused():
    """
    Six can be told apart, the seventh can't.
    """
    draw(curves(*"abcdef"))

    with pytest.raises(ValueError, match="7 groups in a survival chart; at most 6"):
        draw(curves(*"abcdefg"))


def test_little_is_still_a_figure():
    """
    No rows; one row; nobody at risk often enough; no interval.
    """
    assert list(draw(curves()).data) == []
    assert draw(curves(), limits=[(30, "limit")]).layout.xaxis.range[1] == pytest.approx(33)
    assert list(draw(curves("east").head(1)).data[-1].x) == [0, 1]
    assert list(draw(curves("east", at_risk=(4, 3, 2, 1))).data[-1].y) == [1.0, 1.0]
    drawn_as(draw(curves("east").with_columns(lower=None, upper=None)))
