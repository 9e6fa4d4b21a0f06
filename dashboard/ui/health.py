"""
How fresh and how clean the facts are.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from dashboard.facts import FACTS, Kind
from dashboard.snapshot import FactState
from dashboard.ui.context import Context
from dashboard.ui.states import panel
from dashboard.ui.tables import show_rows
from dashboard.words import Words, msgid

# The reasons a row is kept out of all figures; what stands behind the colon is the column.
REASONS = {
    "no_key": msgid("no key ({column})"),
    "unreadable": msgid("a value that can't be read ({column})"),
    "missing": msgid("a required value is missing ({column})"),
    "impossible_year": msgid("an impossible year ({column})"),
    "before": msgid("in the wrong order ({column})"),
    "future": msgid("in the future ({column})"),
    "negative": msgid("below zero ({column})"),
}


def reason_in_words(problem: str, words: Words) -> str:
    """
    A row's problem in words: `before:decided_at<received_at` is "in the wrong order (decided_at<received_at)".
    """
    code, _, column = problem.partition(":")
    return words.text(REASONS[code], column=column) if code in REASONS else problem


def freshness(ctx: Context) -> None:
    """
    Each fact: when and from where it was loaded, how many rows it has, how many bad ones, and whether that failed.
    """
    words, zone = ctx.words, ZoneInfo(ctx.zone)
    with panel(words, "freshness"):
        states = ctx.reader.states()
        failed = [state for state in states.values() if state.error]
        if failed:
            st.warning(
                words.text(
                    "The last load of {facts} failed; what is shown of them is the last good load.",
                    facts=", ".join(words.fact(state.fact) for state in failed),
                ),
                icon=":material/sync_problem:",
            )
        table = pl.DataFrame(
            {
                "fact": [words.fact(name) for name in states],
                "status": [_status(state, words) for state in states.values()],
                "rows": [state.rows if state.refreshed_at else None for state in states.values()],
                "bad": [sum(state.bad.values()) if state.refreshed_at else None for state in states.values()],
                "unknown": [
                    sum(state.unknown.values()) if state.refreshed_at else None for state in states.values()
                ],
                "latest": [_day_of(state, zone) for state in states.values()],
                "refreshed": [state.refreshed_at for state in states.values()],
                "mode": [words.code("mode", state.mode) if state.mode else None for state in states.values()],
                "source": [state.source or None for state in states.values()],
            },
            schema_overrides={"latest": pl.Date, "refreshed": pl.Datetime("us", "UTC")},
        ).with_columns(pl.col("refreshed").dt.convert_time_zone(str(zone)).dt.replace_time_zone(None))
        moment = "YYYY-MM-DD HH:mm"
        st.dataframe(
            table,
            hide_index=True,
            placeholder="–",
            column_config={
                "fact": words.text("Fact"),
                "status": words.text("Status"),
                "rows": st.column_config.NumberColumn(words.text("Row count"), format="localized"),
                "bad": st.column_config.NumberColumn(words.text("Bad rows"), format="localized"),
                "unknown": st.column_config.NumberColumn(words.text("Unknown codes"), format="localized"),
                "latest": st.column_config.DateColumn(words.text("Newest row"), format="YYYY-MM-DD"),
                "refreshed": st.column_config.DatetimeColumn(words.text("Last good load"), format=moment),
                "mode": words.text("Load"),
                "source": words.text("Database"),
            },
            height="content",
            lazy=False,
        )


def _day_of(state: FactState, zone: ZoneInfo) -> date | None:
    """
    The day of the newest row: local where rows have an instant, as it stands where they have a day.
    """
    dated = FACTS[state.fact].dated
    if state.latest_at is None or dated is None:
        return None
    is_day = FACTS[state.fact].by_name[dated].kind is Kind.DAY
    return state.latest_at.date() if is_day else state.latest_at.astimezone(zone).date()


def _status(state: FactState, words: Words) -> str:
    if state.error:
        return "▲ " + words.text("last load failed")
    if state.refreshed_at is None:
        # No query was ever tried: the source doesn't record it.
        return "– " + words.text("not recorded")
    age = (datetime.now(UTC) - state.refreshed_at).days
    return "▲ " + words.text("loaded {days} ago", days=words.days(age)) if age else "● " + words.text("up to date")


def findings(ctx: Context) -> None:
    """
    What was found while loading: bad rows by reason and codes nobody knows.
    """
    words = ctx.words
    with panel(words, "findings"):
        st.subheader(words.text("Findings"), anchor=False)
        rows = [
            (words.fact(name), words.text("kept out of all figures"), reason_in_words(reason, words), count)
            for name, state in ctx.reader.states().items()
            for reason, count in state.bad.items()
        ]
        rows += [
            (
                words.fact(name),
                words.text("kept and shown as it is"),
                words.text(
                    "unknown code {code} in {column}", code=code.partition(":")[2], column=code.partition(":")[0]
                ),
                count,
            )
            for name, state in ctx.reader.states().items()
            for code, count in state.unknown.items()
        ]
        if not rows:
            st.success(words.text("Every row could be read and makes sense."), icon=":material/check_circle:")
            return
        names = [
            words.text("Fact"),
            words.text("What was done"),
            words.text("What was found"),
            words.text("Row count"),
        ]
        found = pl.DataFrame(rows, schema=names, orient="row")
        settings = {names[-1]: st.column_config.NumberColumn(format="localized")}
        st.dataframe(found, hide_index=True, column_config=settings, lazy=False)


def bad_rows(ctx: Context) -> None:
    """
    The rows behind the findings of one fact.
    """
    words = ctx.words
    with panel(words, "bad rows"):
        having = [name for name, state in ctx.reader.states().items() if state.bad]
        if not having:
            return
        st.subheader(words.text("Rows kept out of all figures"), anchor=False)
        name = st.selectbox(words.text("Fact"), having, format_func=words.fact, key="bad_fact", width=280)
        fact = FACTS[name or having[0]]
        recorded = [column for column in fact.schema if column in ctx.reader.recorded(fact.name)]
        found = ctx.reader.bad_rows(fact.name).select("problem", *recorded).collect()
        reasons = {problem: reason_in_words(problem, words) for problem in found["problem"].unique()}
        show_rows(
            found.with_columns(pl.col("problem").replace(reasons)),
            fact=fact,
            words=words,
            zone=ctx.zone,
            key="bad_rows",
            total=found.height,
            name=words.text("Rows kept out of all figures"),
        )
