"""
The one filter row of every page: what is selected, kept in the URL, and said in words.

Every choice stands in the address, so a link carries its selection and a page switch keeps it. Options come from
the rows the viewer may see, so a selection can't name what they can't.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from dashboard.periods import COMPARISONS, DAY, PRESETS, Period, compared_with
from dashboard.ui.address import begin_with_day, begin_with_many, chosen_one, write
from dashboard.words import Words, msgid

DEFAULT_PERIOD = "last_12_months"
CUSTOM = "custom"
# No insurer's records on these screens go back further.
EARLIEST = date(1990, 1, 1)
# What can be filtered by, and what it is called.
DIMENSIONS: dict[str, str] = {
    "branch_id": msgid("Branch"),
    "team_id": msgid("Team"),
    "product_line": msgid("Product line"),
    "channel": msgid("Channel"),
}
_EVERY: dict[str, str] = {
    "branch_id": msgid("All branches"),
    "team_id": msgid("All teams"),
    "product_line": msgid("All product lines"),
    "channel": msgid("All channels"),
}
_KEYS = {"branch_id": "branch", "team_id": "team", "product_line": "product", "channel": "channel"}


@dataclass(frozen=True, slots=True)
class Selection:
    """
    What a viewer has selected: a period, what to compare it with, and values by dimension (none means all).

    Where the page is about the present state there is no period to select (`with_period` is false).
    """

    period: Period
    comparison: Period | None
    values: tuple[tuple[str, tuple[str, ...]], ...]
    with_period: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """
    A value a dimension can take, and its name; `within` is the branch of a team.
    """

    value: str
    label: str
    within: str | None = None


def choose(words: Words, options: dict[str, list[Option]], as_of: date, *, with_period: bool = True) -> Selection:
    """
    Draw the filter row and return what is selected.

    Args:
        words: The reader's language.
        options: What the viewer may see, by dimension; an empty list means the source doesn't record it.
        as_of: The last complete day, from which presets count.
        with_period: Off where only the present state is looked at: then everything recorded is selected, and
            nothing compared.

    Returns:
        The selection; a custom range that is not finished yet keeps its open side open.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="filters"):
        period, comparison = _period(words, as_of) if with_period else (Period(), None)
        values = _dimensions(words, options)
    return Selection(period, comparison, values, with_period)


def _period(words: Words, as_of: date) -> tuple[Period, Period | None]:
    preset = chosen_one(
        words.text("Period"),
        [*PRESETS, CUSTOM],
        DEFAULT_PERIOD,
        key="period",
        name_of=lambda key: words.text(PRESETS[key][0] if key in PRESETS else msgid("Custom range")),
        width=170,
    )
    period = _custom(words, as_of) if preset == CUSTOM else PRESETS[preset][1](as_of)
    comparison = chosen_one(
        words.text("Compared with"),
        list(COMPARISONS),
        next(iter(COMPARISONS)),
        key="comparison",
        name_of=lambda key: words.text(COMPARISONS[key]),
        width=190,
    )
    return period, compared_with(period, comparison)


def _custom(words: Words, as_of: date) -> Period:
    latest = date(as_of.year + 1, 12, 31)
    days = []
    for key, label, default in (
        ("from", words.text("From"), as_of.replace(day=1)),
        ("to", words.text("To and including"), as_of),
    ):
        begin_with_day(key, default, EARLIEST, latest)
        day = st.date_input(
            label,
            min_value=EARLIEST,
            max_value=latest,
            format="YYYY-MM-DD",
            key=key,
            persist_state="session",
            required=True,
            width=130,
        )
        days.append(day if isinstance(day, date) else default)
        write(key, [days[-1].isoformat()])
    first, last = days
    if first > last:
        st.warning(words.text("The range ends before it starts; the two days are swapped."))
        first, last = last, first
    return Period(first, last + DAY)


def _dimensions(words: Words, options: dict[str, list[Option]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    chosen: list[tuple[str, tuple[str, ...]]] = []
    branches: tuple[str, ...] = ()
    for dimension, name in DIMENSIONS.items():
        known = options.get(dimension, [])
        if dimension == "team_id" and branches:
            # A team of another branch could only ever select nothing.
            known = [option for option in known if option.within in branches]
        labels = {option.value: option.label for option in known}
        key = _KEYS[dimension]
        begin_with_many(key, labels)
        picked = st.multiselect(
            words.text(name),
            list(labels),
            format_func=partial(_label, labels),
            placeholder=words.text(_EVERY[dimension]) if labels else words.text("not recorded"),
            disabled=not labels,
            key=key,
            persist_state="session",
            select_all=False,
            width="stretch",
        )
        write(key, picked)
        if dimension == "branch_id":
            branches = tuple(picked)
        if picked:
            chosen.append((dimension, tuple(sorted(picked))))
    return tuple(chosen)


def _label(labels: dict[str, str], value: str) -> str:
    return labels.get(value, value)


def in_words(words: Words, selection: Selection, options: dict[str, list[Option]]) -> str:
    """
    One sentence that says what is selected and what it is compared with.
    """
    parts = [period_in_words(words, selection.period)] if selection.with_period else []
    if selection.comparison:
        parts.append(words.text("compared with {period}", period=period_in_words(words, selection.comparison)))
    for dimension, picked in selection.values:
        labels = {option.value: option.label for option in options.get(dimension, [])}
        parts.append(
            words.text(
                "{dimension}: {values}",
                dimension=words.text(DIMENSIONS[dimension]),
                values=", ".join(labels.get(value, value) for value in picked),
            )
        )
    if not selection.values:
        parts.append(words.text("all branches, teams, product lines and channels"))
    return " · ".join(parts)


def period_in_words(words: Words, period: Period) -> str:
    """
    The first and the last day of a period, as people say them.
    """
    if period.first is None and period.before is None:
        return words.text("everything recorded")
    if period.first is None or period.before is None:
        edge = period.first or (period.before - DAY if period.before else date.min)
        return words.text("from {day}" if period.first else "up to {day}", day=words.day_in_words(edge))
    return words.text(
        "{first} to {last}",
        first=words.day_in_words(period.first),
        last=words.day_in_words(period.before - DAY),
    )
