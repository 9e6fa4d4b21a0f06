"""
A funnel shows who differs by more than chance, who is too small to tell, and ranks nobody.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.charts.funnel_plot import MOST_NAMED, funnel_plot
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, markers, notes

WORDS = Words("en")
UNITS = pl.DataFrame(
    {
        "unit": ["A1", "A2", "A3", "A4"],
        "label": ["Chen", "Li", "Wang", "Zhao"],
        "value": [0.95, 0.8, 1.0, 0.5],
        "observed": [38, 32, 200, 1],
        "size": [40, 40, 200, 2],
        "place": [40.0, 40.0, 200.0, 2.0],
        "expected": pl.Series([None] * 4, dtype=pl.Float64),
        "lower_998": [0.825, 0.825, 0.895, 0.0],
        "upper_998": [1.0, 1.0, 0.99, 1.0],
        "verdict": ["usual", "low", "high", "too_few"],
        "is_own": [False, False, False, False],
    }
)
# What a unit of average mix is measured by; the values of n = 40 are the exact points 33 and 35 of 40.
LIMITS = pl.DataFrame(
    {
        "place": [2.0, 40.0, 200.0],
        "lower_998": [0.0, 0.825, 0.895],
        "lower_95": [0.5, 0.875, 0.915],
        "upper_95": [1.0, 1.0, 0.98],
        "upper_998": [1.0, 1.0, 0.99],
    }
)


def draw(units: pl.DataFrame = UNITS, colours=LIGHT, limits=LIMITS, **more):
    asked = {"unit": "rate", "size": "trainings due", "centre": 0.95, "direction": "up"} | more
    return funnel_plot(units, limits, words=WORDS, colours=colours, **asked).checked()


def by_unit(drawn) -> dict[str, tuple[str, str, str]]:
    """
    Symbol, fill and edge of each dot.
    """
    return {
        key[0]: (symbol, fill, edge)
        for trace in markers(drawn)
        for key, symbol, fill, edge in zip(
            trace.customdata, trace.marker.symbol, trace.marker.color, trace.marker.line.color, strict=True
        )
    }


@MODES
def test_a_verdict_has_a_shape_and_a_colour(colours):
    """
    Outside the limits a diamond, blue for better and orange for worse; too few to judge is hollow and grey.
    """
    assert by_unit(draw(colours=colours)) == {
        "A1": ("circle", colours.muted, colours.muted),
        "A2": ("diamond", colours.concern, colours.concern),
        "A3": ("diamond", colours.improvement, colours.improvement),
        "A4": ("circle", colours.surface, colours.reference),
    }


@pytest.mark.parametrize(
    ("direction", "high", "low"),
    [
        ("up", LIGHT.improvement, LIGHT.concern),
        ("down", LIGHT.concern, LIGHT.improvement),
        ("none", LIGHT.ink, LIGHT.ink),
    ],
)
def test_high_is_good_or_bad_by_direction(direction, high, low):
    """
    Many complaints are worse, many renewals better; where neither is, nothing is coloured by it.
    """
    dots = by_unit(draw(direction=direction))

    assert (dots["A3"][1], dots["A2"][1]) == (high, low)


def test_the_readers_own_lie_before_the_others():
    """
    A ring around them, and everybody else fades; where nobody is the reader's own nobody fades.
    """
    others, own = markers(draw(UNITS.with_columns(is_own=pl.col("unit") == "A1")))

    assert [key[0] for key in own.customdata] == ["A1"]
    assert own.marker.line.color == (LIGHT.ink,)
    assert (others.opacity, own.opacity) == (0.45, 1.0)
    assert [trace.opacity for trace in markers(draw())] == [1.0]


def test_the_limits_are_a_band_and_two_lines():
    """
    The golden values for n = 40 and 95 %: 0.825 and 0.875; no limits, no band.
    """
    band, lower, upper, *_ = draw().data

    assert band.fill == "toself"
    assert dict(zip(lower.x, lower.y, strict=True))[40] == 0.875
    assert (40, 0.825) in set(zip(band.x, band.y, strict=True))
    assert dict(zip(upper.x, upper.y, strict=True))[200] == 0.98
    assert [trace.mode for trace in draw(limits=LIMITS.clear()).data] == ["markers"]


def test_the_hover_says_what_the_dot_rests_on():
    """
    Value, part and whole, limits, verdict; of an expectation how many were expected; of too few only how few.
    """
    (dots,) = markers(draw())
    hover = dict(zip((key[0] for key in dots.customdata), dots.text, strict=True))

    assert hover["A2"] == (
        "<b>Li</b><br>80.0%  ·  32 of 40<br>99.8 % limits 82.5% to 100.0%<br>Below what chance allows"
    )
    assert hover["A4"] == "<b>Zhao</b><br>50.0%  ·  1 of 2<br>Too few to judge (n = 2)"
    adjusted = UNITS.head(1).with_columns(value=pl.lit(1.9), expected=pl.lit(20.0), upper_998=pl.lit(2.1))
    assert "1.90  ·  38 observed, 20.0 expected" in markers(draw(adjusted, unit="ratio", centre=1.0))[0].text[0]


def test_only_those_outside_are_named_and_few_of_them():
    """
    No names beside dots that differ by no more than chance; the reader's own are named before others.
    """
    many = pl.concat(
        [
            UNITS.filter(pl.col("unit") == "A2").with_columns(
                unit=pl.lit(f"B{number}"),
                label=pl.lit(f"Unit {number}"),
                is_own=pl.lit(number == 9),
                value=pl.lit(0.1 + number * 0.07),
            )
            for number in range(10)
        ]
    )
    named = [note for note in notes(draw(many)) if note.startswith("Unit")]

    assert {"Li", "Wang"} <= set(notes(draw()))
    assert not {"Chen", "Zhao"} & set(notes(draw()))
    assert len(named) == MOST_NAMED
    assert named[0] == "Unit 9"
    together = many.with_columns(value=pl.lit(0.5))
    assert [note for note in notes(draw(together)) if note.startswith("Unit")] == ["Unit 9"]


def test_what_lies_above_the_frame_is_an_arrow_at_its_edge():
    """
    A unit of which next to nothing is expected doesn't press all others flat; its hover says what it comes to.
    """
    rows = [
        {"unit": f"B{number}", "label": f"Unit {number}", "value": 1.0 if number else 60.0, "observed": 1}
        | {"size": 40, "place": 1.0 + number, "expected": 1.0, "lower_998": 0.0, "upper_998": 4.0}
        | {"verdict": "usual", "is_own": False}
        for number in range(20)
    ]
    drawn = draw(pl.DataFrame(rows), unit="ratio", centre=1.0, limits=LIMITS.clear())
    (dots,) = markers(drawn)
    first = [key[0] for key in dots.customdata].index("B0")

    assert drawn.layout.yaxis.range[1] < 6
    assert (dots.y[first], dots.marker.symbol[first]) == (drawn.layout.yaxis.range[1], "triangle-up")
    assert "60.0  ·  1 observed, 1.0 expected" in dots.text[first]


def test_a_unit_without_a_value_is_not_drawn():
    """
    Nothing over nothing is no dot.
    """
    dots = by_unit(draw(UNITS.with_columns(value=pl.when(pl.col("unit") != "A1").then("value"))))

    assert set(dots) == {"A2", "A3", "A4"}


def test_a_label_can_do_no_harm():
    """
    Beside the dot as in the hover.
    """
    assert_harmless(draw(UNITS.with_columns(label=pl.lit(HOSTILE))))


def test_little_is_still_a_figure():
    """
    No units; one; no centre; a whole of nothing.
    """
    for units in (UNITS.clear(), UNITS.head(1), UNITS.with_columns(size=0, place=pl.lit(0.0), value=pl.lit(0.0))):
        drawn_as(draw(units))
    drawn_as(draw(UNITS, centre=None, unit="ratio"))
