"""
Customers, a chunk at a time, and how they keep in touch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.demo.columns import NEVER, Array, codes, frame, keys, latest, only, pick, skewed
from dashboard.demo.names import LINE_IDS, people
from dashboard.demo.people import Organisation
from dashboard.demo.plan import CHUNK_CUSTOMERS, TEAMS, Plan, age_days

SEGMENTS = ("高净值", "家庭", "青年", "小微企业主", "标准")
TOPICS = ("保单查询", "理赔进度", "续期缴费", "产品咨询", "投诉建议", "资料变更")
ENTRIES = ("APP", "微信", "网站", "电话", "柜面", "代理人")
CONTACTS_PER_CUSTOMER = 1.5
# Of those in the app, WeChat or the web: the hours from midnight to seven.
NIGHT_SHARE, NIGHT_SECONDS = 0.09, 7 * 3600


@dataclass(frozen=True)
class Chunk:
    """
    A block of customers that is generated, loaded and forgotten before the next.
    """

    number: int
    first: int
    size: int

    def numbered(self, index: Array, per_customer: int) -> Array:
        """
        Running numbers of this chunk's rows, apart from every other chunk's; -1 stays -1.
        """
        return np.where(index < 0, -1, index + self.number * CHUNK_CUSTOMERS * per_customer)


@dataclass(frozen=True)
class Customers:
    """
    What the rest needs to know of a chunk's customers.
    """

    chunk: Chunk
    team: Array
    agent: Array
    birth_on: Array
    segment: Array
    income: Array
    risk_tolerance: Array
    joined_on: Array

    @property
    def ids(self) -> pl.Series:
        """
        Customer numbers, in order.
        """
        return keys("C", self.chunk.first + np.arange(self.chunk.size))


def customers_of(plan: Plan, organisation: Organisation, chunk: Chunk) -> Customers:
    """
    Draw who they are, where they belong, and what they earn.
    """
    draws = plan.draws("customers", chunk.number)
    size = chunk.size
    weights = plan.draws("team weights").uniform(0.6, 1.6, TEAMS)
    team = pick(draws, weights.tolist(), size)
    now = np.full(size, plan.cut - np.timedelta64(1, "h"))
    age = (19 + 62 * draws.beta(2.0, 2.6, size)).astype(int)
    segment = np.where(
        age < 30,
        pick(draws, (2, 10, 70, 6, 12), size),
        pick(draws, (6, 42, 0, 14, 38), size),
    )
    income = skewed(draws, np.array([900_000, 210_000, 130_000, 320_000, 120_000])[segment], 0.45, size)
    joined = np.datetime64(plan.start, "D") - draws.integers(0, 8 * 365, size).astype("timedelta64[D]")
    born = np.datetime64(plan.as_of, "D") - (age * 365.25 + draws.integers(0, 365, size)).astype("timedelta64[D]")
    return Customers(
        chunk,
        team,
        organisation.agents_at(team, now, draws),
        born,
        segment,
        income.round(-3),
        (1 + pick(draws, (18, 32, 28, 15, 7), size)).astype(int),
        joined,
    )


def contact_history(
    plan: Plan, customers: Customers, first_issued: Array, last_talk: Array
) -> tuple[Array, Array]:
    """
    When each joined, and the last contact in both directions; most had one in the years before those told here.

    Args:
        plan: The insurer.
        customers: The chunk.
        first_issued: When the first contract was issued; earlier than that nobody is a customer.
        last_talk: The last two-way contact inside the three years, NaT without one.
    """
    draws = plan.draws("contact history", customers.chunk.number)
    size = customers.chunk.size
    day = first_issued.astype("datetime64[D]")
    joined = np.where(np.isnat(day), customers.joined_on, day)
    since = joined.astype("datetime64[s]")
    span = age_days(since, np.full(size, plan.cut - np.timedelta64(1, "s")))
    once = since + (draws.random(size) * span * 0.4 * 86_400).astype("timedelta64[s]")
    # Of a few nobody recorded any.
    recorded = draws.random(size) < 0.97
    return joined, np.fmax(last_talk, np.where(recorded, once, NEVER))


def customer_rows(
    plan: Plan,
    organisation: Organisation,
    customers: Customers,
    *,
    lines: Array,
    joined: Array,
    talk: Array,
) -> dict[str, pl.DataFrame]:
    """
    The tables of households and customers.

    Args:
        plan: The insurer.
        organisation: Its people.
        customers: The chunk.
        lines: Customers × product lines, true where a contract is in force.
        joined: The day each became one.
        talk: The last contact in both directions, NaT without one.
    """
    draws = plan.draws("customer rows", customers.chunk.number)
    size = customers.chunk.size
    since = joined.astype("datetime64[s]")
    now = np.full(size, plan.cut - np.timedelta64(1, "s"))
    wealthy = customers.segment == 0
    review = np.where(
        draws.random(size) < np.where(wealthy, 0.75, 0.35),
        plan.happened(now - (draws.gamma(1.5, 260, size) * 86_400).astype("timedelta64[s]")),
        NEVER,
    )
    review = np.where(review > since, review, NEVER)
    news = np.where(draws.random(size) < np.where(wealthy, 0.7, 0.45), now - np.timedelta64(20, "D"), NEVER)
    news = np.where(news > since, news, NEVER)
    complete = np.where(draws.random(size) < 0.72, np.fmax(since, now - np.timedelta64(900, "D")), NEVER)
    held = pl.DataFrame({line: lines[:, number] for number, line in enumerate(LINE_IDS)})
    lines_held = held.select(
        pl.concat_str(
            [pl.when(pl.col(line)).then(pl.lit(line)) for line in LINE_IDS], separator=",", ignore_nulls=True
        )
    ).to_series()
    household = customers.chunk.first + (np.arange(size) // 2.4).astype(int)
    manager = np.where(wealthy & (draws.random(size) < 0.88), customers.team * organisation.staff_per_team, -1)
    return {
        "household": frame(
            {
                "household_no": keys("H", np.unique(household)),
                "stage_code": codes(
                    ("单身", "新婚", "育儿", "空巢"), draws.integers(4, size=len(np.unique(household)))
                ),
            }
        ),
        "customer": frame(
            {
                "customer_no": customers.ids,
                "household_no": keys("H", household),
                "agent_no": keys("A", customers.agent),
                "manager_no": keys("S", manager),
                "full_name": people(draws, size),
                "segment_code": codes(SEGMENTS, customers.segment),
                "lines_held": only(lines_held, np.asarray(lines.any(axis=1))),
                "birth_year": customers.birth_on.astype("datetime64[Y]").astype(int) + 1970,
                "joined_on": joined,
                "annual_income": customers.income,
                "last_talk_at": talk,
                "last_review_at": review,
                "health_news_at": news,
                "profile_completed_at": complete,
                "updated_at": latest(since, talk, review, news, complete),
            }
        ),
    }


def contacts_of(plan: Plan, customers: Customers) -> tuple[pl.DataFrame, Array]:
    """
    The chunk's contacts over all channels, and each customer's last two-way one (NaT without).
    """
    chunk = customers.chunk
    draws = plan.draws("contacts", chunk.number)
    size = round(chunk.size * CONTACTS_PER_CUSTOMER)
    at = plan.arrivals(draws, size, growth=0.12)
    # Some call often, a quarter never do: the sleeping customers.
    lively = draws.gamma(0.6, 1.0, chunk.size) * (draws.random(chunk.size) > 0.2)
    who = pick(draws, lively.tolist(), size)
    outward = draws.random(size) < 0.25
    entry = np.where(outward, pick(draws, (5, 20, 0, 45, 0, 30), size), pick(draws, (34, 22, 10, 24, 6, 4), size))
    grown = plan.progress(at)
    robot = ~outward & (entry < 4) & (draws.random(size) < 0.35 + 0.3 * grown)
    # At night people have their phones, and the assistant is there.
    at_night = ~outward & (entry < 3) & (draws.random(size) < NIGHT_SHARE)
    at = np.where(at_night, _midnight(at) + draws.integers(0, NIGHT_SECONDS, size), at)
    robot |= at_night & (draws.random(size) < 0.8)
    answered = np.where(outward, draws.random(size) < 0.55, robot | (draws.random(size) < 0.93))
    two_way = answered & ~(outward & (entry == 1))
    wait = np.where(robot, 1 + draws.integers(0, 4, size), skewed(draws, 38, 0.9, size)).astype(int)
    solved = answered & (draws.random(size) < np.where(robot, 0.62, 0.81))
    passed_on = robot & ~solved & (draws.random(size) < 0.8)
    # The same question asked again within days keeps its number.
    issue = np.arange(size)
    repeats = np.flatnonzero(draws.random(size) < 0.1)
    again = np.minimum(repeats + draws.integers(1, 40, len(repeats)), size - 1)
    who[again], issue[again] = who[repeats], issue[repeats]
    talked = np.full(chunk.size, np.datetime64(0, "s"))
    np.maximum.at(talked, who[two_way], at[two_way])
    rows = frame(
        {
            "contact_no": keys("N", chunk.numbered(np.arange(size), 10)),
            "customer_no": keys("C", chunk.first + who),
            "agent_no": keys("A", np.where(entry == ENTRIES.index("代理人"), customers.agent[who], -1)),
            "happened_at": at,
            "entry_code": codes(ENTRIES, entry),
            "direction_code": codes(("呼入", "呼出"), outward.astype(int)),
            "two_way": two_way,
            "by_robot": robot,
            "topic_code": codes(TOPICS, pick(draws, (30, 22, 18, 14, 6, 10), size)),
            "issue_no": keys("Q", chunk.numbered(issue, 10)),
            "answered": answered,
            "wait_seconds": only(wait, ~outward),
            "solved": solved,
            "passed_on": passed_on,
            "updated_at": at,
        }
    )
    return rows, np.where(talked > np.datetime64(0, "s"), talked, NEVER)


def _midnight(at: Array) -> Array:
    return at.astype("datetime64[D]").astype("datetime64[s]")
