"""
The claims that wait: at this moment for the lists, at the end of the day looked at for the counts.

Only open claims are ever looked at, a small part of all there are; what is worked out of them is kept under
everything that decides it, the viewer's scope included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import polars as pl
import streamlit as st

from dashboard.metrics import chosen
from dashboard.metrics.claim_ageing import silent_claims, with_bands
from dashboard.metrics.claim_worklist import claim_worklist, open_claims, running_clocks
from dashboard.ui.figures import Figures, Values
from dashboard.ui.opening import moment
from dashboard.ui.page import Look
from dashboard.words import msgid

# Without it nobody can say for how long a claimant has heard nothing.
HEARD: Final = "last_progress_at"

# What the clocks of a claim ask for.
CLOCKS: Final = {
    "claim_determination": msgid("determination"),
    "claim_payment": msgid("payment"),
    "claim_refusal": msgid("refusal notice"),
    "claim_part_payment": msgid("part payment"),
    "claim_review": msgid("review"),
    "claim_small": msgid("small claim"),
    "claim_contact": msgid("first contact"),
    "claim_instant": msgid("instant decision"),
}
STAGES: Final = {
    "reported": msgid("reported"),
    "registered": msgid("registered"),
    "waiting_for_documents": msgid("waiting for documents"),
    "being_decided": msgid("being decided"),
    "to_be_agreed": msgid("to be agreed"),
    "to_be_told": msgid("to be told"),
    "to_be_paid": msgid("to be paid"),
}


@dataclass(frozen=True)
class LiveClaims:
    """
    The open claims of a moment, of the units selected.

    Attributes:
        look: What the page looks at.
        now: The moment, in the business's zone.
        rows: See `claim_worklist.open_claims`.
        clocks: Of all open claims: see `claim_worklist.running_clocks`.
    """

    look: Look
    now: datetime
    rows: pl.DataFrame
    clocks: pl.DataFrame

    @property
    def today(self) -> date:
        """
        The day under way.
        """
        return self.now.date()

    def worklist(self, *, law_only: bool) -> pl.DataFrame:
        """
        The working list, most pressing first: see `claim_worklist.claim_worklist`.
        """
        return claim_worklist(
            self.rows,
            self.clocks,
            today=self.today,
            now=self.now.astimezone(UTC),
            zone=self.look.ctx.zone,
            law_only=law_only,
        )

    def silent(self) -> pl.DataFrame:
        """
        The open claims with the days for which their claimants have heard nothing: see `claim_ageing`.
        """
        return silent_claims(self.rows.lazy(), today=self.today, zone=self.look.ctx.zone).collect()


def live_claims(look: Look) -> LiveClaims:
    """
    The open claims of this moment, as the filters select them.
    """
    now = moment(look.ctx)
    rows, clocks = _waiting(look.figures.on(now.date()))
    return LiveClaims(look, now, chosen(rows.lazy(), look.selection.values).collect(), clocks)


def aged_claims(figures: Figures, values: Values) -> pl.DataFrame:
    """
    The claims open at the end of the day looked at, with the bands of their age and amount; those the figure
    `claims_open` counts.
    """
    return chosen(_aged(figures).lazy(), values).collect()


def _key(figures: Figures) -> tuple[str, ...]:
    return figures.key


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs={Figures: _key})
def _waiting(figures: Figures) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = open_claims(figures.known("claims"), figures.terms).collect()
    return rows, running_clocks(rows.lazy(), figures.terms, recorded=figures.recorded("claims"))


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs={Figures: _key})
def _aged(figures: Figures) -> pl.DataFrame:
    return with_bands(open_claims(figures.reader.rows("claims"), figures.terms)).collect()
