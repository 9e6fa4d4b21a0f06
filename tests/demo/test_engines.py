"""
One insurer in SQLite, PostgreSQL and MariaDB: the same queries give the same facts, and the same figures.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import Role, Viewer
from dashboard.demo import build
from dashboard.facts import FACTS
from dashboard.intake.refresh import refresh
from dashboard.metrics import KPIS
from dashboard.questions import Question, answer
from dashboard.settings import Settings, read_settings
from dashboard.snapshot import Snapshot
from tests.demo.conftest import AS_OF, Made
from tests.insurer import write_settings

# Reads every fact, reports of misconduct among them.
OFFICER = Viewer("officer", Role.COMPLIANCE)

# Together they split every KPI in each way that a fact allows, and all of them by nothing at all.
SPLITS = ((), ("month",), ("branch", "team"), ("product_line", "channel"), ("category",), ("claim_type",))


def loaded(folder: Path, url: str) -> Settings:
    """
    Settings of a snapshot into which everything was read from an insurer's database.
    """
    settings = read_settings(write_settings(folder, url, pinned=AS_OF))
    report = refresh(settings)
    assert report.succeeded, report.problems
    return settings


@pytest.fixture(scope="module")
def reference(small: Made, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """
    The snapshot of the insurer in SQLite.
    """
    return loaded(tmp_path_factory.mktemp("sqlite"), f"sqlite:///{small.file}")


@pytest.fixture(scope="module", params=["postgres_server", "mariadb_server"])
def other(request: pytest.FixtureRequest, small: Made, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """
    The snapshot of the same insurer, made once more in a server's database.
    """
    url = request.getfixturevalue(request.param).new_database("same_insurer")
    books = build(url, scale=0.02, as_of=AS_OF)
    assert books == small.books
    return loaded(tmp_path_factory.mktemp(request.param), url)


def rows_of(settings: Settings, fact: str) -> pl.DataFrame:
    """
    Every row of a fact and every column, bad rows with their reason, in the order of its keys.
    """
    return Snapshot(settings.snapshot).current().scan(fact).sort(*FACTS[fact].keys).collect()


@pytest.mark.parametrize("fact", FACTS)
def test_every_row_is_the_same(fact, reference, other):
    """
    To the last column: codes, days, instants, amounts, and what is wrong with the spoiled ones.
    """
    ours, theirs = rows_of(reference, fact), rows_of(other, fact)

    assert ours.height > 0
    assert_frame_equal(theirs, ours, check_exact=True)


@pytest.mark.parametrize("fact", FACTS)
def test_what_is_known_of_a_fact_is_the_same(fact, reference, other):
    """
    Its watermark, its newest row, its bad rows and unknown codes, and which columns are recorded.
    """
    ours, theirs = (Snapshot(each.snapshot).current().facts[fact] for each in (reference, other))

    for name in ("rows", "bad", "unknown", "watermark", "latest_at", "columns"):
        assert getattr(theirs, name) == getattr(ours, name), name


@pytest.mark.parametrize("by", SPLITS, ids=" ".join)
def test_every_figure_is_the_same(by, reference, other):
    """
    Every KPI of the registry, in total and split: value, numerator, denominator, cases and status.
    """
    ours, theirs = (answer(each, Question(by=by), OFFICER) for each in (reference, other))

    assert by or [each["id"] for each in ours] == list(KPIS)
    assert [each for each in ours if each["value"] is not None]
    assert plain(theirs) == plain(ours)


def plain(records: list[dict[str, object]]) -> list[dict[str, object]]:
    """
    Records without the number of the snapshot's version, which counts how often each was written, and with what is
    no whole number to twelve digits: amounts add up in another order where rows lie in another.
    """
    return [
        {
            name: float(f"{value:.12g}") if isinstance(value, float) else value
            for name, value in each.items()
            if name != "snapshot"
        }
        for each in records
    ]
