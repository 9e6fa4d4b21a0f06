"""
Single complaints and their figures, for tests of the books' arithmetic.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from dashboard.demo.books import ALL, Figure
from dashboard.demo.complaint_books import ComplaintLedger
from dashboard.demo.complaint_case import Case
from dashboard.demo.complaints import SIMPLE


def case(received: str, **known: Any) -> Case:
    """
    A complaint of which only this is known; texts are instants, simple unless said otherwise.
    """
    at = {name: datetime.fromisoformat(value) for name, value in known.items() if isinstance(value, str)}
    plain = {"keys": ((ALL, ALL),), "first_grade": SIMPLE}
    return Case(received=datetime.fromisoformat(received), **(plain | known | at))


def ledger_of(cases: list[Case], day: date = date(2024, 4, 30)) -> dict[str, Figure]:
    """
    The figures of these cases at the end of a day.
    """
    ledger = ComplaintLedger(day)
    for each in cases:
        ledger.add(each)
    return {kpi: by[ALL][ALL] for kpi, by in ledger.figures().items() if ALL in by}
