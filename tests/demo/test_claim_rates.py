"""
What the books ask of decided claims, of papers, messages and time: both sides of each edge.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest

from dashboard.demo.claim_waiting import Spells
from dashboard.demo.claims import CANCELLED, PAID, REFUSED, UNDECIDED, WITHDRAWN
from dashboard.demo.waiting import Waiting
from tests.demo.claim_cases import LATER, claim, claims, figures_of, share


def decided(**known):
    """
    A claim decided by rules to be paid, and paid, nobody having touched it.
    """
    by_rules = {"decided": "2024-03-01 11:00", "decision": PAID, "automatic": 1, "touches_before": 0, "touches": 0}
    return claim("2024-03-01 10:00", **(by_rules | {"paid": "2024-03-02 10:00", "eligible": True} | known))


@pytest.mark.parametrize(
    ("known", "automatic", "through"),
    [
        ({}, (1, 1), (1, 1)),
        ({"touches_before": -1, "touches": -1}, (1, 1), (1, 1)),
        ({"touches_before": 1, "touches": 1}, (0, 1), (0, 1)),
        ({"touches": 1}, (1, 1), (0, 1)),
        ({"automatic": 0}, (0, 1), (0, 1)),
        ({"automatic": -1}, (0, 0), (0, 0)),
        ({"paid": "NaT"}, (1, 1), (0, 0)),
        ({"paid": "NaT", "decision": REFUSED}, (1, 1), (1, 1)),
        ({"audited": "2024-03-02 09:59:59"}, (1, 1), (0, 1)),
        ({"audited": "2024-03-02 10:00"}, (1, 1), (1, 1)),
        ({"decision": WITHDRAWN, "paid": "NaT"}, (0, 0), (0, 0)),
    ],
    ids=[
        "untouched",
        "touches unknown",
        "looked at before",
        "touched afterwards",
        "by hand",
        "nobody can tell",
        "not yet paid",
        "refused",
        "T53 audited before the payment",
        "T53 audited with the payment",
        "withdrawn",
    ],
)
def test_by_rules_and_straight_through(known, automatic, through):
    """
    Decided by rules before anybody looked; straight through, if nobody touched it until it was paid.
    """
    assert share("auto_adjudication_rate", decided(**known)) == automatic
    assert share("straight_through_rate", decided(**known)) == through
    assert share("eligible_straight_through_rate", decided(**known)) == through
    assert share("eligible_straight_through_rate", decided(**known, eligible=False)) == (0, 0)


def test_paid_at_once_of_those_that_were_promised_it():
    """
    Promised and done, promised and not done, promised and refused, promised and unpaid, not promised.
    """
    promised = {"instant_eligible": True}

    assert share("instant_pay_rate", decided(**promised, instantly=True)) == (1, 1)
    assert share("instant_pay_rate", decided(**promised)) == (0, 1)
    assert share("instant_pay_rate", decided(**promised, paid="NaT", decision=REFUSED)) == (0, 1)
    assert share("instant_pay_rate", decided(**promised, paid="NaT")) == (0, 0)
    assert share("instant_pay_rate", decided(instantly=True)) == (0, 0)


@pytest.mark.parametrize(
    ("known", "day", "expected"),
    [
        ({}, date(2024, 5, 29), (0, 0)),
        ({}, date(2024, 5, 30), (0, 1)),
        ({"overturned": "2024-05-30 23:59:59"}, LATER, (1, 1)),
        ({"overturned": "2024-05-31 00:00"}, LATER, (0, 1)),
        ({"automatic": 0}, LATER, (0, 0)),
        ({"decision": PAID}, LATER, (0, 0)),
    ],
    ids=["too young", "old enough", "T54 on the 90th day", "on the 91st", "by hand", "not refused"],
)
def test_refusals_by_rules_reversed_within_ninety_days(known, day, expected):
    """
    Refused by rules on 1 March 2024; ninety days on it is 30 May.
    """
    assert share("auto_overturn_rate", decided(**({"decision": REFUSED, "paid": "NaT"} | known)), day) == expected


def test_papers_and_messages_are_summed():
    """
    Papers of decided claims only; messages of all, and never more than were owed.
    """
    figures = figures_of(
        claims(
            {"reported": "2024-03-01", "decided": "2024-03-02", "decision": PAID, "submitted": 3, "fetched": 1},
            {"reported": "2024-03-01", "decided": "2024-03-02", "decision": REFUSED, "submitted": 2, "due": 4},
            {"reported": "2024-03-01", "submitted": 9, "fetched": 9, "due": 2, "sent": 3},
        )
    )

    assert figures["documents_per_claim"] == {"value": 2.5, "numerator": 5, "denominator": 2}
    assert figures["documents_fetched_rate"] == {"value": 0.2, "numerator": 1, "denominator": 5}
    assert figures["progress_update_rate"] == {"value": 2 / 6, "numerator": 2, "denominator": 6}


def test_what_comes_later_is_not_known_yet():
    """
    Asked as of an earlier day, the decision, who made it, and claims reported later don't exist.
    """
    every = decided(decided="2024-03-05 10:00")

    assert every.known_on(date(2024, 3, 5)).decision[0] == PAID
    assert every.known_on(date(2024, 3, 4)).decision[0] == UNDECIDED
    assert every.known_on(date(2024, 3, 4)).automatic[0] == -1
    assert every.known_on(date(2024, 3, 4)).paid[0] == np.datetime64("2024-03-02 10:00")
    assert len(every.known_on(date(2024, 2, 29)).reported) == 0


def test_a_claim_closed_undecided_may_be_known_to_be_cancelled():
    """
    What became of it came with its closing, where there was no decision.
    """
    cancelled = claim("2024-03-01 10:00", closed="2024-03-05 10:00", decision=CANCELLED)

    assert cancelled.known_on(date(2024, 3, 4)).decision[0] == UNDECIDED
    assert cancelled.known_on(date(2024, 3, 5)).decision[0] == CANCELLED


def test_the_cycle_ends_with_the_payment_in_whole_hours():
    """
    Paid after 24, 47.99 and 96 hours, one open for 80 (or 10), the refused and the closed unpaid left aside.
    """
    figures = figures_of(
        claims(
            {"reported": "2024-03-01 00:00", "paid": "2024-03-02 00:00"},
            {"reported": "2024-03-01 00:00", "paid": "2024-03-02 23:59:59"},
            {"reported": "2024-03-01 00:00", "paid": "2024-03-05 00:00"},
            {"reported": "2024-03-03 16:00"},
            {"reported": "2024-03-01 00:00", "decided": "2024-03-01 01:00", "decision": REFUSED},
            {"reported": "2024-03-01 00:00", "closed": "2024-03-01 02:00"},
        ),
        date(2024, 3, 6),
    )

    assert figures["claim_cycle_days_median"]["value"] == 47 / 24
    assert figures["claim_cycle_days_median"]["denominator"] == 4
    assert figures["claim_cycle_days_p90"]["value"] == 4.0


def test_quick_waiting_is_the_plain_waiting():
    """
    Counted a column at a time, for many keys and in parts, the hours are those of the plain arithmetic.
    """
    draws = np.random.default_rng(5)
    keys, hours, ended = draws.integers(0, 4, 3_000), draws.integers(0, 90, 3_000), draws.random(3_000) < 0.6
    spells = Spells()
    for part in np.array_split(np.arange(3_000), 3):
        spells.add(keys[part], hours[part], ended[part])

    for key, claims_there, found in spells.first_hours_with([0.5, 0.1]):
        mine = Counter((hours[n], ended[n]) for n in np.flatnonzero(keys == key).tolist())
        waiting = Waiting(Counter({(int(hour), bool(end)): number for (hour, end), number in mine.items()}))
        assert claims_there == waiting.size
        assert found == [waiting.first_day_with(0.5), waiting.first_day_with(0.1)]
