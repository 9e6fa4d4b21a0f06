"""
Text from a database, shown as it is where Streamlit would read Markdown.
"""

from __future__ import annotations

import re

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_SPACES = re.compile(r"\s+")
# Links are made of bare addresses after everything else has been read, escapes included: only a sign between keeps
# them apart. The word joiner has no width and breaks no line.
_ADDRESS = re.compile(r"(?i)(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)")
_JOINER = "\u2060"


def literal(text: str) -> str:
    """
    Escape every sign that Markdown, or Streamlit's additions to it, could read as more than itself.

    A backslash before any ASCII punctuation means that sign (CommonMark 2.4). Lines are joined: a caption is one.
    """
    apart = _ADDRESS.sub(_JOINER, _SPACES.sub(" ", text))
    return _PUNCTUATION.sub(r"\\\1", apart)
