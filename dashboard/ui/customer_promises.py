"""
What a customer is owed, by when; what is late comes first.
"""

from __future__ import annotations

from datetime import UTC
from typing import Final

import polars as pl
import streamlit as st

from dashboard.metrics.customer_promises import ANSWER, REMINDER, open_promises
from dashboard.ui.case_parts import ask_for_case, open_picked
from dashboard.ui.customer_rows import Customer
from dashboard.ui.falling_due import Ahead
from dashboard.ui.frames import framed
from dashboard.ui.listing import list_columns, list_table, sign
from dashboard.ui.open_claims import CLOCKS
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

KINDS: Final = {"complaints": msgid("Complaint"), "claims": msgid("Claim"), "renewals": msgid("Renewal")}
PROMISES: Final = {ANSWER: msgid("answer to the complaint"), REMINDER: msgid("reminder of the renewal"), **CLOCKS}


def owed(look: Look, customer: Customer, ahead: Ahead) -> pl.DataFrame:
    """
    Every deadline that runs for a customer at this moment: see `metrics.customer_promises`.
    """
    figures = look.figures.on(customer.now.date())
    return open_promises(
        customer.rows["complaints"],
        customer.rows["claims"],
        ahead.rows,
        figures.terms,
        now=customer.now.astimezone(UTC),
        claims_recorded=figures.recorded("claims"),
        renewals_recorded=figures.recorded("renewals"),
    )


def promise_in_words(promise: str, words: Words) -> str:
    """
    What is owed.
    """
    return words.text(PROMISES[promise])


def promises_panel(look: Look, promises: pl.DataFrame) -> None:
    """
    List what a customer is owed; a click opens the complaint or the claim.
    """
    words = look.ctx.words
    with panel(words, "open promises"):
        late = promises.filter("is_overdue").height
        title = words.several("1 open promise", "{count} open promises", promises.height)
        finding = (
            words.several("1 of them is late", "{count} of them are late", late)
            if late
            else words.text("Nothing is late.")
        )
        with framed(title, finding, alone=True):
            if not promises.height:
                st.info(words.text("We owe this customer nothing at the moment."), icon=":material/task_alt:")
                return
            _list(promises, words)


def _list(promises: pl.DataFrame, words: Words) -> None:
    shown = promises.with_columns(
        sign=sign(pl.col("is_law")),
        kind=pl.Series([words.text(KINDS[kind]) for kind in promises["kind"]]),
        promise=pl.Series([promise_in_words(promise, words) for promise in promises["promise"]]),
        time_left=pl.Series(
            [
                words.text("waits for documents") if hours is None else words.time_left(hours)
                for hours in promises["hours_left"]
            ]
        ),
        whose=pl.Series(
            [words.text("by law") if is_law else words.text("house rule") for is_law in promises["is_law"]]
        ),
    ).select("sign", "number", "kind", "promise", "time_left", "due_on", "whose", "rule")
    columns = list_columns(words, texts=(), days=("due_on",), key="number")
    config = st.column_config
    columns |= {
        "number": config.TextColumn(words.text("Number"), pinned=True, width=120),
        "kind": config.TextColumn(words.text("Kind")),
        "promise": config.TextColumn(words.text("What we owe")),
        "whose": config.TextColumn(words.text("Whose limit")),
        "rule": config.TextColumn(words.text("Rule")),
    }
    event = list_table(
        shown,
        words,
        columns={name: each for name, each in columns.items() if name in shown.columns},
        total=shown.height,
        key="customer_promises",
        alt=words.text("What we owe the customer, what is late first"),
    )
    kinds = dict(promises.select("number", "kind").iter_rows())
    open_picked(
        event,
        promises["number"].to_list(),
        key="customer_promises",
        ask=lambda number: ask_for_case(number) if kinds[number] in CASES else None,
    )


# The kinds that have a dialog of their own.
CASES: Final = ("complaints", "claims")
