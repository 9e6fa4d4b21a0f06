"""
What the books say of applications: how long they took, how they were signed and read, what became of them.

The table is read as it was written, and counted by plain arithmetic on instants; nothing here is shared with the
metrics that the books are there to test.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from dashboard.demo.applications import DECISIONS, ISSUED
from dashboard.demo.books import ALL, Figure, Figures, rate, sorted_keys
from dashboard.demo.claim_waiting import Spells
from dashboard.demo.columns import Array
from dashboard.demo.customers import ENTRIES, SEGMENTS, Customers
from dashboard.demo.names import LINES, PRODUCTS
from dashboard.demo.people import Organisation
from dashboard.demo.plan import TEAMS_PER_BRANCH
from dashboard.demo.sums import SPLITS, Entry, Names, SumsByKey

ENTRY_IDS = {"APP": "app", "微信": "wechat", "网站": "web", "电话": "phone", "柜面": "counter", "代理人": "agent"}
SEGMENT_IDS = {
    "高净值": "high_net_worth",
    "家庭": "family",
    "青年": "young",
    "小微企业主": "small_business",
    "标准": "standard",
}
NAMES: Names = {
    **SPLITS,
    "channel": lambda entry: ENTRY_IDS[ENTRIES[entry]],
    "customer_segment": lambda segment: SEGMENT_IDS[SEGMENTS[segment]],
}
QUICK_SECONDS = 180
WATCHED = np.timedelta64(30, "D")
QUANTILES = {"application_minutes_median": 0.5, "application_minutes_p90": 0.1}
RATES = ("application_3min_rate", "application_conversion_rate", "e_signature_rate", "ocr_rate")


class ApplicationLedger:
    """
    Adds applications for one day, as known at its end, and closes with the figures.
    """

    def __init__(self, day: date, organisation: Organisation) -> None:
        self.day = np.datetime64(day, "D")
        self.organisation = organisation
        self.sums = SumsByKey(NAMES)
        self.spells = {by: Spells() for by in NAMES}

    def add(self, applications: pl.DataFrame, customers: Customers) -> None:
        """
        Enter a chunk: the rows of its table, and its customers.
        """
        opened, submitted, decided = (
            days_of(applications, f"{step}_at") for step in ("opened", "submitted", "decided")
        )
        there = opened <= self.day
        sent, is_decided = there & (submitted <= self.day), decided <= self.day
        groups = groups_of(applications, customers, self.organisation)
        seconds = applications["active_seconds"].fill_null(-1).to_numpy()
        timed = sent & (seconds >= 0)
        issued = (
            is_decided & (applications["decision_code"] == DECISIONS[ISSUED]).fill_null(value=False).to_numpy()
        )
        last = opened + WATCHED
        signed, read = (applications[name].cast(pl.Boolean).to_numpy() for name in ("e_signed", "ocr_used"))
        entries = (
            Entry(timed, seconds <= QUICK_SECONDS, opened),
            Entry(there & (last <= self.day), issued & (decided <= last), opened),
            Entry(sent, signed, opened),
            Entry(sent, read, opened),
        )
        for kpi, entry in zip(RATES, entries, strict=True):
            self.sums.enter(kpi, groups, entry)
        months = {"month": opened.astype("datetime64[M]").astype(np.int64)}
        for by, keys in (groups | months).items():
            self.spells[by].add(keys[timed], seconds[timed], np.ones(timed.sum(), bool))

    def figures(self) -> Figures:
        """
        The figures as they are by this day's end.
        """
        return {kpi: self.sums.figures(kpi, rate) for kpi in RATES} | self._minutes()

    def _minutes(self) -> Figures:
        found: Figures = {kpi: {by: {} for by in sorted(NAMES)} for kpi in QUANTILES}
        for by, spells in self.spells.items():
            # The spells are of seconds here; how they are counted doesn't depend on it.
            for key, cases, seconds in spells.first_hours_with(list(QUANTILES.values())):
                for kpi, second in zip(QUANTILES, seconds, strict=True):
                    minutes = None if second is None else second / 60
                    found[kpi][by][NAMES[by](key)] = Figure(value=minutes, numerator=None, denominator=cases)
        for groups in found.values():
            groups[ALL].setdefault(ALL, Figure(value=None, numerator=None, denominator=0))
        return {kpi: {by: sorted_keys(keys) for by, keys in groups.items()} for kpi, groups in found.items()}


def days_of(applications: pl.DataFrame, column: str) -> Array:
    """
    The days of a column of instants, as written.
    """
    days: Array = applications[column].cast(pl.Date).to_numpy().astype("datetime64[D]")
    return days


def groups_of(applications: pl.DataFrame, customers: Customers, organisation: Organisation) -> dict[str, Array]:
    """
    What each application is counted under, by split.
    """
    agent = applications["agent_no"].str.slice(1).cast(pl.Int64).to_numpy()
    team = organisation.agent_team[agent]
    product = applications["product_no"].str.slice(2).cast(pl.Int64).to_numpy()
    line = np.array([LINES.index(each.line) for each in PRODUCTS])[product]
    entry = applications["entry_code"].replace_strict(list(ENTRIES), range(len(ENTRIES))).to_numpy()
    segment = applications["customer_no"].replace_strict(customers.ids, pl.Series(customers.segment)).to_numpy()
    return {
        ALL: np.zeros(len(team), int),
        "branch": team // TEAMS_PER_BRANCH,
        "team": team,
        "agent": agent,
        "product_line": line,
        "channel": entry,
        "customer_segment": segment,
    }
