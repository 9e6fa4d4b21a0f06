"""
The claims that wait: at this moment for the lists, at the end of the day looked at for the counts.

Only open claims are ever looked at, a small part of all there are; what is worked out of them is kept under
everything that decides it, the viewer's scope included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import polars as pl

from dashboard.metrics import chosen
from dashboard.metrics.claim_ageing import claim_ageing, silence_by, silent_claims, with_bands
from dashboard.metrics.claim_worklist import claim_worklist, open_claims, running_clocks
from dashboard.ui.figures import Figures, Values
from dashboard.ui.filters import DIMENSIONS
from dashboard.ui.listing import cases_by_band, within
from dashboard.ui.opening import moment
from dashboard.ui.page import Look
from dashboard.ui.remembering import remembered, shared
from dashboard.ui.tables import SHOWN
from dashboard.words import msgid

# Without it nobody can say for how long a claimant has heard nothing.
HEARD: Final = "last_progress_at"

# What the clocks of a claim ask for.
CLOCKS: Final = {
    "claim_determination": msgid("determination"),
    "claim_payment": msgid("payment"),
    "claim_refusal": msgid("refusal notice"),
    "claim_part_payment": msgid("part payment"),
    "claim_review": msgid("review"),
    "claim_small": msgid("small claim"),
    "claim_contact": msgid("first contact"),
    "claim_instant": msgid("instant decision"),
}
STAGES: Final = {
    "reported": msgid("reported"),
    "registered": msgid("registered"),
    "waiting_for_documents": msgid("waiting for documents"),
    "being_decided": msgid("being decided"),
    "to_be_agreed": msgid("to be agreed"),
    "to_be_told": msgid("to be told"),
    "to_be_paid": msgid("to be paid"),
}


# What the lists, their tiles and the exports read of an open claim; all else isn't kept in memory.
_READ: Final = (
    *("claim_id", "cases", "stage", "reported_at", "reported_on", "days_open", "claim_type", "amount_claimed"),
    *("branch_id", "team_id", "product_line", "channel", "handler_id", HEARD, "progress_sent"),
)
_ROW: Final = "_row"
# What is told of silence by.
_SILENT_BY: Final = ("branch_id", "stage")


@dataclass(frozen=True)
class Silence:
    """
    How many claimants have heard nothing for too long.

    Attributes:
        silent: Open claims without a message for longer than was asked, in cases.
        total: Open claims.
        unknown: Those of which it isn't known when the last message was sent.
        by: Of the branches and of the stages: see `claim_ageing.silence_by`.
        first: The silent claims, those silent for longest first, as many as a screen shows.
        rows: How many silent claims there are, in rows.
    """

    silent: int
    total: int
    unknown: int
    by: Mapping[str, pl.DataFrame]
    first: pl.DataFrame
    rows: int


@dataclass(frozen=True)
class LiveClaims:
    """
    The open claims of a moment, of the units selected.

    Attributes:
        look: What the page looks at.
        now: The minute under way, in the business's zone.
    """

    look: Look
    now: datetime

    @property
    def today(self) -> date:
        """
        The day under way.
        """
        return self.now.date()

    @property
    def can_be_due(self) -> bool:
        """
        Whether it can be told when claims are due: whether a clock runs on any claim, or there is none to run on.
        """
        rows, clocks = _waiting(self._figures)
        return bool(clocks.height) or not chosen(rows.lazy(), self._values).head(1).collect().height

    def bands(self, *, law_only: bool) -> dict[str, int]:
        """
        The cases of each tile: see `listing.cases_by_band`.
        """
        return _bands(self._figures, self._values, self.now, law_only)

    def is_breach(self, *, law_only: bool) -> bool:
        """
        Whether any claim is past a limit of the law.
        """
        return _is_breach(self._figures, self._values, self.now, law_only)

    def first(self, band: str, *, law_only: bool) -> tuple[pl.DataFrame, int]:
        """
        The claims of a tile that press most, as many as a screen shows, and how many rows there are.
        """
        return _first(self._figures, self._values, self.now, law_only, band)

    def worklist(self, band: str, *, law_only: bool) -> pl.DataFrame:
        """
        The working list of a tile, most pressing first: see `claim_worklist.claim_worklist`.
        """
        return _in_text(within(_chosen_list(self._figures, self._values, self.now, law_only), band))

    def silence(self, more_than: int) -> Silence:
        """
        How many claimants have heard nothing for more than so many days, and which.
        """
        return _silence(self._figures, self._values, more_than)

    def silent(self, more_than: int) -> pl.DataFrame:
        """
        All claims whose claimants have heard nothing for more than so many days, the longest first.
        """
        return _in_text(chosen(_silent(self._figures, more_than).lazy(), self._values))

    @property
    def _figures(self) -> Figures:
        return self.look.figures.on(self.today)

    @property
    def _values(self) -> Values:
        return self.look.selection.values


def live_claims(look: Look) -> LiveClaims:
    """
    The open claims of this minute, as the filters select them: the list says the minute, and counts down to it.
    """
    return LiveClaims(look, moment(look.ctx).replace(second=0, microsecond=0))


def aged_claims(figures: Figures, values: Values) -> pl.DataFrame:
    """
    The claims open at the end of the day looked at, with the bands of their age and amount; those the figure
    `claims_open` counts.
    """
    return _in_text(chosen(_aged(figures).lazy(), values))


@remembered
def ages_of(figures: Figures, values: Values, by: str) -> pl.DataFrame:
    """
    Those claims, counted by age against their stage or amount: see `claim_ageing.claim_ageing`.
    """
    return claim_ageing(chosen(_aged_alike(figures, by).lazy(), values), by=by)


@shared()
def _waiting(figures: Figures) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = open_claims(figures.known("claims"), figures.terms).collect()
    clocks = running_clocks(rows.lazy(), figures.terms, recorded=figures.recorded("claims"))
    return _kept(rows), clocks


# One list serves every selection. The moment goes on for all alike, and a minute later nobody asks for this one:
# few are kept.
@shared(most=6)
def _every_list(figures: Figures, now: datetime, law_only: bool) -> pl.DataFrame:
    rows, clocks = _waiting(figures)
    return claim_worklist(
        rows,
        clocks,
        today=figures.as_of,
        now=now.astimezone(UTC),
        zone=figures.terms.zone,
        law_only=law_only,
    )


def _chosen_list(figures: Figures, values: Values, now: datetime, law_only: bool) -> pl.LazyFrame:
    return chosen(_every_list(figures, now, law_only).lazy(), values)


@remembered
def _bands(figures: Figures, values: Values, now: datetime, law_only: bool) -> dict[str, int]:
    return cases_by_band(_chosen_list(figures, values, now, law_only))


@remembered
def _is_breach(figures: Figures, values: Values, now: datetime, law_only: bool) -> bool:
    late = pl.col("is_overdue") & pl.col("is_law")
    return bool(_chosen_list(figures, values, now, law_only).select(late.any()).collect().item())


@remembered
def _first(
    figures: Figures,
    values: Values,
    now: datetime,
    law_only: bool,
    band: str,
) -> tuple[pl.DataFrame, int]:
    every = _every_list(figures, now, law_only)
    found = within(chosen(every.lazy().with_row_index(_ROW), values), band).select(_ROW).collect()[_ROW]
    return _first_of(every, found), found.len()


@shared()
def _aged_alike(figures: Figures, by: str) -> pl.DataFrame:
    # Counted for every unit at once: whoever chooses one sums few rows.
    alike = _aged(figures).lazy().group_by(*DIMENSIONS, by, "age_band").agg(pl.col("cases").sum())
    return alike.collect()


@shared()
def _aged(figures: Figures) -> pl.DataFrame:
    banded = with_bands(open_claims(figures.reader.rows("claims"), figures.terms))
    return _kept(banded.select(*_READ, "age_band", "amount_band").collect(), "age_band", "amount_band")


def _kept(rows: pl.DataFrame, *also: str) -> pl.DataFrame:
    # What is chosen by is compared over and over; categories are compared as numbers.
    return rows.select(*_READ, *also).with_columns(pl.col(list(DIMENSIONS)).cast(pl.Categorical))


def _in_text(rows: pl.LazyFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col(pl.Categorical).cast(pl.String)).collect()


def _first_of(rows: pl.DataFrame, found: pl.Series) -> pl.DataFrame:
    """
    As many of the rows at these places as a screen shows. Rows are wide, and only those shown are copied.
    """
    return _in_text(rows[found.head(SHOWN)].lazy())


@shared()
def _silent(figures: Figures, more_than: int) -> pl.DataFrame:
    """
    The claims silent for too long, the longest first.
    """
    days = pl.col("days_silent")
    found = _heard(figures).filter(days > more_than)
    return found.sort("days_silent", "claim_id", descending=[True, False]).collect()


@shared()
def _silent_alike(figures: Figures, more_than: int) -> pl.DataFrame:
    """
    The open claims of each unit and stage, counted by whether they are silent for too long: `cases`, and `rows`.
    """
    by = dict.fromkeys((*DIMENSIONS, *_SILENT_BY))
    is_too_long = (pl.col("days_silent") > more_than).alias("_is_too_long")
    counts = _heard(figures).group_by(*by, is_too_long).agg(
        pl.col("cases").sum(), pl.len().alias("rows"), pl.col("days_silent").max()
    )  # fmt: skip
    return counts.collect()


def _heard(figures: Figures) -> pl.LazyFrame:
    rows, _ = _waiting(figures)
    return silent_claims(rows.lazy(), today=figures.as_of, zone=figures.terms.zone)


@remembered
def _silence(figures: Figures, values: Values, more_than: int) -> Silence:
    every = chosen(_silent_alike(figures, more_than).lazy(), values).collect().lazy()
    days, cases = pl.col("days_silent"), pl.col("cases")
    is_silent = days > more_than
    sums = every.select(
        silent=cases.filter(is_silent).sum(),
        total=cases.sum(),
        unknown=cases.filter(days.is_null()).sum(),
        rows=pl.col("rows").filter(is_silent).sum(),
    ).collect()
    silent = _silent(figures, more_than)
    found = chosen(silent.lazy().with_row_index(_ROW), values).select(_ROW).collect()[_ROW]
    by_each = {each: _in_text(silence_by(every, [each], more_than=more_than).lazy()) for each in _SILENT_BY}
    return Silence(**sums.row(0, named=True), by=by_each, first=_first_of(silent, found))
