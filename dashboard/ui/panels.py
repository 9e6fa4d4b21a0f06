"""
The row of cards, and the open cases by age: what needs action, at the top of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from dashboard.charts.bands import bands
from dashboard.metrics import kpi, status
from dashboard.metrics.status import is_comparable
from dashboard.periods import MONTH, Period, earlier_day, month_start, shift_months
from dashboard.ui.cards import Card, show_cards
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.names import band_in_words
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.ui.trends import trend_period

# A year and the month it is compared with.
SPARK_MONTHS = 13


def cards(
    look: Look,
    ids: Sequence[str],
    *,
    key: str,
    say: Callable[[Card], str] | None = None,
    with_these: Sequence[str] = (),
) -> None:
    """
    Draw a card for each KPI, and open the rows behind the one that is asked for.

    Args:
        look: What the page looks at.
        ids: The KPIs.
        key: Tells rows of cards apart.
        say: Gives a sentence for a card.
        with_these: KPIs that the page shows in the same way further down: figured together they come sooner.
    """
    asked = None
    with panel(look.ctx.words, "cards"):
        shown = cards_of(look, [*ids, *with_these])[: len(ids)]
        if say is not None:
            shown = [replace(card, said=say(card)) for card in shown]
        asked = show_cards(look.ctx, shown, key=key)
    if asked:
        ask_for_rows(look.about(kpi(asked).fact), asked, look.period)


def cards_of(look: Look, ids: Sequence[str]) -> list[Card]:
    """
    What is shown of KPIs at a glance, of any facts: each by its own day, compared, by month, and judged.
    """
    ctx, selection = look.ctx, look.selection
    now = look.figures.of(ids, selection.period, selection.values)
    before = _before(look, ids)
    months = _months(look, ids)
    shown = []
    for name in ids:
        figure = now[name].row(0, named=True)
        target = ctx.settings.targets.get(kpi(name).target_key)
        standing = status(
            kpi(name),
            figure,
            look.figures.terms,
            target=target,
            min_n=ctx.settings.display.minimum_cases,
        )
        rows = list(months[name].iter_rows(named=True))
        then, min_n = before.get(name), ctx.settings.display.minimum_cases
        fair = then is None or is_comparable(kpi(name), figure, then, min_n=min_n)
        shown.append(Card(kpi(name), figure, then, rows, standing, target, is_comparable=fair))
    return shown


def _before(look: Look, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """
    The figures compared with. A state is compared with the state as many days earlier.
    """
    selection = look.selection
    if selection.comparison is None:
        return {}
    states = [name for name in ids if kpi(name).day is None and not kpi(name).only_now]
    flows = [name for name in ids if kpi(name).day is not None]
    found = look.figures.of(flows, selection.comparison, selection.values) if flows else {}
    if states:
        day = earlier_day(look.ctx.as_of, selection.period, selection.comparison)
        # The month of the day looked back from ends with that day: its state is the day's, and judging every case
        # as of then is spared.
        month = Period(month_start(day), shift_months(month_start(day), 1))
        found |= look.figures.on(day).of(states, month, selection.values, [MONTH])
    return {name: figures.row(0, named=True) for name, figures in found.items()}


def _months(look: Look, ids: Sequence[str]) -> dict[str, pl.DataFrame]:
    """
    The figures of the last months, for the small lines.

    Of flows the months of the trends are asked for, which a page then has already. The states at a month's end are
    too dear for more months than are drawn.
    """
    this_month = month_start(look.ctx.as_of)
    first, before = shift_months(this_month, 1 - SPARK_MONTHS), shift_months(this_month, 1)
    drawn, trends = Period(first, before), trend_period(look)
    is_within = trends.before == before and (trends.first or first) <= first
    found: dict[str, pl.DataFrame] = {}
    for is_state, period in ((True, drawn), (False, trends if is_within else drawn)):
        asked = [name for name in ids if (kpi(name).stock_by_month is not None) is is_state]
        found |= look.figures.of(asked, period, look.selection.values, [MONTH])
    told = {name: rows.filter(pl.col(MONTH) >= first) for name, rows in found.items()}
    return {name: rows.clear() if kpi(name).only_now else rows for name, rows in told.items()}


def ageing_panel(look: Look) -> None:
    """
    How long have open complaints waited, and how many of them too long?
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "ageing"):
        selection = look.selection
        # Its period doesn't matter to a state; with the page's own it is a figure that a card has asked for.
        overdue = look.figures.of(["complaints_overdue"], selection.period, selection.values)["complaints_overdue"]
        counts = look.figures.ageing(look.selection.values)
        late, total = (
            int(counts.select(part).sum().item()) for part in (pl.col("late"), pl.col("late") + pl.col("not_late"))
        )
        finding = words.text(
            "{late} of {total} open are overdue", late=words.count(late), total=words.count(total)
        )
        is_told = not overdue["not_recorded"].item()
        with framed(words.text("Open complaints by days since receipt"), finding if is_told else ""):
            if not is_told or not total:
                nothing(look, overdue)
                return
            labels = pl.Series("label", [band_in_words(band) for band in counts["band"]])
            drawn = bands(
                counts.with_columns(labels),
                words=words,
                colours=ctx.colours,
                late=words.text("overdue"),
                not_late=words.text("not yet due"),
                is_breach=ctx.regime.kind == "law",
            )
            picked = show_chart(drawn, key="ageing", alt=finding)
            as_table(look, counts, "ageing")
    if picked:
        ask_for_rows(look, "complaints_open", Period(), {"age_band": picked})
