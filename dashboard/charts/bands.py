"""
How is a stock spread over ordered bands, and how much of each band is late?
"""

from __future__ import annotations

import polars as pl

from dashboard.charts.drawing import Drawing, bar, scatter
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words


def bands(
    counts: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    late: str,
    not_late: str,
    is_breach: bool,
    height: int = 300,
) -> Drawing:
    """
    Draw a stacked bar per band: what is late in front, what isn't behind it, the total above.

    Args:
        counts: `band` (the key), `label`, `late` and `not_late` (cases), in order.
        words: The reader's language.
        colours: The mode's colours.
        late: What the late part is called.
        not_late: What the rest is called.
        is_breach: Whether late breaks a law (red) or a house rule (orange).
        height: In pixels.

    Returns:
        A figure whose bars start at zero; a click carries the band's key.
    """
    drawn = figure(colours, height=height)
    labels, keys = (
        [plain(label) for label in counts["label"].to_list()],
        [[band] for band in counts["band"].to_list()],
    )
    for column, name, colour in (
        ("late", late, colours.breach if is_breach else colours.concern),
        ("not_late", not_late, colours.reference),
    ):
        parts = counts[column].to_list()
        drawn.add_trace(
            bar(
                x=labels,
                y=parts,
                name=name,
                marker={"color": colour, "line": {"width": 0}},
                customdata=keys,
                text=[
                    f"<b>{label}</b><br>{name}: {words.count(part)}"
                    for label, part in zip(labels, parts, strict=True)
                ],
                textposition="none",
                hovertemplate="%{text}<extra></extra>",
            )
        )
    totals = (counts["late"] + counts["not_late"]).to_list()
    drawn.add_trace(
        scatter(
            x=labels,
            y=totals,
            mode="text",
            text=[words.count(total) for total in totals],
            textposition="top center",
            textfont={"color": colours.ink, "size": 13},
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
        )
    )
    top = max(totals, default=0)
    drawn.update_layout(
        barmode="stack",
        bargap=0.35,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.12, "traceorder": "normal", "font": {"color": colours.muted}},
        margin={"l": 8, "r": 12, "t": 34, "b": 8},
    )
    drawn.update_yaxes(range=[0, (top or 1) * 1.15], nticks=5, tickformat=",d")
    drawn.update_xaxes(type="category", tickfont={"color": colours.ink, "size": 13})
    return drawn
