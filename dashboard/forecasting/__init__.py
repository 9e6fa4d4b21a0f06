"""
Will a contract be renewed? A forecast that is trained on what is long known, says why, and proves itself first.

Pure but for the folder its files lie in.
"""

from __future__ import annotations

from dashboard.forecasting.edition import Edition
from dashboard.forecasting.keeping import (
    Scores,
    is_being_made,
    latest_edition,
    read_scores,
    write_edition,
    write_scores,
    written_at,
)
from dashboard.forecasting.scoring import scored
from dashboard.forecasting.training import trained

__all__ = [
    "Edition",
    "Scores",
    "is_being_made",
    "latest_edition",
    "read_scores",
    "scored",
    "trained",
    "write_edition",
    "write_scores",
    "written_at",
]
