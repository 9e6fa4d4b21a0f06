"""
The way from last year's premium to this year's sums to the cent.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from dashboard.metrics import KPIS, evaluate_many
from dashboard.metrics.premium_bridge import STEPS, premium_bridge
from tests.metrics.asking import ALL_RECORDED
from tests.metrics.renewal_crowd import ON, PERIODS, YEAR, inside, judged_renewals, known_renewal, renewal_crowd
from tests.rows import rows_of_fact

DUE = date(2024, 3, 15)


def contract(due="100", new=None, rate=None, **more):
    return {
        "renewal_id": "r",
        "due_on": DUE,
        "premium_due": due and Decimal(due),
        "premium_renewed": new and Decimal(new),
        "renewed_on": DUE if new else None,
        "premium_change_rate": rate,
        **more,
    }


def amounts(*rows, period=YEAR):
    bridge = premium_bridge(judged_renewals(rows), period=period)
    return dict(bridge.steps.select("step", "amount").iter_rows())


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_the_steps_are_what_adding_by_hand_gives(period):
    """
    Each step, the contracts it is about, and those left out for want of a premium.
    """
    rows = renewal_crowd(7)
    sums, cases, left_out = Counter(), Counter(), 0
    for row in map(known_renewal, rows):
        if not (row["invited"] and row["mature"] and inside(period, row["due_on"])):
            continue
        due, new, rate, n = (
            row[name] for name in ("premium_due", "premium_renewed", "premium_change_rate", "cases")
        )
        if not due or (row["renewed"] and new is None):
            left_out += n
            continue
        parts = {"expiring": due}
        if not row["renewed"]:
            parts["lost"] = -due
        elif rate is None:
            parts |= {"untold": new - due, "renewed": new}
        else:
            effect = (Decimal(float(due) * rate)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
            parts |= {"rate": effect, "other": new - due - effect, "renewed": new}
        for step, amount in parts.items():
            sums[step] += amount * n
            cases[step] += n
    found = premium_bridge(judged_renewals(rows), period=period)

    assert list(STEPS) == found.steps["step"].to_list()
    assert {step: (sums[step], cases[step]) for step in STEPS} == {
        step: (a, n) for step, a, n in found.steps.iter_rows()
    }
    assert (left_out, True) == (found.left_out, left_out > 0)


@pytest.mark.parametrize("seed", range(8, 13))
def test_the_changes_sum_to_the_difference(seed):
    """
    Exactly, not nearly: expiring, and all changes, is renewed.
    """
    found = amounts(*renewal_crowd(seed))

    assert found["expiring"] + sum(found[step] for step in STEPS[1:-1]) == found["renewed"]


def test_the_ends_are_those_of_the_premium_rate():
    """
    Renewed over expiring is the figure on the card.
    """
    rows = renewal_crowd(13)
    found = evaluate_many(
        [KPIS["renewal_premium_rate"]],
        {"renewals": rows_of_fact("renewals", rows)}.__getitem__,
        ON,
        recorded=ALL_RECORDED,
        period_from=YEAR.first,
        period_before=YEAR.before,
    )["renewal_premium_rate"]["value"].item()
    bridge = amounts(*rows)

    assert found == pytest.approx(float(bridge["renewed"] / bridge["expiring"]))


def test_rate_and_cover_are_told_apart():
    """
    100 at 5 % more is 105; the 20 above it are more cover. Without a recorded rate nobody knows.
    """
    known, unknown = amounts(contract(new="125", rate=0.05)), amounts(contract(new="125"))

    assert (known["rate"], known["other"], known["untold"]) == (5, 20, 0)
    assert (unknown["rate"], unknown["other"], unknown["untold"]) == (0, 0, 25)


def test_nothing_is_still_a_bridge():
    """
    Six steps of zero; a contract without a premium is left out and counted.
    """
    found = premium_bridge(judged_renewals([contract(due=None)]), period=YEAR)

    assert (set(found.steps["amount"]), found.left_out) == ({Decimal(0)}, 1)
