"""
The books about agents against the database, and what was planted among them.
"""

from __future__ import annotations

import pytest

from tests.demo.conftest import AS_OF

DUE = "from course_booking inner join agent on agent.agent_no = course_booking.agent_no where due_on <= :day"


def test_courses_are_booked_as_sql_counts_them(medium):
    """
    Due by the last day, and completed by the due day, team by team.
    """
    asked = f"select team_no, sum(coalesce(completed_on <= due_on, 0)), count(*) {DUE} group by team_no"
    counted = {team: (on_time, due) for team, on_time, due in medium.ask(asked, day=AS_OF.isoformat())}
    booked = medium.books.figures["as_of"]["training_on_time_rate"]["team"]

    assert counted == {team: (each["numerator"], each["denominator"]) for team, each in booked.items()}


def test_sellers_of_a_month_are_booked_as_sql_counts_them(medium):
    """
    Whoever sold in a month in which they had a contract on its first and its last day, and how much.
    """
    whole = "contract_from <= date(issued_at, 'start of month')"
    whole += " and (contract_to is null or contract_to > date(issued_at, 'start of month', '+1 month', '-1 day'))"
    policy = "from policy inner join agent on agent.agent_no = policy.agent_no"
    month = "2025-03"
    sellers, sold = medium.ask(
        f"select count(distinct policy.agent_no), count(*) {policy} where {whole} "
        "and strftime('%Y-%m', issued_at) = :month",
        month=month,
    )[0]
    booked = medium.books.figure("policies_per_active_agent", "month", month)

    # A handful came or left in that month.
    assert 0 <= booked["denominator"] - sellers <= 0.1 * sellers
    assert booked["numerator"] == pytest.approx(sold, rel=0.1)


def test_the_headcount_is_the_database_s(medium):
    """
    With a contract on the last day; certified with a licence or a certificate that is valid on it.
    """
    here = "contract_from <= :day and (contract_to is null or contract_to > :day)"
    valid = "select agent_no from certificate where issued_on <= :day and expires_on >= :day"
    certified = f"{here} and (licence_until >= :day or agent_no in ({valid}))"
    counts = [
        medium.one(f"select count(*) from agent where {condition}", day=AS_OF.isoformat())
        for condition in (certified, here)
    ]
    booked = medium.books.figure("certification_rate")

    assert counts == [booked["numerator"], booked["denominator"]]


def test_the_untrained_team_is_the_worst(medium):
    """
    Courses in time are far fewer there than elsewhere.
    """
    teams = medium.books.figures["as_of"]["training_on_time_rate"]["team"]
    planted = medium.books.planted["untrained_team"]
    others = [each["value"] for team, each in teams.items() if team != planted]

    assert teams[planted]["value"] < min(others)
    assert teams[planted]["value"] < sum(others) / len(others) - 0.2


def test_one_agent_is_complained_of_far_more_than_the_others(medium):
    """
    Complaints about sales per policy sold, of those who sold a hundred or more: the one who sells badly is first.
    """
    complaints = dict(
        medium.ask("select agent_no, count(*) from complaint where agent_no is not null group by agent_no")
    )
    sold = dict(medium.ask("select agent_no, count(*) from policy group by agent_no"))
    rates = {agent: complaints.get(agent, 0) / count for agent, count in sold.items() if count >= 100}
    planted = medium.books.planted["misselling_agent"]

    assert max(rates, key=lambda agent: rates[agent]) == planted
    assert rates[planted] > 3 * sum(rates.values()) / len(rates)


def test_complaints_moved_to_the_seller_stay_possible(medium):
    """
    About policies they sold, of the customer whose policy it is, issued before the complaint came.
    """
    planted = medium.books.planted["misselling_agent"]
    moved = "from complaint inner join policy using (policy_no) where complaint.agent_no = :agent"
    wrong = "policy.customer_no <> complaint.customer_no or issued_at > received_at or policy.agent_no <> :agent"

    assert medium.one(f"select count(*) {moved}", agent=planted) >= 5
    assert medium.one(f"select count(*) {moved} and ({wrong})", agent=planted) == 0
