"""
The organisation: branches, teams, staff, agents, their courses and certificates, and what was reported of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.demo.columns import Array, codes, frame, keys, latest, only, pick
from dashboard.demo.names import BRANCHES, PRODUCTS, TEAM_WORDS, branch_id, people, team_id
from dashboard.demo.plan import TEAMS, TEAMS_PER_BRANCH, Plan, midnight_seconds

Tables = dict[str, pl.DataFrame]

STAFF_PER_TEAM = 6
AGENTS = 600
SALES_CHANNELS = ("个险", "银保", "电销", "网销")
# title, topic, hours, how often a year
COURSES = (
    ("理赔纠纷案例研讨", "案例", 1.5, 12),
    ("产品条款精讲", "产品", 3.0, 4),
    ("保险法律法规", "法规", 4.0, 2),
    ("职业道德与合规", "道德", 3.0, 2),
    ("沟通与销售技能", "技能", 3.0, 2),
    ("销售核保理赔协同", "协同", 2.0, 2),
)
CERTIFICATES = ("CFP", "AFP", "寿险规划师", "健康管理师")
# In the untrained team, so much of the share in time that others have.
UNTRAINED_SHARE = 0.6
ROLES = ("高管", "合规", "团队长", "运维", "分析")


@dataclass(frozen=True)
class Organisation:
    """
    What the rest needs to know of the people: where agents belong, and from when to when they were here.

    Agents are numbered by team: the first of each team is its veteran, here before everybody and still here.
    """

    agent_team: Array
    agent_from: Array
    agent_to: Array
    agents_per_team: int
    staff_per_team: int

    def handlers(self, teams: Array, draws: np.random.Generator) -> Array:
        """
        A member of staff of each of these teams.
        """
        return teams * self.staff_per_team + draws.integers(1, self.staff_per_team, len(teams))

    def agents_at(self, teams: Array, when: Array, draws: np.random.Generator) -> Array:
        """
        An agent of each team who had a contract at that instant: anyone drawn, otherwise the veteran.
        """
        anyone = teams * self.agents_per_team + draws.integers(self.agents_per_team, size=len(teams))
        here = (midnight_seconds(self.agent_from[anyone]) <= when) & ~(
            midnight_seconds(self.agent_to[anyone]) <= when
        )
        return np.where(here, anyone, teams * self.agents_per_team)

    def longest_here(self, team: int) -> int:
        """
        Of a team's agents who are still here the longest here but for its veteran, or the veteran alone.
        """
        first = team * self.agents_per_team
        others = np.arange(first + 1, first + self.agents_per_team)
        here = others[np.isnat(self.agent_to[others])]
        return int(here[np.argmin(self.agent_from[here])]) if len(here) else first


def organise(plan: Plan) -> Organisation:
    """
    Draw who works in which team, since when and until when.
    """
    draws = plan.draws("agents")
    per_team = max(3, round(AGENTS * plan.scale / TEAMS))
    size = TEAMS * per_team
    today = np.datetime64(plan.as_of, "D")
    veteran = np.arange(size) % per_team == 0
    since = today - np.where(veteran, 4000, 30 + draws.gamma(1.6, 700, size)).astype("timedelta64[D]")
    leaves = (draws.random(size) < 0.3) & ~veteran
    until = since + (60 + draws.gamma(1.5, 500, size)).astype("timedelta64[D]")
    until = np.where(leaves & (until <= today), until, np.datetime64("NaT"))
    staff = max(4, round(STAFF_PER_TEAM * plan.scale))
    return Organisation(np.arange(size) // per_team, since, until, per_team, staff)


def places(plan: Plan) -> Tables:
    """
    Where people work and what they sell and learn: branches, teams, products, courses.
    """
    branches = range(len(BRANCHES))
    teams = range(TEAMS)
    return {
        "branch": pl.DataFrame(
            {
                "branch_no": [branch_id(number) for number in branches],
                "branch_name": [name for name, _ in BRANCHES],
                "region_name": [region for _, region in BRANCHES],
                "opened_on": [plan.start.replace(year=2004 + number, month=1, day=1) for number in branches],
            }
        ),
        "team": pl.DataFrame(
            {
                "team_no": [team_id(number) for number in teams],
                "branch_no": [branch_id(number // TEAMS_PER_BRANCH) for number in teams],
                "team_name": [
                    f"{BRANCHES[number // TEAMS_PER_BRANCH][0][:2]}{TEAM_WORDS[number % TEAMS_PER_BRANCH]}团队"
                    for number in teams
                ],
            }
        ),
        "product": pl.DataFrame(
            {
                "product_no": [f"PR{number:02d}" for number in range(len(PRODUCTS))],
                "title": [product.title for product in PRODUCTS],
                "line_code": [product.line for product in PRODUCTS],
                "risk_level": [product.risk_level for product in PRODUCTS],
                "term_years": [product.term_years for product in PRODUCTS],
                "grace_days": [product.grace_days for product in PRODUCTS],
                "free_look_days": [product.free_look_days for product in PRODUCTS],
            }
        ),
        "course": pl.DataFrame(
            {
                "course_no": [f"K{number:02d}" for number in range(len(COURSES))],
                "title": [course[0] for course in COURSES],
                "topic_code": [course[1] for course in COURSES],
                "hours": [course[2] for course in COURSES],
            }
        ),
    }


def workforce(plan: Plan, organisation: Organisation) -> Tables:
    """
    Staff, agents, and who may sign in.
    """
    draws = plan.draws("workforce")
    size = len(organisation.agent_team)
    today = np.datetime64(plan.as_of, "D")
    team_keys = [team_id(team) for team in range(TEAMS)]
    licence = today + draws.integers(-20, 700, size).astype("timedelta64[D]")
    staff = np.arange(TEAMS * organisation.staff_per_team)
    hired = today - draws.integers(400, 5000, len(staff)).astype("timedelta64[D]")
    agents = frame(
        {
            "agent_no": keys("A", np.arange(size)),
            "team_no": codes(team_keys, organisation.agent_team),
            "full_name": people(draws, size),
            "sales_channel": codes(SALES_CHANNELS, pick(draws, (70, 15, 9, 6), size)),
            "contract_from": organisation.agent_from,
            "contract_to": organisation.agent_to,
            "licence_until": np.where(np.isnat(organisation.agent_to), licence, organisation.agent_to),
            "updated_at": latest(organisation.agent_from, organisation.agent_to) + np.timedelta64(9, "h"),
        }
    )
    return {
        "staff": frame(
            {
                "staff_no": keys("S", staff),
                "team_no": codes(team_keys, staff // organisation.staff_per_team),
                "full_name": people(draws, len(staff)),
                "job_code": codes(("客户经理", "专员"), (staff % organisation.staff_per_team > 0).astype(int)),
                "hired_on": hired,
                "left_on": np.full(len(staff), np.datetime64("NaT", "D")),
            }
        ),
        "agent": agents,
        "app_user": _users(agents),
    }


def _users(agents: pl.DataFrame) -> pl.DataFrame:
    leaders = [(f"lead.{team_id(team).lower()}", "团队长", None, team_id(team), None) for team in range(TEAMS)]
    branches = [
        (f"compliance.{branch_id(branch).lower()}", "合规", branch_id(branch), None, None)
        for branch in range(len(BRANCHES))
    ]
    managers = [
        (f"manager.{branch_id(branch).lower()}", "机构负责人", branch_id(branch), None, None)
        for branch in range(len(BRANCHES))
    ]
    # One of them looks after a second branch as well.
    managers.append((managers[0][0], "机构负责人", branch_id(1), None, None))
    head_office = [
        (name, role, None, None, None) for name, role in zip(("executive", "compliance"), ROLES, strict=False)
    ]
    head_office += [("operator", "运维", None, None, None), ("analyst", "分析", None, None, None)]
    agent = agents.row(0, named=True)
    one_agent = [("agent.first", "代理人", None, None, agent["agent_no"])]
    people_who_sign_in = head_office + branches + managers + leaders + one_agent
    return pl.DataFrame(
        {
            "user_no": list(range(1, len(people_who_sign_in) + 1)),
            "email_address": [f"{user[0]}@example.com" for user in people_who_sign_in],
            "role_code": [user[1] for user in people_who_sign_in],
            "branch_no": [user[2] for user in people_who_sign_in],
            "team_no": [user[3] for user in people_who_sign_in],
            "agent_no": [user[4] for user in people_who_sign_in],
            "disabled": [0] * len(people_who_sign_in),
            "updated_at": [agent["updated_at"]] * len(people_who_sign_in),
        },
        schema_overrides={"branch_no": pl.String, "team_no": pl.String, "agent_no": pl.String},
    )


def learning(plan: Plan, organisation: Organisation) -> Tables:
    """
    Courses booked while an agent had a contract, certificates, and reported misconduct.
    """
    draws = plan.draws("learning")
    agents, course, due = _course_days(plan, organisation)
    keen = draws.beta(9, 1.2, len(organisation.agent_team))
    keen = np.where(organisation.agent_team == plan.untrained_team, keen * UNTRAINED_SHARE, keen)
    wait = draws.gamma(2, 6, len(agents)) - 20
    late = draws.random(len(agents)) > keen[agents]
    done = due + (wait + np.where(late, draws.gamma(1.3, 40, len(agents)) + 20, 0)).astype("timedelta64[D]")
    done = np.where(late | (done <= due), done, due)
    never = late & (draws.random(len(agents)) < 0.3)
    done = np.where(never, np.datetime64("NaT"), plan.happened(done))
    marks = (60 + 40 * draws.beta(5, 2, len(agents))).round(0)
    booked = midnight_seconds(due - np.timedelta64(30, "D")) + np.timedelta64(10, "h")
    bookings = frame(
        {
            "booking_no": keys("L", np.arange(len(agents))),
            "agent_no": keys("A", agents),
            "course_no": codes([f"K{number:02d}" for number in range(len(COURSES))], course),
            "due_on": due,
            "completed_on": done,
            "score": only(marks, ~np.isnat(done)),
            "updated_at": latest(booked, done + np.timedelta64(17 * 3600, "s")),
        }
    )
    return {
        "course_booking": bookings,
        "certificate": _certificates(plan, organisation),
        "conduct_case": _conduct_cases(plan, organisation),
    }


def _course_days(plan: Plan, organisation: Organisation) -> tuple[Array, Array, Array]:
    today = np.datetime64(plan.as_of, "D")
    agents, courses, days = [], [], []
    for number, (_, _, _, per_year) in enumerate(COURSES):
        # Booked a month ahead, so the next one is there already.
        steps = np.arange(1 + 3 * per_year) * (365 // per_year)
        due = today + np.timedelta64(25, "D") - steps.astype("timedelta64[D]")
        here = (organisation.agent_from[:, None] < due[None, :]) & ~(organisation.agent_to[:, None] < due[None, :])
        agent, step = np.nonzero(here)
        agents.append(agent)
        courses.append(np.full(len(agent), number))
        days.append(due[step])
    return np.concatenate(agents), np.concatenate(courses), np.concatenate(days)


def _certificates(plan: Plan, organisation: Organisation) -> pl.DataFrame:
    draws = plan.draws("certificates")
    holder = np.flatnonzero(draws.random(len(organisation.agent_team)) < 0.35)
    today = np.datetime64(plan.as_of, "D")
    issued = np.maximum(
        today - draws.integers(20, 1300, len(holder)).astype("timedelta64[D]"), organisation.agent_from[holder]
    )
    return frame(
        {
            "certificate_no": keys("Z", np.arange(len(holder))),
            "agent_no": keys("A", holder),
            "title": codes(CERTIFICATES, pick(draws, (2, 3, 4, 3), len(holder))),
            "issued_on": issued,
            "expires_on": issued + np.timedelta64(2 * 365, "D"),
            "updated_at": midnight_seconds(issued) + np.timedelta64(11, "h"),
        }
    )


def _conduct_cases(plan: Plan, organisation: Organisation) -> pl.DataFrame:
    draws = plan.draws("conduct")
    size = max(40, round(300 * plan.scale))
    reported = plan.arrivals(draws, size, growth=0.05)
    team = draws.integers(TEAMS, size=size)
    accepted = plan.happened(plan.calendar.answered(draws, reported, draws.gamma(2, 4, size)))
    decided = plan.happened(plan.calendar.answered(draws, accepted, draws.gamma(3, 14, size)))
    known = ~np.isnat(decided)
    founded = draws.random(size) < 0.42
    discipline = np.where(founded, 1 + pick(draws, (50, 25, 18, 7), size), 0)
    return frame(
        {
            "conduct_no": keys("D", np.arange(size)),
            "agent_no": keys("A", organisation.agents_at(team, reported, draws)),
            "source_code": codes(("举报热线", "内部", "监管", "客户"), pick(draws, (40, 30, 8, 22), size)),
            "category_code": codes(
                ("误导销售", "代签名", "返佣", "挪用保费", "泄露信息"), pick(draws, (4, 3, 2, 1, 1), size)
            ),
            "reported_at": reported,
            "accepted_at": accepted,
            "decided_at": decided,
            "substantiated": only(founded, known),
            "discipline_code": only(codes(("无", "警告", "罚款", "解约", "黑名单"), discipline), known),
            "anonymous": draws.random(size) < 0.45,
            "updated_at": latest(reported, accepted, decided),
        }
    )
