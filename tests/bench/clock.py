"""
How long judging takes.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from dashboard.deadlines import regime, with_deadlines
from tests.bench.measure import Line, median_ms
from tests.bench.pages_rows import complaints
from tests.bench.workshop import Workshop
from tests.rows import SHANGHAI


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
