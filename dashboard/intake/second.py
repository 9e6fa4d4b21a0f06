"""
A second process that loads facts beside this one, so that a first load keeps two cores busy.

Threads can't: turning a database's rows into columns holds the interpreter's lock most of the time. The process is
spoken to over its standard input and output, so no password stands on a command line; it ends by itself as soon as
that line is cut, however its parent died. What it had written by then nobody has seen: only what the parent
publishes is.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, BinaryIO, cast

from dashboard.errors import Problem
from dashboard.intake.load import Progress
from dashboard.intake.loader import Loader, Order, Outcome
from dashboard.settings import PROJECT, Settings

_READY = "ready"


class SecondLoader:
    """
    The parent's end of the line.
    """

    def __init__(self, settings: Settings) -> None:
        path = os.pathsep.join([str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dashboard.intake.second"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A folder with a package of our name would come first on the child's path.
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._send(settings)

    def is_ready(self) -> bool:
        """
        Wait until it can take orders; False if it ended instead.
        """
        try:
            return bool(self._receive() == _READY)
        except EOFError:
            return False

    def load(self, order: Order, progress: Progress) -> Outcome:
        """
        Have one fact loaded, passing its progress on.
        """
        try:
            self._send(order)
            while True:
                said = self._receive()
                if isinstance(said, Outcome):
                    return said
                fact, rows, is_done = said
                progress(fact, rows, is_done=is_done)
        except (EOFError, BrokenPipeError):
            what = f"the process that was loading it ended (exit code {self._process.wait()})"
            problem = Problem(f"fact {order.query.fact}", what, "see whether memory ran out, then refresh again")
            return Outcome(order.query.fact, problems=(problem,))

    def end(self) -> None:
        """
        End the process; who still listens hears that it ended. Called when nobody wants its answers any more.
        """
        self._process.kill()
        self._process.wait()

    def dismiss(self) -> None:
        """
        End it and cut the line. Called when nobody listens: a line that is cut while a thread reads from it breaks
        that thread.
        """
        self.end()
        for end in (self._process.stdin, self._process.stdout):
            # Words a dead process never read can't be delivered any more.
            with suppress(BrokenPipeError):
                cast("BinaryIO", end).close()

    def _send(self, what: object) -> None:
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        pickle.dump(what, self._process.stdin)
        self._process.stdin.flush()

    def _receive(self) -> Any:
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        # What comes over this line was written by our own child.
        return pickle.load(self._process.stdout)  # noqa: S301


def main() -> None:
    """
    The child's end: settings first, then orders, one outcome for each.
    """
    incoming = sys.stdin.buffer
    # Whatever a library prints must not get between our own words.
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    settings: Settings = pickle.load(incoming)  # noqa: S301 - our own parent's
    orders: SimpleQueue[Order] = SimpleQueue()
    threading.Thread(target=_listen, args=(incoming, orders), daemon=True).start()

    def say(what: object) -> None:
        pickle.dump(what, outgoing)
        outgoing.flush()

    def progress(fact: str, rows: int, *, is_done: bool) -> None:
        say((fact, rows, is_done))

    loader = Loader(settings, progress)
    say(_READY)
    while True:
        say(loader.load(orders.get()))


def _listen(incoming: BinaryIO, orders: SimpleQueue[Order]) -> None:
    while True:
        try:
            orders.put(pickle.load(incoming))  # noqa: S301 - our own parent's
        except (EOFError, pickle.UnpicklingError):
            # The parent is gone: nobody holds the lock for us any more, so not one more byte.
            os._exit(1)


if __name__ == "__main__":
    main()
