"""
How wide a text is, and how it is cut or broken where there is less room.

Widths are in Latin letters, of which a Chinese character takes two. That is rough, and the same on every machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

WIDE = 2


def width_of(text: str) -> int:
    """
    The width of a text, in Latin letters.
    """
    return sum(_letters(sign) for sign in text)


def cut(text: str, width: int) -> str:
    """
    The text if it is no wider, else as much of it as leaves room for an ellipsis.
    """
    if width_of(text) <= width:
        return text
    kept, used = "", 1
    for sign in text:
        used += _letters(sign)
        if used > width:
            break
        kept += sign
    return kept.rstrip() + "…"


def wrapped(text: str, width: int) -> list[str]:
    """
    Lines of at most a width, broken at spaces; within a word only if it is wider, and between Chinese characters.
    """
    lines = [""]
    for piece in _pieces(text, width):
        if width_of(lines[-1]) + width_of(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _letters(sign: str) -> int:
    return WIDE if unicodedata.east_asian_width(sign) in "WF" else 1


def _pieces(text: str, width: int) -> Iterator[str]:
    """
    What may stand on a line of its own: a word with its space, a Chinese character, a part of a word too wide.
    """
    piece = ""
    for sign in text:
        if width_of(piece + sign) > width and piece:
            yield piece
            piece = ""
        piece += sign
        if sign.isspace() or _letters(sign) == WIDE:
            yield piece
            piece = ""
    if piece:
        yield piece
