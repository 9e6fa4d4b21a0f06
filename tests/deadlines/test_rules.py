"""
Which rules are in force: chosen in settings, held against what they are for, known by a digest.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.deadlines import Limit, load_regimes, rules_in_force, with_deadlines
from dashboard.errors import SettingsError
from dashboard.settings import PROJECT, RulesSettings, Settings, read_settings
from tests.rows import SHANGHAI, local, rows_of_fact


@pytest.fixture
def settings(monkeypatch, tmp_path) -> Settings:
    """
    What holds without a settings file.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DASHBOARD_SETTINGS", raising=False)
    return read_settings()


def choosing(settings: Settings, **rules: Any) -> Settings:
    return settings.model_copy(update={"rules": RulesSettings(**rules)})


def test_without_settings_the_chinese_order_and_the_houses_promises_hold(settings):
    """
    Three clocks of a complaint, eight of a claim and two of a report, by the keys by which figures ask.
    """
    rules = rules_in_force(settings)

    assert {
        "complaints": "CN-2020-3",
        "complaint_start": "house-24h",
        "complaint_fast_track": "house-48h",
        "claim_determination": "CN-claim-determination",
        "claim_payment": "CN-claim-payment",
        "claim_refusal": "CN-claim-refusal",
        "claim_part_payment": "CN-claim-part-payment",
        "claim_review": "house-claim-3d",
        "claim_small": "CN-small-claim-5d",
        "claim_contact": "house-claim-24h",
        "claim_instant": "house-claim-48h",
        "report_acceptance": "CN-report-acceptance",
        "report_decision": "CN-report",
    } == {name: rule.id for name, rule in rules.chosen.items()}
    assert (rules.complaints, "CN") == (rules.chosen["complaints"], rules.calendar)
    assert rules.known == load_regimes()


def test_every_wrong_choice_is_said_at_once(settings):
    """
    A name nobody knows and a rule for another step, each with what to write instead.
    """
    wrong = choosing(settings, complaints="house-24h", complaint_start="house-24", complaint_fast_track="x")
    with pytest.raises(SettingsError) as raised:
        rules_in_force(wrong)
    said = [str(problem) for problem in raised.value.problems]

    assert said[0].startswith('rules.complaints: "house-24h" is for the start of a complaint, not the decision of')
    assert 'rules.complaint_start: no rule is called "house-24"; did you mean "house-24h"?' == said[1]
    assert said[2].startswith('rules.complaint_fast_track: no rule is called "x"; write one of')


def test_another_rule_is_another_digest(settings):
    """
    A figure remembered under one rule must not be shown under another.
    """
    others = ({"complaints": "guide-30"}, {"complaints": "UK-DISP"}, {"complaint_fast_track": "guide-30"})
    digests = {rules_in_force(choosing(settings, **other)).digest for other in ({}, *others)}

    assert 4 == len(digests)


OWN = {
    "domain": "complaint",
    "kind": "internal",
    "jurisdiction": "ours",
    "country": "CN",
    "limit": {"n": 10, "unit": "bd"},
    "source": "our promise",
}


def test_a_rule_of_ones_own_can_be_in_force(settings):
    """
    Added whole, or a shipped one with a value changed; the others stay as they are.
    """
    own = {"ours": OWN, "guide-30": {"limit": {"n": 20, "unit": "cd"}}}
    rules = rules_in_force(choosing(settings, complaints="ours", own=own))

    assert (Limit(10, "bd"), "our promise") == (rules.complaints.limit, rules.complaints.source)
    assert Limit(20, "cd") == rules.known["guide-30"].limit
    assert rules.digest != rules_in_force(settings).digest


def test_slips_in_ones_own_rules_name_their_key(settings):
    """
    A unit that isn't, a grade's limit that isn't, a table that isn't.
    """
    own = {
        "guide-30": {"limit": {"n": 20, "unit": "days"}},
        "CN-2020-3": {"limit_by_grade": {"major": {"n": 0, "unit": "cd"}}},
        "ours": 10,
    }
    with pytest.raises(SettingsError) as raised:
        rules_in_force(choosing(settings, own=own))

    assert [
        "rules.own.CN-2020-3.limit_by_grade.major.n",
        "rules.own.guide-30.limit.unit",
        "rules.own.ours",
    ] == sorted(problem.where for problem in raised.value.problems)


def with_calendar(settings: Settings, file: Path, text: str) -> Settings:
    file.write_text(f"day,is_working,name\n{text}", encoding="utf-8")
    return settings.model_copy(update={"business": settings.business.model_copy(update={"calendar": file})})


def test_the_insurers_own_days_replace_the_countrys(settings, tmp_path):
    """
    Only those written down become known; the year around them stays a guess, and the digest says that it changed.
    """
    own = with_calendar(
        settings, tmp_path / "days.csv", "2027-01-19,no,Founders' Day\n2061-06-01,no,\n1950-01-02,yes,Work\n"
    )
    rules = rules_in_force(own)
    days = {row["day"]: row for row in rules.calendar.iter_rows(named=True)}

    assert (False, "Founders' Day", True) == tuple(days[date(2027, 1, 19)].values())[1:]
    assert (True, None, False) == tuple(days[date(2027, 1, 20)].values())[1:]
    assert (False, None, True) == tuple(days[date(2061, 6, 1)].values())[1:]
    assert (True, None, True) == tuple(days[date(1950, 1, 2)].values())[1:]
    assert rules.digest != rules_in_force(settings).digest


def test_an_own_day_off_moves_a_due_day(settings, tmp_path):
    """
    Due on a Tuesday that is declared off: the Wednesday after, which nobody has published yet.
    """
    own = with_calendar(settings, tmp_path / "days.csv", "2027-01-19,no,Founders' Day\n")
    complaint = rows_of_fact("complaints", [{"received_at": local("2026-12-20"), "grade": "complex"}])
    judged = [
        with_deadlines(complaint, regime=rules.complaints, zone=SHANGHAI, calendar=rules.calendar).collect()
        for rules in (rules_in_force(settings), rules_in_force(own))
    ]

    assert [date(2027, 1, 19), date(2027, 1, 20)] == [rows["due_on"].item() for rows in judged]
    assert [True, True] == [rows["calendar_incomplete"].item() for rows in judged]


def test_the_digest_is_the_same_in_every_process(settings):
    """
    Sets come in another order in another process; the digest doesn't.
    """
    asked = (
        "from dashboard.deadlines import rules_in_force; from dashboard.settings import read_settings;"
        "print(rules_in_force(read_settings()).digest)"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", asked],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]

    assert [rules_in_force(settings).digest] * 2 == said
