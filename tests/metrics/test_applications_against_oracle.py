"""
Figures of applications against counting one by one: every KPI, every group, months, two days, two zones, the rows.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.metrics import GROUP_KEYS, KPIS, evaluate_many
from dashboard.metrics.application_journey import application_limits, judged
from tests.metrics.application_crowd import Sum, crowd, first_minute, sums
from tests.metrics.asking import ALL_RECORDED, terms
from tests.metrics.reconciling import reconcile
from tests.rows import SHANGHAI, local, rows_of_fact

JOURNEY = [each for each in KPIS.values() if each.judge is judged]
DAYS = (date(2024, 6, 15), date(2024, 7, 31))
LEFT = {"application_minutes_median": 0.5, "application_minutes_p90": 0.1}


def facts_of(rows):
    return {"applications": rows_of_fact("applications", rows)}.__getitem__


def asked(rows, on, by=()):
    return evaluate_many(JOURNEY, facts_of(rows), on, recorded=ALL_RECORDED, by=list(by))


def figure(name, *rows, on):
    return asked(rows, on)[name].row(0, named=True)


def application(**known):
    return {"application_id": "1", "started_at": local("2024-05-01 10:00:00")} | known


@pytest.mark.parametrize("as_of", DAYS, ids=str)
@pytest.mark.parametrize("zone", [SHANGHAI, "America/Chicago"])
def test_every_figure_is_what_counting_one_by_one_gives(as_of, zone):
    """
    Overall, by month and by each group; what may still come makes it provisional.
    """
    rows = crowd(as_of.toordinal(), 900)
    for by in ((), ("month",), *((key,) for key in GROUP_KEYS["applications"])):
        counted = sums(rows, as_of, zone, by)
        for name, found in asked(rows, terms(as_of, zone=zone), by).items():
            assert found.height
            for row in found.iter_rows(named=True):
                key = tuple(row[each] for each in by)
                if name in LEFT:
                    cell = counted.get(("minutes", key), Sum())
                    assert row["value"] == pytest.approx(first_minute(cell, LEFT[name])), (name, key)
                    assert row["denominator"] == len(cell.ended) + len(cell.waiting)
                    continue
                cell = counted.get((name, key), Sum())
                assert (row["numerator"], row["denominator"]) == (cell.above, cell.below), (name, key)
                assert row["value"] == (cell.above / cell.below if cell.below else None)
                is_running = bool(by) and by[0] == "month" and row.get("month") == as_of.replace(day=1)
                assert row["provisional"] == (cell.pending > 0 or (is_running and as_of.day < 30)), (name, key)


@pytest.mark.parametrize("each", JOURNEY, ids=[each.id for each in JOURNEY])
def test_the_rows_behind_a_figure_sum_to_it(each):
    """
    By month and channel, all of them, the hits and the others.
    """
    rows = crowd(7, 400)

    assert reconcile(each, facts_of(rows), terms(DAYS[0]), by=["month", "channel"]) > 0


@pytest.mark.parametrize(("seconds", "is_quick"), [(179, 1), (180, 1), (181, 0)])
def test_three_minutes_are_quick_and_a_second_more_is_not(seconds, is_quick):
    """
    Both sides of the promise; one that was never sent is neither.
    """
    sent = application(submitted_at=local("2024-05-01 11:00:00"), active_seconds=seconds)
    given_up = application(outcome="abandoned", decided_at=local("2024-05-02"), active_seconds=seconds)
    found = figure("application_3min_rate", sent, given_up, on=terms(DAYS[0]))

    assert (found["numerator"], found["denominator"]) == (is_quick, 1)


@pytest.mark.parametrize(
    ("as_of", "decided", "told"),
    [
        (date(2024, 5, 30), "2024-05-30 23:59:59", (None, 0, True)),
        (date(2024, 5, 31), "2024-05-31 23:59:59", (1.0, 1, False)),
        (date(2024, 6, 2), "2024-06-01 00:00:00", (0.0, 1, False)),
    ],
    ids=["watched for 29 days", "issued on the 30th", "issued on the 31st"],
)
def test_an_application_is_watched_for_thirty_days(as_of, decided, told):
    """
    Before, it isn't counted yet, issued or not; after, what comes later comes too late.
    """
    issued = application(submitted_at=local("2024-05-02"), decided_at=local(decided), outcome="issued")
    found = figure("application_conversion_rate", issued, on=terms(as_of))

    assert (found["value"], found["denominator"], found["provisional"]) == told


def test_who_gave_up_is_in_no_time_and_who_is_still_filling_in_counts_so_far():
    """
    Abandoned is another outcome; an open one of five minutes keeps the P90 from being reached.
    """
    sent = [application(application_id=str(n), submitted_at=local("2024-05-01 11:00:00"), active_seconds=120 + n)
            for n in range(2)]  # fmt: skip
    given_up = application(outcome="abandoned", decided_at=local("2024-05-02"), active_seconds=9)
    filling_in = application(outcome="open", active_seconds=300)
    found = asked([*sent, given_up, filling_in], terms(DAYS[0]))

    assert found["application_minutes_median"].row(0, named=True)["value"] == pytest.approx(121 / 60)
    assert found["application_minutes_p90"].row(0, named=True)["value"] is None
    assert found["application_minutes_p90"].row(0, named=True)["denominator"] == 3


def test_what_an_application_came_to_is_not_known_before():
    """
    The day before it was sent neither its time nor its end is known.
    """
    sent = application(
        submitted_at=local("2024-05-03"), decided_at=local("2024-05-04"), active_seconds=100, outcome="issued"
    )
    before, after = (
        judged(facts_of([sent])("applications"), terms(date(2024, 5, day))).collect().row(0, named=True)
        for day in (2, 4)
    )

    assert (before["is_timed"], before["is_open"], before["is_applying"]) == (False, True, True)
    assert (after["is_timed"], after["is_open"], after["minutes"]) == (True, False, pytest.approx(100 / 60))


def test_without_columns_it_is_not_recorded():
    """
    No figure is guessed from what a source doesn't tell.
    """
    recorded = ALL_RECORDED | {"applications": frozenset({"application_id", "started_at", "outcome"})}
    found = evaluate_many(JOURNEY, facts_of([application(outcome="issued")]), terms(DAYS[0]), recorded=recorded)

    assert {name for name, rows in found.items() if rows["not_recorded"].all()} == {each.id for each in JOURNEY}


def test_the_limits_say_since_when_they_hold():
    """
    The first version holds for all applications before the second one.
    """
    first, *later = application_limits()

    assert (first.effective_from, first.quick_seconds, first.watched_days) == (None, 180, 30)
    assert all(each.effective_from is not None for each in later)
