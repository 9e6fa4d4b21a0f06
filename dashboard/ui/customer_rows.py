"""
All rows of one customer that a viewer may see: of their source at this moment if it answers, else of the snapshot.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from dashboard.errors import DashboardError
from dashboard.intake.lookup import look_up
from dashboard.periods import Period
from dashboard.snapshot import Places, Version, places_of
from dashboard.ui.context import Context
from dashboard.ui.figures import Figures
from dashboard.ui.filters import Selection
from dashboard.ui.names import names_of
from dashboard.ui.opening import moment
from dashboard.ui.page import Look
from dashboard.ui.remembering import by_key

CUSTOMERS: Final = "customers"
# What is told of a customer; `customers` first, for it decides whether anything is.
FACTS_READ: Final = (
    CUSTOMERS,
    *("policies", "claims", "complaints", "renewals", "interactions", "applications"),
)
KEY: Final = "customer_id"
# What a source answered counts as live for so many seconds; one that refused isn't asked again for as long.
LIVE_FOR: Final = 60

# From so many rows on a fact isn't read through for a few of them.
LARGE: Final = 500_000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Customer:
    """
    One customer, as somebody may see them at a moment.

    Attributes:
        key: Their id.
        now: The moment, in the business's zone.
        rows: By fact of `FACTS_READ`, their rows within the viewer's scope, every column of the contract.
        live: By fact, when its source was asked; facts that are missing are the snapshot's.
    """

    key: str
    now: datetime
    rows: Mapping[str, pl.DataFrame]
    live: Mapping[str, datetime]

    @property
    def who(self) -> Mapping[str, Any]:
        """
        The columns of the customer's own row; all null where the source has no customers.
        """
        rows = self.rows[CUSTOMERS]
        return rows.row(0, named=True) if rows.height else dict.fromkeys(rows.columns)


def look_at_nobody(ctx: Context) -> Look:
    """
    What the page looks at, without any filter: one customer isn't a period or a unit.
    """
    figures = Figures(ctx.reader, ctx.viewer, ctx.settings, ctx.rules, ctx.as_of)
    selection = Selection(Period(), None, (), with_period=False)
    return Look(ctx, CUSTOMERS, selection, figures, names_of(ctx.reader, CUSTOMERS, ctx.words))


def customer_of(look: Look, key: str) -> Customer | None:
    """
    All rows of a customer; None where there is none with this id, or none whom the viewer may see.

    The customer's own row decides, of the source or of the snapshot: whoever may not see it sees nothing of them,
    even of cases that their own unit works on. Where the source has no customers, any row will do.
    """
    figures = look.figures
    kept = _kept(figures, key)
    if not _is_there(figures, kept):
        return None
    rows, live = dict(kept), {}
    for fact in _asked_of_sources(figures):
        fetched = _fetched(figures, fact, key)
        if fetched is not None:
            rows[fact], live[fact] = fetched
    return Customer(key, moment(look.ctx), rows, live) if _is_there(figures, rows) else None


def source_in_words(look: Look, customer: Customer, fact: str) -> str:
    """
    Whether rows are of this moment or of the snapshot, and of when.
    """
    words, zone = look.ctx.words, ZoneInfo(look.ctx.zone)
    if fact in customer.live:
        return words.text("live, {time}", time=f"{customer.live[fact].astimezone(zone):%H:%M}")
    pinned = look.ctx.settings.business.as_of
    if pinned is not None:
        return words.text("from the snapshot, as of {day}", day=words.day(pinned))
    loaded = look.ctx.reader.refreshed_at(fact)
    if loaded is None:
        return words.text("not recorded")
    return words.text("from the snapshot of {moment}", moment=words.instant(loaded.astimezone(zone)))


def _is_there(figures: Figures, rows: Mapping[str, pl.DataFrame]) -> bool:
    if figures.recorded(CUSTOMERS):
        return rows[CUSTOMERS].height > 0
    return any(frame.height for frame in rows.values())


def _asked_of_sources(figures: Figures) -> list[str]:
    """
    The facts to be looked up; none where the screens are pinned to a day, which no source can tell of any more.
    """
    if figures.settings.business.as_of is not None:
        return []
    return [fact for fact in FACTS_READ if fact in figures.settings.live.facts and figures.recorded(fact)]


@st.cache_resource(max_entries=200, show_spinner=False, hash_funcs={Figures: by_key})
def _kept(figures: Figures, key: str) -> dict[str, pl.DataFrame]:
    own = [figures.as_known(fact, _rows(figures, fact, key)) for fact in FACTS_READ]
    return dict(zip(FACTS_READ, pl.collect_all(own), strict=True))


def _rows(figures: Figures, fact: str, key: str) -> pl.LazyFrame:
    version = figures.reader.version
    state = version.facts.get(fact)
    if state is None or state.rows < LARGE:
        return figures.reader.rows(fact).filter(pl.col(KEY) == key)
    return figures.reader.rows_of(_places(version, fact), key)


def _table_of(version: Version) -> tuple[str, ...]:
    return (version.path, *(f"{name} {state.version}" for name, state in sorted(version.facts.items())))


# The same for all viewers: where rows lie, of which each gets to read their own. Four bytes a row.
@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs={Version: _table_of})
def _places(version: Version, fact: str) -> Places:
    return places_of(version, fact, KEY)


@st.cache_resource(ttl=LIVE_FOR, max_entries=500, show_spinner=False, hash_funcs={Figures: by_key})
def _fetched(figures: Figures, fact: str, key: str) -> tuple[pl.DataFrame, datetime] | None:
    """
    The rows of a fact as its source has them now, narrowed to the viewer; None where it can't be asked in time.
    """
    source, down = figures.reader.version.facts[fact].source, _down_until()
    if time.monotonic() < down.get(source, 0.0):
        return None
    try:
        found = look_up(figures.settings, source, fact, KEY, key, now=datetime.now(UTC))
    except DashboardError as error:
        down[source] = time.monotonic() + LIVE_FOR
        log.warning("%s is shown from the snapshot: %s", fact, error)
        return None
    return figures.reader.own(fact, found.rows).collect(), found.at


@st.cache_resource(show_spinner=False)
def _down_until() -> dict[str, float]:
    return {}


def found_by_number(figures: Figures, number: str) -> str | None:
    """
    The id of the customer with this number, or whose policy, claim or complaint has it; None where nobody has.
    """
    return _found_by_number(figures, number)


@st.cache_data(max_entries=500, show_spinner=False, hash_funcs={Figures: by_key})
def _found_by_number(figures: Figures, number: str) -> str | None:
    numbered = (
        (CUSTOMERS, KEY),
        ("policies", "policy_id"),
        ("claims", "claim_id"),
        ("complaints", "complaint_id"),
    )
    for fact, column in numbered:
        found = figures.known(fact).filter(pl.col(column) == number).select(KEY).drop_nulls().head(1).collect()
        if found.height:
            return str(found.item())
    # A source without customers knows them by their cases; whether there are any is seen when all are read.
    return None if figures.recorded(CUSTOMERS) else number


def found_by_name(figures: Figures, name: str, *, most: int) -> pl.DataFrame:
    """
    The customers of this name within the viewer's scope, the letters' case left aside: at most so many.
    """
    called = pl.col("name").str.to_lowercase() == name.lower()
    columns = (KEY, "name", "segment", "joined_on", "branch_id", "team_id")
    return figures.known(CUSTOMERS).filter(called).select(columns).sort(KEY).head(most).collect()
