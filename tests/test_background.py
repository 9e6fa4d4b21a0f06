"""
The forecast is brought up to date beside a server: once pages can be had, by one at a time, whoever is killed.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time

import pytest

from dashboard import background
from dashboard.forecasting import is_being_made, latest_edition, read_scores, written_at
from dashboard.forecasting.keeping import making
from dashboard.settings import read_settings
from tests.ui.opening import opened, texts

# Far more than it takes; who waits longer waits for ever.
PATIENCE = 120
HOLDS = """
import sys, time
from pathlib import Path
from dashboard.forecasting.keeping import making
with making(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def until(true, what):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.1)


@pytest.fixture
def settings(insurer, tmp_path, monkeypatch):
    """
    The insurer's, with forecasts of this test's own: for processes begun by it as well.
    """
    monkeypatch.setenv("DASHBOARD_FORECASTING__PATH", str(tmp_path / "forecasts"))
    return read_settings(insurer.file)


@pytest.fixture
def server():
    """
    A socket that is going to listen, as a server does.
    """
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        yield found


def test_it_is_made_once_the_server_listens_and_by_one_of_two(insurer, settings, server):
    """
    Before that it is said to be being made; two servers begun together leave one edition and its scores.
    """
    folder, port = settings.forecasting.path, server.getsockname()[1]
    for _ in range(2):
        background.begin(insurer.file, "127.0.0.1", port)
    until(lambda: is_being_made(folder), "nobody makes a forecast")
    before = written_at(folder)
    server.listen()
    until(lambda: written_at(folder), "no forecast was made")
    until(lambda: not is_being_made(folder), "somebody goes on making it")

    assert before == 0
    assert len(list(folder.glob("*.json"))) == 1
    assert read_scores(folder).edition == latest_edition(folder).name


def test_who_is_killed_makes_nothing_any_more(tmp_path):
    """
    And the next one can.
    """
    maker = subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert maker.stdout.readline() == b"held\n"
        assert is_being_made(tmp_path)
    finally:
        maker.send_signal(signal.SIGKILL)
        maker.wait()
        maker.stdout.close()
    assert not is_being_made(tmp_path)
    with making(tmp_path):
        assert is_being_made(tmp_path)


def test_viewers_are_told_that_it_is_being_made(settings):
    """
    And otherwise, that nobody has trained one; the list is there either way.
    """
    folder = settings.forecasting.path
    assert not is_being_made(folder)
    with making(folder):
        meanwhile = opened(settings, "renewals_at_risk")
    without = opened(settings, "renewals_at_risk")

    assert "The forecast is being made" in texts(meanwhile)
    assert "dashboard train" not in texts(meanwhile)
    assert "dashboard train" in texts(without)
    assert not meanwhile.error
    assert not without.error
