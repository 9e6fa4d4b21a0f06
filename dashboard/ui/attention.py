"""
What needs somebody's attention now: breaches of law first, then signals of the processes, then forecasts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from dashboard.access import may_open
from dashboard.forecasting.ahead import at_risk, in_band
from dashboard.metrics import kpi
from dashboard.periods import Period
from dashboard.ui.complaints import surges_of
from dashboard.ui.falling_due import ahead_of
from dashboard.ui.literal import literal
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.trends import last_signal
from dashboard.words import msgid

# On one screen there is room for so many; the others unfold.
AT_FIRST: Final = 8
# Fewer cases expected to be late than this round to none.
LIKELY: Final = 0.5

# What is late, with its sentence, and where it is worked on or shown.
_LATE: Final = {
    "complaints_overdue": (
        msgid("Complaints overdue under {rule}: {count}"),
        msgid("Whether complaints are late can't be told: the source doesn't record what {rule} needs"),
        ("complaint-deadlines", "complaint-timeliness"),
    ),
    "claims_overdue": (
        msgid("Claims overdue under {rule}: {count}"),
        msgid("Whether claims are late can't be told: the source doesn't record what {rule} needs"),
        ("claim-cycle",),
    ),
}


@dataclass(frozen=True, slots=True)
class _Matter:
    sign: str
    colour: str
    sentence: str
    pages: Sequence[str]


def attention(look: Look, watched: Mapping[str, Sequence[str]]) -> None:
    """
    Draw the list; each line says how many and why, and leads to the page that shows them, with the filters kept.

    Args:
        look: What the page looks at, of any facts.
        watched: The KPIs whose last complete month is judged by their own process, with the pages that show more.
            A change for the better needs nobody's attention; of what is late the number itself is told.
    """
    words = look.ctx.words
    with panel(words, "attention"), st.container(key="attention", gap="xsmall"):
        st.subheader(words.text("Needs attention"), anchor=False)
        matters = [*_late(look), *_signals(look, watched), *_surges(look), *_soon(look), *_at_risk(look)]
        for matter in matters[:AT_FIRST]:
            _line(look, matter)
        if len(matters) > AT_FIRST:
            more = words.text("{count} more", count=words.count(len(matters) - AT_FIRST))
            with st.popover(more, type="tertiary"):
                for matter in matters[AT_FIRST:]:
                    _line(look, matter)
        if not matters:
            st.markdown(
                ":blue[●] " + words.text("Nothing is late, nothing falls due this week, no signal in the trends.")
            )


def _line(look: Look, matter: _Matter) -> None:
    told = f":{matter.colour}[**{matter.sign}**] {matter.sentence}"
    theirs = [page for page in matter.pages if may_open(look.ctx.viewer, page)]
    if theirs:
        look.ctx.page_link(theirs[0], told)
    else:
        st.markdown(told)


def _late(look: Look) -> list[_Matter]:
    found, words, terms = [], look.ctx.words, look.figures.terms
    for name, (late, untold, pages) in _LATE.items():
        # Its period doesn't matter to a state; with the page's own it is a figure that the table has asked for.
        figure = look.figures.one(name, look.selection.period, look.selection.values)
        each = kpi(name)
        rule = terms.regimes[each.clock].id if each.clock else ""
        if figure["not_recorded"]:
            # Silence would read as "nothing is late"; of a fact that no source gives there is nothing to be late.
            if look.figures.recorded(each.fact):
                found.append(_Matter("–", "gray", words.text(untold, rule=rule), pages))
        elif figure["value"]:
            is_law = each.kind_under(terms) == "law"
            sentence = words.text(late, count=words.count(figure["value"]), rule=rule)
            found.append(_Matter("■" if is_law else "▼", "red" if is_law else "orange", sentence, pages))
    return sorted(found, key=lambda matter: matter.colour != "red")


def _signals(look: Look, watched: Mapping[str, Sequence[str]]) -> list[_Matter]:
    found, words = [], look.ctx.words
    for name, pages in watched.items():
        # Of a state the months before are too dear to ask for more of them than are drawn.
        signal = None if kpi(name).day is None else last_signal(look, name)
        if signal is not None and not signal[1]:
            found.append(_Matter("▲", "orange", f"{words.text(kpi(name).title)}: {signal[0]}", pages))
    return found


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
            ("complaint-causes",),
        )
        for row in cells.iter_rows(named=True)
    ]


def _soon(look: Look) -> list[_Matter]:
    names = ["complaints_due_7d", "complaint_breaches_expected_7d"]
    found = look.figures.of(names, Period(None, None), look.selection.values)
    due, late = (found[name].row(0, named=True) for name in names)
    # Of a week in which nothing is likely to be late nobody need hear.
    if not due["value"] or (late["value"] is not None and late["value"] < LIKELY):
        return []
    words = look.ctx.words
    sentence = words.text("Complaints due within 7 days: {count}", count=words.count(due["value"]))
    if late["value"] is not None:
        sentence = words.text(
            "Complaints due within 7 days: {count}, of them expected late: {late}",
            count=words.count(due["value"]),
            late=words.figure(late["value"], "expected"),
        )
    return [_Matter("▲", "orange", sentence, ("complaint-deadlines", "complaint-timeliness"))]


def _at_risk(look: Look) -> list[_Matter]:
    """
    What may be lost of the premium that falls due in the next 30 days, where there is a forecast to be trusted.
    """
    if not look.figures.recorded("renewals"):
        return []
    risk = at_risk(in_band("within_30d", ahead_of(look).rows))
    if risk.value is None:
        return []
    words = look.ctx.words
    sentence = words.text(
        "Premium at risk within 30 days: {value} of {premium} due",
        value=words.compact_money(risk.value[0]),
        premium=words.compact_money(risk.premium),
    )
    return [_Matter("▲", "orange", sentence, ("renewals-at-risk", "renewal-trends"))]
