"""Worklists as files and on the terminal: the same rows in every kind, and a sentence where there are none."""

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from rich.console import Console

from records.errors import ConfigError
from supervision.worklists.draw_up import DrawnList
from supervision.worklists.everything import WORKLISTS
from supervision.worklists.files import SHEETS, write_list
from supervision.worklists.terminal import print_list, print_names
from tests.spec.tables import given
from tests.worklist_tables import drawn, tiers

AS_OF = "2024-07-01"
RECORDS = given("""
    enterprises | enterprise | station | sectors
    formula     | =1+1       | 东所    | food_operation
    digits      | 0012       |         | food_operation
    brackets    | [b]甲[/b]  | 东所    | food_operation

    complaints  | record | enterprise | occurred_on | kind
    a report    | c1     | 0012       | 2024-05-01  | report

    commitments | record | enterprise | occurred_on | kind
    one         | m1     | =1+1       | 2024-01-10  | voluntary
    another     | m2     | =1+1       | 2024-02-10  | voluntary
    one         | m3     | 0012       | 2024-03-10  | voluntary
    one         | m4     | [b]甲[/b]  | 2024-04-10  | voluntary
""")


@pytest.fixture
def makers() -> DrawnList:
    return drawn("commitment_makers", RECORDS, AS_OF)


def test_csv_is_read_right_by_a_spreadsheet(makers: DrawnList, tmp_path: Path) -> None:
    write_list(makers, tmp_path / "list.csv")
    content = (tmp_path / "list.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(tmp_path / "list.csv", dtype="str", encoding="utf-8-sig")
    assert list(table.columns)[:2] == ["统一社会信用代码或主体编号 enterprise_id", "市场监督管理所 station"]
    assert list(table.iloc[:, 0]) == ["'=1+1", "0012", "[b]甲[/b]"]
    assert table.iloc[0]["依据记录 records"] == "commitments:m1; commitments:m2"
    assert table.iloc[0]["应办日期 due_on"] == "2024-01-10"
    assert table.iloc[0]["仅限内部（涉举报或线索） internal_only"] == "否"


def test_xlsx_has_rows_counts_and_what_the_list_is(makers: DrawnList, tmp_path: Path) -> None:
    write_list(makers, tmp_path / "new" / "list.xlsx", limit=2)
    book = openpyxl.load_workbook(tmp_path / "new" / "list.xlsx")
    assert tuple(book.sheetnames) == SHEETS
    rows = list(book[SHEETS[0]].iter_rows(min_row=2))
    assert [row[0].value for row in rows] == ["'=1+1", "0012"]
    assert {cell.data_type for row in rows for cell in row}.isdisjoint({"f"})
    assert rows[0][3].is_date
    counts = {row[0]: row[1] for row in book[SHEETS[1]].iter_rows(min_row=2, values_only=True)}
    assert counts == {"东所": 2, None: 1}
    about = dict(book[SHEETS[2]].iter_rows(min_row=2, max_row=4, values_only=True))
    assert about["基准日 as of"] == "2024-07-01 00:00"
    assert about["行数 rows"] == "2 / 3"


def test_json_and_parquet_hold_names_dates_and_lists(makers: DrawnList, tmp_path: Path) -> None:
    for name in ("list.json", "list.parquet"):
        write_list(makers, tmp_path / name)
    content = json.loads((tmp_path / "list.json").read_text(encoding="utf-8"))
    assert (content["as_of"], content["total"]) == (AS_OF, 3)
    assert content["stations"] == [{"station": "东所", "rows": 2}, {"station": None, "rows": 1}]
    first = content["rows"][0]
    assert first["records"][0] == {"subject": "commitments", "record_id": "m1"}
    assert (first["due_on"], first["sector"], first["commitments"]) == ("2024-01-10", None, 2)
    table = pd.read_parquet(tmp_path / "list.parquet")
    assert list(table.columns) == [column["name"] for column in content["worklist"]["columns"]]
    assert list(table.iloc[0]["records"]) == ["commitments:m1", "commitments:m2"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "json", "parquet"])
@pytest.mark.parametrize("name", WORKLISTS)
def test_a_list_without_rows_is_a_file_with_its_columns(name: str, suffix: str, tmp_path: Path) -> None:
    nobody = given("""
        enterprises | enterprise | state
        gone        | 甲         | deregistered
    """)
    empty = drawn(name, nobody, AS_OF, tiers())
    path = tmp_path / f"list.{suffix}"
    write_list(empty, path)
    assert len(empty) == 0
    if suffix == "json":
        assert json.loads(path.read_text(encoding="utf-8"))["rows"] == []
    else:
        read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[suffix]
        assert read(path).shape == (0, len(WORKLISTS[name].all_columns))


def test_another_kind_of_file_is_refused(makers: DrawnList, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"one of \.csv, \.xlsx, \.json, \.parquet, got 'list\.pdf'"):
        write_list(makers, tmp_path / "list.pdf")
    assert list(tmp_path.iterdir()) == []


def printed(list_: DrawnList, limit: int | None = None, width: int = 160) -> str:
    console = Console(width=width, record=True, quiet=False)
    with console.capture() as capture:
        print_list(console, list_, limit)
    return capture.get()


def test_the_terminal_shows_ids_as_they_are_and_says_how_many_more_there_are(makers: DrawnList) -> None:
    text = printed(makers, limit=2)
    assert "=1+1" in text
    assert "2 of 3 rows shown" in text
    assert "[b]甲[/b]" in printed(makers)
    assert "rows shown" not in printed(makers)


def test_an_empty_list_is_one_sentence_in_both_languages(makers: DrawnList) -> None:
    text = printed(makers.where(station="北所"))
    assert "没有需要办理的主体" in text
    assert "Nobody is on the list commitment_makers" in text


def test_a_row_that_rests_on_a_report_is_marked() -> None:
    text = printed(drawn("high_tier_confirmations", RECORDS, AS_OF, tiers(**{"0012": 4})))
    assert "仅限内部 internal" in text


def test_every_list_is_named_with_its_source() -> None:
    console = Console(width=200)
    with console.capture() as capture:
        print_names(console, WORKLISTS.values())
    text = capture.get()
    assert all(name in text for name in WORKLISTS)
    assert text.count("--snapshot") == sum(one.needs_tiers for one in WORKLISTS.values())
