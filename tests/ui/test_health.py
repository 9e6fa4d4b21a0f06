"""
Data health: every row that is kept out of the figures is counted by its reason, listed and taken along, and nobody
learns of another branch's.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.charts.theme import LIGHT
from dashboard.deadlines import rules_in_force
from dashboard.facts import FACTS
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from dashboard.ui.context import Context
from dashboard.ui.damaged import REASONS, columns_of, damaged_workbook, reason_in_words
from dashboard.words import Words
from tests.damaged import DAMAGES, damaged_claims, insure_damaged
from tests.ui.opening import opened, texts
from tests.xlsx import read_sheet

ENGLISH = Words("en")
MANAGER = Viewer("manager", Role.BRANCH_MANAGER, frozenset({"B02"}))
STRANGER = Viewer("stranger", Role.BRANCH_MANAGER, frozenset({"B03"}))
ANALYST = Viewer("analyst", Role.ANALYST)
# Of the second branch are a sound claim and these.
THEIRS = ("paid before the report", "more fetched than there are")


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """
    Every damage once in the first branch, some again in the second, one of them twice, and one with no branch.
    """
    first, *rest = damaged_claims()
    second = [{**first, "claim_id": "sound too", "branch_id": "B02"}]
    second += [
        {**each, "claim_id": f"{each['claim_id']} too", "customer_id": "Li", "branch_id": "B02"}
        for each in rest
        if each["claim_id"] in THEIRS
    ]
    homeless = {**rest[1], "claim_id": "of no branch", "reported_at": None, "branch_id": None}
    found, report = insure_damaged(tmp_path_factory.mktemp("health"), [first, *rest, *second, homeless])
    assert report.succeeded, report.problems
    return found


def tables(test):
    """
    The tables of the page in their order: freshness, findings, bad rows.
    """
    return [each.value for each in test.dataframe]


def exported(settings, viewer, folder, reason=None):
    """
    The file that the page's button hands out.
    """
    reader = Reader(Snapshot(settings.snapshot).current(), viewer)
    day, rules = date(2026, 6, 29), rules_in_force(settings)
    ctx = Context(settings, ENGLISH, LIGHT, viewer, reader, day, rules, lambda *_link: None)
    file = folder / "bad.xlsx"
    file.write_bytes(damaged_workbook(ctx, FACTS["claims"], reason).content)
    return read_sheet(file)


def counted(findings) -> dict[str, int]:
    return dict(zip(findings["What was found"], findings["Row count"], strict=True))


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("before:paid_at<reported_at", "“Paid in full” lies before “Reported”"),
        (
            "exceeds:documents_fetched>documents_submitted",
            "“Documents fetched” is more than “Documents submitted”",
        ),
        ("negative:amount_paid", "below zero (Amount paid)"),
        ("missing:reported_at", "a required value is missing (Reported)"),
        ("of another time", "of another time"),
    ],
)
def test_a_reason_names_the_columns_as_a_reader_knows_them(problem, words):
    """
    Both of two that contradict each other; a reason nobody knows stays as it is.
    """
    expected = words.replace("Paid in full", ENGLISH.column("paid_at"))

    assert reason_in_words(problem, ENGLISH) == expected


def test_every_reason_is_told_in_words():
    """
    In a sentence of its own, without what the snapshot calls it.
    """
    for _, problem in DAMAGES.values():
        said = reason_in_words(problem, ENGLISH)

        assert problem.partition(":")[0] in REASONS
        assert not any(column in said for column in columns_of(problem) if "_" in column)


def test_an_operator_sees_each_reason_with_its_count(settings):
    """
    One row of each kind, two of what the second branch did again, two that were never reported.
    """
    page = opened(settings, "data_health")
    _, findings, rows = tables(page)
    expected = {reason_in_words(problem, ENGLISH): 1 for _, problem in DAMAGES.values()}
    for again in (*THEIRS, "decided, never reported"):
        expected[reason_in_words(DAMAGES[again][1], ENGLISH)] += 1

    assert counted(findings) == expected
    assert len(rows) == sum(expected.values())
    assert f"{len(rows)} of {len(rows)} rows" in texts(page)


def test_a_reason_lists_its_rows_with_the_columns_it_is_about(settings):
    """
    The key first, then the reason, then the branch, when it was reported and when it was paid, and nothing else.
    """
    problem = DAMAGES["paid before the report"][1]
    rows = tables(opened(settings, "data_health", bad_fact="claims", bad_reason_claims=problem))[-1]

    assert list(rows.columns) == ["claim_id", "problem", "reported_at", "branch_id", "paid_at"]
    assert rows["claim_id"].tolist() == ["paid before the report", "paid before the report too"]
    assert set(rows["problem"]) == {reason_in_words(problem, ENGLISH)}


def test_a_manager_counts_and_lists_their_own_branch_only(settings):
    """
    Three rows, two of them bad; no row, no count and no reason of another branch, nor the one that names none.
    """
    page = opened(settings, "data_health", viewer=MANAGER)
    freshness, findings, rows = tables(page)
    claims = freshness[freshness["fact"] == ENGLISH.fact("claims")].iloc[0]

    assert (claims["rows"], claims["bad"]) == (3, 2)
    assert counted(findings) == {reason_in_words(DAMAGES[name][1], ENGLISH): 1 for name in THEIRS}
    assert sorted(rows["claim_id"]) == sorted(f"{name} too" for name in THEIRS)
    assert "within your units" in texts(page)
    assert "within your units" not in texts(opened(settings, "data_health"))


def test_who_has_no_bad_row_is_told_so(settings):
    """
    A branch without a row has nothing to mend, whatever the others have.
    """
    page = opened(settings, "data_health", viewer=STRANGER)

    assert len(tables(page)) == 1
    assert any("Every row could be read" in each.value for each in page.success)


def test_persons_are_not_shown_to_who_does_not_need_them(settings, tmp_path):
    """
    An analyst's list and file have no customer, nor a column for them; an operator's file has both.
    """
    for viewer, is_shown in ((ANALYST, False), (OPERATOR, True)):
        cells = {cell for row in exported(settings, viewer, tmp_path).rows.values() for cell in row.values()}

        assert ({"Wang", "Li"} <= cells) is is_shown
        assert (ENGLISH.column("customer_id") in cells) is is_shown
        assert "Wang" not in tables(opened(settings, "data_health", viewer=viewer))[-1].to_csv()


def test_the_file_holds_the_reasons_rows_and_only_ones_own(settings, tmp_path):
    """
    Under a title, the reason and their number: the two rows for an operator, one's own for a manager.
    """
    problem = DAMAGES["paid before the report"][1]
    for viewer, expected, count in ((OPERATOR, 2, "2 rows"), (MANAGER, 1, "1 row")):
        rows = exported(settings, viewer, tmp_path, problem).rows
        cells = [cell for row in rows.values() for cell in row.values()]

        assert cells[:2] == ["Rows kept out of all figures", f"Claims · {reason_in_words(problem, ENGLISH)}"]
        assert count in cells
        assert cells.count(reason_in_words(problem, ENGLISH)) == expected
        assert "paid before the report too" in cells
        assert ("paid before the report" in cells) is (viewer is OPERATOR)
