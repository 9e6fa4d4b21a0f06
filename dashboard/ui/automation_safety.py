"""
Are decisions by rules as sound as decisions by people?
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.metrics.automation_safety import PER_DECISIONS
from dashboard.metrics.claims import OVERTURNED_DAYS
from dashboard.ui.automation import complaints_by_arm_of, leakage_of, reversals_of
from dashboard.ui.frames import framed, nothing
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

DECIDED: Final = "auto_adjudication_rate"
REVERSED: Final = {"refused": msgid("Refusals reversed"), "accepted": msgid("Approvals taken back")}
# Worse, better, or no more than chance: the sign, its words, and its place in the findings.
WORSE, BETTER, ALIKE = "▲", "●", "–"
SAID: Final = {
    WORSE: msgid("rules do worse"),
    BETTER: msgid("rules do better"),
    ALIKE: msgid("no difference beyond chance"),
}

Row = dict[str, str | None]


def safety_panel(look: Look) -> None:
    """
    Reversals, audits and complaints of what rules decided, beside those of what people decided.
    """
    words = look.ctx.words
    with panel(words, "safety"):
        is_told = look.figures.can_tell(DECIDED)
        rows, notes = _rows(look) if is_told else ([], [])
        worse = [str(row[words.text("Measure")]) for row in rows if row[""] == WORSE]
        finding = (
            words.text("Rules do worse: {measures}", measures=", ".join(worse))
            if worse
            else words.text("Nothing recorded speaks against what rules decide")
            if any(row[""] for row in rows)
            else ""
        )
        with framed(words.text("Can it be trusted? By rules and by people"), finding if rows else "", alone=True):
            if not rows:
                nothing(look, pl.DataFrame({"not_recorded": [not is_told]}))
                return
            st.dataframe(
                pl.DataFrame(rows),
                hide_index=True,
                column_config={
                    "": st.column_config.TextColumn("", width=30),
                    words.text("Measure"): st.column_config.TextColumn(width=200),
                    words.text("By rules"): st.column_config.TextColumn(width=170),
                    words.text("By people"): st.column_config.TextColumn(width=170),
                    words.text("Says"): st.column_config.TextColumn(width=190),
                },
                placeholder=words.text("n/a"),
                height="content",
                key="safety",
                lazy=False,
                alt=finding,
            )
            for note in notes:
                st.caption(note)


def _rows(look: Look) -> tuple[list[Row], list[str]]:
    words, values, period = look.ctx.words, look.selection.values, look.period
    recorded = look.figures.recorded("claims")
    rows: list[Row] = []
    notes: list[str] = []
    if "overturned_at" in recorded:
        found = reversals_of(look.figures, values, period)
        if found.select("rules", "people").sum_horizontal().sum():
            rows += [_reversed(row, words) for row in found.iter_rows(named=True)]
        pending = int(found["pending"].sum())
        notes.append(
            words.text(
                "Reversals and complaints are counted up to the {days}th day after the decision, of decisions"
                " followed that long; {count} aren't yet.",
                days=OVERTURNED_DAYS,
                count=words.count(pending),
            )
        )
    if {"audited_at", "audit_amount_due", "amount_paid"} <= recorded:
        found = leakage_of(look.figures, values, period)
        if found["claims"].sum():
            rows += _leaked(found, words)
            notes.append(
                words.text(
                    "Audits speak for all claims only if they were drawn at random; nothing here says they were."
                )
            )
    if "claim_id" in look.figures.recorded("complaints"):
        compared = complaints_by_arm_of(look.figures, values, period)
        if compared["rules"] or compared["people"]:
            rows.append(_complained(compared, words))
            notes.append(
                words.text("Complaints made before the decision, such as about waiting for it, aren't counted.")
            )
    return rows, notes


def _reversed(row: dict[str, Any], words: Words) -> Row:
    is_known = row["lower"] is not None
    return _row(
        words,
        words.text(REVERSED[row["decision"]]),
        rules=_part(row["rules_reversed"], row["rules"], row["rules_share"], words),
        people=_part(row["people_reversed"], row["people"], row["people_share"], words),
        difference=words.text(
            "{value} ({lower} to {upper})",
            value=words.points(row["difference"]),
            lower=_signed(row["lower"], words),
            upper=_signed(row["upper"], words),
        )
        # Of nothing on either side an interval around nothing says less than the counts do.
        if is_known and row["rules_reversed"] + row["people_reversed"]
        else None,
        sign=_verdict(row["lower"], row["upper"], 0) if is_known else "",
    )


def _leaked(found: pl.DataFrame, words: Words) -> list[Row]:
    rules, people = (found.row(index, named=True) for index in (0, 1))
    counts = [words.count(row["claims"]) for row in (rules, people)]
    title = words.text("Paid claims audited")
    shown = [_row(words, title, rules=counts[0], people=counts[1], difference=None, sign="")]
    for column, title in (
        ("net", msgid("Paid above due, net")),
        ("over", msgid("Paid too much")),
        ("under", msgid("Paid too little")),
    ):
        said = [_leak(row, column, words) for row in (rules, people)]
        shown.append(_row(words, words.text(title), rules=said[0], people=said[1], difference=None, sign=""))
    return shown


def _leak(row: dict[str, Any], column: str, words: Words) -> str | None:
    if row[column] is None:
        return None
    if column != "net" or row["lower"] is None:
        return words.percent(row[column])
    return words.text(
        "{value} ({lower} to {upper})",
        value=words.points(row["net"]),
        lower=_signed(row["lower"], words),
        upper=_signed(row["upper"], words),
    )


def _complained(compared: dict[str, float | int | None], words: Words) -> Row:
    lower, upper = compared["lower"], compared["upper"]
    is_known = compared["ratio"] is not None and lower is not None and upper is not None
    return _row(
        words,
        words.text("Complaints per {count} decisions", count=words.count(PER_DECISIONS)),
        rules=_per(compared, "rules", words),
        people=_per(compared, "people", words),
        difference=words.text(
            "{ratio}× ({lower}–{upper})",
            ratio=words.decimal(compared["ratio"], 2),
            lower=words.decimal(lower, 2),
            upper=words.decimal(upper, 2),
        )
        if is_known
        else None,
        sign=_verdict(lower, upper, 1) if is_known else "",
    )


def _per(compared: dict[str, float | int | None], arm: str, words: Words) -> str | None:
    if compared[f"{arm}_rate"] is None:
        return None
    return words.text(
        "{rate} ({part} of {whole})",
        rate=words.decimal(compared[f"{arm}_rate"]),
        part=words.count(compared[f"{arm}_complaints"]),
        whole=words.count(compared[arm]),
    )


def _part(part: int, whole: int, share: float | None, words: Words) -> str | None:
    if share is None:
        return None
    return words.text(
        "{rate} ({part} of {whole})", rate=words.percent(share), part=words.count(part), whole=words.count(whole)
    )


def _row(
    words: Words, measure: str, *, rules: str | None, people: str | None, difference: str | None, sign: str
) -> Row:
    return {
        "": sign,
        words.text("Measure"): measure,
        words.text("By rules"): rules,
        words.text("By people"): people,
        words.text("Rules against people, 95 %"): difference,
        words.text("Says"): words.text(SAID[sign]) if sign else "–",
    }


def _signed(share: float, words: Words) -> str:
    # The value before it says that these are points.
    return words.signed(share * 100, 1)


def _verdict(lower: float | None, upper: float | None, even: float) -> str:
    """
    Fewer is better for all of them.
    """
    if lower is not None and lower > even:
        return WORSE
    return BETTER if upper is not None and upper < even else ALIKE
