"""
What a log may say: no e-mail address, and no values that an exception quotes.

Operators send logs to each other. An address becomes a digest of 12 hex digits, the same for the same address; a
foreign exception is told by its type and where it was raised. Our own errors name files, facts and columns, and
say so in words.
"""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any, Final

from dashboard.access import reference_of
from dashboard.errors import DashboardError

# Wider than the standard: what merely looks like an address is one here.
_ADDRESS: Final = re.compile(r"[^\s@\"'<>(),;:=\[\]{}|/\\]+@[^\s@\"'<>(),;:=\[\]{}|/\\]+")


def discreet(text: str) -> str:
    """
    A text with `person:` and a digest in the place of every e-mail address.
    """
    return _ADDRESS.sub(lambda found: f"person:{reference_of(found[0])}", text)


def told(error: BaseException) -> str:
    """
    A traceback that quotes code, and of what went wrong only what our own errors say; causes come first.
    """
    parts = []
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        parts.append(told(cause))
    said = f": {error}" if isinstance(error, DashboardError) else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    parts.append(f"Traceback (most recent call last):\n{frames}{type(error).__qualname__}{said}")
    return discreet("\n".join(parts))


def be_discreet() -> None:
    """
    Have every line that is logged in this process written so, whoever logs it and by whichever handler.
    """
    made_before = logging.getLogRecordFactory()

    def made(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = made_before(*args, **kwargs)
        record.msg, record.args = discreet(record.getMessage()), ()
        if record.exc_info and record.exc_info[1] is not None:
            # A formatter takes this text if it is there.
            record.exc_text = told(record.exc_info[1])
        return record

    logging.setLogRecordFactory(made)
