"""
Agents and what they sold, learnt and were complained of, as a seeded die throws them around the edges of months.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

FIRST = date(2024, 1, 1)
TEAMS = {"a": "A", "b": "A", "c": "B"}
AGENTS = [f"x{number:02d}" for number in range(24)]
LINES, CHANNELS = ("motor", "health", None), ("app", "phone", None)
# Around ends of months, and of a leap February.
EDGES = (date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31), date(2024, 4, 30), date(2024, 6, 30))
Rows = list[dict[str, Any]]


def crowd(seed: int, size: int = 500) -> dict[str, Rows]:
    """
    Rows by fact.
    """
    die = Random(seed)
    agents = [_agent(die, name) for name in AGENTS]
    teams = {agent["agent_id"]: (agent["team_id"], agent["branch_id"]) for agent in agents}
    policies = [_policy(die, number, teams) for number in range(size)]
    rows = {
        "agents": agents,
        "policies": policies,
        "trainings": [_training(die, number, teams) for number in range(size)],
        "certifications": [_certificate(die, number) for number in range(30)],
        "complaints": [_complaint(die, number, teams) for number in range(size)],
        "claims": [_claim(die, number, policies, teams) for number in range(size)],
        "applications": [_application(die, number, teams) for number in range(size)],
        "renewals": [_renewal(die, number, teams) for number in range(size)],
        "premiums": [_premium(die, number, teams) for number in range(size)],
    }
    for fact in ("complaints", "claims", "applications", "premiums"):
        for row in rows[fact]:
            row |= {"product_line": die.choice(LINES), "channel": die.choice(CHANNELS)}
    return rows


def _day(die: Random) -> date:
    return die.choice(EDGES) + timedelta(die.choice((-1, 0, 1))) if die.random() < 0.3 else _any(die)


def _any(die: Random) -> date:
    return FIRST + timedelta(die.randrange(220))


def _instant(die: Random, day: date | None = None) -> datetime:
    """
    Often a second before or after midnight in Shanghai, where it is eight hours later.
    """
    midnight = datetime.combine(day or _day(die), datetime.min.time(), UTC) - timedelta(hours=8)
    return midnight + timedelta(seconds=die.choice((-1, 0, 1, 40_000)))


def _cases(die: Random) -> int | None:
    return die.choice((1, 1, None, 3))


def _keys(die: Random, teams: dict[str, tuple[str, str]], *, strangers: bool = True) -> dict[str, Any]:
    agent = die.choice((*AGENTS, None, "gone") if strangers else AGENTS)
    team, branch = teams.get(agent, ("a", "A") if die.random() < 0.5 else (None, None))
    return {"agent_id": agent, "team_id": team, "branch_id": branch, "cases": _cases(die)}


def _agent(die: Random, name: str) -> dict[str, Any]:
    team = die.choice(list(TEAMS))
    joined = die.choice((None, date(2020, 2, 29), _day(die), _any(die), date(2023, 5, 31)))
    left = None if joined is None or die.random() < 0.5 else max(joined, _day(die))
    return {
        "agent_id": name,
        "team_id": team,
        "branch_id": TEAMS[team],
        "channel": die.choice(CHANNELS),
        "joined_on": joined,
        "left_on": left,
        "licence_until_on": die.choice(
            (None, date(2024, 6, 29), date(2024, 6, 30), date(2024, 8, 29), date(2024, 8, 30))
        ),
        "cases": _cases(die),
    }


def _policy(die: Random, number: int, teams: dict[str, tuple[str, str]]) -> dict[str, Any]:
    issued = _instant(die)
    return _keys(die, teams) | {
        "policy_id": f"p{number}",
        "issued_at": issued,
        "effective_on": die.choice((None, _any(die))),
        "premium": die.choice((None, Decimal(die.randrange(100, 90_000)).scaleb(-2))),
        "product_line": die.choice(LINES),
        "channel": die.choice(CHANNELS),
    }


def _training(die: Random, number: int, teams: dict[str, tuple[str, str]]) -> dict[str, Any]:
    due = _day(die)
    done = due + timedelta(die.choice((-20, -1, 0, 1, 5, 40)))
    return _keys(die, teams, strangers=False) | {
        "training_id": str(number),
        "due_on": due,
        "completed_on": die.choice((None, done, done)),
        "topic": die.choice(("case_review", "law", None)),
    }


def _certificate(die: Random, number: int) -> dict[str, Any]:
    return {
        "certification_id": str(number),
        "agent_id": die.choice(AGENTS),
        "issued_on": die.choice((None, date(2024, 6, 30), date(2024, 7, 1), date(2022, 1, 1))),
        "expires_on": die.choice((None, date(2024, 6, 29), date(2024, 6, 30), date(2025, 1, 1))),
    }


def _complaint(die: Random, number: int, teams: dict[str, tuple[str, str]]) -> dict[str, Any]:
    received = _instant(die)
    decided = received + timedelta(days=die.choice((1, 30)))
    return _keys(die, teams) | {
        "complaint_id": str(number),
        "policy_id": die.choice((None, f"p{die.randrange(500)}")),
        "received_at": received,
        "category": die.choice(("sales", "sales", "claims", None)),
        "decided_at": decided,
        "outcome": die.choice(("upheld", "partly_upheld", "rejected", "merged", "invalid")),
    }


def _claim(die: Random, number: int, policies: Rows, teams: dict[str, tuple[str, str]]) -> dict[str, Any]:
    policy = die.choice(policies)
    began = policy["effective_on"] or FIRST
    reported = _instant(die, began + timedelta(die.choice((-5, 0, 1, 88, 89, 90, 91, 150))))
    named = die.choice((None, policy["policy_id"], policy["policy_id"]))
    return _keys(die, teams) | {"claim_id": str(number), "policy_id": named, "reported_at": reported}


def _application(die: Random, number: int, teams: dict[str, tuple[str, str]]) -> dict[str, Any]:
    started = _instant(die)
    is_flagged = die.random() < 0.4
    return _keys(die, teams) | {
        "application_id": str(number),
        "started_at": started,
        "conduct_flag": "exaggeration" if is_flagged else None,
        "flagged_at": started + timedelta(days=die.choice((0, 5, 60))) if is_flagged else None,
        "flag_confirmed": die.choice((None, True, False)),
    }


def _renewal(die: Random, number: int, teams: dict[str, tuple[str, str]]) -> dict[str, Any]:
    due = _day(die)
    paid = die.choice((None, due + timedelta(die.choice((-5, 0, 29, 30, 31)))))
    return _keys(die, teams) | {
        "renewal_id": str(number),
        "due_on": due,
        "grace_days": 0,
        "renewed_on": paid,
        "product_line": die.choice(LINES),
        "channel": die.choice(CHANNELS),
    }


def _premium(die: Random, number: int, teams: dict[str, tuple[str, str]]) -> dict[str, Any]:
    due = _day(die)
    return _keys(die, teams) | {
        "premium_id": str(number),
        "effective_on": due - timedelta(365),
        "policy_month": die.choice((13, 13, 25)),
        "due_on": due,
        "grace_days": 60,
        "premium_first_year": 100,
        "premium_paid": 100,
        "paid_on": die.choice((None, due + timedelta(die.choice((0, 59, 60, 61))))),
    }
