"""分级分类 and 四有 in the monthly report: who is tiered, who moved, which gates a sector passes."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from model.standard import Standard
from records.errors import ModelError
from supervision.report.classification import classification_section
from supervision.report.distribution import distribution
from supervision.report.four_gates import GATES, gather
from supervision.report.movement import LEAST_COMPARED
from supervision.report.names import Sectors
from supervision.report.tables import Moved
from supervision.report.tiering import Tierings, check_dates
from tests.monthly import DRAWS, FOOD, JUNE, NOTHING_DONE, PRICE, known, row, standards, table, tiering

REGISTER = """
    enterprises   | enterprise         | ent_type | state        | sectors     | valid_from | known_at   | valid_to
    two sectors   | 甲                 | 1130     | active       | price;drugs | 2020-01-01 | 2020-01-01 |
    dormant       | 乙                 | 2130     | dormant      | price       | 2020-01-01 | 2020-01-01 |
    individual    | 丙                 | 9500     | active       | price       | 2020-01-01 | 2020-01-01 |
    by its code   | 92440511MA0000015A | 1130     | active       | price       | 2020-01-01 | 2020-01-01 |
    gone          | 丁                 | 1130     | deregistered | price       | 2020-01-01 | 2020-01-01 |
    in no sector  | 戊                 | 1130     | active       |             | 2020-01-01 | 2020-01-01 |
    known in July | 己                 | 1130     | active       | price       | 2024-06-01 | 2024-07-01 |
    ended at once | 庚                 | 1130     | active       | price       | 2020-01-01 | 2020-01-01 | 2024-07-01
"""


def test_who_is_to_be_tiered_is_on_the_register_in_business_and_in_scope() -> None:
    now = tiering(JUNE.end, 甲=1, 乙=4)
    spread = distribution(known(REGISTER), Tierings(now, tiering(甲=2)), Sectors(standards()))
    food = row(spread, "价格监管")
    assert (food["应分级"], food["已分级"], food["覆盖率"]) == (2, Moved(2, 1), 1.0)
    assert (food["低"], food["中"], food["高"]) == (Moved(1, 0), Moved(0, 1), Moved(1, 0))
    assert food["中高及以上占比"] == Moved(0.5, 0.0)
    assert row(spread, "drugs")["已分级"] == Moved(0, 0)
    assert row(spread, "通用（未标明领域）")["应分级"] == 1
    assert row(spread, "合计")["应分级"] == 4


def test_without_a_snapshot_tiers_are_unknown_and_it_is_said() -> None:
    section = classification_section(known(REGISTER), Tierings(), Sectors(standards()))
    assert row(table(section, "风险类别分布"), "价格监管")["已分级"] == Moved(None, None)
    assert [sentence.zh for sentence in section.missing] == [
        "未提供 2024-07-01 的分级快照，月末风险类别未知。",
        "未提供 2024-06-01 或更早的分级快照，等级迁移和按等级的抽查结果未知。",
    ]
    assert [one.title.zh for one in section.tables] == ["风险类别分布", "分类范围"]


def test_migration_follows_each_enterprise_and_says_whether_the_models_changed() -> None:
    before, now = tiering(甲=1, 乙=2, 辛=3), tiering(JUNE.end, "b" * 64, 甲=3, 乙=2, 壬=4)
    section = classification_section(known(REGISTER), Tierings(now, before), Sectors(standards()))
    low = row(table(section, "等级迁移"), "低")
    assert (low["现为中高"], low["两期均有"], low["未变占比"]) == (1, 1, 0.0)
    assert row(table(section, "等级迁移"), "中高")["退出"] == 1
    assert row(table(section, "等级迁移"), "新进")["现为高"] == 1
    moved = table(section, "各领域等级变动")
    assert (row(moved, "价格监管")["上调"], row(moved, "价格监管")["下调"]) == (0.5, 0.0)
    assert pd.isna(row(moved, "合计")["类别稳定性 PSI"]), f"of fewer than {LEAST_COMPARED}"
    assert "两个发布" in moved.note.zh


def test_subjects_out_of_scope_are_counted_and_never_to_be_tiered() -> None:
    scope = table(classification_section(known(REGISTER), Tierings(), Sectors(standards())), "分类范围")
    individual = row(scope, "个体工商户")
    assert (individual["登记在册"], individual["是否分级"]) == (1, False)
    by_code = row(scope, "统一社会信用代码属不分级对象，类型代码却属分级对象")
    assert (by_code["登记在册"], by_code["是否分级"]) == (1, False)
    assert (row(scope, "合计")["登记在册"], row(scope, "合计")["其中在营"]) == (6, 5)


def test_a_snapshot_must_be_of_the_months_end_and_the_one_before_not_later_than_its_start() -> None:
    check_dates(JUNE, Tierings(tiering(JUNE.end), tiering(JUNE.start)))
    check_dates(JUNE, Tierings(None, tiering(date(2024, 3, 1))))
    with pytest.raises(ModelError, match="must be as of 2024-07-01, the end of the month, got 2024-06-30"):
        check_dates(JUNE, Tierings(tiering(date(2024, 6, 30))))
    with pytest.raises(ModelError, match="as of 2024-06-01, the start of 2024-06, or earlier, got 2024-06-02"):
        check_dates(JUNE, Tierings(None, tiering(date(2024, 6, 2))))


def judged(text: str, tierings: Tierings, rules: dict[str, Standard], sector: str) -> list[tuple[object, object]]:
    facts = gather(known(text), tierings, rules)[sector]
    return [(verdict.answer, verdict.number) for verdict in (gate.judge(facts) for gate in GATES)]


def test_each_gate_rests_on_its_number() -> None:
    dated = {**standards(), PRICE: replace(standards()[PRICE], valid_from=date(2024, 6, 30))}
    tiers = Tierings(tiering(JUNE.end, 甲=1, 乙=2))
    # Drawn at random with a registered chance in twelve months: 甲、乙、丙 in June, 甲 in May, 乙 in December.
    assert judged(DRAWS, tiers, dated, PRICE) == [(True, 1), (True, 5), (True, 2), (True, 5)]
    assert judged(DRAWS, tiers, dated, FOOD)[1:] == [(True, 1), (False, 0), (False, 0)]


def test_a_gate_without_anything_given_is_unknown() -> None:
    dated = {**standards(), PRICE: replace(standards()[PRICE], valid_from=None)}
    assert judged(NOTHING_DONE, Tierings(), dated, PRICE) == [(None, 1), (None, None), (None, None), (None, None)]


def test_a_standard_that_begins_at_the_months_end_is_not_yet_a_rule() -> None:
    for day, answer in ((date(2024, 6, 30), True), (date(2024, 7, 1), False)):
        dated = {PRICE: replace(standards()[PRICE], valid_from=day)}
        assert judged(NOTHING_DONE, Tierings(), dated, PRICE)[0] == (answer, 1)


def test_a_sector_without_a_standard_has_no_rules() -> None:
    text = DRAWS.replace("food_operation", "moon_trade")
    assert judged(text, Tierings(), standards(), "moon_trade")[:2] == [(False, 0), (True, 1)]


def test_a_register_in_which_nobody_is_left_and_a_snapshot_without_tiers_are_no_trouble() -> None:
    text = """
        enterprises | enterprise | valid_from | known_at   | valid_to
                    | 甲         | 2020-01-01 | 2020-01-01 | 2024-01-01
    """
    nobody = Tierings(tiering(JUNE.end), tiering(JUNE.start))
    section = classification_section(known(text), nobody, Sectors(standards()))
    assert row(table(section, "分类范围"), "合计")["登记在册"] == 0
    total = row(table(section, "风险类别分布"), "合计")
    assert (total["已分级"], total["低"]) == (Moved(0, 0), Moved(0, 0))
    assert pd.isna(row(table(section, "各领域等级变动"), "合计")["上调"])
