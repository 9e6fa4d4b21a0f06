"""
The process that brings the forecast of renewals up to date while the dashboard is already served.

`dashboard serve --forecast` begins it: `python -m dashboard.background ADDRESS PORT [SETTINGS]`.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

# Pages come first: their server is given this long to listen, and goes on before this process where both want to.
SECONDS_TO_LISTEN: Final = 60.0
LOOK_AGAIN_SECONDS: Final = 0.5
NICENESS: Final = 10


def begin(settings: Path | None, address: str, port: int) -> None:
    """
    Begin the process and return at once.

    It is nobody's child, so that the server that takes this process's place needn't see to its end. It is stopped
    by Ctrl+C as the server is; however it is ended, the forecast of before stays.

    Args:
        settings: The settings file; None for what `settings_in_force` finds.
        address: Where the server is going to listen.
        port: On which port.
    """
    told = [] if settings is None else [str(settings.resolve())]
    command = [sys.executable, "-m", "dashboard.background", address, str(port), *told]
    # Ourselves, with a file that was read already.
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603


def main(arguments: Sequence[str]) -> None:
    """
    Go on as nobody's child; wait for the server; see to the forecast. A problem goes to the log.
    """
    if os.fork():
        os._exit(0)
    os.nice(NICENESS)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stderr)
    # Imported only now: whoever began this process waits for all that comes before.
    from dashboard.errors import DashboardError  # noqa: PLC0415
    from dashboard.forecasting.keeping import making  # noqa: PLC0415
    from dashboard.predicting import predicted  # noqa: PLC0415
    from dashboard.questions import settings_in_force  # noqa: PLC0415

    address, port, *told = arguments
    try:
        settings = settings_in_force(Path(told[0]) if told else None)
        # Held while it waits as well: to a viewer the forecast is being made from the first page on.
        with making(settings.forecasting.path):
            _wait_for(address, int(port))
            predicted(settings)
    except DashboardError as error:
        # Pages are served all the same, with the forecast of before.
        logger.warning("%s", error)


def _wait_for(address: str, port: int) -> None:
    """
    Return once something listens there, or after `SECONDS_TO_LISTEN`.
    """
    deadline = time.monotonic() + SECONDS_TO_LISTEN
    while time.monotonic() < deadline:
        try:
            socket.create_connection((address, port), timeout=LOOK_AGAIN_SECONDS).close()
        except OSError:
            time.sleep(LOOK_AGAIN_SECONDS)
        else:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
