"""
What falls due next and isn't paid, with its probabilities, as somebody may see it at this moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import streamlit as st

from dashboard.forecasting import Edition, Scores, latest_edition, read_scores, written_at
from dashboard.forecasting.ahead import ahead
from dashboard.metrics import chosen
from dashboard.ui.figures import Figures
from dashboard.ui.opening import moment
from dashboard.ui.page import Look
from dashboard.ui.states import panel


@dataclass(frozen=True)
class Ahead:
    """
    What falls due next, as the filters select it.

    Attributes:
        look: What the page looks at.
        today: The local day.
        edition: The forecast in force; None before the first training.
        scores: Its scores; None where it is not to be trusted, or they haven't been worked out.
        rows: The list: see `dashboard.forecasting.ahead`.
    """

    look: Look
    today: date
    edition: Edition | None
    scores: Scores | None
    rows: pl.DataFrame


def ahead_of(look: Look) -> Ahead:
    """
    What falls due in the next 90 days, as known at this moment, of the units selected.
    """
    folder = look.ctx.settings.forecasting.path
    at = written_at(folder)
    edition, scores = None, None
    # A file that can't be read mustn't take the list away, nor the rest of the page.
    with panel(look.ctx.words, "forecast"):
        edition, scores = _kept(folder, at)
    today = moment(look.ctx).date()
    listed_now = _ahead(look.figures, today, at, is_told=scores is not None)
    rows = chosen(listed_now.lazy(), look.selection.values).collect()
    return Ahead(look, today, edition, scores, rows)


def ahead_among(look: Look, contracts: pl.DataFrame) -> Ahead:
    """
    What falls due among a few contracts at hand, with their probabilities.

    Args:
        look: What the page looks at.
        contracts: Rows of the renewals fact that the viewer may see.
    """
    folder = look.ctx.settings.forecasting.path
    edition, scores = None, None
    with panel(look.ctx.words, "forecast"):
        edition, scores = _kept(folder, written_at(folder))
    today = moment(look.ctx).date()
    # Every contract of the house has scores; joined are those of these few.
    own = scores.rows.filter(pl.col("renewal_id").is_in(contracts["renewal_id"].to_list())) if scores else None
    timing = edition.timing if edition and scores else None
    rows = ahead(contracts.lazy(), own, timing, today=today, zone=look.ctx.zone)
    return Ahead(look, today, edition, scores, rows)


@st.cache_resource(max_entries=2, show_spinner=False)
def _kept(folder: Path, at: int) -> tuple[Edition | None, Scores | None]:  # noqa: ARG001 - tells files apart
    edition, scores = latest_edition(folder), read_scores(folder)
    if edition is None or not edition.is_trusted or scores is None or scores.edition != edition.name:
        return edition, None
    return edition, scores


def _key(figures: Figures) -> tuple[str, ...]:
    return figures.key


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs={Figures: _key})
def _ahead(figures: Figures, today: date, at: int, *, is_told: bool) -> pl.DataFrame:
    edition, scores = _kept(figures.settings.forecasting.path, at) if is_told else (None, None)
    return ahead(
        figures.known("renewals"),
        scores.rows if scores else None,
        edition.timing if edition and scores else None,
        today=today,
        zone=figures.settings.business.timezone,
    )
