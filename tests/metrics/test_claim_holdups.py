"""
What held claims up, and the documents they took, against loops over the same claims.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random

import polars as pl
import pytest

from dashboard.metrics import claims, evaluate_many, kpi
from dashboard.metrics.claim_holdups import (
    DOCUMENTS,
    HELD_BY,
    READ,
    documents_asked,
    holdups,
    investigated_claims,
)
from dashboard.periods import MONTH, Period
from tests.metrics import claim_crowd
from tests.metrics.asking import ALL_RECORDED, facts_of, terms
from tests.metrics.oracle_claims import known
from tests.rows import SHANGHAI, local, rows_of_fact

AS_OF = date(2024, 11, 3)
RECORDED = ALL_RECORDED["claims"]
EVER = Period(None, None)
YEAR = Period(date(2024, 3, 1), date(2024, 8, 1))


def crowd():
    die = Random(8)
    disputes = (None, False, False, True)
    return [{**row, "disputed_nondisclosure": die.choice(disputes)} for row in claim_crowd.claims(21, 2_000)]


def touched(*rows):
    return investigated_claims(rows_of_fact("claim_touches", rows), terms(AS_OF))


def judged(rows, as_of=AS_OF):
    return claims.judged(rows_of_fact("claims", rows), terms(as_of)).select(READ)


def quantile(values, share):
    """
    The smallest value up to which at least a share of the cases lies.
    """
    total, below = sum(cases for _, cases in values), 0
    for value, cases in sorted(values):
        below += cases
        if below >= share * total - 1e-9:
            return value
    return None


@pytest.mark.parametrize("period", [EVER, YEAR], ids=["ever", "five months"])
def test_random_claims_against_loops(period):
    """
    How many each obstacle held up, how long they took, and how much longer than those that met none.
    """
    rows = crowd()
    investigated = {row["claim_id"] for row in rows[::7]}
    touches = touched(
        *(
            {"touch_id": f"t{name}", "claim_id": name, "at": local("2024-05-01"), "step": "investigation"}
            for name in investigated
        ),
        {"touch_id": "x", "claim_id": rows[1]["claim_id"], "at": local("2024-05-01"), "step": "review"},
    )
    spells, total = defaultdict(list), 0
    for claim in known(rows, AS_OF, SHANGHAI):
        decided = claim.at("decided")
        if not claim.is_adjudicated or not _inside(claim.day(decided), period):
            continue
        total += claim.cases
        hours = int((decided - claim.row["reported_at"]).total_seconds() // 3_600)
        requests = claim.row["document_requests"] or 0
        held = {
            "documents": requests >= 1 or claim.at("documents_requested") is not None,
            "second_request": requests >= 2,
            "investigation": claim.row["claim_id"] in investigated,
            "disputed_nondisclosure": bool(claim.row["disputed_nondisclosure"]),
        }
        held["nothing"] = not any(held.values())
        for name, is_held in held.items():
            if is_held:
                spells[name].append((hours, claim.cases))
    found = holdups(judged(rows), touches, period=period, recorded=RECORDED)

    assert [*HELD_BY, "nothing"] == found["held_by"].to_list()
    for row in found.iter_rows(named=True):
        own = spells[row["held_by"]]
        cases = sum(weight for _, weight in own)
        assert (cases, pytest.approx(cases / total)) == (row["cases"], row["share"])
        for name, share in (("median", 0.5), ("p90", 0.9)):
            days = quantile(own, share) / 24
            assert row[name] == pytest.approx(days)
            if row["held_by"] == "nothing":
                assert row[f"more_{name}"] is None
            else:
                assert row[f"more_{name}"] == pytest.approx(days - quantile(spells["nothing"], share) / 24)


def _inside(day, period):
    return (period.first is None or day >= period.first) and (period.before is None or day < period.before)


def decided(name="c", **row):
    at = local("2024-05-01")
    return {"claim_id": name, "reported_at": at, "decided_at": at + timedelta(days=2), "decision": "paid", **row}


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ({}, {"nothing"}),
        ({"document_requests": 0}, {"nothing"}),
        ({"document_requests": 1}, {"documents"}),
        ({"document_requests": 2}, {"documents", "second_request"}),
        ({"documents_requested_at": local("2024-05-01 13:00")}, {"documents"}),
        ({"disputed_nondisclosure": True}, {"disputed_nondisclosure"}),
        ({"disputed_nondisclosure": False}, {"nothing"}),
    ],
)
def test_what_holds_a_claim_up(row, held):
    """
    One request, two; a request without its count; a dispute, and none.
    """
    found = holdups(judged([decided(**row)]), touched(), period=EVER, recorded=RECORDED)

    assert held == set(found.filter(pl.col("cases") > 0)["held_by"])


def test_investigations_nobody_ever_recorded_are_unknown():
    """
    Not zero: a source that never calls a step so doesn't say that there are none.
    """
    review = touched({"touch_id": "t", "claim_id": "c", "at": local("2024-05-01"), "step": "review"})
    for touches in (touched(), review):
        found = holdups(judged([decided()]), touches, period=EVER, recorded=RECORDED)
        assert [None] == found.filter(pl.col("held_by") == "investigation")["cases"].to_list()


@pytest.mark.parametrize(("at", "cases"), [("2024-11-03 23:59", 1), ("2024-11-04 00:00", None)])
def test_an_investigation_of_tomorrow_is_not_known_today(at, cases):
    """
    The last minute of the day, and the first of the next.
    """
    steps = touched({"touch_id": "t", "claim_id": "c", "at": local(at), "step": "investigation"})
    found = holdups(judged([decided()]), steps, period=EVER, recorded=RECORDED)

    assert [cases] == found.filter(pl.col("held_by") == "investigation")["cases"].to_list()


def test_nothing_recorded_nothing_told():
    """
    Neither requests nor disputes are recorded: nobody knows whether anything held claims up.
    """
    found = holdups(judged([decided()]), touched(), period=EVER, recorded=frozenset({"claim_id", "decided_at"}))

    assert [None] * 5 == found["cases"].to_list()


def test_no_claims_decided():
    """
    Nobody was held up, and there is no share of nobody.
    """
    found = holdups(judged([]), touched(), period=EVER, recorded=RECORDED)

    assert [0, 0, None, 0, 0] == found["cases"].to_list()
    assert 0 == found["share"].count() == found["median"].count()


@pytest.mark.parametrize("by", [MONTH, "product_line"])
def test_documents_against_loops(by):
    """
    Per claim, fetched, asked for, asked for again: each over the claims of which it is known.
    """
    rows = crowd()
    sums = defaultdict(lambda: {name: [0, 0] for name in DOCUMENTS})
    for claim in known(rows, AS_OF, SHANGHAI):
        if not claim.is_adjudicated:
            continue
        row, weight = claim.row, claim.cases
        own = sums[claim.day(claim.at("decided")).replace(day=1) if by == MONTH else row[by]]
        submitted, fetched, requests = (
            row["documents_submitted"],
            row["documents_fetched"],
            row["document_requests"],
        )
        if submitted is not None:
            own["documents"][0] += submitted * weight
            own["documents"][1] += weight
            if fetched is not None:
                own["fetched"][0] += fetched * weight
                own["fetched"][1] += submitted * weight
        if requests is not None:
            own["asked"][0] += weight * (requests >= 1)
            own["asked"][1] += weight
            own["repeated"][0] += weight * (requests >= 2)
            own["repeated"][1] += weight * (requests >= 1)
    found = documents_asked(judged(rows), period=EVER, by=by)

    assert len(sums) * len(DOCUMENTS) == found.height
    for row in found.iter_rows(named=True):
        part, whole = sums[row[by]][row["measure"]]
        assert (part, whole) == (row["numerator"], row["denominator"])
        assert row["value"] == (pytest.approx(part / whole) if whole else None)


def test_documents_are_the_figures():
    """
    What the panel adds up by product is what the two figures say of all.
    """
    rows = crowd()
    on = terms(AS_OF)
    found = documents_asked(judged(rows), period=EVER, by="product_line")
    figures = evaluate_many(
        [kpi("documents_per_claim"), kpi("documents_fetched_rate")],
        facts_of(claims=rows),
        on,
        recorded=ALL_RECORDED,
    )
    for measure, name in (("documents", "documents_per_claim"), ("fetched", "documents_fetched_rate")):
        sums = found.filter(pl.col("measure") == measure)
        assert figures[name]["numerator"][0] == sums["numerator"].sum()
        assert figures[name]["denominator"][0] == sums["denominator"].sum()
