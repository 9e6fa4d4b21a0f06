"""
What was planted among the complaints is in the rows, and the books say how much of it.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.demo.conftest import AS_OF, SOUND


def test_the_surge_is_booked_by_month_and_source(medium):
    """
    The coded, counted cases of the surging cause, as the database counts them.
    """
    surge = medium.books.planted["surge"]
    coded = f"from complaint where cause_code = :cause and {SOUND}"
    months = medium.ask(f"select substr(received_at, 1, 7), count(*) {coded} group by 1", cause=surge["cause"])
    within = "date(received_at) >= :first and date(received_at) < :fixed"
    sources = medium.ask(
        f"select origin_code, count(*) {coded} and {within} group by 1",
        cause=surge["cause"],
        first=surge["from"],
        fixed=surge["fixed_on"],
    )
    names = {"直接": "direct", "监管转办": "regulator", "媒体": "media"}

    assert surge["received_by_month"] == dict(months)
    assert surge["sources"]["during"] == {names[origin]: cases for origin, cases in sources}
    assert surge["cause_id"] == "deductible_misunderstood"


def test_the_surge_is_loud(medium):
    """
    While it lasts, its cause comes about twice as often through social media and the regulator as other causes do.
    """
    surge = medium.books.planted["surge"]
    rows = medium.ask(
        """
        select cause_code = :cause and date(received_at) >= :first and date(received_at) < :fixed,
               entry_code in ('社交媒体', '监管转办'), count(*)
        from complaint where cause_code is not null group by 1, 2
        """,
        cause=surge["cause"],
        first=surge["from"],
        fixed=surge["fixed_on"],
    )
    cases = {(surging, loud): number for surging, loud, number in rows}
    share = {each: cases[each, 1] / (cases[each, 0] + cases[each, 1]) for each in (0, 1)}

    assert share[0] == pytest.approx(0.10, abs=0.02)
    assert share[1] == pytest.approx(0.20, abs=0.06)


def test_about_three_in_a_hundred_have_no_cause(medium):
    """
    Nobody entered it; the books and the rows agree on how many.
    """
    uncoded = medium.one(f"select count(*) from complaint where cause_code is null and {SOUND}")
    figure = medium.books.planted["uncoded"]

    assert figure["numerator"] == uncoded
    assert figure["value"] == pytest.approx(0.03, abs=0.01)


def test_some_customers_complain_again_within_a_year(medium):
    """
    Two counted complaints or more in the 365 days up to the last one.
    """
    often = medium.ask(
        f"""
        select count(*) from complaint where {SOUND} and date(received_at) > date(:today, '-365 days')
        group by customer_no having count(*) >= 2
        """,
        today=AS_OF.isoformat(),
    )
    booked = medium.books.planted["repeat_complainants"]

    assert booked == {"customers": len(often), "complaints": sum(number for (number,) in often)}
    assert booked["customers"] > 10


def test_handovers_are_booked(medium):
    """
    Between which departments a complaint arose, case by case.
    """
    names = {"销售-核保": "sales_underwriting", "核保-理赔": "underwriting_claims", "销售-理赔": "sales_claims"}
    counted = medium.ask(
        f"select handover_code, count(*) from complaint where handover_code is not null and {SOUND} group by 1"
    )

    assert medium.books.planted["handovers"] == {names[code]: cases for code, cases in counted}


def test_settlements_without_a_record_are_booked_by_number(medium):
    """
    Settled, and nothing signed is on file by the last day.
    """
    missing = medium.ask(
        f"""
        select complaint_no from mediation inner join complaint on complaint.case_no = mediation.case_no
        where settled = 1 and record_kept_at is null and {SOUND} order by 1
        """
    )

    assert medium.books.planted["settlements_without_record"] == [number for (number,) in missing]
    assert missing


def test_void_extensions_are_booked_by_what_is_wrong_with_them(medium):
    """
    Approved by a branch, approved or told late, never told; none has two reasons, none of the valid ones any.
    """
    rows = medium.ask(
        f"""
        select complaint_no, approved.authority_code, told.happened_at,
               julianday(date(approved.happened_at)) - julianday(date(received_at))
        from complaint_event as approved
        inner join complaint on complaint.case_no = approved.case_no
        left join complaint_event as told on told.case_no = approved.case_no and told.event_code = '延期告知'
        where approved.event_code = '延期批准' and {SOUND}
        """
    )
    extensions = medium.books.planted["extensions"]
    void = extensions["void"]
    numbers = Counter(number for found in void.values() for number in found)
    of_branch = sorted(number for number, level, _, _ in rows if level == "分公司")
    untold = {number for number, level, told, _ in rows if level != "分公司" and told is None}
    days = {number: after for number, _, _, after in rows}

    assert set(void) == {"wrong_level", "approved_late", "not_told", "told_late"}
    assert set(numbers.values()) == {1}
    assert extensions["valid"] + numbers.total() == len(rows)
    assert void["wrong_level"] == of_branch
    assert set(void["not_told"]) <= untold <= set(void["not_told"]) | set(void["approved_late"])
    assert min(days[number] for number in void["approved_late"]) > 15
    assert all(days[number] < 45 for number in void["not_told"])


def test_mediation_pays(medium):
    """
    Whoever settles has an end of it days sooner than in such disputes without mediation, and seldom goes on.
    """
    planted = medium.books.planted["mediation"]
    settled, others = planted["settled"], planted["not_mediated"]

    assert settled["cases"] > 50
    assert settled["median_days"] <= others["median_days"] - 3
    assert settled["taken_further"]["value"] < others["taken_further"]["value"] / 2


def test_first_contact_solves_more_each_year_and_less_in_the_weak_team(medium):
    """
    From about half of the simple ones to three quarters; in the weak team half of that.
    """
    by = medium.books.figures["as_of"]["first_contact_resolution_rate"]
    months = list(by["month"].values())
    rate = medium.books.figure("first_contact_resolution_rate")["value"]

    def share(part):
        return sum(each["numerator"] for each in part) / sum(each["denominator"] for each in part)

    assert share(months[-13:-1]) > share(months[:12]) + 0.03
    assert by["team"][medium.books.planted["weak_team"]]["value"] < rate - 0.05
    assert by["grade"]["simple"]["value"] == pytest.approx(0.55, abs=0.1)
