"""
Answering beforehand, on a thread of its own, what the panels further down a page are about to ask.

A page's panels ask one after the other, and between two questions they draw. Whoever changes the filter is going
to ask what they asked before, of another selection: so the questions of the last run are asked again, the last one
first, while the page is drawn from its top. The answers lie where the panels look for them. What nobody asks for
in the end has cost a processor that would have waited.

Over millions of rows the first choice in a dimension counts all of it, which every other choice finds. So once a
page stands, a value of each dimension is asked about before anybody chooses one.
"""

from __future__ import annotations

import inspect
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Final, TypeVar, cast

import streamlit as st

from dashboard.periods import Period
from dashboard.snapshot import Version
from dashboard.ui.forgetting import Versioned

logger = logging.getLogger(__name__)

Asked = TypeVar("Asked", bound=Callable[..., Any])

# What the argument is called that holds the values chosen.
VALUES: Final = "values"
# The name of the threads that ask.
THREAD: Final = "asks beforehand"
_LAST: Final = "_last_run"
# So many questions of pages are remembered, the latest: they will be asked again of the next version.
_MOST_LATE: Final = 300
_late: OrderedDict[Question, None] = OrderedDict()
_late_lock: Final = threading.Lock()
# One page at a time is prepared for what may be chosen on it; of so many questions is known that they were asked.
_PREPARING: Final = threading.Lock()
_MOST_PREPARED: Final = 20_000
_prepared: OrderedDict[int, None] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Selected:
    """
    What a viewer looks at in a run.

    Attributes:
        figures: What tells apart the figures that are asked: see `Figures.key`.
        values: The values chosen, by dimension.
        periods: The periods looked at, always the same ones in the same order.
    """

    figures: tuple[str, ...]
    values: Hashable
    periods: tuple[Period | None, ...]

    def exchanged(self, name: str, value: Hashable, now: Selected) -> Hashable:
        """
        What stands now in the place of an argument of this name; null for a period that isn't looked at any more.
        """
        if name == VALUES:
            return now.values if value == self.values else value
        if not isinstance(value, Period):
            return value
        return next((new for old, new in zip(self.periods, now.periods, strict=True) if value == old), value)


@dataclass(frozen=True, slots=True)
class Question:
    """
    A question of figures as a panel asked it: whom, and with which arguments by name.
    """

    ask: Callable[..., object]
    arguments: tuple[tuple[str, Hashable], ...]

    def again(self, then: Selected, now: Selected) -> Question | None:
        """
        The same question of what is selected now; none, if it was of a comparison and nothing is compared now.
        """
        exchanged = tuple((name, then.exchanged(name, value, now)) for name, value in self.arguments)
        gone = any(
            new is None and isinstance(old, Period)
            for (_, old), (_, new) in zip(self.arguments, exchanged, strict=True)
        )
        return None if gone else Question(self.ask, exchanged)

    @property
    def version(self) -> Version | None:
        """
        Of which version it is asked, if of any.
        """
        return next((value.version for _, value in self.arguments if isinstance(value, Versioned)), None)

    def answer(self) -> None:
        """
        Ask it; the answer is kept by whoever answers.
        """
        self.ask(**dict(self.arguments))

    def try_to_answer(self) -> None:
        """
        Ask it beforehand: what goes wrong is told to whoever asks in earnest, who meets the same.
        """
        try:
            self.answer()
        except Exception:
            logger.debug("not answered beforehand", exc_info=True)


@dataclass
class Run:
    """
    One drawing of a page, and what was asked meanwhile.

    Attributes:
        selected: What it is about.
        ahead: Values that may be chosen next, of which it is worth asking before anybody does.
        asked: The questions, in the order in which they were asked first.
        is_over: Set when the viewer has chosen anew: nobody waits for its answers any more.
    """

    selected: Selected
    ahead: tuple[Hashable, ...] = ()
    asked: dict[Question, None] = field(default_factory=dict)
    is_over: threading.Event = field(default_factory=threading.Event)


class _Here(threading.local):
    """
    The run that this thread draws, and how many questions deep it is: a question asked by a question isn't noted.
    """

    run: Run | None = None
    depth: int = 0


_here = _Here()


def begin(selected: Selected, *, ahead: tuple[Hashable, ...] = ()) -> None:
    """
    Begin to note what is asked; where the selection has changed, ask beforehand what was asked of the last one.

    Args:
        selected: What the viewer looks at.
        ahead: See `Run`; none where any choice is answered at once.
    """
    last, run = st.session_state.get(_LAST), Run(selected, ahead)
    st.session_state[_LAST] = _here.run = run
    _here.depth = 0
    if not isinstance(last, Run):
        return
    last.is_over.set()
    # Of another version, or for somebody else, nothing is asked in advance.
    if last.asked and last.selected != selected and last.selected.figures == selected.figures:
        threading.Thread(target=_answer, args=(last, run), daemon=True, name=THREAD).start()


def stands() -> None:
    """
    The page is drawn: ask its questions of what may be chosen next, until the viewer does something.
    """
    run, _here.run = _here.run, None
    if run is not None and run.ahead and run.asked:
        threading.Thread(target=_prepare, args=(run,), daemon=True, name=THREAD).start()


def asked_of_late(version: Version) -> list[Question]:
    """
    What pages asked of a version, the latest question first; those of other versions are forgotten.
    """
    with _late_lock:
        for question in [each for each in _late if each.version != version]:
            del _late[question]
        return list(reversed(_late))


def _remember(question: Question) -> None:
    with _late_lock:
        _late[question] = None
        _late.move_to_end(question)
        if len(_late) > _MOST_LATE:
            _late.popitem(last=False)


def noted(ask: Asked) -> Asked:
    """
    Have a question noted whenever a panel asks it; all its arguments have to be hashable.
    """
    signature = inspect.signature(ask)

    @wraps(ask)
    def asked(*arguments: Any, **named: Any) -> object:
        if _here.run is not None and _here.depth == 0:
            question = Question(asked, tuple(signature.bind(*arguments, **named).arguments.items()))
            _here.run.asked.setdefault(question)
            _remember(question)
        _here.depth += 1
        try:
            return ask(*arguments, **named)
        finally:
            _here.depth -= 1

    return cast("Asked", asked)


def _answer(last: Run, run: Run) -> None:
    """
    Ask the questions of the last run of what is selected now, those furthest down the page first: the page itself
    comes from its top, and where both meet each waits for what the other has begun.
    """
    for question in reversed(list(last.asked)):
        if run.is_over.is_set():
            return
        again = question.again(last.selected, run.selected)
        if again is not None and again not in run.asked:
            again.try_to_answer()


def _prepare(run: Run) -> None:
    with _PREPARING:
        for values in run.ahead:
            chosen = replace(run.selected, values=values)
            for question in list(run.asked):
                if run.is_over.is_set():
                    return
                again = question.again(run.selected, chosen)
                # By its hash: a question holds on to the version it is asked of.
                if again is None or again == question or hash(again) in _prepared:
                    continue
                again.try_to_answer()
                _prepared[hash(again)] = None
                if len(_prepared) > _MOST_PREPARED:
                    _prepared.popitem(last=False)
