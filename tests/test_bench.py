"""
What benchmarks measure must be what they say: more of the same cases, and a process's own memory.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import numpy as np
import polars as pl
import pytest

from tests.bench.copies import copied
from tests.bench.measure import peak_mb
from tests.bench.readme import BEGINS, ENDS, exchanged, tables

ROWS = pl.DataFrame(
    {
        "complaint_id": ["A", "B"],
        "claim_id": ["C", None],
        "reopened_of_id": [None, "A"],
        "agent_id": ["agent 1", "agent 2"],
        "cases": [1, 2],
    }
)


@pytest.mark.parametrize("copies", [1, 3])
def test_a_case_stands_so_many_times_under_its_own_ids(copies):
    """
    Each copy's references lead to its own copy; the agent, the number of cases and what is unknown stay.
    """
    many = pl.concat(copied(ROWS.lazy(), copies))

    assert many.height == many["complaint_id"].n_unique() == 2 * copies
    assert set(ROWS["complaint_id"]) <= set(many["complaint_id"])
    assert sorted(many["agent_id"].unique()) == ["agent 1", "agent 2"]
    assert many["cases"].sum() == 3 * copies
    assert many["claim_id"].null_count() == copies
    assert many["claim_id"].drop_nulls().n_unique() == copies
    reopened = many.drop_nulls("reopened_of_id")
    assert reopened.join(many, left_on="reopened_of_id", right_on="complaint_id").height == copies


def test_the_memory_is_the_process_s_own():
    """
    Whoever starts one may have held ten times as much.
    """
    held = np.ones(40_000_000)
    told = subprocess.check_output(
        [sys.executable, "-c", "from tests.bench.measure import peak_mb; print(peak_mb())"], text=True
    )

    assert peak_mb() > held.nbytes / 2**20
    assert float(told) < 100


def test_what_was_measured_stands_between_its_marks():
    """
    A table for each benchmark, missed budgets said and counted; only the table of before is gone.
    """
    took = {"name": "pages", "what": "a change", "unit": "ms", "budget": 150, "measured": 151.4, "baseline": 50.0}
    took |= {"ratio": 3.028, "is_within": False, "against": "one scan"}
    rate = {"name": "load", "what": "all", "unit": "rows/s", "budget": 400_000, "measured": 400_000.0}
    rate |= {"baseline": None, "ratio": None, "is_within": True, "against": ""}
    told = tables([took, rate], "x86_64, 2 cores", date(2026, 11, 23))

    assert "All 2 lines of `make bench` (x86_64, 2 cores, 23 November 2026): 1 of 2 budgets missed" in told
    assert "| a change | ≤ 150 ms | 151 ms (missed) | 50 ms | 3.0 × | one scan |" in told
    assert "| all | ≥ 400,000 rows/s | 400,000 rows/s |  |  |  |" in told
    assert told.index("**pages**") < told.index("**load**")

    around = f"before\n{BEGINS}\nold\n{ENDS}\nafter"
    assert exchanged(around, "new") == f"before\n{BEGINS}\nnew\n{ENDS}\nafter"
    for broken in ("before", f"{ENDS}{BEGINS}", f"{around}{around}"):
        with pytest.raises(SystemExit, match="marks"):
            exchanged(broken, "new")
