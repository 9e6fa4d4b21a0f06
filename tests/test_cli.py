"""
What an operator types, and what they are told when it can't be meant.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import date

import pytest
from typer.testing import CliRunner

from dashboard.access import OPERATOR
from dashboard.cli import app
from dashboard.demo import Books, edition_now
from dashboard.errors import DashboardError
from dashboard.metrics import KPIS
from dashboard.questions import GROUPS
from dashboard.settings import PROJECT
from tests.insurer import insure, write_settings

FIELDS = {
    *("id", "value", "numerator", "denominator", "exposure", "cases", "unit", "target", "status"),
    *("provisional", "not_recorded", "as_of", "snapshot"),
}


def run(*words: str) -> str:
    """
    What a command prints; its problems are raised.
    """
    done = CliRunner().invoke(app, list(words))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def kpis(insurer, *options: str) -> list[dict]:
    return json.loads(run("kpis", "--settings", str(insurer.file), "--format", "json", *options))


def test_without_options_every_kpi_is_said_once(insurer):
    """
    A record per KPI an operator may see, in the registry's order, with every field promised.
    """
    records = kpis(insurer)

    theirs = [name for name, each in KPIS.items() if each.fact not in OPERATOR.rights.without]
    assert [record["id"] for record in records] == theirs
    assert all(set(record) == FIELDS for record in records)
    assert {record["as_of"] for record in records} == {insurer.books.as_of}


@pytest.mark.parametrize("by", GROUPS)
def test_every_split_carries_its_group(insurer, by):
    """
    Each way to split adds a key of that name.
    """
    records = kpis(insurer, "--by", by)

    assert records
    assert all(set(record) == FIELDS | {by} for record in records)


def test_two_splits_at_once(insurer):
    """
    By branch and month: the groups' cases sum to the whole.
    """
    asked = ("--kpi", "complaint_on_time_rate")
    split = kpis(insurer, *asked, "--by", "branch", "--by", "month")

    assert sum(record["denominator"] for record in split) == kpis(insurer, *asked)[0]["denominator"]


def test_the_period_is_half_open(insurer):
    """
    Two months asked together are the two asked apart; the day named by --to isn't in it.
    """
    asked = ("--kpi", "complaints_received")
    april = kpis(insurer, *asked, "--from", "2026-04-01", "--to", "2026-05-01")[0]["value"]
    may = kpis(insurer, *asked, "--from", "2026-05-01", "--to", "2026-06-01")[0]["value"]
    both = kpis(insurer, *asked, "--from", "2026-04-01", "--to", "2026-06-01")[0]["value"]

    assert april + may == both
    assert april
    assert may


def test_filters_narrow(insurer):
    """
    The branches of a filter, one by one, are the filter's sum; two options for one column mean either.
    """
    asked = ("--kpi", "complaints_received")
    one, two = (kpis(insurer, *asked, "--branch", name)[0]["value"] for name in ("B01", "B02"))

    assert kpis(insurer, *asked, "--branch", "B01", "--branch", "B02")[0]["value"] == one + two


def test_csv_has_a_heading_and_the_same_figures(insurer):
    """
    A spreadsheet reads what JSON says.
    """
    said = run("kpis", "--settings", str(insurer.file), "--format", "csv", "--by", "channel")
    rows = list(csv.DictReader(io.StringIO(said)))

    assert [row["value"] for row in rows] == [
        "" if record["value"] is None else str(record["value"]) for record in kpis(insurer, "--by", "channel")
    ]


def test_a_table_for_people(insurer):
    """
    The default is a table that names the day and the version.
    """
    said = run("kpis", "--settings", str(insurer.file))

    assert f"as of {insurer.books.as_of}" in said


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--kpi", "complaint_on_time"), 'did you mean "complaint_on_time_rate"?'),
        (("--by", "chanel"), 'did you mean "channel"?'),
        (("--branch", "B99"), 'no row of complaints has "B99"'),
        (("--from", "1st of May"), "is no day; write it like 2026-06-30"),
        (("--from", "2026-05-02", "--to", "2026-05-02"), "is not after"),
        (("--format", "xml"), "write table, json or csv"),
    ],
)
def test_what_cannot_be_meant_is_answered_with_a_way_out(insurer, options, told):
    """
    No empty answer, no stack trace: where, what, what to do.
    """
    with pytest.raises(DashboardError) as caught:
        run("kpis", "--settings", str(insurer.file), *options)

    assert told in str(caught.value)


def test_a_problem_ends_with_exit_code_1_and_no_stack_trace(tmp_path):
    """
    As the shell sees it.
    """
    command = [sys.executable, "-m", "dashboard.cli", "kpis", "--settings", str(tmp_path / "none.toml")]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)

    assert done.returncode == 1
    assert "there is no such file" in done.stderr
    assert "Traceback" not in done.stderr


def test_before_the_first_refresh_the_way_is_shown(tmp_path):
    """
    No snapshot yet: which command makes one.
    """
    file = write_settings(tmp_path, "sqlite:///nowhere.db")

    with pytest.raises(DashboardError, match="dashboard refresh"):
        run("kpis", "--settings", str(file))


def test_check_names_each_problem_and_fails(tmp_path):
    """
    A misspelt column: the file, the line and the nearest name.
    """
    queries = tmp_path / "queries"
    queries.mkdir()
    source = (PROJECT / "queries" / "texas" / "complaints.sql").read_text(encoding="utf-8")
    (queries / "complaints.sql").write_text(source.replace("as received_at", "as recieved_at"), encoding="utf-8")
    file = write_settings(tmp_path, f"sqlite:///{tmp_path / 'none.db'}")
    file.write_text(file.read_text().replace(str(PROJECT / "queries" / "demo"), str(queries)))
    done = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["check", "--settings", str(file)])

    assert done.exit_code == 1
    assert "complaints.sql:" in done.stdout
    assert 'did you mean "received_at"' in done.stdout


def test_check_is_content_with_the_demo(insurer):
    """
    The reference queries have nothing to mend; what is dirty in the demo's rows is said.
    """
    done = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["check", "--settings", str(insurer.file)])

    assert done.exit_code == 0, done.stdout


@pytest.mark.parametrize("span", ["60", "s", "0s", "1d", "-5m", "5 m"])
def test_a_span_is_a_number_and_a_unit(insurer, span):
    """
    --every takes 60s, 5m or 1h and nothing else.
    """
    with pytest.raises(DashboardError, match="write it like 60s, 5m or 1h"):
        run("refresh", "--settings", str(insurer.file), "--every", span)


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.5", "::", "example.com"])
def test_others_are_not_let_in_without_sign_in(insurer, address):
    """
    Listening on an address that others reach has to be asked for in so many words.
    """
    with pytest.raises(DashboardError, match="nobody has to sign in"):
        run("serve", "--settings", str(insurer.file), "--address", address)


def test_the_demo_is_made_where_asked(tmp_path):
    """
    A small insurer in a file of one's own, with its books beside it.
    """
    file = tmp_path / "small.db"
    run("demo", "--url", f"sqlite:///{file}", "--scale", "0.01", "--as-of", "2026-06-30")

    assert file.is_file()
    assert Books.read(file.with_name("small.db.books.json")).edition == edition_now()


def test_a_refresh_shows_new_rows_and_keeps_old_versions_answers(tmp_path):
    """
    What was answered as of a day is answered the same after a later refresh.
    """
    insurer = insure(tmp_path, scale=0.01)
    day = date(2026, 3, 31).isoformat()
    before = kpis(insurer, "--as-of", day)
    run("refresh", "--settings", str(insurer.file), "--full")
    after = kpis(insurer, "--as-of", day)

    assert [{**record, "snapshot": ""} for record in before] == [{**record, "snapshot": ""} for record in after]


def test_a_target_for_a_figure_to_come_is_no_mistake(insurer, tmp_path):
    """
    One settings file serves a dashboard that doesn't show every figure yet.
    """
    file = tmp_path / "settings.toml"
    file.write_text(insurer.file.read_text() + "[targets]\nauto_adjudication_rate = 0.8\n")

    assert json.loads(run("kpis", "--settings", str(file), "--format", "json"))


def test_settings_that_name_what_is_not_are_all_told(tmp_path):
    """
    An unknown rule and a target for no KPI: both at once, each with the nearest name.
    """
    more = '[rules]\ncomplaints = "CN-2020"\n[targets]\ncomplaint_on_time = 0.9\n'
    file = write_settings(tmp_path, "sqlite:///x.db", more=more)

    with pytest.raises(DashboardError) as caught:
        run("kpis", "--settings", str(file))

    assert 'did you mean "CN-2020-3"?' in str(caught.value)
    assert 'targets.complaint_on_time: is no KPI; did you mean "complaint_on_time_rate"?' in str(caught.value)
