"""
How long the clock and the complaint figures take, printed as a table: `python -m tests.bench.engine`.

Nothing here is a test; a slow machine isn't a mistake.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import polars as pl

from dashboard.deadlines import regime, with_deadlines
from dashboard.facts import FACTS
from dashboard.metrics import KPIS, Terms, evaluate_many
from tests.rows import SHANGHAI

SCHEMA = FACTS["complaints"].schema
YEAR = {"period_from": date(2024, 7, 1), "period_before": date(2025, 7, 1)}
SPLITS: dict[str, dict[str, object]] = {
    "all figures, one year": YEAR,
    "by month, two years": {"period_from": date(2023, 7, 1), "period_before": date(2025, 7, 1), "by": ["month"]},
    "by category, one year": YEAR | {"by": ["category"]},
}


def complaints(count: int) -> pl.DataFrame:
    """
    So many complaints over three years, every column of the clock in use.
    """
    row = pl.int_range(count, dtype=pl.Int64)
    minutes = 3 * 365 * 24 * 60
    received = pl.datetime(2022, 7, 1, time_zone="UTC") + pl.duration(minutes=row * minutes // count)
    after = received + pl.duration(hours=row * 7919 % 900)
    seldom = row % 11 == 0
    given = {
        "complaint_id": row.cast(pl.String),
        "received_at": received,
        "category": pl.concat_str(pl.lit("category "), row % 9),
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
    missing = {name: pl.lit(None, dtype) for name, dtype in SCHEMA.items() if name not in given}
    return pl.select(**given, **missing).select(list(SCHEMA)).cast(SCHEMA).rechunk()


def median_ms(run: Callable[[], object], *, repeats: int = 7) -> float:
    """
    Median of some runs after a first one, in milliseconds.
    """
    run()
    spans = []
    for _ in range(repeats):
        started = time.perf_counter()
        run()
        spans.append(time.perf_counter() - started)
    return 1000 * sorted(spans)[repeats // 2]


def main() -> None:
    """
    Print the table.
    """
    rule = regime("CN-2020-3")
    terms = Terms(date(2025, 6, 30), SHANGHAI, "CN", {"complaints": rule})
    recorded = {"complaints": frozenset(SCHEMA)}
    kpis = list(KPIS.values())
    print(f"{'what':<28}{'rows':>12}{'ms':>10}")  # noqa: T201
    million = complaints(1_000_000).lazy()
    clock = with_deadlines(million, regime=rule, zone=SHANGHAI, calendar="CN")
    print(f"{'the clock, every column':<28}{1_000_000:>12,}{median_ms(clock.collect, repeats=3):>10.0f}")  # noqa: T201
    for count in (8_000, 280_000):
        rows = complaints(count).lazy()
        for name, how in SPLITS.items():
            spent = median_ms(
                lambda rows=rows, how=how: evaluate_many(kpis, lambda _: rows, terms, recorded=recorded, **how)
            )
            print(f"{name:<28}{count:>12,}{spent:>10.0f}")  # noqa: T201


if __name__ == "__main__":
    main()
