"""
Rules and explanations in a reader's language, one whole sentence at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from dashboard.deadlines.explanation import Code, Explanation, Step
from dashboard.deadlines.model import Limit, Regime
from dashboard.words import Words, msgid

UNITS: dict[str, tuple[str, str]] = {
    "bd": (msgid("1 business day"), msgid("{count} business days")),
    "h": (msgid("1 hour"), msgid("{count} hours")),
    "w": (msgid("1 week"), msgid("{count} weeks")),
    "m": (msgid("1 month"), msgid("{count} months")),
}

# The days off that the Chinese calendar names; other countries' are said as their calendars do.
HOLIDAYS = (
    msgid("New Year's Day"),
    msgid("Spring Festival"),
    msgid("Tomb-sweeping Day"),
    msgid("Labour Day"),
    msgid("Dragon Boat Festival"),
    msgid("Mid-autumn Festival"),
    msgid("National Day"),
    msgid("Anti-Fascist 70th Day"),
)

STEPS: dict[str, str] = {
    "rule": msgid("Rule {rule}: {source}."),
    "version": msgid("The rule has changed; the version in force on {on} counts."),
    "start_received": msgid("The clock starts with receipt, {at}."),
    "start_regulator": msgid("The clock starts when the regulator received it, {at}, before we did."),
    "start_not_regulator": msgid("The regulator had it no earlier: the clock starts with our own receipt, {at}."),
    "start_regraded": msgid(
        "The clock starts with the re-grading to {grade}, {at}: until then the rule didn't concern it."
    ),
    "start_columns": msgid("The clock starts with “{column}”, {at}."),
    "start_unknown": msgid("What starts the clock isn't recorded."),
    "limit": msgid("It may take {limit}."),
    "limit_of_grade": msgid("Graded {grade}, it may take {limit}."),
    "limit_without_grade": msgid(
        "The rule knows no limit for its grade ({grade}); the general one counts: {limit}."
    ),
    "regraded_kept": msgid(
        "Re-graded from {old} to {new} on {on}, before the first limit had run out ({due}): the new grade counts."
    ),
    "regraded_late": msgid(
        "Re-graded from {old} to {new} on {on}, after the first limit had run out ({due}): the first grade counts."
    ),
    "regraded_from_unknown": msgid(
        "Re-graded to {new} on {on}; the first grade isn't recorded, so the present one counts."
    ),
    "pause_counted": msgid("Days of an outside appraisal that don't count, as the complainant was told: {days}."),
    "pause_untold": msgid("Days of an outside appraisal that count all the same, as nobody was told: {days}."),
    "pause_unknown_to_rule": msgid(
        "Days of an outside appraisal that count, as this rule leaves none out: {days}."
    ),
    "extension_counted": msgid(
        "The extension is valid: approved by {level} on {approved}, told on {told}, no later than {due}. "
        "Counted from the start it makes {days} days."
    ),
    "extension_capped": msgid("{granted} more days were granted; the rule allows {most}."),
    "extension_unknown_to_rule": msgid("An extension is recorded, but this rule knows none."),
    "void_no_days": msgid("The extension is void: no days were granted."),
    "void_not_approved": msgid("The extension is void: it wasn't approved."),
    "void_approved_late": msgid("The extension is void: it was approved on {on}, after the due day {due}."),
    "void_wrong_level": msgid("The extension is void: this level may not approve it: {level}."),
    "void_not_told": msgid("The extension is void: the complainant wasn't told."),
    "void_told_late": msgid("The extension is void: the complainant was told on {on}, after the due day {due}."),
    "ends": msgid("Without the day of the start, the time ends on {on}."),
    "rolls": msgid("Nobody works on {on} ({names}); the next working day is {due}."),
    "makeup": msgid("{on} is a day of a weekend that is worked to make up for a holiday."),
    "due": msgid("It is due on {on}, until midnight."),
    "due_at": msgid("Hours run through nights, weekends and holidays: it is due at {at}."),
    "stop_none": msgid("Nothing has stopped the clock yet."),
    "stop_decided": msgid(
        "Decided {decided}, the complainant told {told}: the later of the two stops the clock, {at}."
    ),
    "stop_decision": msgid("The decision stops the clock, {at}."),
    "stop_decided_untold": msgid(
        "The decision stops the clock, {at}; that the complainant was told isn't recorded."
    ),
    "stop_informed_only": msgid("The notice stops the clock, {at}; the decision isn't recorded."),
    "stop_closed_only": msgid("Closing stops the clock, {at}; neither decision nor notice is recorded."),
    "stop_withdrawn": msgid("The withdrawal stops the clock, {at}."),
    "stop_started": msgid("The start of the investigation stops the clock, {at}."),
    "stop_done": msgid("The clock stops {at}."),
    "verdict_no_subject": msgid("The rule is about other grades ({grades}) and not about this one: {grade}."),
    "verdict_nothing_due": msgid("So nothing is due."),
    "verdict_merged": msgid("It is merged into another complaint and counts nowhere."),
    "verdict_invalid": msgid("It is invalid and counts nowhere."),
    "verdict_order_wrong": msgid("It stopped before it was received: the record is wrong and counts nowhere."),
    "verdict_excluded": msgid("Withdrawn undecided by its due day, it is in no on-time rate."),
    "verdict_in_time": msgid("That is in time."),
    "verdict_late": msgid("That is late; days after the due day: {days}."),
    "verdict_late_by_hours": msgid("That is late: it was due at {at}."),
    "verdict_open": msgid("At the end of {as_of} it is open; days left: {days}."),
    "verdict_overdue": msgid("At the end of {as_of} it is open and overdue; days after the due day: {days}."),
    "doubt_grade_missing": msgid("Doubt: the grade isn't recorded, or is none the rule knows."),
    "doubt_outside_effective": msgid("Doubt: the rule wasn't in force on the day of the start."),
    "doubt_calendar_incomplete": msgid(
        "Doubt: the working days of that time aren't published yet; the due day may still move."
    ),
}

# What is said of claims only.
CLAIM_STEPS: dict[str, str] = {
    "not_about": msgid("It is about other claims than this one: {about}."),
    "about_unrecorded": msgid("Whether it is about this claim isn't recorded; it is about these: {about}."),
    "not_begun": msgid("No clock of this kind has started; not recorded: {columns}."),
    "start_instead": msgid("The clock starts with “{column}”, {at}; not recorded: {missing}."),
    "documents_awaited": msgid(
        "Documents were asked for on {asked}, within the limit; until they are there the clock stands still."
    ),
    "documents_counted": msgid(
        "Documents were asked for on {asked}, within the limit, and all there on {came}; "
        "days between, which don't count: {days}."
    ),
    "documents_late": msgid(
        "Documents were asked for on {asked}, after the limit had run out ({due}): no day is left out."
    ),
    "documents_again": msgid(
        "Documents were asked for more than once (times: {times}); one notice is allowed, and only it stops time."
    ),
    "stop_column": msgid("“{column}” stops the clock, {at}."),
    "stop_unrecorded": msgid("What would stop it isn't recorded: only the due day can be told."),
    "left": msgid("Without a decision on the merits it ended {at}: {decision}."),
    "left_closed": msgid("It was closed {at} without the record of a decision."),
    "closed_undone": msgid("It was closed {at}, and what the rule asks for isn't recorded."),
    "verdict_left_in_time": msgid("Ended by its due day, it is in no on-time rate."),
    "verdict_closed_undone": msgid("From {due} on it counts as late."),
    "verdict_before_start": msgid(
        "The clock would have stopped before it started: it is in no rate of this clock."
    ),
}


def sentences(explanation: Explanation, words: Words) -> list[str]:
    """
    An explanation in words, a sentence for each step, in order.
    """
    return [_sentence(step, words) for step in explanation.steps]


def limit_in_words(limit: Limit, words: Words) -> str:
    """
    A limit with its unit: 15 days, 48 hours, 1 month.
    """
    if limit.unit == "cd":
        return words.days(limit.n)
    one, many = UNITS[limit.unit]
    return words.text(one) if limit.n == 1 else words.text(many, count=words.count(limit.n))


def limits_in_words(rule: Regime, words: Words) -> str:
    """
    A rule's limit, or its limits by grade: Simple 15 days, Complex 30 days.
    """
    if not rule.limit_by_grade:
        return limit_in_words(rule.limit, words)
    return words.text(", ").join(
        f"{words.code('grade', grade)} {limit_in_words(limit, words)}"
        for grade, limit in rule.limit_by_grade.items()
    )


def _sentence(step: Step, words: Words) -> str:
    said = {name: _value(value, words) for name, value in step.values.items()}
    return words.text(STEPS.get(step.kind) or CLAIM_STEPS[step.kind], **said)


def _value(value: Any, words: Words) -> str:
    if isinstance(value, list):
        return words.text(", ").join(_value(each, words) for each in value)
    for kind, say in _SAID.items():
        if isinstance(value, kind):
            return say(words, value)
    return words.text("not recorded")


# An instant is a day to Python as well, so it is asked for first.
_SAID: dict[type, Callable[[Words, Any], str]] = {
    Code: lambda words, code: words.column(code.value) if code.column == "column" else words.code(*code),
    Limit: lambda words, limit: limit_in_words(limit, words),
    datetime: Words.instant,
    date: Words.day,
    int: Words.count,
    str: Words.text,
}
