"""
Do complaints surge anywhere, so that public relations should know before the papers do?
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from dashboard.metrics.signals import Surges
from dashboard.ui.complaints import surges_of
from dashboard.ui.frames import framed
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.words import msgid

CELLS: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "cause": (("cause",), msgid("By cause")),
    "product": (("cause", "product_line"), msgid("By cause and product")),
    "branch": (("cause", "branch_id"), msgid("By cause and branch")),
}
MOST: Final = 8


def surges_panel(look: Look) -> None:
    """
    Which causes, in which product or branch, came in the last four weeks beyond anything their past explains?
    """
    words = look.ctx.words
    picked: dict[str, Any] | None = None
    found: Surges | None = None
    with panel(words, "surges"):
        recorded = look.figures.recorded("complaints")
        offered = [key for key, (columns, _) in CELLS.items() if set(columns) <= recorded]
        with framed(
            words.text("Surges of the last four weeks"),
            words.text("For public relations: what comes more often than its own year explains"),
        ):
            if not offered:
                st.info(words.text("Not recorded by the source."), icon=":material/info:")
                return
            chosen = str(
                st.segmented_control(
                    words.text("Compare by"),
                    offered,
                    default=offered[0],
                    format_func=lambda key: words.text(CELLS[key][1]),
                    key="surges_by",
                    label_visibility="collapsed",
                    required=True,
                )
            )
            found = surges_of(look.figures, look.selection.values, CELLS[chosen][0])
            for row in found.cells.head(MOST).iter_rows(named=True):
                if _surge(look, row, CELLS[chosen][0]):
                    picked = {column: row[column] for column in CELLS[chosen][0]}
            if not found.tested:
                st.caption(words.text("Less than half a year is recorded: no past to compare with."))
            elif not found.cells.height:
                st.markdown(
                    ":blue[●] "
                    + words.text(
                        "No surge from {first} to {last}; {tested} looked at",
                        first=words.day(found.window.first),
                        last=words.day(look.ctx.as_of),
                        tested=words.count(found.tested),
                    )
                )
    if picked and found:
        ask_for_rows(look, "complaints_received", found.window, picked)


def _surge(look: Look, row: Mapping[str, Any], columns: tuple[str, ...]) -> bool:
    """
    One surge in a sentence with its sources, and whether its rows were asked for.
    """
    words = look.ctx.words
    what = " · ".join(look.names.of(column, row[column]) for column in columns)
    blanks = {
        "observed": words.count(row["observed"]),
        "expected": words.decimal(row["expected"]),
        "media": words.count(row["from_media"]),
        "regulator": words.count(row["from_regulator"]),
    }
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(":orange[**▲**]", width="content")
        with st.container(gap=None):
            st.text(what)
            said = words.text("{observed} complaints, {expected} expected", **blanks)
            if "source" in look.figures.recorded("complaints"):
                said += " · " + words.text("{media} from the media, {regulator} through the regulator", **blanks)
            st.caption(said)
        return st.button(
            words.text("Rows"),
            icon=":material/table_rows:",
            type="tertiary",
            key="surge_" + "_".join(str(row[column]) for column in columns),
        )
