"""
What an Excel file says, read with nothing but the standard library: cells, dates as dates, and what is frozen.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# The day before the first of January 1900, and a leap day that never was.
_EPOCH = date(1899, 12, 30)
_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True)
class Sheet:
    """
    The first sheet of a file.

    Attributes:
        rows: Cells by line and column letter: texts, numbers, and days where the cell's format is that of days.
        formulas: How many cells compute something.
        links: How many can be clicked.
        frozen_below: The last line that stays in sight; null: none does.
        filtered: The range that has a filter.
    """

    rows: dict[int, dict[str, Any]]
    formulas: int
    links: int
    frozen_below: int | None
    filtered: str | None


def read_sheet(path: Path) -> Sheet:
    """
    Read a file as it was written, without computing anything.
    """
    with zipfile.ZipFile(path) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
        strings = ET.fromstring(book.read("xl/sharedStrings.xml"))
        styles = ET.fromstring(book.read("xl/styles.xml"))
        table = next((book.read(name).decode() for name in book.namelist() if "tables/" in name), "")
    texts = ["".join(part.text or "" for part in each.iter(f"{_SPACE}t")) for each in strings]
    days = _day_formats(styles)
    rows: dict[int, dict[str, Any]] = {}
    for cell in sheet.iter(f"{_SPACE}c"):
        place = _CELL.fullmatch(cell.attrib["r"])
        value = cell.find(f"{_SPACE}v")
        if place is None or value is None or value.text is None:
            continue
        rows.setdefault(int(place[2]), {})[place[1]] = _value(cell, value.text, texts, days)
    pane = next(sheet.iter(f"{_SPACE}pane"), None)
    is_frozen = pane is not None and pane.attrib.get("state") == "frozen"
    filtered = re.search(r'<autoFilter ref="([^"]+)"', table)
    return Sheet(
        rows,
        formulas=sum(1 for _ in sheet.iter(f"{_SPACE}f")),
        links=sum(1 for _ in sheet.iter(f"{_SPACE}hyperlink")),
        frozen_below=int(pane.attrib["ySplit"]) if is_frozen and pane is not None else None,
        filtered=filtered[1] if filtered else None,
    )


def _day_formats(styles: ET.Element) -> set[str]:
    """
    The numbers of the cell styles that show days.
    """
    codes = {each.attrib["numFmtId"]: each.attrib["formatCode"] for each in styles.iter(f"{_SPACE}numFmt")}
    styled = next(styles.iter(f"{_SPACE}cellXfs"))
    return {
        str(number)
        for number, each in enumerate(styled)
        if "yyyy" in codes.get(each.attrib.get("numFmtId", ""), "")
    }


def _value(cell: ET.Element, text: str, texts: list[str], days: set[str]) -> Any:
    if cell.attrib.get("t") == "s":
        return texts[int(text)]
    number = float(text)
    return _EPOCH + timedelta(days=int(number)) if cell.attrib.get("s") in days else number
