"""
Labels lie apart, in order and inside, however close the things they name.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.labels import apart, lanes, shortened, width_of

PLACES = st.lists(st.floats(0, 1), max_size=8)


def test_a_chinese_character_is_as_wide_as_it_is_high():
    """
    Two of them are wider than two letters.
    """
    assert width_of("理赔", 12) == 24
    assert width_of("ab", 12) < 24
    assert width_of("") == 0


@pytest.mark.parametrize("text", ["Deductible misunderstood", "免赔额误解免赔额误解", "x"])
@pytest.mark.parametrize("width", [20.0, 60.0, 1000.0])
def test_a_shortened_text_fits_and_says_that_something_is_missing(text, width):
    """
    What fits stays whole; what doesn't ends in an ellipsis and fits.
    """
    cut = shortened(text, width)

    assert width_of(cut) <= width
    assert cut == text if width_of(text) <= width else cut.endswith("…")


def test_a_text_of_exactly_the_width_stays_whole():
    """
    On the edge it fits; a pixel less and it doesn't.
    """
    assert shortened("理赔", 24) == "理赔"
    assert shortened("理赔", 23) == "理…"


@given(PLACES)
def test_places_come_to_lie_apart_inside_and_in_their_order(places):
    """
    Whatever the places, as long as there is room.
    """
    moved = apart(places, 0.1, 0.0, 1.0)
    order = sorted(range(len(places)), key=lambda index: places[index])

    assert len(moved) == len(places)
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in moved)
    assert all(moved[after] - moved[before] >= 0.1 - 1e-9 for before, after in pairwise(order))


@given(PLACES)
def test_places_that_lie_apart_already_stay(places):
    """
    Nothing is moved without need.
    """
    far = sorted(places)
    if all(after - before >= 0.1001 for before, after in pairwise(far)):
        assert apart(far, 0.1, 0.0, 1.0) == pytest.approx(far)


def test_places_without_room_are_even():
    """
    Five places in a range for three share what there is.
    """
    assert apart([0.5] * 5, 0.5, 0.0, 1.0) == pytest.approx([0, 0.25, 0.5, 0.75, 1])


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(1, 120)), max_size=8))
def test_no_label_covers_another_of_its_lane(labels):
    """
    In each lane a label begins after the one before has ended.
    """
    starts, widths = [start for start, _ in labels], [width for _, width in labels]
    found = lanes(starts, widths)

    for lane in set(found):
        inside = sorted((starts[i], widths[i]) for i, chosen in enumerate(found) if chosen == lane)
        assert all(after[0] >= before[0] + before[1] + 6 - 1e-9 for before, after in pairwise(inside))


@pytest.mark.parametrize(("second", "lane"), [(46, 0), (45.9, 1)])
def test_a_lane_is_left_only_where_there_is_no_room(second, lane):
    """
    Six pixels after a label of forty its lane is free again, not before.
    """
    assert lanes([0, second], [40, 40]) == [0, lane]
