"""Answers from a snapshot: shape, order, unknown ones, reasons."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.standard import GENERAL
from model.tiers import TIERS
from records.errors import ModelError, RequestError
from serving import scorer as scorer_module
from serving.current import Current, read_current, write_current
from serving.release import load_release
from serving.scorer import Scorer
from serving.snapshot import load_snapshot
from tests import served_district as district

RESULT_KEYS = {
    "enterprise_id",
    "sector",
    "status",
    "tier",
    "tier_rank",
    "margin",
    "probability",
    "interval",
    "borderline",
    "source",
    "scheme",
    "rules",
    "confirmed",
    "override",
    "sampling",
}
SAMPLING_KEYS = {"ratio", "frequency", "cap", "items", "active_check", "statutory_minimum"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    district.save_snapshot(folder, district.save_release(folder))
    return folder


@pytest.fixture(scope="module")
def scorer(folder: Path) -> Scorer:
    return Current(folder / "release", folder / "snapshot").load()


@pytest.fixture
def evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(records: object, as_of: object, ids: list[str]) -> pd.DataFrame:
        rows = [(one, None, "penalties_count_365d", f"penalty of {one}") for one in ids]
        rows += [(one, district.SECTOR_MODEL, "penalties_count_365d", f"sector's {one}") for one in ids]
        return pd.DataFrame(rows, columns=["enterprise_id", "sector", "indicator", "record_id"])

    monkeypatch.setattr(scorer_module, "evidence", found)


def test_every_answer_names_release_snapshot_and_date(scorer: Scorer) -> None:
    answer = scorer.score(["E0000"], None)
    assert answer["release"] == scorer.release.digest
    assert answer["snapshot"] == scorer.snapshot.digest
    assert answer["as_of"] == "2024-07-01"


def test_every_result_has_the_keys_of_the_contract(scorer: Scorer) -> None:
    everyone = [district.enterprise_id(number) for number in range(district.ENTERPRISES)]
    for result in scorer.score([*everyone, "nobody"], None)["results"]:
        assert set(result) == RESULT_KEYS
        if result["tier"] is not None:
            assert set(result["sampling"]) == SAMPLING_KEYS
            assert result["tier_rank"] == 1 + [tier.id for tier in TIERS].index(result["tier"])
            assert result["confirmed"] is (result["tier"] != "high")
        else:
            assert result["confirmed"] is result["sampling"] is result["source"] is None


def test_order_is_kept_and_repeated_ids_are_answered_again(scorer: Scorer) -> None:
    asked = ["E0005", "E0000", "nobody", "E0000"]
    results = scorer.score(asked, None)["results"]
    assert [result["enterprise_id"] for result in results] == asked
    assert results[1] == results[3]


def test_an_enterprise_of_two_sectors_has_two_results(scorer: Scorer) -> None:
    results = scorer.score(["E0002"], None)["results"]
    assert [result["sector"] for result in results] == sorted([district.SECTOR_MODEL, district.POINTS])


def test_a_sector_asked_for_gives_one_result_per_id(scorer: Scorer) -> None:
    results = scorer.score(["E0002", "E0000", "nobody"], district.SECTOR_MODEL)["results"]
    assert [result["status"] for result in results] == ["scored", "unknown", "unknown"]
    assert {result["sector"] for result in results} == {district.SECTOR_MODEL}


def test_an_unknown_enterprise_has_no_sector_unless_one_was_asked_for(scorer: Scorer) -> None:
    assert scorer.score(["nobody"], None)["results"][0]["sector"] is None


def test_a_sector_that_no_standard_names_is_refused_even_if_enterprises_have_it(scorer: Scorer) -> None:
    with pytest.raises(RequestError, match="must be named by a standard") as refused:
        scorer.score(["E0000"], district.UNNAMED)
    assert (refused.value.code, refused.value.field) == ("unknown_sector", "sector")


def test_null_stands_where_the_source_has_no_number(scorer: Scorer) -> None:
    point = next(one for one in scorer.score(["E0002"], district.POINTS)["results"] if one["source"] == "point_table")
    assert point["margin"] is point["probability"] is point["interval"] is None
    assert point["tier"] is not None
    assert point["borderline"] is False


def test_a_hard_rule_says_which_rule_and_why(scorer: Scorer) -> None:
    result = scorer.score([district.enterprise_id(district.LISTED)], None)["results"][0]
    if result["status"] == "scored":
        assert result["rules"][0]["rule"] == "serious_violation_listing"


def test_sampling_is_that_of_the_sectors_standard(scorer: Scorer) -> None:
    result = scorer.score(["E0001"], district.SECTOR_MODEL)["results"][0]
    rule = district.standards()[district.SECTOR_MODEL].sampling[result["tier"]]
    assert result["sampling"]["ratio"] == rule.ratio
    assert result["sampling"]["active_check"] == rule.active_check


@pytest.mark.usefixtures("evidence")
@pytest.mark.parametrize("limit", [None, 1])
def test_contributions_sum_to_the_margin(scorer: Scorer, limit: int | None) -> None:
    everyone = [district.enterprise_id(number) for number in range(district.ENTERPRISES)]
    results = scorer.explain(everyone, None, "zh", limit)["results"]
    assert any(result["total"] is not None for result in results)
    for result in results:
        if result["margin"] is None:
            assert result["baseline"] is result["total"] is result["other"] is None
            assert result["reasons"] == []
        else:
            parts = sum(reason["contribution"] for reason in result["reasons"])
            assert result["baseline"] + parts + result["other"] == pytest.approx(result["margin"], abs=1e-6)
            assert result["total"] == result["margin"]


@pytest.mark.usefixtures("evidence")
def test_an_explanation_starts_with_the_score(scorer: Scorer) -> None:
    asked = ["E0001", "nobody", "E0002"]
    scored = scorer.score(asked, None)["results"]
    explained = scorer.explain(asked, None, "zh")["results"]
    assert [{key: one[key] for key in RESULT_KEYS} for one in explained] == scored


@pytest.mark.usefixtures("evidence")
def test_reasons_name_the_records_of_the_row_and_of_any_sector(scorer: Scorer) -> None:
    result = scorer.explain(["E0001"], district.SECTOR_MODEL, "en")["results"][0]
    reason = next(one for one in result["reasons"] if one["indicator"] == "penalties_count_365d")
    assert reason["records"] == ["sector's E0001", "penalty of E0001"]
    assert reason["label"] == "administrative penalties, last 365 days" or "365" in reason["label"]


def test_many_ids_are_answered_like_each_alone(scorer: Scorer) -> None:
    everyone = [district.enterprise_id(number) for number in range(district.ENTERPRISES)]
    together = scorer.score(everyone, None)["results"]
    assert together == [result for one in everyone for result in scorer.score([one], None)["results"]]


def test_numbers_are_plain_python_numbers(scorer: Scorer) -> None:
    for result in scorer.score(["E0001"], None)["results"]:
        assert type(result["margin"]) is float
        assert type(result["borderline"]) is bool
        assert not isinstance(result["tier_rank"], np.generic)


def test_records_of_another_date_are_refused(scorer: Scorer) -> None:
    with pytest.raises(RequestError, match="snapshot's own date 2024-07-01") as refused:
        scorer.score_records({}, district.AS_OF.replace(day=2), None, "zh")
    assert refused.value.field == "as_of"


def test_a_snapshot_of_another_release_is_refused(tmp_path: Path, folder: Path) -> None:
    general = {GENERAL: folder / "release" / GENERAL}
    scorer_module_release = district.release(general, tmp_path / "release")
    assert scorer_module_release != load_release(folder / "release").digest
    with pytest.raises(ModelError, match="must be served with the release that scored it"):
        Scorer(load_release(tmp_path / "release"), load_snapshot(folder / "snapshot"))


def test_the_current_file_survives_a_move_of_its_folder(tmp_path: Path) -> None:
    old = tmp_path / "old"
    district.save_snapshot(old, district.save_release(old))
    write_current(old / "current.json", old / "release", old / "snapshot")
    old.rename(tmp_path / "new")
    assert read_current(tmp_path / "new" / "current.json").load().snapshot.as_of == district.AS_OF


def test_a_current_file_that_names_other_digests_is_refused(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "current.json"
    write_current(path, folder / "release", folder / "snapshot")
    digest = load_release(folder / "release").digest
    path.write_text(path.read_text(encoding="utf-8").replace(digest, "0" * 64), encoding="utf-8")
    with pytest.raises(ModelError, match="must have the digest that the current file names"):
        read_current(path).load()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"release": {"digest": "a"}, "snapshot": {}}'])
def test_a_current_file_that_says_too_little_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "current.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="current"):
        read_current(tmp_path / "current.json")


def test_writing_the_current_file_leaves_no_other_file(tmp_path: Path, folder: Path) -> None:
    for _ in range(2):
        write_current(tmp_path / "state" / "current.json", folder / "release", folder / "snapshot")
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["current.json"]
