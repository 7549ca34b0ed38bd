"""What the tests of the monthly report share: records as text, the month of June 2024, and how to find a figure."""

from datetime import date
from functools import cache

import pandas as pd

from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from supervision.report.known import Known, know
from supervision.report.month import Month
from supervision.report.tables import Cell, Section, Table
from supervision.report.tiering import Tiering
from tests.spec.tables import given
from training.cards.blocks import Text

JUNE = Month(date(2024, 6, 1))
FOOD, PRICE = "food_operation", "price"

DRAWS = """
    selections | enterprise | occurred_on | known_at   | sector | task_code | basis    | inclusion_probability | stratum
    stratum 1  | 甲         | 2024-06-03  | 2024-06-03 | price  | T1        | random   | 0.1                   | low
    stratum 1  | 乙         | 2024-06-03  | 2024-06-03 | price  | T1        | random   | 0.1                   | low
    stratum 2  | 丙         | 2024-06-03  | 2024-06-03 | price  | T1        | random   | 0.25                  | high
    by basis   | 丁         | 2024-06-10  | 2024-06-10 | price  | T2        | random   |                       |
    aimed      | 甲         | 2024-06-10  | 2024-06-10 | price  | T3        | directed |                       |
    in May     | 甲         | 2024-05-10  | 2024-05-10 | price  | T0        | random   | 0.05                  |
    last year  | 乙         | 2023-12-31  | 2023-12-31 | price  | T9        | random   | 0.05                  |
    late       | 乙         | 2024-06-30  | 2024-07-01 | price  | T4        | random   | 0.05                  |

    inspections   | enterprise | occurred_on | known_at   | sector         | task_code | basis    | severity
    of the task   | 甲         | 2024-06-05  | 2024-06-06 | price          | T1        | random   | general
    unreachable   | 乙         | 2024-06-05  | 2024-06-06 | price          | T1        | random   | unreachable
    known in July | 丙         | 2024-06-06  | 2024-07-06 | price          | T1        | random   | none
    without a task| 丁         | 2024-06-10  | 2024-06-11 | price          |           | random   | none
    before it     | 丁         | 2024-06-09  | 2024-06-11 | price          |           | random   | void
    other sector  | 甲         | 2024-06-12  | 2024-06-12 | food_operation | T3        | directed | serious
    of May        | 甲         | 2024-06-01  | 2024-06-02 | price          | T0        | random   | none
"""
NOTHING_DONE = """
    penalties | enterprise | occurred_on | known_at   | sector
              | 甲         | 2024-05-30  | 2024-06-01 | price
"""
"""A bureau that gave nothing but a penalty."""


@cache
def standards() -> dict[str, Standard]:
    """Those of two sectors and the general one."""
    shipped = read_standards(SHIPPED_STANDARDS)
    return {name: shipped[name] for name in ("general", FOOD, PRICE)}


@cache
def known(text: str, month: Month = JUNE) -> Known:
    """What was known at the end of the month of the records that the tables in `text` describe."""
    return know(given(text).records, month)


def both(text: str) -> tuple[Known, Known]:
    """What was known at the end of June, and a month earlier."""
    return known(text), known(text, JUNE.before)


def tiering(day: date = JUNE.start, release: str = "a" * 64, sector: str = PRICE, **ranks: int) -> Tiering:
    """Tiers of one sector by enterprise; the margin goes with the tier."""
    answers = pd.DataFrame({"enterprise_id": list(ranks), "sector": sector, "tier_rank": list(ranks.values())})
    return Tiering(day, release, answers.assign(margin=answers["tier_rank"] - 4.0, probability=0.1))


def row(table: Table, first: str) -> dict[str, Cell]:
    """The row whose first cell says this, by the Chinese name of its columns."""
    for cells in table.rows:
        if (cells[0].zh if isinstance(cells[0], Text) else cells[0]) == first:
            return {column.zh: cell for column, cell in zip(table.columns, cells, strict=True)}
    raise AssertionError(f"no row {first} in {table.title.zh}")


def table(section: Section, title: str) -> Table:
    """The table of a section with this title."""
    return next(one for one in section.tables if one.title.zh == title)
