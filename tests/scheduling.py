"""
Which worker runs which tests: a module stays in one piece, and what takes longest comes first.

A module's tests share what is costly: a server and its browser, a foreign table once loaded, what pages remember.
Handed out one by one, each worker would make all of it for itself. The scheduler is our own, as `--dist loadgroup`
no longer groups: pytest-xdist 3.8 writes the groups to a name that pytest 9.2 doesn't read, and says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from xdist.scheduler import LoadScopeScheduling

# Folders whose modules share a server, a browser or a large database: one worker runs them all.
TOGETHER = ("tests/browser/", "tests/demo/")
# Of these folders the modules that share nothing with the others but the browser: a second worker has one, too.
ALONE = ("tests/browser/test_hostile.py", "tests/browser/test_signin.py", "tests/browser/test_texas.py")
# Most of the run's seconds; were they begun last, one worker would wait for the other.
LONGEST_FIRST = ("tests/browser/", "tests/demo/", "tests/ui/", "tests/metrics/")


class WholeModules(LoadScopeScheduling):
    """
    Hands out whole modules, and some folders whole, in the order in which they were collected.
    """

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def unit_of(nodeid: str) -> str:
    """
    What one worker gets in one piece: the module of a test, or its folder where modules belong together.
    """
    module = nodeid.partition("::")[0]
    if module in ALONE:
        return module
    return next((folder for folder in TOGETHER if module.startswith(folder)), module)


def longest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """
    The tests by `LONGEST_FIRST`, the rest behind them, otherwise in their order.
    """

    def rank(item: pytest.Item) -> int:
        found = (place for place, start in enumerate(LONGEST_FIRST) if item.nodeid.startswith(start))
        return next(found, len(LONGEST_FIRST))

    return sorted(items, key=rank)
