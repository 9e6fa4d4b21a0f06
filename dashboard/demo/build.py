"""
Build the made-up insurer's database: a SQLite file, or tables in PostgreSQL or MariaDB.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from dashboard.demo.books import Books, edition_now
from dashboard.demo.insurer import Insurer
from dashboard.demo.load import Loader
from dashboard.demo.plan import Plan
from dashboard.demo.schema import metadata
from dashboard.errors import Problem, SourceError

Progress = Callable[[str, float], None]
ORIGIN = "demo_origin"
DIALECTS = {"sqlite", "postgresql", "mysql", "mariadb"}


def build(
    url: str,
    *,
    scale: float,
    as_of: date,
    seed: int = 7,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Books:
    """
    Fill a database with a made-up insurer's last three years, up to the end of `as_of`.

    A SQLite file is built beside its place and moved there when complete, with its books in `<file>.books.json`;
    a run that is killed leaves what was there before. In PostgreSQL and MariaDB the tables of an earlier run are
    dropped first: in PostgreSQL within one transaction; MariaDB can't, and a killed run leaves tables there that
    the next one replaces. The same seed, scale and day give the same rows.

    Args:
        url: A SQLAlchemy URL. The database of a server must exist; a SQLite file need not.
        scale: 1 is about 60,000 customers. At least 200 customers are made.
        as_of: The last day that has happened.
        seed: Everything random comes from it.
        overwrite: Replace tables, or a SQLite file, that nobody can tell to be an earlier run's.
        progress: Told what is being made and the share done, 0 to 1.

    Returns:
        What is true of the data, counted while it was made.

    Raises:
        SourceError: The database can't be reached or used, or holds somebody else's tables.
    """
    target = _target(url)
    insurer = Insurer(Plan(seed, scale, as_of))
    tell = progress or _silent
    if target.get_backend_name() != "sqlite":
        return _into_server(target, insurer, overwrite, tell)
    if not target.database or target.database == ":memory:":
        raise SourceError(
            Problem("the demo database", "a SQLite database in memory is gone at once", "name a file")
        )
    return _into_file(Path(target.database), insurer, overwrite, tell)


def _target(url: str) -> sa.URL:
    try:
        target = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise SourceError(
            Problem("the demo database", "its URL can't be read", "e.g. sqlite:///demo.db")
        ) from error
    if target.get_backend_name() not in DIALECTS:
        what = f"{target.get_backend_name()} is not one of SQLite, PostgreSQL, MariaDB"
        raise SourceError(Problem("the demo database", what, "build it in one of them"))
    if target.drivername == "mysql":
        target = target.set(drivername="mysql+pymysql")
    return target


def _into_file(file: Path, insurer: Insurer, overwrite: bool, tell: Progress) -> Books:
    if file.exists() and not overwrite:
        _check_ours(sa.URL.create("sqlite", database=str(file)), file.name, everything=True)
    unfinished = file.with_name(f"{file.name}.unfinished")
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(unfinished)))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # What a killed run left behind.
        unfinished.unlink(missing_ok=True)
        with engine.begin() as connection:
            books = _fill(connection, insurer, tell)
        engine.dispose()
        books.write(file.with_name(f"{file.name}.books.json"))
        unfinished.replace(file)
    except (OSError, sa.exc.DBAPIError) as error:
        reason = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        raise SourceError(Problem(str(file), f"it can't be written: {reason}", "choose another place")) from error
    finally:
        engine.dispose()
        unfinished.unlink(missing_ok=True)
    tell("finished", 1.0)
    return books


def _into_server(target: sa.URL, insurer: Insurer, overwrite: bool, tell: Progress) -> Books:
    where = f"{target.host}/{target.database}"
    if not overwrite:
        _check_ours(target, where, everything=False)
    local_files = {"local_infile": True} if target.get_backend_name() in {"mysql", "mariadb"} else {}
    engine = sa.create_engine(target, connect_args=local_files)
    try:
        with engine.begin() as connection:
            metadata.drop_all(connection)
            books = _fill(connection, insurer, tell)
    except sa.exc.DBAPIError as error:
        raise SourceError(Problem(where, f"it refuses: {error.orig}", "check the account's rights")) from error
    finally:
        engine.dispose()
    tell("finished", 1.0)
    return books


def _fill(connection: sa.Connection, insurer: Insurer, tell: Progress) -> Books:
    loader = Loader(connection)
    loader.create()
    for what, done, tables in insurer.parts():
        tell(what, done)
        loader.load(tables)
    tell("indexes", 0.92)
    loader.finish()
    books = insurer.books(loader.rows)
    books.edition = edition_now()
    return books


def _check_ours(target: sa.URL, where: str, *, everything: bool) -> None:
    """
    Refuse a database in which tables of our names, or in a file any table, are not from an earlier run.
    """
    engine = sa.create_engine(target)
    try:
        present = set(sa.inspect(engine).get_table_names())
    except sa.exc.DBAPIError as error:
        raise SourceError(Problem(where, f"it can't be opened: {error.orig}", "check the URL")) from error
    finally:
        engine.dispose()
    ours = set(metadata.tables)
    foreign = present - ours if everything else set()
    if ORIGIN not in present:
        foreign |= present if everything else present & ours
    if foreign:
        names = ", ".join(sorted(foreign)[:5])
        what = f"it holds tables that are not of an earlier demo: {names}"
        raise SourceError(Problem(where, what, "use another database, or say --overwrite if they may go"))


def _silent(what: str, done: float) -> None:
    """
    Nobody wants to know.
    """
