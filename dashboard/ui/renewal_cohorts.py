"""
Is the share renewed moving, when will the young months be known, and how do they compare at their age?
"""

from __future__ import annotations

from functools import partial
from typing import Final

import polars as pl

from dashboard.charts.fan import fan
from dashboard.charts.month_lines import month_lines
from dashboard.periods import Period, month_start, shift_months
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.renewals import cohorts_of, gross_of, renewed_by_of
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.ui.trends import month_picked, trend_panel, trend_period
from dashboard.words import Words, msgid

RATE: Final = "renewal_rate"
# A year and the month it is compared with.
FAN_MONTHS: Final = 13
BASES: Final = {"invited": msgid("Invited"), "gross": msgid("Gross")}


def renewed_panel(look: Look) -> None:
    """
    How has the share renewed moved by month, and until when isn't the rest known?
    """
    trend_panel(look, RATE, note=partial(_until_known, look))


def gross_panel(look: Look) -> None:
    """
    How much lower is the share renewed of all available contracts than that of those we invited to renew?
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "gross beside invited"):
        about = words.text("Gross counts contracts we declined to renew as not renewed; invited leaves them out")
        with framed(words.text("Renewed, gross and invited"), about):
            if _untold(look):
                return
            months = gross_of(look.figures, look.selection.values, trend_period(look))
            points = pl.concat(_series(months, basis, words) for basis in BASES)
            if not points["value"].count():
                nothing(look, points)
                return
            alt = words.text("Share renewed by month, gross and invited")
            picked = show_chart(month_lines(points, words=words, colours=ctx.colours), key="gross", alt=alt)
            as_table(look, points.drop("series"), "gross")
    if picked:
        ask_for_rows(look, RATE, month_picked(picked))


def fan_panel(look: Look) -> None:
    """
    Has a young month come as far as older ones had at the same age?
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "fan of cohorts"):
        this = month_start(ctx.as_of)
        before = month_start(min(look.period.last or ctx.as_of, ctx.as_of))
        before = shift_months(this if before >= shift_months(this, -1) else before, 1)
        period = Period(shift_months(before, -FAN_MONTHS), before)
        title = words.text("Months at the same age")
        if not look.figures.can_tell(RATE):
            with framed(title, ""):
                _untold(look)
            return
        cohorts = cohorts_of(look.figures, look.selection.values, period)
        with framed(title, _finding(cohorts, words)):
            if not cohorts["share"].count():
                nothing(look, cohorts)
                return
            drawn = fan(cohorts, words=words, colours=ctx.colours, unit_label=words.text("days after the due day"))
            alt = words.text("Share of each month's contracts renewed, by days after the due day")
            picked = show_chart(drawn, key="fan", alt=alt)
            as_table(look, cohorts, "fan")
    if picked:
        ask_for_rows(look, RATE, month_picked(picked))


def tenures(look: Look) -> pl.DataFrame:
    """
    The share renewed by how long customers have been with us: like a figure, split by `tenure_band`.
    """
    return renewed_by_of(look.figures, look.selection.values, look.period, "tenure_band")


def _untold(look: Look) -> bool:
    """
    Say that renewals aren't recorded, if so.
    """
    is_untold = not look.figures.can_tell(RATE)
    if is_untold:
        nothing(look, pl.DataFrame({"not_recorded": [True]}))
    return is_untold


def _until_known(look: Look) -> str:
    """
    When the months that can still change are settled, in words; nothing if all are.
    """
    if not look.figures.can_tell(RATE):
        return ""
    words = look.ctx.words
    months = gross_of(look.figures, look.selection.values, trend_period(look))
    said = []
    for month in months.filter(pl.col("invited_maturing") > 0).iter_rows(named=True):
        sentence = (
            msgid("{month}: n/a until {day}")
            if month["invited_share"] is None
            else msgid("{month}: provisional until {day}")
        )
        blanks = {"month": words.month(month["month"]), "day": words.day_in_words(month["settled_on"])}
        said.append(words.text(sentence, **blanks))
    return " · ".join(said)


def _series(months: pl.DataFrame, basis: str, words: Words) -> pl.DataFrame:
    return months.select(
        "month",
        pl.lit(basis).alias("series"),
        pl.lit(words.text(BASES[basis])).alias("label"),
        pl.col(f"{basis}_share").alias("value"),
        pl.col(f"{basis}_renewed").alias("numerator"),
        pl.col(basis).alias("denominator"),
        (pl.col(f"{basis}_maturing") > 0).alias("provisional"),
    )


def _finding(cohorts: pl.DataFrame, words: Words) -> str:
    """
    The youngest month that has reached its due day, beside the months before it at the same age.
    """
    known = cohorts.filter(pl.col("share").is_not_null() & (pl.col("age") >= 0))
    if not known.height:
        return words.text("No month has reached its due day")
    young = known.filter(pl.col("month") == known["month"].max()).sort("age").row(-1, named=True)
    others = known.filter((pl.col("age") == young["age"]) & (pl.col("month") < young["month"]))["share"]
    said = {
        "month": words.month(young["month"]),
        "days": words.days(young["age"]),
        "share": words.percent(young["share"]),
    }
    if not others.len():
        return words.text("{month}, {days} after the due day: {share}", **said)
    return words.text(
        "{month}, {days} after the due day: {share}; months before it {low} to {high}",
        **said,
        low=words.percent(others.min()),  # type: ignore[arg-type]
        high=words.percent(others.max()),  # type: ignore[arg-type]
    )
