"""
The claims that a page's questions are asked of.
"""

from __future__ import annotations

import polars as pl

from dashboard.metrics import claims
from dashboard.ui.figures import Figures, Values


def claims_of(figures: Figures, values: Values = ()) -> pl.LazyFrame:
    """
    Give the claims a viewer may see, judged as of the figures' day, with one of the values in each column: of the
    record and of the judgement, `reading.CLAIMS_READ`. What they are grouped by are categories.
    """
    # Judged and chosen once, for the figures and for these questions.
    return figures.judged("claims", values).rows(claims.judged).lazy()
