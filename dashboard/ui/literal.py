"""
Text from a database, shown as it is where Streamlit would read Markdown.
"""

from __future__ import annotations

import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_SPACES = re.compile(r"\s+")


def literal(text: str) -> str:
    """
    Escape every sign that Markdown, or Streamlit's additions to it, could read as more than itself.

    A backslash before any ASCII punctuation means that sign (CommonMark 2.4). Lines are joined: a caption is one.
    """
    return _PUNCTUATION.sub(r"\\\1", _SPACES.sub(" ", text))
