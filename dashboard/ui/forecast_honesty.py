"""
Can the forecast be trusted? What it was tested on, against what, and whether today's contracts are still alike.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.forecast import calibration
from dashboard.forecasting import Edition
from dashboard.forecasting.additive import Additive
from dashboard.forecasting.edition import NO_BETTER_THAN_RATE, NO_BETTER_THAN_TABLE, NOT_RECORDED, TOO_FEW
from dashboard.forecasting.honesty import Gain, Honesty
from dashboard.periods import DAY
from dashboard.ui.falling_due import Ahead
from dashboard.ui.frames import as_table, framed, show_chart
from dashboard.ui.renewal_reasons import FEATURES
from dashboard.ui.states import panel, side_by_side
from dashboard.words import Words, msgid

REFUSALS: Final = {
    NOT_RECORDED: msgid("The source doesn't record when contracts were renewed."),
    TOO_FEW: msgid("Too few contracts have matured to learn from and to test on."),
    NO_BETTER_THAN_RATE: msgid("It isn't surely better than always saying the overall rate."),
    NO_BETTER_THAN_TABLE: msgid("It isn't surely better than the rate by product line and years with us."),
}
# The usual reading of the population stability index.
MOVED, ANOTHER = 0.1, 0.25


def honesty_panels(found: Ahead) -> None:
    """
    How good the forecast proved, whether its probabilities mean what they say, and what it is made of.
    """
    words, edition = found.look.ctx.words, found.edition
    if edition is None:
        return
    with panel(words, "forecast proven"):
        _proven(words, edition)
    if edition.honesty is None or edition.model is None:
        return
    left, right = side_by_side()
    with left, panel(words, "forecast calibration"):
        _calibration(found, edition.honesty)
    with right, panel(words, "forecast features"):
        _features(found, edition, edition.model)


def _proven(words: Words, edition: Edition) -> None:
    verdict = (
        words.text("Yes: on contracts it didn't know it errs less than both simple rates, by more than chance")
        if edition.is_trusted
        else " ".join(
            [
                words.text("No, so no probabilities are shown."),
                *(words.text(REFUSALS[why]) for why in edition.refusals),
            ]
        )
    )
    with framed(words.text("Can the forecast be trusted?"), verdict, alone=True):
        if edition.honesty is None:
            return
        honesty = edition.honesty
        st.dataframe(
            _measures(words, honesty),
            hide_index=True,
            column_config={
                "measure": st.column_config.TextColumn(words.text("Measure"), width="medium"),
                "result": st.column_config.TextColumn(words.text("Result")),
                "meaning": st.column_config.TextColumn(words.text("What it means"), width="large"),
            },
            height="content",
            key="forecast_measures",
            lazy=False,
            alt=words.text("How good the forecast proved"),
        )
        st.caption(_trained(words, edition))


def _measures(words: Words, honesty: Honesty) -> pl.DataFrame:
    gains = (
        (words.text("Error of the overall rate"), honesty.against_rate),
        (words.text("Error of the rate by product and years"), honesty.against_table),
    )
    rows = [
        (
            words.text("Error of the forecast (Brier)"),
            words.decimal(honesty.brier, 4),
            words.text("mean squared distance to what happened; 0 is perfect"),
        ),
        *((name, words.decimal(gain.brier, 4), _gained(words, gain)) for name, gain in gains),
        (
            words.text("Order (AUC)"),
            words.decimal(honesty.auc, 3),
            words.text("chance that of one who stays and one who leaves the first has the higher probability"),
        ),
        (
            words.text("Lift at 10 %"),
            words.decimal(honesty.lift, 2),
            words.text("times as many leave among the tenth likeliest to leave as among all"),
        ),
        (
            words.text("Tested on"),
            words.count(honesty.cases),
            words.text("contracts, {share} of them renewed", share=words.percent(honesty.share)),
        ),
    ]
    return pl.DataFrame(
        rows, schema={"measure": pl.String, "result": pl.String, "meaning": pl.String}, orient="row"
    )


def _gained(words: Words, gain: Gain) -> str:
    blanks = {
        "difference": words.signed(gain.difference, 4),
        "lower": words.signed(gain.lower, 4),
        "upper": words.signed(gain.upper, 4),
    }
    if gain.is_sure:
        return words.text("the forecast is better: {difference} (95 %: {lower} to {upper})", **blanks)
    return words.text("the forecast isn't surely better: {difference} (95 %: {lower} to {upper})", **blanks)


def _trained(words: Words, edition: Edition) -> str:
    if edition.learned_from is None or edition.trained_until is None:
        return ""
    if edition.tested_from is None or edition.tested_before is None:
        return ""
    return words.text(
        "Trained on {day} on {cases} contracts due from {first} to {last}, tested on those due from {tested_from} "
        "to {tested_until}. It knows what was known sixty days before the due day and nothing later; contracts a "
        "campaign worked on are left out. Age and sex are not used.",
        day=words.day(edition.trained_at.date()),
        cases=words.count(edition.learned_cases),
        first=words.day(edition.learned_from),
        last=words.day(edition.trained_until),
        tested_from=words.day(edition.tested_from),
        tested_until=words.day(edition.tested_before - DAY),
    )


def _calibration(found: Ahead, honesty: Honesty) -> None:
    words = found.look.ctx.words
    finding = words.text("Of contracts given 80 %, four in five should have been renewed")
    with framed(words.text("Do the probabilities of renewal mean what they say?"), finding):
        bins = pl.DataFrame(list(honesty.bins)).filter(pl.col("cases") > 0)
        shown = bins.select(
            "cases", pl.col("expected").alias("predicted"), pl.col("share").alias("observed"), "lower", "upper"
        )
        drawn = calibration(shown, words=words, colours=found.look.ctx.colours)
        alt = words.text("Share of contracts that were renewed, by the probability they were given")
        show_chart(drawn, key="renewal_calibration", alt=alt, select=False)
        as_table(found.look, shown, "renewal_calibration")


def _features(found: Ahead, edition: Edition, model: Additive) -> None:
    words = found.look.ctx.words
    finding = words.text(
        "Each adds to or takes from the odds by itself, so that reasons are exact. Drift compares the contracts "
        "that fall due now with those learned from: below 0.1 nothing moved, from 0.25 on they are others."
    )
    with framed(words.text("What the forecast looks at"), finding):
        drift = found.scores.drift if found.scores else {}
        most = max((term.importance for term in model.terms), default=0.0) or 1.0
        by_name = {term.feature: term for term in model.terms}
        rows = [
            (
                words.text(FEATURES[name]),
                100 * by_name[name].importance / most,
                drift.get(name),
                _moved(words, drift.get(name)),
            )
            for name in edition.features
        ]
        st.dataframe(
            pl.DataFrame(
                rows,
                schema={"feature": pl.String, "weight": pl.Float64, "drift": pl.Float64, "moved": pl.String},
                orient="row",
            ),
            hide_index=True,
            column_config={
                "feature": st.column_config.TextColumn(words.text("Known of a contract")),
                "weight": st.column_config.ProgressColumn(
                    words.text("Weight"), width=110, format="%d%%", min_value=0, max_value=100,
                    help=words.text("How far it moves the odds on average, against the one that moves them most"),
                ),
                "drift": st.column_config.NumberColumn(words.text("Drift"), format="%.3f"),
                "moved": st.column_config.TextColumn(words.text("Since it was trained")),
            },
            placeholder=words.text("n/a"),
            height="content",
            key="forecast_features",
            lazy=False,
            alt=words.text("What the forecast looks at"),
        )  # fmt: skip
        if edition.left_out:
            st.caption(
                words.text(
                    "Not used, because it isn't recorded or was the same for all: {features}",
                    features=", ".join(words.text(FEATURES[name]) for name in edition.left_out),
                )
            )


def _moved(words: Words, drift: float | None) -> str:
    if drift is None:
        return words.text("n/a")
    if drift < MOVED:
        return "● " + words.text("as before")
    return "▲ " + (words.text("moved") if drift < ANOTHER else words.text("others than before"))
