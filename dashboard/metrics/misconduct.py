"""
Which reports of misconduct were taken up and answered in time, which were founded, and what followed?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.deadlines import with_deadlines
from dashboard.deadlines.clock import FLAGS
from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.terms import Terms

CONDUCT_CASES: Final = FACTS["conduct_cases"]
# The rules by which a report's two steps are due, by their key in `Terms.regimes`.
ACCEPTANCE, DECISION = "report_acceptance", "report_decision"
# What became of whom a report was about, the gravest last.
DISCIPLINE: Final = ("none", "warning", "fine", "dismissed", "blacklisted")

_OF_THE_CLOCK: Final = (
    *("received_on", "is_subject", "start_at", "start_on", "stop_at", "stopped_on", "stop_kind", "limit_days"),
    *("due_strict_on", "due_legal_on", "due_on", "due_at", "is_in_time", "is_counted"),
    *("is_excluded_from_due_cohort", *FLAGS),
)


def judged(conduct_cases: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every report as it was known at the end of the day asked for.

    A report has two steps: it is accepted, counted from its receipt, and decided, counted from its acceptance. A
    decision shows that it was taken up by then, so without an earlier acceptance the decision is the acceptance,
    too. Where the acceptance came too late, or never, the report is late on the acceptance's due day whatever
    follows; otherwise it is due when its decision is. So a report that nobody takes up can't vanish from the rate.

    Args:
        conduct_cases: Rows of the conduct_cases fact.
        terms: The day, the zone, the calendar and the rules `report_acceptance` and `report_decision`.

    Returns:
        The rows, `cases` (null is one), `is_counted`, `reported_on`, `accepted_on`, `decided_on` (local days),
        `accept_due_on`, `decide_due_on` (null until it is accepted), `due_on` (see above), and `is_accept_due`,
        `is_accepted_in_time`, `is_decide_due`, `is_decided_in_time`, `is_due` (`due_on` is over), `is_on_time`
        (both steps in time), `is_open` (undecided), `is_overdue` (open and late), `is_decided` (and known whether
        it was founded), `is_substantiated` (of those), `is_disciplined` (of those: somebody bore a consequence).
    """
    known = known_on(conduct_cases, CONDUCT_CASES, terms.as_of, terms.zone).with_columns(
        accepted_at=pl.min_horizontal("accepted_at", "decided_at")
    )
    day = pl.lit(terms.as_of)
    timed = _timed(_timed(known, terms, ACCEPTANCE, "accept"), terms, DECISION, "decide")
    accepted, decided = pl.col("_is_accept_in_time"), pl.col("_is_decide_in_time")
    is_open = pl.col("decided_at").is_null()
    told = timed.with_columns(
        cases=pl.col("cases").fill_null(1),
        is_counted=pl.lit(value=True),
        **{f"{step}_on": _local(f"{step}_at", terms.zone) for step in ("reported", "accepted", "decided")},
        is_accepted_in_time=accepted,
        is_decided_in_time=decided,
        due_on=pl.when(accepted).then("decide_due_on").otherwise("accept_due_on"),
        is_on_time=accepted & decided,
        is_open=is_open,
        is_decided=~is_open & pl.col("substantiated").is_not_null(),
    ).drop("_is_accept_in_time", "_is_decide_in_time")
    founded = pl.col("is_decided") & pl.col("substantiated").fill_null(value=False)
    is_due = {
        f"is_{name}": (pl.col(f"{name}_on") <= day).fill_null(value=False)
        for name in ("accept_due", "decide_due", "due")
    }
    return told.with_columns(**is_due, is_substantiated=founded).with_columns(
        is_overdue=pl.col("is_open") & pl.col("is_due"),
        is_disciplined=pl.col("is_substantiated") & (pl.col("discipline") != DISCIPLINE[0]).fill_null(value=False),
    )


def repeated(founded: pl.DataFrame) -> pl.DataFrame:
    """
    Whoever was found to have misbehaved more than once.

    Args:
        founded: Judged reports, of any kind; only the substantiated ones that name an agent are looked at.

    Returns:
        One row per agent with two or more: `agent_id`, `team_id`, `branch_id`, `cases`, `first_on` and `last_on`
        (days of the reports); most cases first, then the latest.
    """
    return (
        founded.filter("is_substantiated", pl.col("agent_id").is_not_null())
        .group_by("agent_id")
        .agg(
            pl.col("team_id", "branch_id").last(),
            pl.col("cases").sum(),
            first_on=pl.col("reported_on").min(),
            last_on=pl.col("reported_on").max(),
        )
        .filter(pl.col("cases") > 1)
        .sort(["cases", "last_on", "agent_id"], descending=[True, True, False])
    )


def _timed(cases: pl.LazyFrame, terms: Terms, key: str, step: str) -> pl.LazyFrame:
    """
    Add when a step is due and whether it was taken in time; nothing else of the clock.
    """
    before = cases.collect_schema().names()
    timed = with_deadlines(cases, regime=terms.regimes[key], zone=terms.zone, calendar=terms.calendar)
    told = {f"{step}_due_on": pl.col("due_on"), f"_is_{step}_in_time": pl.col("is_in_time")}
    return timed.with_columns(**told).drop(name for name in _OF_THE_CLOCK if name not in before)


def _local(instant: str, zone: str) -> pl.Expr:
    return pl.col(instant).dt.convert_time_zone(zone).dt.date()
