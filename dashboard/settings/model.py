"""
Every setting: its name, default, meaning and an example.

The descriptions are not only for readers: a wrong setting is answered with its own description and example, so
they complete the sentence "expected …".
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from dashboard.settings.access import AccessSettings
from dashboard.settings.live import LiveSettings
from dashboard.settings.parts import Number, Part, Whole, Zone

PROJECT = Path(__file__).resolve().parents[2]
PREFIX = "DASHBOARD_"


class SourceSettings(Part):
    """
    One operational database and the folder of queries that read it.
    """

    url: SecretStr = Field(
        description="a SQLAlchemy URL; keep passwords in the environment",
        examples=['"postgresql://reader@db.example:5432/core"'],
    )
    queries: Path = Field(description="a folder of .sql files, one per fact", examples=['"queries/demo"'])
    timezone: Zone = Field(
        "Asia/Shanghai",
        description="the IANA time zone of timestamps without one",
        examples=['"Asia/Shanghai"'],
    )
    timeout_seconds: Whole = Field(
        300, gt=0, description="a whole number of seconds a query may take", examples=["300"]
    )
    batch_rows: Whole = Field(
        65_536, ge=100, description="a whole number of rows held in memory at once", examples=["65536"]
    )
    row_cap: Whole | None = Field(
        None, gt=0, description="the most rows a query may bring; more is an error", examples=["50000000"]
    )


class SnapshotSettings(Part):
    """
    Where the facts are kept, how far back they go, and how they stay fresh.
    """

    path: str = Field("var/snapshot", description="a folder or an object-store URL", examples=['"var/snapshot"'])
    history_months: Whole = Field(
        36, ge=0, description="a whole number of months, 0 for everything", examples=["36"]
    )
    overlap_minutes: Whole = Field(
        60, ge=0, description="a whole number of minutes read again before the watermark", examples=["60"]
    )
    full_every_hours: Whole = Field(
        24, gt=0, description="a whole number of hours after which deletes are reconciled", examples=["24"]
    )
    keep_days: Whole = Field(
        14, gt=0, description="a whole number of days for which old versions are kept", examples=["14"]
    )
    storage_options: dict[str, str] = Field(
        default_factory=dict,
        description="texts passed to the object store",
        examples=['{ AWS_REGION = "eu-west-1" }'],
    )


class ForecastingSettings(Part):
    """
    Where trained forecasts are kept, and how long one is good for.
    """

    path: Path = Field(
        Path("var/forecasts"), description="a folder of the dashboard's own", examples=['"var/forecasts"']
    )
    retrain_days: Whole = Field(
        30, gt=0, description="a whole number of days after which a refresh trains again", examples=["30"]
    )


class AppSettings(Part):
    """
    What the dashboard keeps itself, apart from every source.
    """

    database: SecretStr = Field(
        SecretStr("sqlite:///var/app.db"),
        description="a SQLAlchemy URL of a database of the dashboard's own; keep passwords in the environment",
        examples=['"sqlite:///var/app.db"'],
    )


class BusinessSettings(Part):
    """
    In which days, calendar and money the insurer counts.
    """

    name: str = Field(
        "", description="the insurer's name, shown above the navigation", examples=['"Acme Insurance"']
    )
    timezone: Zone = Field(
        "Asia/Shanghai",
        description="the IANA time zone in which days are counted",
        examples=['"Asia/Shanghai"'],
    )
    country: str = Field(
        "CN",
        pattern="^[A-Z]{2}(-[A-Z0-9]{1,3})?$",
        description="the country whose calendar counts, with its part where holidays differ, such as GB-ENG",
        examples=['"CN"'],
    )
    calendar: Path | None = Field(
        None,
        description="a CSV file of days that differ from the country's: day,is_working,name",
        examples=['"calendar.csv"'],
    )
    currency: str = Field(
        "CNY",
        pattern="^[A-Z]{3}$",
        description="the three capital letters of the currency of amounts",
        examples=['"CNY"'],
    )
    as_of: date | None = Field(
        None,
        description="a day to which the screens are pinned, for demos and tests",
        examples=["2026-06-30"],
    )


def _rule(default: str, what: str) -> Any:
    return Field(default, description=f"the id of a rule for {what}", examples=[f'"{default}"'])


class RulesSettings(Part):
    """
    Which rule each clock follows: ids of `dashboard/deadlines/regimes.toml`, or of the insurer's own.
    """

    complaints: str = Field("CN-2020-3", description="the id of a rule for complaints", examples=['"CN-2020-3"'])
    complaint_start: str = Field(
        "house-24h",
        description="the id of a rule for the start of an investigation",
        examples=['"house-24h"'],
    )
    complaint_fast_track: str = Field(
        "house-48h", description="the id of a rule for simple complaints", examples=['"house-48h"']
    )
    claim_determination: str = _rule("CN-claim-determination", "the determination of a claim")
    claim_payment: str = _rule("CN-claim-payment", "payment after the agreement")
    claim_refusal: str = _rule("CN-claim-refusal", "telling a refusal")
    claim_part_payment: str = _rule("CN-claim-part-payment", "paying what is beyond doubt")
    claim_review: str = _rule("house-claim-3d", "the review of a complete claim")
    claim_small: str = _rule("CN-small-claim-5d", "paying a small claim")
    claim_contact: str = _rule("house-claim-24h", "registering a report")
    claim_instant: str = _rule("house-claim-48h", "deciding what can be paid instantly")
    report_acceptance: str = _rule("CN-report-acceptance", "accepting a report of misconduct")
    report_decision: str = _rule("CN-report", "the findings on a report of misconduct")
    own: dict[str, Any] = Field(
        default_factory=dict,
        description="a table in the form of regimes.toml for each rule added or changed",
        examples=["[rules.own.guide-30]"],
    )


class DisplaySettings(Part):
    """
    How figures are judged and pages are worded.
    """

    language: str | None = Field(
        None,
        pattern="^(en|zh_CN)$",
        description='"en" or "zh_CN"; left out, the browser decides',
        examples=['"zh_CN"'],
    )
    minimum_cases: Whole = Field(
        20,
        ge=1,
        description="a whole number of cases below which a rate isn't judged",
        examples=["20"],
    )


# House targets. Only the limits of a law are law; these say how far from perfect is still good.
DEFAULT_TARGETS: dict[str, float] = {
    "complaint_on_time_rate": 0.95,
    "complaint_on_time_rate_closed": 0.95,
    "complaints_overdue": 0,
    "complaint_days_median": 10,
    "complaint_days_p90": 25,
    "major_started_1d_rate": 1.0,
    "fast_track_48h_rate": 0.9,
    "settlement_record_rate": 1.0,
    "claims_overdue": 0,
    "claim_cycle_days_median": 3,
    "claim_review_3d_rate": 0.95,
    "claim_determination_on_time_rate": 1.0,
    "claim_payment_on_time_rate": 1.0,
    "refusal_notice_on_time_rate": 1.0,
    "auto_adjudication_rate": 0.8,
    "conduct_cases_on_time_rate": 1.0,
}


# The demo insurer, as a settings file would name it.
DEMO_SOURCES = {
    "core": {
        "url": f"sqlite:///{PROJECT / 'var' / 'demo.db'}",
        "queries": str(PROJECT / "queries" / "demo"),
    }
}


class Settings(BaseSettings):
    """
    All an operator can decide. Frozen: what changes them is a restart.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX, env_nested_delimiter="__")

    sources: dict[str, SourceSettings] = Field(
        min_length=1,
        description="a table for each database",
        examples=["[sources.core]"],
    )
    snapshot: SnapshotSettings = Field(
        default_factory=SnapshotSettings, description="a table", examples=["[snapshot]"]
    )
    forecasting: ForecastingSettings = Field(
        default_factory=ForecastingSettings, description="a table", examples=["[forecasting]"]
    )
    app: AppSettings = Field(default_factory=AppSettings, description="a table", examples=["[app]"])
    access: AccessSettings = Field(default_factory=AccessSettings, description="a table", examples=["[access]"])
    live: LiveSettings = Field(default_factory=LiveSettings, description="a table", examples=["[live]"])
    business: BusinessSettings = Field(
        default_factory=BusinessSettings, description="a table", examples=["[business]"]
    )
    rules: RulesSettings = Field(default_factory=RulesSettings, description="a table", examples=["[rules]"])
    display: DisplaySettings = Field(
        default_factory=DisplaySettings, description="a table", examples=["[display]"]
    )
    targets: dict[str, Number] = Field(
        default_factory=dict, description="a number for a KPI's id", examples=["complaint_on_time_rate = 0.95"]
    )

    @field_validator("targets", mode="after")
    @classmethod
    def _defaults_below(cls, targets: dict[str, float]) -> dict[str, float]:
        return {**DEFAULT_TARGETS, **targets}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """
        The environment over what the file says; no other place is read.
        """
        return env_settings, init_settings
