"""
Working days, country by country, make-up workdays included.

The libraries only seed the calendar. Where a year isn't published yet, the weekend rule stands in and says so
(`is_known`), because a date that may be wrong must not look like one that can't.
"""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from difflib import get_close_matches
from functools import lru_cache

import chinese_calendar
import holidays
import polars as pl

from dashboard.errors import Problem, SettingsError

# Due days are looked up in a table over these years; a date outside them is nobody's deadline.
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 12, 31)

# The years for which the holidays library is asked. Earlier and later ones fall to the weekend rule.
_LIBRARY_YEARS = range(1990, 2061)
FIRST_KNOWN_DAY, LAST_KNOWN_DAY = date(_LIBRARY_YEARS.start, 1, 1), date(_LIBRARY_YEARS.stop - 1, 12, 31)

_SCHEMA = {"day": pl.Date(), "is_working": pl.Boolean(), "name": pl.String(), "is_known": pl.Boolean()}
_SATURDAY = 6


def working_days(country: str, first: date, last: date, *, overrides: pl.DataFrame | None = None) -> pl.DataFrame:
    """
    List every day from `first` to `last`, both included, and whether people work on it.

    Swapped days count as they are lived: a Sunday worked to make up for a holiday is a working day.

    Args:
        country: ISO code, with a subdivision where holidays differ, such as `CN`, `GB` or `AU-NSW`.
        first: The first day listed.
        last: The last day listed.
        overrides: Days that replace the library's: `day`, `is_working`, optionally `name`. They count as known.

    Returns:
        `day`, `is_working`, `name` (of the holiday, null on others), `is_known` (false: weekend rule only).

    Raises:
        SettingsError: No calendar for that country.
    """
    if first > last:
        return pl.DataFrame(schema=_SCHEMA)
    years = [_year(country, year) for year in range(first.year, last.year + 1)]
    days = pl.concat(years).filter(pl.col("day").is_between(first, last))
    return days if overrides is None else _overridden(days, overrides)


@lru_cache(maxsize=32)
def rolled_days(country: str) -> pl.DataFrame:
    """
    For every day of the table, the first working day on or after it: see `roll_table`.
    """
    return roll_table(working_days(country, FIRST_KNOWN_DAY, LAST_KNOWN_DAY))


def roll_table(calendar: pl.DataFrame) -> pl.DataFrame:
    """
    For every day from `FIRST_DAY` to `LAST_DAY`, the first working day on or after it.

    Args:
        calendar: As `working_days` returns it. Days it lacks follow the weekend rule and are not known.

    Returns:
        `day`, `next_working_on`, `is_known` (every day from `day` to `next_working_on` is), and of the days
        up to and including it how many are working, `working_so_far`, and not known, `unknown_so_far`.
    """
    days = (
        pl.DataFrame({"day": pl.date_range(FIRST_DAY, LAST_DAY, eager=True)})
        .join(calendar.select("day", "is_working", "is_known"), on="day", how="left", maintain_order="left")
        .with_columns(
            is_working=pl.col("is_working").fill_null(pl.col("day").dt.weekday() < _SATURDAY),
            is_unknown=~pl.col("is_known").fill_null(value=False),
        )
        .with_columns(
            next_working_on=pl.when("is_working").then("day").fill_null(strategy="backward"),
            working_so_far=pl.col("is_working").cum_sum().cast(pl.Int64),
            unknown_so_far=pl.col("is_unknown").cum_sum().cast(pl.Int64),
        )
    )
    until_next = days.select("day", unknown_by_next="unknown_so_far")
    return days.join(
        until_next, left_on="next_working_on", right_on="day", how="left", maintain_order="left"
    ).select(
        "day",
        "next_working_on",
        # Inclusive of the day itself, hence its own unknown is added back.
        is_known=pl.col("unknown_by_next") - pl.col("unknown_so_far") + pl.col("is_unknown").cast(pl.Int64) == 0,
        working_so_far="working_so_far",
        unknown_so_far="unknown_so_far",
    )


@lru_cache(maxsize=4096)
def _year(country: str, year: int) -> pl.DataFrame:
    days = [date(year, 1, 1) + timedelta(days=count) for count in range(366)]
    days = [day for day in days if day.year == year]
    if country == "CN":
        return _chinese_year(days)
    return _library_year(country, days) if year in _LIBRARY_YEARS else _weekend_year(_checked(country, days))


def _chinese_year(days: list[date]) -> pl.DataFrame:
    if days[0].year not in _published_in_china():
        return _weekend_year(days)
    # The library's own functions look for its first and last year anew at every call, half a second in all.
    worked, off = chinese_calendar.workdays, chinese_calendar.holidays
    return pl.DataFrame(
        # The library also names make-up workdays after their holiday; a name here means a day off.
        {
            "day": days,
            "is_working": [day in worked or (day not in off and day.isoweekday() < _SATURDAY) for day in days],
            "name": [None if day in worked else off.get(day) for day in days],
            "is_known": True,
        },
        schema=_SCHEMA,
    )


@lru_cache(maxsize=1)
def _published_in_china() -> range:
    published = chinese_calendar.holidays.keys()
    return range(min(published).year, max(published).year + 1)


def _library_year(country: str, days: list[date]) -> pl.DataFrame:
    named = _library(country)
    return pl.DataFrame(
        {
            "day": days,
            "is_working": [named.is_working_day(day) for day in days],
            "name": [named.get(day) for day in days],
            "is_known": True,
        },
        schema=_SCHEMA,
    )


def _weekend_year(days: list[date]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "day": days,
            "is_working": [day.isoweekday() < _SATURDAY for day in days],
            "name": None,
            "is_known": False,
        },
        schema=_SCHEMA,
    )


def _checked(country: str, days: list[date]) -> list[date]:
    _library(country)
    return days


@lru_cache(maxsize=32)
def _library(country: str) -> holidays.HolidayBase:
    code, _, subdivision = country.partition("-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return holidays.country_holidays(code, subdiv=subdivision or None)
    except NotImplementedError as unknown:
        known = ["CN", *holidays.list_supported_countries()]
        near = get_close_matches(country, known, n=1, cutoff=0.5)
        hint = f'did you mean "{near[0]}"?' if near else "write an ISO country code such as CN or GB"
        raise SettingsError(Problem("business.country", f'no calendar for "{country}"', hint)) from unknown


def _overridden(days: pl.DataFrame, overrides: pl.DataFrame) -> pl.DataFrame:
    name = pl.col("name") if "name" in overrides.columns else pl.lit(None, pl.String())
    replacing = overrides.select("day", name.alias("name"), is_working_instead="is_working").unique(
        "day", keep="last"
    )
    joined = days.join(replacing, on="day", how="left", suffix="_instead", maintain_order="left")
    is_replaced = pl.col("is_working_instead").is_not_null()
    return joined.select(
        "day",
        is_working=pl.coalesce("is_working_instead", "is_working"),
        name=pl.when(is_replaced).then("name_instead").otherwise("name"),
        is_known=pl.col("is_known") | is_replaced,
    )


def days_between(calendar: str | pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """
    List the days from `first` to `last`, both included, of a country or of the business's own calendar.

    Args:
        calendar: A country code, or a frame like `working_days` returns.
        first: The first day listed.
        last: The last day listed.

    Returns:
        As `working_days`; a day that an own calendar lacks is absent.
    """
    if isinstance(calendar, str):
        return working_days(calendar, first, last)
    return calendar.filter(pl.col("day").is_between(first, last))
