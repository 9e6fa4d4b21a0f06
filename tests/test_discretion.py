"""
What our logs say, and what they keep to themselves.
"""

from __future__ import annotations

import io
import logging

import pytest

from dashboard.access import reference_of
from dashboard.discretion import be_discreet, discreet, told
from dashboard.errors import Problem, SourceError


@pytest.fixture
def lines():
    """
    What a handler of anybody's writes, with every line made discreet.
    """
    before = logging.getLogRecordFactory()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logger = logging.getLogger("somebody.else")
    logger.addHandler(handler)
    be_discreet()
    yield logger, written
    logging.setLogRecordFactory(before)
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.com",
        "<ann@example.com>",
        "who=ann@example.com;",
        "'Ann@Example.com'",
        "mailto:ann@example.com",
    ],
)
def test_an_address_becomes_a_digest(text):
    """
    However it is written, and the same digest for the same person.
    """
    assert f"person:{reference_of('ann@example.com')}" in discreet(text)
    assert "@" not in discreet(text)


def test_what_is_no_address_stays():
    """
    Words, numbers and paths are logged as they are.
    """
    said = "reference 1f2e: panel silence of customers failed in /srv/queries/core/claims.sql:9"

    assert said == discreet(said)


def test_an_exception_keeps_its_values_to_itself(lines):
    """
    A foreign exception that quotes a customer is told by its type and its place; so is its cause.
    """
    logger, written = lines
    try:
        try:
            int("customer 4711 Wang")
        except ValueError as error:
            raise RuntimeError("row of Wang") from error
    except RuntimeError:
        logger.exception("panel %s failed for %s", "claims", "ann@example.com")
    said = written.getvalue()

    assert "panel claims failed for person:" in said
    assert "ValueError" in said
    assert "RuntimeError" in said
    assert "test_discretion.py" in said
    assert not any(word in said for word in ("4711 Wang'", "row of Wang\n", "ann@"))
    assert not said.rstrip().endswith("Wang")


def test_our_own_errors_are_told_in_full():
    """
    They are written for operators: where, what, what to do.
    """
    error = SourceError(Problem("core", "can't be reached", "start it"))

    assert told(error).endswith("SourceError: core: can't be reached; start it")
