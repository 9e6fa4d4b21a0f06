"""
A trained forecast and all that must be said of it, as a file of plain numbers and texts.

JSON, so that reading it can run nothing; a float is written as its shortest exact form, so that what is read gives
the very same probabilities.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from dashboard.forecasting.additive import Additive
from dashboard.forecasting.honesty import Honesty
from dashboard.forecasting.timing import Timing

FORMAT: Final = 1
KIND: Final = "additive-logistic"

# Why no probabilities are shown.
NOT_RECORDED, TOO_FEW = "not_recorded", "too_few"
NO_BETTER_THAN_RATE, NO_BETTER_THAN_TABLE = "no_better_than_rate", "no_better_than_table"
REFUSALS: Final = (NOT_RECORDED, TOO_FEW, NO_BETTER_THAN_RATE, NO_BETTER_THAN_TABLE)


@dataclass(frozen=True, slots=True)
class Edition:
    """
    One training and what came of it.

    Attributes:
        trained_at: When; also names it.
        as_of: What was known at the end of this day was learned from.
        data_version: The snapshot's version.
        rules_digest: Of the rules in force.
        features: Those used, the one that moves most first.
        left_out: Those not recorded, or with one value throughout.
        learned_cases: From how many contracts.
        learned_from: Due day of the first of them; null if there are none.
        trained_until: Due day of the last of them, those it was calibrated on included.
        tested_from: Due day of the first contract it was tested on.
        tested_before: The day after the last one's.
        model: The forecast; null where none could be trained.
        timing: When those who renew pay; null likewise.
        honesty: How it proved; null likewise.
        refusals: Why it isn't shown, of `REFUSALS`; empty: it is.
    """

    trained_at: datetime
    as_of: date
    data_version: str
    rules_digest: str
    features: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    learned_cases: int = 0
    learned_from: date | None = None
    trained_until: date | None = None
    tested_from: date | None = None
    tested_before: date | None = None
    model: Additive | None = None
    timing: Timing | None = None
    honesty: Honesty | None = None
    refusals: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """
        By it scores say which edition they come from.
        """
        return self.trained_at.strftime("%Y%m%dT%H%M%S%fZ")

    @property
    def is_trusted(self) -> bool:
        """
        Whether its probabilities may be shown.
        """
        return self.model is not None and not self.refusals

    def written(self) -> str:
        """
        The edition as the text of its file.
        """
        said = {
            "format": FORMAT,
            "kind": KIND,
            "trained_at": self.trained_at.isoformat(),
            "as_of": self.as_of.isoformat(),
            "data_version": self.data_version,
            "rules_digest": self.rules_digest,
            "features": list(self.features),
            "left_out": list(self.left_out),
            "learned_cases": self.learned_cases,
            **{name: _iso(getattr(self, name)) for name in _DAYS},
            "model": self.model and self.model.as_json(),
            "timing": self.timing and self.timing.as_json(),
            "honesty": self.honesty and self.honesty.as_json(),
            "refusals": list(self.refusals),
        }
        return json.dumps(said, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    @classmethod
    def read(cls, text: str) -> Edition:
        """
        The edition that `written` wrote.

        Raises:
            ValueError: It is of another format or kind, or isn't whole.
        """
        try:
            said = json.loads(text)
            if (said["format"], said["kind"]) != (FORMAT, KIND):
                raise ValueError(f"format {said['format']} of {said['kind']} isn't {FORMAT} of {KIND}")
            return _edition(said)
        except (KeyError, TypeError) as error:
            raise ValueError(f"isn't whole: {error}") from None


_DAYS: Final = ("learned_from", "trained_until", "tested_from", "tested_before")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _edition(said: Mapping[str, Any]) -> Edition:
    return Edition(
        trained_at=datetime.fromisoformat(said["trained_at"]),
        as_of=date.fromisoformat(said["as_of"]),
        data_version=str(said["data_version"]),
        rules_digest=str(said["rules_digest"]),
        features=tuple(said["features"]),
        left_out=tuple(said["left_out"]),
        learned_cases=int(said["learned_cases"]),
        **{name: said[name] and date.fromisoformat(said[name]) for name in _DAYS},
        model=said["model"] and Additive.from_json(said["model"]),
        timing=said["timing"] and Timing.from_json(said["timing"]),
        honesty=said["honesty"] and Honesty.from_json(said["honesty"]),
        refusals=tuple(said["refusals"]),
    )
