"""
Orders carried out by one loader or by two, whichever is sooner done.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence

from dashboard.intake.load import Progress
from dashboard.intake.loader import Loader, Order, Outcome
from dashboard.intake.second import SecondLoader
from dashboard.settings import Settings

# A second process takes two seconds to start; fewer first loads than these are done by then.
ENOUGH_FOR_TWO = 6


def carry_out(orders: Sequence[Order], settings: Settings, progress: Progress) -> list[Outcome]:
    """
    Load facts, on two cores where many of them have to be read in full.

    Args:
        orders: What to load; taken from the front by whoever is free.
        settings: For sources and snapshot.
        progress: Told how far each fact has come, perhaps by two threads in turn.

    Returns:
        An outcome for each order, in the order in which they ended; fewer if the snapshot can't be written to,
        since then the others aren't tried.
    """
    waiting, outcomes = deque(orders), list[Outcome]()

    def take(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if outcome.is_hopeless:
            waiting.clear()

    two = (os.cpu_count() or 1) > 1 and sum(order.is_first for order in orders) >= ENOUGH_FOR_TWO
    beside = _Beside(settings, waiting, take, progress) if two else None
    loader = Loader(settings, progress)
    try:
        while (order := _next(waiting)) is not None:
            take(loader.load(order))
    finally:
        waiting.clear()
        loader.close()
        if beside is not None:
            beside.finish()
    return outcomes


def _next(waiting: deque[Order]) -> Order | None:
    # Two threads take from it; asking first and taking then would be a race.
    try:
        return waiting.popleft()
    except IndexError:
        return None


class _Beside(threading.Thread):
    """
    Hands orders to the second loader until none is left.
    """

    def __init__(
        self, settings: Settings, waiting: deque[Order], take: Callable[[Outcome], None], progress: Progress
    ) -> None:
        super().__init__(daemon=True)
        self._second = SecondLoader(settings)
        self._waiting, self._take, self._progress = waiting, take, progress
        self._is_busy = threading.Lock()
        self._failure: Exception | None = None
        self.start()

    def run(self) -> None:
        if not self._second.is_ready():
            return
        with self._is_busy:
            try:
                while (order := _next(self._waiting)) is not None:
                    self._take(self._second.load(order, self._progress))
            except Exception as failure:  # noqa: BLE001 - raised again by `finish`
                self._failure = failure

    def finish(self) -> None:
        """
        Wait for what it has in hand, then end it; don't wait for it to start.

        Raises:
            Exception: whatever went wrong there.
        """
        with self._is_busy:
            self._second.end()
        # It may still have been waiting for the process to start: it hears the end before the line is cut.
        self.join()
        self._second.dismiss()
        if self._failure is not None:
            raise self._failure
