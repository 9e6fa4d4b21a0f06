"""
By which channel, segment or unit does one of several shares differ, more surely than by chance?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.ranking import ranking
from dashboard.metrics import KPIS
from dashboard.ui.frames import as_table, choose_one, chosen_of, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rankings import MOST_UNITS, most
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.words import msgid

WHAT: Final = msgid("What is compared")


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    A panel that compares shares.

    Attributes:
        key: Tells panels apart.
        title: Of the panel.
        shares: What can be compared, with its name and what it is of.
        splits: By what, with its name.
        asked: Gives the share of all, and by the column, as `metrics.application_shares.shares` does.
        is_told: Whether the source records a share, and the column it is split by.
        names: Of values that are no codes of the contract, by column.
    """

    key: str
    title: str
    shares: Mapping[str, tuple[str, str]]
    splits: Mapping[str, str]
    asked: Callable[[Look, str, str], tuple[float | None, pl.DataFrame]]
    is_told: Callable[[Look, str, str], bool]
    names: Mapping[str, Mapping[str, str]]


def comparison_panel(look: Look, comparison: Comparison) -> None:
    """
    Compare one of several shares by one of several columns, each with its interval.

    Args:
        look: What the page looks at.
        comparison: What can be compared, by what.
    """
    ctx, words = look.ctx, look.ctx.words
    picked, name, by = None, "", ""
    with panel(words, f"comparison of {comparison.key}"):
        measures = {each: title for each, (title, _) in comparison.shares.items()}
        name, by = (
            chosen_of(f"{comparison.key}_share", measures),
            chosen_of(f"{comparison.key}_by", comparison.splits),
        )
        with framed(words.text(comparison.title), words.text(comparison.shares[name][1])):
            choose_one(words, f"{comparison.key}_share", measures, WHAT)
            choose_one(words, f"{comparison.key}_by", comparison.splits)
            if not comparison.is_told(look, name, by):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
                return
            overall, units = comparison.asked(look, name, by)
            units = units.filter(pl.col("denominator") > 0).rename({by: "unit"})
            if not units.height:
                nothing(look, units)
                return
            labels = [_label(look, comparison, by, unit) for unit in units["unit"]]
            units = units.with_columns(label=pl.Series(labels, dtype=pl.String))
            drawn = ranking(
                most(units, overall),
                words=words,
                colours=ctx.colours,
                overall=overall,
                minimum=ctx.settings.display.minimum_cases,
            )
            alt = words.text(
                "{title} by {dimension}",
                title=words.text(measures[name]),
                dimension=words.text(comparison.splits[by]),
            )
            # The rows behind a unit are those of a figure, split by a column that its fact has.
            leads_on = name in KPIS and by not in comparison.names
            key = f"comparison_{comparison.key}_{name}_{by}"
            picked = show_chart(drawn, key=key, alt=alt, select=leads_on)
            if units.height > MOST_UNITS:
                st.caption(
                    words.text(
                        "{shown} of {total}: those that differ surely, then those with the most cases",
                        shown=MOST_UNITS,
                        total=units.height,
                    )
                )
            as_table(look, units.drop("unit").select("label", pl.exclude("label")), key)
    if picked is not None:
        ask_for_rows(look, name, look.period, {by: picked})


def _label(look: Look, comparison: Comparison, by: str, unit: str | None) -> str:
    own = comparison.names.get(by, {}).get(unit or "")
    return look.names.of(by, unit) if own is None else look.ctx.words.text(own)
