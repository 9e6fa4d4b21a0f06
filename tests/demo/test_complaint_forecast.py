"""
The books' forecast of breaches: known answers, who is at stake, and what counts as experience.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboard.demo.books import ALL
from dashboard.demo.complaint_forecast import Approach, BreachForecast, chance_of_breach
from dashboard.demo.complaints import COMPLEX, WITHDRAWN
from tests.demo.cases import case, ledger_of

DAY = date(2024, 3, 11)


def approach(*spans):
    """
    Cases by their first and last day, seen from the due day, and whether they stopped on it.
    """
    found = Approach()
    for first, last, stopped in spans:
        found.add(first, last, stopped)
    return found


# Received three days before they were due; stopped, or last seen, after 1, 2, 2, 3 and 5 days.
FIVE = ((-3, -2, True), (-3, -1, True), (-3, -1, False), (-3, 0, True), (-3, 2, False))


@pytest.mark.parametrize(("today", "chance"), [(-3, 0.3), (-2, 0.375), (-1, 0.5)])
def test_the_chance_is_that_of_cases_which_came_as_near(today, chance):
    """
    Of five, one of five stops two days before, one of four the day before, one of two on the due day itself.
    """
    assert chance_of_breach([approach(*FIVE)], today) == pytest.approx(chance)


def test_what_happens_after_the_due_day_is_no_matter():
    """
    It was late by then, whether it stopped the day after or not.
    """
    assert chance_of_breach([approach((-3, 1, True), (-3, 0, True))], -3) == pytest.approx(0.5)


def test_a_case_is_at_risk_from_its_receipt_to_its_last_day():
    """
    Both days included, and none beside them.
    """
    found = approach((-3, -1, True))

    assert [found.at_risk[day] for day in (-4, -3, -1, 0)] == [0, 1, 1, 0]
    assert [found.stopped[day] for day in (-2, -1, 0)] == [0, 1, 0]


def test_who_came_later_was_not_at_risk_before():
    """
    Two days before only one of the two was there, and it stopped; then the other stays alone.
    """
    assert chance_of_breach([approach((-3, -2, True), (-1, 2, False))], -3) == 0.0
    assert chance_of_breach([approach((-3, -2, True), (-1, 2, False))], -2) == 1.0


def test_a_finer_group_speaks_as_loudly_as_it_is_large():
    """
    Four cases like it, all still open: (4 x 1 + 20 x 0.375) / 24; a fifth that stopped earlier has no voice.
    """
    finer = approach(*[(-3, 6, False)] * 4, (-3, -2, True))

    assert chance_of_breach([approach(*FIVE), finer], -2) == pytest.approx((4 + 20 * 0.375) / 24)


@pytest.mark.parametrize(("today", "chance"), [(-3, 1.0), (-2, None)])
def test_where_nobody_came_nearer_there_is_no_chance_to_tell(today, chance):
    """
    The only one known was last seen two days before: three days before it tells something, after that nothing.
    """
    assert chance_of_breach([approach((-5, -2, False))], today) == chance


def test_an_empty_finer_group_changes_nothing():
    """
    No case like it at all: the coarser group's chance stands.
    """
    assert chance_of_breach([approach(*FIVE), Approach()], -2) == pytest.approx(0.375)


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


@pytest.mark.parametrize(("received", "value"), [("2024-01-02", 1.0), ("2024-03-01", 0.5)])
def test_nearness_is_counted_from_each_ones_own_due_day(received, value):
    """
    Both answered after sixteen days: past a due day that came after fifteen, before one that fell on a weekend.
    """
    day = date(2024, 3, 20)
    cases = [old(received, 16), old("2024-01-02", 40), case("2024-03-07 10:00")]
    figure = ledger_of(cases, day)["complaint_breaches_expected_7d"]

    assert figure["at_stake"] == 1
    assert figure["value"] == pytest.approx(value)


@pytest.mark.parametrize(("day", "at_stake"), [(date(2024, 3, 8), 1), (date(2024, 3, 13), 0)])
def test_a_case_is_due_when_it_was_known_to_be(day, at_stake):
    """
    Due on 15 March until it is graded up on the 12th, on 1 April from then on.
    """
    regraded = case("2024-02-29 10:00", regraded="2024-03-12 10:00", new_grade=COMPLEX)
    figure = ledger_of([old("2024-01-02", 40), regraded], day)["complaint_breaches_expected_7d"]

    assert figure["at_stake"] == at_stake


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
