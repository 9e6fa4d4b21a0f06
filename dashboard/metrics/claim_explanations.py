"""
Every clock of one claim, explained: by which rule, from when, until when, and whether it was kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import polars as pl

from dashboard.deadlines import Regime
from dashboard.deadlines.claim_explanation import Circumstances, explain_claim
from dashboard.deadlines.explanation import Explanation, Step
from dashboard.facts import FACTS
from dashboard.metrics.claim_clocks import CLAIM_CLOCKS, ClaimClock, left_at
from dashboard.metrics.terms import Terms
from dashboard.words import msgid

# What each clock is called, in the order in which a claim meets them: those of the law first.
CLOCK_TITLES: Final[Mapping[str, str]] = {
    "claim_determination": msgid("Determination"),
    "claim_payment": msgid("Payment after the agreement"),
    "claim_refusal": msgid("Notice of a refusal"),
    "claim_part_payment": msgid("Payment of what is beyond doubt"),
    "claim_review": msgid("Review of a complete claim"),
    "claim_small": msgid("Payment of a small claim"),
    "claim_contact": msgid("Registration of the report"),
    "claim_instant": msgid("Decision on an instant payment"),
}
# Which claims a clock is about, where it isn't about all of them.
ABOUT: Final[Mapping[str, str]] = {
    "claim_refusal": msgid("refused claims"),
    "claim_part_payment": msgid("claims that are paid or may still be"),
    "claim_small": msgid("small claims, neither refused nor withdrawn: motor up to 5,000, medical up to 3,000"),
    "claim_instant": msgid("claims eligible for instant payment"),
}


def claim_clocks(
    case: Mapping[str, Any], terms: Terms, recorded: Collection[str] | None = None
) -> dict[str, Explanation]:
    """
    Explain every clock of a claim.

    Args:
        case: Columns of the claims fact as they were known at the end of `terms.as_of`, instants with their zone.
        terms: The day, the zone, the calendar and the rules in force.
        recorded: The columns that the source records; None: all.

    Returns:
        An explanation for each of `CLOCK_TITLES`, in that order. Of a clock that isn't about this claim it holds
        the rule and that it isn't; of one that nothing has started, the rule and what isn't recorded.
    """
    return {
        key: explain_clock(case, terms, terms.regimes[key], clock=CLAIM_CLOCKS[key], recorded=recorded)
        for key in CLOCK_TITLES
    }


def explain_clock(
    case: Mapping[str, Any],
    terms: Terms,
    rule: Regime,
    *,
    clock: ClaimClock | None = None,
    recorded: Collection[str] | None = None,
) -> Explanation:
    """
    Explain one clock of a claim under one rule.

    Args:
        case: As for `claim_clocks`.
        terms: As for `claim_clocks`.
        rule: By which to judge, one for claims.
        clock: Which claims it is about and what else ends it; None: about every claim, and the clock of a decision
            is left by whoever withdraws.
        recorded: As for `claim_clocks`.
    """
    known = frozenset(FACTS["claims"].schema if recorded is None else recorded)
    is_about = True if clock is None else bool(_value(case, clock.subject))
    if clock is not None and not is_about:
        tells = frozenset(clock.subject.meta.root_names()) <= known
        under = Step("rule", {"rule": rule.id, "source": rule.source})
        kind = "not_about" if tells else "about_unrecorded"
        return Explanation(rule, (under, Step(kind, {"about": ABOUT[clock.key]})), None, ())
    can_be_left = clock.can_be_left if clock is not None else "decided_at" in rule.stop_columns
    return explain_claim(
        case,
        regime=rule,
        zone=terms.zone,
        calendar=terms.calendar,
        as_of=terms.as_of,
        circumstances=Circumstances(
            left_at=_value(case, left_at()) if can_be_left else None,
            is_stop_recorded=not known.isdisjoint(rule.stop_columns),
        ),
    )


def _value(case: Mapping[str, Any], asked: pl.Expr) -> Any:
    """
    What an expression over the columns of claims says of one claim.
    """
    schema = FACTS["claims"].schema
    row = pl.LazyFrame({name: [case.get(name)] for name in schema}, schema=schema)
    return row.select(asked).collect().item()
