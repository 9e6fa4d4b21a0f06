"""
Which facts of a single customer are looked up in the sources themselves, and how long that may take.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dashboard.settings.parts import Part, Whole

# The facts whose rows name a customer.
OfCustomers = Literal[
    "customers", "policies", "renewals", "claims", "complaints", "interactions", "applications", "campaigns"
]


class LiveSettings(Part):
    """
    What the page of one customer asks the sources at the moment somebody looks.
    """

    facts: tuple[OfCustomers, ...] = Field(
        ("customers", "interactions"),
        description="a list of facts that name a customer; of the others the snapshot is shown",
        examples=['["customers", "interactions"]'],
    )
    timeout_seconds: Whole = Field(
        2, gt=0, description="a whole number of seconds a lookup may take", examples=["2"]
    )
    row_cap: Whole = Field(
        2_000,
        gt=0,
        description="the most rows a lookup may bring; with more the snapshot is shown",
        examples=["2000"],
    )
