"""
When do customers turn to us, how long do they wait, and who is looked after as their tier promises?
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.heat import heat
from dashboard.metrics.contact_shares import CONTACT_SHARES, TIER_SHARES
from dashboard.metrics.contacts import DAY, NIGHT
from dashboard.metrics.service_limits import service_limits
from dashboard.ui.campaign_effects import about
from dashboard.ui.comparisons import Comparison
from dashboard.ui.contacts import contact_share_of, hours_of, switches_of, tier_share_of, waits_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

TIMES: Final = {NIGHT: msgid("At night"), DAY: msgid("By day")}
_HOURS: Final = range(24)
_WAITS: Final = {
    "label": msgid("Channel"),
    "n": msgid("For a person"),
    "hung_up": msgid("Hung up"),
    "median": msgid("Median, s"),
    "p90": msgid("P90, s"),
    "quick": msgid("Soon"),
}


def hours_panel(look: Look) -> None:
    """
    In which channel and at which hour do customers turn to us?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "contacts by hour"):
        is_told = look.figures.recorded("interactions") >= {"direction", "channel", "at"}
        found = hours_of(look.figures, look.selection.values, look.period) if is_told else None
        with framed(words.text("When customers turn to us"), _busiest(found, words), alone=True):
            if found is None or not found.height:
                nothing(look, pl.DataFrame({"not_recorded": [not is_told]}))
                return
            channels = found.select(pl.col("channel").unique(maintain_order=True))
            hours = pl.DataFrame({"hour": pl.Series(_HOURS, dtype=found.schema["hour"])})
            grid = channels.join(hours, how="cross").join(
                found, on=["channel", "hour"], how="left", nulls_equal=True, maintain_order="left"
            )
            cells = grid.select(
                row="channel",
                row_label=_labels(look, grid["channel"]),
                column="hour",
                column_label=pl.col("hour").cast(pl.String),
                cases=pl.col("cases").fill_null(0),
                value=pl.col("cases").cast(pl.Float64),
            )
            drawn = heat(cells, words=words, colours=ctx.colours, signed=False)
            alt = words.text("Contacts that customers began, by channel and hour of the day")
            show_chart(drawn, key="contacts_by_hour", alt=alt, select=False)
            limits = service_limits()
            st.caption(
                words.text(
                    "Local hours; the night is from {first} to {last}. Contacts that we began aren't in it.",
                    first=limits.night_from_hour,
                    last=limits.night_until_hour,
                )
            )
            told = cells.filter(pl.col("cases") > 0)
            as_table(look, told.select("row_label", "column_label", "cases"), "contacts_by_hour")


def waits_panel(look: Look) -> None:
    """
    How long do customers wait for a person, in each channel, and how many hang up?
    """
    words = look.ctx.words
    with panel(words, "waits"):
        is_told = look.figures.recorded("interactions") >= CONTACT_SHARES["quick"].needs
        whole = waits_of(look.figures, look.selection.values, look.period, None) if is_told else None
        finding = ""
        if whole is not None and whole.height:
            all_told = whole.row(0, named=True)
            finding = words.text(
                "Half are answered within {median}, nine in ten within {p90}; {hung_up} of {count} hung up",
                median=_seconds(all_told["median"], words),
                p90=_seconds(all_told["p90"], words),
                hung_up=words.count(all_told["hung_up"]),
                count=words.count(all_told["n"]),
            )
        with framed(words.text("How long customers wait for a person"), finding):
            if whole is None or not whole.height:
                nothing(look, pl.DataFrame({"not_recorded": [not is_told]}))
                return
            by = waits_of(look.figures, look.selection.values, look.period, "channel")
            rows = by.with_columns(label=_labels(look, by["channel"])).select(list(_WAITS))
            every = whole.select(pl.lit(words.text("All")).alias("label"), *list(_WAITS)[1:])
            names = {column: words.text(name) for column, name in _WAITS.items()}
            st.dataframe(
                pl.concat([every, rows]).rename(names),
                hide_index=True,
                column_config={
                    name: st.column_config.NumberColumn(format="percent" if column == "quick" else "localized")
                    for column, name in names.items()
                    if column != "label"
                },
                placeholder=words.text("n/a"),
                height="content",
                key="waits",
                lazy=False,
                alt=words.text("Waits for a person, by channel"),
            )
            st.caption(
                words.text(
                    "Who hung up was never answered, so no short wait. Soon: within {count} seconds, of all who "
                    "wanted a person.",
                    count=service_limits().quick_seconds,
                )
            )


def switches_panel(look: Look) -> None:
    """
    From which channel to which do customers go on with the same problem within a day?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "channel switches"):
        share = CONTACT_SHARES["switched"]
        is_told = look.figures.recorded("interactions") >= share.needs
        finding = words.text(
            "Going on within {count} hours, in another channel", count=service_limits().switch_hours
        )
        found = None
        if is_told:
            found = switches_of(look.figures, look.selection.values, look.period)
            every = contact_share_of(look.figures, look.selection.values, look.period, "switched", None).row(
                0, named=True
            )
            if every["denominator"]:
                finding = words.text(
                    "{part} of {whole} contacts went on in another channel within {count} hours ({share})",
                    part=words.count(every["numerator"]),
                    whole=words.count(every["denominator"]),
                    count=service_limits().switch_hours,
                    share=words.percent(every["value"]),
                )
        with framed(words.text("Who has to change the channel"), finding):
            if found is None or not found.height:
                nothing(look, pl.DataFrame({"not_recorded": [not is_told]}))
                return
            # Both sides in one order, so that who stays stands on the diagonal.
            channels = pl.DataFrame({"channel": list(dict.fromkeys([*found["channel"], *found["next_channel"]]))})
            grid = channels.join(channels.rename({"channel": "next_channel"}), how="cross")
            pairs = grid.join(found, on=["channel", "next_channel"], how="left", maintain_order="left")
            cells = pairs.select(
                row="channel",
                row_label=_labels(look, pairs["channel"]),
                column="next_channel",
                column_label=_labels(look, pairs["next_channel"]),
                cases=pl.col("cases").fill_null(0),
                value=pl.col("cases").cast(pl.Float64),
            )
            drawn = heat(cells, words=words, colours=ctx.colours, signed=False)
            alt = words.text("Contacts by their channel (rows) and that in which the customer went on (columns)")
            show_chart(drawn, key="channel_switches", alt=alt, select=False)
            told = cells.filter(pl.col("cases") > 0)
            as_table(look, told.select("row_label", "column_label", "cases"), "channel_switches")


def _labels(look: Look, channels: pl.Series) -> pl.Series:
    return pl.Series([look.names.of("channel", each) for each in channels], dtype=pl.String)


def _busiest(found: pl.DataFrame | None, words: Words) -> str:
    """
    The hour with the most contacts, and what comes at night.
    """
    if found is None or not found.height:
        return words.text("Contacts that customers began, by channel and hour")
    limits, hour = service_limits(), pl.col("hour")
    by_hour = found.group_by("hour").agg(pl.col("cases").sum()).sort("cases", "hour", descending=[True, False])
    is_night = (hour >= limits.night_from_hour) | (hour < limits.night_until_hour)
    total, at_night = (int(each["cases"].sum()) for each in (by_hour, by_hour.filter(is_night)))
    return words.text(
        "Most at {hour} o'clock; {share} of {count} come at night",
        hour=by_hour["hour"][0],
        share=words.percent(at_night / total),
        count=words.count(total),
    )


def _seconds(seconds: float | None, words: Words) -> str:
    """
    A wait in words; so many that were never answered have none.
    """
    return words.text("never") if seconds is None else words.text("{count} s", count=words.count(int(seconds)))


def _contacts_asked(look: Look, name: str, by: str) -> tuple[float | None, pl.DataFrame]:
    values = look.selection.values
    whole, units = (contact_share_of(look.figures, values, look.period, name, each) for each in (None, by))
    return whole["value"][0], units


def _are_contacts_told(look: Look, name: str, by: str) -> bool:
    needs = CONTACT_SHARES[name].needs | {"at" if by == "time_of_day" else by}
    return look.figures.recorded("interactions") >= needs


def _tiers_asked(look: Look, name: str, by: str) -> tuple[float | None, pl.DataFrame]:
    values = about(look, "customers")[0].selection.values
    whole, units = (tier_share_of(look.figures, values, name, each) for each in (None, by))
    return whole["value"][0], units


def _are_tiers_told(look: Look, name: str, by: str) -> bool:
    return look.figures.recorded("customers") >= TIER_SHARES[name].needs | {by}


CONTACTS: Final = Comparison(
    "contacts",
    msgid("Where contacts differ"),
    {
        "ai_handled_rate": (msgid("Assistant"), msgid("of those answered, taken by the AI assistant")),
        "ai_resolution_rate": (msgid("It solves"), msgid("of what the assistant took, solved without a person")),
        "handed_over": (msgid("Hands over"), msgid("of what the assistant took, handed over to a person")),
        "answered_rate": (msgid("Answered"), msgid("of those for a person, answered")),
        "quick": (msgid("Soon"), msgid("of those for a person, answered soon")),
        "first_contact": (
            msgid("First contact"),
            msgid("of problems raised a week ago or earlier, solved at once and not raised again within the week"),
        ),
        "switched": (msgid("Switched"), msgid("gone on from within a day in another channel")),
    },
    {
        "time_of_day": msgid("Day and night"),
        "channel": msgid("Channel"),
        "topic": msgid("Topic"),
        "branch_id": msgid("Branch"),
        "team_id": msgid("Team"),
    },
    asked=_contacts_asked,
    is_told=_are_contacts_told,
    names={"time_of_day": TIMES},
)
TIERS: Final = Comparison(
    "tiers",
    msgid("Service by tier"),
    {
        "manager_coverage_rate": (msgid("Manager"), msgid("of customers of high net worth, with a manager")),
        "review_coverage_rate": (
            msgid("Review"),
            msgid("of customers of high net worth for a year, reviewed within the last one"),
        ),
        "informed": (msgid("Health news"), msgid("of all customers, sent news on health within a year")),
    },
    {"segment": msgid("Segment"), "branch_id": msgid("Branch"), "team_id": msgid("Team")},
    asked=_tiers_asked,
    is_told=_are_tiers_told,
    names={},
)
