"""
The README says for every subject of the practice guide where it is answered: that is so.
"""

from __future__ import annotations

import re

import pytest

from dashboard.access import PAGES
from dashboard.metrics.kpis import KPIS
from dashboard.settings import PROJECT

SUBJECTS = 33
HEADING = "## What the guide asks, and where it is answered"
# Pages that answer no subject of their own: how the figures come about, and who looked.
ABOUT_THE_FIGURES = {"audit", "data-health", "method"}


def rows() -> dict[str, list[str]]:
    """
    The table's cells by subject, in the order written.
    """
    text = (PROJECT / "README.md").read_text(encoding="utf-8").split(HEADING)[1].split("\n## ")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return {first: rest for first, *rest in cells if re.fullmatch(r"G\d\d", first)}


TOLD = rows()


def addresses(places: str) -> list[str]:
    """
    The pages a cell names: `overview, complaint-causes: what is there; automation: what is there`.
    """
    return [page.strip() for part in places.split(";") if ":" in part for page in part.split(":")[0].split(",")]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_subject_has_its_line():
    """
    Thirty-three subjects, in order, each once.
    """
    assert list(TOLD) == [f"G{number:02}" for number in range(1, SUBJECTS + 1)]


@pytest.mark.parametrize("subject", TOLD)
def test_what_a_line_names_exists(subject):
    """
    At least one page and one test each; every page, figure and test that is named is there.
    """
    _, places, figures, tests = TOLD[subject]
    pages, files = addresses(places), quoted(tests)

    assert pages
    assert files
    assert set(pages) <= PAGES
    assert set(quoted(figures)) <= set(KPIS)
    assert [name for name in files if not (PROJECT / name).is_file()] == []


def test_nothing_is_left_out():
    """
    Every page and every figure of the registry answers some subject.
    """
    pages = {page for _, places, _, _ in TOLD.values() for page in addresses(places)}
    figures = {name for _, _, names, _ in TOLD.values() for name in quoted(names)}

    assert PAGES - pages == ABOUT_THE_FIGURES
    assert set(KPIS) - figures == set()
