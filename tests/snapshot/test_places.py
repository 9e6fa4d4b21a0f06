"""
The rows of one key, read from where they lie: the same as reading everything and throwing the rest away.
"""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.facts import FACTS
from dashboard.snapshot import Snapshot, places_of, rows_there
from dashboard.snapshot import places as places_module


@pytest.fixture(scope="module")
def version(insurer):
    return Snapshot(insurer.settings.snapshot).current()


@pytest.mark.parametrize("together", [1, 50, 262_144])
def test_what_lies_there_is_what_a_scan_finds(version, monkeypatch, together):
    """
    Of customers with many rows, with one and with none; however many rows a group of a file has.
    """
    monkeypatch.setattr(places_module, "ROWS_TOGETHER", together)
    every = version.scan("interactions").collect()
    counts = every.group_by("customer_id").len().sort("len", "customer_id")["customer_id"]
    places = places_of(version, "interactions", "customer_id")

    for key in (counts[-1], counts[0], "nobody"):
        found = rows_there(version, places, key).collect()
        assert_frame_equal(
            found.sort("interaction_id"), every.filter(pl.col("customer_id") == key).sort("interaction_id")
        )


def test_two_values_with_one_mark_are_told_apart(version):
    """
    A mark only says where to look: what lies there is looked at again.
    """
    places = places_of(version, "complaints", "customer_id")
    alike = type(places)("complaints", "customer_id", places.files, places.sizes, places.marks * 0)
    some = version.scan("complaints").select("customer_id").drop_nulls().collect()["customer_id"][0]

    assert set(rows_there(version, places, some).collect()["customer_id"]) == {some}
    # With one mark for all, the mark of no value: nothing is invented.
    assert rows_there(version, alike, some).collect().height == 0


def test_a_fact_that_was_never_loaded_has_no_rows(version):
    """
    And all its columns.
    """
    gone = type(version)(version.id, {}, version.path, version.storage_options)
    found = rows_there(gone, places_of(gone, "claims", "customer_id"), "C1").collect()

    assert found.height == 0
    assert found.columns == [*FACTS["claims"].schema, "problem"]


def test_rows_without_a_key_have_no_mark(version):
    """
    They are found by no value, not even by an empty one.
    """
    places = places_of(version, "claims", "decision")
    without = version.scan("claims").select(pl.col("decision").is_null().sum()).collect().item()

    assert places.marks.null_count() == without > 0
    assert rows_there(version, places, "").collect().height == 0
