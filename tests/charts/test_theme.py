"""
Colours can be read in both modes, and axes stay put.
"""

from __future__ import annotations

import tomllib
from itertools import product

import pytest

from dashboard.charts.theme import DARK, LIGHT, plain, share_axis
from dashboard.settings import PROJECT


def luminance(colour: str) -> float:
    """
    Relative luminance by WCAG 2.
    """
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """
    Contrast ratio by WCAG 2.
    """
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("mode", "name"),
    list(product((LIGHT, DARK), ("ink", "muted", "improvement", "concern", "breach", "reference"))),
)
def test_every_colour_can_be_read_on_its_surface(mode, name):
    """
    Contrast of at least 4.5 in both modes, for lines as for words.
    """
    assert contrast(getattr(mode, name), mode.surface) >= 4.5


@pytest.mark.parametrize(("section", "mode"), [("light", LIGHT), ("dark", DARK)])
def test_charts_and_pages_share_their_colours(section, mode):
    """
    The page's theme and the charts' theme say the same thing with the same colour.
    """
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    page = config["theme"][section]

    assert page["backgroundColor"] == mode.surface
    assert page["textColor"] == mode.ink
    assert page["blueTextColor"] == mode.improvement
    assert page["orangeTextColor"] == mode.concern
    assert page["redTextColor"] == mode.breach
    assert page["grayTextColor"] == mode.muted


@pytest.mark.parametrize(
    ("lowest", "start"), [(None, 0.0), (0.0, 0.0), (0.54, 0.0), (0.56, 0.5), (0.82, 0.5), (0.9, 0.8)]
)
def test_the_axis_of_shares_moves_in_steps(lowest, start):
    """
    From 0, 50 or 80 %, with some room below the lowest point.
    """
    span, ticks = share_axis(lowest)

    assert span[0] == start
    assert ticks[-1] == 1.0
    assert span[1] > 1.0


@pytest.mark.parametrize(
    ("highest", "last"),
    [
        (0.0, 0.01),
        (0.009, 0.01),
        (0.01, 0.05),
        (0.045, 0.05),
        (0.09, 0.1),
        (0.175, 0.2),
        (0.176, 1.0),
        (None, 1.0),
    ],
)
def test_small_shares_have_an_axis_of_their_own(highest, last):
    """
    To 1, 5, 10 or 20 %, with some room above the highest point.
    """
    span, ticks = share_axis(0.0, highest)

    assert (span[0], ticks[0], ticks[-1]) == (0.0, 0.0, last)
    assert span[1] > last


def test_labels_from_a_database_are_harmless():
    """
    Plotly reads tags; a branch called like one must not become a link.
    """
    assert plain('<a href="x">East & West</a>') == '&lt;a href="x"&gt;East &amp; West&lt;/a&gt;'
