"""What inspections found, in the monthly report: rates of random draws, and what was only observed."""

from dataclasses import replace

import pytest

from supervision.report.axes import application_section
from supervision.report.findings import found_by_sector, found_by_tier, visits_by_basis
from supervision.report.names import Sectors
from supervision.report.tables import Moved, Part
from supervision.report.tiering import Tierings
from tests.monthly import NOTHING_DONE, PRICE, both, known, row, standards, tiering
from training.metrics import jeffreys

FOUND = """
    inspections   | enterprise | occurred_on | known_at   | sector | basis     | severity | inclusion_probability
    drawn, clean  | 甲         | 2024-06-01  | 2024-06-02 | price  | random    | minor    | 0.2
    drawn, bad    | 乙         | 2024-06-30  | 2024-06-30 | price  | random    | general  | 0.2
    drawn, clean  | 丙         | 2024-06-10  | 2024-06-11 | price  | random    | none     | 0.2
    aimed, bad    | 丙         | 2024-06-12  | 2024-06-13 | price  | complaint | serious  |
    no chance     | 乙         | 2024-06-13  | 2024-06-13 | price  | statutory | general  |
    follow-up     | 乙         | 2024-06-14  | 2024-06-14 | price  | follow_up | general  |
    void          | 乙         | 2024-06-15  | 2024-06-15 | price  | random    | void     | 0.2
    known in July | 丙         | 2024-06-16  | 2024-07-01 | price  | random    | serious  | 0.2
    of May        | 丙         | 2024-05-31  | 2024-06-01 | price  | random    | serious  | 0.2
    last year     | 丙         | 2023-06-30  | 2023-07-01 | price  | random    | serious  | 0.2
"""


def test_a_rate_rests_on_random_draws_alone_and_targeted_ones_are_only_observed() -> None:
    found = found_by_tier(known(FOUND), tiering(甲=1, 乙=1), standards())
    low, rest, total = row(found, "低"), row(found, "未分级"), row(found, "合计")
    assert (low["随机抽查"], low["随机抽查有问题"], low["问题率"]) == (2, 1, jeffreys(1, 2))
    assert (low["针对性检查所见"], low["其他检查所见"]) == (Part(0, 0), Part(1, 1))
    assert (rest["问题率"], rest["针对性检查所见"]) == (jeffreys(0, 1), Part(1, 1))
    assert (total["随机抽查"], total["问题率"]) == (3, jeffreys(1, 3))


def test_unequal_chances_weigh_by_their_inverse() -> None:
    text = FOUND.replace("minor    | 0.2", "minor    | 0.1")
    rate = row(found_by_tier(known(text), tiering(甲=1, 乙=1), standards()), "低")["问题率"]
    # One problem of weight 5, one clean of weight 10.
    assert rate.rate == pytest.approx(5 / 15)


def test_a_tier_without_a_draw_has_no_rate_and_is_not_zero() -> None:
    high = row(found_by_tier(known(FOUND), tiering(甲=1), standards()), "高")
    assert (high["随机抽查"], high["问题率"]) == (0, pytest.approx(float("nan"), nan_ok=True))


def test_twelve_months_begin_a_year_before_the_end() -> None:
    food = row(found_by_sector(known(FOUND), standards(), Sectors(standards())), "价格监管")
    assert (food["随机抽查"], food["随机抽查有问题"]) == (4, 2)


def test_what_counts_as_a_problem_is_the_sectors_own_severity() -> None:
    strict = {**standards(), PRICE: replace(standards()[PRICE], outcome_severity="serious")}
    assert row(found_by_sector(known(FOUND), strict, Sectors(strict)), "价格监管")["随机抽查有问题"] == 1


def test_inspections_are_counted_by_basis_and_result() -> None:
    by_basis = visits_by_basis(*both(FOUND), standards())
    random = row(by_basis, "随机抽查")
    # That of 31 May became known on 1 June: May's own report could not have it.
    assert (random["检查"], random["有结论"], random["无效"], random["发现问题"]) == (
        Moved(4, 0), Moved(3, 0), Moved(1, 0), Moved(1, 0),
    )  # fmt: skip
    assert row(by_basis, "复查")["发现问题"] == Moved(0, 0)
    assert row(by_basis, "合计")["检查"] == Moved(7, 0)


def test_without_inspections_everything_found_is_unknown() -> None:
    total = row(found_by_tier(known(NOTHING_DONE), tiering(甲=1), standards()), "合计")
    assert (total["随机抽查"], total["问题率"], total["针对性检查所见"]) == (None, None, None)
    section = application_section(known(NOTHING_DONE), Tierings(), standards(), Sectors(standards()))
    assert section.tiles[0].value is None
