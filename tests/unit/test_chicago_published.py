"""The published Chicago window: the metric on plans worked out by hand, and the published figures themselves."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import chicago
from benchmarks import chicago_published as published
from benchmarks.chicago_published_report import WAYS, is_reproduced, markdown, measure, write_report
from benchmarks.days_earlier import as_inspected, at_random, bounds, days_earlier, resampled
from benchmarks.sources import VARIABLE, open_data_directory
from features.build import Frame
from features.peers import Peers
from model.standard import GENERAL
from records.errors import DataError
from tests.small_training import AS_OF, small_training, with_model
from training.examples import Examples

# Two inspections on day 0, one on day 3, two on day 10; the third and the last found a problem.
DAY = np.array([0.0, 0.0, 3.0, 10.0, 10.0])
IS_POSITIVE = np.array([False, False, True, False, True])


@pytest.fixture(scope="module")
def source() -> Path:
    directory = open_data_directory() / "chicago"
    if not directory.is_dir():
        pytest.skip(f"the open data of chicago are absent; set {VARIABLE} to the directory that holds them")
    return directory


def plan_of(copies: int) -> pd.DataFrame:
    """The same five inspections again and again, of other enterprises each time."""
    parts = [
        pd.DataFrame(
            {
                "enterprise_id": [f"C{copy}-{one}" for one in (1, 2, 3, 4, 4)],
                "day": DAY,
                "is_positive": IS_POSITIVE,
                "published": [0.1, 0.2, 0.8, 0.3, 0.9],
            }
        )
        for copy in range(copies)
    ]
    return pd.concat(parts, ignore_index=True)


def test_highest_scores_take_the_first_places_and_every_day_keeps_its_number():
    earlier = days_earlier(DAY, np.array([0.1, 0.2, 0.8, 0.3, 0.9]), IS_POSITIVE)
    # Found on day 3 and day 10 before, both on day 0 now.
    assert earlier.days == pytest.approx((3 + 10) / 2)
    assert earlier.first_half == 1.0


def test_worst_order_is_later_than_the_plan():
    earlier = days_earlier(DAY, np.array([0.9, 0.8, 0.2, 0.7, 0.1]), IS_POSITIVE)
    assert earlier.days == pytest.approx(((3 - 10) + (10 - 10)) / 2)
    assert earlier.first_half == 0.0


def test_median_day_is_not_part_of_the_first_half():
    assert as_inspected(DAY, IS_POSITIVE).first_half == 0.0
    assert as_inspected(DAY, np.array([True, False, True, False, False])).first_half == 0.5


def test_order_within_a_day_counts_for_nothing():
    assert days_earlier(DAY, np.array([4.0, 5.0, 3.0, 1.0, 2.0]), IS_POSITIVE).days == 0.0
    assert as_inspected(DAY, IS_POSITIVE).days == 0.0


def test_equal_scores_keep_the_given_order():
    assert days_earlier(DAY, np.zeros(5), IS_POSITIVE).days == 0.0


def test_random_order_gives_the_distance_of_two_means():
    generator = np.random.default_rng(0)
    drawn = [days_earlier(DAY, generator.random(5), IS_POSITIVE).days for _ in range(5000)]
    assert at_random(DAY, IS_POSITIVE) == pytest.approx((3 + 10) / 2 - 23 / 5)
    assert np.mean(drawn) == pytest.approx(at_random(DAY, IS_POSITIVE), abs=0.15)


def test_bootstrap_draws_enterprises_whole_and_pairs_the_scores():
    plan = plan_of(8)
    scores = pd.DataFrame({"good": plan["published"].to_numpy(), "same": 2 * plan["published"].to_numpy()})
    samples = resampled(plan, scores)
    assert (samples["good"] == samples["same"]).all()
    low, high = bounds(samples["good"])
    point = days_earlier(plan["day"].to_numpy(), scores["good"].to_numpy(), plan["is_positive"].to_numpy()).days
    assert low < point < high


def test_published_figures_are_reproduced_exactly(source: Path):
    plan = published.published_plan(source)
    day, is_positive = plan["day"].to_numpy(dtype=float), plan["is_positive"].to_numpy()
    found = days_earlier(day, plan["published"].to_numpy(), is_positive)
    assert (len(plan), int(is_positive.sum())) == (1665, 263)
    # 1,996 days over 263 positives; 143 of them in the first half as inspected, 180 as published.
    assert found.days == pytest.approx(1996 / 263)
    assert found.first_half == pytest.approx(180 / 263)
    assert as_inspected(day, is_positive).first_half == pytest.approx(143 / 263)
    assert is_reproduced(vars(found), 143 / 263)


def test_published_figures_do_not_lean_on_how_ties_are_ordered(source: Path):
    plan = published.published_plan(source).iloc[::-1]
    found = days_earlier(plan["day"].to_numpy(float), plan["published"].to_numpy(), plan["is_positive"].to_numpy())
    assert found.days == pytest.approx(1996 / 263)


def test_another_score_is_said_not_to_reproduce():
    assert not is_reproduced({"days": 7.58, "first_half": 0.684}, 0.544)
    assert not is_reproduced({"days": 7.59, "first_half": 0.684}, 0.551)


def test_inspector_is_never_read(source: Path, tmp_path: Path):
    """The same plan and the same tables come out of a file without the column."""
    for name in ("licences", "sanitation_complaints"):
        pd.read_parquet(source / f"{name}.parquet").to_parquet(tmp_path / f"{name}.parquet")
    blind = pd.read_parquet(source / "inspections.parquet").drop(columns="sanitarian")
    blind.to_parquet(tmp_path / "inspections.parquet")
    chicago.write_records(tmp_path, tmp_path / "blind", is_planned=True)
    pd.testing.assert_frame_equal(published.published_plan(tmp_path), published.published_plan(source))
    tables = {path.name: pd.read_parquet(path) for path in (tmp_path / "blind").glob("*.parquet")}
    assert len(tables) == 4
    assert not any("sanitarian" in table.columns for table in tables.values())


def test_planned_shop_is_known_from_its_licence_but_not_before_the_file_nor_after_its_inspection():
    registered = pd.DataFrame(
        {
            "enterprise_id": ["C1", "C2", "C3"],
            "established_on": pd.to_datetime(["2002-02-16", "2012-01-01", "2013-05-01"]),
            "known_at": pd.to_datetime(["2011-09-02", "2012-06-01", "2013-05-01"]),
        }
    )
    known = chicago.known_from_registration(registered)
    assert known["known_at"].tolist() == [pd.Timestamp(d) for d in ("2011-09-01", "2012-01-01", "2013-04-30")]
    assert known["valid_from"].equals(known["known_at"])


def test_plan_without_neighbours_does_not_move_with_them():
    training = with_model(small_training(), GENERAL, lineage={"choice": "scorecard"})
    examples = training.examples
    names = (*examples.names, "neighbourhood_problem_rate_300m")
    # The neighbours say everything there is to know.
    values = np.column_stack([examples.values, examples.keys["outcome"]]).astype(np.float32)
    margins = published.own_records_margins(replace(training, examples=Examples(examples.keys, values, names)))
    keys = examples.keys[["enterprise_id", "sector"]].assign(in_scope=True, state="active")
    frame = Frame(AS_OF, keys, values, names, Peers(AS_OF, {}))
    turned = replace(frame, values=np.column_stack([values[:, :3], 1 - values[:, 3]]))
    pd.testing.assert_series_equal(margins(frame), margins(turned))
    more_penalties = replace(frame, values=values + np.array([0, 1, 0, 0], dtype=np.float32))
    assert (margins(more_penalties) >= margins(frame)).all()
    assert (margins(more_penalties) > margins(frame)).any()


def test_report_says_whether_the_goal_is_met(tmp_path: Path):
    plan = plan_of(8)
    good = pd.DataFrame(dict.fromkeys(WAYS, plan["published"]))
    report = measure(plan, good)
    assert report["plans"]["each_day"]["days"] == 6.5
    assert report["is_met"]
    assert report["plans"]["each_day"]["minus_published"] == (0.0, 0.0)
    assert not report["is_reproduced"]
    bad = measure(plan, -good)
    assert not bad["is_met"]
    assert "not met" in markdown(bad)
    write_report(report, tmp_path)
    assert (tmp_path / "chicago_published.json").is_file()
    assert "6.50" in (tmp_path / "chicago_published.md").read_text(encoding="utf-8")


def test_absent_open_data_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert published.main() == DataError.exit_code
    assert "FENJI_OPEN_DATA" in capsys.readouterr().out


def test_everything_learned_lies_before_the_window(source: Path):
    assert published.published_plan(source)["date"].min() == date(2014, 9, 2)
    assert date(2014, 4, 17) == published.LEARNED_BEFORE
