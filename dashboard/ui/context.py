"""
Everything a page is given: who looks, in which language, at which day, through which door.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from dashboard.access import Viewer, may_open
from dashboard.charts.theme import Theme
from dashboard.deadlines import Regime, Rules
from dashboard.errors import NotAllowed, Problem
from dashboard.reader import Reader
from dashboard.settings import Settings
from dashboard.words import Words


class PageLink(Protocol):
    """
    Draws a link to another page, if the viewer's role has it; the filters are kept.
    """

    def __call__(self, key: str, label: str, /, **address: str) -> None:
        """
        Link to the page with this key; `address` is what its address is to name.
        """
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """
    What a page may use; it is built anew for every run and passed to `render`.

    Attributes:
        settings: What the operator decided.
        words: The reader's language.
        colours: The colours of the reader's mode.
        viewer: Who looks.
        reader: The one door to the facts, already narrowed to the viewer.
        as_of: The last complete day, by which rates are judged.
        rules: The rules in force.
        page_link: Draws a link to another page with the filters kept: (page key, label), and whom to look at.
    """

    settings: Settings
    words: Words
    colours: Theme
    viewer: Viewer
    reader: Reader
    as_of: date
    rules: Rules
    page_link: PageLink

    @property
    def regime(self) -> Regime:
        """
        The rule complaints are judged by.
        """
        return self.rules.complaints

    @property
    def zone(self) -> str:
        """
        The time zone in which days are counted.
        """
        return self.settings.business.timezone

    def require(self, page: str) -> None:
        """
        Ask access for a page, by its key; the first line of every page.

        Raises:
            NotAllowed: The viewer's role doesn't have it.
        """
        if not may_open(self.viewer, page):
            raise NotAllowed(Problem(page, f"is no page of the role {self.viewer.role.value}"))
