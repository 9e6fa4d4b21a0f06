"""
Spark groups, we weigh: a snapshot of groups with their cases gives the figures that a snapshot of every row gives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from dashboard.errors import SourceError
from dashboard.facts import FACTS, PROBLEM
from dashboard.intake.refresh import refresh
from dashboard.intake.source import open_source
from dashboard.metrics import KPIS
from dashboard.questions import Question, answer
from dashboard.settings import PROJECT, Settings, SourceSettings, read_settings
from dashboard.snapshot import Snapshot, Version
from tests.insurer import AS_OF, NOW, Insurer, write_settings
from tests.intake.reading import unchecked
from tests.operational import write_query
from tests.servers import NotInstalledError
from tests.spark.cluster import CLUSTER, Cluster, running_cluster

TABLES = {"claims": "claim", "renewals": "renewal", "interactions": "interaction"}
WEIGHTED = [each.id for each in KPIS.values() if each.fact in ("claims", "renewals")]
# How far from exact a group may be: hours become days, and whole sums of money that were rounded may round anew.
WITHIN = {
    ("claim_cycle_days_median", "value"): 1,
    ("claim_cycle_days_p90", "value"): 1,
    ("renewal_premium_rate", "numerator"): 1,
    ("renewal_premium_rate", "denominator"): 1,
}


@dataclass
class Both:
    """
    The same insurer twice: every row, and groups that a cluster made of the same rows.
    """

    cluster: Cluster
    by_row: Settings
    by_group: Settings

    def versions(self) -> tuple[Version, Version]:
        """
        The two snapshots, by row and by group.
        """
        return Snapshot(self.by_row.snapshot).current(), Snapshot(self.by_group.snapshot).current()


@pytest.fixture(scope="module")
def both(insurer: Insurer, tmp_path_factory: pytest.TempPathFactory):
    """
    The insurer's good rows, each once to four times under names of its own, as tables of a warehouse in Parquet;
    read through the Thrift server as they are, and in groups.
    """
    folder = tmp_path_factory.mktemp("spark")
    try:
        with running_cluster(folder) as cluster:
            whole = Snapshot(insurer.settings.snapshot).current()
            (folder / "by_row").mkdir()
            for fact, table in TABLES.items():
                rows = repeated(good(whole, fact), *FACTS[fact].keys)
                fill(cluster, table, rows, folder / "tables" / table)
                columns = ", ".join(
                    f"{table}.{name}" for name in rows.columns if rows[name].null_count() < len(rows)
                )
                header = f"-- fact: {fact}\n-- grain: one row per {table}\n"
                write_query(folder / "queries", f"{header}select {columns} from {table}", fact)
            yield Both(
                cluster,
                loaded(folder / "by_row", cluster.url, folder / "queries"),
                loaded(folder / "by_group", cluster.url, PROJECT / "queries" / "spark"),
            )
    except NotInstalledError as reason:
        pytest.skip(str(reason))


def loaded(folder: Path, url: str, queries: Path) -> Settings:
    """
    Settings of a snapshot into which everything was read from the cluster.
    """
    folder.mkdir(exist_ok=True)
    settings = read_settings(write_settings(folder, url, queries=str(queries), pinned=AS_OF))
    report = refresh(settings, now=NOW)
    assert report.succeeded, report.problems
    return settings


def repeated(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """
    The first row once, the second twice, to four times, and again.
    """
    times = (pl.int_range(pl.len()) % 4 + 1).alias("times")
    again = rows.with_columns(pl.int_ranges(times).alias("again")).explode("again")
    return again.with_columns(pl.concat_str(key, "again", separator="-").alias(key)).drop("again")


def good(version: Version, fact: str) -> pl.DataFrame:
    """
    The rows that count, with wall clocks of the business: that is what a warehouse holds.
    """
    rows = version.scan(fact).filter(pl.col(PROBLEM).is_null()).drop(PROBLEM, "cases", "updated_at")
    instants = [name for name, dtype in rows.collect_schema().items() if dtype == pl.Datetime("us", "UTC")]
    walls = [pl.col(name).dt.convert_time_zone("Asia/Shanghai").dt.replace_time_zone(None) for name in instants]
    return rows.with_columns(walls).collect()


def fill(cluster: Cluster, table: str, rows: pl.DataFrame, place: Path) -> None:
    """
    A table of four files, so that both workers have something to do.
    """
    place.mkdir(parents=True)
    for number, part in enumerate(rows.iter_slices(-(-len(rows) // 4))):
        part.write_parquet(place / f"{number}.parquet")
    cluster.run(f"create table {table} using parquet location '{place}'")


def test_groups_hold_every_case(both):
    """
    Fewer rows, as many cases, of each fact; and it says what was measured.
    """
    by_row, by_group = both.versions()
    print(f"\nSpark {both.cluster.spark}, Java {both.cluster.java}, {CLUSTER}")  # noqa: T201
    for fact in TABLES:
        rows, groups = (version.scan(fact).collect() for version in (by_row, by_group))
        print(f"{fact}: {len(rows):,} rows in {len(groups):,} groups")  # noqa: T201
        assert len(groups) < len(rows)
        assert groups["cases"].sum() == len(rows)
        assert groups[PROBLEM].null_count() == len(groups)


@pytest.mark.parametrize("by", [(), ("month",), ("branch", "product_line")], ids=" ".join)
def test_weighted_figures_are_those_of_every_row(both, by):
    """
    Counts, rates, medians and percentiles, and what they rest on.
    """
    ours, theirs = (
        {tuple(each[key] for key in ("id", *by)): each for each in answer(settings, Question(WEIGHTED, by=by))}
        for settings in (both.by_row, both.by_group)
    )

    assert theirs.keys() == ours.keys()
    different = {
        (*key, name): (row[name], theirs[key][name])
        for key, row in ours.items()
        for name in ("value", "numerator", "denominator", "cases", "not_recorded")
        if not is_alike(row[name], theirs[key][name], WITHIN.get((key[0], name), 0))
    }
    assert different == {}
    assert {each["id"] for each in ours.values() if each["value"] is not None} == set(WEIGHTED)


def is_alike(ours: float | None, theirs: float | None, within: float) -> bool:
    """
    The same, or so near; amounts to six digits, as a group carries a mean that was rounded.
    """
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=1e-6, abs_tol=within)


def test_contacts_are_counted_by_their_weight(both):
    """
    By month, channel and what came of them: as many as there are rows.
    """
    by_row, by_group = both.versions()
    keys = (pl.col("at").dt.convert_time_zone("Asia/Shanghai").dt.truncate("1mo"), "channel", "resolved")
    rows, groups = (
        version.scan("interactions").group_by(*keys).agg(count).sort(*["at", "channel", "resolved"]).collect()
        for version, count in ((by_row, pl.len().cast(pl.Int64).alias("cases")), (by_group, pl.col("cases").sum()))
    )

    assert rows.equals(groups)


def test_it_can_only_read(both, tmp_path):
    """
    Whatever passed the check of the text: within a select of ours it isn't a statement. What was there stays.
    """
    settings = SourceSettings(url=both.cluster.url, queries=PROJECT / "queries" / "spark")
    both.cluster.run("create table kept (number int) using parquet", "insert into kept values (1)")
    with open_source("warehouse", settings) as source:
        assert source.warnings == []
        for statement in (
            "insert into kept values (2)",
            "from kept insert into kept select number",
            "drop table kept",
            "create table other (number int)",
            "set spark.sql.ansi.enabled = false",
            "select 1) as fact; drop table kept; select * from (select 1",
        ):
            with pytest.raises(SourceError):
                list(source.batches(unchecked(statement), {}))
        (still,) = source.batches(unchecked("select kept.number, kept.number as again from kept"), {})

    assert still.rows() == [(1, 1)]
    assert both.cluster.run("show tables like 'other'") == []


def test_a_slow_query_is_ended_by_the_cluster(both, tmp_path):
    """
    At the timeout of the source; and the session can be used afterwards.
    """
    settings = SourceSettings(url=both.cluster.url, queries=PROJECT / "queries" / "spark", timeout_seconds=10)
    numbers = "range(10000000)"
    slow = f"select a.id, b.id as b from {numbers} as a cross join {numbers} as b where a.id + b.id < 0"
    with open_source("warehouse", settings) as source:
        with pytest.raises(SourceError, match=r"was too slow \(limit: 10 s\)"):
            list(source.batches(unchecked(slow), {}))
        (still,) = source.batches(unchecked("select 1 as a, 2 as b"), {})

    assert still.rows() == [(1, 2)]


def test_a_cluster_that_is_away_is_said(both):
    """
    As any other source: by its host, as not to be reached.
    """
    settings = SourceSettings(url="hive://reader@127.0.0.1:1/default", queries=PROJECT / "queries" / "spark")

    with pytest.raises(SourceError, match=r"source warehouse \(127.0.0.1/default\): can't be reached"):
        open_source("warehouse", settings)
