"""
The figures of the books about agents: who was there and sold, who may, who learnt in time.

The tables are read as they were written, and counted by plain arithmetic on months and days; nothing here is
shared with the metrics that the books are there to test.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from dashboard.demo.books import ALL, Figure, Figures, mean, rate
from dashboard.demo.columns import Array
from dashboard.demo.people import COURSES, SALES_CHANNELS, Organisation, Tables
from dashboard.demo.plan import TEAMS_PER_BRANCH
from dashboard.demo.policies import Policies
from dashboard.demo.sums import SPLITS, Entry, Names, SumsByKey

CHANNELS = ("agent", "counter", "phone", "web")
OF_COURSES: Names = {by: name for by, name in SPLITS.items() if by != "product_line"}
OF_AGENTS: Names = {**OF_COURSES, "channel": CHANNELS.__getitem__}
REVIEWS = [f"K{number:02d}" for number, course in enumerate(COURSES) if course[1] == "案例"]
DAY = np.timedelta64(1, "D")
ACTIVE, PER_ACTIVE, CERTIFIED = "agents_active_rate", "policies_per_active_agent", "certification_rate"
ON_TIME, REVIEWED = "training_on_time_rate", "case_review_rate"


class PeopleLedger:
    """
    Adds up sales chunk by chunk, as known at the end of one day, and closes with the figures.
    """

    def __init__(self, day: date, organisation: Organisation, tables: Tables) -> None:
        self.day = np.datetime64(day, "D")
        self.organisation = organisation
        self.tables = tables
        first = organisation.agent_from.min().astype("datetime64[M]")
        self.months = np.arange(first, self.day.astype("datetime64[M]") + 1)
        self.sold = np.zeros((len(organisation.agent_team), len(self.months)), int)

    def add(self, policies: Policies) -> None:
        """
        Enter a chunk's contracts.
        """
        known = policies.issued_at.astype("datetime64[D]") <= self.day
        month = (policies.issued_at[known].astype("datetime64[M]") - self.months[0]).astype(int)
        within = month >= 0
        np.add.at(self.sold, (policies.seller[known][within], month[within]), 1)

    def figures(self) -> Figures:
        """
        The figures as they are by this day's end.
        """
        people, courses = SumsByKey(OF_AGENTS), SumsByKey(OF_COURSES)
        self._sales(people)
        self._certificates(people)
        self._courses(courses)
        return {
            ACTIVE: people.figures(ACTIVE, _of_halves),
            PER_ACTIVE: people.figures(PER_ACTIVE, mean),
            CERTIFIED: people.figures(CERTIFIED, rate, by_month=False),
            ON_TIME: courses.figures(ON_TIME, rate),
            REVIEWED: courses.figures(REVIEWED, rate),
        }

    def _sales(self, sums: SumsByKey) -> None:
        agent, place = (index.ravel() for index in np.indices(self.sold.shape))
        first = self.months[place].astype("datetime64[D]")
        last = np.minimum((self.months[place] + 1).astype("datetime64[D]") - DAY, self.day)
        since, until = self.organisation.agent_from[agent], self._until()[agent]
        at_first = (since <= first) & ~(until <= first)
        at_last = (since <= last) & ~(until <= last)
        there = np.maximum(since, first) <= np.fmin(last, until - DAY)
        sold = self.sold.ravel()
        groups = self._of_agents(agent)
        sums.enter(ACTIVE, groups, Entry(there, sold > 0, first, at_first.astype(int) + at_last))
        sums.enter(PER_ACTIVE, groups, Entry(there & (sold > 0), sold, first))

    def _certificates(self, sums: SumsByKey) -> None:
        certificates = self.tables["certificate"]
        issued, expires = _days(certificates, "issued_on"), _days(certificates, "expires_on")
        valid = (issued <= self.day) & (expires >= self.day)
        agents = np.arange(len(self.organisation.agent_team))
        holds = np.isin(agents, _agents(certificates)[valid])
        licensed = _days(self.tables["agent"], "licence_until") >= self.day
        here = (self.organisation.agent_from <= self.day) & np.isnat(self._until())
        since = self.organisation.agent_from
        sums.enter(CERTIFIED, self._of_agents(agents), Entry(here, licensed | holds, since), by_month=False)

    def _courses(self, sums: SumsByKey) -> None:
        bookings = self.tables["course_booking"]
        due, done = _days(bookings, "due_on"), _days(bookings, "completed_on")
        groups = {by: keys for by, keys in self._of_agents(_agents(bookings)).items() if by != "channel"}
        sums.enter(ON_TIME, groups, Entry(due <= self.day, done <= due, due))
        ends = (due.astype("datetime64[M]") + 1).astype("datetime64[D]") - DAY
        is_review = bookings["course_no"].is_in(REVIEWS).to_numpy() & (ends <= self.day)
        sums.enter(REVIEWED, groups, Entry(is_review, done <= ends, due))

    def _until(self) -> Array:
        until = self.organisation.agent_to
        return np.where(until <= self.day, until, np.datetime64("NaT", "D"))

    def _of_agents(self, agents: Array) -> dict[str, Array]:
        team = self.organisation.agent_team[agents]
        sold_by = self.tables["agent"]["sales_channel"].to_list()
        channel = np.array([SALES_CHANNELS.index(name) for name in sold_by])
        return {
            ALL: np.zeros(len(agents), int),
            "branch": team // TEAMS_PER_BRANCH,
            "team": team,
            "agent": agents,
            "channel": channel[agents],
        }


def _of_halves(found: int, halves: int) -> Figure:
    """
    A share of so many half agents.
    """
    value = found / (halves / 2) if halves else None
    return Figure(value=value, numerator=found, denominator=round(halves / 2))


def _days(table: pl.DataFrame, column: str) -> Array:
    days: Array = table[column].cast(pl.Date).to_numpy().astype("datetime64[D]")
    return days


def _agents(table: pl.DataFrame) -> Array:
    numbers: Array = table["agent_no"].str.slice(1).cast(pl.Int64).to_numpy()
    return numbers
