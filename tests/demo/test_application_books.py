"""
The books about applications against the database, in SQL once more.
"""

from __future__ import annotations

import pytest

from tests.demo.conftest import AS_OF

LAST = "date(opened_at, '+30 day')"


def test_conversion_is_booked_as_sql_counts_it(medium):
    """
    Begun thirty days ago or earlier, and issued by the thirtieth day, by the way applicants came in.
    """
    counted = medium.ask(
        f"select entry_code, sum(coalesce(decision_code = '承保' and date(decided_at) <= {LAST}, 0)), count(*) "
        f"from application where {LAST} <= :day group by entry_code",
        day=AS_OF.isoformat(),
    )
    booked = medium.books.figures["as_of"]["application_conversion_rate"]["channel"]

    assert sorted((each["numerator"], each["denominator"]) for each in booked.values()) == sorted(
        (above, below) for _, above, below in counted
    )


def test_half_have_applied_by_the_median(medium):
    """
    At the booked median half or more are done, a second earlier fewer than half; the P90 is later.
    """
    median = medium.books.figure("application_minutes_median")
    seconds = round(median["value"] * 60)
    done = [
        medium.one("select count(*) from application where active_seconds <= :most", most=most)
        for most in (seconds - 1, seconds)
    ]

    assert done[0] < median["denominator"] / 2 <= done[1]
    assert medium.books.figure("application_minutes_p90")["value"] > median["value"]


@pytest.mark.parametrize(("kpi", "column"), [("e_signature_rate", "e_signed"), ("ocr_rate", "ocr_used")])
def test_what_was_sent_is_booked_as_sql_counts_it(medium, kpi, column):
    """
    Signed electronically, and read by OCR, of the applications sent.
    """
    told = medium.ask(f"select sum({column}), count(*) from application where submitted_at is not null")[0]
    booked = medium.books.figure(kpi)

    assert tuple(told) == (booked["numerator"], booked["denominator"])
