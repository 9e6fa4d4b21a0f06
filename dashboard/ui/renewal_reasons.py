"""
Why a contract may be lost, as somebody would say it to a colleague.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.forecasting.ahead import POINTS, UNPAID
from dashboard.forecasting.features import NO_CONTACT_DAYS
from dashboard.words import Words, msgid

# The features, as the panel on the forecast calls them.
FEATURES: Final = {
    "product_line": msgid("product line"),
    "channel": msgid("channel it was bought by"),
    "tenure_years": msgid("years with us"),
    "premium_due": msgid("premium"),
    "premium_change_rate": msgid("price change offered"),
    "auto_renew": msgid("automatic renewal"),
    "is_reminded": msgid("reminded sixty days before"),
    "paid_last_time": msgid("how it was paid last time"),
    "claims_in_a_year": msgid("claims within a year"),
    "complaints_in_a_year": msgid("complaints within a year"),
    "contact_age_days": msgid("last contact in both directions"),
    "contract_contact_age_days": msgid("last contact about the contract"),
}
_PAID: Final = {
    "first": msgid("first renewal"),
    "on_time": msgid("paid on time last time"),
    "late": msgid("paid late last time"),
}


def in_words(row: Mapping[str, Any], words: Words) -> list[str]:
    """
    The reasons of a row of the list, the gravest first, each with its percentage points.

    Args:
        row: As `forecasting.ahead` lists it.
        words: The reader's language.
    """
    return [
        words.text("{reason} ({points})", reason=_SAID[name](row, words), points=words.points(row[POINTS + name]))
        for name in row["why"] or ()
    ]


def _product(row: Mapping[str, Any], words: Words) -> str:
    return words.code("product_line", row["product_line"])


def _channel(row: Mapping[str, Any], words: Words) -> str:
    return words.text("bought by {channel}", channel=words.code("channel", row["channel"]))


def _tenure(row: Mapping[str, Any], words: Words) -> str:
    years = row["tenure_years"]
    if years is None:
        return words.text("years with us unknown")
    return (
        words.text("{years} years with us", years=words.count(years))
        if years > 1
        else words.text("one year with us")
    )


def _premium(row: Mapping[str, Any], words: Words) -> str:
    return words.text("premium of {premium}", premium=words.money(row["premium_due"]))


def _price(row: Mapping[str, Any], words: Words) -> str:
    change = row["premium_change_rate"]
    if change is None:
        return words.text("price change unknown")
    if change < 0:
        return words.text("price {share} lower", share=words.percent(-change))
    return words.text("price {share} higher", share=words.percent(change))


def _automatic(row: Mapping[str, Any], words: Words) -> str:
    return words.text("renews by itself") if row["auto_renew"] == "true" else words.text("doesn't renew by itself")


def _reminded(row: Mapping[str, Any], words: Words) -> str:
    return words.text("reminded early") if row["is_reminded"] == "true" else words.text("not reminded early")


def _paid(row: Mapping[str, Any], words: Words) -> str:
    told = row["paid_last_time"]
    return words.text(_PAID[told]) if told in _PAID else words.text("last payment unknown")


def _claims(row: Mapping[str, Any], words: Words) -> str:
    count = row["claims_in_a_year"]
    return _counted(
        count, words, none=words.text("no claim within a year"), one=words.text("one claim within a year"),
        many=words.text("{count} claims within a year", count=words.count(count)),
    )  # fmt: skip


def _complaints(row: Mapping[str, Any], words: Words) -> str:
    count = row["complaints_in_a_year"]
    return _counted(
        count, words, none=words.text("no complaint within a year"), one=words.text("one complaint within a year"),
        many=words.text("{count} complaints within a year", count=words.count(count)),
    )  # fmt: skip


def _counted(count: float | None, words: Words, *, none: str, one: str, many: str) -> str:
    if count is None:
        return words.text("not recorded")
    return {0: none, 1: one}.get(int(count), many)


def _contact(row: Mapping[str, Any], words: Words) -> str:
    days = row["contact_age_days"]
    if days is None:
        return words.text("last contact unknown")
    if days >= NO_CONTACT_DAYS:
        return words.text("no contact for a year")
    return words.text("last contact {days} before", days=words.days(days))


def _contract_contact(row: Mapping[str, Any], words: Words) -> str:
    days = row["contract_contact_age_days"]
    if days is None or days >= NO_CONTACT_DAYS:
        return words.text("not spoken about the contract")
    return words.text("last spoken about the contract {days} before", days=words.days(days))


def _unpaid(row: Mapping[str, Any], words: Words) -> str:
    left = row["days_left"]
    return (
        words.text("due today and unpaid")
        if left <= 0
        else words.text("unpaid {days} before", days=words.days(left))
    )


_SAID: Final[Mapping[str, Callable[[Mapping[str, Any], Words], str]]] = {
    "product_line": _product,
    "channel": _channel,
    "tenure_years": _tenure,
    "premium_due": _premium,
    "premium_change_rate": _price,
    "auto_renew": _automatic,
    "is_reminded": _reminded,
    "paid_last_time": _paid,
    "claims_in_a_year": _claims,
    "complaints_in_a_year": _complaints,
    "contact_age_days": _contact,
    "contract_contact_age_days": _contract_contact,
    UNPAID: _unpaid,
}
