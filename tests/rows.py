"""
Rows of a fact as tests write them: what matters is named, every other column of the contract is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.facts import FACTS

SHANGHAI = "Asia/Shanghai"


def local(written: str, zone: str = SHANGHAI) -> datetime:
    """
    An instant in UTC from a local day, or day and time, such as `2024-01-31` (noon) or `2024-01-31 23:59:59`.
    """
    text = written if " " in written else f"{written} 12:00"
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def rows_of_fact(fact: str, rows: Iterable[Mapping[str, Any]]) -> pl.LazyFrame:
    """
    The rows with every contract column and type, as the reader hands them over.
    """
    schema = FACTS[fact].schema
    rows = list(rows)
    unknown = {name for row in rows for name in row} - set(schema)
    assert not unknown, f"not in the contract of {fact}: {unknown}"
    return pl.LazyFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema)
