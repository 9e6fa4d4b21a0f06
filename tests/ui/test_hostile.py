"""
Texts that mean harm, in every place a source may put one: the pages stand, and say them as they are.
"""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest

from tests.hostile import CAUSE, CHANNEL, HANDLERS, LONG
from tests.ui.opening import opened, texts
from tests.ui.test_scopes import PAGES

# As it stands in the source; escaped it would read otherwise.
RAW = ("**HARMBOLD**", "[away](", '<img src="', "<script>", ":red[HARMRED]", "$HARM^2$", "`HARMCODE`")


def read_as_markdown(test) -> list[str]:
    """
    Everything on the page in which Streamlit looks for Markdown: not tables, charts and plain text.
    """
    bodies = [each.value for kind in (test.title, test.subheader, test.caption, test.markdown) for each in kind]
    bodies += [each.value for kind in (test.info, test.warning, test.error) for each in kind]
    labels = [each.label for kind in (test.metric, test.button, test.multiselect) for each in kind]
    return bodies + labels + [each.proto.label for each in test.expander]


@pytest.mark.parametrize(
    ("selected", "language"),
    [({}, "zh_CN"), ({"channel": [CHANNEL]}, "en")],
    ids=["everything", "selected"],
)
@pytest.mark.parametrize("name", PAGES)
def test_the_pages_stand_and_read_no_markup_in_data(hostile, name, selected, language):
    """
    Cause, category, channel, type and handler are up to 5,000 characters of markup; nothing breaks, nothing acts.
    """
    test = opened(hostile.settings, name, language=language, band="all", **selected)

    assert [each.value for each in test.error] == []
    # A surge is named, in a place where nothing is read as markup.
    assert name != "complaint_causes" or selected or any(CAUSE == each.value for each in test.text)
    for body in read_as_markdown(test):
        assert [raw for raw in RAW if raw in body] == [], body[:200]
    for chart in test.get("plotly_chart"):
        # Sent unchecked; Plotly refuses a property it doesn't know.
        go.Figure(json.loads(chart.proto.spec))


def test_the_case_of_such_a_complaint_stands(hostile):
    """
    Its dialog tells why it is due, and shows the cause whole, as text in a table.
    """
    test = opened(hostile.settings, "complaint_deadlines", band="all", channel=[CHANNEL])
    listed = next(each.value for each in test.dataframe if "time_left" in each.value.columns)
    worst = listed[listed["handler_id"].isin(HANDLERS)].iloc[0]
    dialog = opened(hostile.settings, "complaint_deadlines", case=worst["complaint_id"])
    about = next(each.value for each in dialog.dataframe if list(each.value.columns) == ["name", "value"])
    told = dict(zip(about["name"], about["value"], strict=True))

    assert [each.value for each in dialog.error] == []
    assert "Why it is due on" in texts(dialog)
    assert worst["handler_id"] in told.values()
    assert len(worst["cause"]) == LONG
    assert worst["cause"] in told.values()
    for body in read_as_markdown(dialog):
        assert [raw for raw in RAW if raw in body] == [], body[:200]


def test_a_number_that_is_markup_opens_nothing(hostile):
    """
    Whoever writes a case into the address is told that it isn't there, under a title that does nothing.
    """
    test = opened(hostile.settings, "complaint_deadlines", case="**HARMBOLD** <script>alert(1)</script>")

    assert any("isn't in the data" in each.value for each in test.info)
    for body in read_as_markdown(test):
        assert [raw for raw in RAW if raw in body] == []


def test_such_a_claim_stands(hostile):
    """
    Its dialog shows its type, its handler, and the steps and notes of who touched it, as text.
    """
    listed = next(
        each.value
        for each in opened(hostile.settings, "claim_cycle", band="all", channel=[CHANNEL]).dataframe
        if "time_left" in each.value.columns
    )
    number = listed["claim_id"].iloc[0]
    dialog = opened(hostile.settings, "claim_cycle", case=number)
    about = next(each.value for each in dialog.dataframe if list(each.value.columns) == ["name", "value"])

    assert [each.value for each in dialog.error] == []
    assert "Its limits" in texts(dialog)
    assert set(HANDLERS) & set(about["value"])
    assert any(CAUSE in each.value.get("step", []).tolist() for each in dialog.dataframe if "step" in each.value)
    for body in read_as_markdown(dialog):
        assert [raw for raw in RAW if raw in body] == [], body[:200]


def test_a_claim_number_that_is_markup_opens_nothing(hostile):
    """
    Neither does the number of a claim.
    """
    test = opened(hostile.settings, "claim_cycle", case="**HARMBOLD** <script>alert(1)</script>")

    assert any("isn't in the data" in each.value for each in test.info)
    for body in read_as_markdown(test):
        assert [raw for raw in RAW if raw in body] == []
