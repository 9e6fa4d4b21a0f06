"""
Complaints from MariaDB, claims from PostgreSQL, all else from SQLite, in one dashboard; and one of them down.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from dashboard.facts import FACTS
from dashboard.hardening import readiness
from dashboard.intake.refresh import refresh
from dashboard.questions import Question, answer
from dashboard.reader import last_complete_day
from dashboard.settings import PROJECT, read_settings
from dashboard.snapshot import Snapshot
from tests.operational import HEADER
from tests.ui.opening import opened

QUERIES = PROJECT / "queries" / "demo"
FED = {"complaints": {"complaints"}, "claims": {"claims", "claim_touches"}}
TABLES = {
    "complaints": "create table complaint (number varchar(20), received timestamp null, changed timestamp null)",
    "claims": "create table claim (number varchar(20), reported timestamp, changed timestamp)",
}
ROWS = {
    "complaints": "insert into complaint values ('K1', '2026-06-01 10:00:00', '2026-06-01 10:00:00')",
    "claims": "insert into claim values ('C1', '2026-06-02 10:00:00', '2026-06-02 10:00:00')",
}
SELECTS = {
    "complaints": f"{HEADER}-- since: complaint.changed\n"
    "select complaint.number as complaint_id, complaint.received as received_at, complaint.changed as updated_at\n"
    "from complaint where complaint.changed >= :since",
    "claims": "-- fact: claims\n-- grain: one row per claim\n-- since: claim.changed\n"
    "select claim.number as claim_id, claim.reported as reported_at, claim.changed as updated_at\n"
    "from claim where claim.changed >= :since",
}
FIRST = datetime(2026, 7, 1, 4, tzinfo=UTC)
LATER = FIRST + timedelta(days=3)


def added(url: str, *statements: str) -> None:
    """
    Run statements in a database and commit.
    """
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(scope="module")
def down(insurer, postgres_server, mariadb_server, tmp_path_factory):
    """
    Three sources, loaded once; three days later MariaDB is away and a claim was added; loaded again.
    """
    folder = tmp_path_factory.mktemp("several")
    urls = {
        "complaints": mariadb_server.new_database("complaints_alone"),
        "claims": postgres_server.new_database("claims_alone"),
    }
    for name, url in urls.items():
        added(url, TABLES[name], ROWS[name])
        (folder / name).mkdir()
        (folder / name / f"{name}.sql").write_text(SELECTS[name], encoding="utf-8")
    for query in QUERIES.glob("*.sql"):
        if query.stem not in {*urls, "claim_touches"}:
            (folder / "policies").mkdir(exist_ok=True)
            shutil.copy(query, folder / "policies")
    urls["policies"] = f"sqlite:///{insurer.file.parent / 'demo.db'}"

    def settings():
        file = folder / "settings.toml"
        sources = [f'[sources.{name}]\nurl = "{url}"\nqueries = "{name}"\n' for name, url in urls.items()]
        file.write_text("".join(sources) + '[snapshot]\npath = "snapshot"\n', encoding="utf-8")
        return read_settings(file)

    report = refresh(settings(), now=FIRST)
    assert report.succeeded, report.problems
    added(urls["claims"], ROWS["claims"].replace("C1", "C2").replace("06-02", "07-03"))
    urls["complaints"] = str(sa.make_url(urls["complaints"]).set(port=1, password="x").render_as_string(False))
    return settings(), refresh(settings(), now=LATER)


def test_each_fact_comes_from_its_own_source(down):
    """
    One version holds what three engines fed; the fact nobody feeds is not there.
    """
    settings, _ = down
    states = Snapshot(settings.snapshot).current().facts

    assert {name: state.source for name, state in states.items()} == {
        name: name if name in ("complaints", "claims") else "policies" for name in set(FACTS) - {"claim_touches"}
    }


def test_a_refresh_says_which_is_down_and_since_when(down):
    """
    The one source by its name, once; what is shown of it, and as it was when; nothing of the others.
    """
    _, report = down
    (problem,) = report.problems
    (stuck,) = [str(each.problem) for each in report.findings if "couldn't be loaded" in each.problem.what]

    assert "source complaints" in str(problem)
    assert "can't be reached" in str(problem)
    assert "complaints: couldn't be loaded; shown as at 2026-07-01 04:00 UTC" in stuck
    assert {each.source for each in report.loaded} == {"claims", "policies"}


def test_the_others_are_refreshed(down):
    """
    The claim of three days later is there; the complaint of before is there still.
    """
    settings, _ = down
    version = Snapshot(settings.snapshot).current()

    assert sorted(version.scan("claims").collect()["claim_id"]) == ["C1", "C2"]
    assert version.scan("complaints").collect()["complaint_id"].to_list() == ["K1"]


def test_each_fact_is_judged_by_its_own_day(down):
    """
    A source that is down holds back its own figures, and no others.
    """
    settings, _ = down
    version, zone = Snapshot(settings.snapshot).current(), settings.business.timezone
    (complaints,) = answer(settings, Question(["complaints_received"]))
    (claims,) = answer(settings, Question(["claims_reported"]))

    assert (complaints["as_of"], claims["as_of"]) == ("2026-06-30", "2026-07-03")
    assert claims["value"] == 2
    assert last_complete_day(version, zone, "complaints", "claims") == last_complete_day(
        version, zone, "complaints"
    )


def test_a_balancer_keeps_the_replica_and_a_watcher_learns(down):
    """
    There is something to show, so it is ready; which fact is stale, and how old it is, stands beside.
    """
    settings, _ = down
    is_ready, told = readiness(settings.snapshot, now=LATER)
    wrong = {name: fact for name, fact in told["facts"].items() if fact["wrong"]}

    assert (is_ready, told["status"]) == (True, "stale")
    assert wrong == {"complaints": {"age_seconds": 3 * 86_400, "wrong": "the last load failed"}}


@pytest.mark.parametrize(
    ("page", "is_old"), [("complaint_deadlines", True), ("claim_cycle", False), ("overview", True)]
)
def test_its_pages_say_since_when(down, page, is_old):
    """
    Where the facts that couldn't be loaded are shown, the moment of their last good load is; nowhere else.
    """
    settings, _ = down
    said = [each.value for each in opened(settings, page).warning]
    moment = FIRST.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")

    assert [each for each in said if "stand as they were" in each] == (
        [f"Complaints stand as they were at {moment}; newer ones couldn't be loaded."] if is_old else []
    )
