"""
One key, one row: watched over a whole load, in eight bytes a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl

from dashboard.errors import Problem, ResultError
from dashboard.facts import PROBLEM, Fact


class KeyWatch:
    """
    Remembers a hash of every key of a load, and finds an example where one occurs twice.

    Rows without a key carry a substitute that the intake made unique as far as it could see; they aren't watched.
    """

    def __init__(self, fact: Fact, origin: str) -> None:
        self._fact = fact
        self._origin = origin
        self._hashes: list[np.ndarray[tuple[int], np.dtype[np.uint64]]] = []

    def add(self, rows: pl.DataFrame) -> None:
        """
        Remember the keys of a batch.
        """
        self._hashes.append(self._hashed(_with_key(rows)).to_numpy())

    def raise_if_repeated(self, again: Callable[[], Iterator[pl.DataFrame]]) -> None:
        """
        Refuse the load if a key occurred twice.

        Args:
            again: Begins the same load once more, to name the key. (Two keys may also share a hash; no fault.)

        Raises:
            ResultError: with a key that occurs twice.
        """
        hashes, times = np.unique(np.concatenate([np.empty(0, np.uint64), *self._hashes]), return_counts=True)
        repeated = pl.Series(hashes[times > 1])
        if repeated.is_empty():
            return
        seen: set[tuple[object, ...]] = set()
        for rows in again():
            keyed = _with_key(rows)
            suspects = keyed.filter(self._hashed(keyed).is_in(repeated.implode())).select(self._fact.keys)
            for key in suspects.iter_rows():
                if key in seen:
                    raise ResultError(self._problem(key, len(repeated)))
                seen.add(key)

    def _hashed(self, rows: pl.DataFrame) -> pl.Series:
        return rows.select(pl.struct(self._fact.keys).hash(seed=0)).to_series()

    def _problem(self, key: tuple[object, ...], others: int) -> Problem:
        named = ", ".join(f"{name} {value}" for name, value in zip(self._fact.keys, key, strict=True))
        return Problem(
            self._origin,
            f"a key occurs more than once, e.g. {named} ({others:,} such keys); nothing was loaded",
            "a join in the query may multiply rows: bring one row for each key",
        )


def _with_key(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(~pl.col(PROBLEM).str.starts_with("no_key:").fill_null(value=False))
