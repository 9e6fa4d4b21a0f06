"""
Which sentences, codes and columns does the dashboard say?

Collected from the code; `make words` brings the catalogues up to date with it.

Sentences are the literals given to `text(...)` and `msgid(...)`; codes come from the vocabularies of the facts and
columns from the facts themselves, each under its own context.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from dashboard.facts import FACTS, Kind
from dashboard.metrics import KPIS
from dashboard.metrics.suitability import suitability_rules
from dashboard.words import LANGUAGES, LOCALES

PROJECT = Path(__file__).resolve().parent.parent
# How many of their first arguments are sentences.
MARKS = {"text": 1, "msgid": 1, "several": 2}

# What judging and evaluating add to a fact's columns and tables show.
SHOWN_COLUMNS = (
    *("received_on", "stopped_on", "days", "problem", "value", "numerator", "denominator"),
    *("exposure", "lower", "upper", "provisional", "label", "band", "late", "not_late"),
    *("cases", "share", "cumulative", "pending", "survival", "at_risk", "row_label", "column_label"),
    *("due_on", "due_strict_on", "time_left", "limit_used", "breach_probability", "stage", "why"),
    *("day", "at_stake", "expected", "actual", "predicted", "observed", "sector_label", "quarter", "median"),
    *("ended_on", "days_since", "complaints", "first", "last", "causes", "open"),
    *("reported_on", "decided_on", "paid_on"),
    *("gain", "rate_at_most"),
    *("leg_label", "claims", "median_time", "median_lower", "median_upper", "p75", "p90", "within_3", "within_30"),
    *("mean", "longest", "without_date", "incidence"),
    *("premium_at_risk", "probability", "contact_on", "reminded_on", "owner", "days_left", "silent_since"),
    *("determination_due_on", "payment_due_on", "notice_due_on", "review_due_on"),
    *("clock", "clocks", "days_silent", "heard_on", "days_open"),
    *("age", "invited", "renewed", "known_on", "amount", "contracts", "cohort"),
    *("accepted_on", "accept_due_on", "decide_due_on", "headcount", "missed", "attended", "booked"),
    *("matures_on", "lapsed_on", "grace_ends_on"),
    *("started_on", "submitted_on", "minutes", "recommended", "held", "gaps", "gap_share", "typical_premium"),
    *("gap_premium", "issued_on", "replaced_on"),
    *("verdict", "state", "reinstate_until_on", "agents"),
    *("entered_at", "who", "role", "action", "what", "row_count", "units", "filters", "scope", "version"),
)

Message = tuple[str | None, str]


def said() -> set[Message]:
    """
    Every (context, message) the dashboard can show.
    """
    messages: set[Message] = set()
    for folder in ("dashboard", "pages"):
        for file in sorted((PROJECT / folder).rglob("*.py")):
            messages |= {(None, sentence) for sentence in sentences(file.read_text(encoding="utf-8"))}
    for fact in FACTS.values():
        for column in fact.columns:
            messages.add(("column", column.name))
            messages |= {(column.name, code) for code in column.vocabulary}
        messages.add(("fact", fact.name))
    messages |= {("kind", kind.value) for kind in Kind} | {("mode", mode) for mode in ("full", "incremental")}
    for kpi in KPIS.values():
        spoken = (kpi.title, kpi.question, kpi.numerator, kpi.denominator, kpi.source, *(kpi.parts or ()))
        messages |= {(None, sentence) for sentence in spoken if sentence}
    messages |= {(None, rule.source) for rule in suitability_rules()}
    return messages | {("column", name) for name in SHOWN_COLUMNS}


def sentences(source: str) -> Iterator[str]:
    """
    The literals given to `text`, `msgid` and `several` in a module, both sides of a condition included.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            for argument in node.args[: MARKS.get(_name(node.func), 0)]:
                yield from _literals(argument)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _literals(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from _literals(argument.body)
        yield from _literals(argument.orelse)


def file_of(language: str) -> Path:
    """
    Where a language's catalogue lies.
    """
    return LOCALES / language / "LC_MESSAGES" / "dashboard.po"


def read(language: str) -> Catalog:
    """
    A language's catalogue; an empty one if there is none yet.
    """
    file = file_of(language)
    if not file.exists():
        return Catalog(locale=language, project="Insurance Service Dashboard", charset="utf-8")
    with file.open("rb") as lines:
        return read_po(lines, locale=language)


def update(language: str) -> tuple[int, int]:
    """
    Add what is said and not in the catalogue, drop what is no longer said; returns how many of each.
    """
    old, wanted = read(language), said()
    new = Catalog(locale=language, project="Insurance Service Dashboard", charset="utf-8")
    added = 0
    for context, sentence in sorted(wanted, key=lambda message: (message[0] or "", message[1])):
        known = old.get(sentence, context=context)
        added += known is None
        new.add(sentence, known.string if known else "", context=context)
    dropped = sum(1 for message in old if message.id and (message.context, message.id) not in wanted)
    file = file_of(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as lines:
        write_po(lines, new, width=110, omit_header=False, no_location=True)
    return added, dropped


if __name__ == "__main__":
    for name in LANGUAGES:
        if name != "en":
            sys.stdout.write("{}: {} to translate, {} dropped\n".format(name, *update(name)))
