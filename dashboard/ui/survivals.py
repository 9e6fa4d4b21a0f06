"""
How long until we decide? The share of complaints still waiting, by day, with the limit drawn in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.survival import survival
from dashboard.deadlines import limit_in_words
from dashboard.ui.complaints import curves_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.words import msgid

ALL: Final = "all"
SPLITS: Final[Mapping[str, str]] = {
    "category": msgid("Category"),
    "branch_id": msgid("Branch"),
    "grade": msgid("Grade"),
    ALL: msgid("All together"),
}


def survival_panel(look: Look) -> None:
    """
    Of the complaints received in the period: which share still waits after so many days, by category or branch?
    """
    ctx, words = look.ctx, look.ctx.words
    picked = by = None
    with panel(words, "survival"):
        recorded = look.figures.recorded("complaints")
        offered = [column for column in SPLITS if column == ALL or column in recorded]
        stops = {"decided_at", "informed_at", "closed_at"} & recorded
        with framed(
            words.text("How long until we decide"),
            words.text("Share not yet answered, open cases included; the dotted line is the limit"),
        ):
            chosen = st.segmented_control(
                words.text("Compare by"),
                offered,
                default=offered[0],
                format_func=lambda column: words.text(SPLITS[column]),
                key="survival_by",
                label_visibility="collapsed",
                required=True,
            )
            if not stops:
                st.info(words.text("Not recorded by the source."), icon=":material/info:")
                return
            by = None if chosen in (None, ALL) else str(chosen)
            found = curves_of(look.figures, look.selection.values, look.period, by)
            if not found.points.height:
                nothing(look, found.points)
                return
            points = found.points.with_columns(_grouped(look, found.points, by))
            drawn = survival(
                points,
                words=words,
                colours=ctx.colours,
                limits=_limits(look),
                unit_label=words.text("days since receipt"),
                state=words.text("not yet answered"),
            )
            alt = words.text("Share of complaints not yet answered, by days since receipt")
            picked = show_chart(drawn, key=f"survival_{by}", alt=alt)
            if found.left_out:
                st.caption(
                    words.text("{count} smaller groups are left out", count=words.count(len(found.left_out)))
                )
            as_table(look, points.select("label", "days", "survival", "lower", "upper", "at_risk"), "survival")
    if picked is not None and by is not None:
        ask_for_rows(look, "complaint_days_median", look.period, {by: picked})


def _grouped(look: Look, points: pl.DataFrame, by: str | None) -> list[pl.Expr]:
    if by is None:
        return [pl.lit(ALL).alias("group"), pl.lit(look.ctx.words.text("All")).alias("label")]
    names = {value: look.names.of(by, value) for value in points[by].unique()}
    return [
        pl.col(by).alias("group"),
        pl.col(by).replace_strict(names, return_dtype=pl.String).alias("label"),
    ]


def _limits(look: Look) -> list[tuple[int, str]]:
    """
    The limits that can be drawn on an axis of whole days from receipt: those of days, weeks and hours.
    """
    words = look.ctx.words
    days = {"cd": 1.0, "w": 7.0, "h": 1 / 24}
    drawn = [limit for limit in sorted(look.ctx.regime.limits, key=lambda limit: limit.n) if limit.unit in days]
    return [(int(limit.n * days[limit.unit]), limit_in_words(limit, words)) for limit in drawn]
