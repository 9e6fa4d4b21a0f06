"""
The page of the claim cycle, whole: its figures are those of the rows, whoever looks, and whatever isn't recorded.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.intake.refresh import refresh
from dashboard.metrics.claim_legs import counted_legs, legs
from dashboard.metrics.claims import judged
from dashboard.periods import PRESETS
from dashboard.reader import Reader
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot
from tests.insurer import AS_OF
from tests.metrics.asking import terms
from tests.operational import execute, settings_for, write_query
from tests.ui.opening import opened, texts

LAST = date(2024, 6, 30)
PANELS = ("Where the time goes", "How differently claims fare", "How long until claimants have their money")
PANELS += ("How claims end", "Every leg in figures")


@pytest.fixture(scope="module")
def sparse(tmp_path_factory) -> Settings:
    """
    A source that knows nothing of claims but their report and, of some, the closing.
    """
    folder = tmp_path_factory.mktemp("sparse")
    execute(folder / "core.db", "create table claim (number, reported, closed)")
    rows = [
        (f"c{number}", f"2024-0{1 + number % 5}-05 10:00:00", f"2024-06-{1 + number:02d} 10:00:00")
        for number in range(20)
    ]
    rows += [(f"o{number}", "2024-03-05 10:00:00", None) for number in range(6)]
    execute(folder / "core.db", "insert into claim values (?, ?, ?)", rows)
    write_query(
        folder / "queries",
        "-- fact: claims\n-- grain: one row per claim\n"
        "select claim.number as claim_id, claim.reported as reported_at, claim.closed as closed_at\nfrom claim\n",
        "claims",
    )
    settings = settings_for(folder)
    assert refresh(settings).succeeded
    return settings.model_copy(update={"business": settings.business.model_copy(update={"as_of": LAST})})


def table(test, column) -> pl.DataFrame:
    """
    The table with a column of that name.
    """
    return next(pl.from_pandas(each.value) for each in test.dataframe if column in each.value.columns)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_is_drawn_without_a_broken_part(insurer, language):
    """
    No part failed, and nothing stands there that no reader should see.
    """
    test = opened(insurer.settings, "claim_cycle", language=language)

    assert [each.value for each in test.error] == []
    assert not [word for word in ("None", "NaN", "nan", "null") if word in texts(test).split()]


def test_the_table_of_legs_is_what_the_rows_give(insurer):
    """
    The period's claims, judged and timed apart from any page.
    """
    rows = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR).rows("claims")
    claims = judged(rows, terms(AS_OF))
    expected = legs(counted_legs(claims, period=PRESETS["last_12_months"][1](AS_OF)))
    payment = expected.filter(pl.col("leg") == "report_to_payment").row(0, named=True)
    shown = table(opened(insurer.settings, "claim_cycle"), "Mean of finished").filter(
        pl.col("Leg") == "Report to payment"
    )

    assert (shown["Claims"].item(), shown["Open"].item()) == (payment["n"], payment["open"])
    assert shown["≤ 3 days"].item() == pytest.approx(payment["within_3"])
    assert shown["Median"].item().startswith(f"{payment['median']:.1f}")


@pytest.mark.parametrize("split", ["auto_decided", "claim_type", "branch_id", "all"])
@pytest.mark.parametrize("measure", ["median", "p90"])
def test_legs_by_every_split(insurer, split, measure):
    """
    Whatever is compared, no part fails.
    """
    test = opened(insurer.settings, "claim_cycle", legs_by=split, legs_measure=measure, survival_by_claims="all")

    assert [each.value for each in test.error] == []
    assert set(PANELS) <= {each.value for each in test.subheader}


def test_a_filter_and_a_scope_narrow_it(insurer):
    """
    One product has fewer claims than all; somebody without a unit sees none, and is told so.
    """
    every, motor = (
        table(opened(insurer.settings, "claim_cycle", **chosen), "Mean of finished")["Claims"].max()
        for chosen in ({}, {"product": ["motor"]})
    )
    nobody = opened(insurer.settings, "claim_cycle", viewer=Viewer("v", Role.TEAM_LEAD, frozenset()))

    assert 0 < motor < every
    assert [each.value for each in nobody.error] == []
    assert "There are no cases in the part of the organisation that you may see." in texts(nobody) or (
        "No case matches this selection" in texts(nobody)
    )


def test_without_instants_the_legs_arent_recorded(sparse):
    """
    Report and closing make one leg; of the others the page says that they aren't recorded, and of payments too.
    """
    test = opened(sparse, "claim_cycle", period="everything")
    legs_told = table(test, "Mean of finished")

    assert [each.value for each in test.error] == []
    assert ["Report to close"] == legs_told["Leg"].to_list()
    assert (26, 6) == (legs_told["Claims"].item(), legs_told["Open"].item())
    assert "Not recorded by the source: Incident to report" in texts(test)
    assert texts(test).count("Not recorded by the source.") >= 3
