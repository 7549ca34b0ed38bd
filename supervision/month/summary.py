"""What came of a month, for the person who reads it in the morning: at the terminal, and as `summary.md`."""

from collections.abc import Iterator
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from model.tiers import TIERS
from supervision.month.protocol import Figures, Protocol, State, write_whole
from supervision.watch.page import STATES

SUMMARY_FILE = "summary.md"

STEPS = {
    "import": ("导入", "import"), "check": ("校验", "check"), "build": ("指标", "build"), "score": ("分级", "score"),
    "watch": ("监测", "watch"), "report": ("月报", "report"), "release": ("投入服务", "release"),
}  # fmt: skip
"""Every step by name, in the order in which they are run."""
INPUTS = {
    "release": ("发布", "release"), "standards": ("标准", "standards"), "indicators": ("指标声明", "indicators"),
    "deliveries": ("交付文件", "deliveries"), "records": ("记录", "records known before the as-of date"),
}  # fmt: skip
FIGURES: dict[str, tuple[str, str]] = {
    "files": ("文件", "files"), "read": ("读取", "read"), "accepted": ("采用", "accepted"),
    "superseded": ("更正", "superseded"), "unchanged": ("未变", "unchanged"), "quarantined": ("隔离", "quarantined"),
    "duplicates": ("重复", "duplicates"), "later": ("基准日尚未获知", "not known before the as-of date"),
    "rows": ("行", "rows"), "indicators": ("指标", "indicators"), "enterprises": ("主体", "enterprises"),
    **{tier.id: (tier.zh, tier.en) for tier in TIERS},
    "state": ("状态", "state"), "broken": ("异常", "broken"), "warning": ("留意", "warnings"),
    "notice": ("骤变", "jumps"), "month": ("月份", "month"), "before": ("相比", "compared with"),
    "snapshot": ("快照", "snapshot"), "release": ("发布", "release"),
}  # fmt: skip
_ENDS: dict[State, tuple[str, str]] = {
    "running": ("未完成：再次运行即从此处继续", "not ended: run it again to go on from here"),
    "in_service": ("已投入服务", "in service"),
    "held": (
        "未投入服务：监测异常，此前的快照仍在作答；见 watch/watch.html",
        "held back: monitoring found a break, and the snapshot before goes on answering; see watch/watch.html",
    ),
}


def print_summary(console: Console, protocol: Protocol, folder: Path) -> None:
    """One line per step with its duration and figures, and how the month stands."""
    table = Table(box=SIMPLE, padding=0, title=_title(protocol), title_justify="left")
    table.add_column("步骤 step", no_wrap=True)
    table.add_column("秒 seconds", justify="right", no_wrap=True)
    table.add_column("结果 figures", overflow="fold")
    for cells in _rows(protocol):
        table.add_row(*cells)
    console.print(table)
    for line in _remarks(protocol):
        console.print(line, highlight=False, markup=False)
    console.print(f"→ {folder}", highlight=False, markup=False)


def write_summary(protocol: Protocol, folder: Path) -> None:
    """Write the same into the month's folder."""
    rows = [f"| {' | '.join(cells)} |" for cells in _rows(protocol)]
    head = [f"# {_title(protocol)}", "", "| 步骤 step | 秒 seconds | 结果 figures |", "|---|---:|---|"]
    remarks = [text for line in _remarks(protocol) for text in ("", line)]
    write_whole(folder / SUMMARY_FILE, "\n".join([*head, *rows, *remarks]) + "\n")


def _title(protocol: Protocol) -> str:
    return f"{protocol.name} 月度运行 monthly run, {protocol.as_of}"


def _rows(protocol: Protocol) -> Iterator[tuple[str, str, str]]:
    done = {one.step: one for one in protocol.done}
    for name, (zh, en) in STEPS.items():
        one = done.get(name)
        yield f"{zh} {en}", f"{one.seconds:.1f}" if one else "", _told(one.figures) if one else "未作 not done"


def _told(figures: Figures) -> str:
    return " · ".join(f"{' '.join(FIGURES[name])} {_value(name, value)}" for name, value in figures.items())


def _value(name: str, value: int | str) -> str:
    if name == "state":
        state = next(words for key, words in STATES.items() if key == value)
        return f"{state.zh} {state.en}"
    return f"{value:,}" if isinstance(value, int) else value or "无 none"


def _remarks(protocol: Protocol) -> Iterator[str]:
    yield " ".join(_ENDS[protocol.state])
    if protocol.skipped:
        yield "跳过的月份 months skipped: {months}，理由 why: {why} ({by})".format_map(protocol.skipped)
    if protocol.despite:
        yield "监测异常仍投入服务 put into service despite a break: {why} ({by})".format_map(protocol.despite)
