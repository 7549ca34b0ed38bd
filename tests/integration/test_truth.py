"""The tiers' intervals against known truth: one small district of those that `make bench-truth` judges twenty of."""

import json
from pathlib import Path

import pytest

from benchmarks import truth
from benchmarks.truth import SEEDS, as_markdown, judge_district, summarise
from model.tiers import TIERS
from tests.small_district import short_recipe

pytestmark = pytest.mark.long


def test_the_intervals_of_a_district_hold_the_true_rates_of_its_tiers(tmp_path: Path) -> None:
    with short_recipe():
        tiers = judge_district(tmp_path / "records", SEEDS[0])
    assert tiers["tier"].tolist() == [tier.id for tier in TIERS]
    assert (tiers["n"] > 0).all()
    assert (tiers["low"] < tiers["predicted"]).all()
    assert (tiers["predicted"] < tiers["high"]).all()
    assert tiers["true"].is_monotonic_increasing
    # Each holds 19 times in 20, so of four one may miss.
    assert tiers["is_covered"].sum() >= 3
    # An interval that holds everything says nothing.
    assert ((tiers["high"] - tiers["low"]) < 0.6 * tiers["predicted"] + 0.05).all()


ROW = {"n": 10, "predicted": 0.1, "low": 0.05, "high": 0.15}
DISTRICTS = [
    {"seed": 1, "seconds": 30.0, "tiers": [{"tier": "low", **ROW, "true": 0.12, "is_covered": True}]},
    {"seed": 2, "seconds": 40.0, "tiers": [{"tier": "low", **ROW, "true": 0.16, "is_covered": False}]},
]


def test_the_summary_counts_what_was_held_and_says_how_far_off_it_was() -> None:
    result = summarise(DISTRICTS)
    assert (result["intervals"], result["covered"], result["seconds"]) == (2, 1, 70.0)
    low = result["tiers"]["low"]
    assert (low["covered"], low["intervals"]) == (1, 2)
    # 0.02 and 0.06 too low, in half-widths of 0.05.
    assert low["deviation"] == pytest.approx((0.4 + 1.2) / 2)
    assert "1 of 2 intervals at 95 %" in as_markdown(result)


def test_what_is_measured_already_is_not_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(truth, "WORKSPACE", tmp_path / "done")
    monkeypatch.setattr(truth, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(truth, "SEEDS", (1, 2))
    done = tmp_path / "done" / truth.code_digest(Path(truth.__file__))
    done.mkdir(parents=True)
    for district in DISTRICTS:
        (done / f"{district['seed']}.json").write_text(json.dumps(district), encoding="utf-8")
    # Below the goal: the command says so by its exit code.
    assert truth.main() == 1
    assert json.loads((tmp_path / "results" / "truth.json").read_text(encoding="utf-8"))["covered"] == 1
    assert "| low |" in (tmp_path / "results" / "truth.md").read_text(encoding="utf-8")
    assert "1 of 2 intervals" in capsys.readouterr().out
