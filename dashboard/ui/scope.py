"""
What may this viewer see? Said beside every page's title, in exports and in the audit log.
"""

from __future__ import annotations

import streamlit as st

from dashboard.access import Viewer
from dashboard.reader import Reader
from dashboard.ui.context import Context
from dashboard.ui.literal import literal
from dashboard.words import Words

# More units than these are counted, not named.
_NAMED = 2


@st.cache_resource(
    max_entries=500,
    show_spinner=False,
    hash_funcs={Reader: lambda reader: (reader.version_id, reader.viewer.scope)},
)
def _organisation(reader: Reader) -> tuple[dict[str, str], dict[str, str]]:
    """
    The names of the branches and of the teams that somebody of the viewer's scope belongs to, by id.
    """
    agents = reader.rows("agents").select("branch_id", "branch_name", "team_id", "team_name").unique().collect()
    return (
        {row["branch_id"]: row["branch_name"] or row["branch_id"] for row in agents.iter_rows(named=True)},
        {row["team_id"]: row["team_name"] or row["team_id"] for row in agents.iter_rows(named=True)},
    )


def scope_in_words(reader: Reader, words: Words) -> str:
    """
    A viewer's scope in a few words: `East · 3 teams · names hidden`.

    Units are called by the names that the agents fact knows, and by their ids where it doesn't.
    """
    viewer = reader.viewer
    parts = _units_in_words(viewer, reader, words)
    if not viewer.rights.personal:
        parts.append(words.text("names hidden"))
    return " · ".join(parts)


def _units_in_words(viewer: Viewer, reader: Reader, words: Words) -> list[str]:
    if viewer.bound_by is None:
        return [words.text("whole company")]
    if not viewer.units:
        return [words.text("no units")]
    if viewer.bound_by == "agent_id":
        return [words.text("your own cases")]
    branches, teams = _organisation(reader)
    if viewer.bound_by == "team_id":
        named = [teams.get(unit, unit) for unit in sorted(viewer.units)]
        where = sorted({name for name in branches.values() if name}) if len(branches) == 1 else []
        count = words.several("1 team", "{count} teams", len(named))
        return [*where, *(named if len(named) <= _NAMED else [count])]
    named = [branches.get(unit, unit) for unit in sorted(viewer.units)]
    count = words.several("1 branch", "{count} branches", len(named))
    found = named if len(named) <= _NAMED else [count]
    known = [team for team in teams if team]
    return [*found, words.several("1 team", "{count} teams", len(known))] if known else found


def scope_badge(ctx: Context) -> None:
    """
    Draw the lock that says what the viewer may see.
    """
    words = ctx.words
    rights = ctx.viewer.rights
    told = [words.text("What you may see. Figures, charts, rows and exports all keep to it.")]
    if not rights.personal:
        told.append(words.text("Names, birth years and customer numbers are empty for your role."))
    st.badge(
        # A badge reads Markdown; a branch may be called anything.
        literal(scope_in_words(ctx.reader, words)),
        icon=":material/lock:",
        color="gray",
        help=" ".join(told),
    )
