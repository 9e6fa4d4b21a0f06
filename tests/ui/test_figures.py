"""
The figure, the chart and the rows behind it are one: for every KPI and several selections.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import Role, Viewer
from dashboard.deadlines import rules_in_force
from dashboard.metrics import GROUP_KEYS, KPIS, Judged, figures_of, kpi
from dashboard.periods import DAY, MONTH, Period, shift_months
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from dashboard.ui.figures import Figures, Values
from tests.insurer import AS_OF, Insurer

YEAR = Period(date(2025, 7, 1), date(2026, 7, 1))
SELECTIONS: dict[str, tuple[Period, Values]] = {
    "everything": (Period(), ()),
    "a year": (YEAR, ()),
    "a branch": (YEAR, (("branch_id", ("B01",)),)),
    "two lines by phone": (YEAR, (("channel", ("phone",)), ("product_line", ("motor", "health")))),
    "nothing": (YEAR, (("team_id", ("no such team",)),)),
}


COMPARED = ("category", "claim_type", "branch_id", "team_id", "product_line", "channel")


# Reads every fact that a figure is about.
COMPLIANCE = Viewer("compliance", Role.COMPLIANCE)


# By file of settings and viewer: opening a snapshot takes longer than most questions asked of it.
_FIGURES: dict[tuple[Path, Viewer], Figures] = {}


def figures(insurer: Insurer, viewer: Viewer = COMPLIANCE) -> Figures:
    """
    What a viewer may see of an insurer, of which nobody changes anything.
    """
    known = insurer.file, viewer
    if known not in _FIGURES:
        reader = Reader(Snapshot(insurer.settings.snapshot).current(), viewer)
        _FIGURES[known] = Figures(reader, viewer, insurer.settings, rules_in_force(insurer.settings), AS_OF)
    return _FIGURES[known]


def found(
    shown: Figures, name: str, period: Period, values: Values = (), by: tuple[str, ...] = ()
) -> pl.DataFrame:
    """
    A figure, asked for with all others of its fact, as pages ask: tests of the others find theirs remembered.
    """
    together = [other for other, each in KPIS.items() if each.fact == kpi(name).fact]
    return shown.of(together, period, values, by)[name]


def one(shown: Figures, name: str, period: Period, values: Values = ()) -> dict[str, Any]:
    """
    The same without groups, as a mapping of its columns.
    """
    return found(shown, name, period, values).row(0, named=True)


def is_unknown(name: str, values) -> bool:
    """
    Whether somebody chose by what the KPI's fact knows nothing of.
    """
    return not {column for column, _ in values} <= set(GROUP_KEYS[kpi(name).fact])


@pytest.mark.parametrize("name", KPIS)
@pytest.mark.parametrize("selection", SELECTIONS)
def test_figure_and_rows_reconcile(insurer, name, selection):
    """
    The rows' cases sum to the figure's denominator, those counted to its numerator.
    """
    period, values = SELECTIONS[selection]
    shown = figures(insurer)
    figure = one(shown, name, period, values)
    rows = pl.DataFrame() if is_unknown(name, values) else shown.rows(name, period, values)

    if figure["not_recorded"]:
        assert is_unknown(name, values) or (kpi(name).exposure is not None and selection == "nothing")
        return
    assert rows["cases"].sum() == figure["cases"]
    if kpi(name).unit in ("count", "ratio"):
        assert rows["cases"].sum() == (figure["numerator"] or 0)
    elif kpi(name).chance:
        chances = rows[kpi(name).chance] * rows["cases"]
        assert chances.sum() == pytest.approx(figure["value"] or 0.0)
    elif kpi(name).amount:
        amounts = rows.select(pl.col(str(kpi(name).amount)).cast(pl.Float64) * pl.col("cases")).to_series()
        assert amounts.sum() == pytest.approx(figure["numerator"], abs=1)
    elif kpi(name).against:
        mine = rows.filter(~pl.col(str(kpi(name).against)))
        assert mine["cases"].sum() == figure["denominator"]
        assert mine.filter(str(kpi(name).hits))["cases"].sum() == figure["numerator"]
    elif kpi(name).hits:
        is_hit = pl.col(str(kpi(name).hits))
        assert (rows.filter(is_hit)["cases"].sum(), rows["cases"].sum()) == (
            figure["numerator"],
            figure["denominator"],
        )


@pytest.mark.parametrize("name", [name for name, each in KPIS.items() if each.hits])
def test_the_hits_and_the_others_are_the_rows(insurer, name):
    """
    Asked for by themselves they are all rows of the figure, and none twice.
    """
    period, values = SELECTIONS["a branch"]
    if is_unknown(name, values):
        pytest.skip(f"{kpi(name).fact} knows nothing of branches")
    shown = figures(insurer)
    rows, counted, others = (
        shown.rows(name, period, values, part=part) for part in ("denominator", "numerator", "misses")
    )

    assert counted[str(kpi(name).hits)].all()
    assert not others[str(kpi(name).hits)].any()
    assert_frame_equal(pl.concat([counted, others]), rows, check_row_order=False)


@pytest.mark.parametrize("name", [name for name, each in KPIS.items() if each.day and each.unit != "days"])
def test_the_months_of_a_chart_sum_to_the_figure(insurer, name):
    """
    No case falls between two months or is drawn twice, and no policy-year either.
    """
    shown = figures(insurer)
    for period, values in SELECTIONS.values():
        figure = one(shown, name, period, values)
        months = found(shown, name, period, values, (MONTH,))

        assert period.first is None or figure["not_recorded"] or months.height == 12
        for part in ("numerator", "denominator", "cases", "exposure"):
            # Sums of money are told in whole units, each month's for itself.
            whole = months.height if kpi(name).amount else 0
            assert months[part].sum() == pytest.approx(figure[part] or 0, abs=whole or None)


@pytest.fixture(scope="module")
def rows_of_year(insurer):
    """
    Gives the rows of a figure, read once for all units it is split by.
    """
    return lru_cache(maxsize=2)(lambda name: figures(insurer).rows(name, YEAR))


@pytest.mark.parametrize(
    ("name", "by"), [(name, by) for name, each in KPIS.items() for by in COMPARED if by in GROUP_KEYS[each.fact]]
)
def test_the_units_of_a_comparison_sum_to_the_figure(insurer, rows_of_year, name, by):
    """
    Every case is in exactly one unit, unknown ones included, and is one of that unit's rows.
    """
    shown = figures(insurer)
    for period, values in SELECTIONS.values():
        figure = one(shown, name, period, values)
        units = found(shown, name, period, values, (by,))
        if units["not_recorded"].any():
            # What contracts don't know of can't be divided among teams, nor chosen by what a fact doesn't know.
            assert is_unknown(name, values) or kpi(name).exposure is not None
            assert figure["not_recorded"] or by == "team_id"
            continue

        for part in ("numerator", "denominator", "cases"):
            whole = units.height if kpi(name).amount else 0
            assert units[part].sum() == pytest.approx(figure[part] or 0, abs=whole or None), part
        if kpi(name).chance:
            assert units["value"].sum() == pytest.approx(figure["value"] or 0.0)
        if values == () and period == YEAR:
            rows = rows_of_year(name).group_by(by).agg(pl.col("cases").sum())
            assert dict(rows.iter_rows()) == {
                unit: cases for unit, cases in units.select(by, "cases").iter_rows() if cases
            }


@pytest.mark.parametrize("name", [name for name, each in KPIS.items() if each.day is None])
def test_the_last_month_of_a_state_is_the_state(insurer, name):
    """
    Where the line ends, the card begins; where it passes a month's end, the card of that day was.
    """
    shown = figures(insurer)
    for period, values in SELECTIONS.values():
        months = found(shown, name, period, values, (MONTH,))
        for month in months.filter(~pl.col("not_recorded")).tail(2).iter_rows(named=True):
            day = min(AS_OF, shift_months(month["month"], 1) - DAY)
            then = one(shown.on(day), name, Period(), values)
            assert month["value"] == pytest.approx(then["value"])
            assert month["cases"] == then["cases"]


@pytest.mark.parametrize("name", [name for name, each in KPIS.items() if each.unit == "days"])
def test_the_months_of_a_duration_hold_all_its_cases(insurer, name):
    """
    A median of months isn't the median of a year, but the cases it is of are the same ones.
    """
    shown = figures(insurer)
    for period, values in SELECTIONS.values():
        figure = one(shown, name, period, values)
        months = found(shown, name, period, values, (MONTH,))

        for part in ("numerator", "denominator"):
            assert months[part].sum() == (figure[part] or 0)


def test_ageing_sums_to_the_open_and_the_overdue(insurer):
    """
    The bars are the cards.
    """
    shown = figures(insurer)
    bars = shown.ageing()

    assert (bars["late"] + bars["not_late"]).sum() == shown.one("complaints_open", Period())["value"]
    assert bars["late"].sum() == shown.one("complaints_overdue", Period())["value"]


def test_a_figure_is_the_same_whatever_it_is_asked_for_with(insurer):
    """
    Alone, with others, or after others: what one panel asked for the next one is given.
    """
    first, then = ["complaints_open", "complaint_days_median"], ["complaint_days_median", "complaints_received"]
    values = (("branch_id", ("B02",)),)
    shown = figures(insurer)
    together = shown.of(first, YEAR, values, [MONTH]) | shown.of(then, YEAR, values, [MONTH])
    alone = figures_of(
        [kpi(name) for name in together],
        {"complaints": Judged.of("complaints", shown.reader.rows, shown.terms, shown.recorded).chosen(values)},
        period_from=YEAR.first,
        period_before=YEAR.before,
        by=[MONTH],
    )

    assert {*first, *then} == set(together)
    for name, expected in alone.items():
        assert_frame_equal(expected, together[name])


def test_what_is_remembered_for_one_viewer_is_not_shown_to_another(insurer):
    """
    The same question by two branch managers: two answers, that add up to no more than the company's.
    """
    totals = {}
    for branch in ("B01", "B02"):
        viewer = Viewer("manager", Role.BRANCH_MANAGER, frozenset({branch}))
        totals[branch] = figures(insurer, viewer).one("complaints_received", YEAR)["value"]
        expected = figures(insurer).one("complaints_received", YEAR, (("branch_id", (branch,)),))["value"]
        assert totals[branch] == expected

    assert totals["B01"] != totals["B02"]


def test_a_filter_cannot_reach_beyond_the_scope(insurer):
    """
    A manager who writes another branch's id into the address sees nothing.
    """
    viewer = Viewer("manager", Role.BRANCH_MANAGER, frozenset({"B01"}))
    figure = figures(insurer, viewer).one("complaints_received", YEAR, (("branch_id", ("B02",)),))

    assert not figure["value"]
    assert figures(insurer, viewer).rows("complaints_received", YEAR, (("branch_id", ("B02",)),)).height == 0


@pytest.mark.parametrize("day", [date(2025, 6, 30), date(2026, 2, 11)], ids=["a month's end", "within a month"])
@pytest.mark.parametrize("name", [name for name, each in KPIS.items() if each.day is None])
def test_the_state_of_an_earlier_day_is_that_of_its_month(insurer, name, day):
    """
    What a card compares with is asked for as the end of the month looked back from: the day itself.
    """
    then, month = figures(insurer).on(day), Period(day.replace(day=1), shift_months(day.replace(day=1), 1))
    for values in (SELECTIONS["everything"][1], SELECTIONS["a branch"][1]):
        of_month = found(then, name, month, values, (MONTH,))

        assert of_month.height == 1
        assert of_month["value"][0] == pytest.approx(one(then, name, Period(), values)["value"])
