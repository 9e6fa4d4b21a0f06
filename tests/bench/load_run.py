"""
A process of its own that refreshes as operators do: `python -m tests.bench.load_run SETTINGS`.

It says what was loaded, how long it took and how much memory it needed, as JSON.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from dashboard.intake.refresh import refresh
from dashboard.settings import read_settings
from tests.bench.measure import peak_mb
from tests.bench.pages_rows import END


def main(arguments: list[str]) -> None:
    """
    Refresh by the settings in a file, an hour after the last day there are rows of has ended.
    """
    report = refresh(read_settings(Path(arguments[0])), now=END + timedelta(hours=1))
    found = {
        "seconds": report.seconds,
        "loaded": [asdict(each) for each in report.loaded],
        "problems": [str(each) for each in report.problems],
        "peak_mb": peak_mb(),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
