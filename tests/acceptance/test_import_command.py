"""`fenji import` and `fenji export` as a user meets them: the table, the exit codes, and the way back."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from records.contract import TIMEZONE
from records.source import read_subjects
from simulation.district import simulate
from tests.acceptance.test_command import DATA, SETTING, USAGE, Command, command  # noqa: F401 - a fixture
from tests.deliveries import CODE, ENTERPRISE, PENALTY, content_of, stored, write_csv, write_json, write_xlsx
from tests.deliveries import as_grid as grid

OWNERS = ("--provider", "省局", "--responsible", "信用股")


def test_an_import_tells_every_row_and_ends_well_though_some_are_quarantined(
    command: Command,  # noqa: F811
    tmp_path: Path,
) -> None:
    rows = [PENALTY, {**PENALTY, "PENDECNO": "2号", "PENTYPE": "99"}, {**PENALTY, "PENDECNO": "3号"}]
    write_csv(tmp_path / "x.csv", rows, "gb18030")
    ended = command("import", "publicity", "x.csv", "--into", "records", *OWNERS)
    assert ended.code == 0
    assert "Traceback" not in ended.error
    assert "导入 importing x.csv" in ended.error
    counts = next(line for line in ended.out.splitlines() if "x.csv" in line and "penalties" in line)
    assert counts.split()[2:] == ["3", "2", "0", "0", "1", "2"]
    assert "unknown_code:kind: 1" in ended.out
    assert "“处罚种类”不在代码表内：99" in ended.out
    now = datetime.now(ZoneInfo(TIMEZONE)).replace(tzinfo=None)
    known = {row["known_at"] for row in stored(tmp_path / "records", "penalties")}
    assert all(now - timedelta(hours=1) < moment <= now for moment in known)
    again = command("import", "publicity", "x.csv", "--into", "records", *OWNERS)
    assert "此前已导入" in again.out


def test_three_formats_in_one_command_are_three_imports(command: Command, tmp_path: Path) -> None:  # noqa: F811
    write_csv(tmp_path / "a.csv", [ENTERPRISE])
    write_xlsx(tmp_path / "b.xlsx", grid([PENALTY]))
    write_json(tmp_path / "c.json", [{"UNISCID": CODE, "speCause": 4, "abntime": "2024-03-01", "decOrg": "局"}])
    ended = command("import", "publicity", "c.json", "b.xlsx", "a.csv", "--into", "records", *OWNERS)
    assert ended.code == 0
    entries = sorted((tmp_path / "records" / "_imports").glob("*/import.json"))
    told = [json.loads(path.read_text(encoding="utf-8")) for path in entries]
    assert [one["layout"] for one in told] == ["registry", "penalties", "abnormal_list"]
    assert "unknown_enterprise" not in ended.out
    assert command("check", "records").code == 0


def test_a_refused_file_ends_with_2_after_the_others_were_imported(command: Command, tmp_path: Path) -> None:  # noqa: F811
    write_csv(tmp_path / "good.csv", [PENALTY])
    (tmp_path / "bad.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    ended = command("import", "publicity", "bad.csv", "good.csv", "--into", "records", *OWNERS)
    assert ended.code == DATA
    assert "bad.csv must have the headers of a layout of publicity" in ended.sentence()
    assert len(stored(tmp_path / "records", "penalties")) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("nowhere", "x.csv", "--into", "records"), SETTING, "A system must be one of publicity, double_random"),
        (("publicity", "x.csv", "--into", "records", "--layout", "x"), SETTING, "A layout of publicity must be one of"),
        (("publicity", "x.csv", "--into", "records", "--amounts", "吨"), SETTING, "Amounts are in yuan or"),
        (("publicity", "x.csv", "--into", "records", "--known-at", "2999-01-01"), SETTING, "cannot be known before"),
        (("publicity", "none.csv", "--into", "records"), DATA, "must be there"),
        (("publicity", "x.csv", "--into", "x.csv"), DATA, "into a directory, got the file"),
        (("publicity", "--into", "records"), USAGE, "Missing argument"),
        (("publicity", "x.csv"), USAGE, "--into"),
    ],
)
def test_a_wrong_word_is_told_and_leaves_nothing(
    arguments: tuple[str, ...],
    code: int,
    told: str,
    command: Command,  # noqa: F811
    tmp_path: Path,
) -> None:
    write_csv(tmp_path / "x.csv", [PENALTY])
    before = content_of(tmp_path)
    ended = command("import", *arguments)
    assert ended.code == code
    assert told in ended.error
    assert "Traceback" not in ended.error
    assert content_of(tmp_path) == before


def test_results_of_inspections_go_out_and_come_back(command: Command, tmp_path: Path) -> None:  # noqa: F811
    simulate(tmp_path / "records", 60, 2, seed=1, progress=False)
    send = ("export", "publicity", "inspections", "--from", "records", "--as-of", "2024-07-01", "--since", "2024-01-01")
    assert command(*send, "--out", "out.csv", "--encoding", "gb18030").code == 0
    ended = command(*send, "--out", "out.xlsx")
    assert "→ out.xlsx" in ended.out
    for name in ("out.csv", "out.xlsx"):
        assert command("import", "publicity", name, "--into", f"back-{name}", "--history").code == 0
    first, second = (stored(tmp_path / f"back-{name}", "inspections") for name in ("out.csv", "out.xlsx"))
    assert first == second
    sent = {row["enterprise_id"] for row in first}
    known = read_subjects(tmp_path / "records", ("inspections",)).tables["inspections"].to_pandas()
    assert sent
    assert sent <= set(known["enterprise_id"])
    assert min(str(row["occurred_on"]) for row in first) >= "2024-01-01"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("publicity", "penalties", "--from", "d", "--as-of", "2024-01-01"), DATA, "d, which is not there"),
        (("publicity", "inspections"), USAGE, "records need --from DIR and --as-of DATE"),
        (("double_random", "tiers"), USAGE, "give --snapshot"),
        (("double_random", "tiers", "--snapshot", "nothing"), 4, "nothing/snapshot.json is missing"),
        (("classification", "tiers"), SETTING, "A layout of classification must be one of grades"),
    ],
)
def test_a_wrong_export_is_told_and_writes_nothing(
    arguments: tuple[str, ...],
    code: int,
    told: str,
    command: Command,  # noqa: F811
    tmp_path: Path,
) -> None:
    ended = command("export", *arguments, "--out", "x.csv")
    assert ended.code == code
    assert told in ended.error
    assert list(tmp_path.iterdir()) == []
