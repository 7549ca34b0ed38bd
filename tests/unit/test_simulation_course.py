"""A district lived year by year: the draw is handed in, and neither the past nor the truth is touched by it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from features.build import build_frame
from records.source import records_from_tables
from simulation.clues import enterprise_numbers
from simulation.course import Course, begun, lived
from simulation.draws import Draw, draw_with, pool_on, systematic_draw
from simulation.history import history_until
from simulation.risk import expit, logit, shifted
from simulation.sectors import SECTOR_IDS
from simulation.world import make_world, random_stream


@pytest.fixture(scope="module")
def course() -> Course:
    """Two years lived as the district draws by itself."""
    start = begun(make_world(300, history_until(date(2025, 1, 1), 4), seed=5))
    first = lived(start, start.usual_draw())
    return lived(first, first.usual_draw())


def draw_of(course: Course, share: float, basis: str = "random") -> Draw:
    pool = pool_on(course.world, course.today)
    probability = np.full(len(pool), share)
    return draw_with(
        random_stream(1, "draw"), course.world, course.today, pool, np.zeros(len(pool), int), probability, basis
    )


def visits_of(course: Course) -> pd.DataFrame:
    """The inspections that only the last year lived has, one row per record."""
    rows = course.tables["inspections"].to_pandas().drop_duplicates("record_id")
    return rows[rows["record_id"].str.startswith("IN2023-")]


def test_the_past_is_the_same_after_a_later_year(course: Course) -> None:
    before = course.known()
    after = Course(course.world, course.years, lived(course, draw_of(course, 0.5)).tables, course.clues).known()
    assert {name: len(table) for name, table in before.items()} == {name: len(table) for name, table in after.items()}
    assert all(before[name].equals(after[name]) for name in before)


def test_nothing_known_on_the_day_itself_is_among_the_known(course: Course) -> None:
    midnight = pd.Timestamp("2023-01-01")
    known = course.known()["inspections"].to_pandas()["known_at"]
    later = course.tables["inspections"].to_pandas()["known_at"]
    assert known.max() < midnight <= later.max()


@pytest.mark.parametrize("basis", ["random", "directed"])
def test_what_is_drawn_is_inspected_and_registered(course: Course, basis: str) -> None:
    draw = draw_of(course, 0.25, basis)
    after = lived(course, draw)
    selected = after.tables["selections"].to_pandas()
    selected = selected[selected["occurred_on"] == date(2023, 1, 1)]
    unit = pd.Index(course.world.risk.unit_enterprise * len(SECTOR_IDS) + course.world.risk.unit_sector)

    def numbers(rows: pd.DataFrame) -> list[int]:
        sector = pd.Index(SECTOR_IDS).get_indexer(pd.Index(rows["sector"]))
        return sorted(unit.get_indexer(pd.Index(enterprise_numbers(course.world, rows) * len(SECTOR_IDS) + sector)))

    assert numbers(selected) == sorted(draw.unit)
    visited = visits_of(after)
    if basis == "random":
        assert numbers(visited[visited["basis"] == "random"]) == sorted(draw.unit)
        assert visited.loc[visited["basis"] == "random", "inclusion_probability"].unique() == pytest.approx([0.25])
    else:
        assert set(draw.unit) <= set(numbers(visited[visited["basis"] == "directed"]))
        assert visited["inclusion_probability"].isna().all()
        assert selected["inclusion_probability"].isna().all()


def test_truth_and_what_needs_no_inspection_are_the_same_whatever_is_drawn(course: Course) -> None:
    few, many = lived(course, draw_of(course, 0.05)), lived(course, draw_of(course, 0.9))
    assert few.world is many.world is course.world
    given = ("enterprises", "annual_reports", "complaints", "samplings", "licences", "grades", "leads")
    assert all(few.tables[name] is many.tables[name] for name in given)
    planned = [visits_of(one).query("occurred_on < @day", local_dict={"day": date(2023, 7, 1)}) for one in (few, many)]
    columns = ["enterprise_id", "sector", "occurred_on", "basis"]
    planned = [one.loc[~one["basis"].isin(["random", "follow_up"]), columns].to_numpy().tolist() for one in planned]
    assert len(planned[0]) > 20
    assert sorted(planned[0]) == sorted(planned[1])


def test_a_course_serves_the_indicators(course: Course) -> None:
    frame = build_frame(records_from_tables(course.known()), date(2023, 1, 1))
    assert frame.columns(["inspections_count_365d"]).sum() > 0


def test_every_unit_is_drawn_with_its_own_probability_and_the_number_is_fixed() -> None:
    probability = np.tile([0.1, 0.3, 0.75, 1.0, 0.0], 4)
    stratum = np.repeat([0, 1], 10)
    draws = [systematic_draw(np.random.default_rng(seed), stratum, probability) for seed in range(3000)]
    assert {int(drawn.sum()) for drawn in draws} <= {8, 9}
    assert np.abs(np.mean(draws, axis=0) - probability).max() < 5 * np.sqrt(0.25 / 3000)
    whole = [systematic_draw(np.random.default_rng(seed), stratum, np.full(20, 0.35)) for seed in range(300)]
    assert {int(drawn.sum()) for drawn in whole} == {7}


def test_a_shock_moves_the_log_odds_of_its_units_from_its_quarter_on_and_nothing_else(course: Course) -> None:
    risk = course.world.risk
    units = risk.unit_sector == SECTOR_IDS.index("food_operation")
    quarters = course.world.history.edges[:-1] >= np.datetime64("2023-07-01")
    after = shifted(risk, units, quarters, 1.5)
    touched = np.zeros(risk.problem.shape, dtype=bool)
    touched[np.ix_(units, quarters)] = True
    assert after.problem[touched] == pytest.approx(expit(logit(risk.problem[touched].astype(float)) + 1.5), rel=1e-5)
    assert (after.problem[~touched] == risk.problem[~touched]).all()
    assert after.serious[touched] / after.problem[touched] == pytest.approx(
        risk.serious[touched] / risk.problem[touched], rel=1e-4
    )
    assert after.own is risk.own
