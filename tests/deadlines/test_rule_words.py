"""
Rules in words: every value of a rule is said, and nothing is said that the rule doesn't hold.
"""

from __future__ import annotations

import pytest

from dashboard.deadlines import load_regimes
from dashboard.deadlines.rule_words import rule_sentences
from dashboard.words import Words

ENGLISH = Words("en")


def said(name: str) -> str:
    return " ".join(rule_sentences(load_regimes()[name], ENGLISH))


def test_the_chinese_order_in_words():
    """
    Limits by grade, roll, pause, extension, and that it was read in secondary copies.
    """
    assert rule_sentences(load_regimes()["CN-2020-3"], ENGLISH) == [
        "Limit: Simple 15 days, Ordinary 15 days, Complex 30 days, Major 30 days; the day of the start isn't "
        "counted and the due day still is in time.",
        "The clock starts with receipt.",
        "It stops with the later of the decision and telling the complainant.",
        "A due day on which nobody works moves to the next working day; make-up workdays count as working days.",
        "Days of an outside appraisal aren't counted if the complainant was told.",
        "An extension of up to 30 days counts from the start, and only if it was approved at the right level and "
        "told on or before the due day.",
        "A complaint is overdue when it is open at the end of its due day. Withdrawn before that, it counts "
        "nowhere; merged and invalid ones neither.",
        "In force from 2020-03-01.",
        "Law; source: CBIRC Order 2020 No.3 (银行业保险业消费投诉处理管理办法); "
        "days counted by Civil Code art. 201-203",
        "Known from secondary sources: compare it with the original before relying on it.",
    ]


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("house-24h", "Limit: 24 hours, from instant to instant, through nights, weekends and holidays."),
        ("house-24h", "It is about these grades only: Major."),
        ("house-24h", "with the re-grading that brought the case under the rule."),
        ("house-24h", "It stops with the start of the investigation and with nothing else."),
        (
            "CN-2020-3-customer",
            "The clock starts with the regulator's receipt or with ours, whichever came first.",
        ),
        ("SG-LIFE", "Limit: 30 business days;"),
        ("SG-LIFE", "Business days are the days on which people work, make-up workdays included."),
        ("SG-LIFE-interim", "What stops it isn't recorded: only the due day can be told."),
        ("CN-claim-determination", "the first of these that is known: Documents first, Reported."),
        (
            "CN-claim-determination",
            "Days from asking for documents, within the limit, until they came aren't counted.",
        ),
        ("CN-claim-determination", "It stops with the last of these: Decided."),
        (
            "IN-complaint",
            "Before 2024-09-05 the limit was 15 days; a case keeps the version in force when it started.",
        ),
        ("IN-complaint-ack", "No longer in force from 2024-09-05."),
        ("HK", "Unconfirmed: check it before relying on it."),
        ("UK-DISP", "Limit: 8 weeks;"),
    ],
)
def test_what_a_rule_holds_is_said(rule, sentence):
    """
    Each in a sentence of its own.
    """
    assert sentence in said(rule)


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ("guide-30", "moves to the next working day"),
        ("guide-30", "extension"),
        ("guide-30", "appraisal"),
        ("guide-30", "secondary"),
        ("guide-30", "grades"),
        ("house-24h", "overdue"),
        ("UK-DISP", "Business days"),
    ],
)
def test_what_a_rule_doesn_t_hold_is_not_said(rule, part):
    """
    No sentence about a roll, a pause or an extension that isn't there.
    """
    assert part not in said(rule)


def test_every_shipped_rule_can_be_said():
    """
    Whatever its domain and role, in whole sentences without an open blank.
    """
    for rule in load_regimes().values():
        for version in rule.versions:
            assert all("{" not in sentence for sentence in rule_sentences(version, ENGLISH))
