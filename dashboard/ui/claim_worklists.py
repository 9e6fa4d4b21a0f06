"""
The working list of claims, live: tiles that narrow it, by whose limits, the list, and the way to take it along.

Drawn again every minute, with what the newest version knows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.facts import FACTS
from dashboard.ui.address import begin_with_one, write
from dashboard.ui.case_parts import open_picked
from dashboard.ui.export import export_button
from dashboard.ui.listing import (
    ALL,
    band_name,
    band_tiles,
    counted,
    list_columns,
    list_table,
    sign,
    worded,
)
from dashboard.ui.open_claims import CLOCKS, STAGES, LiveClaims, live_claims
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.tiles import chosen_tile
from dashboard.words import Words, msgid

EVERY: Final = timedelta(minutes=1)

# By whose limits a claim is on the list.
LIMITS_KEY: Final = "limits"
LIMITS: Final = {
    "all": msgid("Law and promises of the house"),
    "law": msgid("Law only"),
}

_CODED: Final = ("claim_type", "branch_id", "team_id", "product_line", "channel")
_SHOWN: Final = (
    *("sign", "claim_id", "clock", "due_on", "time_left", "limit_used", "stage", "amount_claimed", "clocks"),
    *("due_strict_on", "claim_type", "handler_id", "branch_id", "team_id", "product_line", "channel"),
    "reported_on",
)


@st.fragment(run_every=EVERY)
def claims_waiting(look: Look) -> None:
    """
    Which claims must somebody take up now, by which limit, and how much time is left?
    """
    words = look.ctx.words
    with panel(words, "claims waiting"):
        live = live_claims(look)
        if not live.can_be_due:
            st.info(
                words.text("When claims are due can't be told: the source doesn't record what the rules need."),
                icon=":material/info:",
            )
            return
        _working_list(live)


def _working_list(live: LiveClaims) -> None:
    words = live.look.ctx.words
    law_only = _limits(words) == "law"
    cases = live.bands(law_only=law_only)
    tiles = band_tiles(
        cases,
        words,
        everything=words.text("Every claim that nothing has ended"),
        is_breach=live.is_breach(law_only=law_only),
    )
    band = chosen_tile(tiles, words, key="band", default="overdue")
    st.caption(
        words.text(
            "As of this moment, {moment}, and counting down; the figures further below are as of {day}",
            moment=words.instant(live.now),
            day=words.day(live.look.ctx.as_of),
        )
    )
    first, total = live.first(band, law_only=law_only)
    said = words.text(band_name(band))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(
            words.text(
                "{title}: {shown} of {total} open claims",
                title=said,
                shown=words.count(cases[band]),
                total=words.count(cases[ALL]),
            ),
            anchor=False,
        )
        _export(live, band, said, law_only=law_only, is_empty=not total)
    if not total:
        st.info(words.text("No open claim here."), icon=":material/task_alt:")
        return
    shown = listed(live, first)
    alt = words.text("Open claims, the most pressing first")
    event = list_table(shown, words, columns=_columns(words), total=total, key="claim_worklist", alt=alt)
    open_picked(event, shown["claim_id"].to_list(), key="claim_worklist")


def _limits(words: Words) -> str:
    begin_with_one(LIMITS_KEY, list(LIMITS), "all")
    chosen = st.segmented_control(
        words.text("Limits"),
        list(LIMITS),
        format_func=lambda key: words.text(LIMITS[key]),
        key=LIMITS_KEY,
        persist_state="session",
        required=True,
        label_visibility="collapsed",
    )
    write(LIMITS_KEY, [chosen or "all"], is_default=chosen in (None, "all"))
    return chosen or "all"


def listed(live: LiveClaims, rows: pl.DataFrame) -> pl.DataFrame:
    """
    The list as people read it: signs, names, codes and clocks in words, the time left, every clock with its day.
    """
    words, names = live.look.ctx.words, live.look.names
    clocks = {key: words.text(name) for key, name in CLOCKS.items()}
    running = [
        [_running(clocks[key], due, words) for key, due in zip(keys or (), dues or (), strict=True)]
        for keys, dues in rows.select("clocks", "clocks_due").iter_rows()
    ]
    return rows.with_columns(
        **worded(rows, names, _CODED),
        **counted(rows, words, STAGES),
        sign=pl.when(pl.col("due_on").is_not_null()).then(sign(pl.col("is_law"))),
        clock=pl.col("clock").replace_strict(clocks, default=None, return_dtype=pl.String),
        clocks=pl.Series(running, dtype=pl.List(pl.String)),
        amount_claimed=pl.col("amount_claimed").cast(pl.Float64),
    ).select(_SHOWN)


def _running(clock: str, due: Any, words: Words) -> str:
    if due is None:
        return words.text("{clock}: paused", clock=clock)
    return words.text("{clock}: {day}", clock=clock, day=words.day(due))


def _columns(words: Words) -> dict[str, Any]:
    return {
        **list_columns(
            words,
            texts=("clock", "stage", "handler_id", *_CODED),
            days=("due_on", "due_strict_on", "reported_on"),
            key="claim_id",
        ),
        "amount_claimed": st.column_config.NumberColumn(words.column("amount_claimed"), format="accounting"),
        "clocks": st.column_config.ListColumn(words.column("clocks"), width="medium"),
    }


def _export(live: LiveClaims, band: str, said: str, *, law_only: bool, is_empty: bool) -> None:
    words, rules = live.look.ctx.words, live.look.ctx.rules.claims
    export_button(
        live.look.ctx,
        lambda: listed(live, live.worklist(band, law_only=law_only)).with_columns(
            pl.col("clocks").list.join(", ")
        ),
        fact=FACTS["claims"],
        title=words.text("Claims that wait"),
        said=[
            said,
            live.look.said,
            words.text("counted down from {moment}", moment=words.instant(live.now)),
            *(words.text("Rule: {rule}", rule=rule.id) for rule in rules.values()),
        ],
        name="claims_waiting",
        day=live.today,
        key="export_claim_worklist",
        is_empty=is_empty,
    )
