"""
What can go wrong, named for the person who can put it right.

An error is a list of problems, because somebody who mends one at a time loses a day. Each problem says where it
is, what is wrong and what to do. The sentences are for operators, in English; what a viewer reads on a screen
comes from the catalogues in `locales/`, with a reference number that leads back to one of these in the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing that is wrong: `where` it is, `what` is wrong, and `remedy`, what to do about it.
    """

    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        sentence = f"{self.where}: {self.what}"
        return f"{sentence}; {self.remedy}" if self.remedy else sentence


class DashboardError(Exception):
    """
    Something a person has to put right. Carries every problem found, never only the first.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SettingsError(DashboardError):
    """
    An operator wrote something in settings.toml, or in the environment, that can't be meant.
    """


class QueryFileError(DashboardError):
    """
    An analyst's .sql file breaks the contract: not one select, an unknown column, a parameter nobody binds.
    """


class SourceError(DashboardError):
    """
    A database can't be reached, refuses us, lacks a table, or takes too long. Its administrator can help.
    """


class ResultError(DashboardError):
    """
    A query ran, but what came back can't be the fact it claims to be: wrong types, a key that occurs twice.
    """


class SnapshotError(DashboardError):
    """
    The snapshot can't be read or written: no room, no permission, another refresher at work.
    """


class ForecastError(DashboardError):
    """
    What a training left behind can't be read or written. Another training mends it.
    """


class EntryError(DashboardError):
    """
    Somebody entered something that can't be kept: no title, a text that is too long, a day nobody can mean.

    `where` of each problem is the field's name, so that a form can say it beside the field.
    """


class NotAllowed(DashboardError):  # noqa: N818 - it reads as what it says
    """
    A viewer asked for something outside what they may see.
    """
