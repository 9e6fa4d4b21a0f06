"""
Exactly the rows behind a figure, in a dialog, with the way to take them along.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard.deadlines import Regime
from dashboard.facts import FACTS
from dashboard.metrics import kpi
from dashboard.periods import Period
from dashboard.ui.export import export_button
from dashboard.ui.figures import Part
from dashboard.ui.filters import period_in_words
from dashboard.ui.literal import literal
from dashboard.ui.page import Look
from dashboard.ui.tables import show_rows
from dashboard.words import msgid

# What a reader wants to see first of each fact; the export has every recorded column.
FIRST_COLUMNS: dict[str, tuple[str, ...]] = {
    "complaints": (
        *("complaint_id", "received_on", "due_on", "stopped_on", "days"),
        *(
            "grade",
            "category",
            "cause",
            "product_line",
            "channel",
            "branch_id",
            "team_id",
            "handler_id",
            "outcome",
        ),
    ),
    "claims": (
        *("claim_id", "reported_on", "decided_on", "paid_on", "ended_on", "days", "determination_due_on"),
        *("claim_type", "decision", "amount_claimed", "auto_decided", "fallout_reason"),
        *("product_line", "channel", "branch_id", "team_id", "handler_id"),
    ),
    "renewals": (
        *("renewal_id", "due_on", "grace_days", "renewed_on", "outcome", "premium_due", "premium_renewed"),
        *("reminded_at", "auto_renew", "tenure_years", "product_line", "channel"),
        *("branch_id", "team_id", "agent_id"),
    ),
    "premiums": (
        *("premium_id", "effective_on", "policy_month", "due_on", "grace_ends_on", "paid_on"),
        *("premium_first_year", "premium_paid", "suspended", "product_line", "channel"),
        *("branch_id", "team_id", "agent_id"),
    ),
    "policies": (
        *("policy_id", "issued_on", "free_look_until_on", "free_look_cancelled_at", "callback_at"),
        *("callback_succeeded", "replaced_on", "replacement_declared", "ended_on", "end_reason"),
        *("product_line", "channel", "premium", "branch_id", "team_id", "agent_id"),
    ),
    "agents": (
        *("agent_id", "name", "month", "headcount", "policies", "joined_on", "licence_until_on"),
        *("certificates", "channel", "branch_id", "team_id"),
    ),
    "trainings": (
        *("training_id", "agent_id", "course", "topic", "due_on", "completed_on", "hours", "score"),
        *("branch_id", "team_id"),
    ),
    "conduct_cases": (
        *("conduct_case_id", "reported_on", "accepted_on", "decided_on", "due_on", "source", "category"),
        *("substantiated", "discipline", "anonymous", "agent_id", "branch_id", "team_id"),
    ),
    "applications": (
        *("application_id", "started_on", "submitted_on", "decided_on", "outcome", "abandoned_step", "minutes"),
        *("fields_asked", "e_signed", "ocr_used", "underwriting_automatic", "product_line", "channel"),
        *("customer_segment", "premium", "branch_id", "team_id", "agent_id"),
        *("customer_age", "term_years", "risk_tolerance", "product_risk", "conduct_flag", "flag_confirmed"),
    ),
    "interactions": (
        *("interaction_id", "at", "channel", "topic", "handled_by", "answered", "wait_seconds", "resolved"),
        *("handed_over", "issue_id", "branch_id", "team_id", "agent_id"),
    ),
    "customers": (
        *("customer_id", "name", "segment", "manager_id", "last_review_at", "last_two_way_contact_at"),
        *("joined_on", "lines_held", "branch_id", "team_id", "agent_id"),
    ),
}
# The worst first: what is open longest, then what took longest.
ORDER: dict[str, tuple[list[str], list[bool]]] = {
    "complaints": (["stopped_on", "days"], [False, True]),
    "claims": (["ended_on", "reported_on"], [False, False]),
    # What was paid last, or never, first.
    "renewals": (["renewed_on", "due_on"], [False, False]),
    "premiums": (["paid_on", "due_on"], [False, False]),
    # The newest sales last.
    "policies": (["issued_on", "policy_id"], [False, False]),
    # What is open longest, then what took longest.
    "agents": (["agent_id"], [False]),
    "trainings": (["completed_on", "due_on"], [False, False]),
    "conduct_cases": (["decided_on", "reported_on"], [False, False]),
    "applications": (["decided_on", "minutes"], [False, True]),
    "interactions": (["at"], [True]),
    # Whose review is longest ago, or never was.
    "customers": (["last_review_at", "customer_id"], [False, False]),
}
# What judging adds to a fact and a reader understands.
JUDGED = {
    "complaints": ("received_on", "due_on", "stopped_on", "days"),
    "claims": (
        *("reported_on", "decided_on", "paid_on", "ended_on", "days"),
        *("determination_due_on", "payment_due_on", "notice_due_on", "review_due_on"),
    ),
    "renewals": ("matures_on", "lapsed_on"),
    "premiums": ("grace_ends_on",),
    "policies": ("issued_on", "replaced_on"),
    "agents": ("month", "headcount", "policies", "certificates"),
    "trainings": (),
    "conduct_cases": ("reported_on", "accepted_on", "decided_on", "accept_due_on", "decide_due_on", "due_on"),
    "applications": ("started_on", "submitted_on", "decided_on", "minutes"),
    "interactions": (),
    "customers": (),
}
# The day on which a case ended; while it is open there is none. Contracts are no cases.
ENDED = {
    "complaints": "stopped_on",
    "claims": "ended_on",
    "applications": "decided_on",
    "conduct_cases": "decided_on",
}


def ask_for_rows(look: Look, name: str, period: Period, group: Mapping[str, Any] | None = None) -> None:
    """
    Open the dialog with the rows behind a figure.

    Args:
        look: What the page looks at.
        name: The KPI.
        period: The figure's period.
        group: The unit whose figure it is, by column.
    """
    # A page may show figures of a fact that isn't its own.
    look = look.about(kpi(name).fact)
    title = look.ctx.words.text(kpi(name).title)
    if group:
        title += " · " + ", ".join(literal(look.names.of(column, value)) for column, value in group.items())
    st.dialog(title, width="large")(_dialog)(look, name, period, group)


def _dialog(look: Look, name: str, period: Period, group: Mapping[str, Any] | None) -> None:
    words, zone = look.ctx.words, look.ctx.zone
    part: Part = "denominator"
    parts = kpi(name).parts
    if parts:
        named: dict[Part, str] = {"misses": parts[1], "numerator": parts[0], "denominator": msgid("All")}
        part = (
            st.segmented_control(
                words.text("Rows"),
                list(named),
                # What went wrong first, whichever side that is.
                default="numerator" if kpi(name).direction == "down" else "misses",
                format_func=lambda key: words.text(named[key]),
                key=f"part_{name}",
                label_visibility="collapsed",
                required=True,
            )
            or "misses"
        )
    st.caption(words.text(kpi(name).denominator or kpi(name).numerator))
    fact = FACTS[look.fact]
    columns, descending = ORDER[look.fact]
    found = look.figures.rows(name, period, look.selection.values, group, part).sort(
        columns, descending=descending, nulls_last=False
    )
    recorded = look.figures.recorded(look.fact)
    told = recorded.union(JUDGED[look.fact]) & set(found.columns)
    first = [column for column in FIRST_COLUMNS[look.fact] if column in told]
    show_rows(
        _with_names(found.select(first), look),
        fact=fact,
        words=words,
        zone=zone,
        key=f"dialog_{name}",
        total=found.height,
        name=words.text(kpi(name).title),
    )
    every = found.select([column for column in found.columns if column in recorded or column in JUDGED[look.fact]])
    said = [
        *(
            []
            if kpi(name).day is None
            else [words.text("Period: {period}", period=period_in_words(words, period))]
        ),
        look.said,
        words.text("as of {day}", day=words.day(look.ctx.as_of)),
        *([words.text("Rule: {rule}", rule=rule.id)] if (rule := _rule(look, name)) else []),
    ]
    export_button(
        look.ctx,
        lambda: every,
        fact=fact,
        title=words.text(kpi(name).title),
        said=said,
        name=name,
        day=look.ctx.as_of,
        key=f"export_{name}",
    )


def _rule(look: Look, name: str) -> Regime | None:
    """
    The rule behind a KPI: that of its clock, else the one its fact is judged by.
    """
    return look.ctx.regime if look.fact == "complaints" else look.figures.rules.chosen.get(kpi(name).clock or "")


def _with_names(rows: pl.DataFrame, look: Look) -> pl.DataFrame:
    """
    Branches and teams by name; an open case says so, where otherwise its stop would look unrecorded.
    """
    words, ended = look.ctx.words, ENDED.get(look.fact)
    if ended is not None and ended in rows.columns:
        is_open = pl.col(ended).is_null()
        later = [
            name
            for name, column in FACTS[look.fact].by_name.items()
            if column.came_with and not column.formerly and name in rows.columns
        ]
        texts = [name for name in later if rows.schema[name] == pl.String]
        rows = rows.with_columns(
            pl.col(ended).cast(pl.String).fill_null(words.text("open")),
            *(
                pl.when(is_open & pl.col(name).is_null())
                .then(pl.lit(words.text("not yet")))
                .otherwise(name)
                .alias(name)
                for name in texts
            ),
        )
    return rows.with_columns(
        pl.col(column).replace(
            {value: look.names.of(column, value) for value in rows[column].unique().drop_nulls()}
        )
        for column in ("branch_id", "team_id")
        if column in rows.columns
    )
