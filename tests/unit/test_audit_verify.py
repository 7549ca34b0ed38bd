"""Whatever is done to the audit log is found: in the main chain, in a worker's log, or to a whole file."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import ConfigError
from serving.audit.answer_log import AnswerLog
from serving.audit.chain import Head
from serving.audit.event import AuditEvent
from serving.audit.log_file import DIGEST_LENGTH, LogFile
from serving.audit.log_reading import check_log_file
from serving.audit.verify import Verified, head_of, verify
from serving.database.address import Address, database_address
from serving.database.audit import AuditStore
from tests.approvals import refused
from tests.held_tokens import NOW
from tests.sampling_module import SamplingModule
from tests.tampered_chain import tamper
from tests.unit.test_answer_log import ANSWERED


@pytest.fixture
def store(address: Address) -> Iterator[AuditStore]:
    with AuditStore(address) as store:
        yield store


class Kept:
    """A main chain and one worker's log of six answers, anchored after every two of them."""

    def __init__(self, store: AuditStore, folder: Path) -> None:
        self.store, self.folder = store, folder
        store.record(AuditEvent(NOW, "released", "command:信用股", {"digest": "d" * 64}))
        log = AnswerLog(folder, store, lambda: NOW)
        for number in range(6):
            log.note(replace(ANSWERED, request_id=f"r{number}"))
            log.flush()
            if number % 2:
                log.anchor()
        log.close()
        (self.path,) = folder.glob("*.answers")

    def verify(self, known: Head | None = None) -> Verified:
        return verify(self.store, self.folder, known)

    def faults(self) -> list[tuple[str, int]]:
        return [("main" if name == "main" else "log", fault.number) for name, fault in self.verify().faults]

    def lines(self) -> list[str]:
        return self.path.read_text().splitlines(keepends=True)

    def write(self, *lines: str) -> None:
        self.path.write_text("".join(lines))


@pytest.fixture
def kept(store: AuditStore, tmp_path: Path) -> Kept:
    return Kept(store, tmp_path / "audit")


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Kept]:
    """Over SQLite alone, for what is done to the logs."""
    with AuditStore(database_address(f"sqlite:///{tmp_path}/fenji.db")) as store:
        yield Kept(store, tmp_path / "audit")


def test_what_nobody_touched_is_whole(kept: Kept) -> None:
    verified = kept.verify()
    assert (verified.is_whole, verified.logs, verified.torn, verified.head) == (True, 1, (), kept.store.head())
    assert kept.verify(Head(1, kept.store.entries()[0].digest)).is_whole


def test_whatever_is_done_to_the_main_chain_is_found(kept: Kept, address: Address) -> None:
    head = kept.store.head()
    for statement, number in (
        ("UPDATE audit_entries SET detail = '{}' WHERE number = 1", 1),
        ("UPDATE audit_entries SET at = '2020-01-01 00:00:00' WHERE number = 3", 3),
    ):
        tamper(address, statement)
        assert ("main", number) in kept.faults()
    # The end is cut off, and the head with it: the worker's log knows better, and so does who noted the head.
    tamper(address, "DELETE FROM audit_entries WHERE number = 4")
    tamper(address, "UPDATE audit_head SET number = 3, digest = (SELECT digest FROM audit_entries WHERE number = 3)")
    assert ("main", 4) in kept.faults()
    assert ("main", 4) in [(name, fault.number) for name, fault in kept.verify(head).faults]


def test_an_entry_that_is_no_longer_there_is_told_to_who_noted_it(kept: Kept) -> None:
    found = kept.verify(Head(2, "f" * 64)).faults
    assert [(name, fault.number) for name, fault in found] == [("main", 2)]
    assert "another one than was written down elsewhere, or was removed" in found[0][1].message


def test_a_log_that_was_removed_is_missed(local: Kept) -> None:
    local.path.unlink()
    ((_, fault),) = local.verify().faults
    assert fault.message == "the log was removed, it had at least 8 lines"


def test_a_changed_line_is_named(local: Kept) -> None:
    lines = local.lines()
    lines[1] = lines[1].replace("/v1/score", "/v1/other")
    local.write(*lines)
    ((name, fault),) = local.verify().faults
    assert (name, fault.number, "was changed" in fault.message) == (local.path.name, 2, True)


def test_a_log_that_was_written_anew_as_a_whole_is_told_by_the_main_chain(local: Kept) -> None:
    lines = [json.loads(line.split(" ", 1)[1]) for line in local.lines()]
    local.path.unlink()
    local.path.with_suffix(".bodies").unlink()
    lines[1]["reply"] = "0" * 64
    with LogFile(local.path) as forged:
        forged.append([{name: value for name, value in line.items() if name != "number"} for line in lines])
    assert local.faults() == [("log", 2), ("log", 5), ("log", 8)]


def test_the_end_that_was_cut_off_is_missed_where_it_was_anchored(local: Kept) -> None:
    lines = local.lines()
    local.write(*lines[:-1])
    assert local.verify().is_whole  # the line that names the last anchor, and nothing that was answered
    local.write(*lines[:-2])
    assert local.faults() == [("log", 8)]


def test_a_torn_last_line_is_no_fault_and_is_told(local: Kept) -> None:
    with local.path.open("a") as file:
        file.write("5f3a")
    verified = local.verify()
    assert (verified.is_whole, verified.torn) == (True, (local.path.name,))


@given(data=st.data())
def test_every_change_of_a_log_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("log") / "x.answers"
    with LogFile(path) as log:
        log.append([{"request": f"r{number}"} for number in range(6)])
    lines = path.read_bytes().splitlines(keepends=True)
    anchors = {6: log.head.digest}
    assert check_log_file(path, anchors).faults == []
    one, other = data.draw(st.integers(0, 5)), data.draw(st.integers(0, 5))
    changed = list(lines)
    match data.draw(st.sampled_from(["remove", "exchange", "repeat", "byte"])):
        case "remove":
            del changed[one]
        case "exchange":
            changed[one], changed[other] = changed[other], changed[one]
        case "repeat":
            changed.insert(other, changed[one])
        case _:
            at = data.draw(st.integers(0, len(changed[one]) - 2))
            changed[one] = changed[one][:at] + b"\x7f" + changed[one][at + 1 :]
    path.write_bytes(b"".join(changed))
    assert bool(check_log_file(path, anchors).faults) == (changed != lines)


def test_even_the_blank_between_digest_and_text_is_part_of_a_log(tmp_path: Path) -> None:
    path = tmp_path / "x.answers"
    with LogFile(path) as log:
        log.append([{"request": "r"}])
    line = path.read_bytes()
    path.write_bytes(line[:DIGEST_LENGTH] + b"\t" + line[DIGEST_LENGTH + 1 :])
    (fault,) = check_log_file(path, {}).faults
    assert fault.number == 1


@pytest.mark.parametrize("given_head", ["", "7", "x:" + "0" * 64, "7:abc", "-1:" + "0" * 64, "9" * 30 + ":" + "0" * 64])
def test_a_head_that_is_none_is_refused(given_head: str) -> None:
    with pytest.raises(ConfigError, match=r"A head is NUMBER:DIGEST, as `fenji audit verify` prints it"):
        head_of(given_head)


def test_an_auditor_reads_the_chain_page_by_page(store: AuditStore, address: Address) -> None:
    for number in range(3):
        store.record(AuditEvent(NOW, "released", "command:信用股", {"number": number}))
    module = SamplingModule(None, address)
    token = module.make("auditor")
    first = module.get("/v1/audit?limit=2", token).json()
    assert (first["head"], first["next"]) == (vars(store.head()), 2)
    assert first["entries"][0] == {
        **vars(store.entries()[0]),
        "at": "2026-03-02T09:30:00.000000+08:00",
        "detail": {"number": 0},
    }
    last = module.get("/v1/audit?after=2", token).json()
    assert ([one["number"] for one in last["entries"]], last["next"]) == ([3], None)
    assert module.get("/v1/audit?after=99", token).json()["entries"] == []


def test_only_an_auditor_reads_the_chain(tmp_path: Path) -> None:
    module = SamplingModule(None, SamplingModule.sqlite(tmp_path))
    for role in ("sampler", "reviewer", "approver", "scientist"):
        assert refused(module.get("/v1/audit", module.make(role)), 403)["code"] == "forbidden"
    token = module.make("auditor")
    for query in ("limit=0", "limit=1001", "after=-1", "after=x", f"after={2**63}", "from=1", "limit=1&limit=2"):
        assert module.get(f"/v1/audit?{query}", token).status_code == 400
