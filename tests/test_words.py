"""
Every sentence exists in both languages, keeps its blanks, and numbers are written as each language writes them.
"""

from __future__ import annotations

import string
from datetime import date
from decimal import Decimal

import pytest

from dashboard.words import LANGUAGES, Words, best_language
from tests.catalogue import read, said, sentences

ENGLISH, CHINESE = Words("en"), Words("zh_CN")


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_every_message_is_translated(language):
    """
    What the code can say stands in the catalogue with a translation.
    """
    known = {(message.context, message.id) for message in read(language) if message.id and message.string}

    assert sorted(said() - known, key=str) == []


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_no_message_is_left_over(language):
    """
    A translation of something nobody says any more is deleted.
    """
    known = {(message.context, message.id) for message in read(language) if message.id}

    assert sorted(known - said(), key=str) == []


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_translations_keep_their_blanks(language):
    """
    A blank that is lost in translation would lose a figure.
    """
    wrong = [
        message.id for message in read(language) if message.id and blanks(message.id) != blanks(message.string)
    ]

    assert wrong == []


def test_a_sentence_for_one_and_one_for_many_are_both_collected():
    """
    The number behind them isn't one.
    """
    assert ["1 row", "{count} rows"] == list(sentences('words.several("1 row", "{count} rows", "x")'))


def test_both_sides_of_a_condition_are_collected():
    """
    `text("a" if x else "b")` says two sentences.
    """
    assert list(sentences('words.text("a" if x else "b"); msgid("c"); other("d")')) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (["zh-CN", "en"], "zh_CN"),
        (["zh-TW"], "zh_CN"),
        (["fr", "en-GB"], "en"),
        (["fr"], "en"),
        ([], "en"),
        (["zhx"], "en"),
    ],
)
def test_the_browser_decides_the_language(asked, language):
    """
    The first language we speak wins; English where we speak none.
    """
    assert best_language(asked) == language


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.212692, "21.3%"),
        (0.0, "0.0%"),
        (1.0, "100.0%"),
        (0.99999, "99.9%"),
        (0.00001, "0.1%"),
        (None, "n/a"),
    ],
)
def test_percentages_never_round_into_a_lie(share, shown):
    """
    Nearly all isn't all, and almost none isn't none.
    """
    assert ENGLISH.percent(share) == shown


def test_money_in_ten_thousands_and_hundred_millions():
    """
    English counts in thousands and millions, Chinese in 万 and 亿.
    """
    assert ENGLISH.compact_money(Decimal(1234567)) == "CN¥1.2M"
    assert CHINESE.compact_money(Decimal(1234567)) == "¥123.5万"
    assert CHINESE.compact(123456789) == "1.2亿"


def test_days_and_months():
    """
    Days are ISO in tables and as people say them in sentences.
    """
    day = date(2026, 6, 3)

    assert ENGLISH.day(day) == CHINESE.day(day) == "2026-06-03"
    assert ENGLISH.day_in_words(day) == "3 Jun 2026"
    assert CHINESE.day_in_words(day) == "2026年6月3日"
    assert ENGLISH.month(day) == "Jun 2026"
    assert CHINESE.month(day) == "2026年6月"
    assert [ENGLISH.days(value) for value in (1, 1.25, 70, None)] == ["1 day", "1.2 days", "70 days", "n/a"]


def test_codes_in_words():
    """
    A known code reads as a word, an unknown one as it was written, none as not recorded.
    """
    assert ENGLISH.code("decision", "part_paid") == "Part paid"
    assert CHINESE.code("decision", "part_paid") == "部分赔付"
    assert ENGLISH.code("grade", "Stufe 3") == "Stufe 3"
    assert ENGLISH.code("grade", None) == "not recorded"


def test_signs_are_minus_signs():
    """
    A change has its sign, and a minus is a minus, not a hyphen.
    """
    assert ENGLISH.points(-0.02) == "−2.0 pp"
    assert ENGLISH.points(0.012) == "+1.2 pp"
    assert ENGLISH.signed(-3) == "−3"


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (76.99, "3 d 4 h"),
        (24.0, "1 d 0 h"),
        (23.999, "23 h 59 min"),
        (0.0, "0 h 0 min"),
        (-0.5, "0 h 30 min late"),
        (-49.0, "2 d 1 h late"),
        (None, "n/a"),
    ],
)
def test_time_left_is_never_rounded_up(hours, said):
    """
    Whole hours and minutes only, and late once the deadline is behind.
    """
    assert said == Words("en").time_left(hours)


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0 cases"), (1, "1 case"), (2, "2 cases"), (1_234, "1,234 cases")]
)
def test_a_single_one_is_told_as_one(number, shown):
    """
    Never "1 cases".
    """
    assert shown == Words().several("1 case", "{count} cases", number)


def test_a_short_day_leaves_the_year_out():
    """
    In each language the way it is said there.
    """
    assert [Words(language).short_day(date(2026, 6, 30)) for language in ("en", "zh_CN")] == ["30 Jun", "6月30日"]
