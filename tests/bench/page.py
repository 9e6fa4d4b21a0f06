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
from tests.bench.measure import Line, median_ms
from tests.bench.workshop import Workshop
from tests.rows import SHANGHAI

COMPLAINTS = FACTS["complaints"]
AS_OF = date(2026, 6, 30)
CHANGES = 9
MILLION = 1_000_000
# As many figures, trends and comparisons as the fullest complaint page has.
FIGURES = (
    *("complaints_overdue", "complaints_due_7d", "complaints_open", "complaints_received"),
    *("complaint_on_time_rate", "complaint_on_time_rate_closed", "complaint_days_median", "complaint_days_p90"),
    *("major_started_1d_rate", "fast_track_48h_rate", "first_contact_resolution_rate"),
    *("complaints_per_10k_policies", "complaints_per_100m_premium", "reopened_rate", "escalation_rate"),
)
TRENDS = ("complaint_on_time_rate", "complaint_days_median")
SPLITS = ("category", "branch_id")
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
        rules = {"complaints": "CN-2020-3", "complaint_start": "house-24h", "complaint_fast_track": "house-48h"}
        terms = Terms(AS_OF, SHANGHAI, "CN", {name: regime(rule) for name, rule in rules.items()})
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
        ageing(now.rows(judged).lazy()).collect()
        for name in TRENDS:
            _ask(now, [name], two_years, ["month"])
        for column in SPLITS:
            _ask(now, ["complaint_on_time_rate"], period)
            _ask(now, ["complaint_on_time_rate"], period, [column])

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
        known = _branches(self.reader)
        return [(("branch_id", (known[number % len(known)],)),) for number in range(CHANGES)]


def demo_page(workshop: Workshop) -> Iterator[Line]:
    """
    A filter change over the demo's complaints.
    """
    reader = Reader(Snapshot(workshop.loaded_demo.settings.snapshot).current(), OPERATOR)
    yield _filter_change("filter change on Complaint timeliness, demo", reader)


def large_page(workshop: Workshop) -> Iterator[Line]:
    """
    The same over a million complaints, every column of the clock in use; and with the filter taken away.
    """
    reader = Reader(stored(workshop.folder / "many", complaints(MILLION)), OPERATOR)
    yield _filter_change(f"the same, {MILLION:,} complaints, a tenth chosen", reader, budget=300)
    yield _filter_change(f"the same, {MILLION:,} complaints, all of them", reader, budget=None, chosen=False)


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
    given |= {
        "investigation_started_at": pl.when(row % 5 > 0).then(received + pl.duration(hours=row % 40)),
        "first_contact_resolved": row % 4 == 0,
        "reopened_of_id": pl.when(row % 29 == 28).then((row - 28).cast(pl.String)),
        "review_requested_at": pl.when(row % 13 == 0).then(after + pl.duration(hours=row % 1_000)),
    }
    missing = {name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in given}
    return pl.select(**given, **missing).select(list(schema)).cast(schema).rechunk()


def stored(folder: Path, rows: pl.DataFrame):
    """
    A snapshot of nothing but these complaints and a ledger of their months and branches.
    """
    snapshot = Snapshot(SnapshotSettings(path=str(folder)))
    at = datetime.combine(AS_OF, datetime.min.time(), UTC) + timedelta(days=1)
    states = {}
    for fact, of_fact in ((COMPLAINTS, rows), (FACTS["exposure"], ledger(rows))):
        batch = of_fact.with_columns(pl.lit(None, pl.String).alias(PROBLEM))
        version = snapshot.replace(fact, lambda batch=batch: iter([batch]), "benchmark")
        columns = tuple(fact.schema)
        states[fact.name] = FactState(fact.name, version, rows=batch.height, columns=columns, refreshed_at=at)
    return snapshot.publish(states)


def ledger(rows: pl.DataFrame) -> pl.DataFrame:
    """
    Policies and premium for every month and branch in which there are complaints.
    """
    cells = rows.select("branch_id", month=pl.col("received_at").dt.date().dt.month_start()).unique()
    schema = FACTS["exposure"].schema
    given = {"policies_in_force": pl.lit(100_000), "premium_written": pl.lit(30_000_000)}
    missing = {name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in (*given, *cells.columns)}
    return cells.with_columns(**given, **missing).select(list(schema)).cast(schema)


def _periods() -> tuple[Period, Period]:
    return Period(date(2026, 1, 1), date(2026, 7, 1)), Period(date(2025, 1, 1), date(2025, 7, 1))


def _ask(judged: Judged, names: Sequence[str], period: Period, by: Sequence[str] = ()) -> None:
    kpis = [KPIS[name] for name in names]
    figures_of(kpis, {"complaints": judged}, period_from=period.first, period_before=period.before, by=by)


def _branches(reader: Reader) -> tuple[str, ...]:
    branches = reader.rows("complaints").select("branch_id").unique().sort("branch_id").collect()
    return tuple(branches["branch_id"].drop_nulls())


def _filter_change(what: str, reader: Reader, *, budget: float | None = 150, chosen: bool = True) -> Line:
    page = Page.of(reader)
    # Every branch chosen by name: the dearest choice there is.
    everything: list[Values] = [(("branch_id", _branches(reader)),)] * CHANGES
    filters = page.filters() if chosen else everything
    runs: dict[str, list[Callable[[], object]]] = {
        "page": [partial(page.computed, values) for values in filters],
        "scan": [partial(page.scanned, values) for values in filters],
    }
    return Line(
        what, "ms", budget, median_ms(runs["page"]), median_ms(runs["scan"]), "one polars scan and group_by"
    )
