"""
What was planted among the complaints, to be found again: as it shows in the counted cases at the end of a day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import median
from typing import Any

from dashboard.demo.books import month, rate
from dashboard.demo.complaint_case import CATEGORY_IDS, CAUSE_IDS, HANDOVER_IDS, Case
from dashboard.demo.complaint_rates import taken_further
from dashboard.demo.complaints import CAUSES, CLAIM_CATEGORY, COMPLEX, SIMPLE, SURGING_CAUSE
from dashboard.demo.plan import Plan

REPEAT_WINDOW_DAYS = 365


class PlantedComplaints:
    """
    Adds case after case, as known at the end of a day, and closes with what was planted.
    """

    def __init__(self, plan: Plan, day: date) -> None:
        self.plan = plan
        self.day = day
        self.complaints: Counter[int] = Counter()
        self.handovers: Counter[str] = Counter()
        self.surge_months: Counter[str] = Counter()
        self.sources: dict[str, Counter[str]] = defaultdict(Counter)
        self.coded: Counter[bool] = Counter()
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.valid_extensions = 0
        self.unrecorded: list[str] = []
        self.lengths: dict[str, list[int]] = defaultdict(list)
        self.further: dict[str, Counter[bool]] = defaultdict(Counter)

    def add(self, case: Case) -> None:
        """
        Enter one case.
        """
        if case.received.date() > self.day:
            return
        then = case.known_on(self.day)
        if not then.is_counted:
            return
        self._enter_cause(then)
        if then.received.date() > self.day - timedelta(days=REPEAT_WINDOW_DAYS):
            self.complaints[then.customer] += 1
        if then.handover >= 0:
            self.handovers[HANDOVER_IDS[then.handover]] += 1
        if then.extension_fault is not None:
            self.faults[then.extension_fault].append(then.number)
        elif then.approved is not None:
            self.valid_extensions += 1
        if then.ended is not None and then.settled and then.record_kept is None:
            self.unrecorded.append(then.number)
        self._enter_mediation(then)

    def planted(self) -> dict[str, Any]:
        """
        All of it, by name.
        """
        often = [number for number in self.complaints.values() if number >= 2]
        return {
            "surge": {
                "cause": CAUSES[SURGING_CAUSE][0],
                "cause_id": CAUSE_IDS[SURGING_CAUSE],
                "from": self.plan.surge_from.isoformat(),
                "fixed_on": self.plan.surge_fixed_on.isoformat(),
                "received_by_month": dict(sorted(self.surge_months.items())),
                "sources": {when: dict(sorted(found.items())) for when, found in sorted(self.sources.items())},
            },
            "uncoded": rate(self.coded[False], self.coded.total()),
            "repeat_complainants": {"customers": len(often), "complaints": sum(often)},
            "handovers": dict(sorted(self.handovers.items())),
            "extensions": {
                "valid": self.valid_extensions,
                "void": {fault: sorted(numbers) for fault, numbers in sorted(self.faults.items())},
            },
            "settlements_without_record": sorted(self.unrecorded),
            "mediation": {
                name: {
                    "cases": len(self.lengths[name]),
                    "median_days": median(self.lengths[name]) if self.lengths[name] else None,
                    "taken_further": rate(self.further[name][True], self.further[name].total()),
                }
                for name in ("settled", "not_mediated")
            },
        }

    def _enter_cause(self, case: Case) -> None:
        named = dict(case.groups)
        self.coded[bool(named["cause"])] += 1
        if named["cause"] != CAUSE_IDS[SURGING_CAUSE]:
            return
        received = case.received.date()
        self.surge_months[month(received)] += 1
        surging = self.plan.surge_from <= received < self.plan.surge_fixed_on
        self.sources["during" if surging else "otherwise"][named["source"]] += 1

    def _enter_mediation(self, case: Case) -> None:
        """
        Answered disputes of the kind for which mediation is offered: settled by it, or never offered it.
        """
        comparable = case.first_grade >= COMPLEX or (
            case.first_grade != SIMPLE and dict(case.groups)["category"] == CATEGORY_IDS[CLAIM_CATEGORY]
        )
        answered = case.answered_on
        settled = case.ended is not None and case.settled
        if not comparable or answered is None or not (settled or case.offered is None):
            return
        name = "settled" if settled else "not_mediated"
        self.lengths[name].append((answered - case.received.date()).days)
        found = taken_further(case, self.day)
        if found is not None:
            self.further[name][found[1]] += 1
