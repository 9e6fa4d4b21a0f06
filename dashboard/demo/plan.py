"""
What the made-up insurer is like: how large, since when, and what has been planted in it to be found.

Everything is drawn from the seed, so the same seed, scale and day give the same database anywhere.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import chinese_calendar
import numpy as np

from dashboard.demo.columns import DAY_SECONDS, Array, Draws, waits

CUSTOMERS = 60_000
CLAIMS = 90_000
COMPLAINTS = 10_500
CHUNK_CUSTOMERS = 20_000
TEAMS = 40
TEAMS_PER_BRANCH = 5
HISTORY_DAYS = 3 * 365
CALENDAR_BEFORE = 6 * 365
CALENDAR_AFTER = 400
REST_DAY_SHARE = 0.35
FESTIVAL_SHARE = 0.15

# What has been planted.
SURGE_AGE_DAYS = 430
FIX_AGE_DAYS = 190
SURGE_FACTOR = 6.0
CAMPAIGN_AGE_DAYS = 300
CAMPAIGN_END_AGE_DAYS = 120
CAMPAIGN_UPLIFT = 0.10
WAKING_AGE_DAYS = 240
WAKING_END_AGE_DAYS = 60
WAKING_UPLIFT = 0.12
AUTOMATION_FIRST = 0.45
AUTOMATION_LAST = 0.75
WEAK_TEAM_SLOWNESS = 1.4
RETRIEVAL_AGE_DAYS = 400


@dataclass(frozen=True)
class Plan:
    """
    Size and days of one made-up insurer, and when what was planted in it began and ended.

    Attributes:
        seed: Everything random comes from it.
        scale: 1 is about 60,000 customers; 100 is a large insurer.
        as_of: The last day that has happened, to its end.
    """

    seed: int
    scale: float
    as_of: date

    @property
    def surge_from(self) -> date:
        """
        The day from which one cause of complaints comes several times as often.
        """
        return self.as_of - timedelta(days=SURGE_AGE_DAYS)

    @property
    def surge_fixed_on(self) -> date:
        """
        The day on which it was put right; from here on it is as rare as before.
        """
        return self.as_of - timedelta(days=FIX_AGE_DAYS)

    @property
    def retrieval_from(self) -> date:
        """
        The day from which hospitals send their papers electronically: fewer are asked for, more are fetched.
        """
        return self.as_of - timedelta(days=RETRIEVAL_AGE_DAYS)

    @property
    def campaign_from(self) -> date:
        """
        Renewals due from this day on were drawn for the campaign.
        """
        return self.as_of - timedelta(days=CAMPAIGN_AGE_DAYS)

    @property
    def campaign_before(self) -> date:
        """
        And until the day before this one; long enough ago for every outcome to be known.
        """
        return self.as_of - timedelta(days=CAMPAIGN_END_AGE_DAYS)

    @property
    def waking_from(self) -> date:
        """
        Renewals of sleeping customers due from this day on were drawn for a campaign of their own.
        """
        return self.as_of - timedelta(days=WAKING_AGE_DAYS)

    @property
    def waking_before(self) -> date:
        """
        And until the day before this one.
        """
        return self.as_of - timedelta(days=WAKING_END_AGE_DAYS)

    @property
    def start(self) -> date:
        """
        The first of the three years' days.
        """
        return self.as_of - timedelta(days=HISTORY_DAYS - 1)

    @property
    def cut(self) -> np.datetime64:
        """
        The first instant that hasn't happened: midnight at the end of `as_of`.
        """
        return np.datetime64(self.as_of + timedelta(days=1), "s")

    @property
    def customers(self) -> int:
        """
        How many customers in all.
        """
        return max(round(CUSTOMERS * self.scale), 200)

    @cached_property
    def weak_team(self) -> int:
        """
        The team that handles complaints much later than the others.
        """
        return int(self.draws("weak team").integers(TEAMS))

    @cached_property
    def untrained_team(self) -> int:
        """
        The team that completes its courses late, or never, much more often than the others.
        """
        return int((self.weak_team + 1 + self.draws("untrained team").integers(TEAMS - 1)) % TEAMS)

    @cached_property
    def misselling_team(self) -> int:
        """
        The team one of whose agents sells badly.
        """
        return int((self.weak_team + 1 + self.draws("misselling team").integers(TEAMS - 1)) % TEAMS)

    @cached_property
    def slow_branch(self) -> int:
        """
        The branch that takes much longer than the others to pay what has been agreed.
        """
        return int(self.draws("slow branch").integers(TEAMS // TEAMS_PER_BRANCH))

    def draws(self, topic: str, chunk: int = 0) -> Draws:
        """
        A random generator of its own for each topic and chunk, so that one more draw here moves nothing there.
        """
        return np.random.default_rng([self.seed, zlib.crc32(topic.encode()), chunk])

    @cached_property
    def calendar(self) -> Calendar:
        """
        The days on which people here work, long before the first and a year beyond the last.
        """
        first = self.start - timedelta(days=CALENDAR_BEFORE)
        return Calendar(first, (self.as_of - first).days + CALENDAR_AFTER)

    def happened(self, instants: Array) -> Array:
        """
        The instants up to the end of `as_of`; what lies after is not yet known and NaT.
        """
        return np.where(instants < self.cut.astype(instants.dtype), instants, np.datetime64("NaT"))

    def progress(self, instants: Array) -> Array:
        """
        How far into the three years an instant lies, 0 to 1.
        """
        first = np.datetime64(self.start, "s")
        return ((instants - first) / (self.cut - first)).clip(0.0, 1.0)

    def arrivals(
        self, draws: Draws, size: int, *, growth: float, lead_days: int = 0, surge: bool = False
    ) -> Array:
        """
        Sorted instants at which something comes in: more each year, fewer on days off, fewest at Spring Festival.

        With `lead_days`, it began so much before the three years: then the first month has a backlog, too, and its
        figures aren't those of an office on its opening day.
        """
        days, weights = self.calendar.weights(self.start - timedelta(days=lead_days), self.as_of)
        elapsed = np.arange(len(days)) / 365.0
        weights = weights * (1.0 + growth) ** elapsed
        if surge:
            within = (days >= np.datetime64(self.surge_from)) & (days < np.datetime64(self.surge_fixed_on))
            weights = weights * np.where(within, 1.25, 1.0)
        edges = np.cumsum(weights)
        drawn = days[np.searchsorted(edges / edges[-1], draws.random(size)).clip(0, len(days) - 1)]
        clock = draws.triangular(7.0, 10.5, 23.99, size) * 3600
        return np.sort(drawn.astype("datetime64[s]") + clock.astype("timedelta64[s]"))


class Calendar:
    """
    Working days, make-up days included, by the Chinese calendar; the weekend rule for years it doesn't know.
    """

    def __init__(self, first: date, size: int) -> None:
        self.first = np.datetime64(first, "D")
        every = [first + timedelta(days=number) for number in range(size)]
        self.is_working = np.array([works_on(day) for day in every])
        self.is_festival = np.array([_is_spring_festival(day) for day in every])
        upcoming = np.where(self.is_working, np.arange(size), size)
        following = np.minimum.accumulate(upcoming[::-1])[::-1]
        self.next_working = self.first + following.clip(0, size - 1).astype("timedelta64[D]")

    def weights(self, first: date, last: date) -> tuple[Array, Array]:
        """
        The days from first to last, and how much happens on each compared with a working day.
        """
        start = (np.datetime64(first, "D") - self.first).astype(int)
        end = (np.datetime64(last, "D") - self.first).astype(int) + 1
        quiet = np.where(self.is_festival, FESTIVAL_SHARE, REST_DAY_SHARE)
        weights = np.where(self.is_working, 1.0, quiet)[start:end]
        return self.first + np.arange(start, end).astype("timedelta64[D]"), weights

    def answered(self, draws: Draws, since: Array, wait_days: Array | float) -> Array:
        """
        When the office gets it done: about `wait_days` after `since`, hardly ever on a day off or at night.

        Always at least a minute after `since`; NaT stays NaT.
        """
        size = len(since)
        target = since + waits(wait_days)
        day = target.astype("datetime64[D]")
        known = ~np.isnat(day)
        position = np.where(known, (day - self.first).astype(np.int64), 0).clip(0, len(self.is_working) - 1)
        patient = draws.random(size) < 0.94
        moved = np.where(patient & known, self.next_working[position], day)
        hour = (target - day.astype("datetime64[s]")).astype(np.int64) / 3600
        office = moved.astype("datetime64[s]") + ((8.5 + 9.5 * draws.beta(2, 2, size)) * 3600).astype(
            "timedelta64[s]"
        )
        stays = (moved == day) & (hour >= 8) & (hour < 20)
        soonest = since + draws.integers(60, 3600, size).astype("timedelta64[s]")
        done: Array = np.maximum(np.where(stays, target, office), soonest)
        return done


def works_on(day: date) -> bool:
    """
    Whether offices are open that day, make-up days for long holidays included.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def _is_spring_festival(day: date) -> bool:
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return False
    return bool(off) and name == chinese_calendar.Holiday.spring_festival.value


def midnight_seconds(days: Array) -> Array:
    """
    Days as the instant at which they begin.
    """
    return days.astype("datetime64[s]")


def age_days(first: Array, last: Array) -> Array:
    """
    Days with a fraction between two instants.
    """
    return (last - first).astype(np.int64) / DAY_SECONDS
