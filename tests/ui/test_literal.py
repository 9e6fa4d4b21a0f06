"""
Text from a database stays text.
"""

from __future__ import annotations

import pytest

from dashboard.ui.literal import literal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("北京分公司", "北京分公司"),
        ("plain words 12", "plain words 12"),
        ("**bold**", r"\*\*bold\*\*"),
        ("![x](http://a/b)", "\\!\\[x\\]\\(http\\:\u2060\\/\\/a\\/b\\)"),
        ("www.a.b x@a.b", "www\u2060\\.a\\.b x\\@\u2060a\\.b"),
        (":red[x] $a$ <b>", r"\:red\[x\] \$a\$ \<b\>"),
        ("# one\n# two", r"\# one \# two"),
        ("a\\b`c`", r"a\\b\`c\`"),
        ("", ""),
    ],
)
def test_markdown_is_taken_literally(text, shown):
    """
    Every sign with a meaning gets a backslash; words keep their spaces, lines become one.
    """
    assert literal(text) == shown
