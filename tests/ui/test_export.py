"""
An export holds exactly the rows, says what they are, and can't be made to run anything.
"""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import polars as pl
import pytest

from dashboard.facts import FACTS
from dashboard.ui.export import SHEET_ROWS, workbook
from dashboard.words import Words

COMPLAINTS = FACTS["complaints"]
HOSTILE = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "http://example.com", "007", "\t=1", "<b>x</b>"]


def book_of(rows: pl.DataFrame, said: list[str] | None = None) -> zipfile.ZipFile:
    written = workbook(
        rows, fact=COMPLAINTS, words=Words("en"), zone="Asia/Shanghai", title="Open complaints", said=said or []
    )
    return zipfile.ZipFile(BytesIO(written.content))


def sheet(book: zipfile.ZipFile) -> str:
    return book.read("xl/worksheets/sheet1.xml").decode()


def texts(book: zipfile.ZipFile) -> list[str]:
    found = re.findall(r"<t(?: [^>]*)?>([^<]*)</t>", book.read("xl/sharedStrings.xml").decode())
    return [each.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for each in found]


def test_texts_stay_texts():
    """
    Nothing that starts like a formula becomes one, no link can be clicked, leading zeros stay.
    """
    book = book_of(pl.DataFrame({"complaint_id": HOSTILE}))

    assert "<f>" not in sheet(book)
    assert "hyperlink" not in sheet(book)
    assert set(HOSTILE) <= set(texts(book))


def test_the_file_says_what_it_holds_and_how_much():
    """
    Title, selection and the number of rows stand above the heading, which stays in sight.
    """
    book = book_of(pl.DataFrame({"complaint_id": ["A", "B"]}), ["all branches"])

    assert texts(book)[:3] == ["Open complaints", "all branches", "2 rows"]
    assert 'state="frozen"' in sheet(book)


def test_days_are_days_and_times_are_local():
    """
    16:30 UTC is half past midnight in Shanghai, and a native date, not a text.
    """
    rows = pl.DataFrame(
        {"received_at": [datetime(2024, 3, 31, 16, 30, tzinfo=UTC)], "due_on": [date(2024, 4, 30)]}
    )
    values = re.findall(r"<v>([\d.]+)</v></c>", sheet(book_of(rows)))

    # Days since 1899-12-30, as Excel counts them.
    assert float(values[-2]) == pytest.approx((datetime(2024, 4, 1, 0, 30) - datetime(1899, 12, 30)).total_seconds() / 86400)  # fmt: skip # noqa: DTZ001, E501
    assert int(values[-1]) == (date(2024, 4, 30) - date(1899, 12, 30)).days


def test_more_than_a_sheet_holds_is_refused():
    """
    Never a silently shortened file.
    """
    rows = pl.DataFrame({"complaint_id": pl.repeat("x", SHEET_ROWS + 1, eager=True)})

    with pytest.raises(ValueError, match="more than"):
        book_of(rows)


def test_no_rows_are_said_to_be_none():
    """
    An empty export has its heading and says zero.
    """
    assert "0 rows" in texts(book_of(pl.DataFrame(schema={"complaint_id": pl.String})))
