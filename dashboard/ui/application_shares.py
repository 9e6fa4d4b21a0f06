"""
By which channel, product, segment and unit do applications differ, more surely than by chance?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics.application_shares import SHARES
from dashboard.metrics.kpis import GROUP_KEYS
from dashboard.ui.applications import profiles_of, shares_of
from dashboard.ui.campaign_effects import about
from dashboard.ui.comparisons import Comparison
from dashboard.ui.page import Look
from dashboard.words import msgid

PROFILES: Final = "profile_complete"
# A figure of contracts, which know no segment.
RENEWED: Final = "auto_renew_rate"


def _asked(look: Look, name: str, by: str) -> tuple[float | None, pl.DataFrame]:
    """
    The share of all, and by the column.
    """
    if name == PROFILES:
        values = about(look, "customers")[0].selection.values
        column = _of_customers(by)
        whole, units = (profiles_of(look.figures, values, each) for each in (None, column))
        return whole["value"][0], units.rename({column: by})
    if name == RENEWED:
        values = about(look, "renewals")[0].selection.values
        overall = look.figures.one(name, look.period, values)["value"]
        return overall, look.figures.of([name], look.period, values, [by])[name]
    whole, units = (shares_of(look.figures, look.selection.values, look.period, name, each) for each in (None, by))
    return whole["value"][0], units


def _is_told(look: Look, name: str, by: str) -> bool:
    if name == PROFILES:
        return look.figures.recorded("customers") >= {"profile_completed_at", _of_customers(by)}
    if name == RENEWED:
        is_split = by in GROUP_KEYS["renewals"] and by in look.figures.recorded("renewals")
        return is_split and look.figures.can_tell(name)
    return look.figures.recorded("applications") >= {*SHARES[name].needs, by}


def _of_customers(column: str) -> str:
    return "segment" if column == "customer_segment" else column


JOURNEY: Final = Comparison(
    "journey",
    msgid("Where applying differs"),
    {
        "application_conversion_rate": (msgid("Issued"), msgid("of those begun, within 30 days")),
        "application_3min_rate": (msgid("3 minutes"), msgid("of those sent, in three minutes or less")),
        "e_signature_rate": (msgid("E-signature"), msgid("of those sent, signed electronically")),
        "ocr_rate": (msgid("OCR"), msgid("of those sent, papers read by OCR")),
        "underwriting_automatic": (
            msgid("Auto-underwriting"),
            msgid("of those issued or declined, underwritten automatically"),
        ),
        RENEWED: (msgid("Auto-renewal"), msgid("of contracts due in the period, set to renew by themselves")),
    },
    {
        "channel": msgid("Channel"),
        "product_line": msgid("Product line"),
        "customer_segment": msgid("Segment"),
        "branch_id": msgid("Branch"),
    },
    asked=_asked,
    is_told=_is_told,
    names={},
)
ADVICE: Final = Comparison(
    "advice",
    msgid("Is the customer known before the proposal?"),
    {
        "needs_analysed": (
            msgid("Needs"),
            msgid("of long-term applications sent, needs analysed before"),
        ),
        "risk_profiled": (msgid("Risk profile"), msgid("of long-term applications sent, risk profile before")),
        "as_advised": (msgid("Advice taken"), msgid("of those issued with a recommendation, of the line advised")),
        PROFILES: (msgid("Customer profile"), msgid("of all customers, their profile complete")),
    },
    {"customer_segment": msgid("Segment"), "branch_id": msgid("Branch"), "team_id": msgid("Team")},
    asked=_asked,
    is_told=_is_told,
    names={},
)
