"""
Which contracts came with the surrender of an older one, declared or not, and who sells more of them than chance?
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.access import may_open
from dashboard.charts.funnel_plot import VERDICTS, funnel_plot
from dashboard.metrics.agents import By
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.sales_conduct import REPLACED, after_sale_of, replaced_by
from dashboard.ui.states import panel
from dashboard.words import Words

# Who may not look at agents, isn't shown any here.
PEOPLE: Final = "agents"


def replacements_panel(look: Look) -> None:
    """
    How many contracts of each agent, or team, replace others, held against the whole company; a click lists them.
    """
    ctx, words = look.ctx, look.ctx.words
    picked: str | None = None
    by: By = "agent_id" if may_open(ctx.viewer, PEOPLE) else "team_id"
    with panel(words, "replacements"):
        title = words.text("Who replaces contracts more often than chance explains")
        if not look.figures.can_tell(REPLACED):
            with framed(title, ""):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        found = replaced_by(look, by)
        known = found.units.filter(pl.col("value").is_not_null())
        finding = words.text(
            "{high} of {judged} replace more than chance explains; {few} have too few sales to judge",
            high=words.count(known.filter(pl.col("verdict") == "high").height),
            judged=words.count(known.filter(pl.col("verdict") != "too_few").height),
            few=words.count(known.filter(pl.col("verdict") == "too_few").height),
        )
        with framed(title, finding):
            if not known.height:
                nothing(look, found.units)
                return
            drawn = funnel_plot(
                found.units,
                found.curve,
                unit="rate",
                size=words.text("contracts issued"),
                words=words,
                colours=ctx.colours,
                centre=found.centre,
                direction="down",
            )
            picked = show_chart(drawn, key=f"replacements_{by}", alt=f"{title}: {finding}")
            as_table(look, _told(known, words), f"replacements_{by}")
    if picked is not None:
        ask_for_rows(look, REPLACED, look.period, {by: picked})


def _told(units: pl.DataFrame, words: Words) -> pl.DataFrame:
    verdicts = {verdict: words.text(said) for verdict, said in VERDICTS.items()}
    return units.select(
        "label",
        "value",
        pl.col("observed").alias(words.text("Replacements")),
        pl.col("size").alias(words.text("Contracts issued")),
        pl.col("verdict").replace_strict(verdicts).alias(words.text("Verdict")),
    )


def after_sale_panel(look: Look) -> None:
    """
    Replacements declared or not and by the same agent or not, and surrenders in the first year.
    """
    words = look.ctx.words
    with panel(words, "after the sale"):
        title = words.text("Replaced, and given up early")
        if not look.figures.can_tell(REPLACED):
            with framed(title, ""):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        found = after_sale_of(look.figures, look.selection.values, look.period).row(0, named=True)
        finding = words.text(
            "{undeclared} of {replacing} replacements weren't declared; {same} were sold by the agent of the "
            "contract given up",
            undeclared=words.count(found["undeclared"]),
            replacing=words.count(found["replacing"]),
            same=words.count(found["same_agent"]),
        )
        with framed(title, finding):
            if not found["watched"] and not found["year_over"]:
                nothing(look, pl.DataFrame())
                return
            parts = (
                (words.text("Came with the surrender of an older one"), "replacing", "watched"),
                (words.text("of these, declared"), "declared", "replacing"),
                (words.text("of these, not declared"), "undeclared", "replacing"),
                (words.text("of these, both by the same agent"), "same_agent", "replacing"),
                (words.text("Surrendered within 12 months"), "early_surrenders", "year_over"),
            )
            shown = pl.DataFrame(
                {
                    words.text("Contracts"): [name for name, _, _ in parts],
                    words.text("How many"): [found[above] for _, above, _ in parts],
                    words.text("Of"): [found[below] for _, _, below in parts],
                    words.text("Share"): [
                        found[above] / found[below] if found[below] else None for _, above, below in parts
                    ],
                }
            )
            st.dataframe(
                shown,
                hide_index=True,
                placeholder="–",
                height="content",
                key="after_sale",
                lazy=False,
                alt=title,
                column_config={words.text("Share"): st.column_config.NumberColumn(format="percent")},
            )
            st.caption(
                words.text(
                    "Within six months before or after the issue, of the same owner. Contracts issued less than "
                    "six months ago aren't counted yet, for early surrenders less than twelve."
                )
            )
            if st.button(words.text("List replacements"), key="list_replacements", icon=":material/table_rows:"):
                ask_for_rows(look, REPLACED, look.period)
