"""
Contacts as a seeded die throws them, crowded around a week, a day, twenty seconds and midnight; plain verdicts.

The verdicts read the rows as they were written, one by one; nothing is shared with what they check.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
FIRST = datetime(2024, 5, 1, 16, tzinfo=UTC)
STEPS = (0, 1, 3600, 86_399, 86_400, 86_401, 604_799, 604_800, 604_801)
GROUPS = {
    "branch_id": ("A", "B", None),
    "team_id": ("a", "b", None),
    "channel": ("app", "phone", None),
    "topic": ("complaint", "policy_enquiry", None),
}


def crowd(seed: int, count: int) -> list[dict[str, Any]]:
    """
    So many contacts, most of problems that go on.
    """
    die, rows = Random(seed), []
    at: dict[str | None, datetime] = defaultdict(lambda: FIRST + timedelta(days=die.randrange(60)))
    for number in range(count):
        issue = die.choice((None, *(f"Q{each}" for each in range(count // 3))))
        at[issue] += timedelta(seconds=die.choice(STEPS))
        rows.append(
            {name: die.choice(values) for name, values in GROUPS.items()}
            | {
                "interaction_id": f"{number:05}",
                "issue_id": issue,
                "at": at[issue],
                "direction": die.choice(("in", "in", "in", "out", None)),
                "handled_by": die.choice(("ai", "person", None)),
                "answered": die.choice((True, True, False, None)),
                "resolved": die.choice((True, False, None)),
                "handed_over": die.choice((True, False, None)),
                "wait_seconds": die.choice((None, 0, 19, 20, 21, 300)),
                "cases": die.choice((1, 1, None, 3)),
            }
        )
    return rows


def weight(row: Row) -> int:
    return 1 if row["cases"] is None else row["cases"]


def verdicts(rows: Iterable[Row], as_of: date, zone: str) -> list[tuple[Row, date, dict[str, tuple[bool, bool]]]]:
    """
    Each contact known by the end of a day, its local day, and by share whether it is about it and finds it.
    """
    end = datetime.combine(as_of + timedelta(days=1), datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
    there = [row for row in rows if row["at"] < end]
    inward = [row for row in there if row["direction"] == "in"]
    found = []
    for row in there:
        is_in, by_ai = row["direction"] == "in", row["direction"] == "in" and row["handled_by"] == "ai"
        same = [each for each in inward if row["issue_id"] is not None and each["issue_id"] == row["issue_id"]]
        order = [(each["at"], each["interaction_id"]) for each in same]
        place = (row["at"], row["interaction_id"])
        later = sorted(
            (each for each in same if (each["at"], each["interaction_id"]) > place),
            key=lambda each: (each["at"], each["interaction_id"]),
        )
        following = later[0] if is_in and later else None
        gap = following["at"] - row["at"] if following else timedelta.max
        is_first = is_in and bool(order) and min(order) == place
        solved, answered = row["resolved"] is True, row["answered"] is True
        for_person = is_in and not by_ai and row["answered"] is not None
        switched = gap <= timedelta(days=1) and following is not None
        other = switched and None not in (following["channel"], row["channel"])
        found.append((row, row["at"].astimezone(ZoneInfo(zone)).date(), {
            "answered_rate": (for_person, answered),
            "ai_handled_rate": (is_in and answered and row["handled_by"] is not None, by_ai),
            "ai_resolution_rate": (by_ai and row["resolved"] is not None, solved and not row["handed_over"]),
            "handed_over": (by_ai and row["handed_over"] is not None, row["handed_over"] is True),
            "quick": (
                for_person and row["wait_seconds"] is not None,
                answered and (row["wait_seconds"] or 0) <= 20 and row["wait_seconds"] is not None,
            ),
            "first_contact": (
                is_first and row["resolved"] is not None and row["at"] + timedelta(days=7) <= end,
                solved and gap > timedelta(days=7),
            ),
            "switched": (
                is_in and None not in (row["issue_id"], row["channel"]) and row["at"] + timedelta(days=1) <= end,
                other and following["channel"] != row["channel"],
            ),
        }))  # fmt: skip
    return found
