"""
What the made-up insurer's compliance officer would have entered: the events behind what was planted in it.
"""

from __future__ import annotations

from datetime import date

from dashboard.access import Role, Viewer
from dashboard.demo.plan import Plan
from dashboard.keeping import Annotations, Concerns

DEMO = Viewer("demo", Role.ADMIN)


def enter_events(annotations: Annotations, as_of: date) -> None:
    """
    Enter the events that belong to a demo made for a day; those of an earlier day's demo are withdrawn.

    Run again it changes nothing, and an event that somebody withdrew isn't entered again. Only what was entered by
    "demo" is ever withdrawn.

    Args:
        annotations: Where they are kept.
        as_of: The last day of the demo.

    Raises:
        SourceError: The dashboard's own database can't be used.
    """
    known = [each for each in annotations.all(DEMO, withdrawn=True) if each.created_by == DEMO.name]
    wanted = _events(Plan(seed=0, scale=1, as_of=as_of))
    for each in known:
        if each.withdrawn_at is None and (each.on_day, each.title) not in wanted:
            annotations.withdraw(DEMO, each.annotation_id)
    entered = {(each.on_day, each.title) for each in known}
    for (day, title), (note, concerns) in wanted.items():
        if (day, title) not in entered:
            annotations.add(DEMO, day, title, note=note, concerns=concerns)


def _events(plan: Plan) -> dict[tuple[date, str], tuple[str, Concerns]]:
    misunderstood = Concerns(cause="deductible_misunderstood")
    return {
        (plan.surge_from, "Policies with a higher deductible on sale"): (
            "Complaints that the deductible was misunderstood begin here.",
            misunderstood,
        ),
        (plan.surge_fixed_on, "New deductible wording sent to customers"): (
            "By letter and in the app; the deductible stands on the first page now.",
            misunderstood,
        ),
    }
