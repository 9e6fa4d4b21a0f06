"""
How waiting grows with the number of rows: every page over the demo insurer, many times over.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from statistics import median
from typing import Any, Final

from tests.bench import claims
from tests.bench.measure import Line
from tests.bench.pages import OTHERS, PAGES, PREPARING_S, SCAN, TooLargeError, settings_of, visited
from tests.bench.workshop import Workshop

TENTHS: Final = (1, 3, 10)
# Of these pages, over claims alone, five times as many.
BEYOND: Final = 5
PAGES_BEYOND: Final = ("overview", "claim_cycle")
CHANGES: Final = 9
CHANGE_MS: Final = 300


def scale(workshop: Workshop) -> Iterator[Line]:
    """
    A change of the filter on every page over a tenth, three tenths and all of the claims, and what goes with them;
    and one branch's figures asked of PostgreSQL, too.
    """
    found: dict[str, dict[int, float]] = defaultdict(dict)
    sizes = [max(1, workshop.claims * tenths // 10) for tenths in TENTHS]
    for size in sizes:
        many = workshop.multiplied(size)
        settings = settings_of(workshop.folder / f"scale{size}.toml", many.snapshot)
        for name in (*PAGES, *OTHERS):
            yield from _page(name, visited(settings, [name], changes=CHANGES), size, many.said, found[name])
        if size != sizes[-1]:
            shutil.rmtree(many.snapshot)
    for name, by_size in found.items():
        what = f"{_title(name)}: a filter change, {sizes[-1]:,} claims against {sizes[0]:,}"
        yield Line(what, "ms", None, by_size[sizes[-1]], by_size[sizes[0]], f"{sizes[0]:,} claims")
    for size in sizes:
        folder = workshop.folder / f"beside{size}"
        folder.mkdir()
        yield from claims.beside_postgres(Workshop(folder, size))
        shutil.rmtree(folder)


def beyond(workshop: Workshop) -> Iterator[Line]:
    """
    Overview and Claim cycle over five times as many claims, each in a process of its own; or what kept them from
    it.
    """
    many = workshop.multiplied(BEYOND * workshop.claims, facts=("claims", "agents"))
    settings = settings_of(workshop.folder / "beyond.toml", many.snapshot)
    for name in PAGES_BEYOND:
        try:
            yield from _page(name, visited(settings, [name], changes=CHANGES), 0, many.said, {})
        except TooLargeError as error:
            what = f"{_title(name)}, {many.said}: memory of a process that draws it, when it was stopped"
            yield Line(what, "MB", None, error.held_mb, against=f"not drawn: {error}")
    shutil.rmtree(many.snapshot)


def _page(name: str, told: dict[str, Any], size: int, said: str, found: dict[int, float]) -> Iterator[Line]:
    visit, page = told["visits"][name], f"{_title(name)}, {said}"
    computed = [max(0.0, each["drawn"] - each["remembered"]) for each in visit["changes"]]
    found[size] = median(computed)
    scanned = median(each["scanned"] for each in visit["changes"])
    yield Line(f"{page}: a filter change computes", "ms", CHANGE_MS, found[size], scanned, SCAN)
    yield Line(f"{page}: first paint, nothing remembered", "s", None, visit["first"])
    if visit["prepared"] > PREPARING_S:
        yield Line(f"{page}: then prepares for what may be chosen next", "s", None, visit["prepared"])
    yield Line(f"{page}: memory of its process, at most", "MB", None, told["peak_mb"])


def _title(name: str) -> str:
    return name.replace("_", " ")
