"""`fenji token` and `fenji lists` as a person meets them, and a service that other machines could ask."""

import json
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from serving.access.token import split
from serving.clock import now
from serving.current import write_current
from serving.database.address import database_address
from serving.database.audit import AuditStore
from serving.lists.current import load_current_lists
from serving.welcome import print_welcome
from tests import served_district
from tests.approvals import BOTH, CLEAN, SERIOUS, records
from tests.run_command import Command, command_in

SETTING, DATA, USAGE = 3, 2, 2


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return command_in(tmp_path, monkeypatch, capfd)


@pytest.fixture
def location(tmp_path: Path) -> Path:
    """Four enterprises, one on each list, one on both, one on none, as files."""
    folder = tmp_path / "records"
    folder.mkdir()
    for name in ("enterprises", "listings"):
        records().tables[name].to_pyarrow().to_pandas().to_parquet(folder / f"{name}.parquet")
    return folder


def test_a_token_is_shown_once_alone_on_standard_output(command: Command) -> None:
    made = command("token", "create", "--role", "approver", "--name", "审批系统", "--days", 30, "--by", "经办人")
    assert made.code == 0
    text = made.out.strip()
    token_id, secret = split(text) or ("", "")
    assert token_id in made.error
    assert secret not in made.error
    shown = command("token", "list")
    assert (now() + timedelta(days=30)).date().isoformat() in shown.out
    assert "approver" in shown.out
    assert secret not in shown.out + shown.error
    with AuditStore(database_address()) as audit:
        assert [(entry.kind, entry.actor) for entry in audit.entries()] == [("token_created", "command:经办人")]


def test_a_token_is_revoked_by_its_id_and_only_once(command: Command) -> None:
    text = command("token", "create", "--role", "sampler", "--name", "抽查模块").out.strip()
    token_id, _ = split(text) or ("", "")
    assert command("token", "revoke", token_id).code == 0
    assert "已撤销 revoked" in command("token", "list").out
    again = command("token", "revoke", token_id)
    assert (again.code, "is revoked once" in again.sentence()) == (SETTING, True)
    unknown = command("token", "revoke", text)
    assert (unknown.code, "not by its text" in unknown.sentence()) == (SETTING, True)
    assert "none has 'zzzzzzzzzzzz'" in command("token", "revoke", "z" * 12).sentence()
    assert (split(text) or ("", ""))[1] not in unknown.error


def test_a_token_is_limited_to_sectors_of_a_standard_and_to_stations(command: Command) -> None:
    scope = ("--sector", "drugs", "--sector", "food_operation", "--station", "某所")
    assert command("token", "create", "--role", "sampler", "--name", "抽查模块", *scope).code == 0
    shown = command("token", "list").out
    assert all(name in shown for name in ("drugs", "food_operation", "某所"))
    wrong = command("token", "create", "--role", "sampler", "--name", "抽查模块", "--sector", "drug")
    assert (wrong.code, "named by a standard, got 'drug'" in wrong.sentence()) == (SETTING, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--role", "boss", "--name", "x"), "role must be one of sampler"),
        (("--role", "sampler", "--name", " "), "name must have 1 to 100 printable characters"),
        (("--role", "sampler", "--name", "x", "--days", "0"), "lives 1 to 366 days, got 0"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(command: Command, arguments: tuple[str, ...], sentence: str) -> None:
    ended = command("token", "create", *arguments)
    assert (ended.code, ended.out) == (SETTING, "")
    assert sentence in ended.sentence()


def test_looking_at_tokens_makes_no_database(command: Command, tmp_path: Path) -> None:
    assert "没有令牌" in command("token", "list").out
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_used_is_told_in_one_sentence(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FENJI_DATABASE_URL", "postgresql://fenji:secret@127.0.0.1:9/none")
    for arguments in (("list",), ("create", "--role", "sampler", "--name", "x"), ("revoke", "x")):
        ended = command("token", *arguments)
        assert (ended.code, "secret" in ended.error) == (SETTING, False)
        assert "127.0.0.1:9/none must be usable" in ended.sentence()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "fenji.example"])
def test_without_a_token_the_service_is_not_started_for_other_machines(
    command: Command, tmp_path: Path, host: str
) -> None:
    (tmp_path / "current.json").write_text("{}", encoding="utf-8")
    ended = command("serve", "--host", host)
    assert (ended.code, host in ended.sentence()) == (SETTING, True)
    assert "Without any token the service listens on this machine alone" in ended.sentence()


def test_lists_are_extracted_and_put_into_service(command: Command, location: Path, tmp_path: Path) -> None:
    today = now().date()
    ended = command("lists", location, "--as-of", today)
    assert ended.code == 0, ended.error
    assert f"as of {today}: 登记主体 register 4 · 经营异常名录 abnormal 2" in ended.error
    extract = load_current_lists(tmp_path / "lists.json")
    assert extract.directory.parent.samefile(tmp_path / "var" / "lists")
    assert extract.is_registered([SERIOUS, CLEAN, "nobody"]) == [True, True, False]
    assert [len(found) for found in extract.entries_of([CLEAN, SERIOUS])] == [0, 1]
    again = command("lists", location, "--as-of", today)
    assert again.code == 0
    assert len(list((tmp_path / "var" / "lists").iterdir())) == 1


def test_lists_may_be_extracted_without_putting_them_into_service(
    command: Command, location: Path, tmp_path: Path
) -> None:
    ended = command("lists", location, "--as-of", "2026-03-02", "--no-publish", "--out", tmp_path / "elsewhere")
    assert ended.code == 0
    (directory,) = (tmp_path / "elsewhere").iterdir()
    assert json.loads((directory / "extract.json").read_text())["counts"] == {
        "abnormal": 2,
        "register": 4,
        "serious": 2,
    }
    assert not (tmp_path / "lists.json").exists()


def test_lists_of_a_day_to_come_or_of_no_records_are_refused(command: Command, location: Path, tmp_path: Path) -> None:
    tomorrow = now().date() + timedelta(days=1)
    ended = command("lists", location, "--as-of", tomorrow)
    assert (ended.code, f"got {tomorrow}" in ended.sentence()) == (SETTING, True)
    ended = command("lists", tmp_path / "nowhere", "--as-of", "2026-03-02")
    assert ended.code == DATA
    assert command("lists", location, "--as-of", "spring").code == USAGE
    assert not (tmp_path / "lists.json").exists()


def test_rows_that_break_the_contract_are_left_out_of_the_lists(
    command: Command, location: Path, tmp_path: Path
) -> None:
    rows = pd.read_parquet(location / "listings.parquet")
    rows.loc[rows["enterprise_id"] == BOTH, "responsible"] = None
    rows.to_parquet(location / "listings.parquet")
    assert command("lists", location, "--as-of", "2026-03-02").code == 0
    extract = load_current_lists(tmp_path / "lists.json")
    assert [len(found) for found in extract.entries_of([BOTH, SERIOUS])] == [0, 1]


def test_the_welcome_says_who_is_answered(command: Command, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    served_district.save_snapshot(tmp_path, served_district.save_release(tmp_path))
    write_current(tmp_path / "current.json", tmp_path / "release", tmp_path / "snapshot")
    print_welcome(Console(), "http://127.0.0.1:3000")
    shown = capfd.readouterr().out
    assert "this machine only" in shown
    assert "Authorization" not in shown
    command("token", "create", "--role", "sampler", "--name", "抽查模块")
    print_welcome(Console(), "http://127.0.0.1:3000")
    shown = capfd.readouterr().out
    assert "this machine only" not in shown
    assert '-H "Authorization: Bearer $FENJI_TOKEN"' in shown
