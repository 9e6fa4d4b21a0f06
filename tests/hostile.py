"""
An insurer whose newest cases were entered by somebody who means harm: markup, formulas, endless texts.
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

from dashboard.demo import build
from dashboard.intake.refresh import refresh
from dashboard.settings import read_settings
from tests.insurer import AS_OF, NOW, Insurer, write_settings

ELSEWHERE = "tracker.example"
LONG = 5_000
# Each begins as one thing and holds them all: HTML, images and links of Markdown, emphasis, mathematics, colours.
MARKUP = (
    f'<img src="http://{ELSEWHERE}/a.png" onerror="alert(1)"> ![x](http://{ELSEWHERE}/b.png) '
    f"[away](http://{ELSEWHERE}/c) http://{ELSEWHERE}/d **HARMBOLD** _HARMSLANTED_ `HARMCODE` $HARM^2$ "
    ":red[HARMRED] :material/skull: # HARMTITLE\n\n- HARMLISTED\n\n<script>alert(2)</script> {0} {harm} %s "
)
CAUSE = (MARKUP + "x" * LONG)[:LONG]
CATEGORY = "<b>HARMBOLD</b> " + MARKUP
CHANNEL = '=HYPERLINK("http://tracker.example","HARM") **HARMBOLD**'
HANDLERS = ("=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "+1+1", "-1+1")
# Long enough for a surge of the cause, short enough to be one.
DAYS = 27


def insure_hostile(folder: Path) -> Insurer:
    """
    Make a small insurer, spoil the newest complaints and claims in its own database, and load it.

    It ends a day before the shared insurer, so that figures remembered of one can't be taken for the other's.
    """
    as_of = AS_OF - timedelta(days=1)
    url = f"sqlite:///{folder / 'demo.db'}"
    books = build(url, scale=0.1, as_of=as_of)
    connection = sqlite3.connect(folder / "demo.db")
    with connection:
        since = (as_of - timedelta(days=DAYS)).isoformat()
        connection.execute(
            "update complaint set cause_code = ?, category_code = ?, entry_code = ? where received_at >= ?",
            (CAUSE, CATEGORY, CHANNEL, since),
        )
        for number, handler in enumerate(HANDLERS):
            connection.execute(
                "update complaint set handler_no = ? where received_at >= ? and rowid % ? = ?",
                (handler, since, len(HANDLERS), number),
            )
        connection.execute(
            "update claim set type_code = ?, entry_code = ?, fallout_code = ? where reported_at >= ?",
            (CATEGORY, CHANNEL, CAUSE, since),
        )
        connection.execute(
            "update claim_event set step_code = ?, note_code = ? where happened_at >= ?", (CAUSE, MARKUP, since)
        )
        # Names of units stand in filters, badges and axes, names of people in lists.
        connection.execute("update branch set branch_name = ? where rowid = 1", (MARKUP,))
        connection.execute("update team set team_name = ? where rowid % 3 = 1", (MARKUP,))
        connection.execute("update agent set full_name = ? where rowid % 2 = 1", (HANDLERS[0],))
        connection.execute("update agent set full_name = ? where rowid % 2 = 0", (MARKUP,))
        connection.execute("update customer set full_name = ? where rowid % 2 = 0", (MARKUP,))
        connection.execute("update course set title = ?", (MARKUP,))
        for number, handler in enumerate(HANDLERS):
            connection.execute(
                "update claim set handler_no = ? where rowid % ? = ?", (handler, len(HANDLERS), number)
            )
            connection.execute(
                "update claim_event set staff_no = ? where rowid % ? = ?", (handler, len(HANDLERS), number)
            )
    connection.close()
    file = write_settings(folder, url, pinned=as_of)
    settings = read_settings(file)
    report = refresh(settings, now=NOW - timedelta(days=1))
    assert report.succeeded, report.problems
    return Insurer(file, settings, books)
