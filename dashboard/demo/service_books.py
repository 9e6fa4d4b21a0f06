"""
What the books say of service: who was answered, what the assistant took and solved, who is looked after in person.

The tables are read as they were written, and counted by plain arithmetic; nothing here is shared with the metrics
that the books are there to test.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from dashboard.demo.application_books import ENTRY_IDS
from dashboard.demo.books import ALL, Figures, rate
from dashboard.demo.columns import Array
from dashboard.demo.customers import ENTRIES, Customers
from dashboard.demo.people import Organisation
from dashboard.demo.plan import TEAMS_PER_BRANCH
from dashboard.demo.renewal_books import OF_CUSTOMERS
from dashboard.demo.sums import SPLITS, Entry, Names, SumsByKey

OF_CONTACTS: Names = {
    **{by: name for by, name in SPLITS.items() if by not in ("agent", "product_line")},
    "channel": lambda entry: ENTRY_IDS[ENTRIES[entry]],
}
CONTACTS = ("answered_rate", "ai_handled_rate", "ai_resolution_rate")
MANAGED, REVIEWED = "manager_coverage_rate", "review_coverage_rate"
WEALTHY = 0


class ServiceLedger:
    """
    Adds contacts and customers for one day, as known at its end, and closes with the figures.
    """

    def __init__(self, day: date, organisation: Organisation) -> None:
        self.day = np.datetime64(day, "D")
        self.year_ago = np.datetime64(_year_before(day), "D")
        self.organisation = organisation
        self.contacts = SumsByKey(OF_CONTACTS)
        self.customers = SumsByKey(OF_CUSTOMERS)

    def add(self, contacts: pl.DataFrame, rows: pl.DataFrame, customers: Customers) -> None:
        """
        Enter a chunk: its contacts, its customers as their table has them, and as they were drawn.
        """
        self._contacts(contacts, customers)
        team = self.organisation.agent_team[customers.agent]
        joined, reviewed = (rows[name].cast(pl.Date).to_numpy() for name in ("joined_on", "last_review_at"))
        wealthy = (customers.segment == WEALTHY) & (joined <= self.day)
        groups = {
            ALL: np.zeros(len(team), int),
            "branch": team // TEAMS_PER_BRANCH,
            "team": team,
            "agent": customers.agent,
            "segment": customers.segment,
        }
        managed = rows["manager_no"].is_not_null().to_numpy()
        in_time = (reviewed <= self.day) & (reviewed > self.year_ago)
        for kpi, entry in (
            (MANAGED, Entry(wealthy, managed, joined)),
            (REVIEWED, Entry(wealthy & (joined <= self.year_ago), in_time, joined)),
        ):
            self.customers.enter(kpi, groups, entry, by_month=False)

    def figures(self) -> Figures:
        """
        The figures as they are by this day's end.
        """
        return {kpi: self.contacts.figures(kpi, rate) for kpi in CONTACTS} | {
            kpi: self.customers.figures(kpi, rate, by_month=False) for kpi in (MANAGED, REVIEWED)
        }

    def _contacts(self, contacts: pl.DataFrame, customers: Customers) -> None:
        on: Array = contacts["happened_at"].cast(pl.Date).to_numpy().astype("datetime64[D]")
        inward = (contacts["direction_code"] == "呼入").to_numpy() & (on <= self.day)
        robot, answered, solved, passed_on = (
            contacts[name].cast(pl.Boolean).to_numpy() for name in ("by_robot", "answered", "solved", "passed_on")
        )
        who = contacts["customer_no"].replace_strict(customers.ids, pl.Series(customers.agent)).to_numpy()
        team = self.organisation.agent_team[who]
        entry = contacts["entry_code"].replace_strict(list(ENTRIES), range(len(ENTRIES))).to_numpy()
        groups = {
            ALL: np.zeros(len(team), int),
            "branch": team // TEAMS_PER_BRANCH,
            "team": team,
            "channel": entry,
        }
        entries = (
            Entry(inward & ~robot, answered, on),
            Entry(inward & answered, robot, on),
            Entry(inward & robot, solved & ~passed_on, on),
        )
        for kpi, each in zip(CONTACTS, entries, strict=True):
            self.contacts.enter(kpi, groups, each)


def _year_before(day: date) -> date:
    """
    The last day from which a year is over by this day's end: a year after 29 February is 28 February.
    """
    if (day.month, day.day) in ((2, 28), (2, 29)):
        return date(day.year - 1, 3, 1) - timedelta(days=1)
    return day.replace(year=day.year - 1)
