"""
Which databases, which rules, which targets: what an operator decides, read once and never changed.

Everything has a default, and the defaults are the demo insurer. What differs is written in one optional TOML file
(`--settings FILE`, `DASHBOARD_SETTINGS`, or `settings.toml` where the command is called) and in the environment,
which wins: `DASHBOARD_SOURCES__CORE__URL`. Paths in a file are relative to that file.
"""

from __future__ import annotations

from dashboard.settings.access import AccessSettings, Grant
from dashboard.settings.calendar import OwnDay, read_calendar
from dashboard.settings.model import (
    PROJECT,
    AppSettings,
    BusinessSettings,
    RulesSettings,
    Settings,
    SnapshotSettings,
    SourceSettings,
)
from dashboard.settings.reading import read_settings

__all__ = [
    "PROJECT",
    "AccessSettings",
    "AppSettings",
    "BusinessSettings",
    "Grant",
    "OwnDay",
    "RulesSettings",
    "Settings",
    "SnapshotSettings",
    "SourceSettings",
    "read_calendar",
    "read_settings",
]
