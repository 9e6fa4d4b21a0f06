"""
The data contract: every fact the dashboard knows, and nothing about where it comes from.

One fact is one query file per source set and one Delta table. Queries are checked against it, sources are read
with its types, access narrows by its keys, metrics rely on its names.
"""

from __future__ import annotations

from dashboard.facts.business import (
    AGENTS,
    APPLICATIONS,
    CERTIFICATIONS,
    CUSTOMERS,
    POLICIES,
    PREMIUMS,
    RENEWALS,
    TRAININGS,
)
from dashboard.facts.cases import (
    CAMPAIGNS,
    CLAIM_TOUCHES,
    CLAIMS,
    COMPLAINTS,
    CONDUCT_CASES,
    EXPOSURE,
    INTERACTIONS,
    VIEWERS,
)
from dashboard.facts.model import INSTANT, MONEY, PROBLEM, Column, Fact, Kind

__all__ = ["FACTS", "INSTANT", "MONEY", "PROBLEM", "Column", "Fact", "Kind"]

FACTS: dict[str, Fact] = {
    each.name: each
    for each in (
        COMPLAINTS,
        CLAIMS,
        CLAIM_TOUCHES,
        POLICIES,
        RENEWALS,
        PREMIUMS,
        APPLICATIONS,
        INTERACTIONS,
        CUSTOMERS,
        AGENTS,
        TRAININGS,
        CERTIFICATIONS,
        CONDUCT_CASES,
        CAMPAIGNS,
        EXPOSURE,
        VIEWERS,
    )
}
