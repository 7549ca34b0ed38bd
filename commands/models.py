"""Models: trained, promoted, and judged on what followed."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from commands.options import SECTORS, AsOf, By, Despite, Location, Root, Standards, Why
from commands.terminal import progress_console, table_console

app = typer.Typer()


@app.command()
def train(location: Location, as_of: AsOf, standards: Standards = SECTORS, root: Root = Path()) -> None:
    """训练通用与各领域模型并登记 Train, gate, calibrate, check and register the models of all sectors."""
    from model.standard import read_standards
    from records.check import checked_records
    from records.quality import measure_quality
    from training.run import train as run

    checked = checked_records(location)
    run(checked.accepted, read_standards(standards), as_of.date(), root, progress_console(), measure_quality(checked))


@app.command()
def promote(
    why: Why,
    sectors: Annotated[list[str] | None, typer.Argument(metavar="SECTOR...", help="领域 sectors")] = None,
    everything: Annotated[bool, typer.Option("--all", help="全部待晋升的领域 every sector that waits")] = False,
    by: By = None,
    despite: Despite = None,
    root: Root = Path(),
) -> None:
    """晋升：通过全部阻止性检查的挑战者成为现任 Let the challenger answer, if no blocking check refused it."""
    from model.alerts import refuse_while_broken
    from records.login import login_name
    from serving.audit.commands import accounted_moves
    from serving.current import alerts_in_service
    from serving.places import current_path
    from training.registry.promotion import history, promote_sectors

    if everything == bool(sectors):
        raise typer.BadParameter("name sectors, or give --all, not both")
    who = by or login_name()
    remark = refuse_while_broken(alerts_in_service(current_path()), despite)
    with accounted_moves(who, partial(history, root)):
        promote_sectors(root, sectors or None, who, why + remark if why.strip() else why, Console())


@app.command()
def rollback(
    sector: Annotated[str, typer.Argument(metavar="SECTOR", help="领域 sector")],
    why: Why,
    by: By = None,
    root: Root = Path(),
) -> None:
    """回退：撤销该领域最近一次晋升 Undo the last promotion of a sector."""
    from records.login import login_name
    from serving.audit.commands import accounted_moves
    from training.registry.promotion import history, roll_back

    who = by or login_name()
    with accounted_moves(who, partial(history, root)):
        roll_back(root, sector, who, why, Console())


@app.command()
def history(
    sector: Annotated[str | None, typer.Argument(metavar="[SECTOR]", help="领域，默认全部 sector, default all")] = None,
    root: Root = Path(),
) -> None:
    """晋升与回退的历史：何人、何时、为何 Who moved which champion, when and why."""
    from training.registry.promotion import print_history

    print_history(table_console(), root, sector)


@app.command()
def backtest(
    location: Location,
    as_of: AsOf,
    standards: Standards = SECTORS,
    json_file: Annotated[Path | None, typer.Option("--json", help="结果 JSON figures")] = None,
    scores: Annotated[Path | None, typer.Option(help="评分 Parquet scores")] = None,
    horizon: Annotated[int | None, typer.Option(min=1, help="展望期（天），替代标准所定 horizon in days")] = None,
) -> None:
    """回测：用 T 之前所知训练，与 T 之后首次检查对照 Judge the pipeline on what followed T."""
    from model.standard import read_standards
    from records.check import load_records
    from records.progress import progress_bars
    from training.backtest import backtest as run
    from training.summary import print_backtest

    with progress_bars(progress_console()) as report:
        report("读取与校验 reading and checking", 0, 1)
        result = run(load_records(location), read_standards(standards), as_of.date(), horizon, report)
    if json_file:
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(json.dumps(result.report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if scores:
        scores.parent.mkdir(parents=True, exist_ok=True)
        result.scores.to_parquet(scores, index=False)
    print_backtest(Console(), result.report)
