"""
The house rules that a machine holds.

Each import contract fails when it is broken, pages are inert, and no path of a machine is in the project.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from dashboard.facts import FACTS
from dashboard.settings import PROJECT

LINT = Path(sys.executable).with_name("lint-imports")

# What is added to which file, and the contract it breaks.
BREACHES = {
    "a deadline looks up to a metric": ("dashboard/deadlines/clock.py", "import dashboard.metrics", "Imports run"),
    "a metric reads the snapshot": (
        "dashboard/metrics/terms.py",
        "import dashboard.snapshot",
        "Judging and drawing",
    ),
    "a chart calls streamlit": ("dashboard/charts/bands.py", "import streamlit", "Judging and drawing are pure"),
    "a metric opens a database": (
        "dashboard/metrics/status.py",
        "import sqlalchemy",
        "Judging and drawing are pure",
    ),
    "the reader calls streamlit": ("dashboard/reader.py", "import streamlit", "Only app.py and ui know streamlit"),
    "a page draws": ("pages/method.py", "import plotly", "Pages arrange"),
    "a page computes": ("pages/overview.py", "import polars", "Pages arrange"),
    "the screen opens a database": ("dashboard/ui/cards.py", "import sqlalchemy", "Only intake"),
    "the screen knows the table format": ("dashboard/ui/health.py", "import deltalake", "Only snapshot"),
    "a chart reads our own database": (
        "dashboard/charts/bands.py",
        "import dashboard.keeping",
        "Judging and drawing are pure",
    ),
    "our own database is opened as a source": (
        "dashboard/keeping/database.py",
        "import dashboard.intake",
        "The insurer's databases",
    ),
    "our own database calls streamlit": (
        "dashboard/keeping/annotations.py",
        "import streamlit",
        "Only app.py and ui know streamlit",
    ),
    "forecasting reads the snapshot": (
        "dashboard/forecasting/additive.py",
        "import dashboard.snapshot",
        "Forecasting is pure",
    ),
    "a forecast is pickled": ("dashboard/forecasting/keeping.py", "import pickle", "Forecasting is pure"),
    "a page imports another": ("pages/method.py", "import pages.overview", "No page imports another"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(LINT)], cwd=folder, capture_output=True, text=True, check=False)


def copied(folder: Path) -> Path:
    """
    The code and its contracts, free to be broken.
    """
    for name in ("dashboard", "pages"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> dict[str, str]:
    """
    What lint says of each broken contract, by its name, when all breaches are in the code at once.
    """
    folder = copied(tmp_path_factory.mktemp("broken"))
    for file, line, _ in BREACHES.values():
        with (folder / file).open("a", encoding="utf-8") as module:
            module.write(f"\n{line}\n")
    done = lint(folder)
    assert done.returncode != 0
    _, _, told = done.stdout.partition("Broken contracts")
    headed = re.split(r"^(.+)\n-+\n", told, flags=re.MULTILINE)
    return dict(zip(headed[1::2], headed[2::2], strict=True))


def test_the_contracts_are_kept(tmp_path):
    """
    As it stands, nothing is broken.
    """
    done = lint(copied(tmp_path))

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("breach", BREACHES)
def test_a_broken_contract_is_noticed(broken, breach):
    """
    One wrong import, and lint names it under the contract it breaks.
    """
    file, line, contract = BREACHES[breach]
    importer, imported = file.removesuffix(".py").replace("/", "."), line.removeprefix("import ")
    told = "".join(said for name, said in broken.items() if name.startswith(contract))

    assert re.search(rf"\b{re.escape(importer)} -> {re.escape(imported)}\b", told), broken


def test_every_page_is_under_the_independence_contract():
    """
    A new page that isn't listed would be free to import others.
    """
    listed = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")

    for page in (PROJECT / "pages").glob("*.py"):
        if page.stem != "__init__":
            assert f'"pages.{page.stem}"' in listed


def test_pages_do_nothing_by_themselves():
    """
    A page only defines `render`: run alone, by whatever door, it shows nothing.
    """
    pages = sorted(str(page) for page in (PROJECT / "pages").glob("*.py"))
    # One process for all of them: each is run as a script would be, under the name of one.
    program = "import runpy, sys\nfor page in sys.argv[1:]:\n    runpy.run_path(page, run_name='__main__')\n"
    done = subprocess.run(
        [sys.executable, "-c", program, *pages], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert len(pages) > 1
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_every_page_says_by_whose_day_it_judges():
    """
    By facts there are; else a page would be held back by a source it doesn't show, or by none.
    """
    for page in (PROJECT / "pages").glob("[!_]*.py"):
        assert set(import_module(f"pages.{page.stem}").FACTS) <= set(FACTS), page.stem


def test_no_path_of_a_machine_is_in_the_project():
    """
    Nothing that only exists on the machine where it was written.
    """
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not tracked:
        pytest.skip("this is no git checkout")
    found = []
    for name in tracked:
        if not name.endswith((".png", ".svg")) and name != "tests/test_architecture.py":
            text = (PROJECT / name).read_text(encoding="utf-8")
            found += [name for _ in re.finditer(r"(^|[\s\"'=(])/(work|root|home|Users)/", text)]

    assert found == []
