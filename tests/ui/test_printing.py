"""
A sheet holds what it is given as text, whatever the text is.
"""

from __future__ import annotations

from html.parser import HTMLParser

from dashboard.ui.printing import Table, sheet
from tests.hostile import MARKUP

ALLOWED = {"div", "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "footer"}


class Read(HTMLParser):
    """
    The tags and the texts of a document, as a browser would take them.
    """

    def __init__(self):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag, attrs):
        """
        Keep the tag and the names of its attributes.
        """
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        """
        Keep the text.
        """
        self.texts.append(data)


def read(written: str) -> Read:
    found = Read()
    found.feed(written)
    return found


def test_a_hostile_text_is_printed_and_does_nothing():
    """
    In the title, a line, a heading, a cell, a note and the foot: no tag of it, no attribute, every letter.
    """
    part = Table(MARKUP, [MARKUP], [[MARKUP]], note=MARKUP)
    found = read(sheet(MARKUP, [MARKUP], [part], blank={MARKUP: 1}, foot=MARKUP))

    assert set(found.tags) <= ALLOWED
    assert found.attributes == {"class"}
    assert found.texts.count(MARKUP) == 8


def test_numbers_are_set_apart_and_blanks_are_lines():
    """
    A column of numbers is one in its heading and its cells; three lines to write on are three lines.
    """
    part = Table("Figures", ["What", "Count"], [["a", "1"], ["b", "2"]], numbers=frozenset({1}))
    written = sheet("T", [], [part], blank={"Agreed": 3}, foot="")

    assert written.count('class="number"') == 3
    assert written.count('class="line"') == 3


def test_a_table_without_rows_says_only_its_note():
    """
    No headings over nothing.
    """
    found = read(sheet("T", [], [Table("Open", ["What"], [], note="none")], blank={}, foot=""))

    assert "table" not in found.tags
    assert found.texts == ["T", "Open", "none"]
