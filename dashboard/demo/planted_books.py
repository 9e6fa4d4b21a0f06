"""
The planted truths that aren't about cases: the weak team, renewals, the campaign.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import polars as pl

from dashboard.demo.books import Figure, month, rate
from dashboard.demo.columns import Array
from dashboard.demo.lives import HOLDOUT, LEFT, RENEWED, TREATED, Lives
from dashboard.demo.names import team_id
from dashboard.demo.plan import CAMPAIGN_UPLIFT, Plan
from dashboard.demo.renewal_course import EVERYBODY


class PlantedLedger:
    """
    Adds chunk after chunk, and closes with what was planted.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.counts: dict[str, Counter[str]] = {}

    def add(self, lives: Lives) -> None:
        """
        Enter a chunk.
        """
        each = lives.renewals
        asked = (each["outcome"] >= RENEWED) & (each["outcome"] < LEFT)
        settled = each["due"] + np.timedelta64(60, "D") <= np.datetime64(self.plan.as_of)
        self._months("renewals_due", each["due"][asked & settled])
        self._months("renewals_renewed", each["due"][asked & settled & (each["outcome"] == RENEWED)])
        for name, arm in (("holdout", HOLDOUT), ("treated", TREATED)):
            members = (each["arm"] == arm) & (each["campaign"] == EVERYBODY)
            self._count(f"campaign_{name}", int(members.sum()))
            renewed = each["renewed_on"] <= each["due"] + np.timedelta64(30, "D")
            self._count(f"campaign_{name}_renewed", int((members & renewed).sum()))

    def planted(self) -> dict[str, Any]:
        """
        All of it, by name.
        """
        plan = self.plan
        arms = {
            arm: rate(self._total(f"campaign_{arm}_renewed"), self._total(f"campaign_{arm}"))
            for arm in ("holdout", "treated")
        }
        return {
            "weak_team": team_id(plan.weak_team),
            "renewal_by_month_due": self._shares("renewals_renewed", "renewals_due"),
            "campaign": {
                "due_from": plan.campaign_from.isoformat(),
                "due_before": plan.campaign_before.isoformat(),
                "planted_uplift": CAMPAIGN_UPLIFT,
                "arms": arms,
            },
        }

    def _months(self, name: str, instants: Array) -> None:
        counter = self.counts.setdefault(name, Counter())
        days = pl.Series(instants.astype("datetime64[D]"), dtype=pl.Date).dt.truncate("1mo").value_counts()
        for day, number in days.iter_rows():
            counter[month(day)] += number

    def _shares(self, part: str, whole: str) -> dict[str, Figure]:
        months = self.counts[whole]
        return {key: rate(self.counts[part][key], months[key]) for key in sorted(months)}

    def _count(self, name: str, number: int) -> None:
        self.counts.setdefault(name, Counter())[""] += number

    def _total(self, name: str) -> int:
        return self.counts[name].total()
