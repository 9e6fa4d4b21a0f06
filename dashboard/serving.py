"""
Start the web server the way it should run.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from dashboard.errors import Problem, SettingsError
from dashboard.settings import PROJECT

# By what browsers on this machine call it.
_HERE: Final = ("localhost", "127.0.0.1", "[::1]")
_SECRETS: Final = Path(".streamlit") / "secrets.toml"


def serve(
    settings: Path | None, port: int, address: str, *, without_sign_in: bool, hosts: Sequence[str] = ()
) -> NoReturn:
    """
    Run the dashboard until it is stopped; print its address first.

    Args:
        settings: The settings file; None for what `read_settings` finds.
        port: Where to listen.
        address: On which of the machine's addresses.
        without_sign_in: The operator knows that whoever reaches the address sees everything.
        hosts: Names by which browsers call it, besides those that follow from the address and from sign-in.

    Raises:
        SettingsError: Others can reach the address, and nobody has to sign in or no name is known; the port is
            taken; the secrets can't be read.
    """
    found = settings or (Path("settings.toml") if Path("settings.toml").is_file() else None)
    secrets = secrets_file(found)
    auth = auth_section(secrets)
    if not _is_loopback(address) and not auth and not without_sign_in:
        raise SettingsError(
            Problem(
                "--address",
                f"{address} can be reached by others, and nobody has to sign in",
                "listen on 127.0.0.1, set up [auth] in .streamlit/secrets.toml, or say --without-sign-in",
            )
        )
    called = _called(address, auth, hosts)
    _raise_if_taken(address, port)
    environment = dict(os.environ)
    if found is not None:
        environment["DASHBOARD_SETTINGS"] = str(found.resolve())
    if without_sign_in:
        environment["DASHBOARD_ACCESS__WITHOUT_SIGN_IN"] = "true"
    shown = "localhost" if _is_loopback(address) else address
    sys.stdout.write(f"\n  The dashboard is at http://{shown}:{port}  (stop it with Ctrl+C)\n\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "dashboard.server", "--address", address, "--port", str(port)]
    for name in called:
        command += ["--host", name]
    if secrets is not None:
        command += ["--secrets", str(secrets)]
    # The project's folder holds .streamlit/config.toml. The server takes this process's place, so that whoever
    # stops the one stops the other.
    os.chdir(PROJECT)
    os.execve(sys.executable, command, environment)  # noqa: S606 - no shell is wanted


def secrets_file(settings: Path | None) -> Path | None:
    """
    The first `.streamlit/secrets.toml` there is: beside the settings file, else in the current folder.
    """
    folders = [*([settings.resolve().parent] if settings else []), Path.cwd()]
    return next((folder / _SECRETS for folder in folders if (folder / _SECRETS).is_file()), None)


def auth_section(secrets: Path | None) -> Mapping[str, Any]:
    """
    What the secrets say of sign-in; empty if they don't.

    Raises:
        SettingsError: The file isn't TOML.
    """
    if secrets is None:
        return {}
    try:
        written = tomllib.loads(secrets.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # Not shown where and what: it holds secrets.
        raise SettingsError(Problem(str(secrets), "isn't TOML", "texts stand in double quotes")) from None
    auth = written.get("auth", {})
    return auth if isinstance(auth, dict) else {}


def provider_origins(auth: Mapping[str, Any]) -> list[str]:
    """
    The origins of the providers of identities, such as `https://login.example`.
    """
    sections = [auth, *(value for value in auth.values() if isinstance(value, dict))]
    urls = [urlsplit(str(each["server_metadata_url"])) for each in sections if "server_metadata_url" in each]
    return sorted({f"{url.scheme}://{url.netloc}" for url in urls if url.netloc})


def _called(address: str, auth: Mapping[str, Any], hosts: Sequence[str]) -> list[str]:
    """
    The names by which the server lets itself be called; a page elsewhere can point a name of its own to us.
    """
    returns_to = urlsplit(str(auth.get("redirect_uri", ""))).hostname
    names = [*hosts, *([returns_to] if returns_to else [])]
    if _is_loopback(address):
        return [*dict.fromkeys([*_HERE, *names])]
    if address not in {"0.0.0.0", "::"}:  # noqa: S104 - not where we listen, but what that would mean
        return [*dict.fromkeys([f"[{address}]" if ":" in address else address, *names])]
    if not names:
        raise SettingsError(
            Problem(
                "--host", f"{address} doesn't say how browsers call it", "name it, e.g. --host dashboard.example"
            )
        )
    return [*dict.fromkeys([*_HERE, *names])]


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
