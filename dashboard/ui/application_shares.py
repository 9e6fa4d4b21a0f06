"""
By which channel, product, segment and unit do applications differ, more surely than by chance?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.ranking import ranking
from dashboard.metrics import KPIS
from dashboard.metrics.application_shares import SHARES
from dashboard.metrics.kpis import GROUP_KEYS
from dashboard.ui.applications import profiles_of, shares_of
from dashboard.ui.campaign_effects import about
from dashboard.ui.frames import as_table, choose_one, chosen_of, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rankings import MOST_UNITS, most
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.words import msgid

PROFILES: Final = "profile_complete"
# A figure of contracts, which know no segment.
RENEWED: Final = "auto_renew_rate"
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
    """

    key: str
    title: str
    shares: Mapping[str, tuple[str, str]]
    splits: Mapping[str, str]


JOURNEY: Final = Comparison(
    "journey",
    msgid("Where applying differs"),
    {
        "application_conversion_rate": (msgid("Issued"), msgid("of those begun, within 30 days")),
        "application_3min_rate": (msgid("3 minutes"), msgid("of those sent, in three minutes or less")),
        "e_signature_rate": (msgid("E-signature"), msgid("of those sent, signed electronically")),
        "ocr_rate": (msgid("OCR"), msgid("of those sent, papers read by OCR")),
        "underwriting_automatic": (
            msgid("Auto-underwriting"),
            msgid("of those issued or declined, underwritten automatically"),
        ),
        RENEWED: (msgid("Auto-renewal"), msgid("of contracts due in the period, set to renew by themselves")),
    },
    {
        "channel": msgid("Channel"),
        "product_line": msgid("Product line"),
        "customer_segment": msgid("Segment"),
        "branch_id": msgid("Branch"),
    },
)
ADVICE: Final = Comparison(
    "advice",
    msgid("Is the customer known before the proposal?"),
    {
        "needs_analysed": (
            msgid("Needs"),
            msgid("of long-term applications sent, needs analysed before"),
        ),
        "risk_profiled": (msgid("Risk profile"), msgid("of long-term applications sent, risk profile before")),
        "as_advised": (msgid("Advice taken"), msgid("of those issued with a recommendation, of the line advised")),
        PROFILES: (msgid("Customer profile"), msgid("of all customers, their profile complete")),
    },
    {"customer_segment": msgid("Segment"), "branch_id": msgid("Branch"), "team_id": msgid("Team")},
)


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
            if not _is_told(look, name, by):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
                return
            overall, units = _asked(look, name, by)
            units = units.filter(pl.col("denominator") > 0).rename({by: "unit"})
            if not units.height:
                nothing(look, units)
                return
            labels = [look.names.of(by, unit) for unit in units["unit"]]
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
            is_figure = name in KPIS
            key = f"comparison_{comparison.key}_{name}_{by}"
            picked = show_chart(drawn, key=key, alt=alt, select=is_figure)
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


def _asked(look: Look, name: str, by: str) -> tuple[float | None, pl.DataFrame]:
    """
    The share of all, and by the column.
    """
    if name == PROFILES:
        values = about(look, "customers")[0].selection.values
        column = _of_customers(by)
        whole, units = (profiles_of(look.figures, values, each) for each in (None, column))
        return whole["value"][0], units.rename({column: by})
    if name == RENEWED:
        values = about(look, "renewals")[0].selection.values
        overall = look.figures.one(name, look.period, values)["value"]
        return overall, look.figures.of([name], look.period, values, [by])[name]
    whole, units = (shares_of(look.figures, look.selection.values, look.period, name, each) for each in (None, by))
    return whole["value"][0], units


def _is_told(look: Look, name: str, by: str) -> bool:
    if name == PROFILES:
        return look.figures.recorded("customers") >= {"profile_completed_at", _of_customers(by)}
    if name == RENEWED:
        is_split = by in GROUP_KEYS["renewals"] and by in look.figures.recorded("renewals")
        return is_split and look.figures.can_tell(name)
    return look.figures.recorded("applications") >= {*SHARES[name].needs, by}


def _of_customers(column: str) -> str:
    return "segment" if column == "customer_segment" else column
