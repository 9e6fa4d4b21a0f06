"""
How do claims end: paid, refused, or given up?
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.incidence import incidence
from dashboard.ui.cycle import endings_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.survivals import limits_of
from dashboard.words import Words, msgid

NAMES: Final = {
    "paid": msgid("paid"),
    "refused": msgid("refused"),
    "walked_away": msgid("given up"),
}
# Neither end is better than the other by itself; a payment is what the contract was made for.
TONES: Final = {"paid": "improvement_soft", "refused": "neutral_soft", "walked_away": "neutral_faint"}
LIMITS: Final = ("claim_determination",)
NEEDS: Final = (frozenset({"paid_at"}), frozenset({"closed_at", "refusal_told_at"}))


def endings_panel(look: Look) -> None:
    """
    What became of the claims reported in the period, day by day?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "claim endings"):
        title, question = words.text("How claims end"), words.text("Share paid, refused and given up, by day")
        recorded = look.figures.recorded("claims")
        if not all(need & recorded for need in NEEDS):
            with framed(title, question):
                st.info(words.text("Not recorded by the source."), icon=":material/info:")
            return
        limits = limits_of(look, LIMITS)
        points = endings_of(look.figures, look.selection.values, look.period).with_columns(
            label=pl.col("ending").replace_strict(
                {key: words.text(name) for key, name in NAMES.items()}, return_dtype=pl.String
            )
        )
        with framed(title, _finding(points, limits, words) or question):
            if not points.height:
                nothing(look, points)
                return
            drawn = incidence(
                points,
                words=words,
                colours=ctx.colours,
                tones=TONES,
                limits=limits,
                unit_label=words.text("days since the report"),
                rest=words.text("open"),
            )
            show_chart(drawn, key="claim_endings", alt=question, select=False)
            st.caption(
                words.text(
                    "Refused and given-up claims are ends of their own here; they don't wait for a payment."
                )
            )
            as_table(
                look, points.select("label", "days", "incidence", "lower", "upper", "at_risk"), "claim_endings"
            )


def _finding(points: pl.DataFrame, limits: list[tuple[int, str]], words: Words) -> str | None:
    """
    What had become of the claims when the last limit was reached; None if nobody was watched so long.
    """
    if not limits or not points.height or int(points["days"].max() or 0) < limits[-1][0]:  # type: ignore[arg-type]
        return None
    day, name = limits[-1]
    then = points.filter(pl.col("days") <= day).group_by("ending").last()
    shares = dict(then.select("ending", "incidence").iter_rows())
    return words.text(
        "After {limit}: {paid} paid, {refused} refused, {given_up} given up, {open} open",
        limit=name,
        paid=words.percent(shares["paid"]),
        refused=words.percent(shares["refused"]),
        given_up=words.percent(shares["walked_away"]),
        open=words.percent(max(0.0, 1 - sum(shares.values()))),
    )
