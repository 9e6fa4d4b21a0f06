"""
Which rules are in force: chosen in settings, held against what they are for, known by a digest.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from dashboard.deadlines import load_regimes, rules_in_force
from dashboard.errors import SettingsError
from dashboard.settings import PROJECT, RulesSettings, Settings, read_settings


@pytest.fixture
def settings(monkeypatch, tmp_path) -> Settings:
    """
    What holds without a settings file.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DASHBOARD_SETTINGS", raising=False)
    return read_settings()


def choosing(settings: Settings, **rules: str) -> Settings:
    return settings.model_copy(update={"rules": RulesSettings(**rules)})


def test_without_settings_the_chinese_order_and_the_houses_promises_hold(settings):
    """
    Three clocks, by the keys under which figures ask for them.
    """
    rules = rules_in_force(settings)

    assert {"complaints": "CN-2020-3", "complaint_start": "house-24h", "complaint_fast_track": "house-48h"} == {
        name: rule.id for name, rule in rules.chosen.items()
    }
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
