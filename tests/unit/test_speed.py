"""What `make bench-speed` rests on: yardsticks that say the same, districts repeated without clashes, kept sections."""

import json
from pathlib import Path

import pytest

from benchmarks.speed import __main__ as command
from benchmarks.speed import districts, indicators, timing
from records.check import check_records
from records.source import read_records
from simulation.district import simulate


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("district") / "records"
    simulate(place, 80, 3, seed=5, end=districts.AS_OF, progress=False)
    return place


def test_what_is_written_by_hand_gives_the_values_of_the_declarations(district: Path) -> None:
    for measured in (indicators._against_sql(district, 1), indicators._against_pandas(district, 1)):
        assert measured["columns"] > 30
        assert measured["rounds"] == 1


def test_months_are_built_for_those_who_were_inspected(district: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indicators, "MONTHS", 2)
    measured = indicators._months(district)
    assert measured["dates"] == 2
    assert 0 < measured["rows_wanted"] < 2 * 80
    assert measured["of_24_single"] == pytest.approx(measured["together_s"] / measured["single_s"] / 2, rel=0.01)


def test_copies_of_a_district_share_no_id_and_keep_the_contract(tmp_path: Path, district: Path) -> None:
    districts._repeat(district, tmp_path / "records", 3)
    once, thrice = read_records(district), read_records(tmp_path / "records")
    for name, key in (("enterprises", "enterprise_id"), ("complaints", "record_id"), ("complaints", "enterprise_id")):
        few, many = (records.tables[name][key].nunique().execute() for records in (once, thrice))
        assert many == 3 * few > 0
    refused = [len(check_records(records).quarantine) for records in (once, thrice)]
    assert refused[1] == 3 * refused[0]


def test_ratios_are_of_the_same_round_and_the_first_call_stands_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([9.0, 9.0, 2.0, 1.0, 4.0, 6.0, 3.0, 2.0])
    monkeypatch.setattr(timing, "seconds", lambda work: next(clock))
    measured = timing.in_turn({"ours": lambda: None, "theirs": lambda: None}, rounds=3)
    assert measured["cold_s"] == {"ours": 9.0, "theirs": 9.0}
    # The order turns: in the second round theirs goes first.
    assert measured["ratios"]["theirs"] == {"median": 1.5, "least": 1.5, "largest": 2.0}


def test_a_section_measured_again_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "RESULTS", tmp_path)
    machine = {"processor": "p", "processors": 2, "memory_gib": 8, "load_before": 0.1, "libraries": {"numpy": "2"}}
    training = {"machine": machine, "1000": {"seconds": 9.0, "labelled_rows": 10, "sectors": 2, "peak_mib": 100.0}}
    command._keep("training", training | {"profile": []})
    command._keep("training", training | {"1000": training["1000"] | {"seconds": 7.0}, "profile": []})
    spread = {"median": 0.5, "least": 0.4, "largest": 0.6}
    reasons = {"rows": 10, "columns": 2, "trees": 4, "warm_s": {"ours": 1.0, "lightgbm_twentieth": 1.0}}
    reasons |= {"cold_s": {"ours": 2.0}, "times_faster": spread, "machine": machine}
    command._keep("reasons", reasons)
    known = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert (known["training"]["1000"]["seconds"], known["reasons"]["rows"]) == (7.0, 10)
    table = (tmp_path / "speed.md").read_text(encoding="utf-8")
    assert "训练 training, 10 labelled rows of 1,000 enterprises" in table
    assert "0.5 (0.4 – 0.6) times" in table
    assert (tmp_path / "speed.png").stat().st_size > 10_000
