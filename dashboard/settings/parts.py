"""
What all tables of settings are made of.
"""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("unknown time zone")
    return name


def _not_a_truth(value: Any) -> Any:
    # TOML has true and false of its own; pydantic would read them as 1 and 0.
    if isinstance(value, bool):
        raise ValueError("a truth where a number belongs")  # noqa: TRY004 - pydantic collects ValueErrors only
    return value


Zone = Annotated[str, AfterValidator(_known_zone)]
Whole = Annotated[int, BeforeValidator(_not_a_truth)]
Number = Annotated[float, BeforeValidator(_not_a_truth)]


class Part(BaseModel):
    """
    A table of settings: frozen, and without keys nobody knows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
