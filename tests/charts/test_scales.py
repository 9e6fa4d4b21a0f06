"""
Colours between colours: how much, to which side, and what can be read on them.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from dashboard.charts.scales import blend, lettering, shade, tint
from dashboard.charts.theme import DARK, LIGHT
from tests.charts.test_theme import contrast

MODES = pytest.mark.parametrize("mode", [LIGHT, DARK], ids=["light", "dark"])

# How colours of linear light look to people without one kind of cone (Machado, Oliveira and Fernandes 2009).
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no long": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no middle": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no short": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# Light to the three responses, and those to lightness and two hues (Oklab).
RESPONSES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
OKLAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def seen(colour: str, eye: str) -> list[float]:
    """
    Where a colour lies for an eye, in a space in which distances are differences seen.
    """
    light = []
    for index in (1, 3, 5):
        part = int(colour[index : index + 2], 16) / 255
        light.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    left = [min(max(part, 0.0), 1.0) for part in times(EYES[eye], light)]
    return times(OKLAB, [response ** (1 / 3) for response in times(RESPONSES, left)])


def distance(one: str, other: str, eye: str) -> float:
    return sum((a - b) ** 2 for a, b in zip(seen(one, eye), seen(other, eye), strict=True)) ** 0.5


@MODES
@pytest.mark.parametrize("eye", EYES)
def test_lines_can_be_told_apart_by_every_eye(mode, eye):
    """
    Any two of the six differ several times as much as a difference that is just seen (0.02).
    """
    assert min(distance(one, other, eye) for one, other in combinations(mode.lines, 2)) >= 0.08


@MODES
def test_lines_say_nothing_of_better_or_worse(mode):
    """
    They keep clear of blue, orange and red, and can be read as words.
    """
    meaningful = (mode.improvement, mode.concern, mode.breach)

    assert min(distance(line, other, "all cones") for line in mode.lines for other in meaningful) >= 0.08
    assert min(contrast(line, mode.surface) for line in mode.lines) >= 4.5


@MODES
def test_the_sequence_leads_away_from_the_surface(mode):
    """
    Each step stands out more than the one before.
    """
    steps = [contrast(step, mode.surface) for step in mode.sequence]

    assert all(one < other for one, other in pairwise([1.0, *steps]))


@MODES
def test_counts_can_be_read_on_every_cell(mode):
    """
    Words on the strongest and on the faintest colours reach a contrast of 4.5.
    """
    grounds = [*mode.sequence, *(tint(mode, amount, 4) for amount in (-9, -4, -2, -0.1, 0, 0.1, 2, 4, 9))]

    assert min(contrast(lettering(mode, ground), ground) for ground in grounds) >= 4.5


@pytest.mark.parametrize(("share", "expected"), [(0, "#000000"), (1, "#ff8000"), (0.5, "#804000")])
def test_a_blend_lies_between(share, expected):
    """
    Both ends, and the middle.
    """
    assert blend("#000000", "#ff8000", share) == expected


@pytest.mark.parametrize(("amount", "step"), [(1, 0), (3.99, 0), (4, 1), (63, 3), (64, 4), (100, 4), (101, 4)])
def test_a_step_of_shade_begins_where_it_says(amount, step):
    """
    A fifth of the square root each: 4 of 100 is the first of the second step, the most and beyond is the last.
    """
    assert shade(LIGHT, amount, 100) == LIGHT.sequence[step]


@pytest.mark.parametrize(("amount", "most"), [(0, 10), (-1, 10), (5, 0), (0, 0)])
def test_nothing_has_no_shade(amount, most):
    """
    Nothing is the surface, and so is anything where nothing is the most.
    """
    assert shade(LIGHT, amount, most) == LIGHT.surface


@MODES
def test_a_tint_leans_to_its_side_and_stops_at_the_strongest(mode):
    """
    Above zero towards orange, below towards blue, beyond the most no further.
    """
    above, below = tint(mode, 2, 4), tint(mode, -2, 4)

    # The last of the three responses is yellow above zero, blue below.
    assert seen(above, "all cones")[2] > 0.02
    assert seen(below, "all cones")[2] < -0.02
    assert tint(mode, 4, 4) == tint(mode, 40, 4) != tint(mode, 3, 4)
    assert tint(mode, 0, 4) == tint(mode, 3, 0) == mode.surface


def test_lettering_is_dark_on_light_and_light_on_dark():
    """
    In either mode, whichever of ink and surface can be read.
    """
    assert lettering(LIGHT, "#ffffff") == LIGHT.ink
    assert lettering(LIGHT, "#000000") == LIGHT.surface
    assert lettering(DARK, "#ffffff") == DARK.surface
