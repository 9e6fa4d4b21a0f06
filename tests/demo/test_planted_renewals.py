"""
What was planted among renewals is in the rows, and the books say how much of it.
"""

from __future__ import annotations

import pytest

from dashboard.demo.lives import LATEST_RETURN, LONGEST_GAP

CONTRACT = "renewal inner join policy using (policy_no) inner join product using (product_no)"
GAP = "julianday(new_term_from) - julianday(due_on)"
DECIDED = "status_code in ('已续', '未续') and julianday('2026-11-21') - julianday(due_on) >= 60"


def share(figure):
    """
    A rate of the books.
    """
    return figure["numerator"], figure["denominator"]


def test_the_drivers_of_renewal_are_known_with_their_strength(medium):
    """
    Price first, then line and automatic renewal, the reminder before the years; claims decide nothing.
    """
    drivers = medium.books.planted["renewal_drivers"]
    strength = {each["driver"]: each["strength"] for each in drivers}
    planted = {each["driver"]: each["planted"] for each in drivers}

    assert list(strength.values()) == sorted(strength.values(), reverse=True)
    assert next(iter(strength)) == "premium_change_rate"
    assert strength["premium_change_rate"] > 1.2 * strength["product_line"]
    assert min(strength["product_line"], strength["auto_renew"]) > 1.2 * strength["reminded"]
    assert strength["reminded"] > 1.2 * strength["tenure_years"] > strength["claims_last_year"] == 0
    assert planted["complaints_last_year"] < -0.05
    assert planted["recent_contact"] > 0.02


@pytest.mark.parametrize(
    ("driver", "truth"),
    [
        ("complaints_last_year", "complaints_last_year > 0"),
        (
            "recent_contact",
            "coalesce(julianday(due_on) - julianday(date(last_contact_at)) between 61 and 150, 0)",
        ),
    ],
)
def test_who_complained_leaves_and_who_was_spoken_to_stays(driver, truth, medium):
    """
    As far apart in the rows as the books say.
    """
    shares = dict(medium.ask(f"select {truth}, avg(status_code = '已续') from renewal where {DECIDED} group by 1"))
    planted = {each["driver"]: each["planted"] for each in medium.books.planted["renewal_drivers"]}

    assert shares[1] - shares[0] == pytest.approx(planted[driver])


def test_complaints_are_about_a_year_of_the_contract_that_left(medium):
    """
    None came before its contract was issued, and each names the customer who owns it.
    """
    about = "from complaint inner join policy on policy.policy_no = complaint.policy_no"

    assert medium.one(f"select count(*) {about} where complaint.received_at < policy.issued_at") == 0
    assert medium.one(f"select count(*) {about} where complaint.customer_no <> policy.customer_no") == 0


def test_reminding_was_not_drawn_by_lot(medium):
    """
    Cheap accident contracts are reminded of less often: over all lines, reminders seem to do more than they do.
    """
    reminded = medium.books.planted["reminded"]
    counted = {
        (line, bool(sent)): (renewed, cases)
        for line, sent, renewed, cases in medium.ask(
            f"""
            select line_code, reminder_no is not null, sum(status_code = '已续'), count(*) from {CONTRACT}
            left join reminder on reminder.renewal_no = renewal.renewal_no and sequence_no = 1
            where {DECIDED} group by 1, 2
            """
        )
    }

    def apart(found):
        return found["reminded"]["value"] - found["not_reminded"]["value"]

    def left_out(found):
        return found["not_reminded"]["denominator"] / sum(each["denominator"] for each in found.values())

    accident = reminded["by_line"]["accident"]
    others = [found for line, found in reminded["by_line"].items() if line != "accident"]
    assert counted["意外险", True] == share(accident["reminded"])
    assert counted["意外险", False] == share(accident["not_reminded"])
    assert left_out(accident) > 1.5 * max(left_out(found) for found in others)
    assert apart(accident) == pytest.approx(reminded["planted_effect"], abs=0.03)
    assert apart(reminded["all"]) > sum(apart(found) for found in others) / len(others)


def test_each_outcome_was_known_on_its_own_day(medium):
    """
    Lapsed the day after grace, declined before it fell due, ended while it ran, renewed when paid.
    """
    counted = {
        code: dict(
            medium.ask(
                f"""
                select cast(julianday(status_on) - julianday(due_on) as integer), count(*) from renewal
                where status_code = '{code}' group by 1
                """
            )
        )
        for code in ("已续", "未续", "退出", "公司不续", "理赔终止")
    }
    outcomes = medium.books.planted["outcomes"]
    booked = [{int(day): number for day, number in each["days"].items()} for each in outcomes.values()]
    lapses = medium.one(
        f"""
        select count(*) from {CONTRACT}
        where status_code = '未续' and julianday(status_on) - julianday(due_on) <> grace_days + 1
        """
    )

    assert list(outcomes) == ["renewed", "lapsed", "cancelled", "insurer_declined", "claim_terminated"]
    assert booked == list(counted.values())
    assert lapses == 0
    assert set(counted["未续"]) == {1, 31, 61}
    assert -50 <= min(counted["公司不续"]) <= max(counted["公司不续"]) <= -20
    assert max(counted["退出"] | counted["理赔终止"]) <= 0
    assert medium.one("select count(*) from renewal where status_code = '已续' and status_on <> renewed_on") == 0
    assert medium.one("select count(*) from renewal where (status_code is null) <> (status_on is null)") == 0


def test_gaps_are_left_only_without_grace(medium):
    """
    In grace cover goes on; without it a new term begins when paid: within thirty days renewed, later bought anew.
    """
    gaps = medium.ask(
        f"select grace_days, status_code, cast({GAP} as integer) from {CONTRACT} where renewed_on > due_on"
    )
    renewed = {gap for grace, code, gap in gaps if grace == 0 and code == "已续"}
    returned = [gap for grace, code, gap in gaps if grace == 0 and code == "未续"]
    kinds = medium.books.planted["renewal_kinds"]

    assert {gap for grace, _, gap in gaps if grace > 0} == {0}
    assert renewed == set(range(1, LONGEST_GAP + 1))
    assert LONGEST_GAP < min(returned) <= max(returned) <= LATEST_RETURN
    assert len(returned) == kinds["bought_anew"] > 20
    assert kinds["gap"] == sum(grace == 0 and code == "已续" for grace, code, _ in gaps)
    assert min(kinds.values()) > 20


def test_sleeping_customers_were_woken(medium):
    """
    Of those who slept fifty days before due, the treated renew more often; who was reached sleeps no longer.
    """
    campaign = medium.books.planted["waking_campaign"]
    counted = {
        arm: (renewed, members)
        for arm, renewed, members in medium.ask(
            """
            select arm_code, sum(renewed), count(*) from campaign_member
            inner join campaign using (campaign_no) where title = :title group by 1
            """,
            title=campaign["title"],
        )
    }
    arms = campaign["arms"]
    asleep = """
        select count(*) from campaign_member inner join customer using (customer_no)
        inner join campaign using (campaign_no) where title = :title
        and called_at > coalesce(last_talk_at, joined_on)
    """

    assert counted == {"触达": share(arms["treated"]), "对照": share(arms["holdout"])}
    assert arms["treated"]["value"] - arms["holdout"]["value"] == pytest.approx(
        campaign["planted_uplift"], abs=0.06
    )
    assert medium.one(asleep, title=campaign["title"]) == 0
    assert medium.books.figure("dormant_customers")["value"] > 1000


def test_nobody_is_reminded_of_what_is_over(medium):
    """
    No reminder after the payment, nor after the contract ended or was declined.
    """
    late = """
        select count(*) from reminder inner join renewal using (renewal_no)
        where date(sent_at) > renewed_on
        or (status_code in ('退出', '公司不续', '理赔终止') and date(sent_at) > status_on)
    """

    assert medium.one(late) == 0
