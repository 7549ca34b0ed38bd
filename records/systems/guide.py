"""The page `docs/systems.md`: which files are read and written, written from the declarations."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from records.systems.codes import CODE_MAPS
from records.systems.collaborative import LISTS_LAYOUT
from records.systems.common import ENDS, ENTERPRISE, SUBJECT_ID_FIELD, owner_fields
from records.systems.declaration import CodeMap, Field, Layout, System, label_of, names_of
from records.systems.double_random import TIER_COLUMNS
from records.systems.everything import SYSTEMS
from records.systems.reasons import FLAGS, REASONS, Said
from records.systems.values.parsers import kind_of

HEADER = """# 外部系统的文件 Files of other systems

由 `records/systems/` 的声明生成，请勿手改。Written by `fenji systems` from the declarations; do not edit.

```bash
fenji import SYSTEM FILE... --into DIR --provider 省局 --responsible 信用股   # CSV, XLSX, JSON; UTF-8 or GB18030
fenji export publicity inspections --from DIR --as-of 2025-01-01 --out results.csv
fenji export collaborative leads --from DIR --as-of 2025-01-01 --out leads.xlsx
fenji export double_random tiers --snapshot SNAPSHOT --out tiers.xlsx
```

## 一行的去向 What becomes of a row

读取的行 = 新记录 + 更正 + 未变 + 隔离。Rows read = accepted + superseded + unchanged + quarantined.

- **识别 recognised**：按表头识别版式；大小写、空格、括号内单位不计，标题行与合并表头可读；否则用 `--layout`。
  By its headers; capitals, blanks and units in brackets do not count, titles and merged header rows are read.
- **责任 owners**：产生、提供、责任单位取自行内，空缺时取自 `--producer --provider --responsible`，仍缺则隔离。
  From the row, else from the options; a row that lacks one of the three is quarantined.
- **何时获知 known since**：各行自交付之时起计（默认此刻，或 `--known-at`），此前任何基准日的结果因此不变。
  Since the delivery (now, or `--known-at`), so that builds at earlier dates never change.
- **历史 history**：首次装载历史数据用 `--history`，各行自其自带时间起计；已移出、已办结的记录拆为前后两个版本，
  登记信息补入成立至本次核准的在业版本；一旦有过常规交付，此前即封存。
  `--history` loads records of old, each known since its own stamp; one that has ended becomes two versions, and an
  enterprise is entered as active from its founding to its last approval. Once a delivery has come, the past before it
  is closed.
- **版本 versions**：与现有版本相同的行不产生版本，更正的行成为新版本；文件没有的列保持原值，有而为空的列清空。
  A row that says what is known makes no version, a corrected one does. Columns that a file lacks keep their value,
  empty cells empty it.
- **跨系统 two systems**：其他系统已提供的同一事实不重复记录，内容不同的隔离。
  A fact that another system told of first is not stored again; a row that differs from it is quarantined.
- **再次导入 again**：同一文件再次导入，记录目录一个字节也不变。The same file again changes not one byte.
- **留痕 kept**：`DIR/_imports/NNNNNN/` 存 `import.json`（摘要与计数）、`quarantined.csv`（改正后可直接再导入）、
  `flags.parquet`（行、列、标记）。
  Digest and counts, the quarantined rows (to be corrected in place and imported again), and the flags.

金额未注明单位时按下表所注单位读取并提示，`--amounts wan` 可改。人员信息不留存。标“待核对”的名称与代码为本项目决定，
收到首批文件后应核对。
Amounts without a unit are read as the tables say, which is told; `--amounts wan` changes it. Fields about persons are
never stored. Names and codes marked 待核对 are project decisions, to be checked with the first files.

## 增加一个字段 To add a field

在该系统的模块（如 `records/systems/publicity.py`）的版式中加一行 `Field(列, 名称)`，代码表加在
`records/systems/codes.py`，然后运行 `fenji systems --out docs/systems.md`。
One `Field(column, names)` in the layout of the system's module; code tables live in `records/systems/codes.py`; then
write this page again. The tests hold every layout to the rest: no name stands for two fields, every required column has
a source, what is written is read back.
"""

_KINDS = {
    "identifier": "编号 identifier",
    "text": "文字 text",
    "date": "日期 date",
    "end_date": "截止日期 end date",
    "timestamp": "时刻 moment",
    "whole": "整数 whole number",
    "number": "数字 number",
    "amount": "金额 amount",
    "share": "比例 share",
    "truth": "是否 yes or no",
    "code": "代码 code",
    "codes": "代码（多个） codes",
    "list": "列表 list",
    "items": "项目列表 items",
}
_TITLES = ("名称 names", "列 column", "含义 meaning", "读法 read as")
_COMMON = (ENTERPRISE, SUBJECT_ID_FIELD, *owner_fields()[1:], *ENDS)
"""Fields of nearly every layout, shown once."""
_DIRECTIONS = {"in": "导入 import", "out": "导出 export", "both": "导入与导出 import and export"}


def systems_markdown() -> str:
    """The whole page."""
    parts = [HEADER, "## 共同字段 Common fields\n", _table(_TITLES, [_field(LISTS_LAYOUT, one) for one in _COMMON])]
    parts += [part for system in SYSTEMS for part in _system(system)]
    parts += ["## 代码表 Code tables\n", *map(_codes, CODE_MAPS)]
    parts += ["## 隔离原因 Reasons of quarantine\n", _said(REASONS)]
    parts += ["契约本身的规则见 `records/rules.py`。Beside them stand the rules of the contract.\n"]
    parts += ["## 质量标记 Quality flags\n", _said(FLAGS)]
    return "\n".join(parts)


def write_guide(path: Path) -> None:
    """Write the page in UTF-8, replacing what is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(systems_markdown(), encoding="utf-8")


def _system(system: System) -> Iterator[str]:
    yield f"## {system.zh} {system.en} `{system.id}`\n"
    for layout in system.layouts:
        yield from _layout(layout)
    if system.id == "double_random":
        yield "### 分级结果 Tiers `tiers` · 导出 export\n"
        yield "取自快照；涉及投诉举报与线索的理由不写出。"
        yield "From a snapshot; reasons that rest on complaints, reports or leads are left out.\n"
        rows = [(f"`{column.name}`", column.zh, column.en) for column in TIER_COLUMNS]
        yield _table(("字段 field", "中文", "English"), rows)


def _layout(layout: Layout) -> Iterator[str]:
    subject = "随导入日志保存 kept with the journal" if layout.subject.name.startswith("_") else layout.subject.name
    yield f"### {layout.zh} {layout.en} `{layout.id}` → {subject} · {_DIRECTIONS[layout.direction]}\n"
    identity = "、".join(f"`{name}`" for name in layout.identity)
    needed = "，".join(" / ".join(f"`{name}`" for name in group) for group in layout.recognised_by)
    yield f"识别记录 identified by: {identity}。识别版式 recognised by: {needed}。\n"
    yield _table(_TITLES, [_field(layout, one) for one in layout.fields if one not in _COMMON])
    for one in layout.derivations:
        columns = ", ".join(f"`{name}`" for name in one.columns)
        yield f"- {columns + ' ' if columns else ''}{one.zh}。{one.en[0].upper()}{one.en[1:]}.\n"


def _field(layout: Layout, one: Field) -> tuple[str, ...]:
    names = list(dict.fromkeys(names_of(layout, one)))
    column = f"`{one.column}`" if layout.contract_column(one.column) else "—"
    kind = kind_of(layout, one)
    notes = [_KINDS[kind]]
    if one.codes is not None:
        notes.append(f"[{one.codes.zh}](#{one.codes.name})")
    if kind == "amount":
        notes.append("未注明时为万元 in 万元 if bare" if one.unit == "wan" else "未注明时为元 in yuan if bare")
    if one.is_last_day:
        notes.append("末日含 last day included")
    return ("、".join(names), column, " ".join(label_of(layout, one.column)), "；".join(notes))


def _codes(codes: CodeMap) -> str:
    rows = [(f"`{code.means}`", "、".join(code.written)) for code in codes.codes]
    if codes.ambiguous:
        rows.append(("隔离 quarantined", "、".join(codes.ambiguous)))
    heading = f'### <a id="{codes.name}"></a>{codes.zh} {codes.en}\n\n来源 source: {codes.source}\n\n'
    return heading + _table(("含义 meaning", "写法 written"), rows)


def _said(table: dict[str, Said]) -> str:
    return _table(("代码 code", "中文", "English"), [(f"`{code}`", said.zh, said.en) for code, said in table.items()])


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)
