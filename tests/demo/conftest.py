"""
Made-up insurers for the tests of this folder: a small one, and one large enough for effects to show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dashboard.demo import Books, build
from dashboard.facts import FACTS

AS_OF = date(2026, 11, 21)
QUERIES = Path(__file__).parents[2] / "queries" / "demo"
LONG_AGO = datetime.fromisoformat("1900-01-01")
# Rows that no figure counts, written in SQL once more.
SOUND = """
    complaint_no is not null
    and (decided_at is null or decided_at >= received_at)
    and (closed_at is null or closed_at < '2200-01-01')
    and (regulator_received_at is null or regulator_received_at > '1900-01-01')
    and (redress_amount is null or redress_amount >= 0)
    and (outcome_code is null or outcome_code not in ('并案', '不予受理'))
"""


@dataclass
class Made:
    """
    A generated database: its file, its books, an engine.
    """

    file: Path
    books: Books
    engine: sa.Engine

    def ask(self, statement: str, **parameters: Any) -> list[Any]:
        """
        The rows of a statement.
        """
        with self.engine.connect() as connection:
            return list(connection.execute(sa.text(statement), parameters).fetchall())

    def one(self, statement: str, **parameters: Any) -> Any:
        """
        The single value of a statement.
        """
        return self.ask(statement, **parameters)[0][0]


def text_of(fact: str) -> str:
    """
    The query of a fact.
    """
    return (QUERIES / f"{fact}.sql").read_text(encoding="utf-8")


def read(engine: sa.Engine, fact: str, since: datetime = LONG_AGO) -> list[dict[str, Any]]:
    """
    What the query of a fact gives, row by row.
    """
    statement = text_of(fact)
    parameters = {"since": since} if ":since" in statement else {}
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.text(statement), parameters).mappings()]


def make(folder: Path, scale: float, name: str = "demo.db") -> Made:
    """
    Build one in a SQLite file.
    """
    file = folder / name
    books = build(f"sqlite:///{file}", scale=scale, as_of=AS_OF)
    return Made(file, books, sa.create_engine(f"sqlite:///{file}"))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """
    About 1,200 customers.
    """
    made = make(tmp_path_factory.mktemp("small"), 0.02)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """
    About 24,000 customers, in two chunks.
    """
    made = make(tmp_path_factory.mktemp("medium"), 0.4)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def rows_by_fact(small: Made) -> dict[str, list[dict[str, Any]]]:
    """
    What every query gives on the small one.
    """
    return {fact: read(small.engine, fact) for fact in FACTS}
