"""
A question about figures, asked by name, and its answer as records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import polars as pl

from dashboard.access import OPERATOR, Viewer, problems_of
from dashboard.deadlines import rules_in_force
from dashboard.errors import Problem, SettingsError
from dashboard.metrics import GROUP_KEYS, KPIS, Judged, Kpi, Terms, figures_of, kpi
from dashboard.metrics.names import KPI_NAMES
from dashboard.metrics.records import records
from dashboard.periods import MONTH
from dashboard.reader import Reader, last_complete_day
from dashboard.settings import Settings, read_settings
from dashboard.snapshot import Snapshot

# What people call a column by which figures can be split.
GROUPS = {
    "month": MONTH,
    "branch": "branch_id",
    "team": "team_id",
    "agent": "agent_id",
    "product_line": "product_line",
    "channel": "channel",
    "category": "category",
    "cause": "cause",
    "source": "source",
    "grade": "grade",
    "claim_type": "claim_type",
    "segment": "segment",
    "customer_segment": "customer_segment",
    "campaign": "campaign",
}


@dataclass(frozen=True, slots=True)
class Question:
    """
    What is asked.

    Attributes:
        kpis: Ids; none means all that can be split so, of facts that the viewer may read.
        period_from: First day of the period, applied to each KPI's own day; None: from the beginning.
        period_before: The day after its last; None: no end.
        as_of: What was known at the end of this day; None: the last complete day of the snapshot.
        values: By what people call a column, the values wanted; none means all.
        by: What to split by, as people call it.
    """

    kpis: Sequence[str] = ()
    period_from: date | None = None
    period_before: date | None = None
    as_of: date | None = None
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    by: Sequence[str] = ()


def answer(settings: Settings, question: Question, viewer: Viewer = OPERATOR) -> list[dict[str, Any]]:
    """
    Answer from the newest version of the snapshot, within the viewer's scope.

    Raises:
        SettingsError: An unknown KPI, group or value, an empty period, or a target for a KPI that isn't.
        SnapshotError: There is no snapshot, or it can't be read.
        NotAllowed: The viewer may not read a fact that is asked for.
    """
    keys = [_key(name) for name in question.by]
    asked = [kpi(name) for name in question.kpis] or _all_by(keys, viewer)
    if question.period_from and question.period_before and question.period_from >= question.period_before:
        raise SettingsError(
            Problem(
                "--to",
                f"{question.period_before} is not after {question.period_from}",
                "--to is the day after the last",
            )
        )
    version = Snapshot(settings.snapshot).current()
    reader = Reader(version, viewer)
    facts = tuple(dict.fromkeys(each.fact for each in asked))
    zone = settings.business.timezone
    as_of = question.as_of or settings.business.as_of or last_complete_day(version, zone, *facts)
    rules = rules_in_force(settings)
    terms = Terms(as_of, zone, rules.calendar, rules.chosen)
    wanted = [(GROUPS[name], tuple(values)) for name, values in question.values.items() if values]
    judged = {}
    for fact in facts:
        _check_values(reader.rows(fact), reader.recorded(fact), fact, wanted)
        judged[fact] = Judged.of(
            fact, reader.rows, terms, reader.recorded, kpis=asked, linked=reader.linked
        ).chosen(wanted)
    figures = figures_of(
        asked, judged, period_from=question.period_from, period_before=question.period_before, by=keys
    )
    return records(
        asked,
        figures,
        terms,
        keys=keys,
        targets=settings.targets,
        min_n=settings.display.minimum_cases,
        snapshot=reader.version_id,
    )


def _all_by(keys: Sequence[str], viewer: Viewer) -> list[Kpi]:
    """
    Every KPI of the facts that the viewer may read and that can be split by all of these; of all those facts where
    none can, which is refused later.
    """
    readable = [each for each in KPIS.values() if each.fact not in viewer.rights.without]
    fitting = [each for each in readable if {MONTH, *GROUP_KEYS[each.fact]}.issuperset(keys)]
    return fitting or readable


def refuse_unknown(settings: Settings, fact: str, values: Mapping[str, Sequence[str]]) -> None:
    """
    Hold values against the newest snapshot: what no row of a fact has can only be a slip.

    Before the first load there is nothing to hold them against, and they pass.

    Args:
        settings: Which snapshot.
        fact: Whose rows are looked at.
        values: By what people call a column, the values named.

    Raises:
        SettingsError: naming each value nobody has, with the nearest there is.
    """
    snapshot = Snapshot(settings.snapshot)
    if not values or not snapshot.versions():
        return
    reader = Reader(snapshot.current(), OPERATOR)
    _check_values(
        reader.rows(fact), reader.recorded(fact), fact, [(GROUPS[name], wanted) for name, wanted in values.items()]
    )


def settings_in_force(file: Path | None = None) -> Settings:
    """
    Read the settings and hold what they name against what there is: rules, the KPIs of targets, roles.

    A target for something that is no KPI would be believed to hold, so it is refused like any other slip.

    Args:
        file: As for `read_settings`.

    Raises:
        SettingsError: naming each problem, with the nearest name there is.
    """
    settings = read_settings(file)
    problems = problems_of(settings.access)
    try:
        rules_in_force(settings)
    except SettingsError as error:
        problems += error.problems
    for name in settings.targets:
        if name not in KPI_NAMES:
            near = get_close_matches(name, KPI_NAMES, n=1)
            hint = f'did you mean "{near[0]}"?' if near else "the Method page lists the figures"
            problems.append(Problem(f"targets.{name}", "is no KPI", hint))
    if problems:
        raise SettingsError(problems)
    return settings


def _key(name: str) -> str:
    if name in GROUPS:
        return GROUPS[name]
    near = get_close_matches(name, GROUPS, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"write one of {', '.join(GROUPS)}"
    raise SettingsError(Problem("--by", f'nothing can be split by "{name}"', hint))


def _check_values(
    rows: pl.LazyFrame, recorded: frozenset[str], fact: str, wanted: Sequence[tuple[str, Sequence[str]]]
) -> None:
    """
    A value nobody has would be answered with zeros that look like facts.
    """
    problems = []
    said = {column: name for name, column in GROUPS.items()}
    for column, values in wanted:
        option = "--" + said[column].replace("_", "-")
        if column not in recorded:
            problems.append(Problem(option, f"{fact} doesn't record it", "leave the option out"))
            continue
        known = rows.select(pl.col(column).unique().drop_nulls().sort()).collect().to_series().to_list()
        for value in values:
            if value not in known:
                near = get_close_matches(value, known, n=1)
                hint = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(known[:20])}"
                problems.append(Problem(option, f'no row of {fact} has "{value}"', hint))
    if problems:
        raise SettingsError(problems)
