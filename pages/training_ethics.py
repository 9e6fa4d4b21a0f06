"""
Do our people learn what they must, may they sell, does it show, and what becomes of reports of misconduct?
"""

from __future__ import annotations

from dashboard.ui.context import Context
from dashboard.ui.misconduct import reports_section
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.states import side_by_side
from dashboard.ui.training_certificates import expiring_panels
from dashboard.ui.training_effect import effect_panel
from dashboard.ui.training_reviews import reviews_panel
from dashboard.ui.training_topics import hours_panel, topics_panel

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("trainings", "agents", "certifications", "complaints", "conduct_cases")

FIGURES = ("training_on_time_rate", "case_review_rate", "certification_rate")


def render(ctx: Context) -> None:
    """
    Courses and hours by topic, the monthly review by team, licences that run out, what training shows in
    complaints, and reports of misconduct as far as the viewer may know of them.
    """
    ctx.require("training-ethics")
    text = ctx.words.text
    heading(
        ctx,
        text("Training and ethics"),
        text("Do our people learn what they must, may they sell, and what becomes of reports of misconduct?"),
    )
    courses = look(ctx, "trainings")
    cards(courses, FIGURES, key="training")
    left, right = side_by_side()
    with left:
        topics_panel(courses)
    with right:
        hours_panel(courses)
    reviews_panel(courses)
    expiring_panels(courses)
    effect_panel(courses)
    reports_section(courses)
