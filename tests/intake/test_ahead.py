"""
Reading ahead changes when rows are fetched, never which.
"""

from __future__ import annotations

import threading

import pytest

from dashboard.intake.ahead import Ahead
from dashboard.intake.source import open_source
from tests.intake.reading import SLOW, settings, unchecked
from tests.operational import make_database, row


def test_items_come_in_their_order_and_all_of_them():
    """
    Also where there are none.
    """
    assert list(range(100)) == list(Ahead[int]().run(number for number in range(100)))
    assert [] == list(Ahead[int]().run(number for number in range(0)))


def test_an_error_comes_after_the_items_made_before_it():
    """
    What was raised in the other thread is raised here, itself.
    """

    def failing():
        yield 1
        yield 2
        raise LookupError("the third")

    items = Ahead[int]().run(failing())

    assert 1 == next(items)
    assert 2 == next(items)
    with pytest.raises(LookupError, match="the third"):
        next(items)


def test_it_is_never_more_than_two_items_ahead():
    """
    One that waits to be taken, one that waits for its place: memory stays bounded however slow the taker is.
    """
    made = []
    third = threading.Event()

    def counted():
        for number in range(10):
            made.append(number)
            if number == 2:
                third.set()
            yield number

    items = Ahead[int]().run(counted())
    next(items)
    assert third.wait(timeout=10)

    assert [0, 1, 2] == made
    items.close()


def test_whoever_stops_taking_ends_the_making():
    """
    The generator is closed before the close returns, so its connection may be closed next.
    """
    ended = threading.Event()

    def endless():
        try:
            while True:
                yield 1
        finally:
            ended.set()

    items = Ahead[int]().run(endless())
    next(items)
    items.close()

    assert ended.is_set()


def test_a_query_that_never_ends_is_ended_by_whoever_stops_reading(tmp_path):
    """
    One batch was read; for the next, which is never full, nobody has to wait until the timeout.
    """
    make_database(tmp_path / "core.db", [row(number) for number in range(100)])
    endless = SLOW["sqlite"].replace("where n.i < 0", "where n.i <= 150")
    with open_source("core", settings(tmp_path, batch_rows=100, timeout_seconds=3_600)) as source:
        batches = source.batches(unchecked(endless), {})
        assert 100 == next(batches).height
        batches.close()

        assert 100 == next(source.batches(unchecked("select number, received from complaint"), {})).height
