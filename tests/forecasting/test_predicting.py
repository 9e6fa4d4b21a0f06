"""
Forecasts are kept current with the snapshot: trained when old, scored anew each time, for whoever looks.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from typer.testing import CliRunner

from dashboard.access import OPERATOR
from dashboard.cli import app
from dashboard.demo.lives import BASE_RENEWAL
from dashboard.forecasting import latest_edition, read_scores
from dashboard.predicting import predicted
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.insurer import AS_OF, NOW

# What the demo adds to the chance, each as it is drawn in `dashboard/demo/lives.py`: the strongest is the price,
# line and automatic renewal are equally strong, years with us matter least. Reminders go out after the day of
# judging, so that they aren't known on it.
STRONGEST, NEXT, LEAST = "premium_change_rate", {"product_line", "auto_renew"}, "tenure_years"


@pytest.fixture
def settings(insurer, tmp_path):
    """
    The insurer's settings with forecasts of this test's own.
    """
    own = insurer.settings.forecasting.model_copy(update={"path": tmp_path / "forecasts"})
    return insurer.settings.model_copy(update={"forecasting": own})


def test_the_demos_drivers_are_found_in_their_order(settings):
    """
    Of a made-up insurer: the planted ones first, in order, whatever else is known of contracts after them.
    """
    edition, is_new = predicted(settings, now=NOW)

    assert BASE_RENEWAL.max() - BASE_RENEWAL[1:].min() > 0.1
    assert is_new
    assert edition.is_trusted
    assert edition.features[0] == STRONGEST
    assert set(edition.features[1:3]) == NEXT
    assert LEAST in edition.features[3:]


def test_every_contract_ahead_has_a_probability(settings):
    """
    Of the day's snapshot, all that falls due later and is invited, and nothing else.
    """
    edition, _ = predicted(settings, now=NOW)
    scores = read_scores(settings.forecasting.path)
    reader = Reader(Snapshot(settings.snapshot).current(), OPERATOR)
    due = reader.rows("renewals").filter(pl.col("due_on") > AS_OF)
    invited = due.filter(
        ~pl.col("outcome").is_in(["cancelled", "insurer_declined"]).fill_null(value=False)
    ).collect()

    assert set(scores.rows["renewal_id"]) == set(invited["renewal_id"])
    assert scores.rows["probability"].is_between(0.01, 0.99).all()
    assert (scores.edition, scores.as_of) == (edition.name, AS_OF)
    assert scores.rows["scored_on"].max() <= AS_OF


def test_it_is_trained_when_it_is_old(settings):
    """
    After thirty days, not after twenty-nine; and whenever it is asked for.
    """
    first, is_new = predicted(settings, now=NOW)
    again, is_new_again = predicted(settings, now=NOW + timedelta(days=30, seconds=-1))
    asked, _ = predicted(settings, now=NOW + timedelta(days=1), anew=True)
    old, is_old = predicted(settings, now=NOW + timedelta(days=31))

    assert (is_new, is_new_again, is_old) == (True, False, True)
    assert first == again
    assert asked.trained_at == NOW + timedelta(days=1)
    assert old.model == first.model
    assert len(list(settings.forecasting.path.glob("*.json"))) == 3


def test_a_spoilt_edition_is_trained_anew(settings):
    """
    An operator needn't clean up first.
    """
    predicted(settings, now=NOW)
    next(settings.forecasting.path.glob("*.json")).write_text("{}", encoding="utf-8")
    found, is_new = predicted(settings, now=NOW + timedelta(days=1))

    assert is_new
    assert latest_edition(settings.forecasting.path) == found


def test_an_operator_trains_it(insurer):
    """
    `dashboard train` says on how much it learned, how good it is and whether it is shown.
    """
    done = CliRunner().invoke(app, ["train", "--settings", str(insurer.file)])
    said = " ".join(done.stdout.split())

    assert done.exit_code == 0
    assert "trained on" in said
    assert said.endswith("shown.")


def test_a_refresh_brings_the_scores(insurer):
    """
    `dashboard refresh` leaves scores of the version it published.
    """
    done = CliRunner().invoke(app, ["refresh", "--settings", str(insurer.file), "--fact", "agents"])
    scores = read_scores(insurer.settings.forecasting.path)

    assert done.exit_code == 0, done.output
    assert scores.data_version == str(Snapshot(insurer.settings.snapshot).current().id)


def test_a_refresh_can_leave_the_forecast_to_the_server(insurer, tmp_path, monkeypatch):
    """
    `--without-forecast` loads and tells as ever, and makes no scores; on and on, there is nobody to leave it to.
    """
    monkeypatch.setenv("DASHBOARD_FORECASTING__PATH", str(tmp_path / "forecasts"))
    command = ["refresh", "--settings", str(insurer.file), "--without-forecast"]
    done = CliRunner().invoke(app, [*command, "--fact", "agents"])
    refused = CliRunner().invoke(app, [*command, "--every", "5m"])

    assert done.exit_code == 0, done.output
    assert "agents" in done.output
    assert read_scores(tmp_path / "forecasts") is None
    assert "--without-forecast" in str(refused.exception)
