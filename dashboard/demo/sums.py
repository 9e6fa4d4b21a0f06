"""
Plain sums of what the books' figures find, by every key of everything a figure can be split by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from dashboard.demo.books import ALL, Figure, month, sorted_keys
from dashboard.demo.columns import KEY_DIGITS, Array
from dashboard.demo.names import LINE_IDS, branch_id, team_id

MONTH = "month"
Names = Mapping[str, Callable[[int], str]]


class Entry(NamedTuple):
    """
    What one figure finds among cases.

    Attributes:
        about: Whether it is about each case.
        found: Whether it looks for it, or how much of it.
        on: The day by whose month it is grouped.
        base: What it is divided by, where that isn't the case itself.
    """

    about: Array
    found: Array
    on: Array
    base: Array | None = None


def month_id(number: int) -> str:
    """
    A month as the books write it, by its number since January 1970.
    """
    return month(np.datetime64(number, "M").astype("datetime64[D]").item())


def agent_id(number: int) -> str:
    """
    The number by which an agent is known.
    """
    return f"A{number:0{KEY_DIGITS}d}"


# What most cases are split by: grouping to what a position in it is called.
SPLITS: Names = {
    ALL: lambda _: ALL,
    MONTH: month_id,
    "branch": branch_id,
    "team": team_id,
    "agent": agent_id,
    "product_line": LINE_IDS.__getitem__,
}


class SumsByKey:
    """
    Adds entries chunk after chunk, and gives the sums by the names of the keys.
    """

    def __init__(self, names: Names) -> None:
        """
        Begin with nothing.

        Args:
            names: Grouping to what a position in it is called.
        """
        self.names = names
        self.bases: dict[tuple[str, str], Array] = {}
        self.found: dict[tuple[str, str], Array] = {}

    def enter(self, kpi: str, groups: Mapping[str, Array], entry: Entry, *, by_month: bool = True) -> None:
        """
        Add what a figure finds among cases. States have no months.

        Args:
            kpi: The figure.
            groups: Grouping to the position of each case's key in it.
            entry: What it finds.
            by_month: Whether it is grouped by the month of the entry's day, too.
        """
        chosen = np.flatnonzero(entry.about)
        base = np.ones(len(chosen)) if entry.base is None else entry.base[chosen]
        found = entry.found[chosen].astype(float)
        months = {MONTH: entry.on[chosen].astype("datetime64[M]").astype(np.int64)} if by_month else {}
        for by, keys in ({by: keys[chosen] for by, keys in groups.items()} | months).items():
            _add(self.bases, (kpi, by), np.bincount(keys, weights=base))
            _add(self.found, (kpi, by), np.bincount(keys, weights=found))

    def figures(
        self, kpi: str, figure: Callable[[int, int], Figure], *, by_month: bool = True
    ) -> dict[str, dict[str, Figure]]:
        """
        The figure of every key there is something of; without cases it is split all the same, into nothing.

        Args:
            kpi: As entered.
            figure: Makes one of the sums of what was found and of what it is divided by.
            by_month: As entered.
        """
        groups = {
            by: sorted_keys({self.names[by](key): figure(*sums) for key, sums in self._sums(kpi, by)})
            for by in sorted(self.names)
            if by_month or by != MONTH
        }
        groups[ALL].setdefault(ALL, figure(0, 0))
        return groups

    def _sums(self, kpi: str, by: str) -> Iterator[tuple[int, tuple[int, int]]]:
        nothing = np.zeros(0)
        bases, found = self.bases.get((kpi, by), nothing), self.found.get((kpi, by), nothing)
        for key in np.flatnonzero(bases).tolist():
            yield key, (int(found[key]), int(bases[key]))


def _add(sums: dict[tuple[str, str], Array], name: tuple[str, str], more: Array) -> None:
    """
    Add sums by position to those there are; the longer of the two decides how many positions there are.
    """
    so_far = sums.get(name, np.zeros(0))
    total = np.zeros(max(len(so_far), len(more)))
    total[: len(so_far)] += so_far
    total[: len(more)] += more
    sums[name] = total
