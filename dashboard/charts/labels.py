"""
Where labels go so that none covers another, on a screen whose width isn't known.

Widths are estimates in pixels: a Chinese character is as wide as it is high, other letters a little more than
half.
"""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

SIZE = 12
LINE = 15
LETTER, IDEOGRAPH = 0.56, 1.0
# The narrowest plot we draw for: a phone of 340 pixels without the names beside it.
NARROW = 190


def width_of(text: str, size: int = SIZE) -> float:
    """
    About how many pixels a text takes in one line, at a font size in pixels.
    """
    return size * sum(IDEOGRAPH if east_asian_width(letter) in "WF" else LETTER for letter in text)


def shortened(text: str, width: float, size: int = SIZE) -> str:
    """
    A text cut to a width, with an ellipsis where something is missing; the hover has the whole.

    Cut before it is made harmless: half an entity would be shown as such.
    """
    if width_of(text, size) <= width:
        return text
    kept = text
    while kept and width_of(kept + "…", size) > width:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def apart(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """
    Move places as little as need be until they lie a gap apart, in their order, between low and high.

    Args:
        places: On one axis, in any unit.
        gap: Smallest distance between two of them.
        low: Lowest place allowed.
        high: Highest place allowed.

    Returns:
        The new places, in the order given. Where there is no room for all gaps, they are even and fill the range.
    """
    if not places:
        return []
    gap = min(gap, (high - low) / max(len(places) - 1, 1))
    order = sorted(range(len(places)), key=lambda index: places[index])
    # Neighbours that would overlap are one block, centred on where its members want to be.
    blocks: list[list[int]] = []
    for index in order:
        blocks.append([index])
        while len(blocks) > 1 and _start(blocks[-1], places, gap, low, high) < (
            _start(blocks[-2], places, gap, low, high) + len(blocks[-2]) * gap
        ):
            last = blocks.pop()
            blocks[-1] += last
    moved = list(places)
    for block in blocks:
        start = _start(block, places, gap, low, high)
        for step, index in enumerate(block):
            moved[index] = start + step * gap
    return moved


def _start(block: Sequence[int], places: Sequence[float], gap: float, low: float, high: float) -> float:
    length = (len(block) - 1) * gap
    centre = sum(places[index] for index in block) / len(block)
    return min(max(centre - length / 2, low), high - length)


def lanes(starts: Sequence[float], widths: Sequence[float], gap: float = 6) -> list[int]:
    """
    Give each label the lowest lane in which nothing before it is in the way; lane 0 first.

    Args:
        starts: Where each begins, in pixels.
        widths: How long each is, in pixels.
        gap: Pixels kept free between two.

    Returns:
        The lane of each, in the order given.
    """
    ends: list[float] = []
    found = [0] * len(starts)
    for index in sorted(range(len(starts)), key=lambda label: starts[label]):
        free = next((lane for lane, end in enumerate(ends) if starts[index] >= end + gap), len(ends))
        if free == len(ends):
            ends.append(0.0)
        ends[free] = starts[index] + widths[index]
        found[index] = free
    return found
