"""
`dashboard explain complaint ID`: the case, the reckoning, and what is said when there is no such case.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from typer.testing import CliRunner

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.cli import app
from dashboard.deadlines import rules_in_force, with_deadlines
from dashboard.deadlines.sentences import sentences
from dashboard.errors import DashboardError, SettingsError
from dashboard.explaining import explained
from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from dashboard.words import Words
from tests.insurer import AS_OF, Insurer

ENGLISH = Words("en")


def rows(insurer: Insurer) -> pl.DataFrame:
    """
    What the clock says about every complaint at the end of the insurer's day.
    """
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)
    known = known_on(reader.rows("complaints"), FACTS["complaints"], AS_OF, insurer.settings.business.timezone)
    rules = rules_in_force(insurer.settings)
    return with_deadlines(
        known, regime=rules.complaints, zone=insurer.settings.business.timezone, calendar=rules.calendar
    ).collect()


def run(insurer: Insurer, *words: str) -> list[str]:
    done = CliRunner().invoke(app, ["explain", *words, "--settings", str(insurer.file)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout.splitlines()


def problem(insurer: Insurer, *words: str) -> str:
    with pytest.raises(DashboardError) as raised:
        run(insurer, *words)
    return str(raised.value)


def test_the_due_day_told_is_the_clocks(insurer):
    """
    For open, late, extended and re-graded complaints of the insurer alike.
    """
    judged = rows(insurer)
    picked = pl.concat(
        judged.filter(chosen).head(5)
        for chosen in (
            pl.col("stop_at").is_null(),
            pl.col("extension_void"),
            pl.col("regraded_at").is_not_null(),
            pl.col("stopped_on") > pl.col("due_on"),
            pl.col("stop_kind") == "withdrawn",
        )
    )
    assert picked.height > 15
    for row in picked.iter_rows(named=True):
        told = explained(insurer.settings, row["complaint_id"]).explanation

        assert (told.due_on, "extension_void" in told.doubts) == (row["due_on"], row["extension_void"])


def test_the_command_prints_the_case_and_the_sentences(insurer):
    """
    First what is recorded, in local time, then an empty line, then the explanation.
    """
    name = rows(insurer).filter(pl.col("stop_at").is_null())["complaint_id"][0]
    said = run(insurer, "complaint", name)
    gap = said.index("")

    assert said[0] == f"Complaint: {name}"
    assert any(line.startswith("Received: ") for line in said[:gap])
    assert said[gap + 1 :] == sentences(explained(insurer.settings, name).explanation, ENGLISH)
    assert "Nothing has stopped the clock yet." in said


def test_an_earlier_day_knows_less(insurer):
    """
    On the day before it was answered the complaint is open; before it was received it can't be explained.
    """
    row = (
        rows(insurer)
        .filter(
            (pl.col("stop_kind") == "decided") & (pl.col("stopped_on") > pl.col("received_on") + timedelta(days=2))
        )
        .row(0, named=True)
    )
    before = run(insurer, "complaint", row["complaint_id"], "--as-of", str(row["stopped_on"] - timedelta(days=1)))

    assert "Nothing has stopped the clock yet." in before
    assert "Nothing has stopped the clock yet." not in run(insurer, "complaint", row["complaint_id"])
    earlier = row["received_on"] - timedelta(days=1)
    assert f"wasn't received by the end of {earlier}" in problem(
        insurer, "complaint", row["complaint_id"], "--as-of", str(earlier)
    )


def test_another_rule_can_be_asked_about(insurer):
    """
    Thirty flat days for the same case; a rule for claims, or none, is refused.
    """
    row = rows(insurer).row(0, named=True)
    flat = explained(insurer.settings, row["complaint_id"], rule="guide-30").explanation

    assert flat.due_on == row["received_on"] + timedelta(days=30)
    assert '--rule: no rule is called "guide-3"; did you mean "guide-30"?' == problem(
        insurer, "complaint", row["complaint_id"], "--rule", "guide-3"
    )
    assert "no rule is called" in problem(insurer, "complaint", row["complaint_id"], "--rule", "CN-claim-payment")


def test_an_unknown_id_gets_the_nearest(insurer):
    """
    One character wrong, anywhere; and something that resembles nothing.
    """
    name = rows(insurer)["complaint_id"].sort()[7]

    for wrong in (name[:-1] + "x", "x" + name[1:], name.lower() if name != name.lower() else name.upper()):
        said = problem(insurer, "complaint", wrong)
        assert said.startswith(f'{wrong}: no complaint has this id; did you mean "')
    assert "write the id as the source does" in problem(insurer, "complaint", "§§§§")
    assert "write: explain complaint ID" in problem(insurer, "policy", name)


def test_what_a_viewer_may_not_see_isn_t_explained(insurer):
    """
    Another branch's complaint doesn't exist for them, and isn't suggested either.
    """
    judged = rows(insurer)
    theirs = judged.filter(pl.col("branch_id") == "B02")["complaint_id"][0]
    manager = Viewer("manager", Role.BRANCH_MANAGER, frozenset({"B01"}))

    assert explained(insurer.settings, theirs).case["branch_id"] == "B02"
    with pytest.raises(SettingsError, match="no complaint has this id") as raised:
        explained(insurer.settings, theirs, viewer=manager)
    assert f'"{theirs}"' not in str(raised.value)


def test_a_bad_row_says_why_it_is_kept_out(insurer):
    """
    It is in no figure, so it isn't judged; the problem is told instead.
    """
    bad = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR).bad_rows("complaints").collect()
    if bad.is_empty():
        pytest.skip("this insurer has no bad complaint")

    assert "is kept out of all figures" in problem(insurer, "complaint", bad["complaint_id"].drop_nulls()[0])


def test_without_a_day_the_insurers_own_counts(insurer):
    """
    The settings pin it, otherwise the last complete day would.
    """
    name = rows(insurer)["complaint_id"][0]

    assert explained(insurer.settings, name).as_of == AS_OF
    assert explained(insurer.settings, name, as_of=date(2026, 6, 29)).as_of == date(2026, 6, 29)
