"""
Start the web server the way it should run.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

from dashboard.errors import Problem, SettingsError
from dashboard.settings import PROJECT


def serve(settings: Path | None, port: int, address: str, *, without_sign_in: bool) -> NoReturn:
    """
    Run the dashboard until it is stopped; print its address first.

    Args:
        settings: The settings file; None for what `read_settings` finds.
        port: Where to listen.
        address: On which of the machine's addresses.
        without_sign_in: The operator knows that whoever reaches the address sees everything.

    Raises:
        SettingsError: The address isn't this machine's alone, or the port is taken.
    """
    if not _is_loopback(address) and not without_sign_in:
        raise SettingsError(
            Problem(
                "--address",
                f"{address} can be reached by others, and nobody has to sign in",
                "listen on 127.0.0.1, or say --without-sign-in",
            )
        )
    _raise_if_taken(address, port)
    environment = dict(os.environ)
    found = settings or (Path("settings.toml") if Path("settings.toml").is_file() else None)
    if found is not None:
        environment["DASHBOARD_SETTINGS"] = str(found.resolve())
    shown = "localhost" if _is_loopback(address) else address
    sys.stdout.write(f"\n  The dashboard is at http://{shown}:{port}  (stop it with Ctrl+C)\n\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "dashboard.server", "run", str(PROJECT / "dashboard" / "app.py")]
    options = ["--server.address", address, "--server.port", str(port)]
    # The project's folder holds .streamlit/config.toml. The server takes this process's place, so that whoever
    # stops the one stops the other.
    os.chdir(PROJECT)
    os.execve(sys.executable, [*command, *options], environment)  # noqa: S606 - no shell is wanted


def _is_loopback(address: str) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _raise_if_taken(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise SettingsError(
                Problem(
                    "--port", f"{port} can't be listened on: {error.strerror}", "choose another, e.g. --port 8502"
                )
            ) from None
