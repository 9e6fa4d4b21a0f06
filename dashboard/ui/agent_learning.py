"""
What an agent has learnt and still has to: trainings, certificates, and the licence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.metrics import chosen
from dashboard.metrics.learning import certificate_states, training_states, validity
from dashboard.ui.figures import Figures, Values
from dashboard.ui.frames import framed, nothing
from dashboard.ui.listing import worded
from dashboard.ui.page import Look
from dashboard.ui.people import Agent
from dashboard.ui.remembering import remembered
from dashboard.ui.states import panel
from dashboard.ui.tables import FEW, column_settings
from dashboard.words import Words, msgid

# Sign and word of each state.
TRAININGS: Final[Mapping[str, tuple[str, str]]] = {
    "overdue": ("▼", msgid("overdue")),
    "open": ("○", msgid("still to come")),
    "done_late": ("▲", msgid("done late")),
    "done": ("●", msgid("done in time")),
}
CERTIFICATES: Final[Mapping[str, tuple[str, str]]] = {
    "expired": ("▼", msgid("expired")),
    "expiring": ("▲", msgid("about to expire")),
    "valid": ("●", msgid("valid")),
}
_TRAINING: Final = ("sign", "course", "due_on", "completed_on", "state", "score", "topic", "hours")
_CERTIFICATE: Final = ("sign", "name", "expires_on", "state", "issued_on")


def trainings_list(look: Look, agent: Agent) -> None:
    """
    The trainings of an agent that fell due in the period, are overdue or still to come.
    """
    words = look.ctx.words
    with panel(words, "trainings of the agent"):
        rows = trainings_shown(look, agent)
        missing = int(rows.filter(pl.col("state") == "overdue")["cases"].sum())
        finding = words.text("{count} overdue", count=words.count(missing))
        with framed(words.text("Trainings"), finding):
            _table(look, "trainings", rows, TRAININGS, _TRAINING)


def certificates_held(look: Look, agent: Agent) -> None:
    """
    The certificates of an agent, those that expire first at the top; and until when the licence holds.
    """
    words = look.ctx.words
    with panel(words, "certificates of the agent"):
        rows = certificates_of(look.figures, (("agent_id", (agent.key,)),))
        finding = licence_in_words(agent, look.ctx.as_of, words)
        with framed(words.text("Certificates"), finding):
            _table(look, "certifications", rows, CERTIFICATES, _CERTIFICATE)


def trainings_shown(look: Look, agent: Agent) -> pl.DataFrame:
    """
    Those trainings of an agent that fell due in the period, and all that aren't done, due or to come.
    """
    rows = trainings_of(look.figures, (("agent_id", (agent.key,)),))
    return rows.filter(look.period.covers("due_on") | pl.col("state").is_in(["overdue", "open"]))


def licence_in_words(agent: Agent, as_of: date, words: Words) -> str:
    """
    Until when the licence holds, with the sign of how that is.
    """
    if agent.licence_until_on is None:
        return words.text("licence: not recorded")
    sign, word = CERTIFICATES[licence_state(agent, as_of)]
    return words.text(
        "{sign} licence until {day}, {state}",
        sign=sign,
        day=words.day(agent.licence_until_on),
        state=words.text(word),
    )


def licence_state(agent: Agent, as_of: date) -> str:
    """
    How a licence stands; one that nobody recorded an end of is valid.
    """
    return str(pl.select(validity(pl.lit(agent.licence_until_on, pl.Date), as_of)).item())


@remembered
def trainings_of(figures: Figures, values: Values) -> pl.DataFrame:
    """
    How trainings stand: see `metrics.learning`.
    """
    return training_states(chosen(figures.reader.rows("trainings"), values), figures.terms).collect()


@remembered
def certificates_of(figures: Figures, values: Values) -> pl.DataFrame:
    """
    How certificates stand: see `metrics.learning`.
    """
    return certificate_states(chosen(figures.reader.rows("certifications"), values), figures.terms).collect()


def _table(
    look: Look, fact: str, rows: pl.DataFrame, states: Mapping[str, tuple[str, str]], columns: Sequence[str]
) -> None:
    words, recorded = look.ctx.words, look.figures.recorded(fact)
    if not recorded:
        nothing(look, pl.DataFrame({"not_recorded": [True]}))
        return
    if not rows.height:
        st.info(words.text("Nothing is recorded of this agent."), icon=":material/inbox:")
        return
    coded = [name for name in ("topic",) if name in rows.columns]
    shown = rows.with_columns(
        sign=pl.col("state").replace_strict({state: sign for state, (sign, _) in states.items()}),
        state=pl.col("state").replace_strict({state: words.text(word) for state, (_, word) in states.items()}),
        **worded(rows, look.names, coded),
    ).select(name for name in columns if name in recorded or name in ("sign", "state"))
    config = st.column_config
    own = {"sign": config.TextColumn("", width=36, pinned=True), "name": config.TextColumn(words.fact(fact))}
    st.dataframe(
        shown,
        hide_index=True,
        column_config=column_settings(shown, words) | own,
        placeholder="–",
        height="content" if shown.height <= FEW else 460,
        key=f"agent_{fact}",
        lazy=False,
        alt=words.fact(fact),
    )
