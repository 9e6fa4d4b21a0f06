"""
One customer: who it is, what we owe them, what happened, what they hold, and the rows of each kind.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from dashboard.metrics.customer_lines import customer_lines, in_force
from dashboard.ui.case import case_if_asked
from dashboard.ui.case_parts import ASKED as CASE
from dashboard.ui.claim_case import claim_if_asked
from dashboard.ui.customer_cases import cases_of_customer
from dashboard.ui.customer_promises import owed, promises_panel
from dashboard.ui.customer_rows import CUSTOMERS, Customer, source_in_words
from dashboard.ui.customer_timeline import timeline_panel
from dashboard.ui.falling_due import ahead_among
from dashboard.ui.frames import framed, nothing
from dashboard.ui.literal import literal
from dashboard.ui.names import agent_labels
from dashboard.ui.page import Look
from dashboard.ui.states import panel, side_by_side
from dashboard.words import Words

_ABOUT: Final = ("segment", "manager_id", "agent_id", "team_id", "branch_id", "birth_year", "joined_on")
_MET: Final = ("last_two_way_contact_at", "last_review_at", "health_news_sent_at", "profile_completed_at")


def one_view(look: Look, customer: Customer) -> None:
    """
    Draw everything about a customer, what we owe them first.
    """
    words = look.ctx.words
    ahead = ahead_among(look.about("renewals"), customer.rows["renewals"])
    promises = owed(look, customer, ahead)
    with panel(words, "who the customer is"):
        _who(look, customer)
        _tiles(look, customer, promises)
    promises_panel(look, promises)
    timeline_panel(look, customer, promises)
    left, right = side_by_side()
    with left, panel(words, "lines of the customer"):
        _lines(look, customer)
    with right, panel(words, "about the customer"):
        _about(look, customer)
    cases_of_customer(look, customer, ahead)
    # Both kinds of case are asked for by number; whose it is the customer's own rows tell.
    if st.session_state.get(CASE) in set(customer.rows["claims"]["claim_id"]):
        claim_if_asked(look.about("claims"))
    else:
        case_if_asked(look.about("complaints"))


def _who(look: Look, customer: Customer) -> None:
    """
    The name, what kind of customer it is, and how fresh that is.
    """
    words, who = look.ctx.words, customer.who
    named = f"{who['name']} ({customer.key})" if who["name"] else customer.key
    st.subheader(literal(named), anchor=False)
    since = (
        words.text("customer since {day}", day=words.day(who["joined_on"])) if who["joined_on"] is not None else ""
    )
    parts = [words.code("segment", who["segment"]), since, source_in_words(look, customer, CUSTOMERS)]
    st.caption(literal(" · ".join(part for part in parts if part)))


def _tiles(look: Look, customer: Customer, promises: pl.DataFrame) -> None:
    """
    What the customer has with us, in five numbers.
    """
    words, today = look.ctx.words, customer.now.date()
    active = in_force(customer.rows["policies"], today=today)
    premium = active["premium"].cast(pl.Float64).sum() if active.height else 0.0
    waiting = {
        kind: promises.filter(pl.col("kind") == kind)["number"].n_unique() for kind in ("claims", "complaints")
    }
    told = (
        (words.text("Policies in force"), words.count(int(active["cases"].fill_null(1).sum()))),
        (words.text("Premium a year"), words.compact_money(premium)),
        (words.text("Claims that wait"), words.count(waiting["claims"])),
        (words.text("Complaints that wait"), words.count(waiting["complaints"])),
        (words.text("Since the last talk"), _days_since(look, customer, words, today)),
    )
    grid = st.grid(len(told), min_column_width=150, gap="small", border=True, key="customer_tiles")
    for label, value in told:
        with grid.cell():
            st.metric(label, value)


def _days_since(look: Look, customer: Customer, words: Words, today: date) -> str:
    talked = customer.who["last_two_way_contact_at"]
    if talked is None:
        return words.text("not recorded")
    days = (today - talked.astimezone(ZoneInfo(look.ctx.zone)).date()).days
    return words.days(max(days, 0))


def _lines(look: Look, customer: Customer) -> None:
    """
    The lines the customer holds against those that were recommended to them.
    """
    words = look.ctx.words
    recorded = look.figures.recorded(CUSTOMERS)
    can_advise = "recommended_product_line" in look.figures.recorded("applications")
    lines = customer_lines(
        customer.who["lines_held"],
        customer.rows["policies"],
        customer.rows["applications"],
        look.figures.on(customer.now.date()).terms,
        recorded=recorded,
    )
    gaps = lines.filter("is_gap").height
    finding = words.several(
        "1 line was recommended and isn't held", "{count} lines were recommended and aren't held", gaps
    )
    if not can_advise:
        finding = words.text("What was recommended isn't recorded by the source.")
    elif not gaps:
        finding = words.text("No line was recommended that isn't held.")
    with framed(words.text("Lines held and gaps"), finding):
        shown = pl.DataFrame(
            {
                "product_line": [words.code("product_line", line) for line in lines["product_line"]],
                "held": [words.text("Yes") if held else "–" for held in lines["is_held"]],
                "policies": lines["policies"],
                "premium": lines["premium"].round(0),
                "recommended_on": lines["recommended_on"],
                "gap": [words.text("gap") if is_gap else "" for is_gap in lines["is_gap"]],
            }
        )
        config = st.column_config
        st.dataframe(
            shown if can_advise else shown.drop("recommended_on", "gap"),
            hide_index=True,
            column_config={
                "product_line": config.TextColumn(words.column("product_line")),
                "held": config.TextColumn(words.text("Held")),
                "policies": config.NumberColumn(words.text("In force"), format="%d"),
                "premium": config.NumberColumn(words.text("Premium a year"), format="localized"),
                "recommended_on": config.DateColumn(words.text("Recommended"), format="YYYY-MM-DD"),
                "gap": config.TextColumn(words.text("Gap")),
            },
            placeholder="–",
            height="content",
            lazy=False,
            key="customer_lines",
            alt=words.text("Lines held by the customer, and lines recommended"),
        )


def _about(look: Look, customer: Customer) -> None:
    """
    Whose customer it is and how they were looked after; what the source doesn't record is said to be so.
    """
    words, who, zone = look.ctx.words, customer.who, ZoneInfo(look.ctx.zone)
    with framed(words.text("About the customer"), source_in_words(look, customer, CUSTOMERS)):
        if not customer.rows[CUSTOMERS].height:
            nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        told = {}
        for name in (*_ABOUT, *_MET):
            value = who[name]
            if value is None:
                told[words.column(name)] = words.text("not recorded")
            elif name in _MET:
                told[words.column(name)] = words.instant(value.astimezone(zone))
            elif name == "agent_id":
                told[words.column(name)] = agent_labels(look.ctx.reader).get(value, value)
            else:
                told[words.column(name)] = look.names.of(name, str(value))
        # No source of the contract tells who lives with whom.
        told[words.text("Household")] = words.text("not recorded")
        st.dataframe(
            pl.DataFrame({"name": list(told), "value": list(told.values())}),
            hide_index=True,
            column_config={
                "name": st.column_config.TextColumn(words.text("What")),
                "value": st.column_config.TextColumn(words.text("Recorded")),
            },
            height="content",
            lazy=False,
            key="customer_about",
        )
