"""
Bad rows are marked with the reason and stay; good rows have none.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from dashboard.errors import ResultError
from dashboard.facts import FACTS, PROBLEM
from dashboard.intake.query import read_query
from dashboard.intake.rows import LONGEST_TEXT, check_rows, read_rows
from dashboard.intake.tally import Tally
from tests.operational import NOW, write_query

COMPLAINTS = FACTS["complaints"]
ZONE = "Asia/Shanghai"
GOOD = {"complaint_id": "1", "received_at": "2026-01-05 10:00:00", "decided_at": "2026-01-06 09:00:00"}


def checked(*rows, fact="complaints", now=NOW):
    names = dict.fromkeys(name for row in rows for name in row)
    raw = pl.DataFrame({name: pl.Series([row.get(name) for row in rows]) for name in names})
    return check_rows(raw, FACTS[fact], ZONE, now=now)


def problem_of(**changed):
    return checked({**GOOD, **changed})[PROBLEM].item()


def test_the_whole_contract_is_there():
    """
    Columns the query doesn't fill are typed nulls, in the order of the contract; then comes the problem.
    """
    rows = checked(GOOD)

    assert dict(rows.schema) == {**COMPLAINTS.schema, PROBLEM: pl.String()}
    assert rows["channel"].to_list() == [None]
    assert rows[PROBLEM].to_list() == [None]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"complaint_id": None}, "no_key:complaint_id"),
        ({"complaint_id": " "}, "no_key:complaint_id"),
        ({"decided_at": "tomorrow"}, "unreadable:decided_at"),
        ({"received_at": None}, "missing:received_at"),
        ({"received_at": "soon"}, "unreadable:received_at"),
        ({"decided_at": "9999-12-31 00:00:00"}, "impossible_year:decided_at"),
        ({"received_at": "0001-01-01"}, "impossible_year:received_at"),
        ({"received_at": "1899-12-31 12:00:00"}, "impossible_year:received_at"),
        ({"received_at": "1900-01-02 12:00:00"}, None),
        ({"decided_at": "2026-01-05 09:59:59"}, "before:decided_at<received_at"),
        ({"decided_at": "2026-01-05 10:00:00"}, None),
        ({"redress_amount": -0.01}, "negative:redress_amount"),
        ({"redress_amount": 0}, None),
        ({"paused_days": -1}, "negative:paused_days"),
        ({"decided_at": None}, None),
    ],
)
def test_reasons(changed, problem):
    """
    Each reason, and beside it the nearest row that is still good.
    """
    assert problem_of(**changed) == problem


def test_a_day_without_a_time_is_not_before_itself():
    """
    Received at ten, decided "that day": the decision came as a date, which reads as midnight.
    """
    assert problem_of(decided_at="2026-01-05 00:00:00") is None
    assert problem_of(decided_at="2026-01-04 00:00:00") == "before:decided_at<received_at"


@pytest.mark.parametrize(("hours", "problem"), [(23, None), (25, "future:decided_at")])
def test_the_future_begins_a_day_after_the_refresh(hours, problem):
    """
    Clocks differ, and elsewhere tomorrow has begun; beyond a day it is a mistake.
    """
    decided_at = (NOW + timedelta(hours=hours)).isoformat()

    assert problem_of(decided_at=decided_at) == problem


def test_plans_may_lie_ahead():
    """
    A renewal that falls due next year is no mistake, one that was renewed next year is.
    """
    renewal = {"renewal_id": "1", "policy_id": "1", "customer_id": "1", "due_on": "2027-01-01"}
    rows = checked(renewal, {**renewal, "renewed_on": "2027-01-01"}, fact="renewals")

    assert rows[PROBLEM].to_list() == [None, "future:renewed_on"]


def test_a_changed_note_in_the_future_costs_no_row():
    """
    A database whose clock runs ahead still tells the truth about the complaint.
    """
    assert problem_of(updated_at="2027-01-01 00:00:00") is None


def test_a_text_too_long_to_be_one_is_cut_and_its_row_kept_out():
    """
    10,000 characters pass whatever their bytes; of one more the first 10,000 are kept and the row is bad.
    """
    longest = "号" * LONGEST_TEXT
    fits, exceeds, huge = (
        checked({**GOOD, "cause": cause}).row(0, named=True)
        for cause in (longest, longest + "号", "x" * 10_000_000)
    )

    assert (fits[PROBLEM], fits["cause"]) == (None, longest)
    assert (exceeds[PROBLEM], exceeds["cause"]) == ("too_long:cause", longest)
    assert (huge[PROBLEM], huge["cause"]) == ("too_long:cause", "x" * LONGEST_TEXT)


def test_a_key_too_long_is_none():
    """
    Two keys that differ at their end only must not become one: each row gets a substitute.
    """
    rows = checked(*({**GOOD, "complaint_id": "x" * LONGEST_TEXT + end} for end in ("a", "b")))

    assert rows[PROBLEM].to_list() == ["too_long:complaint_id"] * 2
    assert rows["complaint_id"].n_unique() == 2
    assert rows["complaint_id"].str.starts_with("?").all()


def test_rows_without_a_key_get_one_that_stays():
    """
    Read again, the same row has the same substitute; two rows alike have two; and it can't pass for a key.
    """
    rows = [GOOD, {**GOOD, "complaint_id": None}, {**GOOD, "complaint_id": None}]
    first, again = (checked(*rows)["complaint_id"].to_list() for _ in range(2))

    assert first == again
    assert first[0] == "1"
    assert len(set(first)) == 3
    assert first[1].startswith("?")


def test_unknown_codes_are_kept_and_counted():
    """
    A code that isn't in the vocabulary stays as it is and doesn't make a row bad.
    """
    raw = pl.DataFrame({**{name: [value] * 3 for name, value in GOOD.items()}, "channel": ["app", "fax", "fax"]})

    rows = read_rows(raw.with_columns(complaint_id=pl.Series(["1", "2", "3"])), COMPLAINTS, ZONE, now=NOW)

    assert rows.unknown == {("channel", "fax"): 2}
    assert rows.table["channel"].to_list() == ["app", "fax", "fax"]
    assert rows.table[PROBLEM].null_count() == 3


def test_codes_in_a_list_are_looked_at_one_by_one():
    """
    "life, boat" holds one code we know and one we don't.
    """
    raw = pl.DataFrame({"customer_id": ["1"], "name": ["Li"], "lines_held": ["life, boat"]})

    assert read_rows(raw, FACTS["customers"], ZONE, now=NOW).unknown == {("lines_held", "boat"): 1}


def tally_of(values, tmp_path):
    raw = pl.DataFrame(
        {"complaint_id": [str(number) for number in range(len(values))], "received_at": values},
        schema_overrides={"received_at": pl.String},
    )
    tally = Tally(COMPLAINTS, NOW)
    for part in raw.iter_slices(7):
        tally.add(read_rows(part, COMPLAINTS, ZONE, now=NOW))
    query = read_query(write_query(tmp_path), "sqlite")
    return tally, query


@pytest.mark.parametrize(
    ("good", "bad", "is_refused"),
    [
        (0, 1, True),
        (1, 1, False),
        (0, 0, False),
        (90, 10, False),
        (99, 11, False),
        (98, 11, True),
        (10, 10, False),
    ],
)
def test_a_column_of_the_wrong_type_is_refused(tmp_path, good, bad, is_refused):
    """
    More than one value in ten and more than ten, or all of them: then the column is wrong, not the value.
    """
    tally, query = tally_of(["2026-01-05"] * good + ["05.01.2026"] * bad, tmp_path)

    if is_refused:
        with pytest.raises(
            ResultError, match=r'complaints\.sql: .*"received_at" can\'t be read, e\.g\. .05\.01\.2026'
        ):
            tally.raise_if_unreadable(query)
    else:
        tally.raise_if_unreadable(query)
        assert tally.bad.get("unreadable:received_at", 0) == bad


def test_the_watermark_is_never_in_the_future():
    """
    One row that says it changed in 2099 must not make all later changes look old.
    """
    tally = Tally(COMPLAINTS, NOW)
    rows = [{**GOOD, "updated_at": "2026-06-01 08:00:00"}, {**GOOD, "updated_at": "2099-01-01 00:00:00"}]
    tally.add(read_rows(pl.DataFrame(rows), COMPLAINTS, ZONE, now=NOW))

    assert tally.watermark == datetime(2026, 6, 1, tzinfo=UTC)
