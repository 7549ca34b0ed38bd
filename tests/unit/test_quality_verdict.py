"""What the quality benchmark says of a goal that is met, missed by noise, or missed; and what it writes."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.quality_report import markdown, write_report
from benchmarks.quality_verdict import OURS, place, summarise, with_ranks

TIERS = {tier: {"share": 0.25, "rate": 0.2, "low": 0.1, "high": 0.3} for tier in ("low", "medium", "medium_high")}
TIERS["high"] = {"share": 0.25, "rate": None, "low": None, "high": None}


def model(name: str, log_loss: float, auc: float, noise: float = 0.001) -> dict[str, Any]:
    """A model of a set on which ours has a log-loss of 0.5 and an AUC of 0.7; `noise` is half its intervals."""
    values = {"log_loss": log_loss - 0.5, "auc": auc - 0.7}
    difference = {m: {"value": v, "low": v - noise, "high": v + noise} for m, v in values.items()}
    return {
        "zh": {OURS: "本系统"}.get(name, name),
        "en": name,
        "log_loss": log_loss,
        "auc": auc,
        "average_precision": 0.4,
        "calibration_error": 0.015,
        "calibration_bound": 0.02,
        "precision_in_first_10": 0.5,
        "tiers": TIERS,
        "seconds": 1.5,
        "difference": None if name == OURS else difference,
    }


def result(*peers: dict[str, Any], n: int = 1_000, **ours: float) -> dict[str, Any]:
    models = {OURS: {**model(OURS, 0.5, 0.7), **ours}, **{peer["en"]: peer for peer in peers}}
    counts = {"as_of": "2024-01-01", "n": n, "base_rate": 0.2, "left_out": 3, "fitted_rows": 5_000, "snapshots": 4}
    return {**counts, "indicators": 277, "models": with_ranks(models), "not_applicable": {"points": "No table here."}}


def report(results: dict[str, Any]) -> dict[str, Any]:
    return {"sets": results, "summary": summarise(results), "versions": {"lightgbm": "4.7.0"}}


def missed(results: dict[str, Any]) -> list[str]:
    return [part["en"] for part in summarise(results)["goal"] if not part["is_met"]]


def test_first_everywhere_meets_the_goal() -> None:
    results = {"a": result(model("p", 0.51, 0.69)), "b": result(model("p", 0.6, 0.6))}
    assert place(results["a"], "log_loss")["place"] == "first"
    assert summarise(results)["is_met"]
    text = markdown(report(results))
    assert "目标达到。The goal is met." in text
    assert "落后 0 项" in text
    assert "not met" not in text


def test_within_the_interval_is_enough_where_the_average_rank_is_first() -> None:
    close = result(model("p", 0.4995, 0.7002))
    assert place(close, "log_loss") == {
        "place": "within",
        "leader": "p",
        "difference": {"value": pytest.approx(-0.0005), "low": pytest.approx(-0.0015), "high": pytest.approx(0.0005)},
    }
    far = [result(model("p", 0.52, 0.65)) for _ in range(2)]
    assert missed({"a": close, "b": far[0], "c": far[1]}) == []
    assert missed({"a": close, "b": far[0]}) == [
        "average rank in log-loss 1.50, the best peer is p with 1.50",
        "average rank in AUC 1.50, the best peer is p with 1.50",
    ]


def test_behind_is_said_however_good_the_other_sets_are() -> None:
    results = {"a": result(model("p", 0.49, 0.71)), **{name: result(model("p", 0.9, 0.5)) for name in "bcd"}}
    assert place(results["a"], "auc")["place"] == "behind"
    assert missed(results) == ["of 8 comparisons first in 6, within the interval of the first in 0, behind in 2"]
    text = markdown(report(results))
    assert "目标未达到。The goal is **not met**." in text
    assert "- log-loss：落后 behind；最好的同类 best peer p p -0.0100 [-0.0110, -0.0090]" in text


def test_a_tie_everywhere_is_not_a_win() -> None:
    tied = result(model("p", 0.5, 0.7))
    assert place(tied, "log_loss")["place"] == "within"
    assert "log-loss over all rows 0.5000, the closest peer is p at +0.0000 from ours" in missed({"a": tied})


def test_a_peer_without_an_answer_somewhere_is_held_against_ours_on_its_own_sets() -> None:
    results = {"a": result(model("p", 0.51, 0.69), model("q", 0.45, 0.75)), "b": result(model("p", 0.9, 0.5), n=9_000)}
    summary = summarise(results)
    assert summary["models"]["q"]["sets"] == 1
    assert summary["models"]["q"]["ours_on_these"] == {"by_row": 0.5, "by_set": 0.5}
    assert summary["models"]["p"]["pooled_log_loss"]["by_row"] == pytest.approx(0.861)
    assert "log-loss over all rows 0.5000, the closest peer is q at -0.0500 from ours" in missed(results)
    assert "0.4500 (本系统 ours 0.5000)" in markdown(report(results))


def test_a_calibration_error_above_its_bound_misses_the_goal() -> None:
    results = {"a": result(model("p", 0.51, 0.69), calibration_error=0.031)}
    assert missed(results) == ["calibration error on a 0.0310, bound 0.0200"]


def test_the_report_has_a_table_per_set_and_names_who_could_not_answer(tmp_path: Path) -> None:
    results = {"a": result(model("p", 0.51, 0.69)), "b": result(model("p", 2.5, 0.6), model("q", 0.48, 0.6))}
    write_report(report(results), tmp_path)
    assert json.loads((tmp_path / "quality.json").read_text(encoding="utf-8")) == report(results)
    text = (tmp_path / "quality.md").read_text(encoding="utf-8")
    assert text.index("## 结论 Verdict") < text.index("## 汇总 Summary") < text.index("\n## a") < text.index("\n## b")
    assert "- 不适用 not applicable: points: No table here." in text
    assert "| p | 0.5100 | +0.0100 [+0.0090, +0.0110] | 0.6900 | -0.0100 [-0.0110, -0.0090] |" in text
    assert "| 25.0%: 20.0% | 25.0%: — |" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {8, 13}
    assert (tmp_path / "quality.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
