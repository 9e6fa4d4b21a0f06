"""
A claim that can't be true is kept, with the reason, out of all figures; the one that just can be isn't.
"""

from __future__ import annotations

import pytest

from dashboard.facts import FACTS, PROBLEM
from dashboard.intake.findings import Severity
from tests.damaged import DAMAGES, SOUND, damaged_claims, insure_damaged
from tests.operational import stored


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """
    One claim of each kind, from a database.
    """
    # An amount in words is dirt among amounts that can be read, and the wrong column where it is all there is.
    settings, report = insure_damaged(tmp_path_factory.mktemp("damaged"), damaged_claims())
    assert report.succeeded, report.problems
    return settings, report


def test_the_claim_that_just_can_be_true_is_good(loaded):
    """
    All at the same instant, nothing claimed and nothing paid, every document fetched, every touch before.
    """
    rows = stored(loaded[0], "claims")

    assert rows.filter(rows[PROBLEM].is_null())["claim_id"].to_list() == [SOUND["claim_id"]]


@pytest.mark.parametrize("damage", [name for name in DAMAGES if name != "no number"])
def test_each_damage_is_found(loaded, damage):
    """
    With the reason and the columns it is about.
    """
    rows = stored(loaded[0], "claims")

    assert rows.filter(rows["claim_id"] == damage)[PROBLEM].to_list() == [DAMAGES[damage][1]]


def test_no_row_is_lost(loaded):
    """
    As many rows are stored as the table has, the one without a number too, and every bad one is in a finding.
    """
    settings, report = loaded
    rows = stored(settings, "claims")
    warned = [str(each) for each in report.findings if each.severity is Severity.WARNING]

    assert rows.height == len(damaged_claims())
    assert rows[PROBLEM].drop_nulls().sort().to_list() == sorted(problem for _, problem in DAMAGES.values())
    assert len(warned) == len(DAMAGES)
    assert all("rows kept out of the figures: 1" in each for each in warned)


def test_every_order_of_the_contract_is_tried(loaded):
    """
    A pair that is added to the contract of claims is added here, or this says so.
    """
    claims = FACTS["claims"]
    tried = {problem for _, problem in DAMAGES.values()}

    assert {f"before:{later}<{earlier}" for earlier, later in claims.order} <= tried
    assert {f"exceeds:{part}>{whole}" for part, whole in claims.within} <= tried
