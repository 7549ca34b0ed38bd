"""The simulated district as a whole: its contract, its two clocks, its draws, its truth."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import roc_auc_score

from records.check import check_records
from records.errors import ConfigError
from records.source import read_records
from records.subjects import EVENT_SUBJECTS, SUBJECTS
from simulation.district import simulate, truth_directory
from simulation.sectors import SECTOR_IDS

PROBLEMS = ("general", "serious")
NOT_EXAMINED = ("void", "unreachable")


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("simulated") / "district"
    simulate(out, enterprises=3000, years=4, seed=7, progress=False)
    return out


def rows(district: Path, subject: str) -> pd.DataFrame:
    frame = pq.read_table(district / f"{subject}.parquet").to_pandas()
    for column in SUBJECTS[subject].columns:
        if column.type in ("date", "timestamp"):
            frame[column.name] = pd.to_datetime(frame[column.name])
    return frame


def truth(district: Path) -> pd.DataFrame:
    frame = pq.read_table(truth_directory(district) / "risk.parquet").to_pandas()
    return frame.assign(as_of=pd.to_datetime(frame["as_of"]))


def final_inspections(district: Path) -> pd.DataFrame:
    """The last version of every inspection that was not withdrawn, as far as something was examined."""
    latest = rows(district, "inspections").sort_values("known_at").drop_duplicates("record_id", keep="last")
    return latest[latest["withdrawn_at"].isna() & ~latest["severity"].isin(NOT_EXAMINED)]


# Ibis still asks pandas for an option that pandas 3 has deprecated.
@pytest.mark.filterwarnings("ignore:The 'future.infer_string' option is deprecated")
def test_every_row_keeps_the_contract(district: Path) -> None:
    result = check_records(read_records(district))
    assert result.quarantine.empty
    assert (result.counts["read"] > 0).all()


def test_columns_are_those_of_the_contract_in_order(district: Path) -> None:
    for name, subject in SUBJECTS.items():
        assert tuple(pq.read_schema(district / f"{name}.parquet").names) == subject.column_names


def test_same_seed_gives_the_same_tables_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("first", 3), ("second", 3), ("other", 4)):
        simulate(tmp_path / name, enterprises=200, years=2, seed=seed, progress=False)
    for subject in SUBJECTS:
        first, second, other = (
            pq.read_table(tmp_path / name / f"{subject}.parquet") for name in ("first", "second", "other")
        )
        assert first.equals(second), subject
        assert not first.equals(other), subject
    first_truth, second_truth = (truth(tmp_path / name) for name in ("first", "second"))
    pd.testing.assert_frame_equal(first_truth, second_truth)


def test_truth_is_written_beside_the_records_and_not_among_them(district: Path) -> None:
    assert {path.name for path in district.iterdir()} == {f"{name}.parquet" for name in SUBJECTS}
    assert truth_directory(district).parent == district.parent
    written = {path.name for path in truth_directory(district).iterdir()}
    assert written == {"risk.parquet", "draws.parquet", "parameters.json"}


def test_truth_is_given_at_every_quarter_start_including_the_end(district: Path) -> None:
    as_of = truth(district)["as_of"]
    assert sorted(as_of.unique()) == list(pd.date_range("2021-01-01", "2025-01-01", freq="QS"))


def test_true_probability_bounds_the_serious_one_and_lies_between_zero_and_one(district: Path) -> None:
    known = truth(district)
    assert known["true_probability"].between(0, 1, inclusive="neither").all()
    assert (known["true_serious_probability"] < known["true_probability"]).all()


def realised(district: Path, only_random: bool) -> pd.DataFrame:
    """True probability at each year's start beside the first non-follow-up inspection of the year after."""
    held = final_inspections(district).sort_values("occurred_on")
    held = held[(held["basis"] == "random") if only_random else (held["basis"] != "follow_up")]
    known, parts = truth(district), []
    for as_of in pd.date_range("2021-01-01", "2024-01-01", freq="YS"):
        within = (held["occurred_on"] >= as_of) & (held["occurred_on"] < as_of + pd.Timedelta(days=365))
        first = held[within].drop_duplicates(["enterprise_id", "sector"])
        parts.append(first.merge(known[known["as_of"] == as_of], on=["enterprise_id", "sector"]))
    return pd.concat(parts)


@pytest.mark.parametrize("only_random", [True, False])
def test_true_risk_ranks_outcomes_neither_perfectly_nor_poorly(district: Path, only_random: bool) -> None:
    judged = realised(district, only_random)
    assert 0.75 <= roc_auc_score(judged["severity"].isin(PROBLEMS), judged["true_probability"]) <= 0.85


def test_true_probabilities_are_the_rates_that_random_draws_find(district: Path) -> None:
    judged = realised(district, only_random=True)
    for column, levels in (("true_probability", PROBLEMS), ("true_serious_probability", ("serious",))):
        found, expected = judged["severity"].isin(levels), judged[column]
        deviation = (found - expected).sum() / np.sqrt((expected * (1 - expected)).sum())
        assert abs(deviation) < 4, column


def test_rates_overall_are_those_of_a_bureau(district: Path) -> None:
    current = truth(district)
    assert 0.10 <= current["true_probability"].mean() <= 0.20
    assert 0.01 <= current["true_serious_probability"].mean() <= 0.03


def test_all_twenty_sectors_are_present_and_food_operation_is_largest(district: Path) -> None:
    size = truth(district).drop_duplicates(["enterprise_id", "sector"])["sector"].value_counts()
    assert set(size.index) == set(SECTOR_IDS)
    assert size.idxmax() == "food_operation"
    assert size["pickled_vegetables"] < 20


def test_makers_of_pickled_vegetables_are_food_producers(district: Path) -> None:
    sectors = rows(district, "enterprises")["sectors"]
    picklers = sectors[[("pickled_vegetables" in each) for each in sectors]]
    assert all("food_production" in each for each in picklers)


def test_subjects_out_of_scope_have_records_but_are_never_drawn(district: Path) -> None:
    enterprises = rows(district, "enterprises").drop_duplicates("enterprise_id")
    outside = enterprises[enterprises["ent_type"].str.match("9|41|42")]["enterprise_id"]
    assert 0.05 <= len(outside) / len(enterprises) <= 0.11
    inspected = rows(district, "inspections")
    assert set(inspected[inspected["enterprise_id"].isin(outside)]["basis"]) >= {"directed", "complaint"}
    assert not (inspected["enterprise_id"].isin(outside) & (inspected["basis"] == "random")).any()


def test_only_random_inspections_have_an_inclusion_probability_within_zero_and_one(district: Path) -> None:
    inspected = rows(district, "inspections")
    drawn = inspected["basis"] == "random"
    chance = inspected["inclusion_probability"]
    assert ((chance[drawn] > 0) & (chance[drawn] <= 1)).all()
    assert chance[~drawn].isna().all()


def test_inclusion_probabilities_recover_the_size_of_each_pool(district: Path) -> None:
    drawn = rows(district, "inspections").drop_duplicates("record_id")
    drawn = drawn[drawn["basis"] == "random"]
    weight = 1 / drawn["inclusion_probability"]
    estimate = weight.groupby([drawn["sector"], drawn["occurred_on"].dt.year]).sum()
    register = pq.read_table(truth_directory(district) / "draws.parquet").to_pandas()
    register["year"] = pd.to_datetime(register["planned_on"]).dt.year
    pool = register.groupby(["sector", "year"])["pool"].sum()
    np.testing.assert_allclose(estimate.reindex(pool.index), pool, rtol=1e-9)


def test_every_stratum_of_every_draw_has_someone_drawn(district: Path) -> None:
    register = pq.read_table(truth_directory(district) / "draws.parquet").to_pandas()
    assert (register["drawn"] >= 1).all()
    assert (register["drawn"] <= register["pool"]).all()
    assert set(register["stratum"]) == {"low", "medium", "medium_high", "high"}


def test_enough_enterprises_are_drawn_each_year(district: Path) -> None:
    register = pq.read_table(truth_directory(district) / "draws.parquet").to_pandas()
    assert 0.12 <= register["drawn"].sum() / register["pool"].sum() <= 0.20


def test_nothing_is_known_before_it_happens_and_something_much_later(district: Path) -> None:
    for subject in EVENT_SUBJECTS:
        frame = rows(district, subject.name)
        delay = frame["known_at"] - frame["occurred_on"]
        assert (delay >= pd.Timedelta(0)).all(), subject.name
        assert (frame["occurred_on"] < pd.Timestamp(2025, 1, 1)).all(), subject.name
    first = rows(district, "inspections").drop_duplicates("record_id")
    late = (first["known_at"] - first["occurred_on"]) > pd.Timedelta(days=45)
    assert 0.01 < late.mean() < 0.10


@pytest.mark.parametrize("subject", ["inspections", "penalties", "complaints", "annual_reports", "listings"])
def test_later_versions_share_the_record_id_and_are_known_later(district: Path, subject: str) -> None:
    frame = rows(district, subject)
    versions = frame.groupby("record_id")["known_at"]
    assert (versions.size() > 1).any()
    assert (versions.nunique() == versions.size()).all()
    assert (frame.groupby("record_id")["enterprise_id"].nunique() == 1).all()


def test_some_records_are_withdrawn_corrected_and_repaired(district: Path) -> None:
    penalties, repairs = rows(district, "penalties"), rows(district, "repairs")
    assert penalties["withdrawn_at"].notna().any()
    assert (penalties.groupby("record_id")["fine_yuan"].nunique() > 1).any()
    assert (penalties.groupby("record_id")["use_until"].nunique() > 1).any()
    assert set(repairs["decision"]) == {"granted", "refused", "pending"}
    assert repairs.loc[repairs["decision"] == "granted", "effective_on"].notna().all()
    of_penalties = repairs[repairs["target_subject"] == "penalties"]
    assert set(of_penalties["target_record_id"]) <= set(penalties["record_id"])


def test_findings_agree_with_the_worst_one(district: Path) -> None:
    inspected = rows(district, "inspections")
    order = ("minor", "general", "serious")
    for place, level in enumerate(order):
        worst = inspected[inspected["severity"] == level]
        assert (worst[f"findings_{level}"] >= 1).all()
        assert (worst[[f"findings_{graver}" for graver in order[place + 1 :]]] == 0).all(axis=None)
    clean = inspected[inspected["severity"].isin(("none", *NOT_EXAMINED))]
    assert (clean[[f"findings_{level}" for level in order]] == 0).all(axis=None)


def test_undisclosed_figures_are_null_and_some_filers_declare_only_zeros(district: Path) -> None:
    filed = rows(district, "annual_reports")
    filed = filed[filed["state"] != "not_filed"]
    money = filed[["assets_yuan", "liabilities_yuan", "revenue_yuan", "profit_yuan", "tax_yuan"]]
    assert money.isna().all(axis=1).mean() > 0.3
    assert 0 < (money == 0).all(axis=1).mean() < 0.1


def test_a_version_of_an_enterprise_ends_where_the_next_begins(district: Path) -> None:
    versions = rows(district, "enterprises")
    ended = versions.dropna(subset="valid_to")
    begun = set(zip(versions["enterprise_id"], versions["valid_from"], strict=True))
    assert all(pair in begun for pair in zip(ended["enterprise_id"], ended["valid_to"], strict=True))
    assert {"active", "dormant", "deregistered"} <= set(versions["state"])


@pytest.mark.parametrize("enterprises", [1, 20])
def test_tiny_district_keeps_the_contract(tmp_path: Path, enterprises: int) -> None:
    simulate(tmp_path / "tiny", enterprises=enterprises, years=1, seed=1, progress=False)
    assert rows(tmp_path / "tiny", "enterprises")["enterprise_id"].nunique() == enterprises
    for name, subject in SUBJECTS.items():
        assert tuple(pq.read_schema(tmp_path / "tiny" / f"{name}.parquet").names) == subject.column_names


def test_history_ends_where_it_is_told_to(tmp_path: Path) -> None:
    simulate(tmp_path / "d", enterprises=50, years=1, seed=1, end=date(2022, 7, 1), progress=False)
    assert truth(tmp_path / "d")["as_of"].agg(["min", "max"]).dt.date.tolist() == [
        date(2021, 7, 1),
        date(2022, 7, 1),
    ]


def test_progress_goes_to_standard_error_and_can_be_switched_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulate(tmp_path / "quiet", enterprises=20, years=1, seed=1, progress=False)
    assert capsys.readouterr() == ("", "")
    simulate(tmp_path / "loud", enterprises=20, years=1, seed=1)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "simulating" in shown.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"enterprises": 0}, "at least 1 enterprise, got 0"),
        ({"years": 0}, "at least 1 year, got 0"),
        ({"end": date(2025, 1, 15)}, "first day of a month, got 2025-01-15; choose 2025-01-01"),
    ],
)
def test_impossible_district_is_refused_and_nothing_written(tmp_path: Path, arguments: dict, message: str) -> None:
    wanted = {"enterprises": 10, "years": 1, "seed": 1, "progress": False} | arguments
    with pytest.raises(ConfigError, match=message):
        simulate(tmp_path / "d", **wanted)
    assert not list(tmp_path.iterdir())


def test_district_is_not_written_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "d").write_text("kept")
    with pytest.raises(ConfigError, match="written into a directory, got the file"):
        simulate(tmp_path / "d", enterprises=10, years=1, seed=1, progress=False)
    assert (tmp_path / "d").read_text() == "kept"


def test_truth_of_the_current_directory_is_not_among_its_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert truth_directory(Path()) == tmp_path / "here.truth"
