"""
How fresh and how clean the facts are.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from dashboard.facts import FACTS, Kind
from dashboard.reader import Reader
from dashboard.snapshot import FactState
from dashboard.ui.context import Context
from dashboard.ui.damaged import reason_in_words
from dashboard.ui.states import panel
from dashboard.words import Words


@st.cache_data(
    max_entries=500,
    show_spinner=False,
    hash_funcs={Reader: lambda reader: (reader.version_id, reader.viewer.scope)},
)
def states_of(reader: Reader) -> dict[str, FactState]:
    """
    What is known of each fact, counted once for each version among the rows that a viewer may see.
    """
    return reader.states()


def freshness(ctx: Context, states: dict[str, FactState]) -> None:
    """
    Each fact: when and from where it was loaded, how many rows it has, how many bad ones, and whether that failed.
    """
    words, zone = ctx.words, ZoneInfo(ctx.zone)
    with panel(words, "freshness"):
        if ctx.viewer.bound_by is not None:
            st.caption(words.text("Rows are counted within your units; one that names no unit is in nobody's."))
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


def findings(ctx: Context, states: dict[str, FactState]) -> None:
    """
    What was found while loading: bad rows by reason and codes nobody knows.
    """
    words = ctx.words
    with panel(words, "findings"):
        st.subheader(words.text("Findings"), anchor=False)
        rows = [
            (words.fact(name), words.text("kept out of all figures"), reason_in_words(reason, words), count)
            for name, state in states.items()
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
            for name, state in states.items()
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
