"""
The books about what came after a sale against the database, in SQL once more.
"""

from __future__ import annotations

import pytest

from tests.demo.conftest import AS_OF

HAPPENED = "policy_event.policy_no = policy.policy_no and date(happened_at) <= :day"


@pytest.mark.parametrize(
    ("kpi", "hit", "among"),
    [
        (
            "callback_success_rate",
            f"exists (select 1 from policy_event where {HAPPENED} and event_code = '回访' and succeeded = 1)",
            f"exists (select 1 from policy_event where {HAPPENED} and event_code = '回访')",
        ),
        (
            "free_look_cancellation_rate",
            f"exists (select 1 from policy_event where {HAPPENED} and event_code = '犹豫期撤单' "
            "and date(happened_at) <= free_look_until)",
            "free_look_until <= :day",
        ),
    ],
)
def test_what_came_after_a_sale_is_booked_as_sql_counts_it(medium, kpi, hit, among):
    """
    Calls that succeeded and contracts given back, by the way buyers came in.
    """
    counted = medium.ask(
        f"select sum({hit}), count(*) from policy where {among} group by entry_code", day=AS_OF.isoformat()
    )
    booked = medium.books.figures["as_of"][kpi]["channel"]

    assert sorted((each["numerator"], each["denominator"]) for each in booked.values()) == sorted(
        (above, below) for above, below in counted
    )
