"""
Are sales recorded that must be, and which steps of a sale leave their record?
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.ranking import ranking
from dashboard.metrics.sale_records import RECORDINGS, STEPS, retention_on
from dashboard.ui.frames import as_table, choose_one, chosen_of, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.sales_conduct import recordings_of, steps_of
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

_SHARES: Final = {
    "recording_coverage_rate": msgid("Sale recorded"),
    "recording_pass_rate": msgid("Recording passed"),
}
_SPLITS: Final = {
    "channel": msgid("Channel"),
    "age_band": msgid("Age"),
    "term_band": msgid("Term"),
    "product_line": msgid("Product line"),
}
# What a split reads of the source.
_READ: Final = {"age_band": "customer_age", "term_band": "term_years"}
_BANDS: Final = {
    "0-59": msgid("younger than 60"),
    "60-64": msgid("60 to 64"),
    "65+": msgid("65 and older"),
    "0-1": msgid("a year or less"),
    "1+": msgid("longer than a year"),
}
_STEPS: Final = {
    "needs_analysis": msgid("Needs analysis"),
    "risk_assessment": msgid("Risk test"),
    "recording": msgid("Sale recording"),
    "health_declaration": msgid("Health declaration"),
}
# The figure behind a step, where there is one.
_FIGURES: Final = {
    "needs_analysis": "needs_analysis_rate",
    "recording": "recording_coverage_rate",
    "health_declaration": "health_declaration_rate",
}


def recordings_panel(look: Look) -> None:
    """
    Of the sales that had to be recorded, how many were, and of these how many passed, by what decides the duty.
    """
    ctx, words = look.ctx, look.ctx.words
    picked, name, by = None, "", ""
    with panel(words, "sales recorded"):
        name, by = chosen_of("recording_share", _SHARES), chosen_of("recording_by", _SPLITS)
        with framed(words.text("Sales that had to be recorded"), _kept(look)):
            choose_one(words, "recording_share", _SHARES, msgid("What is compared"))
            choose_one(words, "recording_by", _SPLITS)
            if not look.figures.recorded("applications") >= {*RECORDINGS[name].needs, _READ.get(by, by)}:
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
                return
            found = recordings_of(look.figures, look.selection.values, look.period, name, by)
            units = found.filter(pl.col("denominator") > 0).rename({by: "unit"})
            if not units.height:
                nothing(look, units)
                return
            labels = [_named(look, by, unit) for unit in units["unit"]]
            units = units.with_columns(label=pl.Series(labels, dtype=pl.String))
            drawn = ranking(
                units,
                words=words,
                colours=ctx.colours,
                overall=look.figures.one(name, look.period, look.selection.values)["value"],
                minimum=ctx.settings.display.minimum_cases,
            )
            alt = words.text(
                "{title} by {dimension}", title=words.text(_SHARES[name]), dimension=words.text(_SPLITS[by])
            )
            key = f"recordings_{name}_{by}"
            picked = show_chart(drawn, key=key, alt=alt)
            as_table(look, units.drop("unit").select("label", pl.exclude("label")), key)
    if picked is not None:
        ask_for_rows(look, name, look.period, {by: picked})


def _kept(look: Look) -> str:
    """
    How long recordings are kept; what became of them no source tells.
    """
    rule = retention_on(look.figures.as_of)
    words = look.ctx.words
    if rule is None:
        return words.text("Where the law asks for it")
    return words.text(
        "Kept for {long} years after the end of a contract of more than a year, else {short}, and {dispute} after "
        "a dispute; whether a recording was deleted earlier isn't recorded",
        long=rule.long_years,
        short=rule.short_years,
        dispute=rule.dispute_years,
    )


def _named(look: Look, by: str, unit: str | None) -> str:
    if unit in _BANDS:
        return look.ctx.words.text(_BANDS[unit])
    return look.names.of(by, unit)


def steps_panel(look: Look) -> None:
    """
    Step by step from the enquiry to the contract: of those who had to take it, who did.
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "steps of sales"):
        title = words.text("Steps that left a record")
        recorded = look.figures.recorded("applications")
        told = [step for step, share in STEPS.items() if recorded >= share.needs]
        if not told:
            with framed(title, ""):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        found = steps_of(look.figures, look.selection.values, look.period).filter(pl.col("step").is_in(told))
        with framed(title, _finding(found, words)):
            units = found.filter(pl.col("denominator") > 0).rename({"step": "unit"})
            if not units.height:
                nothing(look, units)
                return
            labels = [words.text(_STEPS[step]) for step in units["unit"]]
            units = units.with_columns(label=pl.Series(labels, dtype=pl.String))
            drawn = ranking(
                units,
                words=words,
                colours=ctx.colours,
                overall=None,
                minimum=ctx.settings.display.minimum_cases,
            )
            picked = show_chart(drawn, key="sale_steps", alt=title)
            st.caption(
                words.text(
                    "Of the other steps it is recorded how many there were, not which; they are in the figure "
                    "above."
                )
            )
            as_table(look, units.drop("unit").select("label", pl.exclude("label")), "sale_steps")
    if picked in _FIGURES:
        ask_for_rows(look, _FIGURES[picked], look.period)


def _finding(found: pl.DataFrame, words: Words) -> str:
    """
    Which step is missed most often.
    """
    known = found.filter(pl.col("value").is_not_null())
    if not known.height:
        return ""
    worst = known.sort("value", "step").row(0, named=True)
    return words.text(
        "{step} is missing most often: {missing} of {all}",
        step=words.text(_STEPS[worst["step"]]),
        missing=words.count(worst["denominator"] - worst["numerator"]),
        all=words.count(worst["denominator"]),
    )
