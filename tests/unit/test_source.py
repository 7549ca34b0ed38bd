"""Reading: what is typed how, and what is refused with which sentence."""

from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from records.errors import DataError
from records.source import Records, read_records, records_from_frames
from records.subjects import SUBJECTS

ENTERPRISES = pd.DataFrame(
    {
        "enterprise_id": ["甲", "乙"],
        "ent_type": ["1130", "9500"],
        "state": ["active", "active"],
        "established_on": ["2010-01-01", "2011-02-03"],
        "registered_capital_yuan": ["1000000", None],
        "sectors": ["food_operation;drugs", ""],
        "valid_from": ["2010-01-01", "2011-02-03"],
        "known_at": ["2010-01-02 09:30:00", "2011-02-03"],
    }
)
COMMON = {
    "enterprise_id": "甲",
    "occurred_on": "2024-06-01",
    "known_at": "2024-06-02",
    "producer": "所",
    "provider": "局",
    "responsible": "股",
    "source": "系统",
}
PENALTIES = pd.DataFrame(
    {"record_id": ["p1", "p2"], **COMMON, "kind": "fine", "severity": "minor", "fine_yuan": ["100", "250.5"]}
)
INSPECTIONS = pd.DataFrame(
    {
        "record_id": ["i1"],
        **COMMON,
        "sector": "drugs",
        "basis": "random",
        "severity": "none",
        "findings_minor": "0",
        "findings_general": "0",
        "findings_serious": "0",
    }
)


def rows(records: Records, subject: str) -> list[dict]:
    return records.tables[subject].to_pyarrow().to_pylist()


def write_csv(folder: Path, **frames: pd.DataFrame) -> Path:
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def known_at(value: object) -> datetime:
    frame = ENTERPRISES.assign(known_at=pd.Series([value, value]))
    return rows(records_from_frames({"enterprises": frame}), "enterprises")[0]["known_at"]


def test_every_subject_and_column_is_there_typed_and_in_order(tmp_path: Path) -> None:
    records = read_records(write_csv(tmp_path, enterprises=ENTERPRISES))
    assert list(records.tables) == list(SUBJECTS)
    for name, subject in SUBJECTS.items():
        assert records.tables[name].columns == subject.column_names
    assert rows(records, "penalties") == []
    first = rows(records, "enterprises")[0]
    assert first["established_on"] == date(2010, 1, 1)
    assert first["known_at"] == datetime(2010, 1, 2, 9, 30)  # noqa: DTZ001  (naive local time is the contract)
    assert first["registered_capital_yuan"] == 1_000_000.0
    assert first["industry_code"] is None


def test_lists_are_split_at_semicolons_and_empty_text_is_the_empty_list(tmp_path: Path) -> None:
    frame = ENTERPRISES.assign(sectors=["b; a;;a", ""])
    records = read_records(write_csv(tmp_path, enterprises=frame))
    assert [row["sectors"] for row in rows(records, "enterprises")] == [["a", "b"], []]


def test_csv_and_typed_parquet_give_identical_tables(tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "parquet").mkdir()
    from_csv = read_records(write_csv(tmp_path / "csv", enterprises=ENTERPRISES, penalties=PENALTIES))
    for name in ("enterprises", "penalties"):
        pq.write_table(from_csv.tables[name].to_pyarrow(), tmp_path / "parquet" / f"{name}.parquet")
    from_parquet = read_records(tmp_path / "parquet")
    for name in SUBJECTS:
        assert from_csv.tables[name].to_pyarrow().equals(from_parquet.tables[name].to_pyarrow()), name


def test_a_folder_of_files_is_one_subject_in_the_order_of_names(tmp_path: Path) -> None:
    write_csv(tmp_path, enterprises=ENTERPRISES)
    folder = tmp_path / "penalties"
    folder.mkdir()
    PENALTIES[1:].to_csv(folder / "2024-02.csv", index=False)
    PENALTIES[:1].to_parquet(folder / "2024-01.parquet", index=False)
    (folder / "_SUCCESS").touch()
    assert [row["record_id"] for row in rows(read_records(tmp_path), "penalties")] == ["p1", "p2"]


@pytest.mark.parametrize("suffix", ["", "duckdb://"])
def test_a_duckdb_file_works_in_place_of_a_directory(tmp_path: Path, suffix: str) -> None:
    from_csv = read_records(write_csv(tmp_path, enterprises=ENTERPRISES, penalties=PENALTIES))
    path = tmp_path / "bureau.db"
    with duckdb.connect(str(path)) as database:
        for name in ("enterprises", "penalties"):
            database.execute(f"CREATE TABLE {name} AS SELECT * FROM '{tmp_path / name}.csv'")
        database.execute("CREATE TABLE other AS SELECT 1 AS x")
    records = read_records(f"{suffix}{path}")
    for name in SUBJECTS:
        assert records.tables[name].to_pyarrow().equals(from_csv.tables[name].to_pyarrow()), name


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    ENTERPRISES.to_csv(tmp_path / "enterprises.csv", index=False, encoding="utf-8-sig")
    assert len(rows(read_records(tmp_path), "enterprises")) == 2


def test_blank_text_is_null_and_spaces_at_the_ends_are_lost() -> None:
    frame = ENTERPRISES.assign(region=["  ", " 石炮台 "])
    read = rows(records_from_frames({"enterprises": frame}), "enterprises")
    assert [row["region"] for row in read] == [None, "石炮台"]


@pytest.mark.parametrize(
    "value",
    [
        "2024-01-01T16:00:00Z",
        "2024-01-01 16:00:00+00",
        "2024-01-02 01:00:00+0900",
        "2024-01-02",
        "2024-01-02 00:00",
        date(2024, 1, 2),
        pd.Timestamp("2024-01-01 16:00", tz="UTC"),
        pd.Timestamp("2024-01-02"),
    ],
)
def test_midnight_in_shanghai_however_it_is_written(value: object) -> None:
    assert known_at(value) == datetime(2024, 1, 2)  # noqa: DTZ001


def test_a_moment_before_midnight_stays_on_its_day() -> None:
    assert known_at("2024-01-01T15:59:59.999999Z") == datetime(2024, 1, 1, 23, 59, 59, 999999)  # noqa: DTZ001


def test_whole_numbers_written_with_a_decimal_point_are_whole() -> None:
    frame = INSPECTIONS.assign(findings_minor="3.0")
    assert rows(records_from_frames({"inspections": frame}), "inspections")[0]["findings_minor"] == 3


def test_undeclared_columns_and_files_are_told_not_refused(tmp_path: Path) -> None:
    write_csv(tmp_path, enterprises=ENTERPRISES.assign(legal_rep="x"), workdays=ENTERPRISES)
    notes = " ".join(read_records(tmp_path).notes)
    assert "legal_rep" in notes
    assert "workdays.csv" in notes


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("fine_yuan", "1,000", "number"),
        ("fine_yuan", "twelve", "number"),
        ("occurred_on", "2024-02-30", "YYYY-MM-DD"),
        ("occurred_on", "2024-06-01 10:00", "without a time"),
        ("occurred_on", "20240601", "YYYY-MM-DD"),
        ("known_at", "yesterday", "timestamp"),
        ("known_at", "2024-06-01 25:00", "timestamp"),
    ],
)
def test_a_value_of_another_type_refuses_the_file(tmp_path: Path, column: str, value: str, told: str) -> None:
    frame = PENALTIES.assign(**{column: [PENALTIES[column][0], value]})
    write_csv(tmp_path, enterprises=ENTERPRISES, penalties=frame)
    with pytest.raises(DataError, match=rf"{column} of .*penalties\.csv must hold .*{told}.*'{value}' in row 2"):
        read_records(tmp_path)


def test_a_fraction_is_no_whole_number_and_maybe_is_no_truth() -> None:
    with pytest.raises(DataError, match=r"findings_minor .* whole number, got '1\.5' in row 1"):
        records_from_frames({"inspections": INSPECTIONS.assign(findings_minor=1.5)})
    complaints = INSPECTIONS.assign(kind="complaint", verified="maybe")
    with pytest.raises(DataError, match=r"verified .* true or false, got 'maybe' in row 1"):
        records_from_frames({"complaints": complaints})


def test_text_in_a_number_column_of_parquet_is_refused(tmp_path: Path) -> None:
    ENTERPRISES.assign(lat=["23.4", "north"]).to_parquet(tmp_path / "enterprises.parquet")
    with pytest.raises(DataError, match=r"lat of .*enterprises\.parquet must hold a number.*'north' in row 2"):
        read_records(tmp_path)


def test_a_number_in_a_date_column_is_refused() -> None:
    with pytest.raises(DataError, match=r"established_on of the frame enterprises must hold a date.*got '2010'"):
        records_from_frames({"enterprises": ENTERPRISES.assign(established_on=2010)})


def test_a_column_without_any_value_may_have_any_type() -> None:
    frame = ENTERPRISES.assign(valid_to=pd.Series([None, None], dtype="float64"))
    assert rows(records_from_frames({"enterprises": frame}), "enterprises")[0]["valid_to"] is None


def test_a_missing_required_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    write_csv(tmp_path, enterprises=ENTERPRISES.rename(columns={"state": "status"}))
    with pytest.raises(DataError, match=r"enterprises\.csv must have the column state .*status"):
        read_records(tmp_path)


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    names = [*ENTERPRISES.columns, "state"]
    ENTERPRISES.assign(again="x").set_axis(names, axis=1).to_csv(tmp_path / "enterprises.csv", index=False)
    with pytest.raises(DataError, match="may stand once, got 'state' twice"):
        read_records(tmp_path)
    (tmp_path / "enterprises.csv").unlink()
    table = pa.table([pa.array(["x"])] * len(names), names=names)
    pq.write_table(table, tmp_path / "enterprises.parquet")
    with pytest.raises(DataError, match="may stand once, got 'state' twice"):
        read_records(tmp_path)


@pytest.mark.parametrize("kept", [0, 3, 200])
def test_a_truncated_parquet_file_is_refused(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "enterprises.parquet"
    ENTERPRISES.to_parquet(path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DataError, match=r"enterprises\.parquet cannot be read as Parquet"):
        read_records(tmp_path)


def test_a_parquet_file_with_damaged_pages_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "enterprises.parquet"
    ENTERPRISES.to_parquet(path)
    content = path.read_bytes()
    path.write_bytes(content[:4] + b"\xff" * 400 + content[404:])
    with pytest.raises(DataError, match=r"enterprises\.parquet cannot be read"):
        read_records(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
def test_a_csv_file_without_a_header_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "enterprises.csv").write_bytes(content)
    with pytest.raises(DataError, match=r"enterprises\.csv must start with a header"):
        read_records(tmp_path)


def test_a_csv_file_of_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert rows(read_records(write_csv(tmp_path, enterprises=ENTERPRISES[:0])), "enterprises") == []


@pytest.mark.parametrize("line", ["甲,1130", ",".join("x" * 12)])
def test_a_csv_line_with_another_number_of_fields_is_refused(tmp_path: Path, line: str) -> None:
    path = write_csv(tmp_path, enterprises=ENTERPRISES) / "enterprises.csv"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"Line 4 of .*enterprises\.csv must hold the 8 fields of the header"):
        read_records(tmp_path)


def test_an_open_quote_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path, enterprises=ENTERPRISES) / "enterprises.csv"
    path.write_text(path.read_text(encoding="utf-8") + '"甲,1130\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"enterprises\.csv"):
        read_records(tmp_path)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_refused_by_name(tmp_path: Path, encoding: str) -> None:
    ENTERPRISES.to_csv(tmp_path / "enterprises.csv", index=False, encoding=encoding)
    with pytest.raises(DataError, match=r"enterprises\.csv must be UTF-8"):
        read_records(tmp_path)


def test_a_place_without_records_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not there: check the path"):
        read_records(tmp_path / "nowhere")
    with pytest.raises(DataError, match="have no enterprises"):
        read_records(write_csv(tmp_path, penalties=PENALTIES))
    with pytest.raises(DataError, match=r"penalties\.csv cannot be read as a DuckDB database"):
        read_records(tmp_path / "penalties.csv")
    with pytest.raises(DataError, match="kind 'mysql'"):
        read_records("mysql://somewhere/db")


def test_a_subject_given_twice_or_as_an_empty_folder_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path, enterprises=ENTERPRISES)
    ENTERPRISES.to_parquet(tmp_path / "enterprises.parquet")
    with pytest.raises(DataError, match=r"enterprises\.parquet beside enterprises\.csv"):
        read_records(tmp_path)
    (tmp_path / "enterprises.parquet").unlink()
    (tmp_path / "penalties").mkdir()
    with pytest.raises(DataError, match="folder must hold Parquet or CSV files, got none"):
        read_records(tmp_path)


def test_a_frame_of_no_subject_or_of_mixed_types_is_refused() -> None:
    with pytest.raises(DataError, match="got 'fines'"):
        records_from_frames({"fines": PENALTIES})
    with pytest.raises(DataError, match="mixed ones in column fine_yuan of the frame penalties"):
        records_from_frames({"penalties": PENALTIES.assign(fine_yuan=pd.Series([1, "x"], dtype="object"))})
