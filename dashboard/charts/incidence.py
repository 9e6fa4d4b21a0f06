"""
How do cases end that can end in several ways, and when? Areas that grow with the days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.labels import LINE, SIZE, apart, shortened, width_of
from dashboard.charts.scales import tone
from dashboard.charts.survival import REACH, limit_lines
from dashboard.charts.theme import HEIGHT, Theme, figure, plain
from dashboard.words import Words

NAME = 120
BOTTOM = 46
# Behind the day by which so much of all that ends has ended, nothing is left to be seen.
NEARLY_ALL = 0.985


def incidence(
    endings: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    tones: Mapping[str, str],
    limits: Sequence[tuple[int, str]] = (),
    unit_label: str,
    rest: str,
    height: int = HEIGHT,
) -> Drawing:
    """
    Draw the shares of all ways to end, stacked, by day; what is left above them is what hasn't ended.

    Args:
        endings: `ending` (the key), `label`, `days`, `incidence` (share ended in this way by the end of that day),
            `lower`, `upper` (may be null), `at_risk`; the same days for every ending.
        words: The reader's language.
        colours: The mode's colours.
        tones: For each ending's key what its colour says; they are stacked from below in this order.
        limits: Day and name of each limit.
        unit_label: What the days are counted from.
        rest: What hasn't ended is called.
        height: In pixels.

    Returns:
        A figure from day 0 and from 0 to 100 %.
    """
    drawn = figure(colours, height=height)
    reach = _reach(endings, limits)
    top = 10 + LINE * limit_lines(drawn, limits, reach, colours, "above")
    said, middles, below = [], [], 0.0
    for ending in tones:
        rows = [row for row in _of(endings, ending) if row["days"] <= reach]
        if not rows:
            continue
        last = rows[-1]
        drawn.add_trace(
            scatter(
                x=[*(row["days"] for row in rows), reach],
                y=[*(row["incidence"] for row in rows), last["incidence"]],
                stackgroup="endings",
                mode="lines",
                line={"width": 1, "color": colours.surface, "shape": "hv"},
                fillcolor=tone(colours, tones[ending]),
                name=plain(last["label"]),
                text=[*(_hover(row, words) for row in rows), _hover(last, words)],
                hovertemplate="%{text}<extra></extra>",
            )
        )
        said.append(f"{shortened(last['label'], NAME)} {words.percent(last['incidence'])}")
        middles.append(below + last["incidence"] / 2)
        below += last["incidence"]
    if said:
        said.append(f"{shortened(rest, NAME)} {words.percent(max(0.0, 1 - below))}")
        middles.append((below + 1) / 2)
    for text, level in zip(said, apart(middles, LINE / (height - top - BOTTOM), 0.0, 1.0), strict=True):
        drawn.add_annotation(
            xref="paper",
            x=1,
            xshift=6,
            y=level,
            text=plain(text),
            showarrow=False,
            xanchor="left",
            font={"size": SIZE, "color": colours.ink},
        )
    drawn.update_xaxes(
        range=[0, reach],
        nticks=7,
        tickformat=",d",
        ticklabelstandoff=4,
        title={"text": plain(unit_label), "font": {"size": SIZE, "color": colours.muted}, "standoff": 6},
    )
    drawn.update_yaxes(range=[0, 1], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%")
    right = 12 + max((width_of(text) for text in said), default=4.0)
    drawn.update_layout(margin={"l": 8, "r": right, "t": top, "b": 8}, hovermode="closest", hoverdistance=30)
    return drawn


def _of(endings: pl.DataFrame, ending: str) -> list[dict[str, Any]]:
    return list(endings.filter(pl.col("ending") == ending).sort("days").iter_rows(named=True))


def _reach(endings: pl.DataFrame, limits: Sequence[tuple[int, str]]) -> float:
    """
    The last day drawn: half as far again as the last limit, or when nearly everything has ended, if that is later.
    """
    wholes = endings.group_by("days").agg(pl.col("incidence").sum()).sort("days")
    last = float(wholes["days"].max() or 1)  # type: ignore[arg-type]
    most = wholes["incidence"].max() or 0.0
    nearly = wholes.filter(pl.col("incidence") >= NEARLY_ALL * most)["days"].min() or last  # type: ignore[operator]
    limit = max((day for day, _ in limits), default=0)
    return max(min(last, max(float(nearly), limit * REACH)), limit * 1.1, 1.0)  # type: ignore[arg-type]


def _hover(row: Mapping[str, Any], words: Words) -> str:
    lines = [
        f"<b>{plain(row['label'])}</b>",
        words.text(
            "After {days}: {share} {state}",
            days=words.days(row["days"]),
            share=words.percent(row["incidence"]),
            state=plain(row["label"]),
        ),
    ]
    if row["lower"] is not None and row["upper"] is not None:
        lines.append(
            words.text(
                "95 % interval {lower} to {upper}",
                lower=words.percent(row["lower"]),
                upper=words.percent(row["upper"]),
            )
        )
    lines.append(words.text("{count} cases under observation", count=words.count(row["at_risk"])))
    return "<br>".join(lines)
