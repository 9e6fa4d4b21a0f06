"""
What the dialogs about one case share: how one is asked for, its line of time, what is recorded of it, what belongs
to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from dashboard.errors import SourceError
from dashboard.facts import FACTS, Kind
from dashboard.keeping import Action
from dashboard.ui.auditing import filters_now, note
from dashboard.ui.context import Context
from dashboard.ui.kept import logged
from dashboard.ui.literal import literal
from dashboard.ui.page import Look
from dashboard.ui.states import not_entered
from dashboard.ui.tables import column_settings, readable
from dashboard.words import Words

# The case that is to be shown next. The page opens it: a list that redraws itself would close it.
ASKED: Final = "case"

# With less than so many hours left an open case is one to hurry.
SOON_HOURS: Final = 72

# What happened or lasted: the column of its instant, that of its end (null: it didn't last), and its name.
Moment = tuple[str, str | None, str]


def ask_for_case(number: str) -> None:
    """
    Have the page open a case when it is drawn next, which is at once.
    """
    st.session_state[ASKED] = number
    st.rerun()


def open_picked(
    event: Any, numbers: Sequence[str], *, key: str, ask: Callable[[str], None] = ask_for_case
) -> None:
    """
    Open the case of the row that was just clicked in a table, if any; a selection that stays opens it once.

    Args:
        event: What the table returned, selecting single cells.
        numbers: Of the cases in its rows, in order.
        key: The table's.
        ask: What is done with the number.
    """
    cells = event["selection"]["cells"]
    if not cells or cells[0][0] >= len(numbers):
        return
    picked = (cells, numbers[cells[0][0]])
    if st.session_state.get(f"seen_{key}") != picked:
        st.session_state[f"seen_{key}"] = picked
        ask(picked[1])


def open_if_asked(look: Look, title: str, dialog: Callable[[Look, str], None]) -> None:
    """
    Open the case that was asked for since the page was last drawn, if any; first it is entered into the audit log.

    Args:
        look: What the page looks at.
        title: In English, with a blank for the `number`.
        dialog: Draws the case with this number.
    """
    number = st.session_state.pop(ASKED, None)
    if number is not None:
        try:
            note(look.ctx, Action.CASE, title.format(number=number), filters=filters_now())
        except SourceError as error:
            not_entered(look.ctx.words, logged(error))
            return
        said = look.ctx.words.text(title, number=literal(str(number)))
        st.dialog(said, width="large")(dialog)(look, str(number))


def customer_link(look: Look, case: Mapping[str, Any]) -> None:
    """
    Link to all there is about the customer of a case, for whoever has that page and may know who it is.
    """
    if case["customer_id"] is not None:
        said = look.ctx.words.text("Everything about this customer")
        look.ctx.page_link("customer", said, customer=str(case["customer_id"]))


def in_zone(at: datetime | None, ctx: Context) -> datetime | None:
    """
    An instant by the business's own clock.
    """
    return None if at is None else at.astimezone(ZoneInfo(ctx.zone))


def end_of_day(day: date, ctx: Context) -> datetime:
    """
    The first instant after a local day.
    """
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(ctx.zone))


def moments_of(
    case: Mapping[str, Any], moments: Sequence[Moment], ctx: Context, *, stop_at: str, now: datetime
) -> pl.DataFrame:
    """
    What happened to a case, as `case_timeline` draws it.

    Args:
        case: Its columns.
        moments: What may have happened.
        ctx: The zone and the language.
        stop_at: The column at whose instant everything that lasted is over.
        now: Where what still lasts has got to.

    Returns:
        A row per moment that is recorded: `moment`, `label`, `at`, `until`.
    """
    there = [
        {
            "moment": name,
            "label": ctx.words.text(label),
            "at": in_zone(case[name], ctx),
            "until": None if end is None else in_zone(case[end] or case[stop_at] or now, ctx),
        }
        for name, end, label in moments
        if case[name] is not None
    ]
    instant = pl.Datetime("us", ctx.zone)
    return pl.DataFrame(there, schema={"moment": pl.String, "label": pl.String, "at": instant, "until": instant})


def due_lines(lines: Sequence[tuple[str, datetime | None]], ctx: Context) -> pl.DataFrame:
    """
    Due lines as `case_timeline` draws them: what each is called, and the first instant that is too late.
    """
    there = [(label, at) for label, at in lines if at is not None]
    return pl.DataFrame(there, schema={"label": pl.String, "at": pl.Datetime("us", ctx.zone)}, orient="row")


def recorded_table(look: Look, fact: str, columns: Sequence[str], told: Callable[[str], str]) -> None:
    """
    What kind of case it is; what the source doesn't record is left out, what nobody entered says so.

    Args:
        look: What the page looks at.
        fact: Whose case it is.
        columns: In order.
        told: Says a column's value in words.
    """
    words, recorded = look.ctx.words, look.figures.recorded(fact)
    rows = [(words.column(name), told(name)) for name in columns if name in recorded]
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


def value_in_words(look: Look, fact: str, case: Mapping[str, Any], name: str, *, is_open: bool) -> str:
    """
    A recorded value in words; what only an end will bring isn't unrecorded while the case is open.

    Args:
        look: What the page looks at.
        fact: Whose case it is.
        case: Its columns.
        name: Which of them.
        is_open: Whether it may still come.
    """
    words, value, column = look.ctx.words, case[name], FACTS[fact].by_name[name]
    if value is None:
        return words.text("not yet") if is_open and column.came_with else words.text("not recorded")
    if column.kind is Kind.MONEY:
        return words.money(value)
    if column.kind is Kind.COUNT:
        return words.count(value)
    if column.kind is Kind.TRUTH:
        return words.text("Yes") if value else words.text("No")
    if isinstance(value, datetime):
        return words.instant(value.astimezone(ZoneInfo(look.ctx.zone)))
    return look.names.of(name, str(value))


def related_table(look: Look, fact: str, title: str, rows: pl.DataFrame) -> None:
    """
    Rows of a fact that belong to a case, under their title; nothing where there are none.
    """
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


def related(look: Look, fact: str, title: str, columns: Sequence[str], case: Mapping[str, Any], key: str) -> None:
    """
    The rows of a fact that carry the case's value in a column; nothing where the case has none.
    """
    if case.get(key) is None:
        return
    recorded = look.figures.recorded(fact)
    rows = look.figures.known(fact).filter(pl.col(key) == case[key])
    related_table(look, fact, title, rows.select([name for name in columns if name in recorded]).collect())


def sentences_list(sentences: Sequence[str]) -> None:
    """
    Sentences one below the other, numbered; whatever a source wrote into them is read as it is.
    """
    st.markdown("\n".join(f"1. {literal(sentence)}" for sentence in sentences))


def sign_of(hours: float, words: Words, *, is_breach: bool) -> str:
    """
    How an open case stands to its due day, in its colour, with so many hours left: late, soon, or well.
    """
    mark = (
        late_mark(is_breach=is_breach)
        if hours < 0
        else ":orange[**▲**] "
        if hours < SOON_HOURS
        else ":blue[**●**] "
    )
    return mark + words.text("Open · {time_left}", time_left=words.time_left(hours))


def late_mark(*, is_breach: bool) -> str:
    """
    The sign of what is late, by law or by a promise of the house.
    """
    return f":{'red' if is_breach else 'orange'}[**{'■' if is_breach else '▼'}**] "
