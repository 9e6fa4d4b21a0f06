"""
Each change hangs between the level before it and the level after it.
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from dashboard.charts.theme import LIGHT
from dashboard.charts.waterfall import waterfall
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, notes

WORDS = Words("en")
STEPS = pl.DataFrame(
    {
        "step": ["expiring", "lost", "rate", "renewed"],
        "label": ["Expiring", "Lost", "Rate", "Renewed"],
        "amount": [Decimal(1000), Decimal(-300), Decimal(50), Decimal(750)],
        "is_total": [True, False, False, True],
        "cases": [10, 3, 7, 7],
    }
)


def draw(steps=STEPS, colours=LIGHT):
    return waterfall(steps, words=WORDS, colours=colours).checked()


@MODES
def test_changes_hang_between_their_levels(colours):
    """
    Totals start at zero; each change begins where the one before it ended, and the last total ends there too.
    """
    (bars,) = draw(colours=colours).data

    assert list(bars.base) == [0.0, 1000.0, 700.0, 0.0]
    assert list(bars.x) == [1000.0, -300.0, 50.0, 750.0]
    assert list(bars.marker.color) == [colours.muted, colours.concern, colours.sequence[-1], colours.muted]


def test_amounts_stand_beside_their_bar():
    """
    Changes with their sign, totals without one.
    """
    assert notes(draw()) == ["CN¥1K", "-CN¥300", "+CN¥50", "CN¥750"]


def test_the_hover_has_the_amount_in_full():
    """
    And how many contracts it is about.
    """
    assert draw().data[0].hovertext[1] == "<b>Lost</b><br>-CN¥300.00<br>3 contracts"


def test_a_label_can_do_no_harm():
    """
    On the axis as in the hover.
    """
    assert_harmless(draw(STEPS.with_columns(label=pl.lit(HOSTILE))))


def test_little_is_still_a_figure():
    """
    No steps; nothing but zeros; more lost than there was.
    """
    drawn_as(draw(STEPS.clear()))
    drawn_as(draw(STEPS.with_columns(amount=pl.lit(Decimal(0)))))
    assert draw(STEPS.with_columns(amount=-pl.col("amount"))).layout.xaxis.range[0] == -1000.0
