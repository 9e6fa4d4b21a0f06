"""
Evaluation: groups, months, what isn't recorded, what can still change, and the rows behind a figure.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.errors import SettingsError
from dashboard.metrics import KPIS, Judged, evaluate, evaluate_many, figures_of
from dashboard.metrics.figures import FIGURE
from tests.metrics.asking import ALL_RECORDED, OF_COMPLAINTS, facts_of, figure, figures, terms
from tests.metrics.reconciling import reconcile
from tests.rows import local

AS_OF = date(2024, 6, 15)
DAY = timedelta(days=1)


def row(day, answered=None, **more):
    at = None if answered is None else local(str(day + answered * DAY))
    return {"received_at": local(str(day)), "decided_at": at, "informed_at": at, "grade": "complex", **more}


def spread(n):
    """
    Complaint `n` of 52, three days after the one before, with something of everything that can happen to one.
    """
    day = date(2024, 1, 5) + n * 3 * DAY
    at = [local(str(day + days * DAY)) for days in range(61)]
    return row(
        day,
        n % 40 if n % 5 else None,
        complaint_id=f"c{n}",
        branch_id="AB"[n % 2],
        cases=1 + n % 3,
        grade=("complex", "major", "simple")[n % 3],
        initial_grade=("complex", "major", "simple")[n % 3],
        investigation_started_at=at[n % 3],
        first_contact_resolved=(True, False, None)[n % 3],
        reopened_of_id=f"c{n - 4}" if n % 7 == 6 else None,
        mediation_offered_at=at[5] if n % 2 else None,
        mediation_accepted_at=at[6] if n % 4 == 1 else None,
        mediation_ended_at=at[20] if n % 4 == 1 else None,
        mediation_settled=n % 8 == 1,
        settlement_record_at=at[21] if n % 16 == 1 else None,
        review_requested_at=at[50] if n % 6 == 1 else None,
        review_decided_at=at[60] if n % 6 == 1 else None,
        overturned=n % 12 == 1,
    )


SPREAD = [spread(n) for n in range(52)]
# The ledger of each branch up to May; June's isn't closed yet.
LEDGER = [
    {"month": date(2024, month, 1), "branch_id": branch, "policies_in_force": 900, "premium_written": 70_000_000}
    for month in range(1, 6)
    for branch in "AB"
]


def without(*names):
    return ALL_RECORDED | {"complaints": ALL_RECORDED["complaints"] - set(names)}


def test_figures_have_one_shape_whatever_the_kpi():
    """
    Group columns first, then the same columns with the same types, recorded or not.
    """
    for by in ([], ["month"], ["branch_id"], ["month", "branch_id"]):
        for recorded in (ALL_RECORDED, without("grade", "branch_id", "decided_at", "informed_at", "closed_at")):
            for frame in figures(SPREAD, terms(AS_OF), by=by, recorded=recorded).values():
                assert [*by, *FIGURE] == frame.columns
                assert list(FIGURE.values()) == frame.dtypes[len(by) :]


def test_many_are_what_each_is_alone():
    """
    One pass for all gives what a pass for each gives.
    """
    for by in ([], ["month"], ["branch_id"], ["month", "grade"]):
        together = figures(SPREAD, terms(AS_OF), exposure=LEDGER, by=by)
        for name, kpi in OF_COMPLAINTS.items():
            alone = evaluate(kpi, facts_of(SPREAD, LEDGER), terms(AS_OF), recorded=ALL_RECORDED, by=by)
            # Probabilities are summed in whatever order the groups come, which moves the last digit.
            assert_frame_equal(alone, together[name], check_exact=False, rel_tol=1e-12, abs_tol=1e-12)


def test_a_choice_among_judged_rows_is_what_those_rows_alone_give():
    """
    By month too, where states of earlier days are kept for the next choice, and asked for over a longer period.
    """
    judged = Judged.of("complaints", facts_of(SPREAD, LEDGER), terms(AS_OF), ALL_RECORDED.__getitem__)
    for first, branch in ((date(2024, 3, 1), "A"), (date(2024, 3, 1), "B"), (date(2024, 1, 1), "A"), (None, "B")):
        its = [each for each in SPREAD if each["branch_id"] == branch]
        its_ledger = [each for each in LEDGER if each["branch_id"] == branch]
        chosen = {"complaints": judged.chosen([("branch_id", [branch])])}
        for by in (["month"], ["month", "category"], []):
            how = {"period_from": first, "by": by}
            found = figures_of(list(OF_COMPLAINTS.values()), chosen, **how)
            for name, expected in figures(its, terms(AS_OF), exposure=its_ledger, **how).items():
                # What others took is experience too, so that alone chances differ.
                if KPIS[name].unit != "expected":
                    assert_frame_equal(expected, found[name])


def test_a_choice_among_sums_is_what_a_choice_among_rows_is():
    """
    Where there are many rows, sums of them are chosen from; whichever way, the figures are the same.
    """
    rows = facts_of(SPREAD, LEDGER)
    few, many = (Judged.of("complaints", rows, terms(AS_OF), ALL_RECORDED.__getitem__, many=n) for n in (10**9, 0))
    for values in ([], [("branch_id", ["A"])], [("branch_id", ["B"]), ("channel", ["app", "phone"])]):
        for by in ([], ["month"], ["agent_id"], ["month", "category"]):
            for first in (None, date(2024, 3, 1)):
                found, expected = (
                    figures_of(
                        list(OF_COMPLAINTS.values()), {"complaints": each.chosen(values)}, period_from=first, by=by
                    )
                    for each in (many, few)
                )
                for name, figures_by_rows in expected.items():
                    assert_frame_equal(figures_by_rows, found[name], check_exact=False, rel_tol=1e-12)


def test_every_month_of_the_period_is_there():
    """
    Empty months too; months behind the day have no value rather than zero; states follow the month's end.
    """
    period = {"period_from": date(2023, 11, 15), "period_before": date(2024, 8, 10)}
    found = figures(SPREAD, terms(AS_OF), exposure=LEDGER, by=["month"], **period)
    months = pl.date_range(date(2023, 11, 1), date(2024, 8, 1), "1mo", eager=True).to_list()

    assert all(months == frame["month"].to_list() for frame in found.values())
    count, stock = found["complaints_received"]["value"].to_list(), found["complaints_open"]["value"].to_list()
    assert [0, 0, None, None] == [count[0], count[1], count[8], count[9]]
    assert [0, 0, None, None] == [stock[0], stock[1], stock[8], stock[9]]
    assert [None, None] == found["complaint_on_time_rate"]["value"].to_list()[:2]


def test_without_a_period_months_run_from_the_first_case_to_the_day():
    """
    And there are none without cases.
    """
    found = figures(SPREAD, terms(AS_OF), exposure=LEDGER, by=["month"])

    assert date(2024, 1, 1) == found["complaints_received"]["month"][0]
    assert date(2024, 3, 1) == found["overturn_rate"]["month"][0]
    assert {date(2024, 6, 1)} == {frame["month"][-1] for frame in found.values()}
    assert 0 == figures([], terms(AS_OF), "complaints_received", by=["month"])["complaints_received"].height


def test_a_group_without_cases_in_the_period_says_so():
    """
    Branch B complained in January only: zero in March, not missing.
    """
    rows = [row(date(2024, 1, 5), branch_id="B"), row(date(2024, 3, 5), branch_id="A"), row(date(2024, 3, 6))]
    march = {"period_from": date(2024, 3, 1), "period_before": date(2024, 4, 1)}
    found = figures(rows, terms(AS_OF), by=["branch_id"], **march)

    assert [("A", 1.0), ("B", 0.0), (None, 1.0)] == found["complaints_received"].select(
        "branch_id", "value"
    ).rows()
    assert [1.0, 1.0, 1.0] == found["complaints_open"]["value"].to_list()


HOUSE = {"major_started_1d_rate", "fast_track_48h_rate"}
STOPPING = {
    *("complaints_open", "complaints_overdue", "complaints_due_7d", "complaint_on_time_rate"),
    *("complaint_on_time_rate_closed", "complaint_days_median", "complaint_days_p90", "fast_track_48h_rate"),
    *("reopened_rate", "escalation_rate", "complaint_breaches_expected_7d"),
}


@pytest.mark.parametrize(
    ("missing", "rule", "names"),
    [
        (
            ("grade",),
            "CN-2020-3",
            {
                "complaints_overdue",
                "complaints_due_7d",
                "complaint_breaches_expected_7d",
                "complaint_on_time_rate",
                "complaint_on_time_rate_closed",
            }
            | HOUSE,
        ),
        (("grade",), "guide-30", HOUSE),
        (("decided_at", "informed_at"), "guide-30", set()),
        (("decided_at", "informed_at", "closed_at"), "guide-30", STOPPING),
        (("first_contact_resolved",), "guide-30", {"first_contact_resolution_rate"}),
        (("reopened_of_id",), "guide-30", {"reopened_rate"}),
        (("review_requested_at",), "guide-30", set()),
        (("review_requested_at", "escalated_at"), "guide-30", {"escalation_rate"}),
        (("review_decided_at",), "guide-30", {"overturn_rate"}),
        (("mediation_offered_at",), "guide-30", {"mediation_acceptance_rate"}),
        (("mediation_settled",), "guide-30", {"mediation_success_rate", "settlement_record_rate"}),
        (("settlement_record_at",), "guide-30", {"settlement_record_rate"}),
    ],
    # A set has no order of its own, and every process must call a test alike.
    ids=lambda value: "+".join(sorted(value)) or "none" if isinstance(value, (set, tuple)) else value,
)
def test_what_is_not_recorded_is_said_and_never_zero(missing, rule, names):
    """
    A figure whose columns the source doesn't have is not a figure.
    """
    found = figures(SPREAD, terms(AS_OF, rule), exposure=LEDGER, recorded=without(*missing))

    assert names == {name for name, frame in found.items() if frame["not_recorded"].any()}
    assert all(
        found[name].select("value", "numerator", "denominator").row(0) == (None, None, None) for name in names
    )


def test_a_split_by_what_is_not_recorded():
    """
    One row that says so, instead of one group called nothing.
    """
    found = figures(
        SPREAD, terms(AS_OF), "complaints_received", by=["month", "channel"], recorded=without("channel")
    )

    assert [(None, None, None, True)] == found["complaints_received"].select(
        "month", "channel", "value", "not_recorded"
    ).rows()


@pytest.mark.parametrize(("key", "hint"), [("brach_id", "branch_id"), ("customer_id", "write one of month")])
def test_an_unknown_split_is_refused(key, hint):
    """
    Personal columns aren't splits, and a misspelt one gets a suggestion.
    """
    with pytest.raises(SettingsError, match=hint):
        figures(SPREAD, terms(AS_OF), by=[key])


@pytest.mark.parametrize(
    ("before", "provisional"), [(date(2024, 6, 16), False), (date(2024, 6, 17), True), (None, False)]
)
@pytest.mark.parametrize(
    "name", ["complaints_received", "complaint_on_time_rate", "complaint_on_time_rate_closed"]
)
def test_a_period_that_isnt_over_is_provisional(before, provisional, name):
    """
    Up to the day asked for it is over; a day longer it isn't. "So far" is complete.
    """
    found = figure(SPREAD, terms(AS_OF), name, period_from=date(2024, 5, 1), period_before=before)

    assert provisional == found["provisional"]


def test_the_month_of_the_day_is_provisional_and_states_of_the_day_are_not():
    """
    By month, states included; as of the day, a state is what it is.
    """
    by_month = figures(SPREAD, terms(AS_OF), "complaints_received", "complaints_open", by=["month"])
    now = figure(SPREAD, terms(AS_OF), "complaints_open", period_before=date(2025, 1, 1))

    assert all([False, True] == frame["provisional"].to_list()[-2:] for frame in by_month.values())
    assert not now["provisional"]


@pytest.mark.parametrize(
    ("waiting", "provisional"), [(9, True), (10, False), (11, False)], ids=["9 days", "10 days", "11 days"]
)
def test_a_median_can_move_while_a_younger_case_is_open(waiting, provisional):
    """
    Three answered after 10 days; an open one moves the median only if it has waited less than that.
    """
    rows = [row(date(2024, 3, 1), 10)] * 3 + [row(AS_OF - waiting * DAY)]
    found = figure(rows, terms(AS_OF), "complaint_days_median")

    assert (10, provisional) == (found["value"], found["provisional"])


def test_a_median_nobody_can_reach_any_more_is_final():
    """
    Withdrawn cases never answer; open ones still might.
    """
    gone = [row(date(2024, 3, 1), withdrawn_at=local("2024-03-05"))]
    waiting = [row(date(2024, 3, 1))]

    assert (None, False) == tuple(
        figure(gone, terms(AS_OF), "complaint_days_median")[name] for name in ("value", "provisional")
    )
    assert (None, True) == tuple(
        figure(waiting, terms(AS_OF), "complaint_days_median")[name] for name in ("value", "provisional")
    )


@pytest.mark.parametrize("name", OF_COMPLAINTS)
@pytest.mark.parametrize("by", [[], ["branch_id"], ["month"], ["month", "branch_id"]], ids=str)
def test_the_rows_behind_a_figure_sum_to_it(name, by):
    """
    Denominator, numerator and misses, for every cell; states at a month's end as known on that day.
    """
    period = {"period_from": date(2024, 2, 1), "period_before": date(2024, 6, 16)}

    assert reconcile(KPIS[name], facts_of(SPREAD, LEDGER), terms(AS_OF), by=by, **period) > 0


def test_the_rows_handed_over_are_not_changed():
    """
    And no fact is asked for that no KPI needs.
    """
    asked = []
    rows = facts_of(SPREAD, LEDGER)
    before = rows("complaints").collect()

    def facts(name):
        asked.append(name)
        return rows(name)

    evaluate_many(list(OF_COMPLAINTS.values()), facts, terms(AS_OF), recorded=ALL_RECORDED)

    assert set(asked) == {"complaints", "exposure"}
    assert_frame_equal(before, rows("complaints").collect())
