"""
One figure at a glance: value, target, change, a year's line, and what it counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import streamlit as st

from dashboard.charts.sparkline import sparkline
from dashboard.facts import FACTS, Kind
from dashboard.metrics import Kpi
from dashboard.metrics.status import Status
from dashboard.ui.context import Context
from dashboard.words import Words, msgid

# The sign and the word of each status, and the theme colour that goes with them.
STATUS: dict[Status, tuple[str, str, str]] = {
    Status.ON_TARGET: ("●", msgid("on target"), "blue"),
    Status.WATCH: ("▲", msgid("watch"), "orange"),
    Status.OFF_TARGET: ("▼", msgid("off target"), "orange"),
    Status.BREACH: ("■", msgid("breach of law"), "red"),
    Status.TOO_FEW: ("○", msgid("too few to judge"), "gray"),
    Status.NOT_RECORDED: ("–", msgid("not recorded"), "gray"),
    Status.NONE: ("", "", "gray"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """
    What a card shows of one KPI.

    Attributes:
        kpi: Its entry in the registry.
        now: The figure of the selected period: `value`, `numerator`, `denominator`, `provisional`, `not_recorded`.
        before: The same of the period compared with; None where nothing is compared.
        months: The last thirteen months, oldest first, in the same form.
        status: How the figure stands to its target.
        target: The target; None where there is none.
        said: A sentence below the line; None where nothing is said.
        is_comparable: Whether enough cases stand on both sides to call the change better or worse.
    """

    kpi: Kpi
    now: Mapping[str, Any]
    before: Mapping[str, Any] | None
    months: Sequence[Mapping[str, Any]]
    status: Status
    target: float | None
    said: str | None = None
    is_comparable: bool = True


def definition(kpi: Kpi, target: float | None, words: Words) -> str:
    """
    What a KPI counts, for the card's hover: question, numerator over denominator, target, source.
    """
    lines = [
        f"**{words.text(kpi.question)}**",
        words.text("Counts: {numerator}", numerator=words.text(kpi.numerator)),
    ]
    if kpi.denominator:
        lines.append(words.text("Out of: {denominator}", denominator=words.text(kpi.denominator)))
    if target is not None:
        lines.append(words.text("Target: {target}", target=target_in_words(kpi, target, words)))
    if kpi.source:
        lines.append(words.text("Source: {source}", source=words.text(kpi.source)))
    lines.append(f"`{kpi.id}`")
    return "\n\n".join(lines)


def target_in_words(kpi: Kpi, target: float, words: Words) -> str:
    """
    A target with the side on which it is met: ≥ 95.0%, ≤ 10 days, or a plain 0.
    """
    value = words.figure(target, kpi.unit)
    if not target and kpi.direction == "down":
        return value
    return f"≥ {value}" if kpi.direction == "up" else f"≤ {value}"


def show_cards(ctx: Context, cards: Sequence[Card], *, key: str) -> str | None:
    """
    Draw cards, four a row on a wide screen, two on a middling and one on a narrow one.

    Returns:
        The id of the KPI whose rows the viewer asked for, if they just did.
    """
    asked: str | None = None
    grid = st.grid(4, min_column_width=225, gap="small", border=True, key=f"cards_{key}")
    for card in cards:
        with grid.cell():
            _figure(ctx, card)
            _standing(ctx.words, card)
            _line(ctx, card)
            if card.said:
                st.caption(card.said)
                # The button that says so is left out by Streamlit when a page is printed.
                st.html(f'<div class="on-paper">{escape(_denominator(ctx.words, card))}</div>')
            if _foot(ctx.words, card, key):
                asked = card.kpi.id
    return asked


def _figure(ctx: Context, card: Card) -> None:
    words = ctx.words
    change, better = change_in_words(card, words)
    moved = better is not None or (change is not None and change != words.text("no change"))
    told = {True: msgid("better"), False: msgid("worse"), None: msgid("than before")}
    st.metric(
        words.text(card.kpi.title),
        value_in_words(card, words),
        delta=change,
        delta_color="gray" if better is None else "blue" if better else "orange",
        delta_arrow=_arrow(card) if moved else "off",
        delta_description=words.text(told[better]) if moved else None,
        help=definition(card.kpi, card.target, words),
    )


def _value_before(card: Card) -> float | None:
    return None if card.before is None else card.before["value"]


def _arrow(card: Card) -> Literal["up", "down", "off"]:
    # Streamlit would read the direction off the text, and takes a real minus sign for a letter.
    before = _value_before(card)
    if before is None or card.now["value"] == before:
        return "off"
    return "up" if card.now["value"] > before else "down"


def value_in_words(card: Card, words: Words) -> str:
    """
    The figure itself, or that it isn't recorded.
    """
    if card.now["not_recorded"]:
        return words.text("not recorded")
    return words.figure(card.now["value"], card.kpi.unit)


def change_in_words(card: Card, words: Words) -> tuple[str | None, bool | None]:
    """
    The change against the comparison, in the unit's own terms, and whether it is for the better.

    Null where nothing is compared; neither better nor worse where the KPI knows no better, nothing changed, or
    either side has too few cases to judge.
    """
    change, better = _change(card, words)
    # What rounds to nothing is nothing: "−0.0" would claim a direction.
    if change is not None and not any(digit in change for digit in "123456789"):
        return words.text("no change"), None
    return change, better


def _change(card: Card, words: Words) -> tuple[str | None, bool | None]:
    if card.before is None or card.before["value"] is None or card.now["value"] is None:
        return None, None
    difference = card.now["value"] - card.before["value"]
    if card.kpi.unit in ("rate", "difference"):
        shown = words.points(difference)
    elif card.kpi.unit == "days":
        shown = words.signed_days(difference)
    else:
        shown = words.signed(difference, words.figure_digits(card.now["value"], card.kpi.unit))
    if card.kpi.direction == "none" or not card.is_comparable:
        return shown, None
    return shown, (difference > 0) == (card.kpi.direction == "up")


def _standing(words: Words, card: Card) -> None:
    sign, word, colour = STATUS[card.status]
    parts = [f":{colour}[**{sign} {words.text(word)}**]"] if word else []
    muted = []
    if card.target is not None and not card.now["not_recorded"]:
        muted.append(words.text("target {value}", value=target_in_words(card.kpi, card.target, words)))
    if not parts and not muted:
        muted.append(words.text("no target set"))
    # A caption would fade the status with its target; it has to be read first.
    st.markdown(":small[" + " · ".join([*parts, *(f":gray[{part}]" for part in muted)]) + "]")


def _line(ctx: Context, card: Card) -> None:
    if card.kpi.only_now:
        st.caption(ctx.words.text("The source tells it of today alone."))
        return
    drawn = sparkline(
        [month["value"] for month in card.months],
        provisional=[month["provisional"] for month in card.months],
        colours=ctx.colours,
        target=card.target if card.kpi.unit == "rate" else None,
    )
    known = [month for month in card.months if month["value"] is not None]
    if not known:
        alt = ctx.words.text("no monthly figures")
    else:
        alt = ctx.words.text(
            "{title} by month, last {value}",
            title=ctx.words.text(card.kpi.title),
            value=ctx.words.figure(known[-1]["value"], card.kpi.unit),
        )
    st.image(drawn, width="stretch", alt=alt)


def _foot(words: Words, card: Card, key: str) -> bool:
    return st.button(
        _denominator(words, card),
        key=f"rows_{key}_{card.kpi.id}",
        type="tertiary",
        icon=":material/table_rows:",
        help=words.text("Show exactly the rows behind this figure"),
        disabled=bool(card.now["not_recorded"]),
    )


def _denominator(words: Words, card: Card) -> str:
    if card.now["not_recorded"]:
        return words.text("not recorded")
    if card.now["provisional"]:
        return words.text("{cases}, provisional", cases=_cases(words, card))
    return _cases(words, card)


def _is_money(kpi: Kpi) -> bool:
    base = FACTS[kpi.fact].by_name.get(kpi.base or "")
    return base is not None and base.kind is Kind.MONEY


def _cases(words: Words, card: Card) -> str:
    if card.kpi.unit == "rate":
        # Sums of money are too long for a card, and nobody counts them.
        told = words.compact_money if _is_money(card.kpi) else words.count
        return words.text(
            "{part} of {whole}", part=told(card.now["numerator"]), whole=told(card.now["denominator"])
        )
    if card.kpi.unit == "expected" and card.now["lower"] is not None:
        return words.text(
            "{lower} to {upper} of {whole}, 95 %",
            lower=words.count(card.now["lower"]),
            upper=words.count(card.now["upper"]),
            whole=words.count(card.now["cases"]),
        )
    return words.several("1 case", "{count} cases", card.now["cases"])
