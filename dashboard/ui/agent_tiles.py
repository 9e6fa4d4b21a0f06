"""
What a team comes to besides its registered figures: people, what they bring in, and what goes wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard.metrics.agent_measures import MEASURES
from dashboard.metrics.agents import RATES
from dashboard.ui.agent_measures import SPOKEN, counts_in_words
from dashboard.ui.agents import counts_of
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import Words

# Of these a sum of all units tells what registered figures don't.
_MEASURES = (
    "complaints_per_1000_sold",
    "misselling_per_1000_sold",
    "flags_per_1000_applications",
    "early_claim_rate",
)


def team_tiles(look: Look) -> None:
    """
    The counts of all units selected, added up.
    """
    words = look.ctx.words
    with panel(words, "team"):
        whole = whole_of(counts_of(look.figures, look.selection.values, look.period, "team_id"))
        grid = st.grid(4, min_column_width=225, gap="small", border=True, key="team_tiles")
        told = [_people(whole, words), _premium(whole, words), _licences(whole, words), _reviews(whole, words)]
        told += [_measure(whole, name, words) for name in _MEASURES]
        for label, value, foot, meaning in told:
            with grid.cell():
                st.metric(label, value, help=meaning)
                st.markdown(f":small[{foot}]")
        st.caption(_orphans(whole, words))


def whole_of(units: pl.DataFrame) -> dict[str, Any]:
    """
    The counts of several units added up, with the rates of the sums; what no unit records stays null, and without
    a unit there is nothing of anything.
    """
    counts = [name for name, kind in units.schema.items() if kind.is_numeric() and name not in RATES]
    # A sum of nothing known would be nought.
    sums = units.select(
        pl.when((pl.col(name).count() > 0) | (pl.len() == 0)).then(pl.col(name).sum()) for name in counts
    )
    whole = sums.row(0, named=True)
    for name, (above, below, per) in RATES.items():
        whole[name] = whole[above] / whole[below] * per if whole[above] is not None and whole[below] else None
    return whole


Tile = tuple[str, str, str, str]


def _people(whole: Mapping[str, Any], words: Words) -> Tile:
    return (
        words.text("Headcount"),
        _count(whole["headcount"], words),
        words.text("{months} agent-months in the period", months=words.decimal(whole["agent_months"])),
        words.text("Agents under contract at the end of the day the figures are as of"),
    )


def _premium(whole: Mapping[str, Any], words: Words) -> Tile:
    per_agent = whole["premium_per_active"]
    return (
        words.text("Premium per active agent"),
        words.compact_money(per_agent),
        words.text("a month; {count} policies sold", count=_count(whole["policies"], words)),
        words.text("First-year premium of the policies issued, over the months in which an agent sold any"),
    )


def _licences(whole: Mapping[str, Any], words: Words) -> Tile:
    lapsed = whole["licences_lapsed"]
    mark = ":orange[**▼**] " if lapsed else ""
    return (
        words.text("Licences about to expire"),
        _count(whole["licences_expiring"], words),
        mark + words.text("{count} expired already", count=_count(lapsed, words)),
        words.text("Of agents under contract, within 60 days; an expired licence forbids selling"),
    )


def _reviews(whole: Mapping[str, Any], words: Words) -> Tile:
    due, attended = whole["reviews_due"], whole["reviews_attended"]
    return (
        words.text("Claim disputes reviewed"),
        words.text("not recorded") if due is None else words.percent(whole["case_review_rate"]),
        words.text("{part} of {whole}", part=_count(attended, words), whole=_count(due, words)),
        words.text("Monthly reviews of claim disputes attended, of those due in the period"),
    )


def _orphans(whole: Mapping[str, Any], words: Words) -> str:
    return words.text(
        "Without their seller, who has left or whom nobody recorded: {orphaned} of {sold} policies sold in the "
        "period",
        orphaned=_count(whole["policies_orphaned"], words),
        sold=_count(whole["policies"], words),
    )


def _measure(whole: Mapping[str, Any], name: str, words: Words) -> Tile:
    observed, base, _ = RATES[name]
    unit = MEASURES[name].kind
    value = words.text("not recorded") if whole[observed] is None else words.figure(whole[name], unit)
    return (
        words.text(SPOKEN[name].short),
        value,
        counts_in_words(name, whole[observed], whole[base], words),
        words.text(SPOKEN[name].title),
    )


def _count(count: float | None, words: Words) -> str:
    return words.text("not recorded") if count is None else words.count(count)
