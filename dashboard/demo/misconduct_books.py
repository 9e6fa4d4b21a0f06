"""
The figures of the books about reports of misconduct: answered in time, and found true.

The table is read as it was written, and counted by plain arithmetic on days; nothing here is shared with the
metrics that the books are there to test.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from dashboard.demo.books import ALL, Figures, rate
from dashboard.demo.columns import Array
from dashboard.demo.people import Organisation
from dashboard.demo.plan import TEAMS_PER_BRANCH
from dashboard.demo.sums import SPLITS, Entry, Names, SumsByKey

ON_TIME, FOUNDED = "conduct_cases_on_time_rate", "conduct_substantiated_rate"
CATEGORIES = {
    "误导销售": "misleading_sale",
    "代签名": "signature_forged",
    "返佣": "rebate",
    "挪用保费": "premium_misused",
    "泄露信息": "data_leaked",
}
SOURCES = {"举报热线": "hotline", "内部": "internal", "监管": "regulator", "客户": "customer"}
OF_REPORTS: Names = {
    **{by: name for by, name in SPLITS.items() if by not in ("agent", "product_line")},
    "category": list(CATEGORIES.values()).__getitem__,
    "source": list(SOURCES.values()).__getitem__,
}
# Fifteen days to accept a report, and sixty from then to decide it.
ACCEPTED_WITHIN, DECIDED_WITHIN = np.timedelta64(15, "D"), np.timedelta64(60, "D")


def misconduct_figures(day: date, organisation: Organisation, reports: pl.DataFrame) -> Figures:
    """
    The figures as they are by a day's end.

    Args:
        day: The last one that has happened.
        organisation: Where the agents belong.
        reports: The table of reported misconduct.
    """
    end = np.datetime64(day, "D")
    reported = _days(reports, "reported_at")
    accepted, decided = (
        np.where(days <= end, days, np.datetime64("NaT", "D"))
        for days in (_days(reports, name) for name in ("accepted_at", "decided_at"))
    )
    accepted = np.fmin(accepted, decided)
    accept_due = reported + ACCEPTED_WITHIN
    in_time = accepted <= accept_due
    due = np.where(in_time, accepted + DECIDED_WITHIN, accept_due)
    on_time = in_time & (decided <= due)
    founded = reports["substantiated"].fill_null(value=False).to_numpy().astype(bool)
    sums, groups = SumsByKey(OF_REPORTS), _groups(organisation, reports)
    sums.enter(ON_TIME, groups, Entry((reported <= end) & (due <= end), on_time, due))
    sums.enter(FOUNDED, groups, Entry(~np.isnat(decided), founded, decided))
    return {name: sums.figures(name, rate) for name in (ON_TIME, FOUNDED)}


def _groups(organisation: Organisation, reports: pl.DataFrame) -> dict[str, Array]:
    agent = reports["agent_no"].str.slice(1).cast(pl.Int64).to_numpy()
    team = organisation.agent_team[agent]
    return {
        ALL: np.zeros(len(team), int),
        "branch": team // TEAMS_PER_BRANCH,
        "team": team,
        "category": _places(reports["category_code"], CATEGORIES),
        "source": _places(reports["source_code"], SOURCES),
    }


def _places(codes: pl.Series, names: dict[str, str]) -> Array:
    places: Array = codes.cast(pl.String).replace_strict(list(names), range(len(names))).to_numpy()
    return places


def _days(table: pl.DataFrame, column: str) -> Array:
    days: Array = table[column].cast(pl.Date).to_numpy().astype("datetime64[D]")
    return days
