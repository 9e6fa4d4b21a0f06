"""
Names that sound right: places, teams, products, people. All of them invented or common.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.demo.columns import Array, Draws, codes, pick

BRANCHES = (
    ("北京分公司", "华北"),
    ("上海分公司", "华东"),
    ("广东分公司", "华南"),
    ("江苏分公司", "华东"),
    ("四川分公司", "西南"),
    ("湖北分公司", "华中"),
    ("辽宁分公司", "东北"),
    ("陕西分公司", "西北"),
)
TEAM_WORDS = ("启明", "长青", "致远", "和风", "同舟")

SURNAMES = tuple("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗")
GIVEN = tuple("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚英文子涵浩然雨桐欣怡思远佳宁建国志晓东海燕春梅")


@dataclass(frozen=True)
class Product:
    """
    One product on the shelf; `long_term` ones are paid over years, the others renew each year.
    """

    title: str
    line: str
    risk_level: int
    term_years: int
    grace_days: int
    free_look_days: int
    premium: float
    share: float

    @property
    def long_term(self) -> bool:
        """
        Whether it runs longer than a year.
        """
        return self.term_years > 1


PRODUCTS = (
    Product("安享终身寿险", "寿险", 2, 40, 60, 15, 22000, 7),
    Product("守护定期寿险", "寿险", 1, 20, 60, 15, 4200, 5),
    Product("福满年金保险", "寿险", 3, 15, 60, 15, 40000, 5),
    Product("智盈投资连结保险", "寿险", 5, 10, 60, 15, 60000, 3),
    Product("康佑百万医疗险", "健康险", 1, 1, 60, 15, 1250, 15),
    Product("无忧重大疾病保险", "健康险", 2, 30, 60, 15, 11000, 9),
    Product("平安出行综合意外险", "意外险", 1, 1, 30, 0, 260, 16),
    Product("机动车商业保险", "车险", 1, 1, 0, 0, 3800, 27),
    Product("安居家庭财产险", "财产险", 1, 1, 30, 0, 380, 8),
    Product("兴业企业财产险", "财产险", 1, 1, 30, 0, 12000, 5),
)
LINES = ("寿险", "健康险", "意外险", "车险", "财产险")
LINE_IDS = ("life", "health", "accident", "motor", "property")


def people(draws: Draws, size: int) -> pl.Series:
    """
    Full names, common surnames more often.
    """
    weights = [1 / (rank + 3) for rank in range(len(SURNAMES))]
    first: Array = draws.integers(len(GIVEN), size=size)
    second: Array = np.where(draws.random(size) < 0.7, draws.integers(len(GIVEN), size=size), -1)
    return codes(SURNAMES, pick(draws, weights, size)) + codes(GIVEN, first) + codes(GIVEN, second).fill_null("")


def branch_id(branch: int) -> str:
    """
    The number by which a branch is known.
    """
    return f"B{branch + 1:02d}"


def team_id(team: int) -> str:
    """
    The number by which a team is known.
    """
    return f"T{team + 1:02d}"
