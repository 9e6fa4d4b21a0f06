"""
A month's parts fill it, in one order, and the last month names them.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.charts.mix import mix
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, notes

WORDS = Words("en")
JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)
TONES = {"upheld": "concern", "partly": "concern_soft", "rejected": "neutral", "never": "neutral_faint"}
PARTS = pl.DataFrame(
    {
        "month": [JULY, JULY, AUGUST, AUGUST, AUGUST],
        "part": ["rejected", "upheld", "rejected", "upheld", "partly"],
        "label": ["Rejected", "Upheld", "Rejected", "Upheld", "Partly upheld"],
        "cases": [75, 25, 60, 30, 10],
        "share": [0.75, 0.25, 0.6, 0.3, 0.1],
    }
)


def draw(parts: pl.DataFrame, colours=LIGHT, tones=TONES):
    return mix(parts, words=WORDS, colours=colours, tones=tones).checked()


@MODES
def test_parts_are_stacked_in_the_order_of_their_tones(colours):
    """
    Not in that of the rows; a part without rows has no bar.
    """
    figure = draw(PARTS, colours)

    assert [(bar.name, list(bar.y)) for bar in figure.data] == [
        ("Upheld", [0.25, 0.3]),
        ("Partly upheld", [0.1]),
        ("Rejected", [0.75, 0.6]),
    ]
    assert figure.layout.barmode == "stack"


def test_a_click_carries_month_and_part():
    """
    As ISO writes it, and by its key.
    """
    assert [list(key) for key in draw(PARTS).data[0].customdata] == [
        ["2026-07-01", "upheld"],
        ["2026-08-01", "upheld"],
    ]


def test_the_last_month_names_its_parts_in_their_order():
    """
    From below, with their share; two thin neighbours lie apart.
    """
    figure = draw(PARTS)

    assert notes(figure) == ["Upheld 30%", "Partly upheld 10%", "Rejected 60%"]
    levels = [note.y for note in figure.layout.annotations]
    assert levels == sorted(levels)


@pytest.mark.parametrize(("share", "named"), [(0.005, True), (0.0049, False)])
def test_a_sliver_has_no_name(share, named):
    """
    Half a per cent is named, less is left to the hover.
    """
    parts = PARTS.with_columns(
        share=pl.when((pl.col("part") == "partly") & (pl.col("month") == AUGUST)).then(share).otherwise("share")
    )

    assert any(text.startswith("Partly") for text in notes(draw(parts))) is named


def test_what_can_still_change_says_so():
    """
    In the hover of that month alone.
    """
    parts = PARTS.with_columns(provisional=pl.col("month") == AUGUST)
    july, august = draw(parts).data[0].hovertext

    assert july == "<b>Upheld</b>  ·  Jul 2026<br>25.0%  ·  25 cases"
    assert august.endswith("Provisional: can still change")


@pytest.mark.parametrize(
    "tones", [{"upheld": "concern"}, TONES | {"upheld": "sad"}, TONES | {"upheld": "concern_x"}]
)
def test_a_part_without_a_meaning_is_refused(tones):
    """
    A part nobody gave a tone, and tones that don't exist: no colour is guessed.
    """
    with pytest.raises(KeyError):
        draw(PARTS, tones=tones)


def test_a_label_can_do_no_harm():
    """
    Beside the bar, in the hover and as the trace's name.
    """
    assert_harmless(draw(PARTS.with_columns(label=pl.lit(HOSTILE))))


@pytest.mark.parametrize("rows", [0, 1])
def test_little_is_still_a_figure(rows):
    """
    No parts; one.
    """
    assert len(drawn_as(draw(PARTS.head(rows)))["data"]) == rows
