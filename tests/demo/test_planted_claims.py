"""
What was planted among the claims is in the rows, and the books say how much of it.
"""

from __future__ import annotations

import pytest

from tests.demo.conftest import AS_OF

SOUND = "amount_claimed >= 0"
HOSPITAL = "type_code in ('医疗', '重疾', '意外')"
ADJUDICATED = "decided_at is not null and decision_code in ('赔付', '部分赔付', '拒赔')"
OPEN = """
    closed_at is null and refusal_sent_at is null
    and not (decided_at is not null and coalesce(decision_code, '') in ('撤案', '注销'))
    and not exists (
        select 1 from claim_payment where claim_payment.claim_no = claim.claim_no and is_final = 1
    )
"""


def booked(made, kpi, grouping):
    """
    Numerator and denominator by key, as the books say them.
    """
    groups = made.books.figures["as_of"][kpi][grouping]
    return {key: (each["numerator"], each["denominator"]) for key, each in groups.items()}


@pytest.mark.parametrize(
    ("kpi", "hit", "among"),
    [
        ("claim_acceptance_rate", "decision_code <> '拒赔'", ADJUDICATED),
        (
            "auto_adjudication_rate",
            """
            decided_by_rule = 1 and not exists (
                select 1 from claim_event where claim_event.claim_no = claim.claim_no
                and staff_no is not null and happened_at <= decided_at
            )
            """,
            f"{ADJUDICATED} and decided_by_rule is not null",
        ),
        (
            "auto_overturn_rate",
            "overturned_at is not null and date(overturned_at) <= date(decided_at, '+90 days')",
            "decision_code = '拒赔' and decided_by_rule = 1 and date(decided_at, '+90 days') <= '2026-11-21'",
        ),
    ],
)
def test_rates_agree_with_plain_sql(kpi, hit, among, medium):
    """
    Where the database can count a rate by itself it finds the same claims, by month and by team.
    """
    for grouping, key in (("month", "substr(decided_at, 1, 7)"), ("team", "team_no")):
        counted = {
            key: (hits, claims)
            for key, hits, claims in medium.ask(
                f"select {key}, sum({hit}), count(*) from claim where {SOUND} and {among} group by 1"
            )
        }

        assert booked(medium, kpi, grouping) == counted


def test_open_claims_agree_with_plain_sql(medium):
    """
    Open and reported, counted by the database itself; some are overdue.
    """
    reported = dict(medium.ask(f"select team_no, count(*) from claim where {SOUND} group by 1"))
    teams = medium.books.figures["as_of"]["claims_reported"]["team"]
    waiting = medium.one(f"select count(*) from claim where {SOUND} and {OPEN}")

    assert {team: figure["value"] for team, figure in teams.items()} == reported
    assert medium.books.figure("claims_open")["value"] == waiting
    assert 40 <= medium.books.figure("claims_overdue")["value"] < waiting / 2


def test_rules_decide_small_motor_claims_before_large_deaths(medium):
    """
    Where automation is, by type and amount.
    """
    mixed = medium.books.planted["automatic_by_type_and_amount"]

    assert mixed["motor"]["up to 5,000"]["value"] > mixed["motor"]["up to 100,000"]["value"] + 0.2
    assert mixed["motor"]["up to 5,000"]["value"] > mixed["death"]["more"]["value"] + 0.5


def test_missing_papers_fell_when_hospitals_began_to_send_them(medium):
    """
    Fewer papers, more of them fetched, and half as many claims that fall out for want of papers.
    """
    retrieval = medium.books.planted["retrieval"]
    counted = {
        since: (documents / claims, fetched / documents)
        for since, claims, documents, fetched in medium.ask(
            f"""
            select reported_at >= :day, count(distinct claim.claim_no), count(document_no), sum(fetched)
            from claim left join claim_document on claim_document.claim_no = claim.claim_no
            where {SOUND} and {HOSPITAL} group by 1
            """,
            day=retrieval["from"],
        )
    }
    papers, fetched, missing = (
        retrieval[name] for name in ("documents_per_claim", "fetched", "missing_documents")
    )

    assert papers["before"]["value"] > papers["since"]["value"] + 0.8
    assert fetched["since"]["value"] > fetched["before"]["value"] + 0.4
    assert missing["since"]["value"] < missing["before"]["value"] * 0.65
    for since, when in ((0, "before"), (1, "since")):
        assert counted[since] == pytest.approx((papers[when]["value"], fetched[when]["value"]))


def test_claims_fall_out_for_other_reasons_by_product(medium):
    """
    Health for want of papers, motor for suspicion; the rows say as many as the books.
    """
    reasons = medium.books.planted["fallout"]
    counted = medium.one(f"select count(*) from claim where {SOUND} and fallout_code is not null")

    assert sum(sum(found.values()) for found in reasons.values()) == counted
    assert max(reasons["health"], key=reasons["health"].get) == "missing_documents"
    assert max(reasons["motor"], key=reasons["motor"].get) == "fraud_score"


def test_refusals_by_rules_are_reversed_more_often(medium):
    """
    Twice as often and more; the automatic ones are those of the figure.
    """
    refusals = medium.books.planted["refusals_reversed"]

    assert refusals["automatic"] == medium.books.figure("auto_overturn_rate")
    assert refusals["automatic"]["value"] > 1.6 * refusals["manual"]["value"]


def test_audits_find_that_rules_pay_too_much(medium):
    """
    Paid and due of what was audited and paid, added up by the database; rules leak more than people.
    """
    audits = medium.books.planted["audits"]
    rows = medium.ask(
        f"""
        select coalesce(decided_by_rule, -1), count(*), sum(amount), sum(amount_due) from claim
        inner join claim_audit on claim_audit.claim_no = claim.claim_no
        inner join (select claim_no, sum(amount) as amount from claim_payment group by 1 having max(is_final) = 1)
            as payments on payments.claim_no = claim.claim_no
        where {SOUND} group by 1
        """
    )
    counted = {by_rule: (claims, paid, due) for by_rule, claims, paid, due in rows}

    for by_rule, how in ((1, "automatic"), (0, "manual")):
        found = audits[how]
        assert (found["claims"], found["paid"], found["due"]) == pytest.approx(counted[by_rule])
    assert 0.02 < audits["automatic"]["leakage"] < 0.06
    assert audits["manual"]["leakage"] < audits["automatic"]["leakage"]


def test_one_branch_pays_late(medium):
    """
    The slow branch is clearly the worst at paying what was agreed, and no worse at deciding.
    """
    branches = medium.books.figures["as_of"]["claim_payment_on_time_rate"]["branch"]
    slow = medium.books.planted["slow_branch"]
    others = [figure["value"] for branch, figure in branches.items() if branch != slow]
    decided = medium.books.figures["as_of"]["claim_determination_on_time_rate"]["branch"]

    assert branches[slow]["value"] < min(others) - 0.05
    assert decided[slow]["value"] > 0.95


def test_silence_is_among_the_open_claims(medium):
    """
    Open, and nobody has written for more than thirty days: as the last message of each row tells it.
    """
    told = medium.ask(
        f"""
        select count(*) from claim where {SOUND} and {OPEN}
        and julianday(:today) - julianday(date(coalesce(last_update_at, reported_at))) > 30
        """,
        today=AS_OF.isoformat(),
    )
    planted = medium.books.planted["claims"]

    assert planted["silent_over_30_days"]["value"] == told[0][0] >= 10
    assert min(figure["value"] for figure in planted.values()) >= 10


def test_messages_are_told_by_their_number_and_their_last(medium):
    """
    No message without an instant, no instant without a message, none before the report or after the end.
    """
    assert medium.one("select count(*) from claim where (updates_sent = 0) <> (last_update_at is null)") == 0
    assert medium.one("select count(*) from claim where last_update_at < reported_at") == 0
    assert medium.one("select count(*) from claim where last_update_at > closed_at") == 0


def test_what_is_paid_fits_what_was_claimed(medium):
    """
    In full or in part as decided, nothing for refusals, and never more than was claimed.
    """
    paid = """
        select claim.*, amount from claim
        left join (select claim_no, sum(amount) as amount from claim_payment group by claim_no) as payments
            on payments.claim_no = claim.claim_no
    """
    whole = "exists (select 1 from claim_payment where claim_payment.claim_no = rows.claim_no and is_final = 1)"

    assert medium.one(f"select count(*) from ({paid}) where decision_code = '拒赔' and amount is not null") == 0
    assert medium.one(f"select count(*) from ({paid}) where {SOUND} and amount > amount_claimed + 0.005") == 0
    assert (
        medium.one(
            f"select count(*) from ({paid}) as rows where {SOUND} and decision_code = '赔付' and {whole} "
            "and abs(amount - amount_claimed) > 0.005"
        )
        == 0
    )


def test_claims_paid_untouched_are_those_without_a_person(medium):
    """
    Straight through from report to payment or refusal, as events and audits tell it, is what the books say.
    """
    counted = medium.one(
        f"""
        select count(*) from claim
        left join (select claim_no, max(paid_at) as paid_at from claim_payment where is_final = 1 group by 1)
            as payments on payments.claim_no = claim.claim_no
        left join claim_audit on claim_audit.claim_no = claim.claim_no
        where {SOUND} and {ADJUDICATED} and decided_by_rule = 1
        and (decision_code = '拒赔' or paid_at is not null)
        and not coalesce(audited_at < paid_at, 0)
        and not exists (
            select 1 from claim_event where claim_event.claim_no = claim.claim_no and staff_no is not null
        )
        """
    )

    assert medium.books.figure("straight_through_rate")["numerator"] == counted


def test_complaints_about_claims_point_to_claims_reported_before(medium):
    """
    A complaint of the claims category names the claim it is about, which had been reported by then.
    """
    about = "from complaint inner join claim on claim.claim_no = complaint.claim_no"

    assert medium.one(f"select count(*) {about} where claim.reported_at > complaint.received_at") == 0
    assert medium.one(f"select count(*) {about}") > 1000


@pytest.mark.parametrize(
    "kind",
    [
        "select 1 from claim where closed_at is not null and decided_at is null and decision_code is null",
        "select 1 from claim where closed_at is not null and decided_at is null and decision_code = '注销'",
        "select 1 from claim where decided_at is not null and decision_code is null",
        "select 1 from claim where decided_at is not null and decided_by_rule is null",
        "select 1 from claim where decision_code = '拒赔' and closed_at is not null and refusal_sent_at is null",
        "select 1 from claim where document_rounds = 2 and proofs_complete_at is null",
        "select 1 from claim where updates_sent > updates_owed",
        "select 1 from claim where julianday(overturned_at) > julianday(decided_at) + 90",
        "select 1 from claim_event where step_code = '质检'",
        """
        select 1 from claim_payment inner join claim on claim.claim_no = claim_payment.claim_no
        where is_final = 0 and (decided_at is null or paid_at < decided_at)
        """,
    ],
)
def test_every_kind_of_claim_occurs(kind, medium):
    """
    Rules that no row exercises are rules that nobody tests.
    """
    assert medium.ask(f"{kind} limit 1") == [(1,)]
