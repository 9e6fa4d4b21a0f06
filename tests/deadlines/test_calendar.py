"""
Working days: holidays, swapped days, years nobody has published.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.deadlines.calendar import roll_table, working_days
from dashboard.errors import SettingsError


def one(country: str, day: date) -> dict[str, object]:
    return working_days(country, day, day).row(0, named=True)


@pytest.mark.parametrize(
    ("country", "day", "is_working"),
    [
        ("CN", date(2024, 2, 9), True),
        ("CN", date(2025, 1, 28), False),
        ("CN", date(2024, 2, 18), True),
        ("CN", date(2024, 2, 17), False),
        ("CN", date(2026, 2, 28), True),
        ("GB-ENG", date(2024, 3, 29), False),
        ("GB-ENG", date(2024, 4, 2), True),
        ("AU", date(2025, 1, 1), False),
        ("US", date(2026, 7, 4), False),
    ],
)
def test_days_are_known_as_they_are_lived(country, day, is_working):
    """
    Holidays are off, make-up workdays are on, and both are known.
    """
    found = one(country, day)

    assert (is_working, True) == (found["is_working"], found["is_known"])


def test_only_days_off_carry_a_holidays_name():
    """
    The Sunday worked for the Spring Festival is not called a holiday.
    """
    assert one("CN", date(2024, 2, 12))["name"] == "Spring Festival"
    assert one("CN", date(2024, 2, 18))["name"] is None


@pytest.mark.parametrize(
    ("day", "is_working"), [(date(2031, 1, 1), True), (date(2031, 1, 4), False), (date(1999, 10, 1), True)]
)
def test_an_unpublished_year_follows_the_weekend_and_says_so(day, is_working):
    """
    China's years outside the library: Monday to Friday, not known.
    """
    found = one("CN", day)

    assert (is_working, False) == (found["is_working"], found["is_known"])


def test_a_range_has_every_day_once_in_order():
    """
    Both ends are included, over a year's end as well; the wrong way round is empty.
    """
    days = working_days("CN", date(2023, 12, 30), date(2024, 1, 2))

    assert [date(2023, 12, 30), date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 2)] == days["day"].to_list()
    assert 0 == working_days("CN", date(2024, 1, 2), date(2024, 1, 1)).height


@pytest.mark.parametrize(("country", "hint"), [("GBR1", "did you mean"), ("??", "ISO country code")])
def test_an_unknown_country_is_refused(country, hint):
    """
    No calendar is invented for it.
    """
    with pytest.raises(SettingsError, match=hint):
        working_days(country, date(2024, 1, 1), date(2024, 1, 2))


def test_our_own_days_replace_the_librarys():
    """
    An unpublished day becomes known once somebody has written it down.
    """
    own = pl.DataFrame({"day": [date(2027, 2, 8)], "is_working": [False], "name": ["Spring Festival"]})
    days = working_days("CN", date(2027, 2, 8), date(2027, 2, 9), overrides=own)

    assert [(False, "Spring Festival", True), (True, None, False)] == days.drop("day").rows()


def test_the_roll_table_knows_only_what_it_passed_over():
    """
    A known Friday is known; the Saturday before an unknown Monday isn't.
    """
    days = working_days("CN", date(2024, 1, 1), date(2024, 12, 31)).with_columns(
        is_known=pl.col("day") != date(2024, 3, 18)
    )
    table = roll_table(days)
    rolled = {day: (next_on, known) for day, next_on, known, *_ in table.iter_rows()}

    assert (date(2024, 3, 15), True) == rolled[date(2024, 3, 15)]
    assert (date(2024, 3, 18), False) == rolled[date(2024, 3, 16)]
    assert (date(2024, 3, 19), True) == rolled[date(2024, 3, 19)]
