"""
The books' forecast of breaches: known answers, who is at stake, and what counts as experience.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from dashboard.demo.books import ALL
from dashboard.demo.complaint_forecast import BreachForecast, chance_of_breach
from dashboard.demo.complaints import COMPLEX, WITHDRAWN
from dashboard.demo.waiting import Waiting
from tests.demo.cases import case, ledger_of

# Lengths 1, 2, 2, 3, 5, the second 2 and the 5 without an end.
FIVE = Counter([(1, True), (2, True), (2, False), (3, True), (5, False)])
DAY = date(2024, 3, 11)


def test_the_chance_is_that_of_cases_which_had_waited_as_long():
    """
    Open for one day, due on the third: of the 0.8 left after one day 0.3 are left after three.
    """
    assert chance_of_breach([Waiting(FIVE)], 1, 3) == pytest.approx(0.375)


def test_a_finer_group_speaks_as_loudly_as_it_is_large():
    """
    Four cases like it, all still open: (4 x 1 + 20 x 0.375) / 24.
    """
    finer = Waiting(Counter([(9, False)] * 4))

    assert chance_of_breach([Waiting(FIVE), finer], 1, 3) == pytest.approx((4 + 20 * 0.375) / 24)


@pytest.mark.parametrize(("age", "chance"), [(4, 1.0), (5, None)])
def test_where_nobody_waited_longer_there_is_no_chance_to_tell(age, chance):
    """
    The longest of the five waited five days: after four days there is one to go by, after five there is none.
    """
    assert chance_of_breach([Waiting(FIVE)], age, 9) == chance


def test_an_empty_finer_group_changes_nothing():
    """
    No case like it at all: the coarser group's chance stands.
    """
    assert chance_of_breach([Waiting(FIVE), Waiting(Counter())], 1, 3) == pytest.approx(0.375)


def old(received, days, **known):
    """
    A complaint that was answered after so many days.
    """
    ended = date.fromisoformat(received) + timedelta(days=days)
    return case(f"{received} 10:00", **({"decided": f"{ended} 11:00"} | known))


@pytest.mark.parametrize(
    ("received", "at_stake"),
    [("2024-02-23", 0), ("2024-02-26", 1), ("2024-03-01", 1), ("2024-03-04", 0)],
    ids=["due on the day", "due tomorrow", "due in seven days", "due in eight days"],
)
def test_at_stake_is_what_falls_due_within_a_week(received, at_stake):
    """
    Fifteen days from receipt, to a working day; the day itself is over and the seventh still counts.
    """
    experience = [old("2024-01-02", 40)] * 5
    figure = ledger_of([*experience, case(f"{received} 10:00")], DAY)["complaint_breaches_expected_7d"]

    assert figure["at_stake"] == at_stake
    assert figure["value"] == pytest.approx(at_stake)


@pytest.mark.parametrize(("received", "value"), [("2023-03-13", 0.5), ("2023-03-12", 1.0)])
def test_experience_is_a_year_long(received, value):
    """
    Answered after twelve days: heeded where it came within 365 days, forgotten where it came a day earlier.
    """
    cases = [old(received, 12), old("2024-01-02", 40), case("2024-02-29 10:00")]

    assert ledger_of(cases, DAY)["complaint_breaches_expected_7d"]["value"] == pytest.approx(value)


def test_a_withdrawal_ends_the_waiting_as_an_answer_does():
    """
    One of two like it was taken back after twelve days: half the chance to be still open.
    """
    gone = case("2024-01-02 10:00", withdrawn="2024-01-14 10:00", outcome=WITHDRAWN)
    cases = [gone, old("2024-01-02", 40), case("2024-02-29 10:00")]

    assert ledger_of(cases, DAY)["complaint_breaches_expected_7d"]["value"] == pytest.approx(0.5)


def test_the_grade_of_the_day_makes_cases_alike():
    """
    Of the five simple ones none waited fifteen days, the five complex ones all did: closer to the simple ones.
    """
    quick = [old("2024-01-02", 13)] * 5
    slow = [old("2024-01-02", 40, first_grade=COMPLEX)] * 5
    found = ledger_of([*quick, *slow, case("2024-02-29 10:00")], DAY)["complaint_breaches_expected_7d"]
    by_grade = 20 * 0.5 / 25
    by_category = 20 * by_grade / 25

    assert found["value"] == pytest.approx(20 * by_category / 25)


def test_nothing_at_stake_is_nothing_expected():
    """
    Without open complaints the expectation is zero, not unknown.
    """
    assert BreachForecast(DAY).expected() == {(ALL, ALL): (0.0, 0)}
