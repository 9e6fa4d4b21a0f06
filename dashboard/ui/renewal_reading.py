"""
What the page on renewal trends reads of judged rows, besides what figures read: all else isn't kept in memory.
"""

from __future__ import annotations

from typing import Final

# Of judged renewals.
RENEWALS_READ: Final = (
    *("cases", "due_on", "matures_on", "lapsed_on", "renewed_on", "reminded_on", "outcome_on", "reinstated_on"),
    *("outcome", "auto_renew", "tenure_band", "premium_due", "premium_renewed", "premium_change_rate"),
    *("is_available", "is_invited", "is_due", "is_renewed", "is_mature", "is_maturing", "is_gross_mature"),
    *("is_priced", "is_lapsed", "is_reminded"),
)
# Of judged premiums.
PREMIUMS_READ: Final = (
    *("cases", "effective_on", "policy_month", "grace_ends_on", "grace_days", "suspended"),
    *("premium_first_year", "premium_kept", "is_to_continue", "is_mature", "is_persistent"),
)
