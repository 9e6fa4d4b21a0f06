"""
How far does mediation come, who mediates well, what does it change, and is every settlement on record?
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.funnel_steps import funnel_steps
from dashboard.facts import FACTS
from dashboard.metrics.mediation_effect import NOT_RANDOMISED
from dashboard.ui.complaints import effect_of, funnel_of, mediators_of, unrecorded_of
from dashboard.ui.export import export_button
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.tables import show_rows
from dashboard.words import Words, msgid

STEPS: Final = {
    "offered": msgid("Mediation offered"),
    "accepted": msgid("Accepted"),
    "ended": msgid("Ended"),
    "settled": msgid("Settled"),
    "recorded": msgid("Record kept"),
}


def funnel_panel(look: Look) -> None:
    """
    Of the complaints for which mediation was offered: how many accepted, ended, settled, and are on record?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "mediation funnel"):
        steps = funnel_of(look.figures, look.selection.values, look.period)
        with framed(words.text("How far mediation comes"), words.text("Each step as a share of the one before")):
            if not steps["cases"].sum():
                nothing(look, _untold(look))
                return
            named = steps.with_columns(
                pl.col("step")
                .replace_strict({step: words.text(name) for step, name in STEPS.items()}, return_dtype=pl.String)
                .alias("label")
            )
            alt = words.text("Complaints by how far mediation came")
            show_chart(funnel_steps(named, words=words, colours=ctx.colours), key="funnel", alt=alt, select=False)
            as_table(look, named.select("label", "cases", "pending", "share"), "funnel")


def mediators_panel(look: Look) -> None:
    """
    How do mediators compare, and what changes where a dispute is settled?
    """
    words = look.ctx.words
    with (
        panel(words, "mediators"),
        framed(words.text("Mediators, and what settling changes"), words.text(NOT_RANDOMISED)),
    ):
        found = mediators_of(look.figures, look.selection.values, look.period)
        if not found.height:
            nothing(look, _untold(look))
            return
        st.dataframe(
            pl.DataFrame([_mediator(row, words) for row in found.iter_rows(named=True)]),
            hide_index=True,
            placeholder=words.text("n/a"),
            height="content",
            key="mediators",
            lazy=False,
        )
        for row in effect_of(look.figures, look.selection.values, look.period).iter_rows(named=True):
            said = _effect(row, words)
            if said:
                st.markdown(f"- {said}")


def unrecorded_panel(look: Look) -> None:
    """
    Which settlements could somebody go back on, because no record of them was kept?
    """
    words = look.ctx.words
    with panel(words, "settlements without record"):
        if "settlement_record_at" not in look.figures.recorded("complaints"):
            return
        found = unrecorded_of(look.figures, look.selection.values, look.period)
        with framed(
            words.text("Settlements without a record"),
            words.text("What was agreed and isn't kept can be denied; the oldest first"),
            alone=True,
        ):
            if not found.height:
                st.markdown(":blue[●] " + words.text("Every settlement has its record."))
                return
            shown = found.drop("cases").with_columns(
                pl.col("branch_id").replace(
                    {
                        value: look.names.of("branch_id", value)
                        for value in found["branch_id"].unique().drop_nulls()
                    }
                )
            )
            show_rows(
                shown,
                fact=FACTS["complaints"],
                words=words,
                zone=look.ctx.zone,
                key="unrecorded",
                total=found.height,
                name=words.text("Settlements without a record"),
            )
            export_button(
                look.ctx,
                lambda: shown,
                fact=FACTS["complaints"],
                title=words.text("Settlements without a record"),
                said=[look.said, words.text("as of {day}", day=words.day(look.ctx.as_of))],
                name="settlements_without_record",
                day=look.ctx.as_of,
                key="export_unrecorded",
            )


def _mediator(row: dict[str, Any], words: Words) -> dict[str, Any]:
    interval = ""
    if row["success"] is not None:
        interval = words.text(
            "{value} ({lower}–{upper})",
            value=words.percent(row["success"]),
            lower=words.percent(row["lower"], 0),
            upper=words.percent(row["upper"], 0),
        )
    return {
        words.column("mediator"): words.code("mediator", row["mediator"]),
        words.text("Accepted"): row["accepted"],
        words.text("Ended"): row["ended"],
        words.text("Settled"): row["settled"],
        words.text("Success"): interval or None,
        words.text("Median days"): row["median_days"],
        words.text("Redress, median"): None
        if row["redress_median"] is None
        else words.compact_money(row["redress_median"]),
        words.text("Redress, total"): None
        if row["redress_total"] is None
        else words.compact_money(row["redress_total"]),
    }


def _effect(row: dict[str, Any], words: Words) -> str | None:
    """
    One measure in a sentence: settled cases against comparable ones, and how sure the difference is.
    """
    if row["settled"] is None or row["compared"] is None:
        return None
    is_days = row["measure"] == "days"
    show = words.days if is_days else words.percent
    change = words.signed_days if is_days else words.points
    blanks = {
        "settled": show(round(row["settled"], 1) if is_days else row["settled"]),
        "compared": show(round(row["compared"], 1) if is_days else row["compared"]),
        "cases": words.count(row["cases_settled"]),
    }
    said = (
        words.text("Settled cases took {settled}, comparable ones without mediation {compared}", **blanks)
        if is_days
        else words.text("{settled} of settled cases went further, {compared} of comparable ones", **blanks)
    )
    if row["lower"] is None:
        return said
    limits = {side: change(round(row[side], 1) if is_days else row[side]) for side in ("lower", "upper")}
    return said + " " + words.text("(difference {lower} to {upper}, {cases} settled cases)", **limits, **blanks)


def _untold(look: Look) -> pl.DataFrame:
    return pl.DataFrame({"not_recorded": ["mediation_offered_at" not in look.figures.recorded("complaints")]})
