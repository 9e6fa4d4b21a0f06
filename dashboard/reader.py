"""
The one door to the facts: a fact's name and a viewer in, the rows that viewer may see out, all of one version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.access import Viewer, narrow
from dashboard.errors import NotAllowed
from dashboard.facts import FACTS, PROBLEM
from dashboard.snapshot import FactState, Version


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
        good = self.version.scan(fact).filter(pl.col(PROBLEM).is_null()).drop(PROBLEM)
        return narrow(good, fact, self.viewer)

    def bad_rows(self, fact: str) -> pl.LazyFrame:
        """
        The rows of a fact that are kept out of all figures, with their `problem`, within the viewer's scope.
        """
        return narrow(self.version.scan(fact).filter(pl.col(PROBLEM).is_not_null()), fact, self.viewer)

    def recorded(self, fact: str) -> frozenset[str]:
        """
        The columns of a fact that its source records; of the others nothing can be said.
        """
        return self.version.recorded(fact)

    def states(self) -> dict[str, FactState]:
        """
        What the snapshot knows of every fact of the contract that this viewer may read, loaded or not.
        """
        readable = [name for name in FACTS if self._may_read(name)]
        return {name: self.version.facts.get(name) or FactState(name) for name in readable}

    def refreshed_at(self, fact: str) -> datetime | None:
        """
        When the fact was last loaded.
        """
        state = self.version.facts.get(fact)
        return state.refreshed_at if state else None

    def names(self, fact: str, key: str, label: str, *also: str) -> pl.DataFrame:
        """
        The distinct values of a key in a fact with their names: `key`, `label` and the columns in `also`, by name.
        """
        found = self.rows(fact).select(key, label, *also).unique(subset=[key]).drop_nulls(key)
        return found.sort(label, key).collect()

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
