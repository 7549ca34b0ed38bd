"""The main chain of the audit log: written with what it tells, in turn, and broken by any change."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from records.errors import ConfigError
from serving.audit.chain import GENESIS, AuditEntry, Head, canonical, faults_of, following
from serving.audit.event import AuditEvent, of_caller, of_command
from serving.database.address import Address
from serving.database.audit import AuditStore
from serving.database.engine import open_engine
from serving.database.migrate import alembic_config
from serving.places import DATABASE_VARIABLE
from serving.serve import PROJECT
from tests.held_tokens import NOW
from tests.tampered_chain import tamper

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def audit(address: Address) -> Iterator[AuditStore]:
    with AuditStore(address) as store:
        yield store


def event(kind: str = "promoted", **detail: object) -> AuditEvent:
    return AuditEvent(NOW, kind, of_command("经办人"), detail)


def chain(length: int) -> list[AuditEntry]:
    entries, head = [], Head()
    for number in range(length):
        entries.append(following(head, event(number=number)))
        head = entries[-1].head
    return entries


def faults(entries: list[AuditEntry], head: Head) -> list[int]:
    return [fault.number for fault in faults_of(entries, head)]


def test_entries_are_numbered_from_one_and_linked(audit: AuditStore) -> None:
    first, second = audit.record(event(sector="drugs")), audit.record(event("rolled_back"))
    assert (first.number, first.previous, second.number, second.previous) == (1, GENESIS, 2, first.digest)
    assert audit.entries() == [first, second]
    assert audit.entries(after=1) == [second]
    assert audit.entries(limit=1) == [first]
    assert audit.head() == second.head
    assert list(audit.faults()) == []


def test_an_empty_chain_is_whole(audit: AuditStore) -> None:
    assert (audit.head(), audit.entries(), list(audit.faults())) == (Head(), [], [])


def test_moments_are_kept_to_the_microsecond_whatever_their_zone(audit: AuditStore) -> None:
    exact = datetime(2026, 3, 2, 1, 30, 0, 123456, tzinfo=UTC)
    audit.record(AuditEvent(exact.astimezone(ZoneInfo("America/New_York")), "promoted", "service", {}))
    assert audit.entries()[0].at == exact
    assert audit.entries()[0].is_whole()


@given(detail=st.dictionaries(st.text(), _JSON, max_size=4), kind=st.text(max_size=32), actor=st.text(max_size=80))
def test_whatever_json_holds_can_be_told_and_any_other_content_has_another_digest(
    detail: dict, kind: str, actor: str
) -> None:
    entry = following(Head(), AuditEvent(NOW, kind, actor, detail))
    assert entry.is_whole()
    assert json.loads(entry.detail) == detail
    assert following(Head(), AuditEvent(NOW, kind, actor, {**detail, "more": 1})).digest != entry.digest
    assert following(Head(), AuditEvent(NOW, f"{kind}x", actor, detail)).digest != entry.digest
    assert following(Head(), AuditEvent(NOW + timedelta(microseconds=1), kind, actor, detail)).digest != entry.digest


def test_what_no_json_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"probability": float("nan")})


def test_callers_and_commands_cannot_be_taken_for_each_other() -> None:
    assert len({of_caller("abcdefghjkmn"), of_caller(None), of_command("abcdefghjkmn"), of_command("machine")}) == 4


def test_an_entry_that_was_changed_is_named() -> None:
    entries = chain(5)
    for name, value in (("kind", "x"), ("actor", "y"), ("detail", "{}"), ("at", NOW + timedelta(seconds=1))):
        changed = [*entries]
        changed[2] = AuditEntry(**{**vars(entries[2]), name: value})
        assert faults(changed, entries[-1].head) == [3]


def test_an_entry_that_was_written_anew_with_its_digest_is_told_by_the_next() -> None:
    entries = chain(5)
    forged = [*entries]
    forged[2] = following(entries[1].head, event(number="another"))
    assert faults(forged, entries[-1].head) == [4]


@given(length=st.integers(1, 8), data=st.data())
def test_every_removed_exchanged_or_inserted_entry_is_found(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    head = entries[-1].head
    assert faults(entries, head) == []
    at = data.draw(st.integers(0, length - 1))
    assert faults(entries[:at] + entries[at + 1 :], head)
    assert faults([*entries[: at + 1], entries[at], *entries[at + 1 :]], head)
    other = data.draw(st.integers(0, length - 1))
    if other != at:
        exchanged = [*entries]
        exchanged[at], exchanged[other] = entries[other], entries[at]
        assert faults(exchanged, head)
    forged = following(entries[at].head, event(number="inserted"))
    assert faults([*entries[: at + 1], forged, *entries[at + 1 :]], head)


def test_the_end_that_was_cut_off_is_told_by_the_head() -> None:
    entries = chain(5)
    found = list(faults_of(entries[:3], entries[-1].head))
    assert [(fault.number, fault.message) for fault in found] == [(4, "entries 4 to 5 were removed")]
    assert faults(entries, entries[3].head) == [5]


def test_the_database_itself_refuses_to_change_an_entry(audit: AuditStore, address: Address) -> None:
    audit.record(event())
    engine = open_engine(address)
    for statement in ("UPDATE audit_entries SET kind = 'x'", "DELETE FROM audit_entries"):
        with pytest.raises(Exception, match="only ever added"), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()
    assert list(audit.faults()) == []


def test_whoever_goes_round_that_is_found_out(audit: AuditStore, address: Address) -> None:
    for number in range(4):
        audit.record(event(number=number))
    tamper(address, "UPDATE audit_entries SET actor = 'command:nobody' WHERE number = 2")
    assert [(fault.number, fault.message) for fault in audit.faults()] == [(2, "it was changed after it was written")]
    tamper(address, "DELETE FROM audit_entries WHERE number = 4")
    assert [fault.number for fault in audit.faults()] == [2, 4]


def test_an_event_is_on_disk_when_the_call_returns(audit: AuditStore, address: Address) -> None:
    code = (
        "import os, signal\nfrom datetime import datetime, timezone\nfrom serving.audit.event import AuditEvent\n"
        "from serving.database.address import database_address\nfrom serving.database.audit import AuditStore\n"
        "AuditStore(database_address()).record(AuditEvent(datetime.now(timezone.utc), 'promoted', 'service', {}))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], env=_environment(address), check=False)
    assert len(audit.entries()) == 1


def test_processes_that_write_at_once_make_one_chain(audit: AuditStore, address: Address) -> None:
    code = (
        "from datetime import datetime, timezone\nfrom serving.audit.event import AuditEvent\n"
        "from serving.database.address import database_address\nfrom serving.database.audit import AuditStore\n"
        "with AuditStore(database_address()) as store:\n"
        "    for _ in range(25): store.record(AuditEvent(datetime.now(timezone.utc), 'promoted', 'service', {}))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code], env=_environment(address)) for _ in range(2)]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    assert [entry.number for entry in audit.entries()] == list(range(1, 51))
    assert list(audit.faults()) == []


def test_a_transaction_that_fails_leaves_no_entry(audit: AuditStore) -> None:
    too_long = AuditEvent(NOW, "x", "service", {"cannot": object()})
    with pytest.raises(TypeError, match="not JSON serializable"):
        audit.record(too_long)
    assert audit.head() == Head()


@pytest.fixture
def engine(address: Address) -> Iterator[Engine]:
    engine = open_engine(address)
    yield engine
    engine.dispose()


def test_events_of_access_become_the_first_entries_of_the_chain(address: Address, engine: Engine) -> None:
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        for row in (
            "('2026-03-02 01:30:00', 'token_created', 'abcdefghjkmn', '经办人', NULL, NULL, NULL, NULL, NULL, NULL)",
            "('2026-03-02 01:31:00', 'lists_checked', 'abcdefghjkmn', NULL, 'r', 'permit', 3, 2, 1, 'd')",
        ):
            columns = "at, kind, token_id, actor, request_id, purpose, subjects, hits, intercepted, extract"
            connection.execute(text(f"INSERT INTO access_events ({columns}) VALUES {row}"))
    with AuditStore(address) as audit:
        created, checked = audit.entries()
        assert list(audit.faults()) == []
    assert (created.kind, created.actor, json.loads(created.detail)) == (
        "token_created",
        "command:经办人",
        {"token": "abcdefghjkmn"},
    )
    assert (checked.kind, checked.actor, json.loads(checked.detail)) == (
        "lists_checked",
        "token:abcdefghjkmn",
        {"request_id": "r", "purpose": "permit", "subjects": 3, "hits": 2, "intercepted": 1, "extract": "d"},
    )
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0001")
        kept = connection.execute(text("SELECT kind, token_id, actor, hits FROM access_events ORDER BY id")).all()
    assert [tuple(row) for row in kept] == [
        ("token_created", "abcdefghjkmn", "经办人", None),
        ("lists_checked", "abcdefghjkmn", None, 2),
    ]


def test_a_database_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    from serving.database.address import database_address

    with pytest.raises(ConfigError, match=r"must be usable, got \w+; check address, rights, free space and server"):
        AuditStore(database_address(f"sqlite:///{tmp_path}/file/fenji.db"))


def _environment(address: Address) -> dict[str, str]:
    return {DATABASE_VARIABLE: address.url, "PYTHONPATH": str(PROJECT), "PATH": ""}
