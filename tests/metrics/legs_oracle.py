"""
The legs of claims once more, claim by claim and in exact fractions, and random claims to try them on.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.metrics.asking import terms

AS_OF = date(2024, 12, 31)
END = datetime(2024, 12, 31, 16, tzinfo=UTC)
ON = terms(AS_OF)

INSTANTS = (
    *("incident_at", "registered_at", "documents_completed_at", "decided_at", "agreed_at"),
    *("refusal_told_at", "paid_at", "closed_at"),
)
# Start, stop, and what can only come after the stop, or only after the start.
PARTS = {
    "incident_to_report": ("incident_at", "reported_at", "", ""),
    "report_to_registration": (
        *("reported_at", "registered_at"),
        *("documents_completed decided agreed paid closed", ""),
    ),
    "registration_to_documents": (
        *("registered_at", "documents_completed_at"),
        *("decided agreed paid closed", "documents_completed decided agreed paid closed"),
    ),
    "documents_to_decision": (
        *("documents_completed_at", "decided_at", "agreed paid closed", "decided agreed paid closed"),
    ),
    "decision_to_refusal_told": ("decided_at", "refusal_told_at", "closed", "refusal_told closed"),
    "decision_to_agreement": ("decided_at", "agreed_at", "paid closed", "agreed paid closed"),
    "agreement_to_payment": ("agreed_at", "paid_at", "closed", "paid closed"),
    "payment_to_close": ("paid_at", "closed_at", "", "closed"),
    "incident_to_payment": (
        *("incident_at", "paid_at", "closed"),
        "reported registered documents_completed decided agreed paid closed",
    ),
    "report_to_payment": ("reported_at", "paid_at", "closed", ""),
    "documents_to_payment": ("documents_completed_at", "paid_at", "closed", "decided agreed paid closed"),
    "report_to_close": ("reported_at", "closed_at", "", ""),
}

STEPS = ("report_to_registration", "registration_to_documents", "documents_to_decision")


def known(claim: Mapping[str, Any]) -> dict[str, Any]:
    """
    A claim as it was known at the end of the day.
    """
    then = {name: claim.get(name) for name in (*INSTANTS, "reported_at")}
    then = {name: at if at is not None and at < END else None for name, at in then.items()}
    recorded = [claim.get(name) for name in ("decided_at", "closed_at")]
    is_known = not any(recorded) or bool(then["decided_at"] or then["closed_at"])
    return {**claim, **then, "decision": claim.get("decision") if is_known else None}


def stands(key: str, claim: Mapping[str, Any]) -> tuple[str, int] | None:
    """
    How it stands with one leg of a known claim, and the whole hours it took; None: it isn't this claim's leg.
    """
    start_name, stop_name, after_stop, after_start = PARTS[key]
    facts = {**claim, "decided_at": None} if gave_up(claim) else dict(claim)
    start, stop = facts[start_name], facts[stop_name]
    if not is_its_leg(key, claim):
        return None
    if stop:
        is_in_order = start and stop >= start
        return ("finished", int((stop - start).total_seconds() // 3600)) if is_in_order else ("not recorded", 0)
    if key in STEPS and left(claim):
        return None
    if any(facts[f"{step}_at"] for step in after_stop.split()):
        return "not recorded", 0
    if start:
        return "open", int((END - start).total_seconds() // 3600)
    return ("not recorded", 0) if any(facts[f"{step}_at"] for step in after_start.split()) else None


def gave_up(claim: Mapping[str, Any]) -> bool:
    return claim["decision"] in ("withdrawn", "cancelled")


def left(claim: Mapping[str, Any]) -> bool:
    """
    Whether a claim is over and was neither decided nor paid.
    """
    walked = gave_up(claim) and (claim["decided_at"] or claim["closed_at"])
    over = walked or (claim["closed_at"] and not claim["decided_at"])
    return bool(over and not claim["paid_at"] and not claim["refusal_told_at"])


def is_its_leg(key: str, claim: Mapping[str, Any]) -> bool:
    """
    Only what may be paid waits for a payment, what was refused for being told, what was paid for the close.
    """
    if key == "decision_to_refusal_told":
        return claim["decision"] == "refused"
    if key == "payment_to_close":
        return bool(claim["paid_at"])
    if key == "decision_to_agreement" or key.endswith("to_payment"):
        is_lost = gave_up(claim) or claim["decision"] == "refused" or claim["closed_at"]
        return bool(claim["paid_at"] or not is_lost)
    return True


def timed(key: str, claims: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """
    The row of one leg over claims as they were recorded; None if no claim has anything to do with it.
    """
    found = [(stands(key, known(claim)), claim.get("cases") or 1) for claim in claims]
    states: Counter[str] = Counter()
    finished: Counter[int] = Counter()
    watched: Counter[int] = Counter()
    for told, cases in found:
        if told is None:
            continue
        state, hours = told
        states[state] += cases
        if state != "not recorded":
            watched[hours] += cases
            finished[hours] += cases if state == "finished" else 0
    if not states:
        return None
    curve = _survival(watched, finished)
    total = states["finished"]
    mean = float(Fraction(sum(hours * cases for hours, cases in finished.items()), total * 24)) if total else None
    return {
        "n": states["finished"] + states["open"],
        "finished": total,
        "open": states["open"],
        "not_recorded": states["not recorded"],
        **{name: _reached(curve, share) for name, share in QUANTILES.items()},
        "within_3": _within(curve, 3),
        "within_30": _within(curve, 30),
        "mean": mean,
        "longest": max(watched) / 24 if watched else None,
    }


QUANTILES = {"p10": Fraction(1, 10), "median": Fraction(1, 2), "p75": Fraction(3, 4), "p90": Fraction(9, 10)}


def _survival(watched: Mapping[int, int], finished: Mapping[int, int]) -> dict[int, Fraction]:
    at_risk, share, curve = sum(watched.values()), Fraction(1), {}
    for hours in sorted(watched):
        share *= 1 - Fraction(finished[hours], at_risk)
        at_risk -= watched[hours]
        curve[hours] = share
    return curve


def _reached(curve: Mapping[int, Fraction], share: Fraction) -> float | None:
    return next((hours / 24 for hours, left in curve.items() if left <= 1 - share), None)


def _within(curve: Mapping[int, Fraction], days: int) -> float | None:
    if not curve or (max(curve) < days * 24 and min(curve.values()) > 0):
        return None
    left = [share for hours, share in curve.items() if hours <= days * 24]
    return float(1 - left[-1]) if left else 0.0


def random_claims(seed: int, size: int = 300) -> list[dict[str, Any]]:
    """
    Claims of 2024 in every state, orderly and not; some of what they tell came after its end.
    """
    chance = random.Random(seed)
    return [_claim(chance, number) for number in range(size)]


def _claim(chance: random.Random, number: int) -> dict[str, Any]:
    reported = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(366 * 24 * 60))
    claim: dict[str, Any] = {"claim_id": f"c{number}", "reported_at": reported}
    decision = chance.choice(["paid", "paid", "part_paid", "refused", "withdrawn", "cancelled", None])
    at, reached = reported, chance.randrange(9)
    steps = ["registered_at", "documents_completed_at", "decided_at"]
    steps += ["refusal_told_at"] if decision == "refused" else ["agreed_at", "paid_at"]
    steps = steps[:3] if decision in ("withdrawn", "cancelled") else steps
    for place, step in enumerate([*steps, "closed_at"]):
        at += timedelta(minutes=chance.choice([0, 59, 60, chance.randrange(1, 60 * 24 * 30)]))
        if place < reached and chance.random() > 0.08:
            claim[step] = at
    if chance.random() < 0.9:
        claim["incident_at"] = reported - timedelta(minutes=chance.randrange(0, 60 * 24 * 40))
    if chance.random() < 0.05 and "registered_at" in claim:
        claim["registered_at"] = reported - timedelta(minutes=1)
    if claim.get("decided_at") or claim.get("closed_at"):
        claim["decision"] = decision
    return claim | {
        "branch_id": chance.choice(["b1", "b2", None]),
        "auto_decided": chance.choice([True, False, None]),
        "cases": chance.choice([None, 1, 1, 2, 3]),
    }
