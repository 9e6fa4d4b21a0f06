"""
Colours between colours: how much, and how far to which side.
"""

from __future__ import annotations

from dashboard.charts.theme import Theme

# Of the way from the surface to blue or orange: further, and a count could no longer be read on it in the dark.
STRONGEST = 0.53


def blend(one: str, other: str, share: float) -> str:
    """
    The colour that lies a share of the way from one to the other; both as #rrggbb.
    """
    mixed = (round(a + (b - a) * share) for a, b in zip(_parts(one), _parts(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def shade(colours: Theme, amount: float, most: float) -> str:
    """
    How much, in the steps of the neutral sequence: the surface for nothing, the last step for the most.

    A step holds an equal part of the range of the square root: after a long holiday one day has ten times as many
    cases due as any other, and the others still differ. What is more than the most is the last step.
    """
    if amount <= 0 or most <= 0:
        return colours.surface
    step = min(int((amount / most) ** 0.5 * len(colours.sequence)), len(colours.sequence) - 1)
    return colours.sequence[step]


def tint(colours: Theme, amount: float, most: float) -> str:
    """
    How far from what was expected: towards orange above it, towards blue below it, the surface at zero.

    What is further away than the most is as strong as the most.
    """
    if most <= 0:
        return colours.surface
    strength = min(abs(amount) / most, 1.0) * STRONGEST
    return blend(colours.surface, colours.concern if amount > 0 else colours.improvement, strength)


def tone(colours: Theme, name: str) -> str:
    """
    What a part's colour says: "concern", "improvement" or "neutral", each also as "…_soft" and "…_faint".

    Raises:
        KeyError: There is no such tone.
    """
    strengths = {"": 1.0, "soft": 0.6, "faint": 0.3}
    meaning, _, strength = name.partition("_")
    base = {"concern": colours.concern, "improvement": colours.improvement, "neutral": colours.reference}[meaning]
    return blend(colours.surface, base, strengths[strength])


def lettering(colours: Theme, background: str) -> str:
    """
    Ink or surface, whichever can be read better on a background.
    """
    level = luminance(background)
    ink, surface = (_ratio(level, luminance(colour)) for colour in (colours.ink, colours.surface))
    return colours.ink if ink >= surface else colours.surface


def luminance(colour: str) -> float:
    """
    Relative luminance of #rrggbb by WCAG 2, from 0 (black) to 1 (white).
    """
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  (the norm's figures)
        for part in (value / 255 for value in _parts(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ratio(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
