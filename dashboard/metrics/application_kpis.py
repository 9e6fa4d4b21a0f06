"""
The registry's entries on applications: how long they take, how they are signed and read, what becomes of them.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from dashboard.metrics import application_journey
from dashboard.metrics.claim_kpis import GUIDE
from dashboard.metrics.kpi import Kpi

_SENT: Final = frozenset({"submitted_at"})
_TIMED: Final = (_SENT, frozenset({"active_seconds"}))

_application = partial(
    Kpi,
    fact="applications",
    judge=application_journey.judged,
    date_basis="started",
    day="started_on",
    source=GUIDE,
)
_minutes = partial(
    _application,
    numerator="Active time until half, or nine in ten, have sent their application",
    denominator="Applications begun in the period whose active time is known, abandoned and withdrawn ones apart",
    among="is_timed",
    hits="is_submitted",
    span="minutes",
    unit="minutes",
    direction="down",
    needs=_TIMED,
)
_share = partial(_application, unit="rate", direction="up", pending="is_applying")

JOURNEY: Final = (
    _minutes(
        id="application_minutes_median",
        title="Minutes to apply, median",
        question="After how many minutes have half of the applicants sent their application?",
        quantile=0.5,
    ),
    _minutes(
        id="application_minutes_p90",
        title="Minutes to apply, P90",
        question="After how many minutes have nine in ten applicants sent their application?",
        quantile=0.9,
    ),
    _share(
        id="application_3min_rate",
        title="Applied within 3 minutes",
        question="Of the applications sent, how many took three minutes or less?",
        numerator="Applications with at most three minutes of active time",
        denominator="Applications begun in the period and sent, their active time known",
        among="is_time_known",
        hits="is_quick",
        parts=("Within 3 minutes", "Longer"),
        needs=_TIMED,
    ),
    _share(
        id="application_conversion_rate",
        title="Applications issued",
        question="Of the applications begun, how many became a contract within 30 days?",
        numerator="Applications issued by the 30th day after their start",
        denominator="Applications begun in the period, 30 days ago or earlier",
        among="is_watched",
        hits="is_issued_then",
        pending="is_watching",
        parts=("Issued", "Not issued"),
        needs=(frozenset({"outcome"}), frozenset({"decided_at"})),
    ),
    _share(
        id="e_signature_rate",
        title="Signed electronically",
        question="Of the applications sent, how many were signed electronically?",
        numerator="Applications signed electronically",
        denominator="Applications begun in the period and sent, of which it is known how they were signed",
        among="is_signature_known",
        hits="is_e_signed",
        parts=("Electronically", "On paper"),
        needs=(_SENT, frozenset({"e_signed"})),
    ),
    _share(
        id="ocr_rate",
        title="Read by OCR",
        question="Of the applications sent, for how many were papers read by OCR instead of typed in?",
        numerator="Applications whose papers were read by OCR",
        denominator="Applications begun in the period and sent, of which it is known whether OCR was used",
        among="is_reading_known",
        hits="is_ocr",
        parts=("By OCR", "Typed in"),
        needs=(_SENT, frozenset({"ocr_used"})),
    ),
)
