"""
By which clock is it judged: the law's, the guide's, the customer's, the house's? One choice, in words, per page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard.deadlines import Regime, Rules, limit_in_words
from dashboard.ui.address import begin_with_one, write
from dashboard.ui.context import Context
from dashboard.words import Words, msgid

GUIDE: Final = "guide-30"
CUSTOMER: Final = "-customer"
# Whose clock it is, as a choice says it.
WHOSE: Final = {"law": msgid("Law"), "code": msgid("Guide"), "internal": msgid("House")}
# What the clock of each choice is about, in a sentence.
SENTENCES: Final = {
    "decided_and_informed": msgid("Judged by {rule}: from receipt until the answer is decided and told"),
    "decided": msgid("Judged by {rule}: from receipt until the decision"),
    "investigation_started": msgid("Judged by {rule}: from receipt until the investigation starts"),
}
AS_CUSTOMERS_SEE_IT: Final = msgid(
    "Judged by {rule}: from the day the regulator or the company first had it until the answer is decided and told"
)


def choose_clock(ctx: Context) -> Context:
    """
    Draw the choice of clocks and give the context in which the chosen one is in force for complaints.

    The choice stands in the address. Offered are the rule of the settings, the guide's flat 30 days, the same rule
    as the customer sees it, and the two promises of the house.
    """
    clocks = clocks_of(ctx.rules)
    begin_with_one("clock", list(clocks), ctx.regime.id)
    chosen = st.segmented_control(
        ctx.words.text("Clock"),
        list(clocks),
        format_func=lambda key: clock_in_words(clocks[key], ctx.words),
        key="clock",
        persist_state="session",
        required=True,
        label_visibility="collapsed",
    )
    rule = clocks[chosen or ctx.regime.id]
    write("clock", [rule.id], is_default=rule.id == ctx.regime.id)
    said = AS_CUSTOMERS_SEE_IT if rule.start == "regulator_received" else SENTENCES[rule.stop]
    st.caption(ctx.words.text(said, rule=rule.id))
    if rule.id == ctx.regime.id:
        return ctx
    return replace(ctx, rules=replace(ctx.rules, complaints=rule, digest=f"{ctx.rules.digest}:{rule.id}"))


def clocks_of(rules: Rules) -> dict[str, Regime]:
    """
    The clocks a viewer may choose from, by the rule's id; the one in force first.
    """
    names = (rules.complaints.id, GUIDE, f"{rules.complaints.id}{CUSTOMER}")
    known = [rules.known[name] for name in names if name in rules.known]
    return {rule.id: rule for rule in (*known, rules.complaint_fast_track, rules.complaint_start)}


def clock_in_words(rule: Regime, words: Words) -> str:
    """
    A clock in few words: whose it is, how long it may run, for which grades.
    """
    limits = sorted(rule.limits, key=lambda limit: limit.n)
    shown = words.text(" or ").join(limit_in_words(limit, words) for limit in limits)
    blanks = {
        "whose": words.text(WHOSE[rule.kind]),
        "limit": shown,
        "grades": ", ".join(words.code("grade", grade) for grade in sorted(rule.applies_to)),
    }
    if rule.start == "regulator_received":
        return words.text("Customer: {limit}", **blanks)
    if rule.role == "start":
        return words.text("{whose}: start within {limit} ({grades})", **blanks)
    if rule.applies_to:
        return words.text("{whose}: {limit} ({grades})", **blanks)
    if rule.limit_by_grade:
        return words.text("{whose}: {limit} by grade", **blanks)
    return words.text("{whose}: {limit}", **blanks)
