"""
How long does it take? The share of cases still waiting, by day, with the limits drawn in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.survival import survival
from dashboard.deadlines import Limit, limit_in_words
from dashboard.metrics.survival_curves import Curves
from dashboard.periods import Period
from dashboard.ui.complaints import curves_of
from dashboard.ui.cycle import payments_of
from dashboard.ui.figures import Figures, Values
from dashboard.ui.frames import as_table, choose_one, chosen_of, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Wait:
    """
    What is waited for, as a panel asks and says it.

    Attributes:
        fact: Of which rows.
        kpi: Whose rows a click opens.
        title: Of the panel.
        about: What is drawn.
        since: What the days are counted from.
        state: What the share hasn't reached yet.
        alt: What the chart shows, for who can't see it.
        splits: The columns to compare by, with their names.
        stops: Instants of which one must be recorded.
        rules: The rules whose limits are drawn, by their key under `[rules]`.
        ask: Gives the curves.
    """

    fact: str
    kpi: str
    title: str
    about: str
    since: str
    state: str
    alt: str
    splits: Mapping[str, str]
    stops: frozenset[str]
    rules: Sequence[str]
    ask: Callable[[Figures, Values, Period, str | None], Curves]


ANSWERS: Final = Wait(
    fact="complaints",
    kpi="complaint_days_median",
    title=msgid("How long until we decide"),
    about=msgid("Share not yet answered, open cases included; the dotted line is the limit"),
    since=msgid("days since receipt"),
    state=msgid("not yet answered"),
    alt=msgid("Share of complaints not yet answered, by days since receipt"),
    splits={
        "category": msgid("Category"),
        "branch_id": msgid("Branch"),
        "grade": msgid("Grade"),
        ALL: msgid("All together"),
    },
    stops=frozenset({"decided_at", "informed_at", "closed_at"}),
    rules=("complaints",),
    ask=curves_of,
)
PAYMENTS: Final = Wait(
    fact="claims",
    kpi="claim_cycle_days_median",
    title=msgid("How long until claimants have their money"),
    about=msgid("Share not yet paid of what is or may be paid; dotted: the limits for the decision"),
    since=msgid("days since the report"),
    state=msgid("not yet paid"),
    alt=msgid("Share of claims not yet paid, by days since the report"),
    splits={
        "claim_type": msgid("Claim type"),
        "product_line": msgid("Product line"),
        "branch_id": msgid("Branch"),
        ALL: msgid("All together"),
    },
    stops=frozenset({"paid_at"}),
    rules=("claim_review", "claim_determination"),
    ask=payments_of,
)


def survival_panel(look: Look, wait: Wait = ANSWERS) -> None:
    """
    Of the cases that came in the period: which share still waits after so many days, by category or branch?

    Args:
        look: What the page looks at.
        wait: What is waited for.
    """
    ctx, words = look.ctx, look.ctx.words
    picked = by = None
    with panel(words, f"survival of {wait.fact}"):
        recorded, key = look.figures.recorded(wait.fact), f"survival_by_{wait.fact}"
        offered = {column: name for column, name in wait.splits.items() if column == ALL or column in recorded}
        split = chosen_of(key, offered)
        by = None if split == ALL else split
        if not wait.stops & recorded:
            with framed(words.text(wait.title), words.text(wait.about)):
                st.info(words.text("Not recorded by the source."), icon=":material/info:")
            return
        found = wait.ask(look.figures, look.selection.values, look.period, by)
        points = found.points.with_columns(_grouped(look, found.points, by))
        limits = limits_of(look, wait.rules)
        told = _finding(points, limits, wait, words)
        with framed(words.text(wait.title), told or words.text(wait.about)):
            choose_one(words, key, offered)
            if not points.height:
                nothing(look, found.points)
                return
            drawn = survival(
                points,
                words=words,
                colours=ctx.colours,
                limits=limits,
                unit_label=words.text(wait.since),
                state=words.text(wait.state),
            )
            picked = show_chart(drawn, key=f"survival_{wait.fact}_{by}", alt=words.text(wait.alt))
            if told:
                st.caption(words.text(wait.about))
            if found.left_out:
                st.caption(
                    words.text("{count} smaller groups are left out", count=words.count(len(found.left_out)))
                )
            shown = points.select("label", "days", "survival", "lower", "upper", "at_risk")
            as_table(look, shown, f"survival_{wait.fact}")
    if picked is not None and by is not None:
        ask_for_rows(look, wait.kpi, look.period, {by: picked})


def limits_of(look: Look, rules: Collection[str]) -> list[tuple[int, str]]:
    """
    The limits of rules in force that can be drawn on an axis of whole days: those of days, weeks and hours.

    Args:
        look: What the page looks at.
        rules: Their keys under `[rules]`.

    Returns:
        Day and name of each, the shortest first.
    """
    words = look.ctx.words
    days = {"cd": 1.0, "w": 7.0, "h": 1 / 24}
    limits: set[Limit] = set()
    for key in rules:
        rule = look.ctx.regime if key == "complaints" else look.figures.rules.chosen[key]
        limits |= {limit for limit in rule.limits if limit.unit in days}
    drawn = sorted(limits, key=lambda limit: limit.n * days[limit.unit])
    return [(int(limit.n * days[limit.unit]), limit_in_words(limit, words)) for limit in drawn]


def _finding(points: pl.DataFrame, limits: Sequence[tuple[int, str]], wait: Wait, words: Words) -> str | None:
    """
    What the curves say at the last limit: the group that surely waits longest, or how many all together do.

    None where nothing is sure.
    """
    if not limits or not points.height:
        return None
    day, name = limits[-1]
    # A curve that ended before, with cases left, doesn't tell how it goes on.
    last = points.filter(pl.col("days") <= day).group_by("group", maintain_order=True).last()
    ends = points.group_by("group").agg(end=pl.col("days").max())
    known = last.join(ends, on="group", nulls_equal=True).filter(
        (pl.col("end") >= day) | (pl.col("survival") == 0)
    )
    ranked = known.sort("survival", descending=True).to_dicts()
    if not ranked:
        return None
    first = ranked[0]
    if len(ranked) == 1 and points["group"].n_unique() == 1:
        return words.text(
            "{share} {state} after {limit}",
            share=words.percent(first["survival"]),
            state=words.text(wait.state),
            limit=name,
        )
    others = [row["upper"] if row["upper"] is not None else row["survival"] for row in ranked[1:]]
    if not others or first["lower"] is None or first["lower"] <= max(others):
        return None
    return words.text(
        "{group} waits longest: {share} {state} after {limit}",
        group=first["label"],
        share=words.percent(first["survival"]),
        state=words.text(wait.state),
        limit=name,
    )


def _grouped(look: Look, points: pl.DataFrame, by: str | None) -> list[pl.Expr]:
    if by is None:
        return [pl.lit(ALL).alias("group"), pl.lit(look.ctx.words.text("All")).alias("label")]
    names = {value: look.names.of(by, value) for value in points[by].unique()}
    return [
        pl.col(by).alias("group"),
        pl.col(by).replace_strict(names, return_dtype=pl.String).alias("label"),
    ]
