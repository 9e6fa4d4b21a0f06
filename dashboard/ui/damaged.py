"""
The rows that are kept out of all figures: why, which, and the way to take them along to whoever mends them.
"""

from __future__ import annotations

import re
from functools import partial

import polars as pl
import streamlit as st

from dashboard.facts import FACTS, PROBLEM, Fact
from dashboard.snapshot import FactState
from dashboard.ui.context import Context
from dashboard.ui.export import SHEET_ROWS, Book, take_along, workbook
from dashboard.ui.states import panel
from dashboard.ui.tables import SHOWN, show_rows
from dashboard.words import Words, msgid

# The reasons a row is kept out of all figures; what stands behind the colon are the columns it is about.
REASONS = {
    "too_long": msgid("a text too long to be one ({first})"),
    "no_key": msgid("no key ({first})"),
    "unreadable": msgid("a value that can't be read ({first})"),
    "missing": msgid("a required value is missing ({first})"),
    "impossible_year": msgid("an impossible year ({first})"),
    "before": msgid("“{first}” lies before “{second}”"),
    "future": msgid("in the future ({first})"),
    "negative": msgid("below zero ({first})"),
    "exceeds": msgid("“{first}” is more than “{second}”"),
}


def reason_in_words(problem: str, words: Words) -> str:
    """
    A row's problem in words: `before:decided_at<received_at` is "“Decided” lies before “Received”".

    One that nobody knows stays as it is.
    """
    code = problem.partition(":")[0]
    named = [words.column(name) for name in columns_of(problem)]
    if code not in REASONS or not named:
        return problem
    return words.text(REASONS[code], first=named[0], second=named[-1])


def columns_of(problem: str) -> list[str]:
    """
    The columns that a problem is about, as it names them: of `before:decided_at<received_at` both.
    """
    return [name for name in re.split("[<>]", problem.partition(":")[2]) if name]


def damaged_rows(ctx: Context, states: dict[str, FactState]) -> None:
    """
    The rows behind the findings of one fact, all or those with one reason: their keys, the reason and the columns
    it is about; the export has every recorded column.

    Args:
        ctx: Who looks at what.
        states: What is known of each fact, counted within the viewer's scope.
    """
    words = ctx.words
    with panel(words, "bad rows"):
        having = [name for name, state in states.items() if state.bad]
        if not having:
            return
        title = words.text("Rows kept out of all figures")
        st.subheader(title, anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.selectbox(words.text("Fact"), having, format_func=words.fact, key="bad_fact", width=280)
            fact = FACTS[name or having[0]]
            bad = states[fact.name].bad
            reason = st.selectbox(
                words.text("Reason"),
                [None, *bad],
                format_func=lambda each: words.text("All") if each is None else reason_in_words(each, words),
                key=f"bad_reason_{fact.name}",
                width=420,
            )
            total = sum(bad.values()) if reason is None else bad[reason]
            _export(ctx, fact, reason, total)
        show_rows(
            _rows(ctx, fact, reason, _telling(ctx, fact, [*bad] if reason is None else [reason]), SHOWN),
            fact=fact,
            words=words,
            zone=ctx.zone,
            key="bad_rows",
            total=total,
            name=title,
        )


def damaged_workbook(ctx: Context, fact: Fact, reason: str | None) -> Book:
    """
    An Excel file of the bad rows that a viewer may see, with every recorded column.

    Args:
        ctx: Who looks at what.
        fact: Whose rows.
        reason: Only those with this problem; None: all.

    Raises:
        ValueError: More rows than a sheet holds.
    """
    words = ctx.words
    named = words.text("All") if reason is None else reason_in_words(reason, words)
    return workbook(
        _rows(ctx, fact, reason, _shown(ctx, fact)),
        fact=fact,
        words=words,
        zone=ctx.zone,
        title=words.text("Rows kept out of all figures"),
        said=[
            f"{words.fact(fact.name)} · {named}",
            words.text("Snapshot {version}, scope {scope}", version=ctx.reader.version_id, scope=ctx.viewer.scope),
        ],
    )


def _export(ctx: Context, fact: Fact, reason: str | None, total: int) -> None:
    words, too_many = ctx.words, total > SHEET_ROWS
    take_along(
        ctx,
        partial(damaged_workbook, ctx, fact, reason),
        name=f"bad_{fact.name}",
        day=ctx.as_of,
        key="export_bad_rows",
        is_off=too_many,
        why_off=words.text("More rows than a sheet holds: choose a reason.") if too_many else None,
    )


def _rows(
    ctx: Context, fact: Fact, reason: str | None, columns: list[str], most: int | None = None
) -> pl.DataFrame:
    """
    The bad rows of a fact in the order of their reasons, each told in words; at most so many.
    """
    rows = ctx.reader.bad_rows(fact.name)
    chosen = rows if reason is None else rows.filter(pl.col(PROBLEM) == reason)
    rest = [name for name in columns if name not in fact.keys]
    keys = [name for name in fact.keys if name in columns]
    ordered = chosen.sort(PROBLEM, *fact.keys).select(*keys, PROBLEM, *rest)
    found = (ordered if most is None else ordered.head(most)).collect()
    told = {problem: reason_in_words(problem, ctx.words) for problem in found[PROBLEM].unique()}
    return found.with_columns(pl.col(PROBLEM).replace(told))


def _shown(ctx: Context, fact: Fact) -> list[str]:
    """
    The columns that are recorded and, where they tell persons apart, shown to the viewer.
    """
    hidden = () if ctx.viewer.rights.personal else fact.personal
    recorded = ctx.reader.recorded(fact.name)
    return [name for name in fact.schema if name in recorded and name not in hidden]


def _telling(ctx: Context, fact: Fact, problems: list[str]) -> list[str]:
    """
    Of those, what names a row, the unit that can mend it, and what the problems are about.
    """
    about = {name for problem in problems for name in columns_of(problem)}
    wanted = {*fact.keys, "branch_id", "team_id", *([fact.dated] if fact.dated else []), *about}
    return [name for name in _shown(ctx, fact) if name in wanted]
