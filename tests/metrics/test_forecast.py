"""
Which open complaints will be late: the golden case, thin strata, what counts as experience, and past forecasts.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.metrics.complaints import judged
from dashboard.metrics.forecast import expected_breaches, with_breach_probability
from tests.deadlines.random_complaints import complaints
from tests.metrics import forecast_oracle as oracle
from tests.metrics.asking import terms
from tests.metrics.oracle import all_known, counted
from tests.rows import SHANGHAI, local, rows_of_fact

AS_OF = date(2024, 6, 30)
DAY = timedelta(days=1)
GUIDE = "guide-30"
ASKED = "asked"


def case(name, received_on, lasted=None, **row):
    """
    A complaint at noon, answered after so many days if at all.
    """
    at = local(str(received_on))
    stop = None if lasted is None else at + lasted * DAY
    return {"complaint_id": name, "received_at": at, "decided_at": stop, "informed_at": stop, **row}


def asked(age, **row):
    return case(ASKED, AS_OF - age * DAY, **row)


def told(rows, *, as_of=AS_OF, rule=GUIDE, at=AS_OF, **how):
    """
    The probability of the complaint asked about and how many cases it rests on.
    """
    known = judged(rows_of_fact("complaints", rows), terms(as_of, rule))
    found = with_breach_probability(known, as_of=at, **how).filter(pl.col("complaint_id") == ASKED).collect()
    return found.select("breach_probability", "experience").row(0)


def past(*lasted, **row):
    """
    Complaints of half a year ago, by how long they took.
    """
    day = AS_OF - 200 * DAY
    return [case(f"{number}{row}", day, days, **row) for number, days in enumerate(lasted)]


def test_the_golden_case():
    """
    Durations 1, 2, 2+, 3, 5+, all due on the third day: of 0.8 open after one day, 0.3 are open after three.
    """
    days, finished = (1, 2, 2, 3, 5), (1, 1, 0, 1, 0)
    rows = [
        case(f"c{n}", AS_OF - lasted * DAY, lasted if done else None)
        for n, (lasted, done) in enumerate(zip(days, finished, strict=True))
    ]
    known = judged(rows_of_fact("complaints", [*rows, asked(1)]), terms(AS_OF, GUIDE))
    due_on_the_third = known.with_columns(due_on=pl.col("received_on") + 3 * DAY)
    for levels in (((),), ((), ("grade",))):
        found = with_breach_probability(due_on_the_third, as_of=AS_OF, levels=levels)
        row = found.filter(pl.col("complaint_id") == ASKED).collect().row(0, named=True)
        assert (pytest.approx(0.375), 4) == (row["breach_probability"], row["experience"])


def test_what_is_overdue_is_late_for_certain_and_what_has_stopped_is_not_asked():
    """
    One day before its due day is over nothing is certain, except where no case before it was ever stopped then.
    """
    rows = [*past(10, 40), case("late", AS_OF - 31 * DAY), case("last day", AS_OF - 30 * DAY), asked(29)]
    known = judged(rows_of_fact("complaints", rows), terms(AS_OF, GUIDE))
    found = with_breach_probability(known, as_of=AS_OF).collect()
    by_name = dict(found.select("complaint_id", "breach_probability").iter_rows())

    assert (1.0, 1.0, 1.0) == (by_name["late"], by_name["last day"], by_name[ASKED])
    assert [None, None] == [by_name[each["complaint_id"]] for each in past(10, 40)]
    assert 0 == found.filter(complaint_id=ASKED)["experience"].null_count()
    assert [None] * 4 == found.filter(pl.col("complaint_id") != ASKED)["experience"].to_list()


@pytest.mark.parametrize(
    ("received", "expected"),
    [(364, (1.0, 1)), (365, (None, 0))],
    ids=["within a year", "a day longer ago"],
)
def test_experience_is_a_year_old_at_most(received, expected):
    """
    What came in 365 days ago is forgotten; with nothing to go by there is no probability.
    """
    assert expected == told([case("old", AS_OF - received * DAY, 40), asked(20)])


@pytest.mark.parametrize(("lasted", "expected"), [(20, (None, 0)), (21, (0.0, 1)), (30, (0.0, 1)), (31, (1.0, 1))])
def test_only_cases_that_came_nearer_tell_anything(lasted, expected):
    """
    One that stopped ten days before its due day says nothing of the ninth; on the due day is in time.
    """
    assert expected == told([*past(lasted), asked(20)])


@pytest.mark.parametrize("stop", [{"withdrawn_at": local("2024-01-01")}, {"closed_at": local("2024-01-01")}])
def test_any_stop_ends_a_case(stop):
    """
    Withdrawn counts like answered: the probability is that of still being open.
    """
    rows = [case("stopped", date(2023, 12, 7), None, **stop), asked(20)]

    assert (0.0, 1) == told(rows)


@pytest.mark.parametrize("row", [{"outcome": "invalid"}, {"merged_into_id": "x"}])
def test_what_is_not_counted_is_no_experience(row):
    """
    Merged and invalid complaints are nowhere.
    """
    assert (None, 0) == told([*past(40, **row), asked(20)])


@pytest.mark.parametrize(
    ("extended", "expected"),
    [(False, (0.5, 2)), (True, (pytest.approx(1 / 3), 1))],
    ids=["due in 2 days", "in 32"],
)
def test_an_extension_moves_a_case_on_the_axis(extended, expected):
    """
    Three of 30 days took 29, 40 and, extended to 60, 45. Two days before: one of the first two stopped; the third
    was 32 days away then. From there: the third alone, then one of all three, then one of the first two.
    """
    longer = {
        "extension_days": 30,
        "extension_approver": "head_office",
        "extension_approved_at": local("2024-01-02"),
        "extension_told_at": local("2024-01-03"),
    }
    later = longer | {"extension_approved_at": local("2024-06-20"), "extension_told_at": local("2024-06-21")}
    rows = [
        *past(29, 40, grade="complex"),
        case("extended", AS_OF - 200 * DAY, 45, grade="complex", **longer),
        asked(28, grade="complex", **(later if extended else {})),
    ]

    assert expected == told(rows, rule="CN-2020-3", levels=((),))


def test_a_thin_stratum_leans_on_the_one_above():
    """
    By hand: 60 cases, half of them late; 20 of the same grade, all late; 5 of the category, none late.
    """
    rows = [
        *past(*[40] * 15, *[25] * 20),
        *past(*[40] * 20, grade="major"),
        *past(*[25] * 5, grade="major", category="sales"),
        asked(20, grade="major", category="sales", branch_id="B01"),
    ]
    everything = 35 / 60
    grade = (25 * 20 / 25 + 20 * everything) / 45
    category = (5 * 0 + 20 * grade) / 25

    assert (pytest.approx(category), 0) == told(rows)
    assert (pytest.approx(grade), 25) == told(rows, levels=((), ("grade",)))
    assert (pytest.approx(everything), 60) == told(rows, levels=((),))


def test_unknown_is_a_stratum_like_any_other():
    """
    A complaint without a grade is compared with others without one.
    """
    rows = [*past(*[25] * 20, grade="simple"), *past(*[40] * 20), asked(20)]

    assert (pytest.approx((20 * 1.0 + 20 * 0.5) / 40), 20) == told(rows, levels=((), ("grade",)))


def test_a_row_that_stands_for_several_cases_counts_as_many():
    """
    Nine late and one in time, in two rows.
    """
    rows = [*past(40, cases=9), *past(25, cases=1), asked(20)]

    assert (pytest.approx(0.9), 10) == told(rows, levels=((),))


def test_standing_at_the_end_of_yesterday_today_has_not_stopped_anything():
    """
    Rows known today and judged from yesterday's end: what stopped today was open then, received today is new.
    """
    yesterday = AS_OF - DAY
    rows = [*past(25), case("today", AS_OF - 30 * DAY, 30), asked(0)]
    due_today = {**asked(30), "complaint_id": ASKED}

    # Of two cases one was answered on day 25; the other was open on day 29, when the experience ends.
    assert (pytest.approx(0.5), 2) == told(rows, at=yesterday)
    assert (None, 0) == told([*past(25), due_today], at=yesterday)
    assert (0.0, 1) == told([*past(30), due_today], at=yesterday)
    assert (1.0, 1) == told([*past(31), due_today], at=yesterday)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(complaints(first=datetime(2023, 12, 1, tzinfo=UTC), days=100), min_size=5, max_size=40),
    picks=st.lists(
        st.tuples(
            st.sampled_from(["sales", "claims", None]),
            st.sampled_from(["B01", "B02", None]),
            st.sampled_from([None, 1, 30]),
        ),
        min_size=40,
        max_size=40,
    ),
    as_of=st.integers(0, 120).map(lambda days: date(2024, 1, 1) + days * DAY),
    zone=st.sampled_from([SHANGHAI, "America/Chicago"]),
)
def test_every_probability_is_what_counting_by_hand_gives(rows, picks, as_of, zone):
    """
    Under the Chinese rule, with all strata, weights and nulls, on any day.
    """
    rows = [
        row | {"complaint_id": str(number), "category": category, "branch_id": branch, "cases": cases}
        for number, (row, (category, branch, cases)) in enumerate(zip(rows, picks, strict=False))
    ]
    found = with_breach_probability(
        judged(rows_of_fact("complaints", rows), terms(as_of, zone=zone)), as_of=as_of
    ).collect()
    said = {row[0]: row[1:] for row in found.select("complaint_id", "breach_probability", "experience").rows()}
    cases = counted(all_known(rows, as_of, zone))

    for one in cases:
        probability, experience = said.pop(one.row["complaint_id"])
        if one.verdict.stopped_on is not None:
            assert (None, None) == (probability, experience)
        elif one.verdict.due_legal_on <= as_of:
            assert (1.0, None) == (probability, experience)
        else:
            expected, older = oracle.probability(one, cases, as_of)
            assert (None if expected is None else pytest.approx(float(expected))) == probability
            assert older == experience
    assert all(probability is None for probability, _ in said.values())


def test_expected_breaches_sum_what_is_known():
    """
    Weighted by cases; those without a probability are left out, and if there are no others nothing is said.
    """

    def expected(*rows):
        schema = {"breach_probability": pl.Float64, "cases": pl.Int64}
        return expected_breaches(pl.DataFrame(rows, schema=schema, orient="row"))

    assert (pytest.approx(1.1), 0, 3) == expected((0.3, 2), (0.5, 1), (None, 7))
    assert (0.0, 0, 0) == expected()
    assert (None, None, None) == expected((None, 1))
    assert (4.0, 4, 4) == expected((1.0, 4))
