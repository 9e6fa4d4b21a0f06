"""
With whom have we not spoken for three years? The customers, longest silent first, and how many there were before.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import polars as pl
import streamlit as st

from dashboard.facts import FACTS
from dashboard.periods import Period
from dashboard.ui.campaign_effects import about
from dashboard.ui.export import workbook
from dashboard.ui.frames import framed, nothing
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.tables import SHOWN, show_rows
from dashboard.ui.trends import trend_panel

SLEEPING: Final = "dormant_customers"
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


def sleeping_trend(look: Look) -> None:
    """
    How many customers slept at the end of each month.
    """
    trend_panel(about(look, "customers")[0], SLEEPING)


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
            st.download_button(
                words.text("Export to Excel"),
                data=partial(
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
                file_name=f"{SLEEPING}_{ctx.as_of.isoformat()}_{ctx.viewer.scope}.xlsx",
                mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                icon=":material/download:",
                on_click="ignore",
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
