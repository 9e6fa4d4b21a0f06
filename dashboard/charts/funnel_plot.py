"""
Which units differ from the whole by more than their size explains?

A dot per unit against its size, between limits that narrow as the size grows. It ranks nobody: what lies between
the limits differs by no more than chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.labels import LINE, apart, shortened
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words, msgid

HEIGHT: Final = 380
# More names than these would cover each other; every other one is a hover away.
MOST_NAMED: Final = 6
_NAME: Final = 132
# Nearer to a name than these shares of the frame's width and height no other name is written.
_APART: Final = (0.2, 0.05)
# Above and below the plot.
_FRAME: Final = 66
# From so many dots on they are smaller and let each other shine through.
_MANY: Final = 100
# The share of the units that differ by chance alone which the frame holds in any case.
_HELD: Final = 0.9
VERDICTS: Final = {
    "high": msgid("Above what chance allows"),
    "low": msgid("Below what chance allows"),
    "usual": msgid("No more than chance"),
    "too_few": msgid("Too few to judge"),
}
_OUTER: Final = ("lower_998", "upper_998")
_INNER: Final = ("lower_95", "upper_95")


def funnel_plot(
    units: pl.DataFrame,
    limits: pl.DataFrame,
    *,
    unit: str,
    size: str,
    words: Words,
    colours: Theme,
    centre: float | None,
    direction: str = "none",
    height: int = HEIGHT,
) -> Drawing:
    """
    Draw a dot per unit, the 95 % and the 99.8 % limits, and what all units together come to.

    A unit outside the 99.8 % limits is a named diamond, blue or orange by better or worse; one too small to
    judge is hollow and grey; the reader's own are ringed and the others fade behind them.

    Args:
        units: `unit` (the key), `label`, `value`, `place` (on the horizontal axis), `observed`, `size` (of the
            base), `expected` (null where none is told), `lower_998`, `upper_998` (its own limits; null where there
            are none), `verdict` (`high`, `low`, `usual` or `too_few`) and `is_own`. A unit without a value isn't
            drawn.
        limits: The limits of a unit of average mix, to be drawn: `place`, in order, `lower_998`, `lower_95`,
            `upper_95` and `upper_998`; no rows, no limits.
        unit: What a value is: "rate" (a share of one, from 0 to 1) or "ratio" (from 0 on).
        size: What the horizontal axis counts, in the reader's language.
        words: The reader's language.
        colours: The mode's colours.
        centre: What all units together come to; None leaves the line out.
        direction: Whether `up` or `down` is better, or `none`.
        height: In pixels.

    Returns:
        A figure with at most two traces of markers, the reader's own last; a click carries the unit's key.
    """
    drawn = figure(colours, height=height)
    shown = units.filter(pl.col("value").is_not_null()).sort("place", "label")
    _limits(drawn, limits, colours)
    low, top = _axes(drawn, shown, unit, size, colours, centre)
    # What lies above the frame stands at its edge, as an arrow.
    shown = shown.with_columns(is_above=pl.col("value") > top, value_shown=pl.col("value").clip(upper_bound=top))
    for is_own in (False, True):
        dots = shown.filter(pl.col("is_own") == is_own)
        if dots.height:
            fades = not is_own and bool(shown["is_own"].any())
            _dots(drawn, dots, unit, words, colours, direction, fades=fades)
    if centre is not None and shown.height:
        drawn.add_hline(y=centre, line={"color": colours.reference, "width": 1.2}, layer="below")
        _edge(drawn, limits, centre, (low, top), words.figure(centre, unit), words, colours, height)
    _names(drawn, shown, top - low, colours, direction)
    return drawn


def _limits(drawn: Drawing, limits: pl.DataFrame, colours: Theme) -> None:
    """
    The outer limits as a soft band, the inner ones as dotted lines.
    """
    sizes = limits["place"].to_list()
    if not sizes:
        return
    drawn.add_trace(
        scatter(
            x=[*sizes, *reversed(sizes)],
            y=[*limits["upper_998"].to_list(), *reversed(limits["lower_998"].to_list())],
            mode="lines",
            fill="toself",
            fillcolor=colours.band,
            line={"width": 0},
            hoverinfo="skip",
        )
    )
    for column in (*_INNER, *_OUTER):
        drawn.add_trace(
            scatter(
                x=sizes,
                y=limits[column].to_list(),
                mode="lines",
                line={"color": colours.reference, "width": 1, "dash": "dot" if column in _INNER else "solid"},
                hoverinfo="skip",
            )
        )


def _dots(
    drawn: Drawing,
    dots: pl.DataFrame,
    unit: str,
    words: Words,
    colours: Theme,
    direction: str,
    *,
    fades: bool,
) -> None:
    rows = list(dots.iter_rows(named=True))
    edges = [_colour(row["verdict"], colours, direction) for row in rows]
    usual = 6 if len(rows) > _MANY else 9
    drawn.add_trace(
        scatter(
            x=[row["place"] for row in rows],
            y=[row["value_shown"] for row in rows],
            mode="markers",
            opacity=0.45 if fades else 0.75 if len(rows) > _MANY else 1.0,
            marker={
                "size": [
                    11 if row["is_own"] else 9 if row["verdict"] in ("high", "low") else usual for row in rows
                ],
                "symbol": [_symbol(row) for row in rows],
                "color": [
                    colours.surface if row["verdict"] == "too_few" else edge
                    for row, edge in zip(rows, edges, strict=True)
                ],
                "line": {
                    "width": 2,
                    "color": [
                        colours.ink if row["is_own"] and row["verdict"] != "too_few" else edge
                        for row, edge in zip(rows, edges, strict=True)
                    ],
                },
            },
            text=[_hover(row, unit, words) for row in rows],
            customdata=[[row["unit"]] for row in rows],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
    )


def _axes(
    drawn: Drawing, shown: pl.DataFrame, unit: str, size: str, colours: Theme, centre: float | None
) -> tuple[float, float]:
    """
    Both axes, with what lies between the lowest and the highest of the units and of the limits of those judged.

    The limits of the smallest reach far, and so do their values: the frame holds the limits of the one in the
    middle, all that lies outside its own limits, and nine in ten of the others.
    """
    middle = shown.slice(shown.height // 2, 1)
    outside = shown.filter(pl.col("verdict").is_in(["high", "low"]))
    most = shown["value"].quantile(_HELD, "higher")
    levels = [
        *outside["value"].to_list(),
        *([] if centre is None else [centre]),
        *([] if most is None else [most]),
    ]
    levels += [level for name in _OUTER for level in middle[name].to_list() if level is not None]
    low, top = min([*levels, *shown["value"].to_list()], default=0.0), max(levels, default=1.0)
    margin = (top - low) * 0.08 or 0.1
    low, top = max(0.0, low - margin), top + margin
    if unit == "rate":
        top = min(top, 1.02)
    drawn.update_yaxes(range=[low, top], tickformat=".0%" if unit == "rate" else ",.2~f", nticks=6)
    widest = max(shown["place"].to_list(), default=1.0) or 1.0
    drawn.update_xaxes(
        range=[0, widest * 1.02],
        tickformat=",.2~f",
        nticks=6,
        title={"text": plain(size), "font": {"size": 12, "color": colours.muted}},
    )
    drawn.update_layout(margin={"l": 8, "r": 76, "t": 14, "b": 8})
    return low, top


def _names(drawn: Drawing, shown: pl.DataFrame, tall: float, colours: Theme, direction: str) -> None:
    """
    Name the units outside the limits, the reader's own first, then the largest, where no name is written yet.
    """
    outside = shown.filter(pl.col("verdict").is_in(["high", "low"])).sort("is_own", "place", descending=True)
    wide = max(shown["place"].to_list(), default=1.0) or 1.0
    named: list[tuple[float, float]] = []
    for row in outside.iter_rows(named=True):
        at = (row["place"], row["value_shown"])
        is_taken = any(abs(at[0] - x) < _APART[0] * wide and abs(at[1] - y) < _APART[1] * tall for x, y in named)
        if is_taken or len(named) == MOST_NAMED:
            continue
        named.append(at)
        is_right = row["place"] > wide / 2
        drawn.add_annotation(
            x=row["place"],
            y=row["value_shown"],
            text=plain(shortened(row["label"], _NAME)),
            showarrow=False,
            xanchor="right" if is_right else "left",
            xshift=-9 if is_right else 9,
            font={"size": 11, "color": _colour(row["verdict"], colours, direction)},
        )


def _edge(
    drawn: Drawing,
    limits: pl.DataFrame,
    centre: float,
    span: tuple[float, float],
    told: str,
    words: Words,
    colours: Theme,
    height: int,
) -> None:
    """
    Name the centre and the upper limits at the right edge, apart from each other.
    """
    named = [(centre, words.text("all {value}", value=told))]
    if limits.height:
        last = limits.row(limits.height - 1, named=True)
        named += [(last["upper_95"], "95 %"), (last["upper_998"], "99.8 %")]
    gap = LINE / (height - _FRAME) * (span[1] - span[0])
    places = apart([min(level, span[1]) for level, _ in named], gap, *span)
    for place, (_, said) in zip(places, named, strict=True):
        drawn.add_annotation(
            xref="paper",
            x=1.005,
            y=place,
            text=said,
            showarrow=False,
            xanchor="left",
            font={"size": 11, "color": colours.reference},
        )


def _symbol(row: Mapping[str, Any]) -> str:
    if row["is_above"]:
        return "triangle-up"
    return "diamond" if row["verdict"] in ("high", "low") else "circle"


def _colour(verdict: str, colours: Theme, direction: str) -> str:
    if verdict not in ("high", "low"):
        return colours.muted if verdict == "usual" else colours.reference
    if direction == "none":
        return colours.ink
    return colours.improvement if (verdict == "high") == (direction == "up") else colours.concern


def _hover(row: Mapping[str, Any], unit: str, words: Words) -> str:
    lines: list[str] = [f"<b>{plain(row['label'])}</b>", words.figure(row["value"], unit)]
    if row["expected"] is not None:
        lines[-1] += "  ·  " + words.text(
            "{observed} observed, {expected} expected",
            observed=words.count(row["observed"]),
            expected=words.decimal(row["expected"]),
        )
    elif unit == "rate":
        lines[-1] += "  ·  " + words.text(
            "{part} of {whole}", part=words.count(row["observed"]), whole=words.count(row["size"])
        )
    if row["lower_998"] is not None and row["verdict"] != "too_few":
        lines.append(
            words.text(
                "99.8 % limits {lower} to {upper}",
                lower=words.figure(row["lower_998"], unit),
                upper=words.figure(row["upper_998"], unit),
            )
        )
    return "<br>".join([*lines, *_verdict(row, words)])


def _verdict(row: Mapping[str, Any], words: Words) -> Sequence[str]:
    if row["verdict"] == "too_few":
        return [words.text("Too few to judge (n = {count})", count=words.count(row["size"]))]
    return [words.text(VERDICTS[row["verdict"]])]
