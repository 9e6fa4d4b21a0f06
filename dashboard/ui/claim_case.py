"""
One claim: what happened to it and who touched it on one line of time, how it stands to each limit and why, and
what belongs to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.case_timeline import case_timeline
from dashboard.charts.theme import CONFIG
from dashboard.deadlines import days_between
from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.claim_timings import LATE, RUNNING, claim_timings
from dashboard.metrics.claims import ended_at
from dashboard.ui.case_parts import (
    Moment,
    customer_link,
    due_lines,
    in_zone,
    late_mark,
    moments_of,
    open_if_asked,
    recorded_table,
    related,
    related_table,
    sign_of,
    value_in_words,
)
from dashboard.ui.claim_limits import limits_of_claim, why_so
from dashboard.ui.open_claims import CLOCKS
from dashboard.ui.opening import moment
from dashboard.ui.page import Look
from dashboard.ui.states import panel, side_by_side
from dashboard.words import Words, msgid

MOMENTS: Final[tuple[Moment, ...]] = (
    ("incident_at", None, msgid("Incident")),
    ("reported_at", None, msgid("Reported")),
    ("registered_at", None, msgid("Registered")),
    ("documents_first_at", None, msgid("First documents")),
    ("documents_requested_at", "documents_completed_at", msgid("Waiting for documents")),
    ("documents_completed_at", None, msgid("Documents complete")),
    ("decided_at", None, msgid("Decided")),
    ("agreed_at", None, msgid("Agreed")),
    ("refusal_told_at", None, msgid("Refusal told")),
    ("first_paid_at", None, msgid("First payment")),
    ("paid_at", None, msgid("Paid")),
    ("closed_at", None, msgid("Closed")),
    ("audited_at", None, msgid("Audited")),
    ("overturned_at", None, msgid("Decision reversed")),
)
# What people and the system do to a claim; a step of another name is shown as it is written.
STEPS: Final = {
    "report": msgid("Report taken"),
    "review": msgid("Review"),
    "documents_requested": msgid("Documents asked for"),
    "investigation": msgid("Investigation"),
    "decision": msgid("Decision"),
    "audit": msgid("Audit"),
    "payment": msgid("Payment"),
}
SYSTEM: Final = "system"
# The line of time shows the first so many; the table below has them all.
MOST_TOUCHES: Final = 20

ABOUT: Final = (
    *("claim_type", "product_line", "channel", "branch_id", "team_id", "handler_id", "agent_id"),
    *(
        "amount_claimed",
        "decision",
        "amount_paid",
        "document_requests",
        "documents_submitted",
        "documents_fetched",
    ),
    *("progress_due", "progress_sent", "last_progress_at", "auto_eligible", "auto_decided", "fallout_reason"),
    *(
        "instant_eligible",
        "instant_paid",
        "disputed_nondisclosure",
        "overturned_at",
        "audited_at",
        "audit_amount_due",
    ),
)
COMPLAINTS: Final = ("complaint_id", "received_at", "category", "cause", "grade", "decided_at", "outcome")
POLICY: Final = ("policy_id", "product_line", "issued_at", "effective_on", "term_end_on", "premium", "ended_on")


def claim_if_asked(look: Look) -> None:
    """
    Open the claim that was asked for since the page was last drawn, if any.
    """
    open_if_asked(look, msgid("Claim {number}"), _dialog)


def _dialog(look: Look, claim_id: str) -> None:
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "claim"):
        now = moment(ctx)
        row = look.figures.known("claims").filter(pl.col("claim_id") == claim_id)
        found = known_on(row, FACTS["claims"], now.date(), ctx.zone).with_columns(ended_at=ended_at()).collect()
        if not found.height:
            st.info(
                words.text("This claim isn't in the data, or not in the part of it that you may see."),
                icon=":material/lock:",
            )
            return
        claim = found.row(0, named=True)
        timings = claim_timings(row, look.figures.on(now.date()).terms, now=now)
        touches = _touches(look, claim_id)
        _verdict(claim, timings, now, words)
        customer_link(look, claim)
        _timeline(look, claim, timings, touches, now)
        limits_of_claim(timings, ctx)
        why_so(look, claim, now)
        left, right = side_by_side()
        with left:
            st.markdown(f"**{words.text('About it')}**")
            is_open = claim["ended_at"] is None
            recorded_table(
                look,
                "claims",
                ABOUT,
                lambda name: value_in_words(look, "claims", claim, name, is_open=is_open),
            )
        with right:
            _touched(look, touches)
        related(look, "policies", msgid("The policy"), POLICY, claim, "policy_id")
        related(look, "complaints", msgid("Complaints about this claim"), COMPLAINTS, claim, "claim_id")


def _touches(look: Look, claim_id: str) -> pl.DataFrame:
    rows = look.figures.known("claim_touches").filter(pl.col("claim_id") == claim_id)
    return rows.sort("at", "touch_id").select("at", "actor", "step", "note_code").collect()


def _step(step: str | None, words: Words) -> str:
    return words.text(STEPS[step]) if step in STEPS else step or words.text("Touched")


def _actor(actor: str | None, words: Words) -> str:
    return words.text("the system") if actor == SYSTEM else actor or words.text("not recorded")


def _verdict(claim: Mapping[str, Any], timings: pl.DataFrame, now: datetime, words: Words) -> None:
    """
    One line: how it stands to the limit that presses most, or how long it took.
    """
    took = (claim["ended_at"] or now) - claim["reported_at"]
    days = words.days(round(took.total_seconds() / 86_400, 1))
    late = timings.filter(pl.col("is_law") & (pl.col("state") == LATE))
    if claim["ended_at"] is not None:
        mark = late_mark(is_breach=True) if late.height else ":blue[**●**] "
        said = mark + words.text("Ended after {days}", days=days)
        if late.height:
            said += f" :gray[· {_late(late['clock'].to_list(), words)}]"
        st.markdown(said)
        return
    running = timings.filter((pl.col("state") == RUNNING) & pl.col("due_at").is_not_null())
    running = running.sort(~pl.col("is_overdue"), ~pl.col("is_law"), "due_at").head(1)
    if not running.height:
        st.markdown(":blue[**●**] " + words.text("Open for {days}; nothing is due at the moment", days=days))
        return
    clock = running.row(0, named=True)
    due = words.text(
        "{clock} due {day} under {rule}",
        clock=words.text(CLOCKS[clock["clock"]]),
        day=words.day(clock["due_on"]),
        rule=clock["rule"],
    )
    st.markdown(f"{sign_of(clock['hours_left'], words, is_breach=clock['is_law'])} :gray[· {due}]")


def _late(clocks: list[str], words: Words) -> str:
    return words.text("too late by law: {clocks}", clocks=", ".join(words.text(CLOCKS[each]) for each in clocks))


def _timeline(
    look: Look, claim: Mapping[str, Any], timings: pl.DataFrame, touches: pl.DataFrame, now: datetime
) -> None:
    ctx, words = look.ctx, look.ctx.words
    moments = moments_of(claim, MOMENTS, ctx, stop_at="ended_at", now=now)
    seen = {claim[name] for name, _, _ in MOMENTS if claim[name] is not None}
    # What the claim's own instants tell needn't be told a second time.
    others = [row for row in touches.iter_rows(named=True) if row["at"] not in seen][:MOST_TOUCHES]
    touched = pl.DataFrame(
        {
            "moment": [f"touch_{index}" for index in range(len(others))],
            "label": [
                words.text("{step} by {actor}", step=_step(row["step"], words), actor=_actor(row["actor"], words))
                for row in others
            ],
            "at": pl.Series([in_zone(row["at"], ctx) for row in others], dtype=moments.schema["at"]),
            "until": pl.Series([None] * len(others), dtype=moments.schema["until"]),
        },
        schema=moments.schema,
    )
    law = timings.filter("is_law")
    missed = law.filter("is_overdue")["due_at"].min()
    last = max([now.date(), *timings["due_on"].drop_nulls()]) if claim["ended_at"] is None else now.date()
    drawn = case_timeline(
        pl.concat([moments, touched]),
        words=words,
        colours=ctx.colours,
        received_at=in_zone(claim["reported_at"], ctx) or now,
        stopped_at=in_zone(claim["ended_at"], ctx),
        now=now,
        overdue_from=in_zone(missed, ctx) if isinstance(missed, datetime) else None,
        due=due_lines(
            [
                (words.text(CLOCKS[clock]), in_zone(at, ctx))
                for clock, at in law.select("clock", "due_at").iter_rows()
            ],
            ctx,
        ),
        days=days_between(ctx.rules.calendar, claim["reported_at"].date(), last),
        is_breach=True,
    )
    alt = words.text("What happened to the claim, from {first} on", first=words.day(claim["reported_at"]))
    st.plotly_chart(drawn.unchecked(), theme=None, config=CONFIG, key="claim_timeline", alt=alt)


def _touched(look: Look, touches: pl.DataFrame) -> None:
    """
    Who did what to it, the system or a person.
    """
    words = look.ctx.words
    if "step" not in look.figures.recorded("claim_touches"):
        st.markdown(f"**{words.text('Who touched it')}**")
        st.info(words.text("Not recorded by the source."), icon=":material/info:")
        return
    told = touches.with_columns(
        actor=pl.Series([_actor(actor, words) for actor in touches["actor"]], dtype=pl.String),
        step=pl.Series([_step(step, words) for step in touches["step"]], dtype=pl.String),
    )
    related_table(look, "claim_touches", msgid("Who touched it"), told)
