"""
What was found in all batches of one load: rows, bad rows by reason, unknown codes, the watermark.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from dashboard.errors import Problem, ResultError
from dashboard.facts import PROBLEM, Fact
from dashboard.intake.query import Query, shown
from dashboard.intake.rows import Rows

# A column in which more than one value in ten can't be read isn't a column with bad values but the wrong column,
# or the wrong type. A handful may be dirt whatever the share, unless it is all there is.
UNREADABLE_SHARE = 0.1
UNREADABLE_FEW = 10
CODES_KEPT = 200

_EXPECTED = {
    "text": "text",
    "code": "text",
    "codes": "text",
    "day": "a date, e.g. 2026-06-30",
    "instant": "a timestamp, e.g. 2026-06-30 17:45:00",
    "truth": "true or false, or 1 or 0",
    "count": "a whole number",
    "number": "a number",
    "money": "an amount with at most four decimals",
}


@dataclass
class Tally:
    """
    Counts over the batches of one load. `add` each batch, then ask `raise_if_unreadable` before anything is kept.

    Attributes:
        rows: How many rows were read, bad ones included.
        bad: Reason to how many rows.
        unknown: (column, code) to how many rows.
        watermark: The latest `updated_at` that isn't after the refresh itself; None if there is none.
    """

    fact: Fact
    now: datetime
    rows: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    watermark: datetime | None = None
    _filled: Counter[str] = field(default_factory=Counter)
    _unreadable: Counter[str] = field(default_factory=Counter)
    _examples: dict[str, str] = field(default_factory=dict)

    def add(self, batch: Rows) -> None:
        """
        Count one batch.
        """
        table = batch.table
        self.rows += table.height
        for reason, cases in table[PROBLEM].drop_nulls().value_counts().iter_rows():
            self.bad[reason] += cases
        for code, cases in batch.unknown.items():
            if code in self.unknown or len(self.unknown) < CODES_KEPT:
                self.unknown[code] += cases
        self._filled.update(batch.filled)
        for name, (count, example) in batch.unreadable.items():
            self._unreadable[name] += count
            self._examples.setdefault(name, example)
        # A clock set to 2099 must not make everything that really changes look old.
        latest = table.select(pl.col("updated_at").filter(pl.col("updated_at") <= self.now).max()).item()
        if latest is not None and (self.watermark is None or latest > self.watermark):
            self.watermark = latest

    def raise_if_unreadable(self, query: Query) -> None:
        """
        Refuse a load in which a column can't be what the contract says.

        Raises:
            ResultError: naming each such column, an example and what was expected.
        """
        problems = []
        for name, count in self._unreadable.items():
            filled = self._filled[name]
            many = count > UNREADABLE_FEW and count > filled * UNREADABLE_SHARE
            if many or count == filled:
                expected = _EXPECTED[self.fact.by_name[name].kind.value]
                what = f'{count:,} of {filled:,} values of "{name}" can\'t be read, e.g. {self._examples[name]!r}'
                problems.append(Problem(shown(query.path), what, f"expected {expected}; convert it in the query"))
        if problems:
            raise ResultError(problems)
