"""
How do we compare with the published median of our sector, quarter by quarter?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.labels import NARROW, width_of
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words

PANEL = 150
FRAME = 24
# Share of a panel's height that its heading takes.
HEADING = 0.2
# Room at the right for the median's name, where no point can lie.
MEDIAN = 80


def benchmark(
    points: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    unit_label: str,
    height: int | None = None,
) -> Drawing:
    """
    Draw, one panel per sector, our rate by quarter with its interval and the published median beside it.

    A quarter is coloured only where its whole interval lies on one side of that quarter's median: fewer is better.
    Panels stand one above the other, quarter under quarter, so that a phone shows them as well.

    Args:
        points: `sector` (the key), `sector_label`, `quarter` (its first day), `value`, `lower`, `upper` (null
            where not recorded), `cases`, `median` (published; null if none), `source` (of the median, or null) and
            `provisional`; by sector and quarter.
        words: The reader's language.
        colours: The mode's colours.
        unit_label: What the rate counts: "per 10,000 policies".
        height: In pixels; as high as the panels need if left out.

    Returns:
        A figure from zero, each panel with its own scale; a click carries sector and quarter.
    """
    sectors = [list(part.iter_rows(named=True)) for part in points.partition_by("sector", maintain_order=True)]
    drawn = figure(colours, height=height or FRAME + PANEL * max(len(sectors), 1))
    quarters = sorted({row["quarter"] for rows in sectors for row in rows})
    places = {quarter: index for index, quarter in enumerate(quarters)}
    for index, rows in enumerate(sectors):
        axis = "" if index == 0 else str(index + 1)
        bottom, top = 1 - (index + 1) / len(sectors), 1 - (index + HEADING) / len(sectors)
        _panel(drawn, rows, places, f"y{axis}", words, colours, unit_label)
        place = {
            "domain": [bottom + 0.02, top],
            "range": [0, _top(rows) * 1.15],
            "nticks": 4,
            "anchor": "x",
        }
        drawn.update_layout(**{f"yaxis{axis}": {**drawn.frame["yaxis"], **place}})
        drawn.add_annotation(
            xref="paper",
            yref="paper",
            x=0,
            y=top,
            yshift=6,
            text=f"<b>{plain(rows[0]['sector_label'])}</b>  {plain(unit_label)}",
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
            font={"size": 12, "color": colours.ink},
        )
    widest = max((width_of(_quarter(quarter, words)) for quarter in quarters), default=0.0)
    step = max(ceil(len(quarters) * (widest + 8) / NARROW), 1)
    shown = quarters[::-1][::step]
    drawn.update_xaxes(
        range=[-0.5, max(len(quarters), 1) - 0.5],
        tickvals=[places[quarter] for quarter in shown],
        ticktext=[_quarter(quarter, words) for quarter in shown],
        tickangle=0,
        anchor="free",
        position=0,
    )
    drawn.update_layout(margin={"l": 8, "r": MEDIAN, "t": 4, "b": 8})
    return drawn


def _panel(
    drawn: Drawing,
    rows: Sequence[Mapping[str, Any]],
    places: Mapping[date, int],
    axis: str,
    words: Words,
    colours: Theme,
    unit_label: str,
) -> None:
    medians: tuple[list[float | None], list[float | None]] = ([], [])
    for row in rows:
        place = places[row["quarter"]]
        medians[0].extend((place - 0.5, place + 0.5, None))
        medians[1].extend((row["median"], row["median"], None))
        if row["lower"] is not None and row["upper"] is not None:
            drawn.add_trace(
                scatter(
                    x=[place, place],
                    y=[row["lower"], row["upper"]],
                    yaxis=axis,
                    mode="lines",
                    line={"color": _colour(row, colours), "width": 2},
                    opacity=0.6,
                    hoverinfo="skip",
                )
            )
    drawn.add_trace(
        scatter(
            x=medians[0],
            y=medians[1],
            yaxis=axis,
            mode="lines",
            line={"color": colours.ink, "width": 1.4, "dash": "dot"},
            connectgaps=False,
            hoverinfo="skip",
        )
    )
    drawn.add_trace(
        scatter(
            x=[places[row["quarter"]] for row in rows],
            y=[row["value"] for row in rows],
            yaxis=axis,
            mode="markers",
            marker={
                "size": 9,
                "color": [colours.surface if row["provisional"] else _colour(row, colours) for row in rows],
                "line": {"width": 2, "color": [_colour(row, colours) for row in rows]},
            },
            text=[_hover(row, words, unit_label) for row in rows],
            customdata=[[row["sector"], row["quarter"].isoformat()] for row in rows],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
    )
    last = next((row for row in reversed(rows) if row["median"] is not None), None)
    if last is not None:
        drawn.add_annotation(
            xref="paper",
            x=1,
            xshift=4,
            y=last["median"],
            yref=axis,
            text=words.text("median {value}", value=words.decimal(last["median"], 2)),
            showarrow=False,
            xanchor="left",
            font={"size": 11, "color": colours.ink},
        )


def _top(rows: Sequence[Mapping[str, Any]]) -> float:
    values = [row[column] for row in rows for column in ("value", "upper", "median") if row[column] is not None]
    return max(values, default=1.0) or 1.0


def _colour(row: Mapping[str, Any], colours: Theme) -> str:
    median, lower, upper = row["median"], row["lower"], row["upper"]
    if median is None or lower is None or upper is None or lower <= median <= upper:
        return colours.muted
    return colours.concern if lower > median else colours.improvement


def _quarter(day: date, words: Words) -> str:
    return words.text("{year} Q{quarter}", year=day.year, quarter=(day.month + 2) // 3)


def _hover(row: Mapping[str, Any], words: Words, unit_label: str) -> str:
    lines = [
        f"<b>{plain(row['sector_label'])}  ·  {_quarter(row['quarter'], words)}</b>",
        f"{words.decimal(row['value'], 2)} {plain(unit_label)}  ·  "
        + words.text("{count} cases", count=words.count(row["cases"])),
    ]
    if row["lower"] is not None and row["upper"] is not None:
        lines.append(
            words.text(
                "95 % interval {lower} to {upper}",
                lower=words.decimal(row["lower"], 2),
                upper=words.decimal(row["upper"], 2),
            )
        )
    if row["median"] is not None:
        lines.append(words.text("Published median {value}", value=words.decimal(row["median"], 2)))
    if row["source"] is not None:
        lines.append(words.text("Source: {source}", source=plain(row["source"])))
    if row["provisional"]:
        lines.append(words.text("Provisional: can still change"))
    return "<br>".join(lines)
