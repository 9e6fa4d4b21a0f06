"""
How far do rules take a claim, where does it leave their way, and what would it bring to mend that?
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.funnel_steps import funnel_steps
from dashboard.charts.heat import heat
from dashboard.charts.pareto import pareto
from dashboard.metrics.fallout import Fallout
from dashboard.periods import MONTH, Period, month_start, shift_months
from dashboard.ui.automation import fallout_by_of, fallout_of, funnel_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

DECIDED: Final = "auto_adjudication_rate"
STEPS: Final = {
    "reported": msgid("Reported"),
    "eligible": msgid("Meant for rules"),
    "attempted": msgid("Tried by rules"),
    "automatic": msgid("Automatic decision"),
    "paid": msgid("Automatic payment"),
}
EXITS: Final = {
    "not_eligible": msgid("Not meant for rules"),
    "eligibility_unknown": msgid("Not recorded whether meant for rules"),
    "left": msgid("Left before a decision"),
    "how_unknown": msgid("Not recorded how it was decided"),
    "fell_out": msgid("No reason coded"),
    "touched_before": msgid("Touched before the decision"),
    "refused": msgid("Refused by rules"),
    "closed_unpaid": msgid("Closed without payment"),
    "audited_before": msgid("Audited before the payment"),
    "touched_after": msgid("Touched after the decision"),
}
FALLOUT: Final = "fallout_reason"
SPLITS: Final = {"product_line": msgid("Product line"), MONTH: msgid("Month"), "claim_type": msgid("Claim type")}
# As many columns of numbers as can be read side by side.
MONTHS: Final = 6


def funnel_panel(look: Look) -> None:
    """
    Of the claims reported: how many were meant for rules, tried, decided, paid by them, and where did others end?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "automation funnel"):
        is_told = _is_told(look, "auto_eligible")
        found = funnel_of(look.figures, look.selection.values, look.period) if is_told else None
        reported = found.steps["cases"][0] if found is not None else 0
        exits = [] if found is None else [_exit(row, reported, words) for row in found.exits.iter_rows(named=True)]
        finding = words.text("Claims reported in the period; each step as a share of the one before")
        with framed(words.text("How far rules take a claim"), _most(exits, reported, words) or finding):
            if found is None or not reported:
                nothing(look, _untold(is_told))
                return
            labels = {step: words.text(name) for step, name in STEPS.items()}
            steps = found.steps.with_columns(
                pl.col("step").replace_strict(labels, return_dtype=pl.String).alias("label")
            )
            alt = words.text("Claims by how far rules took them")
            drawn = funnel_steps(steps, words=words, colours=ctx.colours)
            show_chart(drawn, key="automation_funnel", alt=alt, select=False)
            if exits:
                st.caption(finding)
                with st.popover(words.text("Where claims leave"), icon=":material/table:", type="tertiary"):
                    st.dataframe(
                        pl.DataFrame(exits),
                        hide_index=True,
                        height="content",
                        width=600,
                        key="exits",
                        lazy=False,
                        column_config={
                            words.text("Of all reported"): st.column_config.NumberColumn(format="percent")
                        },
                    )


def fallout_panel(look: Look) -> None:
    """
    Why can't rules decide what they are meant for, and what would the rate be at most without each reason?
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "fall-out"):
        is_told = _is_told(look, FALLOUT)
        found = fallout_of(look.figures, look.selection.values, look.period) if is_told else None
        with framed(words.text("Why claims fall out, by first reason"), _gain(found, words)):
            if found is None or not found.reasons.height:
                nothing(look, _untold(is_told))
                return
            labels = {value: words.code(FALLOUT, value) for value in found.reasons[FALLOUT]}
            reasons = found.reasons.with_columns(
                pl.col(FALLOUT).replace_strict(labels, return_dtype=pl.String).alias("label")
            )
            drawn = pareto(reasons.rename({FALLOUT: "cause"}), words=words, colours=ctx.colours)
            alt = words.text("Claims that fell out by first reason, the largest first")
            picked = show_chart(drawn, key="fallout", alt=alt)
            st.caption(
                words.text(
                    "Shares of the coded ones; {count} of {whole} that fell out ({share}) have no reason",
                    count=words.count(found.uncoded),
                    whole=words.count(found.fallen),
                    share=words.percent(found.uncoded_share),
                )
            )
            as_table(
                look, reasons.select("label", "cases", "share", "cumulative", "gain", "rate_at_most"), "fallout"
            )
    if picked:
        ask_for_rows(look, DECIDED, look.period, {FALLOUT: picked})


def fallout_by_panel(look: Look) -> None:
    """
    Where does which reason stand out: in a product, in a month?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "fall-out by"):
        recorded = look.figures.recorded("claims")
        offered = [column for column in SPLITS if column == MONTH or column in recorded]
        with framed(
            words.text("Where which reason stands out"),
            words.text("Coloured where more (orange) or fewer (blue) than reason and column alone would give"),
        ):
            if not _is_told(look, FALLOUT):
                nothing(look, _untold(is_told=False))
                return
            by = str(
                st.segmented_control(
                    words.text("Compare by"),
                    offered,
                    default=offered[0],
                    format_func=lambda column: words.text(SPLITS[column]),
                    key="fallout_by",
                    label_visibility="collapsed",
                    required=True,
                )
            )
            period = _last_months(look) if by == MONTH else look.period
            cells = fallout_by_of(look.figures, look.selection.values, period, by)
            if not cells.height:
                nothing(look, cells)
                return
            named = _named(cells, by, look)
            drawn = heat(named, words=words, colours=ctx.colours, signed=True)
            alt = words.text("Claims that fell out by reason and {column}", column=words.text(SPLITS[by]))
            show_chart(drawn, key=f"fallout_{by}", alt=alt, select=False)
            as_table(look, named.select("row_label", "column_label", "cases", "expected"), "fallout_by")


def _gain(found: Fallout | None, words: Words) -> str:
    """
    What mending the largest reason would bring, at most.
    """
    if found is None or not found.reasons.height or found.rate is None:
        return ""
    first = found.reasons.row(0, named=True)
    return words.text(
        "Without “{reason}” at most {most} would be decided automatically instead of {rate} ({points})",
        reason=words.code(FALLOUT, first[FALLOUT]),
        most=words.percent(first["rate_at_most"]),
        rate=words.percent(found.rate),
        points=words.points(first["gain"]),
    )


def _exit(row: dict[str, Any], reported: int, words: Words) -> dict[str, Any]:
    is_coded = row[FALLOUT] is not None
    return {
        words.text("Last step reached"): words.text(STEPS[row["step"]]),
        words.text("Way out"): words.code(FALLOUT, row[FALLOUT]) if is_coded else words.text(EXITS[row["exit"]]),
        words.column("cases"): row["cases"],
        words.text("Of all reported"): row["cases"] / reported,
    }


def _most(exits: list[dict[str, Any]], reported: int, words: Words) -> str:
    """
    The way by which most claims leave.
    """
    if not exits:
        return ""
    most = max(exits, key=lambda row: int(row[words.column("cases")]))
    return words.text(
        "Most leave here: {exit}, {share} of all reported",
        exit=most[words.text("Way out")],
        share=words.percent(most[words.column("cases")] / reported),
    )


def _last_months(look: Look) -> Period:
    this = shift_months(month_start(look.ctx.as_of), 1)
    end = min(look.period.before or this, this)
    return Period(shift_months(month_start(end), -MONTHS), end)


def _named(cells: pl.DataFrame, by: str, look: Look) -> pl.DataFrame:
    words = look.ctx.words
    rows = {value: words.code(FALLOUT, value) for value in cells[FALLOUT].unique()}
    columns = {
        value: words.month(value) if by == MONTH else look.names.of(by, value) for value in cells[by].unique()
    }
    return cells.select(
        row=FALLOUT,
        row_label=pl.col(FALLOUT).replace_strict(rows, return_dtype=pl.String),
        column=pl.col(by).cast(pl.String).fill_null(""),
        column_label=pl.col(by).replace_strict(columns, return_dtype=pl.String),
        cases="cases",
        value="residual",
        expected="expected",
    )


def _is_told(look: Look, column: str) -> bool:
    return look.figures.can_tell(DECIDED) and column in look.figures.recorded("claims")


def _untold(is_told: bool) -> pl.DataFrame:
    return pl.DataFrame({"not_recorded": [not is_told]})
