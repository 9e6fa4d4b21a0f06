"""
Who works here: branches, teams, staff, agents, what they learnt, and what was reported about them.
"""

from __future__ import annotations

from dashboard.demo.schema.parts import (
    amounts,
    counts,
    days,
    instants,
    link,
    number,
    ratios,
    serial,
    table,
    truths,
    words,
)

# One row that says this database was made up, and from what.
ORIGIN = table(
    "demo_origin",
    serial("origin_no"),
    words("seed scale", required=True),
    days("as_of", required=True),
    changed=False,
)

BRANCH = table(
    "branch",
    number("branch_no"),
    words("branch_name region_name", required=True),
    days("opened_on"),
    changed=False,
)

TEAM = table("team", number("team_no"), link("branch.branch_no"), words("team_name", required=True), changed=False)

STAFF = table(
    "staff",
    number("staff_no"),
    link("team.team_no"),
    words("full_name job_code", required=True),
    days("hired_on left_on"),
    changed=False,
)

AGENT = table(
    "agent",
    number("agent_no"),
    link("team.team_no"),
    words("full_name sales_channel", required=True),
    days("contract_from contract_to licence_until"),
)

APP_USER = table(
    "app_user",
    serial("user_no"),
    words("email_address", 120, required=True),
    words("role_code", required=True),
    link("branch.branch_no", optional=True),
    link("team.team_no", optional=True),
    link("agent.agent_no", optional=True),
    truths("disabled"),
)

COURSE = table(
    "course",
    number("course_no"),
    words("title topic_code", required=True),
    ratios("hours"),
    changed=False,
)

COURSE_BOOKING = table(
    "course_booking",
    number("booking_no"),
    link("agent.agent_no"),
    link("course.course_no"),
    days("due_on", required=True),
    days("completed_on"),
    ratios("score"),
)

CERTIFICATE = table(
    "certificate",
    number("certificate_no"),
    link("agent.agent_no"),
    words("title", required=True),
    days("issued_on expires_on"),
)

CONDUCT_CASE = table(
    "conduct_case",
    number("conduct_no"),
    link("agent.agent_no"),
    words("source_code category_code"),
    instants("reported_at", required=True),
    instants("accepted_at decided_at"),
    truths("substantiated"),
    words("discipline_code"),
    truths("anonymous"),
)

# What the ledger reports at each month's end; nobody derives it from single policies.
PRODUCTION_MONTH = table(
    "production_month",
    serial("production_no"),
    days("month_on", required=True),
    link("branch.branch_no"),
    words("line_code", required=True),
    counts("policies_in_force insured_persons"),
    amounts("premium_written"),
)
