"""What is written under a layout is read back as the same records: every layout, every format, both encodings."""

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from records.contract import Column
from records.systems.codes import PENALTY_KIND
from records.systems.declaration import Layout, System
from records.systems.everything import SYSTEMS
from records.systems.exporting import exported_table
from records.systems.files.reading import read_file
from records.systems.files.writing import write_table
from tests.deliveries import CODE, OTHER_CODE, import_one, scales, stored, terms

FORMATS = (
    *(("csv", "utf-8"), ("csv", "utf-8-sig"), ("csv", "gb18030")),
    *(("xlsx", "utf-8"), ("json", "utf-8"), ("json", "gb18030"), ("jsonl", "utf-8")),
)
LAYOUTS = [
    (system, layout)
    for system in SYSTEMS
    for layout in system.layouts
    if layout.id not in ("results", "tasks")  # a result is many codes of one severity; tasks are no records
]
ROWS = 12
FIRST, LAST = date(2020, 1, 1), date(2024, 5, 1)
TEXTS = (
    "金平区局",
    "“甲”公司，乙店",
    'a "quoted" text',
    "半角,逗号;分号",
    "１２３ full",
    "=SUM(A1)",
    "0012",
    "多 空格",
)


def random_value(random_: random.Random, layout: Layout, column: Column) -> Any:
    """Something that the contract and the layout's code table allow, null now and then where that is allowed."""
    if column.nullable and random_.random() < 0.3:
        return None
    field = layout.field(column.name)
    assert field is not None
    if field.codes is not None:
        known = [code.means for code in field.codes.codes if not column.codes or code.means in column.codes]
        return sorted(random_.sample(known, 2)) if column.type == "list" else random_.choice(known)
    match column.type:
        case "date":
            return FIRST + timedelta(days=random_.randrange((LAST - FIRST).days))
        case "int":
            least = int(column.minimum or 0)
            return random_.randint(least, int(min(column.maximum or 1000, least + 40)))
        case "float":
            least, most = (-1e6 if column.minimum is None else column.minimum), column.maximum or 1e6
            return round(random_.uniform(max(least, -1e6), min(most, 1e6)), 4)
        case "bool":
            return random_.random() < 0.5
    if field.pattern:
        return "1130"
    return f"号{random_.randrange(10**9)}" if field.kind == "identifier" else random_.choice(TEXTS)


def random_row(random_: random.Random, system: System, layout: Layout, number: int) -> dict[str, Any]:
    """One record of the layout's subject; ends lie after its begin, and what identifies it is its own."""
    subject = layout.subject
    row = {
        column.name: random_value(random_, layout, column)
        for column in subject.columns
        if layout.field(column.name) is not None
    } | dict(layout.fixed)
    row["enterprise_id"] = random_.choice((CODE, OTHER_CODE))
    row["record_id"] = f"{system.id}:{layout.id}:NO{number}"
    row["known_at"] = datetime.combine(LAST, datetime.min.time()) + timedelta(seconds=number)
    day = FIRST + timedelta(days=100 * number)
    for name in ("occurred_on", "established_on", "valid_from"):
        row[name] = day
    for name in {"withdrawn_at", "use_until", "removed_on", "valid_to", "listed_until", "due_on"} & set(row):
        row[name] = None if row[name] is None else day + timedelta(days=random_.randrange(1, 400))
    for name in {"decision_no", "licence_no", "task_code"} & set(row):
        row[name] = f"号{number}"
    if "year" in row:
        row |= {"year": 2014 + number % 5, "enterprise_id": f"E{number}"}
    if layout.id == "grades":
        row |= {"scheme": "provincial_professional", "sector": "food_operation", "grade": random_.choice("ABCD")}
    if "industry_code" in row:
        row["industry_code"] = random_.choice(("C1371", "F52", None))
    return {column.name: row.get(column.name) for column in subject.columns}


@pytest.mark.parametrize(("system", "layout"), LAYOUTS, ids=lambda one: one.id)
def test_records_written_and_read_again_are_equal(tmp_path: Path, system: System, layout: Layout) -> None:
    random_ = random.Random(layout.id)
    rows = [random_row(random_, system, layout, number) for number in range(ROWS)]
    given = terms(is_history=True, scales=scales())

    def written(records: list[dict[str, Any]], name: str, suffix: str, encoding: str) -> list[dict[str, Any]]:
        path = tmp_path / f"{name}.{suffix}"
        write_table(path, *exported_table(system, layout, records), encoding=encoding)
        imported = import_one(tmp_path / name, path, system.id, given, layout=layout.id)
        assert imported.entry.reasons == {}
        return stored(tmp_path / name, layout.subject.name)

    first = written(rows, "first", "csv", "utf-8")
    sent = {layout.field(name).column for name in layout.subject.column_names if layout.field(name)}
    derived = {column for one in layout.derivations for column in one.columns}
    for record, row in zip(first, rows, strict=True):
        same = {name: value for name, value in record.items() if name in sent and row[name] is not None}
        assert same == {name: row[name] for name in same if name in sent}
        assert {name for name in sent - derived if row[name] is None and record[name] not in (None, [])} == set()
    for number, (suffix, encoding) in enumerate((("csv", "gb18030"), ("xlsx", "utf-8"), ("json", "utf-8"))):
        assert written(first, f"again-{number}", suffix, encoding) == first, (suffix, encoding)


@pytest.mark.parametrize(("suffix", "encoding"), FORMATS)
def test_a_written_table_holds_every_text_as_it_was(tmp_path: Path, suffix: str, encoding: str) -> None:
    write_table(tmp_path / f"x.{suffix}", ["甲", "乙"], [[text, None] for text in TEXTS], encoding)
    assert [row[0] for row in read_file(tmp_path / f"x.{suffix}").sheets[0].grid[1:]] == list(TEXTS)


def test_amounts_go_out_in_yuan_and_say_so() -> None:
    system, layout = next(pair for pair in LAYOUTS if pair[1].id == "penalties")
    headers, _ = exported_table(system, layout, [])
    assert "penAm(元)" in headers


def test_the_first_way_to_write_a_code_goes_out() -> None:
    assert PENALTY_KIND.written("fine") == "2"
    assert PENALTY_KIND.written("criticism") == "通报批评"
