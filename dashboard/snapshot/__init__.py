"""
The snapshot: one Delta table for each fact, and a manifest that names one version of all of them.

Readers only ever follow the manifest, so they see every fact at one moment, and a load that was cut off anywhere
is something nobody has seen. One process writes at a time, under a lock that the kernel frees when it dies.
"""

from __future__ import annotations

from dashboard.snapshot.manifest import FactState, Version
from dashboard.snapshot.measure import measured
from dashboard.snapshot.places import Places, places_of, rows_there
from dashboard.snapshot.store import Snapshot

__all__ = ["FactState", "Places", "Snapshot", "Version", "measured", "places_of", "rows_there"]
