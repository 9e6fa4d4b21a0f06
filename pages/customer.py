"""
Who is this customer, what do we owe them, and what has happened between them and us, in every channel?
"""

from __future__ import annotations

from dashboard.ui.context import Context
from dashboard.ui.customer import one_view
from dashboard.ui.customer_rows import look_at_nobody
from dashboard.ui.customer_search import asked_for, searched, who_waits
from dashboard.ui.page import heading

# By whose last load the day is judged.
FACTS: tuple[str, ...] = ("customers", "complaints", "claims")


def render(ctx: Context) -> None:
    """
    The search; then one customer with all that is open first, or, before anybody is looked for, who waits for us.
    """
    ctx.require("customer")
    text = ctx.words.text
    heading(ctx, text("Customer"), text("Who is it, what do we owe them, and what has happened in every channel?"))
    look = look_at_nobody(ctx)
    asked = asked_for(look)
    if not asked:
        who_waits(look)
        return
    customer = searched(look, asked)
    if customer is not None:
        one_view(look, customer)
