"""
What every test may ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.insurer import Insurer, insure
from tests.servers import NotInstalledError, Server, running, start_mariadb, start_postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """
    A private PostgreSQL server for the whole run.
    """
    yield from _running_or_skip(start_postgres)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Server) -> str:
    """
    The URL of an empty PostgreSQL database, shared by the run; ask the server for `new_database` to be alone.
    """
    return postgres_server.url


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Server]:
    """
    A private MariaDB server for the whole run.
    """
    yield from _running_or_skip(start_mariadb)


@pytest.fixture(scope="session")
def mariadb_url(mariadb_server: Server) -> str:
    """
    The URL of an empty MariaDB database, shared by the run; ask the server for `new_database` to be alone.
    """
    return mariadb_server.url


@pytest.fixture(scope="session")
def insurer(tmp_path_factory: pytest.TempPathFactory) -> Insurer:
    """
    A made-up insurer of a fifth of the demo's size, loaded into a snapshot, with its books.
    """
    return insure(tmp_path_factory.mktemp("insurer"), scale=0.2)


def _running_or_skip(start: Callable[[Path], Server]) -> Iterator[Server]:
    try:
        with running(start) as server:
            yield server
    except NotInstalledError as reason:
        pytest.skip(str(reason))
