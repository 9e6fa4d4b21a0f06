"""
How has this figure moved in a year? A word-sized line for a card, as SVG.

SVG and not Plotly: a page has a dozen of them, and each must be on screen with the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashboard.charts.theme import Theme

WIDTH, HEIGHT, MARGIN = 240, 44, 5


def sparkline(
    values: Sequence[float | None],
    *,
    provisional: Sequence[bool],
    colours: Theme,
    target: float | None = None,
) -> str:
    """
    Draw values, oldest first, as one line with honest gaps; what may still change ends in a hollow point.

    Args:
        values: One per month; None leaves a gap.
        provisional: Whether each may still change.
        colours: The mode's colours.
        target: A dotted line, where there is one.

    Returns:
        An SVG document; empty of lines where nothing is known.
    """
    known = [value for value in values if value is not None]
    levels = [*known, target] if target is not None and known else known
    low, high = (min(levels), max(levels)) if levels else (0.0, 1.0)
    span = (high - low) or 1.0
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)

    def place(index: int, value: float) -> tuple[float, float]:
        return MARGIN + index * step, HEIGHT - MARGIN - (value - low) / span * (HEIGHT - 2 * MARGIN)

    marks: list[str] = []
    if target is not None and known:
        level = place(0, target)[1]
        marks.append(
            f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{level:.1f}" y2="{level:.1f}" '
            f'stroke="{colours.reference}" stroke-width="1" stroke-dasharray="2 3"/>'
        )
    marks += [
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in run)}" fill="none" '
        f'stroke="{colours.muted}" stroke-width="1.6" stroke-linejoin="round"/>'
        for run in _runs(values, place)
        if len(run) > 1
    ]
    last = max((index for index, value in enumerate(values) if value is not None), default=None)
    if last is not None:
        x, y = place(last, values[last] or 0.0)
        fill = colours.surface if provisional[last] else colours.ink
        marks.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{fill}" stroke="{colours.ink}" stroke-width="1.6"/>'
        )
    body = "".join(marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" preserveAspectRatio="none">{body}</svg>'
    )


def _runs(
    values: Sequence[float | None], place: Callable[[int, float], tuple[float, float]]
) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(place(index, value))
    return runs
