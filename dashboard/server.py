"""
The process that `dashboard serve` becomes: Streamlit behind our own middleware, with what the pages are made of
imported already.

Streamlit reads a page's modules when the first viewer asks for it, who would wait for all of them.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

from streamlit import App

from dashboard.discretion import be_discreet
from dashboard.hardening import middleware, routes
from dashboard.serving import auth_section, provider_origins
from dashboard.settings import PROJECT, read_settings

# What takes long to import. Nothing of `dashboard.ui`: its caches want the server to run when they are made.
AHEAD = (
    *("pandas", "plotly.graph_objects", "deltalake", "sqlalchemy", "babel.dates"),
    *("dashboard.questions", "dashboard.metrics", "dashboard.reader", "dashboard.keeping"),
)


def main() -> None:
    """
    Import, then serve until stopped.
    """
    said = _arguments()
    be_discreet()
    for name in AHEAD:
        import_module(name)
    app = App(
        PROJECT / "dashboard" / "app.py",
        routes=routes(read_settings().snapshot),
        middleware=middleware(said.host, provider_origins(auth_section(said.secrets))),
    )
    secrets = {"secrets.files": [str(said.secrets)]} if said.secrets else {}
    app.run(
        config={
            "server.address": said.address,
            "server.port": said.port,
            "server.allowedHosts": [name.strip("[]") for name in said.host],
            **secrets,
        }
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", action="append", required=True)
    parser.add_argument("--secrets", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
