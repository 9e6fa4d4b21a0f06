"""
Complaints against policies and premium: which days count, against whose exposure, and when it can't be told.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboard.access import Role, Viewer, narrow
from dashboard.metrics import KPIS, Status, evaluate, status
from tests.metrics.asking import ALL_RECORDED, facts_of, figure, figures, terms
from tests.rows import local

DAY = timedelta(days=1)
AS_OF = date(2024, 6, 30)
POLICIES, PREMIUM = "complaints_per_10k_policies", "complaints_per_100m_premium"


def month(number, branch="A", line="motor", policies=36_500, premium=300_000_000, year=2024):
    return {
        "month": date(year, number, 1),
        "branch_id": branch,
        "product_line": line,
        "policies_in_force": policies,
        "premium_written": premium,
    }


def received(day, branch="A", line="motor", **row):
    return {"received_at": local(str(day)), "branch_id": branch, "product_line": line, **row}


def test_t52_complaints_over_policy_years_times_ten_thousand():
    """
    Three in June, 36,500 policies on each of its 30 days: 3,000 policy-years, ten a year per 10,000.
    """
    invalid = received(date(2024, 6, 9), outcome="invalid", closed_at=local("2024-06-09"))
    rows = [received(date(2024, 6, 1)), received(date(2024, 6, 30), cases=2), invalid]
    found = figure(rows, terms(AS_OF), POLICIES, exposure=[month(6)])

    assert (found["numerator"], found["cases"], found["denominator"]) == (3, 3, None)
    assert found["exposure"] == pytest.approx(3_000)
    assert found["value"] == pytest.approx(10)


def test_t63_the_interval_is_poissons():
    """
    Three complaints are as good as 0.62 to 8.77.
    """
    rows = [received(date(2024, 6, 1), cases=3)]
    found = figure(rows, terms(AS_OF), POLICIES, exposure=[month(6)])

    assert (found["lower"], found["upper"]) == (
        pytest.approx(0.6187 * 10_000 / 3_000, rel=1e-3),
        pytest.approx(8.7673 * 10_000 / 3_000, rel=1e-3),
    )
    none = figure([], terms(AS_OF), POLICIES, exposure=[month(6)])
    assert (none["value"], none["lower"]) == (0, 0)
    assert none["upper"] == pytest.approx(3.6889 * 10_000 / 3_000, rel=1e-3)


def test_premium_is_not_annualised():
    """
    Three in a month of 300 million: one per 100 million; half the month, half the premium.
    """
    rows = [received(date(2024, 6, 1), cases=3)]
    whole = figure(rows, terms(AS_OF), PREMIUM, exposure=[month(6)])
    half = figure(rows, terms(AS_OF), PREMIUM, exposure=[month(6)], period_before=date(2024, 6, 16))

    assert (whole["value"], whole["exposure"]) == (pytest.approx(1), pytest.approx(300_000_000))
    assert (half["value"], half["exposure"]) == (pytest.approx(2), pytest.approx(150_000_000))


@pytest.mark.parametrize(
    ("as_of", "numerator", "years", "provisional"),
    [(date(2024, 6, 29), 1, 3_100, True), (date(2024, 6, 30), 3, 6_100, False)],
    ids=["June isn't over", "June is over"],
)
def test_a_month_counts_when_it_has_ended(as_of, numerator, years, provisional):
    """
    Neither its complaints nor its policies do before; complaints in the open month make the figure provisional.
    """
    rows = [received(date(2024, 5, 31)), received(date(2024, 6, 1), cases=2)]
    found = figure(rows, terms(as_of), POLICIES, exposure=[month(5), month(6)])

    assert (found["numerator"], found["provisional"]) == (numerator, provisional)
    assert found["exposure"] == pytest.approx(years)


def test_months_without_a_ledger_count_in_neither():
    """
    April has none: its complaints aren't measured against March's and May's policies.
    """
    rows = [received(date(2024, 3, 31)), received(date(2024, 4, 15)), received(date(2024, 5, 1))]
    spring = {"period_from": date(2024, 3, 1), "period_before": date(2024, 6, 1)}
    ledger = [month(3), month(5)]
    found = figure(rows, terms(AS_OF), POLICIES, exposure=ledger, **spring)
    by_month = figures(rows, terms(AS_OF), POLICIES, exposure=ledger, by=["month"], **spring)[POLICIES]

    assert (found["numerator"], found["exposure"], found["provisional"]) == (2, pytest.approx(6_200), False)
    assert by_month["numerator"].to_list() == [1, 0, 1]
    assert by_month["exposure"].to_list() == [pytest.approx(3_100), None, pytest.approx(3_100)]
    assert by_month["value"].to_list()[1] is None


def test_a_period_takes_its_own_days_of_a_month():
    """
    From the 11th up to the 20th: ten days of policies, and complaints of those days alone.
    """
    rows = [received(date(2024, 6, day)) for day in (10, 11, 20, 21)]
    ten_days = {"period_from": date(2024, 6, 11), "period_before": date(2024, 6, 21)}
    found = figure(rows, terms(AS_OF), POLICIES, exposure=[month(6)], **ten_days)

    assert (found["numerator"], found["exposure"]) == (2, pytest.approx(1_000))


def test_each_branch_is_measured_against_its_own_and_each_category_against_all():
    """
    What the ledger is split by splits it; what only a complaint has doesn't.
    """
    ledger = [month(6, "A"), month(6, "B", policies=73_000)]
    rows = [received(date(2024, 6, 1), "A", category="sales"), received(date(2024, 6, 1), "B", category="claims")]

    def exposures(key):
        found = figures(rows, terms(AS_OF), POLICIES, exposure=ledger, by=[key])[POLICIES]
        return {group: pytest.approx(value) for group, value in found.select(key, "exposure").rows()}

    assert exposures("branch_id") == {"A": 3_000, "B": 6_000}
    assert exposures("category") == {"sales": 9_000, "claims": 9_000}


def test_a_choice_of_a_branch_is_measured_against_it_and_one_of_a_channel_against_all():
    """
    Like the splits.
    """
    ledger = [month(6, "A"), month(6, "B", policies=73_000)]
    rows = [received(date(2024, 6, 1), "A", channel="app"), received(date(2024, 6, 1), "B", channel="phone")]

    def chosen(*values):
        found = figure(rows, terms(AS_OF), POLICIES, exposure=ledger, values=values)
        return found["numerator"], found["exposure"]

    assert chosen(("branch_id", ["B"])) == (1, pytest.approx(6_000))
    assert chosen(("channel", ["app"])) == (1, pytest.approx(9_000))
    assert chosen(("branch_id", ["none such"])) == (0, None)


@pytest.mark.parametrize("key", ["team_id", "agent_id"])
def test_teams_have_no_exposure_of_their_own(key):
    """
    Neither as a split nor as a choice: not recorded, rather than measured against the whole branch.
    """
    rows = [received(date(2024, 6, 1), **{key: "x"})]
    split = figures(rows, terms(AS_OF), POLICIES, exposure=[month(6)], by=[key])[POLICIES]
    chosen = figure(rows, terms(AS_OF), POLICIES, exposure=[month(6)], values=[(key, ["x"])])

    assert split["not_recorded"].to_list() == [True]
    assert (chosen["not_recorded"], chosen["value"], chosen["exposure"]) == (True, None, None)


@pytest.mark.parametrize(
    ("lacking", "name", "by", "not_recorded"),
    [
        ("policies_in_force", POLICIES, [], True),
        ("policies_in_force", PREMIUM, [], False),
        ("branch_id", POLICIES, [], False),
        ("branch_id", POLICIES, ["branch_id"], True),
    ],
)
def test_what_the_ledger_lacks_cannot_be_told(lacking, name, by, not_recorded):
    """
    A ledger without branches says nothing of one branch.
    """
    recorded = ALL_RECORDED | {"exposure": ALL_RECORDED["exposure"] - {lacking}}
    found = figures(
        [received(date(2024, 6, 1))], terms(AS_OF), name, exposure=[month(6)], recorded=recorded, by=by
    )

    assert found[name]["not_recorded"].to_list() == [not_recorded]


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (Viewer("m", Role.BRANCH_MANAGER, frozenset({"A"})), (1, 3_000)),
        (Viewer("t", Role.TEAM_LEAD, frozenset({"x"})), None),
        (Viewer("e", Role.EXECUTIVE), (2, 9_000)),
    ],
    ids=["a branch's manager", "a team's lead", "an executive"],
)
def test_viewers_see_the_exposure_of_what_they_may_see(viewer, seen):
    """
    A branch's own; to somebody bound to a team the ledger is empty, and that is not nothing.
    """
    ledger = [month(6, "A"), month(6, "B", policies=73_000)]
    rows = facts_of([received(date(2024, 6, 1), branch, team_id="x") for branch in "AB"], ledger)
    found = evaluate(
        KPIS[POLICIES], lambda fact: narrow(rows(fact), fact, viewer), terms(AS_OF), recorded=ALL_RECORDED
    ).row(0, named=True)

    if seen is None:
        assert (found["not_recorded"], found["value"]) == (True, None)
    else:
        assert (found["numerator"], found["exposure"]) == (seen[0], pytest.approx(seen[1]))


def test_no_policies_is_not_no_complaints():
    """
    Something over nothing is unknown.
    """
    found = figure([received(date(2024, 6, 1))], terms(AS_OF), POLICIES, exposure=[month(6, policies=0)])

    assert (found["numerator"], found["exposure"], found["value"], found["upper"]) == (1, None, None, None)
    assert not found["not_recorded"]


def test_before_the_first_ledger_it_is_unknown_and_not_unrecorded():
    """
    As of May there is a ledger, only not yet of a month that has ended.
    """
    found = figure([received(date(2024, 5, 1))], terms(date(2024, 5, 30)), POLICIES, exposure=[month(5)])

    assert (found["value"], found["not_recorded"]) == (None, False)


@pytest.mark.parametrize(
    ("target", "expected"),
    [(30.0, Status.ON_TARGET), (10.0, Status.WATCH), (1.0, Status.OFF_TARGET)],
)
def test_a_ratio_is_judged_by_its_interval_however_few_the_cases(target, expected):
    """
    Three complaints on 3,000 policy-years are 2.1 to 29.2 a year: no question of too few.
    """
    found = figure([received(date(2024, 6, 1), cases=3)], terms(AS_OF), POLICIES, exposure=[month(6)])

    assert status(KPIS[POLICIES], found, terms(AS_OF), target=target) is expected
    unknown = figure([], terms(AS_OF), POLICIES, exposure=[month(6, policies=0)])
    assert status(KPIS[POLICIES], unknown, terms(AS_OF), target=target) is Status.NONE
