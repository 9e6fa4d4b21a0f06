"""
What an operator types: demo · check · refresh · train · kpis · explain · annotate · annotations · serve.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from dashboard import background
from dashboard.annotating import commands as annotating
from dashboard.console import (
    WORDS,
    Bars,
    FactBars,
    edition_line,
    kpi_table,
    print_findings,
    print_problems,
    report_line,
    to_csv,
    to_json,
)
from dashboard.demo import Books, build, edition_now, enter_events
from dashboard.errors import DashboardError, Problem, SettingsError
from dashboard.explaining import Explained, ExplainedClaim, explained, explained_claim
from dashboard.intake.check import check as check_sources
from dashboard.intake.findings import Severity
from dashboard.intake.refresh import RefreshReport, refresh_forever
from dashboard.intake.refresh import refresh as refresh_once
from dashboard.keeping import Annotations
from dashboard.predicting import predicted
from dashboard.questions import GROUPS, Question, answer, settings_in_force
from dashboard.serving import serve as serve_app
from dashboard.settings import PROJECT, Settings, read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(annotating)
out, err = Console(), Console(stderr=True)

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="A settings.toml; without it the demo's settings hold.")
]


def main() -> None:
    """
    Run a command; a problem is told in sentences and ends with exit code 1, never in a stack trace.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stderr)
    try:
        app()
    except DashboardError as error:
        print_problems(err, error.problems)
        raise SystemExit(1) from None


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SettingsError(Problem(option, f'"{text}" is no day', "write it like 2026-06-30")) from None


@app.command()
def demo(
    url: Annotated[str | None, typer.Option(help="Any SQLAlchemy URL; var/demo.db by default.")] = None,
    scale: Annotated[float, typer.Option(help="1 is about 60,000 customers.")] = 1.0,
    as_of: Annotated[str | None, typer.Option(help="The last day that has happened; today by default.")] = None,
    seed: Annotated[int, typer.Option(help="Everything random comes from it.")] = 7,
    overwrite: Annotated[bool, typer.Option(help="Replace tables that aren't an earlier demo's.")] = False,
    unless_fresh: Annotated[
        bool, typer.Option(help="Do nothing if it is there, made by this generator for the same day and scale.")
    ] = False,
) -> None:
    """
    Make the demo insurer: three years of a living company in an operational database.
    """
    day = _day(as_of, "--as-of") or datetime.now(ZoneInfo("Asia/Shanghai")).date()
    target = url or f"sqlite:///{PROJECT / 'var' / 'demo.db'}"
    if unless_fresh and url is None and _is_fresh(day, scale):
        _enter_events(target, day)
        return
    if url is None:
        (PROJECT / "var").mkdir(exist_ok=True)
    with Bars(err, "Making the demo insurer") as bars:
        build(target, scale=scale, as_of=day, seed=seed, overwrite=overwrite, progress=bars.share)
    if url is None:
        _enter_events(target, day)
    out.print(f"The demo insurer is ready, up to {day}.")


def _enter_events(target: str, day: date) -> None:
    """
    Give charts of the demo its events, unless the settings in force are about another company.
    """
    settings = read_settings()
    if any(source.url.get_secret_value() == target for source in settings.sources.values()):
        enter_events(Annotations(settings.app), day)


def _is_fresh(day: date, scale: float) -> bool:
    database = PROJECT / "var" / "demo.db"
    books = database.with_name(f"{database.name}.books.json")
    if not (database.exists() and books.exists()):
        return False
    kept = Books.read(books)
    return (kept.as_of, kept.scale, kept.edition) == (day.isoformat(), scale, edition_now())


@app.command()
def check(settings: SettingsFile = None) -> None:
    """
    Try settings, sources and every query against its live database, and say all that is found.
    """
    findings = check_sources(settings_in_force(settings))
    print_findings(out, findings)
    if not findings:
        out.print("Nothing to mend.")
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise typer.Exit(1)


@app.command()
def refresh(
    settings: SettingsFile = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything again and reconcile deletes.")] = False,
    fact: Annotated[list[str] | None, typer.Option(help="Only this fact; can be repeated.")] = None,
    every: Annotated[str | None, typer.Option(help="Go on refreshing, e.g. 60s, 5m, 1h.")] = None,
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Believe a fact that had rows and now has none.")
    ] = False,
    wait: Annotated[int, typer.Option(help="Seconds to wait for another refresher.")] = 0,
    without_forecast: Annotated[
        bool, typer.Option("--without-forecast", help="Leave the forecast of renewals to `serve --forecast`.")
    ] = False,
) -> None:
    """
    Load what changed in the sources into the snapshot.
    """
    found = settings_in_force(settings)
    if every is not None:
        alone = {
            "--full": full,
            "--fact": fact,
            "--allow-empty": allow_empty,
            "--without-forecast": without_forecast,
        }
        for name, given in alone.items():
            if given:
                raise SettingsError(Problem(name, "doesn't go with --every", "run it once by itself"))
        refresh_forever(
            found,
            _span(every),
            done=partial(_told_and_predicted, found),
            failed=lambda error: print_problems(err, error.problems),
        )
        return
    with FactBars(err) as bars:
        report = refresh_once(
            found,
            full=full,
            facts=set(fact) if fact else None,
            allow_empty=allow_empty,
            wait_seconds=wait,
            progress=bars,
        )
    if without_forecast:
        _told(report)
    if not ((without_forecast or _predicted(found, report)) and report.succeeded):
        raise typer.Exit(1)


@app.command()
def train(settings: SettingsFile = None) -> None:
    """
    Train the forecast of renewals again, and say how good it is.
    """
    done = predicted(settings_in_force(settings), anew=True)
    out.print(edition_line(done[0]) if done else "No renewals have been loaded; there is nothing to learn from.")


def _told_and_predicted(settings: Settings, report: RefreshReport) -> None:
    _predicted(settings, report)


def _predicted(settings: Settings, report: RefreshReport) -> bool:
    """
    Tell what a refresh did, and bring the forecasts up to it; whether that could be done.
    """
    _told(report)
    if report.version is None:
        return True
    try:
        done = predicted(settings)
    except DashboardError as error:
        # What was loaded is served all the same, with the scores of before.
        print_problems(err, error.problems)
        return False
    if done and done[1]:
        out.print(edition_line(done[0]))
    return True


def _told(report: RefreshReport) -> None:
    out.print(report_line(report))
    if report.findings:
        print_findings(out, report.findings)
    print_problems(err, report.problems)


def _span(text: str) -> timedelta:
    units = {"s": "seconds", "m": "minutes", "h": "hours"}
    number, unit = text[:-1], text[-1:]
    if unit not in units or not number.isdecimal() or int(number) == 0:
        raise SettingsError(Problem("--every", f'"{text}" is no span', "write it like 60s, 5m or 1h"))
    return timedelta(**{units[unit]: int(number)})


@app.command()
def kpis(
    settings: SettingsFile = None,
    first: Annotated[str | None, typer.Option("--from", help="First day of the period.")] = None,
    before: Annotated[str | None, typer.Option("--to", help="The day after its last.")] = None,
    as_of: Annotated[str | None, typer.Option(help="What was known at the end of this day.")] = None,
    branch: Annotated[list[str] | None, typer.Option(help="Only this branch; can be repeated.")] = None,
    team: Annotated[list[str] | None, typer.Option(help="Only this team; can be repeated.")] = None,
    product_line: Annotated[list[str] | None, typer.Option(help="Only this product line.")] = None,
    channel: Annotated[list[str] | None, typer.Option(help="Only this channel.")] = None,
    kpi: Annotated[list[str] | None, typer.Option(help="Only this KPI; can be repeated.")] = None,
    by: Annotated[list[str] | None, typer.Option(help=f"Split by {', '.join(GROUPS)}; can be repeated.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, json or csv.")] = "table",
) -> None:
    """
    Say the figures, exactly as the pages count them.
    """
    writers: dict[str, Any] = {"table": None, "json": to_json, "csv": to_csv}
    if form not in writers:
        raise SettingsError(Problem("--format", f'"{form}" is not known', "write table, json or csv"))
    found = settings_in_force(settings)
    question = Question(
        kpis=tuple(kpi or ()),
        period_from=_day(first, "--from"),
        period_before=_day(before, "--to"),
        as_of=_day(as_of, "--as-of"),
        values={
            "branch": branch or [],
            "team": team or [],
            "product_line": product_line or [],
            "channel": channel or [],
        },
        by=tuple(by or ()),
    )
    records = answer(found, question)
    if form == "table":
        out.print(kpi_table(records))
    else:
        sys.stdout.write(writers[form](records))


@app.command()
def explain(
    what: Annotated[str, typer.Argument(help="complaint or claim")],
    key: Annotated[str, typer.Argument(help="Its id, as the source writes it.", metavar="ID")],
    settings: SettingsFile = None,
    as_of: Annotated[str | None, typer.Option(help="What was known at the end of this day.")] = None,
    rule: Annotated[str | None, typer.Option(help="This rule and not those in force.")] = None,
) -> None:
    """
    Say why a case is due when it is, step by step, and whether it is late.
    """
    asked: dict[str, Callable[..., Explained | ExplainedClaim]] = {
        "complaint": explained,
        "claim": explained_claim,
    }
    if what not in asked:
        remedy = "write: explain complaint ID, or explain claim ID"
        raise SettingsError(Problem(what, "can't be explained", remedy))
    found = asked[what](settings_in_force(settings), key, as_of=_day(as_of, "--as-of"), rule=rule)
    for line in found.lines(WORDS):
        out.print(line, soft_wrap=True, highlight=False, markup=False)


@app.command()
def serve(
    settings: SettingsFile = None,
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8501,
    address: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    without_sign_in: Annotated[
        bool,
        typer.Option("--without-sign-in", help="Let everybody who reaches another address see everything."),
    ] = False,
    forecast: Annotated[
        bool, typer.Option("--forecast", help="Bring the forecast of renewals up to date meanwhile.")
    ] = False,
    host: Annotated[
        list[str] | None,
        typer.Option(help="A name by which browsers call the dashboard, as *.acme.example; can be repeated."),
    ] = None,
) -> None:
    """
    Open the dashboard to browsers.
    """
    access = settings_in_force(settings).access
    if forecast:
        background.begin(settings, address, port)
    serve_app(
        settings,
        port,
        address,
        without_sign_in=without_sign_in or access.without_sign_in,
        hosts=host or [],
    )


if __name__ == "__main__":
    main()
