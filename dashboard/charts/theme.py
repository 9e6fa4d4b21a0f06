"""
Colours by meaning, and the one Plotly template every chart wears.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Any

from dashboard.charts.drawing import Drawing

FONT = '"Inter", "Source Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif'
HEIGHT = 300

# Plotly's own toolbar offers drags that trap a finger on a phone, and a button that sends data to a third party.
CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "scrollZoom": False,
    "doubleClick": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
}


@dataclass(frozen=True, slots=True)
class Theme:
    """
    One mode's colours, named for what they mean.

    `improvement` and `concern` can be told apart in every common colour blindness; `breach` is for a legal breach
    and for nothing else; `reference` is for targets, limits and comparisons. `sequence` says more or less and
    nothing of better or worse, least first. `lines` tells things apart that have no order and no verdict: it keeps
    clear of blue, orange and red, and any two of it differ in every common colour blindness.
    """

    mode: str
    ink: str
    muted: str
    grid: str
    surface: str
    improvement: str
    concern: str
    breach: str
    reference: str
    band: str
    sequence: tuple[str, ...]
    lines: tuple[str, ...]


LIGHT = Theme(
    mode="light",
    ink="#1b2733",
    muted="#566370",
    grid="#e4e8ec",
    surface="#ffffff",
    improvement="#1464ad",
    concern="#b3560a",
    breach="#b3261e",
    reference="#66727e",
    band="rgba(102,114,126,0.13)",
    sequence=("#f1f4f7", "#dce3e9", "#c1ccd6", "#a1b0be", "#8394a5"),
    lines=("#1b1643", "#0c7a70", "#8958e1", "#826016", "#752462", "#3f3a10"),
)
DARK = Theme(
    mode="dark",
    ink="#e8ecf0",
    muted="#a2adb8",
    grid="#2b343d",
    surface="#141a20",
    improvement="#6cb0f2",
    concern="#f0a04b",
    breach="#ff8a80",
    reference="#97a3af",
    band="rgba(151,163,175,0.16)",
    sequence=("#1e272f", "#2a353f", "#384551", "#475664", "#566879"),
    lines=("#f1f3dc", "#2aa499", "#9d6fe6", "#a3d05a", "#f1b2f0", "#a87b45"),
)


def theme(mode: str | None) -> Theme:
    """
    The colours of a mode; light unless it is "dark".
    """
    return DARK if mode == "dark" else LIGHT


def plain(label: str) -> str:
    """
    Text from a database, made harmless: Plotly would read tags in it as formatting and links.
    """
    return escape(label, quote=False)


def figure(colours: Theme, *, height: int = HEIGHT) -> Drawing:
    """
    An empty figure in the house style: horizontal grid only, no drag modes, one hover card, room for labels.
    """
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "tickfont": {"color": colours.muted, "size": 12},
        "automargin": True,
    }
    return Drawing(
        height=height,
        margin={"l": 8, "r": 12, "t": 10, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 13, "color": colours.ink},
        hoverlabel={
            "bgcolor": colours.surface,
            "bordercolor": colours.grid,
            "font": {"family": FONT, "size": 13, "color": colours.ink},
            "align": "left",
        },
        dragmode=False,
        showlegend=False,
        xaxis=axis,
        yaxis={**axis, "showgrid": True, "gridcolor": colours.grid, "gridwidth": 1},
    )


def key_above(drawn: Drawing, colours: Theme) -> None:
    """
    Name the traces in a line above the plot, where they have no place of their own to be named at.
    """
    key = {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "xanchor": "left", "traceorder": "normal"}
    still = {"itemclick": False, "itemdoubleclick": False, "font": {"size": 12, "color": colours.ink}}
    drawn.update_layout(showlegend=True, legend=key | still)


def share_axis(lowest: float | None, highest: float | None = None) -> tuple[list[float], list[float]]:
    """
    A fixed axis for shares: from 0, 50 or 80 % to 100 %, whichever first lies below everything drawn; where it is
    told that all of it is small, from 0 to 1, 5, 10 or 20 %.

    Fixed steps keep the axis still while filters change, so that two looks can be compared.

    Returns:
        The range and the ticks, as shares of one.
    """
    for top, step in ((0.01, 0.002), (0.05, 0.01), (0.1, 0.02), (0.2, 0.05)):
        if highest is not None and highest <= top - step / 2:
            return [0.0, top * 1.04], [round(step * index, 4) for index in range(round(top / step) + 1)]
    low = 0.0 if lowest is None else lowest
    for start, step in ((0.8, 0.05), (0.5, 0.1), (0.0, 0.25)):
        if low >= start + (step / 2 if start else 0):
            ticks = [round(start + step * index, 4) for index in range(round((1 - start) / step) + 1)]
            return [start, 1.0 + (1 - start) * 0.04], ticks
    return [0.0, 1.04], [0.0, 0.25, 0.5, 0.75, 1.0]


def half_a_month_around(months: Sequence[date]) -> list[str] | None:
    """
    The range of an axis of months, oldest first: half a month either side keeps the ends off the frame.
    """
    if not months:
        return None
    before = (months[0] - timedelta(days=1)).replace(day=16)
    return [before.isoformat(), months[-1].replace(day=16).isoformat()]
