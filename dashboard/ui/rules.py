"""
The rules figures are judged by, in words.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard.deadlines import Regime
from dashboard.deadlines.rule_words import CONFIDENCE, DOMAINS, KINDS, ROLES, rule_sentences
from dashboard.deadlines.sentences import limits_in_words
from dashboard.metrics.claim_explanations import CLOCK_TITLES
from dashboard.metrics.misconduct import ACCEPTANCE, DECISION
from dashboard.ui.context import Context
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

# The promises beside the rule by which complaints are due, by their key under [rules].
PROMISES = {
    "complaint_start": msgid("Start of the investigation"),
    "complaint_fast_track": msgid("Fast track"),
}
# The steps of a report of misconduct, likewise.
REPORT_STEPS = {ACCEPTANCE: msgid("Acceptance of a report"), DECISION: msgid("Findings on a report")}


def rule_in_force(ctx: Context) -> None:
    """
    Say by which rule complaints are judged, what starts and stops its clock and where it comes from; and so of the
    promises about starting and about simple cases.
    """
    words = ctx.words
    with (
        panel(words, "rule"),
        st.expander(words.text("The rule in force: {rule}", rule=ctx.regime.id), icon=":material/gavel:"),
    ):
        _listed(ctx.regime, words)
        for key, name in PROMISES.items():
            rule = ctx.rules.chosen[key]
            st.markdown(f"**{words.text(name)}** :small[:gray[`{rule.id}`]]")
            _listed(rule, words)


def claim_rules_in_force(ctx: Context) -> None:
    """
    Say by which rule each step of a claim is timed.
    """
    _steps(ctx, ctx.words.text("The rules for claims in force"), CLOCK_TITLES)


def report_rules_in_force(ctx: Context) -> None:
    """
    Say by which rule each step of a report of misconduct is timed.
    """
    _steps(ctx, ctx.words.text("The rules for reports of misconduct in force"), REPORT_STEPS)


def _steps(ctx: Context, name: str, titles: Mapping[str, str]) -> None:
    words = ctx.words
    with panel(words, name), st.expander(name, icon=":material/gavel:"):
        for key, title in titles.items():
            rule = ctx.rules.chosen[key]
            st.markdown(f"**{words.text(title)}** :small[:gray[`{rule.id}`]]")
            _listed(rule, words)


def rules_known(ctx: Context) -> None:
    """
    Every rule the dashboard knows, each version in a row, as a table; settings choose those in force.
    """
    words = ctx.words
    with panel(words, "rules"):
        st.subheader(words.text("Rules known"), anchor=False)
        rules = [version for rule in ctx.rules.known.values() for version in rule.versions]
        since, until = words.text("In force from"), words.text("No longer from")
        as_day = st.column_config.DateColumn(format="YYYY-MM-DD")
        st.dataframe(
            pl.DataFrame(
                {
                    words.text("Rule"): [rule.id for rule in rules],
                    words.text("About"): [words.text(DOMAINS[rule.domain]) for rule in rules],
                    words.text("Step"): [words.text(ROLES[rule.role]) for rule in rules],
                    words.text("Limit"): [limits_in_words(rule, words) for rule in rules],
                    words.text("Kind"): [words.text(KINDS[rule.kind]) for rule in rules],
                    since: pl.Series([rule.effective_from for rule in rules], dtype=pl.Date),
                    until: pl.Series([rule.effective_before for rule in rules], dtype=pl.Date),
                    words.text("How sure"): [words.text(CONFIDENCE[rule.confidence]) for rule in rules],
                    words.text("Source"): [rule.source for rule in rules],
                }
            ),
            hide_index=True,
            placeholder="–",
            column_config={since: as_day, until: as_day},
            lazy=False,
        )


def _listed(rule: Regime, words: Words) -> None:
    for sentence in rule_sentences(rule, words):
        st.markdown(f"- {sentence}")
