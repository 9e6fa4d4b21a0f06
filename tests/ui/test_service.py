"""
The page on service, whole: what its rows tell, narrow selections, every comparison, and who may look.
"""

from __future__ import annotations

import pytest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.metrics import contacts
from dashboard.metrics.contact_shares import CONTACT_SHARES, TIER_SHARES, contacts_by_hour, waits
from dashboard.metrics.service_kpis import SERVICE
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from dashboard.ui.service import CONTACTS, TIERS
from dashboard.words import Words
from tests.insurer import AS_OF
from tests.metrics.asking import terms
from tests.ui.opening import opened, texts, with_tables

PAGE = "service"
WORDS = Words("en")
STRANGE = ("None", "NaN", "nan", "null")


@pytest.fixture(scope="module")
def rows(insurer):
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)
    return contacts.judged(reader.rows("interactions"), terms(AS_OF))


def table(test, column: str):
    (found,) = [each.value for each in test.dataframe if column in each.value.columns]
    return found


def test_the_page_tells_what_its_rows_tell(insurer, rows):
    """
    Hours and waits are those of the rows; every card has a value; nothing stands there that no reader should see.
    """
    test = with_tables(opened(insurer.settings, PAGE, period="everything"))
    said = texts(test)
    by_hour, by_channel = contacts_by_hour(rows, period=Period()), waits(rows, period=Period(), by="channel")
    shown = [each.value for each in test.dataframe if "row_label" in each.value.columns]
    told = table(test, "Hung up")

    assert "Not recorded by the source." not in said
    assert not [word for word in STRANGE if word in said.split()]
    assert by_hour["cases"].to_list() in [each["cases"].to_list() for each in shown]
    assert told["Hung up"].to_list()[1:] == by_channel["hung_up"].to_list()
    assert told["For a person"][0] == by_channel["n"].sum()
    assert {each.label for each in test.metric} >= {WORDS.text(each.title) for each in SERVICE}


@pytest.mark.parametrize(
    "chosen",
    [
        {"channel": ["counter"], "period": "this_month"},
        {"channel": ["letter"]},
        *(
            {"contacts_share": name, "contacts_by": by}
            for name, by in zip(CONTACTS.shares, ("channel", "topic", "branch_id") * 3, strict=False)
        ),
        *({"tiers_share": name, "tiers_by": by} for name, by in zip(TIERS.shares, TIERS.splits, strict=True)),
    ],
    ids=str,
)
def test_a_narrow_or_empty_selection_breaks_nothing(insurer, chosen):
    """
    Few contacts, none at all; and every share, by one column or another.
    """
    test = opened(insurer.settings, PAGE, **chosen)

    assert not [word for word in STRANGE if word in texts(test).split()]


def test_whatever_is_compared_is_counted():
    """
    No choice leads nowhere.
    """
    assert set(CONTACTS.shares) == set(CONTACT_SHARES)
    assert set(TIERS.shares) == set(TIER_SHARES)


def test_a_team_is_told_of_its_own_contacts(insurer, rows):
    """
    A lead's first figure is that of the team's rows.
    """
    lead = Viewer("lead", Role.TEAM_LEAD, frozenset({"T15"}))
    test = opened(insurer.settings, PAGE, viewer=lead, period="everything")
    own = rows.filter(team_id="T15").filter("is_for_person").collect()
    (answered,) = [each.value for each in test.metric if each.label == "Answered by a person"]

    assert answered == WORDS.percent(own["is_answered"].sum() / own.height)


def test_what_is_known_of_today_alone_is_not_compared(insurer):
    """
    Of an earlier day only the least is known of reviews: no change stands beside them.
    """
    test = opened(insurer.settings, PAGE)
    changes = {each.label: each.delta for each in test.metric}

    assert changes["Reviewed within a year"] == changes["Sleeping customers"] == ""
    assert changes["Answered by a person"]
    assert texts(test).count("The source tells it of today alone.") == 3
