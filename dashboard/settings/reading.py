"""
From a file and the environment to settings, with every problem said at once.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings import SettingsError as UnreadableSettings

from dashboard.errors import Problem, SettingsError
from dashboard.settings.calendar import read_calendar
from dashboard.settings.model import DEMO_SOURCES, PREFIX, PROJECT, BusinessSettings, Settings


def read_settings(file: Path | None = None) -> Settings:
    """
    Read the settings and report every problem at once.

    Args:
        file: The TOML file; None looks at `DASHBOARD_SETTINGS`, then for `settings.toml` in the current folder;
            if there is neither, the defaults hold.

    Returns:
        Settings whose paths are absolute.

    Raises:
        SettingsError: with each problem's file (or variable), key, what was found and what to write instead.
    """
    environment = os.environ
    path = _find(file, environment)
    written = {"sources": DEMO_SOURCES, **(_read_toml(path) if path else {})}
    base = path.parent if path else PROJECT
    problems = list(_stray_variables(environment))
    try:
        settings = Settings(**written)
    except ValidationError as error:
        problems += [_problem(entry, path, environment) for entry in error.errors()]
    except UnreadableSettings as error:
        problems.append(Problem("the environment", str(error), "write one variable for each key instead"))
    if problems:
        raise SettingsError(problems)
    return _with_absolute_paths(settings, base, path)


def _find(file: Path | None, environment: Mapping[str, str]) -> Path | None:
    named = file or (Path(environment["DASHBOARD_SETTINGS"]) if environment.get("DASHBOARD_SETTINGS") else None)
    if named is None:
        here = Path.cwd() / "settings.toml"
        return here if here.is_file() else None
    if not named.is_file():
        raise SettingsError(Problem(str(named), "there is no such file", "give the path of a TOML file"))
    return named.resolve()


def _stray_variables(environment: Mapping[str, str]) -> Iterator[Problem]:
    known = [*Settings.model_fields, "settings"]
    for name in environment:
        part = name.upper().removeprefix(PREFIX).split("__")[0].lower()
        if name.upper().startswith(PREFIX) and part not in known:
            close = get_close_matches(part, known, n=1)
            hint = f"did you mean {PREFIX}{close[0].upper()}?" if close else f"known: {', '.join(sorted(known))}"
            yield Problem(name, "is not a setting", hint)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            Problem(str(path), f"isn't TOML: {error}", "mend that line; texts stand in double quotes")
        ) from None


def _with_absolute_paths(settings: Settings, base: Path, path: Path | None) -> Settings:
    where = str(path) if path else "the default settings"
    problems: list[Problem] = []
    sources = {}
    for name, source in settings.sources.items():
        queries = (base / source.queries).resolve()
        if not queries.is_dir():
            problems.append(
                Problem(
                    where,
                    f"sources.{name}.queries is {str(source.queries)!r}, and {queries} is no folder",
                    "write the folder that holds this source's .sql files",
                )
            )
        url = _absolute_url(source.url, base, f"sources.{name}.url", where, problems)
        sources[name] = source.model_copy(update={"queries": queries, "url": url})
    database = _absolute_url(settings.app.database, base, "app.database", where, problems)
    business, wrong = _with_calendar(settings.business, base, where)
    problems += wrong
    if problems:
        raise SettingsError(problems)
    kept = settings.snapshot.path
    if "://" not in kept:
        kept = str((base / kept).resolve())
    snapshot = settings.snapshot.model_copy(update={"path": kept})
    app = settings.app.model_copy(update={"database": database})
    forecasts = (base / settings.forecasting.path).resolve()
    forecasting = settings.forecasting.model_copy(update={"path": forecasts})
    return settings.model_copy(
        update={
            "sources": sources,
            "snapshot": snapshot,
            "forecasting": forecasting,
            "app": app,
            "business": business,
        }
    )


def _absolute_url(given: SecretStr, base: Path, key: str, where: str, problems: list[Problem]) -> SecretStr:
    url = given.get_secret_value()
    if "://" not in url:
        # Not shown: it may hold a password.
        problems.append(
            Problem(where, f"{key} isn't a URL", 'expected a SQLAlchemy URL, e.g. "sqlite:///core.db"')
        )
    return SecretStr(_absolute_sqlite(url, base))


def _with_calendar(business: BusinessSettings, base: Path, where: str) -> tuple[BusinessSettings, list[Problem]]:
    """
    The calendar file by its whole path, and what is wrong with it.
    """
    if business.calendar is None:
        return business, []
    file = (base / business.calendar).resolve()
    if not file.is_file():
        what = f"business.calendar is {str(business.calendar)!r}, and {file} is no file"
        return business, [Problem(where, what, "write a CSV file with the columns day,is_working,name")]
    try:
        read_calendar(file)
    except SettingsError as error:
        return business, list(error.problems)
    return business.model_copy(update={"calendar": file}), []


def _absolute_sqlite(url: str, base: Path) -> str:
    scheme, _, rest = url.partition(":///")
    if scheme.split("+")[0] != "sqlite" or not rest or rest.startswith((":memory:", "file:")):
        return url
    file, mark, options = rest.partition("?")
    return f"{scheme}:///{(base / file).resolve()}{mark}{options}"


def _problem(entry: Mapping[str, Any], path: Path | None, environment: Mapping[str, str]) -> Problem:
    parts = [str(part) for part in entry["loc"]]
    key = ".".join(parts)
    variable = PREFIX + "__".join(parts).upper()
    from_environment = next((name for name in environment if name.upper() == variable), None)
    where = from_environment or (str(path) if path else "the environment")
    if entry["type"] == "extra_forbidden":
        siblings = list(_model_at(parts[:-1]).model_fields)
        close = get_close_matches(parts[-1], siblings, n=1)
        hint = f'did you mean "{close[0]}"?' if close else f"known here: {', '.join(sorted(siblings))}"
        return Problem(where, f"{key} is not a setting", hint)
    field = _field_at(parts)
    expected = (
        f"expected {field.description}, e.g. {field.examples[0]}" if field and field.examples else entry["msg"]
    )
    if entry["type"] == "missing":
        return Problem(where, f"{key} is missing", expected)
    return Problem(where, f"{key} is {_shown(entry['input'], key)}", expected)


def _shown(value: Any, key: str) -> str:
    if key.endswith(("url", "database")) or "password" in key:
        return "not readable (not shown: it may hold a password)"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _model_at(parts: list[str]) -> type[BaseModel]:
    model: type[BaseModel] = Settings
    for index, part in enumerate(parts):
        found = model.model_fields.get(part)
        if found is None:
            # A name under [sources] or [access.viewers]: the table's model was reached by the part before.
            if index and parts[index - 1] in {"sources", "viewers"}:
                continue
            return model
        inner = [each for each in (found.annotation, *get_args(found.annotation)) if isinstance(each, type)]
        models = [each for each in inner if issubclass(each, BaseModel)]
        if not models:
            return model
        model = models[0]
    return model


def _field_at(parts: list[str]) -> Any:
    model = _model_at(parts[:-1])
    return model.model_fields.get(parts[-1]) or (Settings.model_fields.get(parts[0]) if parts else None)
