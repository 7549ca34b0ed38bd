"""Draws in the monthly report: pools, who was drawn from which tier, and who of them was inspected."""

from supervision.report.axes import double_random_section
from supervision.report.draws import draws_by_task, draws_by_tier, ratios
from supervision.report.names import Sectors
from supervision.report.tables import Moved, Part
from tests.monthly import DRAWS, NOTHING_DONE, PRICE, both, known, row, standards, table, tiering
from training.cards.blocks import Text


def test_a_task_states_its_pool_by_strata_and_what_became_of_those_drawn() -> None:
    tasks = draws_by_task(known(DRAWS), Sectors(standards()))
    assert [cells[0] for cells in tasks.rows] == ["T1", "T2", "T3"]
    first, second, third = (row(tasks, task) for task in ("T1", "T2", "T3"))
    assert (first["抽样层"], first["抽中记录"]) == (2, 3)
    assert (first["已查"], first["其中未能联系"], first["已查占比"]) == (2, 1, 2 / 3)
    # An inspection before the draw is not of it; one on its day is, though it names no task.
    assert (second["已查"], second["其中无效"]) == (1, 0)
    assert (second["入样概率已登记"], first["入样概率已登记"]) == (False, True)
    # Another sector's inspection with the same task says nothing of this draw.
    assert third["已查"] == 0


def test_draws_stand_by_the_tier_that_was_known_before_them() -> None:
    by_tier = draws_by_tier(known(DRAWS), tiering(甲=4, 乙=1, 丙=1))
    counts = {(cells[0].zh, cells[1].zh): cells[2:4] for cells in by_tier.rows[:-1]}
    assert counts == {
        ("低", "随机抽查"): (2, 1),
        ("高", "定向抽查"): (1, 0),
        ("高", "随机抽查"): (1, 1),
        ("未分级", "随机抽查"): (1, 1),
    }
    assert by_tier.rows[-1][2:4] == (5, 3)


def test_the_ratio_drawn_stands_beside_the_one_that_the_standard_asks_for() -> None:
    line = row(ratios(known(DRAWS), tiering(甲=4, 乙=1, 丙=1, 戊=1), standards(), Sectors(standards())), "价格监管")
    assert line["低：本月抽中"] == Part(2, 3)
    assert line["高：本月抽中"] == Part(1, 1)
    assert line["中：本月抽中"] == Part(0, 0)
    assert line["低：全年规定"] == standards()[PRICE].sampling["low"].ratio


def test_a_year_so_far_begins_on_the_first_of_january() -> None:
    done = row(
        table(double_random_section(*both(DRAWS), standards(), Sectors(standards())), "各领域抽查完成情况"), "价格监管"
    )
    assert (done["本月抽中"], done["已查"]) == (Moved(5, 1), 3)
    assert (done["本年累计抽中"], done["本年已查"]) == (6, 4)


def test_without_selections_draws_are_unknown() -> None:
    nothing, before = both(NOTHING_DONE)
    assert draws_by_tier(nothing, tiering(甲=1)).rows == ((Text("合计", "total"), "", None, None, None, None, None),)
    section = double_random_section(nothing, before, standards(), Sectors(standards()))
    assert row(table(section, "各领域抽查完成情况"), "价格监管")["本年累计抽中"] is None
    assert row(ratios(nothing, tiering(甲=1), standards(), Sectors(standards())), "价格监管")["低：本月抽中"] == Part(
        None, None
    )


POOLS = """
    selections | enterprise | occurred_on | known_at   | sector | task_code | basis  | pool_size | sample_size | stratum
    one pool   | 甲         | 2024-06-03  | 2024-06-03 | price  | T1        | random | 20        | 2           | low
    the same   | 乙         | 2024-06-03  | 2024-06-03 | price  | T1        | random | 20        | 2           | low
    another    | 丙         | 2024-06-03  | 2024-06-03 | price  | T1        | random | 4         | 1           | high
    unlike     | 甲         | 2024-06-03  | 2024-06-03 | price  | T2        | random | 20        | 2           | low
    unlike     | 乙         | 2024-06-03  | 2024-06-03 | price  | T2        | random | 21        | 2           | low
    not told   | 甲         | 2024-06-03  | 2024-06-03 | price  | T3        | random | 20        |             | low
"""


def test_a_pool_is_the_sum_over_strata_and_unknown_where_they_contradict_each_other() -> None:
    tasks = draws_by_task(known(POOLS), Sectors(standards()))
    pools = {task: (row(tasks, task)["抽样池"], row(tasks, task)["应抽"]) for task in ("T1", "T2", "T3")}
    assert pools == {"T1": (24, 3), "T2": (None, 2), "T3": (20, None)}
