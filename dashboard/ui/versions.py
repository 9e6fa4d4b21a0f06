"""
Which version is shown: the newest one, once the server has asked of it what viewers lately asked.

After a refresh every row has to be judged again. Whoever came first would wait for that; so the version of before
is shown meanwhile, and let go of afterwards.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import streamlit as st

from dashboard.reader import Reader, last_complete_day
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot, Version
from dashboard.ui.anticipating import THREAD, Question, asked_of_late
from dashboard.ui.figures import Figures
from dashboard.ui.forgetting import forget_all_but

logger = logging.getLogger(__name__)

# A new version is noticed within so many seconds; looking costs a few milliseconds.
LOOK_AGAIN: Final = 5
# It isn't held back for longer, however much there is to ask.
MOST_SECONDS: Final = 60


@dataclass
class Shown:
    """
    What a server shows of a snapshot.

    Attributes:
        version: The version that viewers get; null before the first load.
        looked_at: When somebody last looked for a newer one, on the clock of `time.monotonic`.
        coming: Prepares the next one.
    """

    version: Version | None = None
    looked_at: float = float("-inf")
    coming: threading.Thread | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


@st.cache_resource(show_spinner=False, hash_funcs={Settings: lambda settings: settings.snapshot.path})
def shown_of(settings: Settings) -> Shown:  # noqa: ARG001 - what is told apart
    """
    What this server shows of a snapshot, one for all viewers.
    """
    return Shown()


def current(settings: Settings) -> Version | None:
    """
    The version to show; None before the first load.

    Raises:
        SnapshotError: The snapshot is there and can't be read.
    """
    shown = shown_of(settings)
    with shown.lock:
        if time.monotonic() - shown.looked_at >= LOOK_AGAIN:
            snapshot = Snapshot(settings.snapshot)
            newest = snapshot.current() if snapshot.versions() else None
            shown.looked_at = time.monotonic()
            _take(shown, newest)
        return shown.version


def _take(shown: Shown, newest: Version | None) -> None:
    before = shown.version
    questions = [] if before is None else asked_of_late(before)
    if newest is None or before is None or not questions:
        shown.version = newest
    elif newest.id != before.id and shown.coming is None:
        shown.coming = threading.Thread(
            target=_prepare, args=(shown, before, newest, questions), daemon=True, name=THREAD
        )
        shown.coming.start()


def _prepare(shown: Shown, before: Version, newest: Version, questions: list[Question]) -> None:
    """
    Ask of the newest version what was asked of the one before, last things first; then show it.
    """
    until = time.monotonic() + MOST_SECONDS
    try:
        for question in questions:
            if time.monotonic() > until:
                break
            again = _of(question, before, newest)
            if again is not None:
                again.try_to_answer()
    finally:
        with shown.lock:
            shown.version, shown.coming = newest, None
        forget_all_but(newest)


def _of(question: Question, before: Version, newest: Version) -> Question | None:
    """
    The same question of another version; none, if it wasn't asked of the one before. Where a day has ended in
    between it is asked of that day; the period stays: what takes long, judging the rows, doesn't depend on it.
    """
    arguments = dict(question.arguments)
    asked = [(name, value) for name, value in question.arguments if isinstance(value, Figures)]
    for name, figures in asked:
        if figures.reader.version != before:
            return None
        business = figures.settings.business
        days = timedelta() if business.as_of else _days_between(before, newest, business.timezone)
        reader = Reader(newest, figures.viewer)
        arguments[name] = replace(figures, reader=reader, as_of=figures.as_of + days)
    return Question(question.ask, tuple(arguments.items()))


def _days_between(before: Version, newest: Version, zone: str) -> timedelta:
    return last_complete_day(newest, zone, *newest.facts) - last_complete_day(before, zone, *before.facts)
