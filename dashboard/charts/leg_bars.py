"""
Where does the time go? The typical time of each leg, side by side, and beside them that of the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, bar, scatter
from dashboard.charts.labels import LINE, SIZE, width_of
from dashboard.charts.scales import blend, lettering
from dashboard.charts.theme import Theme, figure, key_above, plain
from dashboard.words import Words

ROW = 34
LEAST = 246
# The narrowest plot, by which it is decided whether a number fits into its part.
NARROWEST = 220
KEY_WIDTH = 330
# Of full strength, six colours side by side would outshout everything around them.
STRENGTH = 0.75
# In days: an hour. An axis needs a length even where nothing takes any time.
SHORTEST = 1 / 24


def leg_bars(legs: pl.DataFrame, totals: pl.DataFrame, *, words: Words, colours: Theme, whole: str) -> Drawing:
    """
    Draw a bar per group, made of the typical times of its legs in order, and a diamond at that of the whole.

    Typical times don't add up: half the claims may wait for nothing on every leg, and hardly any on all of them.
    That is why the whole has a mark of its own, beside the bar's end.

    Args:
        legs: `group` (the key), `label`, `leg`, `leg_label`, `days` (null: not reached), `longest` (the longest
            time anybody was watched), `n`, `open`; by group in the order wanted, legs in theirs.
        totals: `group`, `days` (null: not reached), `longest`.
        words: The reader's language.
        colours: The mode's colours.
        whole: What the diamond is called.

    Returns:
        A figure from 0 days, first group on top; a click carries group and leg.

    Raises:
        ValueError: More legs than colours that can be told apart.
    """
    names = dict(legs.select("leg", "leg_label").iter_rows())
    if len(names) > len(colours.lines):
        raise ValueError(f"{len(names)} legs in a bar; at most {len(colours.lines)} can be told apart")
    groups = dict(legs.select("group", "label").iter_rows())
    key_rows = _key_rows(list(names.values()))
    drawn = figure(colours, height=max(ROW * len(groups) + 60, LEAST) + LINE * key_rows)
    places = {group: place for place, group in enumerate(groups)}
    reach = _reach(legs, totals)
    for index, leg in enumerate(names):
        rows = list(legs.filter(pl.col("leg") == leg).iter_rows(named=True))
        colour = blend(colours.surface, colours.lines[index], STRENGTH)
        drawn.add_trace(
            bar(
                orientation="h",
                x=[row["days"] or 0.0 for row in rows],
                y=[places[row["group"]] for row in rows],
                width=0.62,
                name=plain(names[leg]),
                marker={"color": colour, "line": {"width": 1, "color": colours.surface}},
                text=[_inside(row["days"], reach, words) for row in rows],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                textfont={"color": lettering(colours, colour), "size": SIZE},
                customdata=[[row["group"], leg] for row in rows],
                hovertext=[_hover(row, words) for row in rows],
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    _wholes(drawn, list(totals.iter_rows(named=True)), places, whole, words, colours)
    drawn.update_layout(
        barmode="stack",
        margin={"l": 8, "r": 64, "t": 8, "b": 8},
    )
    key_above(drawn, colours)
    drawn.update_xaxes(
        range=[0, reach],
        showgrid=True,
        gridcolor=colours.grid,
        nticks=6,
        title={"text": plain(words.text("days")), "font": {"size": SIZE, "color": colours.muted}, "standoff": 4},
    )
    drawn.update_yaxes(
        showgrid=False,
        range=[len(groups) - 0.5, -0.5],
        tickvals=list(places.values()),
        ticktext=[plain(label) for label in groups.values()],
        tickfont={"color": colours.ink, "size": 13},
        ticklabelstandoff=6,
    )
    return drawn


def _wholes(
    drawn: Drawing,
    totals: Sequence[Mapping[str, Any]],
    places: Mapping[str, int],
    whole: str,
    words: Words,
    colours: Theme,
) -> None:
    reached = [row for row in totals if row["days"] is not None and row["group"] in places]
    drawn.add_trace(
        scatter(
            x=[row["days"] for row in reached],
            y=[places[row["group"]] for row in reached],
            mode="markers",
            name=plain(whole),
            # Named beside it: the longest name decides how many stand in a line of the key.
            showlegend=False,
            marker={
                "symbol": "diamond",
                "size": 11,
                "color": colours.surface,
                "line": {"width": 2, "color": colours.ink},
            },
            hovertext=[f"<b>{plain(whole)}</b>  ·  {words.days(row['days'])}" for row in reached],
            hovertemplate="%{hovertext}<extra></extra>",
            cliponaxis=False,
        )
    )
    for row in totals:
        if row["group"] not in places or (row["days"] is None and row["longest"] is None):
            continue
        said = words.decimal(row["days"]) if row["days"] is not None else f"> {words.decimal(row['longest'])}"
        drawn.add_annotation(
            xref="paper",
            x=1,
            xshift=6,
            y=places[row["group"]],
            text=f"◇ {said}",
            showarrow=False,
            xanchor="left",
            font={"size": SIZE, "color": colours.ink},
        )


def _reach(legs: pl.DataFrame, totals: pl.DataFrame) -> float:
    sums: list[float] = legs.group_by("group").agg(pl.col("days").sum())["days"].to_list()
    wholes: list[float] = totals["days"].drop_nulls().to_list()
    return max([*sums, *wholes, SHORTEST]) * 1.04


def _inside(days: float | None, reach: float, words: Words) -> str:
    if not days:
        return ""
    said = words.decimal(days)
    return said if width_of(said) + 6 <= days / reach * NARROWEST else ""


def _key_rows(names: Sequence[str]) -> int:
    """
    How many lines the names take where the screen is narrow.
    """
    widest = max(width_of(name) for name in names) + 46
    per_row = max(int(KEY_WIDTH // widest), 1)
    return -(-len(names) // per_row)


def _hover(row: Mapping[str, Any], words: Words) -> str:
    return "<br>".join(
        [
            f"<b>{plain(row['leg_label'])}</b>  ·  {plain(row['label'])}",
            words.days_at_least(row["days"], row["longest"]),
            words.text(
                "{count} cases, {open} of them open", count=words.count(row["n"]), open=words.count(row["open"])
            ),
        ]
    )
