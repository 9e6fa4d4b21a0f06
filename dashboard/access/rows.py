"""
From what a viewer may see to the rows and columns they get.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import polars as pl

from dashboard.access.viewer import Viewer
from dashboard.errors import NotAllowed, Problem
from dashboard.facts import FACTS, Fact

# Fewer cases than these point at people.
FEWEST_TOLD: Final = 5
# A group hidden alone could be taken from the total.
FEWEST_GROUPS: Final = 2
# Of one other unit alone nothing may be told: what isn't the viewer's own would all be that one's.
FEWEST_OTHERS: Final = 2


def narrow(rows: pl.LazyFrame, fact: str, viewer: Viewer) -> pl.LazyFrame:
    """
    The rows of a fact that a viewer may see, with personal columns emptied where their role has no need of them.

    Args:
        rows: The whole fact, with every column of the contract.
        fact: Its name.
        viewer: Who asks.

    Returns:
        The same columns; rows outside the viewer's units are gone, and so are rows that name no unit.

    Raises:
        NotAllowed: The role may not read this fact at all.
    """
    if fact in viewer.rights.without:
        raise NotAllowed(Problem(fact, f"is not shown to the role {viewer.role.value}"))
    bound = _within_units(rows, viewer)
    return bound if viewer.rights.personal else _without_persons(bound, FACTS[fact])


def counted(
    rows: pl.LazyFrame,
    fact: str,
    viewer: Viewer,
    by: Sequence[str],
    judge: Callable[[pl.LazyFrame], pl.LazyFrame] | None = None,
) -> pl.DataFrame:
    """
    How many cases of a fact there are by some columns, for viewers who may count what they may not read.

    Counts below 5 are null. Where that hides one group alone, or fewer than 5 cases together, the next smallest is
    hidden with them, so that a total known from elsewhere doesn't tell them.

    Args:
        rows: The whole fact, with every column of the contract.
        fact: Its name.
        viewer: Who asks; the cases are those of their units.
        by: Columns to group by, none of which tells persons apart.
        judge: Adds columns to group by, or leaves rows out; it gets the rows without persons.

    Returns:
        One row per group that has cases: the columns `by`, and `cases` (Int64).

    Raises:
        NotAllowed: The role may neither read nor count the fact, or a column tells persons apart.
    """
    rights = viewer.rights
    if fact in rights.without and fact not in rights.counts:
        raise NotAllowed(Problem(fact, f"is not counted for the role {viewer.role.value}"))
    persons = sorted(set(by) & set(FACTS[fact].personal))
    if persons:
        raise NotAllowed(Problem(f"{fact}.{persons[0]}", "tells persons apart, nothing is counted by it"))
    bound = _within_units(rows, viewer)
    if judge is not None:
        bound = judge(_without_persons(bound, FACTS[fact]))
    cases = pl.col("cases").fill_null(1).sum().cast(pl.Int64)
    grouped = bound.group_by(by).agg(cases) if by else bound.select(cases)
    found = grouped.filter(pl.col("cases") > 0).sort("cases", *by).collect()
    if fact not in rights.without:
        return found.sort(by) if by else found
    hidden = found.filter(pl.col("cases") < FEWEST_TOLD).height
    # Sorted by size: the groups that are hidden come first.
    while 0 < hidden < found.height and (hidden < FEWEST_GROUPS or found["cases"][:hidden].sum() < FEWEST_TOLD):
        hidden += 1
    told = pl.when(pl.int_range(pl.len()) >= hidden).then(pl.col("cases"))
    found = found.with_columns(told.alias("cases"))
    return found.sort(by) if by else found


def unnamed(rows: pl.LazyFrame, fact: str, viewer: Viewer) -> pl.LazyFrame:
    """
    The rows of a fact of all units, for counting what the whole company comes to; never to be shown.

    Args:
        rows: The whole fact, with every column of the contract.
        fact: Its name.
        viewer: Who asks.

    Returns:
        The same rows with personal columns emptied, whoever asks.

    Raises:
        NotAllowed: The role may not read this fact at all.
    """
    if fact in viewer.rights.without:
        raise NotAllowed(Problem(fact, f"is not shown to the role {viewer.role.value}"))
    return _without_persons(rows, FACTS[fact])


def joinable(rows: pl.LazyFrame, fact: str, viewer: Viewer) -> pl.LazyFrame:
    """
    The rows of a fact within a viewer's units, persons and all, for joining facts; only sums of it may be told.

    Args:
        rows: The whole fact, with every column of the contract.
        fact: Its name.
        viewer: Who asks.

    Raises:
        NotAllowed: The role may not read this fact at all.
    """
    if fact in viewer.rights.without:
        raise NotAllowed(Problem(fact, f"is not shown to the role {viewer.role.value}"))
    return _within_units(rows, viewer)


def told_apart_from(counts: pl.DataFrame, viewer: Viewer, by: Sequence[str]) -> pl.DataFrame:
    """
    Sum counts over all units, leaving out what would tell of units that aren't the viewer's.

    Whoever sees their own rows can take them from a sum. So what remains must be of 5 cases or more, and of two
    other units or more; a group of the viewer's own cases alone is left out, too, for its absence would tell.

    Args:
        counts: `observed` and `base` per row, the columns `by`, and the key by which the viewer is bound.
        viewer: Who asks.
        by: The groups.

    Returns:
        One row per group that may be told, sorted: the columns `by`, `observed`, `base`.
    """
    key = viewer.bound_by
    base = pl.col("base")
    sums = {"observed": pl.col("observed").sum(), "base": base.sum()}
    if key is None:
        found = counts.group_by(by).agg(**sums) if by else counts.select(**sums)
        return found.filter(base >= FEWEST_TOLD).sort(by) if by else found.filter(base >= FEWEST_TOLD)
    is_other = ~pl.col(key).is_in(sorted(viewer.units)).fill_null(value=False)
    sums |= {
        "_others": base.filter(is_other).sum(),
        "_units": pl.col(key).filter(is_other & (base > 0)).drop_nulls().n_unique(),
    }
    found = counts.group_by(by).agg(**sums) if by else counts.select(**sums)
    enough = (pl.col("_others") >= FEWEST_TOLD) & (pl.col("_units") >= FEWEST_OTHERS)
    told = found.filter(enough).drop("_others", "_units")
    return told.sort(by) if by else told


def _within_units(rows: pl.LazyFrame, viewer: Viewer) -> pl.LazyFrame:
    if viewer.bound_by is None:
        return rows
    return rows.filter(pl.col(viewer.bound_by).is_in(sorted(viewer.units)))


def _without_persons(rows: pl.LazyFrame, contract: Fact) -> pl.LazyFrame:
    empty = [pl.lit(None, dtype=contract.by_name[name].kind.dtype).alias(name) for name in contract.personal]
    return rows.with_columns(empty) if empty else rows
