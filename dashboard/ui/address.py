"""
What is selected stands in the address, under names that mean the same in every language.

Streamlit can bind a widget to the address by itself, but then writes the label a viewer sees: a link sent by a
Chinese colleague would select nothing for an English one. Here the value is written, and read once when a session
begins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

import streamlit as st


def begin_with_one(key: str, allowed: Collection[str], default: str) -> None:
    """
    Give a single choice its first value: from the address if that makes sense, else the default.

    A value that is no longer offered falls back to the default as well.
    """
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get(key, default)
    if st.session_state[key] not in allowed:
        st.session_state[key] = default


def begin_with_many(key: str, allowed: Collection[str]) -> None:
    """
    Give a multiple choice its first values: those of the address that are offered.
    """
    if key not in st.session_state:
        st.session_state[key] = list(dict.fromkeys(st.query_params.get_all(key)))
    st.session_state[key] = [value for value in st.session_state[key] if value in allowed]


def begin_with_day(key: str, default: date, first: date, last: date) -> None:
    """
    Give a day its first value: from the address if it is one and lies within the bounds, else the default.
    """
    if key not in st.session_state:
        try:
            st.session_state[key] = date.fromisoformat(st.query_params.get(key, ""))
        except ValueError:
            st.session_state[key] = default
    day = st.session_state[key]
    st.session_state[key] = min(max(day, first), last) if isinstance(day, date) else default


def write(key: str, values: Sequence[str], *, is_default: bool = False) -> None:
    """
    Put what is selected into the address; a default is left out, to keep links short.
    """
    wanted = [] if is_default else list(values)
    if st.query_params.get_all(key) == wanted:
        return
    if wanted:
        st.query_params[key] = wanted
    elif key in st.query_params:
        del st.query_params[key]


def chosen_one(
    label: str,
    options: Sequence[str],
    default: str,
    *,
    key: str,
    name_of: Callable[[str], str],
    width: int | None = None,
) -> str:
    """
    A select box whose value lives in the session and in the address.
    """
    begin_with_one(key, options, default)
    value = st.selectbox(
        label,
        options,
        format_func=name_of,
        key=key,
        persist_state="session",
        width=width or "stretch",
    )
    chosen = value or default
    write(key, [chosen], is_default=chosen == default)
    return chosen
