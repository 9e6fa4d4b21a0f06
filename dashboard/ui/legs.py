"""
Where does the time of a claim go, leg by leg, and how differently do claims fare?
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.leg_bars import leg_bars
from dashboard.charts.leg_strips import leg_strips
from dashboard.metrics.claim_legs import told_legs
from dashboard.ui.cycle import legs_of
from dashboard.ui.frames import as_table, choose_one, chosen_of, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.ui.survivals import ALL
from dashboard.words import Words, msgid

NAMES: Final = {
    "incident_to_report": msgid("Incident to report"),
    "report_to_registration": msgid("Report to registration"),
    "registration_to_documents": msgid("Registration to documents complete"),
    "documents_to_decision": msgid("Documents complete to decision"),
    "decision_to_refusal_told": msgid("Refusal to its telling"),
    "decision_to_agreement": msgid("Decision to agreement"),
    "agreement_to_payment": msgid("Agreement to payment"),
    "payment_to_close": msgid("Payment to close"),
    "incident_to_payment": msgid("Incident to payment"),
    "report_to_payment": msgid("Report to payment"),
    "documents_to_payment": msgid("Documents complete to payment"),
    "report_to_close": msgid("Report to close"),
}
# What a leg ends with: enough where legs stand in a row, or below each other.
TO: Final = {
    "incident_to_report": msgid("to report"),
    "report_to_registration": msgid("to registration"),
    "registration_to_documents": msgid("to documents"),
    "documents_to_decision": msgid("to decision"),
    "decision_to_agreement": msgid("to agreement"),
    "agreement_to_payment": msgid("to payment"),
    "report_to_payment": msgid("report to payment"),
}
# The steps that follow each other up to the payment, and the periods that they make together, the widest first.
TO_PAYMENT: Final = (
    *("incident_to_report", "report_to_registration", "registration_to_documents"),
    *("documents_to_decision", "decision_to_agreement", "agreement_to_payment"),
)
WHOLES: Final = ("incident_to_payment", "report_to_payment", "documents_to_payment")
# What the insurer has in hand, and the period by which it is judged.
IN_HAND: Final = (*TO_PAYMENT[1:], "report_to_payment")

# Who decides comes first: where rules do, most legs take no time at all, and typical times of both together say
# nothing of either.
SPLITS: Final = {
    "auto_decided": msgid("Decided by"),
    "claim_type": msgid("Claim type"),
    "product_line": msgid("Product line"),
    "branch_id": msgid("Branch"),
    "team_id": msgid("Team"),
    "channel": msgid("Channel"),
    ALL: msgid("All together"),
}
MEASURES: Final = {"median": msgid("Median"), "p90": msgid("P90")}
DECIDERS: Final = {True: msgid("Rules"), False: msgid("People")}
# More bars are a table.
MOST_GROUPS: Final = 8


def legs_panel(look: Look) -> None:
    """
    Where does the time go: the typical time of each leg, by claim type, branch or who decided?
    """
    ctx, words = look.ctx, look.ctx.words
    picked = by = None
    with panel(words, "legs"):
        recorded = look.figures.recorded("claims")
        offered = {column: name for column, name in SPLITS.items() if column == ALL or column in recorded}
        split, measure = chosen_of("legs_by", offered), chosen_of("legs_measure", MEASURES)
        by = None if split == ALL else split
        every = named_legs(look, legs_of(look.figures, look.selection.values, look.period, None), None)
        with framed(words.text("Where the time goes"), _longest(every, words)):
            choose_one(words, "legs_by", offered)
            choose_one(words, "legs_measure", MEASURES, msgid("Measure"))
            found = named_legs(look, legs_of(look.figures, look.selection.values, look.period, by), by)
            sizes = found.filter(pl.col("leg") == "report_to_close") if found.height else found
            sizes = (
                (found if not sizes.height else sizes)
                .group_by("group", maintain_order=True)
                .agg(pl.col("n").max())
            )
            if by == "auto_decided":
                # Of undecided claims nobody knows by whom they will be decided.
                sizes = sizes.filter(pl.col("group") != "")
            ranked = sizes.sort("n", "group", descending=[True, False])["group"].to_list()
            shown, whole = ranked[:MOST_GROUPS], _whole(recorded)
            bars = _of_legs(found, TO_PAYMENT, shown).with_columns(days=pl.col(measure))
            if not bars.filter(pl.col("n") > 0).height or whole is None:
                nothing(look, pl.DataFrame({"not_recorded": [whole is None]}))
                return
            totals = _of_legs(found, (whole,), shown).with_columns(days=pl.col(measure))
            period = words.text(NAMES[whole])
            drawn = leg_bars(
                bars.select(
                    "group", "label", "leg", pl.col("to").alias("leg_label"), "days", "longest", "n", "open"
                ),
                totals,
                words=words,
                colours=ctx.colours,
                whole=period,
            )
            alt = words.text("Typical time of each leg of a claim, by group")
            picked = show_chart(drawn, key=f"legs_{by}_{measure}", alt=alt)
            told = words.text(
                "These times don't add up: ◇ is {period} as a whole. Open legs count with their time so far.",
                period=period,
            )
            if by == "auto_decided":
                told += " " + words.text("Decided claims only.")
            st.caption(told)
            if len(ranked) > len(shown):
                left_out = words.count(len(ranked) - len(shown))
                st.caption(words.text("{count} smaller groups are left out", count=left_out))
            as_table(look, _for_table(found, by), "legs")
    if picked and by is not None and by != "auto_decided":
        ask_for_rows(look, "claim_cycle_days_median", look.period, {by: picked})


def strips_panel(look: Look) -> None:
    """
    How differently do claims fare on each leg, decided by rules or by people?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "strips"):
        by = "auto_decided" if "auto_decided" in look.figures.recorded("claims") else None
        found = named_legs(look, legs_of(look.figures, look.selection.values, look.period, by), by)
        # Of undecided claims nobody knows by whom they will be decided.
        strips = _of_legs(found, IN_HAND, [ALL] if by is None else ["True", "False"])
        strips = strips.filter(pl.col("longest").is_not_null())
        with framed(words.text("How differently claims fare"), _spread(strips, words)):
            if not strips.height:
                nothing(look, pl.DataFrame({"not_recorded": [not told_legs(look.figures.recorded("claims"))]}))
                return
            drawn = leg_strips(
                strips.rename({"label": "group_label"}).rename({"to": "label"}),
                words=words,
                colours=ctx.colours,
            )
            alt = words.text("Time on each leg of a claim, from the quickest tenth to the slowest")
            show_chart(drawn, key="strips", alt=alt, select=False)
            told = words.text("Line: P10 to P90. Bar: median to P75. Dot: median.")
            if by is not None:
                told += " " + words.text("Decided claims only.")
            st.caption(told)
            as_table(look, _for_table(strips, by), "strips")


def named_legs(look: Look, found: pl.DataFrame, by: str | None) -> pl.DataFrame:
    """
    The legs with the words for them: `group` (text, empty where not recorded), `label`, `leg_label`.
    """
    words = look.ctx.words
    group = pl.lit(ALL) if by is None else pl.col(by).cast(pl.String).fill_null("")
    named = found.with_columns(group=group.cast(pl.String), leg=pl.col("leg").cast(pl.String))
    if by == "auto_decided":
        labels = {str(value): words.text(name) for value, name in DECIDERS.items()} | {"": words.text("not yet")}
        # polars writes truths in small letters.
        named = named.with_columns(pl.col("group").str.to_titlecase())
    elif by is None:
        labels = {ALL: words.text("All")}
    else:
        labels = {value or "": look.names.of(by, value) for value in found[by].unique()}
    return named.with_columns(
        label=pl.col("group").replace_strict(labels, return_dtype=pl.String),
        to=pl.col("leg").replace_strict(
            {key: words.text(name) for key, name in (NAMES | TO).items()}, return_dtype=pl.String
        ),
        leg_label=pl.col("leg").replace_strict(
            {key: words.text(name) for key, name in NAMES.items()}, return_dtype=pl.String
        ),
    )


def _of_legs(found: pl.DataFrame, keys: Sequence[str], groups: Sequence[str]) -> pl.DataFrame:
    """
    The rows of some legs and groups, in the orders given.
    """
    order = {key: place for place, key in enumerate(keys)}
    places = {group: place for place, group in enumerate(groups)}
    kept = found.filter(pl.col("leg").is_in(keys) & pl.col("group").is_in(groups))
    return kept.sort(
        pl.col("group").replace_strict(places, return_dtype=pl.Int64, default=None),
        pl.col("leg").replace_strict(order, return_dtype=pl.Int64, default=None),
    )


def _whole(recorded: frozenset[str]) -> str | None:
    """
    The widest period up to the payment that the source can tell.
    """
    told = {leg.key for leg in told_legs(recorded)}
    return next((key for key in WHOLES if key in told), None)


def _longest(every: pl.DataFrame, words: Words) -> str:
    """
    Which leg takes longest for the slowest tenth; medians of most legs are near nothing where rules decide.
    """
    steps = every.filter(pl.col("leg").is_in(TO_PAYMENT[1:]) & pl.col("p90").is_not_null())
    if not steps.height:
        return words.text("The typical time of each leg, from the incident to the payment")
    longest = steps.sort("p90", descending=True).row(0, named=True)
    return words.text(
        "{leg} takes longest: median {median}, one in ten more than {p90}",
        leg=longest["leg_label"],
        median=words.days_at_least(longest["median"], longest["longest"]),
        p90=words.days(longest["p90"]),
    )


def _spread(strips: pl.DataFrame, words: Words) -> str:
    """
    How far those decided by rules and by people lie apart, from the report to the payment.
    """
    whole = {row["group"]: row for row in strips.iter_rows(named=True) if row["leg"] == "report_to_payment"}
    if {"True", "False"} <= set(whole):
        by_rules, by_people = (
            words.days_at_least(whole[group]["p90"], whole[group]["longest"]) for group in ("True", "False")
        )
        return words.text(
            "Nine in ten paid within {rules} when rules decide, {people} when people do",
            rules=by_rules,
            people=by_people,
        )
    return words.text("From the quickest tenth to the slowest, on each leg")


def _for_table(found: pl.DataFrame, by: str | None) -> pl.DataFrame:
    columns = ["leg_label", "n", "open", "median", "median_lower", "median_upper", "p75", "p90"]
    columns += ["within_3", "within_30", "mean", "longest", "not_recorded"]
    table = found.select(*([] if by is None else ["label"]), *columns)
    # A column called `median` is the published one that others are compared with.
    return table.rename({"n": "claims", "median": "median_time", "not_recorded": "without_date"})
