"""
What was planted is there to be found: the weak team, the surge, automation, the campaign, every kind of case.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import pytest

from tests.demo.conftest import AS_OF, SOUND


def test_every_kind_of_damaged_row_is_there_and_counted(small, medium):
    """
    A lost number, decided before received, an impossible year, a negative amount: a few of each, and counted.
    """
    bad = {
        "no_key": "complaint_no is null",
        "before": "decided_at < received_at",
        "impossible_year": "closed_at > '2200-01-01' or regulator_received_at < '1900-01-01'",
        "negative": "redress_amount < 0",
    }
    for made in (small, medium):
        counted = {
            reason: made.one(f"select count(*) from complaint where {condition}")
            for reason, condition in bad.items()
        }
        assert made.books.spoiled["complaints"] == counted
        assert min(counted.values()) >= 1
    negative = medium.one("select count(*) from claim where amount_claimed < 0")
    assert medium.books.spoiled["claims"] == {"negative": negative}


def test_complaints_are_mostly_in_time_and_the_weak_team_is_not(medium):
    """
    About 95 of 100 are in time; the weak team is the worst, and clearly so.
    """
    overall = medium.books.figure("complaint_on_time_rate")["value"]
    teams = medium.books.figures["as_of"]["complaint_on_time_rate"]["team"]
    weak = medium.books.planted["weak_team"]
    others = [figure["value"] for team, figure in teams.items() if team != weak]

    assert 0.93 <= overall <= 0.965
    assert teams[weak]["value"] < sum(others) / len(others) - 0.08


def test_one_cause_surges_until_it_is_fixed(medium):
    """
    Misunderstood deductibles come several times as often from the known day to the day of the fix.
    """
    surge = medium.books.planted["surge"]
    begins, fixed = date.fromisoformat(surge["from"]), date.fromisoformat(surge["fixed_on"])
    days = Counter()
    for (at,) in medium.ask("select received_at from complaint where cause_code = :cause", cause=surge["cause"]):
        day = datetime.fromisoformat(at).date()
        days["before" if day < begins else "during" if day < fixed else "after"] += 1
    during = days["during"] / (fixed - begins).days

    assert during > 3 * days["before"] / 650
    assert during > 3 * days["after"] / (AS_OF - fixed).days


def test_automation_climbs(medium):
    """
    From about 45 % of the decided claims to about 75 %, by quarter.
    """
    months = list(medium.books.figures["as_of"]["auto_adjudication_rate"]["month"].values())

    def share(part):
        return sum(each["numerator"] for each in part) / sum(each["denominator"] for each in part)

    # The first two months lie before the three years.
    assert share(months[2:6]) == pytest.approx(0.47, abs=0.04)
    assert share(months[-4:-1]) == pytest.approx(0.75, abs=0.04)


def test_the_campaign_works_and_its_books_are_right(medium):
    """
    Who was called renews more often than the hold-out, by about what was planted.
    """
    counted = {
        arm: (renewed, members)
        for arm, renewed, members in medium.ask(
            """
            select arm_code, sum(renewed), count(*) from campaign_member
            inner join campaign using (campaign_no) where title = :title group by arm_code
            """,
            title=medium.books.planted["campaign"]["title"],
        )
    }
    arms = medium.books.planted["campaign"]["arms"]

    assert counted["触达"] == (arms["treated"]["numerator"], arms["treated"]["denominator"])
    assert counted["对照"] == (arms["holdout"]["numerator"], arms["holdout"]["denominator"])
    assert arms["treated"]["value"] - arms["holdout"]["value"] == pytest.approx(0.085, abs=0.04)


def test_offices_rest_on_days_off(medium):
    """
    Few complaints are decided on a Sunday, and fewer still arrive than on a Tuesday.
    """
    weekday = "strftime('%w', {})"
    decided = dict(medium.ask(f"select {weekday.format('decided_at')}, count(*) from complaint group by 1"))
    came = dict(medium.ask(f"select {weekday.format('received_at')}, count(*) from complaint group by 1"))

    assert decided["0"] < decided["2"] / 4
    assert came["0"] < came["2"] / 1.8


def test_open_cases_are_of_every_age(medium):
    """
    Some have been waiting for days, some for weeks, some for months.
    """
    ages = [
        age
        for (age,) in medium.ask(
            f"""
            select julianday(:today) - julianday(date(received_at)) from complaint
            where {SOUND} and decided_at is null and closed_at is null and withdrawn_at is null
            """,
            today=AS_OF.isoformat(),
        )
    ]

    assert min(ages) < 3
    assert max(ages) > 60
    assert any(7 <= age < 30 for age in ages)


@pytest.mark.parametrize(
    "kind",
    [
        "select 1 from complaint where outcome_code = '并案' and merged_into_no is not null",
        "select 1 from complaint where outcome_code = '不予受理'",
        "select 1 from complaint where withdrawn_at is not null",
        "select 1 from complaint where earlier_complaint_no is not null",
        "select 1 from complaint where regulator_received_at is not null and origin_code = '监管转办'",
        "select 1 from complaint where first_grade is null",
        "select 1 from complaint where decided_at is not null and informed_at is null",
        "select 1 from complaint where decided_at is null and informed_at is null and closed_at is not null",
        "select 1 from complaint_event where event_code = '改级'",
        "select 1 from complaint_event where event_code = '外部鉴定' and told = 1",
        "select 1 from complaint_event where event_code = '外部鉴定' and told = 0",
        "select 1 from complaint_event where event_code = '延期批准' and authority_code = '分公司'",
        "select 1 from complaint_event where event_code = '复核结论' and changed = 1",
        "select 1 from mediation where settled = 1 and record_kept_at is null",
        "select 1 from policy where replaced_policy_no is not null and replacement_declared = 0",
        "select 1 from premium_instalment where suspended = 1",
        "select 1 from renewal where status_code is null",
        "select 1 from claim where overturned_at is not null",
        "select 1 from claim_payment where is_final = 0",
    ],
)
def test_every_kind_of_case_occurs(kind, medium):
    """
    Rules that no row exercises are rules that nobody tests.
    """
    assert medium.ask(f"{kind} limit 1") == [(1,)]


def test_extensions_are_approved_late_or_never_told_now_and_then(medium):
    """
    Some approvals come after the thirty days, some complainants never hear of theirs.
    """
    approved = """
        select julianday(complaint_event.happened_at) - julianday(complaint.received_at)
        from complaint_event inner join complaint on complaint.case_no = complaint_event.case_no
        where event_code = '延期批准'
    """
    ages = [age for (age,) in medium.ask(approved)]
    told = medium.one("select count(*) from complaint_event where event_code = '延期告知'")

    assert min(ages) < 30 < max(ages)
    assert 0 < told < len(ages)


def test_who_is_reminded_renews_more_often(medium):
    """
    A reminder before the due day helps; without one people forget.
    """
    rates = dict(
        medium.ask(
            """
            select reminder.sent_at is not null, avg(renewal.status_code = '已续')
            from renewal
            left join reminder on reminder.renewal_no = renewal.renewal_no and reminder.sequence_no = 1
            where renewal.status_code in ('已续', '未续') group by 1
            """
        )
    )

    assert rates[1] - rates[0] == pytest.approx(0.06, abs=0.03)


def test_the_ledger_reports_whole_months_as_the_contracts_tell_them(medium):
    """
    From the first full month to the last that has ended; contracts in force at its end, counted again by SQL.
    """
    ended = """
        select policy_no, min(takes_effect_on) as ended_on from policy_event
        where event_code not in ('回访', '中止', '复效') group by policy_no
    """
    first, last = medium.ask("select min(month_on), max(month_on) from production_month")[0]
    reported = medium.one("select sum(policies_in_force) from production_month where month_on = '2026-03-01'")
    counted = medium.one(
        f"""
        select count(*) from policy left join ({ended}) as ending on ending.policy_no = policy.policy_no
        where effective_on < '2026-04-01' and (ended_on is null or ended_on >= '2026-04-01')
        """
    )

    assert (first, last) == ("2023-12-01", "2026-10-01")
    assert reported == counted


def test_the_ledger_writes_the_premiums_of_every_year(medium):
    """
    Life contracts in March 2026: those that began, and the older ones still running, single premiums left aside.
    """
    ended = """
        select policy_no, min(takes_effect_on) as ended_on from policy_event
        where event_code not in ('回访', '中止', '复效') group by policy_no
    """
    began, went_on = medium.ask(
        f"""
        select sum(case when effective_on >= '2026-03-01' then annual_premium end),
               sum(case when effective_on < '2026-03-01' and payment_code != '趸交'
                   and (ended_on is null or ended_on > '2026' || substr(effective_on, 5)) then annual_premium end)
        from policy
        inner join product on product.product_no = policy.product_no
        left join ({ended}) as ending on ending.policy_no = policy.policy_no
        where line_code = '寿险' and effective_on < '2026-04-01' and substr(effective_on, 6, 2) = '03'
        """
    )[0]
    written = medium.one(
        "select sum(premium_written) from production_month where month_on = '2026-03-01' and line_code = '寿险'"
    )

    assert written == pytest.approx(began + went_on)
    assert went_on > began
