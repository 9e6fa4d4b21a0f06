"""
Who answers those who turn to us, how soon, for good, and through how many channels?

A figure is the contacts for which one of these truths holds, or the share of them for which a second one does.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.service_limits import service_limits
from dashboard.metrics.terms import Terms, end_of

INTERACTIONS: Final = FACTS["interactions"]
NIGHT, DAY = "night", "day"


def judged(interactions: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every contact as of the end of the day asked for.

    Customers' own contacts are judged; those we began have no service in them to be measured. What the assistant
    didn't take is for a person, also where nobody took it. A problem (`issue_id`) begins with its first contact
    and is solved by it if that contact says so and the customer doesn't come again for the same within a week;
    problems begun later than a week before the end of the day aren't judged yet.

    Args:
        interactions: Rows of the interactions fact.
        terms: The day and the zone.

    Returns:
        The rows begun by then with `cases` (null is one), the local day `at_on`, `hour` (local, 0 to 23),
        `time_of_day` ("night" or "day"), `next_channel` (of the same problem's next contact within a day), and

        `is_counted` (all), `is_inward` (the customer came to us);

        `is_for_person` (inward, not taken by the assistant, and known whether answered: the calls for a person of
        the regulator's indicator 电话呼入人工接通率, 保监发〔2015〕75号, over all channels), `is_answered`;

        `is_taken` (inward, answered, and known by whom), `is_by_ai`; `is_ai_told` (inward, by the assistant, and
        known whether solved), `is_ai_resolved` (solved and not handed over), `is_ai_passing_told` (inward, by the
        assistant, and known whether handed over), `is_handed_over`;

        `is_wait_known` (for a person, the wait known; who hung up has waited, too), `is_quick` (answered within
        the quick seconds);

        `is_first_told` (the first contact of a problem, watched for the days of a repeat, and known whether
        solved), `is_first_resolved` (solved, and nobody came again in these days), `is_watching` (such a first
        contact whose days aren't over), `is_switch_told` (inward, of a known problem and channel, a day ago or
        longer), `is_switch` (the next contact is within that day and in another channel).
    """
    limits = service_limits()
    known = known_on(interactions, INTERACTIONS, terms.as_of, terms.zone)
    local, hour = pl.col("at").dt.convert_time_zone(terms.zone), pl.col("hour")
    inward = (pl.col("direction") == "in").fill_null(value=False)
    told = known.with_columns(
        cases=pl.col("cases").fill_null(1),
        at_on=local.dt.date(),
        hour=local.dt.hour(),
        is_inward=inward,
        _by_ai=inward & (pl.col("handled_by") == "ai").fill_null(value=False),
    )
    end = pl.lit(end_of(terms.as_of, terms.zone)).cast(INTERACTIONS.schema["at"])
    at, channel = pl.col("at"), pl.col("channel")
    repeat, switch = pl.duration(days=limits.repeat_days), pl.duration(hours=limits.switch_hours)
    came_again = (pl.col("_next_at") <= at + repeat).fill_null(value=False)
    follows = (pl.col("_next_at") <= at + switch).fill_null(value=False)
    is_raised = pl.col("_is_first") & pl.col("resolved").is_not_null()
    for_person = inward & ~pl.col("_by_ai") & pl.col("answered").is_not_null()
    answered = pl.col("answered").fill_null(value=False)
    by_ai, is_night = pl.col("_by_ai"), (hour >= limits.night_from_hour) | (hour < limits.night_until_hour)
    wait = pl.col("wait_seconds")
    return (
        _in_order(told)
        .with_columns(
            is_counted=pl.lit(value=True),
            time_of_day=pl.when(is_night).then(pl.lit(NIGHT)).otherwise(pl.lit(DAY)).cast(pl.Categorical),
            next_channel=pl.when(follows).then("_next_channel").cast(pl.Categorical),
            is_for_person=for_person,
            is_answered=answered,
            is_taken=inward & answered & pl.col("handled_by").is_not_null(),
            is_by_ai=by_ai,
            is_ai_told=by_ai & pl.col("resolved").is_not_null(),
            is_ai_resolved=_true("resolved") & ~_true("handed_over"),
            is_ai_passing_told=by_ai & pl.col("handed_over").is_not_null(),
            is_handed_over=_true("handed_over"),
            is_wait_known=for_person & wait.is_not_null(),
            is_quick=answered & (wait <= limits.quick_seconds).fill_null(value=False),
            is_first_told=is_raised & (at + repeat <= end),
            is_first_resolved=_true("resolved") & ~came_again,
            is_watching=is_raised & (at + repeat > end),
            is_switch_told=inward
            & pl.col("issue_id").is_not_null()
            & channel.is_not_null()
            & (at + switch <= end),
            is_switch=follows & (pl.col("_next_channel") != channel).fill_null(value=False),
        )
        .drop("_by_ai", "_is_first", "_next_at", "_next_channel")
    )


def _in_order(contacts: pl.LazyFrame) -> pl.LazyFrame:
    """
    Add what comes before and after within a problem, among the customer's own contacts.

    One sort does for all windows: a problem's inward contacts stand together, by their instant.
    """
    issue, inward = pl.col("issue_id"), pl.col("is_inward")
    ordered = contacts.sort(
        "issue_id", "is_inward", "at", "interaction_id", descending=[False, True, False, False], nulls_last=True
    )
    goes_on = (issue == issue.shift(-1)).fill_null(value=False) & inward.shift(-1, fill_value=False) & inward
    is_first = inward & issue.is_not_null() & issue.ne_missing(issue.shift(1))
    return ordered.with_columns(
        _is_first=is_first,
        _next_at=pl.when(goes_on).then(pl.col("at").shift(-1)),
        _next_channel=pl.when(goes_on).then(pl.col("channel").shift(-1)),
    )


def _true(name: str) -> pl.Expr:
    return pl.col(name).fill_null(value=False)
