"""
One complaint: what happened to it on one line of time, why its due day is what it is, and what it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from dashboard.charts.case_timeline import case_timeline
from dashboard.charts.theme import CONFIG
from dashboard.deadlines import days_between, explain, sentences
from dashboard.facts import FACTS
from dashboard.metrics.complaints import judged
from dashboard.ui.case_parts import (
    Moment,
    customer_link,
    due_lines,
    end_of_day,
    in_zone,
    late_mark,
    moments_of,
    open_if_asked,
    recorded_table,
    related,
    related_table,
    sentences_list,
    sign_of,
    value_in_words,
)
from dashboard.ui.context import Context
from dashboard.ui.opening import moment
from dashboard.ui.page import Look
from dashboard.ui.states import panel, side_by_side
from dashboard.words import Words, msgid

ABOUT: Final = (
    *("grade", "category", "cause", "product_line", "channel", "source", "branch_id", "team_id"),
    *("handler_id", "agent_id", "outcome", "redress_amount"),
)
RELATED: Final = {
    "claims": (
        msgid("The claim it is about"),
        (
            "claim_id",
            "claim_type",
            "reported_at",
            "decided_at",
            "paid_at",
            "decision",
            "amount_claimed",
            "amount_paid",
        ),
    ),
    "policies": (
        msgid("The policy"),
        ("policy_id", "product_line", "issued_at", "effective_on", "term_end_on", "premium", "ended_on"),
    ),
}
EARLIER: Final = ("complaint_id", "received_at", "category", "cause", "grade", "decided_at", "outcome")
MOST_EARLIER: Final = 20
MOMENTS: Final[tuple[Moment, ...]] = (
    ("regulator_received_at", None, msgid("At the regulator")),
    ("received_at", None, msgid("Received")),
    ("acknowledged_at", None, msgid("Acknowledged")),
    ("investigation_started_at", None, msgid("Investigation")),
    ("regraded_at", None, msgid("Re-graded")),
    ("extension_approved_at", None, msgid("Extension approved")),
    ("extension_told_at", None, msgid("Extension told")),
    ("mediation_offered_at", "mediation_ended_at", msgid("Mediation")),
    ("decided_at", None, msgid("Decided")),
    ("informed_at", None, msgid("Complainant informed")),
    ("withdrawn_at", None, msgid("Withdrawn")),
    ("settlement_record_at", None, msgid("Settlement record kept")),
    ("review_requested_at", None, msgid("Review requested")),
    ("escalated_at", None, msgid("Taken to the regulator")),
    ("review_decided_at", None, msgid("Outside review decided")),
    ("closed_at", None, msgid("Closed")),
)


def case_if_asked(look: Look) -> None:
    """
    Open the complaint that was asked for since the page was last drawn, if any.
    """
    open_if_asked(look, msgid("Complaint {number}"), _dialog)


def _dialog(look: Look, complaint_id: str) -> None:
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "case"):
        now = moment(ctx)
        cases = _case(look, complaint_id, now)
        if not cases.height:
            st.info(
                words.text("This complaint isn't in the data, or not in the part of it that you may see."),
                icon=":material/lock:",
            )
            return
        case = cases.row(0, named=True)
        _verdict(look, case, now)
        customer_link(look, case)
        drawn = case_timeline(
            moments_of(case, MOMENTS, ctx, stop_at="stop_at", now=now),
            words=words,
            colours=ctx.colours,
            received_at=case["start_at"].astimezone(ZoneInfo(ctx.zone)),
            stopped_at=in_zone(case["stop_at"], ctx),
            now=now,
            overdue_from=in_zone(case["due_at"], ctx),
            due=_due_lines(case, ctx),
            days=days_between(ctx.rules.calendar, case["received_on"], max(now.date(), case["due_on"])),
            is_breach=ctx.regime.kind == "law",
        )
        st.plotly_chart(drawn.unchecked(), theme=None, config=CONFIG, key="case_timeline", alt=_alt(case, words))
        left, right = side_by_side()
        with left:
            st.markdown(f"**{words.text('Why it is due on {day}', day=words.day(case['due_on']))}**")
            explanation = explain(
                case, regime=ctx.regime, zone=ctx.zone, calendar=ctx.rules.calendar, as_of=now.date()
            )
            sentences_list(sentences(explanation, words))
        with right:
            st.markdown(f"**{words.text('About it')}**")
            is_open = case["stop_at"] is None
            recorded_table(
                look,
                "complaints",
                ABOUT,
                lambda name: value_in_words(look, "complaints", case, name, is_open=is_open),
            )
        for fact, (title, columns) in RELATED.items():
            related(look, fact, title, columns, case, FACTS[fact].keys[0])
        _earlier(look, case)


def _case(look: Look, complaint_id: str, now: datetime) -> pl.DataFrame:
    # One row is judged in no time; the whole table lies judged as of another day.
    rows = look.figures.known("complaints").filter(pl.col("complaint_id") == complaint_id)
    return judged(rows, look.figures.on(now.date()).terms).collect()


def _verdict(look: Look, case: Mapping[str, Any], now: datetime) -> None:
    """
    One line: how it stands to its due day, in the colour of that.
    """
    words, is_law = look.ctx.words, look.ctx.regime.kind == "law"
    hours = (case["due_at"] - now).total_seconds() / 3600
    if not case["is_counted"]:
        said = ":gray[**–**] " + words.text("Not counted: merged into another complaint, or no valid complaint")
    elif case["stop_at"] is None:
        said = sign_of(hours, words, is_breach=is_law)
    elif case["is_in_time"]:
        said = ":blue[**●**] " + words.text("Answered in time, after {days}", days=words.days(case["days"]))
    else:
        said = late_mark(is_breach=is_law) + words.text(
            "Ended too late, after {days}", days=words.days(case["days"])
        )
    due = words.text("due {day} under {rule}", day=words.day(case["due_on"]), rule=look.ctx.regime.id)
    st.markdown(f"{said} :gray[· {due}]")


def _due_lines(case: Mapping[str, Any], ctx: Context) -> pl.DataFrame:
    words = ctx.words
    lines = [(words.text("due"), in_zone(case["due_at"], ctx))]
    if case["due_strict_on"] != case["due_on"]:
        lines.insert(0, (words.text("due without the roll"), end_of_day(case["due_strict_on"], ctx)))
    return due_lines(lines, ctx)


def _alt(case: Mapping[str, Any], words: Words) -> str:
    return words.text(
        "What happened to the complaint, from {first} on; due {due}",
        first=words.day(case["received_on"]),
        due=words.day(case["due_on"]),
    )


def _earlier(look: Look, case: Mapping[str, Any]) -> None:
    """
    What the same customer complained of before, or, where customers aren't shown, what came about the same policy.
    """
    rows = look.figures.known("complaints").filter(pl.col("received_at") < case["received_at"])
    if case["customer_id"] is not None:
        rows = rows.filter(pl.col("customer_id") == case["customer_id"])
    elif case["policy_id"] is not None:
        rows = rows.filter(pl.col("policy_id") == case["policy_id"])
    else:
        return
    recorded = look.figures.recorded("complaints")
    columns = [name for name in EARLIER if name in recorded]
    found = rows.sort("received_at", descending=True).select(columns).head(MOST_EARLIER).collect()
    title = msgid("Earlier complaints of the same customer")
    if case["customer_id"] is None:
        title = msgid("Earlier complaints about the same policy")
    related_table(look, "complaints", title, found)
