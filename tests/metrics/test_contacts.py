"""
Figures of contacts against counting one by one; waits, hours and switches; the edges of a week, a day, a night.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from math import ceil

import pytest

from dashboard.metrics import GROUP_KEYS, KPIS, evaluate_many
from dashboard.metrics.application_shares import shares
from dashboard.metrics.contact_shares import CONTACT_SHARES, contacts_by_hour, switches, waits
from dashboard.metrics.contacts import judged
from dashboard.periods import Period
from tests.metrics.asking import ALL_RECORDED, terms
from tests.metrics.contact_crowd import crowd, verdicts, weight
from tests.metrics.reconciling import reconcile
from tests.rows import SHANGHAI, local, rows_of_fact

SERVICE = [each for each in KPIS.values() if each.judge is judged]
DAYS = (date(2024, 6, 15), date(2024, 7, 31))
JUNE = Period(date(2024, 6, 1), date(2024, 7, 1))


def facts_of(rows):
    return {"interactions": rows_of_fact("interactions", rows)}.__getitem__


def judged_rows(rows, on):
    return judged(facts_of(rows)("interactions"), on)


def contact(at="2024-06-03 10:00:00", **known):
    return {"interaction_id": at, "at": local(at), "direction": "in", "channel": "phone"} | known


@pytest.mark.parametrize("as_of", DAYS, ids=str)
@pytest.mark.parametrize("zone", [SHANGHAI, "America/Chicago"])
def test_every_figure_is_what_counting_one_by_one_gives(as_of, zone):
    """
    Overall, by month and by each group, on two days and in two zones.
    """
    rows = crowd(as_of.toordinal(), 700)
    counted = verdicts(rows, as_of, zone)
    for by in ((), ("month",), *((key,) for key in GROUP_KEYS["interactions"])):
        sums = defaultdict(lambda: [0, 0])
        for row, on, told in counted:
            key = tuple(on.replace(day=1) if each == "month" else row[each] for each in by)
            for name, (about, found) in told.items():
                sums[name, key][0] += weight(row) * (about and found)
                sums[name, key][1] += weight(row) * about
        asked = evaluate_many(SERVICE, facts_of(rows), terms(as_of, zone=zone), recorded=ALL_RECORDED, by=list(by))
        for name, found in asked.items():
            assert found.height
            for row in found.iter_rows(named=True):
                above, below = sums[name, tuple(row[each] for each in by)]
                assert (row["numerator"], row["denominator"]) == (above, below), (name, row)
                assert row["value"] == (above / below if below else None)


@pytest.mark.parametrize("name", CONTACT_SHARES)
@pytest.mark.parametrize("by", [None, "channel", "topic"])
def test_every_share_is_what_counting_one_by_one_gives(name, by):
    """
    The shares that are no figures of the registry, too; in a month and by group.
    """
    rows = crowd(5, 900)
    sums = defaultdict(lambda: [0, 0])
    for row, on, told in verdicts(rows, DAYS[1], SHANGHAI):
        about, found = told[name]
        if about and date(2024, 6, 1) <= on < date(2024, 7, 1):
            sums[row[by] if by else None][0] += weight(row) * found
            sums[row[by] if by else None][1] += weight(row)
    asked = shares(
        judged_rows(rows, terms(DAYS[1])), CONTACT_SHARES[name], period=JUNE, day="at_on", by=by
    ).to_dicts()

    assert {row.get(by): [row["numerator"], row["denominator"]] for row in asked} == dict(sums)
    assert any(below for _, below in sums.values())


@pytest.mark.parametrize("each", SERVICE, ids=[each.id for each in SERVICE])
def test_the_rows_behind_a_figure_sum_to_it(each):
    """
    By month and channel, all of them, the hits and the others.
    """
    assert reconcile(each, facts_of(crowd(7, 400)), terms(DAYS[0]), by=["month", "channel"]) > 0


@pytest.mark.parametrize("by", [None, "channel"])
def test_waits_are_those_of_a_sorted_list(by):
    """
    The first wait by which half, or nine in ten, of all who called had an answer; who hung up never had one.
    """
    rows = crowd(11, 900)
    lists = defaultdict(list)
    for row, on, told in verdicts(rows, DAYS[1], SHANGHAI):
        if told["quick"][0] and JUNE.first <= on < JUNE.before:
            lists[row[by] if by else None] += [(row["wait_seconds"], row["answered"])] * weight(row)
    found = {
        row.get(by): row
        for row in waits(judged_rows(rows, terms(DAYS[1])), period=JUNE, by=by).iter_rows(named=True)
    }

    assert set(found) == set(lists)
    for key, calls in lists.items():
        answered = sorted(wait for wait, was_answered in calls if was_answered)
        places = {name: ceil(share * len(calls)) for name, share in (("median", 0.5), ("p90", 0.9))}
        assert found[key]["n"] == len(calls)
        assert found[key]["answered"] == len(answered)
        assert found[key]["hung_up"] == len(calls) - len(answered)
        assert found[key]["quick"] == pytest.approx(sum(wait <= 20 for wait in answered) / len(calls))
        for name, place in places.items():
            assert found[key][name] == (answered[place - 1] if place <= len(answered) else None)


def test_who_hung_up_is_no_short_wait():
    """
    Two of four answered: the median is the slower of the two, and nine in ten were never answered.
    """
    rows = [
        contact(f"2024-06-03 10:0{number}:00", answered=number < 2, wait_seconds=wait, handled_by="person")
        for number, wait in enumerate((5, 40, 1, 2))
    ]
    (found,) = waits(judged_rows(rows, terms(DAYS[0])), period=JUNE).to_dicts()

    assert (found["median"], found["p90"], found["hung_up"], found["longest"]) == (40, None, 2, 40)


@pytest.mark.parametrize(
    ("again", "is_resolved"),
    [("2024-06-10 10:00:00", False), ("2024-06-10 10:00:01", True), (None, True)],
    ids=["a week later to the second", "a second more", "never"],
)
def test_coming_again_within_a_week_undoes_a_solution(again, is_resolved):
    """
    Both sides of the week; the second contact is a problem's, not a first one.
    """
    rows = [contact(issue_id="Q", resolved=True)]
    rows += [contact(again, issue_id="Q", resolved=True)] if again else []
    found = shares(
        judged_rows(rows, terms(date(2024, 6, 30))), CONTACT_SHARES["first_contact"], period=JUNE, day="at_on"
    ).row(0, named=True)

    assert (found["numerator"], found["denominator"]) == (int(is_resolved), 1)


@pytest.mark.parametrize(("as_of", "about"), [(date(2024, 6, 9), 0), (date(2024, 6, 10), 1)], ids=str)
def test_a_problem_is_judged_once_its_week_is_over(as_of, about):
    """
    Solved on Monday at ten: until the next Monday nobody can tell.
    """
    rows = judged_rows([contact(issue_id="Q", resolved=True)], terms(as_of)).collect()

    assert (rows["is_first_told"].sum(), rows["is_watching"].sum()) == (about, 1 - about)


def test_our_own_call_about_it_is_no_coming_again():
    """
    A call back by us is service; the customer didn't have to ask twice.
    """
    rows = [contact(issue_id="Q", resolved=True), contact("2024-06-04", issue_id="Q", direction="out")]
    judged_contacts = judged_rows(rows, terms(date(2024, 6, 30))).filter("is_first_told").collect()

    assert judged_contacts["is_first_resolved"].to_list() == [True]


def test_a_switch_is_another_channel_within_a_day():
    """
    From phone to app within a day counts, a second later doesn't, and the same channel never.
    """
    rows = [
        contact("2024-06-03 10:00:00", issue_id="Q"),
        contact("2024-06-04 10:00:00", issue_id="Q", channel="app"),
        contact("2024-06-05 10:00:01", issue_id="Q", channel="web"),
        contact("2024-06-05 11:00:00", issue_id="Q", channel="web"),
    ]
    found = switches(judged_rows(rows, terms(DAYS[0])), period=JUNE)

    assert found.to_dicts() == [{"channel": "phone", "next_channel": "app", "cases": 1}]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("21:59:59", (21, "day")),
        ("22:00:00", (22, "night")),
        ("07:59:59", (7, "night")),
        ("08:00:00", (8, "day")),
    ],
)
def test_the_night_is_local(at, told):
    """
    Ten to eight by the business's clock.
    """
    row = judged_rows([contact(f"2024-06-03 {at}")], terms(DAYS[0])).collect().row(0, named=True)

    assert (row["hour"], row["time_of_day"]) == told


def test_hours_are_counted_by_channel():
    """
    Only what customers began; the channel with the most contacts comes first.
    """
    rows = crowd(3, 300)
    counted = Counter()
    for row, on, _ in verdicts(rows, DAYS[1], SHANGHAI):
        if row["direction"] == "in" and JUNE.first <= on < JUNE.before:
            counted[row["channel"], (row["at"].hour + 8) % 24] += weight(row)
    found = contacts_by_hour(judged_rows(rows, terms(DAYS[1])), period=JUNE)
    by_channel = Counter()
    for (channel, _), cases in counted.items():
        by_channel[channel] += cases

    assert {(channel, hour): cases for channel, hour, cases in found.iter_rows()} == dict(counted)
    assert found["channel"].unique(maintain_order=True)[0] == max(by_channel, key=by_channel.__getitem__)


def test_without_columns_it_is_not_recorded():
    """
    No figure is guessed from what a source doesn't tell.
    """
    recorded = ALL_RECORDED | {"interactions": frozenset({"interaction_id", "at", "answered"})}
    found = evaluate_many(SERVICE, facts_of([contact(answered=True)]), terms(DAYS[0]), recorded=recorded)

    assert {name for name, rows in found.items() if rows["not_recorded"].all()} == {each.id for each in SERVICE}
