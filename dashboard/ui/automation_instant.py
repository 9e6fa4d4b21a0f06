"""
Which claims meant for instant payment were paid at once, and what was in the way of the others?
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.pareto import pareto
from dashboard.ui.automation import instant_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import msgid

INSTANT: Final = "instant_pay_rate"
REASONS: Final = {
    "refused": msgid("Refused"),
    "fell_out": msgid("Decided by people"),
    "documents": msgid("Waited for documents"),
    "reported_late": msgid("Reported late"),
    "paid_late": msgid("Paid late"),
    "other": msgid("Other"),
}
AT_ONCE: Final = "0"


def instant_panel(look: Look) -> None:
    """
    Of the claims meant for instant payment: how many were paid so, and why weren't the others?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "instant pay"):
        is_told = look.figures.can_tell(INSTANT)
        found = instant_of(look.figures, look.selection.values, look.period) if is_told else None
        finding = (
            words.text(
                "{paid} of {whole} claims meant for it were paid instantly ({share})",
                paid=words.count(found.paid),
                whole=words.count(found.eligible),
                share=words.percent(found.rate),
            )
            if found is not None and found.eligible
            else ""
        )
        with framed(words.text("What keeps claims from instant payment"), finding):
            if found is None or not found.eligible:
                nothing(look, pl.DataFrame({"not_recorded": [not is_told]}))
                return
            if found.misses.height:
                labels = {reason: words.text(said) for reason, said in REASONS.items()}
                misses = found.misses.with_columns(
                    pl.col("reason").replace_strict(labels, return_dtype=pl.String).alias("label")
                )
                drawn = pareto(misses.rename({"reason": "cause"}), words=words, colours=ctx.colours)
                alt = words.text("Claims not paid instantly by what was in the way")
                show_chart(drawn, key="instant", alt=alt, select=False)
                as_table(look, misses.select("label", "cases", "share", "cumulative"), "instant")
            st.caption(
                words.text(
                    "Late: reported later than the day after the incident, from which on a claim could be paid;"
                    " paid later than the house's clock for such claims."
                )
            )
            paid = int(found.waits["cases"].sum())
            said = []
            if paid:
                at_once = int(found.waits.filter(pl.col("wait") == AT_ONCE)["cases"].sum())
                said.append(
                    words.text(
                        "Instant payment begins on the day after the incident;"
                        " {share} of those paid were paid by then.",
                        share=words.percent(at_once / paid),
                    )
                )
            if found.undated:
                said.append(
                    words.text("{count} paid have no incident recorded.", count=words.count(found.undated))
                )
            if found.pending:
                said.append(words.text("{count} are agreed and not paid yet.", count=words.count(found.pending)))
            if said:
                st.caption(" ".join(said))
