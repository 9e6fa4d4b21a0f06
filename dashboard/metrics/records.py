"""
Figures as plain records, the same for the command line, files and whoever asks over a pipe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from dashboard.metrics.kpi import Kpi
from dashboard.metrics.status import status
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH

# What a group column is called outside: people say branch, not branch_id.
GROUP_NAMES = {"branch_id": "branch", "team_id": "team", "agent_id": "agent"}


def records(
    kpis: Sequence[Kpi],
    figures: Mapping[str, pl.DataFrame],
    terms: Terms,
    *,
    keys: Sequence[str],
    targets: Mapping[str, float],
    min_n: int,
    snapshot: str,
) -> list[dict[str, Any]]:
    """
    One record per KPI and group, in the order of `kpis`.

    Returns:
        Records with `id`, the group keys (`month` as 2026-06), `value`, `numerator`, `denominator`,
        `exposure`, `cases`, `unit`, `target`, `status`, `provisional`, `not_recorded`, `as_of`, `snapshot`. Rates
        are shares of one.
    """
    found = []
    for each in kpis:
        target = targets.get(each.target_key)
        for row in figures[each.id].iter_rows(named=True):
            groups = {GROUP_NAMES.get(key, key): _group(key, row[key]) for key in keys}
            found.append(
                {
                    "id": each.id,
                    **groups,
                    "value": _whole(row["value"], each.unit),
                    "numerator": row["numerator"],
                    "denominator": row["denominator"],
                    "exposure": row["exposure"],
                    "cases": row["cases"],
                    "unit": each.unit,
                    "target": target,
                    "status": status(each, row, terms, target=target, min_n=min_n).value,
                    "provisional": row["provisional"],
                    "not_recorded": row["not_recorded"],
                    "as_of": terms.as_of.isoformat(),
                    "snapshot": snapshot,
                }
            )
    return found


def _group(key: str, value: Any) -> Any:
    return value.strftime("%Y-%m") if key == MONTH and isinstance(value, date) else value


def _whole(value: float | None, unit: str) -> float | int | None:
    # A count is a whole number, and so is a quantile of whole days.
    return int(value) if value is not None and unit in ("count", "days") and value.is_integer() else value
