"""
The working list of what falls due next: what may be lost, which contracts, why, and whose they are.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.forecasting import is_being_made, written_at
from dashboard.forecasting.ahead import BANDS, at_risk, in_band
from dashboard.ui.address import chosen_one
from dashboard.ui.falling_due import Ahead
from dashboard.ui.opening import moment
from dashboard.ui.renewals_list import contracts_table, export_button
from dashboard.ui.states import panel
from dashboard.ui.tiles import Tile, chosen_tile
from dashboard.words import Words, msgid

TILES: Final = {
    "within_7d": (msgid("Within 7 days"), msgid("Unpaid, and due today or on one of the six days after it")),
    "within_30d": (msgid("Within 30 days"), msgid("Unpaid, and due in the next 30 days")),
    "within_90d": (msgid("Within 90 days"), msgid("Unpaid, and due in the next 90 days")),
    "likeliest": (msgid("Likeliest to leave"), msgid("The tenth of them with the lowest probability to renew")),
    "not_reminded": (msgid("Not reminded"), msgid("Due in the next 90 days, and no reminder is recorded")),
}
EVERYBODY: Final = "all"
# Whoever waits for the first forecast looks for it so often.
LOOK_AGAIN_SECONDS: Final = 3


def working_list(found: Ahead) -> None:
    """
    Draw what may be lost, the tiles, and the list they narrow.
    """
    words = found.look.ctx.words
    with panel(words, "renewals ahead"):
        owners = owners_of(found)
        owner = chosen_one(
            words.text("Whose contracts"),
            [EVERYBODY, *owners],
            EVERYBODY,
            key="owner",
            name_of=lambda key: words.text("Everybody's") if key == EVERYBODY else owners[key],
            width=260,
        )
        rows = found.rows if owner == EVERYBODY else found.rows.filter(pl.col("agent_id") == owner)
        st.caption(_told(found, words))
        _totals(words, rows)
        _unforetold(found, words)
        bands = [band for band in BANDS if band != "likeliest" or rows["probability"].count()]
        band = chosen_tile(_tiles(bands, rows, words), words, key="renewals_due", default="within_30d")
        listed = in_band(band, rows)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(
                words.text(
                    "{title}: {shown} of {total} unpaid contracts",
                    title=words.text(TILES[band][0]),
                    shown=words.count(int(listed["cases"].sum())),
                    total=words.count(int(rows["cases"].sum())),
                ),
                anchor=False,
            )
            export_button(found, listed, owners, words.text(TILES[band][0]))
        if not listed.height:
            st.info(words.text("No unpaid contract here."), icon=":material/task_alt:")
            return
        contracts_table(found, listed, owners)


def _told(found: Ahead, words: Words) -> str:
    """
    As of when the list, its probabilities and the figures below it are.
    """
    blanks = {"moment": words.instant(moment(found.look.ctx)), "day": words.day(found.look.ctx.as_of)}
    if found.scores is None:
        return words.text("As of this moment, {moment}; the figures further below are as of {day}", **blanks)
    return words.text(
        "As of this moment, {moment}; probabilities worked out on what was known on {scored}; the figures further "
        "below are as of {day}",
        scored=words.day(found.scores.as_of),
        **blanks,
    )


def owners_of(found: Ahead) -> dict[str, str]:
    """
    The agents of the contracts listed, by name where names may be seen.
    """
    agents = found.look.ctx.reader.rows("agents").select("agent_id", "name").collect()
    names = {key: name for key, name in agents.iter_rows() if name}
    there = found.rows["agent_id"].drop_nulls().unique().to_list()
    told = {key: f"{names[key]} ({key})" if key in names else key for key in there}
    return dict(sorted(told.items(), key=lambda pair: pair[1]))


def _totals(words: Words, rows: pl.DataFrame) -> None:
    """
    The premium that falls due, how much of it may be lost, and with how many contracts.
    """
    risk = at_risk(rows)
    grid = st.grid(3, min_column_width=225, gap="small", border=True, key="renewals_at_risk")
    with grid.cell():
        st.metric(
            words.text("Premium due and unpaid"),
            words.compact_money(risk.premium),
            help=words.text("Of the contracts that fall due in the next 90 days and aren't renewed"),
        )
        st.markdown(f":small[{words.text('{count} contracts', count=words.count(risk.cases))}]")
    with grid.cell():
        st.metric(
            words.text("Premium at risk"),
            words.text("n/a") if risk.value is None else words.compact_money(risk.value[0]),
            help=words.text(
                "Each premium times the probability that the contract isn't renewed, added up. The interval is "
                "that of chance; that the probabilities themselves may be wrong isn't in it."
            ),
        )
        _interval(
            words, None if risk.value is None else tuple(words.compact_money(each) for each in risk.value[1:])
        )
    with grid.cell():
        st.metric(
            words.text("Contracts expected to be lost"),
            words.text("n/a") if risk.lost is None else words.count(risk.lost[0]),
            help=words.text("The probabilities of not being renewed, added up"),
        )
        _interval(words, None if risk.lost is None else tuple(words.count(each) for each in risk.lost[1:]))
    if risk.lost is not None and risk.told < risk.cases:
        st.caption(
            words.text(
                "{count} contracts have no probability yet and are missing from what is at risk",
                count=words.count(risk.cases - risk.told),
            )
        )


def _interval(words: Words, limits: tuple[str, ...] | None) -> None:
    said = (
        words.text("no probabilities are shown")
        if limits is None
        else words.text("95 % interval {lower} to {upper}", lower=limits[0], upper=limits[1])
    )
    st.markdown(f":small[{said}]")


@st.fragment(run_every=LOOK_AGAIN_SECONDS)
def _untrained(found: Ahead, words: Words) -> None:
    """
    That there is no forecast, or that it is being made; once it is there the page is drawn again.
    """
    folder = found.look.ctx.settings.forecasting.path
    if written_at(folder):
        st.rerun()
    if is_being_made(folder):
        said = words.text("The forecast is being made; it is shown here as soon as it is ready.")
        st.info(said, icon=":material/hourglass_top:")
    else:
        said = words.text("No forecast has been trained yet. An operator trains it with: dashboard train")
        st.info(said, icon=":material/info:")


def _unforetold(found: Ahead, words: Words) -> None:
    """
    Why there are no probabilities, where there are none.
    """
    if found.scores is not None:
        return
    if found.edition is None:
        _untrained(found, words)
    elif found.edition.is_trusted:
        st.info(
            words.text("The probabilities are being worked out; the next refresh brings them."),
            icon=":material/hourglass_top:",
        )
    else:
        st.info(
            words.text(
                "No probabilities are shown, because the forecast isn't good enough; the reasons stand below. The "
                "highest premiums come first."
            ),
            icon=":material/visibility_off:",
        )


def _tiles(bands: list[str], rows: pl.DataFrame, words: Words) -> list[Tile]:
    signs = {"within_7d": ("▲", "orange"), "likeliest": ("▲", "orange")}
    return [
        Tile(
            band,
            words.text(TILES[band][0]),
            int(in_band(band, rows)["cases"].sum()),
            words.text(TILES[band][1]),
            *signs.get(band, ("", "gray")),
        )
        for band in bands
    ]
