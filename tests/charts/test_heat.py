"""
A matrix names what it counts in every cell, and colours only what is unusual.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.charts.heat import heat
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as

WORDS = Words("en")
CELLS = pl.DataFrame(
    {
        "row": ["slow", "slow", "rude"],
        "row_label": ["Claims too slow", "Claims too slow", "Staff attitude"],
        "column": ["life", "motor", "life"],
        "column_label": ["Life", "Motor", "Life"],
        "cases": [30, 2, 1200],
        "value": [5.0, -5.0, 0.0],
        "expected": [11.5, 20.5, 1200.0],
    }
)


def draw(cells: pl.DataFrame, colours=LIGHT, *, signed=True):
    return heat(cells, words=WORDS, colours=colours, signed=signed).checked()


def cells(figure) -> dict[tuple[str, str], dict[str, str]]:
    bar = figure.data[0]
    return {
        tuple(key): {"text": text, "fill": fill, "hover": hover, "place": (x, round(base + y / 2, 6))}
        for key, text, fill, hover, x, y, base in zip(
            bar.customdata, bar.text, bar.marker.color, bar.hovertext, bar.x, bar.y, bar.base, strict=True
        )
    }


@MODES
def test_every_pair_has_a_cell_with_its_count_and_its_keys(colours):
    """
    Rows and columns in the order in which they came; the pair that isn't there has no cases and no colour.
    """
    found = cells(draw(CELLS, colours))

    assert {key: (cell["text"], cell["place"]) for key, cell in found.items()} == {
        ("slow", "life"): ("30", (0, 0)),
        ("slow", "motor"): ("2", (1, 0)),
        ("rude", "life"): ("1,200", (0, 1)),
        ("rude", "motor"): ("0", (1, 1)),
    }
    assert found["rude", "motor"]["fill"] == colours.surface


def test_a_residual_is_orange_above_and_blue_below():
    """
    As expected has no colour, as strong on either side differs by hue.
    """
    found = cells(draw(CELLS))
    above, below, none = (found[key]["fill"] for key in (("slow", "life"), ("slow", "motor"), ("rude", "life")))

    assert none == LIGHT.surface
    assert int(above[1:3], 16) > int(above[5:7], 16)
    assert int(below[1:3], 16) < int(below[5:7], 16)


def test_a_cell_without_cases_has_no_colour_whatever_was_expected():
    """
    None where twenty were expected is a residual far below zero, but nothing to look into.
    """
    found = cells(draw(CELLS.with_columns(cases=pl.Series([30, 0, 1200]))))["slow", "motor"]

    assert (found["text"], found["fill"]) == ("0", LIGHT.surface)


def test_an_amount_is_a_neutral_shade():
    """
    The largest is the last step; no orange, no blue.
    """
    found = cells(draw(CELLS.with_columns(value=pl.col("cases").cast(pl.Float64)), signed=False))

    assert found["rude", "life"]["fill"] == LIGHT.sequence[-1]
    assert found["slow", "motor"]["fill"] == LIGHT.sequence[0]
    assert "residual" not in found["rude", "life"]["hover"]


def test_the_hover_says_what_was_expected():
    """
    Count, expectation and residual with its sign.
    """
    assert cells(draw(CELLS))["slow", "life"]["hover"] == (
        "<b>Claims too slow · Life</b><br>30 cases<br>11.5 expected by chance<br>residual +5.0"
    )


@pytest.mark.parametrize("column", ["value", "expected"])
def test_what_is_unknown_is_left_out(column):
    """
    No residual: no colour and no word of it; no expectation: no word of it.
    """
    found = cells(draw(CELLS.with_columns(pl.lit(None, dtype=pl.Float64).alias(column))))["slow", "life"]

    assert {"value": "residual", "expected": "expected"}[column] not in found["hover"]
    assert (found["fill"] == LIGHT.surface) is (column == "value")


def test_a_cause_that_wasn_t_coded_keeps_its_place():
    """
    Null is a row of its own, and a click says so.
    """
    frame = CELLS.with_columns(row=pl.when(pl.col("row") != "rude").then("row"))

    assert (None, "life") in cells(draw(frame))


def test_two_rows_of_one_name_stay_two():
    """
    Places come from keys, not from labels.
    """
    frame = CELLS.with_columns(row_label=pl.lit("Same"))

    assert len(cells(draw(frame))) == 4
    assert list(draw(frame).layout.yaxis.ticktext) == ["Same", "Same"]


def test_labels_can_do_no_harm_and_are_short():
    """
    Of rows and columns, on the axis and in the hover; the hover has the whole name.
    """
    figure = draw(CELLS.with_columns(row_label=pl.lit(HOSTILE + "y" * 60), column_label=pl.lit(HOSTILE)))

    assert_harmless(figure)
    assert figure.layout.yaxis.ticktext[0].endswith("…")
    assert "y" * 60 in figure.data[0].hovertext[0]


def test_little_is_still_a_figure():
    """
    No cells; one cell, higher than a row so that it fits its neighbours on the page.
    """
    assert drawn_as(draw(CELLS.clear()))["data"][0].get("x", []) == []
    assert len(cells(draw(CELLS.head(1)))) == 1
    assert draw(CELLS.head(1)).layout.height == 246
