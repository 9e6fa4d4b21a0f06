"""
Of what is a month made up, and does the make-up change?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, bar
from dashboard.charts.flags import flagged
from dashboard.charts.labels import LINE, apart, shortened, width_of
from dashboard.charts.scales import tone
from dashboard.charts.theme import HEIGHT, Theme, figure, half_a_month_around, plain
from dashboard.words import Words

NAME = 104
BOTTOM = 28
TOP = 10
# Below it, a part is thinner than its own name.
THIN = 0.005


def mix(
    parts: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    tones: Mapping[str, str],
    annotations: Sequence[tuple[date, str]] = (),
    height: int = HEIGHT,
) -> Drawing:
    """
    Draw a bar of 100 % per month, made of ordered parts; the last month names them.

    Args:
        parts: `month` (date), `part` (the key), `label`, `cases`, `share` (of the month) and, where it may still
            change, `provisional`; by month. Parts are stacked from below in the order of `tones`.
        words: The reader's language.
        colours: The mode's colours.
        tones: For each part's key, what its colour says: "concern", "improvement" or "neutral", each also as
            "…_soft" and "…_faint".
        annotations: Day and title of each event to point to.
        height: In pixels.

    Returns:
        A figure from 0 to 100 %; a click carries month and part.

    Raises:
        KeyError: A part without a tone, or a tone that doesn't exist.
    """
    drawn = figure(colours, height=height)
    known = set(parts["part"].to_list())
    for part in known - set(tones):
        raise KeyError(f"no tone for {part!r}; known are {', '.join(tones)}")
    labels = dict(parts.select("part", "label").iter_rows())
    order = [part for part in tones if part in known]
    for part in order:
        rows = list(parts.filter(pl.col("part") == part).iter_rows(named=True))
        drawn.add_trace(
            bar(
                x=[row["month"].isoformat() for row in rows],
                y=[row["share"] for row in rows],
                name=plain(labels[part]),
                marker={
                    "color": tone(colours, tones[part]),
                    "line": {"width": 1, "color": colours.surface},
                    "opacity": [0.55 if row.get("provisional") else 1.0 for row in rows],
                },
                customdata=[[row["month"].isoformat(), part] for row in rows],
                hovertext=[_hover(row, words) for row in rows],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    right = _names(drawn, parts, order, labels, height, words, colours)
    drawn.update_layout(barmode="stack", bargap=0.18, margin={"l": 8, "r": right, "t": TOP, "b": 8})
    drawn.update_yaxes(range=[0, 1], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%")
    months = parts["month"].unique().sort().to_list()
    drawn.update_xaxes(
        type="date",
        range=half_a_month_around(months),
        tickvals=[month.isoformat() for month in _every(months, 3)],
        tickformat="%Y-%m",
        tickangle=0,
    )
    return flagged(drawn, annotations, words=words, colours=colours)


def _names(
    drawn: Drawing,
    parts: pl.DataFrame,
    order: Sequence[str],
    labels: Mapping[str, str],
    height: int,
    words: Words,
    colours: Theme,
) -> float:
    """
    Name the parts beside the last month, apart from each other; returns the room they take.
    """
    last = parts.filter(pl.col("month") == pl.col("month").max())
    shares = {part: share or 0.0 for part, share in last.select("part", "share").iter_rows()}
    named, middles, below = [], [], 0.0
    for part in order:
        share = shares.get(part, 0.0)
        if share >= THIN:
            named.append(part)
            middles.append(below + share / 2)
        below += share
    said = [f"{shortened(labels[part], NAME)} {words.percent(shares[part], 0)}" for part in named]
    for text, level in zip(said, apart(middles, LINE / (height - TOP - BOTTOM), 0.02, 0.98), strict=True):
        drawn.add_annotation(
            xref="paper",
            x=1,
            xshift=4,
            y=level,
            text=plain(text),
            showarrow=False,
            xanchor="left",
            font={"size": 12, "color": colours.ink},
        )
    return 12 + max((width_of(text) for text in said), default=0.0)


def _every(months: Sequence[date], most: int) -> list[date]:
    """
    Few enough months to be read side by side on a phone, the last among them.
    """
    step = -(-len(months) // most) or 1
    return list(reversed(months[::-1][::step]))


def _hover(row: Mapping[str, Any], words: Words) -> str:
    lines = [
        f"<b>{plain(row['label'])}</b>  ·  {words.month(row['month'])}",
        words.percent(row["share"]) + "  ·  " + words.text("{count} cases", count=words.count(row["cases"])),
    ]
    if row.get("provisional"):
        lines.append(words.text("Provisional: can still change"))
    return "<br>".join(lines)
