"""
How fast the demo is built, and how fast facts come from a database into the snapshot.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from adbc_driver_postgresql import dbapi

from dashboard.intake.query import read_folder
from dashboard.settings import PROJECT
from tests.bench.measure import Line, seconds
from tests.bench.workshop import Workshop
from tests.operational import write_query
from tests.servers import running, start_postgres
from tests.texas import load_texas_into_sqlite

CLAIMS = 2_000_000
HANDED_OVER = "the queries alone, rows thrown away"

TABLE = f"""
create table claim as
select
    'C' || lpad(row.n::text, 9, '0') as claim_id, 'P' || mod(row.n, 1000000) as policy_id,
    row.at as reported_at,
    'motor' as product_line, 'B' || mod(row.n, 20) as branch_id, 'T' || mod(row.n, 40) as team_id,
    row.at + interval '5 day' as decided_at, row.at + interval '7 day' as paid_at,
    mod(row.n, 100000)::numeric(12, 2) as amount_claimed, mod(row.n, 90000)::numeric(12, 2) as amount_paid,
    mod(row.n, 2) = 0 as auto_eligible, mod(row.n, 9) as touches_total, row.at + interval '7 day' as updated_at
from (
    select n, timestamp '2023-01-01' + n * interval '50 second' as at from generate_series(1, {CLAIMS}) as n
) as row
"""

COLUMNS = """
    claim_id policy_id reported_at product_line branch_id team_id decided_at paid_at amount_claimed amount_paid
    auto_eligible touches_total updated_at
"""

SELECT = f"select {', '.join(f'claim.{name}' for name in COLUMNS.split())} from claim\n"
QUERY = (
    "-- fact: claims\n-- grain: one row per claim\n-- since: claim.updated_at\n"
    f"{SELECT}where claim.updated_at >= :since\n"
)

# 20,000 changed claims: three in four among the newest, as most are; the rest strewn over all years.
CHANGE = f"""
update claim set amount_paid = 1, updated_at = timestamp '2026-06-29'
where claim_id > 'C' || lpad(({CLAIMS} - 15000)::text, 9, '0')
or claim_id in (select claim_id from claim tablesample bernoulli (100 * 5000.0 / {CLAIMS}))
"""


def demo(workshop: Workshop) -> Iterator[Line]:
    """
    The demo insurer built in SQLite, and loaded into the snapshot.
    """
    yield Line("demo insurer built, scale 1, SQLite", "s", 30, workshop.demo_seconds)
    loaded = workshop.loaded_demo.report
    rows = sum(each.rows_read for each in loaded.loaded)
    least = _handed_over(workshop.folder / "demo.db", PROJECT / "queries" / "demo")
    yield Line(f"demo into the snapshot, {rows:,} rows", "s", 10, loaded.seconds, least, HANDED_OVER)


def texas(workshop: Workshop) -> Iterator[Line]:
    """
    The whole open data set, from SQLite.
    """
    file, queries = workshop.folder / "texas.db", PROJECT / "queries" / "texas"
    loaded = workshop.load("texas", load_texas_into_sqlite(file), queries, "America/Chicago").report
    (complaints,) = loaded.loaded
    least = _handed_over(file, queries)
    what = f"Texas into the snapshot, {complaints.rows_read:,} rows, SQLite"
    yield Line(what, "s", 10, loaded.seconds, least, HANDED_OVER)


def postgres(workshop: Workshop) -> Iterator[Line]:
    """
    Claims from PostgreSQL: all of them, then about 20,000 changed ones.
    """
    queries = workshop.folder / "queries"
    write_query(queries, QUERY, "claims")
    with running(start_postgres) as server:
        engine = sa.create_engine(server.url)
        with engine.begin() as connection:
            connection.execute(sa.text(TABLE.replace("::", r"\:\:")))
            connection.exec_driver_sql("create index claim_updated_at on claim (updated_at)")
        loaded = workshop.load("postgres", server.url, queries, "Asia/Shanghai", overlap_minutes=0).report
        (claims,) = loaded.loaded
        least = claims.rows_read / seconds(lambda: _arrow_alone(server.url))
        measured = claims.rows_read / loaded.seconds
        what = f"{CLAIMS:,} claims into the snapshot, PostgreSQL"
        yield Line(what, "rows/s", 400_000, measured, least, "ADBC alone, rows thrown away")
        with engine.begin() as connection:
            connection.execute(sa.text(CHANGE.replace("::", r"\:\:")))
        engine.dispose()
        changed = workshop.load("postgres", server.url, queries, "Asia/Shanghai", overlap_minutes=0).report
        yield Line(f"{changed.loaded[0].rows_read:,} changed of {CLAIMS:,}", "s", 3, changed.seconds)


def _handed_over(file: Path, folder: Path) -> float:
    queries, _ = read_folder(folder, "sqlite")
    bound = {"since": "1900-01-01", "history_from": "1900-01-01"}

    def ask_all() -> None:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            for query in queries.values():
                cursor = connection.execute(query.statement, {name: bound[name] for name in query.parameters})
                while cursor.fetchmany(10_000):
                    continue

    return seconds(ask_all)


def _arrow_alone(url: str) -> None:
    address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with dbapi.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(SELECT)
        for _batch in cursor.fetch_record_batch():
            continue
