"""
What is entered into the audit log, by whom, and who reads it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.charts.theme import LIGHT
from dashboard.deadlines import rules_in_force
from dashboard.errors import SourceError
from dashboard.keeping import Action, AuditLog, Deed, Wanted, deed_of
from dashboard.reader import Reader
from dashboard.settings import AppSettings
from dashboard.snapshot import Snapshot
from dashboard.ui.audit_log import PAGE_SIZE
from dashboard.ui.auditing import note
from dashboard.ui.context import Context
from dashboard.words import Words
from tests.hostile import MARKUP
from tests.insurer import AS_OF
from tests.ui.opening import opened, texts
from tests.ui.test_hostile import RAW, read_as_markdown

LEAD = Viewer("lead.t02@example.com", Role.TEAM_LEAD, frozenset({"T02"}))


@pytest.fixture
def settings(insurer, tmp_path):
    """
    The insurer's settings with a database of the dashboard's own that nobody else uses.
    """
    app = AppSettings(database=f"sqlite:///{tmp_path / 'app.db'}")
    return insurer.settings.model_copy(update={"app": app})


def entries(settings, **wanted) -> list[Deed]:
    return [each.deed for each in AuditLog(settings.app).entries(OPERATOR, Wanted(**wanted), limit=999)]


def numbers(test) -> dict[str, str]:
    return {each.label: each.value for each in test.metric}


def a_case(settings) -> str:
    rows = Reader(Snapshot(settings.snapshot).current(), LEAD).rows("complaints").collect()
    return str(rows["complaint_id"][0])


def break_log(settings) -> None:
    file = settings.app.database.get_secret_value().removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as broken:
        broken.execute("drop table if exists audit_entry")


def test_a_case_is_entered_before_it_is_shown(settings):
    """
    Who, in which scope, which case: also of one that isn't theirs, which they are then told isn't there.
    """
    own = a_case(settings)
    opened(settings, "complaint_deadlines", viewer=LEAD, case=own)
    opened(settings, "complaint_deadlines", viewer=LEAD, case="C-of-somebody-else")

    found = entries(settings, action=Action.CASE)
    assert [deed.what for deed in found] == ["Complaint C-of-somebody-else", f"Complaint {own}"]
    assert {(deed.who, deed.role, deed.scope, deed.units) for deed in found} == {
        (LEAD.name, "team_lead", LEAD.scope, "T02")
    }


def test_a_case_that_cannot_be_entered_is_not_shown(settings):
    """
    The page stands, the dialog doesn't open, and the reason is said.
    """
    entries(settings)
    break_log(settings)
    test = opened(settings, "complaint_deadlines", viewer=LEAD, case=a_case(settings))

    assert [each.value for each in test.error if "the log can't be" in each.value]
    assert "Why it is due" not in texts(test)


def test_a_file_is_entered_with_its_rows(settings):
    """
    What isn't entered isn't given: an entry first, or an error.
    """
    version = Snapshot(settings.snapshot).current()
    ctx = Context(
        settings, Words("en"), LIGHT, LEAD, Reader(version, LEAD), AS_OF, rules_in_force(settings), lambda *_: None
    )
    note(ctx, Action.EXPORT, "claims_waiting", row_count=12, filters="branch=B01")

    assert entries(settings) == [
        deed_of(
            LEAD,
            Action.EXPORT,
            "claims_waiting",
            row_count=12,
            filters="branch=B01",
            version=ctx.reader.version_id,
        )
    ]
    break_log(settings)
    with pytest.raises(SourceError):
        note(ctx, Action.EXPORT, "claims_waiting", row_count=12)


def test_the_page_counts_and_lists_the_log(settings):
    """
    In numbers, then entry by entry in words, the newest first; a hundred at a time.
    """
    log = AuditLog(settings.app)
    for number in range(PAGE_SIZE + 5):
        log.record(deed_of(LEAD, Action.PAGE, f"page {number}"))
    log.record(deed_of(LEAD, Action.EXPORT, "claims_waiting", row_count=1234))
    log.record(Deed("nobody@example.com", "", "", "", Action.REFUSED, "sign-in"))
    st.cache_resource.clear()
    test = opened(settings, "audit")
    shown = test.dataframe[0].value

    assert numbers(test) == {
        "People let in": "1",
        "Pages opened": str(PAGE_SIZE + 5),
        "Cases opened": "0",
        "Files taken along": "1",
        "Rows in files": "1,234",
        "Times refused": "1",
    }
    assert len(shown) == PAGE_SIZE
    assert shown["action"].to_list()[:3] == ["Was refused", "Took a file along", "Opened a page"]
    assert shown["role"].to_list()[:2] == ["", "Team lead"]
    assert f"Entries 1 to {PAGE_SIZE} of {PAGE_SIZE + 7}" in texts(test)


def test_the_page_can_be_narrowed_to_a_person_and_a_deed(settings):
    """
    The numbers follow the selection; a name that isn't in the log selects everybody.
    """
    log = AuditLog(settings.app)
    log.record(deed_of(LEAD, Action.PAGE, "claim-cycle"))
    log.record(deed_of(OPERATOR, Action.CASE, "Claim C1"))
    st.cache_resource.clear()

    assert numbers(opened(settings, "audit", audit_who=LEAD.name))["Cases opened"] == "0"
    assert numbers(opened(settings, "audit", audit_action="case"))["Pages opened"] == "0"
    assert numbers(opened(settings, "audit", audit_who="' or 1=1"))["People let in"] == "2"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_hostile_names_are_shown_as_text(settings, language):
    """
    Whoever signs in with markup for a name, or asks for a case by it, does nothing to whoever reads the log.
    """
    AuditLog(settings.app).record(replace(deed_of(LEAD, Action.CASE, MARKUP), who=MARKUP))
    st.cache_resource.clear()
    test = opened(settings, "audit", language=language)

    assert not test.error
    assert len(test.dataframe[0].value) == 1
    for body in read_as_markdown(test):
        assert [raw for raw in RAW if raw in body] == [], body[:200]


def test_an_empty_log_says_so(settings):
    """
    No table of nothing.
    """
    st.cache_resource.clear()
    test = opened(settings, "audit")

    assert not test.dataframe
    assert "No entry matches this selection." in texts(test)


def test_every_download_goes_through_the_one_that_is_entered():
    """
    Nobody draws a download button of their own, past the audit log and the check of the role.
    """
    folder = Path(__file__).parents[2]
    drawn = {
        file.name
        for place in ("dashboard", "pages")
        for file in (folder / place).rglob("*.py")
        if "download_button(" in file.read_text(encoding="utf-8")
    }

    assert drawn == {"export.py"}
