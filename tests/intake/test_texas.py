"""
A table that knows nothing of this dashboard, read through its query: real complaints, every one of them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboard.facts import FACTS, PROBLEM
from dashboard.intake.refresh import refresh
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot
from tests.texas import ROWS, load_texas_into_postgres, read_texas

QUERIES = Path(__file__).resolve().parents[2] / "queries" / "texas"
ZONE = "America/Chicago"


def loaded(url: str, folder: Path) -> tuple[pl.DataFrame, Snapshot]:
    settings = Settings(
        sources={"texas": {"url": url, "queries": QUERIES, "timezone": ZONE}},
        snapshot={"path": str(folder / "snapshot")},
    )
    report = refresh(settings)
    assert report.problems == []
    snapshot = Snapshot(settings.snapshot)
    return snapshot.current().scan("complaints").collect(), snapshot


def expect_texas(complaints: pl.DataFrame) -> None:
    """
    The published figures of the data set: counts by outcome and line, and days from receipt to the answer.
    """
    received, decided = (
        complaints[name].dt.convert_time_zone(ZONE).dt.date() for name in ("received_at", "decided_at")
    )
    days = (decided - received).dt.total_days()
    lines = dict(complaints["product_line"].value_counts().iter_rows())

    assert complaints.height == ROWS
    assert complaints[PROBLEM].null_count() == ROWS
    assert days.median() == 70
    assert (days <= 30).sum() == 59_851
    assert lines["motor"] == 95_708
    assert lines["Liability"] == 3_549
    assert dict(complaints["outcome"].value_counts().iter_rows()) == {"upheld": 52_722, "rejected": 228_675}


@pytest.fixture(scope="module")
def from_sqlite(texas_table, tmp_path_factory):
    return loaded(texas_table.url, tmp_path_factory.mktemp("texas"))


def test_from_sqlite(from_sqlite):
    """
    Every complaint arrives, none is bad.
    """
    expect_texas(from_sqlite[0])


def test_from_postgres(from_sqlite, postgres_server, tmp_path):
    """
    The same rows as from SQLite, value for value.
    """
    url = postgres_server.new_database("texas")
    load_texas_into_postgres(url)

    complaints, _ = loaded(url, tmp_path)

    assert complaints.sort("complaint_id").equals(from_sqlite[0].sort("complaint_id"))


def test_what_texas_does_not_record_is_not_recorded(from_sqlite):
    """
    The snapshot knows which columns the query fills; of the others it says nothing, not 0.
    """
    complaints, snapshot = from_sqlite
    recorded = snapshot.current().recorded("complaints")

    assert recorded == {
        "complaint_id", "received_at", "decided_at", "closed_at", "product_line", "category", "outcome",
    }  # fmt: skip
    for name in set(FACTS["complaints"].schema) - recorded:
        assert complaints[name].null_count() == ROWS


def test_lines_without_a_counterpart_are_counted(from_sqlite):
    """
    They keep their own names and are found as unknown codes.
    """
    assert from_sqlite[1].current().facts["complaints"].unknown == {
        "product_line:Liability": 3_549,
        "product_line:Miscellaneous": 9_300,
    }
    assert read_texas()["received_date"].min() == date(2011, 4, 28)
