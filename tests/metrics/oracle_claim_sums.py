"""
What single claims add to figures, added up: by group, by month, by the day that each figure goes by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.metrics.oracle import DAY
from tests.metrics.oracle_claims import Claim, Spell, known

MONTH = "month"
STATES = ("claims_open", "claims_overdue")
COUNTS = ("claims_reported", *STATES)
DURATIONS = {"claim_cycle_days_median": Fraction(1, 2), "claim_cycle_days_p90": Fraction(9, 10)}
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Answer:
    """
    A figure in one cell: its value (null: none), what stands above and below the line (null: nobody knows yet),
    and if it may change.
    """

    value: Fraction | int | None
    above: int | None
    below: int | None
    provisional: bool


@dataclass
class Cell:
    """
    What has been added up in one cell of one figure.
    """

    above: int = 0
    below: int = 0
    pending: int = 0
    spells: list[Spell] = field(default_factory=list)


class Sums:
    """
    Every figure of some claims, by groups.

    Args:
        claims: Known on the same day.
        keys: Columns that make groups, with `month` among them or not.
        first: The period's first day; null: no beginning.
        before: The day behind its last; null: no end.
    """

    def __init__(
        self,
        claims: Iterable[Claim],
        keys: tuple[str, ...],
        *,
        as_of: date,
        first: date | None,
        before: date | None,
    ) -> None:
        self.keys, self.as_of, self.first, self.before = keys, as_of, first, before
        self.cells: dict[str, dict[Key, Cell]] = defaultdict(lambda: defaultdict(Cell))
        for claim in claims:
            self._add(claim)

    def _add(self, claim: Claim) -> None:
        for name, mark in claim.marks:
            if mark.day is None or self.is_inside(mark.day):
                cell = self.cells[name][self.key(claim.row, mark.day)]
                cell.above += mark.above
                cell.below += mark.below
                cell.pending += mark.pending
        spell = claim.spell
        if spell is not None and self.is_inside(spell.day):
            for name in DURATIONS:
                self.cells[name][self.key(claim.row, spell.day)].spells.append(spell)

    def is_inside(self, day: date) -> bool:
        """
        Whether the period covers a day.
        """
        return (self.first is None or day >= self.first) and (self.before is None or day < self.before)

    def key(self, row: Mapping[str, Any], day: date | None) -> Key:
        """
        The cell of a claim; a state stands in the month of the day that is looked at.
        """
        return tuple((day or self.as_of).replace(day=1) if key == MONTH else row[key] for key in self.keys)

    def answer(self, name: str, key: Key) -> Answer:
        """
        A figure in one cell, whether anything was added up there or not.
        """
        cell = self.cells[name][key]
        first, last = (None, None) if name in STATES else (self.first, self.before and self.before - DAY)
        if MONTH in self.keys:
            month = key[self.keys.index(MONTH)]
            first, last = max(first or month, month), min(last or date.max, month_end(month))
        is_running = last is not None and last > self.as_of
        if first is not None and first > self.as_of:
            return Answer(None, None, None, is_running)
        if name in DURATIONS:
            return self._duration(cell.spells, DURATIONS[name], is_running=is_running)
        share = Fraction(cell.above, cell.below) if cell.below else None
        value = cell.above if name in COUNTS else share
        return Answer(value, cell.above, cell.below, is_running or cell.pending > 0)

    def _duration(self, spells: list[Spell], done: Fraction, *, is_running: bool) -> Answer:
        hour = first_hour(spells, done)
        waiting = [spell.hours for spell in spells if spell.is_open]
        # One that has waited less than the value can still move it.
        can_move = any(hour is None or hours < hour for hours in waiting)
        paid = sum(spell.cases for spell in spells if spell.is_paid)
        days = None if hour is None else Fraction(hour, 24)
        return Answer(days, paid, sum(spell.cases for spell in spells), is_running or can_move)


def states_at_month_ends(
    rows: list[Mapping[str, Any]], keys: tuple[str, ...], months: Iterable[date], *, as_of: date, zone: str
) -> dict[date, Sums]:
    """
    The states at the end of each month as they were known then, of the month of `as_of` at its own end.
    """
    found = {}
    for month in months:
        then = min(month_end(month), as_of)
        if month <= as_of:
            found[month] = Sums(known(rows, then, zone), keys, as_of=then, first=None, before=None)
    return found


def month_end(month: date) -> date:
    return (month.replace(day=1) + 31 * DAY).replace(day=1) - DAY


def first_hour(spells: Iterable[Spell], done: Fraction) -> int | None:
    """
    The first hour at which the Kaplan-Meier curve, in exact fractions, is at or below what `done` leaves.
    """
    paid: dict[int, int] = {}
    gone: dict[int, int] = {}
    for spell in spells:
        gone[spell.hours] = gone.get(spell.hours, 0) + spell.cases
        paid[spell.hours] = paid.get(spell.hours, 0) + spell.cases * spell.is_paid
    at_risk, curve = sum(gone.values()), Fraction(1)
    for hour in sorted(gone):
        if paid[hour]:
            curve *= 1 - Fraction(paid[hour], at_risk)
        if curve <= 1 - done:
            return hour
        at_risk -= gone[hour]
    return None
