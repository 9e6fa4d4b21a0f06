"""
Where editions and scores lie: a folder of files, each written whole or not at all, none ever changed.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from dashboard.errors import ForecastError, Problem
from dashboard.forecasting.edition import Edition
from dashboard.forecasting.scoring import SCHEMA

_EDITION: Final = "renewals-{}.json"
_SCORES: Final = "renewals-scores.parquet"
# What is said of scores, in the file itself: two files could be of two minds.
_ABOUT: Final = "about"
# Locked while a forecast is made; the kernel frees it however its maker ends.
_MAKING: Final = ".making"


@dataclass(frozen=True)
class Scores:
    """
    The probabilities of one evening.

    Attributes:
        edition: The name of the edition they come from.
        data_version: The snapshot's version they were worked out on.
        as_of: The last day known then.
        drift: By feature, how far these contracts are from those learned from (population stability index).
        rows: As `scoring.scored` gives them.
    """

    edition: str
    data_version: str
    as_of: date
    drift: Mapping[str, float | None]
    rows: pl.DataFrame


def write_edition(folder: Path, edition: Edition) -> Path:
    """
    Keep an edition beside those before it.

    Raises:
        ForecastError: The folder can't be written to.
    """
    path = folder / _EDITION.format(edition.name)
    text = edition.written()
    _whole(path, lambda part: part.write_text(text, encoding="utf-8"))
    return path


def latest_edition(folder: Path) -> Edition | None:
    """
    Read the newest edition; None before the first.

    Raises:
        ForecastError: Its file can't be read, or isn't one.
    """
    files = sorted(folder.glob(_EDITION.format("*Z")))
    if not files:
        return None
    try:
        return Edition.read(files[-1].read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ForecastError(
            Problem(str(files[-1]), f"can't be read: {error}", "run `dashboard train`, or remove the file")
        ) from None


def write_scores(folder: Path, scores: Scores) -> None:
    """
    Put scores in the place of those before them.

    Raises:
        ForecastError: The folder can't be written to.
    """
    about = {
        "edition": scores.edition,
        "data_version": scores.data_version,
        "as_of": scores.as_of.isoformat(),
        "drift": dict(scores.drift),
    }
    metadata = {_ABOUT: json.dumps(about, allow_nan=False)}
    _whole(folder / _SCORES, lambda part: scores.rows.write_parquet(part, metadata=metadata))


def read_scores(folder: Path) -> Scores | None:
    """
    Read the scores; None before the first.

    Raises:
        ForecastError: The file can't be read, or isn't one.
    """
    path = folder / _SCORES
    if not path.exists():
        return None
    try:
        about = json.loads(pl.read_parquet_metadata(path)[_ABOUT])
        # What columns it lacks, or has of another type, is an error of polars's own.
        rows = pl.read_parquet(path, schema=dict(SCHEMA))
        return Scores(
            str(about["edition"]),
            str(about["data_version"]),
            date.fromisoformat(about["as_of"]),
            about["drift"],
            rows,
        )
    except (OSError, ValueError, KeyError, TypeError, PolarsError) as error:
        raise ForecastError(
            Problem(str(path), f"can't be read: {error}", "run `dashboard train`, or remove the file")
        ) from None


def written_at(folder: Path) -> int:
    """
    When scores were last written, as a number that changes with them; 0 before the first.
    """
    path = folder / _SCORES
    return path.stat().st_mtime_ns if path.exists() else 0


@contextmanager
def making(folder: Path) -> Iterator[None]:
    """
    Say for the length of the block that a forecast is being made; wait for whoever says so already.

    Raises:
        ForecastError: The folder can't be written to.
    """
    path = folder / _MAKING
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise _unwritten(path, error) from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_being_made(folder: Path) -> bool:
    """
    Whether somebody is making a forecast; one who was killed isn't.
    """
    path = folder / _MAKING
    if not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(part)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _unwritten(path, error) from None


def _unwritten(path: Path, error: OSError) -> ForecastError:
    return ForecastError(
        Problem(str(path), f"can't be written: {error}", "make room, or set forecasting.path elsewhere")
    )
