"""
How long does it take until cases are answered, and how many still wait when the limit is reached?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.labels import LINE, NARROW, SIZE, apart, lanes, shortened, width_of
from dashboard.charts.theme import HEIGHT, Theme, figure, plain
from dashboard.words import Words

# Fewer under observation, and each one of them moves the line by a fifth.
FEWEST = 5
# Half as far again as the last limit: what comes after is a tail that hides the part that matters.
REACH = 1.5
NAME = 108
BOTTOM = 46


def survival(
    curves: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    limits: Sequence[tuple[int, str]] = (),
    unit_label: str,
    state: str,
    height: int = HEIGHT,
) -> Drawing:
    """
    Draw the share not yet done by day, a step line per group, with the limits as dotted lines.

    A line ends where fewer than five are still under observation. One group alone shows its interval as a band;
    several name themselves at the right edge.

    Args:
        curves: `group` (the key), `label`, `days`, `survival` (share still waiting after that day), `lower`,
            `upper` (may be null) and `at_risk` (cases under observation), by group and day.
        words: The reader's language.
        colours: The mode's colours.
        limits: Day and name of each limit.
        unit_label: What the days are counted from: "days since receipt".
        state: What the share hasn't reached yet: "not yet answered".
        height: In pixels.

    Returns:
        A figure from day 0 and from 0 to 100 %; a click carries the group's key.

    Raises:
        ValueError: More groups than there are colours that can be told apart.
    """
    groups = [list(part.iter_rows(named=True)) for part in curves.partition_by("group", maintain_order=True)]
    if len(groups) > len(colours.lines):
        raise ValueError(
            f"{len(groups)} groups in a survival chart; at most {len(colours.lines)} can be told apart"
        )
    drawn = figure(colours, height=height)
    reach = _reach(curves, limits)
    top = 10 + LINE * limit_lines(drawn, limits, reach, colours)
    ends: list[float] = []
    for index, rows in enumerate(groups):
        colour = colours.ink if len(groups) == 1 else colours.lines[index]
        points = _points(rows, reach)
        if len(groups) == 1:
            _band(drawn, points, colours)
        drawn.add_trace(
            scatter(
                x=[point["days"] for point in points],
                y=[point["survival"] for point in points],
                mode="lines",
                line={"color": colour, "width": 2, "shape": "hv"},
                name=plain(rows[0]["label"]),
                text=[_hover(point, words, state) for point in points],
                customdata=[[rows[0]["group"]] for _ in points],
                hovertemplate="%{text}<extra></extra>",
            )
        )
        ends.append(points[-1]["survival"])
    right = 16.0
    if len(groups) > 1:
        names = [shortened(rows[0]["label"], NAME) for rows in groups]
        right = 12 + max(width_of(name) for name in names)
        room = height - top - BOTTOM
        for index, level in enumerate(apart(ends, LINE / room, 0.0, 1.0)):
            drawn.add_annotation(
                xref="paper",
                x=1,
                xshift=6,
                y=level,
                text=plain(names[index]),
                showarrow=False,
                xanchor="left",
                font={"size": SIZE, "color": colours.lines[index]},
            )
    drawn.update_xaxes(
        range=[0, reach],
        nticks=7,
        tickformat=",d",
        ticklabelstandoff=4,
        title={"text": plain(unit_label), "font": {"size": SIZE, "color": colours.muted}, "standoff": 6},
    )
    drawn.update_yaxes(range=[0, 1.02], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%")
    drawn.update_layout(margin={"l": 8, "r": right, "t": top, "b": 8}, hovermode="closest", hoverdistance=30)
    return drawn


def _reach(curves: pl.DataFrame, limits: Sequence[tuple[int, str]]) -> float:
    sure = curves.filter(pl.col("at_risk") >= FEWEST)["days"].to_list() or curves["days"].to_list()
    last = float(max(sure, default=1) or 1)
    if not limits:
        return last
    limit = max(day for day, _ in limits)
    return max(min(last, limit * REACH), limit * 1.1)


def _points(rows: Sequence[Mapping[str, Any]], reach: float) -> list[dict[str, Any]]:
    """
    The part of a curve that is drawn: all wait at the start, and the last level holds until the next one is known.
    """
    first = rows[0]
    kept = [row for row in rows if row["at_risk"] >= FEWEST and row["days"] <= reach]
    start = {**first, "days": 0, "survival": 1.0, "lower": None, "upper": None}
    points = [start, *(dict(row) for row in kept)]
    following = next((row["days"] for row in rows[len(kept) :]), None)
    if following is not None:
        points.append({**points[-1], "days": min(following, reach)})
    return points


def _band(drawn: Drawing, points: Sequence[Mapping[str, Any]], colours: Theme) -> None:
    for column, fill in (("lower", None), ("upper", "tonexty")):
        drawn.add_trace(
            scatter(
                x=[point["days"] for point in points],
                y=[point["survival"] if point[column] is None else point[column] for point in points],
                mode="lines",
                line={"width": 0, "shape": "hv"},
                fill=fill,
                fillcolor=colours.band,
                hoverinfo="skip",
            )
        )


def limit_lines(
    drawn: Drawing,
    limits: Sequence[tuple[int, str]],
    reach: float,
    colours: Theme,
    layer: Literal["above", "below"] = "below",
) -> int:
    """
    Draw the limits and their names above the plot; returns how many lines of names there are.

    Args:
        drawn: A figure over days from 0 to `reach`.
        limits: Day and name of each.
        reach: The last day on the axis.
        colours: The mode's colours.
        layer: Above areas, which would hide them; below lines.
    """
    widths = [width_of(name, 11) for _, name in limits]
    centres = [day / reach * NARROW for day, _ in limits]
    rows = lanes([centre - width / 2 for centre, width in zip(centres, widths, strict=True)], widths)
    for (day, name), row in zip(limits, rows, strict=True):
        drawn.add_vline(x=day, line={"color": colours.ink, "width": 1.2, "dash": "dot"}, layer=layer)
        drawn.add_annotation(
            x=day,
            yref="paper",
            y=1,
            yshift=row * LINE,
            text=plain(name),
            showarrow=False,
            yanchor="bottom",
            font={"size": 11, "color": colours.ink},
        )
    return max(rows, default=-1) + 1


def _hover(point: Mapping[str, Any], words: Words, state: str) -> str:
    lines = [
        f"<b>{plain(point['label'])}</b>",
        words.text(
            "After {days}: {share} {state}",
            days=words.days(point["days"]),
            share=words.percent(point["survival"]),
            state=plain(state),
        ),
    ]
    if point["lower"] is not None and point["upper"] is not None:
        lines.append(
            words.text(
                "95 % interval {lower} to {upper}",
                lower=words.percent(point["lower"]),
                upper=words.percent(point["upper"]),
            )
        )
    lines.append(words.text("{count} cases under observation", count=words.count(point["at_risk"])))
    return "<br>".join(lines)
