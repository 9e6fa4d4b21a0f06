"""
A database that changes all the time is refreshed and read all the time: nothing is lost, nothing is seen half.

`CHANGE_UNDER_LOAD_SECONDS` says for how long; `make change-under-load` takes two minutes.
"""

from __future__ import annotations

import os
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.intake.refresh import RefreshReport, refresh
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot, Version
from tests.operational import settings_for, write_query

SECONDS = float(os.environ.get("CHANGE_UNDER_LOAD_SECONDS", "10"))
REFRESHES_EVERY = min(3.0, SECONDS / 10)
BEFOREHAND = 20_000
# The writer's clock runs ten times as fast, so that the overlap of a minute is over after six seconds.
FASTER = 10
POTS = [f"pot {number}" for number in range(8)]
POT = 1_000

SCHEMA = """
    create table complaint (number text primary key, received timestamp, changed timestamp, redress numeric);
    create table claim (number text primary key, reported timestamp, changed timestamp, paid numeric);
    create index on complaint (changed);
"""
COMPLAINTS = (
    "-- fact: complaints\n-- grain: one row per complaint\n-- since: complaint.changed\n"
    "select complaint.number as complaint_id, complaint.received as received_at,\n"
    "complaint.redress as redress_amount, complaint.changed as updated_at\n"
    "from complaint where complaint.changed >= :since\n"
)
CLAIMS = (
    "-- fact: claims\n-- grain: one row per claim\n-- since: claim.changed\n"
    "select claim.number as claim_id, claim.reported as reported_at,\n"
    "claim.paid as amount_paid, claim.changed as updated_at\n"
    "from claim where claim.changed >= :since\n"
)
NEW_YEAR = datetime(2026, 1, 1)  # noqa: DTZ001 - a wall clock


@dataclass(eq=False)
class Writer(threading.Thread):
    """
    Inserts, updates, moves to another month, deletes; moves money between pots, whose sum stays; and in the same
    transaction counts in both tables.
    """

    engine: sa.Engine
    stop: threading.Event
    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("insert", "update", "move", "delete"), 0))
    deleted: set[str] = field(default_factory=set)
    failure: Exception | None = None

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.began = time.monotonic()

    def run(self) -> None:
        """
        Write until stopped.
        """
        chance = random.Random(7)
        there = [f"K{number}" for number in range(BEFOREHAND)]
        try:
            while not self.stop.wait(0.004):
                with self.engine.begin() as connection:
                    self.change(connection, chance, there)
        except Exception as failure:  # noqa: BLE001 - raised by the test
            self.failure = failure

    def change(self, connection: sa.Connection, chance: random.Random, there: list[str]) -> None:
        """
        One transaction.
        """
        changed = NEW_YEAR + FASTER * timedelta(seconds=time.monotonic() - self.began)
        what = chance.choice(list(self.done))
        self.done[what] += 1
        place = chance.randrange(len(there))
        number = there[place]
        day = NEW_YEAR - timedelta(days=chance.randrange(700))

        def run(statement: str, **values: object) -> None:
            connection.execute(sa.text(statement), {"at": changed, "number": number, "day": day, **values})

        if what == "insert":
            number = f"N{self.done[what]}"
            there.append(number)
            run("insert into complaint values (:number, :day, :at, 1)")
        elif what == "update":
            run("update complaint set redress = redress + 1, changed = :at where number = :number")
        elif what == "move":
            run("update complaint set received = :day, changed = :at where number = :number")
        else:
            there[place] = there[-1]
            there.pop()
            self.deleted.add(number)
            run("delete from complaint where number = :number")
        giver, taker = chance.sample(POTS, 2)
        give = "update complaint set redress = redress + :sum, changed = :at where number = :pot"
        run(give, sum=-1, pot=giver)
        run(give, sum=1, pot=taker)
        run("update complaint set redress = redress + 1, changed = :at where number = 'count'")
        run("update claim set paid = paid + 1, changed = :at where number = 'count'")


@dataclass(eq=False)
class Reader(threading.Thread):
    """
    Reads the newest version again and again, and writes down whatever no version may show.
    """

    settings: Settings
    stop: threading.Event
    wrong: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    counts: dict[int, tuple[int, int]] = field(default_factory=dict)
    reads: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        """
        Read until stopped.
        """
        while not self.stop.wait(0.05):
            try:
                self.look(Snapshot(self.settings.snapshot).current())
            except Exception as failure:  # noqa: BLE001 - reported by the test
                self.wrong.append(repr(failure))
                return

    def look(self, version: Version) -> None:
        """
        One version: its keys, its pots, its counts.
        """
        complaints, claims = (version.scan(fact).collect() for fact in ("complaints", "claims"))
        self.reads += 1
        self.versions.append(version.id)
        keys = complaints["complaint_id"]
        pots = complaints.filter(keys.is_in(POTS))["redress_amount"]
        counted = (int(count_of(complaints, "complaint_id", "redress_amount")),)
        counted = (*counted, int(count_of(claims, "claim_id", "amount_paid")))
        if keys.n_unique() != len(keys):
            self.wrong.append(f"version {version.id}: a complaint is there twice")
        if (len(pots), pots.sum()) != (len(POTS), len(POTS) * POT):
            self.wrong.append(f"version {version.id}: the pots hold {pots.to_list()}")
        if len({state.refreshed_at for state in version.facts.values()}) != 1:
            self.wrong.append(f"version {version.id}: facts of two refreshes")
        if self.counts.setdefault(version.id, counted) != counted:
            self.wrong.append(f"version {version.id}: changed while it was read")


def count_of(rows: pl.DataFrame, key: str, amount: str) -> float:
    return float(rows.filter(pl.col(key) == "count")[amount].item())


def in_the_database(engine: sa.Engine) -> dict[str, tuple[object, ...]]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("select number, received, changed, redress from complaint")
        return {row[0]: tuple(row[1:]) for row in rows}


def in_the_snapshot(settings: Settings) -> dict[str, tuple[object, ...]]:
    rows = Snapshot(settings.snapshot).current().scan("complaints")
    walls = [pl.col(name).dt.replace_time_zone(None) for name in ("received_at", "updated_at")]
    return {row[0]: row[1:] for row in rows.select("complaint_id", *walls, "redress_amount").collect().iter_rows()}


@pytest.fixture
def engine(postgres_server):
    """
    A database with complaints of two years, the pots, and a count in each of two tables.
    """
    made = sa.create_engine(postgres_server.new_database("changing"))
    with made.begin() as connection:
        connection.exec_driver_sql(SCHEMA)
        connection.exec_driver_sql(
            "insert into complaint select 'K' || n, at, at, 1 from (select n, timestamp '2025-12-31' "
            f"- n * interval '50 minutes' as at from generate_series(0, {BEFOREHAND - 1}) as n) as old"
        )
        for pot in POTS:
            connection.exec_driver_sql(
                f"insert into complaint values ('{pot}', '2025-12-31', '2025-12-31', {POT})"
            )
        for table in ("complaint", "claim"):
            connection.exec_driver_sql(f"insert into {table} values ('count', '2025-12-31', '2025-12-31', 0)")
    yield made
    made.dispose()


def test_nothing_is_lost_and_nothing_is_seen_half(tmp_path, engine):
    """
    While one writes, one refreshes and two read. Every version's pots add up, its keys are unique, its two counts
    belong together; in the end what changed is exactly there, and after a full load what was deleted is gone.

    Facts are read one after the other, complaints first. So of one version the complaints' count is not beyond the
    claims', and the claims' is not beyond the complaints' of the next: were facts published apart, it would be.
    """
    url = engine.url.render_as_string(hide_password=False)
    settings = settings_for(tmp_path, url, timezone="UTC", overlap_minutes=1)
    write_query(tmp_path / "queries", COMPLAINTS)
    write_query(tmp_path / "queries", CLAIMS, "claims")
    refresh(settings)
    stop = threading.Event()
    writer, readers = Writer(engine, stop), [Reader(settings, stop) for _ in range(2)]
    for thread in (writer, *readers):
        thread.start()
    reports: list[RefreshReport] = []
    middle, ends = (time.monotonic() + share * SECONDS for share in (0.5, 1))
    while (began := time.monotonic()) < ends:
        # In the middle everything is read once, as it is each day.
        reports.append(refresh(settings, full=began > middle))
        middle = middle if began < middle else ends
        time.sleep(max(0.0, REFRESHES_EVERY - (time.monotonic() - began)))
    stop.set()
    for thread in (writer, *readers):
        thread.join()
    reports.append(refresh(settings))

    assert writer.failure is None
    assert [problem for report in reports for problem in report.problems] == []
    assert [loaded.mode for report in reports for loaded in report.loaded].count("full") == 2
    assert min(writer.done.values()) > 0
    for reader in readers:
        assert reader.wrong == []
        assert reader.versions == sorted(reader.versions)
        assert len(reader.counts) > 3
    seen = [count for _, count in sorted((readers[0].counts | readers[1].counts).items())]
    in_order = [each for counts in seen for each in counts]
    assert in_order == sorted(in_order)
    there, truth = in_the_snapshot(settings), in_the_database(engine)
    lingering = there.keys() - truth.keys()
    assert lingering <= writer.deleted
    assert {key: row for key, row in there.items() if key not in lingering} == truth
    refresh(settings, full=True)
    assert in_the_snapshot(settings) == truth
    print(  # noqa: T201 - for whoever runs it for two minutes
        f"\n{SECONDS:.0f} s: {writer.done}, {len(reports)} refreshes, {sum(each.reads for each in readers)} reads "
        f"of {len(seen)} versions, {len(lingering)} deleted rows until the full load, {len(truth)} complaints"
    )
