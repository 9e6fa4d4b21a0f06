"""
How long claims take, by Kaplan and Meier, from counts of whole hours: the books' own, for very many of them.

The same arithmetic as in waiting.py, a column at a time; the dashboard's is elsewhere, and the two are there to be
compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from dashboard.demo.columns import Array
from dashboard.demo.waiting import ROUNDING

HOURS_BITS = 32


class Spells:
    """
    How many claims of each key ended, or are still watched, after so many hours.
    """

    def __init__(self) -> None:
        self._spells = np.zeros(0, np.int64)
        self._claims = np.zeros(0, np.int64)

    def add(self, keys: Array, hours: Array, ended: Array) -> None:
        """
        Enter claims by their keys, positions from 0.
        """
        # One number per spell: its key, its hours, and whether it ended. So memory grows with what differs only.
        spells = (keys.astype(np.int64) << HOURS_BITS) | (hours.astype(np.int64) << 1) | ended
        every = np.concatenate([self._spells, spells])
        claims = np.concatenate([self._claims, np.ones(len(spells), np.int64)])
        self._spells, place = np.unique(every, return_inverse=True)
        self._claims = np.bincount(place, weights=claims, minlength=len(self._spells)).astype(np.int64)

    def first_hours_with(self, left: Sequence[float]) -> Iterator[tuple[int, int, list[int | None]]]:
        """
        For each key the claims it has, and the first hour by which at most each of these shares still waits.
        """
        keys = self._spells >> HOURS_BITS
        for key in np.unique(keys).tolist():
            mine = slice(*np.searchsorted(keys, [key, key + 1]))
            yield key, int(self._claims[mine].sum()), _first_hours(self._spells[mine], self._claims[mine], left)


def _first_hours(spells: Array, claims: Array, left: Sequence[float]) -> list[int | None]:
    hours = (spells & ((1 << HOURS_BITS) - 1)) >> 1
    ended = np.where(spells & 1, claims, 0)
    each, begins = np.unique(hours, return_index=True)
    ends, leaves = np.add.reduceat(ended, begins), np.add.reduceat(claims, begins)
    # Who left the watch in an hour was still watched when others ended in it.
    watched = claims.sum() - np.concatenate([[0], np.cumsum(leaves)[:-1]])
    shares = np.cumprod(1 - ends / watched)
    reached = [np.flatnonzero(shares <= share + ROUNDING) for share in left]
    return [int(each[found[0]]) if len(found) else None for found in reached]
