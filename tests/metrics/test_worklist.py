"""
What must be worked on today: bands and their edges, time left, stages, reasons, the order, and the calendar.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.access import OPERATOR
from dashboard.deadlines import working_days
from dashboard.metrics.complaints import judged
from dashboard.metrics.urgency import BANDS, band_counts, in_band
from dashboard.metrics.worklist import REASONS, due_by_day, waiting, worklist
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.insurer import AS_OF as INSURER_AS_OF
from tests.metrics.asking import ALL_RECORDED, terms
from tests.rows import SHANGHAI, local, rows_of_fact

TODAY = date(2024, 6, 28)
NOON = local("2024-06-28 12:00")
DAY = timedelta(days=1)
GUIDE = "guide-30"
RECORDED = ALL_RECORDED["complaints"]


def listed(*rows, now=NOON, rule=GUIDE, zone=SHANGHAI, recorded=RECORDED, today=TODAY):
    known = waiting(rows_of_fact("complaints", rows), terms(today, rule, zone))
    return worklist(known, today=today, now=now, zone=zone, recorded=recorded)


def due(days_left, name="c", **row):
    """
    An open complaint under the guide's rule, acknowledged and graded, due so many days from today.
    """
    at = local(str(TODAY + (days_left - 30) * DAY))
    return {"complaint_id": name, "received_at": at, "acknowledged_at": at, "grade": "simple", **row}


def one(*rows, **how):
    found = listed(*rows, **how).collect()
    assert found.height == 1
    return found.row(0, named=True)


def answered(name, lasted, **row):
    at = local("2024-01-10")
    stop = at + lasted * DAY
    return {"complaint_id": name, "received_at": at, "decided_at": stop, "informed_at": stop, **row}


@pytest.mark.parametrize(
    ("days_left", "band", "also"),
    [
        (-1, "overdue", []),
        (0, "today", ["within_3d", "within_7d", "within_14d"]),
        (1, "within_3d", ["within_7d", "within_14d"]),
        (2, "within_3d", ["within_7d", "within_14d"]),
        (3, "within_7d", ["within_14d"]),
        (6, "within_7d", ["within_14d"]),
        (7, "within_14d", []),
        (13, "within_14d", []),
        (14, "later", []),
    ],
)
def test_bands(days_left, band, also):
    """
    Due today is not overdue; "within 3 days" are today and the two after it; a tile counts all it filters.
    """
    rows = listed(due(days_left, cases=3))
    row = rows.collect().row(0, named=True)
    counts = dict(band_counts(rows).iter_rows())

    assert (days_left, band, days_left < 0) == (row["days_left"], row["band"], row["is_overdue"])
    assert {name: 3 if name in (band, *also) else 0 for name in BANDS} == counts
    for name in BANDS:
        assert counts[name] == rows.filter(in_band(name)).select("cases").sum().collect().item()


def test_no_such_band():
    """
    The bands there are come with the error.
    """
    with pytest.raises(ValueError, match='no band is called "soon"; write one of overdue, today'):
        in_band("soon")


def test_an_empty_list_has_every_band():
    """
    Nothing open: all bands with nothing in them, and no row.
    """
    rows = listed(answered("a", 10))

    assert dict.fromkeys(BANDS, 0) == dict(band_counts(rows).iter_rows())
    assert 0 == rows.collect().height


@pytest.mark.parametrize(
    "stop",
    [
        {"decided_at": NOON},
        {"withdrawn_at": NOON},
        {"merged_into_id": "x"},
        {"outcome": "invalid"},
    ],
)
def test_only_open_complaints_are_listed(stop):
    """
    What was answered this morning isn't work any more.
    """
    assert 0 == listed(due(0) | stop).collect().height


@pytest.mark.parametrize(
    ("days_left", "hours"), [(0, 12.0), (1, 36.0), (-1, -12.0)], ids=["today", "tomorrow", "yesterday"]
)
def test_hours_are_left_until_midnight(days_left, hours):
    """
    The due day counts in full.
    """
    assert hours == one(due(days_left))["hours_left"]


def test_hours_left_know_summer_time():
    """
    In London clocks went back on 27 October 2024: that day had 25 hours.
    """
    now = local("2024-10-27 00:00", "Europe/London")
    row = {"complaint_id": "c", "received_at": now - 30 * DAY}

    assert 25.0 == one(row, now=now, zone="Europe/London", today=date(2024, 10, 27))["hours_left"]


@pytest.mark.parametrize(
    ("now", "share", "ladder"),
    [
        (local("2024-05-31 12:00"), 0.0, 0),
        (local("2024-06-01 00:00"), 0.0, 0),
        (local("2024-06-23 11:59"), None, 0),
        (local("2024-06-23 12:00"), 0.75, 75),
        (local("2024-06-27 23:59"), None, 75),
        (local("2024-06-28 00:00"), 0.9, 90),
        (local("2024-06-30 23:59"), None, 90),
        (local("2024-07-01 00:00"), 1.0, 100),
        (local("2024-07-16 00:00"), 1.5, 100),
    ],
)
def test_the_share_of_the_limit_that_is_used(now, share, ladder):
    """
    Of 30 days, from the end of the day of receipt to the end of the due day.
    """
    today = (now + timedelta(hours=8)).date()
    row = one({"complaint_id": "c", "received_at": local("2024-05-31 09:00")}, now=now, today=today)

    assert ladder == row["ladder"]
    assert share is None or row["share_used"] == pytest.approx(share)


def test_the_ladder_is_climbed_to_the_strict_day_while_the_legal_one_is_ahead():
    """
    15 days from 14 June 2024 end on a Saturday; the law waits until Monday, those in charge don't.
    """
    now = local("2024-06-30 12:00")
    graded = {"grade": "simple", "acknowledged_at": local("2024-06-14")}
    row = one(
        {"complaint_id": "c", "received_at": local("2024-06-14"), **graded},
        now=now,
        today=date(2024, 6, 30),
        rule="CN-2020-3",
    )

    assert (date(2024, 6, 29), date(2024, 7, 1)) == (row["due_strict_on"], row["due_legal_on"])
    assert (1, 36.0, 100, False) == tuple(
        row[name] for name in ("days_left", "hours_left", "ladder", "is_overdue")
    )
    assert ["ladder_100"] == row["why"]


@pytest.mark.parametrize(
    ("happened", "stage"),
    [
        ({"acknowledged_at": None}, "received"),
        ({}, "acknowledged"),
        ({"investigation_started_at": local("2024-06-20")}, "investigating"),
        (
            {"acknowledged_at": local("2024-06-21"), "investigation_started_at": local("2024-06-20")},
            "acknowledged",
        ),
        (
            {"acknowledged_at": local("2024-06-20"), "investigation_started_at": local("2024-06-20")},
            "investigating",
        ),
        ({"mediation_offered_at": local("2024-06-20")}, "mediation_offered"),
        (
            {"mediation_offered_at": local("2024-06-20"), "mediation_accepted_at": local("2024-06-21")},
            "in_mediation",
        ),
        ({"mediation_ended_at": local("2024-06-22")}, "mediation_ended"),
    ],
)
def test_the_stage_is_what_happened_last(happened, stage):
    """
    Of two things at one moment, the one further on.
    """
    assert stage == one(due(5) | happened)["stage"]


CHINESE = {"complaint_id": "c", "received_at": local("2024-06-20"), "acknowledged_at": local("2024-06-20")}


def why(row, **how):
    return one(CHINESE | {"grade": "complex"} | row, rule="CN-2020-3", **how)["why"]


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        ({}, []),
        ({"acknowledged_at": None}, ["not_acknowledged"]),
        ({"acknowledged_at": None, "received_at": NOON - DAY}, []),
        ({"acknowledged_at": None, "received_at": NOON - DAY - timedelta(seconds=1)}, ["not_acknowledged"]),
        ({"grade": "major"}, ["major_not_started"]),
        ({"grade": "major", "investigation_started_at": NOON}, []),
        ({"grade": None, "received_at": NOON}, ["grade_missing"]),
        ({"paused_days": 3, "pause_told": False}, ["pause_untold"]),
        ({"paused_days": 3, "pause_told": True}, []),
    ],
)
def test_why_a_complaint_needs_somebody(row, reasons):
    """
    Each reason, and the complaint beside it that doesn't have it.
    """
    assert reasons == why(row)


@pytest.mark.parametrize(
    ("extension", "reasons"),
    [
        ({"extension_approver": "superior", "extension_told_at": NOON}, []),
        ({"extension_approver": "superior"}, ["extension_void", "extension_untold"]),
        ({"extension_approver": "branch", "extension_told_at": NOON}, ["extension_void"]),
    ],
    ids=["valid", "not told yet", "by the wrong office"],
)
def test_an_extension_that_does_not_count_is_a_reason(extension, reasons):
    """
    Not told yet can still be mended, so it is said.
    """
    assert reasons == why({"extension_days": 10, "extension_approved_at": NOON} | extension)


@pytest.mark.parametrize(
    ("days_left", "reasons"),
    [(-1, ["overdue"]), (0, ["due_today", "ladder_90"]), (3, ["ladder_75"]), (7, ["ladder_75"]), (8, [])],
)
def test_time_is_a_reason(days_left, reasons):
    """
    An overdue complaint has used up everything; that needn't be said twice.
    """
    assert reasons == one(due(days_left, grade="simple"))["why"]


def test_a_holiday_not_yet_announced_is_a_reason():
    """
    The calendar of 2027 isn't published (T40).
    """
    row = CHINESE | {
        "received_at": local("2026-12-20"),
        "acknowledged_at": local("2026-12-20"),
        "grade": "complex",
    }

    assert ["calendar_incomplete"] == (
        one(row, rule="CN-2020-3", today=date(2026, 12, 21), now=local("2026-12-21"))["why"]
    )


@pytest.mark.parametrize(
    ("column", "row"),
    [
        ("acknowledged_at", {"acknowledged_at": None}),
        ("investigation_started_at", {"grade": "major"}),
        ("grade", {"grade": None, "received_at": NOON}),
        ("pause_told", {"paused_days": 3}),
    ],
)
def test_what_is_not_recorded_is_held_against_nobody(column, row):
    """
    A source without the column would otherwise accuse every complaint.
    """
    assert why(row)
    assert [] == why(row, recorded=RECORDED - {column})


@pytest.mark.parametrize(
    ("late", "reasons"), [(1, []), (2, ["high_probability"])], ids=["one of three", "two of four"]
)
def test_what_is_as_likely_late_as_not_is_said(late, reasons):
    """
    One half is enough; others of the same age took 40 days, or 20.
    """
    rows = [*(answered(f"l{n}", 40) for n in range(late)), *(answered(f"f{n}", 20) for n in range(2))]
    row = one(*rows, due(20))

    assert (pytest.approx(late / (late + 2)), reasons) == (row["breach_probability"], row["why"])


def test_probabilities_look_from_the_end_of_yesterday():
    """
    Due today isn't late for certain: of those that lasted 29 days, one was answered on the 30th.
    """
    row = one(answered("a", 30), answered("b", 31), due(0, grade=None))

    assert (0.5, 2, 1.0) == (row["breach_probability"], row["experience"], row["risk"])
    assert 1.0 == one(answered("a", 30), due(-1))["breach_probability"]


@pytest.mark.parametrize(
    ("grade", "severity"), [("major", 3), ("complex", 2), ("ordinary", 1), ("simple", 1), (None, 2), ("odd", 2)]
)
def test_graver_complaints_weigh_more(grade, severity):
    """
    Risk is probability times severity; what isn't graded weighs like the middle.
    """
    row = one(*(answered(f"l{n}", 40) for n in range(3)), due(10, grade=grade))

    assert (severity, float(severity)) == (row["severity"], row["risk"])


def test_the_order_of_work():
    """
    Overdue first, the longest first; then by risk, then by the time left; without experience last.
    """
    late = [answered(f"l{n}", 40, grade="simple") for n in range(3)]
    rows = [
        due(9, "sooner"),
        due(10, "later"),
        due(12, "grave", grade="major"),
        due(-1, "late", grade="major"),
        due(-20, "longest"),
        due(-9, "between", grade="simple"),
    ]
    found = listed(*late, *rows).collect()
    # One of the two has outlasted all others, so nothing is known of it.
    alone = listed(due(9, "oldest"), due(10, "younger")).collect()

    assert ["longest", "between", "late", "grave", "sooner", "later"] == found["complaint_id"].to_list()
    assert ["younger", "oldest"] == alone["complaint_id"].to_list()
    assert [False, True] == alone["risk"].is_null().to_list()


def test_the_calendar_of_what_falls_due():
    """
    Every day has its row; expected are the probabilities; a holiday has its name.
    """
    late = [answered("l", 40), answered("f", 20)]
    days = working_days("CN", date(2024, 6, 8), date(2024, 6, 12))
    rows = [due(3, "a", cases=3), due(3, "b"), due(5, "c")]
    first = TODAY + 2 * DAY
    found = due_by_day(listed(*late, *rows), days, due_from=first, due_before=first + 4 * DAY)

    assert [(first + n * DAY) for n in range(4)] == found["day"].to_list()
    assert [0, 4, 0, 1] == found["cases"].to_list()
    assert [0.0, 4.0, 0.0, 1.0] == pytest.approx(found["expected"].to_list())
    assert [None] * 4 == found["is_working"].to_list()
    festival = due_by_day(listed(*rows), days, due_from=date(2024, 6, 9), due_before=date(2024, 6, 12))
    assert [(False, "Dragon Boat Festival"), (True, None)] == festival.select("is_working", "name").rows()[1:]


def test_days_whose_cases_have_no_probability_expect_nothing_to_be_known():
    """
    Null, not zero.
    """
    found = due_by_day(
        listed(due(3)), working_days("CN", TODAY, TODAY), due_from=TODAY + 3 * DAY, due_before=TODAY + 4 * DAY
    )

    assert [(1, None)] == found.select("cases", "expected").rows()


def test_the_list_is_the_open_complaints_of_the_insurer(insurer):
    """
    As many as its books say, every one with a known reason code and a band, each once.
    """
    rows = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR).rows("complaints")
    known = judged(rows, terms(INSURER_AS_OF)).collect()
    now = datetime(2026, 6, 30, 4, tzinfo=UTC)
    open_now = waiting(rows, terms(INSURER_AS_OF))
    found = worklist(open_now, today=INSURER_AS_OF, now=now, zone=SHANGHAI, recorded=RECORDED).collect()

    assert set(known.filter("is_open")["complaint_id"]) == set(found["complaint_id"])
    assert found["complaint_id"].n_unique() == found.height > 0
    assert set(found["why"].explode().drop_nulls()) <= set(REASONS)
    assert 0 == found["band"].null_count()
    assert found["is_overdue"].to_list() == sorted(found["is_overdue"], reverse=True)
