"""
The one door to the facts: a fact's name and a viewer in, the rows that viewer may see out, all of one version.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.access import FEWEST_TOLD, Viewer, counted, joinable, narrow, unnamed
from dashboard.company import Company
from dashboard.errors import NotAllowed, Problem
from dashboard.facts import FACTS, PROBLEM
from dashboard.snapshot import FactState, Places, Version, measured, rows_there

# The columns of a fact by which rows outside a viewer's scope decide about rows inside, personal ones among them.
LINKS: Final = {
    "policies": ("policy_id", "customer_id", "agent_id", "issued_at", "ended_on", "end_reason"),
    "applications": ("application_id", "customer_age", "annual_income"),
    "complaints": (
        *("complaint_id", "policy_id", "received_at", "category", "outcome"),
        *("decided_at", "withdrawn_at", "closed_at"),
    ),
}


@dataclass(frozen=True)
class Reader:
    """
    One version of all facts, as one viewer may see it.
    """

    version: Version
    viewer: Viewer

    @property
    def version_id(self) -> str:
        """
        The version's name, for cache keys, exports and answers.
        """
        return str(self.version.id)

    def rows(self, fact: str) -> pl.LazyFrame:
        """
        The good rows of a fact within the viewer's scope: every column of the contract, nulls where not recorded.

        Raises:
            NotAllowed: The viewer's role may not read the fact.
        """
        return self._all_rows(fact).filter(pl.col(PROBLEM).is_null()).drop(PROBLEM)

    def bad_rows(self, fact: str) -> pl.LazyFrame:
        """
        The rows of a fact that are kept out of all figures, with their `problem`, within the viewer's scope.
        """
        return self._all_rows(fact).filter(pl.col(PROBLEM).is_not_null())

    def rows_of(self, places: Places, value: str) -> pl.LazyFrame:
        """
        The rows of a fact with one value in a column, as `rows` would give them, read from where they lie.

        Raises:
            NotAllowed: The viewer's role may not read the fact.
        """
        return self._good(rows_there(self.version, places, value), places.fact)

    def own(self, fact: str, fetched: pl.DataFrame) -> pl.LazyFrame:
        """
        Rows that were fetched from a source this moment, as the viewer may see them: by the same rules as `rows`.

        Args:
            fact: Whose rows.
            fetched: Every column of the contract, and `problem`.

        Raises:
            NotAllowed: The viewer's role may not read the fact.
        """
        return self._good(fetched.lazy(), fact)

    def recorded(self, fact: str) -> frozenset[str]:
        """
        The columns of a fact that its source records; of the others nothing can be said.
        """
        return self.version.recorded(fact)

    def is_withheld(self, fact: str) -> bool:
        """
        Whether a fact yields this viewer nothing because its source doesn't record the key they are bound by.
        """
        key = self.viewer.bound_by
        return key is not None and bool(self.recorded(fact)) and key not in self.recorded(fact)

    def counted(
        self, fact: str, *by: str, judge: Callable[[pl.LazyFrame], pl.LazyFrame] | None = None
    ) -> pl.DataFrame:
        """
        How many good cases of a fact the viewer's units have by some columns, also of facts whose rows they may
        not read: then small numbers are null (see `access.counted`). What a judge adds can be counted by, too.

        Raises:
            NotAllowed: The role may neither read nor count the fact, or a column tells persons apart.
        """
        good = self.version.scan(fact).filter(pl.col(PROBLEM).is_null())
        return counted(good, fact, self.viewer, by, judge)

    def company(self, cases: Callable[[Callable[[str], pl.LazyFrame]], pl.LazyFrame]) -> Company:
        """
        Count cases of the whole company, whatever the viewer's own units are, by unit and by what they are like.

        A team's lead sees the team's rows alone; whether the team does worse than others can only be told by
        rates of all. What is given knows every unit and tells of none: see `Company`.

        Args:
            cases: Makes the cases from the rows of facts: the units' keys, the strata, `observed` and `base`.
                It gets rows without persons.

        Raises:
            NotAllowed: A fact the viewer's role may not read.
        """
        return Company.of(cases(self._unnamed_rows), self.viewer)

    def joined(
        self, cases: Callable[[Callable[[str], pl.LazyFrame]], pl.LazyFrame], *, by: Sequence[str], base: str
    ) -> pl.DataFrame:
        """
        Sum cases of facts that are joined by person, also for viewers who may not see persons.

        Out of this door come sums of the viewer's own units by what tells nobody apart, and none of fewer than 5:
        whoever the viewer is, so that two of them never see two figures.

        Args:
            cases: Makes the cases from the rows of facts, persons included: the columns `by`, and numbers to sum.
            by: The groups.
            base: The number of which there must be 5.

        Returns:
            One row per group that may be told, sorted: the columns `by`, and the sums.

        Raises:
            NotAllowed: A column tells persons apart, or the viewer's role may not read a fact.
        """
        persons = sorted({name for fact in FACTS.values() for name in fact.personal} & set(by))
        if persons:
            raise NotAllowed(Problem(persons[0], "tells persons apart, nothing is summed by it"))
        sums = cases(self._joinable_rows).group_by(by).agg(pl.exclude(by).sum())
        return sums.filter(pl.col(base) >= FEWEST_TOLD).sort(by, nulls_last=True).collect()

    def linked(self, fact: str) -> pl.LazyFrame:
        """
        By what rows within the viewer's scope are judged, though it lies outside: of all units, few columns.

        Which contract of the same owner was given up when, and what an applicant earns, decide figures that every
        role is told alike. Whoever judges by these rows tells what follows from them, never the rows.

        Args:
            fact: One of `LINKS`.

        Raises:
            NotAllowed: The viewer's role may not read the fact.
        """
        good = self.version.scan(fact).filter(pl.col(PROBLEM).is_null())
        # Refuses who may not read the fact; narrows nothing.
        unnamed(good, fact, self.viewer)
        return good.select(LINKS[fact])

    def states(self) -> dict[str, FactState]:
        """
        What the snapshot knows of every fact of the contract that this viewer may read, loaded or not.

        For a viewer who is bound to units, the rows, the bad ones, the unknown codes and the newest row are those
        of their own units: counted anew, which reads the facts once, so remember it where it is asked for often.
        """
        readable = [name for name in FACTS if self._may_read(name)]
        whole = {name: self.version.facts.get(name) or FactState(name) for name in readable}
        if self.viewer.bound_by is None:
            return whole
        return {name: self._within_scope(state) for name, state in whole.items()}

    def refreshed_at(self, fact: str) -> datetime | None:
        """
        When the fact was last loaded.
        """
        state = self.version.facts.get(fact)
        return state.refreshed_at if state else None

    def is_stuck(self, fact: str) -> bool:
        """
        Whether the last load of a fact failed, so that it stands as it was `refreshed_at`.
        """
        state = self.version.facts.get(fact)
        return state is not None and state.error is not None

    def names(self, fact: str, key: str, label: str, *also: str) -> pl.DataFrame:
        """
        The distinct values of a key in a fact with their names: `key`, `label` and the columns in `also`, by name.
        """
        found = self.rows(fact).select(key, label, *also).unique(subset=[key]).drop_nulls(key)
        return found.sort(label, key).collect()

    def _unnamed_rows(self, fact: str) -> pl.LazyFrame:
        good = self.version.scan(fact).filter(pl.col(PROBLEM).is_null()).drop(PROBLEM)
        return unnamed(good, fact, self.viewer)

    def _good(self, found: pl.LazyFrame, fact: str) -> pl.LazyFrame:
        return narrow(found, fact, self.viewer).filter(pl.col(PROBLEM).is_null()).drop(PROBLEM)

    def _joinable_rows(self, fact: str) -> pl.LazyFrame:
        good = self.version.scan(fact).filter(pl.col(PROBLEM).is_null()).drop(PROBLEM)
        return joinable(good, fact, self.viewer)

    def _all_rows(self, fact: str) -> pl.LazyFrame:
        return narrow(self.version.scan(fact), fact, self.viewer)

    def _within_scope(self, state: FactState) -> FactState:
        if state.refreshed_at is None:
            return state
        own = measured(state, self._all_rows(state.fact), FACTS[state.fact], state.refreshed_at)
        return replace(own, watermark=state.watermark)

    def _may_read(self, fact: str) -> bool:
        try:
            narrow(pl.LazyFrame(schema=FACTS[fact].schema), fact, self.viewer)
        except NotAllowed:
            return False
        return True


def last_complete_day(version: Version, zone: str, *facts: str) -> date:
    """
    The last day that was over, in the business's time zone, when the facts were last loaded.

    Of several the one loaded longest ago decides: a day that its rows don't cover can't be judged. So does a fact
    whose last load failed, with its last good one; a fact that never loaded says nothing.
    """
    loaded = [version.facts[name].refreshed_at for name in facts if name in version.facts]
    oldest = min((at for at in loaded if at is not None), default=datetime.now(UTC))
    return oldest.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
