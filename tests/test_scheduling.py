"""
How the run is shared among its workers: modules whole, the longest first, and what is costly made once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.scheduling import longest_first, unit_of
from tests.sharing import shared


@dataclass
class Collected:
    """
    A test as far as its place in the run is concerned.
    """

    nodeid: str


@pytest.mark.parametrize(
    ("nodeid", "unit"),
    [
        ("tests/test_prism.py::test_a", "tests/test_prism.py"),
        ("tests/stats/test_line.py::TestB::test_c[x::y@z-tests/browser/]", "tests/stats/test_line.py"),
        ("tests/browser/test_pages.py::test_d", "tests/browser/"),
        ("tests/browser/test_agents.py::test_e", "tests/browser/"),
        ("tests/browser/test_hostile.py::test_f", "tests/browser/test_hostile.py"),
    ],
)
def test_a_module_is_one_piece_and_the_browsers_are_another(nodeid, unit):
    """
    Whatever stands in a parameter, the file decides; browsers that look at one server go to one worker.
    """
    assert unit_of(nodeid) == unit


def test_the_longest_are_begun_first_in_their_own_order():
    """
    The browsers, then the demo, whoever else was collected before; nothing is lost.
    """
    names = ("a", "stats/b", "demo/test_x.py::2", "demo/test_x.py::1", "browser/c")
    found = longest_first([Collected(f"tests/{name}") for name in names])

    assert [each.nodeid for each in found] == [
        "tests/browser/c", "tests/demo/test_x.py::2", "tests/demo/test_x.py::1", "tests/a", "tests/stats/b",
    ]  # fmt: skip


def test_the_modules_go_to_our_scheduler(pytestconfig):
    """
    The hook that pytest-xdist asks is answered by us, whatever `--dist` says.
    """
    answers = [each.plugin_name for each in pytestconfig.hook.pytest_xdist_make_scheduler.get_hookimpls()]

    assert answers[-1].endswith("tests/conftest.py")


@dataclass
class Run:
    """
    Knows where a run keeps its files, as pytest's own factory does.
    """

    base: object

    def getbasetemp(self):
        """
        The folder of the process that asks.
        """
        return self.base


def test_what_is_shared_is_made_once(tmp_path, monkeypatch):
    """
    Four workers ask at the same moment; one makes it, all find it finished.
    """
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    made = []

    def make(folder):
        made.append(folder)
        (folder / "file").write_text("whole")

    def ask(number):
        own = tmp_path / f"popen-gw{number}"
        own.mkdir()
        return (shared(Run(own), "x", make) / "file").read_text()

    with ThreadPoolExecutor(4) as workers:
        assert list(workers.map(ask, range(4))) == ["whole"] * 4
    assert made == [tmp_path / "shared-x"]


def test_what_failed_is_made_anew(tmp_path, monkeypatch):
    """
    The second to ask finds nothing of the first attempt.
    """
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)

    def fail(folder):
        (folder / "half").touch()
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        shared(Run(tmp_path), "x", fail)

    assert list(shared(Run(tmp_path), "x", lambda folder: (folder / "all").touch()).iterdir()) == [
        tmp_path / "shared-x" / "all"
    ]
