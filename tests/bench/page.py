"""
What a filter change on the Complaint timeliness page computes, and how long judging takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import polars as pl

from dashboard.access import OPERATOR
from dashboard.deadlines import regime, with_deadlines
from dashboard.facts import FACTS, PROBLEM
from dashboard.metrics import KPIS, Judged, Terms, ageing, figures_of, kpi
from dashboard.metrics.complaints import judged
from dashboard.periods import Period, earlier_day, month_start, shift_months
from dashboard.reader import Reader
from dashboard.settings import SnapshotSettings
from dashboard.snapshot import FactState, Snapshot
from dashboard.ui.panels import SPARK_MONTHS
from dashboard.ui.trends import TREND_MONTHS
from pages.complaint_timeliness import FIGURES
from tests.bench.measure import Line, median_ms
from tests.bench.workshop import Workshop
from tests.rows import SHANGHAI

COMPLAINTS = FACTS["complaints"]
AS_OF = date(2026, 6, 30)
CHANGES = 9
TEXAS_SCALE = 281_397
READ = ("received_at", "decided_at", "informed_at", "closed_at", "withdrawn_at")

Values = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Page:
    """
    The page with its rows judged, as it lies in memory once somebody has opened it: this year so far, compared
    with the same days of the year before.
    """

    reader: Reader
    now: Judged
    earlier: Judged

    @classmethod
    def of(cls, reader: Reader) -> Page:
        """
        Judge the complaints of a snapshot on the two days that the page compares.
        """
        period, before = _periods()
        terms = Terms(AS_OF, SHANGHAI, "CN", {"complaints": regime("CN-2020-3")})
        other = Terms(earlier_day(AS_OF, period, before), SHANGHAI, "CN", terms.regimes)
        return cls(
            reader,
            Judged.of("complaints", reader.rows, terms, reader.recorded),
            Judged.of("complaints", reader.rows, other, reader.recorded),
        )

    def computed(self, values: Values) -> None:
        """
        Everything the page computes when the filter becomes `values`, panel by panel as the page does.
        """
        period, before = _periods()
        this_month = month_start(AS_OF)
        after = shift_months(this_month, 1)
        now, earlier = self.now.chosen(values), self.earlier.chosen(values)
        states = [name for name in FIGURES if kpi(name).day is None]
        flows = [name for name in FIGURES if kpi(name).day is not None]
        _ask(now, FIGURES, period)
        _ask(now, FIGURES, Period(shift_months(this_month, 1 - SPARK_MONTHS), after), ["month"])
        _ask(now, flows, before)
        _ask(earlier, states, Period())
        two_years = Period(shift_months(this_month, -TREND_MONTHS), after)
        _ask(now, ["complaint_on_time_rate"], two_years, ["month"])
        ageing(now.rows(judged).lazy()).collect()
        _ask(now, ["complaint_on_time_rate"], period)
        _ask(now, ["complaint_on_time_rate"], period, ["category"])
        _ask(now, ["complaint_days_median"], two_years, ["month"])

    def scanned(self, values: Values) -> None:
        """
        The least that reads the same columns of the same rows: one scan, one grouping.
        """
        rows = self.reader.rows("complaints")
        for column, allowed in values:
            rows = rows.filter(pl.col(column).is_in(list(allowed)))
        month = pl.col("received_at").dt.truncate("1mo")
        rows.group_by("category", month=month).agg(pl.col("cases").sum(), pl.col(*READ[1:]).count()).collect()

    def filters(self) -> list[Values]:
        """
        As many different filters as changes are measured: one branch each.
        """
        branches = self.reader.rows("complaints").select("branch_id").unique().sort("branch_id").collect()
        known = branches["branch_id"].drop_nulls().to_list()
        return [(("branch_id", (known[number % len(known)],)),) for number in range(CHANGES)]


def demo_page(workshop: Workshop) -> Iterator[Line]:
    """
    A filter change over the demo's complaints.
    """
    reader = Reader(Snapshot(workshop.loaded_demo.settings.snapshot).current(), OPERATOR)
    yield _filter_change("filter change on Complaint timeliness, demo", reader)


def large_page(workshop: Workshop) -> Iterator[Line]:
    """
    The same over as many complaints as Texas has recorded in years, every column of the clock in use.
    """
    reader = Reader(stored(workshop.folder / "many", complaints(TEXAS_SCALE)), OPERATOR)
    yield _filter_change(f"the same, {TEXAS_SCALE:,} complaints", reader)


def clock(_workshop: Workshop) -> Iterator[Line]:
    """
    A million complaints judged under the Chinese rule.
    """
    million = complaints(1_000_000).lazy()
    judged = with_deadlines(million, regime=regime("CN-2020-3"), zone=SHANGHAI, calendar="CN")
    took = median_ms([judged.collect] * 3) / 1000
    copied = million.select(pl.col(pl.Datetime).dt.convert_time_zone(SHANGHAI).dt.date())
    least = median_ms([copied.collect] * 3) / 1000
    yield Line("1,000,000 complaints judged, CN-2020-3", "s", 2.0, took, least, "their instants to local days")


def complaints(count: int) -> pl.DataFrame:
    """
    So many complaints over three years up to `AS_OF`, every column of the clock in use.
    """
    row = pl.int_range(count, dtype=pl.Int64)
    minutes = 3 * 365 * 24 * 60
    received = pl.datetime(2023, 7, 1, time_zone="UTC") + pl.duration(minutes=row * minutes // count)
    after = received + pl.duration(hours=row * 7919 % 900)
    seldom = row % 11 == 0
    given = {
        "complaint_id": row.cast(pl.String),
        "received_at": received,
        "category": pl.concat_str(pl.lit("category "), row % 9),
        "branch_id": pl.concat_str(pl.lit("branch "), row % 10),
        "team_id": pl.concat_str(pl.lit("team "), row % 40),
        "grade": pl.when(row % 3 == 0).then(pl.lit("complex")).otherwise(pl.lit("simple")),
        "initial_grade": pl.lit("simple"),
        "regraded_at": pl.when(row % 10 == 0).then(received + pl.duration(hours=row % 600)),
        "decided_at": pl.when(row % 17 > 0).then(after),
        "informed_at": pl.when(row % 17 > 0).then(after + pl.duration(hours=row % 50)),
        "withdrawn_at": pl.when(row % 50 == 0).then(received + pl.duration(hours=row % 700)),
        "extension_days": pl.when(seldom).then(row % 40),
        "extension_approver": pl.lit("superior"),
        "extension_approved_at": pl.when(seldom).then(after),
        "extension_told_at": pl.when(seldom).then(after),
        "paused_days": pl.when(row % 23 == 0).then(row % 20),
        "pause_told": row % 2 == 0,
    }
    schema = COMPLAINTS.schema
    missing = {name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in given}
    return pl.select(**given, **missing).select(list(schema)).cast(schema).rechunk()


def stored(folder: Path, rows: pl.DataFrame):
    """
    A snapshot of nothing but these complaints.
    """
    snapshot = Snapshot(SnapshotSettings(path=str(folder)))
    batch = rows.with_columns(pl.lit(None, pl.String).alias(PROBLEM))
    version = snapshot.replace(COMPLAINTS, lambda: iter([batch]), "benchmark")
    at = datetime.combine(AS_OF, datetime.min.time(), UTC) + timedelta(days=1)
    state = FactState("complaints", version, rows=rows.height, columns=tuple(COMPLAINTS.schema), refreshed_at=at)
    return snapshot.publish({"complaints": state})


def _periods() -> tuple[Period, Period]:
    return Period(date(2026, 1, 1), date(2026, 7, 1)), Period(date(2025, 1, 1), date(2025, 7, 1))


def _ask(judged: Judged, names: Sequence[str], period: Period, by: Sequence[str] = ()) -> None:
    kpis = [KPIS[name] for name in names]
    figures_of(kpis, {"complaints": judged}, period_from=period.first, period_before=period.before, by=by)


def _filter_change(what: str, reader: Reader) -> Line:
    page = Page.of(reader)
    filters = page.filters()
    runs: dict[str, list[Callable[[], object]]] = {
        "page": [partial(page.computed, values) for values in filters],
        "scan": [partial(page.scanned, values) for values in filters],
    }
    return Line(what, "ms", 150, median_ms(runs["page"]), median_ms(runs["scan"]), "one polars scan and group_by")
