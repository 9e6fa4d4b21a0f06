"""
Weighted, pure statistics: survival curves, intervals, process limits, funnels, forecasts judged. They know
nothing of insurance.

Not called `statistics`: Streamlit puts this package's folder on the path, where that name would hide the standard
library's module from everybody.
"""

from __future__ import annotations

from dashboard.stats.amounts import expected_loss
from dashboard.stats.bootstrap import bootstrap_ratio
from dashboard.stats.calibration import Brier, brier, calibration
from dashboard.stats.comparison import RateRatio, clopper_pearson, difference_limits, newcombe, rate_ratio
from dashboard.stats.discrimination import auc, lift
from dashboard.stats.dispersion import dispersion, excess_chance, shared_dispersion
from dashboard.stats.drift import population_stability
from dashboard.stats.funnel import funnel
from dashboard.stats.incidence import cumulative_incidence
from dashboard.stats.intervals import poisson_interval, ratio_of_sums, wilson
from dashboard.stats.line import Line, fitted_line, student_point
from dashboard.stats.paired import paired_bootstrap
from dashboard.stats.poisson_binomial import (
    poisson_binomial,
    poisson_binomial_interval,
    poisson_binomial_points,
)
from dashboard.stats.process import ProcessLimits, xmr
from dashboard.stats.quantiles import weighted_quantile
from dashboard.stats.ratio_funnel import ratio_funnel, ratio_spread
from dashboard.stats.standardisation import standardised
from dashboard.stats.survival import kaplan_meier, survival_quantiles

__all__ = [
    "Brier",
    "Line",
    "ProcessLimits",
    "RateRatio",
    "auc",
    "bootstrap_ratio",
    "brier",
    "calibration",
    "clopper_pearson",
    "cumulative_incidence",
    "difference_limits",
    "dispersion",
    "excess_chance",
    "expected_loss",
    "fitted_line",
    "funnel",
    "kaplan_meier",
    "lift",
    "newcombe",
    "paired_bootstrap",
    "poisson_binomial",
    "poisson_binomial_interval",
    "poisson_binomial_points",
    "poisson_interval",
    "population_stability",
    "rate_ratio",
    "ratio_funnel",
    "ratio_of_sums",
    "ratio_spread",
    "shared_dispersion",
    "standardised",
    "student_point",
    "survival_quantiles",
    "weighted_quantile",
    "wilson",
    "xmr",
]
