"""
What changed between two states of the books: every kind, and the complaint beside it that shouldn't be listed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.facts import FACTS
from dashboard.intake.rows import check_rows
from dashboard.metrics.changes import KINDS, SHOWN, changes
from dashboard.metrics.complaints import judged
from dashboard.reader import Reader
from dashboard.settings import SnapshotSettings
from dashboard.snapshot import FactState, Snapshot
from tests.metrics.asking import terms
from tests.rows import SHANGHAI, local, rows_of_fact

YESTERDAY, TODAY = date(2024, 6, 29), date(2024, 6, 30)
DAY = timedelta(days=1)
RECEIVED = {"received_at": local("2024-06-20"), "grade": "simple", "initial_grade": "simple"}


def listed(before, after, rule="CN-2020-3"):
    """
    (kind, column, was, now) of one complaint known to both states or to one; null where it wasn't there.
    """
    states = [
        judged(rows_of_fact("complaints", [] if row is None else [{"complaint_id": "c", **row}]), terms(day, rule))
        for row, day in ((before, YESTERDAY), (after, TODAY))
    ]
    return changes(*states).select("kind", "column", "was", "now").rows()


def kinds(before, after, **how):
    return [row[0] for row in listed(before, after, **how)]


def test_nothing_changed():
    """
    Another handler, a cause found and a moment of change are no news.
    """
    later = RECEIVED | {"handler_id": "s", "cause": "terms_unclear", "updated_at": local("2024-06-30")}

    assert [] == kinds(RECEIVED, RECEIVED)
    assert [] == kinds(RECEIVED, later)
    assert [] == kinds(None, None)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (RECEIVED, ["newly_received"]),
        (RECEIVED | {"decided_at": local("2024-06-21")}, ["newly_received", "answered"]),
        (RECEIVED | {"withdrawn_at": local("2024-06-21")}, ["newly_received", "withdrawn"]),
        (RECEIVED | {"reopened_of_id": "b"}, ["newly_received", "reopened"]),
        (RECEIVED | {"received_at": local("2024-05-10")}, ["newly_overdue", "newly_received"]),
        (RECEIVED | {"merged_into_id": "b"}, []),
        (RECEIVED | {"received_at": local("2024-07-01")}, []),
    ],
    ids=["open", "answered", "withdrawn", "reopened", "overdue", "merged", "of tomorrow"],
)
def test_a_complaint_that_was_not_there(after, expected):
    """
    Whatever else it is, it is new, unless it was set aside at once.
    """
    assert expected == kinds(None, after)


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ({"decided_at": local("2024-06-30 23:59:59")}, ["answered"]),
        ({"decided_at": local("2024-07-01 00:00")}, []),
        ({"withdrawn_at": local("2024-06-30")}, ["withdrawn"]),
        ({"decided_at": local("2024-06-30"), "withdrawn_at": local("2024-06-30 13:00")}, ["answered"]),
        ({"closed_at": local("2024-06-30"), "outcome": "invalid"}, ["set_aside"]),
        ({"merged_into_id": "b"}, ["set_aside"]),
    ],
    ids=["answered", "tomorrow", "withdrawn", "answered first", "invalid", "merged"],
)
def test_an_open_complaint_that_ended(stop, expected):
    """
    In one of four ways; what ends tomorrow hasn't.
    """
    assert expected == kinds(RECEIVED, RECEIVED | stop)


def test_what_was_answered_stays_answered_without_a_word():
    """
    Closing it later is no news.
    """
    answered = RECEIVED | {"decided_at": local("2024-06-21")}

    assert [] == kinds(answered, answered | {"closed_at": local("2024-06-30")})
    assert ["withdrawn"] == [
        kind
        for kind in kinds(answered, RECEIVED | {"withdrawn_at": local("2024-06-21")})
        if kind != "record_corrected"
    ]


@pytest.mark.parametrize(("days", "expected"), [(29, []), (30, ["newly_overdue"]), (31, [])])
def test_newly_overdue_is_what_fell_due_since(days, expected):
    """
    Not yet due, due today, and overdue yesterday already, by a limit of 30 natural days.
    """
    row = {"received_at": local(str(TODAY - days * DAY))}

    assert expected == kinds(row, row, rule="guide-30")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(None, "b", ["reopened"]), ("b", "b", []), ("b", None, []), ("b", "d", [])],
)
def test_reopened_is_a_complaint_that_now_names_an_earlier_one(before, after, expected):
    """
    Once it names one, it isn't news any more.
    """
    assert expected == kinds(RECEIVED | {"reopened_of_id": before}, RECEIVED | {"reopened_of_id": after})


@pytest.mark.parametrize(
    "was",
    [
        {"decided_at": local("2024-06-21")},
        {"withdrawn_at": local("2024-06-21")},
        {"merged_into_id": "b"},
        {"outcome": "invalid"},
    ],
)
def test_open_again(was):
    """
    After an answer that was taken back, or after it turned out to be a complaint after all.
    """
    assert "open_again" in kinds(RECEIVED | was, RECEIVED)
    assert "open_again" not in kinds(RECEIVED | was, RECEIVED | was)


def test_regraded_says_from_what_to_what():
    """
    The due day moves with it; a first grade counts too; the same grade doesn't.
    """
    complex_now = RECEIVED | {"grade": "complex", "regraded_at": local("2024-06-30")}

    assert [
        ("regraded", "grade", "simple", "complex"),
        ("due_moved", "due_on", "2024-07-05", "2024-07-22"),
    ] == listed(RECEIVED, complex_now)
    assert [("regraded", "grade", None, "simple")] == listed(
        RECEIVED | {"grade": None, "initial_grade": None}, RECEIVED | {"initial_grade": None}
    )
    assert [("regraded", "grade", "simple", None)] == listed(RECEIVED, RECEIVED | {"grade": None})


EXTENDED = {
    "received_at": local("2024-06-03"),
    "grade": "complex",
    "extension_days": 10,
    "extension_approver": "head_office",
    "extension_approved_at": local("2024-06-30"),
    "extension_told_at": local("2024-06-30 13:00"),
}
NOT_YET = {"received_at": EXTENDED["received_at"], "grade": "complex"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, [("extended", "due_on", "2024-07-03", "2024-07-15")]),
        ({"extension_approver": "branch"}, []),
        ({"extension_told_at": None}, []),
        ({"extension_told_at": local("2024-07-01")}, []),
    ],
    ids=["valid", "by the branch", "not told", "told tomorrow"],
)
def test_extended_is_only_what_counts(change, expected):
    """
    13 July 2024 is a Saturday, so the extended due day is Monday. An extension that is void moves nothing.
    """
    assert expected == listed(NOT_YET, EXTENDED | change)


def test_extended_before_is_no_news_and_a_longer_extension_is():
    """
    Ten days were granted yesterday; today they are twenty.
    """
    early = EXTENDED | {"extension_approved_at": local("2024-06-28"), "extension_told_at": local("2024-06-28")}

    assert [] == listed(early, early)
    assert [("extended", "due_on", "2024-07-15", "2024-07-23")] == listed(early, early | {"extension_days": 20})
    assert ["due_moved"] == kinds(early | {"extension_days": 20}, early)


def test_a_pause_that_was_told_moves_the_due_day():
    """
    And nothing else changes.
    """
    paused = RECEIVED | {"paused_days": 7, "pause_told": True}

    assert [("due_moved", "due_on", "2024-07-05", "2024-07-12")] == listed(RECEIVED, paused)
    assert [] == listed(RECEIVED, paused | {"pause_told": False})


def test_a_corrected_record_says_what_stood_there():
    """
    One line per column; a value that was missing and came isn't a correction.
    """
    noted = RECEIVED | {"channel": "app", "acknowledged_at": local("2024-06-21")}
    corrected = noted | {"received_at": local("2024-06-19"), "channel": None}

    assert [
        ("due_moved", "due_on", "2024-07-05", "2024-07-04"),
        ("record_corrected", "channel", "app", None),
        ("record_corrected", "received_at", "2024-06-20T04:00:00Z", "2024-06-19T04:00:00Z"),
    ] == listed(noted, corrected)
    assert [] == listed(RECEIVED, noted)


def test_vanished_is_what_counted_and_is_gone():
    """
    What was set aside may go without a word.
    """
    assert ["vanished"] == kinds(RECEIVED, None)
    assert ["vanished"] == kinds(RECEIVED | {"decided_at": local("2024-06-21")}, None)
    assert [] == kinds(RECEIVED | {"outcome": "invalid"}, None)


def test_a_line_shows_the_complaint_as_it_is_now_or_as_it_last_was():
    """
    Its group, its days and its weight; lines come by kind, then by complaint.
    """
    before = [
        RECEIVED | {"complaint_id": "gone", "branch_id": "B01", "cases": 3},
        RECEIVED | {"complaint_id": "b", "branch_id": "B01"},
        RECEIVED | {"complaint_id": "a"},
    ]
    after = [
        RECEIVED
        | {"complaint_id": "b", "branch_id": "B02", "grade": "complex", "regraded_at": local("2024-06-30")},
        RECEIVED | {"complaint_id": "a", "decided_at": local("2024-06-30")},
    ]
    found = changes(
        judged(rows_of_fact("complaints", before), terms(YESTERDAY)),
        judged(rows_of_fact("complaints", after), terms(TODAY)),
    )

    assert [("regraded", "b"), ("due_moved", "b"), ("answered", "a"), ("vanished", "gone")] == (
        found.select("kind", "complaint_id").rows()
    )
    assert set(found["kind"]) <= set(KINDS)
    assert ("complex", None, "B02", None, date(2024, 6, 20), date(2024, 7, 22), True, 1) == (
        found.select(SHOWN).row(0)
    )
    gone = found.row(3, named=True)
    assert ("B01", 3, True) == (gone["branch_id"], gone["cases"], gone["is_open"])
    assert [False] == found.filter(kind="answered")["is_open"].to_list()


def test_what_is_open_today_is_what_was_open_and_what_came_less_what_went(insurer):
    """
    Over the whole insurer, between days a month apart, the changes account for every open complaint.
    """
    rows = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR).rows("complaints")
    last = insurer.settings.business.as_of
    days = [last - 30 * DAY, last]
    before, after = (judged(rows, terms(day)).collect() for day in days)
    found = changes(before.lazy(), after.lazy())

    def ids(frame, *wanted):
        return set(frame.filter(pl.col("kind").is_in(wanted))["complaint_id"])

    was_open, is_open = (set(frame.filter("is_open")["complaint_id"]) for frame in (before, after))
    came = ids(found, "newly_received", "open_again")
    went = ids(found, "answered", "withdrawn", "set_aside", "vanished")
    assert is_open == (was_open | came) - went
    assert came
    assert went
    overdue = set(after.filter("is_overdue")["complaint_id"]) - set(before.filter("is_overdue")["complaint_id"])
    assert overdue == ids(found, "newly_overdue")


def test_two_versions_of_a_snapshot_are_compared_as_each_viewer_sees_them(tmp_path):
    """
    Real Delta tables: yesterday's version is opened by the moment it was current, and its rows are unchanged.
    """
    snapshot, fact = Snapshot(SnapshotSettings(path=str(tmp_path))), FACTS["complaints"]

    def publish(*rows):
        names = sorted({name for row in rows for name in row})
        raw = pl.DataFrame({name: [row.get(name) for row in rows] for name in names}, strict=False)
        checked = check_rows(raw, fact, SHANGHAI, now=datetime(2024, 7, 1, tzinfo=UTC))
        version = snapshot.replace(fact, lambda: iter([checked]), "complaints.sql")
        snapshot.publish({fact.name: FactState(fact.name, version, columns=tuple(names))})

    first = {"complaint_id": "1", "received_at": "2024-06-20 12:00:00", "grade": "simple", "branch_id": "B01"}
    second = first | {"complaint_id": "2", "branch_id": "B02"}
    publish(first, second)
    publish(first | {"decided_at": "2024-06-30 12:00:00"}, second | {"grade": "complex"})
    (_, at_newer), (older, _) = snapshot.versions()
    yesterday = snapshot.version_before(at_newer)

    def seen_by(viewer):
        states = [
            judged(Reader(version, viewer).rows(fact.name), terms(day))
            for version, day in ((yesterday, YESTERDAY), (snapshot.current(), TODAY))
        ]
        return changes(*states).select("complaint_id", "kind").rows()

    assert older == yesterday.id
    assert [("2", "regraded"), ("2", "due_moved"), ("1", "answered")] == seen_by(OPERATOR)
    assert [("1", "answered")] == seen_by(Viewer("x", Role.BRANCH_MANAGER, frozenset({"B01"})))
