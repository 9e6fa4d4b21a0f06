"""
How far applications come, where they are given up, how they end, their minutes and shares: against plain counting.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.metrics import KPIS, Judged, evaluate, figures_of
from dashboard.metrics.application_journey import judged
from dashboard.metrics.application_minutes import (
    FILLING_READ,
    MINUTE_ENDS,
    SPREAD_READ,
    filling_by_month,
    minutes_spread,
)
from dashboard.metrics.application_shares import SHARES, shares
from dashboard.metrics.application_steps import (
    ENDINGS_READ,
    FUNNEL_READ,
    GIVEN_UP_READ,
    application_endings,
    application_funnel,
    given_up,
)
from dashboard.metrics.packing import Likeness, Within
from dashboard.periods import Period
from dashboard.ui.reading import APPLICATIONS_READ
from tests.metrics.application_crowd import crowd, known, weight
from tests.metrics.asking import ALL_RECORDED, terms
from tests.rows import SHANGHAI, local, rows_of_fact

AS_OF = date(2024, 6, 15)
SPRING = Period(date(2024, 3, 1), date(2024, 7, 1))
ROWS = crowd(21, 800)
WATCHED = timedelta(30)


def asked(rows=ROWS):
    return judged(rows_of_fact("applications", rows), terms(AS_OF))


def told(rows=ROWS):
    """
    The rows begun in spring as they were known, each with its cases.
    """
    for row in rows:
        found = known(row, AS_OF, SHANGHAI)
        if found is not None and SPRING.first <= found["started_on"]:
            yield found, weight(row)


def by_then(row, name):
    return row[name] is not None and row[name] <= row["started_on"] + WATCHED


def test_the_funnel_counts_what_came_within_thirty_days():
    """
    Begun long enough ago; sent; then decided on the merits; then issued. The others are watched still.
    """
    expected, watching, still_open = Counter(), 0, 0
    for row, cases in told():
        if row["started_on"] + WATCHED > AS_OF:
            watching += cases
            still_open += cases * row["is_open"]
            continue
        sent = by_then(row, "submitted_on")
        decided = sent and by_then(row, "decided_on") and row["outcome"] in ("issued", "declined")
        reached = {
            "started": True,
            "submitted": sent,
            "underwritten": decided,
            "issued": decided and row["outcome"] == "issued",
        }
        expected.update({step: cases * truth for step, truth in reached.items()})
    found = application_funnel(asked(), period=SPRING)

    assert dict(found.steps.select("step", "cases").iter_rows()) == dict(expected)
    assert (found.watching, found.open) == (watching, still_open)
    assert found.steps["pending"].sum() == 0
    assert 0 < still_open < watching


def test_who_gave_up_is_counted_by_step_and_is_in_the_rate_s_other_rows():
    """
    The largest first; those whose step isn't recorded are told apart.
    """
    expected, uncoded = Counter(), 0
    for row, cases in told():
        late = not (row["outcome"] == "issued" and by_then(row, "decided_on"))
        if row["started_on"] + WATCHED > AS_OF or not late:
            continue
        if row["abandoned_step"]:
            expected[row["abandoned_step"]] += cases
        elif row["outcome"] == "abandoned":
            uncoded += cases
    found = given_up(asked(), period=SPRING)

    assert dict(found.steps.select("abandoned_step", "cases").iter_rows()) == dict(expected)
    assert found.steps["cases"].is_sorted(descending=True)
    assert found.uncoded == uncoded > 0
    assert found.given_up == uncoded + sum(expected.values())
    assert found.steps["cumulative"][-1] == pytest.approx(1)


def test_open_applications_are_censored_and_not_lost():
    """
    Half are issued after a day, a quarter abandoned after two, a quarter is open: in no way of ending.
    """
    start = {"started_at": local("2024-06-05")}
    rows = [
        *({"decided_at": local("2024-06-06"), "outcome": "issued"} for _ in range(20)),
        *({"decided_at": local("2024-06-07"), "outcome": "abandoned"} for _ in range(10)),
        *({"outcome": "open"} for _ in range(10)),
    ]
    rows = [each | start | {"application_id": str(n)} for n, each in enumerate(rows)]
    found = application_endings(asked(rows), period=Period())
    last = dict(found.group_by("ending", maintain_order=True).last().select("ending", "incidence").iter_rows())

    assert last == pytest.approx({"issued": 0.5, "declined": 0, "withdrawn": 0, "abandoned": 0.25})


def test_minutes_fall_into_their_bands():
    """
    The last minute of a band belongs to it; three minutes are the last that aren't late.
    """
    expected = {end: [0, 0] for end in (*MINUTE_ENDS, None)}
    for row, cases in told():
        if row["submitted_on"] is not None and row["active_seconds"] is not None:
            end = next((end for end in MINUTE_ENDS if row["active_seconds"] <= end * 60), None)
            expected[end][row["active_seconds"] <= 180] += cases
    found = minutes_spread(asked(), period=SPRING)

    assert {
        end: [late, soon] for end, late, soon in found.select("ends", "late", "not_late").iter_rows()
    } == expected
    assert minutes_spread(asked([]), period=SPRING)["late"].to_list() == [0] * (len(MINUTE_ENDS) + 1)


def test_filling_in_ends_in_three_ways_and_open_ones_make_a_month_provisional():
    """
    By month of the start: soon, later, never sent; what is still filled in is in no part.
    """
    expected, running = Counter(), set()
    for row, cases in told():
        month = row["started_on"].replace(day=1)
        if row["submitted_on"] is None:
            if row["is_open"]:
                running.add(month)
            else:
                expected[month, "given_up"] += cases
        elif row["active_seconds"] is not None:
            expected[month, "quick" if row["active_seconds"] <= 180 else "longer"] += cases
    found = filling_by_month(asked(), period=SPRING)

    assert {(month, part): cases for month, part, cases in found.select("month", "part", "cases").iter_rows()} == (
        expected
    )
    assert set(found.filter("provisional")["month"]) == running
    assert found.group_by("month").agg(pl.col("share").sum())["share"].to_list() == pytest.approx([1.0] * 4)


@pytest.mark.parametrize("name", [name for name in SHARES if name in KPIS])
def test_a_share_that_is_a_figure_is_that_figure(name):
    """
    Overall and by channel, with its interval.
    """
    facts = {"applications": rows_of_fact("applications", ROWS)}.__getitem__
    columns = ["value", "numerator", "denominator", "lower", "upper"]
    for by in (None, "channel"):
        figure = evaluate(
            KPIS[name],
            facts,
            terms(AS_OF),
            recorded=ALL_RECORDED,
            by=[by] if by else [],
            period_from=SPRING.first,
            period_before=SPRING.before,
        ).filter(pl.col("denominator") > 0)
        found = shares(asked(), SHARES[name], period=SPRING, by=by)
        assert found.select(columns).rows() == figure.select(columns).rows()


def test_shares_of_advice_are_what_counting_gives():
    """
    Needs and risk profile on or before the day the application was sent, of long-term ones; advice followed.
    """
    rows = [row | {"term_years": 1.0 if n % 3 else 20.0} for n, row in enumerate(ROWS)]
    expected = Counter()
    for row, cases in told(rows):
        original = rows[int(row["application_id"])]
        if row["submitted_on"] is not None and row["term_years"] > 1:
            for name, step in (("needs_analysed", "needs_analysed_at"), ("risk_profiled", "risk_assessed_at")):
                done = original[step] is not None and original[step] <= original["submitted_at"]
                expected[name, "below"] += cases
                expected[name, "above"] += cases * done
        if row["outcome"] == "issued" and row["recommended_product_line"]:
            expected["as_advised", "below"] += cases
            expected["as_advised", "above"] += cases * (row["product_line"] == row["recommended_product_line"])
        if row["outcome"] in ("issued", "declined") and row["underwriting_automatic"] is not None:
            expected["underwriting_automatic", "below"] += cases
            expected["underwriting_automatic", "above"] += cases * row["underwriting_automatic"]
    for name in ("needs_analysed", "risk_profiled", "as_advised", "underwriting_automatic"):
        found = shares(asked(rows), SHARES[name], period=SPRING).row(0, named=True)
        assert (found["numerator"], found["denominator"]) == (expected[name, "above"], expected[name, "below"]), (
            name
        )
        assert 0 < found["value"] < 1


@pytest.mark.parametrize("values", [[], [("branch_id", ["A"])]], ids=["all", "a branch"])
def test_of_many_rows_those_alike_answer_the_same(values):
    """
    Counted first, as millions are, or row by row: the same figures and answers.
    """
    facts = {"applications": rows_of_fact("applications", ROWS)}.__getitem__
    besides = {judged: APPLICATIONS_READ}
    few, many = (
        Judged.of(
            "applications", facts, terms(AS_OF), ALL_RECORDED.__getitem__, besides=besides, many=least
        ).chosen(values)
        for least in (10**9, 0)
    )
    ocr = SHARES["ocr_rate"]
    answers = (
        (FUNNEL_READ, {}, lambda rows: application_funnel(rows, period=SPRING).steps),
        (GIVEN_UP_READ, {}, lambda rows: given_up(rows, period=SPRING).steps),
        (ENDINGS_READ, {}, lambda rows: application_endings(rows, period=SPRING)),
        (SPREAD_READ, {}, lambda rows: minutes_spread(rows, period=SPRING)),
        (FILLING_READ, {"monthly": True}, lambda rows: filling_by_month(rows, period=SPRING)),
        (
            ("is_reading_known", "is_ocr"),
            {"by": ["channel"]},
            lambda rows: shares(rows, ocr, period=SPRING, by="channel"),
        ),
    )
    for read, how, answer in answers:
        likeness = Likeness(tuple(read), within=Within("started_on", SPRING, "monthly" in how))
        one, other = (answer(side.alike(judged, [likeness], by=how.get("by", []))[0]) for side in (few, many))
        assert one.height
        assert_frame_equal(one, other)
    minutes = KPIS["application_minutes_p90"]
    one, other = (
        figures_of([minutes], {"applications": side}, period_from=SPRING.first, by=["month"])[minutes.id]
        for side in (few, many)
    )
    assert_frame_equal(one, other)
