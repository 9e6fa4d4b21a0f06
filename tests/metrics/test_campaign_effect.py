"""
What a campaign won is the treated against the hold-out; what one would have claimed without it is something else.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from dashboard.access import OPERATOR
from dashboard.metrics import Terms, campaigns, renewals
from dashboard.metrics.campaign_effect import campaign_effect
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.insurer import AS_OF
from tests.rows import SHANGHAI, local, rows_of_fact

TERMS = Terms(date(2026, 6, 30), SHANGHAI, "CN", {})
DUE = date(2026, 5, 31)


def members(arm: str, renewed: int, lost: int, *, premium: float | None = 100, **more) -> list[dict]:
    told = [(True, premium)] * renewed + [(False, None)] * lost
    return [
        {
            "contact_id": f"{arm}{premium}{number}{more}",
            "campaign": "spring",
            "arm": arm,
            "assigned_on": date(2026, 3, 1),
            "outcome_due_on": DUE,
            "renewed": each,
            "premium": paid,
            **more,
        }
        for number, (each, paid) in enumerate(told)
    ]


def effect(*rows: dict, due: list[dict] | None = None):
    return campaign_effect(
        campaigns.judged(rows_of_fact("campaigns", rows), TERMS),
        renewals.judged(rows_of_fact("renewals", due or []), TERMS),
    )


def test_the_golden_difference():
    """
    420 of 500 against 390 of 500: +6.0 points (1.1 to 10.8), thirty renewals; another library agrees.
    """
    row = effect(*members("treated", 420, 80), *members("holdout", 390, 110)).row(0, named=True)
    lower, upper = confint_proportions_2indep(420, 500, 390, 500, compare="diff", method="newcomb")

    assert (row["difference"], row["lower"], row["upper"]) == pytest.approx((0.06, lower, upper))
    assert (round(row["lower"], 3), round(row["upper"], 3)) == (0.011, 0.108)
    assert row["policies"] == pytest.approx(30)
    assert row["policies_lower"] == pytest.approx(500 * lower)
    assert row["premium_won"] == pytest.approx(500 * (42_000 / 500 - 39_000 / 500))
    assert row["premium_lower"] < row["premium_won"] < row["premium_upper"]
    assert row["before"] is None
    assert row["seen"] is None


def test_premium_by_hand():
    """
    Two means of unlike variance; a renewed contract whose premium isn't recorded is left out of the premium only.
    """
    treated = [*members("treated", 2, 1, premium=300), *members("treated", 1, 0, premium=None)]
    held = members("holdout", 1, 3, premium=200)
    row = effect(*treated, *held).row(0, named=True)
    # Of the treated 300, 300, 0; of the others 200, 0, 0, 0.
    spread = ((30_000 / 3) + (10_000 / 4)) ** 0.5

    assert (row["treated"], row["treated_renewed"]) == (4, 3)
    assert row["premium_won"] == pytest.approx(4 * (200 - 50))
    assert row["premium_upper"] == pytest.approx(4 * (150 + 1.959964 * spread), rel=1e-6)


def test_who_was_reached_doesnt_decide_who_counts():
    """
    By intention to treat: those never reached count where they were drawn; those not due yet are told apart.
    """
    reached = members("treated", 3, 1, contacted_at=local("2026-03-10"))
    later = members("treated", 1, 0, outcome_due_on=TERMS.as_of + timedelta(days=1))
    row = effect(*reached, *members("treated", 0, 4, premium=1), *members("holdout", 1, 1), *later).row(
        0, named=True
    )

    assert (row["treated"], row["reached"], row["treated_renewed"], row["untold"]) == (8, 4, 3, 1)
    assert row["difference"] == pytest.approx(3 / 8 - 1 / 2)


def test_without_a_holdout_nothing_was_won():
    """
    Not nothing: nobody knows.
    """
    row = effect(*members("treated", 3, 1)).row(0, named=True)

    assert row["difference"] is None
    assert row["policies"] is None
    assert effect().height == 0


def test_what_a_year_before_would_have_made_one_claim():
    """
    Of the contracts that matured on the same days a year earlier one in two was renewed; not those a day outside.
    """
    days = {
        "in": date(2025, 5, 1),
        "also": date(2025, 5, 1),
        "after": date(2025, 5, 2),
        "before": date(2025, 4, 30),
    }
    due = [
        {
            "renewal_id": name,
            "policy_id": name,
            "due_on": day,
            "renewed_on": None if name == "also" else day,
            "outcome": "lapsed" if name == "also" else "renewed",
        }
        for name, day in days.items()
    ]
    row = effect(*members("treated", 3, 1), *members("holdout", 3, 1), due=due).row(0, named=True)

    assert (row["outcome_from"], row["outcome_until"]) == (DUE, DUE)
    assert row["before"] == pytest.approx(0.5)
    assert row["seen"] == pytest.approx(0.75 - 0.5)
    assert row["difference"] == pytest.approx(0)


def test_the_planted_effect_lies_in_the_interval(insurer):
    """
    Of the campaign among all renewals; and its arms are those of the books.
    """
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)
    terms = Terms(AS_OF, SHANGHAI, "CN", {})
    found = campaign_effect(
        campaigns.judged(reader.rows("campaigns"), terms), renewals.judged(reader.rows("renewals"), terms)
    )
    planted = insurer.books.planted["campaign"]
    row = found.filter(campaign=planted.get("title", "续保关怀回访")).row(0, named=True)

    assert row["lower"] <= planted["planted_uplift"] <= row["upper"]
    for arm in ("treated", "holdout"):
        assert row[arm] == planted["arms"][arm]["denominator"]
        assert row[f"{arm}_renewed"] == planted["arms"][arm]["numerator"]
