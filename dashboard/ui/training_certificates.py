"""
Which licences and certificates have run out or soon will, and whose?
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.access import may_open
from dashboard.charts.bands import bands
from dashboard.metrics import chosen
from dashboard.metrics.learning import EXPIRED, RUNNING_OUT, running_out
from dashboard.ui.figures import Figures, Values
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.names import agent_labels, band_in_words
from dashboard.ui.page import Look
from dashboard.ui.remembering import remembered
from dashboard.ui.states import panel, side_by_side
from dashboard.ui.tables import FEW, SHOWN
from dashboard.words import Words

# What a list of people would show is on the page of agents, too: who may not open that, may not here.
PEOPLE: Final = "agents"
NEEDED: Final = frozenset({"joined_on", "licence_until_on"})
SIGNS: Final = {EXPIRED: "▼", "0-30": "▲"}


def expiring_panels(look: Look) -> None:
    """
    How many licences and certificates run out; and whose, for those who work with them.
    """
    if not may_open(look.ctx.viewer, PEOPLE):
        with st.container(border=True):
            _counted(look)
            st.caption(look.ctx.words.text("People are listed for those who work with them."))
        return
    left, right = side_by_side()
    with left:
        _counted(look)
    with right:
        _list(look)


def _counted(look: Look) -> None:
    """
    How many licences and certificates run out within 30, 60 and 90 days, and how many have?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "licences that run out"):
        title = words.text("Licences and certificates that run out")
        if not look.figures.recorded("agents") >= NEEDED:
            with framed(title, ""):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        found = running_out_of(look.figures, look.selection.values)
        with framed(title, _finding(found, words)):
            if not found.height:
                st.info(words.text("None has run out, and none will within 90 days."), icon=":material/task_alt:")
                return
            counts = _counts(found, words)
            drawn = bands(
                counts,
                words=words,
                colours=ctx.colours,
                late=words.text("licences"),
                not_late=words.text("certificates"),
                is_breach=False,
            )
            show_chart(drawn, key="expiring", alt=_finding(found, words), select=False)
            as_table(
                look,
                counts.select(
                    "label",
                    pl.col("late").alias(words.text("licences")),
                    pl.col("not_late").alias(words.text("certificates")),
                ),
                "expiring",
            )


def _list(look: Look) -> None:
    """
    Whose they are, what ran out first at the top.
    """
    words = look.ctx.words
    with panel(words, "list of licences that run out"):
        title = words.text("Whose licence or certificate runs out")
        found = running_out_of(look.figures, look.selection.values)
        about = words.text(
            "The agents under contract: licences that have run out, what will next, and lapsed certificates"
        )
        with framed(title, about):
            if not found.height:
                nothing(look, found)
                return
            shown = _listed(found.head(SHOWN), look)
            config = st.column_config
            columns: dict[str, Any] = {
                "": config.TextColumn("", width=30, pinned=True),
                words.column("expires_on"): config.DateColumn(format="YYYY-MM-DD", width=95),
            }
            st.dataframe(
                shown,
                hide_index=True,
                column_config=columns,
                placeholder="–",
                height="content" if shown.height <= FEW else 330,
                key="expiring_list",
                lazy=False,
                alt=title,
            )


def _listed(found: pl.DataFrame, look: Look) -> pl.DataFrame:
    words, labels = look.ctx.words, agent_labels(look.ctx.reader)
    return pl.DataFrame(
        {
            "": [SIGNS.get(band, "") for band in found["band"]],
            words.column("agent_id"): [labels.get(agent, agent) for agent in found["agent_id"]],
            words.text("What"): [name or words.text("Licence") for name in found["name"]],
            words.column("expires_on"): found["expires_on"],
            words.text("Days left"): found["days_left"],
            words.column("team_id"): [look.names.of("team_id", team) for team in found["team_id"]],
        }
    )


def _counts(found: pl.DataFrame, words: Words) -> pl.DataFrame:
    labels = {EXPIRED: words.text("run out"), **{band: _within(band, words) for band in RUNNING_OUT}}
    is_licence, cases = pl.col("name").is_null(), pl.col("cases")
    counted = found.group_by("band").agg(
        late=cases.filter(is_licence).sum(), not_late=cases.filter(~is_licence).sum()
    )
    rows = pl.DataFrame({"band": list(labels), "label": list(labels.values())})
    return rows.join(counted, on="band", how="left", maintain_order="left").with_columns(
        pl.col("late", "not_late").fill_null(0)
    )


def _within(band: str, words: Words) -> str:
    return words.text("{days} days", days=band_in_words(band))


def _finding(found: pl.DataFrame, words: Words) -> str:
    licences = found.filter(pl.col("name").is_null())
    gone = int(licences.filter(pl.col("band") == EXPIRED)["cases"].sum())
    soon = {
        band: int(found.filter(pl.col("band").is_in(list(RUNNING_OUT)[: place + 1]))["cases"].sum())
        for place, band in enumerate(RUNNING_OUT)
    }
    return words.text(
        "Within 30 days {month}, within 60 {two}, within 90 {three}; {gone} licences have run out, which forbids "
        "selling",
        month=words.count(soon["0-30"]),
        two=words.count(soon["31-60"]),
        three=words.count(soon["61-90"]),
        gone=words.count(gone),
    )


def running_out_of(figures: Figures, values: Values) -> pl.DataFrame:
    """
    What has run out or will within 90 days: see `metrics.learning`.
    """
    # Few rows: found once, and chosen among.
    return chosen(_running_out(figures).lazy(), values).collect()


@remembered
def _running_out(figures: Figures) -> pl.DataFrame:
    return running_out(figures.reader.rows("agents"), figures.reader.rows("certifications"), figures.terms)
