"""
Reading one query from one source, as tests of the sources do.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from dashboard.errors import SourceError
from dashboard.intake.query import Query, read_query
from dashboard.intake.source import open_source
from dashboard.settings import SourceSettings
from tests.operational import IN_FULL, write_query

NEW_YEAR = datetime(2026, 1, 1)  # noqa: DTZ001 - a wall clock
SINCE = {"since": NEW_YEAR, "history_from": NEW_YEAR}
SLOW = {
    "sqlite": "with recursive n as (select 1 as i union all select i + 1 from n)\n"
    "select n.i as complaint_id, n.i as received_at from n where n.i < 0",
    "postgresql": "select g.i as complaint_id, g.i as received_at from generate_series(1, 100000000) as g (i)"
    " where g.i < 0",
    "mysql": "select a.seq as complaint_id, b.seq as received_at from seq_1_to_1000000 as a, seq_1_to_1000000 as b"
    " where a.seq + b.seq < 0",
}


def settings(tmp_path, url="", **more):
    url = url or f"sqlite:///{tmp_path / 'core.db'}"
    return SourceSettings(url=url, queries=tmp_path / "queries", **more)


def read(tmp_path, text=IN_FULL, url="", **more):
    with open_source("core", settings(tmp_path, url, **more)) as source:
        query = read_query(write_query(tmp_path / "queries", text), source.dialect)
        return pl.concat(list(source.batches(query, SINCE)), how="diagonal_relaxed")


def refusal(tmp_path, text=IN_FULL, url="", **more):
    with pytest.raises(SourceError) as caught:
        read(tmp_path, text, url, **more)
    said = str(caught.value)
    assert "source core" in said
    assert "secret" not in said
    return said


def unchecked(statement):
    """
    A query as if it had slipped through the check: the session itself must hold.
    """
    columns = ("complaint_id", "received_at")
    return Query("complaints", Path("complaints.sql"), statement, statement, "", None, columns, frozenset(), "")
