"""
A page on one screen, and on one sheet of paper with what it shows and to whom in the footer.
"""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from dashboard.ui.page import Look
from dashboard.ui.scope import scope_in_words

# Elements of Streamlit stand too far apart for a board's figures to fit 1440 by 900 pixels.
_SCREEN: Final = """<style>
[data-testid="stMainBlockContainer"] { padding: 3rem 3rem 0; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding: 3.5rem 1rem 1rem; } }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: .6rem; }
.st-key-filters [data-testid="stWidgetLabel"] { min-height: 0; margin-bottom: 0; }
[class*="st-key-cards_"] [data-testid="stVerticalBlock"] { gap: .3rem; }
[class*="st-key-cards_"] [data-testid="stMarkdown"] [data-testid="stCaptionContainer"] { min-height: 3.2rem; }
[class*="st-key-cards_"] [data-testid="stMarkdown"] [data-testid="stCaptionContainer"] p { line-height: 1.25; }
[class*="st-key-cards_"] [data-testid="stButton"] button { min-height: 0; padding: 0; }
.st-key-attention [data-testid="stHeading"] h3 { padding-top: 0; }
.st-key-attention [data-testid="stPageLink"] a { padding: .2rem 0; margin: 0; min-height: 0; }
.st-key-attention [data-testid="stPageLink"] a * { white-space: normal; overflow: visible; line-height: 1.35; }
.st-key-attention [data-testid="stPageLink"] a > :has([data-testid="stIconMaterial"]),
.st-key-figure_table [data-testid="stPageLink"] a > :has([data-testid="stIconMaterial"]) { display: none; }
</style>"""
# Streamlit scrolls inside a window of fixed height, and a sheet of paper doesn't scroll. On paper everything is
# black on white, whichever mode was on the screen, and nothing stands there that can only be clicked.
_PAPER: Final = """<style>
@page { size: A4 landscape; margin: 9mm; }
.paper-footer, .on-paper { display: none; }
@media print {
  html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"], .stMain {
    position: static !important; height: auto !important; overflow: visible !important; display: block !important;
    background: #fff !important; }
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"], [data-testid="stDecoration"],
  [data-testid="stStatusWidget"], [data-testid="stSidebarCollapsedControl"], [data-testid="stTooltipIcon"],
  .st-key-filters { display: none !important; }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none !important; zoom: .66; }
  [data-testid="stMain"] * { color: #1b2733 !important; background-color: transparent !important;
    border-color: #c4ccd3 !important; print-color-adjust: exact; }
  [data-testid="stMain"] [data-testid="stIconMaterial"] { display: none !important; }
  [data-testid="stMain"] svg polyline { stroke: #566370; }
  [data-testid="stMain"] svg circle { stroke: #1b2733; }
  [data-testid="stMain"] img { filter: grayscale(1) contrast(1.4); }
  .st-key-figure_table > *, .st-key-figure_table [data-testid="stHorizontalBlock"] > * {
    margin-bottom: 0 !important; }
  [class*="st-key-cards_"] [data-testid="stMarkdown"] [data-testid="stCaptionContainer"] { min-height: 0; }
  .on-paper { display: block; }
  .paper-footer { display: block; font-size: 12px; border-top: 1px solid #c4ccd3; padding-top: 4px; }
}
</style>"""


def one_sheet(look: Look) -> None:
    """
    Draw the page close enough for one screen, and as one sheet of A4 when it is printed, with a footer of its own:
    the day it judges by, scope and selection. It is called last.
    """
    words, ctx = look.ctx.words, look.ctx
    parts = [
        ctx.settings.business.name or words.text("Insurance Service Dashboard"),
        words.text("as of {day}", day=words.day_in_words(ctx.as_of)),
        scope_in_words(ctx.reader, words),
        look.said,
    ]
    st.html(f'{_SCREEN}{_PAPER}<div class="paper-footer">{escape(" · ".join(parts))}</div>')
