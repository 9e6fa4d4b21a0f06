"""
A customer's policies, claims, complaints and renewals, as lists; a click on a case opens it.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.facts import FACTS
from dashboard.ui.case_parts import open_picked
from dashboard.ui.customer_promises import CASES
from dashboard.ui.customer_rows import Customer, source_in_words
from dashboard.ui.falling_due import Ahead
from dashboard.ui.frames import framed, nothing
from dashboard.ui.listing import list_table
from dashboard.ui.names import agent_labels
from dashboard.ui.page import Look
from dashboard.ui.renewals_list import contracts_table
from dashboard.ui.states import panel
from dashboard.ui.tables import SHOWN, column_settings, readable
from dashboard.words import Words, msgid

TITLES: Final = {
    "policies": (msgid("1 policy"), msgid("{count} policies")),
    "claims": (msgid("1 claim"), msgid("{count} claims")),
    "complaints": (msgid("1 complaint"), msgid("{count} complaints")),
    "renewals": (msgid("1 renewal"), msgid("{count} renewals")),
}
COLUMNS: Final = {
    "policies": (
        *("policy_id", "product_line", "issued_at", "effective_on", "term_end_on", "premium", "payment_mode"),
        *("auto_renew", "suspended_on", "ended_on", "end_reason", "channel"),
    ),
    "claims": (
        *("claim_id", "policy_id", "claim_type", "reported_at", "decided_at", "decision", "paid_at"),
        *("amount_claimed", "amount_paid", "channel"),
    ),
    "complaints": (
        *("complaint_id", "policy_id", "received_at", "grade", "category", "cause", "decided_at", "outcome"),
        *("redress_amount", "channel"),
    ),
    "renewals": (
        *("policy_id", "due_on", "product_line", "premium_due", "reminded_at", "renewed_on", "premium_renewed"),
        "outcome",
    ),
}
NEWEST: Final = {
    "policies": "issued_at",
    "claims": "reported_at",
    "complaints": "received_at",
    "renewals": "due_on",
}
_AHEAD: Final = ("policy_id", "due_on", "premium_due", "probability", "why", "contact_on", "reminded_on", "owner")


def cases_of_customer(look: Look, customer: Customer, ahead: Ahead) -> None:
    """
    Draw what falls due with its probability, then the rows of each kind, the newest first.
    """
    _due(look, ahead)
    for fact in ("complaints", "claims", "policies", "renewals"):
        _rows(look, customer, fact)


def _due(look: Look, ahead: Ahead) -> None:
    """
    The unpaid contracts that fall due, how likely each is renewed, and why not.
    """
    words = look.ctx.words
    with panel(words, "renewals of the customer"):
        count = int(ahead.rows["cases"].sum())
        title = words.several("1 contract falls due", "{count} contracts fall due", count)
        with framed(title, words.text("Unpaid, and due in the next 90 days"), alone=True):
            if not look.figures.recorded("renewals"):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            elif not ahead.rows.height:
                st.info(words.text("No unpaid contract here."), icon=":material/task_alt:")
            else:
                contracts_table(ahead, ahead.rows, agent_labels(look.ctx.reader), columns=_AHEAD)


def _rows(look: Look, customer: Customer, fact: str) -> None:
    words, rows = look.ctx.words, customer.rows[fact]
    with panel(words, f"{fact} of the customer"):
        one, many = TITLES[fact]
        count = int(rows["cases"].fill_null(1).sum())
        with framed(words.several(one, many, count), source_in_words(look, customer, fact), alone=True):
            recorded = look.figures.recorded(fact)
            if not recorded:
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            elif not rows.height:
                st.info(words.text("None is recorded."), icon=":material/inbox:")
            else:
                newest = rows.sort(NEWEST[fact], descending=True, nulls_last=True).head(SHOWN)
                _table(look, fact, newest.select(name for name in COLUMNS[fact] if name in recorded), words)


def _table(look: Look, fact: str, rows: pl.DataFrame, words: Words) -> None:
    shown = readable(rows, FACTS[fact], words, look.ctx.zone)
    event = list_table(
        shown,
        words,
        columns=column_settings(shown, words),
        total=rows.height,
        key=f"customer_{fact}",
        alt=words.fact(fact),
    )
    if fact in CASES:
        open_picked(event, rows[FACTS[fact].keys[0]].to_list(), key=f"customer_{fact}")
