"""
Reports of misconduct in numbers, for leaders who may not read them: nothing that could point at a reporter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.metrics import Terms, misconduct
from dashboard.periods import DAY, month_start, shift_months
from dashboard.ui.figures import Figures
from dashboard.ui.frames import framed
from dashboard.ui.page import Look
from dashboard.ui.remembering import remembered
from dashboard.ui.states import panel, side_by_side
from dashboard.words import Words, msgid

FACT: Final = "conduct_cases"
QUARTER: Final = 3
# What a report can be split by, with its name and its title.
SPLITS: Final = {
    "step": msgid("How far they are"),
    "found": msgid("Whether it was true"),
    "category": msgid("What was reported"),
    "source": msgid("How it was reported"),
}
STEPS: Final = {
    "on_time": msgid("Accepted and decided in time"),
    "late": msgid("Late with a step"),
    "running": msgid("Not due yet"),
}
FOUND: Final = {
    "substantiated": msgid("Substantiated"),
    "unsubstantiated": msgid("Not substantiated"),
    "undecided": msgid("Not decided yet"),
}


def counted_reports(look: Look) -> None:
    """
    How many reports there were up to the last full quarter, by four columns, small numbers hidden.
    """
    words = look.ctx.words
    with panel(words, "reports counted"):
        if not look.figures.recorded(FACT):
            st.info(words.text("Not recorded by the source."), icon=":material/info:")
            return
        through = quarter_end(look.figures.as_of)
        st.caption(
            words.text(
                "All reports up to {day}, the end of a quarter, so that nobody learns of one by looking daily. "
                "Numbers below 5 are hidden, and the next smallest with them; filters and period don't apply. "
                "Only compliance reads more.",
                day=words.day(through),
            )
        )
        names = list(SPLITS)
        for first, second in zip(names[::2], names[1::2], strict=True):
            left, right = side_by_side()
            for place, by in ((left, first), (right, second)):
                with place:
                    _table(look, by)


def _table(look: Look, by: str) -> None:
    words = look.ctx.words
    found = counts_of(look.figures, by)
    with framed(words.text(SPLITS[by]), _total(look, words)):
        if not found.height:
            st.info(words.text("No cases have been recorded yet."), icon=":material/inbox:")
            return
        shown = pl.DataFrame(
            {
                words.text(SPLITS[by]): [_named(by, each, words) for each in found[by]],
                words.text("Reports"): [
                    words.text("hidden") if cases is None else words.count(cases) for cases in found["cases"]
                ],
            }
        )
        st.dataframe(
            shown,
            hide_index=True,
            height="content",
            column_config={words.text("Reports"): st.column_config.TextColumn(alignment="right")},
            key=f"reports_by_{by}",
            lazy=False,
            alt=words.text(SPLITS[by]),
        )


def _total(look: Look, words: Words) -> str:
    found = counts_of(look.figures, None)
    cases = found["cases"].item() if found.height else 0
    return words.text("hidden") if cases is None else words.several("1 report", "{count} reports", cases)


def _named(by: str, value: str | None, words: Words) -> str:
    named: Mapping[str, Mapping[str, str]] = {"step": STEPS, "found": FOUND}
    return words.text(named[by][str(value)]) if by in named else words.code(by, value)


def quarter_end(as_of: date) -> date:
    """
    The last day of the last quarter that was over at the end of a day.
    """
    day = as_of + DAY
    first = shift_months(month_start(day), -((day.month - 1) % QUARTER))
    return first - timedelta(days=1)


@remembered
def counts_of(figures: Figures, by: str | None) -> pl.DataFrame:
    """
    The reports up to the last full quarter, by one of `SPLITS` or in all, small numbers null: `by`, `cases`.
    """
    then = figures.on(quarter_end(figures.as_of)).terms
    return figures.reader.counted(FACT, *([by] if by else []), judge=_judge(then))


def _judge(terms: Terms) -> Callable[[pl.LazyFrame], pl.LazyFrame]:
    def judge(rows: pl.LazyFrame) -> pl.LazyFrame:
        step = pl.when(~pl.col("is_due")).then(pl.lit("running"))
        found = pl.when(~pl.col("is_decided")).then(pl.lit("undecided"))
        return misconduct.judged(rows, terms).with_columns(
            step=step.when("is_on_time").then(pl.lit("on_time")).otherwise(pl.lit("late")),
            found=found.when("is_substantiated")
            .then(pl.lit("substantiated"))
            .otherwise(pl.lit("unsubstantiated")),
        )

    return judge
