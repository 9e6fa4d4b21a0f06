"""
Events from the shell: entered, listed, and refused with a way out.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.access import OPERATOR
from dashboard.cli import _enter_events, app
from dashboard.errors import DashboardError
from dashboard.keeping import Annotations, Concerns
from dashboard.settings import read_settings
from tests.insurer import write_settings

TITLE = "Wording [sent] to customers"


def run(file: Path, *words: str) -> str:
    """
    What a command prints; its problems are raised.
    """
    done = CliRunner(env={"COLUMNS": "40"}).invoke(app, [*words, "--settings", str(file)])
    if done.exception:
        raise done.exception
    return done.stdout


@pytest.fixture
def file(tmp_path) -> Path:
    """
    Settings of a dashboard that has loaded nothing yet.
    """
    return write_settings(tmp_path, f"sqlite:///{tmp_path / 'none.db'}")


def test_an_event_is_entered_and_listed(file):
    """
    On one line however narrow the terminal; brackets are brackets. It lies where the settings say.
    """
    entered = run(file, "annotate", TITLE, "--on", "2026-03-12", "--cause", "terms_unclear", "--branch", "B01")
    run(file, "annotate", "Earlier", "--on", "2026-03-11", "--note", "a\nb", "--kpi", "complaints_open")
    lines = run(file, "annotations").splitlines()
    kept = Annotations(read_settings(file).app).all(OPERATOR)

    assert entered.splitlines() == [lines[1]]
    assert f"2026-03-12  {TITLE} · cause terms_unclear · branch B01 · entered " in lines[1]
    assert "kpi complaints_open" in lines[0]
    assert [each.concerns for each in kept] == [
        Concerns(kpi="complaints_open"),
        Concerns(cause="terms_unclear", branch_id="B01"),
    ]
    assert {each.created_by for each in kept} == {"operator"}


def test_withdrawn_events_are_listed_when_asked_for(file):
    """
    With who withdrew them.
    """
    run(file, "annotate", TITLE, "--on", "2026-03-12")
    notes = Annotations(read_settings(file).app)
    notes.withdraw(OPERATOR, notes.all(OPERATOR)[0].annotation_id)

    assert run(file, "annotations") == ""
    assert "withdrawn" in run(file, "annotations", "--withdrawn")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((TITLE, "--on", "12 March"), "is no day; write it like 2026-06-30"),
        (("  ", "--on", "2026-03-12"), "title: it is blank"),
        (("x" * 81, "--on", "2026-03-12"), "write at most 80"),
        ((TITLE, "--on", "2026-03-12", "--kpi", "complaints_opened"), 'did you mean "complaints_open"?'),
    ],
)
def test_what_cannot_be_meant_is_answered_with_a_way_out(file, words, told):
    """
    And nothing is kept.
    """
    with pytest.raises(DashboardError) as caught:
        run(file, "annotate", *words)

    assert told in str(caught.value)
    assert run(file, "annotations") == ""


@pytest.mark.parametrize(
    ("option", "value"), [("--branch", "B99"), ("--cause", "terms_unclar"), ("--product-line", "motors")]
)
def test_a_value_nobody_has_is_a_slip(insurer, tmp_path, option, value):
    """
    Once facts are loaded, what an event concerns must occur in them.
    """
    with pytest.raises(DashboardError, match=f'{option}: no row of complaints has "{value}"'):
        run(insurer.file, "annotate", TITLE, "--on", "2026-03-12", option, value)


def test_the_demos_events_are_not_entered_for_another_company(file, tmp_path, monkeypatch):
    """
    `dashboard demo` beside real settings makes the demo, and leaves the real dashboard's events alone.
    """
    monkeypatch.setenv("DASHBOARD_SETTINGS", str(file))
    day = date(2026, 6, 30)
    _enter_events(f"sqlite:///{tmp_path / 'demo.db'}", day)
    notes = Annotations(read_settings(file).app)

    assert notes.all(OPERATOR) == []
    _enter_events(f"sqlite:///{tmp_path / 'none.db'}", day)
    assert {each.created_by for each in notes.all(OPERATOR)} == {"demo"}
