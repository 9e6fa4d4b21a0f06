"""
Reports one by one, and the people they are about: for those who may read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.metrics import chosen, misconduct
from dashboard.ui.figures import Figures, Values
from dashboard.ui.frames import framed
from dashboard.ui.names import agent_labels
from dashboard.ui.page import Look
from dashboard.ui.remembering import shared
from dashboard.ui.states import panel
from dashboard.ui.tables import FEW, SHOWN
from dashboard.words import Words

CODED: Final = ("category", "source", "discipline")


def show_open(look: Look) -> None:
    """
    The reports that wait, by the day their next step is due: whoever is late comes first.
    """
    words = look.ctx.words
    with panel(words, "open reports"):
        found = open_reports(reports_of(look.figures, look.selection.values))
        late = int(found.filter("is_overdue")["cases"].sum())
        total = int(found["cases"].sum())
        finding = words.text(
            "{total} wait, {late} of them beyond a limit; the next step's due day decides the order",
            total=words.count(total),
            late=words.count(late),
        )
        title = words.text("Open reports")
        with framed(title, finding, alone=True):
            if not found.height:
                st.info(words.text("No report waits."), icon=":material/task_alt:")
                return
            is_law = look.ctx.rules.reports[misconduct.DECISION].kind == "law"
            shown = _open(found.head(SHOWN), look, "■" if is_law else "▼")
            days = [words.column("due_on"), words.text("Reported on"), words.column("accepted_on")]
            columns: dict[str, Any] = {
                "": st.column_config.TextColumn("", width=30, pinned=True),
                **{name: st.column_config.DateColumn(name, format="YYYY-MM-DD") for name in days},
            }
            st.dataframe(
                shown,
                hide_index=True,
                column_config=columns,
                placeholder=words.text("not yet"),
                height="content" if shown.height <= FEW else 460,
                key="open_reports",
                lazy=False,
                alt=title,
            )


def open_reports(rows: pl.DataFrame) -> pl.DataFrame:
    """
    The undecided reports with `step` (the next: `accept` or `decide`) and `step_due_on`, soonest first.

    Args:
        rows: Judged reports.
    """
    waits = pl.col("accepted_on").is_null()
    return (
        rows.filter("is_open")
        .with_columns(
            step=pl.when(waits).then(pl.lit("accept")).otherwise(pl.lit("decide")),
            step_due_on=pl.when(waits).then("accept_due_on").otherwise("decide_due_on"),
        )
        .sort("step_due_on", "conduct_case_id")
    )


def show_people(look: Look, rows: pl.DataFrame, columns: Mapping[str, str], *, key: str, none: str) -> None:
    """
    A table of agents with some columns about each.

    Args:
        look: What the page looks at.
        rows: With `agent_id`, `team_id` and those columns.
        columns: Column to heading.
        key: A stable name for the widget.
        none: What to say where there is nobody.
    """
    words = look.ctx.words
    if not rows.height:
        st.info(none, icon=":material/task_alt:")
        return
    labels = agent_labels(look.ctx.reader)
    shown = pl.DataFrame(
        {
            words.column("agent_id"): [labels.get(agent, agent) for agent in rows["agent_id"]],
            words.column("team_id"): [look.names.of("team_id", team) for team in rows["team_id"]],
            **{heading: _cells(rows[name], words) for name, heading in columns.items()},
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="–",
        height="content" if shown.height <= FEW else 330,
        column_config={
            heading: st.column_config.DateColumn(heading, format="YYYY-MM-DD")
            for name, heading in columns.items()
            if rows.schema[name] == pl.Date
        },
        key=key,
        lazy=False,
        alt=key,
    )


def _cells(values: pl.Series, words: Words) -> pl.Series:
    if values.name not in CODED:
        return values
    return pl.Series([words.code(values.name, each) for each in values], dtype=pl.String)


def _open(found: pl.DataFrame, look: Look, late: str) -> pl.DataFrame:
    words, labels = look.ctx.words, agent_labels(look.ctx.reader)
    steps = {"accept": words.text("to be accepted"), "decide": words.text("to be decided")}
    return pl.DataFrame(
        {
            "": [late if is_overdue else "●" for is_overdue in found["is_overdue"]],
            words.column("conduct_case_id"): found["conduct_case_id"],
            words.text("Next step"): [steps[step] for step in found["step"]],
            words.column("due_on"): found["step_due_on"],
            words.text("Reported on"): found["reported_on"],
            words.column("accepted_on"): found["accepted_on"],
            words.text("What was reported"): [words.code("category", each) for each in found["category"]],
            words.text("How it was reported"): [words.code("source", each) for each in found["source"]],
            words.column("agent_id"): [labels.get(agent, agent) for agent in found["agent_id"]],
            words.column("team_id"): [look.names.of("team_id", team) for team in found["team_id"]],
        }
    )


def reports_of(figures: Figures, values: Values) -> pl.DataFrame:
    """
    Reports as they are judged: see `metrics.misconduct`.
    """
    return chosen(_reports(figures).lazy(), values).collect()


# Judged once for all: a due day doesn't depend on what is chosen.
@shared()
def _reports(figures: Figures) -> pl.DataFrame:
    return misconduct.judged(figures.reader.rows("conduct_cases"), figures.terms).collect()
