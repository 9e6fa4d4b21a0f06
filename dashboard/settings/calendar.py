"""
The insurer's own working days, from a CSV file that people can edit: `day,is_working,name`.

Each line replaces what the country's calendar says about that day, and makes it known.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from dashboard.errors import Problem, SettingsError

COLUMNS = ("day", "is_working", "name")
_NEEDED = COLUMNS[:2]
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

# Due days are looked up over these years.
_YEARS = range(1900, 2201)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """
    A day the insurer has written down.

    Attributes:
        day: Which.
        is_working: Whether its people work on it.
        name: What it is called; null where nothing is written.
    """

    day: date
    is_working: bool
    name: str | None


def read_calendar(file: Path) -> list[OwnDay]:
    """
    Read the insurer's own days.

    Args:
        file: CSV in UTF-8 with a heading: `day` as 2026-02-17, `is_working` as true or false (yes, no, 1, 0), and
            optionally `name`. Empty lines are passed over.

    Returns:
        One per line, in the file's order.

    Raises:
        SettingsError: with file and line of every heading, day or truth that can't be meant and every day that
            stands there twice.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        remedy = "name a CSV file in UTF-8 with the columns day,is_working,name"
        raise SettingsError(Problem(str(file), f"can't be read: {error}", remedy)) from None
    lines = csv.DictReader(text.splitlines(), skipinitialspace=True, restkey="", restval="")
    problems = list(_heading_problems(lines.fieldnames or (), file))
    if problems:
        raise SettingsError(problems)
    days: list[OwnDay] = []
    seen: dict[date, int] = {}
    for line in lines:
        where = f"{file}:{lines.line_num}"
        found = list(_line_problems(line, where))
        problems += found
        if found:
            continue
        day = date.fromisoformat(line["day"].strip())
        if day in seen:
            problems.append(Problem(where, f"{day} stands in line {seen[day]} already", "keep one of the two"))
        seen.setdefault(day, lines.line_num)
        name = (line.get("name") or "").strip() or None
        days.append(OwnDay(day, _TRUTHS[line["is_working"].strip().lower()], name))
    if problems:
        raise SettingsError(problems)
    return days


def _heading_problems(heading: Iterable[str], file: Path) -> Iterator[Problem]:
    names = list(heading)
    where = f"{file}:1"
    for name in names:
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(COLUMNS)}"
            yield Problem(where, f'"{name}" is no column of a calendar', hint)
    for name in _NEEDED:
        if names.count(name) != 1:
            yield Problem(where, f'the heading needs "{name}" once', "write day,is_working,name")


def _line_problems(line: Mapping[str, str], where: str) -> Iterator[Problem]:
    if "" in line:
        yield Problem(where, "has more values than the heading", 'put a name with a comma into quotes: "a, b"')
    written = line["day"].strip()
    try:
        # The standard library also reads 20260217 and weeks; a file that people edit has one way to write a day.
        is_day = date.fromisoformat(written).year in _YEARS and _DAY.fullmatch(written) is not None
    except ValueError:
        is_day = False
    if not is_day:
        yield Problem(where, f'day is "{written}"', "expected a day from 1900 to 2200, e.g. 2026-02-17")
    truth = line["is_working"].strip()
    if truth.lower() not in _TRUTHS:
        yield Problem(where, f'is_working is "{truth}"', "expected true or false")
