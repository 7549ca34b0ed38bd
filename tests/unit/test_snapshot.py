"""Releases and snapshots on disk: immutable, verified, found again by id."""

import json
from pathlib import Path

import numpy as np
import pytest

from features.build import Frame
from model.standard import GENERAL
from records.errors import DataError, ModelError
from serving.id_column import id_bytes
from serving.release import load_release, release
from serving.scoring import assembled
from serving.scoring.population import write_snapshot
from serving.snapshot import Snapshot, load_snapshot
from serving.verdicts import SOURCES, STATUSES, judge
from tests import served_district as district


@pytest.fixture(scope="module")
def release_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return district.save_release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory, release_directory: Path) -> Snapshot:
    return load_snapshot(district.save_snapshot(tmp_path_factory.mktemp("snapshot"), release_directory))


def test_the_same_models_give_the_same_release_digest(tmp_path: Path, release_directory: Path) -> None:
    again = district.save_release(tmp_path)
    assert load_release(again).digest == load_release(release_directory).digest


def test_a_sector_without_a_model_is_served_by_the_general_one_under_its_own_standard(
    release_directory: Path,
) -> None:
    loaded = load_release(release_directory)
    inherited = loaded.models[district.INHERITED]
    assert inherited.level == "general"
    assert inherited.standard == district.standards()[district.INHERITED]
    assert inherited.components == loaded.models[GENERAL].components


def test_a_release_is_never_overwritten(release_directory: Path) -> None:
    general = {GENERAL: release_directory / GENERAL}
    with pytest.raises(ModelError, match="never changes"):
        release(general, release_directory)


def test_a_release_without_the_general_model_is_refused(tmp_path: Path, release_directory: Path) -> None:
    with pytest.raises(ModelError, match="needs the general model"):
        release({district.SECTOR_MODEL: release_directory / district.SECTOR_MODEL}, tmp_path / "out")


def test_a_model_under_another_sectors_name_is_refused(tmp_path: Path, release_directory: Path) -> None:
    with pytest.raises(ModelError, match="must be trained for it"):
        release({GENERAL: release_directory / district.SECTOR_MODEL}, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_changed_model_is_found_out(tmp_path: Path) -> None:
    directory = district.save_release(tmp_path)
    manifest = directory / GENERAL / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(ModelError, match="must match its digests"):
        load_release(directory)


def test_the_same_frame_gives_the_same_snapshot_digest(
    tmp_path: Path, snapshot: Snapshot, release_directory: Path
) -> None:
    assert load_snapshot(district.save_snapshot(tmp_path, release_directory)).digest == snapshot.digest


def test_a_snapshot_is_never_overwritten(snapshot: Snapshot, release_directory: Path) -> None:
    with pytest.raises(ModelError, match="never changes"):
        district.save_snapshot(snapshot.directory.parent, release_directory)


def test_a_changed_column_is_found_out(tmp_path: Path, release_directory: Path) -> None:
    directory = district.save_snapshot(tmp_path, release_directory)
    margins = np.load(directory / "columns" / "margin.npy")
    np.save(directory / "columns" / "margin.npy", margins + 1e-12)
    with pytest.raises(ModelError, match="must match its digests"):
        load_snapshot(directory)


def test_a_missing_file_is_found_out(tmp_path: Path, release_directory: Path) -> None:
    directory = district.save_snapshot(tmp_path, release_directory)
    (directory / "frame.npy").unlink()
    with pytest.raises(ModelError, match="is missing"):
        load_snapshot(directory)


def test_a_failing_run_leaves_nothing_behind(tmp_path: Path, release_directory: Path) -> None:
    frame = district.frame()
    unfit = Frame(frame.as_of, frame.keys, frame.values[:, 1:], frame.names[1:], frame.peers)
    with pytest.raises(ModelError, match="must be part of the built indicators"):
        write_snapshot(unfit, district.records(), load_release(release_directory), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_nobody_to_score_is_refused(tmp_path: Path, release_directory: Path) -> None:
    frame = district.frame()
    empty = Frame(frame.as_of, frame.keys.iloc[:0], frame.values[:0], frame.names, frame.peers)
    with pytest.raises(DataError, match="needs an enterprise known before"):
        write_snapshot(empty, district.records(), load_release(release_directory), tmp_path / "out")


def test_every_enterprise_is_found_by_its_id_and_nothing_else_is(snapshot: Snapshot) -> None:
    known = [district.enterprise_id(number) for number in range(district.ENTERPRISES)]
    positions = snapshot.positions(known)
    assert sorted(positions.tolist()) == list(range(len(known)))
    assert [snapshot.ids[at].decode() for at in positions] == known
    strange = ["", "E", "E0001 ", "E0001\0", "E00010", "企业", "zzzz" * 10, "\x01"]
    assert snapshot.positions(strange).tolist() == [-1] * len(strange)


def test_ids_of_no_enterprise_make_an_empty_column() -> None:
    assert id_bytes([]).shape == (0,)


def test_columns_are_memory_mapped(snapshot: Snapshot) -> None:
    assert isinstance(snapshot.frame.base, np.memmap) or isinstance(snapshot.frame, np.memmap)


def test_rows_have_the_status_that_scope_and_standards_give(snapshot: Snapshot) -> None:
    status = dict.fromkeys(STATUSES, 0)
    keys = district.keys()
    for code, sector, number in zip(snapshot.columns["status"], keys["sector"], keys["enterprise_id"], strict=True):
        out = number in {
            district.enterprise_id(district.OUT_OF_SCOPE),
            district.enterprise_id(district.DEREGISTERED),
        }
        expected = "out_of_scope" if out else "no_model" if sector == district.UNNAMED else "scored"
        assert STATUSES[code] == expected
        status[expected] += 1
    assert status == snapshot.counts["status"]


def test_sources_follow_the_models_and_hard_rules_outrank_them(release_directory: Path) -> None:
    frame = district.frame()
    verdicts = judge(frame, load_release(release_directory))
    expected = {
        "general": "general",
        district.SECTOR_MODEL: "sector",
        district.POINTS: "point_table",
        district.INHERITED: "general",
        district.UNNAMED: "",
    }
    listed = frame.keys["enterprise_id"] == district.enterprise_id(district.LISTED)
    unserved = verdicts.status == STATUSES.index("out_of_scope")
    for row, sector in enumerate(frame.keys["sector"]):
        if not listed[row] and not unserved[row]:
            assert SOURCES[verdicts.source[row]] == expected[sector]


def test_a_hard_rule_gives_the_high_tier_and_keeps_the_models_margin(release_directory: Path) -> None:
    frame = district.frame()
    rows = frame.keys["sector"] == district.SECTOR_MODEL
    frame.values[np.flatnonzero(rows), frame.names.index("listings_serious_active")] = 1
    verdicts = judge(frame, load_release(release_directory))
    served = rows & (verdicts.status == STATUSES.index("scored"))
    assert set(verdicts.tier[served]) == {4}
    assert {SOURCES[code] for code in verdicts.source[served]} == {"hard_rule"}
    assert not np.isnan(verdicts.margin[served]).any()
    assert (verdicts.rules[served] > 0).all()


def test_a_point_table_has_a_tier_but_no_margin(snapshot: Snapshot) -> None:
    rows = snapshot.columns["source"] == SOURCES.index("point_table")
    assert rows.any()
    assert np.isnan(snapshot.columns["margin"][rows]).all()
    assert (snapshot.columns["tier"][rows] > 0).all()


def test_one_row_alone_has_the_verdict_that_it_has_among_all(release_directory: Path) -> None:
    frame, loaded = district.frame(), load_release(release_directory)
    together = judge(frame, loaded)
    for row in (0, 7, 20, len(frame.keys) - 1):
        alone = judge(
            Frame(frame.as_of, frame.keys.iloc[[row]], frame.values[[row]], frame.names, frame.peers),
            loaded,
        )
        for name in ("margin", "probability", "low", "high", "tier", "status"):
            np.testing.assert_array_equal(getattr(alone, name)[0], getattr(together, name)[row])


def test_bulk_reasons_and_the_remainder_sum_to_the_margin(snapshot: Snapshot) -> None:
    columns = snapshot.columns
    rows = ~np.isnan(columns["margin"])
    total = columns["baseline"] + columns["reason_contribution"].sum(axis=1) + columns["reason_other"]
    np.testing.assert_allclose(total[rows], columns["margin"][rows], atol=1e-6)
    assert (columns["reason_indicator"][~rows] == -1).all()


def test_typical_values_are_medians_of_the_sectors_rows(snapshot: Snapshot) -> None:
    code = snapshot.sectors.index(district.SECTOR_MODEL)
    rows = snapshot.frame[snapshot.columns["sector"] == code]
    np.testing.assert_array_equal(snapshot.typical[code], np.nanmedian(rows, axis=0).astype(np.float32))


def test_a_very_large_sector_is_told_by_an_even_share_of_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembled, "MEDIAN_ROWS", 100)
    np.save(tmp_path / "rising.npy", np.arange(1050, dtype=np.float32)[:, None])
    one_sector = np.zeros(1050, dtype=np.uint16)
    assert assembled._typical(tmp_path / "rising.npy", one_sector, 1, threads=2).tolist() == [[520.0]]


def test_kept_records_are_those_of_the_enterprises_asked_for(snapshot: Snapshot) -> None:
    asked = [district.enterprise_id(1), district.enterprise_id(district.CHINESE), "nobody"]
    enterprises = snapshot.records_of(asked).tables["enterprises"].to_pyarrow().to_pylist()
    assert sorted(row["enterprise_id"] for row in enterprises) == sorted(asked[:2])


def test_counts_name_every_tier_of_every_sector(snapshot: Snapshot) -> None:
    content = json.loads((snapshot.directory / "snapshot.json").read_text(encoding="utf-8"))
    tiers = sum(sum(counts.values()) for counts in content["counts"]["tiers"].values())
    assert tiers == content["counts"]["status"]["scored"] == int((snapshot.columns["tier"] > 0).sum())
