"""
Claims of somebody else through the whole way: a foreign table, its query, the snapshot, exact figures.

The reference figures come with the data: days are closed minus reported, calendar days; as of 31 December 2012.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dashboard.access import OPERATOR
from dashboard.facts import FACTS
from dashboard.intake.refresh import refresh
from dashboard.metrics import KPIS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.automation_kpis import AUTOMATION
from dashboard.metrics.claim_legs import counted_legs, legs, told_legs
from dashboard.metrics.claims import judged
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.settings import read_settings
from dashboard.snapshot import Snapshot
from dashboard.stats import kaplan_meier, survival_quantiles
from tests.foreign import kpis
from tests.insurer import write_settings
from tests.metrics.asking import terms
from tests.prism import ROWS, load_prism_into_postgres, load_prism_into_sqlite, read_prism

UTC_DAYS = 'timezone = "UTC"\n'
ALL_CLOSED = date(2017, 12, 31)
SOME_OPEN = date(2012, 12, 31)
CLAIMS = FACTS["claims"]


@dataclass(frozen=True)
class Loaded:
    """
    The settings file of an operator, and the door to what they loaded.
    """

    file: Path
    reader: Reader


def loaded(folder: Path, url: str) -> Loaded:
    file = write_settings(folder, url, queries="prism", more=UTC_DAYS)
    # The table's days are midnights in UTC as well.
    file.write_text(file.read_text().replace("[snapshot]", f"{UTC_DAYS}[snapshot]"), encoding="utf-8")
    settings = read_settings(file)
    report = refresh(settings)
    assert report.succeeded, report.problems
    assert report.findings == []
    return Loaded(file, Reader(Snapshot(settings.snapshot).current(), OPERATOR))


@pytest.fixture(scope="module")
def from_sqlite(tmp_path_factory) -> Loaded:
    folder = tmp_path_factory.mktemp("prism")
    return loaded(folder, load_prism_into_sqlite(folder / "prism.db"))


@pytest.fixture(scope="module")
def from_postgres(postgres_server, tmp_path_factory) -> Loaded:
    url = postgres_server.new_database("prism")
    load_prism_into_postgres(url)
    return loaded(tmp_path_factory.mktemp("prism"), url)


@pytest.fixture(params=["sqlite", "postgres"])
def prism(request) -> Loaded:
    """
    The claims read from SQLite or from PostgreSQL.
    """
    found: Loaded = request.getfixturevalue(f"from_{request.param}")
    return found


def claims(prism: Loaded) -> pl.DataFrame:
    return prism.reader.rows("claims").sort("claim_id").collect()


def report_to_close(prism: Loaded, as_of: date) -> pl.LazyFrame:
    """
    Days from the report to closing as known at a day's end, an open claim's until then.
    """
    known = known_on(prism.reader.rows("claims"), CLAIMS, as_of, "UTC")
    closed_on, reported_on = pl.col("closed_at").dt.date(), pl.col("reported_at").dt.date()
    return known.select(
        "cases",
        days=(closed_on.fill_null(as_of) - reported_on).dt.total_days(),
        is_closed=closed_on.is_not_null(),
    )


def test_every_claim_arrives_and_none_is_bad(prism):
    """
    34,244 rows, no reason to keep one of them out of the figures.
    """
    assert prism.reader.bad_rows("claims").collect().is_empty()
    assert claims(prism).height == ROWS
    assert claims(prism)["claim_id"].n_unique() == ROWS


def test_sqlite_and_postgresql_read_the_same(from_sqlite, from_postgres):
    """
    One query for both, and the same rows from both, value for value.
    """
    assert claims(from_postgres).equals(claims(from_sqlite))


@pytest.mark.parametrize(
    ("claim_id", "reported", "closed", "paid", "amount"),
    [
        ("1", (2010, 4, 19), (2010, 10, 8), None, None),
        ("3", (2009, 9, 23), (2010, 2, 17), (2010, 2, 17), "115744.7737"),
        ("37", (2010, 3, 23), (2010, 8, 1), (2010, 8, 1), "88205.7703"),
        ("38", (2009, 11, 6), (2010, 4, 22), (2010, 4, 22), "192546.9892"),
    ],
    ids=[
        "nothing paid",
        "one figure of the month",
        "one figure of the day too",
        "two of the month, one of the day",
    ],
)
def test_days_are_read_as_they_are_written(prism, claim_id, reported, closed, paid, amount):
    """
    Days and months with one figure or two; a day of payment only where something was paid.
    """
    row = prism.reader.rows("claims").filter(pl.col("claim_id") == claim_id).collect().row(0, named=True)
    days = tuple(None if day is None else datetime(*day, tzinfo=UTC) for day in (reported, closed, paid))

    assert (row["reported_at"], row["closed_at"], row["paid_at"]) == days
    assert row["amount_paid"] == (None if amount is None else Decimal(amount))


def test_every_day_of_the_table_is_the_one_it_writes(from_sqlite):
    """
    Split at the slashes in Python, each day of each claim is the same.
    """

    def midnight(written: str) -> datetime:
        month, day, year = map(int, written.split("/"))
        return datetime(year, month, day, tzinfo=UTC)

    instants = claims(from_sqlite).select("claim_id", "reported_at", "closed_at")
    found = {claim: days for claim, *days in instants.rows()}
    for claim, *written in read_prism().select("ClaimNo", "ReportDate", "CloseDate").rows():
        assert found[claim] == [midnight(each) for each in written]


def test_a_payment_of_nothing_has_no_day(prism):
    """
    5,266 claims were closed without a payment, though the table dates one.
    """
    unpaid = claims(prism).filter(pl.col("paid_at").is_null())

    assert unpaid.height == 5_266
    assert unpaid["amount_paid"].null_count() == 5_266
    assert claims(prism)["amount_paid"].min() > 0


def test_the_days_from_report_to_close(prism):
    """
    Half of the claims are closed within 182 days, nine in ten within 623; 2,385 of them, 6.96 %, within 30.

    A quantile is the first number of days within which that share is closed; interpolated ones are the same here.
    """
    spells = report_to_close(prism, ALL_CLOSED)
    curve = kaplan_meier(spells, duration="days", event="is_closed")
    median, p90 = survival_quantiles(curve, q=(0.5, 0.9)).collect()["time"]
    days = spells.collect()["days"]

    assert (median, p90) == (182, 623)
    assert {days.quantile(0.5, how) for how in ("lower", "higher", "linear")} == {182}
    assert {days.quantile(0.9, how) for how in ("lower", "higher", "linear")} == {623}
    assert (days <= 30).sum() == 2_385
    assert round(100 * 2_385 / ROWS, 2) == 6.96


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (ALL_CLOSED, {"median": 182, "p90": 623, "n": ROWS, "open": 0, "not_recorded": 0}),
        (SOME_OPEN, {"open": 3_243}),
    ],
    ids=["all closed", "the end of 2012"],
)
def test_the_leg_from_report_to_close(prism, as_of, expected):
    """
    The same figures from the legs of judged claims; and the share closed within 30 days is 2,385 of all.
    """
    judged_then = judged(prism.reader.rows("claims"), terms(as_of, zone="UTC"))
    among = told_legs(prism.reader.recorded("claims"))
    timed = legs(counted_legs(judged_then, period=Period(), among=among))
    row = timed.filter(pl.col("leg") == "report_to_close").row(0, named=True)

    assert expected == {name: row[name] for name in expected}
    if as_of == ALL_CLOSED:
        assert round(row["within_30"] * row["n"], 6) == 2_385
    assert "documents_to_payment" not in [leg.key for leg in among]


def test_as_known_at_the_end_of_2012(prism):
    """
    What closed later was open then: 3,243 claims, 2,914 of them for more than 30 days.
    """
    waiting = report_to_close(prism, SOME_OPEN).filter(~pl.col("is_closed")).collect()["days"]

    assert waiting.len() == 3_243
    assert (waiting > 30).sum() == 2_914


def test_what_prism_does_not_record_is_not_recorded(prism):
    """
    The snapshot knows which columns the query fills; of the others it says nothing, not 0.
    """
    recorded = prism.reader.recorded("claims")

    assert recorded == {
        "claim_id", "reported_at", "product_line", "claim_type",
        "incident_at", "paid_at", "closed_at", "amount_paid",
    }  # fmt: skip
    found = claims(prism)
    for name in set(CLAIMS.schema) - recorded:
        assert found[name].null_count() == ROWS


def test_the_open_claims_of_2012_are_the_figure(prism):
    """
    `dashboard kpis` counts the same 3,243, as of the day and as the December of the states by month; in 2017 none.
    """
    open_claims = ("--kpi", "claims_open")
    then = kpis(prism.file, *open_claims, "--as-of", str(SOME_OPEN))
    december = ("--from", "2012-12-01", "--to", "2013-01-01", "--by", "month")
    by_month = kpis(prism.file, *open_claims, *december, "--as-of", str(ALL_CLOSED))

    assert [record["value"] for record in then] == [3_243]
    assert [record["value"] for record in by_month] == [3_243]
    assert kpis(prism.file, *open_claims, "--as-of", str(ALL_CLOSED))[0]["value"] == 0


def test_all_of_them_are_reported(prism):
    """
    34,244 claims, of which those about cars and those about homes are the two lines.
    """
    reported = ("--kpi", "claims_reported", "--as-of", str(ALL_CLOSED))
    lines = {
        record["product_line"]: record["value"] for record in kpis(prism.file, *reported, "--by", "product_line")
    }

    assert kpis(prism.file, *reported)[0]["value"] == ROWS
    assert lines == {"motor": 25_302, "property": 8_942}


def test_what_rests_on_decisions_is_not_recorded(prism):
    """
    No decision has a date, no claim says who decided it: such figures read not recorded, never 0 %.
    """
    found = {record["id"]: record for record in kpis(prism.file, "--as-of", str(ALL_CLOSED))}
    of_claims = {name for name, each in KPIS.items() if each.fact == "claims"}
    told = {name for name in of_claims if not found[name]["not_recorded"]}

    assert told == {"claims_reported", "claims_open", "claim_cycle_days_median", "claim_cycle_days_p90"}
    for each in AUTOMATION:
        assert (found[each.id]["value"], found[each.id]["status"]) == (None, "not_recorded")


@pytest.mark.parametrize("by", ["branch", "team", "channel"])
def test_no_group_is_made_up(prism, by):
    """
    There is no branch, team or channel to split by.
    """
    record = kpis(prism.file, "--kpi", "claims_open", "--as-of", str(SOME_OPEN), "--by", by)[0]

    assert (record["not_recorded"], record["value"]) == (True, None)
