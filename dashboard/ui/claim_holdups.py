"""
What held up the claims that were decided, and how many documents did they take?
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.trend import trend
from dashboard.metrics import chosen, claims
from dashboard.metrics.claim_holdups import (
    DOCUMENTS,
    DOCUMENTS_READ,
    HELD_BY,
    HELD_COLUMNS,
    NOTHING,
    compared,
    documents_asked,
    held_claims,
    investigated_claims,
    told_obstacles,
)
from dashboard.metrics.packing import Likeness, Within, alike
from dashboard.periods import MONTH, Period, month_start
from dashboard.ui.annotations import annotations_of
from dashboard.ui.claims import claims_of
from dashboard.ui.figures import Figures, Values
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.remembering import remembered, shared
from dashboard.ui.states import panel
from dashboard.ui.trends import trend_period
from dashboard.words import Words, msgid

OBSTACLES: Final = {
    "documents": msgid("Documents had to be asked for"),
    "second_request": msgid("Asked for a second time"),
    "investigation": msgid("Investigated"),
    "disputed_nondisclosure": msgid("Disclosure disputed"),
    NOTHING: msgid("None of these"),
}
# Each measure with its unit, for its numbers.
MEASURES: Final = {
    "documents": (msgid("Documents per claim"), "mean"),
    "fetched": (msgid("Fetched electronically"), "rate"),
    "asked": (msgid("Claims asked for more"), "rate"),
    "repeated": (msgid("Of those, asked again"), "rate"),
}
# As a column of the table by product is called.
BY: Final = "product_line"


def holdups_panel(look: Look) -> None:
    """
    What held claims up, how many of them, and how much longer did those take?
    """
    words = look.ctx.words
    with panel(words, "hold-ups"):
        found = _holdups(look.figures, look.selection.values, look.period)
        with framed(words.text("What held claims up"), _worst(found, words)):
            if not found["cases"].sum():
                nothing(look, found.select(not_recorded=pl.col("cases").is_null().all()).head(1))
                return
            st.dataframe(
                pl.DataFrame([_obstacle(row, words) for row in found.iter_rows(named=True)]),
                hide_index=True,
                column_config={words.text("Share"): st.column_config.NumberColumn(format="percent")},
                placeholder=words.text("not recorded"),
                height="content",
                key="holdups",
                lazy=False,
                alt=_worst(found, words),
            )
            st.caption(
                words.text(
                    "From the report to the decision, of claims decided in the period; a claim held up twice is "
                    "in both rows. Longer is meant against claims with none of these; some of it may have other "
                    "reasons."
                )
            )


def documents_panel(look: Look) -> None:
    """
    How many documents does a claim take, how many of them does nobody have to bring, and how often is one asked?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "documents"):
        measure = str(
            st.segmented_control(
                words.text("Measure"),
                list(DOCUMENTS),
                default=DOCUMENTS[0],
                format_func=lambda key: words.text(MEASURES[key][0]),
                key="documents_measure",
                label_visibility="collapsed",
                required=True,
            )
        )
        name, unit = MEASURES[measure]
        months = _documents(look.figures, look.selection.values, trend_period(look), MONTH)
        points = months.filter(pl.col("measure") == measure).with_columns(
            provisional=pl.col(MONTH) == month_start(ctx.as_of)
        )
        with framed(words.text("Documents"), _moved(points, words.text(name), unit, words)):
            if not points["value"].drop_nulls().len():
                nothing(look, pl.DataFrame({"not_recorded": [not _is_told(look, measure)]}))
                return
            drawn = trend(
                points,
                unit=unit,
                words=words,
                colours=ctx.colours,
                annotations=annotations_of(look, None),
                height=240,
            )
            alt = words.text("{measure} by month of the decision", measure=words.text(name))
            show_chart(drawn, key=f"documents_{measure}", alt=alt, select=False)
            as_table(look, points.drop("measure"), f"documents_{measure}")
            _by_product(look)


def _by_product(look: Look) -> None:
    words = look.ctx.words
    found = _documents(look.figures, look.selection.values, look.period, BY)
    if not found.height:
        return
    wide = found.pivot("measure", index=BY, values="value", maintain_order=True)
    headings = {measure: words.text(name) for measure, (name, _) in MEASURES.items()}
    named = [look.names.of(BY, value) for value in wide[BY]]
    st.dataframe(
        wide.with_columns(pl.Series(BY, named, dtype=pl.String)).rename({BY: words.column(BY)} | headings),
        hide_index=True,
        column_config={
            headings[measure]: st.column_config.NumberColumn(format="percent" if unit == "rate" else "%.2f")
            for measure, (_, unit) in MEASURES.items()
        },
        placeholder=words.text("n/a"),
        height="content",
        key="documents_by_product",
        lazy=False,
        alt=words.text("Documents by product line, of claims decided in the period"),
    )


# Few claims are investigated, and no filter changes which: the touches are read once.
@shared()
def _investigated(figures: Figures) -> pl.DataFrame:
    return investigated_claims(figures.reader.rows("claim_touches"), figures.terms)


@remembered
def _holdups(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    told = told_obstacles(_investigated(figures), figures.recorded("claims"))
    columns = tuple(sorted(column for column, _ in values))
    if not figures.judged("claims").is_counted_first(claims.judged, columns):
        return compared(_held(figures, claims_of(figures, values)), period=period, told=told)
    return compared(chosen(_held_alike(figures, period, columns).lazy(), values), period=period, told=told)


def _held(figures: Figures, rows: pl.LazyFrame) -> pl.LazyFrame:
    return held_claims(rows, _investigated(figures), recorded=figures.recorded("claims"))


@shared()
def _held_alike(figures: Figures, period: Period, columns: tuple[str, ...]) -> pl.DataFrame:
    rows = _held(figures, claims_of(figures))
    return alike(rows, [Likeness(HELD_COLUMNS, within=Within("decided_on", period))], columns)[0]


@remembered
def _documents(figures: Figures, values: Values, period: Period, by: str) -> pl.DataFrame:
    monthly = by == MONTH
    likeness = Likeness(DOCUMENTS_READ, within=Within("decided_on", period, monthly))
    (rows,) = figures.judged("claims", values).alike(claims.judged, [likeness], by=[] if monthly else [by])
    return documents_asked(rows, period=period, by=by)


def _is_told(look: Look, measure: str) -> bool:
    needed = {"documents": {"documents_submitted"}, "fetched": {"documents_submitted", "documents_fetched"}}
    return needed.get(measure, {"document_requests"}) <= look.figures.recorded("claims")


def _obstacle(row: dict[str, Any], words: Words) -> dict[str, Any]:
    def days(value: float | None, *, signed: bool = False) -> str | None:
        if value is None:
            # What nobody met has no time; what isn't recorded has no number of claims either.
            return None if row["cases"] is None else words.text("n/a")
        shown = round(value, 1)
        return words.signed_days(shown) if signed else words.days(shown)

    is_compared = row["held_by"] != NOTHING
    return {
        words.text("Held up by"): words.text(OBSTACLES[row["held_by"]]),
        words.text("Claims"): row["cases"],
        words.text("Share"): row["share"],
        words.text("Median"): days(row["median"]),
        words.text("Longer, median"): days(row["more_median"], signed=True) if is_compared else "–",
        words.text("90% within"): days(row["p90"]),
        words.text("Longer, 90% within"): days(row["more_p90"], signed=True) if is_compared else "–",
    }


def _worst(found: pl.DataFrame, words: Words) -> str:
    """
    The obstacle that cost most days in all, as a finding.
    """
    costly = found.filter(pl.col("held_by").is_in(list(HELD_BY)) & (pl.col("more_median") > 0)).sort(
        pl.col("cases") * pl.col("more_median"), descending=True
    )
    if not costly.height:
        return ""
    worst = costly.row(0, named=True)
    return words.text(
        "{obstacle}: {share} of decided claims, and the median of those is {days} longer",
        obstacle=words.text(OBSTACLES[worst["held_by"]]),
        share=words.percent(worst["share"]),
        days=words.days(round(worst["more_median"], 1)),
    )


def _moved(points: pl.DataFrame, name: str, unit: str, words: Words) -> str:
    """
    The last complete month against the same month a year earlier.
    """
    settled = points.filter(~pl.col("provisional") & pl.col("value").is_not_null())
    if not settled.height:
        return words.text("No complete month yet")
    last = settled.row(-1, named=True)
    blanks = {"measure": name, "month": words.month(last[MONTH]), "value": words.figure(last["value"], unit)}
    before = settled.filter(pl.col(MONTH) == pl.lit(last[MONTH]).dt.offset_by("-1y"))
    if not before.height:
        return words.text("{measure}, {month}: {value}", **blanks)
    earlier = words.figure(before["value"][0], unit)
    return words.text("{measure}, {month}: {value}, a year earlier {earlier}", earlier=earlier, **blanks)
