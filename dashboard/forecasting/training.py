"""
Learn from contracts of which it is long known whether they were renewed, and test on the last quarter that is.

Time runs one way: learn, then calibrate, then test. Everything learned was known before the first of the tested
contracts was judged, sixty days before it fell due.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from dashboard.forecasting.additive import Additive, calibrated, fitted
from dashboard.forecasting.edition import (
    NO_BETTER_THAN_RATE,
    NO_BETTER_THAN_TABLE,
    NOT_RECORDED,
    TOO_FEW,
    Edition,
)
from dashboard.forecasting.features import (
    FEATURES,
    HIDEABLE,
    LEAD,
    YEAR,
    Facts,
    Recorded,
    contact_on,
    recordable,
    with_features,
)
from dashboard.forecasting.honesty import proven
from dashboard.forecasting.timing import timed
from dashboard.metrics import Terms, renewals
from dashboard.periods import shift_months
from dashboard.stats import newcombe

QUARTER: Final = 3
CALIBRATED_ON: Final = timedelta(days=91)
# With fewer of either outcome in any of the three parts nothing could be proved.
FEWEST: Final = 100
# Contracts whose earlier contacts may be hidden renew at most so much more or less often than others.
MOST_APART: Final = 0.05
# More contracts than these teach a sum of a hundred weights nothing, and would only take time.
MOST: Final = 400_000
READ: Final = (
    *("renewal_id", "policy_id", "customer_id", "due_on", "renewed_on", "cases", "matures_on", "is_renewed"),
    *("product_line", "channel", "tenure_years", "premium_due", "premium_change_rate", "auto_renew"),
    *("reminded_at", "last_contact_at"),
)


class Parts(NamedTuple):
    """
    The contracts learned from, calibrated on and tested on, and the quarter of the last.
    """

    learned: pl.DataFrame
    calibrated: pl.DataFrame
    tested: pl.DataFrame
    tested_from: date
    tested_before: date


def trained(
    facts: Facts,
    recorded: Recorded,
    terms: Terms,
    *,
    data_version: str,
    rules_digest: str,
    at: datetime,
) -> Edition:
    """
    Train a forecast of whether a contract is renewed, and say how good it is.

    Args:
        facts: Gives all rows of a fact.
        recorded: Gives the columns of a fact that its source records.
        terms: What was known at the end of their day is learned from.
        data_version: Of the snapshot, to be kept with it.
        rules_digest: Of the rules in force, likewise.
        at: The moment, likewise.

    Returns:
        An edition; one without a model says why in `refusals`.
    """
    said = Edition(at, terms.as_of, data_version, rules_digest)
    if not {"due_on", "renewed_on"} <= recorded("renewals"):
        return _refused(said, NOT_RECORDED)
    parts = parts_of(facts, recorded, terms)
    if parts is None or any(_fewest(rows) < FEWEST for rows in parts[:3]):
        return _refused(said, TOO_FEW)
    features = [
        feature
        for feature in recordable(recorded)
        if feature.name != HIDEABLE or _hides_nothing(parts.learned, terms.zone)
    ]
    first = fitted(parts.learned, _truth(parts.learned), _cases(parts.learned), features)
    model = calibrated(first, parts.calibrated, _truth(parts.calibrated), _cases(parts.calibrated))
    known = pl.concat([parts.learned, parts.calibrated])
    honesty = proven(model.scored(parts.tested), known)
    refusals = [
        *([] if honesty.against_rate.is_sure else [NO_BETTER_THAN_RATE]),
        *([] if honesty.against_table.is_sure else [NO_BETTER_THAN_TABLE]),
    ]
    return replace(
        said,
        features=ordered(model),
        left_out=tuple(each.name for each in FEATURES if each.name not in {term.feature for term in model.terms}),
        learned_cases=int(known["cases"].sum()),
        learned_from=known["due_on"].min(),  # type: ignore[arg-type]  # a column of days has a day for its least
        trained_until=known["due_on"].max(),  # type: ignore[arg-type]
        tested_from=parts.tested_from,
        tested_before=parts.tested_before,
        model=model,
        timing=timed(known.filter("is_renewed")),
        honesty=honesty,
        refusals=tuple(refusals),
    )


def ordered(model: Additive) -> tuple[str, ...]:
    """
    The features of a model, the one that moves the log-odds most first.
    """
    return tuple(term.feature for term in sorted(model.terms, key=lambda term: -term.importance))


def parts_of(facts: Facts, recorded: Recorded, terms: Terms) -> Parts | None:
    """
    Divide the matured invited contracts by time.

    Tested on: those due in the last three months whose contracts have all matured. Calibrated on and learned from:
    those that had matured more than sixty days before; of them the last 91 due days are calibrated on. None of
    them was worked on by a campaign.

    Returns:
        Rows with `scored_on`, every feature, `unit` and `is_renewed`; None where three months haven't matured yet.
    """
    judged = renewals.judged(facts("renewals"), terms).filter("is_invited", "is_due")
    months = (
        judged.group_by(month=pl.col("due_on").dt.truncate("1mo"))
        .agg(pl.col("matures_on").max())
        .filter(pl.col("matures_on") <= terms.as_of, pl.col("month") < terms.as_of.replace(day=1))
        .collect()
    )
    if not months.height:
        return None
    last: date = months["month"].max()  # type: ignore[assignment]
    tested_from, tested_before = shift_months(last, 1 - QUARTER), shift_months(last, 1)
    known_before = tested_from - LEAD
    mature = judged.filter("is_mature").select(READ)
    tested = mature.filter(pl.col("due_on").is_between(tested_from, tested_before, closed="left"))
    known = mature.filter(pl.col("matures_on") < known_before)
    until = known.select(pl.col("due_on").max()).collect().item()
    if until is None:
        return None
    begins = until - CALIBRATED_ON
    wanted = [known.filter(pl.col("due_on") <= begins), known.filter(pl.col("due_on") > begins), tested]
    drawn = [_drawn(rows) for rows in wanted]
    rows = pl.concat([part.with_columns(_part=pl.lit(place)) for place, part in enumerate(drawn)])
    rows = _left_alone(with_lead(rows), facts, recorded)
    told = with_features(rows, facts, recorded, terms.zone)
    told = told.with_columns(unit=pl.coalesce("customer_id", "renewal_id"))
    one, two, three = (told.filter(pl.col("_part") == place).drop("_part") for place in range(QUARTER))
    return Parts(one, two, three, tested_from, tested_before)


def _hides_nothing(learned: pl.DataFrame, zone: str) -> bool:
    """
    Whether contracts whose contacts before `scored_on` may be hidden by a later one renew as the others do.

    The interval of the difference (Newcombe) must lie within `MOST_APART`. If not, not to know of a contact would
    itself tell of what came later.
    """
    is_hidden = (contact_on(zone) > pl.col("scored_on")).fill_null(value=False)
    cases, kept = pl.col("cases"), pl.col("is_renewed")
    sums = learned.select(
        kept_hidden=cases.filter(is_hidden & kept).sum(),
        hidden=cases.filter(is_hidden).sum(),
        kept_others=cases.filter(~is_hidden & kept).sum(),
        others=cases.filter(~is_hidden).sum(),
    )
    if not sums["hidden"].item():
        return True
    _, lower, upper = newcombe(*(pl.col(name) for name in sums.columns))
    low, high = sums.select(lower.alias("low"), upper.alias("high")).row(0)
    return low is not None and low >= -MOST_APART and high <= MOST_APART


def with_lead(contracts: pl.DataFrame) -> pl.DataFrame:
    """
    Add `scored_on`: sixty days before the due day.
    """
    return contracts.with_columns(scored_on=pl.col("due_on") - LEAD)


def _left_alone(contracts: pl.DataFrame, facts: Facts, recorded: Recorded) -> pl.DataFrame:
    """
    Leave out contracts that a campaign worked on in the year before they fell due: they don't show what becomes of
    a contract nobody does anything special about. Those drawn to be left alone stay.
    """
    if not {"policy_id", "arm", "assigned_on"} <= recorded("campaigns"):
        return contracts
    treated = facts("campaigns").filter(pl.col("arm") == "treated").select("policy_id", "assigned_on")
    worked_on = (
        contracts.lazy()
        .select("renewal_id", "policy_id", "due_on")
        .join(treated, on="policy_id")
        .filter(pl.col("assigned_on") <= pl.col("due_on"), pl.col("assigned_on") > pl.col("due_on") - YEAR)
        .collect()
    )
    return contracts.join(worked_on, on="renewal_id", how="anti", maintain_order="left")


def _drawn(rows: pl.LazyFrame) -> pl.DataFrame:
    size = rows.select(pl.len()).collect().item()
    every = max(1, -(-size // MOST))
    chosen = rows if every == 1 else rows.filter(pl.col("renewal_id").hash(seed=7) % every == 0)
    return chosen.sort("renewal_id").collect()


def _refused(said: Edition, why: str) -> Edition:
    return replace(said, refusals=(why,))


def _fewest(rows: pl.DataFrame) -> int:
    renewed = int(rows.filter("is_renewed")["cases"].sum())
    return min(renewed, int(rows["cases"].sum()) - renewed)


def _truth(rows: pl.DataFrame) -> npt.NDArray[np.bool_]:
    return rows["is_renewed"].to_numpy()


def _cases(rows: pl.DataFrame) -> npt.NDArray[np.float64]:
    return rows["cases"].cast(pl.Float64).to_numpy()
