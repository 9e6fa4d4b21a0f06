"""
The top of every page: its title and question, how fresh and how wide the view is, and the filters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.metrics import MANY_ROWS
from dashboard.periods import Period
from dashboard.ui.anticipating import Selected, begin
from dashboard.ui.context import Context
from dashboard.ui.figures import Figures, Values
from dashboard.ui.filters import Option, Selection, choose, in_words
from dashboard.ui.literal import literal
from dashboard.ui.names import Names, names_of
from dashboard.ui.scope import scope_badge


@dataclass(frozen=True, slots=True)
class Look:
    """
    What a page about one fact looks at: the selection, the figures it can ask for, and what things are called.
    """

    ctx: Context
    fact: str
    selection: Selection
    figures: Figures
    names: Names

    @property
    def said(self) -> str:
        """
        The selection in words.
        """
        return in_words(self.ctx.words, self.selection, dict(self.names.options))

    @property
    def is_filtered(self) -> bool:
        """
        Whether the viewer narrowed anything besides the period.
        """
        return bool(self.selection.values)

    @property
    def period(self) -> Period:
        """
        The selected period.
        """
        return self.selection.period

    def about(self, fact: str) -> Look:
        """
        The same selection of another fact.
        """
        if fact == self.fact:
            return self
        return replace(self, fact=fact, names=names_of(self.ctx.reader, fact, self.ctx.words))


def heading(ctx: Context, title: str, question: str) -> None:
    """
    Draw a page's title with its question, and beside them the day it judges by and what the viewer may see.
    """
    words = ctx.words
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        with st.container(width="content", gap=None):
            st.title(title, anchor=False)
            st.caption(question)
        with st.container(horizontal=True, width="content", gap="xsmall", vertical_alignment="center"):
            st.badge(
                words.text("as of {day}", day=words.day_in_words(ctx.as_of)),
                icon=":material/event:",
                color="gray",
                help=words.text("The last complete day in the data. What is due today is due today, not late."),
            )
            scope_badge(ctx)


def look(ctx: Context, fact: str, *, with_period: bool = True, also: Sequence[str] = ()) -> Look:
    """
    Draw the filter row, say what it selects, and return what the page looks at. What couldn't be loaded is said
    first, with the moment at which its data stands.

    Args:
        ctx: Who looks at what.
        fact: What the page is about.
        with_period: Off where only the present state is looked at.
        also: Other facts the page is about.
    """
    _say_what_is_old(ctx, (fact, *also))
    names = names_of(ctx.reader, fact, ctx.words, also=also)
    options = dict(names.options)
    folded = "Mobi" in (st.context.headers.get("User-Agent") or "")
    place = st.expander(ctx.words.text("Filters"), icon=":material/tune:") if folded else st.container()
    with place:
        selection = choose(ctx.words, options, ctx.as_of, with_period=with_period)
    figures = Figures(ctx.reader, ctx.viewer, ctx.settings, ctx.rules, ctx.as_of)
    found = Look(ctx, fact, selection, figures, names)
    selected = Selected(figures.key, selection.values, (selection.period, selection.comparison))
    begin(selected, ahead=_first_choices(ctx, selection, options))
    st.caption(literal(found.said))
    return found


def _first_choices(
    ctx: Context, selection: Selection, options: Mapping[str, Sequence[Option]]
) -> tuple[Values, ...]:
    """
    Of each dimension one value, where nothing is chosen yet and rows are many; a second dimension is rarely next.
    """
    if selection.values or all(state.rows < MANY_ROWS for state in ctx.reader.version.facts.values()):
        return ()
    return tuple(((dimension, (known[0].value,)),) for dimension, known in options.items() if known)


def _say_what_is_old(ctx: Context, facts: Sequence[str]) -> None:
    words, zone = ctx.words, ZoneInfo(ctx.zone)
    stuck: dict[datetime | None, list[str]] = {}
    for fact in facts:
        if ctx.reader.is_stuck(fact):
            stuck.setdefault(ctx.reader.refreshed_at(fact), []).append(words.fact(fact))
    for at, names in stuck.items():
        st.warning(
            words.text("{facts} couldn't be loaded yet.", facts=", ".join(names))
            if at is None
            else words.text(
                "{facts} stand as they were at {moment}; newer ones couldn't be loaded.",
                facts=", ".join(names),
                moment=words.instant(at.astimezone(zone)),
            ),
            icon=":material/sync_problem:",
        )
