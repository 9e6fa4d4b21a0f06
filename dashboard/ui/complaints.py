"""
Complaints judged once, with the columns that the pages about them read, and the questions asked of them.

Figures come from the registry (`ui/figures.py`). What is no figure, a Pareto, a curve, a list, is asked here: by
name, so that an answer can be remembered under everything that decides it, the viewer's scope included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.metrics import chosen, complaints
from dashboard.ui.figures import Figures, Values

# Judged or recorded, what lists, curves and causes read. A source may record fewer.
COLUMNS: Final = (
    *("complaint_id", "customer_id", "policy_id", "claim_id", "cases"),
    *("branch_id", "team_id", "agent_id", "handler_id", "product_line", "channel"),
    *("source", "category", "cause", "handover_cause", "grade", "initial_grade", "outcome"),
    *("received_at", "acknowledged_at", "investigation_started_at", "regraded_at", "regulator_received_at"),
    *("decided_at", "informed_at", "closed_at", "withdrawn_at", "merged_into_id", "reopened_of_id"),
    *("extension_days", "extension_approved_at", "extension_approver", "extension_told_at"),
    *("paused_days", "pause_told", "redress_amount"),
    *("mediation_offered_at", "mediation_accepted_at", "mediation_ended_at", "mediator", "mediation_settled"),
    *("settlement_record_at", "review_requested_at", "escalated_at", "review_decided_at", "overturned"),
)


def _key(figures: Figures) -> tuple[str, ...]:
    return figures.key


@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs={Figures: _key})
def _judged(figures: Figures) -> pl.DataFrame:
    rows = complaints.judged(figures.reader.rows("complaints"), figures.terms)
    judged = [name for name in rows.collect_schema().names() if name not in complaints.COMPLAINTS.by_name]
    return rows.select(*COLUMNS, *judged).collect()


def complaints_of(figures: Figures, values: Values = ()) -> pl.LazyFrame:
    """
    Give the complaints a viewer may see, judged as of the figures' day, with one of the values in each column named.
    """
    return chosen(_judged(figures).lazy(), values)
