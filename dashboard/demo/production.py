"""
What the ledger reports at each month's end: contracts in force, insured persons, premium written.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from dashboard.demo.books import month
from dashboard.demo.columns import Array
from dashboard.demo.lives import LAST_YEAR, RENEWED, Lives
from dashboard.demo.names import BRANCHES, LINE_IDS, LINES, branch_id
from dashboard.demo.plan import TEAMS_PER_BRANCH, Plan, midnight_seconds
from dashboard.demo.policies import LONG_TERM, SINGLE_PREMIUM, TERM, Policies, anniversary

# A contract of each line covers so many people on average.
INSURED = np.array([1.0, 1.3, 1.6, 1.0, 2.1])


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """
    What was reported of one branch and product line at a month's end: contracts in force, yuan written.
    """

    month: date
    branch: str
    line: str
    policies: int
    premium: float

    @property
    def days(self) -> int:
        """
        The days of the month.
        """
        return calendar.monthrange(self.month.year, self.month.month)[1]


class Production:
    """
    Adds up chunk after chunk by month, branch and product line. Only whole months are reported.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        # The month in which the three years begin is only half told, unless they begin on its first day.
        first = np.datetime64(plan.start - timedelta(days=1), "M") + 1
        last = np.datetime64(plan.as_of, "D") + np.timedelta64(1, "D")
        self.months = np.arange(first, last.astype("datetime64[M]"))
        shape = (len(self.months), len(BRANCHES), len(LINES))
        self.in_force = np.zeros(shape)
        self.written = np.zeros(shape)

    def add(self, policies: Policies, lives: Lives) -> None:
        """
        Add a chunk's contracts and the premiums written on them, renewals and those of later years included.

        A premium of a later year of a long contract is written on the day it falls due, where it still runs then.
        """
        branch = policies.team // TEAMS_PER_BRANCH
        for number, each in enumerate(self.months):
            ends = (each + 1).astype("datetime64[D]")
            there = (policies.effective_on < ends) & ~(lives.ended_on < ends)
            np.add.at(self.in_force[number], (branch[there], policies.line[there]), 1)
        self._write(policies.effective_on, policies.premium, branch, policies.line)
        each_renewal = lives.renewals
        owner = each_renewal["policy"]
        renewed = each_renewal["outcome"] == RENEWED
        self._write(
            each_renewal["due"][renewed],
            each_renewal["premium_renewed"][renewed],
            branch[owner][renewed],
            policies.line[owner][renewed],
        )
        regular = LONG_TERM[policies.product] & (policies.payment != SINGLE_PREMIUM)
        for year in range(1, LAST_YEAR + 1):
            due = anniversary(policies.effective_on, year)
            pays = regular & (year < TERM[policies.product]) & ~(lives.ended_on <= due)
            self._write(due[pays], policies.premium[pays], branch[pays], policies.line[pays])

    def rows(self) -> pl.DataFrame:
        """
        The table, one row per month, branch and line.
        """
        at, branch, line = (index.ravel() for index in np.indices(self.in_force.shape))
        ended = midnight_seconds((self.months + 1).astype("datetime64[D]")) + np.timedelta64(6 * 3600, "s")
        reported = np.minimum(ended, self.plan.cut - np.timedelta64(1, "s"))
        in_force = self.in_force.ravel()
        return pl.DataFrame(
            {
                "production_no": np.arange(len(at)),
                "month_on": [_day(each) for each in self.months[at]],
                "branch_no": [branch_id(number) for number in branch.tolist()],
                "line_code": [LINES[number] for number in line.tolist()],
                "policies_in_force": in_force.astype(int),
                "insured_persons": np.round(in_force * INSURED[line]).astype(int),
                "premium_written": self.written.ravel().round(2),
                "updated_at": reported[at].astype("datetime64[us]"),
            }
        )

    def closed_by(self, day: date) -> frozenset[str]:
        """
        The months, like "2026-11", that had ended by the end of a day and are reported.
        """
        return frozenset(
            month(_day(each)) for each in self.months if _day((each + 1).astype("datetime64[D]") - 1) <= day
        )

    def ledger(self) -> list[LedgerRow]:
        """
        The same figures for the books.
        """
        return [
            LedgerRow(_day(each), branch_id(branch), LINE_IDS[line], int(in_force), round(float(written), 2))
            for each, of_month, premium in zip(self.months, self.in_force, self.written, strict=True)
            for branch, (of_branch, paid) in enumerate(zip(of_month, premium, strict=True))
            for line, (in_force, written) in enumerate(zip(of_branch, paid, strict=True))
        ]

    def _write(self, days: Array, premium: Array, branch: Array, line: Array) -> None:
        number = (days.astype("datetime64[M]") - self.months[0]).astype(int)
        within = (number >= 0) & (number < len(self.months))
        np.add.at(self.written, (number[within], branch[within], line[within]), premium[within])


def _day(value: np.datetime64) -> date:
    day: date = value.astype("datetime64[D]").astype(object)
    return day
