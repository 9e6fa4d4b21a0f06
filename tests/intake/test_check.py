"""
`check` tries everything and changes nothing.
"""

from __future__ import annotations

from dashboard.facts import FACTS
from dashboard.intake.check import SAMPLE_ROWS, check
from dashboard.intake.findings import Severity
from dashboard.settings import Settings
from tests.operational import IN_FULL, IN_STEPS, NOW, make_database, row, settings_for, write_query


def found(settings: Settings, severity: Severity) -> list[str]:
    return [str(finding.problem) for finding in check(settings, now=NOW) if finding.severity is severity]


def test_a_good_source_has_only_notes(tmp_path):
    """
    No errors, no warnings; each fact without a query is noted; no snapshot comes into being.
    """
    make_database(tmp_path / "core.db", [row("1")])
    write_query(tmp_path / "queries", IN_STEPS)
    settings = settings_for(tmp_path)

    assert found(settings, Severity.ERROR) == []
    assert found(settings, Severity.WARNING) == []
    assert len(found(settings, Severity.NOTE)) == len(FACTS) - 1
    assert not (tmp_path / "snapshot").exists()


def test_every_problem_of_every_source_is_found_at_once(tmp_path):
    """
    A bad query file, a missing table and an unreachable database don't hide each other.
    """
    make_database(tmp_path / "core.db", [row("1")])
    write_query(tmp_path / "queries", IN_FULL.replace("from complaint", "from complaintt"))
    write_query(tmp_path / "queries", "-- fact: claims\n-- grain: x\ndelete from claim", "claims")
    down = {"url": "postgresql://reader:secret@127.0.0.1:1/core", "queries": tmp_path / "queries"}
    sources = {"core": settings_for(tmp_path).sources["core"], "down": down}

    errors = "\n".join(found(Settings(sources=sources), Severity.ERROR))

    assert "no such table: complaintt" in errors
    assert "would delete" in errors
    assert "source down" in errors
    assert "fed by several sources: core and down" in errors
    assert "secret" not in errors


def test_bad_rows_and_unknown_codes_of_the_sample_are_said(tmp_path):
    """
    With the query's file, and that only a sample was looked at.
    """
    make_database(tmp_path / "core.db", [row("1"), row("2", decided="2025-01-01")])
    write_query(
        tmp_path / "queries", IN_FULL.replace("complaint.changed as", "'fax' as channel, complaint.changed as")
    )
    settings = settings_for(tmp_path)

    (warning,) = found(settings, Severity.WARNING)

    assert (
        "complaints.sql: in the first 2 rows, rows kept out of the figures: 1, two moments the wrong way round"
        in warning
    )
    assert any('"fax" (2)' in note for note in found(settings, Severity.NOTE))


def test_a_wrong_type_is_an_error(tmp_path):
    """
    The column, an example and what was expected.
    """
    make_database(tmp_path / "core.db", [row("1", received="05.01.2026", changed="2026-01-05")])
    write_query(tmp_path / "queries")

    (error,) = found(settings_for(tmp_path), Severity.ERROR)

    assert "\"received_at\" can't be read, e.g. '05.01.2026'; expected a timestamp" in error


def test_only_the_beginning_of_a_large_table_is_read(tmp_path):
    """
    The thousandth row is looked at, the next is not.
    """
    rows = [row(str(number)) for number in range(SAMPLE_ROWS - 1)]
    make_database(
        tmp_path / "core.db", [*rows, row("seen", decided="2025-01-01"), row("unseen", decided="2025-01-01")]
    )
    write_query(tmp_path / "queries")

    (warning,) = found(settings_for(tmp_path), Severity.WARNING)

    assert "in the first 1,000 rows, rows kept out of the figures: 1," in warning
