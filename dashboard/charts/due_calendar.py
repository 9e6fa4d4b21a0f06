"""
What falls due in the coming weeks, and on which days does nobody work?
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboard.charts.cells import Cell, add_cells
from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.scales import lettering, shade
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words

WEEK = 7
ROW = 36
FRAME = 34


def due_calendar(
    days: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    today: date,
    height: int | None = None,
) -> Drawing:
    """
    Draw weeks as rows from Monday to Sunday, each day with the number of cases due.

    Args:
        days: `day`, `cases` (due that day), `expected` (breaches to be expected among them; null if unknown),
            `is_working` (null if the calendar doesn't know the year) and `name` (of the holiday, or null); each
            day once, gaps allowed.
        words: The reader's language.
        colours: The mode's colours.
        today: Outlined; what lies before it is greyed.
        height: In pixels; as high as the weeks need if left out.

    Returns:
        A figure whose darker days have more due; days off are hatched. A click carries the day as ISO writes it.
    """
    rows = sorted(days.iter_rows(named=True), key=lambda row: row["day"])
    first = _monday(rows[0]["day"]) if rows else _monday(today)
    weeks = [first + timedelta(weeks=step) for step in range(_week(rows[-1]["day"], first) + 1 if rows else 1)]
    drawn = figure(colours, height=height or FRAME + ROW * len(weeks))
    most = max((row["cases"] for row in rows if row["day"] >= today), default=0)
    add_cells(
        drawn,
        [_cell(row, first, today, most, words, colours) for row in rows],
        rows=len(weeks),
        columns=WEEK,
        hatch=colours.sequence[2],
        size=13,
    )
    drawn.add_trace(
        scatter(
            x=[row["day"].weekday() - 0.46 for row in rows],
            y=[_week(row["day"], first) - 0.36 for row in rows],
            mode="text",
            text=[str(row["day"].day) for row in rows],
            textposition="bottom right",
            textfont={"size": 9, "color": [_number(_fill(row, today, most, colours), colours) for row in rows]},
            hoverinfo="skip",
        )
    )
    if rows and first <= today <= rows[-1]["day"]:
        across, down = today.weekday(), _week(today, first)
        drawn.add_shape(
            type="rect",
            x0=across - 0.47,
            x1=across + 0.47,
            y0=down - 0.47,
            y1=down + 0.47,
            line={"color": colours.ink, "width": 2},
        )
    names = words.locale.days["stand-alone"]["abbreviated"]
    drawn.update_xaxes(side="top", tickvals=list(range(WEEK)), ticktext=[names[day] for day in range(WEEK)])
    drawn.update_yaxes(
        tickvals=list(range(len(weeks))),
        ticktext=[_month(week, index, words) for index, week in enumerate(weeks)],
        tickfont={"color": colours.ink, "size": 12},
    )
    drawn.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 4})
    return drawn


def _cell(row: Mapping[str, Any], first: date, today: date, most: float, words: Words, colours: Theme) -> Cell:
    day = row["day"]
    is_past = day < today
    fill = _fill(row, today, most, colours)
    quiet = is_past or not row["cases"]
    return Cell(
        row=_week(day, first),
        column=day.weekday(),
        fill=fill,
        text=words.count(row["cases"]),
        ink=colours.muted if quiet else lettering(colours, fill),
        hover=_hover(row, words),
        key=(day.isoformat(),),
        is_hatched=row["is_working"] is False,
    )


def _fill(row: Mapping[str, Any], today: date, most: float, colours: Theme) -> str:
    return colours.surface if row["day"] < today else shade(colours, row["cases"], most)


def _number(fill: str, colours: Theme) -> str:
    """
    The day's number stands back, except where muted letters couldn't be read.
    """
    is_pale = fill in (colours.surface, *colours.sequence[:2])
    return colours.muted if is_pale else lettering(colours, fill)


def _hover(row: Mapping[str, Any], words: Words) -> str:
    lines = [
        f"<b>{words.day_in_words(row['day'])}</b>",
        words.text("{count} due", count=words.count(row["cases"])),
    ]
    if row["expected"] is not None:
        lines.append(words.text("{count} expected to be late", count=words.decimal(row["expected"])))
    if row["name"] is not None:
        lines.append(plain(row["name"]))
    elif row["is_working"] is False:
        lines.append(words.text("day off"))
    if row["is_working"] is None:
        lines.append(words.text("not known whether this is a working day"))
    return "<br>".join(lines)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(day: date, first: date) -> int:
    return (day - first).days // WEEK


def _month(week: date, index: int, words: Words) -> str:
    """
    A month stands beside the week in which it begins, and beside the first week.
    """
    sunday = week + timedelta(days=WEEK - 1)
    if index == 0 and week.day == 1:
        return words.month(week)
    if sunday.day <= WEEK:
        return words.month(sunday)
    return words.month(week) if index == 0 else ""
