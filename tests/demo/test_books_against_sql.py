"""
The books against the database: where SQL can count a figure by itself, it counts the same cases.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.demo.conftest import AS_OF, SOUND


def test_counts_agree_with_plain_sql(medium):
    """
    Received and open, overall and by team, counted by the database itself.
    """
    received = dict(medium.ask(f"select team_no, count(*) from complaint where {SOUND} group by team_no"))
    still = "decided_at is null and informed_at is null and closed_at is null and withdrawn_at is null"
    waiting = medium.one(f"select count(*) from complaint where {SOUND} and {still}")
    teams = medium.books.figures["as_of"]["complaints_received"]["team"]

    assert {team: figure["value"] for team, figure in teams.items()} == received
    assert medium.books.figure("complaints_received")["value"] == sum(received.values())
    assert medium.books.figure("complaints_open")["value"] == waiting


def test_the_earlier_books_know_less(medium):
    """
    Half a year before, fewer complaints had come in, as SQL counts those whose fate was known then.
    """
    earlier = date.fromisoformat(medium.books.earlier)
    gone = "outcome_code in ('并案', '不予受理') and date(closed_at) <= :day"
    sound = SOUND.replace("and (outcome_code is null or outcome_code not in ('并案', '不予受理'))", "")
    expected = medium.one(
        f"select count(*) from complaint where {sound} and date(received_at) <= :day and not coalesce({gone}, 0)",
        day=earlier.isoformat(),
    )

    assert (AS_OF - earlier).days == 180
    assert medium.books.figure("complaints_received", at="earlier")["value"] == expected


def booked(made, kpi, grouping):
    """
    The same as the books say it.
    """
    groups = made.books.figures["as_of"][kpi][grouping]
    return {key: (each["numerator"], each["denominator"]) for key, each in groups.items()}


ENDED = "decided_at is not null or informed_at is not null or closed_at is not null or withdrawn_at is not null"
MEDIATED = f"from mediation inner join complaint on complaint.case_no = mediation.case_no where {SOUND}"
OFFERS = f"{MEDIATED} and (accepted_at is not null or {ENDED})"
CONCLUDED = f"""
    from complaint_event inner join complaint on complaint.case_no = complaint_event.case_no
    where event_code = '复核结论' and {SOUND}
"""


@pytest.mark.parametrize(
    ("kpi", "dated", "hit", "rows"),
    [
        ("mediation_acceptance_rate", "offered_at", "accepted_at is not null", OFFERS),
        ("mediation_success_rate", "ended_at", "settled = 1", f"{MEDIATED} and ended_at is not null"),
        ("settlement_record_rate", "ended_at", "record_kept_at is not null", f"{MEDIATED} and settled = 1"),
        ("overturn_rate", "happened_at", "changed = 1", CONCLUDED),
    ],
)
def test_rates_agree_with_plain_sql(kpi, dated, hit, rows, medium):
    """
    Where the database can count a rate by itself it finds the same cases, by month and by team.
    """
    for grouping, key in (("month", f"substr({dated}, 1, 7)"), ("team", "team_no")):
        counted = {
            key: (hits, cases)
            for key, hits, cases in medium.ask(f"select {key}, sum({hit}), count(*) {rows} group by 1")
        }

        assert booked(medium, kpi, grouping) == counted


def test_reopened_and_taken_further_agree_with_plain_sql(medium):
    """
    Windows of ninety and thirty days, in the database's own days.
    """
    at = [f"complaint.{name}_at" for name in ("decided", "informed", "closed")]
    stop = f"date(coalesce(max({at[0]}, {at[1]}), {', '.join(at)}))"
    answered = f"from complaint where {SOUND} and withdrawn_at is null and {stop} <= date(:today, :window)"
    again = f"""
        exists (
            select 1 from (select * from complaint where {SOUND}) as later
            where later.earlier_complaint_no = complaint.complaint_no
            and date(later.received_at) <= date({stop}, '+90 days')
        )
    """
    further = f"""
        exists (
            select 1 from complaint_event
            where complaint_event.case_no = complaint.case_no and event_code in ('复核申请', '上交监管')
            and date(happened_at) <= date({stop}, '+30 days')
        )
    """
    for kpi, window, hit in (("reopened_rate", "-90 days", again), ("escalation_rate", "-30 days", further)):
        counted = medium.ask(f"select sum({hit}), count(*) {answered}", today=AS_OF.isoformat(), window=window)
        figure = medium.books.figure(kpi)

        assert (figure["numerator"], figure["denominator"]) == counted[0]


def test_policy_years_are_those_of_the_ledger(medium):
    """
    What complaints are measured against is what the ledger of contracts says, a month's days at a time.
    """
    years = medium.one(
        """
        select sum(policies_in_force * (julianday(month_on, '+1 month') - julianday(month_on))) / 365
        from production_month
        """
    )
    premium = medium.one("select sum(premium_written) from production_month where branch_no = 'B03'")
    figures = medium.books.figures["as_of"]

    assert medium.books.figure("complaints_per_10k_policies")["exposure"] == pytest.approx(years)
    assert figures["complaints_per_100m_premium"]["branch"]["B03"]["exposure"] == pytest.approx(premium)
    assert max(figures["complaints_per_10k_policies"]["month"]) == "2026-10"
