"""
The sheet for a talk with one agent: figures, what waits, what is to be learnt, and room for what is agreed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.lettering import cut
from dashboard.ui.agent_figures import beside
from dashboard.ui.agent_learning import CERTIFICATES, TRAININGS, certificates_of, trainings_shown
from dashboard.ui.agent_words import who_in_words
from dashboard.ui.agent_work import suspended_of
from dashboard.ui.falling_due import ahead_of
from dashboard.ui.filters import period_in_words
from dashboard.ui.live import live
from dashboard.ui.page import Look
from dashboard.ui.people import Agent, of_agent
from dashboard.ui.printing import Table, sheet, show_sheet
from dashboard.ui.scope import scope_in_words
from dashboard.words import Words, msgid

# More rows than these wouldn't leave the sheet on one page.
_MOST: Final = 5
_LINES: Final = 3
# In letters; a source may have written a novel.
_WIDEST: Final = 40
_AGREED: Final = msgid("Agreed, by whom, until when")


def one_to_one(look: Look, agent: Agent) -> None:
    """
    Draw the sheet, and say how it is printed.
    """
    words = look.ctx.words
    st.caption(words.text("Print this page (Ctrl+P): the sheet alone is printed, on one page."))
    show_sheet(sheet_of(look, agent))


def sheet_of(look: Look, agent: Agent) -> str:
    """
    Write the sheet as HTML: the same figures and rows as the profile's, at most five of each list.
    """
    ctx, words = look.ctx, look.ctx.words
    period = words.text("Period: {period}", period=period_in_words(words, look.period))
    foot = [
        words.text("as of {day}", day=words.day(ctx.as_of)),
        scope_in_words(ctx.reader, words),
        words.text("Snapshot {version}, scope {scope}", version=ctx.reader.version_id, scope=ctx.viewer.scope),
    ]
    return sheet(
        words.text("One-to-one: {agent}", agent=agent.label),
        [" · ".join(who_in_words(look, agent)), period],
        [
            _figures(look, agent),
            _complaints(look, agent),
            _renewals(look, agent),
            _suspended(look, agent),
            _trainings(look, agent),
            _certificates(look, agent),
        ],
        blank={words.text(_AGREED): _LINES},
        foot=" · ".join(foot),
    )


def _figures(look: Look, agent: Agent) -> Table:
    words, rows = look.ctx.words, beside(look, agent)
    has_team = any(row.team is not None for row in rows)
    headings = [words.text("What"), words.text("This agent"), words.text("Counted"), words.column("expected")]
    headings += [words.column("team_id")] if has_team else []
    cells = [
        [
            row.title,
            row.value,
            row.counts,
            row.expected,
            *([row.team or ""] if has_team else []),
            row.everybody,
            f"{row.sign} {row.verdict}",
        ]
        for row in rows
    ]
    headings += [words.text("Company"), words.column("verdict")]
    numbers = frozenset(range(1, len(headings) - 1))
    return Table(words.text("Beside the team and all"), headings, cells, numbers)


def _complaints(look: Look, agent: Agent) -> Table:
    words = look.ctx.words
    found = live(of_agent(look, agent, "complaints"))
    names = found.look.names
    rows = [
        [
            row["complaint_id"],
            words.day(row["due_on"]),
            words.time_left(row["hours_left"]),
            _short(names.of("category", row["category"])),
            _short(names.of("cause", row["cause"])),
        ]
        for row in found.rows.head(_MOST).iter_rows(named=True)
    ]
    headings = _headings(("complaint_id", "due_on", "time_left", "category", "cause"), words)
    title = words.several("1 open complaint", "{count} open complaints", int(found.rows["cases"].sum()))
    return Table(title, headings, rows, note=_rest(found.rows, words))


def _renewals(look: Look, agent: Agent) -> Table:
    words = look.ctx.words
    found = ahead_of(of_agent(look, agent, "renewals")).rows
    rows = [
        [
            row["policy_id"],
            words.day(row["due_on"]),
            words.money(row["premium_due"]),
            words.percent(row["probability"]),
            words.money(row["at_risk"]) if row["at_risk"] is not None else words.text("n/a"),
        ]
        for row in found.head(_MOST).iter_rows(named=True)
    ]
    headings = _headings(("policy_id", "due_on", "premium_due", "probability", "premium_at_risk"), words)
    title = words.several("1 contract falls due", "{count} contracts fall due", int(found["cases"].sum()))
    return Table(title, headings, rows, frozenset({2, 3, 4}), _rest(found, words))


def _suspended(look: Look, agent: Agent) -> Table:
    words = look.ctx.words
    found = suspended_of(look.figures, (("agent_id", (agent.key,)),))
    rows = [
        [
            row["policy_id"],
            words.day(row["suspended_on"]),
            words.day(row["reinstate_until_on"]),
            words.money(row["premium"]),
        ]
        for row in found.head(_MOST).iter_rows(named=True)
    ]
    headings = _headings(("policy_id", "suspended_on", "reinstate_until_on", "premium"), words)
    title = words.several("1 policy without cover", "{count} policies without cover", int(found["cases"].sum()))
    return Table(title, headings, rows, frozenset({3}), _rest(found, words))


def _trainings(look: Look, agent: Agent) -> Table:
    words = look.ctx.words
    found = trainings_shown(look, agent).filter(pl.col("state").is_in(["overdue", "open"]))
    rows = [
        [
            _short(row["course"] or words.text("not recorded")),
            words.day(row["due_on"]),
            f"{TRAININGS[row['state']][0]} {words.text(TRAININGS[row['state']][1])}",
        ]
        for row in found.head(_MOST).iter_rows(named=True)
    ]
    headings = _headings(("course", "due_on", "state"), words)
    title = words.several("1 training to do", "{count} trainings to do", int(found["cases"].sum()))
    return Table(title, headings, rows, note=_rest(found, words))


def _certificates(look: Look, agent: Agent) -> Table:
    words = look.ctx.words
    found = certificates_of(look.figures, (("agent_id", (agent.key,)),))
    rows = [
        [
            _short(row["name"] or words.text("not recorded")),
            words.day(row["expires_on"]),
            f"{CERTIFICATES[row['state']][0]} {words.text(CERTIFICATES[row['state']][1])}",
        ]
        for row in found.head(_MOST).iter_rows(named=True)
    ]
    headings = [words.fact("certifications"), *_headings(("expires_on", "state"), words)]
    return Table(words.text("Certificates"), headings, rows, note=_rest(found, words))


def _short(text: str) -> str:
    return cut(text, _WIDEST)


def _headings(columns: Sequence[str], words: Words) -> list[str]:
    return [words.column(name) for name in columns]


def _rest(rows: pl.DataFrame, words: Words) -> str:
    """
    How many rows the sheet has no room for.
    """
    if not rows.height:
        return words.text("none")
    rest = rows.height - _MOST
    return words.text("and {count} more", count=words.count(rest)) if rest > 0 else ""
