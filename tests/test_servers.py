"""
The private servers answer, refuse strangers and can be asked for more databases.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

SERVERS = ["postgres_server", "mariadb_server"]


@pytest.mark.parametrize("fixture", SERVERS)
def test_a_new_database_is_empty_and_separate(fixture, request):
    """
    A table made in one database is not seen in the next.
    """
    server = request.getfixturevalue(fixture)
    first, second = (sa.create_engine(server.new_database(f"apart_{number}")) for number in (1, 2))
    with first.begin() as connection:
        connection.exec_driver_sql("create table lonely (number integer)")

    assert sa.inspect(first).get_table_names() == ["lonely"]
    assert sa.inspect(second).get_table_names() == []
    first.dispose()
    second.dispose()


@pytest.mark.parametrize("fixture", SERVERS)
def test_a_wrong_password_is_refused(fixture, request):
    """
    The servers ask for a password, so tests of a wrong one test something.
    """
    server = request.getfixturevalue(fixture)
    engine = sa.create_engine(sa.make_url(server.url).set(password="wrong"))

    with pytest.raises(sa.exc.OperationalError):
        engine.connect()
