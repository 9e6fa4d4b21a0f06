"""
The registry and the data contract, for whoever wants to know what a figure counts.
"""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.facts import FACTS
from dashboard.metrics import KPIS, Kpi
from dashboard.ui.address import chosen_one
from dashboard.ui.cards import target_in_words
from dashboard.ui.context import Context
from dashboard.ui.states import panel
from dashboard.words import msgid

BASES = {
    "received": msgid("day received"),
    "due": msgid("due day"),
    "stopped": msgid("day answered"),
    "reported": msgid("day reported"),
    "decided": msgid("day decided"),
    "lapsed": msgid("day after grace"),
    "outcome_due": msgid("day the outcome was due"),
    "review_decided": msgid("day the review was decided"),
    "mediation_offered": msgid("day mediation was offered"),
    "mediation_ended": msgid("day mediation ended"),
    "started": msgid("day begun"),
    "issued": msgid("day issued"),
    "month": msgid("first day of the month"),
    "contacted": msgid("day of the contact"),
    "as_of": msgid("end of the day asked for"),
}


def figures_defined(ctx: Context) -> None:
    """
    Every KPI: what it counts, out of what, by which day, its target and its source.
    """
    words = ctx.words
    with panel(words, "definitions"):
        st.subheader(words.text("Figures"), anchor=False)
        by_fact: dict[str, list[Kpi]] = {}
        for each in KPIS.values():
            by_fact.setdefault(each.fact, []).append(each)
        for name, entries in by_fact.items():
            st.markdown(f"**{words.fact(name)}**")
            grid = st.grid(2, min_column_width=340, gap="small", border=True, key=f"definitions_{name}")
            for each in entries:
                with grid.cell():
                    _defined(ctx, each)
        st.caption(
            words.text(
                "Rates carry their 95 % Wilson interval; days are read from a survival curve in which open "
                "cases count as not yet answered. A rate over fewer than {count} cases isn't judged.",
                count=ctx.settings.display.minimum_cases,
            )
        )


def _defined(ctx: Context, each: Kpi) -> None:
    words, target = ctx.words, ctx.settings.targets.get(each.target_key)
    st.markdown(f"**{words.text(each.title)}** :small[:gray[`{each.id}`]]")
    said = [
        words.text(each.question),
        words.text("Counts: {numerator}", numerator=words.text(each.numerator)),
        words.text("By: {basis}", basis=words.text(BASES[each.date_basis])),
        words.text("Source: {source}", source=words.text(each.source)),
    ]
    if each.denominator:
        said.insert(2, words.text("Out of: {denominator}", denominator=words.text(each.denominator)))
    if target is not None:
        said.insert(-1, words.text("Target: {target}", target=target_in_words(each, target, words)))
    # Two spaces before a line's end break it without opening a paragraph.
    st.markdown("  \n".join(f":small[{sentence}]" for sentence in said))


def facts_in_the_contract(ctx: Context) -> None:
    """
    Every fact with its columns, made from the contract itself: type, need, personal data, codes, and whether the
    source records it.
    """
    words = ctx.words
    with panel(words, "facts"):
        st.subheader(words.text("Facts"), anchor=False)
        st.caption(
            words.text(
                "One query file fills one fact. What the source doesn't record is shown as not recorded, "
                "never as 0."
            )
        )
        name = chosen_one(words.text("Fact"), list(FACTS), "complaints", key="fact", name_of=words.fact, width=280)
        fact = FACTS[name]
        recorded = ctx.reader.recorded(fact.name)
        st.dataframe(
            pl.DataFrame(
                {
                    words.text("Column"): [column.name for column in fact.columns],
                    words.text("Meaning"): [words.column(column.name) for column in fact.columns],
                    words.text("Type"): [words.code("kind", column.kind.value) for column in fact.columns],
                    words.text("Required"): [column.required for column in fact.columns],
                    words.text("Personal"): [column.personal for column in fact.columns],
                    words.text("Recorded here"): [column.name in recorded for column in fact.columns],
                    words.text("Known codes"): [" ".join(column.vocabulary) or None for column in fact.columns],
                }
            ),
            hide_index=True,
            placeholder="–",
            height=460,
            lazy=False,
        )
        st.caption(words.text("Key: {key}", key=" + ".join(fact.keys)))
