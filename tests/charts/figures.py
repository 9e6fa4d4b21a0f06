"""
What tests of charts share: both modes, a hostile label, and a look into a figure.
"""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.charts.theme import DARK, LIGHT

MODES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
HOSTILE = "<b>Ost</b> & <script>x</script>"
HARMLESS = "&lt;b&gt;Ost&lt;/b&gt; &amp; &lt;script&gt;x&lt;/script&gt;"


def drawn_as(figure: go.Figure) -> dict[str, Any]:
    """
    The figure as it is sent to a browser: what can't be written as JSON fails here.
    """
    return json.loads(figure.to_json())


def assert_harmless(figure: go.Figure) -> None:
    """
    The hostile label is shown as it was written, and nowhere as a tag.
    """
    written = json.dumps(drawn_as(figure), ensure_ascii=False)

    assert HARMLESS[:20] in written
    assert "<script" not in written
    assert "<b>Ost" not in written


def notes(figure: go.Figure) -> list[str]:
    """
    The words written beside the marks.
    """
    return [note.text for note in figure.layout.annotations]


def markers(figure: go.Figure) -> list[Any]:
    """
    The traces made of points.
    """
    return [trace for trace in figure.data if getattr(trace, "mode", None) == "markers"]
