"""The `fenji` command as a user meets it: what it writes, what it says, and the exit code it ends with."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from simulation.district import simulate
from tests import served_district
from tests.run_command import Command, command_in

AS_OF = "2024-07-01"
USAGE, DATA, SETTING, MODEL = 2, 2, 3, 4
"""Exit codes; a wrong option ends with the usual 2 of command lines, which wrong records share."""
WRONG_STANDARD = """\
name = { zh = "通用", en = "General" }
office = "x"
[outcome]
severity = "dreadful"
horizon_days = 365
[tiers]
cuts = [0.3, 0.2, 0.1]
"""
VERBS = (
    *("check", "build", "import", "export", "systems", "dictionary", "simulate", "train", "promote", "rollback"),
    *("history", "backtest", "release", "score", "tiers", "migration", "standards", "serve", "token", "lists"),
    *("worklist", "report", "draw"),
)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run a verb in an empty folder of its own, in this process: importing everything anew would take seconds."""
    return command_in(tmp_path, monkeypatch, capfd)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records of a small district; tests copy what they change."""
    folder = tmp_path_factory.mktemp("district") / "records"
    simulate(folder, 300, 2, seed=1, progress=False)
    return folder


def _as_csv(district: Path, folder: Path) -> None:
    """The same records as CSV, lists with `;` between their parts."""
    folder.mkdir()
    for path in district.glob("*.parquet"):
        table = pd.read_parquet(path)
        if "sectors" in table:
            table["sectors"] = table["sectors"].map(";".join)
        table.to_csv(folder / f"{path.stem}.csv", index=False)


def _missing_place(folder: Path) -> None:
    shutil.rmtree(folder)


def _no_enterprises(folder: Path) -> None:
    (folder / "enterprises.parquet").unlink()


def _no_column(folder: Path) -> None:
    table = pd.read_parquet(folder / "penalties.parquet")
    table.drop(columns="known_at").to_parquet(folder / "penalties.parquet")


def _wrong_type(folder: Path) -> None:
    table = pd.read_parquet(folder / "penalties.parquet").astype({"fine_yuan": object})
    table.loc[2, "fine_yuan"] = "about 500"
    (folder / "penalties.parquet").unlink()
    table.to_csv(folder / "penalties.csv", index=False)


def _truncated(folder: Path) -> None:
    content = (folder / "inspections.parquet").read_bytes()
    (folder / "inspections.parquet").write_bytes(content[: len(content) // 2])


def _empty_parquet(folder: Path) -> None:
    (folder / "complaints.parquet").write_bytes(b"")


def _empty_csv(folder: Path) -> None:
    (folder / "complaints.parquet").unlink()
    (folder / "complaints.csv").write_bytes(b"")


BROKEN = {
    "no directory": (_missing_place, ("records", "check the path")),
    "no enterprises": (_no_enterprises, ("enterprises", "add enterprises.parquet")),
    "no column": (_no_column, ("penalties.parquet", "known_at", "add or rename")),
    "wrong type": (_wrong_type, ("penalties.csv", "fine_yuan", "'about 500'", "row 3", "correct the value")),
    "truncated Parquet": (_truncated, ("inspections.parquet", "truncated", "export it again")),
    "empty Parquet": (_empty_parquet, ("complaints.parquet", "export it again")),
    "empty CSV": (_empty_csv, ("complaints.csv", "header line")),
}


@pytest.mark.parametrize("case", BROKEN)
def test_records_that_cannot_be_read_end_with_2_one_sentence_and_nothing_written(
    case: str, command: Command, district: Path, tmp_path: Path
) -> None:
    spoil, words = BROKEN[case]
    shutil.copytree(district, tmp_path / "records")
    spoil(tmp_path / "records")
    before = sorted(tmp_path.rglob("*"))
    for verb in (("check", "records", "--out", "out"), ("build", "records", "--as-of", AS_OF, "--out", "out.csv")):
        ended = command(*verb)
        assert ended.code == DATA
        assert [word for word in words if word not in ended.sentence()] == []
    assert sorted(tmp_path.rglob("*")) == before


def test_rows_that_break_the_contract_are_quarantined_with_a_reason_and_the_check_ends_well(
    command: Command, district: Path, tmp_path: Path
) -> None:
    shutil.copytree(district, tmp_path / "records")
    table = pd.read_parquet(district / "penalties.parquet")
    table.loc[0, "enterprise_id"] = "nobody"
    table.loc[1, "severity"] = "dreadful"
    table.to_parquet(tmp_path / "records" / "penalties.parquet")
    ended = command("check", "records", "--out", "out")
    assert ended.code == 0
    assert "Data quality" in ended.out
    quarantine = pd.read_parquet(tmp_path / "out" / "quarantine.parquet")
    reasons = quarantine[quarantine["subject"] == "penalties"].set_index("row")["reason"]
    assert reasons.loc[[1, 2]].tolist() == ["unknown_enterprise", "bad_code:severity"]
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert {"subject": "penalties", "reason": "unknown_enterprise", "rows": 1} in summary["reasons"]
    assert len(pd.read_csv(tmp_path / "out" / "quality.csv")) > 1


def test_csv_and_parquet_give_the_same_indicators(command: Command, district: Path, tmp_path: Path) -> None:
    _as_csv(district, tmp_path / "csv")
    for source, out in ((district, "out.parquet"), (tmp_path / "csv", "out.csv")):
        ended = command("build", source, "--as-of", AS_OF, "--out", out)
        assert ended.code == 0
        assert f"→ {out}" in ended.error
    expected = pd.read_parquet("out.parquet")
    assert expected["enterprise_id"].nunique() > 200
    types = dict.fromkeys(expected.select_dtypes("float32"), "float32") | {"ent_type": str, "region": str}
    written = pd.read_csv("out.csv", dtype=types)
    pd.testing.assert_frame_equal(written, expected, check_exact=True)


def test_a_date_before_anything_was_known_is_refused_instead_of_an_empty_file(
    command: Command, district: Path, tmp_path: Path
) -> None:
    ended = command("build", district, "--as-of", "1900-01-01", "--out", "out.parquet")
    assert ended.code == DATA
    assert "an enterprise known before 1900-01-01, got none; give a later as-of date" in ended.sentence()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["train", "backtest"])
def test_a_wrong_standard_ends_with_3_and_names_file_and_line(
    verb: str, command: Command, district: Path, tmp_path: Path
) -> None:
    (tmp_path / "standards").mkdir()
    (tmp_path / "standards" / "general.toml").write_text(WRONG_STANDARD, encoding="utf-8")
    ended = command(verb, district, "--as-of", AS_OF, "--standards", "standards")
    assert ended.code == SETTING
    assert "Traceback" not in ended.error
    assert "standards/general.toml:4: " in ended.error
    assert "standards/general.toml:7: tiers.cuts must be three increasing numbers" in ended.error
    assert [path.name for path in tmp_path.iterdir()] == ["standards"]


def test_an_empty_directory_of_standards_ends_with_3(command: Command, district: Path, tmp_path: Path) -> None:
    ended = command("train", district, "--as-of", AS_OF, "--standards", tmp_path)
    assert ended.code == SETTING
    assert "must hold one TOML file per sector" in ended.sentence()


def test_without_a_training_a_release_or_a_snapshot_the_next_step_ends_with_4_and_says_what_to_run(
    command: Command, district: Path, tmp_path: Path
) -> None:
    score = ("score", district, "--as-of", AS_OF, "--out", "snapshot")
    for arguments, remedy in (
        (("release",), "run `fenji train`"),
        (("promote", "--all", "--why", "x"), "run `fenji train` there first"),
        (("rollback", "drugs", "--why", "x"), "run `fenji train` there first"),
        (("history",), "run `fenji train` there first"),
        (score, "run `fenji release` first"),
        ((*score, "--release", "nothing"), "nothing/release.json is missing"),
        (("serve",), "run release and score first"),
        (("tiers", "nothing"), "nothing/snapshot.json is missing"),
    ):
        ended = command(*arguments)
        assert ended.code == MODEL
        assert remedy in ended.sentence()
    assert list(tmp_path.iterdir()) == []


def test_a_snapshot_is_written_once_and_never_over_an_old_one(command: Command, district: Path, tmp_path: Path) -> None:
    released = served_district.save_release(tmp_path)
    score = ("score", district, "--as-of", AS_OF, "--out", "snapshot", "--release", released, "--no-publish")
    assert command(*score).code == 0
    assert not (tmp_path / "current.json").exists()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "snapshot").rglob("*")}
    ended = command(*score)
    assert ended.code == MODEL
    assert "snapshot exists already; name another directory" in ended.sentence()
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "snapshot").rglob("*")} == before
    table = command("tiers", "snapshot")
    assert table.code == 0
    assert "food_operation" in table.out


def test_nothing_is_scored_to_be_put_into_service_where_that_cannot_be_written_down(
    command: Command, district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = served_district.save_release(tmp_path)
    monkeypatch.setenv("FENJI_DATABASE_URL", "postgresql://fenji@127.0.0.1:9/none")
    score = ("score", district, "--as-of", AS_OF, "--out", "snapshot", "--release", released)
    ended = command(*score)
    assert (ended.code, "127.0.0.1:9" in ended.sentence()) == (SETTING, True)
    assert not (tmp_path / "snapshot").exists()
    assert not (tmp_path / "current.json").exists()
    assert command(*score, "--no-publish").code == 0, "one that is not put into service needs no account"


def test_a_place_that_cannot_be_written_ends_with_3_and_one_sentence(
    command: Command, district: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for arguments in (
        ("dictionary", "--out", "file/dictionary.md"),
        ("check", district, "--out", "file"),
        ("simulate", "--out", "file", "--enterprises", "10"),
    ):
        ended = command(*arguments)
        assert ended.code == SETTING, arguments
        ended.sentence()


def test_the_dictionary_is_written_into_a_new_folder(command: Command) -> None:
    assert command("dictionary", "--out", "new/dictionary.md").code == 0
    assert "penalties_count_365d" in Path("new/dictionary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, command: Command) -> None:
    ended = command(verb, "--help")
    assert ended.code == 0
    assert f"fenji {verb}" in ended.out


def test_the_bare_command_names_every_verb(command: Command) -> None:
    ended = command()
    assert [verb for verb in VERBS if verb not in ended.out + ended.error] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("build", "records", "--as-of", "01.07.2024", "--out", "x"), "%Y-%m-%d"),
        (("build", "records", "--as-of", "2024-02-30", "--out", "x"), "2024-02-30"),
        (("build", "records", "--out", "x"), "--as-of"),
        (("build", "records", "--as-of", AS_OF, "--out", "x", "--fast"), "No such option: --fast"),
        (("simulate", "--out", "x", "--enterprises", "0"), "greater than or equal to"),
        (("serve", "--port", "70000"), "--port"),
        (("backtest", "records", "--as-of", AS_OF, "--horizon", "0"), "--horizon"),
        (("promote", "drugs"), "--why"),
        (("promote", "--why", "x"), "name sectors, or give --all"),
        (("promote", "drugs", "--all", "--why", "x"), "name sectors, or give --all"),
        (("rollback", "drugs"), "--why"),
        (("worklist",), "give NAME, DIR and --as-of, or --list"),
        (("worklist", "annual_report_due", "records"), "give NAME, DIR and --as-of, or --list"),
        (("worklist", "annual_report_due", "records", "--as-of", AS_OF, "--limit", "0"), "--limit"),
        (("forecast",), "No such command"),
    ],
)
def test_a_wrong_option_is_told_before_anything_is_done(
    arguments: tuple[str, ...], told: str, command: Command, tmp_path: Path
) -> None:
    ended = command(*arguments)
    assert ended.code == USAGE
    assert told in ended.error
    assert "Traceback" not in ended.error
    assert list(tmp_path.iterdir()) == []
