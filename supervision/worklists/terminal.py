"""Worklists for a person at a terminal."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from supervision.worklists.draw_up import DrawnList
from supervision.worklists.worklist import Row, Worklist, day

SHOWN_ROWS = 30
SHOWN_RECORDS = 3
NO_STATION = "未登记 none"


def print_names(console: Console, worklists: Iterable[Worklist]) -> None:
    """Print every list's name, titles and source."""
    table = Table(title="工作清单 worklists", title_justify="left")
    for heading in ("名称 name", "清单 list", "依据 source", "需要分级 tiers"):
        table.add_column(heading, overflow="fold")
    for one in worklists:
        table.add_row(one.name, f"{one.zh}\n{one.en}", one.source, "--snapshot" if one.needs_tiers else "")
    console.print(table)


def print_list(console: Console, drawn: DrawnList, limit: int | None = None) -> None:
    """Print the first rows (null: SHOWN_ROWS) with the reason of each, and how many rows each station has."""
    worklist = drawn.worklist
    if not len(drawn):
        console.print(
            f"{drawn.as_of}：清单“{worklist.zh}”没有需要办理的主体。"
            f"Nobody is on the list {worklist.name} ({worklist.en}) at {drawn.as_of}.",
            highlight=False,
            soft_wrap=True,
        )
        return
    shown = drawn.told(limit=SHOWN_ROWS if limit is None else limit)
    console.print(_rows_table(drawn, shown))
    if len(shown) < len(drawn):
        console.print(
            f"显示 {len(shown):,} / {len(drawn):,} 行；--limit N 或 --out FILE 查看全部 "
            f"{len(shown):,} of {len(drawn):,} rows shown; --limit N or --out FILE for more",
            highlight=False,
            soft_wrap=True,
        )
    console.print(_stations_table(drawn))
    console.print(
        f"依据 source: {worklist.source}\n办理 action: {worklist.action_zh} {worklist.action_en}",
        highlight=False,
        soft_wrap=True,
    )


def _rows_table(drawn: DrawnList, rows: pd.DataFrame) -> Table:
    """One line each of an enterprise's id, station and sector; date and office; both sentences; the records."""
    title = f"{drawn.worklist.zh} {drawn.worklist.en}: {drawn.as_of}, {len(drawn):,} 行 rows"
    table = Table(title=title, title_justify="left", show_lines=True)
    for heading in ("主体 enterprise", "应办 due"):
        table.add_column(heading, no_wrap=True)
    for heading in ("原因 why", "记录 records"):
        table.add_column(heading, overflow="fold")
    for row in rows.to_dict("records"):
        whose = [row["enterprise_id"], row["station"], row["sector"]]
        when = [day(row["due_on"]), row["office"] if row["office"] != row["station"] else None]
        table.add_row(_lines(whose), _lines(when), _lines([row["why_zh"], row["why_en"]]), _lines(_records(row)))
    return table


def _lines(parts: list[Any]) -> Text:
    """The parts that are there, each on a line; as plain text, since ids may hold brackets."""
    return Text("\n".join(str(part) for part in parts if not pd.isna(part)))


def _records(row: Row) -> list[str]:
    own = row["records"]
    rest = [f"… +{len(own) - SHOWN_RECORDS}"] if len(own) > SHOWN_RECORDS else []
    return [*(["仅限内部 internal"] if row["internal_only"] else []), *own[:SHOWN_RECORDS], *rest]


def _stations_table(drawn: DrawnList) -> Table:
    table = Table("市场监督管理所 station", title="按所汇总 by station", title_justify="left")
    table.add_column("行数 rows", justify="right")
    for row in drawn.stations().to_dict("records"):
        table.add_row(Text(NO_STATION if pd.isna(row["station"]) else row["station"]), f"{row['rows']:,}")
    return table
