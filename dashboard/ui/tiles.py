"""
How many are late, due today, due soon: tiles, each of which narrows the list below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.ui.address import begin_with_one, write
from dashboard.words import Words


@dataclass(frozen=True, slots=True)
class Tile:
    """
    One tile: its stable key, what it is called, how many cases it stands for, and what it means.

    `sign` and `colour` say how bad a case in it is; a tile without cases shows neither.
    """

    key: str
    label: str
    cases: int
    meaning: str
    sign: str = ""
    colour: str = "gray"


def chosen_tile(tiles: Sequence[Tile], words: Words, *, key: str, default: str) -> str:
    """
    Draw tiles in a row and return the key of the one that is chosen; the choice stands in the address.
    """
    begin_with_one(key, [tile.key for tile in tiles], default)
    chosen = str(st.session_state[key])
    grid = st.grid(len(tiles), min_column_width=150, gap="small", border=True, key=f"tiles_{key}")
    for tile in tiles:
        with grid.cell():
            st.metric(tile.label, words.count(tile.cases), help=tile.meaning)
            _foot(tile, words, key=key, is_chosen=tile.key == chosen)
    write(key, [chosen], is_default=chosen == default)
    return chosen


def _foot(tile: Tile, words: Words, *, key: str, is_chosen: bool) -> None:
    mark = f":{tile.colour}[**{tile.sign}**] " if tile.sign and tile.cases else ""
    if is_chosen:
        st.markdown(f":small[{mark}**{words.text('listed below')}**]")
        return
    st.button(
        f"{mark}{words.text('Show')}",
        key=f"tile_{key}_{tile.key}",
        type="tertiary",
        on_click=_choose,
        args=(key, tile.key),
    )


def _choose(key: str, value: str) -> None:
    st.session_state[key] = value
