"""
How old are the open claims, and which claimants have heard nothing for too long?
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.heat import heat
from dashboard.facts import FACTS
from dashboard.metrics.claim_ageing import (
    AGAINST,
    AGES,
    BELOW_ZERO,
    UNKNOWN_AMOUNT,
)
from dashboard.ui.address import begin_with_one, write
from dashboard.ui.case_parts import open_picked
from dashboard.ui.causes import show_chart_keys
from dashboard.ui.export import export_button
from dashboard.ui.frames import as_table, framed, nothing
from dashboard.ui.listing import list_columns, list_table, worded
from dashboard.ui.names import amounts_in_words, band_in_words
from dashboard.ui.open_claims import HEARD, STAGES, LiveClaims, Silence, aged_claims, ages_of, live_claims
from dashboard.ui.page import Look
from dashboard.ui.states import panel, side_by_side
from dashboard.ui.tables import show_rows
from dashboard.words import Words, msgid

# Bands of age that no claim should reach.
OLD: Final = AGES[4:]
OLDER_THAN: Final = 60

TITLES: Final = {
    "stage": msgid("Open claims by stage and days since the report"),
    "amount_band": msgid("Open claims by amount and days since the report"),
}
BEYOND_AMOUNTS: Final = {
    BELOW_ZERO: msgid("below zero"),
    UNKNOWN_AMOUNT: msgid("amount not recorded"),
}

# Days without a message from which on silence is too long, to choose from.
SILENCE_KEY: Final = "silent"
SILENCES: Final = (5, 10, 20, 30)
USUAL: Final = 10

_SHOWN: Final = (
    "claim_id",
    "days_silent",
    "heard_on",
    "stage",
    "handler_id",
    "branch_id",
    "team_id",
    "reported_on",
)
_AGED: Final = (
    *("claim_id", "days_open", "reported_on", "claim_type", "amount_claimed", "product_line", "channel"),
    *("branch_id", "team_id", "handler_id"),
)


def ageing_by(look: Look, by: str) -> None:
    """
    How long have open claims waited, by stage or by the amount claimed; a click lists those of a cell.
    """
    words = look.ctx.words
    picked: list[str] | None = None
    with panel(words, f"ageing by {by}"):
        # Every open claim has an age and a stage, and an amount or none: the cells are all there are.
        counts = ages_of(look.figures, look.selection.values, by)
        total = int(counts["cases"].sum())
        old = int(counts.filter(pl.col("age_band").is_in(OLD))["cases"].sum())
        finding = words.text(
            "{old} of {total} open claims were reported more than {days} days ago",
            old=words.count(old),
            total=words.count(total),
            days=OLDER_THAN,
        )
        with framed(words.text(TITLES[by]), finding if total else ""):
            if not total:
                nothing(look, counts)
                return
            cells = _cells(counts, by, words)
            drawn = heat(cells, words=words, colours=look.ctx.colours, signed=False)
            picked = show_chart_keys(drawn, key=f"claims_by_{by}", alt=finding)
            as_table(look, cells.select("row_label", "column_label", "cases"), f"claims_by_{by}")
    if picked:
        row, age = picked
        title = f"{_label(by, row, words)} · {words.text('{days} days', days=band_in_words(age))}"
        rows = aged_claims(look.figures, look.selection.values)
        found = rows.filter((pl.col(by) == row) & (pl.col("age_band") == age))
        st.dialog(title, width="large")(_listed)(look, found, title)


def silence_panel(look: Look) -> None:
    """
    Which claimants have heard nothing for too long, and where are they?
    """
    _silence(look)


@st.fragment
def _silence(look: Look) -> None:
    words = look.ctx.words
    with panel(words, "silence"):
        if HEARD not in look.figures.recorded("claims"):
            with framed(words.text("Claims without a message"), "", alone=True):
                st.info(
                    words.text("When claimants were last told something isn't recorded by the source."),
                    icon=":material/info:",
                )
            return
        live = live_claims(look)
        longest = _chosen_silence(words)
        silence = live.silence(longest)
        left, right = side_by_side()
        with left:
            _where(look, silence, longest)
        with right:
            _who(live, silence, longest)


def _chosen_silence(words: Words) -> int:
    allowed = [str(days) for days in SILENCES]
    begin_with_one(SILENCE_KEY, allowed, str(USUAL))
    chosen = st.segmented_control(
        words.text("Silent for more than"),
        allowed,
        format_func=lambda days: words.text("Silent for more than {days} days", days=days),
        key=SILENCE_KEY,
        persist_state="session",
        required=True,
        label_visibility="collapsed",
    )
    write(SILENCE_KEY, [chosen or str(USUAL)], is_default=chosen in (None, str(USUAL)))
    return int(chosen or USUAL)


def _where(look: Look, silence: Silence, longest: int) -> None:
    """
    How many of each branch's, and of each stage's, open claims are silent.
    """
    words = look.ctx.words
    finding = words.text(
        "{silent} of {total} open claims: nothing heard for more than {days} days",
        silent=words.count(silence.silent),
        total=words.count(silence.total),
        days=longest,
    )
    with framed(words.text("Claims without a message"), finding):
        if not silence.total:
            nothing(look, silence.first)
            return
        if silence.unknown:
            st.caption(
                words.text(
                    "Of {count} it isn't recorded when the last message was sent",
                    count=words.count(silence.unknown),
                )
            )
        for by, title in (("branch_id", words.column("branch_id")), ("stage", words.column("stage"))):
            counts = silence.by[by]
            named = [
                words.text(STAGES[value]) if by == "stage" else look.names.of(by, value) for value in counts[by]
            ]
            st.dataframe(
                counts.select(
                    pl.Series(title, named, dtype=pl.String),
                    pl.col("cases").alias(words.text("Silent")),
                    pl.col("open").alias(words.text("Open")),
                    pl.col("share").alias(words.text("Of the open")),
                ),
                hide_index=True,
                column_config={words.text("Of the open"): st.column_config.NumberColumn(format="percent")},
                placeholder=words.text("n/a"),
                height="content",
                key=f"silence_{by}",
                lazy=False,
                alt=finding,
            )


def _who(live: LiveClaims, silence: Silence, longest: int) -> None:
    """
    The claims themselves, those silent for longest first; a click opens the case.
    """
    look, words = live.look, live.look.ctx.words
    title = words.text("Silent for more than {days} days", days=longest)
    with framed(title, words.text("Days since the last message, or since the report where none was sent")):
        if not silence.rows:
            st.info(words.text("No open claim here."), icon=":material/task_alt:")
            return
        shown = _told(look, silence.first).select(_SHOWN)
        columns = list_columns(
            words,
            texts=("stage", "handler_id", "branch_id", "team_id"),
            days=("heard_on", "reported_on"),
            key="claim_id",
        )
        columns["days_silent"] = st.column_config.NumberColumn(words.column("days_silent"), format="%d")
        event = list_table(shown, words, columns=columns, total=silence.rows, key="silent_claims", alt=title)
        export_button(
            look.ctx,
            lambda: _told(look, live.silent(longest)).select(_SHOWN),
            fact=FACTS["claims"],
            title=title,
            said=[look.said, words.text("counted down from {moment}", moment=words.instant(live.now))],
            name="silent_claims",
            day=live.today,
            key="export_silent_claims",
        )
        open_picked(event, shown["claim_id"].to_list(), key="silent_claims")


def _told(look: Look, rows: pl.DataFrame) -> pl.DataFrame:
    stages = {stage: look.ctx.words.text(name) for stage, name in STAGES.items()}
    return rows.with_columns(
        **worded(rows, look.names, ("branch_id", "team_id")),
        stage=pl.col("stage").replace_strict(stages, return_dtype=pl.String),
    )


def _cells(counts: pl.DataFrame, by: str, words: Words) -> pl.DataFrame:
    labels = {key: _label(by, key, words) for key in AGAINST[by]}
    ages = {age: band_in_words(age) for age in AGES}
    # A row nobody is in would only make the others smaller.
    filled = pl.col("cases").sum().over(by) > 0
    return counts.filter(filled).select(
        row=by,
        row_label=pl.col(by).replace_strict(labels, return_dtype=pl.String),
        column="age_band",
        column_label=pl.col("age_band").replace_strict(ages, return_dtype=pl.String),
        cases="cases",
        value=pl.col("cases").cast(pl.Float64),
    )


def _label(by: str, key: str, words: Words) -> str:
    if by == "stage":
        return words.text(STAGES[key])
    return words.text(BEYOND_AMOUNTS[key]) if key in BEYOND_AMOUNTS else amounts_in_words(key, words)


def _listed(look: Look, rows: pl.DataFrame, title: str) -> None:
    words, recorded = look.ctx.words, look.figures.recorded("claims")
    columns = [name for name in _AGED if name in recorded or name in ("days_open", "reported_on")]
    shown = rows.sort("days_open", descending=True).with_columns(
        worded(rows, look.names, _units(recorded)).values()
    )
    every: Any = shown.select(columns)
    show_rows(
        every,
        fact=FACTS["claims"],
        words=words,
        zone=look.ctx.zone,
        key="aged_claims",
        total=rows.height,
        name=title,
    )
    export_button(
        look.ctx,
        lambda: every,
        fact=FACTS["claims"],
        title=title,
        said=[look.said, words.text("as of {day}", day=words.day(look.ctx.as_of))],
        name="open_claims",
        day=look.ctx.as_of,
        key="export_aged_claims",
    )


def _units(recorded: frozenset[str]) -> list[str]:
    return [name for name in ("branch_id", "team_id") if name in recorded]
