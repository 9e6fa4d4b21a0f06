"""
How do categories, branches or products compare, and which differences are more than chance?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl
import streamlit as st

from dashboard.charts.ranking import ranking
from dashboard.metrics import kpi
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel

# More rows than these make a chart nobody reads.
MOST_UNITS = 15


@dataclass(frozen=True, slots=True)
class Split:
    """
    A dimension that is no column of the contract, like a band of a number.

    Attributes:
        column: The column it is made of; not recorded, it is left out.
        units: Gives the KPI by it: as a figure's rows, at least those columns that `ranking` reads.
    """

    column: str
    units: Callable[[Look], pl.DataFrame]


def ranking_panel(
    look: Look,
    name: str,
    dimensions: Mapping[str, str],
    splits: Mapping[str, Split] = MappingProxyType({}),
) -> None:
    """
    How do categories, branches or products compare in one rate, fairly?

    Args:
        look: What the page looks at.
        name: The KPI.
        dimensions: The columns to compare by, with their names; those not recorded are left out.
        splits: Those of them that are made of another column.
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, f"ranking of {name}"):
        known = look.figures.recorded(look.fact)
        recorded = [
            column for column in dimensions if (splits[column].column if column in splits else column) in known
        ]
        about = words.text(
            "{title}: differences surer than chance are coloured", title=words.text(kpi(name).title)
        )
        with framed(words.text("Where it differs"), about):
            if not recorded:
                st.info(words.text("The source records nothing to compare by."), icon=":material/info:")
                return
            chosen = st.segmented_control(
                words.text("Compare by"),
                recorded,
                default=recorded[0],
                format_func=lambda column: words.text(dimensions[column]),
                key=f"compare_{name}",
                label_visibility="collapsed",
                required=True,
            )
            column = chosen or recorded[0]
            overall = look.figures.one(name, look.period, look.selection.values)
            units = (
                splits[column].units(look)
                if column in splits
                else look.figures.of([name], look.period, look.selection.values, [column])[name]
            )
            units = units.filter(pl.col("denominator") > 0).rename({column: "unit"})
            labels = [look.names.of(column, unit) for unit in units["unit"]]
            units = units.with_columns(
                label=pl.Series(_distinct(labels, units["unit"].to_list()), dtype=pl.String)
            )
            if not units.height:
                nothing(look, units)
                return
            drawn = ranking(
                most(units, overall["value"]),
                words=words,
                colours=ctx.colours,
                overall=overall["value"],
                minimum=ctx.settings.display.minimum_cases,
                higher_is_better=kpi(name).direction == "up",
            )
            alt = words.text(
                "{title} by {dimension}",
                title=words.text(kpi(name).title),
                dimension=words.text(dimensions[column]),
            )
            picked = show_chart(drawn, key=f"ranking_{name}_{column}", alt=alt)
            if units.height > MOST_UNITS:
                st.caption(
                    words.text(
                        "{shown} of {total}: those that differ surely, then those with the most cases",
                        shown=MOST_UNITS,
                        total=units.height,
                    )
                )
            as_table(look, units.drop("unit").select("label", pl.exclude("label")), f"ranking_{name}")
        if picked:
            ask_for_rows(look, name, look.period, {column: picked})


def most(units: pl.DataFrame, overall: float | None) -> pl.DataFrame:
    """
    The units worth showing first: those that surely differ from the whole, then those with the most cases.
    """
    differs = (pl.col("lower") > overall) | (pl.col("upper") < overall)
    return units.sort(differs.fill_null(value=False), "denominator", descending=True).head(MOST_UNITS)


def _distinct(labels: Sequence[str], keys: Sequence[str | None]) -> list[str]:
    # Two units with one name would share a row of the chart.
    return [
        f"{label} ({key})" if labels.count(label) > 1 else label for label, key in zip(labels, keys, strict=True)
    ]
