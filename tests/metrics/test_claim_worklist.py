"""
Which open claims must be taken up, by which limit: random claims against an oracle, and both sides of each edge.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest

from dashboard.deadlines import regime
from dashboard.metrics import evaluate_many, kpi
from dashboard.metrics.claim_worklist import claim_worklist, open_claims, running_clocks
from dashboard.metrics.urgency import BANDS, band_counts
from tests.metrics import claim_crowd
from tests.metrics.asking import ALL_RECORDED, facts_of, terms
from tests.metrics.oracle_claim_work import running, stage
from tests.metrics.oracle_claims import known
from tests.rows import SHANGHAI, local, rows_of_fact

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHICAGO = "America/Chicago"
RECORDED = ALL_RECORDED["claims"]
TODAY = date(2024, 6, 28)
NOON = local("2024-06-28 12:00")


def crowd(seed, count):
    """
    Random claims with an amount claimed, on and beside the limits of small ones.
    """
    die = Random(seed)
    amounts = ("-1", "0", "2999.99", "3000", "3000.01", "5000", "5000.01", "80000")
    drawn = (None, *map(Decimal, amounts))
    return [{**row, "amount_claimed": die.choice(drawn)} for row in claim_crowd.claims(seed, count)]


def listed(*rows, today=TODAY, now=NOON, zone=SHANGHAI, recorded=RECORDED, law_only=False):
    on = terms(today, zone=zone)
    waiting = open_claims(rows_of_fact("claims", rows), on).collect()
    clocks = running_clocks(waiting.lazy(), on, recorded=recorded)
    return claim_worklist(waiting, clocks, today=today, now=now, zone=zone, law_only=law_only)


def one(*rows, **how):
    found = listed(*rows, **how)
    assert found.height == 1
    return found.row(0, named=True)


def claim(number="c", **row):
    """
    A registered claim of this morning.
    """
    at = local("2024-06-28 08:00")
    return {"claim_id": number, "reported_at": at, "registered_at": at, **row}


@pytest.mark.parametrize("zone", [SHANGHAI, CHICAGO])
@pytest.mark.parametrize("today", [date(2024, 3, 10), date(2024, 5, 2), date(2024, 9, 14)])
@pytest.mark.parametrize("hour", [0, 13])
def test_random_claims_against_the_oracle(zone, today, hour):
    """
    Every clock of every open claim, the one that presses most, its band, the stage, and the order of the list.
    """
    rows = crowd(today.day + hour, 1_500)
    now = datetime.combine(today, datetime.min.time(), ZoneInfo(zone)) + hour * HOUR
    by_hand = {each.row["claim_id"]: each for each in known(rows, today, zone) if each.is_open}
    found = listed(*rows, today=today, now=now.astimezone(UTC), zone=zone)

    assert set(by_hand) == set(found["claim_id"])
    assert len(by_hand) > 50
    order = []
    for row in found.iter_rows(named=True):
        claimed = by_hand[row["claim_id"]]
        clocks = sorted(running(claimed).values(), key=lambda each: each.urgency(now, today))
        most = clocks[0] if clocks else None
        assert row["stage"] == stage(claimed)
        assert [each.clock for each in clocks] == (row["clocks"] or [])
        assert [each.due_on for each in clocks] == (row["clocks_due"] or [])
        assert row["clock"] == (most and most.clock)
        assert row["band"] == (most and most.band(now, today))
        assert row["is_overdue"] == bool(most and most.is_over(now, today))
        if most and most.ends_at:
            assert row["hours_left"] == pytest.approx((most.ends_at - now.astimezone(UTC)) / HOUR, abs=1e-6)
        order.append((most.urgency(now, today)[:3] if most else (99,), row["claim_id"]))
    assert order == sorted(order)


@pytest.mark.parametrize("today", [date(2024, 3, 10), date(2024, 9, 14)])
def test_by_law_alone(today):
    """
    Only limits of the law count then; all open claims are still listed.
    """
    rows = crowd(3, 1_500)
    now = datetime.combine(today, datetime.min.time(), ZoneInfo(SHANGHAI)).astimezone(UTC)
    found = listed(*rows, today=today, now=now, law_only=True)
    by_hand = {each.row["claim_id"]: each for each in known(rows, today, SHANGHAI) if each.is_open}

    assert set(by_hand) == set(found["claim_id"])
    assert set(found["clock"].drop_nulls()) <= {
        *("claim_determination", "claim_payment", "claim_refusal", "claim_part_payment")
    }
    late = {row["claim_id"] for row in found.iter_rows(named=True) if row["is_overdue"]}
    # Part payment apart, those are the claims that the figure says were overdue when the day before ended.
    yesterday = terms(today - DAY)
    overdue = {
        each.row["claim_id"]
        for each in known(rows, today - DAY, SHANGHAI)
        if each.is_overdue and each.row["claim_id"] in by_hand
    }
    figure = evaluate_many([kpi("claims_overdue")], facts_of(claims=rows), yesterday, recorded=ALL_RECORDED)
    by_figure = sum(each.cases for each in known(rows, today - DAY, SHANGHAI) if each.is_overdue)
    assert figure["claims_overdue"]["value"][0] == by_figure
    still = {
        name
        for name in overdue
        if any(
            each.is_over(now, today) and each.clock != "claim_part_payment"
            for each in running(by_hand[name]).values()
        )
    }
    assert still
    assert still <= late


@pytest.mark.parametrize(
    ("days_left", "band", "also"),
    [
        (-1, "overdue", []),
        (0, "today", ["within_3d", "within_7d", "within_14d"]),
        (2, "within_3d", ["within_7d", "within_14d"]),
        (3, "within_7d", ["within_14d"]),
        (6, "within_7d", ["within_14d"]),
        (7, "within_14d", []),
        (13, "within_14d", []),
        (14, "later", []),
    ],
)
def test_bands_of_a_legal_limit(days_left, band, also):
    """
    Thirty days from the first documents; a tile counts all that it filters.
    """
    # A Tuesday from which all these days are worked, so that nothing rolls.
    tuesday = date(2024, 6, 25)
    start = tuesday + (days_left - 30) * DAY
    row = claim(cases=3, reported_at=local(str(start - DAY)), documents_first_at=local(str(start)))
    found = listed(row, law_only=True, today=tuesday, now=local("2024-06-25 12:00"))
    counts = dict(band_counts(found.lazy()).iter_rows())

    assert found["band"].to_list() == [band]
    assert {name: 3 if name in (band, *also) else 0 for name in BANDS} == counts


@pytest.mark.parametrize(("minutes", "band"), [(-1, "today"), (0, "today"), (1, "overdue")])
def test_hours_are_over_before_their_day_is(minutes, band):
    """
    Registered within 24 hours: the last instant is in time, a minute later isn't, though the day goes on.
    """
    at = NOON - DAY
    row = one({"claim_id": "c", "reported_at": at}, now=NOON + timedelta(minutes=minutes))

    assert ("claim_contact", TODAY, band) == (row["clock"], row["due_on"], row["band"])
    assert row["is_overdue"] == (band == "overdue")


@pytest.mark.parametrize(("hours", "ladder"), [(17.9, 0), (18, 75), (21.5, 75), (21.6, 90), (24, 100), (30, 100)])
def test_the_ladder_of_a_limit_in_hours(hours, ladder):
    """
    Three quarters, nine tenths and all of 24 hours.
    """
    row = one({"claim_id": "c", "reported_at": NOON - DAY}, now=NOON - DAY + hours * HOUR)

    assert ladder == row["ladder"]
    assert row["share_used"] == pytest.approx(hours / 24)


def test_in_the_same_band_the_law_comes_first():
    """
    A review that ran out earlier stands behind a determination that ran out, and a claim without any at the end.
    """
    old = local("2024-05-01 12:00")
    both = claim("both", reported_at=old, documents_first_at=old, documents_completed_at=old)
    house = claim("house", reported_at=local("2024-06-14"), documents_completed_at=local("2024-06-15"))
    done = claim("done", decision="paid", decided_at=NOON, first_paid_at=NOON)
    found = listed(done, house, both)

    assert ["both", "house", "done"] == found["claim_id"].to_list()
    assert ["claim_determination", "claim_review", None] == found["clock"].to_list()
    assert [["claim_determination", "claim_review", "claim_part_payment"], True] == [
        found["clocks"][0].to_list(),
        found["is_law"][0],
    ]


def test_while_documents_are_awaited_the_determination_has_no_due_day():
    """
    Asked for on day 10: paused. Asked for on day 31, after the thirty days: that pauses nothing.
    """
    start = local("2024-05-20")
    paused = claim("p", reported_at=start, documents_first_at=start, documents_requested_at=start + 10 * DAY)
    late = claim("l", reported_at=start, documents_first_at=start, documents_requested_at=start + 31 * DAY)
    found = {row["claim_id"]: row for row in listed(paused, late).iter_rows(named=True)}

    assert dict(zip(found["p"]["clocks"], found["p"]["clocks_due"], strict=True))["claim_determination"] is None
    assert found["l"]["is_overdue"]
    assert "claim_determination" == found["l"]["clock"]
    assert {"waiting_for_documents"} == {row["stage"] for row in found.values()}


@pytest.mark.parametrize(
    ("end", "is_listed"),
    [
        ({}, True),
        ({"closed_at": NOON}, False),
        ({"paid_at": NOON}, False),
        ({"first_paid_at": NOON}, True),
        ({"decision": "refused", "decided_at": NOON}, True),
        ({"decision": "refused", "decided_at": NOON, "refusal_told_at": NOON}, False),
        ({"decision": "withdrawn", "decided_at": NOON}, False),
        ({"decision": "cancelled", "decided_at": NOON}, False),
        ({"decision": "paid", "decided_at": NOON, "paid_at": NOON + DAY}, True),
    ],
)
def test_only_open_claims_are_listed(end, is_listed):
    """
    Closed, paid in full, refused and told, walked away: no work any more; what ends tomorrow is work today.
    """
    assert is_listed == bool(listed(claim(**end)).height)


@pytest.mark.parametrize(
    ("lacking", "clock"),
    [
        ({"decided_at"}, "claim_determination"),
        ({"reported_at", "documents_first_at"}, "claim_part_payment"),
        ({"registered_at"}, "claim_contact"),
        ({"instant_eligible"}, "claim_instant"),
        ({"amount_claimed"}, "claim_small"),
    ],
)
def test_what_is_not_recorded_is_held_against_nobody(lacking, clock):
    """
    Without its start, its stop or the claims it is about, a clock doesn't run.
    """
    at = local("2024-05-01")
    row = {
        "claim_id": "c",
        "reported_at": at,
        "documents_completed_at": at,
        "instant_eligible": True,
        "claim_type": "motor",
        "amount_claimed": Decimal(10),
    }

    assert clock in one(row)["clocks"]
    assert clock not in one(row, recorded=RECORDED - lacking)["clocks"]


def test_nothing_recorded_leaves_the_list_without_due_days():
    """
    Claims are still listed; no clock is told.
    """
    row = one(claim(), recorded=frozenset({"claim_id", "reported_at"}))

    assert (None, None, False, 0) == (row["clock"], row["band"], row["is_overdue"], row["ladder"])


def test_nobody_waits():
    """
    No open claim: no row, every band with nothing in it.
    """
    found = listed(claim(closed_at=NOON))

    assert 0 == found.height
    assert dict.fromkeys(BANDS, 0) == dict(band_counts(found.lazy()).iter_rows())


def test_the_rules_are_those_chosen():
    """
    Another rule under [rules], another due day: ten business days in place of thirty.
    """
    on = terms(TODAY)
    chosen = {**on.regimes, "claim_determination": regime("AU-GI")}
    at = local("2024-06-03")
    row = rows_of_fact("claims", [claim(reported_at=at, documents_completed_at=at)])
    waiting = open_claims(row, on).collect()
    other = type(on)(on.as_of, on.zone, on.calendar, chosen)
    due = {
        name: dict(running_clocks(waiting.lazy(), each, recorded=RECORDED).select("clock", "due_on").iter_rows())
        for name, each in (("china", on), ("australia", other))
    }

    assert date(2024, 7, 3) == due["china"]["claim_determination"]
    assert due["australia"]["claim_determination"] < due["china"]["claim_determination"]
