"""`fenji audit verify`, `fenji replay`, and promotions that are written down, as a person meets them."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from serving.audit.answer import Answered
from serving.audit.answer_log import AnswerLog
from serving.clock import now
from serving.current import write_current
from serving.database.address import database_address
from serving.database.audit import AuditStore
from serving.database.engine import open_engine
from serving.places import audit_path
from tests import served_district as district
from tests.run_command import Command, command_in
from tests.small_registry import REFUSED, make_store, register

CHANGED, SETTING = 6, 3


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.delenv("FENJI_AUDIT", raising=False)
    return command_in(tmp_path, monkeypatch, capfd)


def test_verify_says_that_all_is_whole_until_something_is_changed(command: Command) -> None:
    command("token", "create", "--role", "auditor", "--name", "审计科")
    first = command("audit", "verify")
    assert (first.code, "审计日志完整 whole: 1 条 entries" in first.out) == (0, True)
    head = first.out.split()[-1]
    command("token", "create", "--role", "sampler", "--name", "抽查模块")
    assert command("audit", "verify", "--head", head).code == 0
    assert command("audit", "verify", "--head", "x").code == SETTING
    engine = open_engine(database_address())
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entries_no_UPDATE"))
        connection.execute(text("UPDATE audit_entries SET actor = 'command:nobody' WHERE number = 1"))
    engine.dispose()
    changed = command("audit", "verify")
    assert (changed.code, changed.out) == (CHANGED, "")
    assert "main 1: it was changed after it was written" in changed.error
    assert "Traceback" not in changed.error


def test_promotions_and_rollbacks_are_written_down_with_who_and_why(command: Command, tmp_path: Path) -> None:
    root = make_store(tmp_path / "root")
    for checks in ((), ()):
        register(root, {"food_operation": checks, "drugs": REFUSED})
    # Of two sectors one is refused: what was moved is written down all the same.
    assert command("promote", "--all", "--why", "试运行无异常", "--by", "李科", "--root", root).code != 0
    assert command("rollback", "food_operation", "--why", "复核", "--by", "王局", "--root", root).code == 0
    with AuditStore(database_address()) as audit:
        entries = audit.entries()
        assert list(audit.faults()) == []
    assert [(entry.kind, entry.actor) for entry in entries] == [
        ("promoted", "command:李科"),
        ("rolled_back", "command:王局"),
    ]
    told = json.loads(entries[0].detail)
    assert (told["sector"], told["from_version"], told["to_version"]) == ("food_operation", "1", "2")
    assert told["why"] == "试运行无异常"


def test_nothing_is_promoted_where_it_cannot_be_written_down(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_store(tmp_path / "root")
    for _ in range(2):
        register(root, {"food_operation": ()})
    monkeypatch.setenv("FENJI_DATABASE_URL", "postgresql://fenji@127.0.0.1:9/none")
    refused = command("promote", "--all", "--why", "试运行无异常", "--root", root)
    assert (refused.code, "must be usable" in refused.sentence()) == (SETTING, True)
    monkeypatch.delenv("FENJI_DATABASE_URL")
    assert command("promote", "--all", "--why", "试运行无异常", "--root", root).code == 0


def test_replay_says_that_an_answer_is_the_same_or_why_it_cannot_be_given(command: Command, tmp_path: Path) -> None:
    current = write_current(
        tmp_path / "current.json",
        district.save_release(tmp_path),
        district.save_snapshot(tmp_path, tmp_path / "release"),
    )
    scorer = current.load()
    reply = json.dumps(
        scorer.score(["E0001"], None) | {"next": None}, ensure_ascii=False, separators=(",", ":")
    ).encode()
    with AuditStore(database_address()) as audit:
        log = AnswerLog(audit_path(), audit, now)
        log.note(
            Answered(
                request_id="r1",
                at=now(),
                token_id=None,
                address="/v1/score",
                served=scorer.served,
                body=b'{"enterprise_ids": ["E0001"]}',
                reply=reply,
            )
        )
        log.close()
    out = tmp_path / "answer.json"
    same = command("replay", "r1", "--out", out)
    assert (same.code, "逐字节一致 the same, bit for bit: /v1/score" in same.out) == (0, True)
    assert out.read_bytes() == reply
    unknown = command("replay", "r2")
    assert (unknown.code, "must be in a log of answers" in unknown.sentence()) == (CHANGED, True)
    assert command("audit", "verify").code == 0
