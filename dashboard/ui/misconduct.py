"""
Reports of misconduct, as far as a viewer may know of them: all for compliance, numbers for leaders, else nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.bands import bands
from dashboard.charts.heat import heat
from dashboard.metrics import misconduct
from dashboard.metrics.misconduct import DISCIPLINE, repeated
from dashboard.ui.campaign_effects import about
from dashboard.ui.causes import show_chart_keys
from dashboard.ui.figures import Values
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.misconduct_counts import counted_reports
from dashboard.ui.misconduct_rows import reports_of, show_open, show_people
from dashboard.ui.page import Look
from dashboard.ui.panels import cards
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel, side_by_side
from dashboard.words import Words

FACT: Final = "conduct_cases"
ON_TIME, FOUNDED = "conduct_cases_on_time_rate", "conduct_substantiated_rate"
BLACKLISTED: Final = DISCIPLINE[-1]


def reports_section(look: Look) -> None:
    """
    Everything for those who read reports, small numbers hidden for those who may count them, a word for others.
    """
    words, rights = look.ctx.words, look.ctx.viewer.rights
    st.header(words.text("Reports of misconduct"), anchor=False)
    if FACT not in rights.without:
        _whole(about(look.about(FACT), FACT)[0])
    elif FACT in rights.counts:
        counted_reports(look)
    else:
        st.info(
            words.text(
                "Reports are read by compliance alone, so that whoever reports is protected. In a part of the "
                "company this small even their number would point at people."
            ),
            icon=":material/lock:",
        )


def _whole(look: Look) -> None:
    words = look.ctx.words
    st.caption(
        words.text(
            "For compliance alone: every number, however small. Don't pass on what could point at a reporter."
        )
    )
    if not look.figures.recorded(FACT):
        nothing(look, pl.DataFrame({"not_recorded": [True]}))
        return
    cards(look, (ON_TIME, FOUNDED), key="misconduct")
    left, right = side_by_side()
    with left:
        _steps(look)
    with right:
        _categories(look)
    left, right = side_by_side()
    with left:
        _discipline(look)
    with right:
        _repeated(look)
    show_open(look)
    _blacklist(look)


def _steps(look: Look) -> None:
    """
    Both steps of a report, each by its own due day: how many in time, late, and late and still waiting.
    """
    words = look.ctx.words
    with panel(words, "steps of reports"):
        rows = reports_of(look.figures, look.selection.values)
        rules = look.ctx.rules.reports
        title = words.text("Accepted and decided in time")
        reported = int(rows.filter(look.period.covers("reported_on"))["cases"].sum())
        with framed(title, words.several("1 report in the period", "{count} reports in the period", reported)):
            if not rows.height:
                nothing(look, rows)
                return
            told = [
                _step(look, rows, "accept", words.text("Report accepted"), rules[misconduct.ACCEPTANCE].limit.n),
                _step(look, rows, "decide", words.text("Report decided"), rules[misconduct.DECISION].limit.n),
            ]
            st.dataframe(
                pl.DataFrame(told),
                hide_index=True,
                placeholder="–",
                height="content",
                key="report_steps",
                lazy=False,
                alt=title,
                column_config={words.text("Share"): st.column_config.NumberColumn(format="percent")},
            )
            st.caption(
                words.text(
                    "Accepted counts from the report, decided from the acceptance; a step is late once its day is "
                    "over. Rules: {acceptance}, {decision}.",
                    acceptance=rules[misconduct.ACCEPTANCE].id,
                    decision=rules[misconduct.DECISION].id,
                )
            )


def _step(look: Look, rows: pl.DataFrame, step: str, name: str, days: int) -> dict[str, Any]:
    words, cases = look.ctx.words, pl.col("cases")
    due = rows.filter(f"is_{step}_due", look.period.covers(f"{step}_due_on"))
    done = {"accept": "is_accepted_in_time", "decide": "is_decided_in_time"}[step]
    stopped = {"accept": "accepted_on", "decide": "decided_on"}[step]
    total, in_time, waiting = due.select(
        cases.sum(), in_time=cases.filter(done).sum(), waiting=cases.filter(pl.col(stopped).is_null()).sum()
    ).row(0)
    return {
        words.text("Step"): name,
        words.text("Within"): words.text("{days} days", days=days),
        words.text("Steps due"): total,
        words.text("In time"): in_time,
        words.text("Late"): total - in_time - waiting,
        words.text("Late and waiting"): waiting,
        words.text("Share"): in_time / total if total else None,
    }


def _categories(look: Look) -> None:
    """
    What was reported, and how much of it was found true.
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "reports by category"):
        rows = reports_of(look.figures, look.selection.values)
        decided = rows.filter("is_decided", look.period.covers("decided_on"))
        cases = pl.col("cases")
        counts = (
            decided.group_by(band=pl.col("category"))
            .agg(
                late=cases.filter("is_substantiated").sum(),
                not_late=cases.filter(~pl.col("is_substantiated")).sum(),
            )
            .sort(pl.col("late") + pl.col("not_late"), "band", descending=[True, False])
        )
        true, total = (
            int(counts.select(part.sum()).item()) for part in (pl.col("late"), pl.col("late") + pl.col("not_late"))
        )
        finding = words.text(
            "{true} of {total} decided in the period were found true",
            true=words.count(true),
            total=words.count(total),
        )
        with framed(words.text("What was reported, and what was true"), finding):
            if not total:
                nothing(look, decided)
                return
            labels = pl.Series("label", [words.code("category", each) for each in counts["band"]], dtype=pl.String)
            drawn = bands(
                counts.with_columns(labels),
                words=words,
                colours=ctx.colours,
                late=words.text("substantiated"),
                not_late=words.text("not substantiated"),
                is_breach=False,
            )
            picked = show_chart(drawn, key="report_categories", alt=finding)
            as_table(
                look,
                counts.select(
                    labels,
                    pl.col("late").alias(words.text("substantiated")),
                    pl.col("not_late").alias(words.text("not substantiated")),
                ),
                "report_categories",
            )
    if picked:
        ask_for_rows(look, FOUNDED, look.period, {"category": picked})


def _discipline(look: Look) -> None:
    """
    What followed for those of whom a report was true.
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "discipline"):
        rows = reports_of(look.figures, look.selection.values)
        true = rows.filter("is_substantiated", look.period.covers("decided_on"))
        total, followed = (int(each["cases"].sum()) for each in (true, true.filter("is_disciplined")))
        finding = words.text(
            "{followed} of {total} true reports had a consequence",
            followed=words.count(followed),
            total=words.count(total),
        )
        with framed(words.text("What followed"), finding):
            if not total:
                nothing(look, true)
                return
            cells = _cells(true, words)
            drawn = heat(cells, words=words, colours=ctx.colours, signed=False)
            picked = show_chart_keys(drawn, key="discipline", alt=finding)
            as_table(look, cells.select("row_label", "column_label", "cases"), "discipline")
    if picked:
        group: Mapping[str, str] = {"category": picked[0], "discipline": picked[1]}
        ask_for_rows(look, FOUNDED, look.period, group)


def _cells(true: pl.DataFrame, words: Words) -> pl.DataFrame:
    order = pl.DataFrame({"discipline": DISCIPLINE, "_place": range(len(DISCIPLINE))})
    grid = true.select(pl.col("category").unique()).join(order, how="cross")
    counts = true.group_by("category", "discipline").agg(pl.col("cases").sum())
    found = grid.join(counts, on=["category", "discipline"], how="left", nulls_equal=True).sort(
        pl.col("cases").sum().over("category"), "category", "_place", descending=[True, False, False]
    )
    return found.select(
        row="category",
        row_label=_coded(found["category"], "category", words),
        column="discipline",
        column_label=_coded(found["discipline"], "discipline", words),
        cases=pl.col("cases").fill_null(0),
        value=pl.col("cases").fill_null(0).cast(pl.Float64),
    )


def _coded(codes: Sequence[str | None] | pl.Series, column: str, words: Words) -> pl.Series:
    return pl.Series([words.code(column, code) for code in codes], dtype=pl.String)


def _repeated(look: Look) -> None:
    """
    Who was found to have misbehaved more than once, ever.
    """
    words = look.ctx.words
    with panel(words, "repeated misconduct"):
        found = repeated(reports_of(look.figures, look.selection.values))
        finding = words.text("Two or more reports found true, of all time")
        with framed(words.text("Repeated misconduct"), finding):
            show_people(
                look,
                found,
                {
                    "cases": words.text("True reports"),
                    "first_on": words.text("First"),
                    "last_on": words.text("Last"),
                },
                key="repeated",
                none=words.text("Nobody was found to have misbehaved twice."),
            )


def _blacklist(look: Look) -> None:
    """
    Who was blacklisted, the latest first.
    """
    words = look.ctx.words
    with panel(words, "blacklist"):
        values: Values = look.selection.values
        found = (
            reports_of(look.figures, values)
            .filter("is_substantiated", pl.col("discipline") == BLACKLISTED)
            .sort("decided_on", "conduct_case_id", descending=[True, False])
        )
        title = words.text("Blacklist")
        with framed(title, words.text("Not to be contracted again; shown to compliance alone"), alone=True):
            show_people(
                look,
                found,
                {
                    "conduct_case_id": words.column("conduct_case_id"),
                    "category": words.text("What was reported"),
                    "decided_on": words.text("Report decided on"),
                },
                key="blacklist",
                none=words.text("Nobody is blacklisted."),
            )
