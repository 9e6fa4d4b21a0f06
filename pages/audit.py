"""
Who looked at what, and who took what along?
"""

from __future__ import annotations

from dashboard.ui.audit_log import audit_panel
from dashboard.ui.context import Context
from dashboard.ui.page import heading

# It judges nothing, so its day is the last one that is over.
FACTS: tuple[str, ...] = ()


def render(ctx: Context) -> None:
    """
    The audit log in numbers and entry by entry, the newest first.
    """
    ctx.require("audit")
    text = ctx.words.text
    heading(ctx, text("Audit log"), text("Who looked at what, and who took what along?"))
    audit_panel(ctx)
