"""
The working list of what falls due next: what may be lost, which contracts, why, and whose they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.facts import FACTS
from dashboard.forecasting import Edition, Scores, latest_edition, read_scores, written_at
from dashboard.forecasting.ahead import BANDS, ahead, at_risk, in_band
from dashboard.metrics import chosen
from dashboard.ui.address import chosen_one
from dashboard.ui.export import workbook
from dashboard.ui.figures import Figures
from dashboard.ui.opening import moment
from dashboard.ui.page import Look
from dashboard.ui.renewal_reasons import in_words
from dashboard.ui.states import panel
from dashboard.ui.tables import FEW, SHOWN
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

_SHOWN: Final = (
    *("policy_id", "due_on", "premium_due", "probability", "premium_at_risk", "why", "contact_on", "reminded_on"),
    *("owner", "team_id", "branch_id", "product_line", "channel", "auto_renew", "tenure_years", "customer_id"),
)
# What a screen reader and a phone need no room for: the export has it.
_EXPORTED: Final = ("renewal_id", "days_left", *_SHOWN, "claims_last_year", "complaints_last_year")


@dataclass(frozen=True)
class Ahead:
    """
    What falls due next, as the filters select it.

    Attributes:
        look: What the page looks at.
        today: The local day.
        edition: The forecast in force; None before the first training.
        scores: Its scores; None where it is not to be trusted, or they haven't been worked out.
        rows: The list: see `dashboard.forecasting.ahead`.
    """

    look: Look
    today: date
    edition: Edition | None
    scores: Scores | None
    rows: pl.DataFrame


def ahead_of(look: Look) -> Ahead:
    """
    What falls due in the next 90 days, as known at this moment, of the units selected.
    """
    folder = look.ctx.settings.forecasting.path
    at = written_at(folder)
    edition, scores = None, None
    # A file that can't be read mustn't take the list away, nor the rest of the page.
    with panel(look.ctx.words, "forecast"):
        edition, scores = _kept(folder, at)
    today = moment(look.ctx).date()
    listed_now = _ahead(look.figures, today, at, is_told=scores is not None)
    rows = chosen(listed_now.lazy(), look.selection.values).collect()
    return Ahead(look, today, edition, scores, rows)


@st.cache_resource(max_entries=2, show_spinner=False)
def _kept(folder: Path, at: int) -> tuple[Edition | None, Scores | None]:  # noqa: ARG001 - tells files apart
    edition, scores = latest_edition(folder), read_scores(folder)
    if edition is None or not edition.is_trusted or scores is None or scores.edition != edition.name:
        return edition, None
    return edition, scores


def _key(figures: Figures) -> tuple[str, ...]:
    return figures.key


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs={Figures: _key})
def _ahead(figures: Figures, today: date, at: int, *, is_told: bool) -> pl.DataFrame:
    edition, scores = _kept(figures.settings.forecasting.path, at) if is_told else (None, None)
    return ahead(
        figures.known("renewals"),
        scores.rows if scores else None,
        edition.timing if edition and scores else None,
        today=today,
        zone=figures.settings.business.timezone,
    )


def working_list(found: Ahead) -> None:
    """
    Draw what may be lost, the tiles, and the list they narrow.
    """
    words = found.look.ctx.words
    with panel(words, "renewals ahead"):
        owners = _owners(found)
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
            _export(found, listed, owners, words.text(TILES[band][0]))
        if not listed.height:
            st.info(words.text("No unpaid contract here."), icon=":material/task_alt:")
            return
        _table(found, listed, owners)


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


def _owners(found: Ahead) -> dict[str, str]:
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


def _unforetold(found: Ahead, words: Words) -> None:
    """
    Why there are no probabilities, where there are none.
    """
    if found.scores is not None:
        return
    if found.edition is None:
        st.info(
            words.text("No forecast has been trained yet. An operator trains it with: dashboard train"),
            icon=":material/info:",
        )
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


def listed(found: Ahead, rows: pl.DataFrame, owners: dict[str, str]) -> pl.DataFrame:
    """
    The list as people read it: names and codes in words, days, the reasons with what each is worth.
    """
    look, words = found.look, found.look.ctx.words
    worded = {
        column: pl.col(column).replace_strict(
            {value: look.names.of(column, value) for value in rows[column].unique().drop_nulls()},
            default=None,
            return_dtype=pl.String,
        )
        for column in ("branch_id", "team_id", "product_line", "channel")
    }
    yes = {"true": words.text("Yes"), "false": words.text("No")}
    return rows.with_columns(
        **worded,
        owner=pl.col("agent_id").replace_strict(owners, default=None, return_dtype=pl.String),
        auto_renew=pl.col("auto_renew").replace_strict(yes, default=None, return_dtype=pl.String),
        probability=(pl.col("probability") * 100).round(1),
        premium_at_risk=pl.col("at_risk").round(2),
        why=pl.Series([in_words(row, words) for row in rows.iter_rows(named=True)], dtype=pl.List(pl.String)),
    ).select(_EXPORTED)


def _table(found: Ahead, rows: pl.DataFrame, owners: dict[str, str]) -> None:
    words = found.look.ctx.words
    if rows.height > SHOWN:
        st.caption(
            words.text(
                "{shown} of {total} rows; the export has them all",
                shown=words.count(SHOWN),
                total=words.count(rows.height),
            )
        )
    recorded = found.look.figures.recorded("renewals")
    needs = {
        "contact_on": "last_contact_at",
        "reminded_on": "reminded_at",
        "owner": "agent_id",
        "premium_at_risk": "premium_due",
    }
    personal = set() if found.look.ctx.viewer.rights.personal else {"customer_id"}
    untold = {"probability", "premium_at_risk", "why"} if found.scores is None else set()
    # In whole units, which is how a list is read; the export has the cents.
    whole = pl.col("premium_due", "premium_at_risk").round(0)
    shown = (
        listed(found, rows.head(SHOWN), owners)
        .with_columns(whole)
        .select(
            name
            for name in _SHOWN
            if name not in personal | untold
            and (needs.get(name, name) in recorded or name in ("probability", "why"))
        )
    )
    st.dataframe(
        shown,
        hide_index=True,
        column_config={name: each for name, each in _columns(words).items() if name in shown.columns},
        placeholder="–",
        height="content" if shown.height <= FEW else 460,
        key="renewals_ahead",
        lazy=False,
        alt=words.text("Unpaid contracts, those first on which most premium may be lost"),
    )


def _columns(words: Words) -> dict[str, Any]:
    config = st.column_config
    texts = ("owner", "team_id", "branch_id", "product_line", "channel", "auto_renew", "customer_id")
    days = ("due_on", "contact_on", "reminded_on")
    return {
        **{name: config.TextColumn(words.column(name)) for name in texts},
        **{name: config.DateColumn(words.column(name), format="YYYY-MM-DD", width=95) for name in days},
        "policy_id": config.TextColumn(words.column("policy_id"), pinned=True, width=120),
        "premium_due": config.NumberColumn(words.column("premium_due"), format="localized"),
        "premium_at_risk": config.NumberColumn(words.column("premium_at_risk"), format="localized"),
        "probability": config.ProgressColumn(
            words.column("probability"),
            help=words.text("How likely the contract is renewed, judged sixty days before and unpaid until today"),
            width=115,
            format="%d%%",
            min_value=0,
            max_value=100,
        ),
        "why": config.ListColumn(
            words.column("why"),
            width=310,
            help=words.text(
                "What lowers the probability most, in percentage points against a contract that is average in it"
            ),
        ),
        "tenure_years": config.NumberColumn(words.column("tenure_years"), format="%d"),
    }


def _export(found: Ahead, rows: pl.DataFrame, owners: dict[str, str], said: str) -> None:
    ctx, words = found.look.ctx, found.look.ctx.words
    st.download_button(
        words.text("Export to Excel"),
        data=partial(_workbook, found, rows, owners, said),
        file_name=f"renewals_at_risk_{found.today.isoformat()}_{ctx.viewer.scope}.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        icon=":material/download:",
        on_click="ignore",
        disabled=not rows.height,
        key="export_renewals_ahead",
    )


def _workbook(found: Ahead, rows: pl.DataFrame, owners: dict[str, str], said: str) -> bytes:
    ctx, words = found.look.ctx, found.look.ctx.words
    trained = found.edition.name if found.edition and found.scores else words.text("none")
    return workbook(
        listed(found, rows, owners).with_columns(pl.col("why").list.join("; ")),
        fact=FACTS["renewals"],
        words=words,
        zone=ctx.zone,
        title=words.text("Renewals at risk"),
        said=[
            said,
            found.look.said,
            words.text("as of {day}", day=words.day(found.today)),
            words.text("Forecast {edition}", edition=trained),
            words.text(
                "Snapshot {version}, scope {scope}",
                version=ctx.reader.version_id,
                scope=ctx.viewer.scope,
            ),
        ],
    )
