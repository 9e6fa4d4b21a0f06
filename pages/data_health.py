"""
Can the figures be trusted today: how fresh is each fact, how many rows are there, and what is wrong with some?
"""

from __future__ import annotations

from dashboard.ui.context import Context
from dashboard.ui.health import bad_rows, findings, freshness
from dashboard.ui.page import heading


def render(ctx: Context) -> None:
    """
    Each fact's freshness and size, what was found in it, and the rows that are kept out of all figures.
    """
    text = ctx.words.text
    heading(
        ctx,
        text("Data health"),
        text("How fresh is each fact, how many rows are there, and what is wrong with some?"),
    )
    freshness(ctx)
    findings(ctx)
    bad_rows(ctx)
