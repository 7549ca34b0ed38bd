"""`fenji backtest` on a small district: the figures and scores that others read."""

import json
import subprocess
import sys

import pandas as pd
import pytest

from serving.serve import PROJECT
from simulation.district import simulate

AS_OF = "2024-07-01"


@pytest.fixture(scope="module")
def backtest(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, pd.DataFrame, str]:
    """Figures, scores and what was printed of one backtest, as a process of its own."""
    folder = tmp_path_factory.mktemp("backtest")
    simulate(folder / "records", 300, 2, seed=1, progress=False)
    files = ["--json", "deep/figures.json", "--scores", "deep/scores.parquet"]
    done = subprocess.run(
        [sys.executable, "-m", "fenji", "backtest", "records", "--as-of", AS_OF, "--horizon", "180", *files],
        cwd=folder, capture_output=True, text=True, check=True,
        env={"PATH": "", "PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    figures = json.loads((folder / "deep" / "figures.json").read_text(encoding="utf-8"))
    return figures, pd.read_parquet(folder / "deep" / "scores.parquet"), done.stdout


def test_a_backtest_writes_the_named_figures(backtest: tuple[dict, pd.DataFrame, str]) -> None:
    figures, _, printed = backtest
    assert {"overall", "sectors"} <= set(figures)
    assert figures["sectors"]
    names = {"n", "base_rate", "auc", "average_precision", "log_loss", "calibration_error", "captured", "tiers"}
    for group in (figures["overall"], *figures["sectors"].values()):
        assert names <= set(group)
        assert set(group["captured"]) == {"10", "25", "50"}
        assert list(group["tiers"]) == ["low", "medium", "medium_high", "high"]
        assert sum(tier["n"] for tier in group["tiers"].values()) == group["n"]
        for tier in group["tiers"].values():
            assert set(tier) == {"n", "mean_probability", "observed", "design"}
            assert all(set(tier[rate] or ()) in (set(), {"rate", "low", "high"}) for rate in ("observed", "design"))
    assert sum(group["n"] for group in figures["sectors"].values()) == figures["overall"]["n"]
    assert "medium_high" in printed


def test_the_scores_of_a_backtest_agree_with_its_figures(backtest: tuple[dict, pd.DataFrame, str]) -> None:
    figures, scores, _ = backtest
    judged = scores[scores["outcome"].notna() & scores["probability"].notna()]
    assert len(judged) == figures["overall"]["n"]
    assert judged["outcome"].mean() == pytest.approx(figures["overall"]["base_rate"])
    assert judged["enterprise_id"].is_unique
    assert scores["probability"].dropna().between(0, 1).all()
