"""
The snapshot holds each key once, shows one version of all facts, and keeps what it had when a write fails.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from dashboard.errors import ResultError, SnapshotError
from dashboard.facts import FACTS, PROBLEM
from dashboard.intake.rows import check_rows
from dashboard.settings import SnapshotSettings
from dashboard.snapshot import FactState, Snapshot
from tests.operational import NOW

COMPLAINTS = FACTS["complaints"]
EXPOSURE = FACTS["exposure"]


@pytest.fixture
def snapshot(tmp_path):
    return Snapshot(SnapshotSettings(path=str(tmp_path / "snapshot")))


def complaints(*ids, changed="2026-01-05 10:00:00", **more):
    columns = {"complaint_id": list(ids), "received_at": ["2026-01-05 10:00:00"] * len(ids)}
    columns |= {"updated_at": [changed] * len(ids)}
    columns |= {name: [value] * len(ids) for name, value in more.items()}
    return check_rows(pl.DataFrame(columns, strict=False), COMPLAINTS, "Asia/Shanghai", now=NOW)


def fill(snapshot, *batches, fact=COMPLAINTS):
    """
    Load and publish; return what readers see then.
    """
    version = snapshot.replace(fact, lambda: iter(batches), "complaints.sql")
    return snapshot.publish({fact.name: FactState(fact.name, version)})


def ids(version):
    return sorted(version.scan("complaints").select("complaint_id").collect().to_series().to_list())


def files(snapshot):
    return sorted(path.name for path in Path(snapshot.path, "complaints").glob("*.parquet"))


def test_before_anything_is_published(snapshot):
    """
    The error says which command brings a snapshot.
    """
    assert snapshot.versions() == []
    with pytest.raises(SnapshotError, match="there is no snapshot yet; run `dashboard refresh`"):
        snapshot.current()


def test_what_is_written_is_what_is_read(snapshot):
    """
    Every type survives exactly, the microsecond and the fourth decimal too, and so do the years 1 and 9999.
    """
    batch = complaints("1", redress_amount="12345678901.2345", decided_at="2026-01-06 09:00:00.123456")
    strange = complaints("2", decided_at="9999-12-31").vstack(complaints("3", decided_at="0001-01-01"))

    rows = fill(snapshot, batch, strange).scan("complaints").sort("complaint_id").collect()

    assert dict(rows.schema) == {**COMPLAINTS.schema, PROBLEM: pl.String()}
    assert rows["redress_amount"][0] == Decimal("12345678901.2345")
    assert rows["decided_at"][0] == datetime(2026, 1, 6, 1, 0, 0, 123456, tzinfo=UTC)
    assert rows.equals(pl.concat([batch, strange]))


def test_a_full_load_replaces_everything(snapshot):
    """
    What isn't in it any more is gone.
    """
    fill(snapshot, complaints("1", "2"))

    assert ids(fill(snapshot, complaints("2"), complaints("3"))) == ["2", "3"]


def test_a_version_once_opened_never_changes(snapshot):
    """
    Neither a full load nor an upsert shows in it, and it can be opened again by its number.
    """
    first = fill(snapshot, complaints("1"))
    fill(snapshot, complaints("2"))

    assert ids(first) == ["1"]
    assert ids(snapshot.version(first.id)) == ["1"]
    assert ids(snapshot.current()) == ["2"]
    assert [number for number, _ in snapshot.versions()] == [first.id + 1, first.id]


def test_the_version_before_an_instant_is_what_readers_saw_then(snapshot):
    """
    The newest one published before it: not one published at that very instant, nothing before the first.
    """
    assert snapshot.version_before(datetime.now(UTC)) is None
    fill(snapshot, complaints("1"))
    fill(snapshot, complaints("2"))
    fill(snapshot, complaints("3"))
    (third, at_third), (second, at_second), (first, at_first) = snapshot.versions()
    moment = timedelta(milliseconds=1)

    assert [third, second, first] == [
        snapshot.version_before(at + moment).id for at in (at_third, at_second, at_first)
    ]
    assert [second, first] == [snapshot.version_before(at).id for at in (at_third, at_second)]
    assert ids(snapshot.version_before(at_third)) == ["2"]
    assert snapshot.version_before(at_first) is None


def test_what_is_not_published_is_not_seen(snapshot):
    """
    A load alone changes nothing for readers; publishing several facts shows them together.
    """
    fill(snapshot, complaints("1"))
    version = snapshot.replace(COMPLAINTS, lambda: iter([complaints("2")]), "complaints.sql")
    claims = snapshot.replace(FACTS["claims"], lambda: iter([]), "claims.sql")
    assert ids(snapshot.current()) == ["1"]
    assert "claims" not in snapshot.current().facts

    snapshot.publish({"complaints": FactState("complaints", version), "claims": FactState("claims", claims)})

    assert ids(snapshot.current()) == ["2"]
    assert snapshot.current().facts["claims"].version == claims


def test_an_upsert_changes_and_adds_by_key(snapshot):
    """
    The rows it doesn't mention stay as they are, and no key is there twice.
    """
    published = fill(snapshot, complaints("1", "2")).facts["complaints"].version

    version = snapshot.upsert(COMPLAINTS, iter([complaints("2", "3", channel="app")]), published)

    rows = snapshot.publish({"complaints": FactState("complaints", version)}).scan("complaints").collect()
    assert dict(rows.select("complaint_id", "channel").iter_rows()) == {"1": None, "2": "app", "3": "app"}
    assert rows.height == 3


def test_the_same_upsert_twice_is_the_same_as_once(snapshot):
    """
    The overlap reads rows again, also those without a key.
    """
    changed = complaints("1", None)
    published = fill(snapshot, complaints("1", None)).facts["complaints"].version
    for _ in range(2):
        published = snapshot.upsert(COMPLAINTS, iter([changed]), published)

    assert (
        snapshot.publish({"complaints": FactState("complaints", published)}).scan("complaints").collect().height
        == 2
    )


def test_rows_read_again_as_they_are_write_nothing(snapshot):
    """
    Not even a version; one value that came, went or changed is written, with its row alone.
    """
    stored = complaints("1", "2", None, channel="app")
    published = fill(snapshot, stored).facts["complaints"].version

    assert snapshot.upsert(COMPLAINTS, iter([stored]), published) == published
    assert snapshot.upsert(COMPLAINTS, iter([complaints("2", channel="app")]), published) == published

    for number, channel in enumerate(("web", None, "app"), start=1):
        again = [complaints("1", channel="app"), complaints("2", channel=channel)]
        version = snapshot.upsert(COMPLAINTS, iter(again), published)
        rows = snapshot.publish({"complaints": FactState("complaints", version)}).scan("complaints").collect()

        assert version == published + 1, number
        assert dict(rows.drop_nulls("complaint_id").select("complaint_id", "channel").iter_rows())["2"] == channel
        published = version


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_rows_for_a_key_the_newest_counts(snapshot, order):
    """
    Whatever the order in which they came.
    """
    old, new = complaints("1", channel="web"), complaints("1", changed="2026-01-06 10:00:00", channel="app")
    published = fill(snapshot, complaints("1")).facts["complaints"].version

    version = snapshot.upsert(COMPLAINTS, iter([old, new][::order]), published)

    rows = snapshot.publish({"complaints": FactState("complaints", version)}).scan("complaints").collect()
    assert rows["channel"].to_list() == ["app"]


def test_a_key_that_may_be_null_is_still_one_key(snapshot):
    """
    Exposure of all branches together (no branch) is one row for a month, not one more with each refresh.
    """

    def exposure(policies):
        raw = pl.DataFrame(
            {"month": [date(2026, 5, 1)] * 2, "branch_id": ["B1", None], "policies_in_force": policies}
        )
        return check_rows(raw, EXPOSURE, "Asia/Shanghai", now=NOW)

    published = fill(snapshot, exposure([1, 2]), fact=EXPOSURE).facts["exposure"].version
    version = snapshot.upsert(EXPOSURE, iter([exposure([3, 4])]), published)
    rows = snapshot.publish({"exposure": FactState("exposure", version)}).scan("exposure").collect()

    assert dict(rows.select("branch_id", "policies_in_force").iter_rows()) == {"B1": 3, None: 4}


@pytest.mark.parametrize(
    "batches", [[("1", "2", "1")], [("1", "2"), ("3", "1")]], ids=["in a batch", "across batches"]
)
def test_a_key_twice_in_a_full_load_is_refused(snapshot, batches):
    """
    The message names the key and the likely cause; nothing is written, and no file is left behind.
    """
    fill(snapshot, complaints("9"))
    before = files(snapshot)

    with pytest.raises(ResultError, match=r"complaints\.sql: a key occurs more than once, e\.g\. complaint_id 1 "):
        fill(snapshot, *[complaints(*keys) for keys in batches])

    assert ids(snapshot.current()) == ["9"]
    assert files(snapshot) == before


def test_a_load_that_fails_in_the_middle_leaves_nothing(snapshot):
    """
    The error is the source's own; the table is as it was, and the half-written files are gone.
    """
    fill(snapshot, complaints("9"))
    before = files(snapshot)

    def batches():
        yield complaints("1")
        raise LookupError("the source went away")

    with pytest.raises(LookupError, match="the source went away"):
        snapshot.replace(COMPLAINTS, batches, "complaints.sql")

    assert files(snapshot) == before
    assert ids(snapshot.current()) == ["9"]


def test_what_was_never_published_is_undone_by_the_next_upsert(snapshot):
    """
    A refresh that was killed between writing and publishing leaves a table readers don't see; it must not come to
    light with the next one.
    """
    published = fill(snapshot, complaints("1")).facts["complaints"].version
    snapshot.replace(COMPLAINTS, lambda: iter([complaints("half", "done")]), "complaints.sql")

    version = snapshot.upsert(COMPLAINTS, iter([complaints("2")]), published)

    assert ids(snapshot.publish({"complaints": FactState("complaints", version)})) == ["1", "2"]


def test_filters_and_columns_reach_the_files(snapshot):
    """
    Only the columns asked for are read, and the filter is the scan's own.
    """
    plan = (
        fill(snapshot, complaints("1"))
        .scan("complaints")
        .filter(pl.col("channel") == "app")
        .select("complaint_id")
    )

    assert 'SELECTION: col("channel") == "app"' in plan.explain()
    assert f"PROJECT 2/{len(COMPLAINTS.columns) + 1} COLUMNS" in plan.explain()


def test_a_fact_that_was_never_loaded_has_its_columns_and_no_rows(snapshot):
    """
    Nothing about it is recorded, which is not the same as nothing having happened.
    """
    version = fill(snapshot, complaints("1"))

    assert dict(version.scan("claims").collect_schema()) == {**FACTS["claims"].schema, PROBLEM: pl.String()}
    assert version.scan("claims").collect().height == 0
    assert version.recorded("claims") == frozenset()


def test_a_state_survives_the_manifest(snapshot):
    """
    Every field comes back as it went in, and publishing one fact leaves the others alone.
    """
    state = FactState(
        "claims", 3, "core", "abc", ("claim_id",), "full", NOW, NOW - timedelta(days=1), NOW, NOW, 5,
        {"no_key:claim_id": 1}, {"channel:fax": 2}, "it's down\nsince noon", NOW,
    )  # fmt: skip
    snapshot.publish({"claims": state})
    snapshot.publish({"complaints": FactState("complaints")})

    assert snapshot.current().facts == {"claims": state, "complaints": FactState("complaints")}


def test_measuring_counts_what_is_stored(snapshot):
    """
    Rows, bad ones by reason, unknown codes; the latest moment of good rows only, and none from the future.
    """
    batches = [complaints("1", channel="fax"), complaints("2", decided_at="2025-01-01"), complaints(None)]
    late = complaints("3", changed="2099-01-01 00:00:00")
    version = snapshot.replace(COMPLAINTS, lambda: iter([*batches, late]), "complaints.sql")

    state = snapshot.measure(COMPLAINTS, version, NOW)

    assert state.rows == 4
    assert state.bad == {"before:decided_at<received_at": 1, "no_key:complaint_id": 1}
    assert state.unknown == {"channel:fax": 1}
    assert state.watermark == state.latest_at == datetime(2026, 1, 5, 2, tzinfo=UTC)


def test_maintenance_joins_small_files_and_shows_the_same_rows(snapshot, monkeypatch):
    """
    Once there are many small files they become few, and the rows are those of before.
    """
    version = fill(snapshot, complaints("0")).facts["complaints"].version
    table = str(Path(snapshot.path) / "complaints")
    for number in range(1, 14):
        write_deltalake(
            table, complaints(f"{number}").to_arrow(compat_level=pl.CompatLevel.oldest()), mode="append"
        )
    snapshot.publish({"complaints": FactState("complaints", version + 13)})
    before = ids(snapshot.current())
    assert len(DeltaTable(table).file_uris()) == 14

    snapshot.maintain()

    assert len(DeltaTable(table).file_uris()) == 1
    assert ids(snapshot.current()) == before
    assert len(before) == 14


def age(folder, days):
    for path in Path(folder).rglob("*"):
        then = path.stat().st_mtime - days * 86_400
        os.utime(path, (then, then))


def test_maintenance_deletes_what_nobody_can_ask_for_any_more(snapshot):
    """
    After weeks: what a killed refresh left behind goes, and the log is shortened. Every fact can still be opened,
    one that hasn't changed since too, and refreshed.
    """
    fill(snapshot, complaints("1"))
    for number in range(3):
        published = fill(snapshot, complaints(f"{number}")).facts["complaints"].version
    left = Path(snapshot.path) / "complaints" / "part-left-by-a-killed-refresh.parquet"
    left.write_bytes(b"half")
    age(snapshot.path, 40)

    snapshot.maintain()

    assert ids(snapshot.current()) == ["2"]
    assert not left.exists()
    for _ in range(2):
        age(snapshot.path, 40)
        snapshot.maintain()
        assert ids(snapshot.current()) == ["2"]
    version = snapshot.upsert(COMPLAINTS, iter([complaints("3")]), snapshot.current().facts["complaints"].version)
    assert ids(snapshot.publish({"complaints": FactState("complaints", version)})) == ["2", "3"]
    assert version > published


def test_maintenance_keeps_what_the_last_days_showed(snapshot):
    """
    A version that was published within the days to keep can still be opened.
    """
    first = fill(snapshot, complaints("1"))
    age(snapshot.path, 13)
    fill(snapshot, complaints("2"))

    snapshot.maintain()

    assert ids(snapshot.version(first.id)) == ["1"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    """
    A file stands where the folder should be.
    """
    (tmp_path / "snapshot").write_text("not a folder")
    snapshot = Snapshot(SnapshotSettings(path=str(tmp_path / "snapshot")))

    with pytest.raises(SnapshotError, match=str(tmp_path / "snapshot")), snapshot.locked():
        pytest.fail("it was locked all the same")


def test_the_lock_says_who_holds_it_and_is_free_again_afterwards(snapshot):
    """
    The file tells process, host and since when; a leftover file is no lock.
    """
    with snapshot.locked():
        holder = json.loads((Path(snapshot.path) / ".lock").read_text())
        with pytest.raises(SnapshotError, match=f"process {holder['process']} on {holder['host']} since"):
            snapshot.locked().__enter__()

    with snapshot.locked():
        assert replace(FactState("claims"), rows=1).rows == 1


def test_rows_that_are_as_they_were_are_not_counted_again(snapshot):
    """
    Of the same version only the moments are looked at anew: what lay in the future then may have come by now.
    """
    fill(snapshot, complaints("1", "2"), complaints("3", changed="2026-07-01 10:00:00"))
    version = snapshot.current().facts["complaints"].version
    before, later = snapshot.measure(COMPLAINTS, version, NOW), NOW + timedelta(days=2)
    known = replace(before, rows=99)

    assert snapshot.measure(COMPLAINTS, version, later, before) == snapshot.measure(COMPLAINTS, version, later)
    assert before.watermark < snapshot.measure(COMPLAINTS, version, later, before).watermark
    assert snapshot.measure(COMPLAINTS, version, later, known).rows == 99
    assert snapshot.measure(COMPLAINTS, version, later, replace(known, version=version - 1)).rows == 3
