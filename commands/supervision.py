"""What officers act on and report."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands.opened import answered_of, tiering_of
from commands.options import LEDGER, SECTORS, AsOf, Location, Out, Standards
from commands.terminal import progress_console, table_console

app = typer.Typer()


@app.command()
def worklist(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="清单名称 name of the list")] = None,
    location: Annotated[str | None, typer.Argument(metavar="DIR", help="记录目录或数据库 records")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="基准日零时 as-of date, 00:00 Asia/Shanghai"),
    ] = None,
    names: Annotated[bool, typer.Option("--list", help="列出全部清单 name the lists")] = False,
    snapshot: Annotated[Path | None, typer.Option(help="同一基准日的快照 snapshot of the same date, for tiers")] = None,
    out: Annotated[Path | None, typer.Option(help="写入 .csv .xlsx .json .parquet file to write")] = None,
    station: Annotated[str | None, typer.Option(help="只看一个所 one station only")] = None,
    sector: Annotated[str | None, typer.Option(help="只看一个领域 one sector only")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="最多行数 at most so many rows")] = None,
    standards: Standards = SECTORS,
    rules: Annotated[Path | None, typer.Option(help="期限等可调参数 TOML with lengths and limits")] = None,
) -> None:
    """工作清单：应办事项及其依据记录 What officers are to act on, with the records behind each row."""
    from model.standard import read_standards
    from records.progress import progress_bars
    from serving.answers import answers_for_worklists
    from supervision.worklists.everything import WORKLISTS
    from supervision.worklists.rules import SHIPPED_RULES, read_rules
    from supervision.worklists.run import Asked, drawn_from, show
    from supervision.worklists.terminal import print_names

    console = table_console()
    if names:
        print_names(console, WORKLISTS.values())
        return
    if name is None or location is None or as_of is None:
        raise typer.BadParameter("give NAME, DIR and --as-of, or --list")
    known = read_standards(standards)
    answers = partial(answers_for_worklists, snapshot, known) if snapshot else None
    asked = Asked(name, as_of.date(), station, sector, limit, out, answers)
    with progress_bars(progress_console()) as report:
        drawn = drawn_from(location, asked, known, read_rules(rules or SHIPPED_RULES), report)
    show(drawn, asked, console)


@app.command()
def report(
    location: Location,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="月份，须已结束 a month that has ended")],
    out: Out,
    snapshot: Annotated[Path | None, typer.Option(help="月末的快照 snapshot as of the month's end")] = None,
    before: Annotated[Path | None, typer.Option(help="月初或更早的快照 snapshot as of its start or earlier")] = None,
    standards: Standards = SECTORS,
) -> None:
    """月报：五个方面与四有，HTML 和 XLSX One month on the five axes and the four gates, as known at its end."""
    from model.standard import read_standards
    from records.progress import progress_bars
    from records.source import read_records
    from serving.snapshot import load_snapshot
    from supervision.report.month import month_of
    from supervision.report.monthly import write_report
    from supervision.report.tiering import Tierings, check_dates

    asked = month_of(month)
    opened = [None if one is None else load_snapshot(one) for one in (snapshot, before)]
    tierings = Tierings(*(None if s is None else tiering_of(s) for s in opened))
    check_dates(asked, tierings)
    with progress_bars(progress_console()) as bars:
        bars("读取 reading", 0, 1)
        paths = write_report(read_records(location), read_standards(standards), asked, tierings, out, bars)
    for path in paths:
        progress_console().print(f"月报 report → {path}", highlight=False)


@app.command()
def watch(
    location: Location,
    as_of: AsOf,
    out: Out,
    snapshot: Annotated[
        Path | None, typer.Option(help="看另一快照，不告知服务 another snapshot than that in service, not told to it")
    ] = None,
    release: Annotated[Path | None, typer.Option(help="它的发布，默认在用的 the release that scored it")] = None,
    ledger: Annotated[Path, typer.Option(help="各期答复与估计 ledger of what was answered and expected")] = LEDGER,
) -> None:
    """监测预警：退出码 0 平稳、10 留意、20 异常 Has anything broken with the past? Exit code 0, 10 or 20."""
    from records.check import load_records
    from records.progress import progress_bars
    from serving.current import to_watch, write_current_alerts
    from serving.places import current_path
    from supervision.watch.remembered import Remembered
    from supervision.watch.run import EXIT_CODES, print_state, write_watch

    scored_by, opened = to_watch(current_path(), as_of.date(), release, snapshot)
    answered = answered_of(opened, scored_by)
    with progress_bars(progress_console()) as bars:
        bars("读取与校验 reading and checking", 0, 1)
        alerts = write_watch(load_records(location), answered, Remembered(ledger), out, bars)
    if snapshot is None:
        write_current_alerts(current_path(), out)
    print_state(Console(), alerts, out)
    raise typer.Exit(EXIT_CODES[alerts.state])
