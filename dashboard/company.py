"""
What the whole company comes to, for a viewer's units to be held against it; nobody else's is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from dashboard.access import Viewer, told_apart_from
from dashboard.errors import NotAllowed, Problem
from dashboard.stats import ratio_spread, standardised

UNITS: Final = ("branch_id", "team_id", "agent_id")
# What the whole company may be split by when a viewer's units are held against it; none of it names a unit.
STRATA: Final = ("product_line", "channel", "tenure_band")
# The spread between fewer units than these would be nearly the units themselves.
FEWEST_UNITS: Final = 5


@dataclass(frozen=True)
class Reference:
    """
    What the whole company comes to, for units to be held against it. No unit is in it.

    Attributes:
        cells: One row per stratum that may be told: the strata, `observed`, `base`.
        spread: The variance between all units beyond chance (see `ratio_spread`); 0 with fewer than five of them.
    """

    cells: pl.DataFrame
    spread: float


@dataclass(frozen=True)
class Company:
    """
    Cases of all units, counted by unit and stratum, of which only sums that betray no unit come out.

    Attributes:
        viewer: Who is told.
    """

    viewer: Viewer
    _counts: pl.DataFrame = field(repr=False)

    @classmethod
    def of(cls, cases: pl.LazyFrame, viewer: Viewer) -> Company:
        """
        Count cases.

        Args:
            cases: Of all units: those of `UNITS` and `STRATA` they have, `observed` and `base`.
            viewer: Who will be told.
        """
        known = set(cases.collect_schema())
        keys = [name for name in (*UNITS, *STRATA) if name in known]
        sums = (pl.col("observed").sum(), pl.col("base").sum())
        # Codes are compared faster than texts.
        coded = cases.with_columns(pl.col(keys).cast(pl.Categorical))
        return cls(viewer, coded.group_by(keys).agg(sums).collect())

    def reference(
        self,
        *,
        strata: Sequence[str],
        unit: str,
        is_share: bool,
        values: Sequence[tuple[str, Sequence[str]]] = (),
    ) -> Reference:
        """
        Sum the cases by what they are like and not whose.

        Given are sums by stratum and one number for how far units lie apart, both of which leave out what would
        tell of a few cases or of a single other unit (`access.told_apart_from`). The strata left out are in no
        sum, so that no total betrays them.

        Args:
            strata: Of `STRATA`; none: one row of all.
            unit: The key of the units whose spread is asked for.
            is_share: Whether each case of the base is observed once or not at all.
            values: Only the cases with one of the values in each of these columns, of `STRATA` alone.

        Raises:
            NotAllowed: Another stratum, or a choice by anything else.
        """
        strange = sorted({*strata, *(column for column, _ in values)} - set(STRATA))
        if strange:
            raise NotAllowed(Problem(strange[0], "tells units apart, the whole company isn't split by it"))
        keys = list(dict.fromkeys([unit, *([self.viewer.bound_by] if self.viewer.bound_by else [])]))
        sums = (pl.col("observed").sum(), pl.col("base").sum())
        among = self._counts.lazy()
        for column, allowed in values:
            among = among.filter(pl.col(column).is_in(list(allowed)))
        named = pl.col(*keys, *strata).cast(pl.String)
        counts = among.group_by(*keys, *strata).agg(sums).with_columns(named).collect()
        cells = told_apart_from(counts, self.viewer, list(strata))
        by_unit = counts.filter(pl.col(unit).is_not_null()).group_by(unit, *strata).agg(sums)
        units = standardised(by_unit, cells, unit=unit, strata=strata, is_share=is_share)
        told = units.filter(pl.col("expected") > 0)
        spread = 0.0
        if told.height >= FEWEST_UNITS:
            spread = ratio_spread(*(told[name].to_list() for name in ("observed", "expected", "variance")))
        return Reference(cells, spread)
