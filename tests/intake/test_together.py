"""
Two loaders do what one does; a loader that dies loses nothing but its own order, and none outlives its parent.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

import pytest
from pydantic import SecretStr

from dashboard.intake.load import silent
from dashboard.intake.loader import Loader, Order
from dashboard.intake.query import load_queries
from dashboard.intake.second import SecondLoader
from dashboard.intake.together import ENOUGH_FOR_TWO, _Beside, carry_out
from dashboard.settings import PROJECT, Settings, read_settings
from tests.insurer import NOW, Insurer, write_settings


def orders_of(settings: Settings) -> list[Order]:
    """
    A first load of every fact.
    """
    queries = load_queries(settings.sources["core"].queries, "sqlite")
    return [Order("core", query, None, NOW, full=False, allow_empty=False) for query in queries.values()]


@pytest.fixture
def settings(insurer: Insurer, tmp_path: Path) -> Settings:
    """
    The made-up insurer's database with a snapshot of its own, still empty.
    """
    return read_settings(write_settings(tmp_path, f"sqlite:///{insurer.file.parent / 'demo.db'}"))


def gist(outcomes) -> dict[str, tuple]:
    return {
        each.fact: (each.state.rows, dict(each.state.bad), each.state.watermark, each.loaded.mode)
        for each in outcomes
    }


def test_two_loaders_bring_what_one_brings(settings, tmp_path):
    """
    Every fact once, the same rows, the same bad ones, the same watermark.
    """
    (tmp_path / "alone").mkdir()
    url = settings.sources["core"].url.get_secret_value()
    alone = Loader(read_settings(write_settings(tmp_path / "alone", url)), silent)
    orders = orders_of(settings)
    by_one = [alone.load(order) for order in orders]
    alone.close()
    by_two = carry_out(orders, settings, silent)

    assert len(orders) >= ENOUGH_FOR_TWO
    assert len(by_two) == len(orders)
    assert gist(by_two) == gist(by_one)


def test_progress_of_both_is_told(settings):
    """
    Whoever loads it, each fact says when it is done.
    """
    done = []

    def progress(fact: str, rows: int, *, is_done: bool) -> None:
        if is_done:
            done.append(fact)

    carry_out(orders_of(settings), settings, progress)

    assert sorted(done) == sorted(order.query.fact for order in orders_of(settings))


def test_a_loader_that_dies_says_so(settings):
    """
    Killed, by whomever: its order ends with a problem an operator understands, not with a hang.
    """
    second = SecondLoader(settings)
    assert second.is_ready()
    os.kill(second._process.pid, signal.SIGKILL)
    outcome = second.load(orders_of(settings)[0], silent)
    second.dismiss()

    assert outcome.state is None
    assert "the process that was loading it ended (exit code -9)" in str(outcome.problems[0])


def test_an_operators_problem_comes_back_whole(settings):
    """
    What a loader can't do is told over the line in the same words.
    """
    lost = settings.sources["core"].model_copy(update={"url": SecretStr("sqlite:////nowhere/lost.db")})
    elsewhere = settings.model_copy(update={"sources": {"core": lost}})
    order = orders_of(settings)[0]
    second = SecondLoader(elsewhere)
    assert second.is_ready()
    outcome = second.load(order, silent)
    second.dismiss()

    assert outcome.problems == Loader(elsewhere, silent).load(order).problems
    assert "lost.db" in str(outcome.problems[0])


def test_a_loader_does_not_outlive_its_parent(settings, tmp_path):
    """
    A parent that is killed takes its second loader with it: the lock is free, and nobody writes on.
    """
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from dashboard.intake.second import SecondLoader\n"
        "from dashboard.settings import read_settings\n"
        "second = SecondLoader(read_settings(Path(sys.argv[1])))\n"
        "assert second.is_ready()\n"
        "print(second._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "settings.toml")],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
    )
    child = int(done.stdout)
    end = time.monotonic() + 20
    while _is_running(child) and time.monotonic() < end:
        time.sleep(0.05)

    assert not _is_running(child)


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_what_goes_wrong_beside_is_not_lost(settings):
    """
    An order whose progress can't be told, by whichever loader, ends the refresh with that failure.
    """

    def progress(fact: str, rows: int, *, is_done: bool) -> None:
        if fact == "trainings":
            raise ZeroDivisionError(fact)

    waiting = deque(order for order in orders_of(settings) if order.query.fact == "trainings")
    beside = _Beside(settings, waiting, lambda _outcome: None, progress)
    while waiting:
        time.sleep(0.02)

    with pytest.raises(ZeroDivisionError):
        beside.finish()
