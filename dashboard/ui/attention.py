"""
What needs somebody's attention now: breaches of law first, then what is about to become one, then signals.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.metrics import kpi
from dashboard.periods import Period
from dashboard.ui.complaints import surges_of
from dashboard.ui.literal import literal
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.trends import last_signal


@dataclass(frozen=True, slots=True)
class _Matter:
    sign: str
    colour: str
    sentence: str


def attention(look: Look) -> None:
    """
    Draw the list; each line says how many and why, and leads to the page that shows them.
    """
    words = look.ctx.words
    with panel(words, "attention"), st.container(border=True):
        st.subheader(words.text("Needs attention"), anchor=False)
        matters = [*_late(look), *_soon(look), *_surges(look), *_signals(look)]
        for matter in matters:
            st.markdown(f":{matter.colour}[{matter.sign}] {matter.sentence}")
        if not matters:
            st.markdown(
                ":blue[●] " + words.text("Nothing is late, nothing falls due this week, no signal in the trends.")
            )
        with st.container(horizontal=True, gap="medium"):
            look.ctx.page_link("complaint-deadlines", words.text("Work through the deadlines"))
            look.ctx.page_link("complaint-causes", words.text("Look into the causes"))


def _late(look: Look) -> list[_Matter]:
    figure = look.figures.one("complaints_overdue", Period(None, None), look.selection.values)
    words, is_law = look.ctx.words, look.ctx.regime.kind == "law"
    if figure["not_recorded"]:
        # Silence would read as "nothing is late".
        untold = words.text(
            "Whether complaints are late can't be told: the source doesn't record what {rule} needs",
            rule=look.ctx.regime.id,
        )
        return [_Matter("–", "gray", untold)]
    if not figure["value"]:
        return []
    sentence = words.text(
        "{count} open complaints are past their due day under {rule}",
        count=words.count(figure["value"]),
        rule=look.ctx.regime.id,
    )
    return [_Matter("■" if is_law else "▼", "red" if is_law else "orange", sentence)]


def _soon(look: Look) -> list[_Matter]:
    names = ["complaints_due_7d", "complaint_breaches_expected_7d"]
    found = look.figures.of(names, Period(None, None), look.selection.values)
    due, late = (found[name].row(0, named=True) for name in names)
    if not due["value"]:
        return []
    words = look.ctx.words
    sentence = words.text("{count} more fall due within 7 days", count=words.count(due["value"]))
    if late["value"] is not None:
        sentence = words.text(
            "{count} more fall due within 7 days, {late} of them are expected to be late",
            count=words.count(due["value"]),
            late=words.figure(late["value"], "expected"),
        )
    return [_Matter("▲", "orange", sentence)]


def _surges(look: Look) -> list[_Matter]:
    """
    What public relations should hear of: causes that surge, with what came by the media and the regulator.
    """
    words = look.ctx.words
    if "cause" not in look.figures.recorded("complaints"):
        return []
    cells = surges_of(look.figures, look.selection.values, ("cause",)).cells
    return [
        _Matter(
            "▲",
            "orange",
            words.text(
                "Surge in four weeks: {cause}, {observed} complaints where {expected} were expected",
                cause=literal(words.code("cause", row["cause"])),
                observed=words.count(row["observed"]),
                expected=words.decimal(row["expected"]),
            ),
        )
        for row in cells.iter_rows(named=True)
    ]


def _signals(look: Look) -> list[_Matter]:
    found = []
    words = look.ctx.words
    for name in ("complaint_on_time_rate", "complaint_days_median", "complaints_received"):
        signal = last_signal(look, name)
        if signal is not None:
            sentence, better = signal
            found.append(
                _Matter(
                    "●" if better else "▲",
                    "blue" if better else "orange",
                    f"{words.text(kpi(name).title)}: {sentence}",
                )
            )
    return found
