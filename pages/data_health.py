"""
Can the figures be trusted today: how fresh is each fact, how many rows are there, and what is wrong with some?
"""

from __future__ import annotations

from dashboard.ui.context import Context
from dashboard.ui.damaged import damaged_rows
from dashboard.ui.health import findings, freshness, states_of
from dashboard.ui.page import heading

# It judges nothing, so its day is the last one that is over.
FACTS: tuple[str, ...] = ()


def render(ctx: Context) -> None:
    """
    Each fact's freshness and size, what was found in it, and the rows that are kept out of all figures.
    """
    ctx.require("data-health")
    text = ctx.words.text
    heading(
        ctx,
        text("Data health"),
        text("How fresh is each fact, how many rows are there, and what is wrong with some?"),
    )
    states = states_of(ctx.reader)
    freshness(ctx, states)
    findings(ctx, states)
    damaged_rows(ctx, states)
