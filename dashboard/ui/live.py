"""
The complaints that wait right now: what the newest data knows, counted down from this moment.

Rates are judged as of the last complete day; a working list can't wait for the day to end. It knows what happened
today, and what is due today is due today, not late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl
import streamlit as st

from dashboard.metrics import chosen
from dashboard.metrics.worklist import waiting, worklist
from dashboard.ui.figures import Figures
from dashboard.ui.opening import moment
from dashboard.ui.page import Look


@dataclass(frozen=True)
class Live:
    """
    The open complaints of a moment, of the units selected.

    Attributes:
        look: What the page looks at.
        now: The moment, in the business's zone.
        rows: The working list, riskiest first: see `dashboard.metrics.worklist`.
    """

    look: Look
    now: datetime
    rows: pl.DataFrame

    @property
    def today(self) -> date:
        """
        The day under way.
        """
        return self.now.date()


def live(look: Look) -> Live:
    """
    The working list of this moment, as the filters select it.
    """
    now = moment(look.ctx)
    rows = chosen(_waiting(look.figures.on(now.date())).lazy(), look.selection.values)
    recorded = look.figures.recorded("complaints")
    listed = worklist(rows, today=now.date(), now=now.astimezone(UTC), zone=look.ctx.zone, recorded=recorded)
    return Live(look, now, listed.collect())


def _key(figures: Figures) -> tuple[str, ...]:
    return figures.key


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs={Figures: _key})
def _waiting(figures: Figures) -> pl.DataFrame:
    return waiting(figures.known("complaints"), figures.terms).collect()
