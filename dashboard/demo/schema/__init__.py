"""
The made-up insurer's operational database: one definition for SQLite, PostgreSQL and MariaDB.
"""

from __future__ import annotations

from dashboard.demo.schema import business, cases, organisation
from dashboard.demo.schema.parts import metadata

__all__ = ["business", "cases", "metadata", "organisation"]
