"""
Rules as data: what we ship, what settings may change, what is refused.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.deadlines import Limit, load_regimes, regime
from dashboard.errors import SettingsError


def test_what_we_ship():
    """
    Each rule has a limit and a source; only the Chinese order is graded and extensible.
    """
    regimes = load_regimes()

    assert {"guide-30", "CN-2020-3", "UK-DISP", "AU-RG271"} <= set(regimes)
    assert all(each.source and each.limit.n > 0 for each in regimes.values())
    assert {"CN-2020-3", "CN-2020-3-customer", "house-24h", "house-48h"} == {
        name for name, each in regimes.items() if each.is_graded
    }
    assert regimes["CN-2020-3"].effective_from == date(2020, 3, 1)
    assert "law" == regimes["CN-2020-3"].kind


def test_a_misspelt_rule_gets_a_suggestion():
    """
    The message names the key, what was found and what was probably meant.
    """
    with pytest.raises(
        SettingsError, match=r'rules\.complaints: no rule is called "CN-2020-03"; did you mean "CN-2020-3"'
    ):
        regime("CN-2020-03")
    with pytest.raises(SettingsError, match="write one of AU-GI, "):
        regime("whatever else")


def test_settings_replace_single_values_and_add_whole_rules():
    """
    A shipped rule keeps what isn't named; a new one stands alone.
    """
    ours = {
        "domain": "complaint",
        "kind": "internal",
        "jurisdiction": "us",
        "country": "CN",
        "limit": {"n": 10, "unit": "bd"},
        "source": "our promise",
    }
    regimes = load_regimes({"guide-30": {"limit": {"n": 20, "unit": "cd"}}, "ours": ours})

    assert (Limit(20, "cd"), "none") == (regimes["guide-30"].limit, regimes["guide-30"].roll)
    assert regimes["ours"] == regime("ours", regimes)
    assert Limit(30, "cd") == load_regimes()["guide-30"].limit


def test_all_that_is_wrong_is_said_at_once():
    """
    A wrong number, an unknown key and a missing source, in one error.
    """
    wrong = {
        "guide-30": {"limit": {"n": "thirty", "unit": "cd"}, "rolls": "none"},
        "ours": {"domain": "complaint", "limit": {"n": 0, "unit": "cd"}},
    }
    with pytest.raises(SettingsError) as raised:
        load_regimes(wrong, where="settings.toml: rules.own")
    places = {problem.where for problem in raised.value.problems}

    assert "settings.toml: rules.own.guide-30.limit.n" in places
    assert "settings.toml: rules.own.guide-30.rolls" in places
    assert {"settings.toml: rules.own.ours.limit.n", "settings.toml: rules.own.ours.source"} <= places
    assert "found 'thirty'" in str(raised.value)
