"""
What an operator types about dated events: annotate · annotations.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from dashboard.access import OPERATOR
from dashboard.errors import Problem, SettingsError
from dashboard.keeping import Annotation, Annotations, Concerns
from dashboard.metrics import kpi as kpi_of
from dashboard.questions import refuse_unknown, settings_in_force

commands = typer.Typer()
out = Console()

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="A settings.toml; without it the demo's settings hold.")
]


@commands.command()
def annotate(
    title: Annotated[str, typer.Argument(help="What happened, in one line of at most 80 characters.")],
    on: Annotated[str, typer.Option(help="The day, written like 2026-03-12.")],
    settings: SettingsFile = None,
    note: Annotated[str | None, typer.Option(help="More about it, at most 500 characters.")] = None,
    kpi: Annotated[str | None, typer.Option(help="Only for this figure.")] = None,
    cause: Annotated[str | None, typer.Option(help="Only about this cause.")] = None,
    product_line: Annotated[str | None, typer.Option(help="Only about this product line.")] = None,
    branch: Annotated[str | None, typer.Option(help="Only about this branch.")] = None,
) -> None:
    """
    Enter a dated event, which every chart by time then shows as a flag.
    """
    found = settings_in_force(settings)
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise SettingsError(Problem("--on", f'"{on}" is no day', "write it like 2026-06-30")) from None
    named = {"cause": cause, "product_line": product_line, "branch": branch}
    refuse_unknown(found, "complaints", {name: [value] for name, value in named.items() if value is not None})
    concerns = Concerns(
        cause=cause, product_line=product_line, branch_id=branch, kpi=kpi_of(kpi).id if kpi is not None else None
    )
    _say(Annotations(found.app).add(OPERATOR, day, title, note=note, concerns=concerns))


@commands.command("annotations")
def listed(
    settings: SettingsFile = None,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Those that were taken back as well.")] = False,
) -> None:
    """
    List the dated events, oldest first.
    """
    for each in Annotations(settings_in_force(settings).app).all(OPERATOR, withdrawn=withdrawn):
        _say(each)


def _say(event: Annotation) -> None:
    """
    One event on a line of its own that no terminal's width cuts.
    """
    about = event.concerns
    named = {"kpi": about.kpi, "cause": about.cause, "product-line": about.product_line, "branch": about.branch_id}
    parts = [f"{event.annotation_id:>4}  {event.on_day}  {event.title}"]
    parts += [f"{name} {value}" for name, value in named.items() if value is not None]
    parts.append(f"entered {event.created_at:%Y-%m-%d %H:%M} UTC by {event.created_by}")
    if event.withdrawn_at is not None:
        parts.append(f"withdrawn {event.withdrawn_at:%Y-%m-%d %H:%M} UTC by {event.withdrawn_by}")
    out.print(escape(" · ".join(parts)), soft_wrap=True, highlight=False)
