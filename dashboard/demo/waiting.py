"""
How long people wait, by Kaplan and Meier, in the plainest way: one length after the other.

The books' own; the dashboard's is elsewhere, and the two are there to be compared.
"""

from __future__ import annotations

from collections import Counter

# How many cases ended, or left the watch without an end, after so many whole days: (days, ended) to cases.
Lengths = Counter[tuple[int, bool]]

ROUNDING = 1e-12


class Waiting:
    """
    The share that still waits after each number of days.
    """

    def __init__(self, lengths: Lengths) -> None:
        self.days: list[int] = []
        self.shares: list[float] = []
        self.size = waiting = lengths.total()
        share = 1.0
        for day in sorted({day for day, _ in lengths}):
            # Who left the watch on a day was still watched when others ended on it.
            share *= 1 - lengths[day, True] / waiting
            waiting -= lengths[day, True] + lengths[day, False]
            self.days.append(day)
            self.shares.append(share)

    def first_day_with(self, left: float) -> int | None:
        """
        The first day by which at most this share still waits; None if that isn't reached.
        """
        return next(
            (day for day, share in zip(self.days, self.shares, strict=True) if share <= left + ROUNDING), None
        )
