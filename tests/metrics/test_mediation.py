"""
Mediation: the funnel, the mediators, what isn't on record, and whether it helps.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard.metrics.mediation import STEPS, mediation_funnel, mediators, settlements_without_record
from dashboard.metrics.mediation_effect import mediation_effect
from dashboard.periods import Period
from dashboard.words import Words
from tests.metrics.asking import terms
from tests.metrics.crowd import AS_OF, EVERYTHING, ON, SECOND_QUARTER, YEAR, crowd, judge
from tests.rows import local

SHANGHAI = ZoneInfo("Asia/Shanghai")


def counted(rows, period=YEAR):
    return [
        row
        for row in rows.iter_rows(named=True)
        if row["is_counted"] and period.first <= row["received_on"] < period.before
    ]


def total(rows):
    return sum(row["cases"] for row in rows)


def funnel_by_hand(rows):
    """
    Step by step: who came here, and of whom it isn't known yet.
    """
    pending = [0]
    came = [[row for row in rows if row["mediation_offered_at"]]]
    for name in ("mediation_accepted_at", "mediation_ended_at"):
        pending.append(total(row for row in came[-1] if not row[name] and row["is_open"]))
        came.append([row for row in came[-1] if row[name]])
    pending.append(total(row for row in came[-1] if row["mediation_settled"] is None))
    came.append([row for row in came[-1] if row["mediation_settled"]])
    pending.append(0)
    came.append([row for row in came[-1] if row["settlement_record_at"]])
    return [total(each) for each in came], pending


@pytest.mark.parametrize("period", [YEAR, SECOND_QUARTER], ids=str)
def test_the_funnel_is_what_counting_by_hand_gives(period):
    """
    Cases and pending ones of every step, and the share of those whose answer is known.
    """
    rows = crowd(5)
    cases, pending = funnel_by_hand(counted(rows, period))
    found = mediation_funnel(rows.lazy(), period=period)
    shares = [None] + [
        here / (before - waits) for before, here, waits in zip(cases[:-1], cases[1:], pending[1:], strict=True)
    ]

    assert (list(STEPS), cases, pending) == tuple(found[name].to_list() for name in ("step", "cases", "pending"))
    assert min(cases) > 0
    assert shares == pytest.approx(found["share"].to_list())


def mediated(number=1, **more):
    """
    A complaint of May, offered mediation on the third, accepted on the fifth, settled and recorded by the ninth.
    """
    row = {
        "complaint_id": f"c{number}",
        "received_at": local("2024-05-01"),
        "decided_at": local("2024-05-20"),
        "informed_at": local("2024-05-20"),
        "mediation_offered_at": local("2024-05-03"),
        "mediation_accepted_at": local("2024-05-05"),
        "mediation_ended_at": local("2024-05-09"),
        "mediation_settled": True,
        "mediator": "claims_lead",
        "settlement_record_at": local("2024-05-09 18:00:00"),
    }
    return row | more


OPEN = {"decided_at": None, "informed_at": None}


@pytest.mark.parametrize(
    ("more", "step", "pending"),
    [
        ({**OPEN, "mediation_accepted_at": None}, "accepted", 1),
        ({"mediation_accepted_at": None}, "accepted", 0),
        ({**OPEN, "mediation_ended_at": None}, "ended", 1),
        ({"mediation_ended_at": None}, "ended", 0),
        ({"mediation_settled": None}, "settled", 1),
        ({"mediation_settled": False}, "settled", 0),
        ({"settlement_record_at": None}, "recorded", 0),
    ],
    ids=["awaited", "never answered", "under way", "given up", "result unknown", "failed", "no record"],
)
def test_pending_is_not_failed(more, step, pending):
    """
    While the complaint is open the next step may still come; afterwards it won't.
    """
    found = mediation_funnel(judge([mediated(1), mediated(2, **more)]), period=EVERYTHING)
    cases = dict(found.select("step", "cases").iter_rows())
    row = dict(zip(found.columns, found.row(STEPS.index(step)), strict=True))

    assert (1, pending, 1.0 if pending else 0.5) == (cases[step], row["pending"], row["share"])


def test_nobody_was_offered_anything():
    """
    Every step is there, nothing is shared by nobody.
    """
    found = mediation_funnel(judge([]), period=EVERYTHING)

    assert ([0] * 5, [None] * 5) == (found["cases"].to_list(), found["share"].to_list())


def test_mediators_are_what_counting_by_hand_gives():
    """
    Accepted, ended, settled, success, money; one whose name isn't known comes last.
    """
    rows = crowd(6)
    groups = defaultdict(list)
    for row in counted(rows):
        if row["mediation_offered_at"] and row["mediation_accepted_at"]:
            groups[row["mediator"]].append(row)
    found = mediators(rows.lazy(), ON, period=YEAR)

    assert ["claims_lead", "third_party", None] == found["mediator"].to_list()
    for row in found.iter_rows(named=True):
        own = groups[row["mediator"]]
        ended = [each for each in own if each["mediation_ended_at"]]
        settled = [each for each in ended if each["mediation_settled"]]
        known = total(each for each in ended if each["mediation_settled"] is not None)
        amounts = sorted(
            each["redress_amount"]
            for each in settled
            for _ in range(each["cases"])
            if each["redress_amount"] is not None
        )

        assert (total(own), total(ended), total(settled)) == (row["accepted"], row["ended"], row["settled"])
        assert row["success"] == pytest.approx(total(settled) / known)
        assert row["lower"] < row["success"] < row["upper"]
        assert sum(each["redress_amount"] or 0 for each in settled) == row["redress_total"]
        assert statistics.median_low(amounts) == pytest.approx(row["redress_median"])
        assert median_days(own) == row["median_days"]


def median_days(rows):
    """
    The first day by which half are over, those that aren't leaving when last seen.
    """
    waits = Counter()
    for row in rows:
        offered = row["mediation_offered_at"].astimezone(SHANGHAI).date()
        ended = row["mediation_ended_at"]
        end = ended.astimezone(SHANGHAI).date() if ended else row["stopped_on"] or AS_OF
        waits[(end - offered).days, ended is not None] += row["cases"]
    left = 1.0
    for day in sorted({day for day, _ in waits}):
        left *= 1 - waits[day, True] / sum(number for (when, _), number in waits.items() if when >= day)
        if left <= 0.5:
            return day
    return None


def test_an_unfinished_mediation_has_lasted_until_now():
    """
    Two of three end on the fourth day; one open for long doesn't move the median. Without money there is no sum.
    """
    rows = [mediated(1), mediated(2), mediated(3, **OPEN, mediation_ended_at=None, mediation_settled=None)]
    found = mediators(judge(rows), ON, period=EVERYTHING).row(0, named=True)

    assert (3, 2, 2, 1.0, 6) == tuple(
        found[name] for name in ("accepted", "ended", "settled", "success", "median_days")
    )
    assert (None, None) == (found["redress_total"], found["redress_median"])


def test_settlements_without_a_record_are_listed():
    """
    Oldest first, days counted where people live: an hour before midnight is the day before. One whose end nobody
    noted is listed, too.
    """
    late = {"settlement_record_at": None, "mediation_ended_at": local("2024-12-30 23:30:00"), "handler_id": "h1"}
    rows = [
        mediated(1, **late),
        mediated(2, settlement_record_at=None, cases=2),
        mediated(3),
        mediated(4, settlement_record_at=None, mediation_settled=False),
        mediated(5, settlement_record_at=local("2025-01-01 00:00:00")),
        mediated(6, settlement_record_at=None, mediation_ended_at=None),
    ]
    found = settlements_without_record(judge(rows), ON)

    assert ["c2", "c5", "c1", "c6"] == found["complaint_id"].to_list()
    assert [date(2024, 5, 9), date(2024, 5, 9), date(2024, 12, 30), None] == found["ended_on"].to_list()
    assert [236, 236, 1, None] == found["days_since"].to_list()
    assert [2, 1, 1, 1] == found["cases"].to_list()
    assert "h1" == found["handler_id"].to_list()[2]


def test_the_list_is_as_long_as_the_funnel_says():
    """
    Settled less recorded, to the case.
    """
    rows = crowd(5).lazy()
    cases = dict(mediation_funnel(rows, period=YEAR).select("step", "cases").iter_rows())
    listed = settlements_without_record(rows, ON, period=YEAR)["cases"].sum()

    # The list also holds settlements that came about without an offer on record; the crowd has none.
    assert cases["settled"] - cases["recorded"] == listed > 0


def effect_by_hand(rows):
    """
    Stratum by stratum, weighted by its settled cases.
    """
    arms = {"days": defaultdict(list), "escalated": defaultdict(list)}
    for row in counted(rows):
        if not row["is_answered"] or (not row["mediation_settled"] and row["mediation_accepted_at"]):
            continue
        key = row["grade"], row["category"], bool(row["mediation_settled"])
        arms["days"][key] += [row["days"]] * row["cases"]
        if row["stopped_on"] + timedelta(days=30) <= AS_OF:
            dates = [row[name] for name in ("review_requested_at", "escalated_at") if row[name]]
            latest = row["stopped_on"] + timedelta(days=30)
            went_on = any(at.astimezone(SHANGHAI).date() <= latest for at in dates)
            arms["escalated"][key] += [int(went_on)] * row["cases"]
    for measure, groups in arms.items():
        pairs = [
            (groups[grade, category, True], groups[grade, category, False])
            for grade, category, settled in list(groups)
            if settled and (grade, category, False) in groups
        ]
        n = sum(len(ours) for ours, _ in pairs)
        means = [sum(len(pair[0]) / n * statistics.fmean(pair[arm]) for pair in pairs) for arm in (0, 1)]
        variance = 0.0
        for arm in (0, 1):
            within = sum(sum((x - statistics.fmean(p[arm])) ** 2 for x in p[arm]) for p in pairs)
            pooled = within / sum(len(p[arm]) - 1 for p in pairs)
            variance += pooled * sum((len(p[0]) / n) ** 2 / len(p[arm]) for p in pairs)
        yield measure, *means, means[0] - means[1], 1.959964 * math.sqrt(variance), n


def test_the_effect_is_what_counting_by_hand_gives():
    """
    Means, difference, interval and cases, of both measures.
    """
    rows = crowd(7, 1500)
    found = mediation_effect(rows.lazy(), ON, period=YEAR)

    for row, (measure, settled, other, difference, reach, n) in zip(
        found.iter_rows(named=True), effect_by_hand(rows), strict=True
    ):
        assert (measure, n, 0) == (row["measure"], row["cases_settled"], row["unmatched"])
        assert (settled, other, difference) == pytest.approx((row["settled"], row["compared"], row["difference"]))
        assert (difference - reach, difference + reach) == pytest.approx((row["lower"], row["upper"]), rel=1e-5)


def plain(number, days, **more):
    end = local(f"2024-05-{1 + days:02d}")
    return {
        "complaint_id": f"p{number}",
        "received_at": local("2024-05-01"),
        "decided_at": end,
        "informed_at": end,
        "grade": "simple",
        **more,
    }


def test_only_like_is_compared_with_like():
    """
    Complex ones that take long don't count against mediation of simple ones; a settled one without its like is
    left out and said.
    """
    settled = {"mediation_accepted_at": local("2024-05-01"), "mediation_settled": True}
    rows = [
        *(plain(number, 4, **settled) for number in range(3)),
        *(plain(10 + number, 10) for number in range(4)),
        *(plain(20 + number, 28, grade="complex") for number in range(9)),
        plain(30, 5, grade="major", **settled),
        plain(31, 1, mediation_accepted_at=local("2024-05-01"), mediation_settled=False),
    ]
    days = mediation_effect(judge(rows), ON, period=YEAR).row(0, named=True)

    assert (4.0, 10.0, -6.0, -6.0) == (days["settled"], days["compared"], days["lower"], days["upper"])
    assert (3, 4, 1) == (days["cases_settled"], days["cases_compared"], days["unmatched"])


@pytest.mark.parametrize(("escalated", "share"), [("2024-06-10", 1.0), ("2024-06-11", 0.0)])
def test_escalation_within_thirty_days(escalated, share):
    """
    Answered on 11 May: 10 June is the thirtieth day.
    """
    settled = {"mediation_accepted_at": local("2024-05-01"), "mediation_settled": True}
    rows = [plain(1, 10, **settled, escalated_at=local(escalated)), plain(2, 10)]
    found = mediation_effect(judge(rows), ON, period=YEAR).row(1, named=True)

    assert (share, 0.0) == (found["settled"], found["compared"])
    assert (None, None) == (found["lower"], found["upper"])


@pytest.mark.parametrize(("as_of", "cases"), [(date(2024, 6, 10), 1), (date(2024, 6, 9), 0)])
def test_who_may_still_go_on_isnt_counted(as_of, cases):
    """
    A day before the thirty days are over nobody knows.
    """
    settled = {"mediation_accepted_at": local("2024-05-01"), "mediation_settled": True}
    on = terms(as_of)
    found = mediation_effect(judge([plain(1, 10, **settled), plain(2, 10)], on), on, period=Period(None, None))

    assert [1, cases] == found["cases_settled"].to_list()
    assert (found["settled"][1] is None) == (cases == 0)


def test_it_says_that_nobody_drew_lots():
    """
    In the reader's words.
    """
    from dashboard.metrics.mediation_effect import NOT_RANDOMISED

    assert "lots" in Words("en").text(NOT_RANDOMISED)
