"""
What happened between a customer and us: every kind on one line of time, and the same as a list.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.swimlanes import swimlanes
from dashboard.metrics.customer_events import LANES, customer_events, customer_spans
from dashboard.ui.customer_promises import KINDS, promise_in_words
from dashboard.ui.customer_rows import Customer, source_in_words
from dashboard.ui.frames import choose_one, chosen_of, framed, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.tables import SHOWN
from dashboard.words import Words, msgid

NAMES: Final = {
    "interactions": msgid("Contacts"),
    "complaints": msgid("Complaints"),
    "claims": msgid("Claims"),
    "renewals": msgid("Renewals"),
    "policies": msgid("Policies"),
    "applications": msgid("Applications"),
}
EVENTS: Final = {
    ("interactions", "at"): msgid("Contact"),
    ("complaints", "received_at"): msgid("Complaint received"),
    ("complaints", "decided_at"): msgid("Complaint decided"),
    ("complaints", "informed_at"): msgid("Complainant informed"),
    ("complaints", "withdrawn_at"): msgid("Complaint withdrawn"),
    ("complaints", "escalated_at"): msgid("Taken to the regulator"),
    ("claims", "reported_at"): msgid("Claim reported"),
    ("claims", "documents_requested_at"): msgid("Documents asked for"),
    ("claims", "decided_at"): msgid("Claim decided"),
    ("claims", "paid_at"): msgid("Claim paid"),
    ("renewals", "reminded_at"): msgid("Reminded of the renewal"),
    ("renewals", "renewed_on"): msgid("Renewal paid"),
    ("renewals", "outcome_on"): msgid("Not renewed"),
    ("policies", "issued_at"): msgid("Policy issued"),
    ("policies", "free_look_cancelled_at"): msgid("Cancelled within the free look"),
    ("policies", "suspended_on"): msgid("Cover suspended"),
    ("policies", "reinstated_on"): msgid("Cover reinstated"),
    ("policies", "ended_on"): msgid("Policy ended"),
    ("applications", "started_at"): msgid("Application begun"),
    ("applications", "decided_at"): msgid("Application decided"),
}
# How far back the chart looks, in days; the list has everything.
BACK: Final = {
    "year": msgid("12 months"),
    "three_years": msgid("36 months"),
    "everything": msgid("Everything"),
}
_DAYS: Final = {"year": 366, "three_years": 1_096}
_CHOICE: Final = "customer_back"


def timeline_panel(look: Look, customer: Customer, promises: pl.DataFrame) -> None:
    """
    Draw the line of time with a lane for each kind, what is owed ahead of now, and everything as a list below.
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "timeline of the customer"):
        events = customer_events(customer.rows, now=customer.now, zone=ctx.zone)
        title = words.text("Everything on one line of time")
        with framed(title, _finding(look, customer, events), alone=True):
            if not events.height:
                st.info(words.text("Nothing is recorded of this customer yet."), icon=":material/inbox:")
                return
            choose_one(words, _CHOICE, BACK, msgid("Time shown"))
            begin = _begin(events, customer.now)
            drawn = swimlanes(
                [(lane.fact, words.text(NAMES[lane.fact])) for lane in LANES],
                _spans(look, customer),
                _points(events, promises, customer, words),
                words=words,
                colours=ctx.colours,
                begin=begin,
                now=customer.now,
            )
            alt = words.text(
                "{events} events between {first} and {last}, a lane for each kind; {promises} promises are open",
                events=words.count(events.height),
                first=words.day(events["at"].min()),  # type: ignore[arg-type]
                last=words.day(events["at"].max()),  # type: ignore[arg-type]
                promises=words.count(promises.height),
            )
            show_chart(drawn, key="customer_timeline", alt=alt, select=False)
            st.caption(
                words.text("● happened · ○ nobody was reached · ◇ promised · ◆ ■ late · bars: how long it lasted")
            )
            _list(events, words)


def _finding(look: Look, customer: Customer, events: pl.DataFrame) -> str:
    words = look.ctx.words
    contacts = events.filter(pl.col("fact") == "interactions")
    switched = int(contacts["switched"].sum())
    told = [
        words.several("1 contact", "{count} contacts", contacts.height),
        words.several(
            "1 change of channel within 24 hours", "{count} changes of channel within 24 hours", switched
        ),
        words.text("contacts: {source}", source=source_in_words(look, customer, "interactions")),
    ]
    if not contacts["switched"].count():
        # Which contacts were about the same issue isn't known.
        told.pop(1)
    return " · ".join(told)


def _begin(events: pl.DataFrame, now: datetime) -> datetime:
    oldest = events["at"].min()
    first = oldest if isinstance(oldest, datetime) else now
    days = _DAYS.get(chosen_of(_CHOICE, BACK))
    return first if days is None else max(first, now - timedelta(days=days))


def _spans(look: Look, customer: Customer) -> pl.DataFrame:
    words = look.ctx.words
    spans = customer_spans(customer.rows, now=customer.now, zone=look.ctx.zone)
    labels = [
        f"{words.text(NAMES[fact])} · {number}" for fact, number in spans.select("fact", "number").iter_rows()
    ]
    return spans.select(lane="fact", label=pl.Series(labels, dtype=pl.String), at="at", until="until")


def _points(events: pl.DataFrame, promises: pl.DataFrame, customer: Customer, words: Words) -> pl.DataFrame:
    """
    What happened and what is promised, as the chart draws it.
    """
    instant = events.schema["at"]
    zone = customer.now.tzinfo
    happened = [
        {
            "lane": row["fact"],
            "label": _label(row["fact"], row["event"], row["detail"], row["about"], words),
            "said": words.day(row["at"]) if row["is_day"] else words.instant(row["at"]),
            "at": row["at"],
            "kind": "quiet" if row["two_way"] is False else "event",
            "number": row["number"],
        }
        for row in events.iter_rows(named=True)
    ]
    promised = [
        {
            "lane": row["kind"],
            "label": f"{words.text(KINDS[row['kind']])}: {promise_in_words(row['promise'], words)}",
            "said": words.text("due {day}", day=words.day(row["due_on"])),
            "at": (row["due_at"] - timedelta(seconds=1)).astimezone(zone),
            "kind": ("breach" if row["is_law"] else "late") if row["is_overdue"] else "due",
            "number": row["number"],
        }
        for row in promises.filter(pl.col("due_at").is_not_null()).iter_rows(named=True)
    ]
    text = pl.String()
    schema = {"lane": text, "label": text, "said": text, "at": instant, "kind": text, "number": text}
    return pl.DataFrame([*happened, *promised], schema=schema)


def _label(fact: str, event: str, detail: str | None, about: str, words: Words) -> str:
    said = words.text(EVENTS[fact, event])
    return said if detail is None else f"{said} · {words.code(about, detail)}"


def _channel(event: str, channel: str | None, words: Words) -> str | None:
    column = "reminder_channel" if event == "reminded_at" else "channel"
    return None if channel is None else words.code(column, channel)


def _list(events: pl.DataFrame, words: Words) -> None:
    shown = events.head(SHOWN)
    switched = words.text("another channel within 24 h")
    rows = [
        {
            "at": words.day(row["at"]) if row["is_day"] else words.instant(row["at"]),
            "event": words.text(EVENTS[row["fact"], row["event"]]),
            "detail": None if row["detail"] is None else words.code(row["about"], row["detail"]),
            "channel": _channel(row["event"], row["channel"], words),
            "number": row["number"],
            "note": switched if row["switched"] else None,
        }
        for row in shown.iter_rows(named=True)
    ]
    text = pl.String()
    schema = {
        "at": text,
        "event": text,
        "detail": text,
        "channel": text,
        "number": text,
        "note": text,
    }
    if events.height > SHOWN:
        st.caption(
            words.text("{shown} of {total} rows", shown=words.count(SHOWN), total=words.count(events.height))
        )
    config = st.column_config
    st.dataframe(
        pl.DataFrame(rows, schema=schema),
        hide_index=True,
        column_config={
            "at": config.TextColumn(words.text("When"), pinned=True),
            "event": config.TextColumn(words.text("What")),
            "detail": config.TextColumn(words.text("More")),
            "channel": config.TextColumn(words.column("channel")),
            "number": config.TextColumn(words.text("Number")),
            "note": config.TextColumn(words.text("Note")),
        },
        placeholder="–",
        height=300,
        lazy=False,
        key="customer_events",
        alt=words.text("What happened, the newest first"),
    )
