"""
The rules figures are judged by, in words.
"""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.deadlines import Limit, Regime
from dashboard.ui.context import Context
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

UNITS: dict[str, tuple[str, str]] = {
    "bd": (msgid("1 business day"), msgid("{count} business days")),
    "h": (msgid("1 hour"), msgid("{count} hours")),
    "w": (msgid("1 week"), msgid("{count} weeks")),
    "m": (msgid("1 month"), msgid("{count} months")),
}
KINDS = {"law": msgid("law"), "code": msgid("industry code"), "internal": msgid("house rule")}


def rule_in_force(ctx: Context) -> None:
    """
    Say by which rule complaints are judged, what starts and stops its clock and where it comes from.
    """
    words = ctx.words
    with (
        panel(words, "rule"),
        st.expander(words.text("The rule in force: {rule}", rule=ctx.regime.id), icon=":material/gavel:"),
    ):
        for sentence in _sentences(ctx.regime, words):
            st.markdown(f"- {sentence}")


def rules_known(ctx: Context) -> None:
    """
    Every rule the dashboard knows, as a table; settings choose the one in force.
    """
    words = ctx.words
    with panel(words, "rules"):
        st.subheader(words.text("Rules known"), anchor=False)
        rules = ctx.rules.known.values()
        st.dataframe(
            pl.DataFrame(
                {
                    words.text("Rule"): [rule.id for rule in rules],
                    words.text("Kind"): [words.text(KINDS[rule.kind]) for rule in rules],
                    words.text("Limit"): [_limit(rule, words) for rule in rules],
                    words.text("In force from"): [rule.effective_from for rule in rules],
                    words.text("Source"): [rule.source for rule in rules],
                }
            ),
            hide_index=True,
            placeholder="–",
            column_config={words.text("In force from"): st.column_config.DateColumn(format="YYYY-MM-DD")},
            lazy=False,
        )


def _limit(rule: Regime, words: Words) -> str:
    if not rule.limit_by_grade:
        return limit_in_words(rule.limit, words)
    return ", ".join(
        f"{words.code('grade', grade)} {limit_in_words(limit, words)}"
        for grade, limit in rule.limit_by_grade.items()
    )


def limit_in_words(limit: Limit, words: Words) -> str:
    """
    A limit with its unit: 15 days, 48 hours, 1 month.
    """
    if limit.unit == "cd":
        return words.days(limit.n)
    one, many = UNITS[limit.unit]
    return words.text(one) if limit.n == 1 else words.text(many, count=words.count(limit.n))


def _sentences(rule: Regime, words: Words) -> list[str]:
    text = words.text
    said = [
        text(
            "Limit: {limit}, counted in natural days; the day of receipt isn't counted and the due day "
            "still is in time.",
            limit=_limit(rule, words),
        ),
        text("The clock starts with receipt and stops with the later of the decision and telling the complainant.")
        if rule.stop == "decided_and_informed"
        else text("The clock starts with receipt and stops with the decision."),
    ]
    if rule.roll == "nonworking":
        said.append(
            text(
                "A due day on which nobody works moves to the next working day; make-up workdays count as "
                "working days."
            )
        )
    if rule.pause == "when_told":
        said.append(text("Days of an outside appraisal aren't counted if the complainant was told."))
    if rule.extension:
        said.append(
            text(
                "An extension of up to {days} counts from receipt, and only if it was approved at the right "
                "level and told on or before the due day.",
                days=words.days(rule.extension.most_days),
            )
        )
    said.append(
        text(
            "A complaint is overdue when it is open at the end of its due day. Withdrawn before that, it "
            "counts nowhere; merged and invalid ones neither."
        )
    )
    said.append(text("{kind}; source: {source}", kind=text(KINDS[rule.kind]).capitalize(), source=rule.source))
    return said
