"""`fenji migration` and `fenji standards propose` as a data scientist calls them."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import fenji
from serving.answers import answers_of
from serving.snapshot import load_snapshot
from serving.verdicts import STATUSES
from tests import served_district
from tests.small_district import AS_OF, District, small_district
from training.tiers.proposal_table import proposal_toml
from training.tiers.proposals import propose_standards

runner = CliRunner(env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    return served_district.save_snapshot(folder / "snapshot", served_district.save_release(folder / "releases"))


def test_the_answers_of_a_snapshot_are_its_scored_rows(snapshot: Path) -> None:
    opened = load_snapshot(snapshot)
    answers = answers_of(opened)
    assert len(answers) == (opened.columns["status"] == STATUSES.index("scored")).sum() > 0
    assert answers["tier_rank"].between(1, 4).all()
    assert not answers.duplicated(["enterprise_id", "sector"]).any()


def test_nobody_moves_between_a_snapshot_and_itself(snapshot: Path) -> None:
    ended = runner.invoke(fenji.app, ["migration", str(snapshot), str(snapshot)])
    assert ended.exit_code == 0, ended.output
    assert "同一发布 one release" in ended.output
    assert "上调 raised 0.0% · 下调 lowered 0.0%" in ended.output
    assert "等级 tiers 0.000 稳定 stable" in ended.output


@pytest.fixture
def district(monkeypatch: pytest.MonkeyPatch) -> District:
    """The small district, with the training and the frame that its records give, made once for all tests."""
    made = small_district()
    monkeypatch.setattr("records.check.load_records", lambda location: made.records)
    monkeypatch.setattr("training.tiers.proposals.fit_models", lambda *arguments: made.training)
    monkeypatch.setattr("training.tiers.proposals.build_frame", lambda *arguments: made.frame)
    return made


@pytest.mark.usefixtures("district")
def test_the_verb_that_proposes_shows_the_effect_and_writes_a_snippet_only_where_asked(tmp_path: Path) -> None:
    out = tmp_path / "folder" / "proposed.toml"
    arguments = ["standards", "propose", str(tmp_path), "--as-of", str(AS_OF), "--sector", "price"]
    ended = runner.invoke(fenji.app, [*arguments, "--confidence", "0.5", "--out", str(out)])
    assert ended.exit_code == 0, ended.output
    assert "现行分界 cuts in force [0.08, 0.18, 0.32]" in ended.output
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["folder", "proposed.toml"]
    assert set(tomllib.loads(out.read_text(encoding="utf-8"))) <= {"price"}


def test_a_capacity_for_all_sectors_is_shared_out_by_what_their_standards_ask_for(district: District) -> None:
    standards = {name: district.standards[name] for name in ("general", "food_operation", "price")}
    proposals = propose_standards(district.records, standards, AS_OF, confidence=0.4, capacity=30)
    assert [proposal.standard.sector for proposal in proposals] == sorted(standards)
    asked = [proposal.after.inspections for proposal in proposals if proposal.after is not None]
    assert sum(asked) <= 30
    for proposal in proposals:
        assert (proposal.cuts is None) == (proposal.reason != "")
    tomllib.loads(proposal_toml(proposals, AS_OF, 0.4))
