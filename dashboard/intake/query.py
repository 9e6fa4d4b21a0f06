"""
A query file: one select, whose header is its contract, checked before any database sees it.

A header says which fact the file feeds, what one row is and, where it can be read in steps, by which column:

    -- fact: complaints
    -- grain: one row per complaint
    -- since: complaint.updated_at

The check here is a linter for honest mistakes. What keeps a database safe is the read-only session that
`source.py` opens, and the account's own rights.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from sqlglot import exp

from dashboard.errors import Problem, QueryFileError
from dashboard.facts import FACTS, Fact
from dashboard.intake.statement import PARAMETERS, Statement, line_of, read_statement

# What a query binds: the moments of its parameters, and of a lookup by key the key.
Bound = datetime | str

HEADERS = ("fact", "grain", "since")
MOST_NAMES = 16  # that a suggestion lists; facts have up to fifty columns
_HEADER = re.compile(r"--\s*(\w+)\s*:\s*(.*)")


@dataclass(frozen=True, slots=True)
class Query:
    """
    A query that passed its check.

    Attributes:
        fact: The name of the fact it feeds.
        path: Its file.
        text: The file as it is written.
        statement: The text to execute: comments blanked, line for line where it was.
        grain: What one row is, in the author's words.
        since: The column that `:since` limits, as the header names it; None means a full load each time.
        columns: What it yields, in order; each is a column of the fact's contract.
        parameters: Which of `since` and `history_from` it binds.
        hash: Of the text; another text means that the fact must be loaded anew.
    """

    fact: str
    path: Path
    text: str
    statement: str
    grain: str
    since: str | None
    columns: tuple[str, ...]
    parameters: frozenset[str]
    hash: str


def load_queries(folder: Path, dialect: str) -> dict[str, Query]:
    """
    Read every .sql file directly in `folder`, by the name of the fact it feeds.

    Args:
        folder: One source's queries.
        dialect: SQLAlchemy's name of the database, e.g. `postgresql`.

    Raises:
        QueryFileError: with the problems of all files at once; two files for one fact, or none at all, too.
    """
    queries, problems = read_folder(folder, dialect)
    if problems:
        raise QueryFileError(problems)
    return queries


def read_folder(folder: Path, dialect: str) -> tuple[dict[str, Query], list[Problem]]:
    """
    Read a folder as `load_queries` does, but return the good queries beside the problems of the others.
    """
    files = sorted(folder.glob("*.sql"))
    problems: list[Problem] = []
    queries: dict[str, Query] = {}
    if not files:
        problems.append(Problem(shown(folder), "holds no .sql file", "write one for each fact this source feeds"))
    for path in files:
        try:
            query = read_query(path, dialect)
        except QueryFileError as error:
            problems += error.problems
        else:
            queries[query.fact] = query
    return queries, problems


def read_query(path: Path, dialect: str) -> Query:
    """
    Read and check one query file.

    Args:
        path: The file; its name is the fact's, so that a folder can't hold two for one fact.
        dialect: SQLAlchemy's name of the database, e.g. `sqlite`.

    Raises:
        QueryFileError: with every problem found in the file, each with its line.
    """
    where = shown(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryFileError(Problem(where, f"isn't UTF-8 (byte {error.start})", "save it as UTF-8")) from None
    except OSError as error:
        raise QueryFileError(Problem(where, f"can't be read: {error.strerror}", "check the path")) from None
    header, problems = _read_header(text, where)
    statement, found = read_statement(text, dialect, where)
    problems += found
    problems += _fact_problems(header, path, where)
    fact = FACTS.get(header.get("fact", ("", 0))[0])
    if statement:
        problems += _parameter_problems(statement, header, where)
        if fact:
            problems += _column_problems(statement, fact, header, where)
    if problems or statement is None or fact is None:
        raise QueryFileError(problems)
    return Query(
        fact=fact.name,
        path=path,
        text=text,
        statement=statement.text,
        grain=header["grain"][0],
        since=header["since"][0] if "since" in header else None,
        columns=tuple(statement.select.named_selects),
        parameters=frozenset(statement.parameters),
        hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def shown(path: Path) -> str:
    """
    A path as its owner would write it: relative to the current folder where it lies below it.
    """
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def suggestion(name: str, known: list[str]) -> str:
    """
    What to do about a name nobody knows: the closest one, or else the names there are.
    """
    close = get_close_matches(name.lower(), known, n=1)
    if close:
        return f'did you mean "{close[0]}"?'
    more = ", …" if len(known) > MOST_NAMES else ""
    return f"known: {', '.join(known[:MOST_NAMES])}{more}"


def _read_header(text: str, where: str) -> tuple[dict[str, tuple[str, int]], list[Problem]]:
    header: dict[str, tuple[str, int]] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("--"):
            break
        entry = _HEADER.match(line.strip())
        if not entry or entry[1] not in HEADERS:
            continue
        if entry[1] in header:
            problems.append(Problem(f"{where}:{number}", f"a second `-- {entry[1]}:`", "keep one"))
        elif not entry[2].strip():
            problems.append(Problem(f"{where}:{number}", f"`-- {entry[1]}:` says nothing", "write it out"))
        header.setdefault(entry[1], (entry[2].strip(), number))
    return header, problems


def _fact_problems(header: dict[str, tuple[str, int]], path: Path, where: str) -> Iterator[Problem]:
    for name, example in (("fact", path.stem), ("grain", "one row per complaint")):
        if name not in header:
            remedy = f"begin the file with `-- {name}: {example}`"
            yield Problem(f"{where}:1", f"the header lacks `-- {name}:`", remedy)
    if "fact" not in header:
        return
    name, line = header["fact"]
    if name not in FACTS:
        yield Problem(f"{where}:{line}", f'there is no fact "{name}"', suggestion(name, sorted(FACTS)))
    elif path.name != f"{name}.sql":
        twice = path.with_name(f"{name}.sql").exists()
        remedy = f"keep one of it and {name}.sql, which feeds the same fact" if twice else f"name it {name}.sql"
        yield Problem(f"{where}:{line}", f'feeds "{name}" and is named {path.name}', remedy)


def _parameter_problems(statement: Statement, header: dict[str, tuple[str, int]], where: str) -> Iterator[Problem]:
    for name, position in statement.parameters.items():
        at = f"{where}:{line_of(statement.text, position)}"
        if name not in PARAMETERS:
            hint = suggestion(name, list(PARAMETERS))
            yield Problem(at, f"nobody binds the parameter :{name}", hint.replace('"', ":", 1).replace('"', ""))
        elif name == "since" and "since" not in header:
            yield Problem(at, "uses :since, which the header doesn't declare", "add `-- since: ` and the column")
    if "since" in header and "since" not in statement.parameters:
        yield Problem(
            f"{where}:{header['since'][1]}",
            "declares `-- since:` and never uses :since",
            f"add `where {header['since'][0]} >= :since`, or drop the header to load it in full each time",
        )


def _column_problems(
    statement: Statement, fact: Fact, header: dict[str, tuple[str, int]], where: str
) -> Iterator[Problem]:
    known = list(fact.by_name)
    names = Counter[str]()
    starred = False
    for number, projection in enumerate(statement.select.selects, start=1):
        at = f"{where}:{_line(projection, statement)}"
        name = projection.alias_or_name
        if projection.is_star:
            starred = True  # refused by the statement's own check
            continue
        if not name:
            yield Problem(at, f"column {number} has no name", "write `as` and a column of the contract")
            continue
        names[name] += 1
        if name not in fact.by_name:
            what = f'column "{name}" is not in the contract of {fact.name}'
            yield Problem(at, what, suggestion(name, known))
        elif names[name] == 2:  # noqa: PLR2004 - the second of a name is the first too many
            yield Problem(at, f'column "{name}" is selected twice', "keep one")
    if starred:
        return
    first = f"{where}:{_line(statement.select.selects[0], statement)}" if statement.select.selects else where
    for name in fact.required:
        if name not in names:
            what = f'the required column "{name}" of {fact.name} is missing'
            yield Problem(first, what, f"select it, named with `as {name}`")
    if "since" in header and "updated_at" not in names:
        what = "is read in steps but doesn't say when a row last changed"
        yield Problem(f"{where}:{header['since'][1]}", what, f"select {header['since'][0]} as updated_at")


def _line(node: exp.Expr, statement: Statement) -> int:
    # Only names carry a position; the nearest one within the projection will do.
    named = node.args.get("alias") or node.find(exp.Identifier)
    line = named.meta.get("line") if isinstance(named, exp.Expr) else None
    return int(line) if line else line_of(statement.text, len(statement.text) - len(statement.text.lstrip()))
