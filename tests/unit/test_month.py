"""The order, the lock and the protocol of a month, with steps that only write a file each."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from model.standard import SHIPPED_STANDARDS, read_standards
from records.errors import BusyError, ConfigError, DataError
from records.progress import silent
from supervision.month import run as month
from supervision.month.deliveries import digest_of, read_deliveries
from supervision.month.lock import LOCK_FILE, only_run
from supervision.month.protocol import read_protocol
from supervision.month.run import Asked, run_month
from supervision.month.steps import Serving, Step
from supervision.month.summary import SUMMARY_FILE
from tests.deliveries import content_of

JANUARY, FEBRUARY, APRIL = date(2025, 1, 1), date(2025, 2, 1), date(2025, 4, 1)
STEPS = ("import", "check", "build", "score", "watch", "report", "release")
QUIET, WARNING, HELD = 0, 10, 20


def _no_step(*_: object) -> None:
    raise AssertionError("the steps of these tests ask nothing of the service")


@dataclass
class Bureau:
    """A folder of months; `made` are the steps that were made, `service` what the service was told."""

    folder: Path
    state: str = "quiet"
    records: str = "as they were"
    release: str = "a" * 64
    made: list[str] = field(default_factory=list)
    service: list[str] = field(default_factory=list)
    told: str = ""

    def steps_of(self, work: object) -> tuple[Step, ...]:
        return tuple(self._step(name) for name in STEPS)

    def run(self, as_of: date = JANUARY, **reasons: str) -> int:
        told = StringIO()
        serving = Serving(self.release, _no_step, _no_step, _no_step, _no_step, self._tell)
        asked = Asked(
            "records", as_of, None, read_standards(SHIPPED_STANDARDS), self.folder, self.folder / "ledger", **reasons
        )
        try:
            return run_month(asked, serving, Console(file=told, width=200), silent)
        finally:
            self.told = told.getvalue()

    def left(self) -> dict[str, bytes]:
        return content_of(self.folder)

    def _step(self, name: str) -> Step:
        def make(out: Path) -> None:
            self.made.append(name)
            if name == "release":
                self.service.append("published")
            else:
                out.write_text(name, encoding="utf-8")

        figures: Mapping[str, int | str] = {"state": self.state} if name == "watch" else {"files": 1}

        def fixes() -> dict[str, str]:
            return {"records": self.records} if name == "import" else {}

        return Step(name, "" if name == "release" else f"{name}.txt", make, lambda out: figures, fixes)

    def _tell(self, alerts: Path) -> None:
        self.service.append("told")


@pytest.fixture
def bureau(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    made = Bureau(tmp_path / "months")
    monkeypatch.setattr(month, "steps_of", made.steps_of)
    return made


def killed_at(writing: int, write: Callable[..., None]) -> Callable[..., None]:
    """As the function, but for one call, at which the run ends without a further word."""
    calls = []

    def counted(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == writing:
            raise KeyboardInterrupt
        write(*arguments)

    return counted


# A run that is killed


@pytest.mark.parametrize("writing", range(1, len(STEPS) + 3))
def test_a_month_killed_before_any_writing_of_its_protocol_goes_on_and_makes_no_output_twice(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch, writing: int
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(month, "write_protocol", killed_at(writing, month.write_protocol))
        with pytest.raises(KeyboardInterrupt):
            bureau.run()
    assert bureau.run() == QUIET
    # What is put into service has no output of its own: it is put there once more, which changes nothing.
    again = ["release"] if writing == len(STEPS) + 1 else []
    assert bureau.made == [*STEPS, *again]
    protocol = read_protocol(bureau.folder / "2025-01")
    assert protocol is not None
    assert ([one.step for one in protocol.done], protocol.state) == (list(STEPS), "in_service")


def test_a_step_that_is_refused_ends_the_run_after_the_summary_of_those_before(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(out: Path) -> None:
        raise DataError("no")

    steps = (*bureau.steps_of(None)[:2], Step("build", "build.txt", refused, lambda out: {}))
    with monkeypatch.context() as broken:
        broken.setattr(month, "steps_of", lambda work: steps)
        with pytest.raises(DataError, match="no"):
            bureau.run()
    assert bureau.told.count("未作 not done") == 5
    assert "再次运行即从此处继续" in bureau.told
    assert bureau.run() == QUIET


# A month run twice, and inputs that changed


def test_a_month_run_twice_says_so_and_changes_not_one_byte(bureau: Bureau) -> None:
    bureau.state = "warning"
    assert bureau.run() == WARNING
    before = bureau.left()
    assert bureau.run() == WARNING
    assert "此前已完成，未作改动 was run before, nothing was changed" in bureau.told
    assert bureau.left() == before
    assert before[f"2025-01/{SUMMARY_FILE}"].decode().count("\n| ") == 1 + len(STEPS)
    assert (bureau.made, bureau.service) == (list(STEPS), ["published"])


@pytest.mark.parametrize(("changed", "named"), [("records", "记录 records known before"), ("release", "发布 release")])
def test_a_month_that_ended_is_not_run_with_other_inputs(bureau: Bureau, changed: str, named: str) -> None:
    bureau.run()
    before = bureau.left()
    setattr(bureau, changed, "b" * 64)
    with pytest.raises(ConfigError, match=f"in 2025-01 other are: {named}.*counts in the next month"):
        bureau.run()
    assert bureau.left() == before


def test_a_month_that_did_not_end_may_be_begun_anew_with_other_inputs(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(month, "write_protocol", killed_at(4, month.write_protocol))
        with pytest.raises(KeyboardInterrupt):
            bureau.run()
    bureau.records = "others"
    with pytest.raises(ConfigError, match=r"or remove .*2025-01 to begin it anew"):
        bureau.run()


# A month skipped


def test_a_month_that_is_skipped_is_refused_until_somebody_says_why(bureau: Bureau) -> None:
    bureau.run(JANUARY)
    bureau.run(FEBRUARY)
    with pytest.raises(ConfigError, match=r"the last that has ended is 2025-02.*run 2025-03 first, or give --skipped"):
        bureau.run(APRIL)
    with pytest.raises(ConfigError, match="--skipped was empty"):
        bureau.run(APRIL, skipped=" ")
    assert not (bureau.folder / "2025-04").exists()
    assert bureau.run(APRIL, skipped="三月停机") == QUIET
    kept = json.loads((bureau.folder / "2025-04" / "month.json").read_text(encoding="utf-8"))["skipped"]
    assert (kept["months"], kept["why"]) == ("2025-03", "三月停机")
    assert "三月停机" in bureau.told


def test_a_skip_that_was_explained_needs_no_reason_again_after_a_kill(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.run(JANUARY)
    with monkeypatch.context() as killed:
        killed.setattr(month, "write_protocol", killed_at(3, month.write_protocol))
        with pytest.raises(KeyboardInterrupt):
            bureau.run(APRIL, skipped="停机")
    assert bureau.run(APRIL) == QUIET


@pytest.mark.parametrize(
    ("as_of", "reasons", "said"),
    [
        (JANUARY, {}, "2025-02 has ended and 2025-01 lies before it"),
        (date(2025, 3, 1), {"skipped": "停机"}, "2025-02 is the one before"),
        (date(2025, 3, 2), {}, "as of its first day, got --as-of 2025-03-02"),
        (date(2199, 1, 1), {}, "a month that has ended, got 2198-12"),
        (date(2025, 3, 1), {"despite": "看过"}, "2025-03 was not"),
    ],
)
def test_what_cannot_be_run_is_refused_and_leaves_nothing(
    bureau: Bureau, as_of: date, reasons: dict[str, str], said: str
) -> None:
    bureau.run(FEBRUARY)
    before = bureau.left()
    with pytest.raises(ConfigError, match=said):
        bureau.run(as_of, **reasons)
    assert bureau.left() == before


def test_a_protocol_of_another_form_is_refused(bureau: Bureau) -> None:
    bureau.run()
    (bureau.folder / "2025-01" / "month.json").write_text('{"schema": 2}', encoding="utf-8")
    with pytest.raises(ConfigError, match="as this version of Fenji does"):
        bureau.run()


# Monitoring found a break


def test_a_broken_month_is_held_back_and_summed_up_until_a_person_says_why_it_goes_on(bureau: Bureau) -> None:
    bureau.state = "broken"
    assert bureau.run() == HELD
    assert (bureau.made, bureau.service) == (list(STEPS[:-1]), ["told"])
    assert "未投入服务" in bureau.told
    before = bureau.left()
    assert bureau.run() == HELD
    assert (bureau.left(), bureau.service) == (before, ["told"])
    with pytest.raises(ConfigError, match="--despite was empty"):
        bureau.run(despite="")
    assert bureau.run(despite="世界确实变了") == WARNING
    assert bureau.service == ["told", "published"]
    assert "世界确实变了" in bureau.told
    assert bureau.run(despite="世界确实变了") == WARNING, "the same command once more is a month run twice"


def test_a_month_held_back_has_ended_and_is_not_put_into_service_once_a_later_one_has(bureau: Bureau) -> None:
    bureau.state = "broken"
    bureau.run(JANUARY)
    bureau.state = "quiet"
    assert bureau.run(FEBRUARY) == QUIET
    with pytest.raises(ConfigError, match="2025-02 has ended and 2025-01 lies before it"):
        bureau.run(JANUARY, despite="看过")


# Two runs at once


def test_a_second_run_says_who_holds_the_lock_and_a_killed_one_lets_go_of_it(bureau: Bureau) -> None:
    hold = (
        "import sys, time; from pathlib import Path; from supervision.month.lock import only_run\n"
        "with only_run(Path(sys.argv[1]), '2024-12'): print('held', flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", hold, str(bureau.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(BusyError, match=rf"2024-12 since .*, process {other.pid}\); wait") as busy:
            bureau.run()
        other.kill()
    assert (busy.value.exit_code, bureau.made) == (7, [])
    assert bureau.run() == QUIET
    assert (bureau.folder / LOCK_FILE).read_bytes() == b""


def test_a_lock_that_was_just_taken_does_not_say_by_whom(tmp_path: Path) -> None:
    with only_run(tmp_path, "2025-01"):
        (tmp_path / LOCK_FILE).write_text("", encoding="utf-8")
        second = only_run(tmp_path, "2025-01")
        with pytest.raises(BusyError, match="just begun"), second:
            pass


# Deliveries


@pytest.mark.parametrize(
    ("place", "content", "said"),
    [
        ("tax/a.csv", "", "a sub-folder per system .*tax"),
        ("a.csv", "", "a sub-folder per system .*a.csv"),
        ("publicity/more/a.csv", "", "move its files up"),
        ("publicity/delivery.toml", "unit = 'yuan'", "may state producer, .*got 'unit'"),
        ("publicity/delivery.toml", "known_at = 'June'", "known_at in .* must be a date"),
        ("publicity/delivery.toml", "known_at = 2024-06-01T00:00:00Z", "must be a date of Asia/Shanghai"),
        ("publicity/delivery.toml", "producer = 3", "producer in .* must be a text"),
        ("publicity/delivery.toml", "producer", "must be TOML"),
    ],
)
def test_nothing_in_a_folder_of_deliveries_is_left_out_in_silence(
    tmp_path: Path, place: str, content: str, said: str
) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        read_deliveries(tmp_path)


def test_a_folder_of_deliveries_that_is_missing_is_refused_and_none_is_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Deliveries lie in a folder"):
        read_deliveries(tmp_path / "none")
    assert read_deliveries(None) == ()


def test_the_digest_of_deliveries_is_that_of_content_and_terms(tmp_path: Path) -> None:
    folder = tmp_path / "publicity"
    folder.mkdir()
    (folder / "a.csv").write_text("1", encoding="utf-8")
    first = digest_of(read_deliveries(tmp_path))
    (folder / "a.csv").rename(folder / "b.csv")
    (folder / ".hidden").write_text("2", encoding="utf-8")
    assert digest_of(read_deliveries(tmp_path)) == first
    (folder / "delivery.toml").write_text("known_at = 2024-06-01", encoding="utf-8")
    assert digest_of(read_deliveries(tmp_path)) != first
