"""
The list of contracts that fall due, as a table and as an Excel file.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import polars as pl
import streamlit as st

from dashboard.access import may_open
from dashboard.facts import FACTS
from dashboard.ui.export import Book, take_along, workbook
from dashboard.ui.falling_due import Ahead
from dashboard.ui.renewal_reasons import in_words
from dashboard.ui.tables import FEW, SHOWN
from dashboard.words import Words

_SHOWN: Final = (
    *("policy_id", "due_on", "premium_due", "probability", "premium_at_risk", "why", "contact_on", "reminded_on"),
    *("owner", "team_id", "branch_id", "product_line", "channel", "auto_renew", "tenure_years", "customer_id"),
)
# What a screen reader and a phone need no room for: the export has it.
_EXPORTED: Final = ("renewal_id", "days_left", *_SHOWN, "claims_last_year", "complaints_last_year")


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


def contracts_table(
    found: Ahead, rows: pl.DataFrame, owners: dict[str, str], *, columns: Collection[str] = _SHOWN
) -> None:
    """
    Draw the first thousand contracts, without what isn't recorded or may not be seen.

    Args:
        found: What falls due.
        rows: Those of it that are listed.
        owners: The names of agents, by id.
        columns: What is told of each.
    """
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
    may_look = may_open(found.look.ctx.viewer, "customer")
    # In whole units, which is how a list is read; the export has the cents.
    whole = pl.col("premium_due", "premium_at_risk").round(0)
    shown = (
        listed(found, rows.head(SHOWN), owners)
        .with_columns(whole, **(_linked() if may_look else {}))
        .select(
            name
            for name in columns
            if name not in personal | untold
            and (needs.get(name, name) in recorded or name in ("probability", "why"))
        )
    )
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            name: each for name, each in _columns(words, linked=may_look).items() if name in shown.columns
        },
        placeholder="–",
        height="content" if shown.height <= FEW else 460,
        key="renewals_ahead",
        lazy=False,
        alt=words.text("Unpaid contracts, those first on which most premium may be lost"),
    )


def _linked() -> dict[str, pl.Expr]:
    """
    Customers as links to all there is about them; whatever stands in a number stays within the link.
    """
    customer = pl.col("customer_id")
    address = customer.map_elements(lambda key: f"customer?customer={quote(key, safe='')}", return_dtype=pl.String)
    return {"customer_id": address}


def _columns(words: Words, *, linked: bool) -> dict[str, Any]:
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
        **(
            {"customer_id": config.LinkColumn(words.column("customer_id"), display_text=r"customer=(.*)$")}
            if linked
            else {}
        ),
    }


def export_button(found: Ahead, rows: pl.DataFrame, owners: dict[str, str], said: str) -> None:
    """
    Draw the button that takes all contracts of a list along.
    """
    take_along(
        found.look.ctx,
        partial(contracts_workbook, found, rows, owners, said),
        name="renewals_at_risk",
        day=found.today,
        key="export_renewals_ahead",
        is_off=not rows.height,
    )


def contracts_workbook(found: Ahead, rows: pl.DataFrame, owners: dict[str, str], said: str) -> Book:
    """
    Write a list to an Excel file that says which forecast and whose scope it is.
    """
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
