"""A challenger in the shadow: scored beside the champion and compared, and never part of an answer."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.standard import SHIPPED_STANDARDS, read_standards
from records.errors import ModelError
from serving.answers import answers_with_reasons
from serving.current import Current
from serving.release import load_release, release, release_into
from serving.scoring.assembled import assemble
from serving.scoring.frame_file import FRAME_FILE, write_rows
from serving.scoring.population import write_snapshot
from serving.scoring.scored_part import save_part
from serving.snapshot import SHADOW, Snapshot, load_snapshot, shadow_of
from supervision.watch.challenger import LIST_FILE, PAGE_FILE, compare, write_compared
from tests import served_district as district


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases of the same champions: `plain`, and `carrying` a general challenger that sees more risk."""
    folder = tmp_path_factory.mktemp("shadow")
    district.save_release(folder)
    saved = {name: folder / "models" / name for name in district.models()}
    general = district.models()["general"]
    assert general.calibration is not None
    raised = replace(general, calibration=replace(general.calibration, offset=general.calibration.offset + 1.5))
    raised.save(folder / "challenger")
    challengers = {"general": folder / "challenger"}
    release(saved, folder / "carrying", district.standards(), challengers=challengers)
    for name, released in (("plain", "release"), ("shadowed", "carrying")):
        write_snapshot(district.frame(), district.records(), load_release(folder / released), folder / name)
    return folder


@pytest.fixture(scope="module")
def snapshot(folder: Path) -> Snapshot:
    return load_snapshot(folder / "shadowed")


def test_champions_answer_as_though_there_were_no_challenger(folder: Path) -> None:
    ids = [district.enterprise_id(number) for number in range(district.ENTERPRISES)]
    plain = Current(folder / "release", folder / "plain").load()
    carrying = Current(folder / "carrying", folder / "shadowed").load()
    assert carrying.score(ids, None)["results"] == plain.score(ids, None)["results"]
    explained = [one.explain(ids, None, "zh")["results"] for one in (plain, carrying)]
    assert explained[0] == explained[1]


def test_answers_do_not_even_read_what_the_challenger_said(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "shadowed", tmp_path / "shadowed")
    opened = Current(folder / "carrying", tmp_path / "shadowed").load()
    shutil.rmtree(tmp_path / "shadowed" / SHADOW)
    assert opened.explain([district.enterprise_id(1)], None, "zh")["results"]


def test_the_general_challenger_stands_for_every_sector_that_the_general_model_answers(snapshot: Snapshot) -> None:
    before, after = answers_with_reasons(snapshot), answers_with_reasons(shadow_of(snapshot))
    rose = (after["margin"] - before["margin"]).groupby(before["sector"]).agg(["min", "max"])
    assert rose.loc[["general", district.INHERITED]].to_numpy() == pytest.approx(1.5)
    assert rose.loc[district.SECTOR_MODEL].to_numpy() == pytest.approx(0.0)


def test_the_comparison_names_who_would_move_and_why(snapshot: Snapshot, tmp_path: Path) -> None:
    before, after = answers_with_reasons(snapshot), answers_with_reasons(shadow_of(snapshot))
    compared = compare(snapshot.as_of, before, after)
    moved = before["tier_rank"].to_numpy() != after["tier_rank"].to_numpy()
    assert len(compared.movers) == moved.sum() > 0
    assert compared.migration.lowered == 0
    assert set(compared.movers["sector"]) <= {"general", district.INHERITED}
    for path in write_compared(compared, read_standards(SHIPPED_STANDARDS), tmp_path / "out"):
        assert path.is_file()
    page = (tmp_path / "out" / PAGE_FILE).read_text(encoding="utf-8")
    assert compared.movers["enterprise_id"][0] in page
    assert len(pd.read_csv(tmp_path / "out" / LIST_FILE)) == len(compared.movers)


def test_parts_of_a_run_put_the_shadow_together_as_one_run_does(folder: Path, tmp_path: Path) -> None:
    known, frame = load_release(folder / "carrying"), district.frame()
    first = (frame.keys["enterprise_id"] < district.enterprise_id(20)).to_numpy()
    parts = []
    for name, rows in (("first", first), ("rest", ~first)):
        parts.append(tmp_path / name)
        parts[-1].mkdir()
        own = replace(frame, keys=frame.keys[rows].reset_index(drop=True), values=frame.values[rows])
        save_part(own, known, parts[-1], threads=1)
    write_rows(tmp_path / FRAME_FILE, 0, frame.values)
    assemble(parts, tmp_path / FRAME_FILE, len(frame.names), tmp_path / "whole", threads=1)
    for path in (folder / "shadowed" / SHADOW).glob("*.npy"):
        assert np.array_equal(np.load(path), np.load(tmp_path / "whole" / SHADOW / path.name), equal_nan=True), path


def test_a_release_without_a_challenger_is_the_same_as_ever_and_has_no_shadow(folder: Path, tmp_path: Path) -> None:
    saved = {name: folder / "models" / name for name in district.models()}
    again = release_into(tmp_path, saved, district.standards(), challengers={})
    assert load_release(again).digest == load_release(folder / "release").digest
    assert not (folder / "plain" / SHADOW).exists()
    with pytest.raises(ModelError, match="fenji release --challenger"):
        shadow_of(load_snapshot(folder / "plain"))


def test_a_changed_challenger_is_refused(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "carrying", tmp_path / "changed")
    (tmp_path / "changed" / "challengers" / "general" / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="must match its digests"):
        load_release(tmp_path / "changed")
