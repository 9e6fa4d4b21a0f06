"""
When did something happen that a reader of this series should know?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Literal

from dashboard.charts.drawing import Drawing
from dashboard.charts.lettering import cut, width_of, wrapped
from dashboard.charts.theme import Theme, plain
from dashboard.words import Words

# The plot on the narrowest phone, in pixels: what doesn't overlap there overlaps nowhere, because labels keep
# their size and only grow apart.
NARROWEST_PLOT = 190
LANES = 3
LANE_HEIGHT = 19
# Of a title, in widths of a Latin letter; each label is as long as leaves room for the others.
LENGTHS = (8, 14, 20, 26)
LETTER, PADDING = 6, 10
# A flag that carries only how many events it stands for.
MARK_WIDTH = 18
HOVER_LETTERS = 44


@dataclass(frozen=True, slots=True)
class _Flag:
    """
    One pole: the day it stands on and the events it stands for, oldest first.
    """

    day: date
    events: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """
    A flag with its label, the lane it flies in (0 is the lowest) and whether it flies to the left of its pole.
    """

    flag: _Flag
    label: str
    lane: int
    to_left: bool


def flagged(
    figure: Drawing,
    annotations: Sequence[tuple[date, str]],
    *,
    words: Words,
    colours: Theme,
    by: Literal["month", "day"] = "month",
) -> Drawing:
    """
    Draw dated events over a chart by time: a thin line each, with a short label above the plot.

    Events of one month (or day) share a flag. Labels are cut so that none overlaps another even on a phone; where
    there are too many, neighbours share a flag that says how many they are. A flag's hover has every day and title
    in full. Events outside the axis's range aren't drawn.

    Args:
        figure: Its horizontal axis has a range, or traces with days; it is changed.
        annotations: Day and title, in any order; titles may hold anything, they are escaped.
        words: The reader's language.
        colours: The mode's colours.
        by: Where flags stand: "month" on the first of the event's month, where charts by month have their point;
            "day" on the day itself.

    Returns:
        The same figure, with room above the plot for as many lanes of labels as are needed.
    """
    span = _span(figure)
    if span is None:
        return figure
    first, last = span
    dated = sorted((_place(day, by), day, title) for day, title in annotations)
    flags = [
        _Flag(place, tuple((day, title) for _, day, title in events))
        for place, events in groupby(dated, key=lambda event: event[0])
        if first <= place <= last
    ]
    placed = _placed(flags, (first, last), NARROWEST_PLOT + figure.frame["margin"]["r"] - PADDING, words)
    for each in placed:
        _draw(figure, each, words, colours)
    if placed:
        top = figure.frame["margin"]["t"] + LANE_HEIGHT * (1 + max(each.lane for each in placed))
        figure.update_layout(margin={"t": top})
    return figure


def _place(day: date, by: str) -> date:
    return day.replace(day=1) if by == "month" else day


def _span(figure: Drawing) -> tuple[date, date] | None:
    """
    The first and the last day the axis shows; None of a chart without any.
    """
    ends = figure.frame["xaxis"].get("range")
    if ends is None:
        ends = [value for trace in figure.traces for value in trace.get("x", ())]
    days = sorted(date.fromisoformat(str(value)[:10]) for value in ends)
    return (days[0], days[-1]) if days else None


def _placed(flags: Sequence[_Flag], span: tuple[date, date], end: float, words: Words) -> list[_Placed]:
    """
    Every flag with a label, all before `end`, in pixels from the plot's left; merged where there is no such way.

    All begin short and are lengthened in turn, so that no long title takes the room of the others.
    """
    days = max((span[1] - span[0]).days, 1)
    offsets = [NARROWEST_PLOT * (flag.day - span[0]).days / days for flag in flags]
    labels = [_label(flag, LENGTHS[0], words) for flag in flags]
    placed = _in_lanes(flags, labels, offsets, end)
    if placed is None:
        return [_Placed(flag, words.count(len(flag.events)), 0, to_left=False) for flag in _merged(flags, days)]
    for length in LENGTHS[1:]:
        for number, flag in enumerate(flags):
            longer = [*labels[:number], _label(flag, length, words), *labels[number + 1 :]]
            found = _in_lanes(flags, longer, offsets, end)
            if found is not None:
                labels, placed = longer, found
    return placed


def _label(flag: _Flag, length: int, words: Words) -> str:
    more = len(flag.events) - 1
    title = cut(" ".join(flag.events[0][1].split()), length)
    return words.text("{title} +{more}", title=title, more=words.count(more)) if more else title


def _in_lanes(
    flags: Sequence[_Flag], labels: Sequence[str], offsets: Sequence[float], end: float
) -> list[_Placed] | None:
    """
    Put each label into the lowest lane where it overlaps none before it; None if one finds no room in any.
    """
    taken: list[list[tuple[float, float]]] = [[] for _ in range(LANES)]
    placed = []
    for flag, label, at in zip(flags, labels, offsets, strict=True):
        width = width_of(label) * LETTER + PADDING
        found = next(
            (
                (lane, to_left, place)
                for lane in range(LANES)
                for to_left, place in ((False, (at, at + width)), (True, (at - width, at)))
                if place[0] >= -PADDING and place[1] <= end and _is_free(taken[lane], place)
            ),
            None,
        )
        if found is None:
            return None
        lane, to_left, place = found
        taken[lane].append(place)
        placed.append(_Placed(flag, label, lane, to_left))
    return placed


def _is_free(taken: Sequence[tuple[float, float]], place: tuple[float, float]) -> bool:
    return all(place[1] <= start or place[0] >= end for start, end in taken)


def _merged(flags: Sequence[_Flag], days: int) -> Iterator[_Flag]:
    """
    Flags at least a mark's width apart on the narrowest plot; each stands where its first event does.
    """
    apart = days * MARK_WIDTH / NARROWEST_PLOT
    together: list[_Flag] = []
    for flag in flags:
        if together and (flag.day - together[0].day).days >= apart:
            yield _Flag(together[0].day, tuple(event for each in together for event in each.events))
            together = []
        together.append(flag)
    if together:
        yield _Flag(together[0].day, tuple(event for each in together for event in each.events))


def _draw(figure: Drawing, placed: _Placed, words: Words, colours: Theme) -> None:
    at = placed.flag.day.isoformat()
    foot = LANE_HEIGHT * placed.lane
    pole: dict[str, Any] = {"type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "layer": "below"}
    line = {"color": colours.reference, "width": 1}
    figure.add_shape(**pole, y0=0, y1=1, line=line, opacity=0.6)
    # The rest of the pole lies above the plot, where only pixels are known.
    figure.add_shape(**pole, ysizemode="pixel", yanchor=1, y0=0, y1=foot + LANE_HEIGHT - 1, line=line, opacity=0.6)
    figure.add_annotation(
        xref="x",
        yref="paper",
        x=at,
        y=1,
        yshift=foot + 1,
        text=plain(placed.label),
        showarrow=False,
        xanchor="right" if placed.to_left else "left",
        yanchor="bottom",
        borderpad=2,
        # Opaque: the pole of a flag in a higher lane passes behind.
        bgcolor=colours.grid,
        font={"size": 11, "color": colours.ink},
        hovertext=_hover(placed.flag, words),
        captureevents=True,
        hoverlabel={"bgcolor": colours.surface, "bordercolor": colours.grid, "font": {"color": colours.ink}},
    )


def _hover(flag: _Flag, words: Words) -> str:
    lines = []
    for day, title in flag.events:
        lines.append(f"<b>{words.day_in_words(day)}</b>")
        lines += [plain(line) for line in wrapped(title, HOVER_LETTERS)]
    return "<br>".join(lines)
