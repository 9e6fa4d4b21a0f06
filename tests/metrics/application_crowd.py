"""
Applications as a seeded die throws them, crowded around three minutes, thirty days and midnight; plain verdicts.

The verdicts read the rows as they were written, one by one; nothing is shared with what they check.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
FIRST = date(2024, 3, 1)
OUTCOMES = ("issued", "declined", "withdrawn", "abandoned", "open", None)
GROUPS = {
    "branch_id": ("A", "B", None),
    "team_id": ("a", "b", None),
    "agent_id": ("x", "y"),
    "product_line": ("motor", "health", None),
    "channel": ("app", "phone", None),
    "customer_segment": ("young", "family", None),
}
STEPS = ("needs_analysis", "disclosure", "signature", None)


def crowd(seed: int, count: int) -> list[dict[str, Any]]:
    """
    So many applications.
    """
    die = Random(seed)
    return [_application(die, number) for number in range(count)]


def _application(die: Random, number: int) -> dict[str, Any]:
    started = datetime.combine(FIRST + timedelta(die.randrange(150)), datetime.min.time(), UTC)
    started += timedelta(hours=16, seconds=die.choice((-1, 0, 1, 30_000)))
    outcome = die.choice(OUTCOMES)
    submitted = started + timedelta(die.choice((0, 1, 29, 30, 31))) if die.random() < 0.7 else None
    decided = (submitted or started) + timedelta(days=die.choice((0, 1, 2, 29, 30, 31)))
    product = die.choice((1, 3, 5, None))
    needs, risk = (started + timedelta(die.choice((-400, -1, 0, 1))) if die.random() < 0.8 else None for _ in "nr")
    return {name: die.choice(values) for name, values in GROUPS.items()} | {
        "application_id": str(number),
        "customer_id": str(die.randrange(40)),
        "started_at": started,
        "submitted_at": submitted,
        "decided_at": None if outcome in ("open", None) else decided,
        "outcome": outcome,
        "active_seconds": die.choice((None, 60, 179, 180, 181, 240, 300, 900)),
        "e_signed": die.choice((None, True, False)),
        "ocr_used": die.choice((None, True, False)),
        "underwriting_automatic": die.choice((None, True, False)),
        "abandoned_step": die.choice(STEPS),
        "needs_analysed_at": needs,
        "risk_assessed_at": risk,
        "product_risk": product,
        "risk_tolerance": die.choice((1, 3, 5, None)),
        "recommended_product_line": die.choice(("motor", "health", "life", None)),
        "premium": die.choice((None, 100, 250)),
        "cases": die.choice((1, 1, None, 3)),
    }


@dataclass
class Sum:
    """
    What a figure is made of: above and below the line, what may still come, and minutes of those who sent it.
    """

    above: int = 0
    below: int = 0
    pending: int = 0
    ended: list[float] = field(default_factory=list)
    waiting: list[float] = field(default_factory=list)


def weight(row: Row) -> int:
    return 1 if row["cases"] is None else row["cases"]


def known(row: Row, as_of: date, zone: str) -> dict[str, Any] | None:
    """
    A row as it was known at the end of a day, its instants as local days; null: not begun by then.
    """
    days = {
        name.replace("_at", "_on"): _day(row[name], zone)
        for name in ("started_at", "submitted_at", "decided_at", "needs_analysed_at", "risk_assessed_at")
    }
    if days["started_on"] > as_of:
        return None
    sent, decided = days["submitted_on"], days["decided_on"]
    told = dict(row) | {name: day if day is not None and day <= as_of else None for name, day in days.items()}
    if decided is not None and decided > as_of:
        told |= {"outcome": None, "underwriting_automatic": None, "abandoned_step": None}
    later = [day for day in (sent, decided) if day is not None]
    if later and min(later) > as_of:
        told["active_seconds"] = None
    told["is_open"] = told["outcome"] in (None, "open")
    return told


def sums(rows: Iterable[Row], as_of: date, zone: str, by: tuple[str, ...] = ()) -> dict[Any, Sum]:
    """
    By KPI and group; minutes under "minutes".
    """
    found: dict[Any, Sum] = defaultdict(Sum)
    for row in rows:
        told = known(row, as_of, zone)
        if told is None:
            continue
        key = tuple(told["started_on"].replace(day=1) if each == "month" else row[each] for each in by)
        for name, above, below, pending in _marks(told, as_of):
            cell = found[name, key]
            cell.above += weight(row) * (above and below)
            cell.below += weight(row) * below
            cell.pending += weight(row) * pending
        if told["active_seconds"] is not None and (told["submitted_on"] or told["is_open"]):
            cell = found["minutes", key]
            lengths = cell.ended if told["submitted_on"] else cell.waiting
            lengths += [told["active_seconds"] / 60] * weight(row)
    return found


def _marks(told: Row, as_of: date) -> Iterator[tuple[str, bool, bool, bool]]:
    sent = told["submitted_on"] is not None
    applying = told["is_open"] and not sent
    seconds, last = told["active_seconds"], told["started_on"] + timedelta(30)
    yield "application_3min_rate", (seconds or 0) <= 180, sent and seconds is not None, applying
    issued = told["outcome"] == "issued" and told["decided_on"] is not None and told["decided_on"] <= last
    yield "application_conversion_rate", issued, last <= as_of, last > as_of
    yield "e_signature_rate", bool(told["e_signed"]), sent and told["e_signed"] is not None, applying
    yield "ocr_rate", bool(told["ocr_used"]), sent and told["ocr_used"] is not None, applying


def first_minute(cell: Sum, left: float) -> float | None:
    """
    The first minute by which at most this share is still filling in, by Kaplan and Meier; null: not reached.
    """
    share, at_risk = 1.0, len(cell.ended) + len(cell.waiting)
    for minute in sorted({*cell.ended, *cell.waiting}):
        done = cell.ended.count(minute)
        share *= 1 - done / at_risk
        at_risk -= done + cell.waiting.count(minute)
        if share <= left + 1e-9:
            return minute
    return None


def _day(instant: datetime | None, zone: str) -> date | None:
    return None if instant is None else instant.astimezone(ZoneInfo(zone)).date()
