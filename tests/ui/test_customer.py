"""
The page of one customer: found by any number, only by whom they belong to, never without an entry in the log.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import polars as pl
import pytest
import streamlit as st

from dashboard.access import OPERATOR, RIGHTS, Role, Viewer, may_open
from dashboard.keeping import Action, AuditLog, Wanted
from dashboard.reader import Reader
from dashboard.settings import AppSettings
from dashboard.snapshot import Snapshot, Version
from dashboard.ui import customer_rows
from tests.ui.opening import opened, texts
from tests.ui.test_hostile import RAW, read_as_markdown
from tests.ui.test_roles import context
from tests.ui.test_scopes import foreign, named
from tests.ui.test_tampering import PILE

__all__ = ["foreign"]

LEAD = Viewer("lead", Role.TEAM_LEAD, frozenset({"T15"}))
COMPLIANCE = Viewer("compliance", Role.COMPLIANCE)
GONE = "This customer isn't in the data, or not in the part of it that you may see."
LINK = "Everything about this customer"


@pytest.fixture
def settings(insurer, tmp_path):
    """
    The insurer's settings with an audit log that nobody else uses.
    """
    app = AppSettings(database=f"sqlite:///{tmp_path / 'app.db'}")
    return insurer.settings.model_copy(update={"app": app})


@pytest.fixture(scope="module")
def busy(insurer) -> dict[str, str]:
    """
    A customer of the lead's team with an open complaint, and the numbers by which they can be found.
    """
    return numbers_of(insurer, LEAD)


def rows(insurer, fact: str, viewer=OPERATOR) -> pl.DataFrame:
    return Reader(Snapshot(insurer.settings.snapshot).current(), viewer).rows(fact).collect()


def numbers_of(insurer, viewer) -> dict[str, str]:
    own = set(rows(insurer, "customers", viewer)["customer_id"])
    complaints = rows(insurer, "complaints", viewer).filter(
        pl.col("decided_at").is_null(), pl.col("closed_at").is_null(), pl.col("withdrawn_at").is_null()
    )
    waiting = complaints.filter(pl.col("customer_id").is_in(own), pl.col("policy_id").is_not_null())
    case = waiting.sort("received_at", "complaint_id").row(-1, named=True)
    return {key: case[key] for key in ("customer_id", "policy_id", "complaint_id")}


def page(settings, asked="", viewer=LEAD, **session):
    return opened(settings, "customer", viewer=viewer, address={"customer": asked}, **session)


def entries(settings) -> list:
    return [each.deed for each in AuditLog(settings.app).entries(OPERATOR, Wanted(action=Action.CASE), limit=99)]


def table(test, column: str) -> pl.DataFrame:
    return next(pl.from_pandas(each.value) for each in test.dataframe if column in each.value.columns)


def test_roles_that_see_no_persons_have_no_page_of_one():
    """
    Of a customer without number and name nothing is left to be shown.
    """
    for role, rights in RIGHTS.items():
        assert may_open(Viewer("x", role, frozenset({"x"}) if rights.bound_by else frozenset()), "customer") is (
            rights.personal
        )
        assert rights.personal or not rights.finds_names


@pytest.mark.parametrize("by", ["customer_id", "policy_id", "complaint_id"])
def test_a_customer_is_found_by_any_number(insurer, settings, busy, by):
    """
    Their own, a policy's, a complaint's; a claim's in the test of claims. What is owed stands first.
    """
    test = page(settings, busy[by])
    promises = table(test, "promise")

    assert busy["customer_id"] in named(test)
    assert not test.error
    assert busy["complaint_id"] in promises["number"].to_list()
    assert [each.value for each in test.subheader][1].endswith(("open promise", "open promises"))


def test_a_claims_number_finds_whose_it_is(insurer, settings):
    """
    And lists the claim among the customer's.
    """
    own = set(rows(insurer, "customers", LEAD)["customer_id"])
    claim = rows(insurer, "claims", LEAD).filter(pl.col("customer_id").is_in(own)).row(0, named=True)
    test = page(settings, claim["claim_id"])

    assert claim["customer_id"] in named(test)
    assert claim["claim_id"] in table(test, "amount_claimed")["claim_id"].to_list()


@pytest.mark.parametrize("by", ["customer_id", "policy_id", "complaint_id"])
def test_somebody_elses_number_says_what_an_unknown_one_says(insurer, settings, by):
    """
    Word for word, whether or not it exists.
    """
    other = numbers_of(insurer, Viewer("other", Role.TEAM_LEAD, frozenset({"T02"})))[by]
    test = page(settings, other)

    assert texts(test) == texts(page(settings, "no such number"))
    assert GONE in texts(test)
    assert not test.dataframe


def test_nothing_of_others_is_on_a_customers_page(settings, busy, foreign):
    """
    Not a case, a person or a unit that isn't the lead's own.
    """
    assert named(page(settings, busy["customer_id"])) & foreign["team_id", "T15"] == set()


def test_a_contract_of_ones_own_does_not_open_somebody_elses_customer(insurer, settings):
    """
    Who sold a policy and handed the customer over sees the policy in lists, and the customer no more.
    """
    customers = rows(insurer, "customers").select("customer_id", now="agent_id")
    handed = (
        rows(insurer, "policies").join(customers, on="customer_id").filter(pl.col("agent_id") != pl.col("now"))
    )
    policy = handed.sort("policy_id").row(0, named=True)
    seller = Viewer("seller", Role.AGENT, frozenset({policy["agent_id"]}))
    successor = Viewer("successor", Role.AGENT, frozenset({policy["now"]}))

    assert GONE in texts(page(settings, policy["policy_id"], viewer=seller))
    assert policy["customer_id"] in named(page(settings, policy["customer_id"], viewer=successor))


def test_every_look_is_entered_found_or_not(settings, busy):
    """
    Before anything is shown; the customer by their id, whatever number was asked for.
    """
    page(settings, busy["policy_id"])
    page(settings, "no such number")

    assert [(deed.what, deed.who) for deed in entries(settings)] == [
        ("Customer no such number", LEAD.name),
        (f"Customer {busy['customer_id']}", LEAD.name),
    ]


def test_drawn_again_it_is_the_same_look(settings, busy):
    """
    One entry until another customer is looked for.
    """
    page(settings, busy["customer_id"]).run(timeout=120)

    assert len(entries(settings)) == 1


def test_what_cannot_be_entered_is_not_shown(settings, busy):
    """
    Nothing of the customer, and why.
    """
    entries(settings)
    with closing(sqlite3.connect(settings.app.database.get_secret_value().removeprefix("sqlite:///"))) as broken:
        broken.execute("drop table audit_entry")
    test = page(settings, busy["customer_id"])

    assert [each.value for each in test.error if "the log can't be" in each.value]
    assert not test.dataframe
    assert busy["customer_id"] not in texts(test)


def test_a_name_is_looked_for_by_roles_that_may(insurer, settings, busy):
    """
    Within their own customers, entered with how many were found; a role that may not finds nothing by it.
    """
    name = rows(insurer, "customers", LEAD).filter(customer_id=busy["customer_id"])["name"].item()
    alike = rows(insurer, "customers", LEAD).filter(name=name).height
    test = page(settings, name)

    assert table(test, "segment").height == alike
    assert [(deed.what, deed.row_count) for deed in entries(settings)] == [(f"Customers named {name}", alike)]
    assert GONE in texts(page(settings, name, viewer=OPERATOR))
    assert not RIGHTS[Role.ADMIN].finds_names


def test_before_anybody_is_looked_for_who_waits_is_listed(insurer, settings):
    """
    Each customer once, with the complaint that presses most; nothing is entered as a look at anybody.
    """
    listed = table(page(settings), "complaint_id")
    open_ones = rows(insurer, "complaints", LEAD).filter(pl.col("decided_at").is_null())

    assert listed.height
    assert listed["customer_id"].is_unique().all()
    assert set(listed["complaint_id"]) <= set(open_ones["complaint_id"])
    assert entries(settings) == []


@pytest.mark.parametrize("harm", PILE)
def test_a_hostile_address_finds_nobody(settings, harm):
    """
    Whoever writes it into the address, or asks for megabytes: the page stands and reads none of it as markup.
    """
    test = page(settings, PILE[harm] * (100_000 if harm == "html" else 1), viewer=COMPLIANCE)

    assert not test.error
    for body in read_as_markdown(test):
        assert [raw for raw in (*RAW, "onerror", "drop table") if raw in body] == []


def test_a_case_leads_to_its_customer(insurer, settings, busy):
    """
    For whoever sees persons; an analyst sees the case and no way to anybody.
    """
    case = {"case": busy["complaint_id"]}

    assert LINK in texts(opened(settings, "complaint_deadlines", viewer=LEAD, **case))
    assert LINK not in texts(opened(settings, "complaint_deadlines", viewer=Viewer("a", Role.ANALYST), **case))


def test_a_case_opens_on_the_page(settings, busy):
    """
    From a list of the customer's: its dialog, with its own entry.
    """
    test = page(settings, busy["customer_id"], case=busy["complaint_id"])

    assert "Why it is due on" in texts(test)
    assert f"Complaint {busy['complaint_id']}" in [deed.what for deed in entries(settings)]


@pytest.fixture
def source(insurer, settings, tmp_path):
    """
    The settings of a server whose screens aren't pinned, with an operational database of its own to be changed.
    """
    file = tmp_path / "demo.db"
    shutil.copy(insurer.file.parent / "demo.db", file)
    core = settings.sources["core"].model_copy(update={"url": type(settings.app.database)(f"sqlite:///{file}")})
    business = settings.business.model_copy(update={"as_of": None})
    st.cache_resource.clear()
    yield settings.model_copy(update={"sources": {"core": core}, "business": business}), file
    st.cache_resource.clear()


def change(file, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement, values)


def test_what_the_source_says_now_is_shown_and_said(source, busy):
    """
    A name changed since the last refresh is the one on the page, with the time at which the source was asked.
    """
    settings, file = source
    change(file, "update customer set full_name = ? where customer_no = ?", "新名字", busy["customer_id"])
    test = page(settings, busy["customer_id"])

    assert "新名字" in test.subheader[0].value
    assert "live" in texts(test)
    assert "from the snapshot of" in texts(test)


def test_a_customer_who_went_to_another_team_is_gone_at_once(insurer, source, busy):
    """
    What the source says now is narrowed by the same rules as the snapshot.
    """
    settings, file = source
    agents = rows(insurer, "agents")
    stranger = agents.filter(pl.col("team_id") == "T02")["agent_id"][0]
    change(file, "update customer set agent_no = ? where customer_no = ?", stranger, busy["customer_id"])
    test = page(settings, busy["customer_id"])

    assert GONE in texts(test)
    assert not test.dataframe


def test_a_source_that_does_not_answer_leaves_the_snapshot(source, busy):
    """
    The page stands, and says of when its rows are.
    """
    settings, file = source
    file.unlink()
    test = page(settings, busy["customer_id"])

    assert busy["customer_id"] in named(test)
    assert not test.error
    assert "live" not in texts(test)
    assert "from the snapshot of" in texts(test)


def test_nothing_is_asked_of_sources_where_the_operator_says_so(source, busy):
    """
    `live.facts = []`: what changed since isn't there.
    """
    settings, file = source
    change(file, "update customer set full_name = ? where customer_no = ?", "新名字", busy["customer_id"])
    quiet = settings.model_copy(update={"live": settings.live.model_copy(update={"facts": ()})})

    assert "新名字" not in page(quiet, busy["customer_id"]).subheader[0].value


def test_a_large_fact_is_read_where_the_customer_lies(settings, busy, monkeypatch):
    """
    What it shows is what reading everything shows, and a stranger's number still finds nobody.
    """
    whole = page(settings, busy["customer_id"])
    monkeypatch.setattr(customer_rows, "LARGE", 0)
    st.cache_resource.clear()
    found = page(settings, busy["customer_id"])
    other = page(settings, busy["customer_id"], viewer=Viewer("other", Role.TEAM_LEAD, frozenset({"T02"})))

    assert texts(found) == texts(whole)
    assert [each.value.to_csv() for each in found.dataframe] == [each.value.to_csv() for each in whole.dataframe]
    assert GONE in texts(other)


def test_without_customers_of_its_own_a_source_knows_them_by_their_cases(insurer, busy):
    """
    Whoever has a case is found by their number and shown with what there is; nobody else is.
    """
    whole = Snapshot(insurer.settings.snapshot).current()
    facts = {name: state for name, state in whole.facts.items() if name != "customers"}
    version = Version(-1, facts, whole.path, whole.storage_options)
    look = customer_rows.look_at_nobody(replace(context(insurer, LEAD), reader=Reader(version, LEAD)))
    keys = {asked: customer_rows.found_by_number(look.figures, asked) for asked in (*busy.values(), "nobody")}
    found = customer_rows.customer_of(look, keys[busy["complaint_id"]])

    assert {keys[number] for number in busy.values()} == {busy["customer_id"]}
    assert busy["complaint_id"] in found.rows["complaints"]["complaint_id"]
    assert found.who["name"] is None
    assert customer_rows.customer_of(look, keys["nobody"]) is None
