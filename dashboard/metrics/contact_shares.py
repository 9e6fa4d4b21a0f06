"""
How many turn to us when and where, how long do they wait, and in which channel do they go on?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics.application_shares import Share
from dashboard.metrics.kpis import KPIS
from dashboard.periods import Period

_KPIS: Final = ("answered_rate", "ai_handled_rate", "ai_resolution_rate")
_INWARD: Final = frozenset({"direction"})
_CHAIN: Final = _INWARD | {"issue_id", "at"}
CONTACT_SHARES: Final = {
    **{name: Share.of(KPIS[name]) for name in _KPIS},
    "handed_over": Share("is_ai_passing_told", "is_handed_over", _INWARD | {"handled_by", "handed_over"}),
    "quick": Share("is_wait_known", "is_quick", _INWARD | {"answered", "wait_seconds"}),
    "first_contact": Share("is_first_told", "is_first_resolved", _CHAIN | {"resolved"}),
    "switched": Share("is_switch_told", "is_switch", _CHAIN | {"channel"}),
}
TIER_SHARES: Final = {
    **{name: Share.of(KPIS[name]) for name in ("manager_coverage_rate", "review_coverage_rate")},
    "informed": Share("is_counted", "is_informed", frozenset({"health_news_sent_at", "joined_on"})),
}
HOURS_READ: Final = ("is_inward", "channel", "hour")
WAITS_READ: Final = ("is_wait_known", "is_answered", "is_quick", "wait_seconds", "channel")
SWITCHES_READ: Final = ("is_switch_told", "is_switch", "channel", "next_channel")
# What is asked of judged contacts, and of judged customers.
CONTACTS_READ: Final = (
    *("at_on", "time_of_day", "topic", "is_watching", *HOURS_READ, *WAITS_READ, *SWITCHES_READ),
    *(name for each in CONTACT_SHARES.values() for name in (each.among, each.hits)),
)
TIERS_READ: Final = ("cases", *(name for each in TIER_SHARES.values() for name in (each.among, each.hits)))
QUANTILES: Final = {"median": 0.5, "p90": 0.9}


def contacts_by_hour(contacts: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Count customers' own contacts of a period by channel and hour of the day.

    Args:
        contacts: Judged ones.
        period: Of the contact.

    Returns:
        `channel` (text; null: not recorded), `hour` (0 to 23, local) and `cases`, channels with the most contacts
        first, then by hour; an hour without contacts has no row.
    """
    inward = contacts.filter("is_inward", period.covers("at_on"))
    counted = inward.group_by(pl.col("channel").cast(pl.String), "hour").agg(pl.col("cases").sum())
    largest = pl.col("cases").sum().over("channel")
    return counted.sort(largest, "channel", "hour", descending=[True, False, False], nulls_last=True).collect()


def waits(contacts: pl.LazyFrame, *, period: Period, by: str | None = None) -> pl.DataFrame:
    """
    How long customers waited for a person; who hung up was never answered, and is no short wait.

    Every wait has ended, by an answer or by hanging up, so that none is censored: half are answered after so many
    seconds if half of all who called were answered by then, those who hung up included among all.

    Args:
        contacts: Judged ones.
        period: Of the contact.
        by: A column that makes groups; null: one row of all.

    Returns:
        `by` (text), `n`, `answered`, `hung_up` (cases), `quick` (share answered within the quick seconds),
        `median`, `p90` (seconds until that share was answered; null: so many never were), `longest` (seconds), by
        group, the largest first.
    """
    keys = [] if by is None else [by]
    told = contacts.filter("is_wait_known", period.covers("at_on")).with_columns(pl.col(keys).cast(pl.String))
    cases, answered, wait = pl.col("cases"), pl.col("is_answered"), pl.col("wait_seconds")
    alike = told.group_by(*keys, "is_answered", "is_quick", "wait_seconds").agg(cases.sum()).sort("wait_seconds")
    done = pl.when("is_answered").then("cases").otherwise(0).cum_sum()
    found = {
        "n": cases.sum(),
        "answered": cases.filter(answered).sum(),
        "hung_up": cases.filter(~answered).sum(),
        "quick": cases.filter("is_quick").sum() / cases.sum(),
        **{name: wait.filter(done >= share * cases.sum()).first() for name, share in QUANTILES.items()},
        "longest": wait.max(),
    }
    if by is None:
        return alike.select(**found).filter(pl.col("n") > 0).collect()
    return alike.group_by(keys).agg(**found).sort("n", *keys, descending=[True, False], nulls_last=True).collect()


def switches(contacts: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Between which channels do customers go on with the same problem within a day?

    Args:
        contacts: Judged ones.
        period: Of the contact that was gone on from.

    Returns:
        `channel`, `next_channel` (text) and `cases`, the commonest first; contacts nobody went on from elsewhere
        aren't in it.
    """
    gone_on = contacts.filter("is_switch_told", "is_switch", period.covers("at_on"))
    pairs = [pl.col("channel").cast(pl.String), pl.col("next_channel").cast(pl.String)]
    counted = gone_on.group_by(pairs).agg(pl.col("cases").sum())
    return counted.sort("cases", "channel", "next_channel", descending=[True, False, False]).collect()
