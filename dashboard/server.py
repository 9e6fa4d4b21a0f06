"""
The process that `dashboard serve` becomes: Streamlit, with what the pages are made of imported already.

Streamlit reads a page's modules when the first viewer asks for it, who would wait for all of them.
"""

from __future__ import annotations

from importlib import import_module

from streamlit.web import cli

# What takes long to import. Nothing of `dashboard.ui`: its caches want the server to run when they are made.
AHEAD = (
    *("pandas", "plotly.graph_objects", "deltalake", "sqlalchemy", "babel.dates"),
    *("dashboard.questions", "dashboard.metrics", "dashboard.reader", "dashboard.keeping"),
)


def main() -> None:
    """
    Import, then do what `streamlit` does with the same arguments.
    """
    for name in AHEAD:
        import_module(name)
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
