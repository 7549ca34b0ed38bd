"""What several districts say together, and how it is told and drawn."""

import json
from pathlib import Path

import pytest

from benchmarks import loop as bench
from benchmarks.loop_report import as_markdown, verdicts
from loop.policies import GREEDY, OURS, POLICIES, RANDOM
from loop.run import run_district
from loop.summary import biased, over, summarise
from loop.table import lines, percent, times
from model.tiers import TIERS
from records.errors import ConfigError

FOUND = {RANDOM: 10, "point_table": 14, OURS: 20, "no_floor": 21, GREEDY: 30}


def result(policy: str, seed: int, off: float = 0.0) -> dict:
    """Two years of a district in which every tier's stated rate is `off` by so much."""
    tiers = [
        {
            "tier": tier.id, "n": 10, "stated": 0.1 + off, "true": 0.1, "drawn": 2,
            "estimated": None if policy == GREEDY else 0.1,
        }
        for tier in TIERS
    ]  # fmt: skip
    found = FOUND[policy] + seed
    year = {
        "pool": 1000, "drawn": 100, "found": found, "expected": float(found), "on_clean": 5, "serious_missed": 0.02,
        "serious_met": 0.1, "low_share": 0.3,
        "auc": 0.7, "auc_low": 0.6, "tiers": tiers,
    }  # fmt: skip
    notices = [
        {"year": 1, "watched": 50, "false_alarm": False, "early": False, "whole": 2, "better_half": None},
        {"year": 2, "watched": 50, "false_alarm": True, "early": True, "whole": None, "better_half": None},
    ]
    years = [{"year": number, **year} for number in (1, 2)]
    return {"seed": seed, "policy": policy, "seconds": 1.0, "years": years, "notices": notices}


def results(off: float = 0.0) -> list[dict]:
    return [result(policy.id, seed, off) for policy in POLICIES for seed in (1, 2)]


def test_interval_over_districts_is_students() -> None:
    figure = over([1.0, 2.0, 3.0, None])
    assert figure is not None
    assert figure["mean"] == pytest.approx(2.0)
    # t(0.975, 2) = 4.3027; the standard error is 1 / sqrt(3).
    assert figure["high"] == pytest.approx(2.0 + 4.3027 / 3**0.5, abs=1e-4)
    assert over([1.5]) == {"mean": 1.5, "low": None, "high": None}
    assert over([None]) is None


def test_gain_is_the_mean_of_the_districts_own_ratios() -> None:
    found = summarise(results())["policies"]
    assert found[OURS]["gain"]["mean"] == pytest.approx((21 / 11 + 22 / 12) / 2)
    assert found[RANDOM]["gain"]["mean"] == 1.0


def test_a_district_counts_only_where_every_policy_has_lived_it() -> None:
    summary = summarise([*results(), result(OURS, 3)])
    assert summary["seeds"] == [1, 2]


def test_a_shock_after_a_false_alarm_is_no_trial() -> None:
    noticed = summarise(results())["policies"][OURS]["noticed"]
    assert noticed["whole"]["soon"]["mean"] == 1.0
    assert [share["mean"] for share in noticed["whole"]["by_month"][:2]] == [0.0, 1.0]
    assert noticed["better_half"]["soon"]["mean"] == 0.0


def test_bias_counts_intervals_that_leave_out_nothing() -> None:
    assert biased(summarise(results())["policies"][OURS], "stated_bias") == (0, 8)
    assert biased(summarise(results(off=0.02))["policies"][OURS], "stated_bias") == (8, 8)
    assert biased(summarise(results())["policies"][GREEDY], "estimated_bias") == (0, 0)


def test_figures_are_told_with_their_intervals() -> None:
    assert percent({"mean": 0.123, "low": 0.11, "high": 0.136}) == "12.3 % (11.0 to 13.6)"
    assert percent({"mean": 0.123, "low": None, "high": None}) == "12.3 %"
    assert times({"mean": 1.83, "low": 1.78, "high": 1.88}) == "1.83 (1.78 to 1.88)"
    assert (percent(None), times(None)) == ("–", "–")
    assert [row[0] for row in lines(summarise(results()))] == [f"{policy.zh} {policy.en}" for policy in POLICIES]


def test_what_was_lived_is_summed_up_in_figures_text_and_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "WORKSPACE", tmp_path / "done")
    monkeypatch.setattr(bench, "RESULTS", tmp_path / "results")
    done = tmp_path / "done" / bench.code_digest(Path(bench.__file__), "loop")
    done.mkdir(parents=True)
    for one in results():
        (done / f"{one['seed']}-{one['policy']}.json").write_text(json.dumps(one), encoding="utf-8")
    # All is there, so nothing is lived; the greedy policy is not worse here, and the command says so by its exit code.
    assert bench.main([1, 2]) == 1
    content = json.loads((tmp_path / "results" / "loop.json").read_text(encoding="utf-8"))
    assert content["verdicts"]["gain"] == {"kept": True, "measured": pytest.approx(1.8712, abs=1e-4)}
    assert content["verdicts"]["greedy_goes_blind"] == {"kept": False, "measured": 0, "of": 8}
    assert (tmp_path / "results" / "loop.md").read_text(encoding="utf-8") == as_markdown(content)
    assert (tmp_path / "results" / "loop.png").stat().st_size > 10_000
    assert "1.87" in capsys.readouterr().out


def blind(off: float, noticed: int | None) -> bool:
    """Whether the greedy policy goes blind whose stated rates are `off`, and who notices after so many months."""
    lived = results()
    for one in lived:
        for notice in one["notices"]:
            notice["better_half"] = 3 if one["policy"] == RANDOM else noticed
    lived = [one for one in lived if one["policy"] != GREEDY] + [
        result(GREEDY, seed, off) | {"notices": one["notices"]}
        for seed, one in enumerate([one for one in lived if one["policy"] == GREEDY], 1)
    ]
    return verdicts(summarise(lived))["greedy_goes_blind"]["kept"]


def test_who_states_wrong_rates_and_notices_late_is_blind_and_who_does_one_of_both_is_not() -> None:
    assert blind(off=0.02, noticed=None)
    assert not blind(off=0.0, noticed=None)
    assert not blind(off=0.02, noticed=4)


@pytest.mark.parametrize(
    ("enterprises", "years", "message"),
    [(3_000, 0, "at least 1 year, got 0"), (50, 2, "at least 200 enterprises to learn from, got 50")],
)
def test_a_loop_that_cannot_be_lived_is_refused(enterprises: int, years: int, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        next(run_district(1, enterprises, years))
