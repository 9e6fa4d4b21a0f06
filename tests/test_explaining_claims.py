"""
`dashboard explain claim ID`: the claim, each of its clocks, and what is said when there is no such claim.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from typer.testing import CliRunner

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.cli import app
from dashboard.deadlines import sentences
from dashboard.errors import DashboardError, SettingsError
from dashboard.explaining import explained, explained_claim
from dashboard.facts import PROBLEM
from dashboard.metrics.claim_explanations import CLOCK_TITLES
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from dashboard.words import Words
from tests.insurer import AS_OF, Insurer

ENGLISH = Words("en")
OPEN = "Nothing has stopped the clock yet."


def claims(insurer: Insurer, chosen: pl.Expr) -> pl.DataFrame:
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)
    found = reader.rows("claims").filter(chosen).sort("claim_id").collect()
    assert not found.is_empty()
    return found


def run(insurer: Insurer, *words: str) -> list[str]:
    done = CliRunner().invoke(app, ["explain", *words, "--settings", str(insurer.file)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout.splitlines()


def problem(insurer: Insurer, *words: str) -> str:
    with pytest.raises(DashboardError) as raised:
        run(insurer, *words)
    return str(raised.value)


def test_the_command_prints_the_claim_and_every_clock(insurer):
    """
    First what is recorded, then, each after an empty line under its name, the clocks with their sentences.
    """
    name = claims(insurer, pl.col("decision") == "refused")["claim_id"][0]
    said = "\n".join(run(insurer, "claim", name))
    head, *clocks = said.split("\n\n")
    told = explained_claim(insurer.settings, name)

    assert head.startswith(f"Claim: {name}\n")
    assert "\nReported: " in head
    assert "\nDecision: Refused" in head
    assert [each.splitlines()[0] for each in clocks] == list(CLOCK_TITLES.values())
    assert [each.splitlines()[1:] for each in clocks] == [
        sentences(each, ENGLISH) for each in told.clocks.values()
    ]


def test_an_earlier_day_knows_less(insurer):
    """
    On the day before it was decided its determination runs; before it was reported there is nothing to explain.
    """
    later = pl.col("decided_at") > pl.col("reported_at") + pl.duration(days=3)
    row = claims(insurer, later & (pl.col("decision") == "paid")).row(0, named=True)
    zone = insurer.settings.business.timezone
    decided_on, reported_on = (
        pl.Series([row[name]]).dt.convert_time_zone(zone).dt.date()[0] for name in ("decided_at", "reported_at")
    )
    before = explained_claim(insurer.settings, row["claim_id"], as_of=decided_on - timedelta(days=1))
    after = explained_claim(insurer.settings, row["claim_id"], as_of=decided_on)

    assert "decision" not in before.case
    assert OPEN in sentences(before.clocks["claim_determination"], ENGLISH)
    assert OPEN not in sentences(after.clocks["claim_determination"], ENGLISH)
    earlier = str(reported_on - timedelta(days=1))
    assert f"wasn't reported by the end of {earlier}" in problem(
        insurer, "claim", row["claim_id"], "--as-of", earlier
    )


def test_one_rule_can_be_asked_about(insurer):
    """
    Forty days in California, of this claim and nothing else; a rule for complaints, or none, is refused.
    """
    row = claims(insurer, pl.col("documents_completed_at").is_not_null()).row(0, named=True)
    told = explained_claim(insurer.settings, row["claim_id"], rule="US-CA").clocks
    said = run(insurer, "claim", row["claim_id"], "--rule", "US-CA")

    assert list(told) == ["US-CA"]
    assert said[said.index("") + 1 :] == ["US-CA", *sentences(told["US-CA"], ENGLISH)]
    assert "It may take 40 days." in said
    assert "no rule is called" in problem(insurer, "claim", row["claim_id"], "--rule", "guide-30")
    assert 'did you mean "CN-claim-payment"?' in problem(
        insurer, "claim", row["claim_id"], "--rule", "CN-claim-paymen"
    )


def test_an_unknown_id_gets_the_nearest_claim(insurer):
    """
    One character wrong; and a complaint's id is no claim's.
    """
    name = claims(insurer, pl.lit(value=True))["claim_id"][7]

    assert problem(insurer, "claim", name[:-1] + "x").startswith(
        f'{name[:-1]}x: no claim has this id; did you mean "'
    )
    assert "write the id as the source does" in problem(insurer, "claim", "§§§§")
    assert "write: explain complaint ID, or explain claim ID" in problem(insurer, "policy", name)
    with pytest.raises(SettingsError, match="no complaint has this id"):
        explained(insurer.settings, name)


def test_what_a_viewer_may_not_see_isn_t_explained(insurer):
    """
    Another branch's claim doesn't exist for them; an analyst sees the claim and not whose it is.
    """
    theirs = claims(insurer, pl.col("branch_id") == "B02")["claim_id"][0]
    manager = Viewer("manager", Role.BRANCH_MANAGER, frozenset({"B01"}))
    analyst = Viewer("analyst", Role.ANALYST)

    assert "customer_id" in explained_claim(insurer.settings, theirs).case
    assert "customer_id" not in explained_claim(insurer.settings, theirs, viewer=analyst).case
    with pytest.raises(SettingsError, match="no claim has this id") as raised:
        explained_claim(insurer.settings, theirs, viewer=manager)
    assert f'"{theirs}"' not in str(raised.value)


def test_a_bad_row_says_why_it_is_kept_out(insurer):
    """
    A claim of less than nothing is in no figure and has no clock.
    """
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)
    bad = reader.bad_rows("claims").filter(pl.col(PROBLEM) == "negative:amount_claimed").collect()

    assert "is kept out of all figures: negative:amount_claimed" in problem(insurer, "claim", bad["claim_id"][0])


def test_without_a_day_the_insurers_own_counts(insurer):
    """
    The settings pin it, otherwise the last complete day would.
    """
    assert explained_claim(insurer.settings, claims(insurer, pl.lit(value=True))["claim_id"][0]).as_of == AS_OF
