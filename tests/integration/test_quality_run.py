"""The quality benchmark from records to report on the small district, with peers that take no time."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from sklearn.linear_model import LogisticRegression

from benchmarks import quality
from benchmarks.peers import point_table, prior_rate
from benchmarks.peers.peer import Array, Peer
from benchmarks.quality_sets import QualitySet
from benchmarks.split import Split
from model.standard import SHIPPED_STANDARDS
from records.progress import Report
from tests.small_district import AS_OF, short_recipe, small_district
from tests.small_split import small_split

pytestmark = pytest.mark.long

SEEN: list[Split] = []


def answer(split: Split, progress: Report) -> Array:
    """A logistic regression on the indicators that are never null."""
    SEEN.append(split)
    is_whole = (
        split.is_varying & ~np.isnan(split.fitted_matrix).any(axis=0) & ~np.isnan(split.judged_matrix).any(axis=0)
    )
    fitted, judged = (np.log1p(np.abs(matrix[:, is_whole])) for matrix in (split.fitted_matrix, split.judged_matrix))
    logistic = LogisticRegression(C=0.01, max_iter=2_000).fit(fitted, split.outcome, sample_weight=split.weight)
    return logistic.predict_proba(judged)[:, 1]


FAST = Peer("fast", "快", "fast", ("numpy",), answer)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where answers are kept, and where the report is written."""
    folder = tmp_path_factory.mktemp("quality")
    return folder / "cache", folder / "results"


@pytest.fixture(scope="module")
def report(places: tuple[Path, Path]) -> Mapping[str, Any]:
    one = QualitySet("small", AS_OF, lambda: ("", SHIPPED_STANDARDS))
    with short_recipe() as patch:
        # The very records of the district, so that its backtest can be held beside.
        patch.setattr(quality, "load_records", lambda location: small_district().records)
        return quality.run([one], [prior_rate.PEER, point_table.PEER, FAST], *places, Console(quiet=True))


def test_ours_is_judged_exactly_as_by_the_backtest(report: Mapping[str, Any]) -> None:
    ours, overall = report["sets"]["small"]["models"]["fenji"], small_district().judged.report["overall"]
    assert report["sets"]["small"]["n"] == overall["n"]
    for figure in ("auc", "average_precision", "log_loss", "calibration_error"):
        assert ours[figure] == pytest.approx(overall[figure], abs=1e-9)


def test_peers_learn_from_our_own_rows_and_answer_for_our_own_enterprises(report: Mapping[str, Any]) -> None:
    split, training = SEEN[0], small_district().training
    assert np.array_equal(split.fitted_matrix, training.examples.values, equal_nan=True)
    assert split.weight.tolist() == training.examples.keys["weight"].tolist()
    scores = small_district().judged.scores
    judged = scores[scores["outcome"].notna() & scores["probability"].notna()]
    assert set(split.judged["enterprise_id"]) == set(judged["enterprise_id"])
    # A row of the matrix is that of its enterprise and sector.
    frame = small_district().frame
    rows = frame.keys.reset_index(names="row").merge(split.judged[["enterprise_id", "sector"]])
    expected = frame.values[rows.set_index(["enterprise_id", "sector"])["row"]]
    order = split.judged.sort_values(["enterprise_id", "sector"]).index
    assert np.array_equal(split.judged_matrix[order], expected, equal_nan=True)


def test_what_an_enterprise_did_after_t_is_no_part_of_its_own_rate(report: Mapping[str, Any]) -> None:
    split = SEEN[0]
    inspections = small_district().tables["inspections"]
    earlier = inspections[(inspections["known_at"] < "2024-01-01") & (inspections["basis"] != "follow_up")]
    without = ~split.judged["enterprise_id"].isin(earlier["enterprise_id"])
    assert split.judged.loc[without, "own_rate"].isna().all()
    assert split.judged["own_rate"].dropna().between(0, 1).all()
    assert 0 < split.judged["own_rate"].isna().mean() < 1


def test_the_report_is_written_and_every_peer_is_in_it(report: Mapping[str, Any], places: tuple[Path, Path]) -> None:
    cache, out = places
    assert {path.name for path in out.iterdir()} == {"quality.json", "quality.md", "quality.png"}
    assert json.loads((out / "quality.json").read_text(encoding="utf-8")) == report
    models = report["sets"]["small"]["models"]
    assert set(models) == {"fenji", "prior_rate", "point_table", "fast"}
    for model in models.values():
        assert sum(tier["share"] for tier in model["tiers"].values()) == pytest.approx(1)
    assert sorted(model["rank"]["auc"] for model in models.values()) == [1, 2, 3, 4]
    # Rules take no time, so only the learned answer is kept.
    assert [path.name.split("-")[0] for path in cache.iterdir()] == ["fast"]


def test_the_small_split_looks_like_a_real_one(report: Mapping[str, Any]) -> None:
    """The unit tests' invented split may not drift away from what `make_split` gives."""
    invented = small_split()
    assert invented.fitted.columns.tolist() == SEEN[0].fitted.columns.tolist()
    assert set(invented.judged.columns) == set(SEEN[0].judged.columns)
