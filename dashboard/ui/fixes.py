"""
Did putting something right help? A cause before and after a dated event.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.before_after import before_after
from dashboard.keeping import Annotation
from dashboard.metrics.before_after import PER_DAYS, BeforeAfter
from dashboard.periods import Period, month_start, shift_months
from dashboard.ui.complaints import before_after_of, cause_months_of, pareto_of
from dashboard.ui.frames import show_chart
from dashboard.ui.kept import known_events
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import Words

# Half a year on either side is compared; a few months more are drawn.
DRAWN_MONTHS: Final = 9
EVERY: Final = ""


def fixes_panel(look: Look) -> None:
    """
    How often did a cause come before an event, how often since, and how sure is the difference?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "fixes"):
        st.subheader(words.text("Before and after an event"), anchor=False)
        if "cause" not in look.figures.recorded("complaints"):
            st.info(words.text("Not recorded by the source."), icon=":material/info:")
            return
        events = [each for each in _events(look) if each.on_day <= ctx.as_of]
        if not events:
            st.caption(words.text("Enter an event below to compare what came before and after it."))
            return
        event = _event(events, words)
        cause = _cause(look, event)
        found = before_after_of(look.figures, look.selection.values, cause, event.on_day)
        st.caption(finding_of(found, words))
        points, unit_label = _months(look, event.on_day, cause)
        drawn = before_after(
            points,
            words=words,
            colours=ctx.colours,
            day=event.on_day,
            event=event.title,
            before=found.rate_before,
            after=found.rate_after,
            ratio={"value": found.ratio, "lower": found.lower, "upper": found.upper},
            unit_label=unit_label,
        )
        show_chart(drawn, key="before_after", alt=finding_of(found, words), select=False)


def _events(look: Look) -> list[Annotation]:
    known = known_events(look.ctx.settings.app, look.ctx.viewer)
    selected = dict(look.selection.values)
    return sorted(
        (each for each in known.events if each.concerns.touch(None, selected)),
        key=lambda each: each.on_day,
        reverse=True,
    )


def _event(events: list[Annotation], words: Words) -> Annotation:
    by_id = {each.annotation_id: each for each in events}
    chosen = st.selectbox(
        words.text("Event"),
        list(by_id),
        format_func=lambda key: f"{words.day(by_id[key].on_day)} · {by_id[key].title}",
        key="fix_event",
        label_visibility="collapsed",
    )
    return by_id[chosen] if chosen in by_id else events[0]


def _cause(look: Look, event: Annotation) -> str | None:
    words = look.ctx.words
    causes = pareto_of(look.figures, look.selection.values, Period()).causes["cause"].to_list()
    offered = [EVERY, *causes]
    own = event.concerns.cause or EVERY
    chosen = st.selectbox(
        words.text("Cause"),
        offered,
        index=offered.index(own) if own in offered else 0,
        format_func=lambda cause: words.code("cause", cause) if cause else words.text("All causes"),
        # Each event begins with the cause it is about.
        key=f"fix_cause_{event.annotation_id}",
        label_visibility="collapsed",
    )
    return chosen or None


def _months(look: Look, day: date, cause: str | None) -> tuple[pl.DataFrame, str]:
    words = look.ctx.words
    middle = month_start(day)
    last = min(shift_months(middle, DRAWN_MONTHS), month_start(look.ctx.as_of))
    months = [shift_months(middle, step) for step in range(-DRAWN_MONTHS, 1 + DRAWN_MONTHS)]
    months = [month for month in months if month <= last]
    rates = cause_months_of(look.figures, look.selection.values, cause, tuple(months))
    if rates is not None and rates.height:
        points = rates.select("month", pl.col("per_10k").alias("value"), "cases", provisional=pl.lit(value=False))
        return points.sort("month"), words.text("a year per 10,000 policies")
    period = Period(months[0], shift_months(months[-1], 1))
    figures = look.figures.of(
        ["complaints_received"],
        period,
        (*look.selection.values, *((("cause", (cause,)),) if cause else ())),
        ["month"],
    )["complaints_received"]
    days = pl.col("month").dt.month_end().dt.day()
    points = figures.select("month", (pl.col("value") / days * PER_DAYS).alias("value"), "cases", "provisional")
    return points, words.text("per 30 days")


def finding_of(found: BeforeAfter, words: Words) -> str:
    """
    What a comparison of before and after comes to, in one sentence.
    """
    if found.too_few or found.ratio is None:
        return words.text(
            "{before} before, {after} since: too few to tell",
            before=words.count(found.before),
            after=words.count(found.after),
        )
    upper = words.decimal(found.upper, 2) if found.upper is not None else "∞"
    blanks = {
        "ratio": words.percent(abs(1 - found.ratio), 0),
        "lower": words.decimal(found.lower, 2),
        "upper": upper,
        "before": words.count(found.before),
        "after": words.count(found.after),
    }
    if found.upper is not None and found.upper < 1:
        said = words.text("{ratio} rarer since ({before} → {after}; rate ratio {lower} to {upper})", **blanks)
    elif found.lower is not None and found.lower > 1:
        said = words.text("{ratio} more often since ({before} → {after}; rate ratio {lower} to {upper})", **blanks)
    else:
        said = words.text("No sure difference ({before} → {after}; rate ratio {lower} to {upper})", **blanks)
    return said + (" · " + words.text("provisional") if found.provisional else "")
