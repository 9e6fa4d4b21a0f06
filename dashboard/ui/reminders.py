"""
Are customers reminded in time, who renews, and how do the other contracts end?
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.heat import heat
from dashboard.metrics.lapses import DAY_BANDS, ENDINGS, LATEST
from dashboard.metrics.renewal_splits import NOT_AT_RANDOM, Compared
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.renewals import compared_of, lapses_of, lead_time_of
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

ENDING_NAMES: Final = {
    "lapsed": msgid("Lapsed, still unpaid"),
    "reinstated": msgid("Lapsed, reinstated"),
    "insurer_declined": msgid("Declined by us"),
    "cancelled": msgid("Cancelled before"),
    "claim_terminated": msgid("Ended by a claim"),
}
# What is compared, with the column it needs and the names of its two sides.
SIDES: Final = {
    "is_reminded": ("reminded_at", msgid("Reminded by the due day"), msgid("Not reminded")),
    "auto_renew": ("auto_renew", msgid("Renewing by themselves"), msgid("To be renewed by hand")),
}
DUE, CONTRACTS_RENEWED = msgid("Due"), msgid("Contracts renewed")


def reminders_panel(look: Look) -> None:
    """
    How early are customers reminded, and who renews: those reminded, those renewing by themselves?
    """
    words = look.ctx.words
    with (
        panel(words, "reminders"),
        framed(words.text("Reminders and automatic renewal"), words.text("Share renewed of either side")),
    ):
        recorded = look.figures.recorded("renewals")
        told = [truth for truth, (column, _, _) in SIDES.items() if column in recorded]
        if not told or not look.figures.can_tell("renewal_rate"):
            nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        found = {truth: compared_of(look.figures, look.selection.values, look.period, truth) for truth in told}
        rows = [row for truth, each in found.items() for row in _sides(truth, each, words)]
        if not rows:
            nothing(look, pl.DataFrame({"not_recorded": [False]}))
            return
        if "is_reminded" in told:
            st.markdown(_lead(look))
        st.dataframe(
            pl.DataFrame(rows),
            hide_index=True,
            column_config={
                words.text(name): st.column_config.NumberColumn(format="localized")
                for name in (DUE, CONTRACTS_RENEWED)
            },
            placeholder=words.text("n/a"),
            height="content",
            key="reminders",
            lazy=False,
        )
        for truth, each in found.items():
            said = _difference(truth, each, words)
            if said:
                st.markdown(f"- {said}")
        if "is_reminded" in told:
            st.caption(words.text(NOT_AT_RANDOM), text_alignment="left")


def lapses_panel(look: Look) -> None:
    """
    How did contracts end that weren't paid by the end of grace, and how long before or after their due day?
    """
    ctx, words = look.ctx, look.ctx.words
    with (
        panel(words, "lapses"),
        framed(
            words.text("How contracts end that aren't renewed"),
            words.text("Contracts by days from the due day to their end"),
        ),
    ):
        if not look.figures.can_tell("lapse_rate"):
            nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        found = lapses_of(look.figures, look.selection.values, look.period)
        if found.is_empty():
            nothing(look, found)
            return
        cells = _cells(found, words)
        alt = words.text("Contracts not renewed, by how they ended and days from the due day")
        drawn = heat(cells, words=words, colours=ctx.colours, signed=False)
        show_chart(drawn, key="lapses", alt=alt, select=False)
        as_table(look, cells.select("row_label", "column_label", "cases"), "lapses")


def _lead(look: Look) -> str:
    words = look.ctx.words
    lead = lead_time_of(look.figures, look.selection.values, look.period).row(0, named=True)
    if lead["median"] is None:
        return words.text("Nobody was reminded by the due day.")
    return words.text(
        "First reminded {median} before the due day (median); half of them {late} to {early} before it",
        median=words.days(lead["median"]),
        late=words.count(lead["shortest_quarter"]),
        early=words.days(lead["longest_quarter"]),
    )


def _sides(truth: str, found: Compared, words: Words) -> list[dict[str, Any]]:
    _, yes, no = SIDES[truth]
    rows = []
    for row in found.rates.sort(truth, descending=True).iter_rows(named=True):
        interval = words.text(
            "{value} ({lower}–{upper})",
            value=words.percent(row["value"]),
            lower=words.percent(row["lower"], 0),
            upper=words.percent(row["upper"], 0),
        )
        rows.append(
            {
                words.text("Contracts"): words.text(yes if row[truth] else no),
                words.text(DUE): row["denominator"],
                words.text(CONTRACTS_RENEWED): row["numerator"],
                words.text("Share, 95 % interval"): interval,
            }
        )
    return rows


def _difference(truth: str, found: Compared, words: Words) -> str:
    if found.difference is None:
        return ""
    _, yes, no = SIDES[truth]
    return words.text(
        "{yes} against {no}: {difference} (95 % interval {lower} to {upper})",
        yes=words.text(yes),
        no=words.text(no),
        difference=words.points(found.difference),
        lower=words.points(found.lower),
        upper=words.points(found.upper),
    )


def _cells(found: pl.DataFrame, words: Words) -> pl.DataFrame:
    """
    The endings by band, every band a column whether or not anything ended in it.
    """
    bands = [*DAY_BANDS, LATEST, *([None] if found["band"].null_count() else [])]
    endings = [ending for ending in ENDINGS if ending in found["ending"]]
    counted = {(ending, band): cases for ending, band, cases in found.iter_rows()}
    return pl.DataFrame(
        [
            {
                "row": ending,
                "row_label": words.text(ENDING_NAMES[ending]),
                "column": band or "",
                "column_label": _band_in_words(band, words),
                "cases": counted.get((ending, band), 0),
                "value": float(counted.get((ending, band), 0)),
            }
            for ending in endings
            for band in bands
        ]
    )


def _band_in_words(band: str | None, words: Words) -> str:
    if band is None:
        return words.text("not recorded")
    if band == "before":
        return words.text("before due")
    return band.replace("-", "–") if band != LATEST else f"> {int(band.removesuffix('+')) - 1}"
