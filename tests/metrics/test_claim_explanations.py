"""
Each clock of a claim in sentences: they say what the figures count, and read like somebody who knows the rule.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.access import OPERATOR
from dashboard.deadlines import rules_in_force, sentences
from dashboard.deadlines.explanation import Explanation
from dashboard.deadlines.sentences import CLAIM_STEPS
from dashboard.facts import FACTS
from dashboard.metrics import Terms
from dashboard.metrics.as_of import known_on
from dashboard.metrics.claim_clocks import CLAIM_CLOCKS, with_clock
from dashboard.metrics.claim_explanations import ABOUT, CLOCK_TITLES, claim_clocks, explain_clock
from dashboard.metrics.claims import judged
from dashboard.reader import Reader
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot
from dashboard.words import Words
from tests.insurer import AS_OF
from tests.rows import SHANGHAI, local, rows_of_fact

ENGLISH = Words("en")
RULES = rules_in_force(Settings(sources={"core": {"url": "sqlite://", "queries": "."}}))
AT_REST = date(2024, 12, 31)
PROVEN = {"reported_at": local("2024-02-28"), "documents_first_at": local("2024-03-01")}


def terms(as_of: date = AT_REST) -> Terms:
    return Terms(as_of, SHANGHAI, "CN", RULES.chosen)


def clock(key: str, as_of: date = AT_REST, recorded=None, **claim: Any) -> Explanation:
    return claim_clocks(claim, terms(as_of), recorded)[key]


def said(key: str, as_of: date = AT_REST, recorded=None, **claim: Any) -> list[str]:
    """
    The sentences on one clock, but for the first, which names the rule.
    """
    rule, *rest = sentences(clock(key, as_of, recorded, **claim), ENGLISH)
    assert rule.startswith(f"Rule {RULES.claims[key].id}: ")
    return rest


def kinds(explanation: Explanation) -> set[str]:
    return {step.kind for step in explanation.steps}


def test_every_clock_has_a_name_and_its_subject_one():
    """
    As many names as clocks; who a clock is about is said exactly where it isn't about everybody.
    """
    everybody = pl.lit(value=True)
    some = {key for key, each in CLAIM_CLOCKS.items() if not each.subject.meta.eq(everybody)}

    assert set(CLOCK_TITLES) == set(CLAIM_CLOCKS) == set(RULES.claims)
    assert set(ABOUT) == some


def told_claims(insurer) -> pl.DataFrame:
    """
    Claims of the insurer of every kind: open and ended, refused, withdrawn, waiting for documents, small, instant.
    """
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)
    known = known_on(reader.rows("claims"), FACTS["claims"], AS_OF, SHANGHAI).collect()
    waits = pl.col("closed_at").is_null()
    picked = (
        pl.col("decision") == "refused",
        pl.col("decision") == "withdrawn",
        pl.col("decision") == "cancelled",
        pl.col("first_paid_at") < pl.col("paid_at"),
        pl.col("document_requests") > 1,
        waits & pl.col("documents_requested_at").is_not_null() & pl.col("documents_completed_at").is_null(),
        waits & pl.col("agreed_at").is_not_null(),
        waits & (pl.col("reported_at") < local("2026-04-01")),
        pl.col("instant_eligible"),
    )
    claims = pl.concat(known.filter(chosen).sort("claim_id").head(5) for chosen in picked).unique("claim_id")
    assert claims.height > 30
    return claims


def test_what_is_told_is_what_is_counted(insurer):
    """
    For every clock of many claims: begun or not, due when, in time, late or still running.
    """
    claims, on = told_claims(insurer), terms(AS_OF)
    for key in CLAIM_CLOCKS:
        counted = with_clock(claims.lazy(), on, key, "it").collect()
        for row in counted.iter_rows(named=True):
            told = explain_clock(row, on, on.regimes[key], clock=CLAIM_CLOCKS[key])
            where = (key, row["claim_id"], kinds(told))
            is_late = row["is_it_due"] and not row["is_it_in_time"] and not row["is_it_running"]

            assert (row["it_start_on"] is None) == bool(
                kinds(told) & {"not_about", "not_begun", "verdict_before_start"}
            ), where
            if row["it_start_on"] is not None:
                assert told.due_on == row["it_due_on"], where
                assert ("verdict_in_time" in kinds(told)) == row["is_it_in_time"], where
                assert ("verdict_overdue" in kinds(told)) == row["is_it_overdue"], where
                late = {"verdict_late", "verdict_late_by_hours", "verdict_closed_undone"}
                assert not is_late or kinds(told) & late, where


def test_t16_the_pause_for_documents_is_told():
    """
    Fifteen days between the notice and the last document don't count: 31 March becomes 15 April.
    """
    asked = {"documents_requested_at": local("2024-03-05"), "documents_completed_at": local("2024-03-20")}

    assert said("claim_determination", **PROVEN, **asked, decided_at=local("2024-04-15 23:59")) == [
        "The clock starts with “Documents first”, 2024-03-01 12:00.",
        "It may take 30 days.",
        "Documents were asked for on 2024-03-05, within the limit, and all there on 2024-03-20; "
        "days between, which don't count: 15.",
        "Without the day of the start, the time ends on 2024-04-15.",
        "It is due on 2024-04-15, until midnight.",
        "“Decided” stops the clock, 2024-04-15 23:59.",
        "That is in time.",
    ]


@pytest.mark.parametrize(
    ("asked", "came", "kind"),
    [
        ("2024-03-31", "2024-04-03", "documents_counted"),
        ("2024-04-01", "2024-04-03", "documents_late"),
        ("2024-03-05", "2024-03-05", "documents_counted"),
        ("2024-03-31", None, "documents_awaited"),
        ("2024-04-01", None, "documents_late"),
        (None, "2024-03-20", None),
    ],
    ids=[
        "on the last day",
        "a day too late",
        "there the same day",
        "awaited",
        "too late and awaited",
        "came unasked",
    ],
)
def test_when_documents_were_asked_for_decides(asked, came, kind):
    """
    Within the limit, which ends on 31 March before any roll, or not.
    """
    told = clock(
        "claim_determination",
        **PROVEN,
        documents_requested_at=local(asked) if asked else None,
        documents_completed_at=local(came) if came else None,
    )

    assert {each for each in kinds(told) if each.startswith("documents_")} == ({kind} if kind else set())
    assert (told.due_on is None) == (kind == "documents_awaited")


def test_while_documents_are_awaited_nothing_is_due():
    """
    There is no due day, no roll, and nobody is late.
    """
    assert said("claim_determination", **PROVEN, documents_requested_at=local("2024-03-05"))[2:] == [
        "Documents were asked for on 2024-03-05, within the limit; until they are there the clock stands still.",
        "Nothing has stopped the clock yet.",
        "So nothing is due.",
    ]


@pytest.mark.parametrize(("times", "is_told"), [(1, False), (2, True)])
def test_t17_a_second_request_is_told_to_pause_nothing(times, is_told):
    """
    One notice is as it should be, another breaks the rule; the due day is the same.
    """
    told = clock(
        "claim_determination",
        **PROVEN,
        documents_requested_at=local("2024-03-05"),
        documents_completed_at=local("2024-03-20"),
        document_requests=times,
    )

    assert ("documents_again" in kinds(told)) is is_told
    assert told.due_on == date(2024, 4, 15)


def test_t18_the_report_starts_the_clock_where_no_proof_is_dated():
    """
    What is missing is named, and the review, which begins with the last document, hasn't begun.
    """
    assert said("claim_determination", reported_at=local("2024-03-01"))[0] == (
        "The clock starts with “Reported”, 2024-03-01 12:00; not recorded: Documents first."
    )
    assert said("claim_review", reported_at=local("2024-03-01")) == [
        "No clock of this kind has started; not recorded: Documents completed."
    ]


def test_t19_a_payment_rolls_past_national_day():
    """
    Agreed on 25 September: the tenth day is a holiday, the next working day the eighth of October.
    """
    told = said("claim_payment", reported_at=local("2024-09-01"), agreed_at=local("2024-09-25"))

    assert "Nobody works on 2024-10-05 (National Day); the next working day is 2024-10-08." in told
    assert told[-2:] == [
        "Nothing has stopped the clock yet.",
        "At the end of 2024-12-31 it is open and overdue; days after the due day: 84.",
    ]


@pytest.mark.parametrize(("told_on", "verdict"), [("2024-02-18", "in time"), ("2024-02-19", "late; days")])
def test_t20_a_refusal_told_on_a_sunday_that_is_worked(told_on, verdict):
    """
    Decided on 8 February, due on the eighteenth; a claim that isn't refused has no such clock.
    """
    refused = {"reported_at": local("2024-02-01"), "decided_at": local("2024-02-08")}
    told = said("claim_refusal", **refused, decision="refused", refusal_told_at=local(told_on))

    assert "2024-02-18 is a day of a weekend that is worked to make up for a holiday." in told
    assert told[-1].startswith(f"That is {verdict}")
    assert said("claim_refusal", **refused, decision="paid") == [
        "It is about other claims than this one: refused claims."
    ]


@pytest.mark.parametrize(("paid", "verdict"), [("2024-03-05", "That is in time."), ("2024-03-06", "That is late")])
def test_t21_what_is_beyond_doubt_is_paid_within_sixty_days(paid, verdict):
    """
    Over a leap February; the first payment stops the clock.
    """
    claim = {"reported_at": local("2024-01-05"), "documents_first_at": local("2024-01-05")}
    told = said("claim_part_payment", **claim, first_paid_at=local(paid))

    assert told[-2] == f"“First paid” stops the clock, {paid} 12:00."
    assert told[-1].startswith(verdict)


def test_t54_a_reversal_leaves_the_first_decision_standing():
    """
    Refused by rules, reversed on the twentieth day: determined when it was refused, and one reversal.
    """
    claim = {
        **PROVEN,
        "decided_at": local("2024-03-10"),
        "decision": "refused",
        "refusal_told_at": local("2024-03-11"),
        "auto_decided": True,
        "touches_before_decision": 0,
        "overturned_at": local("2024-03-30"),
    }
    row = judged(rows_of_fact("claims", [claim]), terms()).collect().row(0, named=True)

    assert said("claim_determination", **claim)[-2:] == [
        "“Decided” stops the clock, 2024-03-10 12:00.",
        "That is in time.",
    ]
    assert (row["is_automatic"], row["is_auto_refusal_followed"], row["is_auto_overturned"]) == (True, True, True)


@pytest.mark.parametrize(("audited", "is_straight"), [("2024-03-12", True), ("2024-03-10", False)])
def test_t53_an_audit_before_payment_is_a_touch(audited, is_straight):
    """
    Sampled after the payment it is straight through all the same; the legal clocks don't care.
    """
    claim = {
        **PROVEN,
        "decided_at": local("2024-03-09"),
        "agreed_at": local("2024-03-09"),
        "paid_at": local("2024-03-11"),
        "decision": "paid",
        "auto_decided": True,
        "touches_before_decision": 0,
        "touches_total": 0,
        "audited_at": local(audited),
    }
    row = judged(rows_of_fact("claims", [claim]), terms()).collect().row(0, named=True)

    assert (row["is_straight_through"], row["is_automatic"]) == (is_straight, True)
    assert said("claim_payment", **claim)[-1] == "That is in time."


def test_t55_a_part_payment_stops_its_own_clock_and_not_the_final_ones():
    """
    Paid in part on the third day, in full on the twelfth: the first clock was kept, the other wasn't.
    """
    agreed = {**PROVEN, "agreed_at": local("2024-03-04"), "first_paid_at": local("2024-03-07")}
    paid = {**agreed, "paid_at": local("2024-03-16")}

    assert said("claim_part_payment", **paid)[-2:] == [
        "“First paid” stops the clock, 2024-03-07 12:00.",
        "That is in time.",
    ]
    assert said("claim_payment", **paid)[-2:] == [
        "“Paid” stops the clock, 2024-03-16 12:00.",
        "That is late; days after the due day: 2.",
    ]
    assert said("claim_payment", date(2024, 3, 14), **agreed)[-1].startswith("At the end of 2024-03-14 it is open")


@pytest.mark.parametrize(
    ("gone", "last"),
    [
        ("2024-04-01", "Ended by its due day, it is in no on-time rate."),
        ("2024-04-02", "That is late; days after the due day: 1."),
    ],
    ids=["on the due day", "the day after"],
)
@pytest.mark.parametrize("how", ["withdrawn", "closed"])
def test_t56_who_gives_up_stops_no_clock(gone, last, how):
    """
    Withdrawn, or closed without a decision: by the due day it is in no rate, later it was late.
    """
    ends = {"decided_at": local(gone), "decision": "withdrawn"} if how == "withdrawn" else {}
    told = said("claim_determination", **PROVEN, **ends, closed_at=local(gone))

    assert told[-2:] == [
        f"Without a decision on the merits it ended {gone} 12:00: Withdrawn."
        if how == "withdrawn"
        else f"It was closed {gone} 12:00 without the record of a decision.",
        last,
    ]


def test_t57_only_eligible_claims_have_the_clock_of_instant_payment():
    """
    Which ones are, the source says: the day after the incident, by the house's rule.
    """
    claim = {**PROVEN, "incident_at": local("2024-02-28"), "documents_completed_at": local("2024-03-01")}
    due = "Hours run through nights, weekends and holidays: it is due at 2024-03-03 12:00."

    assert due in said("claim_instant", **claim, instant_eligible=True)
    for eligible in (False, None):
        assert said("claim_instant", **claim, instant_eligible=eligible) == [
            "It is about other claims than this one: claims eligible for instant payment."
        ]


@pytest.mark.parametrize(
    ("claim_type", "amount", "is_small"),
    [("motor", 5_000, True), ("motor", 5_001, False), ("medical", 3_000, True), ("medical", 3_001, False)],
)
def test_small_claims_have_a_clock_of_their_own(claim_type, amount, is_small):
    """
    Five days from the last document to the payment, to either side of each amount.
    """
    told = clock(
        "claim_small",
        **PROVEN,
        documents_completed_at=local("2024-03-01"),
        claim_type=claim_type,
        amount_claimed=amount,
    )

    assert told.due_on == (date(2024, 3, 6) if is_small else None)
    assert ("not_about" in kinds(told)) is not is_small


def test_closed_without_the_payment_that_was_agreed():
    """
    The clock can't be left any more: from its due day on it is late.
    """
    closed = {**PROVEN, "decided_at": local("2024-03-02"), "agreed_at": local("2024-03-04")}

    assert said("claim_payment", **closed, closed_at=local("2024-03-05"))[-2:] == [
        "It was closed 2024-03-05 12:00, and what the rule asks for isn't recorded.",
        "From 2024-03-14 on it counts as late.",
    ]


def test_a_stop_before_the_start_is_in_no_rate():
    """
    Decided before the first document: told as what it is.
    """
    told = said("claim_determination", **PROVEN, decided_at=local("2024-02-29"))

    assert told[-1] == "The clock would have stopped before it started: it is in no rate of this clock."


def test_what_the_source_never_records_is_no_delay():
    """
    Where nobody writes down when a claim was registered, none is late; where nobody says how it was decided,
    nobody knows whether it was refused.
    """
    recorded = {"claim_id", "reported_at", "documents_first_at", "decided_at"}

    assert said("claim_contact", AT_REST, recorded, **PROVEN)[-2:] == [
        "Hours run through nights, weekends and holidays: it is due at 2024-02-29 12:00.",
        "What would stop it isn't recorded: only the due day can be told.",
    ]
    assert said("claim_refusal", AT_REST, recorded, **PROVEN, decided_at=local("2024-03-05")) == [
        "Whether it is about this claim isn't recorded; it is about these: refused claims."
    ]


def test_every_sentence_on_claims_is_said():
    """
    None is left over that nobody could ever read.
    """
    later = {"documents_completed_at": local("2024-03-20"), "document_requests": 2}
    cases = [
        {},
        PROVEN,
        {"reported_at": local("2024-03-01")},
        {**PROVEN, "documents_requested_at": local("2024-03-05")},
        {**PROVEN, "documents_requested_at": local("2024-03-05"), **later},
        {**PROVEN, "documents_requested_at": local("2024-04-05"), **later},
        {**PROVEN, "decided_at": local("2024-03-05"), "decision": "withdrawn"},
        {**PROVEN, "closed_at": local("2024-03-05")},
        {**PROVEN, "decided_at": local("2024-02-20")},
        {**PROVEN, "decided_at": local("2024-03-05"), "decision": "paid"},
        {
            **PROVEN,
            "decided_at": local("2024-03-05"),
            "agreed_at": local("2024-03-05"),
            "closed_at": local("2024-03-06"),
        },
    ]
    heard = {
        kind
        for case in cases
        for recorded in (None, {"reported_at"})
        for told in claim_clocks(case, terms(), recorded).values()
        for kind in kinds(told)
    }

    assert set(CLAIM_STEPS) <= heard
