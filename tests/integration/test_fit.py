"""A whole training and its backtest on a small simulated district: every sector answers, and nothing looks ahead."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.calibration import probability_of
from model.saved import load_model
from model.tiers import TIERS
from records.errors import DataError
from records.source import records_from_frames
from records.subjects import EVENT_SUBJECTS
from simulation.sectors import SECTOR_IDS
from tests.small_district import AS_OF, NEVER_INSPECTED, short_recipe, small_district
from training import examples as examples_module
from training import fit
from training.backtest import backtest
from training.candidates import Candidate, Data, folds_of, sector_candidates, silent_over, strangers_of
from training.examples import Examples, outcome_at
from training.fit import FEWEST_PROBLEMS, fit_models
from training.fitted import Training
from training.outcomes import first_outcomes, rated_inspections
from training.rivals import RIVALS

MIDNIGHT = pd.Timestamp(AS_OF)
BIG, EMPTY = "food_operation", NEVER_INSPECTED
"""A sector with candidates of its own in this district, and one without any outcome."""


def test_the_general_model_and_all_twenty_sectors_have_one() -> None:
    assert len(SECTOR_IDS) == 20
    assert set(small_district().training.models) == {"general", *SECTOR_IDS}


def test_a_small_sector_has_the_general_model_calibrated_for_it() -> None:
    models = small_district().training.models
    general = models["general"].model
    borrowed = [name for name in SECTOR_IDS if models[name].model.level == "general"]
    assert EMPTY in borrowed
    for sector in borrowed:
        *parts, level = models[sector].model.components
        # The same fitted parts; the level of the sector is an addend that needs no indicator.
        assert parts == list(general.components[:-1])
        assert level.part.rows == ()
        assert models[sector].model.standard.sector == sector
    calibrations = {models[sector].model.calibration for sector in borrowed if len(models[sector].rows) > 20}
    assert len(calibrations) > 3


def test_a_sector_without_any_outcome_keeps_the_general_calibration_of_its_severity_and_is_less_sure() -> None:
    models = small_district().training.models
    general, empty = models["general"].model.calibration, models[EMPTY].model.calibration
    assert general is not None
    assert empty is not None
    rows, severity = models["general"].rows, models[EMPTY].model.standard.outcome_severity
    raw = (rows["margin"].to_numpy() - general.offset) / general.slope
    found = np.average(outcome_at(rows, severity), weights=rows["weight"])
    assert np.average(probability_of(empty.margins(raw)), weights=rows["weight"]) == pytest.approx(found, abs=0.005)
    offsets = [np.std([offset for _, offset in one.replicates]) for one in (general, empty)]
    assert offsets[1] > offsets[0]


def test_a_sector_with_enough_problems_has_been_through_the_gate() -> None:
    models = small_district().training.models
    assert [rated.name for rated in models[BIG].gate] == [
        "general",
        "sector scorecard",
        "general + sector booster",
        "average of general and sector scorecard",
        "sector booster",
    ]
    assert sum(rated.chosen for rated in models[BIG].gate) == 1
    assert models[BIG].model.lineage["choice"] == next(rated.name for rated in models[BIG].gate if rated.chosen)
    assert models[EMPTY].gate == ()


COLUMNS = [
    "as_of",
    "enterprise_id",
    "sector",
    "outcome",
    "serious",
    "severity_rank",
    "weight",
    "basis",
    "inclusion_probability",
    "margin",
    "probability",
    "tier_rank",
]


def test_out_of_fold_rows_are_complete_untargeted_and_of_one_sector() -> None:
    training = small_district().training
    for sector, fitted in training.models.items():
        rows = fitted.rows
        assert list(rows.columns) == COLUMNS
        assert sector == "general" or set(rows["sector"]) <= {sector}
        assert not set(rows["basis"]) & {"complaint", "directed", "special", "assigned", "follow_up"}
        assert rows[["margin", "probability", "outcome"]].notna().all(axis=None)
        assert rows["tier_rank"].between(1, 4).all()


def test_an_inspection_seen_from_several_snapshots_weighs_as_one() -> None:
    training = small_district().training
    rows = training.models["general"].rows
    own = training.examples.keys.drop_duplicates(["enterprise_id", "sector", "occurred_on"])
    assert rows["weight"].sum() <= own["weight"].sum() + 1e-9
    assert rows["weight"].min() < 1


def test_the_calibrated_probabilities_have_the_rate_of_the_rows() -> None:
    rows = small_district().training.models["general"].rows
    predicted = np.average(rows["probability"], weights=rows["weight"])
    assert predicted == pytest.approx(np.average(rows["outcome"], weights=rows["weight"]), abs=1e-3)


def test_all_snapshots_and_sectors_of_an_enterprise_are_in_one_fold() -> None:
    ids = pd.Series(["甲", "乙", "甲", "丙"] * 3)
    folds = pd.DataFrame({"id": ids, "fold": folds_of(ids)})
    assert folds.groupby("id")["fold"].nunique().tolist() == [1, 1, 1]
    many = folds_of(pd.Series([f"E{number}" for number in range(3000)]))
    assert np.bincount(many).min() > 900


def _fitted_again(examples: Examples, standards: Mapping) -> Training:
    """The training on these examples, without building frames."""
    with short_recipe() as patch:
        patch.setattr(fit, "collect_examples", lambda *_: examples)
        return fit_models(small_district().records, standards, AS_OF)


@pytest.fixture(scope="module")
def learned() -> list[Data]:
    """What the sectors' own candidates learned from in the training below."""
    return []


@pytest.fixture(scope="module")
def trained_again(learned: list[Data]) -> Training:
    """On the same examples; only the sector without any outcome has got a point table."""
    district = small_district()
    with_table = replace(district.standards[EMPTY], point_table=district.standards["general"].point_table)

    def remembered(data: Data, *arguments) -> list[Candidate]:
        learned.append(data)
        return sector_candidates(data, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit, "sector_candidates", remembered)
        return _fitted_again(district.training.examples, {**district.standards, EMPTY: with_table})


def test_the_same_examples_give_the_same_models_to_the_byte(trained_again: Training, tmp_path: Path) -> None:
    for sector, fitted in small_district().training.models.items():
        if sector != EMPTY:
            digest = trained_again.models[sector].model.save(tmp_path / "again" / sector)
            assert digest == fitted.model.save(tmp_path / "first" / sector), sector


def test_the_general_model_is_built_on_nothing_that_speaks_of_a_shorter_horizon_than_its_own() -> None:
    general = small_district().training.models["general"].model
    values = np.random.default_rng(1).uniform(0, 1, (50, len(general.indicators)))
    unheard = np.isin(general.indicators, list(silent_over(general.standard.horizon_days)))
    _, added = general.contributions(values)
    assert unheard.any()
    assert np.abs(added[:, unheard]).max() == 0 < np.abs(added[:, ~unheard]).max()


def test_a_sectors_own_candidates_see_neither_what_only_others_own_nor_what_speaks_of_a_shorter_horizon(
    trained_again: Training, learned: list[Data]
) -> None:
    district = small_district()
    seen = max(learned, key=lambda data: len(data.outcome))  # BIG is the largest sector
    standard = district.standards[BIG]
    given = trained_again.examples.values[trained_again.examples.of(BIG)]
    for unheard in (strangers_of(standard, district.standards), silent_over(standard.horizon_days)):
        hidden = np.isin(seen.names, list(unheard))
        assert (seen.matrix[:, hidden] == 0).all()
        assert (given[:, hidden] != 0).any()
    own = np.isin(seen.names, standard.own_indicators)
    np.testing.assert_array_equal(seen.matrix[:, own], given[:, own])


def test_a_sector_with_a_point_table_and_no_outcome_is_answered_by_it(trained_again: Training) -> None:
    fitted = trained_again.models[EMPTY]
    assert fitted.model.level == "point_table"
    assert fitted.model.components == ()
    assert fitted.rows.empty


def test_a_saved_model_of_the_training_gives_the_same_margins(tmp_path: Path) -> None:
    training = small_district().training
    matrix = training.examples.values[:300].astype(float)
    for sector in ("general", BIG):
        model = training.models[sector].model
        model.save(tmp_path / sector)
        assert load_model(tmp_path / sector).margins(matrix).tobytes() == model.margins(matrix).tobytes()


def with_outcomes(outcome: np.ndarray) -> Examples:
    examples = small_district().training.examples
    return replace(examples, keys=examples.keys.assign(outcome=outcome))


@pytest.mark.parametrize("only", [0.0, 1.0])
def test_one_kind_of_outcome_teaches_nothing(only: float) -> None:
    size = len(small_district().training.examples.keys)
    with pytest.raises(DataError, match=rf"needs at least {FEWEST_PROBLEMS} inspections with and without a problem"):
        _fitted_again(with_outcomes(np.full(size, only)), small_district().standards)


def test_one_problem_seen_from_many_snapshots_is_one_problem() -> None:
    examples = small_district().training.examples
    first = examples.keys.iloc[:FEWEST_PROBLEMS].assign(outcome=1.0)
    first = first.assign(**{name: first[name].iloc[0] for name in ("enterprise_id", "sector", "occurred_on")})
    keys = pd.concat([first, examples.keys.iloc[FEWEST_PROBLEMS:].assign(outcome=0.0)])
    with pytest.raises(DataError, match="got 1 and "):
        _fitted_again(replace(examples, keys=keys), small_district().standards)


def test_ten_enterprises_teach_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples_module, "SNAPSHOTS", 1)
    district = small_district()
    inspections = district.tables["inspections"]
    few = inspections["enterprise_id"].drop_duplicates().head(10)
    frames = {name: table[table["enterprise_id"].isin(few)] for name, table in district.tables.items()}
    with pytest.raises(DataError, match=r"^Training needs at least .*longer history"):
        fit_models(records_from_frames(frames), district.standards, AS_OF)


FIGURES = {
    "n",
    "base_rate",
    "auc",
    "average_precision",
    "log_loss",
    "calibration_error",
    "captured",
    "tiers",
}


def test_the_report_has_exactly_the_documented_keys() -> None:
    report = json.loads(json.dumps(small_district().judged.report, allow_nan=False))
    names = {"as_of", "cohort", "inspected_without_probability", "overall", "selection", "rivals", "sectors"}
    assert set(report) == names
    assert set(report["rivals"]) == set(RIVALS)
    for rival in report["rivals"].values():
        assert set(rival) in ({"not_applicable"}, {"n", "base_rate", "auc", "tiers"})
    assert [row["figure"] for row in report["selection"]][:2] == ["overall", "low"]
    for figures in (report["overall"], *report["sectors"].values()):
        assert set(figures) == FIGURES
        assert set(figures["captured"]) == {"10", "25", "50"}
        assert list(figures["tiers"]) == [tier.id for tier in TIERS]
        for tier in figures["tiers"].values():
            assert set(tier) == {"n", "mean_probability", "observed", "design"}


def test_every_rate_of_the_report_lies_in_its_interval() -> None:
    report = small_district().judged.report
    tiers = [tier for part in (report["overall"], *report["sectors"].values()) for tier in part["tiers"].values()]
    rates = [tier[name] for tier in tiers for name in ("observed", "design") if tier[name] is not None]
    assert all(set(rate) == {"rate", "low", "high"} for rate in rates)
    assert all(0 <= rate["low"] <= rate["rate"] <= rate["high"] <= 1 for rate in rates)
    assert all((tier["observed"] is None) == (tier["n"] == 0) for tier in tiers)


def test_the_sectors_of_the_report_make_up_the_whole() -> None:
    report = small_district().judged.report
    assert sum(part["n"] for part in report["sectors"].values()) == report["overall"]["n"] > 400
    assert sum(tier["n"] for tier in report["overall"]["tiers"].values()) == report["overall"]["n"]
    problems = sum(part["n"] * part["base_rate"] for part in report["sectors"].values())
    assert problems == pytest.approx(report["overall"]["n"] * report["overall"]["base_rate"])


def test_the_models_see_more_than_chance() -> None:
    overall = small_district().judged.report["overall"]
    rate = overall["base_rate"]
    assert overall["auc"] > 0.58
    assert overall["log_loss"] < -rate * math.log(rate) - (1 - rate) * math.log(1 - rate)


def test_only_the_first_inspection_of_an_enterprise_is_an_outcome() -> None:
    district = small_district()
    scores = district.judged.scores
    assert scores.groupby("enterprise_id")["outcome"].count().max() == 1
    assert not scores.duplicated(["enterprise_id", "sector"]).any()
    horizons = {sector: standard.horizon_days for sector, standard in district.standards.items()}
    first = first_outcomes(rated_inspections(district.records), AS_OF, horizons, ["enterprise_id"])
    judged = scores[scores["outcome"].notna()].merge(first, on=["enterprise_id", "sector"], suffixes=("", "_first"))
    assert len(judged) == scores["outcome"].notna().sum()
    assert (judged["severity_rank"] == judged["severity_rank_first"]).all()


def test_a_score_is_that_of_the_sectors_model_on_the_frame_of_the_day() -> None:
    district = small_district()
    frame = district.frame
    for sector in (BIG, EMPTY):
        rows = (frame.keys["sector"] == sector).to_numpy()
        model = district.training.models[sector].model
        margin = pd.Series(
            model.margins(frame.columns(model.indicators)[rows]), index=frame.keys.loc[rows, "enterprise_id"]
        )
        scores = district.judged.scores.query("sector == @sector").set_index("enterprise_id")["margin"]
        assert len(scores) >= 3
        np.testing.assert_array_equal(scores, margin[scores.index])


def poisoned() -> dict[str, pd.DataFrame]:
    """The district's records, and of every event a second one and a later version that nobody could know at T.

    New inspections come after those that are there, so that every enterprise's first one in the window stays.
    """
    frames = dict(small_district().tables)
    for subject in EVENT_SUBJECTS:
        table = frames[subject.name]
        past = table[table["occurred_on"] < MIDNIGHT]
        late = past.assign(known_at=MIDNIGHT + pd.to_timedelta(np.arange(len(past)) % 90, unit="D"))
        changes: dict[str, object] = {"withdrawn_at": late["occurred_on"]}
        if subject.name == "inspections":
            changes = {"severity": "serious", "withdrawn_at": None}
        later_version = late.assign(**changes).drop_duplicates("record_id")
        new = late.assign(record_id="new-" + late["record_id"]).drop_duplicates("record_id")
        parts = [table, later_version, new]
        if subject.name != "inspections":
            happens = past.assign(record_id="next-" + past["record_id"], occurred_on=MIDNIGHT, known_at=MIDNIGHT)
            parts.append(happens.drop_duplicates("record_id"))
        frames[subject.name] = pd.concat(parts).drop_duplicates(list(subject.key), ignore_index=True)
    register = frames["enterprises"]
    changed = register.assign(state="dormant", ent_type="1130", known_at=MIDNIGHT).drop_duplicates(
        ["enterprise_id", "valid_from"]
    )
    frames["enterprises"] = pd.concat([register, changed]).drop_duplicates(["enterprise_id", "valid_from", "known_at"])
    return frames


def test_what_was_not_known_at_the_date_moves_no_score_and_no_outcome() -> None:
    district = small_district()
    frames = poisoned()
    added = sum(map(len, frames.values())) - sum(map(len, district.tables.values()))
    assert added > sum(map(len, district.tables.values())) / 2
    with short_recipe():
        again = backtest(records_from_frames(frames), district.standards, AS_OF)
    before, after = district.judged.scores, again.scores
    assert after["margin"].to_numpy().tobytes() == before["margin"].to_numpy().tobytes()
    pd.testing.assert_frame_equal(after, before, check_exact=True)
    assert again.report == district.judged.report


def test_a_backtest_after_the_last_inspection_says_that_there_is_nothing_to_compare(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    district = small_district()
    monkeypatch.setattr("training.backtest.fit_models", lambda *_: district.training)
    monkeypatch.setattr("training.backtest.build_frame", lambda *_: district.frame)
    late = AS_OF + timedelta(days=3650)
    with pytest.raises(DataError, match=f"enterprises known before {late} and inspected after it, none are"):
        backtest(district.records, district.standards, late)


def test_a_given_horizon_replaces_that_of_every_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    district = small_district()
    asked: dict[date, set[int]] = {}

    def remembered(records, standards, as_of, progress) -> Training:
        asked[as_of] = {standard.horizon_days for standard in standards.values()}
        return district.training

    monkeypatch.setattr("training.backtest.fit_models", remembered)
    monkeypatch.setattr("training.backtest.build_frame", lambda *_: district.frame)
    short = backtest(district.records, district.standards, AS_OF, horizon_days=30)
    assert asked == {AS_OF: {30}}
    assert 0 < short.report["overall"]["n"] < district.judged.report["overall"]["n"]
