"""
Looking for one customer, by a number or a name; and who waits for us, before anybody is looked for.
"""

from __future__ import annotations

import time
from typing import Final

import polars as pl
import streamlit as st

from dashboard.errors import SourceError
from dashboard.facts import FACTS
from dashboard.keeping import Action
from dashboard.ui.address import write
from dashboard.ui.auditing import SAME_LOOK, filters_now, note
from dashboard.ui.case_parts import open_picked
from dashboard.ui.customer_rows import KEY, Customer, customer_of, found_by_name, found_by_number
from dashboard.ui.frames import framed, nothing
from dashboard.ui.kept import logged
from dashboard.ui.listing import list_columns, list_table
from dashboard.ui.live import live
from dashboard.ui.page import Look
from dashboard.ui.states import not_entered, panel
from dashboard.ui.tables import column_settings, readable
from dashboard.ui.worklists import listed

ASKED: Final = "customer"
# No number and no name is longer; an address may hold anything.
LONGEST: Final = 80
MOST_NAMED: Final = 20
MOST_WAITING: Final = 50
# Whom to look at next: a text can't be changed once its field is drawn.
_NEXT: Final = "customer_next"
# Who was looked at last, and when that was entered into the audit log.
_ENTERED: Final = "customer_entered"
_WAITING: Final = (
    "sign",
    "customer_id",
    "complaint_id",
    "time_left",
    "due_on",
    "stage",
    "category",
    "product_line",
)


def asked_for(look: Look) -> str:
    """
    Draw the field of the search and return what stands in it; nothing, if nobody is looked for.
    """
    words = look.ctx.words
    chosen = st.session_state.pop(_NEXT, None)
    if chosen is not None:
        st.session_state[ASKED] = chosen
    elif ASKED not in st.session_state:
        st.session_state[ASKED] = st.query_params.get("customer", "")
    # The field takes no more; what an address holds is cut.
    st.session_state[ASKED] = str(st.session_state[ASKED])[:LONGEST]
    may_name = look.ctx.viewer.rights.finds_names
    label = (
        words.text("Number of the customer, a policy, a claim or a complaint; or the customer's full name")
        if may_name
        else words.text("Number of the customer, a policy, a claim or a complaint")
    )
    st.text_input(label, key=ASKED, max_chars=LONGEST, icon=":material/search:", width=560)
    asked = str(st.session_state[ASKED]).strip()
    if not asked:
        write(ASKED, [])
    return asked


def searched(look: Look, asked: str) -> Customer | None:
    """
    Draw what came of a search; returns the customer, once the look at them is entered into the audit log.

    Args:
        look: What the page looks at.
        asked: A number or a name, as `asked_for` gives it.
    """
    with panel(look.ctx.words, "customer search"):
        key = found_by_number(look.figures, asked)
        if key is None and look.ctx.viewer.rights.finds_names and _named(look, asked):
            return None
        # Entered before anything is shown or asked of a source, found or not.
        if not _entered(look, key or asked):
            return None
        customer = customer_of(look, key) if key is not None else None
        write(ASKED, [customer.key] if customer else [])
        if customer is None:
            st.info(
                look.ctx.words.text("This customer isn't in the data, or not in the part of it that you may see."),
                icon=":material/lock:",
            )
        return customer
    return None


def look_at_customer(key: str) -> None:
    """
    Have the page look at a customer now.
    """
    st.session_state[_NEXT] = key
    st.rerun()


def who_waits(look: Look) -> None:
    """
    The customers who wait for an answer to a complaint, the most urgent first; a click opens the customer.
    """
    words = look.ctx.words
    with panel(words, "customers who wait"):
        found = live(look.about("complaints"))
        rows = found.rows.filter(pl.col(KEY).is_not_null()).unique(KEY, keep="first", maintain_order=True)
        finding = words.text(
            "The {most} most urgent, each with the complaint that presses most; a click opens the customer",
            most=words.count(min(rows.height, MOST_WAITING)),
        )
        count = words.several(
            "1 customer waits for an answer", "{count} customers wait for an answer", rows.height
        )
        with framed(count, finding, alone=True):
            if KEY not in look.figures.recorded("complaints"):
                nothing(look.about("complaints"), pl.DataFrame({"not_recorded": [True]}))
                return
            if not rows.height:
                st.info(words.text("No open complaint here."), icon=":material/task_alt:")
                return
            first = rows.head(MOST_WAITING)
            shown = listed(found, first).with_columns(first[KEY]).select(_WAITING)
            columns = list_columns(words, texts=("stage", "category", "product_line"), days=("due_on",), key=KEY)
            columns["complaint_id"] = st.column_config.TextColumn(words.column("complaint_id"))
            event = list_table(
                shown,
                words,
                columns={name: each for name, each in columns.items() if name in _WAITING},
                total=shown.height,
                key="customers_waiting",
                alt=words.text("Customers with an open complaint, the riskiest first"),
            )
            open_picked(event, shown[KEY].to_list(), key="customers_waiting", ask=look_at_customer)


def _named(look: Look, name: str) -> bool:
    """
    Draw the customers of a name, if there are any: whom a click opens. The search is entered first.
    """
    ctx, words = look.ctx, look.ctx.words
    found = found_by_name(look.figures, name, most=MOST_NAMED)
    if not found.height:
        return False
    if not _entered(look, name, is_name=True, row_count=found.height):
        return True
    count = words.several("1 customer of this name", "{count} customers of this name", found.height)
    with framed(count, words.text("A click opens the customer"), alone=True):
        shown = readable(found, FACTS["customers"], words, ctx.zone).with_columns(
            pl.Series(column, [look.names.of(column, value) for value in found[column]], dtype=pl.String)
            for column in ("branch_id", "team_id")
        )
        event = list_table(
            shown,
            words,
            columns=column_settings(shown, words),
            total=shown.height,
            key="customers_named",
            alt=words.text("Customers of this name"),
        )
        open_picked(event, found[KEY].to_list(), key="customers_named", ask=look_at_customer)
    return True


def _entered(look: Look, asked: str, *, is_name: bool = False, row_count: int | None = None) -> bool:
    """
    Enter a look into the audit log, once until another is looked for or ten minutes have passed.

    Returns:
        Whether it is entered; if not, nothing may be shown.
    """
    what = f"Customers named {asked}" if is_name else f"Customer {asked}"
    last, at = st.session_state.get(_ENTERED, ("", 0.0))
    if last == what and time.monotonic() - at < SAME_LOOK:
        return True
    try:
        note(look.ctx, Action.CASE, what, row_count=row_count, filters=filters_now())
    except SourceError as error:
        not_entered(look.ctx.words, logged(error))
        return False
    st.session_state[_ENTERED] = (what, time.monotonic())
    return True
