"""
Real complaints through the whole way: a foreign table, its query, the snapshot, the command line, exact figures.

The reference figures come with the data: days are closed minus received, in time means within 30 days.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dashboard.access import OPERATOR
from dashboard.deadlines import regime
from dashboard.errors import SettingsError
from dashboard.intake.refresh import refresh
from dashboard.metrics import Terms, kpi, rows_of
from dashboard.reader import Reader
from dashboard.settings import read_settings
from dashboard.snapshot import Snapshot
from tests.foreign import kpis
from tests.insurer import write_settings
from tests.texas import load_texas_into_postgres

GUIDE = '[rules]\ncomplaints = "guide-30"\n'


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def texas(request, tmp_path_factory) -> Path:
    """
    A settings file whose snapshot holds all Texas complaints, read from SQLite or PostgreSQL.
    """
    folder = tmp_path_factory.mktemp("texas")
    if request.param == "sqlite":
        return request.getfixturevalue("texas_table").settings(folder, more=GUIDE)
    url = request.getfixturevalue("postgres_server").new_database("texas_figures")
    load_texas_into_postgres(url)
    file = write_settings(folder, url, queries="texas", more=GUIDE)
    report = refresh(read_settings(file))
    assert report.succeeded, report.problems
    return file


def test_as_of_today_every_figure_is_the_reference(texas):
    """
    281,397 complaints; half are decided within 70 days, nine in ten within 202; 59,851 of all due in time.
    """
    found = {record["id"]: record for record in kpis(texas, "--as-of", "2026-05-31")}

    assert found["complaints_received"]["value"] == 281_397
    assert found["complaint_days_median"]["value"] == 70
    assert found["complaint_days_p90"]["value"] == 202
    on_time = found["complaint_on_time_rate"]
    assert (on_time["numerator"], on_time["denominator"]) == (59_851, 281_397)
    assert on_time["value"] == pytest.approx(0.212692, abs=5e-7)
    assert found["complaints_open"]["value"] == 0


def test_as_known_at_the_end_of_june_2024(texas):
    """
    What closed later was open then: 3,283 open, 1,763 overdue, 356 due within a week, 51,547 of 242,278 in time.
    """
    found = {record["id"]: record for record in kpis(texas, "--as-of", "2024-06-30")}

    assert found["complaints_open"]["value"] == 3_283
    assert found["complaints_overdue"]["value"] == 1_763
    assert found["complaints_due_7d"]["value"] == 356
    on_time = found["complaint_on_time_rate"]
    assert (on_time["numerator"], on_time["denominator"]) == (51_547, 242_278)


def test_march_2025_by_each_basis(texas):
    """
    Due in March 1,599, of them 309 in time; closed in March 1,756, of them 300; received in March 1,539.
    """
    march = ("--from", "2025-03-01", "--to", "2025-04-01", "--as-of", "2026-05-31")
    found = {record["id"]: record for record in kpis(texas, *march)}

    assert (found["complaint_on_time_rate"]["numerator"], found["complaint_on_time_rate"]["denominator"]) == (
        309,
        1_599,
    )
    closed = found["complaint_on_time_rate_closed"]
    assert (closed["numerator"], closed["denominator"]) == (300, 1_756)
    assert found["complaints_received"]["value"] == 1_539


def test_motor_insurance(texas):
    """
    95,708 complaints about cars, 21.68 % decided within 30 days.
    """
    lines = kpis(texas, "--as-of", "2026-05-31", "--by", "product_line", "--kpi", "complaint_on_time_rate")
    motor = next(record for record in lines if record["product_line"] == "motor")

    assert motor["denominator"] == 95_708
    assert motor["value"] == pytest.approx(0.2168, abs=5e-5)


def test_the_months_add_up(texas):
    """
    The months of a year are that year, to the last complaint.
    """
    year = (
        "--from",
        "2024-01-01",
        "--to",
        "2025-01-01",
        "--as-of",
        "2026-05-31",
        "--kpi",
        "complaint_on_time_rate",
    )
    months = kpis(texas, *year, "--by", "month")
    total = kpis(texas, *year)[0]

    assert [record["month"] for record in months] == [f"2024-{month:02d}" for month in range(1, 13)]
    for part in ("numerator", "denominator"):
        assert sum(record[part] for record in months) == total[part]


@pytest.mark.parametrize("by", ["branch", "team", "channel", "grade"])
def test_what_texas_does_not_record_is_not_recorded(texas, by):
    """
    There is no branch, team, channel or grade: no zero, no made-up group.
    """
    for record in kpis(texas, "--as-of", "2026-05-31", "--by", by):
        assert record["not_recorded"] is True
        assert record["value"] is None
        assert record["status"] == "not_recorded"


def test_a_graded_rule_cannot_judge_what_has_no_grade(texas):
    """
    Under the Chinese rule the limit depends on the grade: what rests on it reads not recorded, as does whatever
    else Texas doesn't write down; the rest stands.
    """
    graded = texas.with_name("graded.toml")
    graded.write_text(texas.read_text().replace("guide-30", "CN-2020-3"))
    found = {record["id"]: record for record in kpis(graded, "--as-of", "2026-05-31")}

    told = {name for name, record in found.items() if not record["not_recorded"]}
    assert told == {"complaints_received", "complaints_open", "complaint_days_median", "complaint_days_p90"}
    assert found["complaints_received"]["value"] == 281_397


def test_filtering_by_what_is_not_recorded_is_refused(texas):
    """
    A branch that can't be known is an error, not an empty answer.
    """
    with pytest.raises(SettingsError, match="--branch: complaints doesn't record it"):
        kpis(texas, "--branch", "B01")


def test_the_oldest_open_complaint_of_june_2024(texas):
    """
    Rows and figures reconcile: 3,283 rows behind the 3,283 open, the oldest 387 days old.
    """
    settings = read_settings(texas)
    reader = Reader(Snapshot(settings.snapshot).current(), OPERATOR)
    terms = Terms(date(2024, 6, 30), "Asia/Shanghai", "CN", {"complaints": regime("guide-30")})
    rows = rows_of(kpi("complaints_open"), reader.rows, terms).collect()

    assert rows.height == 3_283
    assert rows["days"].max() == 387
