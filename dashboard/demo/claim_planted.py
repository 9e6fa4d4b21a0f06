"""
What was planted among the claims, to be found again: as it shows in the sound claims at the end of the last day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np

from dashboard.demo.books import Figure, count, mean, rate
from dashboard.demo.claim_books import TYPE_IDS
from dashboard.demo.claim_case import DAY, YES, ClaimCases, days_of
from dashboard.demo.claim_rates import reversal
from dashboard.demo.claims import BANDS, HOSPITAL_KINDS, MISSING_DOCUMENTS, Claims
from dashboard.demo.columns import Array
from dashboard.demo.names import LINE_IDS, branch_id
from dashboard.demo.plan import Plan

FALLOUT_IDS = (
    "missing_documents",
    "coverage_unclear",
    "amount_limit",
    "fraud_score",
    "data_mismatch",
    "system_error",
    "quality_sample",
)
BAND_IDS = (*(f"up to {most:,}" for most in BANDS.tolist()), "more")
SILENT_DAYS = 30
BY_RULES, BY_HAND = "automatic", "manual"


class PlantedClaims:
    """
    Adds claims chunk by chunk, as known at the end of the last day, and closes with what was planted.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.counts: Counter[str] = Counter()
        self.papers: dict[str, Counter[str]] = defaultdict(Counter)
        self.fallout = np.zeros((len(LINE_IDS), len(FALLOUT_IDS)), int)
        self.missing: dict[str, Counter[bool]] = defaultdict(Counter)
        self.reversed: dict[str, Counter[bool]] = defaultdict(Counter)
        self.audits: dict[str, Counter[str]] = defaultdict(Counter)
        # By type, band of the amount, and whether rules decided.
        self.mix = np.zeros((len(TYPE_IDS), len(BAND_IDS), 2), int)

    def add(self, made: Claims, cases: ClaimCases) -> None:
        """
        Enter a chunk: what was made, and what is recorded of the sound ones of it, in the same order.
        """
        sound = np.flatnonzero(~made.is_negative)
        then = cases.known_on(self.plan.as_of)
        self._count(made, then, sound)
        self._enter_papers(made, sound)
        self._enter_fallout(made, sound)
        self._enter_decisions(made, then, sound)

    def planted(self) -> dict[str, Any]:
        """
        All of it, by name.
        """
        mixed = {
            kind: {
                band: rate(by_rules, by_hand + by_rules)
                for band, (by_hand, by_rules) in zip(BAND_IDS, bands, strict=True)
                if by_hand + by_rules
            }
            for kind, bands in zip(TYPE_IDS, self.mix.tolist(), strict=True)
        }
        reasons = {
            line: dict(zip(FALLOUT_IDS, found, strict=True))
            for line, found in zip(LINE_IDS, self.fallout.tolist(), strict=True)
        }
        return {
            "slow_branch": branch_id(self.plan.slow_branch),
            "retrieval": {
                "from": self.plan.retrieval_from.isoformat(),
                "documents_per_claim": self._papers("documents", "claims"),
                "fetched": self._papers("fetched", "documents"),
                "missing_documents": {when: rate(n[True], n.total()) for when, n in sorted(self.missing.items())},
            },
            "fallout": reasons,
            "refusals_reversed": {how: rate(n[True], n.total()) for how, n in sorted(self.reversed.items())},
            "audits": {how: self._audited(how) for how in (BY_RULES, BY_HAND)},
            "automatic_by_type_and_amount": mixed,
            "claims": {name: count(number) for name, number in sorted(self.counts.items())},
        }

    def _count(self, made: Claims, then: ClaimCases, sound: Array) -> None:
        wrote = np.where(np.isnat(made.last_sent[sound]), then.reported, made.last_sent[sound])
        quiet = np.datetime64(self.plan.as_of) - days_of(wrote) > SILENT_DAYS * DAY
        waits = then.is_open & then.is_paused & np.isnat(then.completed) & ~then.is_decided
        for name, which in {
            f"silent_over_{SILENT_DAYS}_days": then.is_open & quiet,
            "waiting_for_documents": waits,
            "asked_twice": made.rounds[sound] >= 2,
            "disputed_nondisclosure": made.disputed[sound],
            "audited_before_payment": then.audited < then.paid,
        }.items():
            self.counts[name] += int(which.sum())

    def _enter_papers(self, made: Claims, sound: Array) -> None:
        """
        Claims whose papers come from hospitals, reported before and since these send them electronically.
        """
        chosen = sound[np.isin(made.kind[sound], HOSPITAL_KINDS)]
        since = made.reported[chosen] >= np.datetime64(self.plan.retrieval_from, "s")
        for when, which in (("before", chosen[~since]), ("since", chosen[since])):
            self.papers[when]["claims"] += len(which)
            self.papers[when]["documents"] += int(made.submitted[which].sum())
            self.papers[when]["fetched"] += int(made.fetched[which].sum())
            reasons = made.fallout[which]
            self.missing[when][True] += int((reasons == MISSING_DOCUMENTS).sum())
            self.missing[when][False] += int((reasons > MISSING_DOCUMENTS).sum())

    def _enter_fallout(self, made: Claims, sound: Array) -> None:
        fell = sound[made.fallout[sound] >= 0]
        np.add.at(self.fallout, (made.line[fell], made.fallout[fell]), 1)

    def _enter_decisions(self, made: Claims, then: ClaimCases, sound: Array) -> None:
        """
        What rules and people decided: how large, how often reversed, and what the audits of payments found.
        """
        known = np.flatnonzero(then.is_adjudicated & (then.automatic >= 0))
        place = sound[known]
        np.add.at(self.mix, (made.kind[place], made.band[place], then.automatic[known]), 1)
        audited = then.is_paid & ~np.isnat(then.audited)
        for how, among in ((BY_RULES, then.automatic == YES), (BY_HAND, then.automatic == 0)):
            entry = reversal(then, self.plan.as_of, among)
            self.reversed[how][True] += int((entry.about & entry.found).sum())
            self.reversed[how][False] += int((entry.about & ~entry.found).sum())
            looked_at = sound[audited & among]
            self.audits[how]["claims"] += len(looked_at)
            # In fen, so that sums are exact.
            self.audits[how]["paid"] += int(np.round(made.amount_paid[looked_at] * 100).sum())
            self.audits[how]["due"] += int(np.round(made.amount_due[looked_at] * 100).sum())

    def _papers(self, part: str, whole: str) -> dict[str, Figure]:
        return {when: mean(n[part], n[whole]) for when, n in sorted(self.papers.items())}

    def _audited(self, how: str) -> dict[str, Any]:
        found = self.audits[how]
        paid, due = found["paid"] / 100, found["due"] / 100
        leakage = (paid - due) / due if due else None
        return {"claims": found["claims"], "paid": paid, "due": due, "leakage": leakage}
