"""
What was known of a contract sixty days before it fell due, and may be used to say whether it will be renewed.

Everything is looked up as of one day per row, `scored_on`. What happened later isn't looked at, even where it is
recorded, and neither is what tells the outcome. Left out on purpose: the customer's age and sex, which must not
decide how somebody is treated; the branch, team and agent; `offer_made`, of which no day is recorded; and the
counts of claims and complaints that a source made itself, of which it isn't known when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

import polars as pl

Facts = Callable[[str], pl.LazyFrame]
Recorded = Callable[[str], frozenset[str]]

# Contracts are offered for renewal, and judged, so many days before they fall due.
LEAD_DAYS: Final = 60
LEAD: Final = timedelta(days=LEAD_DAYS)
YEAR: Final = timedelta(days=365)
# A contact longer ago than a year, and none on record, are one: history is only so long.
NO_CONTACT_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class Feature:
    """
    One thing known of a contract.

    Attributes:
        name: Its column.
        needs: The columns, by fact, without which it can't be told.
        edges: Where its bins begin; empty where they are found in the data (tenths) or the values are codes.
        is_code: Whether its values are codes rather than numbers.
    """

    name: str
    needs: Mapping[str, frozenset[str]]
    edges: tuple[float, ...] = ()
    is_code: bool = False


def _of_row(*columns: str) -> dict[str, frozenset[str]]:
    return {"renewals": frozenset(columns)}


FEATURES: Final = (
    Feature("product_line", _of_row("product_line"), is_code=True),
    Feature("channel", _of_row("channel"), is_code=True),
    Feature("tenure_years", _of_row("tenure_years"), edges=(2, 3, 4, 5, 7, 10)),
    Feature("premium_due", _of_row("premium_due")),
    Feature("premium_change_rate", _of_row("premium_change_rate")),
    Feature("auto_renew", _of_row("auto_renew"), is_code=True),
    Feature("is_reminded", _of_row("reminded_at"), is_code=True),
    Feature("paid_last_time", _of_row("policy_id", "renewed_on"), is_code=True),
    Feature(
        "claims_in_a_year",
        _of_row("policy_id") | {"claims": frozenset({"policy_id", "reported_at"})},
        edges=(1, 2, 3),
    ),
    Feature(
        "complaints_in_a_year",
        _of_row("policy_id") | {"complaints": frozenset({"policy_id", "received_at"})},
        edges=(1, 2),
    ),
    Feature(
        "contact_age_days",
        _of_row("customer_id") | {"interactions": frozenset({"customer_id", "at", "two_way"})},
        edges=(31, 91, 181, NO_CONTACT_DAYS),
    ),
    Feature("contract_contact_age_days", _of_row("last_contact_at"), edges=(31, 91, 181, NO_CONTACT_DAYS)),
)
# Only the last contact about a contract is recorded, so one after `scored_on` hides those before it. Training
# looks whether contracts of which that is so renew as others do, and leaves the feature out if not.
HIDEABLE: Final = "contract_contact_age_days"
BY_NAME: Final = {feature.name: feature for feature in FEATURES}


def recordable(recorded: Recorded) -> tuple[Feature, ...]:
    """
    Give the features that a source records all that is needed for, in their order.
    """
    return tuple(
        feature
        for feature in FEATURES
        if all(columns <= recorded(fact) for fact, columns in feature.needs.items())
    )


def with_features(contracts: pl.DataFrame, facts: Facts, recorded: Recorded, zone: str) -> pl.DataFrame:
    """
    Add what was known of each contract at the end of its `scored_on`.

    Args:
        contracts: Rows of the renewals fact with `scored_on`, each `renewal_id` once.
        facts: Gives all rows of a fact, of whatever unit: what is known of a contract doesn't depend on who looks.
        recorded: Gives the columns of a fact that its source records.
        zone: Where days are counted.

    Returns:
        The rows, in their order, with every column of `FEATURES` (null where it isn't recorded or can't be known):

        codes as text: `product_line`, `channel`, `auto_renew` (true, false), `is_reminded` (true, false: by then),
        `paid_last_time` (first: no renewal before; on_time: by the due day; late: after it);

        numbers: `tenure_years`, `premium_due`, `premium_change_rate` (as offered), `claims_in_a_year` and
        `complaints_in_a_year` (about the contract in the 365 days up to `scored_on`; null where the facts begin
        later than these days), `contact_age_days` (since the last contact in both directions; `NO_CONTACT_DAYS`
        where it was longer ago or never; null where the facts begin later), `contract_contact_age_days` (since
        the last contact about the contract; `NO_CONTACT_DAYS` where it was longer ago, or none by then is on
        record).
    """
    known = {feature.name for feature in recordable(recorded)}
    reminded_on = pl.col("reminded_at").dt.convert_time_zone(zone).dt.date()
    age = (pl.col("scored_on") - contact_on(zone)).dt.total_days().cast(pl.Float64)
    known_age = pl.when(age >= 0).then(age).fill_null(NO_CONTACT_DAYS).clip(upper_bound=NO_CONTACT_DAYS)
    found = contracts.with_columns(
        pl.col("tenure_years", "premium_due", "premium_change_rate").cast(pl.Float64),
        auto_renew=_told(pl.col("auto_renew")),
        is_reminded=_told((reminded_on <= pl.col("scored_on")).fill_null(value=False)),
        contract_contact_age_days=known_age,
    )
    looked_up = {
        "paid_last_time": partial(_paid_last_time, contracts, facts),
        "claims_in_a_year": partial(_in_a_year, contracts, facts("claims"), "reported_at", zone),
        "complaints_in_a_year": partial(_in_a_year, contracts, facts("complaints"), "received_at", zone),
        "contact_age_days": partial(_contact_age, contracts, facts("interactions"), zone),
    }
    added = [look().alias(name) for name, look in looked_up.items() if name in known]
    unknown = [
        pl.lit(None, pl.String() if feature.is_code else pl.Float64()).alias(feature.name)
        for feature in FEATURES
        if feature.name not in known
    ]
    return found.with_columns(added).with_columns(unknown)


def contact_on(zone: str) -> pl.Expr:
    """
    The local day of the last contact about a contract that is on record, however late.
    """
    return pl.col("last_contact_at").dt.convert_time_zone(zone).dt.date()


def _told(truth: pl.Expr) -> pl.Expr:
    return truth.cast(pl.String)


def _paid_last_time(contracts: pl.DataFrame, facts: Facts) -> pl.Series:
    """
    How the renewal before this one was paid, as far as that was known.
    """
    asked = contracts.select("renewal_id", "policy_id", "due_on", "scored_on").with_row_index("_row")
    before = (
        facts("renewals")
        .join(asked.lazy().select("policy_id").unique(), on="policy_id", how="semi")
        .select("policy_id", _due_before="due_on", _paid_on="renewed_on")
        .collect()
        .sort("_due_before")
    )
    found = asked.sort("due_on").join_asof(
        before,
        left_on="due_on",
        right_on="_due_before",
        by="policy_id",
        strategy="backward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    paid_on = pl.when(pl.col("_paid_on") <= pl.col("scored_on")).then("_paid_on")
    told = (
        pl.when(pl.col("_due_before").is_null())
        .then(pl.lit("first"))
        .when(paid_on <= pl.col("_due_before"))
        .then(pl.lit("on_time"))
        .when(paid_on.is_not_null())
        .then(pl.lit("late"))
    )
    return found.with_columns(_told=told).sort("_row")["_told"]


def _in_a_year(contracts: pl.DataFrame, happened: pl.LazyFrame, at: str, zone: str) -> pl.Series:
    """
    How many cases there were about each contract in the 365 days up to its `scored_on`, that day included.
    """
    day = pl.col(at).dt.convert_time_zone(zone).dt.date()
    asked = contracts.select("policy_id", "scored_on").with_row_index("_row")
    began = happened.select(day.min()).collect().item()
    events = (
        happened.join(asked.lazy().select("policy_id").unique(), on="policy_id", how="semi")
        .select("policy_id", _day=day, _cases=pl.col("cases").fill_null(1))
        .collect()
    )
    counted = (
        asked.join(events, on="policy_id")
        .filter((pl.col("_day") <= pl.col("scored_on")) & (pl.col("_day") > pl.col("scored_on") - YEAR))
        .group_by("_row")
        .agg(_count=pl.col("_cases").sum().cast(pl.Float64))
    )
    is_covered = pl.lit(began, pl.Date) <= pl.col("scored_on") - YEAR + timedelta(days=1)
    found = asked.join(counted, on="_row", how="left", maintain_order="left")
    return found.select(_count=pl.when(is_covered).then(pl.col("_count").fill_null(0.0)))["_count"]


def _contact_age(contracts: pl.DataFrame, interactions: pl.LazyFrame, zone: str) -> pl.Series:
    """
    The days since the last contact in both directions on or before `scored_on`.
    """
    day = pl.col("at").dt.convert_time_zone(zone).dt.date()
    asked = contracts.select("customer_id", "scored_on").with_row_index("_row")
    began = interactions.select(day.min()).collect().item()
    contacts = (
        interactions.filter("two_way")
        .join(asked.lazy().select("customer_id").unique(), on="customer_id", how="semi")
        .select("customer_id", _on=day)
        .collect()
        .sort("_on")
    )
    found = asked.sort("scored_on").join_asof(
        contacts,
        left_on="scored_on",
        right_on="_on",
        by="customer_id",
        strategy="backward",
        check_sortedness=False,
    )
    age = (pl.col("scored_on") - pl.col("_on")).dt.total_days().cast(pl.Float64)
    is_covered = pl.lit(began, pl.Date) <= pl.col("scored_on") - YEAR
    told = pl.when(is_covered).then(age.fill_null(NO_CONTACT_DAYS).clip(upper_bound=NO_CONTACT_DAYS))
    return found.with_columns(_age=told).sort("_row")["_age"]
