"""
What a rule demands, in a reader's language, one whole sentence at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.deadlines.model import Regime
from dashboard.deadlines.sentences import limits_in_words
from dashboard.words import Words, msgid

KINDS = {"law": msgid("law"), "code": msgid("industry code"), "internal": msgid("house rule")}
DOMAINS = {
    "complaint": msgid("complaint"),
    "claim": msgid("claim"),
    "policy": msgid("policy"),
    "sale": msgid("sale"),
    "report": msgid("report of misconduct"),
}
ROLES = {
    "acknowledgement": msgid("acknowledgement"),
    "start": msgid("start of the investigation"),
    "interim": msgid("interim reply"),
    "investigation": msgid("investigation"),
    "reply": msgid("reply"),
    "summary": msgid("quick resolution"),
    "decision": msgid("decision"),
    "notice": msgid("notice"),
    "payment": msgid("payment"),
    "escalation": msgid("escalation"),
    "closure": msgid("closure"),
    "cooling_off": msgid("cooling-off period"),
}
CONFIDENCE = {
    "read": msgid("text read"),
    "secondary": msgid("from secondary sources"),
    "unconfirmed": msgid("unconfirmed"),
}
STARTS = {
    "received": msgid("The clock starts with receipt."),
    "regulator_received": msgid(
        "The clock starts with the regulator's receipt or with ours, whichever came first."
    ),
    "graded": msgid("The clock starts with receipt, or with the re-grading that brought the case under the rule."),
    "columns": msgid("The clock starts with the first of these that is known: {columns}."),
}
STOPS = {
    "decided_and_informed": msgid("It stops with the later of the decision and telling the complainant."),
    "decided": msgid("It stops with the decision."),
    "investigation_started": msgid("It stops with the start of the investigation and with nothing else."),
    "latest": msgid("It stops with the last of these: {columns}."),
    "earliest": msgid("It stops with the first of these: {columns}."),
    "unrecorded": msgid("What stops it isn't recorded: only the due day can be told."),
}


def rule_sentences(rule: Regime, words: Words) -> list[str]:
    """
    A rule in words: its limit, start and stop, what moves the due day, what came before it, whose demand it is.
    """
    return [
        *_limit(rule, words),
        _start(rule, words),
        _stop(rule, words),
        *_moves(rule, words),
        *_counting(rule, words),
        *_history(rule, words),
        words.text("{kind}; source: {source}", kind=words.text(KINDS[rule.kind]).capitalize(), source=rule.source),
        *_confidence(rule, words),
    ]


def _limit(rule: Regime, words: Words) -> Iterator[str]:
    limit = limits_in_words(rule, words)
    yield (
        words.text("Limit: {limit}, from instant to instant, through nights, weekends and holidays.", limit=limit)
        if rule.in_hours
        else words.text(
            "Limit: {limit}; the day of the start isn't counted and the due day still is in time.", limit=limit
        )
    )
    if any(limit.unit == "bd" for limit in rule.limits):
        yield words.text("Business days are the days on which people work, make-up workdays included.")
    if rule.applies_to:
        grades = words.text(", ").join(words.code("grade", grade) for grade in sorted(rule.applies_to))
        yield words.text("It is about these grades only: {grades}.", grades=grades)


def _start(rule: Regime, words: Words) -> str:
    return words.text(STARTS[rule.start], columns=_columns(rule.start_columns, words))


def _stop(rule: Regime, words: Words) -> str:
    how = rule.stop_rule if rule.stop == "columns" else rule.stop
    return words.text(STOPS[how], columns=_columns(rule.stop_columns, words))


def _moves(rule: Regime, words: Words) -> Iterator[str]:
    if rule.roll == "nonworking":
        yield words.text(
            "A due day on which nobody works moves to the next working day; make-up workdays count as "
            "working days."
        )
    if rule.pause == "when_told":
        yield words.text("Days of an outside appraisal aren't counted if the complainant was told.")
    if rule.pause == "documents":
        yield words.text("Days from asking for documents, within the limit, until they came aren't counted.")
    if rule.extension:
        yield words.text(
            "An extension of up to {days} counts from the start, and only if it was approved at the right level "
            "and told on or before the due day.",
            days=words.days(rule.extension.most_days),
        )


def _counting(rule: Regime, words: Words) -> Iterator[str]:
    if rule.domain == "complaint" and rule.role == "decision":
        yield words.text(
            "A complaint is overdue when it is open at the end of its due day. Withdrawn before that, it "
            "counts nowhere; merged and invalid ones neither."
        )


def _history(rule: Regime, words: Words) -> Iterator[str]:
    if rule.effective_from:
        yield words.text("In force from {day}.", day=words.day(rule.effective_from))
    if rule.effective_before:
        yield words.text("No longer in force from {day}.", day=words.day(rule.effective_before))
    for version in reversed(rule.earlier):
        yield words.text(
            "Before {day} the limit was {limit}; a case keeps the version in force when it started.",
            day=words.day(version.effective_before),
            limit=limits_in_words(version, words),
        )


def _confidence(rule: Regime, words: Words) -> Iterator[str]:
    if rule.confidence == "secondary":
        yield words.text("Known from secondary sources: compare it with the original before relying on it.")
    if rule.confidence == "unconfirmed":
        yield words.text("Unconfirmed: check it before relying on it.")


def _columns(names: tuple[str, ...], words: Words) -> str:
    return words.text(", ").join(words.column(name) for name in names)
