"""
Everything into the snapshot from PostgreSQL where there is much of it, and afterwards what changed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from adbc_driver_postgresql import dbapi

from dashboard.settings import PROJECT
from tests.bench.claims_rows import claims
from tests.bench.measure import Line, seconds
from tests.bench.pages_rows import END, complaints
from tests.bench.renewals import renewals
from tests.bench.workshop import Workshop
from tests.operational import write_query
from tests.rows import SHANGHAI
from tests.servers import running, start_postgres

Batches = Callable[[], Iterable[pl.DataFrame]]

# So many claims change between two refreshes: the newest, as what is still open does; or one in four of them any.
CHANGED: Final = 20_000
STREWN: Final = 5_000
ALONE: Final = "ADBC alone, rows thrown away"
MEGABYTE: Final = 2**20


def load(workshop: Workshop) -> Iterator[Line]:
    """
    Claims, as many renewals and a tenth as many complaints from a private PostgreSQL, then 20,000 changed claims:
    the newest; and some of the newest, some of all years.

    The columns are those that the pages read and a benchmark fills: some thirty of each fact.

    Raises:
        SystemExit: A refresh had problems, or read other rows than there are, so the times say nothing.
    """
    folder, count = workshop.folder / "load", workshop.claims
    facts: dict[str, Batches] = {
        "claims": partial(claims, count),
        "renewals": partial(renewals, count),
        "complaints": lambda: [complaints(max(1, count // 10))],
    }
    folder.mkdir()
    with running(start_postgres) as server:
        selects, heights = _filled(server.url, facts, folder / "queries")
        settings, snapshot = _settings(folder, server.url), folder / "snapshot"
        least = {fact: seconds(partial(_arrow_alone, server.url, select)) for fact, select in selects.items()}
        first = _refreshed(settings, heights, is_first=True)
        for each in first["loaded"]:
            what = f"{each['rows_read']:,} {each['fact']} from PostgreSQL, the first time"
            best = each["rows_read"] / least[each["fact"]]
            yield Line(what, "rows/s", None, each["rows_read"] / each["seconds"], best, ALONE)
        read = sum(heights.values())
        what = f"{read:,} rows of {len(facts)} facts, the whole refresh"
        yield Line(what, "rows/s", 400_000, read / first["seconds"], read / sum(least.values()), ALONE)
        yield Line(f"{read:,} rows: memory of the process that loads, at most", "MB", None, first["peak_mb"])
        held = _database_mb(server.url)
        yield Line(f"{read:,} rows on disk", "MB", None, _megabytes(snapshot), held, "PostgreSQL's tables, bare")
        for strewn in (0, min(STREWN, count // 4)):
            changed = _change(server.url, count, strewn)
            again = _refreshed(settings, {"claims": changed})
            what = f"refresh, {changed:,} changed of {count:,} claims"
            told = f"{what}, {strewn:,} of them of any year" if strewn else f"{what}, the newest"
            yield Line(told, "s", 3, again["seconds"])
            yield Line(f"{told}: memory of the process, at most", "MB", None, again["peak_mb"])
        yield Line("refresh, nothing changed", "s", None, _refreshed(settings, {})["seconds"])


def _filled(url: str, facts: dict[str, Batches], queries: Path) -> tuple[dict[str, str], dict[str, int]]:
    """
    A table for each fact, of the columns in which there is anything, and the query that reads it.

    Instants stand there as most insurers keep them, as the wall clock of their own zone.
    """
    selects: dict[str, str] = {}
    heights: dict[str, int] = {}
    with dbapi.connect(_address(url), autocommit=True) as connection, connection.cursor() as cursor:
        for fact, batches in facts.items():
            given: list[str] = []
            for batch in batches():
                given = given or [column.name for column in batch if column.null_count() < batch.height]
                rows = _as_kept(batch.select(given))
                mode = "append" if fact in heights else "create"
                cursor.adbc_ingest(fact, rows.to_arrow(), mode=mode)
                heights[fact] = heights.get(fact, 0) + batch.height
            cursor.execute(f"create index on {fact} (updated_at)")
            cursor.execute(f"vacuum analyze {fact}")
            listed = ",\n    ".join(f"{fact}.{name}" for name in [*given, "updated_at"])
            selects[fact] = f"select\n    {listed}\nfrom {fact}\n"
            header = f"-- fact: {fact}\n-- grain: one row per case\n-- since: {fact}.updated_at\n"
            write_query(queries, f"{header}{selects[fact]}where {fact}.updated_at >= :since\n", fact)
    return selects, heights


def _as_kept(rows: pl.DataFrame) -> pl.DataFrame:
    """
    The same rows without what hasn't happened yet, and when each last changed.
    """
    moments, days = pl.col(pl.Datetime), pl.col(pl.Date)
    known = rows.with_columns(pl.when(days <= END.date()).then(days), pl.when(moments <= END).then(moments))
    dated = [name for name, dtype in known.schema.items() if dtype == pl.Date or isinstance(dtype, pl.Datetime)]
    last = pl.max_horizontal(pl.col(dated).cast(pl.Datetime("us", "UTC"))).alias("updated_at")
    return known.with_columns(last).with_columns(moments.dt.convert_time_zone(SHANGHAI).dt.replace_time_zone(None))


def _settings(folder: Path, url: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(
        f'[sources.core]\nurl = "{url}"\nqueries = "{folder / "queries"}"\ntimezone = "{SHANGHAI}"\n'
        f'timeout_seconds = 3600\n[snapshot]\npath = "{folder / "snapshot"}"\noverlap_minutes = 0\n'
        f'history_months = 0\n[app]\ndatabase = "sqlite:///{folder / "app.db"}"\n',
        encoding="utf-8",
    )
    return file


def _refreshed(settings: Path, expected: dict[str, int], *, is_first: bool = False) -> dict[str, Any]:
    """
    What `load_run` says of a refresh in a process of its own, once it has read the rows that were expected.
    """
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.load_run", str(settings)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    if found["problems"]:
        raise SystemExit("\n".join(found["problems"]))
    read = {each["fact"]: each["rows_read"] for each in found["loaded"]}
    # In steps, what changed at the very moment up to which the last one read is read once more.
    if any(read[fact] < count or (is_first and read[fact] > count) for fact, count in expected.items()):
        raise SystemExit(f"read {read} where {expected} were expected")
    return found


def _change(url: str, count: int, strewn: int) -> int:
    """
    Some claims, so many of them of any year, are paid another amount after everything else that happened; returns
    how many.
    """
    newest = min(CHANGED, count // 2) - strewn
    number = "substr(claims.claim_id, 2)::integer"
    any_year = f" or {number} % {count // strewn} = 0" if strewn else ""
    statement = (
        f"update claims set amount_paid = {1 + strewn},"
        f" updated_at = last.at + {number} * interval '100 microseconds'"
        " from (select max(updated_at) as at from claims) as last"
        f" where {number} >= {count - newest}{any_year}"
    )
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        changed = connection.execute(sa.text(statement.replace("::", r"\:\:"))).rowcount
    engine.dispose()
    return int(changed)


def _arrow_alone(url: str, select: str) -> None:
    with dbapi.connect(_address(url)) as connection, connection.cursor() as cursor:
        cursor.execute(select)
        for _batch in cursor.fetch_record_batch():
            continue


def _database_mb(url: str) -> float:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        total = connection.execute(
            sa.text("select sum(pg_table_size(relid)) from pg_stat_user_tables")
        ).scalar_one()
    engine.dispose()
    return float(total) / MEGABYTE


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / MEGABYTE


def _address(url: str) -> str:
    return sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
