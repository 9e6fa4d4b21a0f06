"""
What tests of the intake may ask for.
"""

from __future__ import annotations

import pytest

from tests.operational import IN_STEPS, make_database, row, write_query


@pytest.fixture
def folder(tmp_path):
    """
    A folder with a database of three complaints and a query that can be read in steps.
    """
    make_database(tmp_path / "core.db", [row(number) for number in ("1", "2", "3")])
    write_query(tmp_path / "queries", IN_STEPS)
    return tmp_path
