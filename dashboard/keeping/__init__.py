"""
What the dashboard keeps itself: a small database of its own, apart from every source, for what people enter here
and for the log of who looked at what.

Rows are added and never changed: what is taken back gets a second row that says who did so and when.
"""

from __future__ import annotations

from dashboard.keeping.annotations import AHEAD, EARLIEST, Annotation, Annotations, Concerns
from dashboard.keeping.audit import Action, AuditLog, Deed, Entry, Totals, Wanted, deed_of
from dashboard.keeping.tables import LONGEST

__all__ = [
    "AHEAD",
    "EARLIEST",
    "LONGEST",
    "Action",
    "Annotation",
    "Annotations",
    "AuditLog",
    "Concerns",
    "Deed",
    "Entry",
    "Totals",
    "Wanted",
    "deed_of",
]
