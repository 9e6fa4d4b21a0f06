"""
What the dashboard keeps itself: a small database of its own, apart from every source, for what people enter here.

Rows are added and never changed: what is taken back gets a second row that says who did so and when.
"""

from __future__ import annotations

from dashboard.keeping.annotations import AHEAD, EARLIEST, Annotation, Annotations, Concerns
from dashboard.keeping.tables import LONGEST

__all__ = ["AHEAD", "EARLIEST", "LONGEST", "Annotation", "Annotations", "Concerns"]
