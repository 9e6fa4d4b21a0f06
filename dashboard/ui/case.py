"""
One complaint: what happened to it on one line of time, why its due day is what it is, and what it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from dashboard.charts.case_timeline import case_timeline
from dashboard.charts.theme import CONFIG
from dashboard.deadlines import days_between, explain, sentences
from dashboard.facts import FACTS
from dashboard.metrics.complaints import judged
from dashboard.ui.context import Context
from dashboard.ui.literal import literal
from dashboard.ui.opening import moment
from dashboard.ui.page import Look
from dashboard.ui.states import panel, side_by_side
from dashboard.ui.tables import column_settings, readable
from dashboard.words import Words, msgid

# The complaint whose case is to be shown next. The page opens it: a list that redraws itself would close it.
ASKED: Final = "case"

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
# With less than so many hours left an open case is one to hurry.
SOON_HOURS: Final = 72
MOMENTS: Final = (
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


def ask_for_case(complaint_id: str) -> None:
    """
    Have the page open a complaint's case when it is drawn next, which is at once.
    """
    st.session_state[ASKED] = complaint_id
    st.rerun()


def open_picked(event: Any, complaint_ids: Sequence[str], *, key: str) -> None:
    """
    Open the case of the row that was just clicked in a table, if any; a selection that stays opens it once.

    Args:
        event: What the table returned, selecting single cells.
        complaint_ids: Of its rows, in order.
        key: The table's.
    """
    cells = event["selection"]["cells"]
    if not cells or cells[0][0] >= len(complaint_ids):
        return
    picked = (cells, complaint_ids[cells[0][0]])
    if st.session_state.get(f"seen_{key}") != picked:
        st.session_state[f"seen_{key}"] = picked
        ask_for_case(picked[1])


def case_if_asked(look: Look) -> None:
    """
    Open the case that was asked for since the page was last drawn, if any.
    """
    complaint_id = st.session_state.pop(ASKED, None)
    if complaint_id is not None:
        title = look.ctx.words.text("Complaint {number}", number=literal(str(complaint_id)))
        st.dialog(title, width="large")(_dialog)(look, str(complaint_id))


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
        drawn = case_timeline(
            _moments(case, ctx),
            words=words,
            colours=ctx.colours,
            received_at=case["start_at"].astimezone(ZoneInfo(ctx.zone)),
            stopped_at=_local(case["stop_at"], ctx),
            now=now,
            overdue_from=_local(case["due_at"], ctx),
            due=_due_lines(case, ctx),
            days=days_between(ctx.rules.calendar, case["received_on"], max(now.date(), case["due_on"])),
            is_breach=ctx.regime.kind == "law",
        )
        st.plotly_chart(drawn, theme=None, config=CONFIG, key="case_timeline", alt=_alt(case, words))
        left, right = side_by_side()
        with left:
            st.markdown(f"**{words.text('Why it is due on {day}', day=words.day(case['due_on']))}**")
            explanation = explain(
                case, regime=ctx.regime, zone=ctx.zone, calendar=ctx.rules.calendar, as_of=now.date()
            )
            st.markdown("\n".join(f"1. {literal(sentence)}" for sentence in sentences(explanation, words)))
        with right:
            st.markdown(f"**{words.text('About it')}**")
            _about(look, case)
        for fact in RELATED:
            _related(look, fact, case)
        _earlier(look, case)


def _case(look: Look, complaint_id: str, now: datetime) -> pl.DataFrame:
    # One row is judged in no time; the whole table lies judged as of another day.
    rows = look.figures.known("complaints").filter(pl.col("complaint_id") == complaint_id)
    return judged(rows, look.figures.on(now.date()).terms).collect()


def _local(at: datetime | None, ctx: Context) -> datetime | None:
    return None if at is None else at.astimezone(ZoneInfo(ctx.zone))


def _verdict(look: Look, case: Mapping[str, Any], now: datetime) -> None:
    """
    One line: how it stands to its due day, in the colour of that.
    """
    words, is_law = look.ctx.words, look.ctx.regime.kind == "law"
    late = f":{'red' if is_law else 'orange'}[**{'■' if is_law else '▼'}**] "
    hours = (case["due_at"] - now).total_seconds() / 3600
    if not case["is_counted"]:
        said = ":gray[**–**] " + words.text("Not counted: merged into another complaint, or no valid complaint")
    elif case["stop_at"] is None:
        mark = late if hours < 0 else ":orange[**▲**] " if hours < SOON_HOURS else ":blue[**●**] "
        said = mark + words.text("Open · {time_left}", time_left=words.time_left(hours))
    elif case["is_in_time"]:
        said = ":blue[**●**] " + words.text("Answered in time, after {days}", days=words.days(case["days"]))
    else:
        said = late + words.text("Ended too late, after {days}", days=words.days(case["days"]))
    due = words.text("due {day} under {rule}", day=words.day(case["due_on"]), rule=look.ctx.regime.id)
    st.markdown(f"{said} :gray[· {due}]")


def _moments(case: Mapping[str, Any], ctx: Context) -> pl.DataFrame:
    zone = ZoneInfo(ctx.zone)
    there = [
        {
            "moment": name,
            "label": ctx.words.text(label),
            "at": case[name].astimezone(zone),
            "until": None if end is None else _local(case[end] or case["stop_at"], ctx),
        }
        for name, end, label in MOMENTS
        if case[name] is not None
    ]
    # A span that hasn't ended runs to this moment, which the chart knows from a null at its end.
    instant = pl.Datetime("us", ctx.zone)
    return pl.DataFrame(there, schema={"moment": pl.String, "label": pl.String, "at": instant, "until": instant})


def _due_lines(case: Mapping[str, Any], ctx: Context) -> pl.DataFrame:
    words = ctx.words
    lines = [(words.text("due"), _local(case["due_at"], ctx))]
    if case["due_strict_on"] != case["due_on"]:
        strict = datetime.combine(
            case["due_strict_on"] + timedelta(days=1), datetime.min.time(), ZoneInfo(ctx.zone)
        )
        lines.insert(0, (words.text("due without the roll"), strict))
    return pl.DataFrame(lines, schema={"label": pl.String, "at": pl.Datetime("us", ctx.zone)}, orient="row")


def _alt(case: Mapping[str, Any], words: Words) -> str:
    return words.text(
        "What happened to the complaint, from {first} on; due {due}",
        first=words.day(case["received_on"]),
        due=words.day(case["due_on"]),
    )


def _about(look: Look, case: Mapping[str, Any]) -> None:
    """
    What kind of case it is; what the source doesn't record is left out, what nobody entered says so.
    """
    words, recorded = look.ctx.words, look.figures.recorded("complaints")
    rows = []
    for name in ABOUT:
        if name not in recorded:
            continue
        rows.append((words.column(name), _told(look, case, name)))
    st.dataframe(
        pl.DataFrame(rows, schema=["name", "value"], orient="row"),
        hide_index=True,
        column_config={
            "name": st.column_config.TextColumn(words.text("What")),
            "value": st.column_config.TextColumn(words.text("Recorded")),
        },
        height="content",
        lazy=False,
        key="case_about",
    )


def _told(look: Look, case: Mapping[str, Any], name: str) -> str:
    """
    A value in words; what only the answer will bring isn't unrecorded while the case is open.
    """
    words, value = look.ctx.words, case[name]
    if value is None and case["stop_at"] is None and FACTS["complaints"].by_name[name].came_with:
        return words.text("not yet")
    return words.money(value) if name == "redress_amount" else look.names.of(name, value)


def _related(look: Look, fact: str, case: Mapping[str, Any]) -> None:
    key = FACTS[fact].keys[0]
    if case.get(key) is None:
        return
    title, columns = RELATED[fact]
    recorded = look.figures.reader.recorded(fact)
    rows = look.figures.known(fact).filter(pl.col(key) == case[key])
    _table(look, fact, title, rows.select([name for name in columns if name in recorded]).collect())


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
    _table(look, "complaints", title, found)


def _table(look: Look, fact: str, title: str, rows: pl.DataFrame) -> None:
    words = look.ctx.words
    if not rows.height:
        return
    st.markdown(f"**{words.text(title)}**")
    shown = readable(rows, FACTS[fact], words, look.ctx.zone)
    st.dataframe(
        shown,
        hide_index=True,
        column_config=column_settings(shown, words),
        placeholder=words.text("not recorded"),
        height="content",
        lazy=False,
        key=f"case_{title}",
    )
