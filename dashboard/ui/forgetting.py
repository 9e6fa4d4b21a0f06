"""
Rows too many to be kept of every version: whoever keeps them says so here, and they are let go with their version.

A page over millions of rows holds gigabytes of judged rows. A cache lets go of what was asked for longest ago; by
then as many versions would lie in memory as there were refreshes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, ParamSpec, Protocol, TypeVar, cast, runtime_checkable

import streamlit as st

from dashboard.snapshot import Version

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
# A question that was answered: the cache of its answers, and the arguments, which are hashable.
_Kept = tuple[Any, tuple[Any, ...], tuple[tuple[str, Any], ...]]

_lock: Final = threading.Lock()
_kept: Final[dict[int, set[_Kept]]] = {}


@runtime_checkable
class Versioned(Protocol):
    """
    What is asked of one version.
    """

    @property
    def version(self) -> Version:
        """
        Which.
        """
        ...


def held(
    most: int, hash_funcs: Mapping[Any, Callable[[Any], Any]]
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """
    Keep a question's answers in memory, shared by all callers, until their version is forgotten.

    The question's first argument is `Versioned`; all of them are hashable.

    Args:
        most: So many answers are kept, those asked for last.
        hash_funcs: What tells arguments of these types apart.
    """

    def decorate(question: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        cached = st.cache_resource(max_entries=most, show_spinner=False, hash_funcs=dict(hash_funcs))(question)

        @wraps(question)
        def asked(*arguments: Asked.args, **named: Asked.kwargs) -> Answer:
            versioned = cast("Versioned", arguments[0])
            with _lock:
                _kept.setdefault(versioned.version.id, set()).add((cached, arguments, tuple(named.items())))
            return cached(*arguments, **named)

        return asked

    return decorate


def forget_all_but(version: Version) -> None:
    """
    Let go of what is held of every other version. Who still draws one of them computes anew what they ask.
    """
    with _lock:
        gone = [each for other in list(_kept) if other != version.id for each in _kept.pop(other)]
    for cached, arguments, named in gone:
        cached.clear(*arguments, **dict(named))
