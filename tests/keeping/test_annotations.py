"""
Events are kept as they were entered, withdrawn and never lost, and shown only to whom they may be shown.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from dashboard.access import OPERATOR, RIGHTS, Role, Viewer
from dashboard.errors import EntryError, NotAllowed
from dashboard.keeping import Annotations, Concerns
from dashboard.settings import AppSettings

NOW = datetime(2026, 7, 1, 9, 30, 15, 250_000, UTC)
DAY = date(2026, 3, 12)
OFFICER = Viewer("Wang Li", Role.COMPLIANCE)
ENGINES = ("sqlite", "postgres", "mariadb")


def kept_in(url: str, now: datetime = NOW) -> Annotations:
    return Annotations(AppSettings(database=SecretStr(url)), now=lambda: now)


def in_file(folder: Path) -> Annotations:
    return kept_in(f"sqlite:///{folder / 'var' / 'app.db'}")


@pytest.fixture(params=ENGINES)
def url(request, tmp_path) -> str:
    """
    An empty database of its own, in every kind of database we promise.
    """
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'app.db'}"
    server = request.getfixturevalue(f"{request.param}_server")
    return server.new_database("n" + format(abs(hash(request.node.nodeid)), "x"))


def test_what_is_entered_comes_back_as_it_was(url):
    """
    Every field, Chinese and a sign outside the first plane included; instants in UTC to the second.
    """
    notes = kept_in(url)
    about = Concerns("deductible_misunderstood", "health", "B01", "complaint_on_time_rate")
    made = notes.add(
        OFFICER, DAY, "  新的免赔额说明已发出 📮 ", note="To 1,204 customers.\nBy letter.", concerns=about
    )

    assert kept_in(url).all(OPERATOR) == [made]
    assert (made.on_day, made.title, made.note) == (
        DAY,
        "新的免赔额说明已发出 📮",
        "To 1,204 customers.\nBy letter.",
    )
    assert made.concerns == about
    assert (made.created_at, made.created_by) == (NOW.replace(microsecond=0), "Wang Li")
    assert (made.withdrawn_at, made.withdrawn_by) == (None, None)


def test_withdrawn_is_not_deleted(url):
    """
    It is off the charts, but the entry, who took it back and when stay; the first withdrawal counts.
    """
    notes, later = kept_in(url), kept_in(url, NOW + timedelta(hours=1))
    made, other = notes.add(OFFICER, DAY, "Sent"), notes.add(OFFICER, DAY, "Stays")
    gone = later.withdraw(OPERATOR, made.annotation_id)
    again = notes.withdraw(OFFICER, made.annotation_id)

    assert notes.all(OFFICER) == [other]
    assert notes.all(OFFICER, withdrawn=True) == [gone, other]
    assert (gone.created_by, gone.withdrawn_by) == ("Wang Li", "operator")
    assert gone.withdrawn_at == (NOW + timedelta(hours=1)).replace(microsecond=0)
    assert again == gone


def test_they_come_by_day_up_to_the_day_asked_for(tmp_path):
    """
    Oldest first, whatever the order of entry; the day asked for is in, the next isn't.
    """
    notes = in_file(tmp_path)
    for days, title in ((1, "after"), (0, "on the day"), (-1, "before")):
        notes.add(OFFICER, DAY + timedelta(days=days), title)

    assert [each.title for each in notes.all(OFFICER)] == ["before", "on the day", "after"]
    assert [each.title for each in notes.all(OFFICER, DAY)] == ["before", "on the day"]


@pytest.mark.parametrize("role", Role)
def test_only_compliance_and_administrators_enter_and_withdraw(tmp_path, role):
    """
    The right is checked where it is kept, not only on the screen.
    """
    notes = in_file(tmp_path)
    made = notes.add(OFFICER, DAY, "Sent")
    viewer = Viewer("somebody", role, frozenset({"B01"}))
    if role in {Role.COMPLIANCE, Role.ADMIN}:
        assert notes.add(viewer, DAY, "Mine").created_by == "somebody"
        assert notes.withdraw(viewer, made.annotation_id).withdrawn_by == "somebody"
        return
    with pytest.raises(NotAllowed, match=role.value):
        notes.add(viewer, DAY, "Mine")
    with pytest.raises(NotAllowed, match=role.value):
        notes.withdraw(viewer, made.annotation_id)

    assert notes.all(OFFICER, withdrawn=True) == [made]


@pytest.mark.parametrize("role", Role)
def test_a_branch_is_not_told_of_another(tmp_path, role):
    """
    Unbound roles see all unless they are bound to branches; a branch's manager the company's and their own; a team
    or an agent the company's only.
    """
    notes = in_file(tmp_path)
    for branch in (None, "B01", "B02"):
        notes.add(OFFICER, DAY, f"for {branch}", concerns=Concerns(branch_id=branch))
    # Even a team that is called like a branch isn't one.
    seen = [each.concerns.branch_id for each in notes.all(Viewer("x", role, frozenset({"B01"})))]

    bound_by = RIGHTS[role].bound_by
    assert seen == ([None, "B01"] if bound_by in (None, "branch_id") else [None])
    nowhere = [each.concerns.branch_id for each in notes.all(Viewer("x", role))]
    assert nowhere == ([None, "B01", "B02"] if bound_by is None else [None])


@pytest.mark.parametrize(
    ("title", "note", "fields"),
    [
        ("x" * 80, "y" * 500, []),
        ("x" * 81, "y" * 501, ["title", "note"]),
        ("号" * 80, None, []),
        (" ", " ", ["title"]),
        ("two\nlines", "two\nlines", ["title"]),
        ("a\ttab", "a\ttab", ["title", "note"]),
        ("turned \u202e round", None, ["title"]),
        ("line \u2028 end", None, ["title"]),
        ("<b>& 'quotes' \"all\"</b>; drop table annotation", None, []),
    ],
)
def test_only_plain_text_of_some_length_is_kept(tmp_path, title, note, fields):
    """
    80 and 500 signs are in, one more is out; blank, control and turning signs are out; each field is named.
    """
    notes = in_file(tmp_path)
    if fields:
        with pytest.raises(EntryError) as caught:
            notes.add(OFFICER, DAY, title, note=note)

        assert [problem.where for problem in caught.value.problems] == fields
        assert notes.all(OFFICER) == []
    else:
        assert notes.add(OFFICER, DAY, title, note=note).title == title


@pytest.mark.parametrize(
    ("day", "is_kept"),
    [
        (date(1989, 12, 31), False),
        (date(1990, 1, 1), True),
        (NOW.date() + timedelta(days=366), True),
        (NOW.date() + timedelta(days=367), False),
    ],
)
def test_a_day_lies_between_1990_and_a_year_ahead(tmp_path, day, is_kept):
    """
    A year of 2206 is a slip; a new wording planned for next month isn't.
    """
    notes = in_file(tmp_path)
    if is_kept:
        assert notes.add(OFFICER, day, "Sent").on_day == day
    else:
        with pytest.raises(EntryError, match="on_day"):
            notes.add(OFFICER, day, "Sent")


def test_an_event_that_is_not_there_cannot_be_withdrawn(tmp_path):
    """
    A wrong number is answered, not passed over.
    """
    with pytest.raises(EntryError, match="no event 7"):
        in_file(tmp_path).withdraw(OFFICER, 7)


@pytest.mark.parametrize(
    ("concerns", "touches"),
    [
        (Concerns(), True),
        (Concerns(kpi="complaints_open"), False),
        (Concerns(kpi="complaint_on_time_rate"), True),
        (Concerns(branch_id="B01"), True),
        (Concerns(branch_id="B02"), False),
        (Concerns(branch_id="B01", product_line="motor"), True),
        (Concerns(branch_id="B02", product_line="motor"), False),
        (Concerns(cause="terms_unclear"), True),
    ],
)
def test_an_event_touches_a_figure_unless_it_is_about_something_else(concerns, touches):
    """
    Filtered to branch B01: what is about B02 or another figure isn't drawn, what is about nothing selected is.
    """
    assert concerns.touch("complaint_on_time_rate", {"branch_id": ("B01",), "team_id": ()}) is touches
    assert concerns.touch(None, {}) is True
