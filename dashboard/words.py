"""
Every sentence, number and date a viewer reads, in their language.

English sentences are their own keys; other languages are gettext catalogues in `locales/`, read by Babel, whose
CLDR data also says how numbers, dates and 万/亿 are written. A sentence is whole, its blanks are named, and it is
never glued together from parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_compact_currency, format_compact_decimal, format_currency, format_decimal

LANGUAGES = {"en": "English", "zh_CN": "中文"}
LOCALES = Path(__file__).parent / "locales"
# Codes whose English name isn't just their letters.
# A ratio below it is told to two decimals.
ONE_DECIMAL_FROM = 10
SPELT = {"wechat": "WeChat", "ai": "AI", "sms": "SMS"}


def msgid(sentence: str) -> str:
    """
    Mark a sentence for the catalogues where it can't be translated yet: in a registry, in a constant.
    """
    return sentence


@cache
def catalogue(language: str) -> Catalog:
    """
    The sentences of one language; English has none, its sentences are the keys.
    """
    if language == "en":
        return Catalog(locale="en")
    file = LOCALES / language / "LC_MESSAGES" / "dashboard.po"
    with file.open("rb") as lines:
        return read_po(lines, locale=language)


def best_language(asked: Iterable[str]) -> str:
    """
    The first language we speak among those a browser asks for (`zh-CN`, `zh`, `en-GB`, …); English failing all.
    """
    for tag in asked:
        start = tag.replace("-", "_").split("_")[0].lower()
        for language in LANGUAGES:
            if language.split("_")[0].lower() == start:
                return language
    return "en"


@dataclass(frozen=True, slots=True)
class Words:
    """
    A reader's language: sentences, numbers, days and money as they are written there.
    """

    language: str = "en"
    currency: str = "CNY"

    @property
    def locale(self) -> Locale:
        """
        Babel's locale of this language.
        """
        return Locale.parse(self.language)

    def text(self, sentence: str, /, **blanks: object) -> str:
        """
        The sentence in this language, its named blanks filled.

        A sentence without a translation appears in English: the catalogue test keeps that from happening.
        """
        found = catalogue(self.language).get(sentence)
        template = str(found.string) if found and found.string else sentence
        return template.format(**blanks) if blanks else template

    def several(self, one: str, many: str, number: float) -> str:
        """
        How many there are: `one` is the whole sentence for a single one, `many` has the blank `count`.
        """
        return self.text(one) if number == 1 else self.text(many, count=self.count(number))

    def code(self, column: str, value: str | None) -> str:
        """
        A code of a vocabulary as a word: `simple` in `grade` is "Simple", or 简单. An unknown one stays as it is.
        """
        if value is None:
            return self.text("not recorded")
        found = catalogue(self.language).get(value, context=column)
        if found and found.string:
            return str(found.string)
        if value in SPELT:
            return SPELT[value]
        return value.replace("_", " ").capitalize() if value.isascii() and value.islower() else value

    def column(self, name: str) -> str:
        """
        A column's name as a heading: `received_at` is "Received", or 收到时间.
        """
        found = catalogue(self.language).get(name, context="column")
        if found and found.string:
            return str(found.string)
        bare = name.removeprefix("is_")
        for ending in ("_at", "_on", "_id"):
            bare = bare.removesuffix(ending)
        return bare.replace("_", " ").capitalize()

    def fact(self, name: str) -> str:
        """
        A fact's name as a heading: Complaints, 投诉.
        """
        return self.code("fact", name)

    def count(self, value: float | None) -> str:
        """
        A whole number with its groups: 281,397.
        """
        if value is None:
            return self.text("n/a")
        return format_decimal(round(value), format="#,##0", locale=self.locale)

    def decimal(self, value: float | None, digits: int = 1) -> str:
        """
        A number with a fixed number of decimals: 12.0.
        """
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        return self.text("n/a") if value is None else format_decimal(value, format=pattern, locale=self.locale)

    def percent(self, share: float | None, digits: int = 1) -> str:
        """
        A share of one as per cent with one decimal: 0.212692 is 21.3%.

        Never rounds into a claim that isn't true: 0.9999 is 99.9%, not 100.0%, and 0.0001 is 0.1%.
        """
        if share is None:
            return self.text("n/a")
        scaled = Decimal(repr(share)) * 100
        step, whole = Decimal(1).scaleb(-digits), Decimal(100)
        shown = scaled.quantize(step)
        if shown >= whole > scaled:
            shown = whole - step
        if shown <= 0 < scaled:
            shown = step
        return (
            format_decimal(shown, format="#,##0." + "0" * digits if digits else "#,##0", locale=self.locale) + "%"
        )

    def points(self, difference: float | None) -> str:
        """
        A difference between two shares, in signed percentage points: +1.2 pp.
        """
        if difference is None:
            return self.text("n/a")
        shown = format_decimal(difference * 100, format="+#,##0.0;−#,##0.0", locale=self.locale)
        return self.text("{points} pp", points=shown)

    def signed(self, difference: float | None, digits: int = 0) -> str:
        """
        A difference with its sign: +12, −0.4.
        """
        body = "#,##0." + "0" * digits if digits else "#,##0"
        if difference is None:
            return self.text("n/a")
        return format_decimal(difference, format=f"+{body};−{body}", locale=self.locale)

    def days(self, value: float | None) -> str:
        """
        A span of days: whole days whole, others with one decimal.
        """
        if value is None:
            return self.text("n/a")
        shown = self.count(value) if float(value).is_integer() else self.decimal(value)
        return self.text("1 day") if shown == "1" else self.text("{days} days", days=shown)

    def minutes(self, value: float | None) -> str:
        """
        A short span, in minutes with one decimal: 4.5 min.
        """
        return self.text("n/a") if value is None else self.text("{minutes} min", minutes=self.decimal(value))

    def days_at_least(self, value: float | None, watched: float | None) -> str:
        """
        A quantile of time: its days; where it wasn't reached, more than anybody was watched: > 45 days.
        """
        return self.days(value) if value is not None or watched is None else f"> {self.days(watched)}"

    def signed_days(self, difference: float) -> str:
        """
        A difference between two spans, in days with its sign: −1 day, +2.5 days.
        """
        shown = self.signed(difference, 0 if float(difference).is_integer() else 1)
        return (
            self.text("{change} day", change=shown)
            if abs(difference) == 1
            else self.text("{change} days", change=shown)
        )

    def figure(self, value: float | None, unit: str) -> str:
        """
        A figure as its unit is told: `rate`, `days`, `minutes`, `count`, `ratio` and `mean` (one decimal from 10
        on), `expected`, `difference` (of two shares).
        """
        if unit == "rate":
            return self.percent(value)
        if unit == "days":
            return self.days(value)
        if unit == "minutes":
            return self.minutes(value)
        if unit == "count":
            return self.count(value)
        if unit == "difference":
            return self.points(value)
        return self.decimal(value, self.figure_digits(value, unit))

    @staticmethod
    def figure_digits(value: float | None, unit: str) -> int:
        """
        The decimals with which a figure that is neither a share nor a span is told.
        """
        if unit == "count":
            return 0
        return 2 if unit in ("ratio", "mean") and value is not None and abs(value) < ONE_DECIMAL_FROM else 1

    def time_left(self, hours: float | None) -> str:
        """
        The time to a deadline as somebody who waits for it says it: 3 d 4 h, 5 h 20 min, 2 d 1 h late.

        Whole parts only, never rounded up: nobody is promised a minute that isn't there.
        """
        if hours is None:
            return self.text("n/a")
        minutes = int(abs(hours) * 60)
        days, rest = divmod(minutes, 24 * 60)
        blanks = {"days": self.count(days), "hours": rest // 60, "minutes": rest % 60}
        shown = (
            self.text("{days} d {hours} h", **blanks) if days else self.text("{hours} h {minutes} min", **blanks)
        )
        return self.text("{span} late", span=shown) if hours < 0 else shown

    def money(self, amount: float | Decimal | None) -> str:
        """
        An amount in full, with its currency.
        """
        if amount is None:
            return self.text("not recorded")
        return format_currency(amount, self.currency, locale=self.locale)

    def compact_money(self, amount: float | Decimal | None) -> str:
        """
        An amount at a glance: CN¥1.2M in English, ¥120万 in Chinese.
        """
        if amount is None:
            return self.text("not recorded")
        return format_compact_currency(amount, self.currency, locale=self.locale, fraction_digits=1)

    def compact(self, value: float | None) -> str:
        """
        A number at a glance: 1.2M, 120万.
        """
        if value is None:
            return self.text("n/a")
        return format_compact_decimal(value, locale=self.locale, fraction_digits=1)

    def day(self, value: date | None) -> str:
        """
        A day as ISO writes it, the same in every language: 2026-06-30.
        """
        return value.strftime("%Y-%m-%d") if value else self.text("not recorded")

    def day_in_words(self, value: date) -> str:
        """
        A day as people write it: 30 Jun 2026, 2026年6月30日.
        """
        return format_date(value, "d MMM y" if self.language == "en" else "long", locale=self.locale)

    def short_day(self, value: date) -> str:
        """
        A day where its year is plain from what surrounds it: 30 Jun, 6月30日.
        """
        pattern = "d MMM" if self.language == "en" else str(self.locale.datetime_skeletons["MMMd"])
        return format_date(value, pattern, locale=self.locale)

    def month(self, value: date) -> str:
        """
        A month as people write it: Jun 2026, 2026年6月.
        """
        return format_skeleton("yMMM", datetime(value.year, value.month, 1), locale=self.locale)  # noqa: DTZ001

    def instant(self, value: datetime) -> str:
        """
        A moment to the minute, in the zone it carries: 2026-06-30 14:05.
        """
        return value.strftime("%Y-%m-%d %H:%M")
