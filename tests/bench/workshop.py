"""
What several benchmarks need and take minutes to make: made once for a run, timed while it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dashboard.demo import build
from dashboard.intake.refresh import RefreshReport, refresh
from dashboard.settings import PROJECT, Settings, SnapshotSettings
from dashboard.snapshot import Snapshot
from tests.bench.copies import GROWING, STAYING, multiply
from tests.bench.measure import seconds
from tests.insurer import AS_OF, NOW


@dataclass(frozen=True)
class Loaded:
    """
    A snapshot that was loaded, and how that went.
    """

    settings: Settings
    report: RefreshReport


@dataclass(frozen=True)
class Many:
    """
    A snapshot of the demo insurer many times over, and how much it holds, in words.
    """

    snapshot: Path
    said: str


class Workshop:
    """
    A folder, with the demo insurer in it once somebody asks; and how many claims are many.
    """

    def __init__(self, folder: Path, claims: int) -> None:
        self.folder, self.claims = folder, claims

    @cached_property
    def demo_seconds(self) -> float:
        """
        How long building the demo insurer at scale 1 took.
        """
        return seconds(lambda: build(self._demo_url, scale=1, as_of=AS_OF))

    @cached_property
    def loaded_demo(self) -> Loaded:
        """
        The demo insurer, loaded.
        """
        self.demo_seconds  # noqa: B018 - asked for, it is built
        return self.load("demo", self._demo_url, PROJECT / "queries" / "demo", "Asia/Shanghai")

    def load(self, name: str, url: str, queries: Path, timezone: str, **snapshot: int) -> Loaded:
        """
        Load everything a source holds into a snapshot of its own, or what changed since the last time.
        """
        source = {"url": url, "queries": queries, "timezone": timezone}
        kept = {"path": str(self.folder / f"{name}-snapshot"), **snapshot}
        settings = Settings(sources={name: source}, snapshot=kept)
        report = refresh(settings, now=NOW)
        if report.problems:
            raise SystemExit("\n".join(str(problem) for problem in report.problems))
        return Loaded(settings, report)

    def multiplied(self, size: int, facts: tuple[str, ...] = (*GROWING, *STAYING)) -> Many:
        """
        The demo so many times over that it holds about `size` claims, at least once; made when first asked for.
        """
        states = Snapshot(self.loaded_demo.settings.snapshot).current().facts
        copies = max(1, round(size / states["claims"].rows))
        snapshot = self.folder / f"copies{copies}-{len(facts)}"
        if not snapshot.exists():
            multiply(Path(self.loaded_demo.settings.snapshot.path), snapshot, copies, facts=facts)
        held = Snapshot(SnapshotSettings(path=str(snapshot))).current().facts["claims"].rows
        return Many(snapshot, f"{held:,} claims")

    @property
    def _demo_url(self) -> str:
        return f"sqlite:///{self.folder / 'demo.db'}"
