"""
How good were the forecasts: did what was expected happen, and does a probability mean what it says?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, Trace, scatter
from dashboard.charts.flags import flagged
from dashboard.charts.theme import HEIGHT, Theme, figure
from dashboard.words import Words

# Between the frame and the first and last forecast.
BESIDE = timedelta(days=4)


def backtest(
    points: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    annotations: Sequence[tuple[date, str]] = (),
    height: int = HEIGHT,
) -> Drawing:
    """
    Draw, per day on which a forecast was made, its interval, what it expected and what then happened.

    What happened is a diamond: orange above the interval, blue below it, ink inside. It is left out while null.

    Args:
        points: `day`, `expected`, `lower`, `upper` and `actual` (null until its time is over), by day.
        words: The reader's language.
        colours: The mode's colours.
        annotations: Day and title of each event to point to.
        height: In pixels.

    Returns:
        A figure from zero; a click carries the day as ISO writes it.
    """
    drawn = figure(colours, height=height)
    rows = list(points.iter_rows(named=True))
    hover = [_forecast_hover(row, words) for row in rows]
    keys = [[row["day"].isoformat()] for row in rows]
    drawn.add_trace(_intervals([row["day"] for row in rows], rows, colours.reference, 6))
    known = [index for index, row in enumerate(rows) if row["actual"] is not None]
    for name, symbol, column, shown, fills in (
        (words.text("expected, with its 95 % interval"), "circle", "expected", range(len(rows)), None),
        (words.text("happened"), "diamond", "actual", known, [_verdict(rows[index], colours) for index in known]),
    ):
        drawn.add_trace(
            scatter(
                x=[rows[index]["day"] for index in shown],
                y=[rows[index][column] for index in shown],
                name=name,
                mode="markers",
                marker={
                    "symbol": symbol,
                    "size": 8 if fills is None else 10,
                    "color": colours.surface if fills is None else fills,
                    "line": {
                        "color": colours.muted if fills is None else colours.surface,
                        "width": 2 if fills is None else 1,
                    },
                },
                text=[hover[index] for index in shown],
                customdata=[keys[index] for index in shown],
                hovertemplate="%{text}<extra></extra>",
                cliponaxis=False,
            )
        )
    top = max((value for row in rows for value in (row["upper"], row["actual"]) if value is not None), default=1)
    drawn.update_yaxes(range=[0, (top or 1) * 1.12], nticks=5, tickformat=",d")
    drawn.update_xaxes(type="date", range=_around([row["day"] for row in rows]), tickformat="%m-%d", nticks=6)
    drawn.update_layout(
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": -0.12, "yanchor": "top", "font": {"color": colours.muted}},
        margin={"l": 8, "r": 12, "t": 12, "b": 8},
    )
    return flagged(drawn, annotations, words=words, colours=colours, by="day")


def _around(days: Sequence[date]) -> list[str] | None:
    if not days:
        return None
    return [(days[0] - BESIDE).isoformat(), (days[-1] + BESIDE).isoformat()]


def calibration(bins: pl.DataFrame, *, words: Words, colours: Theme, height: int = HEIGHT) -> Drawing:
    """
    Draw what share happened against the probability given; on the diagonal, probabilities mean what they say.

    Args:
        bins: `predicted` (mean probability), `observed` (share that happened), `lower`, `upper` (of the share; may
            be null) and `cases`.
        words: The reader's language.
        colours: The mode's colours.
        height: In pixels.

    Returns:
        A figure from 0 to 100 % on both axes, points as large as they have cases.
    """
    drawn = figure(colours, height=height)
    rows = list(bins.iter_rows(named=True))
    drawn.add_trace(
        scatter(
            x=[0, 1],
            y=[0, 1],
            mode="lines",
            line={"color": colours.reference, "width": 1.2, "dash": "dot"},
            name=words.text("as it should be"),
            showlegend=True,
            hoverinfo="skip",
        )
    )
    drawn.add_trace(_intervals([row["predicted"] for row in rows], rows, colours.reference, 2))
    most = max((row["cases"] for row in rows), default=1) or 1
    drawn.add_trace(
        scatter(
            x=[row["predicted"] for row in rows],
            y=[row["observed"] for row in rows],
            mode="markers",
            marker={
                "size": [row["cases"] for row in rows],
                "sizemode": "area",
                # Plotly's own rule: the largest is 22 pixels wide.
                "sizeref": 2 * most / 22**2,
                "sizemin": 5,
                "color": colours.muted,
                "line": {"color": colours.surface, "width": 1},
                "opacity": 1,
            },
            showlegend=False,
            text=[_bin_hover(row, words) for row in rows],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
    )
    title = {"font": {"size": 12, "color": colours.muted}, "standoff": 6}
    ticks = {"tickvals": [0, 0.25, 0.5, 0.75, 1], "tickformat": ".0%"}
    drawn.update_xaxes(range=[-0.02, 1.02], title={**title, "text": words.text("probability given")}, **ticks)
    drawn.update_yaxes(range=[-0.02, 1.02], title={**title, "text": words.text("share that happened")}, **ticks)
    drawn.update_layout(
        showlegend=True,
        # Named beside the line, it would lie under the points of the last bins.
        legend={"x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": colours.muted, "size": 12}},
        margin={"l": 8, "r": 16, "t": 30, "b": 8},
    )
    return drawn


def _intervals(places: list[Any], rows: Sequence[Mapping[str, Any]], colour: str, width: int) -> Trace:
    across: list[Any] = []
    levels: list[float | None] = []
    for place, row in zip(places, rows, strict=True):
        across += [place, place, None]
        levels += [row["lower"], row["upper"], None]
    return scatter(
        x=across,
        y=levels,
        mode="lines",
        line={"color": colour, "width": width},
        opacity=0.45,
        connectgaps=False,
        hoverinfo="skip",
        showlegend=False,
    )


def _verdict(row: Mapping[str, Any], colours: Theme) -> str:
    if row["actual"] > row["upper"]:
        return colours.concern
    return colours.improvement if row["actual"] < row["lower"] else colours.ink


def _forecast_hover(row: Mapping[str, Any], words: Words) -> str:
    lines = [
        f"<b>{words.day_in_words(row['day'])}</b>",
        words.text("{count} expected", count=words.decimal(row["expected"])),
        words.text(
            "95 % interval {lower} to {upper}", lower=words.count(row["lower"]), upper=words.count(row["upper"])
        ),
    ]
    if row["actual"] is None:
        lines.append(words.text("not yet known"))
    else:
        lines.append(words.text("{count} happened", count=words.count(row["actual"])))
    return "<br>".join(lines)


def _bin_hover(row: Mapping[str, Any], words: Words) -> str:
    lines = [
        words.text(
            "{predicted} given, {observed} happened",
            predicted=words.percent(row["predicted"]),
            observed=words.percent(row["observed"]),
        ),
        words.text("{count} cases", count=words.count(row["cases"])),
    ]
    if row["lower"] is not None and row["upper"] is not None:
        lines.append(
            words.text(
                "95 % interval {lower} to {upper}",
                lower=words.percent(row["lower"]),
                upper=words.percent(row["upper"]),
            )
        )
    return "<br>".join(lines)
