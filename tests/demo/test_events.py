"""
The demo's events stand on the days of what was planted, once, and yield to what people did.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from dashboard.access import OPERATOR
from dashboard.demo import build, enter_events
from dashboard.keeping import Annotations
from dashboard.settings import AppSettings

AS_OF = date(2026, 6, 30)
FIX = "New deductible wording sent to customers"


@pytest.fixture
def annotations(tmp_path) -> Annotations:
    return Annotations(AppSettings(database=SecretStr(f"sqlite:///{tmp_path / 'app.db'}")))


def test_they_stand_on_the_planted_days(annotations, tmp_path: Path):
    """
    The books say from when to when the surge lasted and what it was about; so do the events.
    """
    surge = build(f"sqlite:///{tmp_path / 'demo.db'}", scale=0.002, as_of=AS_OF).planted["surge"]
    enter_events(annotations, AS_OF)
    began, fixed = annotations.all(OPERATOR)

    assert (began.on_day.isoformat(), fixed.on_day.isoformat()) == (surge["from"], surge["fixed_on"])
    assert fixed.title == FIX
    assert began.concerns.cause == fixed.concerns.cause == "deductible_misunderstood"
    assert {began.created_by, fixed.created_by} == {"demo"}


def test_entering_them_again_changes_nothing(annotations):
    """
    `make run` may be called every hour.
    """
    enter_events(annotations, AS_OF)
    first = annotations.all(OPERATOR, withdrawn=True)
    enter_events(annotations, AS_OF)

    assert annotations.all(OPERATOR, withdrawn=True) == first


def test_tomorrows_demo_has_its_own_days(annotations):
    """
    Those of the demo before are withdrawn; what somebody else entered stays.
    """
    own = annotations.add(OPERATOR, AS_OF, "Ours")
    enter_events(annotations, AS_OF)
    before = {each.on_day for each in annotations.all(OPERATOR)} - {AS_OF}
    enter_events(annotations, AS_OF + timedelta(days=1))
    after = {each.on_day for each in annotations.all(OPERATOR)} - {AS_OF}

    assert after == {day + timedelta(days=1) for day in before}
    assert own in annotations.all(OPERATOR)


def test_what_somebody_withdrew_stays_withdrawn(annotations):
    """
    A newcomer who tries the button isn't contradicted by the next start.
    """
    enter_events(annotations, AS_OF)
    fixed = annotations.all(OPERATOR)[1]
    annotations.withdraw(OPERATOR, fixed.annotation_id)
    enter_events(annotations, AS_OF)

    assert fixed.title not in [each.title for each in annotations.all(OPERATOR)]
