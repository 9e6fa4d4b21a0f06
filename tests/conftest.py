"""
What every test may ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer

from tests.hostile import insure_hostile
from tests.insurer import Insurer, insure, insured
from tests.scheduling import WholeModules, longest_first
from tests.servers import NotInstalledError, Server, running, start_mariadb, start_postgres
from tests.sharing import shared
from tests.texas import Texas, load_texas


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WholeModules:
    """
    However the workers are asked to share the tests: modules stay whole.
    """
    config.option.loadscopereorder = False
    return WholeModules(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    What takes longest is begun first.
    """
    items[:] = longest_first(items)


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
    A made-up insurer of a fifth of the demo's size, loaded into a snapshot, with its books; shared by the workers.
    """
    return insured(shared(tmp_path_factory, "insurer", lambda folder: insure(folder, scale=0.2)))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Insurer:
    """
    An insurer into whose newest cases somebody wrote what means harm; shared by the workers.
    """
    return insured(shared(tmp_path_factory, "hostile", insure_hostile))


@pytest.fixture(scope="session")
def texas_table(tmp_path_factory: pytest.TempPathFactory) -> Texas:
    """
    The complaints of Texas in SQLite and in a snapshot; shared by the workers.
    """
    return Texas(shared(tmp_path_factory, "texas", load_texas))


def _running_or_skip(start: Callable[[Path], Server]) -> Iterator[Server]:
    try:
        with running(start) as server:
            yield server
    except NotInstalledError as reason:
        pytest.skip(str(reason))
