"""
How does one of several move from month to month, beside what the others do?
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.theme import Theme, figure, half_a_month_around
from dashboard.words import Words

HEIGHT = 190


def own_band(
    points: pl.DataFrame,
    *,
    unit: str,
    words: Words,
    colours: Theme,
    band: str,
    height: int = HEIGHT,
) -> Drawing:
    """
    Draw one line by month on the band in which most of the others lie.

    Args:
        points: `month`, `value` (null is a gap), `lower` and `upper` (null where there are too few others for a
            band) and `provisional`; oldest first.
        unit: "rate", "count" or another that `Words.figure` knows.
        words: The reader's language.
        colours: The mode's colours.
        band: What the band is, for the hover, in the reader's language.
        height: In pixels.

    Returns:
        A figure whose axis begins at nought; months without a band have none, a click carries the month.
    """
    drawn = figure(colours, height=height)
    rows = list(points.iter_rows(named=True))
    for stretch in _stretches(rows):
        months = [row["month"] for row in stretch]
        drawn.add_trace(
            scatter(
                x=[*months, *reversed(months)],
                y=[*(row["upper"] for row in stretch), *(row["lower"] for row in reversed(stretch))],
                # A single month of a band is a line no wider than nothing: its markers keep it in sight.
                mode="lines" if len(stretch) > 1 else "markers",
                marker={"symbol": "line-ew-open", "size": 12, "color": colours.reference},
                fill="toself",
                fillcolor=colours.band,
                line={"width": 0},
                hoverinfo="skip",
            )
        )
    drawn.add_trace(
        scatter(
            x=[row["month"] for row in rows],
            y=[row["value"] for row in rows],
            mode="lines+markers",
            line={"color": colours.muted, "width": 2},
            marker={
                "size": 7,
                "color": [colours.surface if row["provisional"] else colours.muted for row in rows],
                "line": {"width": 2, "color": colours.muted},
            },
            connectgaps=False,
            cliponaxis=False,
            text=[_hover(row, unit, words, band) for row in rows],
            customdata=[[row["month"].isoformat()] for row in rows],
            hovertemplate="%{text}<extra></extra>",
        )
    )
    known = [row[column] for row in rows for column in ("value", "upper") if row[column] is not None]
    top = max(known, default=1.0) or 1.0
    drawn.update_xaxes(
        range=half_a_month_around([row["month"] for row in rows]), tickformat="%Y-%m", nticks=5, type="date"
    )
    # A little below nought: its points would stand on the names of the months.
    drawn.update_yaxes(range=[-top * 0.06, top * 1.12], tickformat=".0%" if unit == "rate" else ",.2~f", nticks=4)
    return drawn


def _stretches(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """
    The months that have a band, where none lies between two of them that hasn't.
    """
    for has_band, stretch in groupby(rows, lambda row: row["lower"] is not None and row["upper"] is not None):
        if has_band:
            yield list(stretch)


def _hover(row: Mapping[str, Any], unit: str, words: Words, band: str) -> str:
    lines = [f"<b>{words.month(row['month'])}</b>", words.figure(row["value"], unit)]
    if row["lower"] is not None and row["upper"] is not None:
        lines.append(
            words.text(
                "{band}: {lower} to {upper}",
                band=band,
                lower=words.figure(row["lower"], unit),
                upper=words.figure(row["upper"], unit),
            )
        )
    if row["provisional"]:
        lines.append(words.text("Provisional: can still change"))
    return "<br>".join(lines)
