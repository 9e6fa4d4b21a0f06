"""
A dozen figures, a line each: what it is, how it stands, how it moved, a year of it; the name leads to its page.

A table of our own and not Streamlit's, which is a picture: it couldn't be printed as text, nor read aloud.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

import streamlit as st

from dashboard.access import may_open
from dashboard.charts.sparkline import sparkline
from dashboard.charts.theme import Theme
from dashboard.ui.cards import STATUS, Card, change_in_words, target_in_words, value_in_words
from dashboard.ui.context import Context
from dashboard.ui.page import Look
from dashboard.ui.panels import cards_of
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

KEY: Final = "figure_table"
_HEADS: Final = {
    "value": msgid("Value"),
    "target": msgid("Target"),
    "status": msgid("Status"),
    "change": msgid("vs before"),
    "line": msgid("13 months"),
}
# Elements of Streamlit stand far apart; a table doesn't.
_STYLE: Final = f"""<style>
.st-key-{KEY} {{ gap: 0; }}
.st-key-{KEY} [class*="st-key-figure_row"] {{ border-top: 1px solid rgba(128, 140, 150, .25); gap: 0 .5rem; }}
.st-key-{KEY} .st-key-figure_row_heads {{ border-top: none; }}
.st-key-{KEY} [data-testid="stHeading"] h3 {{ padding: 0; }}
.st-key-{KEY} [data-testid="stPageLink"] a {{ padding: 0; min-height: 0; margin: 0; }}
.st-key-{KEY} .figures {{
  display: grid; grid-template-columns: 4.4rem 4.2rem 6.2rem 5.6rem 1fr; gap: .6rem; align-items: center;
  font-size: .87rem; line-height: 1.62rem; font-variant-numeric: tabular-nums; white-space: nowrap;
}}
.st-key-{KEY} .figures.heads {{ font-size: .8rem; line-height: 1.2rem; }}
.st-key-{KEY} .figures > .number {{ text-align: right; }}
.st-key-{KEY} .figures img {{ display: block; width: 100%; max-width: 120px; height: 22px; }}
@media (min-width: 641px) {{
  .st-key-{KEY} [data-testid="stHorizontalBlock"] {{ flex-wrap: nowrap; }}
  .st-key-{KEY} [data-testid="stHtml"] {{ min-width: 0; }}
}}
@media (max-width: 640px) {{
  .st-key-{KEY} .figures {{ grid-template-columns: 4.6rem 1fr 5.2rem; }}
  .st-key-{KEY} .figures > .wide {{ display: none; }}
}}
</style>"""
_NAME_WIDTH: Final = 196


def figure_table(look: Look, ids: Sequence[str], pages: Mapping[str, Sequence[str]]) -> None:
    """
    Draw a line for each KPI.

    Args:
        look: What the page looks at.
        ids: The KPIs, of any facts.
        pages: By KPI, the pages that show more of it: its name leads to the first that the viewer may open, with
            the filters kept.
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "figures"), st.container(key=KEY):
        shown = cards_of(look, ids)
        st.html(_STYLE)
        with st.container(horizontal=True, vertical_alignment="bottom", key="figure_row_heads"):
            st.subheader(words.text("Key figures"), anchor=False, width=_NAME_WIDTH)
            st.html(_heads(words, ctx.colours))
        for card in shown:
            with st.container(horizontal=True, vertical_alignment="center", key=f"figure_row_{card.kpi.id}"):
                with st.container(width=_NAME_WIDTH):
                    _name(ctx, card, pages[card.kpi.id])
                st.html(_figures(card, words, ctx.colours))


def _name(ctx: Context, card: Card, pages: Sequence[str]) -> None:
    title = ctx.words.text(card.kpi.title)
    theirs = [page for page in pages if may_open(ctx.viewer, page)]
    if theirs:
        ctx.page_link(theirs[0], title)
    else:
        st.text(title)


def _heads(words: Words, colours: Theme) -> str:
    cells = [
        f'<span class="{_KINDS[key]}" style="color:{colours.muted}">{escape(words.text(head))}</span>'
        for key, head in _HEADS.items()
    ]
    return f'<div class="figures heads">{"".join(cells)}</div>'


_KINDS: Final = {"value": "number", "target": "number wide", "status": "", "change": "number", "line": "wide"}


def _figures(card: Card, words: Words, colours: Theme) -> str:
    sign, word, _ = STATUS[card.status]
    standing = f"{sign} {words.text(word)}" if word else words.text("no target set")
    change, better = change_in_words(card, words)
    target = "" if card.target is None else target_in_words(card.kpi, card.target, words)
    toned = {True: colours.improvement, False: colours.concern, None: colours.muted}
    cells = {
        "value": (value_in_words(card, words), colours.ink),
        "target": (target or "–", colours.muted),
        "status": (standing, _colour(card, colours)),
        "change": (change or "–", toned[better]),
    }
    told = [
        f'<span class="{_KINDS[key]}" style="color:{colour}">{escape(text)}</span>'
        for key, (text, colour) in cells.items()
    ]
    drawn = sparkline(
        [month["value"] for month in card.months],
        provisional=[month["provisional"] for month in card.months],
        colours=colours,
        target=card.target if card.kpi.unit == "rate" else None,
    )
    # Drawings themselves don't pass Streamlit's cleaning of HTML, pictures do.
    picture = b64encode(drawn.encode()).decode()
    line = f'<span class="wide"><img alt="" src="data:image/svg+xml;base64,{picture}"></span>'
    return f'<div class="figures">{"".join(told)}{line}</div>'


def _colour(card: Card, colours: Theme) -> str:
    named = {"blue": colours.improvement, "orange": colours.concern, "red": colours.breach, "gray": colours.muted}
    return named[STATUS[card.status][2]]
