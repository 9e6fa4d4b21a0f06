"""
With whom have we not spoken for three years? The customers, longest silent first, and how many there were before.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.bands import bands
from dashboard.facts import FACTS
from dashboard.metrics import dormancy
from dashboard.metrics.dormancy import MOST_YEARS, silence_by_years
from dashboard.periods import Period
from dashboard.ui.campaign_effects import about
from dashboard.ui.export import take_along, workbook
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.tables import SHOWN, show_rows

SLEEPING: Final = "dormant_customers"
# Whole years of silence after which one more makes three.
NEARLY: Final = 2
_SHOWN: Final = (
    "customer_id",
    "name",
    "silent_since",
    "segment",
    "lines_held",
    "agent_id",
    "team_id",
    "branch_id",
)


def silence_panel(look: Look) -> None:
    """
    For how many years has nobody spoken with how many customers: who sleeps, and who will next year?

    There is no line over time: only the last contact is recorded, so that of earlier days nobody can tell.
    """
    words = look.ctx.words
    with panel(words, "silence of customers"):
        known, _ = about(look, "customers")
        can_tell = look.figures.can_tell(SLEEPING)
        rows = look.figures.judged("customers", known.selection.values).rows(dormancy.judged)
        counts = silence_by_years(rows, look.figures.terms) if can_tell else pl.DataFrame()
        asleep, nearly = (int(counts["late"].sum()), int(counts["not_late"][NEARLY])) if can_tell else (0, 0)
        finding = words.text(
            "{asleep} sleep; {nearly} more have been silent for two years",
            asleep=words.count(asleep),
            nearly=words.count(nearly),
        )
        with framed(words.text("Customers by years since the last contact"), finding if can_tell else ""):
            if not can_tell:
                nothing(known, pl.DataFrame({"not_recorded": [True]}))
                return
            labelled = counts.select(
                pl.col("years").cast(pl.String).alias("band"),
                pl.Series("label", [_years(number) for number in counts["years"]]),
                "late",
                "not_late",
            )
            drawn = bands(
                labelled,
                words=words,
                colours=look.ctx.colours,
                late=words.text("asleep"),
                not_late=words.text("awake"),
                is_breach=False,
            )
            show_chart(drawn, key="silence_of_customers", alt=finding)
            as_table(look, labelled.drop("band"), "silence_of_customers")


def _years(number: int) -> str:
    return f"≥ {number}" if number == MOST_YEARS else f"{number}–{number + 1}"


def sleeping_list(look: Look) -> None:
    """
    The sleeping customers of today, those silent longest first.
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "sleeping customers"):
        known, is_wider = about(look, "customers")
        finding = words.text("Customers with a contract and no contact in both directions for three years")
        with framed(words.text("Sleeping customers"), finding, alone=True):
            if not look.figures.can_tell(SLEEPING):
                nothing(known, pl.DataFrame({"not_recorded": [True]}))
                return
            if is_wider:
                st.caption(
                    words.text("Customers aren't divided by product line and channel; these filters are left out.")
                )
            rows = look.figures.rows(SLEEPING, Period(), known.selection.values).sort(
                "silent_since", "customer_id"
            )
            if not rows.height:
                nothing(known, rows)
                return
            recorded = look.figures.recorded("customers") | {"silent_since"}
            hidden = set() if ctx.viewer.rights.personal else set(FACTS["customers"].personal)
            named = _named(rows.head(SHOWN), look).select(
                name for name in _SHOWN if name in recorded and name not in hidden
            )
            show_rows(
                named,
                fact=FACTS["customers"],
                words=words,
                zone=ctx.zone,
                key="sleeping",
                total=rows.height,
                name=words.text("Sleeping customers"),
            )
            every = [name for name in rows.columns if name in recorded and name not in hidden]
            take_along(
                ctx,
                partial(
                    workbook,
                    rows.select(every),
                    fact=FACTS["customers"],
                    words=words,
                    zone=ctx.zone,
                    title=words.text("Sleeping customers"),
                    said=[
                        known.said,
                        words.text("as of {day}", day=words.day(ctx.as_of)),
                        words.text(
                            "Snapshot {version}, scope {scope}",
                            version=ctx.reader.version_id,
                            scope=ctx.viewer.scope,
                        ),
                    ],
                ),
                name=SLEEPING,
                day=ctx.as_of,
                key="export_sleeping",
            )


def _named(rows: pl.DataFrame, look: Look) -> pl.DataFrame:
    """
    Branches, teams and lines by name.
    """
    words = look.ctx.words
    lines = {
        held: ", ".join(words.code("product_line", line) for line in held.split(",") if line)
        for held in rows["lines_held"].unique().drop_nulls()
    }
    return rows.with_columns(
        pl.col("lines_held").replace(lines),
        *(
            pl.col(column).replace({key: look.names.of(column, key) for key in rows[column].unique().drop_nulls()})
            for column in ("branch_id", "team_id")
        ),
    )
