"""`fenji report` whole: the page, the workbook, what it refuses, and what was not yet known."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random

import openpyxl
import pytest
from typer.testing import CliRunner

import fenji
from model.standard import SHIPPED_STANDARDS, read_standards
from records.errors import ConfigError
from serving.release import load_release
from serving.scoring.population import write_snapshot
from simulation.district import simulate
from supervision.report.monthly import compose_report, write_report
from supervision.report.page import to_html
from supervision.report.sheets import write_workbook
from supervision.report.tables import MonthlyReport
from supervision.report.tiering import Tierings
from tests import served_district
from tests.monthly import JUNE, tiering
from tests.random_records import ENTERPRISES, Rows, random_rows, records_of
from tests.spec.tables import given
from tests.spec.test_poisoned_future import POISONS
from tests.well_formed import read_page

MIDNIGHT = datetime.combine(JUNE.end, time.min)
runner = CliRunner(env={"COLUMNS": "200"})


TOLD = ("enterprises", "penalties", "inspections", "selections", "repairs")
"""Subjects that the report tells most of; with all of them a report of random records takes half a minute."""


def rows() -> Rows:
    return random_rows(Random(7), 30)


def composed(given_rows: Rows) -> MonthlyReport:
    ranks = dict(zip(ENTERPRISES, (1, 2, 3, 4, 1, 2, 3, 4, 1, 2), strict=True))
    moved = ranks | {ENTERPRISES[0]: 4}
    tierings = Tierings(tiering(JUNE.end, sector="食品", **moved), tiering(JUNE.start, sector="食品", **ranks))
    told = {name: given_rows[name] for name in TOLD}
    return compose_report(records_of(told), read_standards(SHIPPED_STANDARDS), JUNE, tierings)


@cache
def report() -> MonthlyReport:
    return composed(rows())


# What was not yet known


def poisoned(moment: datetime) -> Rows:
    """The rows with later versions, withdrawals, repairs and new records of all subjects, known from `moment` on."""
    changed = rows()
    for poison in POISONS[:4]:
        changed = poison(changed, Random(1), moment)
    return changed


def test_nothing_that_became_known_after_the_month_moves_a_byte_of_its_report() -> None:
    later = poisoned(MIDNIGHT)
    assert sum(map(len, later.values())) > 2 * sum(map(len, rows().values()))
    assert to_html(composed(later)) == to_html(report())


def test_the_same_rows_move_it_once_they_are_known() -> None:
    """Without this the test above could pass because the poison is harmless."""
    assert to_html(composed(poisoned(MIDNIGHT - timedelta(days=500)))) != to_html(report())


# The page and the workbook


def test_the_page_is_whole_and_loads_nothing() -> None:
    html = to_html(report())
    page = read_page(html)
    assert page.faults == []
    assert page.loads == []
    assert page.languages == {"zh-CN", "en"}
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert html.count("<svg") == 3
    for axis in ("归集共享", "分级分类", "结果应用", "主体信用建设", "双随机", "四有"):
        assert axis in page.words


def test_names_from_the_records_are_shown_and_never_obeyed(tmp_path: Path) -> None:
    records = given("""
        penalties | enterprise | occurred_on | known_at   | sector | responsible
        hostile   | 甲         | 2024-06-02  | 2024-06-02 | price  | <script>alert(1)</script>
        formula   | 甲         | 2024-06-02  | 2024-06-02 | price  | =HYPERLINK("x")
    """).records
    made = compose_report(records, read_standards(SHIPPED_STANDARDS), JUNE, Tierings())
    html = to_html(made)
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    write_workbook(made, tmp_path / "report.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["各责任单位数据质量"]
    cell = next(cells[0] for cells in sheet.iter_rows(min_row=2) if "HYPERLINK" in str(cells[0].value))
    assert (cell.value, cell.data_type) == ('=HYPERLINK("x")', "s")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("report") / "report.xlsx"
    write_workbook(report(), path)
    return openpyxl.load_workbook(path)


def test_the_workbook_has_a_sheet_for_each_table_and_a_list_of_them(workbook: openpyxl.Workbook) -> None:
    titles = [table.title.zh for section in report().sections for table in section.tables]
    assert workbook.sheetnames == ["目录 contents", *titles]
    links = [
        cell.hyperlink.location for cells in workbook["目录 contents"].iter_rows() for cell in cells if cell.hyperlink
    ]
    assert links == [f"'{title}'!A1" for title in titles]
    for title in titles:
        sheet = workbook[title]
        assert sheet.freeze_panes == "B2"
        assert all(9 <= dimension.width <= 44 for dimension in sheet.column_dimensions.values())


def test_numbers_are_numbers_shares_are_percentages_and_unknown_is_a_word(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["按主题归集"]
    heads = [str(cell.value).split("\n")[0] for cell in sheet[1]]
    assert heads == ["主题", "入库", "入库较上期", "重复", "重复较上期", "隔离", "隔离较上期", "隔离率", "隔离率较上期"]
    total = sheet[sheet.max_row]
    accepted = next(tile.value for tile in report().sections[0].tiles if tile.name.en == "rows accepted")
    assert (total[1].value, total[2].value) == (accepted.value, accepted.change)
    assert (total[1].number_format, total[7].number_format) == ("#,##0", "0.0%")
    # Snapshots were given for one sector only, so that others have a share of nothing.
    shares = {cell.value for cell in workbook["风险类别分布"]["E"][1:]}
    assert "–" in shares or all(isinstance(share, int | float) for share in shares)


def test_every_number_of_a_sheet_is_that_of_the_page(workbook: openpyxl.Workbook) -> None:
    words = read_page(to_html(report())).words
    for cells in workbook["按依据的检查"].iter_rows(min_row=2, max_col=2):
        assert f"{cells[1].value:,}" in words


# The command


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("district") / "records"
    simulate(folder, 60, 1, seed=1, progress=False)
    return folder


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Snapshots as of the end and the start of June."""
    folder = tmp_path_factory.mktemp("served")
    released = served_district.save_release(folder)
    end = served_district.save_snapshot(folder, released)
    start = folder / "start"
    early = replace(served_district.frame(), as_of=JUNE.start)
    write_snapshot(early, served_district.records(), load_release(released), start)
    return end, start


def test_the_command_writes_both_files_and_replaces_them(
    district: Path, snapshots: tuple[Path, Path], tmp_path: Path
) -> None:
    end, start = snapshots
    out, names = tmp_path / "out", ["report-2024-05.html", "report-2024-06.html", "report-2024-06.xlsx"]
    out.mkdir()
    for name in names[:2]:
        (out / name).write_text("an earlier run", encoding="utf-8")
    arguments = ["report", str(district), "--month", "2024-06", "--out", str(out)]
    ended = runner.invoke(fenji.app, [*arguments, "--snapshot", str(end), "--before", str(start)])
    assert ended.exit_code == 0, ended.output
    assert sorted(path.name for path in out.iterdir()) == names
    assert (out / names[0]).read_text(encoding="utf-8") == "an earlier run"
    page = read_page((out / names[1]).read_text(encoding="utf-8"))
    assert page.faults == []
    assert "基准日 2024-07-01，发布" in page.words


def refused(*arguments: object) -> str:
    """The sentence of the error with which the command ends."""
    ended = runner.invoke(fenji.app, ["report", *map(str, arguments)])
    assert isinstance(ended.exception, fenji.FenjiError), ended.output
    return str(ended.exception)


def test_what_cannot_be_reported_is_refused_before_anything_is_written(
    district: Path, snapshots: tuple[Path, Path], tmp_path: Path
) -> None:
    end, start = snapshots
    out = ("--out", tmp_path / "out")
    assert "written as YYYY-MM" in refused(district, "--month", "June", *out)
    assert "a month that has ended" in refused(district, "--month", "2199-01", *out)
    assert "known before 1950-02-01" in refused(district, "--month", "1950-01", *out)
    assert "must be as of 2024-06-01, the end of the month, got 2024-07-01" in refused(
        district, "--month", "2024-05", "--snapshot", end, *out
    )
    assert "as of 2024-05-01, the start of 2024-05, or earlier, got 2024-06-01" in refused(
        district, "--month", "2024-05", "--before", start, *out
    )
    assert "snapshot.json is missing" in refused(district, "--month", "2024-05", "--snapshot", tmp_path, *out)
    assert list(tmp_path.iterdir()) == []


def test_a_report_is_written_into_a_directory_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="got the file"):
        write_report(records_of(rows()), {}, JUNE, Tierings(), tmp_path / "file")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_rows_that_do_not_say_when_they_were_known_are_told_of(caplog: pytest.LogCaptureFixture) -> None:
    text = """
        penalties | enterprise | occurred_on | known_at   | sector
        dated     | 甲         | 2024-06-02  | 2024-06-04 | price
        undated   | 甲         | 2024-06-02  | 2024-06-05 | price
    """
    records = given(text).records
    records.connection.raw_sql("UPDATE penalties SET known_at = NULL WHERE known_at = '2024-06-05'")
    made = compose_report(records, {}, JUNE, Tierings())
    assert "1 row(s) do not say when they became known" in caplog.text
    assert made.sections[0].tiles[0].value.value == 1


def test_the_first_month_of_a_bureau_has_no_month_before() -> None:
    records = given("""
        enterprises | enterprise | valid_from | known_at   | sectors
                    | 甲         | 2024-06-03 | 2024-06-03 | price

        penalties   | enterprise | occurred_on | known_at   | sector
                    | 甲         | 2024-06-02  | 2024-06-04 | price
    """).records
    made = compose_report(records, read_standards(SHIPPED_STANDARDS), JUNE, Tierings())
    assert "2024-05 月末没有任何记录" in made.remarks[-1].text.zh
    assert date(2024, 7, 1).isoformat() in made.remarks[0].text.zh
    assert made.sections[0].tiles[0].value.before is None
