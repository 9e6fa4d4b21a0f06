"""
How long the pages about claims make a viewer wait where there are many, and what the database would have taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from adbc_driver_postgresql import dbapi
from polars.testing import assert_frame_equal

from dashboard.access import OPERATOR
from dashboard.metrics import KPIS, Judged, figures_of
from dashboard.metrics.claims import judged as judge_claims
from dashboard.reader import Reader
from dashboard.settings import SnapshotSettings
from dashboard.snapshot import Snapshot
from dashboard.stats import kaplan_meier
from tests.bench.claims_rows import claims
from tests.bench.measure import Line, median_ms, seconds
from tests.bench.pages import measured_pages, settings_of, visited
from tests.bench.pages_rows import AS_OF, store
from tests.bench.workshop import Workshop
from tests.metrics.asking import terms
from tests.rows import SHANGHAI
from tests.servers import running, start_postgres

PAGES: Final = ("claim_cycle", "automation", "overview")
ASKED: Final = ("claims_reported", "claim_review_3d_rate", "auto_adjudication_rate")
BRANCHES: Final = ("branch 3", "branch 4", "branch 5")
# What the question reads: nobody would have copied more into a table of their own.
COPIED: Final = (
    *("claim_id", "branch_id", "reported_at", "documents_completed_at", "decided_at", "closed_at", "decision"),
    *("auto_decided", "touches_before_decision", "cases"),
)

# One branch by month: what was reported, what fell due under the house's limit of three days, what rules decided.
QUESTION: Final = f"""
with claim_day as (
    select
        cases, decision, auto_decided, touches_before_decision, closed_at, decided_at,
        (reported_at at time zone '{SHANGHAI}')::date as reported_on,
        (documents_completed_at at time zone '{SHANGHAI}')::date + 3 as due_on,
        (decided_at at time zone '{SHANGHAI}')::date as decided_on,
        (coalesce(decided_at, closed_at) at time zone '{SHANGHAI}')::date as left_on,
        coalesce(decision in ('withdrawn', 'cancelled'), false) or decided_at is null as has_left
    from claim
    where branch_id = :branch
),
mark as (
    select 'claims_reported' as kpi, reported_on as day, cases as above, 0 as below from claim_day
    union all
    select
        'claim_review_3d_rate', due_on,
        case when not has_left and decided_on <= due_on then cases else 0 end, cases
    from claim_day
    where due_on <= date '{AS_OF.isoformat()}' and not (has_left and coalesce(left_on <= due_on, false))
    union all
    select
        'auto_adjudication_rate', decided_on,
        case when auto_decided and coalesce(touches_before_decision, 0) = 0 then cases else 0 end, cases
    from claim_day
    where decided_on is not null and decision in ('paid', 'part_paid', 'refused') and auto_decided is not null
)
select kpi, date_trunc('month', day)::date as month, sum(above)::bigint as above, sum(below)::bigint as below
from mark
group by 1, 2
order by 1, 2
"""


def large(workshop: Workshop) -> Iterator[Line]:
    """
    The pages over many claims, and what memory that takes; judging all of them, and the survival curve of all.
    """
    size, snapshot = f"{workshop.claims:,} claims", _stored(workshop)
    settings = settings_of(workshop.folder / "claims.toml", snapshot)
    yield from measured_pages(PAGES, settings, size, change=300, first=None)
    yield Line(f"memory, these pages over {size}, at most", "MB", None, visited(settings, PAGES)["peak_mb"])

    rows, on = _reader(snapshot).rows("claims"), terms(AS_OF)
    judging = _judged(snapshot)
    took = seconds(lambda: judging.judge([judge_claims]))
    days = rows.select(pl.col(pl.Datetime).dt.convert_time_zone(on.zone).dt.date())
    yield Line(
        f"{size} judged, kept in memory", "s", None, took, seconds(days.collect), "their instants to local days"
    )

    cohort = judging.rows(judge_claims).lazy().filter("is_payable")
    curve = kaplan_meier(cohort, duration="days", event="is_paid", by=["product_line"])
    counted = cohort.group_by("product_line", "days", "is_paid").agg(pl.col("cases").sum())
    least = median_ms([counted.collect] * 3)
    what = f"{size}: survival curves from report to payment, by product line"
    yield Line(what, "ms", None, median_ms([curve.collect] * 3), least, "the bare group_by of days and endings")


def beside_postgres(workshop: Workshop) -> Iterator[Line]:
    """
    One branch's counts and rates by month, of judged rows and of PostgreSQL; the answers must be the same.

    Raises:
        AssertionError: They aren't, so the times say nothing.
    """
    snapshot, size = _stored(workshop), f"{workshop.claims:,} claims"
    judged = _judged(snapshot)
    judged.judge([judge_claims])
    with running(start_postgres) as server:
        _copy(server.url, workshop.claims)
        engine = sa.create_engine(server.url)
        statement = sa.text(QUESTION.replace("::", r"\:\:"))

        def ask(branch: str) -> list[Any]:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(statement, {"branch": branch})]

        for branch in BRANCHES:
            assert_frame_equal(_marks(_figures(judged, branch)), _marks_of_rows(ask(branch)))
        least = median_ms([partial(ask, branch) for branch in BRANCHES])
        engine.dispose()
    took = median_ms([partial(_figures, judged, branch) for branch in BRANCHES])
    what = f"{size}, judged before: reported, reviewed in time, decided by rules, by month of a branch"
    yield Line(what, "ms", 300, took, least, "PostgreSQL, the same question")


def _stored(workshop: Workshop) -> Path:
    snapshot = workshop.folder / "claims"
    if not snapshot.exists():
        store(snapshot, {"claims": partial(claims, workshop.claims)})
    return snapshot


def _reader(snapshot: Path) -> Reader:
    return Reader(Snapshot(SnapshotSettings(path=str(snapshot))).current(), OPERATOR)


def _judged(snapshot: Path) -> Judged:
    reader = _reader(snapshot)
    return Judged.of("claims", reader.rows, terms(AS_OF), reader.recorded)


def _figures(judged: Judged, branch: str) -> dict[str, pl.DataFrame]:
    chosen = judged.chosen([("branch_id", [branch])])
    return figures_of([KPIS[name] for name in ASKED], {"claims": chosen}, by=["month"])


def _marks(figures: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """
    What stands above and below the line by KPI and month, of months in which there is something.
    """
    told = [
        (name, row["month"], row["numerator"], row["denominator"] or 0)
        for name, frame in figures.items()
        for row in frame.filter(pl.col("cases") > 0).iter_rows(named=True)
    ]
    return _marks_of_rows(told)


def _marks_of_rows(rows: Sequence[Any]) -> pl.DataFrame:
    schema = {"kpi": pl.String, "month": pl.Date, "above": pl.Int64, "below": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("kpi", "month")


def _copy(url: str, count: int) -> None:
    """
    The same claims as a table with the index such a question asks for, its statistics up to date.
    """
    address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with dbapi.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        for number, batch in enumerate(claims(count)):
            cursor.adbc_ingest("claim", batch.select(COPIED).to_arrow(), mode="append" if number else "create")
        cursor.execute("create index claim_branch on claim (branch_id)")
        cursor.execute("vacuum analyze claim")
