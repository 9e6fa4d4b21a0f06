"""
Drawing the next item while the last one is being worked on.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from queue import Full, Queue
from typing import Generic, TypeVar

T = TypeVar("T")
LOOK_AGAIN_SECONDS = 0.05


class Ahead(Generic[T]):
    """
    Runs a generator in a thread of its own, one item ahead of who takes them.

    Two items exist at most beside the one being worked on: one made, one in the making. Whatever the generator
    raises is raised where its next item would have been taken.

    Attributes:
        abandoned: Set when nobody will take another item. A generator that may be long about one item should
            look at it, and end.
    """

    def __init__(self) -> None:
        self.abandoned = threading.Event()
        self._made: Queue[tuple[T] | BaseException | None] = Queue(maxsize=1)

    def run(self, items: Generator[T, None, None]) -> Generator[T, None, None]:
        """
        Yield the items in their order. Closed early, it waits until the thread has closed the generator too.
        """
        maker = threading.Thread(target=self._make, args=(items,), name="reading ahead", daemon=True)
        maker.start()
        try:
            while (made := self._made.get()) is not None:
                if isinstance(made, BaseException):
                    raise made
                yield made[0]
        finally:
            self.abandoned.set()
            maker.join()

    def _make(self, items: Generator[T, None, None]) -> None:
        try:
            with closing(items):
                for item in items:
                    if not self._offer((item,)):
                        return
        except BaseException as error:  # noqa: BLE001 - whoever takes the items is told of it
            self._offer(error)
        else:
            self._offer(None)

    def _offer(self, made: tuple[T] | BaseException | None) -> bool:
        while not self.abandoned.is_set():
            try:
                self._made.put(made, timeout=LOOK_AGAIN_SECONDS)
            except Full:
                continue
            return True
        return False
