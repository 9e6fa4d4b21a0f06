"""
What a chart is drawn on: Plotly's own words, kept as they are sent to the browser.

Plotly's `Figure` looks every property up and checks it each time one is set, which took half of a page's time.
Here properties are kept as given, and checked where there is time for it: by every test that looks at a chart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

Trace = dict[str, Any]


def scatter(**properties: Any) -> Trace:
    """
    A trace of lines or points, with the properties Plotly gives `scatter`.
    """
    return {"type": "scatter", **properties}


def bar(**properties: Any) -> Trace:
    """
    A trace of bars, with the properties Plotly gives `bar`.
    """
    return {"type": "bar", **properties}


class Drawing:
    """
    A figure in the making. Its methods are named as Plotly's, whose properties are written out: no `line_width`.

    Attributes:
        traces: What is drawn, in order.
        frame: Everything else: axes, margins, notes and shapes.
    """

    def __init__(self, **layout: Any) -> None:
        self.traces: list[Trace] = []
        self.frame: dict[str, Any] = {}
        self.update_layout(**layout)

    def add_trace(self, trace: Trace) -> None:
        """
        Draw a trace over those that are there.
        """
        self.traces.append(trace)

    def update_layout(self, **changes: Any) -> None:
        """
        Change the layout; within an axis or a margin, what isn't named stays.
        """
        _merge(self.frame, changes)

    def update_xaxes(self, **changes: Any) -> None:
        """
        Change the axis along the bottom.
        """
        self.update_layout(xaxis=changes)

    def update_yaxes(self, **changes: Any) -> None:
        """
        Change the axis along the side.
        """
        self.update_layout(yaxis=changes)

    def add_annotation(self, **properties: Any) -> None:
        """
        Write words beside the marks.
        """
        self.frame.setdefault("annotations", []).append(properties)

    def add_shape(self, **properties: Any) -> None:
        """
        Draw a line or a rectangle.
        """
        self.frame.setdefault("shapes", []).append(properties)

    def add_hline(self, y: Any, **properties: Any) -> None:
        """
        A line from side to side.
        """
        self.add_shape(type="line", xref="x domain", x0=0, x1=1, yref="y", y0=y, y1=y, **properties)

    def add_vline(self, x: Any, **properties: Any) -> None:
        """
        A line from bottom to top.
        """
        self.add_shape(type="line", yref="y domain", y0=0, y1=1, xref="x", x0=x, x1=x, **properties)

    def add_hrect(self, y0: Any, y1: Any, **properties: Any) -> None:
        """
        A rectangle from side to side.
        """
        self.add_shape(type="rect", xref="x domain", x0=0, x1=1, yref="y", y0=y0, y1=y1, **properties)

    def add_vrect(self, x0: Any, x1: Any, **properties: Any) -> None:
        """
        A rectangle from bottom to top.
        """
        self.add_shape(type="rect", yref="y domain", y0=0, y1=1, xref="x", x0=x0, x1=x1, **properties)

    def unchecked(self) -> go.Figure:
        """
        Plotly's figure as it is sent; a property Plotly doesn't know would be sent too.
        """
        return go.Figure(data=self.traces, layout=self.frame, _validate=False)

    def checked(self) -> go.Figure:
        """
        Plotly's figure, every property of it looked up.

        Raises:
            ValueError: Plotly doesn't know a property, or not that value of it.
        """
        return go.Figure(data=self.traces, layout=self.frame)


def _merge(kept: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(kept.get(key), dict):
            _merge(kept[key], value)
        elif isinstance(value, Mapping):
            # One's own: axes are often made from the same words.
            kept[key] = {}
            _merge(kept[key], value)
        else:
            kept[key] = value
