"""
Values of a database become values of the contract, or null; never something else.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.facts import Kind
from dashboard.intake.values import read_values, without_blanks

SHANGHAI = "Asia/Shanghai"
LONDON = "Europe/London"


def read(values, kind, zone=SHANGHAI, dtype=None):
    return read_values(without_blanks(pl.Series("column", values, dtype=dtype)), kind, zone).to_list()


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([" A1 ", "", "  ", None], ["A1", None, None, None]),
        ([7, None], ["7", None]),
        ([7.0, 7.5], ["7", "7.5"]),
        ([date(2026, 6, 30)], ["2026-06-30"]),
        ([b"A1", b"\xff"], ["A1", None]),
    ],
)
def test_text(values, expected):
    """
    Trimmed, nothing is null; a whole number kept as a float is the same key as the integer.
    """
    assert read(values, Kind.TEXT) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([True, False, None], [True, False, None]),
        ([1, 0, 2, None], [True, False, None, None]),
        (["Y", "no", "TRUE", "f", "maybe", None], [True, False, True, False, None, None]),
        ([b"\x01", b"\x00", b"\x02", None], [True, False, None, None]),
        ([Decimal(1), Decimal("0.5")], [True, None]),
        ([date(2026, 6, 30)], [None]),
    ],
)
def test_truth(values, expected):
    """
    The usual spellings, and nothing beyond them: 2 is no truth.
    """
    assert read(values, Kind.TRUTH) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3, None], [3, None]),
        ([2.0, 2.5, float("nan"), 1e30], [2, None, None, None]),
        (["2", "2.0", "2.5", "x"], [2, 2, None, None]),
        ([Decimal("2.00"), Decimal("2.50")], [2, None]),
        ([True], [None]),
    ],
)
def test_count(values, expected):
    """
    A fractional part makes it no count; it is not cut off.
    """
    assert read(values, Kind.COUNT) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["300.25", "1.2345", "1.23450", "1.23456", ".5", "x"], ["300.25", "1.2345", "1.2345", None, "0.5", None]),
        ([300.25, 0.1 + 0.2, float("inf"), 1e17], ["300.25", "0.3", None, None]),
        ([Decimal("1.2345"), Decimal("1.23456")], ["1.2345", None]),
        ([5, None], ["5", None]),
        ([date(2026, 6, 30)], [None]),
    ],
)
def test_money(values, expected):
    """
    Exact to four decimals; finer decimals can't be read, and floating-point noise isn't money.
    """
    assert read(values, Kind.MONEY) == [None if value is None else Decimal(value) for value in expected]


def test_an_integer_column_with_one_fraction_keeps_it():
    """
    Two hundred whole numbers and then 1.9: a reader that infers from the first rows would say 1.
    """
    assert read([*["1"] * 200, "1.9"], Kind.MONEY)[-1] == Decimal("1.9")


@given(st.lists(st.decimals(min_value=-(10**11), max_value=10**11, places=4), max_size=20))
def test_money_survives_floats_and_text(amounts):
    """
    An amount of up to fifteen digits is the same whether it comes as text, as decimal or as float.
    """
    assert read([format(amount, "f") for amount in amounts], Kind.MONEY, dtype=pl.String) == amounts
    assert read([float(amount) for amount in amounts], Kind.MONEY, dtype=pl.Float64) == amounts


def test_number():
    """
    Numbers as numbers or text; infinity and not-a-number can't be read.
    """
    assert read([1.5, float("nan"), float("inf")], Kind.NUMBER) == [1.5, None, None]
    assert read(["1e3", "x"], Kind.NUMBER) == [1000.0, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-06-30", utc(2026, 6, 29, 16)),
        ("2026-06-30 09:00", utc(2026, 6, 30, 1)),
        ("2026-06-30 09:00:00", utc(2026, 6, 30, 1)),
        ("2026-06-30T09:00:00.123456", utc(2026, 6, 30, 1, 0, 0, 123456)),
        ("2026-06-30T09:00:00Z", utc(2026, 6, 30, 9)),
        ("2026-06-30 09:00:00+05:30", utc(2026, 6, 30, 3, 30)),
        ("2026-06-30 09:00:00.5-08", utc(2026, 6, 30, 17, 0, 0, 500000)),
        ("2026-02-30 09:00:00", None),
        ("0000-00-00 00:00:00", None),
        ("30/06/2026", None),
        ("20260630", None),
        ("soon", None),
    ],
)
def test_instants_from_text(text, expected):
    """
    ISO with or without time, fraction, T, Z and offset; without an offset it is the source's wall clock.
    """
    assert read([text], Kind.INSTANT) == [expected]


def test_texts_of_several_forms_in_one_column_are_each_read():
    """
    Whole seconds, fractions, days and offsets side by side, and what is none of them.
    """
    texts = [
        "2026-06-30 10:00:00",
        "2026-06-30 10:00:00.25",
        "2026-06-30",
        "2026-06-30T10:00:00+08:00",
        "soon",
        None,
    ]
    ten = utc(2026, 6, 30, 2)

    expected = [ten, ten.replace(microsecond=250_000), utc(2026, 6, 29, 16), ten, None, None]
    assert expected == read(texts, Kind.INSTANT)


def test_instants_from_dates_and_timestamps():
    """
    A date is its midnight in the source's zone; a timestamp with a zone is what it says.
    """
    assert read([date(2026, 6, 30)], Kind.INSTANT) == [utc(2026, 6, 29, 16)]
    assert read([datetime.fromisoformat("2026-06-30 09:00")], Kind.INSTANT) == [utc(2026, 6, 30, 1)]
    assert read([utc(2026, 6, 30, 9)], Kind.INSTANT) == [utc(2026, 6, 30, 9)]


@pytest.mark.parametrize(
    ("wall_clock", "expected"),
    [
        ("2026-03-29 00:59:59", utc(2026, 3, 29, 0, 59, 59)),
        ("2026-03-29 01:30:00", utc(2026, 3, 29, 1, 30)),
        ("2026-03-29 02:00:00", utc(2026, 3, 29, 1)),
        ("2026-10-25 00:59:59", utc(2026, 10, 24, 23, 59, 59)),
        ("2026-10-25 01:30:00", utc(2026, 10, 25, 0, 30)),
        ("2026-10-25 02:00:00", utc(2026, 10, 25, 2)),
    ],
    ids=[
        "before the gap",
        "in the gap",
        "after the gap",
        "before the repeat",
        "repeated hour",
        "after the repeat",
    ],
)
def test_clocks_put_forward_and_back(wall_clock, expected):
    """
    A skipped hour is read as by a clock not yet put forward; of a repeated hour the first is meant.
    """
    assert read([wall_clock], Kind.INSTANT, LONDON) == [expected]
    assert read([datetime.fromisoformat(wall_clock)], Kind.INSTANT, LONDON) == [expected]


def test_a_whole_skipped_day_is_read():
    """
    Samoa had no 30 December 2011.
    """
    assert read(["2011-12-30 10:00:00"], Kind.INSTANT, "Pacific/Apia") == [utc(2011, 12, 30, 20)]


def test_days():
    """
    A day is a day in the source's zone, whatever it comes as.
    """
    assert read(["2026-06-30", "2026-06-30 23:30:00", "x"], Kind.DAY) == [
        date(2026, 6, 30),
        date(2026, 6, 30),
        None,
    ]
    assert read(["2026-06-30T23:30:00Z"], Kind.DAY) == [date(2026, 7, 1)]
    assert read([utc(2026, 6, 30, 23, 30)], Kind.DAY) == [date(2026, 7, 1)]
    assert read([20260630], Kind.DAY) == [None]


@pytest.mark.parametrize("physical", [-(2**63) + 1, 2**63 - 1, -62135596800000000, 253402214400000000])
@pytest.mark.parametrize("zone", [None, "UTC"])
@pytest.mark.parametrize("kind", [Kind.DAY, Kind.INSTANT])
def test_years_beyond_every_calendar_do_not_crash(physical, zone, kind):
    """
    Infinity, the year 1 and the year 9999 come out as something a row check can call impossible.
    """
    column = pl.Series("column", [physical], dtype=pl.Int64).cast(pl.Datetime("us", zone))

    (value,) = read_values(column, kind, SHANGHAI).to_list()

    assert value.year in (1, 9999)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_column_of_nothing_has_its_type(kind):
    """
    An empty result and a column of nulls have the contract's type, not no type.
    """
    for values in ([], [None, None]):
        column = read_values(pl.Series("column", values, dtype=pl.Null), kind, SHANGHAI)

        assert column.dtype == kind.dtype
        assert column.to_list() == values


@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), max_size=20), st.sampled_from(list(Kind)))
def test_any_text_is_read_or_null(values, kind):
    """
    No text whatever makes the reading of a column fail.
    """
    assert len(read(values, kind, LONDON, pl.String)) == len(values)
