"""
What a training finds, proves and refuses; and that what is read back is what was written, to the last bit.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.errors import ForecastError
from dashboard.forecasting import (
    Edition,
    Scores,
    latest_edition,
    read_scores,
    scored,
    trained,
    write_edition,
    write_scores,
    written_at,
)
from dashboard.forecasting.additive import ADDS, Additive, Term
from dashboard.forecasting.edition import (
    NO_BETTER_THAN_RATE,
    NO_BETTER_THAN_TABLE,
    NOT_RECORDED,
    TOO_FEW,
)
from dashboard.forecasting.features import LEAD
from dashboard.forecasting.training import parts_of
from tests.forecasting.crowd import AS_OF, TERMS, Crowd, crowd, reasoned, tossed

AT = datetime(2026, 7, 1, 8, tzinfo=UTC)


def train(facts: Crowd, at: datetime = AT) -> Edition:
    return trained(facts.rows, facts.recorded, TERMS, data_version="3", rules_digest="abc", at=at)


@pytest.fixture(scope="module")
def facts() -> Crowd:
    return crowd(9_000, reasoned)


@pytest.fixture(scope="module")
def edition(facts) -> Edition:
    return train(facts)


def test_the_reasons_are_found_in_their_order(edition):
    """
    Price before automatic renewal before line before complaints, and all of them before what doesn't matter.
    """
    assert edition.features[:4] == ("premium_change_rate", "auto_renew", "product_line", "complaints_in_a_year")
    assert set(edition.features[4:]) == {"tenure_years", "premium_due", "channel"}


def test_it_proves_itself_against_both_simple_rates(edition):
    """
    Better than either by more than chance, and its probabilities mean what they say.
    """
    honesty = edition.honesty

    assert edition.is_trusted
    assert edition.refusals == ()
    assert honesty.against_rate.is_sure
    assert honesty.against_table.is_sure
    assert honesty.brier == pytest.approx(honesty.against_rate.brier + honesty.against_rate.difference)
    assert honesty.auc > 0.7
    assert honesty.lift > 1.5
    told = [each for each in honesty.bins if each["cases"] >= 30]
    assert sum(each["lower"] <= each["expected"] <= each["upper"] for each in told) >= len(told) - 1


def test_noise_is_refused_and_gives_no_probabilities():
    """
    Where nothing matters the forecast isn't better than a rate: it says so, and nobody gets a probability.
    """
    noise = crowd(9_000, tossed)
    edition = train(noise)
    rows, drift = scored(edition, noise.rows, noise.recorded, TERMS)

    assert NO_BETTER_THAN_RATE in edition.refusals
    assert NO_BETTER_THAN_TABLE in edition.refusals
    assert not edition.is_trusted
    assert edition.honesty is not None
    assert (rows.height, drift) == (0, {})


def test_too_little_is_refused():
    """
    A few hundred contracts prove nothing; none at all neither.
    """
    assert train(crowd(300, reasoned)).refusals == (TOO_FEW,)
    assert train(Crowd({"renewals": crowd(1, reasoned).facts["renewals"]})).refusals == (TOO_FEW,)
    assert train(Crowd()).refusals == (NOT_RECORDED,)


def test_time_runs_one_way(facts):
    """
    Learned before calibrated before tested; what was learned had matured before the first tested one was judged;
    and the tested are whole months that have all matured.
    """
    parts = parts_of(facts.rows, facts.recorded, TERMS)
    known = pl.concat([parts.learned, parts.calibrated])

    assert (parts.tested_from, parts.tested_before) == (date(2026, 3, 1), date(2026, 6, 1))
    assert parts.learned["due_on"].max() < parts.calibrated["due_on"].min()
    assert known["matures_on"].max() < parts.tested_from - LEAD
    assert parts.tested["matures_on"].max() <= AS_OF
    assert parts.tested["due_on"].min() >= parts.tested_from
    assert parts.tested["due_on"].max() < parts.tested_before


def test_a_month_is_tested_on_from_the_day_its_last_contract_has_matured(facts):
    """
    May's last contract matures on 30 June; a day earlier May isn't whole.
    """
    there = [row for row in facts.facts["renewals"] if row["due_on"] == date(2026, 5, 31)]
    before = replace(TERMS, as_of=AS_OF - timedelta(days=1))

    assert there
    assert parts_of(facts.rows, facts.recorded, TERMS).tested_before == date(2026, 6, 1)
    assert parts_of(facts.rows, facts.recorded, before).tested_before == date(2026, 5, 1)


def test_contracts_a_campaign_worked_on_are_left_out(facts):
    """
    Those treated in the year before, not those left alone, nor those treated earlier.
    """
    tested = parts_of(facts.rows, facts.recorded, TERMS).tested.sort("renewal_id")
    treated, held, long_ago = tested.head(3).iter_rows(named=True)
    drawn = [
        _member(treated, "treated", 0),
        _member(held, "holdout", 50),
        _member(long_ago, "treated", 365),
    ]
    with_campaign = Crowd(facts.facts | {"campaigns": drawn})
    left = set(parts_of(with_campaign.rows, with_campaign.recorded, TERMS).tested["renewal_id"])

    assert set(tested["renewal_id"]) - left == {treated["renewal_id"]}


def _member(contract, arm, days_before) -> dict:
    return {
        "contact_id": contract["renewal_id"],
        "policy_id": contract["policy_id"],
        "arm": arm,
        "assigned_on": contract["due_on"] - timedelta(days=days_before),
    }


def test_an_edition_read_back_gives_the_same_probabilities(edition, facts, tmp_path):
    """
    To the last bit, with all that was said of it; the newest file counts.
    """
    earlier = replace(edition, trained_at=AT - timedelta(days=40), data_version="1")
    write_edition(tmp_path, edition)
    write_edition(tmp_path, earlier)
    found = latest_edition(tmp_path)
    before, drift = scored(edition, facts.rows, facts.recorded, TERMS)
    after, _ = scored(found, facts.rows, facts.recorded, TERMS)

    assert found == edition
    assert before.height > 100
    assert_frame_equal(before, after, check_exact=True)
    assert set(drift) == set(edition.features)
    assert (found.data_version, found.rules_digest, found.trained_until) == ("3", "abc", edition.trained_until)


def test_a_probability_is_the_sum_of_what_is_said_of_it(edition, facts):
    """
    Base and contributions, added up by hand, are the log-odds.
    """
    rows, _ = scored(edition, facts.rows, facts.recorded, TERMS)
    for row in rows.head(50).iter_rows(named=True):
        odds = edition.model.base + sum(row[ADDS + name] for name in edition.features)
        assert row["probability"] == pytest.approx(1 / (1 + math.exp(-odds)), abs=1e-12)


def test_scores_read_back_are_those_written(edition, facts, tmp_path):
    """
    With the edition, the version and the drift they were worked out with; written again they are noticed.
    """
    assert read_scores(tmp_path) is None
    assert written_at(tmp_path) == 0
    rows, drift = scored(edition, facts.rows, facts.recorded, TERMS)
    write_scores(tmp_path, Scores(edition.name, "3", AS_OF, drift, rows))
    found = read_scores(tmp_path)

    assert (found.edition, found.data_version, found.as_of, found.drift) == (edition.name, "3", AS_OF, drift)
    assert_frame_equal(found.rows, rows, check_exact=True)
    assert written_at(tmp_path) > 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _said: "no JSON",
        lambda said: json.dumps(said | {"format": 99}),
        lambda said: json.dumps({name: value for name, value in said.items() if name != "model"}),
        lambda said: json.dumps(said | {"model": {"base": 0, "terms": [_lame(said)]}}),
        lambda said: json.dumps(said | {"timing": {"": [0.9, 0.1]}}),
    ],
    ids=["no JSON", "another format", "not whole", "a bin without a weight", "no curve"],
)
def test_a_file_that_is_no_edition_is_refused_by_name(edition, tmp_path, spoil):
    """
    Nothing is guessed: the file and the way out are named.
    """
    path = write_edition(tmp_path, edition)
    path.write_text(spoil(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")

    with pytest.raises(ForecastError, match=f"{path.name}.*dashboard train"):
        latest_edition(tmp_path)


def _lame(said) -> dict:
    term = dict(said["model"]["terms"][0])
    return term | {"weights": term["weights"][:-1]}


def test_scores_that_are_none_are_refused(tmp_path):
    """
    Another kind of file, or another's columns.
    """
    (tmp_path / "renewals-scores.parquet").write_bytes(b"no parquet")
    with pytest.raises(ForecastError, match="can't be read"):
        read_scores(tmp_path)
    pl.DataFrame({"renewal_id": ["R"]}).write_parquet(
        tmp_path / "renewals-scores.parquet",
        metadata={"about": json.dumps({"edition": "e", "data_version": "1", "as_of": "2026-06-30", "drift": {}})},
    )
    with pytest.raises(ForecastError, match="can't be read"):
        read_scores(tmp_path)


def test_bins_begin_at_their_edges():
    """
    An edge belongs to the bin it begins; the unknown, and a code nobody had, have a bin of their own.
    """
    number = Term("years", (2.0, 5.0), (), (-1.0, 0.0, 1.0, 9.0), (0.2, 0.5, 0.3, 0.0))
    code = Term("line", (), ("a", "b"), (0.5, -0.5, 0.0), (0.5, 0.5, 0.0))
    rows = pl.DataFrame({"years": [1.9, 2.0, 4.9, 5.0, None], "line": ["a", "b", "c", None, "a"]})
    told = Additive(0.0, (number, code)).scored(rows)

    assert told[ADDS + "years"].to_list() == [-1.0, 0.0, 0.0, 1.0, 9.0]
    assert told[ADDS + "line"].to_list() == [0.5, -0.5, 0.0, 0.0, 0.5]
