"""
Answers kept under all that decides them: the version, the viewer's scope, the day, the rules, the selection.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, ParamSpec, TypeVar

import streamlit as st

from dashboard.periods import Period
from dashboard.ui.anticipating import noted
from dashboard.ui.figures import Figures
from dashboard.ui.forgetting import held

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def by_key(figures: Figures) -> tuple[str, ...]:
    """
    What tells figures apart.
    """
    return figures.key


def _span(period: Period) -> tuple[date | None, date | None]:
    return period.first, period.before


_KEYED: Final[dict[str | type[Any], Callable[[Any], Any]]] = {Figures: by_key, Period: _span}


def remembered(question: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """
    Ask a question of figures once for each selection; every caller gets a copy of the answer.

    It is asked beforehand when the selection changes (see `anticipating`): all its arguments have to be hashable.
    """
    return noted(st.cache_data(max_entries=600, show_spinner=False, hash_funcs=_KEYED)(question))


def shared(most: int = 12) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """
    The same for frames too large to be copied: all callers share one answer, as long as its version is shown.

    Args:
        most: So many answers are kept, those asked for last.
    """
    return held(most, _KEYED)
