"""
The operational database looks like one: many tables, keyed, linked and indexed.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dashboard.demo.schema import metadata


def test_it_is_a_normalised_database_of_many_tables(small):
    """
    At least twenty tables, every one with a primary key, most with references to others.
    """
    inspector = sa.inspect(small.engine)
    tables = inspector.get_table_names()
    linked = [table for table in tables if inspector.get_foreign_keys(table)]

    assert len(tables) >= 20
    assert all(inspector.get_pk_constraint(table)["constrained_columns"] for table in tables)
    assert len(linked) >= 20


def test_every_reference_leads_somewhere(small):
    """
    No child without its parent, in any table.
    """
    assert small.ask("pragma foreign_key_check") == []


@pytest.mark.parametrize("table", [table.name for table in metadata.sorted_tables if "updated_at" in table.c])
def test_the_watermark_is_indexed(table, small):
    """
    Incremental reads find what has changed without reading the rest.
    """
    indexed = {columns["column_names"][0] for columns in sa.inspect(small.engine).get_indexes(table)}

    assert "updated_at" in indexed


def test_every_table_has_rows(small):
    """
    Even the smallest insurer has something of everything.
    """
    assert [table for table, rows in small.books.rows.items() if not rows] == []


def test_the_books_know_how_many_rows_there_are(small):
    """
    Rows as counted while loading are rows as counted by the database.
    """
    counted = {table: small.one(f"select count(*) from {table}") for table in small.books.rows}

    assert counted == small.books.rows
