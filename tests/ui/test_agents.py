"""
The page of agents: a team and a fair comparison, one agent beside it, and every figure the rows behind it.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import polars as pl
import pytest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.keeping import Action, AuditLog, Wanted
from dashboard.metrics.agent_measures import MEASURES
from dashboard.metrics.agent_rows import ROWS
from dashboard.metrics.agents import RATES
from dashboard.periods import Period
from dashboard.settings import AppSettings
from dashboard.ui.agent_measures import SPOKEN
from dashboard.ui.agent_rows import KPI_OF, rows_of_agent
from dashboard.ui.agents import counts_of
from dashboard.words import Words
from tests.ui.opening import opened, texts
from tests.ui.test_figures import figures

LEAD = Viewer("lead", Role.TEAM_LEAD, frozenset({"T15"}))
ANALYST = Viewer("analyst", Role.ANALYST)
ALL = Period()
WHOLE = {"period": "everything"}


def page(insurer, viewer=LEAD, **session):
    return opened(insurer.settings, "agents", viewer=viewer, **session)


def table(test, column: str) -> pl.DataFrame:
    return next(pl.from_pandas(each.value) for each in test.dataframe if column in each.value.columns)


def own_agents(insurer, viewer=LEAD) -> pl.DataFrame:
    return figures(insurer, viewer).reader.rows("agents").sort("agent_id").collect()


@pytest.fixture(scope="module")
def busiest(insurer) -> str:
    """
    The team's agent with the most complaints and policies, whose lists aren't empty.
    """
    counts = counts_of(figures(insurer, LEAD), (), ALL, "agent_id").filter(pl.col("standing") == "here")
    return str(counts.sort("complaints", "policies", "agent_id")["agent_id"][-1])


def test_every_measure_is_spoken_and_leads_to_rows():
    """
    A measure without words, or without rows behind it, would be a dead end.
    """
    assert set(SPOKEN) == set(MEASURES)
    assert set(KPI_OF) | set(ROWS) == set(MEASURES)
    assert not set(KPI_OF) & set(ROWS)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_figure_of_an_agent_is_the_sum_of_its_rows(insurer, busiest, measure):
    """
    What the profile counts is what a click on it lists, for whichever agent.
    """
    shown, words = figures(insurer, LEAD), (RATES[measure][0], RATES[measure][1])
    counts = counts_of(shown, (), ALL, "agent_id").filter(pl.col("agent_id") == busiest).row(0, named=True)
    if measure in ROWS:
        rows = rows_of_agent(shown, measure, ALL, busiest)
        assert rows["cases"].sum() == counts[words[0]]
        return
    listed = shown.rows(KPI_OF[measure], ALL, (), {"agent_id": busiest})
    expected = counts[words[0] if measure == "complaints_per_1000_sold" else words[1]]

    assert listed["cases"].sum() == expected
    assert expected > 0


def test_the_list_is_the_team_by_name(insurer):
    """
    Everybody under contract, once, nobody of another team, and in the order of their names: nobody is ranked.
    """
    agents = own_agents(insurer)
    listed = table(page(insurer), "licence_until_on")
    here = agents.filter(pl.col("left_on").is_null())

    assert listed["agent_id"].to_list() == sorted(
        f"{name} ({key})" for key, name in here.select("agent_id", "name").iter_rows()
    )
    assert listed.height > 1


def test_tiles_are_the_teams_counts(insurer):
    """
    Headcount, complaints and flags are the sums of the team's agents.
    """
    counts = counts_of(figures(insurer, LEAD), (), ALL, "agent_id")
    tiles = {each.label: each.value for each in page(insurer, **WHOLE).metric}

    assert tiles["Headcount"] == str(counts["headcount"].sum())
    rate = counts["complaints"].sum() / counts["policies"].sum() * 1000
    assert tiles["Complaints per 1,000"] == Words().figure(rate, "ratio")


def test_a_lead_is_held_against_the_company_and_sees_nobody_else(insurer):
    """
    The dots are the team's own; the expectation behind them is everybody's.
    """
    keys = set(own_agents(insurer)["agent_id"])
    test = page(insurer, **WHOLE)
    chart = json.loads(test.get("plotly_chart")[0].proto.spec)
    dots = {key[0] for trace in chart["data"] if trace.get("mode") == "markers" for key in trace["customdata"]}

    assert dots
    assert dots <= keys
    assert "by no more than chance" in texts(test)
    assert "Adjusted" in texts(test)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("by", ["agent_id", "team_id", "branch_id"])
def test_every_measure_can_be_compared(insurer, measure, by):
    """
    By agents, teams and branches; nothing fails, whatever there is too little of.
    """
    test = page(insurer, OPERATOR, measure=measure, compare_agents_by=by)

    assert not test.error


def test_a_selected_team_stands_out_among_all(insurer):
    """
    A filter narrows the list, and rings the team's dots among everybody's.
    """
    test = page(insurer, OPERATOR, team=["T15"], **WHOLE)
    chart = json.loads(test.get("plotly_chart")[0].proto.spec)
    others, own = (
        {key[0] for key in trace["customdata"]} for trace in chart["data"] if trace.get("mode") == "markers"
    )
    team = set(own_agents(insurer)["agent_id"])

    assert own <= team
    assert others
    assert not others & team
    assert {label.rpartition("(")[2].rstrip(")") for label in table(test, "licence_until_on")["agent_id"]} <= team


def test_an_agent_opens_at_their_own_profile(insurer, busiest):
    """
    Without a choice of anybody; another's id in the address changes nothing.
    """
    other = next(key for key in own_agents(insurer)["agent_id"] if key != busiest)
    viewer = Viewer("self", Role.AGENT, frozenset({busiest}))
    test = page(insurer, viewer, agent=other)
    said = texts(test)

    assert busiest in said
    assert other not in said
    assert "Look at" not in {each.label for each in test.selectbox}
    assert "team" not in table(test, "verdict").columns
    assert "fewer than five agents" in said


def test_a_profile_lists_what_waits(insurer, busiest):
    """
    The agent's open complaints, contracts due, suspended policies and trainings: theirs, and as many as it says.
    """
    test = page(insurer, agent=busiest)
    reader = figures(insurer, LEAD).reader
    said = texts(test)
    own = {
        fact: set(reader.rows(fact).filter(agent_id=busiest).collect()[key])
        for fact, key in (("complaints", "complaint_id"), ("renewals", "policy_id"))
    }
    due = table(test, "premium_due")

    assert set(due["policy_id"]) <= own["renewals"]
    assert f"{due.height} contracts fall due" in said
    for each in test.dataframe:
        if "time_left" in each.value.columns:
            assert set(each.value["complaint_id"]) <= own["complaints"]
            assert f"{len(each.value)} open complaints" in said
    trainings = reader.rows("trainings").filter(agent_id=busiest).collect()
    assert set(table(test, "course")["course"]) <= set(trainings["course"])


def test_an_open_complaint_stands_beside_the_chart_of_complaints(insurer):
    """
    An agent with an open complaint: its list is drawn on the same page as the months of complaints.
    """
    reader = figures(insurer, OPERATOR).reader
    never = [pl.col(name).is_null() for name in ("decided_at", "closed_at", "withdrawn_at", "agent_id")]
    waiting = reader.rows("complaints").filter(*never[:3], ~never[3]).sort("complaint_id").collect()
    agent = waiting["agent_id"][-1]
    test = page(insurer, Viewer("self", Role.AGENT, frozenset({agent})))

    assert waiting["complaint_id"][-1] in set(table(test, "time_left")["complaint_id"])
    assert not test.error


def test_the_profiles_figures_are_the_counts(insurer, busiest):
    """
    What the table says each figure rests on is what was counted in the period.
    """
    shown = table(page(insurer, agent=busiest, **WHOLE), "verdict")
    counts = counts_of(figures(insurer, LEAD), (), ALL, "agent_id").filter(pl.col("agent_id") == busiest)
    row, words = counts.row(0, named=True), Words()
    kinds = {name: "of" if measure.kind == "rate" else "against" for name, measure in MEASURES.items()}

    assert shown["counts"].to_list() == [
        f"{words.count(row[RATES[name][0]])} {kinds[name]} {words.count(row[RATES[name][1]])}" for name in MEASURES
    ]


def test_names_are_hidden_where_a_role_sees_none(insurer):
    """
    An analyst compares ids: no agent's name is on the page, nor on the sheet.
    """
    names = set(own_agents(insurer, OPERATOR)["name"])
    key = own_agents(insurer)["agent_id"][0]
    for session in ({}, {"agent": key}, {"agent": key, "view": "sheet"}):
        test = page(insurer, ANALYST, **session)
        said = texts(test) + "".join(each.value.to_csv() for each in test.dataframe)
        said += "".join(str(each.proto) for kind in ("plotly_chart", "html") for each in test.get(kind))

        assert not test.error
        assert [name for name in names if name in said] == []


def test_an_unknown_agent_in_the_address_is_nobody(insurer):
    """
    Another team's agent, or one who never was: the team's own view.
    """
    foreign = own_agents(insurer, OPERATOR).filter(pl.col("team_id") != "T15")["agent_id"][0]
    for key in (foreign, "**HARM** <script>"):
        test = page(insurer, agent=key)

        assert key not in texts(test)
        assert table(test, "licence_until_on").height


def test_the_sheet_says_what_the_profile_says(insurer, busiest):
    """
    The same counts, the scope and the day in its foot, and lines to write on.
    """
    shown = table(page(insurer, agent=busiest), "verdict")
    test = page(insurer, agent=busiest, view="sheet")
    written = "".join(each.proto.body for each in test.get("html"))

    assert all(f">{counts}<" in written for counts in shown["counts"])
    assert LEAD.scope in written
    assert written.count('class="line"') == 3


def test_without_sources_it_says_so(insurer):
    """
    A viewer of no unit sees no team; the page stands and says why there is nothing.
    """
    test = page(insurer, Viewer("nobody", Role.TEAM_LEAD, frozenset({"gone"})), **WHOLE)

    assert not test.error
    assert "part of the organisation that you may see" in texts(test)
    assert "Headcount: 0" in texts(test)
    assert "Complaints per 1,000: n/a" in texts(test)
    assert "nan" not in texts(test).lower().split()


@pytest.mark.parametrize("session", [{}, {"view": "profile"}, {"view": "sheet"}], ids=["team", "profile", "sheet"])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_is_drawn_in_both_languages(insurer, busiest, language, session):
    """
    Nothing failed, nothing is blank.
    """
    test = opened(
        insurer.settings,
        "agents",
        viewer=LEAD,
        language=language,
        **session,
        **({"agent": busiest} if session else {}),
    )

    assert not test.error
    assert "None" not in texts(test)
    assert "nan" not in texts(test).lower().split()


@pytest.fixture
def audited(insurer, tmp_path):
    """
    The insurer's settings with a database of the dashboard's own that nobody else uses.
    """
    app = AppSettings(database=f"sqlite:///{tmp_path / 'app.db'}")
    return insurer.settings.model_copy(update={"app": app})


def looked_at(settings) -> list[str]:
    found = AuditLog(settings.app).entries(OPERATOR, Wanted(action=Action.CASE), limit=99)
    return [each.deed.what for each in found]


def test_whoever_looks_at_an_agent_is_entered_once(audited, busiest):
    """
    Once for as long as they stay; an agent who looks at themselves isn't.
    """
    test = opened(audited, "agents", viewer=LEAD, agent=busiest)
    test.run(timeout=120)
    opened(audited, "agents", viewer=Viewer("self", Role.AGENT, frozenset({busiest})))

    assert looked_at(audited) == [f"Agent {busiest}"]


def test_an_agent_who_cannot_be_entered_is_not_shown(audited, busiest):
    """
    Where the log can't be written the page says so, and of the agent nothing.
    """
    looked_at(audited)
    file = audited.app.database.get_secret_value().removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as broken:
        broken.execute("drop table audit_entry")
    test = opened(audited, "agents", viewer=LEAD, agent=busiest)

    assert [each.value for each in test.error if "the log can't be" in each.value]
    assert "Beside the team and all" not in texts(test)
