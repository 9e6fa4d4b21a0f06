"""
How fast facts come from a database into the snapshot, printed as a table: `python -m tests.bench.intake [ROWS]`.

Nothing here is a test; a slow machine isn't a mistake.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

from dashboard.intake.refresh import RefreshReport, refresh
from dashboard.settings import Settings
from tests.operational import write_query
from tests.servers import running, start_postgres
from tests.texas import load_texas_into_sqlite

PROJECT = Path(__file__).resolve().parents[2]

TABLE = """
create table claim as
select
    'C' || lpad(row.n::text, 9, '0') as claim_id, 'P' || mod(row.n, 1000000) as policy_id,
    row.at as reported_at,
    'motor' as product_line, 'B' || mod(row.n, 20) as branch_id, 'T' || mod(row.n, 40) as team_id,
    row.at + interval '5 day' as decided_at, row.at + interval '7 day' as paid_at,
    mod(row.n, 100000)::numeric(12, 2) as amount_claimed, mod(row.n, 90000)::numeric(12, 2) as amount_paid,
    mod(row.n, 2) = 0 as auto_eligible, mod(row.n, 9) as touches_total, row.at + interval '7 day' as updated_at
from (
    select n, timestamp '2023-01-01' + n * interval '50 second' as at from generate_series(1, {rows}) as n
) as row
"""

COLUMNS = """
    claim_id policy_id reported_at product_line branch_id team_id decided_at paid_at amount_claimed amount_paid
    auto_eligible touches_total updated_at
"""

QUERY = (
    "-- fact: claims\n-- grain: one row per claim\n-- since: claim.updated_at\n"
    f"select {', '.join(f'claim.{name}' for name in COLUMNS.split())} from claim\n"
    "where claim.updated_at >= :since\n"
)

# 20,000 changed claims: three in four among the newest, as most are; the rest strewn over all years.
CHANGE = """
update claim set amount_paid = 1, updated_at = timestamp '2026-06-30'
where claim_id > 'C' || lpad(({rows} - 15000)::text, 9, '0')
or claim_id in (select claim_id from claim tablesample bernoulli (100 * 5000.0 / {rows}))
"""


def texas(folder: Path) -> None:
    """
    The whole open data set, from SQLite; the budget is ten seconds.
    """
    url = load_texas_into_sqlite(folder / "texas.db")
    queries = PROJECT / "queries" / "texas"
    source = {"url": url, "queries": queries, "timezone": "America/Chicago"}
    settings = Settings(sources={"texas": source}, snapshot={"path": str(folder / "texas")})
    _show("Texas from SQLite, first load (<= 10 s)", refresh(settings))


def postgres(folder: Path, rows: int) -> None:
    """
    Claims from PostgreSQL: all of them (the budget is 400,000 rows a second), then 20,000 changed ones.
    """
    write_query(folder / "queries", QUERY, "claims")
    with running(start_postgres) as server:
        engine = sa.create_engine(server.url)
        with engine.begin() as connection:
            connection.execute(sa.text(TABLE.format(rows=rows).replace("::", r"\:\:")))
            connection.exec_driver_sql("create index claim_updated_at on claim (updated_at)")
        source = {"url": server.url, "queries": folder / "queries"}
        kept = {"path": str(folder / "claims"), "overlap_minutes": 0}
        settings = Settings(sources={"core": source}, snapshot=kept)
        _show(f"{rows:,} claims from PostgreSQL, first load (>= 400,000 rows/s)", refresh(settings))
        with engine.begin() as connection:
            connection.execute(sa.text(CHANGE.format(rows=rows).replace("::", r"\:\:")))
        engine.dispose()
        _show(f"about 20,000 changed of {rows:,}", refresh(settings))


def _show(what: str, report: RefreshReport) -> None:
    if report.problems:
        raise SystemExit("\n".join(str(problem) for problem in report.problems))
    (loaded,) = report.loaded
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    speed = loaded.rows_read / loaded.seconds
    print(f"{what:<66} {report.seconds:6.1f} s {speed:12,.0f} rows/s {peak:6,} MB peak so far")  # noqa: T201


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        texas(Path(place))
        postgres(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)
