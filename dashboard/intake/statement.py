"""
What a query's SQL may be: one select that reads, with two parameters at most.

sqlglot reads the text in the database's own dialect and judges it. Its output is never executed: it would be a
translation, and translations of dates and intervals are wrong in silence. What runs is the file's own text.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from dashboard.errors import Problem

PARAMETERS = ("since", "history_from")

# As SQLAlchemy finds a parameter in a text: inside a quoted literal too, which is why those are refused.
PARAMETER = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")

_DIALECTS = {
    "postgresql": "postgres",
    "mariadb": "mysql",
    "mssql": "tsql",
    "awsathena": "athena",
    "cockroachdb": "postgres",
}

_WRITES = (
    exp.DML,
    exp.Create,
    exp.Drop,
    exp.Alter,
    exp.Command,
    exp.Copy,
    exp.Into,
    exp.Set,
    exp.Use,
    exp.Pragma,
    exp.Attach,
    exp.Detach,
    exp.TruncateTable,
    exp.LoadData,
    exp.Kill,
    exp.Transaction,
    exp.Commit,
    exp.Rollback,
)

# Functions that wait, write, reach files or other servers, or change the session, in any of the dialects.
_FORBIDDEN = re.compile(
    r"""
    (pg_)?sleep(_for|_until)? | benchmark | (get|release)_(all_)?locks? | is_free_lock | master_pos_wait
    | dblink\w* | postgres_fdw\w* | lo_\w+ | loread | lowrite
    | pg_(read|ls|stat)_(binary_)?(file|dir|logdir|waldir|tmpdir)\w* | pg_file_\w+ | pg_logfile_rotate
    | pg_(try_)?advisory\w* | pg_(terminate|cancel)_backend | pg_reload_conf | pg_rotate_logfile | pg_notify
    | pg_(switch|create|drop|export|start|stop|promote|logical)\w* | set_config | setval | nextval | setseed
    | (query|table|schema|database|cursor)_to_xml\w* | currtid\w* | txid_current | pg_current_xact_id
    | load_extension | load_file | readfile | writefile | edit | fsdir | fts3_tokenizer | zipfile | sqlar_\w+
    | read_(csv|csv_auto|json\w*|parquet|text|blob|ndjson\w*) | parquet_scan | csv_scan | glob_files | getenv
    | xp_\w+ | sp_\w+ | openrowset | openquery | opendatasource | utl_\w+ | dbms_\w+ | sys_exec | sys_eval
    | url | file | s3 | remote | hdfs | jdbc | odbc | executable | java_method | reflect
    """,
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED = re.compile(r"""^(?:['"`]|\$|[A-Za-z_]{1,3}['"])""")


@dataclass(frozen=True, slots=True)
class Statement:
    """
    A select that may run.

    Attributes:
        text: The text to execute: comments blanked, everything else where it was.
        select: The same, parsed.
        parameters: Name to where in the text it first stands.
    """

    text: str
    select: exp.Query
    parameters: dict[str, int]


def read_statement(text: str, dialect: str, where: str) -> tuple[Statement | None, list[Problem]]:
    """
    Parse a file's text and say all that keeps it from being one select that only reads.

    Args:
        text: The whole file.
        dialect: SQLAlchemy's name of the database; an unknown one is read as plain SQL.
        where: The file's name for the problems.

    Returns:
        The statement, None where the text can't be parsed as one select, and the problems.
    """
    reading = _DIALECTS.get(dialect, dialect)
    if sqlglot.Dialect.get(reading) is None:
        reading = ""
    try:
        # A parser of arbitrary text: whatever it stumbles on, the author of the text is to be told.
        tokens = sqlglot.tokenize(text, read=reading)
        trees = _parse(text, reading)
    except ParseError as error:
        return None, [_parse_problem(error, where)]
    except SqlglotError as error:
        return None, [Problem(where, f"can't be read as SQL: {_first_line(error)}", "look for an open quote")]
    except (RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError) as error:
        return None, [Problem(where, f"can't be read as SQL: {_first_line(error)}", "write it more plainly")]
    found = [tree for tree in trees if tree is not None and not isinstance(tree, exp.Semicolon)]
    plain = _without_comments(text, tokens)
    problems = list(_token_problems(text, tokens, where))
    if len(found) != 1:
        what = f"holds {len(found)} statements" if found else "holds no statement"
        return None, [*problems, Problem(where, what, "write exactly one select")]
    tree = found[0]
    problems += _tree_problems(tree, where)
    if not isinstance(tree, exp.Select | exp.SetOperation):
        if not problems:
            problems.append(Problem(where, "isn't a select", "write exactly one select"))
        return None, problems
    quoted = [range(token.start, token.end + 1) for token in tokens if _is_quoted(text, token)]
    parameters: dict[str, int] = {}
    for match in PARAMETER.finditer(plain):
        if not any(match.start() in literal for literal in quoted):
            parameters.setdefault(match[1], match.start())
    return Statement(plain, tree, parameters), problems


def line_of(text: str, position: int) -> int:
    """
    The line, counted from one, of a position in a text.
    """
    return text.count("\n", 0, position) + 1


def _is_quoted(text: str, token: Token) -> bool:
    return bool(_QUOTED.match(text[token.start : token.end + 1]))


def _parse(text: str, dialect: str) -> list[exp.Expr | None]:
    # For statements it doesn't know sqlglot logs a warning and goes on; we refuse them with words of our own.
    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        return list(sqlglot.parse(text, read=dialect))
    finally:
        logger.disabled = before


def _parse_problem(error: ParseError, where: str) -> Problem:
    first = error.errors[0] if error.errors else {}
    line, near = first.get("line"), str(first.get("highlight") or "").strip()
    what = (
        f"isn't SQL this database would understand, near {near!r}" if near else f"isn't SQL: {_first_line(error)}"
    )
    return Problem(f"{where}:{line}" if line else where, what, "write exactly one select")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]


def _without_comments(text: str, tokens: list[Token]) -> str:
    # Between two tokens stand only white space and comments. Hints to the optimiser (/*+ … */) stay; a semicolon
    # at the end goes, because a driver may wrap the select in a statement of its own.
    kept = []
    end = 0
    for token in [*tokens, None]:
        gap = text[end : token.start] if token else text[end:]
        kept.append(gap if "/*+" in gap else re.sub(r"\S", " ", gap))
        if token:
            is_end = token.token_type is TokenType.SEMICOLON
            kept.append(" " if is_end else text[token.start : token.end + 1])
            end = token.end + 1
    return "".join(kept)


def _token_problems(text: str, tokens: list[Token], where: str) -> Iterator[Problem]:
    end = 0
    for number, token in enumerate(tokens):
        following = tokens[number + 1] if number + 1 < len(tokens) else None
        at = f"{where}:{line_of(text, token.start)}"
        written = text[token.start : token.end + 1]
        if re.search(r"/\*M?!", text[end : token.start]):
            yield Problem(at, "a comment that MySQL would execute", "write a plain comment")
        end = token.end + 1
        if _is_quoted(text, token):
            inside = PARAMETER.search(written)
            if inside:
                what = f"a colon before a word inside {written[:40]} would be taken for the parameter :{inside[1]}"
                yield Problem(at, what, f"write the colon apart, e.g. ':' || '{inside[1]}'")
        is_call = following is not None and following.token_type is TokenType.L_PAREN
        if is_call and _FORBIDDEN.fullmatch(token.text):
            yield Problem(at, f"calls {token.text}()", "a query only reads this database's own tables")
        if token.token_type is TokenType.INTO:
            yield Problem(at, "writes its result away with `into`", "only select")
        if token.token_type is TokenType.COLON_EQ:
            yield Problem(at, "assigns a variable with `:=`", "only select")
    if re.search(r"/\*M?!", text[end:]):
        yield Problem(where, "a comment that MySQL would execute", "write a plain comment")


def _tree_problems(tree: exp.Expr, where: str) -> Iterator[Problem]:
    for node in tree.walk():
        at = f"{where}:{_line(node)}"
        if isinstance(node, _WRITES) and not isinstance(node, exp.Into):  # its token was named already
            word = node.name if isinstance(node, exp.Command) else node.key
            yield Problem(
                at, f"would {word.lower() or 'run a command'}, and a query only reads", "write exactly one select"
            )
        elif isinstance(node, exp.Lock):
            yield Problem(where, "locks the rows it reads", "drop `for update` or `for share`")
        elif isinstance(node, exp.Select) and any(projection.is_star for projection in node.selects):
            yield Problem(at, "`select *` hides which columns it needs", "name each column")
        elif isinstance(node, exp.Parameter | exp.SessionParameter) or (
            isinstance(node, exp.Placeholder) and not node.this
        ):
            yield Problem(at, "a parameter without a name we bind", "use :since or :history_from")


def _line(node: exp.Expr) -> int:
    name = node.find(exp.Identifier)
    return int(name.meta.get("line", 1)) if name else 1
