"""
How easy is it to apply, where do applications get lost, and is the customer known and well advised before?
"""

from __future__ import annotations

from dashboard.ui.annotations import annotate
from dashboard.ui.application_minutes import filling_panel, minutes_panel
from dashboard.ui.application_shares import ADVICE, JOURNEY
from dashboard.ui.application_steps import application_endings_panel, giving_up_panel, steps_panel
from dashboard.ui.combinations import combinations_panel
from dashboard.ui.comparisons import comparison_panel
from dashboard.ui.context import Context
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.states import side_by_side
from dashboard.ui.trends import trend_panel

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("applications",)

FIGURES = (
    *("application_conversion_rate", "application_3min_rate"),
    *("application_minutes_median", "application_minutes_p90"),
    *("e_signature_rate", "ocr_rate", "auto_renew_rate"),
)


def render(ctx: Context) -> None:
    """
    The figures, how far applications come and where they end, the minutes, where it differs, and the advice.
    """
    ctx.require("sales-journey")
    text = ctx.words.text
    heading(
        ctx,
        text("Sales journey"),
        text("How easy is it to apply, where do applications get lost, and is the customer well advised?"),
    )
    applications = look(ctx, "applications")
    cards(applications, FIGURES, key="sales_journey")
    left, right = side_by_side()
    with left:
        steps_panel(applications)
    with right:
        giving_up_panel(applications)
    left, right = side_by_side()
    with left:
        application_endings_panel(applications)
    with right:
        trend_panel(applications, "application_conversion_rate")
    left, right = side_by_side()
    with left:
        minutes_panel(applications)
    with right:
        filling_panel(applications)
    left, right = side_by_side()
    with left:
        comparison_panel(applications, JOURNEY)
    with right:
        comparison_panel(applications, ADVICE)
    combinations_panel(applications)
    annotate(applications)
