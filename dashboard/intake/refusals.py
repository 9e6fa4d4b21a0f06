"""
What a database answers when it can't or won't, said so that the person who can mend it knows what to do.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, NoSuchModuleError

from dashboard.errors import Problem, SourceError
from dashboard.intake.query import Query, shown

logger = logging.getLogger(__name__)

_EXTRAS = {
    "psycopg": "postgres",
    "psycopg2": "postgres",
    "pymysql": "mysql",
    "MySQLdb": "mysql",
    "pyhive": "spark",
}

# What went wrong, codes that say so (SQLSTATEs and MySQL's own numbers), words that say so, and what to do.
_ANSWERS: tuple[tuple[str, frozenset[str], str, str], ...] = (
    (
        "refused the account or its password",
        frozenset({"28P01", "28000", "1045", "1698"}),
        r"password authentication failed|access denied for user .*using password|no password supplied",
        "check the user in the url and the password in the environment",
    ),
    (
        "has no such database",
        frozenset({"3D000", "1049"}),
        r"database .* does not exist|unknown database",
        "check the last part of the url",
    ),
    (
        "was too slow",
        frozenset({"57014", "55P03", "1969", "3024", "1205", "70100"}),
        (
            r"statement timeout|max_statement_time|maximum statement execution time|interrupted|lock timeout"
            r"|found TIMEDOUT|query timed out"
        ),
        "index the columns it filters by, narrow it, or raise timeout_seconds",
    ),
    (
        "was to be written to",
        frozenset({"25006", "1792"}),
        r"read-only transaction|readonly database|not authorized|read only transaction",
        "a query may only read",
    ),
    (
        "lacks a table",
        frozenset({"42P01", "1146"}),
        r"no such table|relation .* does not exist|table .* doesn't exist|unknown table",
        "correct the name, or ask for the table",
    ),
    (
        "lacks a column",
        frozenset({"42703", "1054"}),
        r"no such column|column .* does not exist|unknown column",
        "correct the name",
    ),
    (
        "denies the account a right",
        frozenset({"42501", "1142", "1143", "1044", "1370"}),
        r"permission denied|command denied|access denied",
        "grant the right to select, and no other",
    ),
    (
        "can't be opened",
        frozenset(),
        r"unable to open database file",
        "check the path in the url and the rights on the file and its folder",
    ),
    (
        "can't be reached",
        frozenset("08000 08001 08003 08004 08006 57P01 57P03 53300 2003 2002 2006 2013".split()),  # noqa: SIM905
        (
            r"connection refused|could not connect|can't connect|connection timeout|timed out|name or service"
            r"|could not translate|failed to resolve|no route to host|broken pipe"
            r"|server closed the connection|lost connection|connection .*closed|network is unreachable"
        ),
        "check that it runs and that host and port in the url are right",
    ),
    (
        "isn't a database we can read",
        frozenset(),
        r"file is not a database|image is malformed|malformed database|could not decode to utf-8|not an error",
        "check that the file is whole, is SQLite and holds text in UTF-8",
    ),
    (
        "doesn't understand the query",
        frozenset({"42601", "42883", "42P18", "42803", "1064", "1305"}),
        r"syntax error|error in your sql syntax|no such function",
        "run the query in the database's own console and correct it",
    ),
)


@contextmanager
def explained(name: str, url: sa.URL, seconds: int, query: Query | None = None) -> Iterator[None]:
    """
    Turn whatever a driver raises within the block into a `SourceError`.

    Args:
        name: The source, as in the settings.
        url: Its URL, of which only the host and the database are ever shown.
        seconds: Its timeout, for the sentence about slowness.
        query: The query at work, None while connecting.

    Raises:
        SourceError: where it is (source, host, database, query file), what is wrong, what to do.
    """
    place = _place(name, url, query)
    try:
        yield
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise SourceError(_missing_driver(place, url, error)) from None
    except (DBAPIError, sqlite3.Error, OSError) as error:
        raise SourceError(_problem(place, error, seconds)) from error
    except Exception as error:
        # These have errors of a base of their own, and the packages may not be installed to name them.
        if not type(error).__module__.startswith(("adbc_driver", "thrift", "pyhive")):
            raise
        raise SourceError(_problem(place, error, seconds)) from error


def _place(name: str, url: sa.URL, query: Query | None) -> str:
    where = "/".join(part for part in (url.host, url.database) if part)
    source = f"source {name} ({where})" if where else f"source {name}"
    return f"{shown(query.path)}, {source}" if query else source


def _missing_driver(place: str, url: sa.URL, error: Exception) -> Problem:
    missing = error.name if isinstance(error, ModuleNotFoundError) and error.name else ""
    extra = _EXTRAS.get(missing.partition(".")[0])
    if extra:
        remedy = f"install it with `pip install insurance-service-dashboard[{extra}]`"
    else:
        remedy = "install SQLAlchemy's driver for it, or correct the beginning of the url"
    return Problem(place, f"there is no driver for {url.drivername} here", remedy)


def _problem(place: str, error: Exception, seconds: int) -> Problem:
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    logger.info("%s answered: %s", place, original)
    code = _code(original)
    words = _answer(original)
    said = _said(words)
    # A code is certain; words are looked at only where the driver gives none.
    for what, codes, pattern, remedy in _ANSWERS:
        if code in codes or (not code and re.search(pattern, words, re.IGNORECASE)):
            limit = f" (limit: {seconds} s)" if what == "was too slow" else ""
            return Problem(place, f"{what}{limit}: {said}", remedy)
    for what, _codes, pattern, remedy in _ANSWERS:
        if re.search(pattern, words, re.IGNORECASE):
            return Problem(place, f"{what}: {said}", remedy)
    return Problem(place, f"answered: {said}", "ask the database's administrator")


def _answer(error: BaseException) -> str:
    # PyHive raises the server's whole answer, with the stack of the server; its message is in it.
    status = getattr(error.args[0], "status", None) if error.args else None
    return str(getattr(status, "errorMessage", None) or error)


def _code(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None)
    if state:
        return str(state)
    first = error.args[0] if error.args else None
    return str(first) if isinstance(first, int) and not isinstance(error, OSError) else ""


def _said(words: str) -> str:
    # Drivers repeat the query or the connection's parameters after the first line; the log has it all.
    words = re.sub(r"^\(\d+, [\"'](.*)[\"']\)$", r"\1", words.strip(), flags=re.DOTALL)
    words = words.split("ERROR:", 1)[-1].strip()
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return (lines[0] if lines else "nothing")[:200]
