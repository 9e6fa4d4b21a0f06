"""
The tables of the dashboard's own database.

A change to a table here needs a new `SCHEMA_VERSION` and a step in `database.py` that brings older ones up to it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

SCHEMA_VERSION = 2
# Characters a text of an annotation may have.
LONGEST = {"title": 80, "note": 500, "cause": 100, "product_line": 100, "branch_id": 100, "kpi": 100}
# Characters a text of the audit log may have; longer ones are cut with a mark.
AUDIT_LONGEST = {
    "who": 320,
    "role": 40,
    "scope": 12,
    "units": 400,
    "action": 20,
    "what": 200,
    "filters": 1_000,
    "version": 40,
}
# MySQL's own default is three bytes a character, which some names don't fit.
_UTF8: dict[str, Any] = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


class Instant(sa.types.TypeDecorator[datetime]):
    """
    A moment in UTC to the second, kept without its zone: the one form all databases keep alike.
    """

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """
        From a moment with a zone to what is stored.
        """
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None, microsecond=0)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """
        From what is stored to a moment in UTC.
        """
        return None if value is None else value.replace(tzinfo=UTC)


METADATA = sa.MetaData()

# Says that a database is ours, and of which make.
SCHEMA = sa.Table(
    "dashboard_schema",
    METADATA,
    sa.Column("schema_version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("applied_at", Instant, nullable=False),
    **_UTF8,
)

ANNOTATION = sa.Table(
    "annotation",
    METADATA,
    sa.Column("annotation_id", sa.Integer, primary_key=True),
    sa.Column("on_day", sa.Date, nullable=False),
    sa.Column("title", sa.String(LONGEST["title"]), nullable=False),
    *(sa.Column(name, sa.String(LONGEST[name])) for name in ("note", "cause", "product_line", "branch_id", "kpi")),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("created_by", sa.String(200), nullable=False),
    **_UTF8,
)

# The key sees to it that an annotation is withdrawn once, by whoever came first.
WITHDRAWAL = sa.Table(
    "annotation_withdrawal",
    METADATA,
    sa.Column("annotation_id", sa.ForeignKey(ANNOTATION.c.annotation_id), primary_key=True, autoincrement=False),
    sa.Column("withdrawn_at", Instant, nullable=False),
    sa.Column("withdrawn_by", sa.String(200), nullable=False),
    **_UTF8,
)

# No column tells a customer; an entry is never changed or deleted from here.
AUDIT_ENTRY = sa.Table(
    "audit_entry",
    METADATA,
    # SQLite numbers by itself only what it calls "integer".
    sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", Instant, nullable=False),
    *(sa.Column(name, sa.String(longest), nullable=False) for name, longest in AUDIT_LONGEST.items()),
    sa.Column("row_count", sa.BigInteger),
    sa.Index("audit_entry_at_who", "at", "who"),
    **_UTF8,
)

_REFUSAL = "an entry of the audit log is never changed or deleted"
_REFUSED_IN = {
    "sqlite": [
        f"create trigger audit_entry_no_{deed} before {deed} on audit_entry "
        f"begin select raise(abort, '{_REFUSAL}'); end"
        for deed in ("update", "delete")
    ]
    # `insert or replace` deletes without asking the trigger above.
    + [
        (
            "create trigger audit_entry_no_replace before insert on audit_entry "  # noqa: S608 - our own words
            "when exists (select 1 from audit_entry where entry_id = new.entry_id) "
            f"begin select raise(abort, '{_REFUSAL}'); end"
        )
    ],
    "postgresql": [
        (
            "create function audit_entry_stays() returns trigger language plpgsql as "
            f"$$ begin raise exception '{_REFUSAL}'; end $$"
        ),
        (
            "create trigger audit_entry_stays before update or delete or truncate on audit_entry "
            "for each statement execute function audit_entry_stays()"
        ),
    ],
}
for _dialect, _statements in _REFUSED_IN.items():
    for _statement in _statements:
        _ddl = sa.DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        sa.event.listen(AUDIT_ENTRY, "after_create", _ddl)
