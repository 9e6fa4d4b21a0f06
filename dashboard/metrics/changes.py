"""
What changed since yesterday? Two versions of the complaints, each judged on its own day, compared row by row.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from dashboard.facts import Kind
from dashboard.metrics.as_of import UPDATED
from dashboard.metrics.complaints import COMPLAINTS, may_be_open
from dashboard.metrics.judging import Values
from dashboard.metrics.terms import Terms, end_of

# In the order in which somebody wants to know of them.
KINDS: Final = (
    *("newly_overdue", "newly_received", "reopened", "open_again", "regraded", "extended", "due_moved"),
    *("answered", "withdrawn", "set_aside", "record_corrected", "vanished"),
)

# What is true of a complaint from its receipt on: another value later is a correction. Who handles it, what is
# thought to be its cause and how grave it is may change in the course of things.
CORRECTED: Final = (
    *(column.name for column in COMPLAINTS.columns if column.kind is Kind.INSTANT and column.name != UPDATED),
    *("customer_id", "policy_id", "product_line", "channel", "source", "initial_grade"),
)

# What a list of changes shows of the complaint.
SHOWN: Final = ("grade", "category", "branch_id", "team_id", "received_on", "due_on", "is_open", "cases")

_READ: Final = (
    *(
        "is_counted",
        "is_answered",
        "is_overdue",
        "stop_kind",
        "extension_void",
        "extension_days",
        "reopened_of_id",
    ),
    *SHOWN,
    *CORRECTED,
)

_SCHEMA: Final = {
    "complaint_id": pl.String(),
    "kind": pl.String(),
    "column": pl.String(),
    "was": pl.String(),
    "now": pl.String(),
    "grade": pl.String(),
    "category": pl.String(),
    "branch_id": pl.String(),
    "team_id": pl.String(),
    "received_on": pl.Date(),
    "due_on": pl.Date(),
    "is_open": pl.Boolean(),
    "cases": pl.Int64(),
}


def changes(before: pl.LazyFrame, after: pl.LazyFrame) -> pl.DataFrame:
    """
    List what became of complaints between two states of the books.

    A complaint is absent, set aside (merged, invalid, in the wrong order), open, answered or withdrawn. One that
    wasn't there and is answered is both newly received and answered. Seen by one branch, a complaint that was
    moved to another vanishes; so does one older than the history that is loaded.

    Args:
        before: Rows of the older version, judged on its last day.
        after: Rows of the newer one, judged on its own.

    Returns:
        One row per complaint and change, by kind in the order of `KINDS`, then by complaint: `complaint_id`,
        `kind`, `column` (what changed, where it is one thing), `was`, `now` (its values as text: codes, days as
        ISO, instants as ISO in UTC), and of the newer state, or else of the older, the columns `SHOWN`. The kinds:
        `newly_overdue`; `newly_received` (not set aside); `reopened` (it names the one it is about again, and
        didn't, or wasn't there); `open_again` (after an answer, a withdrawal or being set aside); `regraded`;
        `extended` (later due with an extension that counts, of more days than before); `due_moved` (for any other
        reason); `answered`; `withdrawn`; `set_aside`; `record_corrected` (a value of `CORRECTED` was replaced or
        taken back, one row per column); `vanished` (not there, and wasn't set aside).
    """
    return changes_among(changed_pairs(before, after))


def changed_pairs(before: pl.LazyFrame, after: pl.LazyFrame) -> pl.DataFrame:
    """
    Pair what was and what is of each complaint that isn't the same in all that `changes` reads.

    Args:
        before: As for `changes`.
        after: As for `changes`.
    """
    return (
        _side(before, "was")
        .join(_side(after, "now"), on="complaint_id", how="full", coalesce=True)
        # Of most complaints nothing changed; they needn't be looked at a dozen times.
        .filter(
            pl.any_horizontal(pl.col(f"was.{name}").ne_missing(pl.col(f"now.{name}")) for name in ("here", *_READ))
        )
        .collect()
    )


def changes_among(pairs: pl.DataFrame, values: Values = ()) -> pl.DataFrame:
    """
    List the changes of `changed_pairs`, as `changes` does, as they look to who sees some complaints only.

    Args:
        pairs: As `changed_pairs` gives them.
        values: Only the complaints with one of the values in each column, of those that `changes` reads: one that
            came to have them is newly there, one that lost them vanishes.
    """
    for side in ("was", "now") if values else ():
        is_seen = pl.all_horizontal(pl.col(f"{side}.{column}").is_in(list(allowed)) for column, allowed in values)
        pairs = pairs.with_columns(pl.when(is_seen).then(pl.col(f"^{side}\\..*$")))
    found = [pairs.filter(happened).select(_row(kind, column)) for kind, column, happened in _happenings()]
    order = pl.col("kind").replace_strict(list(KINDS), range(len(KINDS)), return_dtype=pl.Int64)
    return pl.concat([pl.DataFrame(schema=_SCHEMA), *found]).sort(order, "complaint_id", "column")


def may_have_changed(before: pl.LazyFrame, after: pl.LazyFrame, older: Terms, newer: Terms) -> pl.DataFrame:
    """
    The complaints that can differ between two states of the books: few of all, found without judging any.

    They are recorded differently, or something happened to them between the two days, or they are open.

    Args:
        before: Rows of the complaints fact, of the older version.
        after: Those of the newer one; the very same frame where there is but one version.
        older: On which the older ones will be judged.
        newer: On which the newer ones will be.

    Returns:
        Their `complaint_id`, each once.
    """
    since, until = (pl.lit(end_of(terms.as_of, terms.zone)) for terms in (older, newer))
    instants = [column.name for column in COMPLAINTS.columns if column.kind is Kind.INSTANT]
    happened = pl.any_horizontal((pl.col(name) >= since) & (pl.col(name) < until) for name in instants)
    ids = [after.filter(may_be_open(older) | happened).select("complaint_id")]
    if before is not after:
        ids += _recorded_differently(before, after)
    return pl.concat(pl.collect_all(ids)).unique()


def _recorded_differently(before: pl.LazyFrame, after: pl.LazyFrame) -> list[pl.LazyFrame]:
    """
    The complaints of either version that aren't, the same in all columns, in the other.
    """
    whole = pl.struct(pl.exclude("complaint_id", UPDATED)).hash().alias("_whole")
    sides = [side.select("complaint_id", whole) for side in (before, after)]
    pairs = (sides, sides[::-1])
    return [
        one.join(other, on=["complaint_id", "_whole"], how="anti").select("complaint_id") for one, other in pairs
    ]


def seen_on(complaints: pl.LazyFrame, today: date) -> pl.LazyFrame:
    """
    Call overdue what a working list of that day does: open, and due on a day before it. The day isn't over.

    Args:
        complaints: Rows that `complaints.judged` has judged with `as_of` that day.
        today: The day under way.
    """
    return complaints.with_columns(is_overdue=pl.col("is_open") & (pl.col("due_on") < today))


def _side(complaints: pl.LazyFrame, prefix: str) -> pl.LazyFrame:
    return complaints.select(
        "complaint_id",
        pl.lit(value=True).alias(f"{prefix}.here"),
        *[pl.col(name).alias(f"{prefix}.{name}") for name in _READ],
    )


def _happenings() -> list[tuple[str, str | None, pl.Expr]]:
    """
    Each kind of change with the column it is about and when it happened.
    """
    before, after = _State("was"), _State("now")
    both = before.is_here & after.is_here
    is_later = pl.col("now.due_on") > pl.col("was.due_on")
    more_days = pl.col("now.extension_days") > pl.col("was.extension_days").fill_null(0)
    extended = both & is_later & more_days.fill_null(value=False) & ~pl.col("now.extension_void")
    due_changed = both & pl.col("now.due_on").ne_missing(pl.col("was.due_on"))
    names_another = after.is_counted & pl.col("now.reopened_of_id").is_not_null()
    return [
        ("newly_overdue", None, after.is_overdue & ~before.is_overdue),
        ("newly_received", None, ~before.is_here & after.is_counted),
        ("reopened", "reopened_of_id", names_another & pl.col("was.reopened_of_id").is_null()),
        ("open_again", None, after.is_open & before.is_here & ~before.is_open),
        ("regraded", "grade", both & pl.col("now.grade").ne_missing(pl.col("was.grade"))),
        ("extended", "due_on", extended),
        ("due_moved", "due_on", due_changed & ~extended.fill_null(value=False)),
        ("answered", None, after.is_answered & ~before.is_answered),
        ("withdrawn", None, after.is_withdrawn & ~before.is_withdrawn),
        ("set_aside", None, before.is_counted & after.is_here & ~after.is_counted),
        *[
            ("record_corrected", name, both & pl.col(f"was.{name}").is_not_null() & _differs(name))
            for name in CORRECTED
        ],
        ("vanished", None, before.is_counted & ~after.is_here),
    ]


class _State:
    """
    What a complaint was in one of both versions; of one that isn't there nothing is true.
    """

    def __init__(self, prefix: str) -> None:
        def holds(name: str) -> pl.Expr:
            return pl.col(f"{prefix}.{name}").fill_null(value=False)

        self.is_here, self.is_counted, self.is_open = holds("here"), holds("is_counted"), holds("is_open")
        self.is_answered, self.is_overdue = holds("is_answered"), holds("is_overdue")
        is_withdrawn = (pl.col(f"{prefix}.stop_kind") == "withdrawn").fill_null(value=False)
        self.is_withdrawn = self.is_counted & is_withdrawn


def _differs(name: str) -> pl.Expr:
    return pl.col(f"now.{name}").ne_missing(pl.col(f"was.{name}"))


def _row(kind: str, column: str | None) -> list[pl.Expr]:
    nothing = pl.lit(None, pl.String)
    shown = [
        pl.when(pl.col("now.here")).then(pl.col(f"now.{name}")).otherwise(pl.col(f"was.{name}")).alias(name)
        for name in SHOWN
    ]
    return [
        pl.col("complaint_id"),
        pl.lit(kind).alias("kind"),
        (pl.lit(column) if column else nothing).alias("column"),
        (_text(f"was.{column}", column) if column else nothing).alias("was"),
        (_text(f"now.{column}", column) if column else nothing).alias("now"),
        *[each.cast(_SCHEMA[name]) for name, each in zip(SHOWN, shown, strict=True)],
    ]


def _text(name: str, column: str) -> pl.Expr:
    if column in COMPLAINTS.by_name and COMPLAINTS.by_name[column].kind is Kind.INSTANT:
        return pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return pl.col(name).cast(pl.String)
