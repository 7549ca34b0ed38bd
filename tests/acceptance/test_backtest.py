"""`fenji backtest` on a small district: the figures and scores that others read."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from serving.serve import PROJECT
from simulation.district import simulate

pytestmark = pytest.mark.long

AS_OF = "2024-07-01"


@pytest.fixture(scope="module")
def backtest(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, pd.DataFrame, str]:
    """Figures, scores and what was printed of one backtest, as a process of its own."""
    folder = tmp_path_factory.mktemp("backtest")
    simulate(folder / "records", 300, 2, seed=1, progress=False)
    write_grades(folder / "records")
    files = ["--json", "deep/figures.json", "--scores", "deep/scores.parquet"]
    done = subprocess.run(
        [sys.executable, "-m", "fenji", "backtest", "records", "--as-of", AS_OF, "--horizon", "180", *files],
        cwd=folder, capture_output=True, text=True, check=True,
        env={"PATH": "", "PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    figures = json.loads((folder / "deep" / "figures.json").read_text(encoding="utf-8"))
    return figures, pd.read_parquet(folder / "deep" / "scores.parquet"), done.stdout


def write_grades(records: Path) -> None:
    """A provincial general grade of every enterprise, known before AS_OF for all but one in five."""
    ids = sorted(pd.read_parquet(records / "enterprises.parquet")["enterprise_id"].unique())
    known = [AS_OF if number % 5 == 0 else "2024-02-01" for number in range(len(ids))]
    grades = pd.DataFrame({"enterprise_id": ids, "known_at": pd.to_datetime(known), "scheme": "provincial_general"})
    grades["tier_rank"] = [1 + number % 4 for number in range(len(ids))]
    grades["grade"] = grades["tier_rank"].map(dict(enumerate("ABCD", start=1)))
    owners = dict.fromkeys(("producer", "provider", "responsible", "source"), "省企业信用风险分类管理系统")
    named = grades.assign(record_id=[f"G{number}" for number in range(len(ids))], occurred_on="2024-02-01", **owners)
    (records / "grades.parquet").unlink()
    named.to_csv(records / "grades.csv", index=False)


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


def test_another_systems_grades_known_before_the_date_stand_beside_ours(
    backtest: tuple[dict, pd.DataFrame, str],
) -> None:
    figures, _, printed = backtest
    general = figures["rivals"]["provincial_general"]
    assert 0 < general["n"] < figures["overall"]["n"]
    assert set(general["auc"]) == {"rival", "our_tiers", "ours"}
    for side in ("rival", "ours"):
        assert sum(pair[side]["n"] for pair in general["tiers"].values()) == general["n"]
    assert "not_applicable" in figures["rivals"]["provincial_professional"]
    assert "provincial general grade: n" in printed
    assert "provincial professional grade: 不适用" in printed
