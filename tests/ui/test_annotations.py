"""
Events on a page: drawn for who may see them, entered by who may, and missed aloud when they can't be read.
"""

from __future__ import annotations

import json
from datetime import date

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.keeping import Annotations, Concerns
from dashboard.settings import AppSettings
from tests.insurer import AS_OF
from tests.ui.opening import run_once

SENT = "Wording <b>sent</b> ![x](y)"


def page(settings, viewer, language):
    """
    A page of one trend and the panel of events; run by Streamlit, so everything it needs is imported within.
    """
    from dashboard.charts.theme import LIGHT
    from dashboard.deadlines import rules_in_force
    from dashboard.reader import Reader
    from dashboard.snapshot import Snapshot
    from dashboard.ui.annotations import annotate
    from dashboard.ui.context import Context
    from dashboard.ui.page import look
    from dashboard.ui.trends import trend_panel
    from dashboard.words import Words

    reader = Reader(Snapshot(settings.snapshot).current(), viewer)
    rules, day = rules_in_force(settings), settings.business.as_of
    ctx = Context(settings, Words(language), LIGHT, viewer, reader, day, rules, print)
    complaints = look(ctx, "complaints")
    trend_panel(complaints, "complaint_on_time_rate")
    annotate(complaints)


@pytest.fixture
def settings(insurer, tmp_path):
    """
    The made-up insurer with an empty database of the dashboard's own.
    """
    own = AppSettings(database=SecretStr(f"sqlite:///{tmp_path / 'app.db'}"))
    return insurer.settings.model_copy(update={"app": own})


def opened(settings, viewer=OPERATOR, language="en", **session) -> AppTest:
    return run_once(page, {"settings": settings, "viewer": viewer, "language": language}, session)


def drawn(test: AppTest) -> list[str]:
    """
    The labels of the chart's flags.
    """
    (chart,) = test.get("plotly_chart")
    return [
        each["text"]
        for each in json.loads(chart.proto.spec)["layout"].get("annotations", [])
        if "hovertext" in each
    ]


def labels(test: AppTest) -> set[str]:
    return {each.label for each in [*test.button, *test.text_input, *test.selectbox]}


def test_an_executive_gets_the_list_and_no_form(settings):
    """
    They see what happened, and no field or button to say otherwise.
    """
    Annotations(settings.app).add(OPERATOR, AS_OF, SENT)
    test = opened(settings, Viewer("Chen", Role.EXECUTIVE))

    assert drawn(test) == ["Wording &lt;b&gt;sent&lt;/b&gt; ![x](…"]
    assert list(test.dataframe[-1].value["What happened"]) == [SENT]
    assert labels(test).isdisjoint({"Add the event", "What happened", "Withdraw the event", "Event"})
    assert not any(SENT in each.value for each in [*test.markdown, *test.caption])


def test_an_officer_adds_an_event_and_the_chart_shows_it(settings):
    """
    Day, title, note and what it concerns are kept under the officer's name; the flag is there at once.
    """
    officer = Viewer("Wang Li", Role.COMPLIANCE)
    test = opened(settings, officer)
    assert drawn(test) == []
    test.date_input(key="annotate_day").set_value(date(2026, 3, 12))
    test.text_input(key="annotate_title").set_value("Sent")
    test.text_area(key="annotate_note").set_value("By letter")
    test.selectbox(key="annotate_branch_id").set_value("B01")
    test.button(key="annotate_add").click().run(timeout=30)
    (made,) = Annotations(settings.app).all(officer)

    assert drawn(test) == ["Sent"]
    assert [test.text_input(key="annotate_title").value, test.selectbox(key="annotate_branch_id").value] == [
        "",
        None,
    ]
    assert (made.on_day, made.title, made.note) == (date(2026, 3, 12), "Sent", "By letter")
    assert (made.concerns, made.created_by) == (Concerns(branch_id="B01"), "Wang Li")


@pytest.mark.parametrize(("title", "kept"), [("", 0), (" ", 0), ("a\tb", 0), ("ab", 1)])
def test_what_cannot_be_kept_is_said_in_the_form(settings, title, kept):
    """
    In the reader's language, and nothing is kept.
    """
    test = opened(settings)
    test.text_input(key="annotate_title").set_value(title)
    test.button(key="annotate_add").click().run(timeout=30)

    assert len(test.error) == 1 - kept
    assert test.text_input(key="annotate_title").value == ("" if kept else title)
    assert len(Annotations(settings.app).all(OPERATOR)) == kept


def test_a_withdrawn_event_leaves_the_chart(settings):
    """
    Chosen, withdrawn, gone from chart and list; kept with who did it.
    """
    notes = Annotations(settings.app)
    made = notes.add(OPERATOR, AS_OF, "Sent")
    test = opened(settings)
    assert drawn(test) == ["Sent"]
    test.selectbox(key="withdraw_event").set_value(made.annotation_id).run(timeout=30)
    test.button(key="withdraw").click().run(timeout=30)

    assert drawn(test) == []
    assert notes.all(OPERATOR) == []
    assert notes.all(OPERATOR, withdrawn=True)[0].withdrawn_by == "operator"


def test_what_is_remembered_for_one_viewer_is_not_shown_to_another(settings):
    """
    Two branches' managers and their company, one after the other on the same server.
    """
    for branch in ("B01", "B02"):
        Annotations(settings.app).add(OPERATOR, AS_OF, branch, concerns=Concerns(branch_id=branch))
    managers = [Viewer("m", Role.BRANCH_MANAGER, frozenset({branch})) for branch in ("B01", "B02")]

    assert [drawn(opened(settings, viewer)) for viewer in (*managers, OPERATOR)] == [["B01"], ["B02"], ["B01 +1"]]


def test_what_is_filtered_away_or_about_another_figure_is_not_drawn(settings):
    """
    Filtered to one branch: its own events and the company's about this figure.
    """
    for concerns in (Concerns(branch_id="B02"), Concerns(kpi="complaints_open"), Concerns(branch_id="B01")):
        Annotations(settings.app).add(OPERATOR, AS_OF, concerns.branch_id or "other", concerns=concerns)

    assert drawn(opened(settings, branch=["B01"])) == ["B01"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_without_its_database_the_page_stands(settings, tmp_path, caplog, language):
    """
    The chart is drawn without flags and says so; the log names the file, no folder and no secret.
    """
    (tmp_path / "app.db").write_text("no database, but long enough to be read as one", encoding="utf-8")
    test = opened(settings, language=language)
    (reference,) = [each.message.split(":")[0].split()[1] for each in caplog.records if "app.db" in each.message]

    assert drawn(test) == []
    assert reference in test.warning[0].value
    assert any(reference in each.value for each in test.caption)
    assert str(tmp_path) not in caplog.text


def test_what_cannot_be_written_stays_in_the_form(settings, tmp_path):
    """
    The database goes away between reading and sending: a reference, and the typed words are still there.
    """
    test = opened(settings)
    for file in tmp_path.glob("app.db*"):
        file.unlink()
    (tmp_path / "app.db").mkdir()
    test.text_input(key="annotate_title").set_value("Sent")
    test.button(key="annotate_add").click().run(timeout=30)

    assert not test.exception
    assert "Nothing was changed" in test.error[0].value
    assert test.text_input(key="annotate_title").value == "Sent"
