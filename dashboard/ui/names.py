"""
What the branches, teams and codes of a viewer's scope are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from dashboard.facts import FACTS, Kind
from dashboard.metrics.amounts import AMOUNT_BANDS, LARGEST_BAND
from dashboard.reader import Reader
from dashboard.ui.filters import DIMENSIONS, Option
from dashboard.words import Words


@dataclass(frozen=True, slots=True)
class Names:
    """
    The values of each dimension in a scope, with their names.

    Attributes:
        options: By dimension, what can be selected; empty where the source doesn't record it.
        words: The reader's language, for codes.
    """

    options: Mapping[str, list[Option]]
    words: Words

    def of(self, column: str, value: str | None) -> str:
        """
        A value's name: a branch's or team's own, a code in words, or the value itself.
        """
        if value is None:
            return self.words.text("not recorded")
        if column == "age_band":
            return band_in_words(value)
        if column == "tenure_band":
            return self.words.text("{years} years", years=band_in_words(value))
        for option in self.options.get(column, []):
            if option.value == value:
                return option.label
        return self.words.code(column, value)


def band_in_words(band: str) -> str:
    """
    A band of days as people write it: 8–15, > 60.
    """
    last = band.removesuffix("+")
    return band.replace("-", "–") if last == band else f"> {int(last) - 1}"


def amounts_in_words(band: str | None, words: Words) -> str:
    """
    A band of amounts as people write it: < 1,000, 1,000–5,000, ≥ 100,000.
    """
    if band is None:
        return words.text("not recorded")
    ends = dict(AMOUNT_BANDS)
    if band == LARGEST_BAND:
        return f"≥ {words.count(max(ends.values()))}"
    below = [end for end in ends.values() if end < ends[band]]
    return f"{words.count(max(below))}–{words.count(ends[band])}" if below else f"< {words.count(ends[band])}"


def _key(reader: Reader) -> tuple[str, str]:
    return reader.version_id, reader.viewer.scope


@st.cache_resource(max_entries=200, show_spinner=False, hash_funcs={Reader: _key})
def _values(reader: Reader, fact: str) -> dict[str, list[Option]]:
    recorded = reader.recorded(fact)
    asked = [dimension for dimension in DIMENSIONS if dimension in recorded]
    found: dict[str, list[Option]] = {dimension: [] for dimension in DIMENSIONS}
    rows = reader.rows(fact)
    plans = [rows.select(pl.col(dimension).unique().drop_nulls().sort()) for dimension in asked]
    for dimension, values in zip(asked, pl.collect_all(plans), strict=True):
        found[dimension] = [Option(value, value) for value in values[dimension]]
    return _named(found, reader)


def _named(found: dict[str, list[Option]], reader: Reader) -> dict[str, list[Option]]:
    """
    Give branches and teams the names that the agents fact knows, and teams their branch.
    """
    agents = reader.rows("agents").select("branch_id", "branch_name", "team_id", "team_name").unique().collect()
    branches = dict(zip(agents["branch_id"], agents["branch_name"], strict=True))
    teams = {row["team_id"]: row for row in agents.iter_rows(named=True)}
    found["branch_id"] = [
        Option(each.value, branches.get(each.value) or each.value) for each in found["branch_id"]
    ]
    found["team_id"] = [
        Option(
            each.value,
            (teams.get(each.value) or {}).get("team_name") or each.value,
            (teams.get(each.value) or {}).get("branch_id"),
        )
        for each in found["team_id"]
    ]
    return found


def names_of(reader: Reader, fact: str, words: Words, *, also: Sequence[str] = ()) -> Names:
    """
    The names a page about a fact needs, codes in the reader's language, sorted as they read.

    Args:
        reader: The viewer's.
        fact: What the page is about.
        words: The reader's language.
        also: Other facts that it is about; what any of them has can be selected.
    """
    if also:
        every = [names_of(reader, each, words).options for each in (fact, *also)]
        merged = {}
        for dimension in DIMENSIONS:
            found = {option.value: option for options in every for option in options[dimension]}
            merged[dimension] = sorted(found.values(), key=lambda option: option.label)
        return Names(merged, words)
    options = {}
    for dimension, known in _values(reader, fact).items():
        # What a fact isn't divided by has no values there, and no kind.
        column = FACTS[fact].by_name.get(dimension)
        is_code = column is not None and column.kind is Kind.CODE
        named = [
            Option(each.value, words.code(dimension, each.value) if is_code else each.label, each.within)
            for each in known
        ]
        options[dimension] = sorted(named, key=lambda option: option.label)
    return Names(options, words)


@st.cache_resource(max_entries=50, show_spinner=False, hash_funcs={Reader: _key})
def agent_labels(reader: Reader) -> dict[str, str]:
    """
    What the agents of a scope are called, by id: name and id, or the id alone where the viewer may see no names.
    """
    agents = reader.rows("agents").select("agent_id", "name").collect()
    return {key: f"{name} ({key})" if name else key for key, name in agents.iter_rows()}
