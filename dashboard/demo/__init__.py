"""
A made-up insurer, living in a real operational database, with books of what is true of it.
"""

from __future__ import annotations

from dashboard.demo.books import Books, edition_now
from dashboard.demo.build import build
from dashboard.demo.events import enter_events

__all__ = ["Books", "build", "edition_now", "enter_events"]
