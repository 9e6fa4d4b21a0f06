"""
The audit log as people read it: in numbers, in a list that can be narrowed, and as a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.access import Role
from dashboard.errors import SourceError
from dashboard.keeping import Action, AuditLog, Entry, Wanted
from dashboard.ui.address import chosen_one
from dashboard.ui.auditing import log_in
from dashboard.ui.context import Context
from dashboard.ui.export import SHEET_ROWS, Book, take_along, workbook
from dashboard.ui.kept import logged
from dashboard.ui.roles import role_in_words
from dashboard.ui.states import panel
from dashboard.ui.tables import column_settings
from dashboard.words import Words, msgid

PAGE_SIZE: Final = 100
ALL: Final = "all"
ACTIONS: Final = {
    Action.SIGNED_IN: msgid("Came in"),
    Action.SIGNED_OUT: msgid("Signed out"),
    Action.REFUSED: msgid("Was refused"),
    Action.PAGE: msgid("Opened a page"),
    Action.CASE: msgid("Opened a case"),
    Action.EXPORT: msgid("Took a file along"),
}
SPANS: Final = {
    "day": (msgid("Last 24 hours"), timedelta(days=1)),
    "week": (msgid("Last 7 days"), timedelta(days=7)),
    "month": (msgid("Last 30 days"), timedelta(days=30)),
    "year": (msgid("Last 12 months"), timedelta(days=365)),
    ALL: (msgid("Everything"), None),
}
_SCHEMA: Final[dict[str, pl.DataType]] = {
    "entered_at": pl.Datetime("us", "UTC"),
    **dict.fromkeys(("who", "role", "action", "what"), pl.String()),
    "row_count": pl.Int64(),
    **dict.fromkeys(("units", "filters", "scope", "version"), pl.String()),
}


def audit_panel(ctx: Context) -> None:
    """
    The log in numbers, the entries that are wanted, and the file of them.
    """
    words = ctx.words
    with panel(words, "audit log"):
        try:
            log = log_in(ctx.settings.app)
            wanted = _wanted(ctx, log)
            _totals(ctx, log, wanted)
            _entries(ctx, log, wanted)
        except SourceError as error:
            st.error(
                words.text(
                    "The audit log can't be read. Reference for support: {reference}", reference=logged(error)
                ),
                icon=":material/database_off:",
            )


def as_rows(entries: Sequence[Entry], words: Words) -> pl.DataFrame:
    """
    Entries as rows, with roles and actions in words: `entered_at`, `who`, `role`, `action`, `what`, `row_count`,
    `units`, `filters`, `scope`, `version`.
    """
    rows = []
    for entry in entries:
        deed = entry.deed
        role = role_in_words(Role(deed.role), words) if deed.role in {each.value for each in Role} else deed.role
        action = words.text(ACTIONS[deed.action])
        told = (deed.units or words.text("whole company")) if deed.role else ""
        rows.append(
            (
                *(entry.at, deed.who, role, action, deed.what, deed.row_count),
                *(told, deed.filters, deed.scope, deed.version),
            )
        )
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _wanted(ctx: Context, log: AuditLog) -> Wanted:
    words = ctx.words
    with st.container(horizontal=True):
        span = chosen_one(
            words.text("Period"),
            list(SPANS),
            "month",
            key="audit_span",
            name_of=lambda key: words.text(SPANS[key][0]),
            width=220,
        )
        length = SPANS[span][1]
        since = None if length is None else datetime.now(UTC) - length
        names = log.names(ctx.viewer, Wanted(since=since))
        who = chosen_one(
            words.text("Person"),
            [ALL, *names],
            ALL,
            key="audit_who",
            name_of=lambda name: words.text("Everybody") if name == ALL else name,
            width=320,
        )
        action = chosen_one(
            words.text("Kind of entry"),
            [ALL, *Action],
            ALL,
            key="audit_action",
            name_of=lambda name: words.text("All kinds") if name == ALL else words.text(ACTIONS[Action(name)]),
            width=220,
        )
    return Wanted(
        since=since,
        who=None if who == ALL else who,
        action=None if action == ALL else Action(action),
    )


def _totals(ctx: Context, log: AuditLog, wanted: Wanted) -> None:
    words = ctx.words
    totals = log.totals(ctx.viewer, wanted)
    told = (
        (words.text("People let in"), totals.people, words.text("Different names among those who were let in")),
        (words.text("Pages opened"), totals.pages, words.text("One entry for each page and selection")),
        (
            words.text("Cases opened"),
            totals.cases,
            words.text("Each time the dialog of a case opened"),
        ),
        (words.text("Files taken along"), totals.exports, words.text("Excel files that were made")),
        (words.text("Rows in files"), totals.rows, words.text("Rows in all of these files together")),
        (
            words.text("Times refused"),
            totals.refusals,
            words.text("Somebody without a role here, or a page that isn't their role's"),
        ),
    )
    grid = st.grid(len(told), min_column_width=150, gap="small", border=True)
    for label, number, meaning in told:
        with grid.cell():
            st.metric(label, words.count(number), help=meaning)


def _entries(ctx: Context, log: AuditLog, wanted: Wanted) -> None:
    words = ctx.words
    total = log.count(ctx.viewer, wanted)
    if not total:
        st.info(words.text("No entry matches this selection."), icon=":material/filter_alt_off:")
        return
    pages = -(-total // PAGE_SIZE)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        place = st.empty()
        page = min(st.pagination(pages, key=f"audit_page_{wanted.who}_{wanted.action}"), pages) if pages > 1 else 1
        _export(ctx, log, wanted, total)
    first = (page - 1) * PAGE_SIZE
    rows = as_rows(log.entries(ctx.viewer, wanted, limit=PAGE_SIZE, offset=first), words)
    place.caption(
        words.text(
            "Entries {first} to {last} of {total}, the newest first",
            first=words.count(first + 1),
            last=words.count(first + rows.height),
            total=words.count(total),
        )
    )
    local = rows.with_columns(pl.col("entered_at").dt.convert_time_zone(ctx.zone).dt.replace_time_zone(None))
    st.dataframe(
        local.drop("scope", "version"),
        hide_index=True,
        placeholder="–",
        column_config={
            **column_settings(local, words),
            "row_count": st.column_config.NumberColumn(words.column("row_count"), format="localized"),
        },
        height="content",
        lazy=False,
        key="audit_entries",
        alt=words.text("Entries of the audit log"),
    )


def _export(ctx: Context, log: AuditLog, wanted: Wanted, total: int) -> None:
    words = ctx.words

    def book() -> Book:
        return workbook(
            as_rows(log.entries(ctx.viewer, wanted, limit=SHEET_ROWS), words),
            fact=None,
            words=words,
            zone=ctx.zone,
            title=words.text("Audit log"),
            said=[words.text("Scope {scope}", scope=ctx.viewer.scope)],
        )

    too_many = total > SHEET_ROWS
    take_along(
        ctx,
        book,
        name="audit_log",
        day=ctx.as_of,
        key="export_audit_log",
        is_off=too_many,
        why_off=words.text("More rows than a sheet holds: choose a shorter period.") if too_many else None,
    )
