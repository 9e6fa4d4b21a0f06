"""
What was planted among renewals, to be found again: what drives them, reminders, losses, campaigns.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np

from dashboard.demo.books import rate
from dashboard.demo.columns import NEVER, Array
from dashboard.demo.contract_rows import CAMPAIGNS
from dashboard.demo.lives import (
    AUTOMATIC,
    BASE_RENEWAL,
    MOST_YEARS,
    NOT_RENEWED,
    PER_PRICE,
    PER_YEAR,
    RENEWED,
    TREATED,
    UNREMINDED,
    Lives,
)
from dashboard.demo.names import LINE_IDS
from dashboard.demo.plan import CAMPAIGN_UPLIFT, WAKING_UPLIFT, Plan
from dashboard.demo.policies import Policies
from dashboard.demo.renewal_course import EVERYBODY, PREPARED_BEFORE, SLEEPING

OUTCOME_IDS = ("renewed", "lapsed", "cancelled", "insurer_declined", "claim_terminated")
# What is added to the chance itself for each of it.
ADDED = {
    "premium_change_rate": PER_PRICE,
    "auto_renew": AUTOMATIC,
    "reminded": -UNREMINDED,
    "tenure_years": PER_YEAR,
}
# What goes with renewing by the way it was drawn: how far apart the shares renewed are is counted.
COUNTED = ("complaints_last_year", "recent_contact", "claims_last_year")
RECENT_DAYS = 150
SETTLED_DAYS = 60


class PlantedRenewals:
    """
    Adds renewals chunk by chunk, as they stand at the end of the last day, and closes with what was planted.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.decided = 0
        # Of what each driver adds to the chance: the sum, and that of its squares.
        self.added = {name: np.zeros(2) for name in (*ADDED, "product_line")}
        # Without and with it, by row; how many, and how many renewed.
        self.counted = {name: np.zeros((2, 2), int) for name in COUNTED}
        self.reminders = np.zeros((len(LINE_IDS), 2, 2), int)
        self.days: dict[str, Counter[int]] = {name: Counter() for name in OUTCOME_IDS}
        self.arms = np.zeros((len(CAMPAIGNS), 2, 2), int)
        self.kinds: Counter[str] = Counter()

    def add(self, policies: Policies, lives: Lives) -> None:
        """
        Enter a chunk.
        """
        each = lives.renewals
        settled = each["due"] + np.timedelta64(SETTLED_DAYS, "D") <= np.datetime64(self.plan.as_of)
        decided = np.flatnonzero(settled & np.isin(each["outcome"], (RENEWED, NOT_RENEWED)))
        told = {name: values[decided] for name, values in each.items()}
        line, renewed = policies.line[told["policy"]], told["outcome"] == RENEWED
        self._enter_drivers(told, line, policies.auto_renewal[told["policy"]], renewed)
        np.add.at(self.reminders, (line, (~np.isnat(told["reminded_at"])).astype(int), renewed.astype(int)), 1)
        self._enter_outcomes(each)
        self._enter_campaigns(each)

    def planted(self) -> dict[str, Any]:
        """
        All of it, by name.
        """
        plan = self.plan
        return {
            "renewal_drivers": self._drivers(),
            "reminded": {
                "planted_effect": -UNREMINDED,
                "all": _by_truth(self.reminders.sum(axis=0)),
                "by_line": {
                    line: _by_truth(found)
                    for line, found in zip(LINE_IDS, self.reminders, strict=True)
                    if found.sum()
                },
            },
            "outcomes": {name: _spread(days) for name, days in self.days.items() if days},
            "renewal_kinds": dict(sorted(self.kinds.items())),
            "campaign": self._campaign(EVERYBODY, plan.campaign_from, plan.campaign_before, CAMPAIGN_UPLIFT),
            "waking_campaign": self._campaign(SLEEPING, plan.waking_from, plan.waking_before, WAKING_UPLIFT),
        }

    def _enter_drivers(self, told: dict[str, Array], line: Array, automatic: Array, renewed: Array) -> None:
        values = {
            "premium_change_rate": told["price_change"],
            "auto_renew": automatic,
            "reminded": ~np.isnat(told["reminded_at"]),
            "tenure_years": np.minimum(told["year"], MOST_YEARS),
        }
        added = {name: ADDED[name] * value for name, value in values.items()} | {
            "product_line": BASE_RENEWAL[line]
        }
        for name, chance in added.items():
            self.added[name] += (chance.sum(), (chance**2).sum())
        prepared = told["due"] - np.timedelta64(PREPARED_BEFORE, "D")
        contact = np.where(np.isnat(told["contact_at"]), NEVER, told["contact_at"]).astype("datetime64[D]")
        earliest = told["due"] - np.timedelta64(RECENT_DAYS, "D")
        truths = {
            "complaints_last_year": told["complaints"] > 0,
            "claims_last_year": told["claims"] > 0,
            "recent_contact": (contact >= earliest) & (contact < prepared),
        }
        for name, truth in truths.items():
            np.add.at(self.counted[name], (truth.astype(int), renewed.astype(int)), 1)
        self.decided += len(renewed)

    def _enter_outcomes(self, each: dict[str, Array]) -> None:
        for number, name in enumerate(OUTCOME_IDS):
            of_it = each["outcome"] == number
            days = (each["known_on"] - each["due"])[of_it].astype(np.int64)
            self.days[name].update(days.tolist())
        gap = (each["begins_on"] - each["due"]).astype(np.int64)
        paid = ~np.isnat(each["renewed_on"])
        for name, which in {
            "gap": (each["outcome"] == RENEWED) & (gap > 0),
            "bought_anew": paid & (each["outcome"] == NOT_RENEWED),
            "on_the_last_day_of_grace": paid
            & (each["grace"] > 0)
            & (each["renewed_on"] == each["due"] + each["grace"].astype("timedelta64[D]")),
            "reinstated": ~np.isnat(each["reinstated_on"]),
        }.items():
            self.kinds[name] += int(which.sum())

    def _enter_campaigns(self, each: dict[str, Array]) -> None:
        by_then = each["renewed_on"] <= each["due"] + np.timedelta64(30, "D")
        for campaign in (EVERYBODY, SLEEPING):
            drawn = each["campaign"] == campaign
            treated, renewed = each["arm"][drawn] == TREATED, by_then[drawn]
            np.add.at(self.arms[campaign], (treated.astype(int), renewed.astype(int)), 1)

    def _campaign(self, campaign: int, due_from: date, due_before: date, uplift: float) -> dict[str, Any]:
        return {
            "title": tuple(CAMPAIGNS.values())[campaign],
            "due_from": due_from.isoformat(),
            "due_before": due_before.isoformat(),
            "planted_uplift": uplift,
            "arms": {
                arm: rate(int(found[1]), int(found.sum()))
                for arm, found in zip(("holdout", "treated"), self.arms[campaign], strict=True)
            },
        }

    def _drivers(self) -> list[dict[str, Any]]:
        """
        The strongest first: by how far what it adds is spread over all renewals.
        """
        if not self.decided:
            return []
        drivers = [
            {"driver": name, "planted": ADDED.get(name), "strength": _deviation(total, squares, self.decided)}
            for name, (total, squares) in self.added.items()
        ]
        for name, found in self.counted.items():
            numbers = found.sum(axis=1)
            without, with_it = (found[:, 1] / np.maximum(numbers, 1)).tolist()
            share = numbers[1] / self.decided
            apart = with_it - without if numbers.min() else 0.0
            # Claims go with the line and the years in force; by themselves they decide nothing.
            planted = 0.0 if name == "claims_last_year" else apart
            strength = abs(planted) * float(np.sqrt(share * (1 - share)))
            drivers.append({"driver": name, "planted": planted, "strength": strength})
        return sorted(drivers, key=lambda driver: -driver["strength"])


def _deviation(total: float, squares: float, number: int) -> float:
    return float(np.sqrt(max(squares / number - (total / number) ** 2, 0.0)))


def _by_truth(found: Array) -> dict[str, Any]:
    return {
        name: rate(int(numbers[1]), int(numbers.sum()))
        for name, numbers in zip(("not_reminded", "reminded"), found, strict=True)
    }


def _spread(days: Counter[int]) -> dict[str, Any]:
    """
    How many, and on which days relative to the due day: each day's number.
    """
    return {"renewals": days.total(), "days": {str(day): days[day] for day in sorted(days)}}
