"""
A page on paper: A4 landscape, one sheet, ink-saving, with what it shows and to whom in the footer.
"""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from dashboard.ui.page import Look
from dashboard.ui.scope import scope_in_words

# Streamlit scrolls inside a window of fixed height, and a sheet of paper doesn't scroll. On paper everything is
# black on white, whichever mode was on the screen, and nothing stands there that can only be clicked.
_PAPER: Final = """<style>
@page { size: A4 landscape; margin: 9mm; }
.paper-footer { display: none; }
@media print {
  html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"], .stMain {
    position: static !important; height: auto !important; overflow: visible !important; display: block !important;
    background: #fff !important; }
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stDecoration"],
  [data-testid="stStatusWidget"], [data-testid="stSidebarCollapsedControl"], [data-testid="stTooltipIcon"],
  .st-key-filters { display: none !important; }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none !important; zoom: .72; }
  [data-testid="stMain"] * { color: #1b2733 !important; background-color: transparent !important;
    border-color: #c4ccd3 !important; print-color-adjust: exact; }
  [data-testid="stMain"] [data-testid="stIconMaterial"] { display: none !important; }
  [data-testid="stMain"] svg polyline { stroke: #566370; }
  [data-testid="stMain"] svg circle { stroke: #1b2733; }
  [data-testid="stMain"] img { filter: grayscale(1) contrast(1.4); }
  .paper-footer { display: block; font-size: 12px; border-top: 1px solid #c4ccd3; padding-top: 4px; }
}
</style>"""


def on_paper(look: Look) -> None:
    """
    Make the page one sheet when it is printed, and give it a footer: the day it judges by, scope and selection.
    """
    words, ctx = look.ctx.words, look.ctx
    parts = [
        ctx.settings.business.name or words.text("Insurance Service Dashboard"),
        words.text("as of {day}", day=words.day_in_words(ctx.as_of)),
        scope_in_words(ctx.reader, words),
        look.said,
    ]
    st.html(f'{_PAPER}<div class="paper-footer">{escape(" · ".join(parts))}</div>')
