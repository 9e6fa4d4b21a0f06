"""
What came of complaints, edge by edge: the last day of a window and the day after it, on either side.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.metrics.asking import figure, figures, terms
from tests.rows import local

DAY = timedelta(days=1)
RECEIVED = date(2024, 3, 1)
STOPPED = RECEIVED + 10 * DAY
LATE = date(2024, 12, 31)


def at(day):
    return local(str(day))


def received(**row):
    return {"complaint_id": "first", "received_at": at(RECEIVED), "grade": "simple", **row}


def answered(**row):
    return received(decided_at=at(STOPPED), informed_at=at(STOPPED), **row)


def another(day, **row):
    return {"complaint_id": "second", "received_at": at(day), **row}


def counts(rows, name, as_of=LATE, **how):
    found = figure(rows, terms(as_of), name, **how)
    return found["numerator"], found["denominator"]


@pytest.mark.parametrize(
    ("age", "expected", "provisional"),
    [(6, (0, 0), True), (7, (1, 1), False)],
    ids=["on the 6th day", "on the 7th"],
)
def test_first_contact_is_told_after_seven_days(age, expected, provisional):
    """
    Younger ones are pending, and the figure can still change.
    """
    rows = [received(decided_at=at(RECEIVED), informed_at=at(RECEIVED), first_contact_resolved=True)]
    found = figure(rows, terms(RECEIVED + age * DAY), "first_contact_resolution_rate")

    assert (found["numerator"], found["denominator"]) == expected
    assert found["provisional"] is provisional


@pytest.mark.parametrize(("after", "hits"), [(7, 0), (8, 1)])
@pytest.mark.parametrize("link", ["reopened_of_id", "merged_into_id"])
def test_a_repeat_within_seven_days_means_it_was_not_solved(after, hits, link):
    """
    Reopened, or merged into the first one; on the 8th day it is another matter.
    """
    again = another(RECEIVED + after * DAY, **{link: "first"}, withdrawn_at=at(RECEIVED + after * DAY))
    rows = [answered(first_contact_resolved=True), again]

    assert counts(rows, "first_contact_resolution_rate") == (hits, 1)


def test_a_repeat_that_is_not_known_yet_does_not_count():
    """
    Merged on the 20th day; as of the 19th the two are two complaints.
    """
    merged = another(RECEIVED + 2 * DAY, merged_into_id="first", closed_at=at(RECEIVED + 20 * DAY))
    rows = [answered(first_contact_resolved=True), merged]

    assert counts(rows, "first_contact_resolution_rate", RECEIVED + 19 * DAY) == (1, 2)
    assert counts(rows, "first_contact_resolution_rate", RECEIVED + 20 * DAY) == (0, 1)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (answered(first_contact_resolved=False), (0, 1)),
        (answered(first_contact_resolved=None), (0, 0)),
        (received(), (0, 1)),
        (received(withdrawn_at=at(RECEIVED)), (0, 0)),
        (answered(first_contact_resolved=True, reopened_of_id="an earlier one"), (0, 0)),
        (answered(first_contact_resolved=True, reopened_of_id=None, cases=4), (4, 4)),
        (answered(first_contact_resolved=True, merged_into_id="another"), (0, 0)),
        (answered(first_contact_resolved=True, outcome="invalid"), (0, 0)),
    ],
    ids=["no", "unknown", "open", "withdrawn", "a reopening itself", "four cases", "merged", "invalid"],
)
def test_whom_first_contact_is_about(row, expected):
    """
    First raised, not withdrawn; open ones weren't solved at once, unknown ones are left out.
    """
    assert counts([row], "first_contact_resolution_rate") == expected


def test_a_complaint_is_no_repeat_of_itself():
    """
    A row that names itself is a slip of the pen.
    """
    rows = [answered(first_contact_resolved=True, merged_into_id=None), another(LATE, reopened_of_id="second")]

    assert counts(rows, "first_contact_resolution_rate") == (1, 1)
    itself = answered(reopened_of_id="first")
    assert counts([itself], "reopened_rate") == (0, 1)


@pytest.mark.parametrize(("after", "hits"), [(90, 1), (91, 0)])
def test_t33_reopened_within_ninety_days_of_the_answer(after, hits):
    """
    The original keeps its answer; the reopening is a complaint of its own.
    """
    rows = [answered(), another(STOPPED + after * DAY, reopened_of_id="first")]

    assert counts(rows, "reopened_rate", period_before=date(2024, 4, 1)) == (hits, 1)


@pytest.mark.parametrize(
    ("age", "expected", "provisional"), [(89, (0, 0), True), (90, (0, 1), False)], ids=["89 days", "90 days"]
)
def test_reopening_is_told_after_ninety_days(age, expected, provisional):
    """
    An answer of yesterday hasn't been tried yet.
    """
    found = figure([answered()], terms(STOPPED + age * DAY), "reopened_rate")

    assert (found["numerator"], found["denominator"]) == expected
    assert found["provisional"] is provisional


def test_only_a_counted_complaint_reopens():
    """
    One that was invalid reopened nothing; one received later than the day asked for isn't known.
    """
    invalid = another(STOPPED + DAY, reopened_of_id="first", outcome="invalid", decided_at=at(STOPPED + DAY))
    assert counts([answered(), invalid], "reopened_rate") == (0, 1)
    assert counts([answered(), another(STOPPED + DAY, reopened_of_id="first", cases=7)], "reopened_rate") == (1, 1)


def test_what_reopened_may_lie_outside_the_choice():
    """
    Sales complaint, reopened as one about claims: the choice of sales ones still knows.
    """
    again = another(STOPPED + DAY, reopened_of_id="first", category="claims")
    rows = [answered(category="sales"), again]

    assert counts(rows, "reopened_rate", values=[("category", ["sales"])]) == (1, 1)


@pytest.mark.parametrize("event", ["review_requested_at", "escalated_at"])
@pytest.mark.parametrize(("after", "hits"), [(30, 1), (31, 0), (-3, 1)])
def test_taken_further_within_thirty_days_of_the_answer(event, after, hits):
    """
    To a review or outside; before the answer counts as well.
    """
    rows = [answered(**{event: at(STOPPED + after * DAY)})]

    assert counts(rows, "escalation_rate") == (hits, 1)


@pytest.mark.parametrize(
    ("age", "expected", "provisional"), [(29, (0, 0), True), (30, (0, 1), False)], ids=["29 days", "30 days"]
)
def test_escalation_is_told_when_its_window_has_ended(age, expected, provisional):
    """
    The complainant has thirty days.
    """
    found = figure([answered()], terms(STOPPED + age * DAY), "escalation_rate")

    assert (found["numerator"], found["denominator"], found["provisional"]) == (*expected, provisional)


def test_a_withdrawal_is_no_answer_that_could_be_taken_further_or_reopened():
    """
    Nor is an open complaint.
    """
    for row in (received(withdrawn_at=at(STOPPED)), received()):
        assert counts([row], "escalation_rate") == counts([row], "reopened_rate") == (0, 0)


@pytest.mark.parametrize(("overturned", "expected"), [(True, (1, 1)), (False, (0, 1)), (None, (0, 0))])
def test_overturned_among_decided_reviews(overturned, expected):
    """
    By the day the review was decided; before it, and without a result, there is nothing to tell.
    """
    decided = date(2024, 8, 1)
    rows = [answered(review_decided_at=at(decided), overturned=overturned)]
    august = {"period_from": decided, "period_before": decided + DAY}

    assert counts(rows, "overturn_rate", **august) == expected
    assert counts(rows, "overturn_rate", decided - DAY) == (0, 0)
    assert counts(rows, "overturn_rate", period_from=decided + DAY) == (0, 0)


@pytest.mark.parametrize(
    ("row", "expected", "provisional"),
    [
        (received(mediation_accepted_at=at(STOPPED)), (1, 1), False),
        (received(), (0, 0), True),
        (answered(), (0, 1), False),
        (received(withdrawn_at=at(STOPPED)), (0, 1), False),
    ],
    ids=["accepted", "awaited", "answered without", "withdrawn without"],
)
def test_an_offer_of_mediation_is_answered_or_awaited(row, expected, provisional):
    """
    Awaited offers are pending; one whose complaint has ended was not accepted.
    """
    offered = RECEIVED + 2 * DAY
    found = figure([row | {"mediation_offered_at": at(offered)}], terms(LATE), "mediation_acceptance_rate")

    assert (found["numerator"], found["denominator"], found["provisional"]) == (*expected, provisional)


@pytest.mark.parametrize(
    ("settled", "recorded", "success", "on_record"),
    [
        (True, STOPPED, (1, 1), (1, 1)),
        (True, None, (1, 1), (0, 1)),
        (True, LATE + DAY, (1, 1), (0, 1)),
        (False, None, (0, 1), (0, 0)),
    ],
    ids=["on record", "no record", "recorded after the day", "not settled"],
)
def test_mediations_that_ended(settled, recorded, success, on_record):
    """
    In a settlement or not, and whether a record of it is kept; by the day they ended.
    """
    row = received(
        mediation_ended_at=at(STOPPED),
        mediation_settled=settled,
        settlement_record_at=None if recorded is None else at(recorded),
    )
    its_day = {"period_from": STOPPED, "period_before": STOPPED + DAY}

    assert counts([row], "mediation_success_rate", **its_day) == success
    assert counts([row], "settlement_record_rate", **its_day) == on_record
    assert counts([row], "mediation_success_rate", STOPPED - DAY) == (0, 0)
    assert counts([row], "settlement_record_rate", period_from=STOPPED + DAY) == (0, 0)


@pytest.mark.parametrize(
    ("hours", "hits"), [(24, 1), (24 + 1 / 3600, 0), (None, 0)], ids=["24 h", "a second more", "never"]
)
def test_major_ones_start_within_a_day(hours, hits):
    """
    The limit is an instant; it counts once the day it lies in is over.
    """
    started = None if hours is None else at(RECEIVED) + timedelta(hours=hours)
    rows = [received(investigation_started_at=started) | {"grade": "major"}]

    assert counts(rows, "major_started_1d_rate", RECEIVED) == (0, 0)
    assert counts(rows, "major_started_1d_rate", RECEIVED + DAY) == (hits, 1)


@pytest.mark.parametrize(
    ("hours", "hits"), [(48, 1), (48 + 1 / 3600, 0), (None, 0)], ids=["48 h", "a second more", "never"]
)
def test_t27_simple_ones_close_within_48_hours(hours, hits):
    """
    Weekends included; complex and major ones aren't on the fast track.
    """
    end = None if hours is None else at(RECEIVED) + timedelta(hours=hours)
    rows = [received(decided_at=end, informed_at=end), received(grade="complex"), received(grade=None)]

    assert counts(rows, "fast_track_48h_rate", RECEIVED + DAY) == (0, 0)
    assert counts(rows, "fast_track_48h_rate", RECEIVED + 2 * DAY) == (hits, 1)


@pytest.mark.parametrize(("withdrawn", "expected"), [(2, (0, 0)), (3, (0, 1))])
def test_withdrawn_before_the_house_limit_leaves_its_cohort(withdrawn, expected):
    """
    On the day of the limit it leaves; a day later it was late already.
    """
    rows = [received(withdrawn_at=at(RECEIVED + withdrawn * DAY))]

    assert counts(rows, "fast_track_48h_rate") == expected


def test_months_are_those_of_each_figures_own_day():
    """
    Answered in March, reviewed in August, settled in May: three months of one complaint.
    """
    row = answered(
        review_decided_at=at(date(2024, 8, 31)),
        overturned=True,
        mediation_ended_at=at(date(2024, 5, 31)),
        mediation_settled=True,
    )
    found = figures([row], terms(LATE), by=["month"], period_from=RECEIVED, period_before=LATE + DAY)
    months = {
        name: found[name].filter(found[name]["denominator"] > 0)["month"].to_list()
        for name in ("reopened_rate", "overturn_rate", "mediation_success_rate")
    }

    assert months == {
        "reopened_rate": [date(2024, 3, 1)],
        "overturn_rate": [date(2024, 8, 1)],
        "mediation_success_rate": [date(2024, 5, 1)],
    }
