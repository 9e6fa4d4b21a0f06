"""
The audit log keeps what was done, is only ever added to, and is read by those who may.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from dashboard.access import OPERATOR, RIGHTS, Role, Viewer
from dashboard.errors import NotAllowed, SourceError
from dashboard.keeping import Action, Annotations, AuditLog, Deed, Totals, Wanted, deed_of
from dashboard.keeping.tables import ANNOTATION, AUDIT_ENTRY, AUDIT_LONGEST, SCHEMA, SCHEMA_VERSION, WITHDRAWAL
from dashboard.settings import AppSettings
from tests.hostile import MARKUP

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
LEAD = Viewer("lead@example.com", Role.TEAM_LEAD, frozenset({"T02", "T01"}))
ALL = Wanted()


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def url(request, tmp_path) -> str:
    """
    An empty database of its own.
    """
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'app.db'}"
    server = request.getfixturevalue(f"{request.param}_server")
    return server.new_database("a" + format(abs(hash(request.node.nodeid)), "x"))


def log_in(url: str, now: datetime = NOON) -> AuditLog:
    return AuditLog(AppSettings(database=SecretStr(url)), now=lambda: now)


def file_of(folder) -> str:
    return f"sqlite:///{folder / 'app.db'}"


def test_what_was_done_comes_back(url):
    """
    Every field, the newest first, and in numbers.
    """
    log = log_in(url)
    deeds = [
        deed_of(LEAD, Action.PAGE, "claim-cycle", filters="branch=B01", version="7"),
        deed_of(LEAD, Action.EXPORT, "claims_waiting", row_count=40, version="7"),
        Deed("nobody@example.com", "", "", "", Action.REFUSED, "sign-in"),
    ]
    for deed in deeds:
        log.record(deed)
    found = log.entries(OPERATOR, ALL, limit=10)

    assert [entry.deed for entry in found] == deeds[::-1]
    assert {entry.at for entry in found} == {NOON}
    assert found[0].entry_id > found[1].entry_id > found[2].entry_id
    assert deeds[0].units == "T01, T02"
    assert deeds[0].scope == LEAD.scope
    assert log.totals(OPERATOR, ALL) == Totals(people=1, pages=1, cases=0, exports=1, rows=40, refusals=1)
    assert log.names(OPERATOR, ALL) == ["lead@example.com", "nobody@example.com"]
    assert log.names(OPERATOR, Wanted(since=NOON + timedelta(seconds=1))) == []


def test_entries_are_chosen_by_time_person_and_kind(url):
    """
    The first moment belongs to a span, the last doesn't; pages follow each other without a gap.
    """
    for hour in range(4):
        log_in(url, NOON + timedelta(hours=hour)).record(deed_of(LEAD, Action.PAGE, str(hour)))
    log_in(url, NOON).record(deed_of(OPERATOR, Action.CASE, "claim C1"))
    log = log_in(url)

    def whats(wanted, **part):
        return [entry.deed.what for entry in log.entries(OPERATOR, wanted, **{"limit": 9, **part})]

    assert whats(Wanted(since=NOON + timedelta(hours=1), before=NOON + timedelta(hours=3))) == ["2", "1"]
    assert whats(Wanted(who=LEAD.name)) == ["3", "2", "1", "0"]
    assert whats(Wanted(action=Action.CASE)) == ["claim C1"]
    assert whats(Wanted(who=LEAD.name), limit=2) + whats(Wanted(who=LEAD.name), limit=2, offset=2) == [*"3210"]
    assert log.count(OPERATOR, Wanted(who=LEAD.name)) == 4
    assert log.count(OPERATOR, Wanted(who="' or 1=1 --")) == 0


def test_an_empty_log_counts_nothing(url):
    """
    No entry, no sum of nothing.
    """
    assert log_in(url).totals(OPERATOR, ALL) == Totals(0, 0, 0, 0, 0, 0)
    assert log_in(url).entries(OPERATOR, ALL, limit=5) == []


@pytest.mark.parametrize("role", Role)
def test_only_compliance_and_administrators_of_the_whole_company_read_it(tmp_path, role):
    """
    Everybody else is refused by every question, and so is a compliance officer who is bound to a branch.
    """
    log = log_in(file_of(tmp_path))
    questions = (
        lambda viewer: log.entries(viewer, ALL, limit=1),
        lambda viewer: log.count(viewer, ALL),
        lambda viewer: log.totals(viewer, ALL),
        lambda viewer: log.names(viewer, ALL),
    )
    for question in questions:
        if RIGHTS[role].audits:
            question(Viewer("x", role))
        else:
            with pytest.raises(NotAllowed):
                question(Viewer("x", role))
        with pytest.raises(NotAllowed):
            question(Viewer("x", role, frozenset({"B01"})))


REPLACED = (
    "insert or replace into audit_entry select entry_id, at, 'nobody', role, scope, units, action, what, filters, "
    "version, row_count from audit_entry"
)


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        *product(["sqlite", "postgres"], ["update audit_entry set who = 'nobody'", "delete from audit_entry"]),
        ("sqlite", REPLACED),
        ("postgres", "truncate audit_entry"),
    ],
)
def test_the_table_itself_refuses_to_forget(request, tmp_path, kind, statement):
    """
    Even past the dashboard: whoever has its account can't change or delete an entry by the way.
    """
    server = None if kind == "sqlite" else request.getfixturevalue("postgres_server")
    name = "a" + format(abs(hash(request.node.nodeid)), "x")
    url = file_of(tmp_path) if server is None else server.new_database(name)
    log = log_in(url)
    log.record(deed_of(LEAD, Action.PAGE, "claim-cycle"))
    engine = sa.create_engine(url, poolclass=sa.NullPool)

    with pytest.raises(DBAPIError, match="never changed or deleted"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert [entry.deed.who for entry in log.entries(OPERATOR, ALL, limit=5)] == [LEAD.name]


@pytest.mark.parametrize(
    "text", [MARKUP, "x" * 10_000_000, "a\x00b\x1b[31m\u202ec\nd", "号" * 500, "'; drop table x; --"]
)
def test_hostile_texts_are_kept_as_texts(url, text):
    """
    Cut with a mark where they are too long, without signs that steer a screen, and nothing of them acts.
    """
    log = log_in(url)
    log.record(Deed(text, text, text, text, Action.REFUSED, text, filters=text, version=text))
    deed = log.entries(OPERATOR, ALL, limit=1)[0].deed

    for name, longest in AUDIT_LONGEST.items():
        kept = str(getattr(deed, name))
        assert len(kept) <= longest
        if name != "action":
            assert kept == text or kept.endswith("…") or "\N{REPLACEMENT CHARACTER}" in kept
            assert not {"\x00", "\x1b", "\u202e", "\n"} & set(kept)


def test_many_write_at_once(url):
    """
    No entry is lost, none is kept twice.
    """
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: log_in(url).record(deed_of(LEAD, Action.PAGE, str(number))), range(24)))
    found = log_in(url).entries(OPERATOR, ALL, limit=99)

    assert sorted(int(entry.deed.what) for entry in found) == list(range(24))


def test_a_database_of_the_version_before_gets_the_log_and_loses_nothing(url):
    """
    As the first version left it, with an event in it: the event stays, the log is there, the version is new.
    """
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for table in (SCHEMA, ANNOTATION, WITHDRAWAL):
            table.create(connection)
        connection.execute(sa.insert(SCHEMA), {"schema_version": 1, "applied_at": NOON})
        connection.execute(
            sa.insert(ANNOTATION),
            {"on_day": NOON.date(), "title": "Sent", "created_at": NOON, "created_by": "x"},
        )
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: log_in(url).record(deed_of(LEAD, Action.PAGE, str(number))), range(4)))

    assert log_in(url).count(OPERATOR, ALL) == 4
    assert [each.title for each in Annotations(AppSettings(database=SecretStr(url))).all(OPERATOR)] == ["Sent"]
    with engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.max(SCHEMA.c.schema_version))) == SCHEMA_VERSION


def test_a_log_that_cannot_be_written_says_so(tmp_path):
    """
    Whoever has to enter something before it is shown learns that it wasn't.
    """
    log = log_in(file_of(tmp_path))
    log.record(deed_of(LEAD, Action.PAGE, "first"))
    with closing(sqlite3.connect(tmp_path / "app.db")) as broken:
        broken.execute("drop table audit_entry")

    with pytest.raises(SourceError, match="no such table"):
        log.record(replace(deed_of(LEAD, Action.PAGE, "second")))


def test_every_text_of_the_table_has_a_place_in_a_deed():
    """
    A column that is added is written, or this says so.
    """
    assert {*AUDIT_LONGEST, "row_count"} == set(Deed.__slots__)
    assert {*AUDIT_LONGEST, "row_count", "entry_id", "at"} == set(AUDIT_ENTRY.c.keys())
